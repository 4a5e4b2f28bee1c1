"""Limits of a solve, the clock that runs against them, and the switch that stops it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
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
        Seed of HiGHS; the answer does not depend on it, the way to it does.
    checks_cuts
        Whether engines hold every cut against all plans that they have found; tests switch it on.
    """

    time_limit_s: float | None = None
    relative_gap: float = OPTIMAL_GAP
    threads: int = 1
    seed: int = 0
    checks_cuts: bool = False

    def to_record(self) -> dict[str, object]:
        """Return the limits on which an answer depends, as a result records them."""
        return {"gap": self.relative_gap, "threads": self.threads, "seed": self.seed}


@dataclass
class Watch:
    """The clock of one command and the switch that ends it early; shared by all its solves.

    Parameters
    ----------
    limits
        The limits that hold.
    stopped
        Set to ask every running and every later solve to end with what it has.
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
        """Whether nothing new may be started."""
        return self.stopped.is_set() or self.remaining_s <= 0.0

    @property
    def ending(self) -> Termination:
        """Why a search that could have gone on ended: the switch, else the clock."""
        return Termination.INTERRUPTED if self.stopped.is_set() else Termination.TIME_LIMIT
