"""Bounds of sets of hubs by prices of what lanes and hubs have to get, and the routes that plans under a limit have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.route_matrices import ABSENT, IMPOSSIBLE, route_matrices
from netdesign.solve.core.search_state import for_each
from netdesign.solve.coupled.freight import gate_freight, minima_of
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.kernels.names import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import CandidateRoutes, Network
    from netdesign.solve.core.search_state import SearchState

    Floats = NDArray[np.float64]

_AT_ONCE = 16
"""Sets that a thread bounds before it looks at the clock."""


@dataclass(frozen=True)
class SetPrices:
    """The bound of a set with what proves it.

    Parameters
    ----------
    bound
        EUR/year; infinite where the set has no plan.
    theta
        Prices of the hubs' minima, EUR/t, shape (hubs,).
    mu
        Prices of the lanes' minima, EUR/t, shape (airports, hubs).
    is_gate
        Which lanes freight flies over at these prices, shape (airports, hubs).
    cost
        The best route of each flow over each gate, EUR/t, shape (flows, hubs).
    """

    bound: float
    theta: Floats
    mu: Floats
    is_gate: NDArray[np.bool_]
    cost: Floats


class CoupledBounds:
    """Bounds sets of hubs.

    Parameters
    ----------
    instance, network
        The problem; no freight flies at both ends.
    state
        Clock of the search.

    Attributes
    ----------
    matrices, freight, minima
        The problem.
    names
        Of the sites.
    flow, place
        Position of each commodity's flow in ``freight``; of each site of the instance among those that may open, -1 of
        the others.
    """

    def __init__(self, instance: Instance, network: Network, state: SearchState) -> None:
        self._state = state
        self.matrices = route_matrices(instance, network)
        self.freight, self.flow = gate_freight(instance, self.matrices)
        self.minima = minima_of(instance)
        self.names = instance.allowed
        self.place = np.full(len(instance.sites), -1)
        self.place[[instance.site_position[name] for name in instance.allowed]] = np.arange(len(instance.allowed))
        self._loops = load_compiled("gates", state.notify)
        # Prices of the minima of all sites to begin with, EUR/t: those of the last set that was priced by itself.
        self._theta = np.zeros(len(instance.allowed))

    def of_sets(self, sets: NDArray[np.int32], cut_off: float) -> Floats:
        """Return a bound of each set, EUR/year, as high as can be where it is under the cut-off; shape (sets,).

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        bounds, minima = np.empty(len(sets)), self.minima

        def fill(part: slice) -> None:
            self._loops.bounds_of_sets(
                self.matrices.legs, self.freight, self.matrices.fixed, sets[part], minima.hub, minima.highest,
                minima.lane, min(cut_off, NEVER), self._theta, bounds[part],
            )  # fmt: skip

        for_each([slice(start, start + _AT_ONCE) for start in range(0, len(sets), _AT_ONCE)], fill, self._state)
        return np.where(bounds >= IMPOSSIBLE, np.inf, bounds)

    def of_set(self, hubs: NDArray[np.int32]) -> SetPrices:
        """Return the bound of a set with its prices."""
        airports, size = len(self.freight.start) - 1, len(hubs)
        theta, combination = np.zeros(size), np.zeros(airports, dtype=np.int64)
        mu, cost = np.zeros((airports, 1 << size, size)), np.empty((len(self.freight.volume), size))
        bound = self._loops.bound_of_set(
            self.matrices.legs, self.freight, self.matrices.fixed, hubs, self.minima.hub[hubs],
            self.minima.highest[hubs], self.minima.lane, NEVER, theta, mu, combination, cost,
        )  # fmt: skip
        self._theta[hubs] = theta
        is_gate = (combination[:, None] >> np.arange(size) & 1).astype(bool)
        of_best = mu[np.arange(airports), combination]
        return SetPrices(math.inf if bound >= IMPOSSIBLE else bound, theta, of_best, is_gate, cost)

    def at(self, hubs: NDArray[np.int32], theta: Floats, mu: Floats) -> SetPrices:
        """Return given prices of a set, over all lanes, without a bound; shapes as in ``SetPrices``."""
        cost = np.empty((len(self.freight.volume), len(hubs)))
        self._loops.gate_costs(self.matrices.legs, self.freight, hubs, cost)
        return SetPrices(-math.inf, theta, mu, np.ones(mu.shape, dtype=bool), cost)

    def near(
        self, hubs: NDArray[np.int32], prices: SetPrices, routes: CandidateRoutes, more: float
    ) -> NDArray[np.bool_]:
        """Return which routes of a set cost no more than the best at its prices, but for some EUR/t; shape (routes,).

        Parameters
        ----------
        hubs, prices
            The set, ascending, and its prices.
        routes
            Over the hubs.
        more
            EUR/t.
        """
        freight, flow = self.freight, self.flow[routes.commodity]
        over_gate = self._over_gates(prices)
        ends = np.where(freight.is_last[flow], routes.last_hub, routes.first_hub)
        gate = np.searchsorted(hubs, self.place[ends])
        is_gated = flow < freight.start[-1]
        best = np.where(is_gated, prices.cost[flow, gate], prices.cost[flow].min(axis=1))
        return np.asarray(routes.cost - best + np.where(is_gated, over_gate[flow, gate], 0.0) <= more)

    def _over_gates(self, prices: SetPrices) -> Floats:
        """Return what a tonne costs more over each gate than over the best, EUR/t.

        Infinite over gates to which nothing of the airport flies; shape (flows, hubs).
        """
        freight = self.freight
        found = np.full(prices.cost.shape, np.inf)
        for airport, is_gate in enumerate(prices.is_gate):
            own = slice(int(freight.start[airport]), int(freight.start[airport + 1]))
            gates = np.flatnonzero(is_gate)
            price = prices.cost[own][:, gates] - np.outer(freight.fills_lane[own], prices.mu[airport, gates])
            price -= np.outer(freight.fills_hub[own], prices.theta[gates])
            found[own, gates] = np.where(price < ABSENT, price - price.min(axis=1)[:, None], np.inf)
        return found
