"""Hubs with chosen links within capacities: the branch and cut of joined hubs, each set of which has its best links.

With all links freight goes as in a complete network, within the capacities of hubs: the cuts of that bound the sets.
What these leave is bounded with its own links, at prices of capacity; branches over its links, at prices too, then
leave choices, each of which is operated exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.neighbourhood import SiteNeighbourhood, extended
from netdesign.solve.branch_cut.site_relaxation import Decision
from netdesign.solve.capacitated.search import CapacitatedBranchCut, CapacitatedSearch
from netdesign.solve.core.engine import keep_no_plan
from netdesign.solve.core.hub_rules import hub_rules
from netdesign.solve.core.outcome import Phases, Solution, certain_termination
from netdesign.solve.core.referee_check import checked_objective
from netdesign.solve.linked.limited_links import LinkedOperating, LinkedSetBounds
from netdesign.solve.linked.limits import Limits, OperatedLinks
from netdesign.solve.linked.plans import plan_of_shares
from netdesign.solve.linked.prices import LinkedPrices
from netdesign.solve.linked.set_search import rules_of_all_sites

_WORSE = 3
"""Hubs that are opened without a lower bound: with more it would grow on, mostly."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.plan import Plan
    from netdesign.solve.branch_cut.site_relaxation import MasterPoint
    from netdesign.solve.capacitated.relaxation import PricedOracle
    from netdesign.solve.core.engine import Question, SearchScope
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.prices import BestRoutePrices


class LimitedLinkSearch:
    """Searches the sets of hubs of one instance whose hubs or links have capacities.

    Parameters
    ----------
    question
        The problem and its limits.
    """

    def __init__(self, question: Question) -> None:
        self._question, self._instance = question, question.instance
        self._limits = Limits.of(question.instance)
        self._linked: LinkedPrices | None = None
        self._operating: LinkedOperating | None = None

    def solve(self, search: SearchScope, state: SearchState) -> Solution:
        """Return the best plan within a scope, with its bound."""
        run = None
        try:
            run = self._run(search, state)
            if run is None:
                state.exhausted()
        except TimeoutError:
            state.report(at_once=True)
        if run is not None:
            run.run()
        if run is None or run.best is None:
            return Solution(state.ending(), None, None, state.bound, Phases())
        plan, network = self._plan(run), self._question.network
        objective = checked_objective(self._instance, network, plan, state.incumbent, "the enumeration engine")
        bound = min(state.bound, objective)
        termination = certain_termination(state.ending(), objective, bound, state.gap)
        return Solution(termination, plan, objective, bound, Phases())

    def _run(self, search: SearchScope, state: SearchState) -> CapacitatedSearch | None:
        """Return a search of all permitted sets; None where no number of hubs is permitted.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        if self._linked is None or self._operating is None:
            self._linked = LinkedPrices(self._instance, self._question.network, state, has_limits=True)
            self._operating = LinkedOperating(self._linked, self._limits, state)
        linked, limits = self._linked, self._limits
        rules = rules_of_all_sites(hub_rules(self._instance, search), linked)
        if rules.least > rules.most:
            return None
        bounds = LinkedSetBounds(linked, limits, state)
        begin = None if search.start is None else self._positions(search.start.plan)
        run = LinkedSets(linked.with_all_links, limits.hubs, rules, state, self._operating, bounds, begin)

        def keep() -> None:
            if run.best is not None:
                search.keep(self._plan(run), state.incumbent, min(state.bound, state.incumbent))

        if search.keep is not keep_no_plan:
            state.tells_better(keep)
        return run

    def _positions(self, plan: Plan) -> NDArray[np.int32]:
        """Return the hubs of a plan, ascending."""
        return np.flatnonzero([name in plan.open_hubs for name in self._instance.allowed]).astype(np.int32)

    def _plan(self, run: CapacitatedSearch) -> Plan:
        """Return the best plan of a search, which there must be."""
        assert isinstance(run.best, OperatedLinks)
        return plan_of_shares(self._instance, run.best.hubs, run.best.links, run.best.shares)


class LinkedSets(CapacitatedSearch):
    """As ``CapacitatedSearch``, of sets that have their best links."""

    def _branch_cut(self, oracle: PricedOracle) -> CapacitatedBranchCut:
        given = self._matrices, self._capacities, self._rules, oracle, self._heuristic, self._bounds, self._state
        return LinkedBranchCut(*given)

    def _good_set(self, prices: BestRoutePrices) -> NDArray[np.int32] | None:
        """Open hubs one by one, the one that saves most with all links next; return those with the least bound.

        With few links, many hubs have long ways between them.
        """
        near, none = SiteNeighbourhood(self._rules), np.zeros(self._rules.sites)
        hubs, best, least, since = np.flatnonzero(self._rules.certain).astype(np.int32), None, np.inf, 0
        while len(sites := near.additions(hubs)) and since < _WORSE:
            hubs = extended(hubs, sites[int(np.argmin(prices.with_one_more(hubs, sites, np.inf)))])
            if len(hubs) >= self._rules.least and self._capacities.suffice(hubs[None, :])[0]:
                bound = float(self._bounds.raised(hubs[None, :], none, self._state.ceiling)[0][0])
                best, least, since = (hubs, bound, 0) if bound < least else (best, least, since + 1)
        return hubs if best is None else best


class LinkedBranchCut(CapacitatedBranchCut):
    """As ``CapacitatedBranchCut``, whose bound stays under what few links cost: so more sets are listed.

    Numbers of hubs are divided before sites, as many hubs have so many sets that they cannot be listed.
    """

    @property
    def sets_allowed(self) -> float:
        """How many sets may be bounded one by one now."""
        few = self._bounds.few if isinstance(self._bounds, LinkedSetBounds) else 0
        return super().sets_allowed + few

    def sides(self, point: MasterPoint) -> Sequence[Decision]:
        """Return the number of hubs of a point, those under it and over it; with one number, sites."""
        numbers = self._relaxation.numbers_here
        if len(numbers) == 1:
            return super().sides(point)
        likely = numbers.index(min(max(round(point.is_open.sum()), numbers[0]), numbers[-1]))
        parts = numbers[likely : likely + 1], numbers[:likely], numbers[likely + 1 :]
        return [Decision(-1, is_taken=True, numbers=part) for part in parts if part]

    def enumerate_remaining(self, point: MasterPoint, closed: NDArray[np.bool_], certain: NDArray[np.bool_]) -> bool:
        """As of ``CapacitatedBranchCut``, of the numbers of a node."""
        self._remaining.numbers = self._relaxation.numbers_here
        return super().enumerate_remaining(point, closed, certain)
