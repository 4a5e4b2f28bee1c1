"""Verify a frontier: price each point again, and hold points, order and bounds against what the searches prove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import ENDED_WITH_A_PLAN, differing, differs, of_search
from netdesign.analysis.frontier_call import check_measures
from netdesign.analysis.frontier_parts import point_parts, proof_of, terms_of
from netdesign.analysis.frontier_points import unbeaten
from netdesign.analysis.frontier_searches import FoundPlan
from netdesign.analysis.frontier_steps import scale_of
from netdesign.analysis.measured_problem import MeasuredProblem
from netdesign.analysis.verify_networks import of_network
from netdesign.errors import ContradictionError, UsageError
from netdesign.results.named_plan import plan_from_document
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.frontier_call import FrontierCall
    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.results.frontier_document import FrontierDocument, FrontierSearchPart


def contradicted_frontier(result: StatedResult[FrontierDocument, SolveProblem, FrontierCall]) -> Iterator[str]:
    """Yield all that the referee, or the searches themselves, contradict in a frontier."""
    document, problem, call = result.document, result.problem, result.call
    try:
        check_measures(problem.instance, call)
    except UsageError as error:
        yield error.message
        return
    if document.measures != [measure.value for measure in call.measures]:
        yield "measures: are not those of the call"
        return
    asked = document.options["gap"]
    texts = [
        f"point {place}: {text}"
        for place, point in enumerate(document.points)
        for text in of_network(point.network, problem, asked)
    ]
    yield from texts
    if texts or any(point.network.plan is None for point in document.points):
        yield from (f"point {place}: has no plan" for place, one in enumerate(document.points) if not one.network.plan)
        return
    measured = MeasuredProblem(problem.question(Watch(SolveLimits(relative_gap=asked))))
    try:
        kept = [_found(measured, document, place) for place in range(len(document.points))]
    except ContradictionError as error:
        yield error.message
        return
    yield from _of_searches(document, kept)
    yield from _of_points(document, measured, call, kept)
    yield from _of_top_level(document)


def _found(problem: MeasuredProblem, document: FrontierDocument, place: int) -> FoundPlan:
    """Return the plan of a point with its measures."""
    part = document.points[place].network.plan
    if part is None:
        raise AssertionError
    plan = plan_from_document(part, problem.question.instance)
    evaluation = problem.evaluated(plan)
    return FoundPlan(plan, evaluation, problem.measured(evaluation))


def _of_searches(document: FrontierDocument, kept: list[FoundPlan]) -> Iterator[str]:
    """Yield contradictions between what searches state and the points that they name."""
    for number, search in enumerate(document.searches):
        texts = [*of_search(search), *_of_search(search, kept)]
        yield from (f"search {number}: {text}" for text in texts)
        if search in document.searches[:number]:
            yield f"search {number}: is search {document.searches.index(search)} once more"
    named = {search.point for search in document.searches}
    yield from (f"point {place}: no search has found it" for place in range(len(kept)) if place not in named)


def _of_search(search: FrontierSearchPart, kept: list[FoundPlan]) -> Iterator[str]:
    terms = terms_of(search)
    if min(terms) < 0:
        yield "prices and limits: are under 0"
        return
    bound = search.bound
    for place, one in enumerate(kept):
        value = terms.weighted(one.measured)
        if not terms.permit(one.measured):
            continue
        if search.termination is Termination.INFEASIBLE:
            yield f"termination: states infeasible; point {place} is within its limits"
        elif bound is not None and bound > value and differs(bound, value):
            yield f"bound: states {bound}; point {place} has {value}"
    if search.point is None:
        return
    if not 0 <= search.point < len(kept):
        yield f"point: there is no {search.point} in points"
        return
    value = terms.weighted(kept[search.point].measured)
    if search.objective is None or differs(search.objective, value):
        yield f"objective: states {search.objective}; the point has {value}"


def _of_points(
    document: FrontierDocument, problem: MeasuredProblem, call: FrontierCall, kept: list[FoundPlan]
) -> Iterator[str]:
    """Yield contradictions in order, bounds and differences of the points."""
    if not kept:
        return
    measured = [one.measured for one in kept]
    scale = scale_of(problem, call.measures, min(measured))
    if unbeaten(measured, scale) != list(range(len(kept))):
        yield "points: are not in the order of their cost, or one of them beats another"
        return
    ending = next((one.termination for one in document.searches if one.termination.is_limit), Termination.TIME_LIMIT)
    proofs = [proof_of(search) for search in document.searches]
    true = point_parts(problem, kept, proofs, scale, document.options["gap"], ending)
    names = [name for name in type(true[0]).model_fields if name != "network"]
    for place, (claimed, value) in enumerate(zip(document.points, true, strict=True)):
        found = [*differing(claimed, value, names)]
        found += differing(claimed.network, value.network, ("bound", "gap", "termination"))
        yield from (f"point {place}: {name}: states {one}; the searches give {other}" for name, one, other in found)


def _of_top_level(document: FrontierDocument) -> Iterator[str]:
    """Yield contradictions at the top level."""
    first = document.points[0].network if document.points else None
    for name in ("objective", "bound", "gap"):
        true = None if first is None else getattr(first, name)
        if differs(getattr(document, name), true):
            yield f"{name}: states {getattr(document, name)}; the cheapest point has {true}"
    ended = document.termination in ENDED_WITH_A_PLAN
    if ended and (
        not document.points or document.left_out or any(one.termination.is_limit for one in document.searches)
    ):
        yield f"termination: states {document.termination}; not all searches were ended, or none has a plan"
    if document.termination is Termination.INFEASIBLE and document.points:
        yield "termination: states infeasible beside a point"
    if document.is_complete and (not ended or document.options["steps"] is not None):
        yield "is_complete: only a search for all points that was not cut short proves it"
    is_for_all = document.options["steps"] is None and document.options["price_carbon"] is None
    if is_for_all and ended and not document.is_complete:
        yield "is_complete: states False; a search for all points that was not cut short proves it"
