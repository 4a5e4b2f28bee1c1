"""Limits of a solve, its clock, and the event that stops it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from threading import Event

from netdesign.solve.core.outcome import OPTIMAL_GAP, Termination

SOLVER_THREAD = "netdesign solver"
"""Name of the threads in which a solver runs; one that did not stop in time still does."""


@dataclass(frozen=True)
class SolveLimits:
    """When to stop.

    Parameters
    ----------
    time_limit_s
        Wall-clock seconds for everything after the command line is read, model building included; None for no limit.
    relative_gap
        Gap at which the search may end.
    threads
        Threads of HiGHS.
    seed
        Seed of HiGHS; the search path depends on it, the answer does not.
    checks_cuts
        Whether engines check every cut against all plans that they have found; used in tests.
    """

    time_limit_s: float | None = None
    relative_gap: float = OPTIMAL_GAP
    threads: int = 1
    seed: int = 0
    checks_cuts: bool = False

    def to_record(self) -> dict[str, object]:
        """Return the limits that a result records."""
        return {"gap": self.relative_gap, "threads": self.threads, "seed": self.seed}


@dataclass
class Watch:
    """The clock of one command and the event that ends it early; shared by all its solves.

    Parameters
    ----------
    limits
        The limits that hold.
    stopped
        Once set, every running and later solve ends with the best plan it has.
    """

    limits: SolveLimits
    stopped: Event = field(default_factory=Event)
    started: float = field(default_factory=time.monotonic)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def remaining_s(self) -> float:
        """Seconds left, infinite without a limit, never negative."""
        if self.limits.time_limit_s is None:
            return float("inf")
        return max(0.0, self.limits.time_limit_s - self.elapsed_s)

    @property
    def is_over(self) -> bool:
        """Whether the command must end."""
        return self.stopped.is_set() or self.remaining_s <= 0.0

    @property
    def ending(self) -> Termination:
        """The reason why an incomplete search ended: stopped, or out of time."""
        return Termination.INTERRUPTED if self.stopped.is_set() else Termination.TIME_LIMIT

    def to_optimality(self) -> Watch:
        """Return the same clock and event with a gap at which a plan is called optimal."""
        gap = min(self.limits.relative_gap, OPTIMAL_GAP)
        return replace(self, limits=replace(self.limits, relative_gap=gap))
