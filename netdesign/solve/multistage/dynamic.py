"""The dynamic engine: recursion over the tree and the states of the hubs, with operations priced on demand.

Values begin as lower bounds: the separable bound for sets of new hubs, and the bound by multipliers for operations. The
best policy under these bounds decides which sets to expand and which operations to price; then the values are updated.
Once all operations of the best policy are priced, its value is both its cost and a bound. (Lazy evaluation as in A*,
Hart, Nilsson and Raphael 1968, over the recursion of Bellman 1957.)

The largest regret is computed by the same recursion, with the largest over the children in place of their sum: what a
path cost before it branches is the same for all paths that branch there.

The best plan fixed at the root, whose orders depend on the year only, is the same over a path of years, where the cost
of a year is the weighted cost of its nodes with the same modules. CVaR and regret are largest means over weights of the
paths: that search seeks weights that maximise the cost of the best plan, and a gap may remain.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.staged import evaluate_staged
from netdesign.formulation.protocol import SERVICE_POLICIES
from netdesign.formulation.staged_decisions import decide_by_year
from netdesign.instance.first_decision import ANY_FIRST
from netdesign.instance.stages import RiskMeasure
from netdesign.solve.core.outcome import Phases, Termination, exactness
from netdesign.solve.engine_record import EngineRecord, States, wherever_it_states
from netdesign.solve.multistage.contingent_plan import by_year, plan_of
from netdesign.solve.multistage.hub_states import MOST_STATES_OF_A_HUB, TooManyStatesError
from netdesign.solve.multistage.hubs import Hubs
from netdesign.solve.multistage.leaf_weights import LeafWeights
from netdesign.solve.multistage.prepared import budget_refusal, prepare
from netdesign.solve.multistage.question import (
    CITY_PROBLEMS,
    OPERATED_POLICIES,
    STAGED_PROBLEMS,
    StagedSolution,
    checked_evaluation,
    ended,
    keep_nothing,
)
from netdesign.solve.multistage.search import PolicySearch
from netdesign.solve.multistage.served_year import allocation_refusal, city_refusal
from netdesign.solve.multistage.straight import Straight
from netdesign.solve.multistage.valuation import valuation_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multistage.contingent_plan import ContingentPlan
    from netdesign.solve.multistage.prepared import RecursionData
    from netdesign.solve.multistage.question import StagedQuestion

MOST_SETS = 20_000
MOST_STATES = 2_000_000
_MOST_WEIGHTS = 12
"""Largest number of weights of the paths; later ones improve the bound little."""
_SAME = 1e-9


class Dynamic:
    """The dynamic engine for expected cost and for regret."""

    def __init__(self, question: StagedQuestion) -> None:
        self._question = question

    def solve(self) -> StagedSolution:
        """Return the best plan, with bound, reason for stopping and trace."""
        return solved_by_recursion(self._question, prepare, "the dynamic engine")


def solved_by_recursion(
    question: StagedQuestion, prepared: Callable[[StagedQuestion], RecursionData], engine: str
) -> StagedSolution:
    """Return the plan of least expected cost or regret, for the decision moments of the prepared problem.

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

    search = _search(question, problem, state, keep)
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


def _search(
    question: StagedQuestion, problem: RecursionData, state: SearchState, keep: Callable[[ContingentPlan], None]
) -> PolicySearch:
    """Return the search for the best policy; under a rule on the first decision that of an earlier rule goes on."""
    staged = question.staged
    if staged.first == ANY_FIRST:
        return PolicySearch(problem, valuation_of(staged, question.reference), state, keep)
    # The search holds its instance, so that ids stay unique.
    key = (id(staged.base), problem.sets, question.reference.tobytes(), staged.stages.risk.measure)
    known = problem.searches.get(key)
    if known is None:
        known = problem.searches[key] = PolicySearch(problem, valuation_of(staged, question.reference), state, keep)
    else:
        known.begin(staged, state, keep)
    return known


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
    if measure is RiskMeasure.CVAR and not staged.is_path:
        return f"what {measure} makes of a branch depends on all others"
    return budget_refusal(staged) or city_refusal(staged) or size_refusal(staged)


RECORD = EngineRecord(
    "dynamic",
    "recursion over the tree and the states of the hubs",
    Dynamic,
    (States(STAGED_PROBLEMS, OPERATED_POLICIES), States(CITY_PROBLEMS, SERVICE_POLICIES)),
    wherever_it_states,
    _refusal,
    is_staged=True,
)


class FixedCalendar:
    """Finds the best plan fixed at the root."""

    def __init__(self, question: StagedQuestion) -> None:
        self._question = question

    @staticmethod
    def refusal(staged: StagedInstance) -> str | None:
        """Return what the recursion cannot state, by name, or None."""
        if staged.base.chooses_links:
            return None  # the straight model finds it
        return budget_refusal(staged) or allocation_refusal(staged) or city_refusal(staged) or size_refusal(staged)

    def solve(self) -> StagedSolution:
        """Return the best plan, with bound and reason for stopping."""
        if self._question.staged.base.chooses_links:
            return Straight(self._question, decide_by_year).solve()
        if self._question.staged.stages.risk.measure is RiskMeasure.EXPECTED:
            return solved_by_recursion(self._question, _prepared_by_year, "the recursion over years")
        begun = time.perf_counter()
        found = _WorstMean(self._question)
        found.search()
        return found.solution(Phases(solve_s=time.perf_counter() - begun))


def _prepared_by_year(question: StagedQuestion) -> RecursionData:
    return replace(prepare(question), moments=by_year(question.staged))


class _WorstMean:
    """The search for a risk measure that is a largest mean over weights."""

    def __init__(self, question: StagedQuestion) -> None:
        self._question, self._staged = question, question.staged
        self._weights = LeafWeights(self._staged, question.reference)
        self._state = question.state()
        self._problem = _prepared_by_year(question)
        self._plan: StagedPlan | None = None

    def search(self) -> None:
        """Compute bounds at the weights from cutting planes, until these repeat."""
        weights = self._weights.probability
        for _ in range(_MOST_WEIGHTS):
            if self._state.is_over or not self._bound_at(weights) or self._state.is_closed:
                return
            better, most = self._weights.best()
            tolerance = _SAME * exactness(most, self._state.scale)
            if most - self._state.bound <= tolerance or np.abs(better - weights).max() < _SAME:
                return
            weights = better

    def solution(self, phases: Phases) -> StagedSolution:
        """Return the solution."""
        state, plan = self._state, self._plan
        if plan is None:
            is_infeasible = state.bound == math.inf
            ending = Termination.INFEASIBLE if is_infeasible else self._question.watch.ending
            return StagedSolution(ending, None, None, state.bound, phases, tuple(state.trace))
        # A gap may remain that more time would not close.
        ending = self._question.watch.ending if state.is_over else state.settled()
        return StagedSolution(ending, plan, state.incumbent, state.bound, phases, tuple(state.trace))

    def _bound_at(self, weights: NDArray[np.float64]) -> bool:
        """Find the best plan at some weights and record its bound; return whether there is a plan."""
        search = PolicySearch(self._problem, self._weights.mean(weights), self._state.without_listener())
        policy = search.best()
        if policy is None:
            if search.is_infeasible:
                self._state.exhausted()
            return False
        problem = self._problem
        plan = plan_of(self._staged, problem.hubs, problem.tables, policy)
        found = evaluate_staged(self._staged, self._question.networks, plan, self._question.known)
        self._weights.add(found.path_costs)
        if not found.violations and self._state.found(found.objective):
            self._plan = plan
        self._state.proved(search.bound - float(weights @ self._weights.reference))
        return True
