"""Cuts on what the freight of a node costs and takes at prices of what is scarce (Benders 1962; Geoffrion 1974).

At prices of the resources every commodity is served by itself over partly open hubs. What that costs, prices included,
is a bound on all ways to serve it, and falls with each hub that opens further: a row in costs, hubs and resources.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multistage.by_node.routes import NodeRoutes
    from netdesign.solve.multistage.operating import Operated

_LEFT_BEHIND = 4.0
"""A commodity is left behind at its dearest route and so many times what no price of a resource is above."""


@dataclass(frozen=True)
class NodeCut:
    """Rows ``cost_g + sum_j price_j use_gj >= const_g - sum_k slope_gk y_k``, one for each group of commodities.

    Parameters
    ----------
    node
        Position of the node.
    prices
        EUR/t, shape (resources,).
    const, slope
        EUR/year, shapes (groups,) and (groups, sites).
    """

    node: int
    prices: NDArray[np.float64]
    const: NDArray[np.float64]
    slope: NDArray[np.float64]

    def at(self, is_open: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the right-hand sides at a point y, EUR/year, shape (groups,)."""
        return self.const - self.slope @ is_open


@dataclass(frozen=True)
class Way:
    """How the freight of each group is served at some prices.

    Parameters
    ----------
    cost
        Prices not included, EUR/year, shape (groups,).
    use
        Of each resource, t/year, shape (groups, resources).
    cut
        Tight at the point.
    """

    cost: NDArray[np.float64]
    use: NDArray[np.float64]
    cut: NodeCut


@dataclass(frozen=True)
class Known:
    """A year that was operated: which sites were open, and what each group cost and took.

    Parameters
    ----------
    is_open
        Shape (sites,).
    cost
        EUR/year, shape (groups,).
    use
        t/year, shape (groups, resources).
    """

    is_open: NDArray[np.float64]
    cost: NDArray[np.float64]
    use: NDArray[np.float64]


class NodeOracle:
    """Serves the freight of one node at prices.

    Parameters
    ----------
    node
        Its position.
    routes
        Its routes; every commodity must have one.
    groups
        Most groups that its commodities are divided into.
    dearest
        EUR/t: more than any price of a resource need be.
    state
        Hears when loops are compiled.

    Attributes
    ----------
    group
        Of each commodity.
    least_use, most_use
        What a group can take of each resource, t/year, shape (groups, resources).
    """

    def __init__(self, node: int, routes: NodeRoutes, groups: int, dearest: float, state: SearchState) -> None:
        self._loops = load_compiled("listed", state.say)
        self.node, self.routes = node, routes
        self.group = _groups(routes, groups)
        self.groups = int(self.group.max()) + 1
        most = np.maximum.reduceat(routes.cost, routes.start[:-1])
        self._limit = most + _LEFT_BEHIND * dearest
        self._tonnes = routes.volume[routes.commodity]
        self._use = self._by_group()
        self.least_use, self.most_use = self._ranges()

    def _by_group(self) -> csr_array:
        """Return what routes take of the resources, with a row for each group and resource."""
        use = self.routes.use.tocoo()
        row = self.group[self.routes.commodity[use.col]] * use.shape[0] + use.row
        return coo_array((use.data, (row, use.col)), shape=(self.groups * use.shape[0], use.shape[1])).tocsr()

    def _ranges(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what each group takes at least and at most of each resource."""
        routes, resources = self.routes, len(self.routes.resources)
        least, most = np.zeros((self.groups, resources)), np.zeros((self.groups, resources))
        for j in range(resources):
            row = np.zeros(len(routes.cost))
            begin, end = routes.use.indptr[j : j + 2]
            row[routes.use.indices[begin:end]] = routes.use.data[begin:end]
            least[:, j] = self._summed(np.minimum.reduceat(row, routes.start[:-1]))
            most[:, j] = self._summed(np.maximum.reduceat(row, routes.start[:-1]))
        return least, most

    @property
    def volume(self) -> NDArray[np.float64]:
        """t/year of each group."""
        return self._summed(self.routes.volume)

    def _summed(self, by_commodity: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up by group."""
        return np.asarray(np.bincount(self.group, by_commodity, self.groups), dtype=np.float64)

    def serve(self, is_open: NDArray[np.float64], prices: NDArray[np.float64], salt: int) -> Way:
        """Serve the freight at a point y and at prices, shapes (sites,) and (resources,).

        Parameters
        ----------
        salt
            Any number: of the many tight cuts, which.
        """
        routes = self.routes
        paid = routes.cost + (prices @ routes.use) / self._tonnes
        # A price on being late is one that takes something off every route in time, so costs may be under 0.
        limit = self._limit + np.abs(paid - routes.cost).max(initial=0.0)
        flow, left = np.empty(len(paid)), np.empty(len(routes.volume))
        const, slope = np.empty(self.groups), np.empty((self.groups, routes.resources.sites))
        self._loops.listed_cuts(
            routes.start, self.group, routes.first, routes.last, paid, routes.volume, limit,
            np.ascontiguousarray(is_open), salt, flow, left, const, slope,
        )  # fmt: skip
        cost, use = self._taken(flow)
        cost += self._summed(limit * routes.volume * left)
        return Way(cost, use, NodeCut(self.node, prices, const, slope))

    def _taken(self, flow: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return cost and use of each group from the shares of the routes."""
        routes = self.routes
        paid = np.add.reduceat(routes.cost * self._tonnes * flow, routes.start[:-1])
        return self._summed(paid), (self._use @ flow).reshape(self.groups, -1)

    def known(self, operated: Operated, site: NDArray[np.intp], is_open: NDArray[np.float64]) -> Known:
        """Return what each group costs and takes in an operation.

        Parameters
        ----------
        operated
            There must be one.
        site
            Positions of the permitted sites, ascending.
        is_open
            Which of them are open.
        """
        first, last = np.searchsorted(site, operated.first), np.searchsorted(site, operated.last)
        flow = np.zeros(len(self.routes.cost))
        at = self.routes.position(operated.commodity, first, last)
        np.add.at(flow, at, operated.volume / self.routes.volume[operated.commodity])
        return Known(is_open, *self._taken(flow))


def _groups(routes: NodeRoutes, most: int) -> NDArray[np.int64]:
    """Divide commodities by the first hub of their cheapest route: they compete for the same modules.

    The hubs with little freight share a group.
    """
    first = routes.first[routes.cheapest]
    volume = np.bincount(first, routes.volume, routes.resources.sites)
    order = np.argsort(-volume, kind="stable")
    of_site = np.empty(len(order), dtype=np.int64)
    of_site[order] = np.minimum(np.arange(len(order)), most - 1)
    return np.unique(of_site[first], return_inverse=True)[1].astype(np.int64)
