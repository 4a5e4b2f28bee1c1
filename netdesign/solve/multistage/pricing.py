"""Who prices operations: this process alone, or helpers beside it, in processes of this machine or on a Dask cluster.

A price depends on nothing but its job, and the prices of a batch are handed back in its order. So answer and plan are
the same whoever prices, and a job that is lost is priced again.

Helpers are processes, not threads: of the time that an operation of ``instances/europe-2035`` takes, HiGHS has about
half; in the other half the program is built, and there Python lets only one thread work at a time.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from concurrent.futures import Executor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.solve.multistage.operating import YearOperator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.solve.multistage.operating import YearOperation
    from netdesign.solve.multistage.year import Year

_HELD = 256
"""Programs that are kept for the next modules at the same hubs; each has some thousand columns."""
_FEWEST = 2
"""Jobs of a batch for which helpers are asked."""
_POLL_S = 0.1


@dataclass(frozen=True)
class Job:
    """An operation to be priced: all that its price depends on.

    Parameters
    ----------
    year
        With exactly the open hubs.
    lift, daily
        What the modules of each hub lift, t/year and t/day, shape (hubs,).
    """

    year: Year
    lift: NDArray[np.float64]
    daily: NDArray[np.float64]


def operate(job: Job) -> YearOperation:
    """Return the best operation; helpers call it, and keep nothing that a lost one could take along."""
    return YearOperator(job.year).operate(job.lift, job.daily)


class Pricer:
    """Prices operations in this process, one after the other."""

    def __init__(self) -> None:
        self._held: OrderedDict[int, YearOperator] = OrderedDict()

    def price(self, jobs: Sequence[Job], is_over: Callable[[], bool]) -> list[YearOperation | None]:
        """Return the best operation of each job, in their order.

        Parameters
        ----------
        jobs
            The batch.
        is_over
            Asked before each job; once it returns True, the operations that are left are None.
        """
        return [None if is_over() else self.operate(job) for job in jobs]

    def operate(self, job: Job) -> YearOperation:
        """Return the best operation, from the program that is held for its year."""
        # Held programs hold their year, so that no other one can have its id.
        key = id(job.year)
        if key not in self._held:
            self._held[key] = YearOperator(job.year)
            if len(self._held) > _HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        return self._held[key].operate(job.lift, job.daily)

    def close(self) -> None:
        """Let go of the held programs."""
        self._held.clear()


class Helpers(Executor, ABC):
    """Other processes that price. A job that no helper need be waited for can be cancelled."""

    worth_after_s = 0.0
    """How long pricing takes here before they are asked."""

    @abstractmethod
    def farewell(self, error: Exception) -> str | None:
        """Return the notice to give where an error means that they are of no more use, else None."""


class HelpedPricer(Pricer):
    """Prices here and by helpers at once: they begin at the front of a batch, this process at its end.

    So nothing ever waits for helpers that are slow to come, and what they lose is done here.

    Parameters
    ----------
    helpers
        The others.
    say
        Called with a notice where they are lost.
    """

    def __init__(self, helpers: Helpers, say: Callable[[str], None]) -> None:
        super().__init__()
        self._helpers: Helpers | None = helpers
        self._say = say
        self._spent_s = 0.0

    def price(self, jobs: Sequence[Job], is_over: Callable[[], bool]) -> list[YearOperation | None]:
        """Return the best operation of each job, in their order."""
        futures = self._submitted(jobs)
        begun = time.perf_counter()
        found: list[YearOperation | None] = [None] * len(jobs)
        if futures:
            for place in reversed(range(len(jobs))):
                if futures[place].cancel() and not is_over():
                    found[place] = self.operate(jobs[place])
            for place, job in enumerate(jobs):
                if found[place] is None and not is_over():
                    found[place] = self._fetched(futures[place], job, is_over)
        else:
            found = super().price(jobs, is_over)
        self._spent_s += time.perf_counter() - begun
        return found

    def _submitted(self, jobs: Sequence[Job]) -> list[Future[YearOperation]]:
        """Give a batch to the helpers; return nothing where they cannot be given it."""
        if self._helpers is None or len(jobs) < _FEWEST or self._spent_s < self._helpers.worth_after_s:
            return []
        try:
            return [self._helpers.submit(operate, job) for job in jobs]
        except Exception as error:  # as in _fetched
            self._missed(error)
            return []

    def _fetched(self, future: Future[YearOperation], job: Job, is_over: Callable[[], bool]) -> YearOperation | None:
        """Return what a helper found or else is found here, None where the time is over first."""
        try:
            while not wait([future], _POLL_S).done:
                if is_over():
                    return None
            return future.result()
        except Exception as error:
            # Whatever it is, and however Dask or the operating system calls it: a defect of ours shows here again.
            self._missed(error)
            return self.operate(job)

    def _missed(self, error: Exception) -> None:
        farewell = self._helpers.farewell(error) if self._helpers else None
        if farewell is not None:
            self._say(f"{farewell}; operations are priced in this process from here on")
            self._dismiss()

    def _dismiss(self) -> None:
        if self._helpers is not None:
            self._helpers.shutdown(cancel_futures=True)
            self._helpers = None

    def close(self) -> None:
        """Let go of the helpers, whatever they are doing, and of the held programs."""
        self._dismiss()
        super().close()


def make_pricer(threads: int, cluster: str | None, say: Callable[[str], None]) -> Pricer:
    """Return a pricer for all questions of a command, to be closed by the caller.

    Parameters
    ----------
    threads
        Processes of this machine that may work at once, this one counted.
    cluster
        Address of a Dask scheduler, such as ``tcp://host:8786``, or None. Its workers help instead of processes here.
    say
        Called with a notice where helpers are lost.

    Raises
    ------
    UsageError
        Dask is not installed, or no scheduler answers at the address.
    """
    if cluster is not None:
        # Loaded only where they are used: Dask takes half a second.
        from netdesign.solve.multistage.pricing_cluster import Cluster

        return HelpedPricer(Cluster(cluster), say)
    if threads > 1:
        from netdesign.solve.multistage.pricing_processes import Processes

        return HelpedPricer(Processes(threads - 1), say)
    return Pricer()
