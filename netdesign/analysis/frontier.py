"""Find the networks and operations that nothing beats in cost, time and carbon, and what is proven of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.frontier_call import check_measures
from netdesign.analysis.frontier_parts import frontier_parts
from netdesign.analysis.frontier_searches import FrontierSearches
from netdesign.analysis.frontier_steps import FrontierSteps
from netdesign.analysis.listeners import NO_LISTENERS, Listeners
from netdesign.analysis.measured_problem import MeasuredProblem
from netdesign.analysis.read_question import read_question
from netdesign.results.frontier_document import FrontierDocument

if TYPE_CHECKING:
    from netdesign.analysis.frontier_call import FrontierCall
    from netdesign.analysis.problem import SolveProblem
    from netdesign.instance.published.reading import Named
    from netdesign.solve.core.limits import Watch


def find_frontier(
    name_or_path: Named,
    call: FrontierCall,
    watch: Watch,
    listeners: Listeners[FrontierDocument] = NO_LISTENERS,
) -> tuple[SolveProblem, FrontierDocument]:
    """Read a problem and find what cost, time and carbon give for each other.

    Parameters
    ----------
    name_or_path, call
        The instance, and the options of the call.
    watch, listeners
        Limits, and functions that are called during the search.

    Raises
    ------
    InstanceError, UsageError
        The problem cannot be read, it has not the measures, an engine cannot state it, or an option contradicts it.
    SolverError
        A defect.
    """
    read = read_question(name_or_path, call, watch, listeners.progress)
    check_measures(read.problem.instance, call)
    listeners.tell(read.problem)
    problem = MeasuredProblem(read.question)
    searches = FrontierSearches(problem, call.point_limit)
    steps = FrontierSteps(problem, call, searches)
    steps.search()
    parts = frontier_parts(problem, call.measures, searches.made, watch.limits.relative_gap)
    total_s = read.total_s
    times = {"read_s": read.read_s, "search_s": total_s - read.read_s, "total_s": total_s}
    cheapest = parts.points[0].network if parts.points else None
    document = FrontierDocument(
        **read.recorded,
        termination=steps.ending,
        objective=cheapest.objective if cheapest else None,
        bound=cheapest.bound if cheapest else None,
        gap=cheapest.gap if cheapest else None,
        measures=[measure.value for measure in call.measures],
        points=parts.points,
        searches=parts.searches,
        is_complete=steps.is_swept,
        left_out=steps.left_out,
        times={name: round(seconds, 6) for name, seconds in times.items()},
    )
    return read.problem, document
