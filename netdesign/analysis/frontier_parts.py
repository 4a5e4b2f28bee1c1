"""The points and searches of a frontier as a result states them; derived again by ``verify``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.analysis.frontier_points import Proof, bounds_of, empty_up_to, is_same, unbeaten
from netdesign.analysis.frontier_steps import scale_of
from netdesign.analysis.measured_problem import Terms
from netdesign.results.frontier_document import FrontierPointPart, FrontierSearchPart
from netdesign.results.part import finite, proven
from netdesign.results.result import network_part
from netdesign.solve.core.outcome import OPTIMAL_GAP, Phases, Solution, Termination, relative_gap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.frontier_call import Measure
    from netdesign.analysis.frontier_points import Scale
    from netdesign.analysis.frontier_searches import Found, FoundPlan
    from netdesign.analysis.measured_problem import Measured, MeasuredProblem


@dataclass(frozen=True)
class FrontierParts:
    """Points and searches of a result."""

    points: list[FrontierPointPart]
    searches: list[FrontierSearchPart]


def frontier_parts(
    problem: MeasuredProblem, measures: tuple[Measure, ...], made: Sequence[Found], asked: float
) -> FrontierParts:
    """Return the points that no plan of the searches beats, and the searches.

    Parameters
    ----------
    problem
        The problem.
    measures
        By which plans are compared.
    made
        The searches.
    asked
        Relative gap at which a search may end.
    """
    found = [one.found for one in made if one.found is not None]
    plans = list({id(one.plan): one for one in found}.values())
    if not plans:
        return FrontierParts([], [_search_part(one, None) for one in made])
    scale = scale_of(problem, measures, min(one.measured for one in plans))
    kept = [plans[place] for place in unbeaten([one.measured for one in plans], scale)]
    ending = next((one.termination for one in made if not one.is_settled), Termination.TIME_LIMIT)
    proofs = [Proof(one.terms, one.bound) for one in made]
    points = point_parts(problem, kept, proofs, scale, asked, ending)
    return FrontierParts(points, [_search_part(one, _place(one.found, kept, scale)) for one in made])


def _place(found: FoundPlan | None, kept: Sequence[FoundPlan], scale: Scale) -> int | None:
    """Return the point that is the same in all measures as a plan; None where there is none."""
    if found is None:
        return None
    return next((place for place, one in enumerate(kept) if is_same(one.measured, found.measured, scale)), None)


def point_parts(
    problem: MeasuredProblem,
    kept: Sequence[FoundPlan],
    proofs: Sequence[Proof],
    scale: Scale,
    asked: float,
    ending: Termination,
) -> list[FrontierPointPart]:
    """Return the parts of points.

    Parameters
    ----------
    problem
        The problem.
    kept
        The plans of the points, the cheapest first.
    proofs
        What the searches have proven.
    scale
        What is compared.
    asked
        Relative gap at which a search may end.
    ending
        Why searches stopped that prove too little.
    """
    parts = []
    for place, one in enumerate(kept):
        bounds = bounds_of(one.measured, proofs, scale)
        gap = relative_gap(one.measured.cost, bounds.cost) or 0.0
        proven_as = Termination.OPTIMAL if gap <= OPTIMAL_GAP else Termination.GAP_REACHED
        solution = Solution(
            proven_as if gap <= max(asked, OPTIMAL_GAP) else ending, one.plan, one.measured.cost, bounds.cost, Phases()
        )
        instance = problem.question.instance
        before = kept[place - 1].measured if place else None
        parts.append(
            FrontierPointPart(
                network=network_part(solution, one.evaluation, instance, instance.hub_range[1]),
                late_t_per_year=one.measured.late,
                co2e_t_per_year=one.measured.co2e,
                late_bound_t_per_year=finite(bounds.late),
                co2e_bound_t_per_year=finite(bounds.co2e),
                empty_up_to=None if before is None else empty_up_to(one.measured, before, proofs, scale),
                **_against_cheapest(one.measured, kept[0].measured, scale, problem.promised),
            )
        )
    return parts


def _against_cheapest(one: Measured, cheapest: Measured, scale: Scale, promised: float) -> dict[str, float | None]:
    """Return what a point costs more than the cheapest, and for what it has less of."""
    more = one.cost - cheapest.cost
    less = [cheapest[place] - one[place] for place in (1, 2)]
    is_less = [place in scale.others and less[place - 1] > rounding for place, rounding in scale.tolerances[1:]]
    fewer = dict(zip(scale.others, is_less, strict=True))
    return {
        "more_than_best": more,
        "eur_per_service_point": more / (100.0 * less[0] / promised) if fewer.get(1) else None,
        "eur_per_t_co2e": more / less[1] if fewer.get(2) else None,
    }


def _search_part(one: Found, point: int | None) -> FrontierSearchPart:
    terms = one.terms
    return FrontierSearchPart(
        late_price_eur_per_t=terms.late_price,
        carbon_price_eur_per_t=terms.carbon_price,
        most_late_t_per_year=finite(terms.most_late),
        most_co2e_t_per_year=finite(terms.most_co2e),
        termination=one.termination,
        objective=None if one.found is None else terms.weighted(one.found.measured),
        bound=finite(one.bound),
        point=point,
    )


def proof_of(search: FrontierSearchPart) -> Proof:
    """Return what a search that a result states proves."""
    return Proof(terms_of(search), proven(search))


def terms_of(search: FrontierSearchPart) -> Terms:
    """Return the terms of a search that a result states."""
    most = (search.most_late_t_per_year, search.most_co2e_t_per_year)
    limits = (math.inf if one is None else one for one in most)
    return Terms(search.late_price_eur_per_t, search.carbon_price_eur_per_t, *limits)
