"""The best network at single values of a figure, and between them: where it changes, and how far that is proven."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from netdesign.solve.core.outcome import exactness

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from netdesign.instance import Instance
    from netdesign.solve.core.outcome import Solution

VerdictT = TypeVar("VerdictT")

NOWHERE: tuple[str, ...] = ()
"""Hubs where no network is feasible."""


class Line(NamedTuple):
    """What a plan costs at both ends of a range; in between it is linear in the place on the line of prices."""

    low: float
    high: float

    def at(self, place: float) -> float:
        """Return the cost at a place from 0 to 1."""
        return (1.0 - place) * self.low + place * self.high

    def meets(self, other: Line) -> float:
        """Return the place at which two plans cost the same; nan where they never do."""
        before, after = self.low - other.low, self.high - other.high
        return math.nan if before == after else before / (before - after)


@dataclass(frozen=True)
class Point:
    """The best network at one value of a figure.

    Parameters
    ----------
    value
        Of the figure.
    instance
        With that value.
    solution
        Best plan, with the bound of all plans.
    others
        No network with other hubs has less; minus infinity where that was not looked at.
    place
        On the line of prices, from 0 at the lower end of the range to 1; nan where prices move along none.
    line
        Of the plan; None where there is none.
    reason
        Why the instance is not sound with the value; None where it is.
    """

    value: float
    instance: Instance
    solution: Solution
    others: float = -math.inf
    place: float = math.nan
    line: Line | None = None
    reason: str | None = None

    @property
    def hubs(self) -> tuple[str, ...]:
        """Open hubs of the best network, in the order of the sites; none where no network is feasible."""
        return NOWHERE if self.solution.plan is None else tuple(self.solution.plan.open_hubs)

    @property
    def verdict(self) -> frozenset[str]:
        """What may change from one point to the next: the open hubs."""
        return frozenset(self.hubs)

    @property
    def objective(self) -> float:
        """What the best network has; infinite where no network is feasible."""
        return math.inf if self.solution.objective is None else self.solution.objective

    @property
    def is_open(self) -> bool:
        """Whether a limit ended the search."""
        return self.solution.termination.is_limit


class Change(NamedTuple, Generic[VerdictT]):
    """Where the verdict changes: at a value between two that are looked at, or exactly at one."""

    at_least: float
    at_most: float
    before: VerdictT
    after: VerdictT

    @property
    def is_exact(self) -> bool:
        """Whether the value is known, up to rounding."""
        return self.at_least == self.at_most


class StoppedError(Exception):
    """A limit ended a search; what is found until then stands."""


def is_kept_between(low: Point, high: Point, asked: float) -> float | None:
    """Return None where a network is proven to be best all the way between two points, else where it may not be.

    Both points have plans of that network. Its least cost is under both lines of these plans; the least of all others
    is concave in the place, and so not under the straight line between what is proven of it at both points.

    Parameters
    ----------
    low, high
        The points.
    asked
        Relative gap to which the bounds are proven.

    Returns
    -------
    float or None
        The place with the greatest doubt.
    """
    if low.line is None or high.line is None or -math.inf in (low.others, high.others):
        return 0.5 * (low.place + high.place)
    meets = low.line.meets(high.line)
    place = min(max(meets, low.place), high.place) if math.isfinite(meets) else low.place
    least = min(low.line.at(place), high.line.at(place))
    share = 0.0 if high.place == low.place else (place - low.place) / (high.place - low.place)
    others = _between(low.others, high.others, share)
    return None if least <= others + asked * exactness(least) else place


def _between(low: float, high: float, share: float) -> float:
    return min(low, high) if math.isinf(low) or math.isinf(high) else (1.0 - share) * low + share * high


def hub_changes(points: Sequence[tuple[float, Collection[str]]]) -> list[Change[tuple[str, ...]]]:
    """Return where the best network changes inside a range, whatever the order of its open hubs; see below."""
    names = {frozenset(hubs): tuple(hubs) for _, hubs in points}
    changes = changes_between([(value, frozenset(hubs)) for value, hubs in points])
    return [Change(one.at_least, one.at_most, names[one.before], names[one.after]) for one in changes]


def changes_between(points: Sequence[tuple[float, VerdictT]]) -> list[Change[VerdictT]]:
    """Return where the verdict changes inside a range.

    Parameters
    ----------
    points
        Value and verdict of each point, ascending, from one end of the range to the other.
    """
    changes = [Change(low, high, before, after) for (low, before), (high, after) in pairwise(points) if before != after]
    # Where another network is as good at an end only, nothing changes inside.
    return [one for one in changes if not (one.is_exact and one.at_least in (points[0][0], points[-1][0]))]
