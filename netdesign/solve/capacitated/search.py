"""Decomposition for multiple allocation within capacities: hubs and their loads in a master, commodities in an oracle.

Heuristic first. Then rounds of cuts as without capacities, in which each tonne pays at the hubs that it loads
(Lagrangian relaxation of the capacities inside Benders' cuts); the prices are searched anew where rounds stall. Sets
are bounded one by one, each by prices of its own, as soon as few are left; what is still open then is branched on.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.neighbourhood import SiteNeighbourhood
from netdesign.solve.branch_cut.priced_rounds import PricedRounds
from netdesign.solve.branch_cut.search import SiteBranchCut
from netdesign.solve.branch_cut.tuning import CAPACITATED as TUNING
from netdesign.solve.capacitated.heuristic import BoundedSets, CapacitatedHeuristic, SetBounds
from netdesign.solve.capacitated.loads import SLACK, capacities_of
from netdesign.solve.capacitated.operating import SetOperating
from netdesign.solve.capacitated.relaxation import CapacitatedRelaxation, PricedOracle
from netdesign.solve.core.referee_check import plan_of_routes
from netdesign.solve.core.route_matrices import IMPOSSIBLE, flow_of_commodity, route_matrices
from netdesign.solve.multiple.heuristic import MultipleHeuristic
from netdesign.solve.multiple.prices import BestRoutePrices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.branch_cut.site_relaxation import MasterPoint
    from netdesign.solve.capacitated.limited_network import RouteShares
    from netdesign.solve.capacitated.loads import Capacities
    from netdesign.solve.capacitated.operating import OperatedSet, Operating
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState


class CapacitatedSearch:
    """One search for the cheapest permitted set of hubs, operated within its capacities.

    Parameters
    ----------
    matrices, capacities
        Legs, freight, and what sites can take.
    rules
        Permitted sets.
    state
        Clock, threads, gap; records plans and bounds.
    operating, bounds
        What operates sets, and bounds them; None where all hubs are joined.
    begin
        Permitted hubs to begin with, ascending positions, or None.
    """

    def __init__(
        self,
        matrices: RouteMatrices,
        capacities: Capacities,
        rules: HubRules,
        state: SearchState,
        operating: Operating | None = None,
        bounds: SetBounds | None = None,
        begin: NDArray[np.int32] | None = None,
    ) -> None:
        self._matrices, self._capacities, self._state = matrices, capacities, state
        self._rules = replace(rules, least=max(rules.least, capacities.least_hubs()))
        self._operating = operating or SetOperating(matrices, capacities, state)
        self._bounds = bounds or SetBounds(matrices, capacities, state)
        self._begin = begin
        self._heuristic = CapacitatedHeuristic(self._operating, self._bounds, capacities, self._rules, state)

    @property
    def best(self) -> OperatedSet | None:
        """The best operation found, or None."""
        return self._heuristic.best

    def run(self) -> None:
        """Search until the gap is closed or the clock has run out."""
        with suppress(TimeoutError):
            self._search()

    def shares(self) -> RouteShares:
        """Return the routes of the best operation, which there must be."""
        if self.best is None:
            raise AssertionError
        return self._operating.shares(self.best)

    def _search(self) -> None:
        state, oracle = self._state, PricedOracle(self._matrices, self._capacities, self._state)
        self._bounds.raise_rest(oracle.least)
        state.ceiling = self._operating.ceiling
        if self._rules.least > self._rules.most or oracle.least.max(initial=0.0) >= IMPOSSIBLE:
            state.exhausted()
            return
        state.proved(float(oracle.least.sum()), self._rules.sites)
        self._start()
        self._branch_cut(oracle).run()

    def _branch_cut(self, oracle: PricedOracle) -> CapacitatedBranchCut:
        """Return what bounds all sets together."""
        given = self._matrices, self._capacities, self._rules, oracle, self._heuristic, self._bounds, self._state
        return CapacitatedBranchCut(*given)

    def _start(self) -> None:
        """Find a good set without capacities, and from it one within them."""
        if self._begin is not None:
            self._heuristic.improve(self._begin, np.zeros(self._rules.sites))
        prices = BestRoutePrices(self._matrices, self._state)
        good = self._good_set(prices)
        if good is not None:
            self._heuristic.start(good, prices)

    def _good_set(self, prices: BestRoutePrices) -> NDArray[np.int32] | None:
        """Return a set that is good without capacities, or None."""
        plain = MultipleHeuristic(prices, self._rules, self._state.without_listener())
        plain.start()
        return plain.best


class CapacitatedBranchCut(PricedRounds, SiteBranchCut):
    """Cuts by an oracle at prices of capacity.

    Parameters
    ----------
    matrices, capacities, rules
        The problem and the permitted sets.
    oracle
        Where the cuts come from.
    heuristic, bounds
        Holds the best operation so far, and improves it; bounds single sets.
    state
        Clock, threads, gap; records bounds.
    """

    tuning = TUNING

    def __init__(
        self,
        matrices: RouteMatrices,
        capacities: Capacities,
        rules: HubRules,
        oracle: PricedOracle,
        heuristic: CapacitatedHeuristic,
        bounds: SetBounds,
        state: SearchState,
    ) -> None:
        self._capacities, self._oracle = capacities, oracle
        self._heuristic, self._bounds = heuristic, bounds
        plan, best = max(1.0, state.cut_off), heuristic.best
        oracle.dearest = 2.0 * plan
        self._relaxation = CapacitatedRelaxation(matrices, capacities, rules, oracle, state, plan)
        super().__init__(self._relaxation, rules, state, None if best is None else best.hubs)
        self._remaining = BoundedSets(
            heuristic, bounds, matrices.fixed, capacities, rules, self._relaxation.whole, state
        )
        if state.checks_cuts:
            heuristic.on_operated = self._relaxation.add_known
            for operated in heuristic.seen:
                self._relaxation.add_known(operated)
        prices = np.zeros(rules.sites) if best is None else best.prices
        self._prices = oracle.filled(self._points.mean, prices)
        self._relaxation.add(oracle.cuts(self._points.mean, self._prices, 0), None)

    def cut_node(self, point: MasterPoint, number: int) -> int:
        """Add cuts at the point itself, with prices of its own."""
        del number
        return self.cut_at_prices(point, is_between=False, is_searched=True)

    def cut_at_prices(self, point: MasterPoint, *, is_between: bool, is_searched: bool) -> int:
        """Add cuts at prices that are searched, or else the last ones, filled in where a site was not open."""
        self.number += 1
        at = self.next_point(point, is_between=is_between)
        price = self._oracle.searched if is_searched else self._oracle.filled
        self._prices = price(at, self._prices)
        return self._relaxation.add(self._oracle.cuts(at, self._prices, self.number), point)

    def sites_settled(self) -> None:
        """Leave sets the earlier that are bounded."""
        self._bounds.raise_rest(self._oracle.least)

    def round_up(self, point: MasterPoint) -> None:
        """Try the sites that a point opens most, as many as the freight needs."""
        room = np.cumsum(self._capacities.limit[np.argsort(-point.is_open, kind="stable")])
        needed = int(np.count_nonzero(room < self._capacities.freight * (1.0 - SLACK))) + 1
        self._heuristic.improve(SiteNeighbourhood(self._rules).rounded(point.is_open, needed), self._prices)

    def enumerate_remaining(self, point: MasterPoint, closed: NDArray[np.bool_], certain: NDArray[np.bool_]) -> bool:
        """Bound every set that a point leaves, and operate what no bound excludes."""
        self._remaining.prices = self._prices
        return self._remaining.try_all(point, closed, certain, self.sets_allowed)


class CapacitatedPlanning:
    """Prepares a search over sets of hubs, the freight routed within their capacities; see ``CapacitatedSearch``."""

    def __init__(self, instance: Instance, network: Network, rules: HubRules, state: SearchState) -> None:
        self._instance = instance
        matrices = route_matrices(instance, network)
        self._search = CapacitatedSearch(matrices, capacities_of(instance), rules, state)

    def best_plan(self) -> Plan | None:
        """Search until the gap is closed or the clock has run out; return the best plan found."""
        self._search.run()
        if self._search.best is None:
            return None
        shares, volume = self._search.shares(), self._instance.commodities.volume
        commodity, row = shares.of_commodities(flow_of_commodity(self._instance))
        routes = commodity, shares.first[row], shares.last[row]
        hubs = self._search.best.hubs.astype(np.intp)
        return plan_of_routes(self._instance, hubs, routes, volume[commodity] * shares.share[row])
