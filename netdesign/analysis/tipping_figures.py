"""What one figure turns: its points, its changes and the plans at them, found by whoever has the problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netdesign.analysis.figure_search import FigureSearch
from netdesign.analysis.figure_values import FigureValues
from netdesign.analysis.moved import UnsoundError
from netdesign.analysis.tipping_points import StoppedError, hub_changes
from netdesign.results.part import finite
from netdesign.results.row_parts import TodayPart
from netdesign.results.tipping_document import ChangePart, FigurePart, PointPart, TippingMethod
from netdesign.results.tipping_plans import PlansOfPoints
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from netdesign.analysis.moved import MovedProblem
    from netdesign.analysis.tipping_points import Point
    from netdesign.instance.ranges import FigureRange
    from netdesign.results.row_parts import PlanAtPointPart
    from netdesign.results.tipping_plans import PlanKey


class FoundFigure(NamedTuple):
    """The part of a figure, and the plans at its points: places in the part are positions among them."""

    part: FigurePart
    plans: dict[PlanKey, PlanAtPointPart]

    def placed(self, plans: PlansOfPoints) -> FigurePart:
        """Return the part with places among the plans of a result, which are taken up there."""
        place = plans.take(self.plans)
        part = self.part

        def at(old: int | None) -> dict[str, int | None]:
            return {"plan": None if old is None else place[old]}

        points = [point.model_copy(update=at(point.plan)) for point in part.points]
        today = {
            end: None if found is None else found.model_copy(update=at(found.plan))
            for end, found in (("today_low", part.today_low), ("today_high", part.today_high))
        }
        return part.model_copy(update={"points": points, **today})


class FigureFinder:
    """Finds what figures turn.

    Parameters
    ----------
    moved
        The problem of the call at other values.
    width
        Share of a range to which a change is narrowed down, where it is not exact.
    """

    def __init__(self, moved: MovedProblem, width: float) -> None:
        self.moved, self._width = moved, width

    def found(self, figure: FigureRange, present: Point) -> FoundFigure:
        """Return what a figure turns, as far as a limit lets it be found.

        Parameters
        ----------
        figure
            The figure and its range.
        present
            What is best at its present value.
        """
        values, plans = FigureValues(self.moved, figure, present), PlansOfPoints()
        if values.has_no_effect:
            part = figure_part(figure, TippingMethod.NO_EFFECT, [], present.hubs, Termination.OPTIMAL, is_proven=True)
            return FoundFigure(part, {})
        search = FigureSearch(values, self._width * (figure.high - figure.low))
        ending = Termination.OPTIMAL
        today: tuple[TodayPart | None, TodayPart | None] = (None, None)
        try:
            search.search()
            today = _today_at(values, figure.low, plans), _today_at(values, figure.high, plans)
        except StoppedError:
            ending = self.moved.watch.ending
        points = [_point_part(point, plans) for point in search.points]
        part = figure_part(figure, search.method, points, present.hubs, ending, is_proven=search.is_proven, today=today)
        return FoundFigure(part, plans.by_key)


def _today_at(values: FigureValues, value: float, plans: PlansOfPoints) -> TodayPart | None:
    """Return today's network at a value; None where there is none.

    Raises
    ------
    StoppedError
        A limit ended its search.
    """
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
        plan=plans.place(solution.plan, problem.question.instance),
        objective=solution.objective,
        bound=finite(solution.bound),
    )


def _point_part(point: Point, plans: PlansOfPoints) -> PointPart:
    return PointPart(
        value=point.value,
        termination=point.solution.termination,
        open_hubs=list(point.hubs),
        plan=plans.place(point.solution.plan, point.instance),
        objective=point.solution.objective,
        bound=finite(point.solution.bound),
        others_bound=finite(point.others),
        reason=point.reason,
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
