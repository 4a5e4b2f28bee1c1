"""Decomposition for facility location: prices on customers bound it, close most sites, and guide the branching.

A heuristic first. Then prices are raised by subgradient steps (Held, Wolfe and Crowder 1974), each call followed by
settling sites by what the other choice would cost, and by a local search from the set that the prices choose. What is
still undecided then is branched on, with prices that start from those of the parent.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.plan import Shares, plan_from_shares
from netdesign.solve.branch_cut.search import explore
from netdesign.solve.branch_cut.tuning import FACILITY as TUNING
from netdesign.solve.facility.heuristic import KnownPlans, TransportHeuristic, UncapacitatedHeuristic, operated
from netdesign.solve.facility.prices import Ascent, CustomerPrices, propagate, settle
from netdesign.solve.facility.problem import facility_problem
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.facility.problem import FacilityProblem


@dataclass(frozen=True)
class _Part:
    """A part of the search: what is decided by site (1 open, -1 closed, 0 undecided), and the prices that bound it."""

    status: NDArray[np.int8]
    prices: CustomerPrices

    def half(self, site: int, *, is_open: bool) -> _Part:
        """Return the half in which a site is open, or closed, with prices that start from these."""
        status = self.status.copy()
        status[site] = 1 if is_open else -1
        return _Part(status, self.prices.child())


class FacilitySearch:
    """One search for the cheapest permitted set of sites.

    Parameters
    ----------
    problem
        Customers, sites and costs.
    rules
        Permitted sets.
    state
        Clock, threads, gap; records plans and bounds.
    """

    def __init__(self, problem: FacilityProblem, rules: HubRules, state: SearchState) -> None:
        self._problem, self._rules, self._state = problem, problem.with_room(rules), state
        self._known = KnownPlans(problem.sites, state)

    @property
    def best(self) -> NDArray[np.intp] | None:
        """The best set found, ascending positions, or None."""
        return self._known.best

    def run(self) -> None:
        """Search until the gap is closed or the clock has run out."""
        self._state.ceiling, self._state.least_saving = self._problem.ceiling, TUNING.nearly * self._problem.unit
        self._status = self._rules.certain.astype(np.int8)
        if (self._problem.cost.min(axis=0) >= self._problem.left_behind).any() or not propagate(
            self._status, self._rules
        ):
            self._state.exhausted()
            return
        with suppress(TimeoutError):
            self._state.proved(self._problem.least, self._problem.sites)
            self._run()

    def _run(self) -> None:
        start = UncapacitatedHeuristic(
            self._problem, self._rules, KnownPlans(self._problem.sites, self._state.without_listener()), self._state
        )
        first = start.greedy()
        self._make(CustomerPrices.start(self._problem, len(self._rules.rows), int(first.sum())))
        self._heuristic.improve(first)
        if self._raise_root():
            self._branch()

    def _make(self, prices: CustomerPrices) -> None:
        """Make what works on the sites that are left."""
        kind = TransportHeuristic if self._problem.has_capacities else UncapacitatedHeuristic
        self._heuristic = kind(self._problem, self._rules, self._known, self._state)
        self._ascent = Ascent(self._problem, self._rules, self._state)
        self._prices = prices

    def _raise_root(self) -> bool:
        """Raise the prices at the root; return whether anything is left to branch on.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        for _ in range(0, TUNING.root_steps, self._ascent.steps):
            prices = self._prices
            bound = self._bounded(prices, self._status, self._state.cut_off, self._ascent.steps, TUNING.root_patience)
            if bound > self._state.cut_off:
                self._state.exhausted()
                return False
            self._heuristic.improve(prices.chosen, self._ascent.cut(prices))
            settle(prices, bound, self._state.cut_off, self._status, self._rules)
            if self._is_decided(self._status):
                self._state.exhausted()
                return False
            self._state.proved(bound, int((self._status >= 0).sum()))
            if self._state.is_closed:
                return False
            self._shrink()
            if self._prices.pace[0] < TUNING.shortest:
                break
        return True

    def _shrink(self) -> None:
        """Cut the arrays down to the sites that are left, where these are clearly fewer."""
        left = np.flatnonzero(self._status >= 0)
        if len(left) > TUNING.shrinks * self._problem.sites:
            return
        self._problem, self._rules = self._problem.restricted(left), self._rules.restricted(left)
        self._known.sites = self._known.sites[left]
        self._status = self._status[left]
        self._make(self._prices.restricted(left))

    def _branch(self) -> None:
        """Decide one site after another."""
        with ThreadPoolExecutor(max_workers=min(2, self._state.threads)) as pool:
            explore(_Part(self._status, self._prices), lambda node: self._divided(node.part, pool), self._state)

    def _divided(self, part: _Part, pool: ThreadPoolExecutor) -> list[tuple[float, _Part]]:
        """Return what is left of the two halves of a part, with their bounds."""
        site = int(np.argmax(np.where(part.status == 0, part.prices.likely, -1.0)))
        halves = [part.half(site, is_open=is_open) for is_open in (True, False)]
        halves = [half for half in halves if not self._is_decided(half.status)]
        # Both against one target, so that the number of threads changes nothing.
        target = self._state.cut_off
        bounds = list(pool.map(lambda half: self._raised(half, target), halves))
        return [(bound, half) for bound, half in zip(bounds, halves, strict=True) if self._is_in_question(half, bound)]

    def _raised(self, part: _Part, target: float) -> float:
        """Raise the prices of a part as long as that pays; return its bound."""
        bound = last = -np.inf
        for _ in range(TUNING.node_calls):
            bound = self._bounded(part.prices, part.status, target, TUNING.node_steps, TUNING.node_patience)
            if bound > target or bound - last < TUNING.pays * (target - bound):
                break
            last = bound
        return bound

    def _bounded(
        self, prices: CustomerPrices, status: NDArray[np.int8], target: float, steps: int, patience: int
    ) -> float:
        if self._state.is_over:
            raise TimeoutError
        bound = self._ascent.ascend(prices, status, target, steps, patience)
        self._known.hold(self._ascent.cut(prices), status)
        return bound

    def _is_in_question(self, part: _Part, bound: float) -> bool:
        """Look for a better plan in a part and settle what its bound proves; return whether anything is left of it."""
        if bound > self._state.cut_off:
            return False
        self._heuristic.glance(part.prices.chosen, self._ascent.cut(part.prices))
        settle(part.prices, bound, self._state.cut_off, part.status, self._rules)
        return not self._is_decided(part.status)

    def _is_decided(self, status: NDArray[np.int8]) -> bool:
        """Follow the rules; tell whether nothing is left to decide, and price the one set that there then is."""
        if not propagate(status, self._rules):
            return True
        if (status == 0).any():
            return False
        self._heuristic.price(status > 0)
        return True


class FacilityPlanning:
    """Prepares a search over sites that serve customers, with or without capacities; see ``FacilitySearch``."""

    def __init__(self, instance: Instance, network: Network, rules: HubRules, state: SearchState) -> None:
        self._instance, self._state = instance, state
        self._problem = facility_problem(instance, network)
        self._search = FacilitySearch(self._problem, rules, state)

    def best_plan(self) -> Plan | None:
        """Search until the gap is closed or the clock has run out; return the best plan found."""
        self._search.run()
        return None if self._search.best is None else self._plan(self._search.best)

    def _plan(self, sites: NDArray[np.intp]) -> Plan:
        """Return the best plan over some sites; what a full site cannot take of a commodity goes over others."""
        instance, problem = self._instance, self._problem
        is_open = np.zeros(problem.sites, dtype=bool)
        is_open[sites] = True
        _, held = operated(problem, is_open, load_compiled("transport", self._state.notify))
        place, commodity = np.nonzero(held)
        position = np.array([instance.site_position[name] for name in instance.allowed])[sites]
        hub = position[place]
        shares = Shares(commodity, hub, hub, held[place, commodity] / problem.volume[commodity])
        names = tuple(instance.sites[k].id for k in sorted(position.tolist()))
        return plan_from_shares(names, (), shares, instance.commodities.volume)
