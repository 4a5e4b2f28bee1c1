"""Prices that nearly maximise the bound of a node at a point, by column generation (Dantzig and Wolfe 1960).

Each round serves the freight at the current prices; its cost and resource use are a new column for each group. The
restricted master combines the columns within the resources; its duals are the next prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.lp.session import LpSession
from netdesign.solve.multistage.by_node.resources import NOWHERE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multistage.by_node.oracle import NodeCut, NodeOracle, ServedFreight

_SCALE = 1e4
"""Approximate objective value inside the program: HiGHS has absolute tolerances."""
_FREIGHT = 100.0
"""Total freight inside the program."""
_BEST = 0.5
"""Weight of the best prices so far in the next ones, as duals alone oscillate (Wentges 1997)."""


@dataclass(frozen=True)
class Effort:
    """When the search for prices ends: at a relative gap of ``enough``, or after ``rounds`` rounds."""

    enough: float
    rounds: int


@dataclass(frozen=True)
class FoundPrices:
    """The best prices found.

    Parameters
    ----------
    prices
        EUR/t, shape (resources,).
    bound
        Lower bound on the cost of the node at the point, EUR/year.
    cut
        The cut at these prices.
    cost
        Optimum of the restricted master, an upper bound on that cost, EUR/year; infinite if it was not solved.
    """

    prices: NDArray[np.float64]
    bound: float
    cut: NodeCut
    cost: float


class PriceSearch:
    """Column generation at one point of one node: minimise the cost of columns and reliefs within the resources.

    Parameters
    ----------
    oracle
        Prices out the columns of the node.
    is_open, in_use
        The point: y and z, shapes (sites,) and (sites, modules).
    dearest
        Price of a lack of any resource, EUR/t, as the point may be infeasible.
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
        self._program = self._restricted_master()

    def _restricted_master(self) -> LpSession:
        per_tonne, builder = self._tonnes / self._unit, LpBuilder()
        bought = builder.add_columns(np.zeros(len(self._price)), self._limit / self._tonnes, self._price * per_tonne)
        builder.add_rows(self._oracle.groups, 1.0, 1.0)
        provided = self._oracle.routes.resources.provided(self._is_open, self._in_use)
        rows = builder.add_rows(len(provided), -np.inf, provided / self._tonnes)
        row, column = np.nonzero(self._relieves)
        builder.enter(rows[row], bought[column], -self._relieves[row, column])
        return LpSession(builder.program(), self._state)

    def search(self, start: NDArray[np.float64], effort: Effort, salt: int) -> FoundPrices:
        """Return the best prices found.

        Parameters
        ----------
        start
            The first prices, EUR/t, shape (resources,).
        effort
            When to stop.
        salt
            Any number; it selects one of several tight cuts.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        prices, best, bound, cost = start, None, -np.inf, np.inf
        resources = self._oracle.routes.resources
        for number in range(1, effort.rounds + 1):
            served = self._oracle.serve(self._is_open, prices, salt)
            here = float(served.cut.at(self._is_open).sum()) - resources.worth(prices, self._is_open, self._in_use)
            if best is None or here > bound:
                best, bound = served, here
            if number == effort.rounds:
                break
            self._add_column(served)
            cost, wanted = self._solve()
            if cost - bound <= effort.enough * abs(cost):
                break
            prices = wanted if number % 3 == 0 else _BEST * best.cut.prices + (1.0 - _BEST) * wanted
        if best is None:
            raise AssertionError
        return FoundPrices(best.cut.prices, bound, self._oracle.whole(best), cost)

    def _add_column(self, served: ServedFreight) -> None:
        groups = self._oracle.groups
        entries = np.concatenate([np.eye(groups), served.use.T / self._tonnes])
        zeros = np.zeros(groups)
        self._program.add_columns(served.cost / self._unit, zeros, np.full(groups, np.inf), entries)

    def _solve(self) -> tuple[float, NDArray[np.float64]]:
        relaxed = self._program.solve()
        if relaxed is None:
            message = "a program in which everything can be bought has no solution"
            raise SolverError(message)
        duals = relaxed.prices[self._oracle.groups :]
        return relaxed.objective * self._unit, np.maximum(0.0, -duals) * self._unit / self._tonnes
