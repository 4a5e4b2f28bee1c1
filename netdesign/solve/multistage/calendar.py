"""The best plan fixed at the root: orders depend on the year only, operations adapt to each node.

This is the recursion over a path of years, where the cost of a year is the weighted cost of its nodes with the same
modules. CVaR and regret are largest means over weights of the paths: the search seeks weights that maximise the cost of
the best plan, and a gap may remain.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.staged import evaluate_staged
from netdesign.instance.stages import RiskMeasure
from netdesign.solve.core.outcome import Phases, Termination, exactness
from netdesign.solve.multistage.contingent_plan import plan_of
from netdesign.solve.multistage.decision_stages import by_year
from netdesign.solve.multistage.dynamic import size_refusal, solved_by_recursion
from netdesign.solve.multistage.leaf_weights import LeafWeights
from netdesign.solve.multistage.prepared import budget_refusal, prepare
from netdesign.solve.multistage.question import StagedSolution
from netdesign.solve.multistage.search import PolicySearch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.solve.multistage.prepared import RecursionData
    from netdesign.solve.multistage.question import StagedQuestion

_MOST_WEIGHTS = 12
"""Largest number of weights of the paths; later ones improve the bound little."""
_SAME = 1e-9


class FixedCalendar:
    """Finds the best plan fixed at the root.

    Parameters
    ----------
    question
        The tree and the limits.
    """

    def __init__(self, question: StagedQuestion) -> None:
        self._question = question

    @staticmethod
    def refusal(staged: StagedInstance) -> str | None:
        """Return what the recursion cannot state, by name, or None."""
        return budget_refusal(staged) or size_refusal(staged)

    def solve(self) -> StagedSolution:
        """Return the best plan, with bound and reason for stopping."""
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
        search = PolicySearch(self._problem, self._weights.of_nodes(weights), self._state.without_listener())
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
