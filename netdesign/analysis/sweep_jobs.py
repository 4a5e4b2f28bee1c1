"""Rows of a sweep in batches: found in this process, and in processes or on a Dask cluster that help.

What a row states depends on the instance, the options and its values only, so it is the same whoever finds it.
"""

from __future__ import annotations

import math
import pickle
import time
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from netdesign.analysis.moved import MovedProblem
from netdesign.analysis.problem import load_problem
from netdesign.analysis.sweep_rows import RowFinder
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.call import Call
    from netdesign.analysis.sweep_rows import FoundRow
    from netdesign.analysis.swept_figures import Combination
    from netdesign.instance.published.reading import Source
    from netdesign.plan import Plan
    from netdesign.solve.core.shared_jobs import SharedJobs

_JOB_S, _BATCH_S = 0.1, 4.0
"""About how long a job and a batch take: short enough to share work evenly and to keep what is found."""

_FIRST_BATCH, _MOST_IN_A_JOB = 4, 100
"""Rows of the first batch, of which it is not known how long they take, and most of a job."""


@dataclass(frozen=True)
class RowJob:
    """Rows for a helper to find.

    Parameters
    ----------
    setup
        Pickled ``RowSetup``: in pieces of the same bytes, so that a helper reads the instance once.
    combinations
        Values of the rows.
    left_s
        Seconds that are left; infinite without a limit.
    """

    setup: bytes
    combinations: tuple[Combination, ...]
    left_s: float


@dataclass(frozen=True)
class RowSetup:
    """What a helper needs of a sweep.

    Parameters
    ----------
    source
        The instance as read, without the changes of the call.
    call
        The options, without the figures.
    figures
        Paths of each figure.
    limits
        Limits of the searches.
    start
        A plan to begin every search with, or None.
    """

    source: Source
    call: Call
    figures: tuple[tuple[str, ...], ...]
    limits: SolveLimits
    start: Plan | None

    def pickled(self) -> bytes:
        """Return this as bytes."""
        return pickle.dumps(self)


def rows_of_job(job: RowJob) -> list[FoundRow | None]:
    """Return rows; called by helpers."""
    finder = _finder(job.setup)
    finder.watch.limits = replace(finder.watch.limits, time_limit_s=job.left_s if math.isfinite(job.left_s) else None)
    finder.watch.started = time.monotonic()
    return [finder.row(combination) for combination in job.combinations]


@lru_cache(maxsize=1)
def _finder(setup: bytes) -> RowFinder:
    asked: RowSetup = pickle.loads(setup)
    problem = load_problem(asked.source, asked.call)
    question = problem.question(Watch(asked.limits), silent, asked.call.engine)
    return RowFinder(MovedProblem(asked.source, asked.call, problem, question), asked.figures, asked.start)


class Batches:
    """Finds rows batch by batch; a batch takes some seconds once it is known how long a row takes.

    Parameters
    ----------
    finder
        Finds rows in this process.
    shared
        Shares jobs with helpers; None without any.
    setup
        What helpers need; empty without any.
    workers
        Number of processes that share a batch, as far as it is known.
    """

    def __init__(self, finder: RowFinder, shared: SharedJobs | None, setup: bytes, workers: int) -> None:
        self._finder, self._shared, self._setup, self._workers = finder, shared, setup, workers
        self._row_s: float | None = None

    def found(self, waiting: Sequence[Combination]) -> dict[Combination, FoundRow | None]:
        """Return the rows of the next batch, None for one at which a limit stopped."""
        batch = waiting[: self._rows_of_batch]
        size = self._rows_of_job
        jobs = [
            RowJob(self._setup, tuple(batch[first : first + size]), self._finder.watch.remaining_s)
            for first in range(0, len(batch), size)
        ]
        begun = time.perf_counter()
        found = self._done(jobs)
        self._row_s = (time.perf_counter() - begun) * self._workers / len(batch)
        rows = chain.from_iterable(
            [None] * len(job.combinations) if one is None else one for job, one in zip(jobs, found, strict=True)
        )
        return dict(zip(batch, rows, strict=True))

    def _done(self, jobs: Sequence[RowJob]) -> Sequence[Sequence[FoundRow | None] | None]:
        if self._shared is None:
            return [self._here(job) for job in jobs]
        return self._shared.done(rows_of_job, jobs, self._here, self._is_over)

    @property
    def _rows_of_job(self) -> int:
        if self._row_s is None or self._shared is None:
            return 1
        return min(max(1, round(_JOB_S / self._row_s)), _MOST_IN_A_JOB)

    @property
    def _rows_of_batch(self) -> int:
        if self._shared is None:
            return 1
        if self._row_s is None:
            return _FIRST_BATCH * self._workers
        return max(_FIRST_BATCH * self._workers, round(_BATCH_S * self._workers / self._row_s))

    def _here(self, job: RowJob) -> list[FoundRow | None]:
        return [None if self._is_over() else self._finder.row(one) for one in job.combinations]

    def _is_over(self) -> bool:
        return self._finder.watch.is_over
