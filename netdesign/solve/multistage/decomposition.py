"""The engine for any number of new hubs: decomposition by node, with a valid bound whenever it stops.

The master decides on hubs and modules over the tree; cuts state cost and resource use of the freight of each node
(Benders 1962). A cut prices capacity, daily capacity, minima and service, and serves each commodity separately at these
prices over fractionally open hubs (Geoffrion 1974), so it is valid for all hubs and modules. First the relaxation is
solved, with cuts at points between its optimum and the cheapest point so far. Then the integer master is solved by
branch and bound, and the years of its solutions are operated exactly, which gives the cost of a plan. The search begins
with a plan with few new hubs where the recursion over states finds one.

Where lanes have a minimum or cities have a single hub, a year has integer choices of its own, and cuts only bound its
relaxation. There each operated plan also gives a cut on its own cost and on that of plans at the same hubs with no
further module (Laporte and Louveaux 1993). So small instances are solved exactly, large ones keep a gap.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.solve.core.outcome import Phases, Termination
from netdesign.solve.multistage.by_node.problem import prepare_by_node
from netdesign.solve.multistage.by_node.search import NodeSearch
from netdesign.solve.multistage.few_hubs import plan_with_few_hubs
from netdesign.solve.multistage.question import (
    OPERATED_POLICIES,
    STAGED_PROBLEMS,
    StagedSolution,
    checked_evaluation,
    ended,
)
from netdesign.solve.registry import EngineRecord, States, wherever_it_states

if TYPE_CHECKING:
    from netdesign.solve.multistage.question import StagedQuestion


class StagedDecomposition:
    """The engine of decomposition by node.

    Parameters
    ----------
    question
        The problem and its limits.
    """

    def __init__(self, question: StagedQuestion) -> None:
        self._question = question

    def solve(self) -> StagedSolution:
        """Return the best plan, with bound, reason for stopping and trace."""
        begun = time.perf_counter()
        question = self._question
        if question.incumbent is None:
            question = replace(question, incumbent=plan_with_few_hubs(question))
        state = question.state()
        known = question.evaluated_incumbent()
        if known is not None and question.incumbent is not None:
            state.found(known.objective)
            question.keep(question.incumbent, known.objective, state.bound)
        problem = prepare_by_node(question, state)
        built = time.perf_counter()
        if problem is None:
            return StagedSolution(Termination.INFEASIBLE, None, None, math.inf, Phases(build_s=built - begun))
        search = NodeSearch(problem, state, lambda plan: question.keep(plan, state.incumbent, state.bound))
        if known is not None and question.incumbent is not None:
            search.begin_with(question.incumbent)
        search.run()
        phases = Phases(build_s=built - begun, solve_s=time.perf_counter() - built)
        trace = tuple(state.trace)
        plan = problem.plans.plan(search.best) if search.best is not None else question.incumbent if known else None
        if plan is None:
            ending = state.ending()
            bound = math.inf if ending is Termination.INFEASIBLE else state.bound
            return StagedSolution(ending, None, None, bound, phases, trace)
        evaluation = checked_evaluation(question, plan, state.incumbent, "the decomposition by node")
        return ended(question, state.ending(), plan, evaluation.objective, state.bound, phases, trace)


RECORD = EngineRecord(
    "decomposition",
    "a master of hubs and modules, freight priced node by node",
    StagedDecomposition,
    (States(STAGED_PROBLEMS, OPERATED_POLICIES),),
    wherever_it_states,
    is_staged=True,
)
