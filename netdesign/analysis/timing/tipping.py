"""Find the values of figures at which the first decision of the best plan over years changes, and to which."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from netdesign.analysis.listeners import NO_LISTENERS, Listeners
from netdesign.analysis.narrowing import Narrowing
from netdesign.analysis.timing.moved import MovedTiming, StagedPoint, StagedValues
from netdesign.analysis.timing.problem import TimingProblem, load_timing
from netdesign.analysis.timing.record import record_of_timing
from netdesign.analysis.tipping_call import asked_figures
from netdesign.analysis.tipping_points import StoppedError, changes_between
from netdesign.results.part import finite
from netdesign.results.plans_over_years import PlansOverYears
from netdesign.results.staged_document import RiskPart
from netdesign.results.timing_tipping_document import (
    AsGoodPart,
    BestPlanPart,
    FirstChangePart,
    StagedFigurePart,
    StagedPointPart,
    TimingTippingDocument,
)
from netdesign.results.years_parts import FirstDecisionPart
from netdesign.solve.core.outcome import Termination
from netdesign.solve.multistage.pricing import make_pricer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.timing.tipping_call import TimingTippingCall
    from netdesign.instance.first_decision import FirstDecision
    from netdesign.instance.published.reading import Named
    from netdesign.instance.ranges import FigureRange
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.core.limits import Watch


def find_first_decisions(
    name_or_path: Named,
    call: TimingTippingCall,
    watch: Watch,
    listeners: Listeners[TimingTippingDocument] = NO_LISTENERS,
) -> tuple[TimingProblem, TimingTippingDocument]:
    """Read a problem over years and find what turns the first decision of its best plan.

    Parameters
    ----------
    name_or_path, call
        The instance, and the options of the call.
    watch, listeners
        Limits, and functions that are called during the search.

    Raises
    ------
    InstanceError, UsageError
        The problem cannot be read, no engine can state it, or an option contradicts it.
    SolverError
        A defect.
    """
    begun = time.perf_counter()
    problem = load_timing(name_or_path, call)
    figures = asked_figures(name_or_path, call, problem.instance)
    listeners.tell(problem)
    with closing(make_pricer(watch.limits.threads, None, partial(listeners.notify, watch))) as pricer:
        question = replace(problem.question(watch, listeners.progress, call.engine), pricer=pricer)
        moved = MovedTiming(name_or_path, call, question)
        read_s = time.perf_counter() - begun
        answer = _Answer(call, moved, figures)
        answer.search()
    recorded = record_of_timing(name_or_path, call, problem, watch, moved.present.choice)
    total_s = time.perf_counter() - begun
    times = {"read_s": read_s, "search_s": total_s - read_s, "total_s": total_s}
    return problem, answer.document(recorded, {name: round(seconds, 6) for name, seconds in times.items()})


class _Answer:
    """What is found so far."""

    def __init__(self, call: TimingTippingCall, moved: MovedTiming, figures: tuple[FigureRange, ...]) -> None:
        self._call, self._moved, self._figures = call, moved, figures
        self._plans = PlansOverYears()
        self._found: list[StagedFigurePart] = []
        self._present: StagedPoint | None = None
        self._ending = Termination.OPTIMAL

    def search(self) -> None:
        """Find what is best at the present values, then what turns the first decision."""
        self._present = present = self._moved.present.best(0.0)
        self._ending = present.solution.termination
        if present.solution.plan is None or self._ending.is_limit:
            return
        for figure in self._figures:
            if self._moved.watch.is_over:
                self._ending = self._moved.watch.ending
                return
            found = self._looked_at(figure, present)
            self._found.append(found)
            if found.termination.is_limit:
                self._ending = found.termination
                return

    def _looked_at(self, figure: FigureRange, present: StagedPoint) -> StagedFigurePart:
        """Return what a figure turns."""
        values = StagedValues(self._moved, figure, present)
        solved: list[StagedPoint] = []
        ending = Termination.OPTIMAL
        inside = [figure.value] if figure.low < figure.value < figure.high else []
        try:
            for value in (figure.low, *inside, figure.high):
                solved.append(values.point(value))
            narrowing = Narrowing(values, self._call.width * (figure.high - figure.low), solved)
            for low, high in pairwise(list(solved)):
                narrowing.narrow(low, high)
        except StoppedError:
            ending = values.ending
        points = sorted(solved, key=lambda point: point.value)
        parts = [self._point_part(values, points, place) for place in range(len(points))]
        return staged_figure_part(figure, parts, present.verdict, ending)

    def _point_part(self, values: StagedValues, points: Sequence[StagedPoint], place: int) -> StagedPointPart:
        point = points[place]
        part = self._best_part(point, None if point.staged is None else values.problem(point.value).gap(point.solution))
        as_good = self._as_good(values, points, place)
        return StagedPointPart(**dict(part), value=point.value, as_good=as_good, reason=point.reason)

    def _as_good(self, values: StagedValues, points: Sequence[StagedPoint], place: int) -> list[AsGoodPart]:
        point = points[place]
        if point.solution.plan is None:
            return []
        staged = _instance_of(point)
        neighbours = (points[other].solution.plan for other in (place - 1, place + 1) if 0 <= other < len(points))
        found = values.problem(point.value).as_good(point, [plan for plan in neighbours if plan is not None])
        return [
            AsGoodPart(
                first=FirstDecisionPart.of(plan.first), plan=self._plans.place(plan, staged), objective=objective
            )
            for plan, objective in found
        ]

    def _best_part(self, point: StagedPoint, gap: float | None) -> BestPlanPart:
        solution, first = point.solution, point.verdict
        return BestPlanPart(
            termination=solution.termination,
            first=None if first is None else FirstDecisionPart.of(first),
            plan=None if solution.plan is None else self._plans.place(solution.plan, _instance_of(point)),
            objective=solution.objective,
            bound=finite(solution.bound),
            gap=finite(gap),
            known=list(point.known),
        )

    def document(self, record: dict[str, Any], times: dict[str, float]) -> TimingTippingDocument:
        """Return the result."""
        present = self._present
        if present is None:
            raise AssertionError
        staged = self._moved.present.question.staged
        risk = staged.stages.risk
        looked_at = {one.name for one in self._found}
        best = self._best_part(present, self._moved.present.gap(present.solution))
        return TimingTippingDocument(
            **record,
            scenario=staged.scenario,
            risk=RiskPart(measure=risk.measure, level=risk.level),
            termination=self._ending,
            objective=best.objective,
            bound=best.bound,
            gap=best.gap,
            best=best,
            figures=self._found,
            left_out=[figure.name for figure in self._figures if figure.name not in looked_at],
            plans=self._plans.parts,
            times=times,
        )


def _instance_of(point: StagedPoint) -> StagedInstance:
    if point.staged is None:
        raise AssertionError
    return point.staged


def staged_figure_part(
    figure: FigureRange, points: list[StagedPointPart], present: FirstDecision | None, ending: Termination
) -> StagedFigurePart:
    """Return the part of a figure.

    Parameters
    ----------
    figure
        With its range.
    points
        What was solved, by value.
    present
        First decision of the best plan at the present value.
    ending
        Why the searches stopped.
    """
    verdicts = [(point.value, None if point.first is None else point.first.decision) for point in points]
    changes = changes_between(verdicts)
    turns = any(verdict != present for _, verdict in verdicts)
    return StagedFigurePart(
        name=figure.name,
        unit=figure.unit,
        low=figure.low,
        high=figure.high,
        value=figure.value,
        status=figure.status,
        source=figure.source,
        termination=ending,
        points=points,
        changes=[
            FirstChangePart(
                at_least=change.at_least,
                at_most=change.at_most,
                before=None if change.before is None else FirstDecisionPart.of(change.before),
                after=None if change.after is None else FirstDecisionPart.of(change.after),
            )
            for change in changes
        ],
        turns=turns or (None if ending.is_limit else False),
    )
