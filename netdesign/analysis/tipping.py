"""Find the values of figures at which the best network changes, and to which."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netdesign.analysis.figure_search import FigureSearch
from netdesign.analysis.figure_values import FigureValues
from netdesign.analysis.listeners import NO_LISTENERS, Listeners
from netdesign.analysis.moved import MovedProblem, UnsoundError
from netdesign.analysis.networks_within import network_of
from netdesign.analysis.read_question import read_question
from netdesign.analysis.tipping_call import asked_figures, grid_figures
from netdesign.analysis.tipping_grid import solved_grid
from netdesign.analysis.tipping_points import Point, StoppedError, hub_changes
from netdesign.results.part import finite
from netdesign.results.row_parts import TodayPart
from netdesign.results.tipping_document import ChangePart, FigurePart, PointPart, TippingDocument, TippingMethod
from netdesign.results.tipping_plans import PlansOfPoints
from netdesign.solve.core.outcome import Progress, Termination, relative_gap

if TYPE_CHECKING:
    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.tipping_call import TippingCall
    from netdesign.instance.published.reading import Named
    from netdesign.instance.ranges import FigureRange
    from netdesign.results.document import NetworkPart
    from netdesign.results.row_parts import PlanAtPointPart
    from netdesign.results.tipping_document import GridPart
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
    read = read_question(name_or_path, call, watch, listeners.progress)
    problem = read.problem
    figures = asked_figures(name_or_path, call, problem.instance)
    grid = grid_figures(name_or_path, call, problem.instance)
    listeners.tell(problem)
    answer = _Answer(call, MovedProblem(name_or_path, call, problem, read.question), figures, grid)
    answer.search()
    total_s = read.total_s
    times = {"read_s": read.read_s, "search_s": total_s - read.read_s, "total_s": total_s}
    return problem, answer.document(read.recorded, {name: round(seconds, 6) for name, seconds in times.items()})


class _Answer:
    """What is found so far."""

    def __init__(
        self,
        call: TippingCall,
        moved: MovedProblem,
        figures: tuple[FigureRange, ...],
        grid_of: tuple[FigureRange, ...] = (),
    ) -> None:
        self._call, self._moved, self._figures, self._grid_of = call, moved, figures, grid_of
        self._grid: GridPart | None = None
        self._grid_plans: list[PlanAtPointPart] = []
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
            number, (least, most) = instance.number_of_hubs(instance.existing), instance.hub_range
            part = network_of(present.question, present.todays_instance, today)
            # Where the data alone show that it is infeasible, its instance has other numbers of hubs too.
            self._today = part.model_copy(update={"hubs": number, "permitted": least <= number <= most})
        if self._grid_of:
            self._solve_grid(solution)
            return
        point = Point(0.0, instance, solution)
        others = present.others(point.hubs, "best network, other hubs")
        if others.termination.is_limit or (today is not None and today.termination.is_limit):
            self._ending = self._moved.watch.ending
            return
        point = replace(point, others=max(solution.bound, others.bound))
        for place, figure in enumerate(self._figures):
            done = place / len(self._figures)
            present.question.listen(Progress(self._moved.watch.elapsed_s, None, None, figure.name, part=done))
            if self._moved.watch.is_over:
                self._ending = self._moved.watch.ending
                return
            found = self._looked_at(figure, replace(point, value=figure.value))
            self._found.append(found)
            if found.termination.is_limit:
                self._ending = found.termination
                return

    def _solve_grid(self, present: Solution) -> None:
        self._grid, parts = solved_grid(self._moved, self._grid_of, self._call.steps, present.plan)
        self._grid_plans = parts
        if self._grid.left:
            self._ending = self._moved.watch.ending

    def _looked_at(self, figure: FigureRange, present: Point) -> FigurePart:
        """Return what a figure turns."""
        values = FigureValues(self._moved, figure, present)
        if values.has_no_effect:
            return figure_part(figure, TippingMethod.NO_EFFECT, [], present.hubs, Termination.OPTIMAL, is_proven=True)
        search = FigureSearch(values, self._call.width * (figure.high - figure.low))
        ending = Termination.OPTIMAL
        today: tuple[TodayPart | None, TodayPart | None] = (None, None)
        try:
            search.search()
            today = self._today_at(values, figure.low), self._today_at(values, figure.high)
        except StoppedError:
            ending = self._moved.watch.ending
        points = [self._point_part(point) for point in search.points]
        return figure_part(figure, search.method, points, present.hubs, ending, is_proven=search.is_proven, today=today)

    def _today_at(self, values: FigureValues, value: float) -> TodayPart | None:
        try:
            problem = values.problem(value)
        except UnsoundError:
            return None
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
            reason=point.reason,
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
            grid=self._grid,
            plans=[*self._plans.parts, *self._grid_plans],
            times=times,
        )


def figure_part(
    figure: FigureRange,
    method: TippingMethod,
    points: list[PointPart],
    present: tuple[str, ...],
    ending: Termination,
    *,
    is_proven: bool,
    today: tuple[TodayPart | None, TodayPart | None] = (None, None),
) -> FigurePart:
    """Return the part of a figure.

    Parameters
    ----------
    figure
        With its range.
    method, points
        How it was looked at, and what was found, by value.
    present
        Open hubs of the best network at the present value.
    ending
        Why the searches stopped.
    is_proven
        Whether the changes between the points are all that there are.
    today
        Today's network at both ends.
    """
    changes = hub_changes([(point.value, point.open_hubs) for point in points])
    # At an end two networks may be as good as each other; inside, the later one of these is best.
    at_low = [point.open_hubs for point in points if point.value == points[0].value]
    is_other = bool(at_low) and set(at_low[-1]) != set(present)
    turns = bool(changes) or is_other
    return FigurePart(
        name=figure.name,
        unit=figure.unit,
        low=figure.low,
        high=figure.high,
        value=figure.value,
        status=figure.status,
        source=figure.source,
        method=method,
        termination=ending,
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
        turns=turns or (None if ending.is_limit else False),
        today_low=today[0],
        today_high=today[1],
    )
