"""Find the values of figures at which the best network changes, and to which."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from netdesign.analysis.listeners import NO_LISTENERS, Listeners
from netdesign.analysis.moved import MovedProblem
from netdesign.analysis.networks_within import network_of
from netdesign.analysis.problem import source_named
from netdesign.analysis.read_question import read_question
from netdesign.analysis.tipping_call import asked_figures, grid_figures
from netdesign.analysis.tipping_figures import FigureFinder
from netdesign.analysis.tipping_grid import solved_grid
from netdesign.analysis.tipping_jobs import FigureJob, FigureSetup, found_by_helper
from netdesign.analysis.tipping_points import Point
from netdesign.analysis.workers import helpers
from netdesign.results.part import finite
from netdesign.results.tipping_document import TippingDocument
from netdesign.results.tipping_plans import PlansOfPoints
from netdesign.solve.core.outcome import Progress, Solution, Termination, relative_gap

if TYPE_CHECKING:
    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.tipping_call import TippingCall
    from netdesign.analysis.tipping_figures import FoundFigure
    from netdesign.instance.published.reading import Named
    from netdesign.instance.ranges import FigureRange
    from netdesign.results.document import NetworkPart
    from netdesign.results.row_parts import PlanAtPointPart
    from netdesign.results.tipping_document import FigurePart, GridPart
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.shared_jobs import SharedJobs

Setup: TypeAlias = Callable[[Solution, float], bytes]
"""Returns what helpers need, of what is best at the present values and of the bound of other networks."""


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

    def setup(present: Solution, others: float) -> bytes:
        source = source_named(name_or_path, replace(call, overrides=()))
        return pickle.dumps(FigureSetup(source, call, figures, watch.limits, present, others))

    processes = watch.limits.threads if len(figures) > 1 else 1
    with helpers(processes, None, partial(listeners.notify, watch), "figures are looked at") as shared:
        answer.search(setup, shared)
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

    def search(self, setup: Setup, shared: SharedJobs | None) -> None:
        """Find what is best at the present values, then what turns it.

        Parameters
        ----------
        setup
            Returns what helpers need.
        shared
            Shares figures with helpers; None without any.
        """
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
        self._look_at_figures(replace(point, others=max(solution.bound, others.bound)), setup, shared)

    def _look_at_figures(self, present: Point, setup: Setup, shared: SharedJobs | None) -> None:
        """Find what each figure turns; a limit leaves some out."""
        moved, figures, finder = self._moved, self._figures, FigureFinder(self._moved, self._call.width)
        sharing = 1 if shared is None else moved.watch.limits.threads
        looked_at = 0

        def here(job: FigureJob) -> FoundFigure:
            nonlocal looked_at
            figure = figures[job.place]
            part = min(1.0, looked_at * sharing / len(figures))
            moved.present.question.listen(Progress(moved.watch.elapsed_s, None, None, figure.name, part=part))
            looked_at += 1
            return finder.found(figure, replace(present, value=figure.value))

        def is_over() -> bool:
            return moved.watch.is_over

        pickled = b"" if shared is None else setup(present.solution, present.others)
        jobs = [FigureJob(pickled, place) for place in range(len(figures))]
        if shared is None:
            found = [None if is_over() else here(job) for job in jobs]
        else:
            found = shared.done(found_by_helper, jobs, here, is_over)
        self._found = [one.placed(self._plans) for one in found if one is not None]
        ends = [moved.watch.ending if one is None else one.part.termination for one in found]
        self._ending = next((end for end in ends if end.is_limit), self._ending)

    def _solve_grid(self, present: Solution) -> None:
        self._grid, parts = solved_grid(self._moved, self._grid_of, self._call.steps, present.plan)
        self._grid_plans = parts
        if self._grid.left:
            self._ending = self._moved.watch.ending

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
            plans=[*self._plans.by_key.values(), *self._grid_plans],
            times=times,
        )
