"""One set of hubs within its capacities: the linear program of its freight, by column generation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.tuning import CAPACITATED as TUNING
from netdesign.solve.capacitated.loads import EXCESS_PRICE, DantzigWolfe, LoadProgram
from netdesign.solve.core.route_matrices import IMPOSSIBLE
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.capacitated.loads import Capacities
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState

_EXCESS = 1e-7
"""What may be over capacity, as a share of it: a tenth of what the referee lets pass."""

_ABOVE_COST = 1e9
"""Prices so many times the dearest route leave the cost of routes to break ties."""


_FAR = 0.01
"""A cost under this share of what the program was scaled for has lost digits."""


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
    """

    hubs: NDArray[np.int32]
    cost: float
    prices: NDArray[np.float64]
    solution: DantzigWolfe | None


@dataclass(frozen=True)
class RouteShares:
    """Routes in use, ordered by flow: positions of flow, first and last hub, and the share of the flow's volume."""

    flow: NDArray[np.intp]
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    share: NDArray[np.float64]


class SetOperating:
    """Operates sets of hubs."""

    def __init__(self, matrices: RouteMatrices, capacities: Capacities, state: SearchState) -> None:
        self._matrices, self._capacities, self._state = matrices, capacities, state
        self._loops = load_compiled("capacity", state.notify)

    def operate(self, hubs: NDArray[np.int32], prices: NDArray[np.float64], cut_off: float) -> OperatedSet:
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
        plain, none = self._served(hubs, np.zeros(len(hubs)))[0], np.zeros_like(prices)
        if plain.max(initial=0.0) >= IMPOSSIBLE or not self._capacities.suffice(hubs[None, :])[0]:
            return OperatedSet(hubs, np.inf, none, None)
        fixed = float(self._matrices.fixed[hubs].sum())
        program = self._program(hubs, max(1.0, float(plain.sum())))
        solution = self._solution(program, hubs, prices[hubs], cut_off - fixed)
        fitted: DantzigWolfe | None = solution
        if solution.excess > _EXCESS and fixed + solution.bound < cut_off:
            fitted = self._fitted(hubs, prices[hubs], cut_off - fixed)
        if fitted is None or fixed + fitted.bound >= cut_off:
            return OperatedSet(hubs, np.inf, none, None)
        none[hubs] = fitted.prices
        return OperatedSet(hubs, fixed + float(fitted.cost.sum()), none, fitted)

    def _fitted(self, hubs: NDArray[np.int32], start: NDArray[np.float64], cut_off: float) -> DantzigWolfe | None:
        """Return the best solution where nothing may be over capacity; None where that cannot be."""
        columns, unit = self._fitting(hubs)
        while columns:
            program = self._program(hubs, unit)
            for column in columns:
                program.add_columns(*column)
            program.forbid_excess()
            solution = self._solution(program, hubs, start, cut_off)
            cost = max(1.0, float(solution.cost.sum()))
            if cost >= _FAR * unit:
                return solution
            unit = cost
        return None

    def _fitting(
        self, hubs: NDArray[np.int32]
    ) -> tuple[list[tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]], float]:
        """Return columns that fit together, each with its prices, cost and loads, and what they cost; or none.

        The least excess, whatever it costs: a program of the same form in which excess is all that costs.
        """
        freight, above = self._capacities.freight, _ABOVE_COST * max(1.0, self._matrices.dearest_route)
        columns = []

        def serve(own: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
            cost, load = self._served(hubs, above * own)
            columns.append((above * own, cost, load))
            return np.zeros_like(cost), load

        program = self._program(hubs, freight)
        solution = program.solve(serve, np.ones(len(hubs)), TUNING.exact, EXCESS_PRICE * _EXCESS * freight)
        if solution.excess > _EXCESS:
            return [], 0.0
        return columns, max(
            1.0, float(sum(share @ cost for share, (_, cost, _) in zip(solution.share, columns, strict=True)))
        )

    def _program(self, hubs: NDArray[np.int32], unit: float) -> LoadProgram:
        room, freight = self._capacities.limit[hubs], self._capacities.freight
        return LoadProgram(room, self._matrices.origins, unit, freight, self._state)

    def _solution(
        self, program: LoadProgram, hubs: NDArray[np.int32], start: NDArray[np.float64], cut_off: float
    ) -> DantzigWolfe:
        return program.solve(lambda own: self._served(hubs, own), start, TUNING.exact, cut_off)

    def _served(
        self, hubs: NDArray[np.int32], own: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        cost, load, _ = self._routed(hubs, own)
        return cost, load

    def _routed(
        self, hubs: NDArray[np.int32], own: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
        """Serve at prices of the hubs; return cost and load by origin, and the places of each flow's hubs."""
        matrices = self._matrices
        prices = np.zeros(matrices.sites)
        prices[hubs] = own
        cost, load = np.empty(matrices.origins), np.empty((matrices.origins, len(hubs)))
        route = np.empty((len(matrices.flows.volume), 2), dtype=np.int32)
        second = self._capacities.second
        self._loops.served_by_set(matrices.flows, matrices.legs, prices, second, hubs, route, cost, load)
        return cost, load, route

    def shares(self, operated: OperatedSet) -> RouteShares:
        """Return the routes of an operation that there is."""
        origin, listed, weights = self._matrices.flows.origin, [], []
        if operated.solution is None:
            raise AssertionError
        for own, share in zip(operated.solution.tried, operated.solution.share[:, origin], strict=True):
            flow = np.flatnonzero(share)
            if len(flow):
                route = operated.hubs[self._routed(operated.hubs, own)[2][flow]]
                listed.append(np.column_stack([flow, route]).astype(np.intp))
                weights.append(share[flow])
        routes, place = np.unique(np.concatenate(listed), axis=0, return_inverse=True)
        share = np.zeros(len(routes))
        np.add.at(share, place.ravel(), np.concatenate(weights))
        return RouteShares(routes[:, 0], routes[:, 1], routes[:, 2], share)
