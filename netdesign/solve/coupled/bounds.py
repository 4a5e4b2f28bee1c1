"""Bounds of sets of hubs by prices of what lanes and hubs have to get, and the routes that plans under a limit have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.route_matrices import ABSENT, IMPOSSIBLE, route_matrices
from netdesign.solve.core.search_state import for_each
from netdesign.solve.coupled.freight import gate_freight, minima_of
from netdesign.solve.coupled.shared_bounds import shared_bounds
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.kernels.names import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import CandidateRoutes, Network
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.core.shared_jobs import SharedJobs

    Floats = NDArray[np.float64]

_AT_ONCE = 4
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
        Prices of the lanes' minima, EUR/t, shape (airports, patterns, hubs); bit g of a pattern says whether it has
        gate g.
    combination
        The pattern of each airport in the best combination, shape (airports,).
    cost
        The best route of each flow over each gate, EUR/t, shape (flows, hubs).
    """

    bound: float
    theta: Floats
    mu: Floats
    combination: NDArray[np.int64]
    cost: Floats


class CoupledBounds:
    """Bounds sets of hubs.

    Parameters
    ----------
    instance, network
        The problem; no freight flies at both ends.
    state
        Clock of the search.
    shared
        Shares sets with helpers; None where this process bounds all of them.
    """

    def __init__(
        self, instance: Instance, network: Network, state: SearchState, shared: SharedJobs | None = None
    ) -> None:
        self._state, self._shared = state, shared
        self.matrices = route_matrices(instance, network)
        self._freight, self._flow = gate_freight(instance, self.matrices)
        self._minima = minima_of(instance)
        self._place = np.full(len(instance.sites), -1)
        self._place[[instance.site_position[name] for name in instance.allowed]] = np.arange(len(instance.allowed))
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
        bounds, minima = np.empty(len(sets)), self._minima
        of_all = self.matrices.legs, self._freight, self.matrices.fixed
        rest = minima.hub, minima.highest, minima.lane, min(cut_off, NEVER), self._theta

        def fill(part: slice) -> None:
            self._loops.bounds_of_sets(*of_all, sets[part], *rest, bounds[part])

        if self._shared is None:
            for_each([slice(start, start + _AT_ONCE) for start in range(0, len(sets), _AT_ONCE)], fill, self._state)
        else:
            bounds = shared_bounds(self._shared, (of_all, rest), sets, self._state)
        return np.where(bounds >= IMPOSSIBLE, np.inf, bounds)

    def of_set(self, hubs: NDArray[np.int32]) -> SetPrices:
        """Return the bound of a set with its prices."""
        airports, size = len(self._freight.start) - 1, len(hubs)
        theta, combination = np.zeros(size), np.zeros(airports, dtype=np.int64)
        mu, cost = np.zeros((airports, 1 << size, size)), np.empty((len(self._freight.volume), size))
        bound = self._loops.bound_of_set(
            self.matrices.legs, self._freight, self.matrices.fixed, hubs, self._minima.hub[hubs],
            self._minima.highest[hubs], self._minima.lane, NEVER, theta, mu, combination, cost,
        )  # fmt: skip
        self._theta[hubs] = theta
        return SetPrices(float("inf") if bound >= IMPOSSIBLE else bound, theta, mu, combination, cost)

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
        freight, flow = self._freight, self._flow[routes.commodity]
        over_gate = self._over_gates(prices)
        ends = np.where(freight.is_last[flow], routes.last_hub, routes.first_hub)
        gate = np.searchsorted(hubs, self._place[ends])
        is_gated = flow < freight.start[-1]
        best = np.where(is_gated, prices.cost[flow, gate], prices.cost[flow].min(axis=1))
        return np.asarray(routes.cost - best + np.where(is_gated, over_gate[flow, gate], 0.0) <= more)

    def _over_gates(self, prices: SetPrices) -> Floats:
        """Return what a tonne costs more over each gate of the best combination than over the best, EUR/t.

        Infinite over other gates; shape (flows, hubs).
        """
        freight = self._freight
        found = np.full(prices.cost.shape, np.inf)
        for airport, pattern in enumerate(prices.combination.tolist()):
            own = slice(int(freight.start[airport]), int(freight.start[airport + 1]))
            gates = np.flatnonzero(pattern >> np.arange(prices.cost.shape[1]) & 1)
            price = prices.cost[own][:, gates] - np.outer(freight.fills_lane[own], prices.mu[airport, pattern, gates])
            price -= np.outer(freight.fills_hub[own], prices.theta[gates])
            found[own, gates] = np.where(price < ABSENT, price - price.min(axis=1)[:, None], np.inf)
        return found
