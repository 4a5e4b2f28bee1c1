"""One network within its capacities: the linear program of its freight, by column generation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.tuning import CAPACITATED as TUNING
from netdesign.solve.capacitated.loads import EXCESS_PRICE, DantzigWolfe, LoadProgram
from netdesign.solve.core.route_matrices import IMPOSSIBLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState

    Floats = NDArray[np.float64]
    Positions = NDArray[np.intp]

_EXCESS = 1e-7
"""What may be over capacity, as a share of it: a tenth of what the referee lets pass."""

_ABOVE_COST = 1e9
"""Prices so many times the dearest route leave the cost of routes to break ties."""


_FAR = 0.01
"""A cost under this share of what the program was scaled for has lost digits."""


class LimitedNetwork(ABC):
    """A network some of whose hubs and links have a capacity.

    Parameters
    ----------
    room
        The capacity of each of these, t/year, shape (limits,).
    """

    def __init__(self, room: Floats) -> None:
        self.room = room

    @abstractmethod
    def served(self, own: Floats) -> tuple[Floats, Floats]:
        """Serve each flow on the route that is cheapest at prices of what has a capacity, EUR/t, shape (limits,).

        Return cost by origin, prices not included, EUR/year, and loads by origin, t/year, shape (origins, limits).
        """

    @abstractmethod
    def routes(self, own: Floats) -> NDArray[np.int32]:
        """Return the positions of the sites that each flow passes then, -1 after the last, shape (flows, most)."""


@dataclass(frozen=True)
class RouteShares:
    """Routes in use, ordered by flow.

    Parameters
    ----------
    flow
        Position of each one's flow, shape (routes,).
    passed
        Positions of the sites that it passes, in order, -1 after the last; shape (routes, most).
    share
        Of the flow's volume.
    """

    flow: Positions
    passed: Positions
    share: Floats

    @property
    def first(self) -> Positions:
        """The first hub of each route."""
        return self.passed[:, 0]

    @property
    def last(self) -> Positions:
        """The last one."""
        hubs = np.count_nonzero(self.passed >= 0, axis=1)
        return np.asarray(self.passed[np.arange(len(hubs)), hubs - 1])

    @classmethod
    def of(cls, network: LimitedNetwork, solution: DantzigWolfe, origin: NDArray[np.int64]) -> RouteShares:
        """Return the routes of a solution, of flows whose origins are given."""
        listed, weights = [], []
        for own, share in zip(solution.tried, solution.share[:, origin], strict=True):
            flow = np.flatnonzero(share)
            if len(flow):
                listed.append(np.column_stack([flow, network.routes(own)[flow]]).astype(np.intp))
                weights.append(share[flow])
        routes, place = np.unique(np.concatenate(listed), axis=0, return_inverse=True)
        share = np.zeros(len(routes))
        np.add.at(share, place.ravel(), np.concatenate(weights))
        return cls(routes[:, 0], routes[:, 1:], share)

    def of_commodities(self, flow: Positions) -> tuple[Positions, Positions]:
        """Return the commodity of each of its routes, and their places here; commodities are given by their flows.

        Commodities of one flow share its routes in the same proportion.
        """
        start = np.searchsorted(self.flow, np.arange(flow.max() + 2))
        count = np.diff(start)[flow]
        commodity = np.repeat(np.arange(len(flow)), count)
        place = np.arange(len(commodity)) - np.repeat(np.cumsum(count) - count, count) + start[flow][commodity]
        return commodity, place


class LimitedFreight:
    """Finds the best operation of networks for the freight of a problem.

    Parameters
    ----------
    matrices, freight
        Of the problem; all of its freight, t/year.
    state
        Clock of the search.
    """

    def __init__(self, matrices: RouteMatrices, freight: float, state: SearchState) -> None:
        self._matrices, self._freight, self._state = matrices, freight, state

    def operated(self, network: LimitedNetwork, start: Floats, cut_off: float) -> DantzigWolfe | None:
        """Return the best operation; None where the freight does not fit, or costs as much as a cut-off.

        Parameters
        ----------
        network
            Whose freight it is.
        start
            Prices to begin with, EUR/t, shape (limits,).
        cut_off
            Without fixed cost, EUR/year.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        plain = network.served(np.zeros(len(network.room)))[0]
        if plain.max(initial=0.0) >= IMPOSSIBLE:
            return None
        program = self._program(network, max(1.0, float(plain.sum())))
        solution: DantzigWolfe | None = program.solve(network.served, start, TUNING.exact, cut_off)
        if solution is not None and solution.excess > _EXCESS and solution.bound < cut_off:
            solution = self._fitted(network, start, cut_off)
        return None if solution is None or solution.bound >= cut_off else solution

    def _fitted(self, network: LimitedNetwork, start: Floats, cut_off: float) -> DantzigWolfe | None:
        """Return the best solution where nothing may be over capacity; None where that cannot be."""
        columns, unit = self._fitting(network)
        while columns:
            program = self._program(network, unit)
            for column in columns:
                program.add_columns(*column)
            program.forbid_excess()
            solution = program.solve(network.served, start, TUNING.exact, cut_off)
            cost = max(1.0, float(solution.cost.sum()))
            if cost >= _FAR * unit:
                return solution
            unit = cost
        return None

    def _fitting(self, network: LimitedNetwork) -> tuple[list[tuple[Floats, Floats, Floats]], float]:
        """Return columns that fit together, each with its prices, cost and loads, and what they cost; or none.

        The least excess, whatever it costs: a program of the same form in which excess is all that costs.
        """
        freight, above = self._freight, _ABOVE_COST * max(1.0, self._matrices.dearest_route)
        columns = []

        def serve(own: Floats) -> tuple[Floats, Floats]:
            cost, load = network.served(above * own)
            columns.append((above * own, cost, load))
            return np.zeros_like(cost), load

        program = self._program(network, freight)
        solution = program.solve(serve, np.ones(len(network.room)), TUNING.exact, EXCESS_PRICE * _EXCESS * freight)
        if solution.excess > _EXCESS:
            return [], 0.0
        return columns, max(
            1.0, float(sum(share @ cost for share, (_, cost, _) in zip(solution.share, columns, strict=True)))
        )

    def _program(self, network: LimitedNetwork, unit: float) -> LoadProgram:
        return LoadProgram(network.room, self._matrices.origins, unit, self._freight, self._state)
