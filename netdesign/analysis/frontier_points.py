"""What follows from the searches of a frontier: which plans nothing beats, how far that is proven, what is between."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from netdesign.analysis.frontier_call import Measure

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from netdesign.analysis.measured_problem import Measured, Terms

COST_ROUNDING, OTHER_ROUNDING = 1e-9, 1e-7
"""Relative differences of cost, and of late freight and carbon, that count as rounding."""

EMPTY_WITHIN = 2e-6
"""Part of the cost that a network between two points may save where nothing is said to lie between them."""

_NOT_UNDER = 4e-6
"""Part of the largest figure by which limits have to be under a point's to be told from it: engines keep to 1e-6."""


class Proof(NamedTuple):
    """What one search proves: no plan within the limits of its terms has less at their prices, EUR/year."""

    terms: Terms
    bound: float


class Bounds(NamedTuple):
    """What no plan has less of that is as good as a point in its other measures."""

    cost: float
    late: float
    co2e: float


@dataclass(frozen=True)
class Scale:
    """What is compared, and the size of its figures.

    Parameters
    ----------
    measures
        Of the call.
    largest
        Of each measure: below it differences are rounding.
    """

    measures: tuple[Measure, ...]
    largest: Measured

    @property
    def others(self) -> tuple[int, ...]:
        """Places in ``Measured`` of the measures beside the cost."""
        return tuple(place for place, measure in ((1, Measure.TIME), (2, Measure.CARBON)) if measure in self.measures)

    @property
    def tolerances(self) -> tuple[tuple[int, float], ...]:
        """Places of all measures with the difference that counts as rounding."""
        rounding = {0: COST_ROUNDING, 1: OTHER_ROUNDING, 2: OTHER_ROUNDING}
        return tuple((place, rounding[place] * self.largest[place]) for place in (0, *self.others))

    def under(self, place: int, value: float) -> float:
        """Return the next limit under a value that engines can tell from it."""
        return value - _NOT_UNDER * self.largest[place]


def unbeaten(plans: Sequence[Measured], scale: Scale) -> list[int]:
    """Return the places of the plans that no other beats, the cheapest first; of equal ones the first."""
    order = sorted(range(len(plans)), key=lambda place: plans[place])
    kept: list[int] = []
    for place in order:
        if not any(_is_as_good(plans[other], plans[place], scale) for other in kept):
            kept = [other for other in kept if not _is_as_good(plans[place], plans[other], scale)]
            kept.append(place)
    return kept


def _is_as_good(one: Measured, other: Measured, scale: Scale) -> bool:
    return all(one[place] <= other[place] + rounding for place, rounding in scale.tolerances)


def is_same(one: Measured, other: Measured, scale: Scale) -> bool:
    """Return whether two plans are the same in all measures, but for rounding."""
    return all(abs(one[place] - other[place]) <= rounding for place, rounding in scale.tolerances)


def bounds_of(point: Measured, proofs: Collection[Proof], scale: Scale) -> Bounds:
    """Return what no plan has less of that is as good as a point in the other measures; at most what the point has."""
    cost = late = co2e = -math.inf
    for terms, bound in proofs:
        if not terms.permit(point) or bound == -math.inf:
            continue
        left = bound - terms.weighted(point) + point.cost
        cost = max(cost, left)
        if terms.late_price > 0:
            late = max(late, point.late + (left - point.cost) / terms.late_price)
        if terms.carbon_price > 0:
            co2e = max(co2e, point.co2e + (left - point.cost) / terms.carbon_price)
    is_measured = 1 in scale.others, 2 in scale.others
    return Bounds(
        min(cost, point.cost),
        min(max(0.0, late), point.late) if is_measured[0] else -math.inf,
        min(max(0.0, co2e), point.co2e) if is_measured[1] else -math.inf,
    )


def empty_up_to(point: Measured, before: Measured, proofs: Collection[Proof], scale: Scale) -> float | None:
    """Return up to which value of the other measure nothing lies between a point and the one before it, which has more.

    With less than that of the measure, no plan has a cost under the point's, but for rounding. None where there are
    two other measures.
    """
    if len(scale.others) > 1:
        return None
    (place,) = scale.others
    slack = EMPTY_WITHIN * max(abs(point.cost), 1.0)
    reached = point[place]
    for terms, bound in proofs:
        price, most = terms[place - 1], terms[place + 1]
        if most < reached or bound == -math.inf:
            continue
        # With up to this much of the measure the bound is no less than the cost of the point.
        limit = math.inf if price == 0 and bound >= point.cost - slack else -math.inf
        if price > 0:
            limit = (bound - point.cost + slack) / price
        reached = max(reached, min(most, limit))
    return before[place] if reached >= scale.under(place, before[place]) else reached
