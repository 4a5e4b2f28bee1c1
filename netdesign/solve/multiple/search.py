"""Decomposition for multiple allocation: hubs in a master, commodities in an oracle (Benders 1962).

Heuristic first. Where sets are few, all are priced then. Otherwise rounds of cuts follow, at points between the
master's and a running mean of them (Ben-Ameur and Neto 2007), each followed by settling sites by their reduced costs;
sets are priced as soon as few are left; what is still open then is branched on.
"""

from __future__ import annotations

import itertools
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.search import SiteBranchCut
from netdesign.solve.branch_cut.tuning import MULTIPLE as TUNING
from netdesign.solve.core.referee_check import plan_of_routes
from netdesign.solve.core.route_matrices import IMPOSSIBLE, flow_of_commodity, route_matrices
from netdesign.solve.multiple.heuristic import MultipleHeuristic, PricedSets, few_sets
from netdesign.solve.multiple.prices import BestRoutePrices
from netdesign.solve.multiple.relaxation import CommodityOracle, MultipleRelaxation

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.branch_cut.site_relaxation import MasterPoint
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.heuristic import HeuristicT, ListedSets


class MultipleSearch:
    """One search for the cheapest permitted set of hubs.

    Parameters
    ----------
    matrices
        Legs and freight.
    rules
        Permitted sets.
    state
        Clock, threads, gap; records plans and bounds.

    Attributes
    ----------
    begin
        A permitted set to begin with, ascending positions, or None.
    """

    def __init__(self, matrices: RouteMatrices, rules: HubRules, state: SearchState) -> None:
        self._matrices, self._rules, self._state = matrices, rules, state
        self.begin: NDArray[np.int32] | None = None
        self._heuristic: MultipleHeuristic | None = None

    @property
    def best(self) -> NDArray[np.intp] | None:
        """The best set found, ascending positions, or None."""
        if self._heuristic is None or self._heuristic.best is None:
            return None
        return self._heuristic.best.astype(np.intp)

    def run(self) -> None:
        """Search until the gap is closed or the clock has run out."""
        with suppress(TimeoutError):
            self._run()

    def routes(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the first and the last hub of each flow's best route over the best set, shape (flows,) each."""
        if self.best is None:
            raise AssertionError
        first, last = self._prices.routes(self.best.astype(np.int32))[1].T
        return first.astype(np.intp), last.astype(np.intp)

    def _run(self) -> None:
        state = self._state
        self._prices = BestRoutePrices(self._matrices, state)
        self._heuristic = heuristic = MultipleHeuristic(self._prices, self._rules, state)
        state.ceiling = self._matrices.largest_cost * (1.0 + 1e-6) + 1.0
        if self.begin is not None:
            heuristic.take(self._prices.cheapest(self.begin[None, :]))
        sets = few_sets(self._rules, self._prices)
        if sets is None:
            self._cut(heuristic)
        else:
            heuristic.start()
            self._price(heuristic, sets)

    def _price(self, heuristic: MultipleHeuristic, every: list[NDArray[np.int32]]) -> None:
        """Price all sets, given for each number of hubs."""
        for sets in every:
            heuristic.take(self._prices.cheapest(sets))
        self._state.exhausted()

    def _cut(self, heuristic: MultipleHeuristic) -> None:
        """Bound sets by cuts, and price or branch on what these leave."""
        state, oracle = self._state, CommodityOracle(self._matrices, self._state)
        self._prices.raise_rest(oracle.least)
        if oracle.least.max(initial=0.0) >= IMPOSSIBLE:
            state.exhausted()
            return
        state.proved(float(oracle.least.sum()), self._rules.sites)
        heuristic.start()
        CommodityBranchCut(self._prices, self._rules, oracle, heuristic, state, PricedSets).run()


class CommodityBranchCut(SiteBranchCut):
    """Cuts by an oracle of commodities.

    Parameters
    ----------
    prices, rules, oracle, heuristic, state
        Of the search; the heuristic holds the best set.
    listed
        Lists and prices what the cuts leave.
    """

    tuning = TUNING

    def __init__(
        self,
        prices: BestRoutePrices,
        rules: HubRules,
        oracle: CommodityOracle,
        heuristic: HeuristicT,
        state: SearchState,
        listed: type[ListedSets[HeuristicT]],
    ) -> None:
        plan = max(1.0, state.cut_off)
        oracle.dearest = 2.0 * plan
        self._relaxation = MultipleRelaxation(prices.matrices.fixed, rules, oracle, state, plan)
        super().__init__(self._relaxation, rules, state, heuristic.best)
        self._prices, self._oracle, self._heuristic = prices, oracle, heuristic
        self._remaining = listed(prices, rules, state, self._relaxation, heuristic)
        if state.checks_cuts:
            for hubs in heuristic.seen:
                is_open = np.zeros(rules.sites)
                is_open[hubs] = 1.0
                self._relaxation.add_known(is_open, prices.by_origin(hubs))
        self._relaxation.add(oracle.cuts(self._points.mean, 0), None)

    def cut_rounds(self) -> bool:
        """Cut between the points until that stalls, then at them until it stalls again."""
        last, is_between = -np.inf, True
        for number in itertools.count(1):
            point = self.solved()
            if point is None:
                return False
            if number % self.tuning.drop_every == 0:
                self._relaxation.drop_idle(point.bound)
            added = self._relaxation.cut(self.next_point(point, is_between=is_between), number, point)
            self.round_up(point)
            pays = added > 0 and not self.has_stalled(point, last)
            last = point.bound
            if not pays and not is_between:
                return not self._state.is_closed
            is_between = is_between and pays
        raise AssertionError

    def cut_node(self, point: MasterPoint, number: int) -> int:
        """Add cuts at the point itself."""
        return self._relaxation.cut(self.next_point(point, is_between=False), number, point)

    def sites_settled(self) -> None:
        """Leave sets the earlier that are priced."""
        self._prices.raise_rest(self._oracle.least)

    def round_up(self, point: MasterPoint) -> None:
        """Try the sites that the point opens most."""
        self._heuristic.round_up(point.is_open)

    def enumerate_remaining(self, point: MasterPoint, closed: NDArray[np.bool_], certain: NDArray[np.bool_]) -> bool:
        """Price every set that a point leaves."""
        allowed = max(TUNING.least_work, TUNING.work_of_cuts * self._oracle.worked)
        return self._remaining.try_all(point, closed, certain, allowed)


class MultiplePlanning:
    """Prepares a search over sets of hubs, every commodity on its best route; see ``MultipleSearch``."""

    def __init__(self, instance: Instance, network: Network, rules: HubRules, state: SearchState) -> None:
        self._instance = instance
        self._search = MultipleSearch(route_matrices(instance, network), rules, state)

    def begin_with(self, hubs: Collection[str]) -> None:
        """Take a permitted set of hubs to begin with."""
        places = [place for place, name in enumerate(self._instance.allowed) if name in hubs]
        self._search.begin = np.array(places, dtype=np.int32)

    def best_plan(self) -> Plan | None:
        """Search until the gap is closed or the clock has run out; return the best plan found."""
        self._search.run()
        return self.plan_so_far()

    def plan_so_far(self) -> Plan | None:
        """Return the best plan so far."""
        hubs = self._search.best
        if hubs is None:
            return None
        flow, (first, last) = flow_of_commodity(self._instance), self._search.routes()
        routes = np.arange(len(flow)), first[flow], last[flow]
        return plan_of_routes(self._instance, hubs, routes, self._instance.commodities.volume)
