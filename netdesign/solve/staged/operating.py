"""Operating a year with given hubs and modules: the best routes where they fit, else a linear or mixed program."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import DAYS_PER_YEAR
from netdesign.plan import NEGLIGIBLE_SHARE
from netdesign.solve.program import Repeated
from netdesign.solve.staged.multipliers import Multipliers, no_multipliers
from netdesign.solve.staged.operating_program import OperatingProgram, build_program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.program import Solved
    from netdesign.solve.staged.year import Year

_FITS = 1e-9
"""What may be over a limit, as a share of it, for best routes to fit: a thousandth of what the referee lets pass."""
_WHOLE = 1e-6


@dataclass(frozen=True)
class Operated:
    """The best operation of a year, or that there is none.

    Parameters
    ----------
    cost
        Routes, shortfalls, contract and overflow, EUR/year; infinite where no operation keeps the policies.
    commodity, first, last, volume
        Routes in use: positions of commodity and of sites, t/year.
    lanes
        In service: position of the overseas node and of the site.
    contract
        By hub, t/year.
    prices
        That prove the cost, or the bound of its relaxation where columns are whole; None without a plan.
    """

    cost: float
    commodity: NDArray[np.intp]
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    volume: NDArray[np.float64]
    lanes: tuple[tuple[int, int], ...]
    contract: NDArray[np.float64]
    prices: Multipliers | None


class Operating:
    """Operates one year of one set of hubs with any modules.

    Parameters
    ----------
    year
        The year.
    """

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
        """Cost of the best routes, whatever couples them, EUR/year: no modules can do better."""
        return float(self.year.volume @ self._best_cost)

    def operate(self, lift: NDArray[np.float64], daily: NDArray[np.float64]) -> Operated:
        """Return the best operation with some modules.

        Parameters
        ----------
        lift, daily
            What the modules of each hub lift, t/year and t/day, shape (hubs,).
        """
        if not self.is_possible:
            return self._none()
        free = self._free(lift, daily)
        if free is not None:
            return free
        relaxed = self._solve(self._relaxed, lift, daily)
        if relaxed is None:
            return self._none()
        program = self._program
        prices = program.multipliers(relaxed.prices)
        whole = relaxed.values[program.whole]
        if np.abs(whole - np.round(whole)).max(initial=0.0) > _WHOLE:
            relaxed = self._solve(self._integral, lift, daily)
            if relaxed is None:
                return self._none()
        return self._read(relaxed, prices)

    @cached_property
    def _program(self) -> OperatingProgram:
        return build_program(self.year, max(self.free_cost, 1.0))

    @cached_property
    def _relaxed(self) -> Repeated:
        return Repeated(self._program.relaxed)

    @cached_property
    def _integral(self) -> Repeated:
        return Repeated(self._program.program)

    def _solve(self, held: Repeated, lift: NDArray[np.float64], daily: NDArray[np.float64]) -> Solved | None:
        rows, upper = self._program.limits(lift, daily)
        held.bound_rows(rows, np.full(len(rows), -np.inf), upper)
        return held.solve()

    def _free(self, lift: NDArray[np.float64], daily: NDArray[np.float64]) -> Operated | None:
        """Return the best routes where they keep every limit at no further cost."""
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
        inside = ~year.is_late.reshape(len(year.volume), -1)[np.arange(len(first)), self._best]
        if any(float(rule.weight[inside].sum()) < rule.least * (1 - _FITS) for rule in year.shares):
            return None
        lanes = self._lanes(first, last)
        if lanes is None:
            return None
        every = np.arange(len(first))
        places = np.array(year.hubs, dtype=np.intp)
        none = np.zeros(hubs)
        return Operated(
            self.free_cost, every, places[first], places[last], year.volume, lanes, none, no_multipliers(year)
        )

    def _keeps_single(self, first: NDArray[np.intp], last: NDArray[np.intp]) -> bool:
        """Tell whether each city uses one hub, its own where it is one."""
        used: dict[int, int] = dict(self.year.own_hub)
        for end, hub in ((0, first), (1, last)):
            for city, k in zip(self.year.city_of[:, end].tolist(), hub.tolist(), strict=True):
                if city >= 0 and used.setdefault(city, k) != k:
                    return False
        return True

    def _lanes(self, first: NDArray[np.intp], last: NDArray[np.intp]) -> tuple[tuple[int, int], ...] | None:
        """Return the lanes that some routes use, or None where one carries less than it must."""
        carried = self._carried(np.arange(len(first)), first, last)
        if any(tonnes < self.year.lane_minimum * (1 - _FITS) for tonnes in carried.values()):
            return None
        return tuple(sorted(carried))

    def _carried(
        self, commodity: NDArray[np.intp], first: NDArray[np.intp], last: NDArray[np.intp]
    ) -> dict[tuple[int, int], float]:
        """Return what counts on each lane if whole commodities take these routes, t/year."""
        year = self.year
        hubs, nodes = len(year.hubs), int(max(year.lane_in.max(), year.lane_out.max())) + 1
        carried: dict[tuple[int, int], float] = {}
        for airport, hub, counts in ((year.lane_in, first, year.counts_in), (year.lane_out, last, year.counts_out)):
            flown = airport[commodity] >= 0
            if not flown.any():
                continue
            key = airport[commodity[flown]] * hubs + hub[flown]
            tonnes = np.bincount(key, year.volume[commodity[flown]] * counts, nodes * hubs)
            for lane in np.unique(key).tolist():
                name = lane // hubs, year.hubs[lane % hubs]
                carried[name] = carried.get(name, 0.0) + float(tonnes[lane])
        return carried

    def _read(self, solved: Solved, prices: Multipliers) -> Operated:
        program, year = self._program, self.year
        share = solved.values[: len(program.commodity)]
        used = share > NEGLIGIBLE_SHARE
        commodity = program.commodity[used]
        total = np.bincount(commodity, share[used], len(year.volume))
        places = np.array(year.hubs, dtype=np.intp)
        contract = solved.values[program.contract] * program.tonnes
        contract[contract < NEGLIGIBLE_SHARE * program.tonnes] = 0.0
        first, last = program.first[used], program.last[used]
        lanes = [
            lane for lane, value in zip(program.lane_names, solved.values[program.lanes], strict=True) if value > 0.5
        ]
        return Operated(
            cost=solved.objective * program.money,
            commodity=commodity,
            first=places[first],
            last=places[last],
            volume=share[used] / total[commodity] * year.volume[commodity],
            lanes=tuple(lanes) if year.lane_minimum > 0 else tuple(sorted(self._carried(commodity, first, last))),
            contract=contract,
            prices=prices,
        )

    def _none(self) -> Operated:
        empty = np.empty(0, dtype=np.intp)
        return Operated(np.inf, empty, empty, empty, np.empty(0), (), np.zeros(len(self.year.hubs)), None)
