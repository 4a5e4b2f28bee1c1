"""Better plans among the neighbours of one: descent by pairs of sites.

The pair of sites with the least bound is operated, which gives cuts that are tight there, until some plan is better or
no pair may hold a better one. Then the neighbours of the better plan are looked at.
"""

from __future__ import annotations

import heapq
import itertools
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import RiskMeasure
from netdesign.solve.multistage.by_node.neighbours import Neighbourhood
from netdesign.solve.multistage.by_node.problem import EvaluatedPlan, NodeYear
from netdesign.solve.multistage.contingent_plan import operation_of, plan_of, policy_cost, policy_of
from netdesign.solve.multistage.hub_states import TooManyStatesError
from netdesign.solve.multistage.hubs import Hubs
from netdesign.solve.multistage.prepared import budget_refusal, spending_limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multistage.by_node.integer_cuts import WholeCuts
    from netdesign.solve.multistage.by_node.neighbours import Neighbour, Pair
    from netdesign.solve.multistage.by_node.problem import DecomposedProblem
    from netdesign.solve.multistage.contingent_plan import ContingentPlan, Levels
    from netdesign.solve.multistage.operating import YearOperation
    from netdesign.solve.multistage.tables import Operation
    from netdesign.solve.multistage.valuation import Valuation

_MOST_STATES = 4000
"""Largest number of states of two hubs together: bounds of all of them are computed for every pair and node."""
_SHARE = 0.3
"""Largest share of the remaining time that one descent takes."""
_BETTER = 1e-7
"""Least relative difference of a plan that counts as better; smaller ones would cost as much time."""


class Improvement:
    """Improves plans by their neighbours.

    Parameters
    ----------
    problem, hubs
        The problem, and its hubs by states.
    valuation
        What counts of the costs of the nodes.
    cuts
        Makes cuts of operated years.
    state
        Clock of the search.
    """

    def __init__(
        self, problem: DecomposedProblem, hubs: Hubs, valuation: Valuation, cuts: WholeCuts, state: SearchState
    ) -> None:
        self._problem, self._staged, self._hubs = problem, problem.staged, hubs
        self._valuation, self._cuts, self._state = valuation, cuts, state
        self._spending = spending_limits(problem.staged)
        self._learned: set[Operation] = set()
        self._until_s = np.inf

    def improve(self, plan: StagedPlan, keep: Callable[[EvaluatedPlan], None]) -> None:
        """Improve a plan until none of its neighbours is better, or a share of the time is over.

        Parameters
        ----------
        plan
            Permitted orders and closings.
        keep
            Called with each better plan.
        """
        self._until_s = self._state.elapsed_s + _SHARE * self._state.remaining_s
        policy = policy_of(self._staged, self._hubs, plan)
        value = np.inf if policy is None else self._operated(policy)
        while policy is not None and not self._is_over:
            better = self._better(policy, value)
            if better is None:
                return
            policy, value = better
            years = tuple(self._year(node, *named) for node, named in enumerate(self._named(policy)))
            keep(EvaluatedPlan(plan_of(self._staged, self._hubs, self, policy), years, value))

    @property
    def _is_over(self) -> bool:
        return self._state.is_over or self._state.elapsed_s >= self._until_s

    def _better(self, policy: ContingentPlan, value: float) -> tuple[ContingentPlan, float] | None:
        """Return a better neighbour and its value, or None."""
        around = Neighbourhood(self._staged, self._hubs, self._spending, self._valuation, self._problem.bounds, policy)
        most = value - _BETTER * abs(value) if np.isfinite(value) else value
        waiting: list[tuple[float, Pair]] = []
        for pair in itertools.combinations(self._hubs.sites, 2):
            if self._is_over:
                return None
            self._push(waiting, pair, around.best(pair), most)
        while waiting and not self._is_over:
            _, pair = heapq.heappop(waiting)
            # Cuts that were made since may say more of it.
            found = around.best(pair)
            if found is None or found.bound >= most:
                continue
            if waiting and found.bound > waiting[0][0]:
                heapq.heappush(waiting, (found.bound, pair))
                continue
            cost = self._operated(found.policy)
            if cost < most:
                return found.policy, cost
            again = around.best(pair)
            if again is not None and again.policy != found.policy:
                self._push(waiting, pair, again, most)
        return None

    @staticmethod
    def _push(waiting: list[tuple[float, Pair]], pair: Pair, found: Neighbour | None, most: float) -> None:
        if found is not None and found.bound < most:
            heapq.heappush(waiting, (found.bound, pair))

    def _operated(self, policy: ContingentPlan) -> float:
        """Return the value of a policy, infinite if a year has no operation; its years give cuts."""
        costs = policy_cost(self._staged, self._hubs, self, policy)
        for node, named in enumerate(self._named(policy)):
            if (node, *named) not in self._learned:
                self._learned.add((node, *named))
                self._cuts.learn(node, self._year(node, *named))
        return self._valuation.of(costs) if np.isfinite(costs).all() else float(np.inf)

    def _named(self, policy: ContingentPlan) -> list[tuple[tuple[int, ...], Levels]]:
        """Return the open hubs of each node and the levels of their modules."""
        return [operation_of(self._hubs, states.ready) for states in policy.nodes]

    def _year(self, node: int, opened: tuple[int, ...], levels: Levels) -> NodeYear:
        return NodeYear(opened, self._in_use(opened, levels), self.operated(node, opened, levels))

    def operated(self, node: int, opened: tuple[int, ...], levels: Levels) -> YearOperation:
        """Return the best operation of a node with some hubs open, by the levels of their modules."""
        return self._problem.plans.operate(node, opened, self._in_use(opened, levels))

    def _in_use(self, opened: tuple[int, ...], levels: Levels) -> NDArray[np.int64]:
        in_use = np.zeros_like(self._staged.installed)
        for site, level in zip(opened, levels, strict=True):
            in_use[site] = self._hubs[site].level_use[level]
        return in_use


def hubs_by_states(staged: StagedInstance) -> Hubs | None:
    """Return the hubs where states tell all that a plan of two of them has to keep, else None."""
    risk = staged.stages.risk.measure
    capped = any(node.instance.policies.fixed_cost_cap_eur_per_year is not None for node in staged.nodes)
    if (risk is RiskMeasure.CVAR and not staged.is_path) or capped or budget_refusal(staged) is not None:
        return None
    try:
        hubs = Hubs(staged)
    except TooManyStatesError:
        return None
    largest = sorted((len(hubs[site].states) for site in hubs.sites), reverse=True)[:2]
    return hubs if len(largest) == 2 and largest[0] * largest[1] <= _MOST_STATES else None
