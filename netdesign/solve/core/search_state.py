"""The state of a search: incumbent, bound, clock and listener; and its threads."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from netdesign.solve.core.outcome import OPTIMAL_GAP, Progress, Termination, TracePoint, relative_gap, silent
from netdesign.solve.core.time_left import TimeLeft

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.solve.core.limits import Watch

_REPORT_EVERY_S = 0.5
_TELL_EVERY_S = 10.0
"""Shortest time between two bounds that are told of without an incumbent: each is written to a file."""

ROUNDING = 1e-9
"""Relative distance within which two sums of the same costs, added up in another order, are the same."""
Part = TypeVar("Part")


class SearchState:
    """Incumbent and bound of one search so far.

    A bound above the incumbent proves that no better plan exists; it is recorded as the incumbent's value.

    Parameters
    ----------
    watch
        Limits, clock and stop event.
    listen
        Called with the progress.
    task
        Name of the search for the listener.
    scale
        Size of the sums whose difference a value is, as in ``exactness``.

    Attributes
    ----------
    incumbent
        Value of the best plan, infinite before there is one.
    bound
        Proven lower bound, minus infinity at first.
    hubs_left
        Number of sites that may be open in a better plan, or None.
    ceiling
        Upper limit that every plan stays under; infinite at first.
    least_saving
        Smallest difference between a better plan and the incumbent; zero if there is no smallest one.
    """

    def __init__(
        self, watch: Watch, listen: Callable[[Progress], None] = silent, task: str = "best network", scale: float = 0.0
    ) -> None:
        self.incumbent = math.inf
        self.bound = -math.inf
        self.hubs_left: int | None = None
        self.ceiling = math.inf
        self.least_saving = 0.0
        self.trace: list[TracePoint] = []
        self.scale = scale
        self._watch, self._listen, self._task = watch, listen, task
        self._reported_at = 0.0
        self._on_better: Callable[[], None] | None = None
        self._told, self._told_bound, self._told_at = math.inf, -math.inf, -math.inf
        self._sets_left: Callable[[], int | None] = lambda: None
        self._time_left = TimeLeft()

    def without_listener(self) -> SearchState:
        """Return a new state with the same clock and without a listener, for a subordinate search."""
        return SearchState(self._watch)

    @property
    def is_over(self) -> bool:
        """Whether the time is over or the search was stopped."""
        return self._watch.is_over

    def stop(self) -> None:
        """End this search, and all later ones of the command."""
        self._watch.stopped.set()

    @property
    def is_closed(self) -> bool:
        """Whether the requested gap is reached, or no better plan than the incumbent exists."""
        if not math.isfinite(self.incumbent):
            return self.bound == math.inf
        return self.open_gap <= self.gap

    @property
    def open_gap(self) -> float:
        """The relative gap between incumbent and bound, infinite without an incumbent."""
        if not math.isfinite(self.incumbent):
            return math.inf
        return relative_gap(self.incumbent, self.bound, self.scale) or 0.0

    @property
    def gap(self) -> float:
        """Relative gap at which the search may end; never under ``ROUNDING``."""
        return max(self._watch.limits.relative_gap, ROUNDING)

    @property
    def threads(self) -> int:
        """Threads that the search may use."""
        return self._watch.limits.threads

    @property
    def checks_cuts(self) -> bool:
        """Whether every cut is checked against all known plans."""
        return self._watch.limits.checks_cuts

    @property
    def elapsed_s(self) -> float:
        """Seconds since the command began."""
        return self._watch.elapsed_s

    @property
    def remaining_s(self) -> float:
        """Seconds left, infinite without a limit."""
        return self._watch.remaining_s

    @property
    def cut_off(self) -> float:
        """Value that a plan must stay under to improve the incumbent."""
        if not math.isfinite(self.incumbent):
            return self.ceiling
        return self.incumbent - max(ROUNDING * max(abs(self.incumbent), self.scale), self.least_saving)

    def is_as_good(self, value: float) -> bool:
        """Return whether a value is the incumbent's but for rounding."""
        return value - self.incumbent <= ROUNDING * max(abs(self.incumbent), self.scale)

    def found(self, value: float) -> bool:
        """Record the value of a plan; return whether it improves the incumbent."""
        if not value < self.cut_off:
            return False
        self.incumbent = value
        self._note()
        return True

    def proved(self, bound: float, hubs_left: int | None = None) -> None:
        """Record a bound if it is better than the last, and report progress."""
        if hubs_left is not None:
            self.hubs_left = hubs_left
        bound = min(bound, self.incumbent)
        if bound > self.bound:
            self.bound = bound
            self._note()
        self.report()
        if self._on_better is not None and self._is_worth_telling():
            self._told, self._told_bound, self._told_at = self.incumbent, self.bound, time.monotonic()
            self._on_better()

    def counts(self, sets_left: Callable[[], int | None]) -> None:
        """Take a function that returns how many sets of hubs may have a better plan; None if they are not counted."""
        self._sets_left, self._time_left = sets_left, TimeLeft()

    def tells_better(self, on_better: Callable[[], None]) -> None:
        """Take a function that is called with the next bound after the incumbent was improved.

        Before there is an incumbent it is called with better bounds, from time to time.
        """
        self._on_better = on_better

    def _is_worth_telling(self) -> bool:
        if math.isfinite(self.incumbent):
            return self.incumbent < self._told
        is_better = math.isfinite(self.bound) and self.bound > self._told_bound
        return is_better and time.monotonic() >= self._told_at + _TELL_EVERY_S

    def exhausted(self) -> None:
        """Record that no better plan than the incumbent exists, or no plan at all without an incumbent."""
        # The incumbent may be under the bound by rounding.
        self.bound = max(self.bound, self.incumbent)
        self._note()

    def report(self, *, at_once: bool = False) -> None:
        """Report progress to the listener, at most every half second unless ``at_once``."""
        now = time.monotonic()
        if at_once or now - self._reported_at >= _REPORT_EVERY_S:
            self._reported_at = now
            point = self._point()
            progress = Progress(point.elapsed_s, point.incumbent, point.bound, self._task, point.hubs_left)
            sets = self._sets_left()
            left_s = None if sets is None else self._time_left.after(now, sets)
            self._listen(replace(progress, sets_left=sets, left_s=left_s))

    def notify(self, notice: str) -> None:
        """Send the listener a notice about a step that takes long."""
        self._listen(Progress(self._watch.elapsed_s, None, None, self._task, notice=notice))

    def listener_of_part(self, listen: Callable[[Progress], None]) -> Callable[[Progress], None]:
        """Return a listener to the search of a part: it knows the plans of others, and what is proven of all."""

        def pass_on(progress: Progress) -> None:
            costs = [cost for cost in (progress.incumbent, self.incumbent) if cost is not None and math.isfinite(cost)]
            bound = self.bound if math.isfinite(self.bound) else None
            listen(replace(progress, incumbent=min(costs, default=None), bound=bound))

        return pass_on

    def ending(self) -> Termination:
        """Return why the search ended, if it ended now."""
        return self.settled() if self.is_closed else self._watch.ending

    def settled(self) -> Termination:
        """Return the termination of a search that is complete."""
        if not math.isfinite(self.incumbent):
            return Termination.INFEASIBLE
        return Termination.OPTIMAL if self.open_gap <= OPTIMAL_GAP else Termination.GAP_REACHED

    def _note(self) -> None:
        self.trace.append(self._point())

    def _point(self) -> TracePoint:
        incumbent = self.incumbent if math.isfinite(self.incumbent) else None
        bound = self.bound if math.isfinite(self.bound) else None
        return TracePoint(self._watch.elapsed_s, incumbent, bound, self.hubs_left)


def for_each(parts: Sequence[Part], do: Callable[[Part], None], state: SearchState) -> None:
    """Call a function for every part; compiled loops release the GIL, so threads run in parallel.

    Raises
    ------
    TimeoutError
        The time ran out before all parts were done.
    """

    def do_in_time(part: Part) -> None:
        if not state.is_over:
            do(part)

    if min(state.threads, len(parts)) <= 1:
        # Starting a thread takes as long as pricing a hundred sets of a small instance.
        for part in parts:
            do_in_time(part)
    else:
        with ThreadPoolExecutor(max_workers=state.threads) as pool:
            list(pool.map(do_in_time, parts))
    if state.is_over:
        raise TimeoutError
