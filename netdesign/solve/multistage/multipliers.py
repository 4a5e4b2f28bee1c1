"""Lagrange multipliers of the policies that couple the freight of a year, and their bound (Geoffrion 1974).

With prices on capacity, peak-day capacity, minimum throughput and limits over all routes, each commodity takes its best
route separately. The cost less the value of the capacities at these prices is a lower bound on operating any modules at
the same hubs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import DAYS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.solve.multistage.year import Year


@dataclass(frozen=True)
class Multipliers:
    """Nonnegative prices.

    Parameters
    ----------
    capacity
        Of capacity, EUR/t, shape (hubs,).
    peak
        Of capacity on peak days, EUR/t, shape (peaks, hubs).
    minimum
        Of minimum throughput, EUR/t, shape (hubs,).
    limit
        Of the limits over all routes, EUR/t, shape (limits,).
    """

    capacity: NDArray[np.float64]
    peak: NDArray[np.float64]
    minimum: NDArray[np.float64]
    limit: NDArray[np.float64]


@dataclass(frozen=True)
class RoomTolls:
    """Prices of room at the hubs of some operation, EUR/t.

    Parameters
    ----------
    hubs
        Positions of the sites.
    capacity, peak
        Of the year and of each peak day, shapes (hubs,) and (peaks, hubs).
    """

    hubs: tuple[int, ...]
    capacity: NDArray[np.float64]
    peak: NDArray[np.float64]

    def at(self, others: Sequence[int], is_existing: NDArray[np.bool_]) -> RoomTolls:
        """Return prices for other hubs: of those that are not among these, the mean of existing or of new ones.

        Parameters
        ----------
        others
            Positions of their sites.
        is_existing
            By site, shape (sites,).
        """
        both, own = np.vstack((self.capacity, self.peak)), {site: k for k, site in enumerate(self.hubs)}
        found = np.empty((len(both), len(others)))
        for place, site in enumerate(others):
            if site in own:
                found[:, place] = both[:, own[site]]
                continue
            alike = [k for k, hub in enumerate(self.hubs) if is_existing[hub] == is_existing[site]]
            found[:, place] = both[:, alike or slice(None)].mean(axis=1)
        return RoomTolls(tuple(others), found[0], found[1:])


@dataclass(frozen=True)
class ModuleBound:
    """A lower bound on operating a year, as a function of the capacity of its hubs.

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
        """Return the bound at given capacities, EUR/year."""
        return self.constant - float(self.capacity @ lift + DAYS_PER_YEAR * (self.peak @ daily))

    def worth(self, hub: int, lift: NDArray[np.float64], daily: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the decrease of the bound by several capacities of one hub, EUR/year."""
        return np.asarray(self.capacity[hub] * lift + DAYS_PER_YEAR * self.peak[hub] * daily)


def no_multipliers(year: Year) -> Multipliers:
    """Return prices of zero."""
    hubs = len(year.hubs)
    return Multipliers(np.zeros(hubs), np.zeros((len(year.peaks), hubs)), np.zeros(hubs), np.zeros(len(year.limits)))


def module_bound(year: Year, prices: Multipliers) -> ModuleBound:
    """Return the bound at some prices; prices above the cost of relief are first lowered to it."""
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
