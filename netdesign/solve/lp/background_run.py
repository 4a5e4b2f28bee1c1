"""HiGHS in a thread of its own, so that limits and signals end it."""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from netdesign.solve.core.limits import SOLVER_THREAD
from netdesign.solve.core.outcome import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.solve.core.limits import Watch

Found = TypeVar("Found")

_PROGRESS_EVERY_S = 0.5
_POLL_S = 0.05
_GRACE_S = 1.0
"""Time for HiGHS to end by itself after the time limit or a stop, s."""


class BackgroundRun:
    """Runs HiGHS in a thread of its own, so that a signal is handled at once and only sets the stop event.

    HiGHS checks limits and callbacks from time to time, but not during the first LP of a large MIP, which may take
    minutes. A run that does not end in time is abandoned: its thread continues, and its reports so far count.

    Parameters
    ----------
    highs
        An instance with model and options.
    cost_unit
        EUR/year of one unit of its objective.
    watch
        Limits, clock and stop event.
    listen
        Called with progress, from the thread.
    task
        Name of this run for the listener.

    Attributes
    ----------
    incumbent
        Values of the columns in the best plan reported, or None.
    bound
        Best bound reported, EUR/year.
    """

    def __init__(
        self, highs: Any, cost_unit: float, watch: Watch, listen: Callable[[Progress], None], task: str
    ) -> None:
        self.incumbent: NDArray[np.float64] | None = None
        self.bound = -np.inf
        self._highs, self._cost_unit = highs, cost_unit
        self._watch, self._listen, self._task = watch, listen, task
        self._reported_at = 0.0
        self._done = Event()
        self._failures: list[BaseException] = []
        highs.cbMipInterrupt.subscribe(self._interrupt)
        highs.cbMipInterrupt.subscribe(self._report)
        highs.cbMipImprovingSolution.subscribe(self._keep)
        highs.cbSimplexInterrupt.subscribe(self._interrupt)
        highs.cbIpmInterrupt.subscribe(self._interrupt)

    def finish(self) -> bool:
        """Run to the end; return False if the run was abandoned."""
        Thread(target=self._work, name=SOLVER_THREAD, daemon=True).start()
        over_since = np.inf
        # Not thread.join: up to Python 3.12 a KeyboardInterrupt in it marks a running thread as ended.
        while not self._done.is_set():
            try:
                self._done.wait(_POLL_S)
            except KeyboardInterrupt:
                self._watch.stopped.set()
            if self._watch.is_over:
                over_since = min(over_since, time.monotonic())
                if time.monotonic() - over_since > _GRACE_S:
                    return False
        if self._failures:
            raise self._failures[0]
        return True

    def _work(self) -> None:
        try:
            self._highs.run()
        except BaseException as error:
            self._failures.append(error)
        finally:
            self._done.set()

    def _interrupt(self, event: Any) -> None:
        if self._watch.stopped.is_set():
            event.interrupt()

    def _keep(self, event: Any) -> None:
        self.incumbent = np.array(event.data_out.mip_solution)
        # The next report may be minutes away.
        self._reported_at = 0.0
        self._report(event)

    def _report(self, event: Any) -> None:
        incumbent, bound = (
            finite_cost(value * self._cost_unit)
            for value in (event.data_out.mip_primal_bound, event.data_out.mip_dual_bound)
        )
        if bound is not None:
            self.bound = max(self.bound, bound)
        now = time.monotonic()
        if now - self._reported_at >= _PROGRESS_EVERY_S:
            self._reported_at = now
            self._listen(Progress(self._watch.elapsed_s, incumbent, bound, self._task))


def in_background(work: Callable[[], Found], is_over: Callable[[], bool], stop: Callable[[], None]) -> Found:
    """Return what is found by work in a thread of its own, which does not look itself whether it is to end.

    Parameters
    ----------
    work
        A run of HiGHS, or the building of a model.
    is_over
        Returns whether the time is over.
    stop
        Called on Ctrl-C.

    Raises
    ------
    TimeoutError
        The time ran out, and the work did not end soon; its thread goes on, and nobody takes what it finds.
    """
    done = Event()
    found: list[Found] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:
            errors.append(error)
        finally:
            done.set()

    Thread(target=run, name=SOLVER_THREAD, daemon=True).start()
    over_since = np.inf
    while not done.is_set():
        try:
            done.wait(_POLL_S)
        except KeyboardInterrupt:
            stop()
        if is_over():
            over_since = min(over_since, time.monotonic())
            if time.monotonic() - over_since > _GRACE_S:
                raise TimeoutError
    if errors:
        raise errors[0]
    return found[0]


def finite_cost(value: float) -> float | None:
    """Return a cost of HiGHS, or None if HiGHS means infinite."""
    return float(value) if np.isfinite(value) and abs(value) < 1e300 else None
