"""What is scarce in the year of a node, as rows ``use <= what hubs and modules provide + relief at a price``.

Capacity and daily capacity of each hub; its minimum throughput and limits over all routes, those from below with the
sign turned, so that every row has the same sense and every price is at least 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import DAYS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance.policies import Limit
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.multipliers import Multipliers
    from netdesign.solve.multistage.year import Year

NOWHERE = -1


class Use(Enum):
    """What freight takes of a resource: passing a hub, entering at it, or being counted by a limit over all routes."""

    LIFTED = auto()
    ENTERING = auto()
    LIMITED = auto()


@dataclass(frozen=True)
class Taking:
    """How freight takes one resource.

    Parameters
    ----------
    kind
        Which routes take it.
    site
        At which site; ``NOWHERE`` for limits over all routes.
    weight
        t/year of each commodity, shape (commodities,).
    sign
        -1 where at least so much must be taken.
    limit
        Where it is one.
    """

    kind: Use
    site: int
    weight: NDArray[np.float64]
    sign: float
    limit: Limit | None = None


@dataclass(frozen=True)
class Relief:
    """What can be bought where a resource does not suffice: handling by others, overflow, a shortfall.

    Parameters
    ----------
    rows
        Positions of the resources that it relieves by one t/year each.
    price
        EUR/t.
    site
        Whose being open it needs; ``NOWHERE`` where it needs none.
    most
        t/year, at an open site; infinite without a limit.
    """

    rows: tuple[int, ...]
    price: float
    site: int
    most: float


@dataclass(frozen=True)
class Resources:
    """The resources of one node.

    Parameters
    ----------
    sites
        Number of permitted sites.
    uses
        How freight takes each.
    site
        At which site each is, ``NOWHERE`` for limits over all routes; shape (resources,).
    constant, by_open, by_module
        What is provided, t/year: in any case, by an open site, and by each module in use there; shapes (resources,),
        (resources,) and (resources, modules).
    reliefs
        What can be bought.
    """

    sites: int
    uses: tuple[Taking, ...]
    site: NDArray[np.intp]
    constant: NDArray[np.float64]
    by_open: NDArray[np.float64]
    by_module: NDArray[np.float64]
    reliefs: tuple[Relief, ...]

    def __len__(self) -> int:
        return len(self.uses)

    def provided(self, is_open: NDArray[np.float64], in_use: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what hubs and modules provide, t/year, shape (resources,).

        Parameters
        ----------
        is_open, in_use
            By place among the permitted sites, shapes (sites,) and (sites, modules).
        """
        found = self.constant + self.by_open * is_open[self.site] + (self.by_module * in_use[self.site]).sum(axis=1)
        return np.where(self.site == NOWHERE, self.constant, found)

    def worth(self, prices: NDArray[np.float64], is_open: NDArray[np.float64], in_use: NDArray[np.float64]) -> float:
        """Return what all that is provided and can be bought is worth at prices, EUR/year; shapes as above.

        What can be bought without limit is worth nothing more: no prices are above its own.
        """
        total = float(prices @ self.provided(is_open, in_use))
        for relief in self.reliefs:
            if np.isfinite(relief.most):
                share = 1.0 if relief.site == NOWHERE else float(is_open[relief.site])
                total += relief.most * share * max(0.0, float(prices[list(relief.rows)].sum()) - relief.price)
        return total

    def prices_of(self, multipliers: Multipliers, places: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return prices of all resources from those of a year with only some hubs open, zero at the others.

        Parameters
        ----------
        multipliers
            Prices of the year.
        places
            Of its hubs among the permitted sites.
        """
        sites, peaks = self.sites, len(multipliers.peak)
        found = np.zeros(len(self))
        found[places] = multipliers.capacity
        for peak in range(peaks):
            found[sites * (1 + peak) + places] = multipliers.peak[peak]
        minimum = np.zeros(sites)
        minimum[places] = multipliers.minimum
        rest = sites * (1 + peaks)
        found[rest : rest + len(self.minima)] = minimum[self.minima]
        found[rest + len(self.minima) :] = multipliers.limit
        return found

    @cached_property
    def minima(self) -> NDArray[np.intp]:
        """Places of the sites with a minimum throughput."""
        return np.array([use.site for use in self.uses if use.kind is Use.ENTERING], dtype=np.intp)


def resources_of(staged: StagedInstance, year: Year) -> Resources:
    """Return what is scarce in a year.

    Parameters
    ----------
    staged
        Gives the modules.
    year
        With all permitted sites as its hubs.
    """
    sites, modules = len(year.hubs), len(staged.modules)
    uses = [Taking(Use.LIFTED, k, year.volume, 1.0) for k in range(sites)]
    uses += [Taking(Use.LIFTED, k, peak.weight, 1.0) for peak in year.peaks for k in range(sites)]
    minima = np.flatnonzero(year.minimum > 0).tolist()
    uses += [Taking(Use.ENTERING, k, year.entering, -1.0) for k in minima]
    uses += [Taking(Use.LIMITED, NOWHERE, limit.weight, limit.sign, limit) for limit in year.limits]
    count, first_minimum = len(uses), sites * (1 + len(year.peaks))
    constant, by_open, by_module = np.zeros(count), np.zeros(count), np.zeros((count, modules))
    by_module[:sites] = staged.capacities
    by_module[sites:first_minimum] = DAYS_PER_YEAR * staged.peak_capacities
    by_open[first_minimum : first_minimum + len(minima)] = -year.minimum[minima]
    constant[first_minimum + len(minima) :] = [limit.end for limit in year.limits]
    site = np.array([use.site for use in uses], dtype=np.intp)
    return Resources(sites, tuple(uses), site, constant, by_open, by_module, tuple(_reliefs(year, minima)))


def _reliefs(year: Year, minima: Sequence[int]) -> list[Relief]:
    sites, peaks = len(year.hubs), len(year.peaks)
    found = []
    for k, most in enumerate(year.contract_limit.tolist()):
        if most > 0.0:
            rows = tuple(sites * part + k for part in range(1 + peaks))
            found.append(Relief(rows, year.contract_price, k, most))
    for position, peak in enumerate(year.peaks):
        if np.isfinite(peak.price):
            found += [Relief((sites * (1 + position) + k,), peak.price, NOWHERE, np.inf) for k in range(sites)]
    for row, k in enumerate(minima):
        if np.isfinite(year.short_price[k]):
            price = float(year.short_price[k])
            found.append(Relief((sites * (1 + peaks) + row,), price, NOWHERE, np.inf))
    return found
