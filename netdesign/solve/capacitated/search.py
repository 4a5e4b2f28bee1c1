"""Decomposition for multiple allocation within capacities: hubs and their loads in a master, commodities in an oracle.

Heuristic first. Then rounds of cuts as without capacities, in which each tonne pays at the hubs that it loads
(Lagrangian relaxation of the capacities inside Benders' cuts); the prices are searched anew where rounds stall. Sets
are bounded one by one, each by prices of its own, as soon as few are left; what is still open then is branched on.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.solve.capacitated.bounds import SetBounds
from netdesign.solve.capacitated.branching import Branching
from netdesign.solve.capacitated.cuts import PricedOracle
from netdesign.solve.capacitated.heuristic import Exchange
from netdesign.solve.capacitated.operating import Operating
from netdesign.solve.capacitated.rounds import Rounds
from netdesign.solve.core.route_matrices import IMPOSSIBLE
from netdesign.solve.multiple.heuristic import Interchange
from netdesign.solve.multiple.prices import Prices

if TYPE_CHECKING:
    from netdesign.solve.capacitated.capacities import Capacities
    from netdesign.solve.capacitated.operating import Operated, Shares
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
        Clock, threads, gap; hears of plans and bounds.

    Attributes
    ----------
    best
        The best operation found, or None.
    """

    def __init__(self, matrices: RouteMatrices, capacities: Capacities, rules: HubRules, state: SearchState) -> None:
        self._matrices, self._capacities, self._state = matrices, capacities, state
        self._rules = replace(rules, least=max(rules.least, capacities.least_hubs()))
        self._operating = Operating(matrices, capacities, state)
        self.best: Operated | None = None

    def run(self) -> None:
        """Search until the gap is closed or the clock has run out."""
        bounds = SetBounds(self._matrices, self._capacities, self._state)
        exchange = Exchange(self._operating, bounds, self._capacities, self._rules, self._state)
        with suppress(TimeoutError):
            self._search(exchange, bounds)
        self.best = exchange.best

    def shares(self) -> Shares:
        """Return the routes of the best operation, which there must be."""
        if self.best is None:
            raise AssertionError
        return self._operating.shares(self.best)

    def _search(self, exchange: Exchange, bounds: SetBounds) -> None:
        state, oracle = self._state, PricedOracle(self._matrices, self._capacities, self._state)
        bounds.raise_rest(oracle.least)
        state.ceiling = self._matrices.largest_cost * (1.0 + 1e-6) + 1.0
        if self._rules.least > self._rules.most or oracle.least.max(initial=0.0) >= IMPOSSIBLE:
            state.exhausted()
            return
        state.proved(float(oracle.least.sum()), self._rules.sites)
        self._start(exchange)
        rounds = Rounds(self._matrices, self._capacities, self._rules, oracle, exchange, bounds, state)
        if not state.is_closed and rounds.run():
            Branching(rounds, state).run()

    def _start(self, exchange: Exchange) -> None:
        """Find a good set without capacities, and from it one within them."""
        prices = Prices(self._matrices, self._state)
        plain = Interchange(prices, self._rules, self._state.aside())
        plain.start()
        if plain.best is not None:
            exchange.start(plain.best, prices)
