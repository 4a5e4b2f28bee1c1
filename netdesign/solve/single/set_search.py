"""Enumeration where each city has one hub, and nothing else couples the freight that cities exchange."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.network.routes import hard_deadline, price_routes
from netdesign.solve.core.best_first import Best
from netdesign.solve.core.referee_check import checked_objective, plan_of_routes
from netdesign.solve.core.route_matrices import route_matrices
from netdesign.solve.coupled.search import ENGINE, ListedSearch
from netdesign.solve.coupled.waiting import Stage
from netdesign.solve.multiple.heuristic import MultipleHeuristic
from netdesign.solve.single.set_allocation import SetAllocation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.waiting import ListedSets
    from netdesign.solve.single.set_allocation import Allocated

    Positions = NDArray[np.intp]


_MORE = 0.02
"""Part of the cost of a good plan by which those of the runner-up and of fewer hubs may exceed it, mostly."""

_FEW_ROUTES = 1e8
"""Routes that are looked at before any set is priced: a second of work."""


class AllocationSearch(ListedSearch):
    """Searches sets of hubs where each city has one.

    Parameters
    ----------
    question
        A problem that ``is_coupled_by_cities``.
    state
        Clock of the first search.
    """

    def __init__(self, question: Question, state: SearchState) -> None:
        matrices = route_matrices(question.instance, question.network)
        super().__init__(question, matrices, state)
        self._operated = 0
        self._allocation = SetAllocation(question.instance, matrices, state)
        # Freight that is late over all sites together makes most of the prices end sooner.
        if len(matrices.flows.volume) * matrices.sites**2 <= _FEW_ROUTES:
            self._prices.raise_rest(self._prices.by_origin(np.arange(matrices.sites, dtype=np.int32)))

    @property
    def operated(self) -> int:
        """Number of sets of which a plan was computed."""
        return self._operated

    def _worth(self, number: int, rules: HubRules) -> float:
        """Return somewhat more than a good plan costs: sets are left as soon as their price is over it."""
        likely = MultipleHeuristic(
            self._prices, replace(rules, least=number, most=number), self._state.without_listener()
        )
        likely.start()
        found = None if likely.best is None else self._allocation.best(likely.best, self._dearest)
        if likely.best is None or found is None:
            return self._dearest
        self._kept(likely.best, found)
        return found.cost + _MORE * abs(found.cost)

    def _bound(self, listed: ListedSets, places: NDArray[np.intp], cut_off: float) -> None:
        """Bound some sets of a list by prices between cities."""
        sets = np.ascontiguousarray(listed.sets[places])
        listed.learn(places, self._allocation.bounds(sets, cut_off), Stage.BOUNDED)
        for hubs, bound in zip(map(tuple, sets.tolist()), listed.bound[places].tolist(), strict=True):
            self._refuse_over_plan(hubs, bound)

    def _operate(self, listed: ListedSets, place: int) -> None:
        """Find the best plan of a set, and settle it; one that costs the cut-off is not wanted."""
        hubs, cut_off = listed.sets[place], self._state.cut_off
        found = self._allocation.best(hubs, cut_off)
        if found is None:
            listed.learn(place, cut_off, Stage.BOUNDED)
            return
        best = self._kept(hubs, found)
        self._refuse_over_plan(tuple(hubs.tolist()), float(listed.bound[place]))
        listed.learn(place, min(found.cost, best.cost), Stage.SETTLED)

    def _kept(self, hubs: NDArray[np.int32], found: Allocated) -> Best:
        """Keep the best plan of a set, with its price by the referee, and take it up."""
        self._operated += 1
        plan = self._plan(hubs.astype(np.intp), found.hub_of)
        instance, network = self._instance, self._question.network
        cost = checked_objective(instance, network, plan, found.cost, ENGINE)
        self._best[tuple(hubs.tolist())] = best = Best(plan, cost)
        self._take_up(best)
        return best

    def _plan(self, hubs: Positions, hub_of: Positions) -> Plan:
        """Return the plan in which cities have these hubs, and freight overseas takes the best ones at its end."""
        commodities = self._instance.commodities
        allocated = np.full(len(self._instance.nodes), -1)
        allocated[self._allocation.city] = hub_of
        first, last = allocated[commodities.origin], allocated[commodities.destination]
        abroad = np.flatnonzero((first < 0) | (last < 0))
        first[abroad], last[abroad] = self._best_ends(abroad, first[abroad], last[abroad], hubs)
        routes = np.arange(len(commodities)), first, last
        return plan_of_routes(self._instance, hubs, routes, commodities.volume)

    def _best_ends(
        self, rows: Positions, first: Positions, last: Positions, hubs: Positions
    ) -> tuple[Positions, Positions]:
        """Return first and last hub of commodities on their best routes, where -1 leaves the hub open."""
        instance = self._instance
        allowed = np.array([instance.site_position[name] for name in instance.allowed])
        into = np.where(first[:, None] < 0, hubs, first[:, None])[:, :, None]
        out = np.where(last[:, None] < 0, hubs, last[:, None])[:, None, :]
        costs = price_routes(instance, self._question.network, rows[:, None, None], allowed[into], allowed[out])
        total = np.where(costs.is_late & hard_deadline(instance)[rows][:, None, None], np.inf, costs.total)
        best = total.reshape(len(rows), -1).argmin(axis=1) if len(rows) else np.empty(0, dtype=np.intp)
        row = np.arange(len(rows))
        return into[row, best // len(hubs), 0], out[row, 0, best % len(hubs)]
