"""The program of a year: shares of routes, handling by others, overflow, shortfalls, air lanes, single allocation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from netdesign.instance.stages import DAYS_PER_YEAR
from netdesign.solve.lp.program import Program
from netdesign.solve.multistage.multipliers import Multipliers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.multistage.year import Year

_MONEY = 1e4
"""What the objective is, about: HiGHS has absolute tolerances."""


@dataclass(frozen=True)
class OperatingProgram:
    """A year's program in its own units, and where things stand in it.

    Parameters
    ----------
    program
        With lanes and allocations whole.
    money, tonnes
        EUR of one unit of the objective; t/year of one unit of volume.
    commodity, first, last
        Of the routes, which are the first columns; hubs by position among the year's.
    contract, allocation
        Columns; of the allocation those of all cities and hubs.
    best
        Columns: the cheapest route of each commodity, whatever else holds.
    served_rows
        Rows: each commodity travels; shape (commodities,).
    capacity_rows, peak_rows, minimum_rows, share_rows
        Rows: shape (hubs,), (peaks, hubs), (hubs,) and (shares,).
    """

    program: Program
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
    share_rows: NDArray[np.intp]

    @property
    def relaxed(self) -> Program:
        """The program without whole columns."""
        return replace(self.program, is_integer=np.zeros_like(self.program.is_integer))

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
            share=np.maximum(0.0, duals[self.share_rows]) * per_tonne,
        )


class _Builder:
    """Collects columns and rows."""

    def __init__(self) -> None:
        self.cost: list[NDArray[np.float64]] = []
        self.upper: list[NDArray[np.float64]] = []
        self.lower: list[NDArray[np.float64]] = []
        self.whole: list[NDArray[np.intp]] = []
        self.columns = self.rows = 0
        self._entries: list[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]] = []
        self._row_bounds: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []

    def add_columns(
        self, cost: NDArray[np.float64], upper: NDArray[np.float64], *, are_whole: bool = False
    ) -> NDArray[np.intp]:
        found = self.columns + np.arange(len(cost))
        self.cost.append(cost)
        self.lower.append(np.zeros(len(cost)))
        self.upper.append(upper)
        if are_whole:
            self.whole.append(found)
        self.columns += len(cost)
        return found

    def add_rows(self, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> NDArray[np.intp]:
        found = self.rows + np.arange(len(lower))
        self._row_bounds.append((lower, upper))
        self.rows += len(lower)
        return found

    def enter(self, rows: NDArray[np.intp], columns: NDArray[np.intp], values: NDArray[np.float64]) -> None:
        self._entries.append((rows, columns, np.broadcast_to(values, rows.shape)))

    def program(self) -> Program:
        row, column, value = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        matrix = coo_array((value, (row, column)), shape=(self.rows, self.columns)).tocsr()
        is_integer = np.zeros(self.columns, dtype=bool)
        is_integer[np.concatenate([*self.whole, np.empty(0, dtype=np.intp)]).astype(np.intp)] = True
        return Program(
            np.concatenate(self.cost),
            np.concatenate(self.lower),
            np.concatenate(self.upper),
            is_integer,
            matrix,
            np.concatenate([lower for lower, _ in self._row_bounds]),
            np.concatenate([upper for _, upper in self._row_bounds]),
        )


def build_program(year: Year, cost: float) -> OperatingProgram:
    """Return the program of a year without modules; ``limits`` says what they let pass.

    Parameters
    ----------
    year
        The year.
    cost
        What operating costs, about, EUR/year: sets the unit of money.
    """
    money, tonnes, hubs = cost / _MONEY, float(year.volume.sum()), len(year.hubs)
    builder = _Builder()
    commodity, first, last = np.nonzero(np.isfinite(year.cost))
    price = year.cost[commodity, first, last] * year.volume[commodity] / money
    routes = builder.add_columns(price, np.ones(len(commodity)))
    endless = np.full(hubs, np.inf)
    served = builder.add_rows(np.ones(len(year.volume)), np.ones(len(year.volume)))
    builder.enter(served[commodity], routes, np.ones(1))
    contract = builder.add_columns(np.full(hubs, year.contract_price * tonnes / money), year.contract_limit / tonnes)

    def lifted(weight: NDArray[np.float64]) -> NDArray[np.intp]:
        """Add rows: what each hub lifts less what others handle is at most what its modules lift."""
        rows = builder.add_rows(-endless, endless)
        builder.enter(rows[first], routes, weight[commodity] / tonnes)
        if year.both_count:
            second = first != last
            builder.enter(rows[last[second]], routes[second], weight[commodity[second]] / tonnes)
        builder.enter(rows, contract, -np.ones(hubs))
        return rows

    capacity_rows = lifted(year.volume)
    peak_rows = np.empty((len(year.peaks), hubs), dtype=np.intp)
    for position, peak in enumerate(year.peaks):
        peak_rows[position] = lifted(peak.weight)
        if np.isfinite(peak.price):
            over = builder.add_columns(np.full(hubs, peak.price * tonnes / money), endless)
            builder.enter(peak_rows[position], over, -np.ones(hubs))
    keys = commodity, first, last
    minimum_rows = _add_minima(builder, year, routes, keys, money, tonnes)
    share_rows = _add_shares(builder, year, routes, keys, tonnes)
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
        share_rows,
    )


_Routes = tuple["NDArray[np.intp]", "NDArray[np.intp]", "NDArray[np.intp]"]


def _cheapest(year: Year, keys: _Routes, routes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the column of the cheapest route of each commodity, the first where several are."""
    commodity, first, last = keys
    best = year.cost.reshape(len(year.cost), -1).argmin(axis=1)
    return np.asarray(routes[first * len(year.hubs) + last == best[commodity]])


def _add_minima(
    builder: _Builder, year: Year, routes: NDArray[np.intp], keys: _Routes, money: float, tonnes: float
) -> NDArray[np.intp]:
    """Add a row for the minimum of each hub, and what falls short of it where that has a price; return the rows."""
    commodity, first, _ = keys
    rows = builder.add_rows(year.minimum / tonnes, np.full(len(year.hubs), np.inf))
    builder.enter(rows[first], routes, year.entering[commodity] / tonnes)
    priced = np.flatnonzero(np.isfinite(year.short_price) & (year.minimum > 0))
    short = builder.add_columns(year.short_price[priced] * tonnes / money, np.full(len(priced), np.inf))
    builder.enter(rows[priced], short, np.ones(len(priced)))
    return rows


def _add_shares(
    builder: _Builder, year: Year, routes: NDArray[np.intp], keys: _Routes, tonnes: float
) -> NDArray[np.intp]:
    """Add a row for each share that has to be in time; return the rows."""
    commodity, first, last = keys
    least = np.array([rule.least / tonnes for rule in year.shares])
    rows = builder.add_rows(least, np.full(len(year.shares), np.inf))
    inside = np.flatnonzero(~year.is_late[commodity, first, last])
    for row, rule in zip(rows, year.shares, strict=True):
        builder.enter(np.full(len(inside), row), routes[inside], rule.weight[commodity[inside]] / tonnes)
    return rows


def _add_lanes(builder: _Builder, year: Year, routes: NDArray[np.intp], keys: _Routes, tonnes: float) -> None:
    """Add a whole column for each lane: it carries nothing, or at least the minimum."""
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
            column = builder.add_columns(np.zeros(1), np.ones(1), are_whole=True)
            volume = year.volume[commodity] / tonnes
            most = float(year.volume[np.unique(commodity[using])].sum()) / tonnes
            link = builder.add_rows(np.array([-np.inf]), np.zeros(1))
            builder.enter(np.repeat(link, len(using)), routes[using], volume[using])
            builder.enter(link, column, np.array([-most]))
            counted = np.flatnonzero((into & year.counts_in) | (out & year.counts_out))
            least = builder.add_rows(np.zeros(1), np.array([np.inf]))
            # A commodity from one overseas airport to the same counts in both directions.
            twice = (into[counted] & year.counts_in).astype(float) + (out[counted] & year.counts_out)
            builder.enter(np.repeat(least, len(counted)), routes[counted], volume[counted] * twice)
            builder.enter(least, column, np.array([-year.lane_minimum / tonnes]))


def _add_allocation(builder: _Builder, year: Year, routes: NDArray[np.intp], keys: _Routes) -> NDArray[np.intp]:
    """Add whole columns for the hub of each city, bind the ends of all its routes to it, and return the columns."""
    commodity, first, last = keys
    hubs = len(year.hubs)
    cities = np.unique(year.city_of[year.city_of >= 0])
    if not len(cities):
        return cities
    at = {int(city): position for position, city in enumerate(cities)}
    columns = builder.add_columns(np.zeros(len(cities) * hubs), np.ones(len(cities) * hubs), are_whole=True)
    grid = columns.reshape(len(cities), hubs)
    one = builder.add_rows(np.ones(len(cities)), np.ones(len(cities)))
    builder.enter(np.repeat(one, hubs), columns, np.ones(1))
    for city, k in year.own_hub.items():
        if city in at:
            fixed = builder.add_rows(np.ones(1), np.ones(1))
            builder.enter(fixed, grid[at[city], k : k + 1], np.ones(1))
    for end, hub in ((0, first), (1, last)):
        bound = np.flatnonzero(year.city_of[:, end] >= 0)
        # At most: both sides add up to one over the hubs, so they are equal. Stated as equations HiGHS 1.15 aggregates
        # some of them wrongly and calls feasible programs infeasible.
        count = len(bound) * hubs
        rows = builder.add_rows(np.full(count, -np.inf), np.zeros(count)).reshape(len(bound), hubs)
        place = np.full(len(year.volume), -1)
        place[bound] = np.arange(len(bound))
        mine = np.flatnonzero(place[commodity] >= 0)
        builder.enter(rows[place[commodity[mine]], hub[mine]], routes[mine], np.ones(1))
        owner = np.array([at[int(city)] for city in year.city_of[bound, end]], dtype=np.intp)
        builder.enter(rows.ravel(), grid[owner].ravel(), -np.ones(1))
    return columns
