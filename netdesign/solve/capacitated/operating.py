"""One set of hubs within its capacities: the linear program of its freight, by column generation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.capacitated.loads import Effort, LoadProgram, Mix
from netdesign.solve.compiled import load_compiled
from netdesign.solve.route_matrices import IMPOSSIBLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.capacitated.capacities import Capacities
    from netdesign.solve.course import Course
    from netdesign.solve.route_matrices import RouteMatrices

_EXACT = Effort(1e-10, 300)

_EXCESS = 1e-7
"""What may be over capacity, as a share of it: a tenth of what the referee lets pass."""

_EXCESS_PRICES = (2.0, 2e4)
"""Prices of a tonne over capacity, in units of the dearest route. Freight that is over at the last one is so in any
case: to move a tonne out of a hub, one or two at each other hub move at most."""


@dataclass(frozen=True)
class Operated:
    """The best operation of a set of hubs.

    Parameters
    ----------
    hubs
        Ascending positions.
    cost
        EUR/year, fixed cost included; infinite where the freight does not fit, or the bound was at the cut-off first.
    prices
        Of a tonne at each site, EUR/t, zero at closed ones, shape (sites,).
    mix
        The operation, or None where there is none.
    """

    hubs: NDArray[np.int32]
    cost: float
    prices: NDArray[np.float64]
    mix: Mix | None


@dataclass(frozen=True)
class Shares:
    """Routes in use, ordered by flow: positions of flow, first and last hub, and the share of the flow's volume."""

    flow: NDArray[np.intp]
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    share: NDArray[np.float64]


class Operating:
    """Operates sets of hubs.

    Parameters
    ----------
    matrices, capacities
        The problem.
    course
        Clock of the search.
    """

    def __init__(self, matrices: RouteMatrices, capacities: Capacities, course: Course) -> None:
        self._matrices, self._capacities, self._course = matrices, capacities, course
        self._loops = load_compiled("loading", course.say)

    def operate(self, hubs: NDArray[np.int32], prices: NDArray[np.float64], cut_off: float) -> Operated:
        """Return the best operation of a set, unless it costs as much as the cut-off.

        Parameters
        ----------
        hubs
            Ascending positions.
        prices
            To begin with, EUR/t, shape (sites,).
        cut_off
            EUR/year.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        own, found = prices[hubs], np.zeros_like(prices)
        plain = self._served(hubs, np.zeros(len(hubs)))[0]
        if plain.max(initial=0.0) >= IMPOSSIBLE or not self._capacities.suffice(hubs[None, :])[0]:
            return Operated(hubs, np.inf, found, None)
        fixed, unit = float(self._matrices.fixed[hubs].sum()), max(1.0, float(plain.sum()))
        for times in _EXCESS_PRICES:
            excess_price = times * self._matrices.dearest_route
            mix = self._mixed(hubs, np.minimum(own, excess_price), excess_price, unit, cut_off - fixed)
            found[hubs] = own = mix.prices
            if fixed + mix.bound >= cut_off:
                break
            if mix.excess <= _EXCESS:
                return Operated(hubs, fixed + float(mix.cost.sum()), found, mix)
        return Operated(hubs, np.inf, found, None)

    def _mixed(
        self, hubs: NDArray[np.int32], start: NDArray[np.float64], excess_price: float, unit: float, cut_off: float
    ) -> Mix:
        room, freight = self._capacities.limit[hubs], self._capacities.freight
        program = LoadProgram(room, self._matrices.origins, excess_price, unit, freight, self._course)
        return program.mix(lambda own: self._served(hubs, own), start, _EXACT, cut_off)

    def _served(
        self, hubs: NDArray[np.int32], own: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        value, load, _ = self._routed(hubs, own)
        return value, load

    def _routed(
        self, hubs: NDArray[np.int32], own: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
        """Serve at prices of the hubs; return value and load by origin, and the places of each flow's hubs."""
        matrices = self._matrices
        prices = np.zeros(matrices.sites)
        prices[hubs] = own
        value, load = np.empty(matrices.origins), np.empty((matrices.origins, len(hubs)))
        route = np.empty((len(matrices.flows.volume), 2), dtype=np.int32)
        second = self._capacities.second
        self._loops.served_by_set(matrices.flows, matrices.legs, prices, second, hubs, route, value, load)
        return value, load, route

    def shares(self, operated: Operated) -> Shares:
        """Return the routes of an operation that there is."""
        origin, listed, weights = self._matrices.flows.origin, [], []
        if operated.mix is None:
            raise AssertionError
        for own, share in zip(operated.mix.tried, operated.mix.share[:, origin], strict=True):
            flow = np.flatnonzero(share)
            if len(flow):
                route = operated.hubs[self._routed(operated.hubs, own)[2][flow]]
                listed.append(np.column_stack([flow, route]).astype(np.intp))
                weights.append(share[flow])
        routes, place = np.unique(np.concatenate(listed), axis=0, return_inverse=True)
        return Shares(*routes.T, np.bincount(place.ravel(), np.concatenate(weights)))
