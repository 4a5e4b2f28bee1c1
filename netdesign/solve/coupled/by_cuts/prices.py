"""Prices of what couples freight at which it costs about as much as it can over a point: by column generation.

Each round serves all freight at some prices; a linear program combines what the parts do in all rounds so that the rows
hold, and its duals are the next prices (Dantzig and Wolfe 1960). A cut holds at any prices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.branch_cut.tuning import COUPLED as TUNING
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.lp.session import SCALE, LpSession

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.branch_cut.tuning import MixingLimits
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.by_cuts.oracle import GateOracle, SharePoint

    Floats = NDArray[np.float64]

FREIGHT = 100.0
"""What all freight is inside programs."""

_NOTHING = 1e-7
"""Tonnes of a row of the program that are rounding, and prices there."""

_ENOUGH = 1e-6
"""Relative volume by which freight is more than enough for a minimum, whatever rounding does."""


class Searched(NamedTuple):
    """What a search found.

    Parameters
    ----------
    prices
        Of the rows, EUR/t, shape (rows,).
    bound
        What freight costs over the point at least, EUR/year.
    is_short
        Whether something was short at the end where nothing may be.
    """

    prices: Floats
    bound: float
    is_short: bool


class PriceSearch:
    """Searches prices of the rows, shape (rows,), EUR/t.

    Parameters
    ----------
    oracle
        Serves the freight, and has the rows.
    cost
        EUR/year, about what a plan costs.
    highest
        Price of what is short of each row at a point, EUR/t, shape (rows,): so there always is a solution, and a bound
        holds at any price of it.
    state
        Clock of the search.
    """

    def __init__(self, oracle: GateOracle, cost: float, highest: Floats, state: SearchState) -> None:
        self._oracle, self._rows, self._state = oracle, oracle.rows, state
        self._unit, self._tonnes = cost / SCALE, float(oracle.freight.volume.sum()) / FREIGHT
        self._highest = highest

    def searched(self, point: SharePoint, prices: Floats, limits: MixingLimits = TUNING.searched) -> Searched:
        """Return the best prices of some rounds, for what a point opens.

        Parameters
        ----------
        point
            How open sites and lanes are.
        prices
            Those of the first round.
        limits
            When it is enough.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        share = self._rows.share(point)
        open_ones = np.flatnonzero(share > 0.0)
        prices = np.where(share > 0.0, prices, 0.0)
        if not len(open_ones):
            return Searched(prices, -np.inf, is_short=False)
        parts, due = self._oracle.freight.parts, (self._rows.due * share)[open_ones]
        program = self._program(open_ones, due)
        best, best_prices = -np.inf, prices[open_ones]
        for number in range(1, limits.rounds + 1):
            served, own = self._oracle.served(point, prices), prices[open_ones]
            given = self._rows.given(served.taken)[open_ones]
            bound = float(served.cost.sum() - own @ (given.sum(axis=1) - due))
            if bound > best:
                best, best_prices = bound, own
            # Next to nothing is nothing: HiGHS gives up over such entries in columns that are otherwise alike.
            entries = np.where(np.abs(given) > _NOTHING * self._tonnes, given / self._tonnes, 0.0)
            entries = np.concatenate([np.eye(parts), entries])
            program.add_columns(served.cost / self._unit, np.zeros(parts), np.full(parts, np.inf), entries)
            solved = program.solve()
            if solved is None:
                message = "a program in which rows may be short has no solution"
                raise SolverError(message)
            short = solved.values[: len(open_ones)] * self._tonnes
            if solved.objective * self._unit - best <= limits.enough * abs(best) or solved.objective <= _NOTHING:
                break
            wanted = np.maximum(0.0, solved.prices[parts:]) * self._unit / self._tonnes
            if number % TUNING.plain_every:
                wanted = TUNING.weight_of_best * best_prices + (1.0 - TUNING.weight_of_best) * wanted
            prices = self._of_open(open_ones, wanted)
        is_short = bool((short[np.isinf(self._rows.highest[open_ones])] > _NOTHING * self._tonnes).any())
        return Searched(self._of_open(open_ones, best_prices), best, is_short)

    def _of_open(self, rows: NDArray[np.intp], own: Floats) -> Floats:
        prices = np.zeros(self._rows.number)
        prices[rows] = own
        return prices

    def _program(self, rows: NDArray[np.intp], due: Floats) -> LpSession:
        """Return the program before its first round: what is short, and rows of parts and of what couples them."""
        builder = LpBuilder()
        short = builder.add_columns(np.zeros(len(rows)), cost=self._highest[rows] * self._tonnes / self._unit)
        builder.add_rows(self._oracle.freight.parts, 1.0, 1.0)
        builder.enter(builder.add_rows(len(rows), due / self._tonnes, np.inf), short)
        return LpSession(builder.program(), self._state)

    def filled(self, point: SharePoint, prices: Floats) -> Floats:
        """Return prices to cut at: those given, and for each lane that a point does not open the least that fills it.

        None is rounding: HiGHS takes such entries for none, and a cut that pays less than it says may demand too much.
        It holds at any prices, so at nothing as well.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        found = self._filled(point, prices) if self._rows.is_lane.any() else prices
        return np.where(found > _NOTHING * self._unit / self._tonnes, found, 0.0)

    def _filled(self, point: SharePoint, prices: Floats) -> Floats:
        rows, found = self._rows, prices.copy()
        served = self._oracle.served(point, prices)
        for airport in np.unique(rows.airport[rows.is_lane]).tolist():
            own = np.flatnonzero(rows.airport == airport)
            if not rows.counts[own[0]].any():
                continue
            margin, volume = self._oracle.margins(airport, served, point, prices)
            order = np.argsort(margin, axis=1)
            enough = (np.cumsum(volume[order], axis=1) < rows.due[own[0]] * (1.0 - _ENOUGH)).sum(axis=1)
            site = rows.site[own]
            is_filled = (enough[site] < len(volume)) & (point.lanes[airport, site] <= 0.0)
            own, site = own[is_filled], site[is_filled]
            least = margin[site, order[site, enough[site]]]
            found[own] = np.where(least < self._highest[own], least, 0.0)
        return found
