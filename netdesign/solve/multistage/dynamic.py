"""The dynamic engine: recursion over the tree and the states of the hubs, with operations priced on demand.

Values begin as lower bounds: the separable bound for sets of new hubs, and the bound by multipliers for operations. The
best policy under these bounds decides which sets to expand and which operations to price; then the values are updated.
Once all operations of the best policy are priced, its value is both its cost and a bound. (Lazy evaluation as in A*,
Hart, Nilsson and Raphael 1968, over the recursion of Bellman 1957.)
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from netdesign.instance.stages import RiskMeasure
from netdesign.solve.core.outcome import Phases, Termination
from netdesign.solve.multistage.contingent_plan import plan_of
from netdesign.solve.multistage.hub_states import MOST_STATES_OF_A_HUB, TooManyStatesError
from netdesign.solve.multistage.hubs import Hubs
from netdesign.solve.multistage.prepared import budget_refusal, prepare
from netdesign.solve.multistage.question import (
    OPERATED_POLICIES,
    STAGED_PROBLEMS,
    StagedSolution,
    checked_evaluation,
    ended,
    keep_nothing,
)
from netdesign.solve.multistage.search import PolicySearch
from netdesign.solve.registry import EngineRecord, States, wherever_it_states

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.solve.multistage.contingent_plan import ContingentPlan
    from netdesign.solve.multistage.prepared import RecursionData
    from netdesign.solve.multistage.question import StagedQuestion

MOST_SETS = 20_000
MOST_STATES = 2_000_000


class Dynamic:
    """The dynamic engine for expected cost.

    Parameters
    ----------
    question
        The problem and its limits.
    """

    def __init__(self, question: StagedQuestion) -> None:
        self._question = question

    def solve(self) -> StagedSolution:
        """Return the best plan, with bound, reason for stopping and trace."""
        return solved_by_recursion(self._question, prepare, "the dynamic engine")


def solved_by_recursion(
    question: StagedQuestion, prepared: Callable[[StagedQuestion], RecursionData], engine: str
) -> StagedSolution:
    """Return the plan of least expected cost, for the decision moments of the prepared problem.

    Parameters
    ----------
    question
        The question; its incumbent is used if permitted.
    prepared
        Prepares the question.
    engine
        Name for messages.
    """
    begun = time.perf_counter()
    state = question.state()
    known = question.evaluated_incumbent()
    if known is not None:
        state.found(known.objective)
    problem = prepared(question)

    def plan_from(policy: ContingentPlan) -> StagedPlan:
        return plan_of(question.staged, problem.hubs, problem.tables, policy)

    def keep(policy: ContingentPlan) -> None:
        if question.keep is not keep_nothing:
            question.keep(plan_from(policy), state.incumbent, state.bound)

    search = PolicySearch(problem, question.staged.weights, state, keep)
    built = time.perf_counter()
    policy = search.best()
    phases = Phases(build_s=built - begun, solve_s=time.perf_counter() - built)
    plan = plan_from(policy) if policy is not None else question.incumbent if known is not None else None
    if plan is None:
        ending = state.settled() if state.is_closed else state.ending()
        bound = math.inf if ending is Termination.INFEASIBLE else state.bound
        return StagedSolution(ending, None, None, bound, phases, tuple(state.trace))
    evaluation = checked_evaluation(question, plan, state.incumbent, engine)
    return ended(question, state.ending(), plan, evaluation.objective, state.bound, phases, state.trace)


def size_refusal(staged: StagedInstance) -> str | None:
    """Return why a problem has too many sets of hubs or states for the recursion, or None."""
    try:
        hubs = Hubs(staged)
    except TooManyStatesError:
        return f"the modules of one hub have more than {MOST_STATES_OF_A_HUB:,} states, which are too many"
    largest = hubs.new_range.stop - 1
    sets = sum(math.comb(len(hubs.candidates), size) for size in range(largest + 1))
    if sets > MOST_SETS:
        return f"{sets:,} sets of new hubs are too many; {MOST_SETS:,} are not"
    states = math.prod(len(hubs[site].states) for site in hubs.existing)
    if hubs.candidates:
        states *= len(hubs[hubs.candidates[0]].states) ** largest
    if states > MOST_STATES:
        return f"the modules of its hubs have {states:,} states together; {MOST_STATES:,} are the most"
    return None


def _refusal(staged: StagedInstance) -> str | None:
    """Return what the engine cannot state, by name, or None."""
    measure = staged.stages.risk.measure
    if measure is RiskMeasure.REGRET or (measure is RiskMeasure.CVAR and not staged.is_path):
        return f"it adds costs up over nodes; {measure} is no such sum"
    return budget_refusal(staged) or size_refusal(staged)


RECORD = EngineRecord(
    "dynamic",
    "recursion over the tree and the states of the hubs",
    Dynamic,
    (States(STAGED_PROBLEMS, OPERATED_POLICIES),),
    wherever_it_states,
    _refusal,
    is_staged=True,
)
