"""The state of a search: the best plan's value, the proven bound, the clock, and the listener."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from netdesign.solve.core.outcome import OPTIMAL_GAP, Progress, Termination, TracePoint, relative_gap, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.solve.core.limits import Watch

_TELL_EVERY_S = 0.5

ROUNDING = 1e-9
"""Relative distance within which two sums of the same costs, added up in another order, are the same."""


class SearchState:
    """What one search has found and proved so far.

    A bound over the incumbent means that nothing better is left; it then is the incumbent's value.

    Parameters
    ----------
    watch
        Limits, clock and stop switch.
    listen
        Called with progress.
    task
        Name of the search for the listener.
    scale
        Of what values are differences, as ``exactness`` takes it.

    Attributes
    ----------
    incumbent
        Value of the best plan, infinite before there is one.
    bound
        Proven, minus infinity before anything is.
    hubs_left
        Sites that may still be open in a better plan, or None.
    ceiling
        No plan costs as much; infinite before one is given.
    least_saving
        What a better plan saves at the very least; zero where that may be anything.
    """

    def __init__(
        self,
        watch: Watch,
        listen: Callable[[Progress], None] = silent,
        task: str = "best network",
        scale: float = 0.0,
    ) -> None:
        self.incumbent = math.inf
        self.bound = -math.inf
        self.hubs_left: int | None = None
        self.ceiling = math.inf
        self.least_saving = 0.0
        self.trace: list[TracePoint] = []
        self.scale = scale
        self._watch, self._listen, self._task = watch, listen, task
        self._told = 0.0

    def aside(self) -> SearchState:
        """Return the state of a search of its own against the same clock, without a listener."""
        return SearchState(self._watch)

    @property
    def is_over(self) -> bool:
        """Whether the clock or the switch ends the search."""
        return self._watch.is_over

    @property
    def is_closed(self) -> bool:
        """Whether the gap that was asked for is reached, or nothing better than the incumbent is left."""
        if not math.isfinite(self.incumbent):
            return self.bound == math.inf
        return self.open_gap <= self.gap

    @property
    def open_gap(self) -> float:
        """The relative gap that is left, infinite where there is no incumbent."""
        if not math.isfinite(self.incumbent):
            return math.inf
        return relative_gap(self.incumbent, self.bound, self.scale) or 0.0

    @property
    def gap(self) -> float:
        """Relative gap at which the search may end; sums in another order differ by a little in any case."""
        return max(self._watch.limits.relative_gap, ROUNDING)

    @property
    def threads(self) -> int:
        """Threads that the search may use."""
        return self._watch.limits.threads

    @property
    def checks_cuts(self) -> bool:
        """Whether every cut is held against all known plans."""
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
        """Value from which on a plan is no better than the incumbent, or is none at all."""
        if not math.isfinite(self.incumbent):
            return self.ceiling
        return self.incumbent - max(ROUNDING * max(abs(self.incumbent), self.scale), self.least_saving)

    def found(self, value: float) -> bool:
        """Take the value of a plan; return whether it is better than the incumbent."""
        if not value < self.cut_off:
            return False
        self.incumbent = value
        self._note()
        return True

    def proved(self, bound: float, hubs_left: int | None = None) -> None:
        """Take a bound; one that is no better than the last changes nothing."""
        if hubs_left is not None:
            self.hubs_left = hubs_left
        bound = min(bound, self.incumbent)
        if bound > self.bound:
            self.bound = bound
            self._note()
        self.tell()

    def exhausted(self) -> None:
        """Note that nothing better than the incumbent is left, or nothing at all where there is none."""
        # The incumbent may be a last digit under what was proven before.
        self.bound = max(self.bound, self.incumbent)
        self._note()

    def tell(self, *, at_once: bool = False) -> None:
        """Tell the listener, now and then."""
        now = time.monotonic()
        if at_once or now - self._told >= _TELL_EVERY_S:
            self._told = now
            point = self._point()
            self._listen(Progress(point.elapsed_s, point.incumbent, point.bound, self._task, point.hubs_left))

    def say(self, notice: str) -> None:
        """Tell the listener, at once, of something that takes a while."""
        self._listen(Progress(self._watch.elapsed_s, None, None, self._task, notice=notice))

    def ending(self) -> Termination:
        """Return why the search ended, if it ended now."""
        return self.settled() if self.is_closed else self._watch.ending

    def settled(self) -> Termination:
        """Return how a search ended that had nothing left to do."""
        if not math.isfinite(self.incumbent):
            return Termination.INFEASIBLE
        return Termination.OPTIMAL if self.open_gap <= OPTIMAL_GAP else Termination.GAP_REACHED

    def _note(self) -> None:
        self.trace.append(self._point())

    def _point(self) -> TracePoint:
        incumbent = self.incumbent if math.isfinite(self.incumbent) else None
        bound = self.bound if math.isfinite(self.bound) else None
        return TracePoint(self._watch.elapsed_s, incumbent, bound, self.hubs_left)
