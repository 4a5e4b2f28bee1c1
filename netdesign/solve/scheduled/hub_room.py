"""What the hubs of a set lift in a year, with handling by others and overflow on peak days, as rows and as prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.lp.builder import LpBuilder
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions

_FITS = 1e-7
"""Relative tolerance of what hubs lift: a tenth of the referee's."""


@dataclass(frozen=True)
class HubRoom:
    """What hubs lift; shapes (hubs,) in the order of the set.

    Parameters
    ----------
    lift, daily
        Of their modules, t/year; on one day, in t of a year of such days.
    contract_limit, contract_price
        Most that others handle, t/year, and its price, EUR/t.
    peak_factor, peak_price
        Of each peak day: multiple of the volume of each commodity, shape (peaks, commodities), and price of what is
        over, EUR per t/year, infinite where nothing may be; shape (peaks,).
    both_count
        Whether freight takes room at its last hub too.
    """

    lift: Floats
    daily: Floats
    contract_limit: Floats
    contract_price: float
    peak_factor: Floats
    peak_price: Floats
    both_count: bool

    def loads(self, volume: Floats, commodity: Positions, first: Positions, last: Positions) -> tuple[Floats, Floats]:
        """Return what each hub lifts in the year and on each peak day, t/year, shapes (hubs,) and (peaks, hubs).

        Parameters
        ----------
        volume, commodity
            Of routes: t/year and position.
        first, last
            Places of their hubs in the set.
        """
        hubs = len(self.lift)

        def lifted(weight: Floats) -> Floats:
            load = np.bincount(first, weight, hubs)
            if self.both_count:
                load = load + np.bincount(last, np.where(first != last, weight, 0.0), hubs)
            return np.asarray(load, dtype=np.float64)

        peaks = [lifted(volume * factor[commodity]) for factor in self.peak_factor]
        return lifted(volume), np.array(peaks).reshape(len(peaks), hubs)

    def relief(self, load: Floats, peaks: Floats) -> tuple[Floats, float] | None:
        """Return what others handle, t/year by hub, and what that and overflow cost at least; None if it is too much.

        Parameters
        ----------
        load, peaks
            As ``loads`` returns them.
        """
        must = load - self.lift
        unpriced = ~np.isfinite(self.peak_price)
        if unpriced.any():
            must = np.maximum(must, (peaks[unpriced] - self.daily).max(axis=0))
        within = _FITS * np.maximum(load, 1.0)
        if (must > self.contract_limit + within).any():
            return None
        least = np.clip(must, 0.0, self.contract_limit)
        # The cost is convex and linear between those points at which a peak day is all lifted.
        lifted = np.clip(peaks - self.daily, least, np.maximum(least, self.contract_limit))
        tried = np.concatenate((least[None], lifted))
        price = np.where(unpriced, 0.0, self.peak_price)
        over = np.maximum(0.0, peaks[None] - self.daily - tried[:, None])
        cost = self.contract_price * tried + np.einsum("p,tph->th", price, over)
        best = cost.argmin(axis=0), np.arange(len(load))
        return tried[best], float(cost[best].sum())


@dataclass(frozen=True)
class RoomRows:
    """Rows of a program about what hubs lift.

    Parameters
    ----------
    capacity, peak
        Rows of the year, shape (hubs,), and of peak days, shape (peaks, hubs).
    over
        Price of what is over on each peak day, in units of the program; infinite where nothing may be; shape (peaks,).
    tonnes
        t/year of one unit of the rows.
    """

    capacity: NDArray[np.intp]
    peak: NDArray[np.intp]
    over: Floats
    tonnes: float


def add_room(
    builder: LpBuilder, freight: CityFreight, columns: SetColumns, share: Positions, room: HubRoom, money: float
) -> RoomRows:
    """State that hubs lift what passes them, less what others handle and what is over on peak days."""
    shares, hubs = columns.shares, len(room.lift)
    sites = freight.sites[columns.hubs]
    first, last = np.searchsorted(sites, shares.first_hub), np.searchsorted(sites, shares.last_hub)
    volume = freight.volume[shares.entry]
    tonnes = float(freight.instance.commodities.volume.sum()) / hubs or 1.0
    contract = builder.add_columns(np.zeros(hubs), room.contract_limit / tonnes, room.contract_price * tonnes / money)

    def lifted(weight: Floats, most: Floats) -> NDArray[np.intp]:
        rows = builder.add_rows(hubs, -np.inf, most / tonnes)
        builder.enter(rows[first], share, weight / tonnes)
        if room.both_count:
            second = first != last
            builder.enter(rows[last[second]], share[second], weight[second] / tonnes)
        builder.enter(rows, contract, -1.0)
        return rows

    capacity = lifted(volume, room.lift)
    peak = np.empty((len(room.peak_price), hubs), dtype=np.intp)
    for place, (factor, price) in enumerate(zip(room.peak_factor, room.peak_price, strict=True)):
        peak[place] = lifted(volume * factor[shares.commodity], room.daily)
        if np.isfinite(price):
            over = builder.add_columns(np.zeros(hubs), cost=price * tonnes / money)
            builder.enter(peak[place], over, -1.0)
    return RoomRows(capacity, peak, room.peak_price * tonnes / money, tonnes)
