"""Operation of a year with given hubs and modules: the best routes if feasible, else a linear or mixed program."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import DAYS_PER_YEAR
from netdesign.plan import NEGLIGIBLE_SHARE
from netdesign.solve.lp.session import LpSession
from netdesign.solve.multistage.multipliers import Multipliers, no_multipliers
from netdesign.solve.multistage.operating_program import OperatingProgram, build_program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.plan import ScheduledService
    from netdesign.solve.lp.session import LpSolution
    from netdesign.solve.multistage.multipliers import ModuleBound, RoomTolls
    from netdesign.solve.multistage.year import Year

_FITS = 1e-9
"""Relative tolerance of limits for the best routes: a thousandth of the referee's."""
_INTEGRALITY = 1e-6
_LEAST_COST = 1e-5
"""Least cost of routes, as a share of the dearest way to relieve limits, for the unit of money."""


@dataclass(frozen=True)
class YearOperation:
    """The best operation of a year, or none.

    Parameters
    ----------
    cost
        Routes, shortfalls, contract and overflow, EUR/year; infinite if no operation keeps the policies.
    commodity, first, last, volume
        Routes in use: positions of commodity and of sites, t/year.
    lanes
        Lanes in service: position of the overseas node and of the site.
    contract
        Contract handling by hub, t/year.
    prices
        Prices that prove the cost or, in a mixed program, that of its relaxation; None without a plan.
    relaxed
        Cost of the relaxation with the same modules, EUR/year; equal to ``cost`` without integer columns.
    services
        Departures of vehicles.
    least
        Proven least cost, EUR/year, which is under ``cost`` by a part of the gap at most; None if it is equal.
    module_bound
        Bound on operating the year with any modules, where it does not follow from ``prices``.
    tolls
        Prices of room that bound other years and sets of hubs too, where such bounds take little time.
    """

    cost: float
    commodity: NDArray[np.intp]
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    volume: NDArray[np.float64]
    lanes: tuple[tuple[int, int], ...]
    contract: NDArray[np.float64]
    prices: Multipliers | None
    relaxed: float
    services: tuple[ScheduledService, ...] = ()
    least: float | None = None
    module_bound: ModuleBound | None = None
    tolls: RoomTolls | None = None

    @property
    def bound(self) -> float:
        """Proven least cost, EUR/year."""
        return self.cost if self.least is None else self.least


class YearOperator:
    """Operates one year of one set of hubs with any number of modules."""

    def __init__(self, year: Year) -> None:
        self.year = year
        flat = year.cost.reshape(len(year.cost), -1)
        self._best = flat.argmin(axis=1)
        self._best_cost = flat[np.arange(len(flat)), self._best]

    @property
    def is_possible(self) -> bool:
        """Whether every commodity has a route."""
        return bool(np.isfinite(self._best_cost).all())

    @property
    def free_cost(self) -> float:
        """Cost of the best routes without coupling policies, EUR/year: a bound for any modules."""
        return float(self.year.volume @ self._best_cost)

    def operate(self, lift: NDArray[np.float64], daily: NDArray[np.float64]) -> YearOperation:
        """Return the best operation with given modules; it does not depend on earlier calls.

        Parameters
        ----------
        lift, daily
            Capacity of the modules of each hub, t/year and t/day, shape (hubs,).
        """
        if not self.is_possible:
            return self._none()
        free = self._free(lift, daily)
        if free is not None:
            return free
        # The best routes are dual feasible, so few pivots lead from their basis to the optimum.
        self._relaxed.restart(self._program.best, self._program.served_rows)
        relaxed = self._solve(self._relaxed, lift, daily)
        if relaxed is None:
            return self._none()
        prices = self._program.multipliers(relaxed.prices)
        found = self._read(relaxed, prices, relaxed)
        if self._is_integer(relaxed, found):
            return found
        self._integral.restart()
        mixed = self._solve(self._integral, lift, daily)
        return self._none() if mixed is None else self._read(self._polished(mixed), prices, relaxed)

    def _polished(self, solved: LpSolution) -> LpSolution:
        """Solve again with integer columns fixed at rounded values: no freight on lanes open by a tolerance only."""
        program, columns = self._program.program, np.flatnonzero(self._program.program.is_integer)
        fixed = np.round(solved.values[columns])
        self._relaxed.bound_columns(columns, fixed, fixed)
        found = self._relaxed.solve()
        self._relaxed.bound_columns(columns, program.lower[columns], program.upper[columns])
        return solved if found is None else found

    def _is_integer(self, solved: LpSolution, found: YearOperation) -> bool:
        """Return whether a solution of the relaxation is integer: one hub a city, and the minimum of each lane."""
        allocation = solved.values[self._program.allocation]
        if np.abs(allocation - np.round(allocation)).max(initial=0.0) > _INTEGRALITY:
            return False
        carried = self._carried(found.commodity, found.first, found.last, found.volume)
        return all(tonnes >= self.year.lane_minimum * (1 - _FITS) for tonnes in carried.values())

    @cached_property
    def _program(self) -> OperatingProgram:
        return build_program(self.year, max(self.free_cost, _LEAST_COST * self.year.dearest) or 1.0)

    @cached_property
    def _relaxed(self) -> LpSession:
        return LpSession(self._program.program, options={"presolve": "off"}, is_relaxed=True)

    @cached_property
    def _integral(self) -> LpSession:
        return LpSession(self._program.program)

    def _solve(self, held: LpSession, lift: NDArray[np.float64], daily: NDArray[np.float64]) -> LpSolution | None:
        rows, upper = self._program.limits(lift, daily)
        held.bound_rows(rows, np.full(len(rows), -np.inf), upper)
        return held.solve()

    def _free(self, lift: NDArray[np.float64], daily: NDArray[np.float64]) -> YearOperation | None:
        """Return the best routes if they keep every limit at no further cost, else None."""
        year, hubs = self.year, len(self.year.hubs)
        first, last = np.divmod(self._best, hubs)
        if year.is_single and not self._keeps_single(first, last):
            return None

        def lifted(weight: NDArray[np.float64]) -> NDArray[np.float64]:
            load = np.bincount(first, weight, hubs)
            if year.both_count:
                load = load + np.bincount(last, np.where(first != last, weight, 0.0), hubs)
            return np.asarray(load)

        if (lifted(year.volume) > lift * (1 + _FITS)).any():
            return None
        if any((lifted(peak.weight) > DAYS_PER_YEAR * daily * (1 + _FITS)).any() for peak in year.peaks):
            return None
        if (np.bincount(first, year.entering, hubs) < year.minimum * (1 - _FITS)).any():
            return None
        every = np.arange(len(first))
        for limit in year.limits:
            taken = float(limit.weight @ year.taken(limit)[every, first, last])
            if taken > limit.end + _FITS * abs(limit.end):
                return None
        places = np.array(year.hubs, dtype=np.intp)
        carried = self._carried(every, places[first], places[last], year.volume)
        if any(tonnes < year.lane_minimum * (1 - _FITS) for tonnes in carried.values()):
            return None
        lanes = tuple(sorted(carried))
        none = np.zeros(hubs)
        return YearOperation(
            cost=self.free_cost,
            commodity=every,
            first=places[first],
            last=places[last],
            volume=year.volume,
            lanes=lanes,
            contract=none,
            prices=no_multipliers(year),
            relaxed=self.free_cost,
        )

    def _keeps_single(self, first: NDArray[np.intp], last: NDArray[np.intp]) -> bool:
        """Return whether each city uses one hub, and a city that is a hub its own."""
        used: dict[int, int] = dict(self.year.own_hub)
        for end, hub in ((0, first), (1, last)):
            for city, k in zip(self.year.city_of[:, end].tolist(), hub.tolist(), strict=True):
                if city >= 0 and used.setdefault(city, k) != k:
                    return False
        return True

    def _carried(
        self, commodity: NDArray[np.intp], first: NDArray[np.intp], last: NDArray[np.intp], volume: NDArray[np.float64]
    ) -> dict[tuple[int, int], float]:
        """Return the volume that counts on each lane in use, t/year; lanes by overseas node and site."""
        year, carried = self.year, dict[tuple[int, int], float]()
        most = int(max(first.max(), last.max())) + 1
        for airport, site, counts in ((year.lane_in, first, year.counts_in), (year.lane_out, last, year.counts_out)):
            flown = airport[commodity] >= 0
            key = airport[commodity[flown]] * most + site[flown]
            lanes, position = np.unique(key, return_inverse=True)
            tonnes = np.bincount(position, volume[flown] * counts, len(lanes))
            for lane, total in zip(lanes.tolist(), tonnes.tolist(), strict=True):
                name = divmod(lane, most)
                carried[name] = carried.get(name, 0.0) + total
        return carried

    def _read(self, solved: LpSolution, prices: Multipliers, relaxed: LpSolution) -> YearOperation:
        program, year = self._program, self.year
        share = solved.values[: len(program.commodity)]
        used = share > NEGLIGIBLE_SHARE
        commodity = program.commodity[used]
        total = np.bincount(commodity, share[used], len(year.volume))
        places = np.array(year.hubs, dtype=np.intp)
        first, last = places[program.first[used]], places[program.last[used]]
        volume = share[used] / total[commodity] * year.volume[commodity]
        contract = solved.values[program.contract] * program.tonnes
        contract[contract < NEGLIGIBLE_SHARE * program.tonnes] = 0.0
        return YearOperation(
            cost=solved.objective * program.money,
            commodity=commodity,
            first=first,
            last=last,
            volume=volume,
            lanes=tuple(sorted(self._carried(commodity, first, last, volume))),
            contract=contract,
            prices=prices,
            relaxed=relaxed.objective * program.money,
        )

    def _none(self) -> YearOperation:
        empty = np.empty(0, dtype=np.intp)
        nothing = np.zeros(len(self.year.hubs))
        return YearOperation(np.inf, empty, empty, empty, np.empty(0), (), nothing, None, np.inf)
