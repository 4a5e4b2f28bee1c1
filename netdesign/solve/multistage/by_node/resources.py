"""Resources of a node's year, as rows ``use <= provided by hubs and modules + relief at a price``, and its routes.

Capacity, daily capacity and minimum throughput of each hub, and limits over all routes. Lower limits have their sign
reversed, so that every row has the same sense and every price is at least 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from netdesign.instance.stages import DAYS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from netdesign.instance.policies import Limit
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.multipliers import Multipliers
    from netdesign.solve.multistage.year import Year

NOWHERE = -1


class Use(Enum):
    """Which freight uses a resource: that passing a hub, entering at it, or counted by a limit over all routes."""

    LIFTED = auto()
    ENTERING = auto()
    LIMITED = auto()


@dataclass(frozen=True)
class Taking:
    """The use of one resource by freight.

    Parameters
    ----------
    kind
        Which routes use it.
    site
        Its site; ``NOWHERE`` for limits over all routes.
    weight
        Use by each commodity, t/year, shape (commodities,).
    sign
        -1 for a lower limit, else 1.
    limit
        The limit over all routes, if it is one.
    """

    kind: Use
    site: int
    weight: NDArray[np.float64]
    sign: float
    limit: Limit | None = None


@dataclass(frozen=True)
class Relief:
    """Additional supply of resources at a price: contract handling, overflow, or a shortfall of a minimum.

    Parameters
    ----------
    rows
        Positions of the resources, each relieved by one t/year per unit.
    price
        EUR/t.
    site
        The site that must be open; ``NOWHERE`` for none.
    most
        Largest amount at an open site, t/year; infinite without a limit.
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
        Use of each by freight.
    site
        Site of each, ``NOWHERE`` for limits over all routes; shape (resources,).
    constant, by_open, by_module
        Supply, t/year: fixed, by an open site, and by each module in use there; shapes (resources,), (resources,) and
        (resources, modules).
    reliefs
        Additional supply at a price.
    is_room
        Whether each is room at a hub that all freight over it takes and nothing relieves, shape (resources,).
    """

    sites: int
    uses: tuple[Taking, ...]
    site: NDArray[np.intp]
    constant: NDArray[np.float64]
    by_open: NDArray[np.float64]
    by_module: NDArray[np.float64]
    reliefs: tuple[Relief, ...]
    is_room: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.uses)

    def provided(self, is_open: NDArray[np.float64], in_use: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the supply by hubs and modules, t/year, shape (resources,).

        Parameters
        ----------
        is_open, in_use
            By position among the permitted sites, shapes (sites,) and (sites, modules).
        """
        found = self.constant + self.by_open * is_open[self.site] + (self.by_module * in_use[self.site]).sum(axis=1)
        return np.where(self.site == NOWHERE, self.constant, found)

    def worth(self, prices: NDArray[np.float64], is_open: NDArray[np.float64], in_use: NDArray[np.float64]) -> float:
        """Return the value at prices of the supply and of limited reliefs, EUR/year; shapes as above.

        Unlimited reliefs have no value, as no price exceeds theirs.
        """
        total = float(prices @ self.provided(is_open, in_use))
        for relief in self.reliefs:
            if np.isfinite(relief.most):
                share = 1.0 if relief.site == NOWHERE else float(is_open[relief.site])
                total += relief.most * share * max(0.0, float(prices[list(relief.rows)].sum()) - relief.price)
        return total

    def prices_of(self, multipliers: Multipliers, places: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return prices of all resources, given those of a year with some hubs open; zero at the other sites.

        Parameters
        ----------
        multipliers
            Prices of the year.
        places
            Positions of its hubs among the permitted sites.
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
        """Positions of the sites with a minimum throughput."""
        return np.array([use.site for use in self.uses if use.kind is Use.ENTERING], dtype=np.intp)


def resources_of(staged: StagedInstance, year: Year) -> Resources:
    """Return the resources of a year.

    Parameters
    ----------
    staged
        The instance, with its modules.
    year
        The year with all permitted sites as hubs.
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
    reliefs = tuple(_reliefs(year, minima))
    is_room = np.array([use.kind is Use.LIFTED and year.both_count for use in uses])
    is_room[[row for relief in reliefs for row in relief.rows]] = False
    return Resources(sites, tuple(uses), site, constant, by_open, by_module, reliefs, is_room)


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


@dataclass(frozen=True)
class NodeRoutes:
    """The freight of one node and its routes, ordered by commodity. Hubs are positions among the permitted sites.

    Parameters
    ----------
    start
        Position of the first route of each commodity, shape (commodities + 1,).
    commodity, first, last
        Commodity, first and last hub of each route.
    cost
        EUR/t, shape (routes,).
    volume
        w, t/year, shape (commodities,).
    use
        Use of each resource by a route that carries all of its commodity, t/year, shape (resources, routes).
    resources
        The resources of the year.
    """

    start: NDArray[np.int64]
    commodity: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    cost: NDArray[np.float64]
    volume: NDArray[np.float64]
    use: csr_array
    resources: Resources

    @property
    def is_possible(self) -> bool:
        """Whether every commodity has a route."""
        return bool((np.diff(self.start) > 0).all())

    @property
    def cheapest(self) -> NDArray[np.intp]:
        """The cheapest route of each commodity when all sites are open; every commodity must have one."""
        order = np.lexsort((self.cost, self.commodity))
        return order[self.start[:-1]]

    @property
    def least(self) -> float:
        """Cost of the freight on its cheapest routes, EUR/year."""
        return float(self.volume @ self.cost[self.cheapest])

    def position(
        self, commodity: NDArray[np.intp], first: NDArray[np.intp], last: NDArray[np.intp]
    ) -> NDArray[np.intp]:
        """Return the positions of existing routes."""
        sites = self.resources.sites
        return np.searchsorted(
            (self.commodity * sites + self.first) * sites + self.last, (commodity * sites + first) * sites + last
        )

    def serving(self) -> NDArray[np.bool_]:
        """Return the distinct sets of first hubs of a commodity's routes: one site of each set must be open."""
        sites = self.resources.sites
        passes = np.zeros((len(self.volume), sites), dtype=bool)
        passes[self.commodity, self.first] = True
        return np.unique(passes, axis=0)


def list_routes(year: Year, resources: Resources) -> NodeRoutes:
    """Return the routes of a year whose hubs are all permitted sites."""
    commodity, first, last = (found.astype(np.int64) for found in np.nonzero(np.isfinite(year.cost)))
    start = np.searchsorted(commodity, np.arange(len(year.volume) + 1)).astype(np.int64)
    routes = np.arange(len(commodity))
    row, column, value = [], [], []
    for at, use in enumerate(resources.uses):
        weight = use.sign * use.weight[commodity]
        if use.limit is not None:
            weight = use.weight[commodity] * year.taken(use.limit)[commodity, first, last]
            taking = np.flatnonzero(weight)
        else:
            is_passing = first == use.site
            if use.kind is Use.LIFTED and year.both_count:
                is_passing |= last == use.site
            taking = np.flatnonzero(is_passing & (weight != 0))
        row.append(np.full(len(taking), at))
        column.append(routes[taking])
        value.append(weight[taking])
    entries = np.concatenate(value), (np.concatenate(row), np.concatenate(column))
    shape = len(resources.uses), len(commodity)
    cost = year.cost[commodity, first, last]
    # A copy, as compiled loops take no read-only arrays.
    return NodeRoutes(
        start, commodity, first, last, cost, year.volume.copy(), coo_array(entries, shape=shape).tocsr(), resources
    )
