"""Decomposition for single allocation: hubs and allocations in a master, transfers of pairs of cities in an oracle.

A heuristic first. Then multiple allocation, which never costs more, closes sites, by prices or by cuts. Then rounds of
cuts at points between the relaxation's and a running mean of them, in turn with column generation for shares, each
settling what it can; what is still open then is branched on. After Ernst and Krishnamoorthy (1998) in the bound, and
Benders (1962) in the cuts.
"""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from netdesign.solve.branch_cut.search import INTEGER, BranchCut, InOutPoints, SearchNode
from netdesign.solve.branch_cut.site_relaxation import Decision
from netdesign.solve.branch_cut.tuning import SINGLE as TUNING
from netdesign.solve.core.referee_check import plan_of_routes
from netdesign.solve.core.route_matrices import route_matrices
from netdesign.solve.multiple.heuristic import MultipleHeuristic, few_sets
from netdesign.solve.multiple.prices import BestRoutePrices
from netdesign.solve.single.cuts import PairOracle
from netdesign.solve.single.heuristic import SingleHeuristic
from netdesign.solve.single.multiple_allocation_bound import close_by_multiple, close_by_prices
from netdesign.solve.single.problem import allocation_problem
from netdesign.solve.single.relaxation import AllocationPoint, SingleRelaxation

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.single.problem import AllocationProblem


class SingleSearch:
    """One search for the cheapest permitted hubs and allocation.

    Parameters
    ----------
    problem
        Cities, sites and costs.
    matrices
        The same under multiple allocation.
    rules
        Permitted sets.
    state
        Clock, threads, gap; records plans and bounds.

    Attributes
    ----------
    best
        Position of each city's hub in the best plan found, or None.
    hubs
        Its open hubs, ascending positions.
    """

    def __init__(
        self, problem: AllocationProblem, matrices: RouteMatrices, rules: HubRules, state: SearchState
    ) -> None:
        self._problem, self._matrices, self._state = problem, matrices, state
        self._rules = replace(rules, least=max(rules.least, problem.least_hubs))
        self.best: NDArray[np.intp] | None = None
        self.hubs: NDArray[np.intp] = np.empty(0, dtype=np.intp)

    def run(self) -> None:
        """Search until the gap is closed or the clock has run out."""
        state = self._state
        state.ceiling = self._problem.largest_cost * (1.0 + 1e-6) + 1.0
        if self._rules.least > self._rules.most or (self._rules.certain & ~self._problem.can_open).any():
            state.exhausted()
            return
        with suppress(TimeoutError):
            sites = self._left()
            if sites is None:
                state.exhausted()
            else:
                self._search_among(sites)

    def _left(self) -> NDArray[np.intp] | None:
        """Find a good plan, and return the sites that may make up a better one, or None where there is none."""
        state, aside = self._state, self._state.without_listener()
        prices = BestRoutePrices(self._matrices, aside)
        likely = MultipleHeuristic(prices, self._rules, aside)
        heuristic = SingleHeuristic(self._problem, self._rules, prices, state)
        try:
            likely.start()
            hubs = self.hubs
            if likely.best is not None:
                heuristic.improve(likely.best)
                hubs = likely.best.astype(np.intp)
            sets = few_sets(self._rules, prices)
            if sets is None:
                left = close_by_multiple(self._matrices, self._rules, hubs, heuristic.round_up, state)
            else:
                left = close_by_prices(sets, prices, state)
        finally:
            self._keep(heuristic, np.arange(self._problem.sites))
        if left is None:
            return None
        left = left[self._problem.can_open[left]]
        return np.union1d(left, self.hubs).astype(np.intp)

    def _keep(self, heuristic: SingleHeuristic, sites: NDArray[np.intp]) -> None:
        if heuristic.best is not None:
            self.best, self.hubs = sites[heuristic.best], sites[heuristic.hubs]

    def _search_among(self, sites: NDArray[np.intp]) -> None:
        problem, rules = self._problem.restricted(sites), self._rules.restricted(sites)
        if rules.least > rules.most:
            self._state.exhausted()
            return
        prices = BestRoutePrices(self._matrices.restricted(sites), self._state.without_listener())
        heuristic = SingleHeuristic(problem, rules, prices, self._state)
        best = None if self.best is None else np.searchsorted(sites, self.best)
        try:
            SingleBranchCut(problem, rules, heuristic, self._state, best).run()
        finally:
            self._keep(heuristic, sites)


class PointHeuristic(Protocol):
    """Finds plans near points of the relaxation.

    Attributes
    ----------
    on_plan
        Told of every plan, as the position of each city's hub.
    """

    on_plan: Callable[[NDArray[np.intp]], None]

    def round_up(self, is_open: NDArray[np.float64]) -> None:
        """Search from the sites that a point opens most."""

    def take(self, hubs: NDArray[np.int32], hub_of: NDArray[np.intp]) -> float:
        """Return what a plan costs, EUR/year; keep it if it is permitted and the best."""


class SingleBranchCut(BranchCut[AllocationPoint]):
    """Cuts by an oracle of pairs, in turn with column generation; sites are decided first, then cities.

    Parameters
    ----------
    problem, rules, heuristic, state
        Of the search.
    best
        Position of each city's hub in the best plan so far, or None.
    """

    tuning = TUNING
    dives = True

    def __init__(
        self,
        problem: AllocationProblem,
        rules: HubRules,
        heuristic: PointHeuristic,
        state: SearchState,
        best: NDArray[np.intp] | None,
    ) -> None:
        self._heuristic, self._oracle = heuristic, PairOracle(problem, state)
        hubs = np.arange(problem.sites) if best is None else np.unique(best)
        self._relaxation = SingleRelaxation(problem, rules, self._oracle, state, hubs)
        super().__init__(self._relaxation, state)
        if state.checks_cuts:
            heuristic.on_plan = self._relaxation.add_known
            if best is not None:
                self._relaxation.add_known(best)
        self._points = InOutPoints(np.zeros(problem.assign.shape))
        if best is not None:
            self._points.mean[np.arange(problem.cities), best] = 1.0
            self._relaxation.cut(self._oracle.cuts(self._points.mean), None)

    def cut_rounds(self) -> bool:
        """Cut between the points until that stalls, then at them; price shares in where cuts are slow."""
        last, stalled, is_between = -np.inf, 0, True
        for number in itertools.count(1):
            point = self.solved()
            if point is None:
                return False
            if number % self.tuning.drop_every == 0:
                self._relaxation.drop_idle(point.bound)
            self.round_up(point)
            room, grown, last = self._room(point), point.objective - last, point.objective
            added = self._cut(point, is_between=is_between) if point.objective < self._state.cut_off else 0
            if (not added or grown < TUNING.slow * room) and self._relaxation.price_in(point):
                last, stalled, is_between = -np.inf, 0, True
            elif is_between:
                is_between = added > 0 and grown >= self.tuning.stalled * room
            else:
                stalled = stalled + 1 if grown < self.tuning.stalled * room else 0
                if not added or stalled >= self.tuning.last_rounds:
                    return True
        raise AssertionError

    def _room(self, point: AllocationPoint) -> float:
        """Return what the bound may grow by; without an incumbent, measured against itself."""
        return min(self._state.cut_off, 2.0 * abs(point.bound) + 1.0) - point.bound

    def _cut(self, point: AllocationPoint, *, is_between: bool) -> int:
        """Add cuts, at the point itself or half-way to the mean of the points so far; return how many are broken."""
        spread, points = point.spread, self._points
        mean = np.where(self._relaxation.is_closed, 0.0, points.mean)
        total = mean.sum(axis=1, keepdims=True)
        points.mean = np.where(total > 0.5, mean / np.maximum(total, 0.5), spread)
        at = points.next(spread, is_between=is_between and not point.is_integer)
        return self._relaxation.cut(self._oracle.cuts(at), point) + self._relaxation.cover(point)

    def bounded(self, node: SearchNode[tuple[Decision, ...]]) -> AllocationPoint | None:
        """Raise the bound of a node by cuts and by pricing shares in; None where nothing better is in it."""
        self._relaxation.drop_idle(node.bound)
        self._relaxation.decide(node.part)
        last, rounds = -np.inf, 0
        while True:
            point = self._relaxation.solve()
            if point is None or point.bound > self._state.cut_off:
                return None
            grown, last = point.objective - last, point.objective
            pays = rounds < self.tuning.node_rounds and grown >= self.tuning.stalled * self._room(point)
            added = 0
            # A plan is one only when no cut demands more for its transfers.
            if (pays or point.is_integer) and point.objective < self._state.cut_off:
                rounds += 1
                added = self._relaxation.cut(self._oracle.cuts(point.spread), point) + self._relaxation.cover(point)
            if not added and not self._relaxation.price_in(point):
                return point

    def undecided(self, point: AllocationPoint) -> Decision | None:
        """Return the site that is least decided, or else the city, with the likelier side; None where all are."""
        distance = np.minimum(point.is_open, 1.0 - point.is_open)
        site = int(np.argmax(distance))
        if distance[site] > INTEGER:
            return Decision(site, is_taken=bool(point.is_open[site] > 0.5))
        distance = np.minimum(point.share, 1.0 - point.share)
        city, site = (int(place) for place in np.unravel_index(int(np.argmax(distance)), distance.shape))
        if distance[city, site] > INTEGER:
            return Decision(site, is_taken=bool(point.share[city, site] > 0.5), city=city)
        return None

    def round_up(self, point: AllocationPoint) -> None:
        """Search from the sites that the point opens most."""
        self._heuristic.round_up(point.is_open)

    def take(self, point: AllocationPoint) -> None:
        """Take the allocation of the point."""
        self._heuristic.take(np.flatnonzero(point.is_open > 0.5).astype(np.int32), np.argmax(point.share, axis=1))


class SinglePlanning:
    """Prepares a search over hubs and the allocation of cities to them; see ``SingleSearch``."""

    def __init__(self, instance: Instance, network: Network, rules: HubRules, state: SearchState) -> None:
        self._instance = instance
        self._problem = allocation_problem(instance, network)
        self._search = SingleSearch(self._problem, route_matrices(instance, network), rules, state)

    def best_plan(self) -> Plan | None:
        """Search until the gap is closed or the clock has run out; return the best plan found."""
        self._search.run()
        if self._search.best is None:
            return None
        first, last = self._search.best[self._problem.ends].T
        routes = np.arange(len(first)), first, last
        return plan_of_routes(self._instance, self._search.hubs, routes, self._instance.commodities.volume)
