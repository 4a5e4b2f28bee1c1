"""How a solve ended and what it holds: status as types, values beside them, never mixed."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netdesign.plan import Plan


OPTIMAL_GAP = 1e-6
"""Largest relative gap at which a plan is called optimal."""

LEAST = 1e-9
"""Amounts under this, in the unit of the objective, are nothing."""


class Termination(StrEnum):
    """Why a solve stopped."""

    OPTIMAL = "optimal"
    GAP_REACHED = "gap_reached"
    INFEASIBLE = "infeasible"
    TIME_LIMIT = "time_limit"
    INTERRUPTED = "interrupted"
    SIZE_LIMIT = "size_limit"

    @property
    def is_limit(self) -> bool:
        """Whether more time, or a larger program, could have changed the answer."""
        return self in (Termination.TIME_LIMIT, Termination.INTERRUPTED, Termination.SIZE_LIMIT)


@dataclass(frozen=True)
class Phases:
    """Seconds spent in each phase of a solve: loading compiled loops, building, handing over, solving."""

    load_s: float = 0.0
    build_s: float = 0.0
    hand_over_s: float = 0.0
    solve_s: float = 0.0

    @property
    def total_s(self) -> float:
        """All of them."""
        return self.load_s + self.build_s + self.hand_over_s + self.solve_s

    def __add__(self, other: Phases) -> Phases:
        return Phases(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class TracePoint:
    """A moment at which a search knew more than before.

    Parameters
    ----------
    elapsed_s
        Seconds since the command began.
    incumbent
        Value of the best plan, in the unit of the objective; None before there is one.
    bound
        What was proven; never falls along a trace. None before anything was.
    hubs_left
        Sites that may still be open in a better plan than the incumbent, or None where nobody counts them.
    """

    elapsed_s: float
    incumbent: float | None
    bound: float | None
    hubs_left: int | None


@dataclass(frozen=True)
class Solution:
    """What an engine hands back.

    Parameters
    ----------
    termination
        Why it stopped.
    plan
        The best plan, or None.
    objective
        Its cost as the referee prices it, EUR/year; None without a plan.
    bound
        No permitted plan costs less, EUR/year; minus infinity where nothing is proven, infinity where infeasible.
    phases
        Where the time went.
    trace
        How incumbent and bound came to it.
    """

    termination: Termination
    plan: Plan | None
    objective: float | None
    bound: float
    phases: Phases
    trace: tuple[TracePoint, ...] = ()

    @property
    def gap(self) -> float | None:
        """Relative gap between objective and bound, None without a plan; never negative."""
        return relative_gap(self.objective, self.bound)


def exactness(value: float, scale: float = 0.0) -> float:
    """Return the amount of which gaps and differences of a value are shares, in the unit of the value.

    This is the one rule for it, of engines, results and ``verify``: the value itself or, where that is the difference
    of larger amounts, the largest of these, as it is no more exact than they are.

    Parameters
    ----------
    value
        An objective.
    scale
        Of what it is a difference: for a regret the dearest path as it costs when it is known; else nothing.
    """
    return max(abs(value), scale, LEAST)


def relative_gap(objective: float | None, bound: float, scale: float = 0.0) -> float | None:
    """Return objective less bound as a share of ``exactness``, None without an objective, 0 where they agree."""
    if objective is None:
        return None
    distance = max(0.0, objective - bound)
    return 0.0 if distance == 0.0 else distance / exactness(objective, scale)


def certain_termination(
    termination: Termination, objective: float, bound: float, asked: float, scale: float = 0.0
) -> Termination:
    """Return why a search stopped, as objective and bound prove it as they are stated.

    Parameters
    ----------
    termination
        By the search's own figures.
    objective, bound
        As they are stated.
    asked
        Relative gap at which it might end.
    scale
        As ``exactness`` takes it.
    """
    if termination not in (Termination.OPTIMAL, Termination.GAP_REACHED):
        return termination
    gap = relative_gap(objective, bound, scale) or 0.0
    if gap <= OPTIMAL_GAP:
        return termination
    # Figures of too different sizes: what is left of the gap is lost in their rounding.
    return Termination.GAP_REACHED if gap <= max(asked, OPTIMAL_GAP) * (1.0 + OPTIMAL_GAP) else Termination.SIZE_LIMIT


@dataclass(frozen=True)
class Progress:
    """A moment of a running solve.

    Parameters
    ----------
    elapsed_s
        Seconds since the command began.
    incumbent, bound
        In the unit of the objective, None before there is one.
    task
        What is solved.
    hubs_left
        Sites that may still be open in a better plan, None where nobody counts them.
    notice
        Something that takes a while, in words, to be passed on at once; None mostly.
    """

    elapsed_s: float
    incumbent: float | None
    bound: float | None
    task: str
    hubs_left: int | None = None
    notice: str | None = None


def silent(progress: Progress) -> None:
    """Take progress, and pass nothing on."""
