"""Jobs that this process shares with helpers: processes of this machine, or the workers of a cluster.

What a job gives depends on the job only, and comes back in the order of the batch. So an answer does not depend on who
did what, and a lost job is done again.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from concurrent.futures import Executor, wait
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

_FEWEST = 2
"""Smallest batch that is given to helpers."""
_POLL_S = 0.1

Job = TypeVar("Job")
Found = TypeVar("Found")


class Helpers(Executor, ABC):
    """An executor of other processes. A job can be cancelled while this process need not wait for it."""

    useful_after_s = 0.0
    """Seconds of such work after which helpers are used."""

    @abstractmethod
    def loss_notice(self, error: Exception) -> str | None:
        """Return a notice if an error means that the helpers are lost, else None."""


class SharedJobs:
    """Shares batches of jobs: helpers work from the front of a batch, this process from its end.

    So this process never waits for slow helpers, and it does the jobs that they lose.

    Parameters
    ----------
    helpers
        The helpers.
    notify
        Called with a notice if they are lost.
    what_happens
        What the jobs do, in words for the notice.
    """

    def __init__(self, helpers: Helpers, notify: Callable[[str], None], what_happens: str) -> None:
        self._helpers: Helpers | None = helpers
        self._notify, self._what_happens = notify, what_happens
        self._spent_s = 0.0

    def done(
        self,
        function: Callable[[Job], Found],
        jobs: Sequence[Job],
        here: Callable[[Job], Found | None],
        is_over: Callable[[], bool],
    ) -> list[Found | None]:
        """Return what each job gives, in their order.

        Parameters
        ----------
        function
            Does a job in a helper, without state.
        jobs
            The batch.
        here
            Does a job in this process; returns None where the time runs out meanwhile.
        is_over
            Called before each job; once it returns True, what is left is None.
        """
        futures = self._submitted(function, jobs)
        begun = time.perf_counter()
        found: list[Found | None] = [None] * len(jobs)
        if futures:
            for place in reversed(range(len(jobs))):
                if futures[place].cancel() and not is_over():
                    found[place] = here(jobs[place])
            for place, job in enumerate(jobs):
                if found[place] is None and not is_over():
                    found[place] = self._fetched(futures[place], job, here, is_over)
        else:
            found = [None if is_over() else here(job) for job in jobs]
        self._spent_s += time.perf_counter() - begun
        return found

    def _submitted(self, function: Callable[[Job], Found], jobs: Sequence[Job]) -> list[Future[Found]]:
        """Submit a batch to the helpers; return nothing if they are not used."""
        if self._helpers is None or len(jobs) < _FEWEST or self._spent_s < self._helpers.useful_after_s:
            return []
        try:
            return [self._helpers.submit(function, job) for job in jobs]
        except Exception as error:  # as in _fetched
            self._missed(error)
            return []

    def _fetched(
        self, future: Future[Found], job: Job, here: Callable[[Job], Found | None], is_over: Callable[[], bool]
    ) -> Found | None:
        """Return what a helper found, or do the job here on an error; None if the time is over first."""
        try:
            while not wait([future], _POLL_S).done:
                if is_over():
                    return None
            return future.result()
        except Exception as error:
            # Any error of Dask or the operating system; a defect of ours recurs in this process.
            self._missed(error)
            return here(job)

    def _missed(self, error: Exception) -> None:
        loss_notice = self._helpers.loss_notice(error) if self._helpers else None
        if loss_notice is not None:
            self._notify(f"{loss_notice}; {self._what_happens} in this process from here on")
            self.dismiss()

    def dismiss(self) -> None:
        """Stop the helpers at once."""
        if self._helpers is not None:
            self._helpers.shutdown(cancel_futures=True)
            self._helpers = None
