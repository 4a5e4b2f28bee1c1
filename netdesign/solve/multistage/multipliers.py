"""Prices on what couples the freight of a year, and the bound that they prove (Lagrange; Geoffrion 1974).

With a price for each tonne that a hub lifts, lifts on a peak day, or lacks of its minimum, and for what limits over all
routes count, every commodity takes its best route by itself; what that costs, less what the capacities are worth at
those prices, is a bound on operating any modules at the same hubs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import DAYS_PER_YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.multistage.year import Year


@dataclass(frozen=True)
class Multipliers:
    """Prices, none under zero.

    Parameters
    ----------
    capacity
        Of a t/year lifted, EUR/t, shape (hubs,).
    peak
        Of a t/year on peak days, EUR/t, shape (peaks, hubs).
    minimum
        Of a t/year towards a minimum throughput, EUR/t, shape (hubs,).
    limit
        Of a t/year that a limit over all routes counts, EUR/t, shape (limits,).
    """

    capacity: NDArray[np.float64]
    peak: NDArray[np.float64]
    minimum: NDArray[np.float64]
    limit: NDArray[np.float64]


@dataclass(frozen=True)
class ModuleBound:
    """A bound on operating a year that falls with what its hubs can lift.

    ``constant - sum_k (capacity_k lift_k + 365 daily_k peak_k)``, lift in t/year and daily in t/day.

    Parameters
    ----------
    constant
        EUR/year.
    capacity, peak
        EUR/t, shape (hubs,).
    """

    constant: float
    capacity: NDArray[np.float64]
    peak: NDArray[np.float64]

    def at(self, lift: NDArray[np.float64], daily: NDArray[np.float64]) -> float:
        """Return the bound for one set of modules, EUR/year."""
        return self.constant - float(self.capacity @ lift + DAYS_PER_YEAR * (self.peak @ daily))

    def worth(self, hub: int, lift: NDArray[np.float64], daily: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the capacities of one hub take off the bound, EUR/year, for several sizes of it."""
        return np.asarray(self.capacity[hub] * lift + DAYS_PER_YEAR * self.peak[hub] * daily)


def no_multipliers(year: Year) -> Multipliers:
    """Return prices of zero: every commodity for itself."""
    hubs = len(year.hubs)
    return Multipliers(np.zeros(hubs), np.zeros((len(year.peaks), hubs)), np.zeros(hubs), np.zeros(len(year.limits)))


def module_bound(year: Year, prices: Multipliers) -> ModuleBound:
    """Return the bound that some prices prove; those that no dual solution has are lowered to what it may have."""
    most = np.array([peak.price for peak in year.peaks])
    peak_price = np.minimum(prices.peak, most[:, None]) if len(year.peaks) else prices.peak
    minimum = np.minimum(prices.minimum, year.short_price)
    paid = np.where(np.isfinite(year.cost), year.cost, np.inf)
    for k in range(len(year.hubs)):
        toll = np.full(len(year.volume), prices.capacity[k])
        for peak, price in zip(year.peaks, peak_price, strict=True):
            toll += price[k] * peak.weight / year.volume
        gain = minimum[k] * year.entering / year.volume
        paid[:, k, :] += (toll - gain)[:, None]
        if year.both_count:
            paid[:, :, k] += toll[:, None]
            paid[:, k, k] -= toll
    constant = float(minimum @ year.minimum)
    for limit, price in zip(year.limits, prices.limit, strict=True):
        paid += (price * limit.weight / year.volume)[:, None, None] * year.taken(limit)
        constant -= price * limit.end
    constant += float(year.volume @ paid.reshape(len(paid), -1).min(axis=1))
    toll_of_hub = prices.capacity + peak_price.sum(axis=0)
    constant -= float(year.contract_limit @ np.maximum(0.0, toll_of_hub - year.contract_price))
    return ModuleBound(constant, prices.capacity, peak_price.sum(axis=0))
