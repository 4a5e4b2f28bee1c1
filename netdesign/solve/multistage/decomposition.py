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

from netdesign.errors import UsageError
from netdesign.instance.first_decision import ANY_FIRST
from netdesign.instance.options import HubOptions, apply_hub_options
from netdesign.solve.core.limits import Watch
from netdesign.solve.core.outcome import Phases, Termination
from netdesign.solve.engine_record import EngineRecord, States, wherever_it_states
from netdesign.solve.multistage.by_node.problem import prepare_by_node
from netdesign.solve.multistage.by_node.search import NodeSearch
from netdesign.solve.multistage.dynamic import size_refusal
from netdesign.solve.multistage.question import (
    OPERATED_POLICIES,
    STAGED_PROBLEMS,
    StagedSolution,
    checked_evaluation,
    ended,
)
from netdesign.solve.registry import STAGED

if TYPE_CHECKING:
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.solve.core.outcome import Progress
    from netdesign.solve.multistage.question import StagedQuestion

_FEW = (2, 1)
"""Numbers of new hubs to try; the recursion takes the first that is small enough."""
_SHARE = 0.1
_LONGEST_S = 60.0
"""Time limit of the first plan: share of the remaining time, and seconds."""
_GAP = 1e-2


class StagedDecomposition:
    """The engine of decomposition by node."""

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

        def keep(plan: StagedPlan) -> None:
            question.keep(plan, state.incumbent, state.bound)

        search = NodeSearch(problem, state, keep, question.reference)
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


def plan_with_few_hubs(question: StagedQuestion) -> StagedPlan | None:
    """Return a good plan with few new hubs, or None if none is found soon.

    Return None also if the recursion could solve the whole problem: a user who chose another engine wants its answer.
    """
    staged = question.staged
    if size_refusal(staged) is None:
        return None
    few = next((one for one in (_with_few(staged, most) for most in _FEW) if one is not None), None)
    if few is None:
        return None
    able = [name for name in ("dynamic", "configurations") if STAGED.refusal(name, few) is None]
    if not able:
        return None
    engine = STAGED[able[0]].engine
    watch = question.watch
    until_s = watch.elapsed_s + min(_LONGEST_S, _SHARE * watch.remaining_s)
    limits = replace(watch.limits, time_limit_s=until_s, relative_gap=max(_GAP, watch.limits.relative_gap))

    def report(progress: Progress) -> None:
        # The bound holds for few hubs only.
        question.listen(replace(progress, bound=None, hubs_left=None))

    asked = replace(question.about(few, question.networks, question.task), known=question.known, listen=report)
    return engine(replace(asked, watch=Watch(limits, watch.stopped, watch.started))).solve().plan


def _with_few(staged: StagedInstance, most: int) -> StagedInstance | None:
    """Return the problem with at most ``most`` new hubs, or None if the rules require more or states are too many."""
    try:
        few = replace(staged, base=apply_hub_options(staged.base, HubOptions(max_new=most)))
    except UsageError:
        return None
    return few if size_refusal(few) is None else None


def _refusal(staged: StagedInstance) -> str | None:
    return None if staged.first == ANY_FIRST else "a rule on what is ordered in the first year"


RECORD = EngineRecord(
    "decomposition",
    "a master of hubs and modules, freight priced node by node",
    StagedDecomposition,
    (States(STAGED_PROBLEMS, OPERATED_POLICIES),),
    wherever_it_states,
    _refusal,
    is_staged=True,
)
