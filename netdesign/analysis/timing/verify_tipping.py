"""Verify a result of tipping over years: price each plan at its value again, and hold points and changes together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import (
    ENDED_WITH_A_PLAN,
    TOLERANCE,
    differing,
    differs,
    of_gap,
    of_reason,
    of_search,
)
from netdesign.analysis.moved import UnsoundError
from netdesign.analysis.timing.moved import MovedTiming, StagedPoint, StagedValues
from netdesign.analysis.timing.priced_plans import PricedPlans, of_scenario
from netdesign.analysis.timing.tipping import staged_figure_part
from netdesign.analysis.tipping_call import asked_figures
from netdesign.instance.stages import RiskMeasure
from netdesign.results.staged_result import wait_and_see_costs
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import OPTIMAL_GAP, Termination, exactness
from netdesign.solve.multistage.question import StagedSolution

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.stated_result import StatedResult
    from netdesign.analysis.timing.moved import StagedAtValue
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.analysis.timing.tipping_call import TimingTippingCall
    from netdesign.instance.ranges import FigureRange
    from netdesign.results.timing_tipping_document import (
        AsGoodPart,
        BestPlanPart,
        StagedFigurePart,
        StagedPointPart,
        TimingTippingDocument,
    )


def contradicted_timing_tipping(
    result: StatedResult[TimingTippingDocument, TimingProblem, TimingTippingCall],
) -> Iterator[str]:
    """Yield all that the referee, or the points themselves, contradict in a result of tipping over years."""
    name_or_path, document, problem, call = result
    yield from of_scenario(document, problem.staged)
    limits = SolveLimits(relative_gap=document.options["gap"])
    moved = MovedTiming(name_or_path, call, problem.question(Watch(limits), asked=call.engine))
    texts = list(_Priced(document).of_best(document.best, moved.present))
    yield from (f"best: {text}" for text in texts)
    yield from _of_top_level(document)
    figures = {one.name: one for one in asked_figures(name_or_path, call, problem.instance)}
    named = [*(one.name for one in document.figures), *document.left_out]
    if document.has_plan and named != list(figures) and document.best.termination in ENDED_WITH_A_PLAN:
        yield "figures: are not those that the call asks for"
        return
    for stated in document.figures:
        if stated.name not in figures:
            yield f"{stated.name}: the call does not ask for it"
            continue
        texts = list(_of_figure(document, stated, figures[stated.name], moved))
        yield from (f"{stated.name}: {text}" for text in texts)


def _of_top_level(document: TimingTippingDocument) -> Iterator[str]:
    """Yield contradictions at the top level."""
    for name in ("objective", "bound", "gap"):
        stated, true = getattr(document, name), getattr(document.best, name)
        if differs(stated, true):
            yield f"{name}: states {stated}; the best plan gives {true}"
    if not document.has_plan and document.termination in ENDED_WITH_A_PLAN:
        yield f"termination: states {document.termination} without a plan"
    if document.has_plan and document.termination is Termination.INFEASIBLE:
        yield "termination: states infeasible beside a plan"
    cut_short = any(one.termination.is_limit for one in document.figures)
    if (cut_short or document.left_out) and document.termination in ENDED_WITH_A_PLAN:
        yield f"termination: states {document.termination}; not all figures were looked at"


def _of_figure(
    document: TimingTippingDocument, stated: StagedFigurePart, figure: FigureRange, moved: MovedTiming
) -> Iterator[str]:
    """Yield contradictions of what a result states of one figure."""
    nothing = StagedPoint(figure.value, None, StagedSolution(Termination.INFEASIBLE, None, None, math.inf))
    values = StagedValues(moved, figure, nothing)
    solved = [point.value for point in stated.points]
    if solved != sorted(set(solved)) or any(not stated.low <= value <= stated.high for value in solved):
        yield "points: are not in the order of their values, or outside the range"
        return
    for point in stated.points:
        yield from (f"at {point.value:g}: {text}" for text in _of_point(document, point, values))
    if not stated.termination.is_limit:
        yield from (f"points: {end:g} is missing" for end in (stated.low, stated.high) if end not in solved)
    present = None if document.best.first is None else document.best.first.decision
    true = staged_figure_part(figure, stated.points, present, stated.termination)
    for place, claimed, value in differing(stated, true):
        if isinstance(value, list):
            yield f"{place}: are not those that the points give"
        else:
            yield f"{place}: states {claimed}; instance and points give {value}"


def _of_point(document: TimingTippingDocument, point: StagedPointPart, values: StagedValues) -> Iterator[str]:
    try:
        problem = values.problem(point.value)
    except UnsoundError as error:
        if point.plan is not None or point.termination is not Termination.INFEASIBLE:
            yield error.message
        yield from of_reason(point.reason, error.message)
        return
    yield from of_reason(point.reason, None)
    priced = _Priced(document)
    texts = list(priced.of_best(point, problem))
    yield from texts
    if not texts:
        for other in point.as_good:
            yield from (f"as_good: {text}" for text in priced.of_another(other, point, problem))


class _Priced:
    """Plans of a result, priced again by the referee."""

    def __init__(self, document: TimingTippingDocument) -> None:
        self._plans, self._asked = PricedPlans(document.plans), document.options["gap"]

    def of_best(self, stated: BestPlanPart, problem: StagedAtValue) -> Iterator[str]:
        """Yield contradictions of the best plan at a value."""
        staged = problem.question.staged
        if staged.stages.risk.measure is RiskMeasure.REGRET:
            if stated.plan is not None and wait_and_see_costs(stated.known) is None:
                yield "known: without what each path costs by itself there is no regret to minimise"
                return
            problem.with_known(stated.known)
        elif stated.known:
            yield "known: stated where no regret is minimised"
        if stated.plan is None:
            if stated.termination in ENDED_WITH_A_PLAN or stated.objective is not None or stated.first is not None:
                yield "plan: is missing"
            return
        yield from self._plans.of_plan(stated, stated.plan, problem.question)
        scale = problem.question.scale
        yield from of_search(stated, scale=scale)
        yield from of_gap(stated, self._asked, scale)

    def of_another(self, stated: AsGoodPart, best: BestPlanPart, problem: StagedAtValue) -> Iterator[str]:
        """Yield contradictions of a plan that is said to be as good as the best."""
        yield from self._plans.of_plan(stated, stated.plan, problem.question)
        if stated.first == best.first:
            yield "first: is that of the best plan"
        slack = (OPTIMAL_GAP + TOLERANCE) * exactness(stated.objective, problem.question.scale)
        if best.objective is not None and stated.objective > best.objective + slack:
            yield f"objective: {stated.objective} is over {best.objective}, that of the best plan"
