"""Verify a result of tipping: price each plan at its value again, and hold points, changes and proofs together."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import ENDED_WITH_A_PLAN, differing, differs, of_reason, of_search
from netdesign.analysis.figure_values import FigureValues
from netdesign.analysis.lower_envelope import LowerEnvelope
from netdesign.analysis.moved import MovedProblem, UnsoundError
from netdesign.analysis.tipping_call import asked_figures, grid_figures
from netdesign.analysis.tipping_figures import figure_part
from netdesign.analysis.tipping_grid import grid_parts, grid_points
from netdesign.analysis.tipping_points import Point, is_kept_between
from netdesign.analysis.verify_networks import of_network, of_permitted
from netdesign.analysis.verify_rows import StatedRows
from netdesign.errors import ContradictionError, DisagreementError, NetdesignError
from netdesign.evaluate import evaluate
from netdesign.results.part import finite, proven
from netdesign.results.tipping_document import TippingMethod
from netdesign.results.tipping_plans import StatedPlans
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import OPTIMAL_GAP, Phases, Solution, Termination, relative_gap, silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.analysis.tipping_call import TippingCall
    from netdesign.instance.published.reading import Named
    from netdesign.instance.ranges import FigureRange
    from netdesign.results.row_parts import TodayPart
    from netdesign.results.tipping_document import FigurePart, PointPart, TippingDocument


def contradicted_tipping(result: StatedResult[TippingDocument, SolveProblem, TippingCall]) -> Iterator[str]:
    """Yield all that the referee, or the points themselves, contradict in a result of tipping."""
    name_or_path, document, problem, call = result
    asked = document.options["gap"]
    for name, network in (("best", document.best), ("today", document.today)):
        if network is not None:
            of_one = (*of_network(network, problem, asked), *of_permitted(network, problem.instance))
            yield from (f"{name}: {text}" for text in of_one)
    yield from _of_top_level(document)
    figures = {one.name: one for one in asked_figures(name_or_path, call, problem.instance)}
    named = [*(one.name for one in document.figures), *document.left_out]
    if document.best is not None and named != list(figures) and document.termination in ENDED_WITH_A_PLAN:
        yield "figures: are not those that the call asks for"
        return
    limits = SolveLimits(relative_gap=asked)
    moved = MovedProblem(name_or_path, call, problem, problem.question(Watch(limits), silent, call.engine))
    yield from _of_grid(name_or_path, document, problem, call, moved)
    plans = StatedPlans(document.plans)
    for stated in document.figures:
        if stated.name not in figures:
            yield f"{stated.name}: the call does not ask for it"
            continue
        texts = _Figure(document, stated, figures[stated.name], moved, plans, asked).contradictions()
        yield from (f"{stated.name}: {text}" for text in texts)


def _of_grid(
    name_or_path: Named, document: TippingDocument, problem: SolveProblem, call: TippingCall, moved: MovedProblem
) -> Iterator[str]:
    """Yield contradictions of a grid."""
    grid, figures = document.grid, grid_figures(name_or_path, call, problem.instance)
    if grid is None:
        if figures and document.termination in ENDED_WITH_A_PLAN:
            yield "grid: is missing"
        return
    if not figures or grid.figures != grid_parts(figures, call.steps):
        yield "grid: figures: are not those that the call asks for"
        return
    rows = StatedRows(document.plans, moved, [one.paths for one in figures])
    yield from (
        f"grid: {text}" for text in rows.contradictions(grid.points, grid_points(figures, call.steps), grid.left)
    )
    yield from (f"grid: {text}" for text in rows.of_volumes())


def _of_top_level(document: TippingDocument) -> Iterator[str]:
    """Yield contradictions at the top level."""
    best = document.best
    true = {
        "objective": None if best is None else best.objective,
        "gap": finite(relative_gap(document.objective, math.inf if document.bound is None else document.bound)),
    }
    if best is not None:
        true["bound"] = best.bound
    for name, value in true.items():
        if best is not None and differs(getattr(document, name), value):
            yield f"{name}: states {getattr(document, name)}; the best network gives {value}"
    if best is None and document.termination in ENDED_WITH_A_PLAN:
        yield f"termination: states {document.termination} without a network"
    if best is not None and document.termination == Termination.INFEASIBLE:
        yield "termination: states infeasible beside a network"
    cut_short = next((one.termination for one in document.figures if one.termination.is_limit), None)
    is_left = document.left_out or (document.grid is not None and document.grid.left)
    if (cut_short or is_left) and document.termination in ENDED_WITH_A_PLAN:
        yield f"termination: states {document.termination}; not all was looked at"


class _Figure:
    """What a result states of one figure."""

    def __init__(
        self,
        document: TippingDocument,
        stated: FigurePart,
        figure: FigureRange,
        moved: MovedProblem,
        plans: StatedPlans,
        asked: float,
    ) -> None:
        self._stated, self._figure, self._plans = stated, figure, plans
        self._asked = max(asked, OPTIMAL_GAP)
        best = document.best
        self._present = () if best is None else tuple(best.open_hubs)
        nothing = Solution(Termination.INFEASIBLE, None, None, math.inf, Phases())
        present = Point(figure.value, moved.present.question.instance, nothing)
        self._values = FigureValues(moved, figure, present)
        self._points: dict[int, Point] = {}

    def contradictions(self) -> Iterator[str]:
        """Yield what is contradicted."""
        stated = self._stated
        texts = list(self._of_points())
        yield from texts
        if texts:
            return
        points = stated.points
        values = [point.value for point in points]
        if values != sorted(values) or any(not stated.low <= value <= stated.high for value in values):
            yield "points: are not in the order of their values, or outside the range"
            return
        proof = list(self._of_method())
        yield from proof
        ending, today = stated.termination, (stated.today_low, stated.today_high)
        if not ending.is_limit and stated.method is not TippingMethod.NO_EFFECT:
            yield from (f"points: {end:g} is missing" for end in (stated.low, stated.high) if end not in values)
        is_proven = stated.is_proven and not proof
        true = figure_part(self._figure, stated.method, points, self._present, ending, is_proven=is_proven, today=today)
        for place, claimed, value in differing(stated, true):
            yield f"{place}: states {claimed}; instance and points give {value}"

    def _of_points(self) -> Iterator[str]:
        for number, point in enumerate(self._stated.points):
            texts = [*self._of_plan(point, point.value), *self._of_reason(point)]
            yield from (f"at {point.value:g}: {text}" for text in texts)
            if not texts and point.plan is not None and self._values.places is not None:
                # Now, as the problem at a value is built for one value after the other.
                self._points[number] = self._point(point)
        for end, today in (("low", self._stated.today_low), ("high", self._stated.today_high)):
            if today is not None:
                value = getattr(self._stated, end)
                of_today = self._of_plan(today, value, is_todays=True)
                yield from (f"today_{end}: {text}" for text in of_today)

    def _of_reason(self, point: PointPart) -> Iterator[str]:
        if point.reason is None:
            return
        true = None
        try:
            self._values.problem(point.value)
        except UnsoundError as error:
            true = error.message
        yield from of_reason(point.reason, true)

    def _of_plan(self, stated: PointPart | TodayPart, value: float, *, is_todays: bool = False) -> Iterator[str]:
        """Yield contradictions of one plan at one value."""
        if stated.plan is None:
            if stated.termination in ENDED_WITH_A_PLAN or stated.objective is not None:
                yield "plan: is missing"
            return
        try:
            problem = self._values.problem(value)
            plan = self._plans.plan(stated.plan, problem.question.instance)
        except (ContradictionError, UnsoundError) as error:
            yield error.message
            return
        instance = problem.todays_instance if is_todays else problem.question.instance
        evaluation = evaluate(instance, problem.question.network, plan)
        yield from (f"plan: {violation}" for violation in evaluation.violations)
        if stated.objective is None or differs(stated.objective, evaluation.objective):
            yield f"objective: states {stated.objective}; the plan has {evaluation.objective}"
        hubs = list(plan.open_hubs)
        if not is_todays and hubs != getattr(stated, "open_hubs", hubs):
            yield f"open_hubs: are not those of the plan, {' + '.join(hubs)}"
        yield from of_search(stated)

    def _of_method(self) -> Iterator[str]:
        """Yield contradictions of the claims that nothing depends on the figure, or that all changes are stated."""
        stated, values = self._stated, self._values
        if stated.method is TippingMethod.NO_EFFECT:
            if not values.has_no_effect:
                yield "method: states no_effect; costs or what is permitted depend on the figure"
        elif stated.method is TippingMethod.BISECTION:
            if stated.is_proven:
                yield "is_proven: single values prove nothing of what lies between them"
        elif values.places is None or values.has_no_effect:
            yield "method: states exact; prices lie on no line"
        elif stated.is_proven:
            yield from self._of_stretches()
        elif stated.termination is Termination.OPTIMAL and not any(self._of_stretches()):
            yield "is_proven: states False; the points leave no room for another network"

    def _of_stretches(self) -> Iterator[str]:
        """Yield contradictions of the claim that nothing else is best between two points."""
        envelope, lined = LowerEnvelope(self._values, self._asked), []
        for number, part in enumerate(self._stated.points):
            try:
                lined.append(envelope.with_line(self._points.get(number) or self._point(part)))
            except (DisagreementError, NetdesignError) as error:
                yield f"at {part.value:g}: {error}"
                return
        for low, high in pairwise(lined):
            if low.value == high.value:
                continue
            if set(low.hubs) != set(high.hubs):
                yield f"is_proven: the best network changes somewhere between {low.value:g} and {high.value:g}"
            elif is_kept_between(low, high, self._asked) is not None:
                yield f"is_proven: the points at {low.value:g} and {high.value:g} leave room for another network"

    def _point(self, part: PointPart) -> Point:
        instance = self._values.problem(part.value).question.instance
        plan = None if part.plan is None else self._plans.plan(part.plan, instance)
        solution = Solution(part.termination, plan, part.objective, proven(part), Phases())
        others = math.inf if part.others_bound is None else part.others_bound
        return Point(part.value, instance, solution, others, self._values.place_of(part.value))
