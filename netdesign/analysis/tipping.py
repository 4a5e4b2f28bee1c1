"""Find the values of figures at which the best network changes, and to which."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from netdesign.analysis.figure_values import FigureValues
from netdesign.analysis.listeners import NO_LISTENERS, Listeners
from netdesign.analysis.lower_envelope import LowerEnvelope
from netdesign.analysis.moved import MovedProblem
from netdesign.analysis.networks_within import network_of
from netdesign.analysis.problem import SolveProblem, load_problem
from netdesign.analysis.record import record_of
from netdesign.analysis.tipping_call import asked_figures
from netdesign.analysis.tipping_points import Point, StoppedError, halved, steps_between
from netdesign.errors import DisagreementError
from netdesign.instance.blocks import Objective
from netdesign.results.part import finite
from netdesign.results.tipping_document import (
    ChangePart,
    FigurePart,
    PointPart,
    TippingDocument,
    TippingMethod,
    TodayPart,
)
from netdesign.results.tipping_plans import PlansOfPoints
from netdesign.solve.auto import choose_engine
from netdesign.solve.core.outcome import OPTIMAL_GAP, Termination, relative_gap

if TYPE_CHECKING:
    from netdesign.analysis.tipping_call import TippingCall
    from netdesign.analysis.tipping_points import Change
    from netdesign.instance.published.reading import Named
    from netdesign.instance.ranges import FigureRange
    from netdesign.results.document import NetworkPart
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Solution


def find_tipping_points(
    name_or_path: Named,
    call: TippingCall,
    watch: Watch,
    listeners: Listeners[TippingDocument] = NO_LISTENERS,
) -> tuple[SolveProblem, TippingDocument]:
    """Read a problem and find what turns its answer.

    Parameters
    ----------
    name_or_path, call
        The instance, and the options of the call.
    watch, listeners
        Limits, and functions that are called during the search.

    Raises
    ------
    InstanceError, UsageError
        The problem cannot be read, an engine cannot state it, an option contradicts it; or the instance is not sound
        with some value of a figure.
    SolverError
        A defect.
    """
    begun = time.perf_counter()
    problem = load_problem(name_or_path, call)
    figures = asked_figures(name_or_path, call, problem.instance)
    moved = MovedProblem(name_or_path, call, problem, watch, listeners.progress)
    answer = _Answer(call, moved, figures)
    record = record_of(name_or_path, call, problem, watch, choose_engine(moved.present.question))
    read_s = time.perf_counter() - begun
    answer.search()
    total_s = time.perf_counter() - begun
    times = {"read_s": read_s, "search_s": total_s - read_s, "total_s": total_s}
    return problem, answer.document(record, {name: round(seconds, 6) for name, seconds in times.items()})


class _Answer:
    """What is found so far."""

    def __init__(self, call: TippingCall, moved: MovedProblem, figures: tuple[FigureRange, ...]) -> None:
        self._call, self._moved, self._figures = call, moved, figures
        self._plans = PlansOfPoints()
        self._best: NetworkPart | None = None
        self._today: NetworkPart | None = None
        self._ending = Termination.OPTIMAL
        self._found: list[FigurePart] = []
        self._solution: Solution | None = None

    def search(self) -> None:
        """Find what is best at the present values, then what turns it."""
        present = self._moved.present
        self._solution = solution = present.best("best network")
        instance = present.question.instance
        self._ending = solution.termination
        if solution.plan is not None:
            self._best = network_of(present.question, instance, solution)
        if solution.plan is None or solution.termination.is_limit:
            return
        today = present.today()
        if today is not None:
            self._today = network_of(present.question, instance, today)
        point = Point(0.0, instance, solution)
        others = present.others(point.hubs, "best network, other hubs")
        if others.termination.is_limit or (today is not None and today.termination.is_limit):
            self._ending = self._moved.watch.ending
            return
        point = replace(point, others=max(solution.bound, others.bound))
        for figure in self._figures:
            if self._moved.watch.is_over:
                self._ending = self._moved.watch.ending
                return
            found = self._looked_at(figure, replace(point, value=figure.value))
            self._found.append(found)
            if found.termination.is_limit:
                self._ending = found.termination
                return

    def _looked_at(self, figure: FigureRange, present: Point) -> FigurePart:
        """Return what a figure turns."""
        values = FigureValues(self._moved, figure, present)
        if values.has_no_effect:
            return figure_part(
                figure, TippingMethod.NO_EFFECT, [], [], present.hubs, is_proven=True, today=(None, None)
            )
        search = _FigureSearch(values, self._call.width * (figure.high - figure.low))
        ending = Termination.OPTIMAL
        today: tuple[TodayPart | None, TodayPart | None] = (None, None)
        try:
            search.search()
            today = self._today_at(values, figure.low), self._today_at(values, figure.high)
        except StoppedError:
            ending = self._moved.watch.ending
        points = [self._point_part(point) for point in search.points]
        found = figure_part(
            figure, search.method, points, search.changes, present.hubs, is_proven=search.is_proven, today=today
        )
        is_cut = ending.is_limit
        turns = None if is_cut and not found.turns else found.turns
        return found.model_copy(
            update={"termination": ending, "turns": turns, "is_proven": found.is_proven and not is_cut}
        )

    def _today_at(self, values: FigureValues, value: float) -> TodayPart | None:
        problem = values.problem(value)
        solution = problem.today()
        if solution is None:
            return None
        if solution.termination.is_limit:
            raise StoppedError
        return TodayPart(
            termination=solution.termination,
            plan=self._plans.place(solution.plan, problem.question.instance),
            objective=solution.objective,
            bound=finite(solution.bound),
        )

    def _point_part(self, point: Point) -> PointPart:
        return PointPart(
            value=point.value,
            termination=point.solution.termination,
            open_hubs=list(point.hubs),
            plan=self._plans.place(point.solution.plan, point.instance),
            objective=point.solution.objective,
            bound=finite(point.solution.bound),
            others_bound=finite(point.others),
        )

    def document(self, record: dict[str, Any], times: dict[str, float]) -> TippingDocument:
        """Return the result."""
        solution = self._solution
        if solution is None:
            raise AssertionError
        bound = solution.bound
        looked_at = {one.name for one in self._found}
        return TippingDocument(
            **record,
            termination=self._ending,
            objective=solution.objective,
            bound=finite(bound),
            gap=finite(relative_gap(solution.objective, bound)),
            best=self._best,
            today=self._today,
            figures=self._found,
            left_out=[figure.name for figure in self._figures if figure.name not in looked_at],
            plans=self._plans.parts,
            times=times,
        )


class _FigureSearch:
    """The search over the range of one figure.

    Parameters
    ----------
    values
        Solves the problem at values of the figure.
    width
        To which a change is narrowed down where it is not exact, in the unit of the figure.
    """

    def __init__(self, values: FigureValues, width: float) -> None:
        self._values, self._width = values, width
        self.method = TippingMethod.BISECTION
        self.is_proven = False
        self._points: list[Point] = []
        self._changes: list[Change] = []

    @property
    def points(self) -> list[Point]:
        """What is found, by value."""
        ordered = sorted(self._points, key=lambda point: point.value)
        return ordered if self.method is TippingMethod.BISECTION else _once(ordered)

    @property
    def changes(self) -> list[Change]:
        """Where the best network changes, by value."""
        if self.method is TippingMethod.EXACT:
            return sorted(self._changes, key=lambda change: change.at_least)
        return steps_between(self.points)

    def search(self) -> None:
        """Solve at both ends and at the present value, and find the changes in between.

        Raises
        ------
        StoppedError
            A limit ended a search.
        """
        figure = self._values.figure
        start = self._values.problem(figure.value).question  # the present problem is made already
        for value in sorted({figure.low, figure.high, *self._present_inside()}):
            before = self._points[-1].solution.plan if self._points else None
            self._points.append(self._values.point(value, before))
        is_linear = self._values.places is not None and start.instance.problem.objective is Objective.COST
        if is_linear and all(point.hubs for point in self._points) and self._search_exactly(start.watch):
            return
        for low, high in list(pairwise(self._points)):
            self._narrow(low, high)

    def _present_inside(self) -> list[float]:
        figure = self._values.figure
        return [figure.value] if figure.low < figure.value < figure.high else []

    def _search_exactly(self, watch: Watch) -> bool:
        """Search for all changes; return whether prices lie on a line indeed."""
        envelope = LowerEnvelope(self._values, max(watch.limits.relative_gap, OPTIMAL_GAP))
        ends, self.method = self._points, TippingMethod.EXACT
        self._points, self._changes = envelope.points, envelope.changes
        try:
            for low, high in pairwise(ends):
                envelope.search(low, high)
        except DisagreementError:
            self.method, self._points, self._changes = TippingMethod.BISECTION, ends, []
            return False
        self.is_proven = envelope.is_proven
        return True

    def _narrow(self, low: Point, high: Point) -> None:
        """Halve what is between two points while the networks at both ends differ."""

        def solve(value: float, plan: Any) -> Point:
            point = self._values.point(value, plan)
            self._points.append(point)
            return point

        halved(low, high, self._width, self._middle, solve)

    def _middle(self, low: float, high: float) -> float | None:
        value = 0.5 * (low + high)
        if self._values.figure.is_whole:
            value = float(int(value // 1))
        return value if low < value < high else None


def _once(points: list[Point]) -> list[Point]:
    """Return points by value, each network at a value once."""
    found: dict[tuple[float, tuple[str, ...]], Point] = {}
    for point in points:
        found.setdefault((point.value, point.hubs), point)
    return list(found.values())


def figure_part(
    figure: FigureRange,
    method: TippingMethod,
    points: list[PointPart],
    changes: list[Change],
    present: tuple[str, ...],
    *,
    is_proven: bool,
    today: tuple[TodayPart | None, TodayPart | None],
) -> FigurePart:
    """Return the part of a figure.

    Parameters
    ----------
    figure
        With its range.
    method, points, changes
        What was found, and how.
    present
        Open hubs of the best network at the present value.
    is_proven
        Whether the changes are all that there are.
    today
        Today's network at both ends.
    """
    return FigurePart(
        name=figure.name,
        unit=figure.unit,
        low=figure.low,
        high=figure.high,
        value=figure.value,
        status=figure.status,
        source=figure.source,
        method=method,
        termination=Termination.OPTIMAL,
        is_proven=is_proven,
        points=points,
        changes=[
            ChangePart(
                at_least=change.at_least,
                at_most=change.at_most,
                before=list(change.before),
                after=list(change.after),
            )
            for change in changes
        ],
        turns=bool(changes) or any(set(point.open_hubs) != set(present) for point in points),
        today_low=today[0],
        today_high=today[1],
    )
