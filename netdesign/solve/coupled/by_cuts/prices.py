"""Prices of minima at which freight over a point costs about as much as it can: by column generation.

Each round serves all freight at some prices; a linear program combines what the parts do in all rounds so that lanes
and hubs get their minima, and its duals are the next prices (Dantzig and Wolfe 1960). A cut holds at any prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.branch_cut.tuning import COUPLED as TUNING
from netdesign.solve.coupled.by_cuts.oracle import Prices
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.lp.session import SCALE, LpSession

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.branch_cut.tuning import MixingLimits
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.by_cuts.oracle import GateOracle, SharePoint
    from netdesign.solve.coupled.by_cuts.parts import FreightParts
    from netdesign.solve.coupled.rows import Minima

    Floats = NDArray[np.float64]

FREIGHT = 100.0
"""What all freight is inside programs."""

_NOTHING = 1e-7
"""Tonnes of a row of the program that are rounding."""

_ENOUGH = 1e-6
"""Relative volume by which freight is more than enough for a minimum, whatever rounding does."""


@dataclass(frozen=True)
class MinimumRows:
    """Rows ``sum_p F_p,site >= least`` of what has to fly over gates; see ``rows_at``.

    Parameters
    ----------
    airport
        Of the lane, -1 for the minimum of a hub, shape (rows,).
    site
        The gate, shape (rows,).
    least
        t/year, shape (rows,).
    highest
        Price of a tonne that does not fly, EUR/t, shape (rows,).
    fills
        Which parts count, shape (rows, parts).
    """

    airport: NDArray[np.intp]
    site: NDArray[np.intp]
    least: Floats
    highest: Floats
    fills: NDArray[np.bool_]

    def filled(self, load: Floats) -> Floats:
        """Return what each part has for each row, t/year, shape (rows, parts), of loads of shape (parts, sites)."""
        return np.where(self.fills, load.T[self.site], 0.0)

    def of(self, prices: Prices) -> Floats:
        """Return the prices of the rows, EUR/t."""
        is_lane = self.airport >= 0
        return np.where(is_lane, prices.lane[self.airport, self.site], prices.hub[self.site])

    def prices(self, of_row: Floats, like: Prices) -> Prices:
        """Return prices that are 0 but for those of the rows, EUR/t."""
        found, is_lane = Prices(np.zeros_like(like.lane), np.zeros_like(like.hub)), self.airport >= 0
        found.lane[self.airport[is_lane], self.site[is_lane]] = of_row[is_lane]
        found.hub[self.site[~is_lane]] = of_row[~is_lane]
        return found


def fills_lane_of(freight: FreightParts) -> NDArray[np.bool_]:
    """Return which parts count towards the minima of the lanes of each airport, shape (airports, parts)."""
    found = np.zeros((freight.airports, freight.parts), dtype=bool)
    for one, own in zip(freight.gated, freight.slices, strict=False):
        found[one.airport, own] = one.fills_lane
    return found


def fills_hub_of(freight: FreightParts) -> NDArray[np.bool_]:
    """Return which parts count towards the minima of hubs, shape (parts,)."""
    found = np.zeros(freight.parts, dtype=bool)
    for one, own in zip(freight.gated, freight.slices, strict=False):
        found[own] = one.fills_hub
    return found


def rows_at(freight: FreightParts, minima: Minima, point: SharePoint) -> MinimumRows:
    """Return what has to fly at a point: each lane that is open has its minimum, as far as it is, and each hub."""
    lanes, hubs = point.lanes if minima.lane > 0.0 else np.zeros_like(point.lanes), point.is_open * (minima.hub > 0.0)
    airport, site = np.nonzero(lanes)
    own = np.flatnonzero(hubs)
    return MinimumRows(
        np.concatenate([airport, np.full(len(own), -1)]),
        np.concatenate([site, own]),
        np.concatenate([minima.lane * lanes[airport, site], minima.hub[own] * hubs[own]]),
        np.concatenate([np.full(len(site), np.inf), minima.highest[own]]),
        np.concatenate([fills_lane_of(freight)[airport], np.tile(fills_hub_of(freight), (len(own), 1))]),
    )


class PriceSearch:
    """Searches prices.

    Parameters
    ----------
    oracle
        Serves the freight.
    minima
        What has to flow.
    cost
        EUR/year, about what a plan costs.
    state
        Clock of the search.
    """

    def __init__(self, oracle: GateOracle, minima: Minima, cost: float, state: SearchState) -> None:
        self._oracle, self._minima, self._state = oracle, minima, state
        flying = sum(float(one.volume.sum()) for one in oracle.freight.gated)
        self._unit, self._tonnes = cost / SCALE, flying / FREIGHT
        # What is short at a point is paid for, so that there always is a solution: a bound holds at any price of it.
        self._dearest = TUNING.shortfall * cost / flying

    def searched(self, point: SharePoint, prices: Prices, limits: MixingLimits = TUNING.searched) -> Prices:
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
        rows = rows_at(self._oracle.freight, self._minima, point)
        if not len(rows.site):
            return prices
        prices = rows.prices(rows.of(prices), prices)
        parts, program = self._oracle.freight.parts, self._program(rows)
        best, best_prices = -np.inf, rows.of(prices)
        for number in range(1, limits.rounds + 1):
            served, own = self._oracle.served(point, prices), rows.of(prices)
            filled = rows.filled(served.load)
            bound = float(served.cost.sum() - own @ (filled.sum(axis=1) - rows.least))
            if bound > best:
                best, best_prices = bound, own
            # Next to nothing is nothing: HiGHS gives up over such entries in columns that are otherwise alike.
            entries = np.where(filled > _NOTHING * self._tonnes, filled / self._tonnes, 0.0)
            entries = np.concatenate([np.eye(parts), entries])
            program.add_columns(served.cost / self._unit, np.zeros(parts), np.full(parts, np.inf), entries)
            solved = program.solve()
            if solved is None:
                message = "a program in which minima may be short has no solution"
                raise SolverError(message)
            if solved.objective * self._unit - best <= limits.enough * abs(best):
                break
            wanted = np.maximum(0.0, solved.prices[parts:]) * self._unit / self._tonnes
            if number % TUNING.plain_every:
                wanted = TUNING.weight_of_best * best_prices + (1.0 - TUNING.weight_of_best) * wanted
            prices = rows.prices(wanted, prices)
        return rows.prices(best_prices, prices)

    def _program(self, rows: MinimumRows) -> LpSession:
        """Return the program before its first round: what is short, and rows of parts and minima."""
        builder = LpBuilder()
        price = np.minimum(rows.highest, self._dearest) * self._tonnes / self._unit
        short = builder.add_columns(np.zeros(len(rows.site)), cost=price)
        builder.add_rows(self._oracle.freight.parts, 1.0, 1.0)
        builder.enter(builder.add_rows(len(rows.site), rows.least / self._tonnes, np.inf), short)
        return LpSession(builder.program(), self._state)

    def filled(self, point: SharePoint, prices: Prices) -> Prices:
        """Return prices for the lanes that a point does not open as well: the least at which they get their minimum.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        least = self._minima.lane
        if least <= 0.0:
            return prices
        served, lane = self._oracle.served(point, prices), prices.lane.copy()
        for airport in np.flatnonzero(fills_lane_of(self._oracle.freight).any(axis=1)).tolist():
            margin, volume = self._oracle.margins(airport, served, point, prices)
            order = np.argsort(margin, axis=1)
            carried = np.cumsum(volume[order], axis=1)
            enough = (carried < least * (1.0 - _ENOUGH)).sum(axis=1)
            sites = np.flatnonzero((enough < len(volume)) & (point.lanes[airport] <= 0.0))
            found = margin[sites, order[sites, enough[sites]]]
            lane[airport, sites] = np.where(found < self._dearest, np.maximum(0.0, found), 0.0)
        return Prices(lane, prices.hub)
