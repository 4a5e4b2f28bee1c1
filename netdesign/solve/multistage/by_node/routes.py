"""The routes of a node over all permitted sites, listed by commodity, and their use of resources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from netdesign.solve.multistage.by_node.resources import Use

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from netdesign.solve.multistage.by_node.resources import Resources
    from netdesign.solve.multistage.year import Year


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
    """Return the routes of a year over all its hubs.

    Parameters
    ----------
    year
        The year with all permitted sites as hubs.
    resources
        Its resources.
    """
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
