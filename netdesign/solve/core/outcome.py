"""The outcome of a solve: termination, values, phases, trace and progress."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from netdesign.plan import Plan


OPTIMAL_GAP = 1e-6
"""Largest relative gap at which a plan is called optimal."""

LEAST = 1e-9
"""Amounts under this, in the unit of the objective, count as zero."""


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
        """Whether the search was incomplete."""
        return self in (Termination.TIME_LIMIT, Termination.INTERRUPTED, Termination.SIZE_LIMIT)

    @property
    def not_solved(self) -> str:
        """What is said of a search that it ended before there was a plan."""
        return "not solved before the interruption" if self is Termination.INTERRUPTED else "not solved in time"


@dataclass(frozen=True)
class Phases:
    """Seconds spent in each phase of a solve: loading compiled loops, building, handing over, solving."""

    load_s: float = 0.0
    build_s: float = 0.0
    hand_over_s: float = 0.0
    solve_s: float = 0.0

    @property
    def total_s(self) -> float:
        """Their sum."""
        return self.load_s + self.build_s + self.hand_over_s + self.solve_s

    def __add__(self, other: Phases) -> Phases:
        return Phases(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class TracePoint:
    """An improvement of incumbent or bound.

    Parameters
    ----------
    elapsed_s
        Seconds since the command began.
    incumbent
        Value of the best plan, in the unit of the objective; None before the first.
    bound
        Proven lower bound, which never falls along a trace; None before the first.
    hubs_left
        Number of sites that may be open in a better plan than the incumbent, or None if not counted.
    """

    elapsed_s: float
    incumbent: float | None
    bound: float | None
    hubs_left: int | None


@dataclass(frozen=True)
class Solution:
    """The answer of an engine.

    Parameters
    ----------
    termination
        Why it stopped.
    plan
        The best plan, or None.
    objective
        Its cost as the referee prices it, EUR/year; None without a plan.
    bound
        Lower bound on the cost of a permitted plan, EUR/year; minus infinity if unknown, infinity if infeasible.
    phases
        Time spent in each phase.
    trace
        Improvements of incumbent and bound.
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
    """Return the denominator of relative gaps and differences of a value, in the unit of the value.

    Engines, results and ``verify`` share this rule. A value that is the difference of larger amounts is only as exact
    as these, so the largest of them is the denominator.

    Parameters
    ----------
    value
        An objective.
    scale
        Largest amount of which the value is a difference: for a regret the largest cost of a path under perfect
        information; else 0.
    """
    return max(abs(value), scale, LEAST)


def relative_gap(objective: float | None, bound: float, scale: float = 0.0) -> float | None:
    """Return objective less bound, relative to ``exactness``; None without an objective."""
    if objective is None:
        return None
    distance = max(0.0, objective - bound)
    return 0.0 if distance == 0.0 else distance / exactness(objective, scale)


def certain_termination(
    termination: Termination, objective: float, bound: float, asked: float, scale: float = 0.0
) -> Termination:
    """Return the termination that the stated objective and bound prove.

    Parameters
    ----------
    termination
        Termination by the figures of the search itself.
    objective, bound
        The stated values.
    asked
        Relative gap at which the search was allowed to end.
    scale
        As in ``exactness``.
    """
    if termination not in (Termination.OPTIMAL, Termination.GAP_REACHED):
        return termination
    gap = relative_gap(objective, bound, scale) or 0.0
    if gap <= OPTIMAL_GAP:
        return termination
    # Costs of too different magnitudes: the gap is within their rounding.
    return Termination.GAP_REACHED if gap <= max(asked, OPTIMAL_GAP) * (1.0 + OPTIMAL_GAP) else Termination.SIZE_LIMIT


class Saving(NamedTuple):
    """What a network saves against the one that it is compared with, as far as it is known while it is searched.

    In the unit of the objective; negative where it costs more, None where nothing is known.
    """

    at_least: float | None
    """By the best plan so far."""
    at_most: float | None
    """By the bound."""
    against: tuple[str, ...]
    """The hubs of the other network."""


@dataclass(frozen=True)
class Progress:
    """The progress of a running solve.

    Parameters
    ----------
    elapsed_s
        Seconds since the command began.
    incumbent, bound
        In the unit of the objective, None before the first.
    task
        Name of the search.
    hubs_left
        Number of sites that may be open in a better plan, or None if not counted.
    notice
        A message to show at once, such as a step that takes long; None in most cases.
    sets_left
        Number of sets of hubs that may have a better plan, or None if not counted.
    left_s
        Seconds that this search is likely to go on, by how fast sets have become fewer; None where that says nothing.
    saving
        Against the network that the verdict compares with; None where there is none.
    part
        How much of the whole call is done, from 0 to 1; None where that is not told, or as it was told before.
    """

    elapsed_s: float
    incumbent: float | None
    bound: float | None
    task: str
    hubs_left: int | None = None
    notice: str | None = None
    sets_left: int | None = None
    left_s: float | None = None
    saving: Saving | None = None
    part: float | None = None


def silent(progress: Progress) -> None:
    """Ignore the progress."""
