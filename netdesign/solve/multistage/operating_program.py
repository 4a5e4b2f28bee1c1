"""The program of a year: shares of routes, contract handling, overflow, shortfalls, air lanes, single allocation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import DAYS_PER_YEAR
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.multistage.multipliers import Multipliers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.lp.builder import LinearProgram
    from netdesign.solve.multistage.year import Year

_MONEY = 1e4
"""Approximate objective value: HiGHS has absolute tolerances."""


@dataclass(frozen=True)
class OperatingProgram:
    """The program of a year in its own units, with the positions of its columns and rows.

    Parameters
    ----------
    program
        The program, with integer lanes and allocations.
    money, tonnes
        EUR of one unit of the objective; t/year of one unit of volume.
    commodity, first, last
        Commodity and hubs of the routes, which are the first columns; hubs by position in the year.
    contract, allocation
        Columns of contract handling, and of the allocation for all cities and hubs.
    best
        Column of the cheapest route of each commodity.
    served_rows
        Rows that serve each commodity; shape (commodities,).
    capacity_rows, peak_rows, minimum_rows, limit_rows
        Rows, of shapes (hubs,), (peaks, hubs), (hubs,) and (limits,).
    limit_sign
        1 for upper limits, -1 for lower limits, shape (limits,).
    """

    program: LinearProgram
    money: float
    tonnes: float
    commodity: NDArray[np.intp]
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    contract: NDArray[np.intp]
    allocation: NDArray[np.intp]
    best: NDArray[np.intp]
    served_rows: NDArray[np.intp]
    capacity_rows: NDArray[np.intp]
    peak_rows: NDArray[np.intp]
    minimum_rows: NDArray[np.intp]
    limit_rows: NDArray[np.intp]
    limit_sign: NDArray[np.float64]

    def limits(
        self, lift: NDArray[np.float64], daily: NDArray[np.float64]
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return the rows of capacity and their upper bounds for some modules, t/year and t/day."""
        rows = np.concatenate((self.capacity_rows, self.peak_rows.ravel()))
        peak = np.tile(DAYS_PER_YEAR * daily, len(self.peak_rows))
        return rows, np.concatenate((lift, peak)) / self.tonnes

    def multipliers(self, duals: NDArray[np.float64]) -> Multipliers:
        """Return the duals of the rows as prices, EUR/t."""
        per_tonne = self.money / self.tonnes
        return Multipliers(
            capacity=np.maximum(0.0, -duals[self.capacity_rows]) * per_tonne,
            peak=np.maximum(0.0, -duals[self.peak_rows]) * per_tonne,
            minimum=np.maximum(0.0, duals[self.minimum_rows]) * per_tonne,
            limit=np.maximum(0.0, -self.limit_sign * duals[self.limit_rows]) * per_tonne,
        )


def build_program(year: Year, cost: float) -> OperatingProgram:
    """Return the program of a year without modules; ``limits`` gives the right-hand sides for some modules.

    Parameters
    ----------
    year
        The year.
    cost
        Approximate operating cost, EUR/year, for the unit of money.
    """
    money, tonnes, hubs = cost / _MONEY, float(year.volume.sum()), len(year.hubs)
    builder = LpBuilder()
    commodity, first, last = np.nonzero(np.isfinite(year.cost))
    price = year.cost[commodity, first, last] * year.volume[commodity] / money
    routes = builder.add_columns(np.zeros(len(commodity)), 1.0, price)
    served = builder.add_rows(len(year.volume), 1.0, 1.0)
    builder.enter(served[commodity], routes)
    contract = builder.add_columns(np.zeros(hubs), year.contract_limit / tonnes, year.contract_price * tonnes / money)

    def lifted(weight: NDArray[np.float64]) -> NDArray[np.intp]:
        """Add rows: the load of each hub less contract handling is at most the capacity of its modules."""
        rows = builder.add_rows(hubs, -np.inf, np.inf)
        builder.enter(rows[first], routes, weight[commodity] / tonnes)
        if year.both_count:
            second = first != last
            builder.enter(rows[last[second]], routes[second], weight[commodity[second]] / tonnes)
        builder.enter(rows, contract, -1.0)
        return rows

    capacity_rows = lifted(year.volume)
    peak_rows = np.empty((len(year.peaks), hubs), dtype=np.intp)
    for position, peak in enumerate(year.peaks):
        peak_rows[position] = lifted(peak.weight)
        if np.isfinite(peak.price):
            over = builder.add_columns(np.zeros(hubs), cost=peak.price * tonnes / money)
            builder.enter(peak_rows[position], over, -1.0)
    keys = commodity, first, last
    minimum_rows = _add_minima(builder, year, routes, keys, money, tonnes)
    limit_rows = _add_limits(builder, year, routes, keys, tonnes)
    _add_lanes(builder, year, routes, keys, tonnes)
    allocation = _add_allocation(builder, year, routes, keys)
    return OperatingProgram(
        builder.program(),
        money,
        tonnes,
        commodity,
        first,
        last,
        contract,
        allocation,
        _cheapest(year, keys, routes),
        served,
        capacity_rows,
        peak_rows,
        minimum_rows,
        limit_rows,
        np.array([limit.sign for limit in year.limits]),
    )


_Routes = tuple["NDArray[np.intp]", "NDArray[np.intp]", "NDArray[np.intp]"]


def _cheapest(year: Year, keys: _Routes, routes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the column of the cheapest route of each commodity; of equal ones the first."""
    commodity, first, last = keys
    best = year.cost.reshape(len(year.cost), -1).argmin(axis=1)
    return np.asarray(routes[first * len(year.hubs) + last == best[commodity]])


def _add_minima(
    builder: LpBuilder, year: Year, routes: NDArray[np.intp], keys: _Routes, money: float, tonnes: float
) -> NDArray[np.intp]:
    """Add a row for the minimum of each hub, with a shortfall if it has a price; return the rows."""
    commodity, first, _ = keys
    rows = builder.add_rows(len(year.hubs), year.minimum / tonnes, np.inf)
    builder.enter(rows[first], routes, year.entering[commodity] / tonnes)
    priced = np.flatnonzero(np.isfinite(year.short_price) & (year.minimum > 0))
    short = builder.add_columns(np.zeros(len(priced)), cost=year.short_price[priced] * tonnes / money)
    builder.enter(rows[priced], short)
    return rows


def _add_limits(
    builder: LpBuilder, year: Year, routes: NDArray[np.intp], keys: _Routes, tonnes: float
) -> NDArray[np.intp]:
    """Add a row for each limit over all routes; return the rows."""
    commodity = keys[0]
    least = np.array([limit.least / limit.unit / tonnes for limit in year.limits])
    most = np.array([limit.most / limit.unit / tonnes for limit in year.limits])
    rows = builder.add_rows(len(year.limits), least, most)
    for row, limit in zip(rows, year.limits, strict=True):
        taken = year.measures[limit.measure][keys] / limit.unit
        taking = np.flatnonzero(taken)
        weight = limit.weight[commodity[taking]] * taken[taking]
        builder.enter(np.full(len(taking), row), routes[taking], weight / tonnes)
    return rows


def _add_lanes(builder: LpBuilder, year: Year, routes: NDArray[np.intp], keys: _Routes, tonnes: float) -> None:
    """Add an integer column for each lane: it carries nothing, or at least the minimum."""
    commodity, first, last = keys
    if year.lane_minimum <= 0.0:
        return
    airports = sorted(set(year.lane_in.tolist()) | set(year.lane_out.tolist()) - {-1})
    for airport in airports:
        for k in range(len(year.hubs)):
            into = (year.lane_in[commodity] == airport) & (first == k)
            out = (year.lane_out[commodity] == airport) & (last == k)
            using = np.flatnonzero(into | out)
            if airport < 0 or not len(using):
                continue
            column = builder.add_columns(np.zeros(1), 1.0, is_integer=True)
            volume = year.volume[commodity] / tonnes
            most = float(year.volume[np.unique(commodity[using])].sum()) / tonnes
            link = builder.add_rows(1, -np.inf, 0.0)
            builder.enter(np.repeat(link, len(using)), routes[using], volume[using])
            builder.enter(link, column, -most)
            counted = np.flatnonzero((into & year.counts_in) | (out & year.counts_out))
            least = builder.add_rows(1, 0.0, np.inf)
            # A commodity from one overseas airport to the same counts in both directions.
            twice = (into[counted] & year.counts_in).astype(float) + (out[counted] & year.counts_out)
            builder.enter(np.repeat(least, len(counted)), routes[counted], volume[counted] * twice)
            builder.enter(least, column, -year.lane_minimum / tonnes)


def _add_allocation(builder: LpBuilder, year: Year, routes: NDArray[np.intp], keys: _Routes) -> NDArray[np.intp]:
    """Add integer columns for the hub of each city, and rows that link its routes to it; return the columns."""
    commodity, first, last = keys
    hubs = len(year.hubs)
    cities = np.unique(year.city_of[year.city_of >= 0])
    if not len(cities):
        return cities
    at = {int(city): position for position, city in enumerate(cities)}
    columns = builder.add_columns(np.zeros(len(cities) * hubs), 1.0, is_integer=True)
    grid = columns.reshape(len(cities), hubs)
    one = builder.add_rows(len(cities), 1.0, 1.0)
    builder.enter(np.repeat(one, hubs), columns)
    for city, k in year.own_hub.items():
        if city in at:
            builder.add_row(grid[at[city], k : k + 1], [1.0], 1.0, 1.0)
    for end, hub in ((0, first), (1, last)):
        bound = np.flatnonzero(year.city_of[:, end] >= 0)
        # Inequalities suffice, as both sides sum to one over the hubs. With equations HiGHS 1.15 aggregates some of
        # them wrongly and reports feasible programs as infeasible.
        count = len(bound) * hubs
        rows = builder.add_rows(count, -np.inf, 0.0).reshape(len(bound), hubs)
        place = np.full(len(year.volume), -1)
        place[bound] = np.arange(len(bound))
        mine = np.flatnonzero(place[commodity] >= 0)
        builder.enter(rows[place[commodity[mine]], hub[mine]], routes[mine])
        owner = np.array([at[int(city)] for city in year.city_of[bound, end]], dtype=np.intp)
        builder.enter(rows.ravel(), grid[owner].ravel(), -1.0)
    return columns
