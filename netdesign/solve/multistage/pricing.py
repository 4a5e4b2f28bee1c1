"""Pricing of operations: by this process alone, or with helpers in local processes or on a Dask cluster.

A price depends on its job only, and prices are returned in the order of the batch. So the answer does not depend on
where operations are priced, and a lost job is priced again.

Helpers are processes, not threads: for ``instances/europe-2035-linear``, half of the time goes to HiGHS and half to
building programs, where Python's lock lets only one thread run.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from concurrent.futures import Executor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.solve.multistage.operating import YearOperator
from netdesign.solve.multistage.served_operating import ServedOperator
from netdesign.solve.multistage.served_year import ServedYear
from netdesign.solve.multistage.year import Year

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.solve.multistage.operating import YearOperation

_HELD = 256
"""Number of programs kept for other modules at the same hubs; each has some thousand columns."""
_FEWEST = 2
"""Smallest batch that is given to helpers."""
_POLL_S = 0.1


AnyYear = Year | ServedYear
"""A year with some hubs open: carried by the tonne, or by vehicles that leave."""


def operator_of(year: AnyYear) -> YearOperator | ServedOperator:
    """Return what operates a year."""
    return ServedOperator(year) if isinstance(year, ServedYear) else YearOperator(year)


@dataclass(frozen=True)
class Job:
    """An operation to price, with all data that the price depends on.

    Parameters
    ----------
    year
        The year with exactly the open hubs.
    lift, daily
        Capacity of the modules of each hub, t/year and t/day, shape (hubs,).
    """

    year: AnyYear
    lift: NDArray[np.float64]
    daily: NDArray[np.float64]


def operate(job: Job) -> YearOperation:
    """Return the best operation; called by helpers, without state."""
    return operator_of(job.year).operate(job.lift, job.daily)


class Pricer:
    """Prices operations in this process, one after the other."""

    def __init__(self) -> None:
        self._held: OrderedDict[int, YearOperator | ServedOperator] = OrderedDict()

    def price(self, jobs: Sequence[Job], is_over: Callable[[], bool]) -> list[YearOperation | None]:
        """Return the best operation of each job, in their order.

        Parameters
        ----------
        jobs
            The batch.
        is_over
            Called before each job; once it returns True, the remaining operations are None.
        """
        return [None if is_over() else self._in_time(job) for job in jobs]

    def _in_time(self, job: Job) -> YearOperation | None:
        try:
            return self.operate(job)
        except TimeoutError:
            return None

    def operate(self, job: Job) -> YearOperation:
        """Return the best operation, with the cached program of its year."""
        # Cached programs hold their year, so its id stays unique.
        key = id(job.year)
        if key not in self._held:
            self._held[key] = operator_of(job.year)
            if len(self._held) > _HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        return self._held[key].operate(job.lift, job.daily)

    def close(self) -> None:
        """Release the cached programs."""
        self._held.clear()


class Helpers(Executor, ABC):
    """An executor of other processes that price. A job can be cancelled while this process need not wait for it."""

    useful_after_s = 0.0
    """Seconds of pricing after which helpers are used."""

    @abstractmethod
    def loss_notice(self, error: Exception) -> str | None:
        """Return a notice if an error means that the helpers are lost, else None."""


class HelpedPricer(Pricer):
    """Prices in this process and by helpers in parallel: helpers from the front of a batch, this process from its end.

    So this process never waits for slow helpers, and it prices the jobs that they lose.

    Parameters
    ----------
    helpers
        The helpers.
    notify
        Called with a notice if they are lost.
    """

    def __init__(self, helpers: Helpers, notify: Callable[[str], None]) -> None:
        super().__init__()
        self._helpers: Helpers | None = helpers
        self._notify = notify
        self._spent_s = 0.0

    def price(self, jobs: Sequence[Job], is_over: Callable[[], bool]) -> list[YearOperation | None]:
        """Return the best operation of each job, in their order."""
        futures = self._submitted(jobs)
        begun = time.perf_counter()
        found: list[YearOperation | None] = [None] * len(jobs)
        if futures:
            for place in reversed(range(len(jobs))):
                if futures[place].cancel() and not is_over():
                    found[place] = self._in_time(jobs[place])
            for place, job in enumerate(jobs):
                if found[place] is None and not is_over():
                    found[place] = self._fetched(futures[place], job, is_over)
        else:
            found = super().price(jobs, is_over)
        self._spent_s += time.perf_counter() - begun
        return found

    def _submitted(self, jobs: Sequence[Job]) -> list[Future[YearOperation]]:
        """Submit a batch to the helpers; return nothing if they are not used."""
        if any(isinstance(job.year, ServedYear) for job in jobs):
            # A helper would take longer to list what each city may choose than this process to choose.
            return []
        if self._helpers is None or len(jobs) < _FEWEST or self._spent_s < self._helpers.useful_after_s:
            return []
        try:
            return [self._helpers.submit(operate, job) for job in jobs]
        except Exception as error:  # as in _fetched
            self._missed(error)
            return []

    def _fetched(self, future: Future[YearOperation], job: Job, is_over: Callable[[], bool]) -> YearOperation | None:
        """Return the operation from a helper, or price it here on an error; None if the time is over first."""
        try:
            while not wait([future], _POLL_S).done:
                if is_over():
                    return None
            return future.result()
        except Exception as error:
            # Any error of Dask or the operating system; a defect of ours recurs in this process.
            self._missed(error)
            return self._in_time(job)

    def _missed(self, error: Exception) -> None:
        loss_notice = self._helpers.loss_notice(error) if self._helpers else None
        if loss_notice is not None:
            self._notify(f"{loss_notice}; operations are priced in this process from here on")
            self._dismiss()

    def _dismiss(self) -> None:
        if self._helpers is not None:
            self._helpers.shutdown(cancel_futures=True)
            self._helpers = None

    def close(self) -> None:
        """Stop the helpers at once, and release the cached programs."""
        self._dismiss()
        super().close()


def make_pricer(threads: int, cluster: str | None, notify: Callable[[str], None]) -> Pricer:
    """Return a pricer for all questions of a command, to be closed by the caller.

    Parameters
    ----------
    threads
        Number of local processes, this one included.
    cluster
        Address of a Dask scheduler, such as ``tcp://host:8786``, or None. Its workers help instead of processes here.
    notify
        Called with a notice if helpers are lost.

    Raises
    ------
    UsageError
        Dask is not installed, or no scheduler answers at the address.
    """
    if cluster is not None:
        # Imported on use: Dask takes half a second.
        from netdesign.solve.multistage.pricing_cluster import Cluster

        return HelpedPricer(Cluster(cluster), notify)
    if threads > 1:
        from netdesign.solve.multistage.pricing_processes import Processes

        return HelpedPricer(Processes(threads - 1), notify)
    return Pricer()
