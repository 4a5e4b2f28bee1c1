"""Pricing of operations: by this process alone, or with helpers in local processes or on a Dask cluster.

A price depends on its job only, and prices are returned in the order of the batch. So the answer does not depend on
where operations are priced, and a lost job is priced again.

Helpers are processes, not threads: for ``instances/europe-2035-linear``, half of the time goes to HiGHS and half to
building programs, where Python's lock lets only one thread run.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.solve.core.shared_jobs import Helpers, SharedJobs
from netdesign.solve.multistage.operating import YearOperator
from netdesign.solve.multistage.served_operating import ServedOperator
from netdesign.solve.multistage.served_year import ServedYear
from netdesign.solve.multistage.year import Year

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.solve.multistage.operating import YearOperation

_HELD = 256
"""Number of programs kept for other modules at the same hubs; each has some thousand columns."""

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


def bounds_and_costs(jobs: Sequence[Job]) -> list[tuple[float, float]]:
    """Return bound and cost of the best operation of each job, EUR/year; called by helpers, without state."""
    found = map(operate, jobs)
    return [(one.bound, one.cost) for one in found]


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

    def costs_of_batches(
        self, batches: Sequence[Sequence[Job]], is_over: Callable[[], bool]
    ) -> list[list[tuple[float, float]] | None]:
        """Return bounds and costs of batches of jobs whose years come once, so that no program is kept.

        Parameters
        ----------
        batches
            Each is done by one process.
        is_over
            Called before each batch; once it returns True, the remaining ones are None.
        """
        return [None if is_over() else bounds_and_costs(batch) for batch in batches]

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

    def release(self) -> None:
        """Release the cached programs, with their years."""
        self._held.clear()

    def close(self) -> None:
        """Release all that is held."""
        self.release()


class HelpedPricer(SharedJobs, Pricer):
    """Prices in this process and by helpers in parallel.

    Parameters
    ----------
    helpers
        The helpers.
    notify
        Called with a notice if they are lost.
    """

    def __init__(self, helpers: Helpers, notify: Callable[[str], None]) -> None:
        SharedJobs.__init__(self, helpers, notify, "operations are priced")
        Pricer.__init__(self)

    def price(self, jobs: Sequence[Job], is_over: Callable[[], bool]) -> list[YearOperation | None]:
        """Return the best operation of each job, in their order."""
        if any(isinstance(job.year, ServedYear) for job in jobs):
            # A helper would take longer to list what each city may choose than this process to choose.
            return super().price(jobs, is_over)
        return self.done(operate, jobs, self._in_time, is_over)

    def costs_of_batches(
        self, batches: Sequence[Sequence[Job]], is_over: Callable[[], bool]
    ) -> list[list[tuple[float, float]] | None]:
        """Return bounds and costs of batches of jobs, in their order."""
        return self.done(bounds_and_costs, batches, bounds_and_costs, is_over)

    def close(self) -> None:
        """Stop the helpers at once, and release all that is held."""
        self.dismiss()
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
