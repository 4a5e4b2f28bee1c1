"""Sets of hubs that are all joined, operated within their capacities."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from netdesign.solve.capacitated.limited_network import LimitedFreight, LimitedNetwork, RouteShares
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.capacitated.loads import Capacities, DantzigWolfe
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState

    Floats = NDArray[np.float64]
    Hubs = NDArray[np.int32]


@dataclass(frozen=True)
class OperatedSet:
    """The best operation of a set of hubs.

    Parameters
    ----------
    hubs
        Ascending positions.
    cost
        EUR/year, fixed cost included; infinite where the freight does not fit, or the bound was at the cut-off first.
    prices
        Of a tonne at each site, EUR/t, zero at closed ones, shape (sites,).
    solution
        The operation, or None where there is none.
    is_proven
        Whether no operation of the set costs less, or less than the cut-off where there is none.
    """

    hubs: Hubs
    cost: float
    prices: Floats
    solution: DantzigWolfe | None
    is_proven: bool = field(default=True, kw_only=True)

    def paid_at(self, prices: Floats) -> Floats:
        """Return what the freight of each origin pays where a tonne at each site has a price, EUR/year."""
        if self.solution is None:
            raise AssertionError
        return np.asarray(self.solution.cost + self.solution.load[:, : len(self.hubs)] @ prices[self.hubs])


class Operating(Protocol):
    """Operates sets of hubs."""

    @property
    def ceiling(self) -> float:
        """Every plan that serves all freight costs less, EUR/year."""

    def operate(self, hubs: Hubs, prices: Floats, cut_off: float, *, is_proof: bool = True) -> OperatedSet:
        """Return the best operation of a set, unless it costs as much as the cut-off.

        Parameters
        ----------
        hubs
            Ascending positions.
        prices
            To begin with, EUR/t, shape (sites,).
        cut_off
            EUR/year.
        is_proof
            Whether it has to be the best one; else a good one will do where the best takes long.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """

    def shares(self, operated: OperatedSet) -> RouteShares:
        """Return the routes of an operation that there is."""


class SetOperating:
    """Operates sets of hubs that are all joined."""

    def __init__(self, matrices: RouteMatrices, capacities: Capacities, state: SearchState) -> None:
        self._matrices, self._capacities, self._state = matrices, capacities, state
        self._freight = LimitedFreight(matrices, capacities.freight, state)

    @property
    def ceiling(self) -> float:
        """As of ``Operating``."""
        return self._matrices.largest_cost * (1.0 + 1e-6) + 1.0

    def operate(self, hubs: Hubs, prices: Floats, cut_off: float, *, is_proof: bool = True) -> OperatedSet:
        """As of ``Operating``; always the best one.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        del is_proof
        own, solution = np.zeros_like(prices), None
        fixed = float(self._matrices.fixed[hubs].sum())
        if self._capacities.suffice(hubs[None, :])[0]:
            solution = self._freight.operated(self._network(hubs), prices[hubs], cut_off - fixed)
        if solution is None:
            return OperatedSet(hubs, np.inf, own, None)
        own[hubs] = solution.prices
        return OperatedSet(hubs, fixed + float(solution.cost.sum()), own, solution)

    def shares(self, operated: OperatedSet) -> RouteShares:
        """As of ``Operating``."""
        if operated.solution is None:
            raise AssertionError
        return RouteShares.of(self._network(operated.hubs), operated.solution, self._matrices.flows.origin)

    def _network(self, hubs: Hubs) -> JoinedHubs:
        return JoinedHubs(self._matrices, self._capacities, hubs, self._state)


class JoinedHubs(LimitedNetwork):
    """A set of hubs that are all joined, each within its capacity.

    Parameters
    ----------
    matrices, capacities
        The problem.
    hubs
        Ascending positions.
    state
        Listener.
    """

    def __init__(self, matrices: RouteMatrices, capacities: Capacities, hubs: Hubs, state: SearchState) -> None:
        super().__init__(capacities.limit[hubs])
        self._matrices, self._second, self._hubs = matrices, capacities.second, hubs
        self._loops = load_compiled("capacity", state.notify)

    def served(self, own: Floats) -> tuple[Floats, Floats]:
        """As of ``LimitedNetwork``."""
        cost, load, _ = self._routed(own)
        return cost, load

    def routes(self, own: Floats) -> NDArray[np.int32]:
        """As of ``LimitedNetwork``: first and last hub."""
        return np.asarray(self._hubs[self._routed(own)[2]])

    def _routed(self, own: Floats) -> tuple[Floats, Floats, NDArray[np.int32]]:
        """Serve at prices; return cost and load by origin, and the places of each flow's hubs."""
        matrices, hubs = self._matrices, self._hubs
        prices = np.zeros(matrices.sites)
        prices[hubs] = own
        cost, load = np.empty(matrices.origins), np.empty((matrices.origins, len(hubs)))
        route = np.empty((len(matrices.flows.volume), 2), dtype=np.int32)
        self._loops.served_by_set(matrices.flows, matrices.legs, prices, self._second, hubs, route, cost, load)
        return cost, load, route
