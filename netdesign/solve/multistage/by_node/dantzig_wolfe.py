"""Prices at which a node costs about as much as it can at a point: column generation over ways to serve its freight.

Each round serves the freight at some prices; what that costs and takes is one more way to serve each group. A linear
program mixes the ways so that resources suffice; its duals are the next prices (Dantzig and Wolfe 1960).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.lp.session import LpSession
from netdesign.solve.multistage.by_node.resources import NOWHERE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multistage.by_node.oracle import NodeCut, NodeOracle, Way

_SCALE = 1e4
"""What the objective is, about, inside the program: HiGHS has absolute tolerances."""
_FREIGHT = 100.0
"""What all freight is inside the program."""
_BEST = 0.5
"""Weight of the best prices so far in the next ones: duals alone jump (Wentges 1997)."""


@dataclass(frozen=True)
class Effort:
    """When the search for prices ends: bound and cost as close as ``enough``, relative; or after so many rounds."""

    enough: float
    rounds: int


@dataclass(frozen=True)
class Searched:
    """The best prices found.

    Parameters
    ----------
    prices
        EUR/t, shape (resources,).
    bound
        What they prove of the node at the point, EUR/year.
    cut
        The cut at them.
    cost
        Of the best mix of the ways found, EUR/year: the node costs no more at the point. Infinite where none was mixed.
    """

    prices: NDArray[np.float64]
    bound: float
    cut: NodeCut
    cost: float


class PriceSearch:
    """``min sum cost a + relief`` where each group mixes its ways and resources suffice, at one point of one node.

    Parameters
    ----------
    oracle
        Serves the freight of the node.
    is_open, in_use
        The point: y and z, shapes (sites,) and (sites, modules).
    dearest
        Price of what no relief covers, EUR/t: a point need not be feasible.
    state
        Clock of the search.
    """

    def __init__(
        self,
        oracle: NodeOracle,
        is_open: NDArray[np.float64],
        in_use: NDArray[np.float64],
        dearest: float,
        state: SearchState,
    ) -> None:
        self._oracle, self._is_open, self._in_use, self._state = oracle, is_open, in_use, state
        self._unit = max(1.0, oracle.routes.least) / _SCALE
        self._tonnes = max(float(oracle.routes.volume.sum()), 1e-9) / _FREIGHT
        resources = oracle.routes.resources
        self._price = np.array([*(relief.price for relief in resources.reliefs), *[dearest] * len(resources)])
        limits = [
            np.inf if relief.site == NOWHERE else relief.most * is_open[relief.site] for relief in resources.reliefs
        ]
        self._limit = np.array([*limits, *[np.inf] * len(resources)])
        self._relieves = np.zeros((len(resources), len(self._price)))
        for column, relief in enumerate(resources.reliefs):
            self._relieves[list(relief.rows), column] = 1.0
        self._relieves[:, len(resources.reliefs) :] = np.eye(len(resources))
        self._program = self._made()

    def _made(self) -> LpSession:
        per_tonne, builder = self._tonnes / self._unit, LpBuilder()
        bought = builder.add_columns(np.zeros(len(self._price)), self._limit / self._tonnes, self._price * per_tonne)
        builder.add_rows(self._oracle.groups, 1.0, 1.0)
        provided = self._oracle.routes.resources.provided(self._is_open, self._in_use)
        rows = builder.add_rows(len(provided), -np.inf, provided / self._tonnes)
        row, column = np.nonzero(self._relieves)
        builder.enter(rows[row], bought[column], -self._relieves[row, column])
        return LpSession(builder.program(), self._state)

    def search(self, start: NDArray[np.float64], effort: Effort, salt: int) -> Searched:
        """Return good prices.

        Parameters
        ----------
        start
            The first prices, EUR/t, shape (resources,).
        effort
            When it is enough.
        salt
            Any number: of the many tight cuts, which.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        prices, best, cost, resources = start, None, np.inf, self._oracle.routes.resources
        for number in range(1, effort.rounds + 1):
            way = self._oracle.serve(self._is_open, prices, salt)
            bound = float(way.cut.at(self._is_open).sum()) - resources.worth(prices, self._is_open, self._in_use)
            if best is None or bound > best.bound:
                best = Searched(prices, bound, way.cut, np.inf)
            if number == effort.rounds:
                break
            self._know(way)
            cost, wanted = self._solved()
            if cost - best.bound <= effort.enough * abs(cost):
                break
            prices = wanted if number % 3 == 0 else _BEST * best.prices + (1.0 - _BEST) * wanted
        if best is None:
            raise AssertionError
        return replace(best, cost=cost)

    def _know(self, way: Way) -> None:
        groups = self._oracle.groups
        entries = np.concatenate([np.eye(groups), way.use.T / self._tonnes])
        zeros = np.zeros(groups)
        self._program.add_columns(way.cost / self._unit, zeros, np.full(groups, np.inf), entries)

    def _solved(self) -> tuple[float, NDArray[np.float64]]:
        relaxed = self._program.solve()
        if relaxed is None:
            message = "a program in which everything can be bought has no solution"
            raise SolverError(message)
        duals = relaxed.prices[self._oracle.groups :]
        return relaxed.objective * self._unit, np.maximum(0.0, -duals) * self._unit / self._tonnes
