"""Cuts on cost and resource use of the freight of a node, at prices of the resources (Benders 1962; Geoffrion 1974).

At given prices each commodity is served separately over fractionally open hubs. The cost, prices included, is a lower
bound for every operation and decreases in the openness of each hub: a row in costs, hubs and resources.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.multistage.by_node.levels import LevelRow, most_gained

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multistage.by_node.levels import HubLevels
    from netdesign.solve.multistage.by_node.resources import NodeRoutes
    from netdesign.solve.multistage.operating import YearOperation

_LEFT_BEHIND = 4.0
"""Unserved freight costs as much as its dearest route plus this multiple of the largest price of a resource."""


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
    row
        What it says of all groups together at the levels of the hubs; None without levels.
    """

    node: int
    prices: NDArray[np.float64]
    const: NDArray[np.float64]
    slope: NDArray[np.float64]
    row: LevelRow | None = None

    def at(self, is_open: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the right-hand sides at a point y, EUR/year, shape (groups,)."""
        return self.const - self.slope @ is_open


@dataclass(frozen=True)
class ServedFreight:
    """The freight of a node served at given prices and hubs.

    Parameters
    ----------
    cost
        Cost of each group without the prices, EUR/year, shape (groups,).
    use
        Use of each resource, t/year, shape (groups, resources).
    cut
        The cut, tight at the point; its row at levels is still to be found.
    value, duals
        Dual of each commodity, and of each hub for it, EUR/t, shapes (commodities,) and (commodities, sites).
    """

    cost: NDArray[np.float64]
    use: NDArray[np.float64]
    cut: NodeCut
    value: NDArray[np.float64]
    duals: NDArray[np.float64]


@dataclass(frozen=True)
class KnownOperation:
    """An operation of a node's year: open sites, and cost and resource use of each group.

    Parameters
    ----------
    is_open, in_use
        Hubs and their modules, shapes (sites,) and (sites, modules).
    cost
        EUR/year, shape (groups,).
    use
        t/year, shape (groups, resources).
    """

    is_open: NDArray[np.float64]
    in_use: NDArray[np.int64]
    cost: NDArray[np.float64]
    use: NDArray[np.float64]


class NodeOracle:
    """Serves the freight of one node at given prices.

    Parameters
    ----------
    node
        Its position.
    routes
        Its routes; every commodity must have one.
    groups
        Largest number of groups of its commodities.
    dearest
        Upper limit of the price of a resource, EUR/t.
    state
        Notified when loops are compiled.
    levels
        Levels of the hubs; None if they are too many.

    Attributes
    ----------
    group
        Group of each commodity.
    least_use, most_use
        Least and largest use of each resource by a group, t/year, shape (groups, resources).
    """

    def __init__(
        self,
        node: int,
        routes: NodeRoutes,
        groups: int,
        dearest: float,
        state: SearchState,
        levels: HubLevels | None = None,
    ) -> None:
        self._loops, self._levels = load_compiled("listed", state.notify), levels
        self.node, self.routes = node, routes
        self.group = _groups(routes, groups)
        self.groups = int(self.group.max()) + 1
        most = np.maximum.reduceat(routes.cost, routes.start[:-1])
        self._limit = most + _LEFT_BEHIND * dearest
        self._tonnes = routes.volume[routes.commodity]
        self._use = self._by_group()
        self.least_use, self.most_use = self._ranges()

    def _by_group(self) -> csr_array:
        """Return the resource use of the routes, with a row for each group and resource."""
        use = self.routes.use.tocoo()
        row = self.group[self.routes.commodity[use.col]] * use.shape[0] + use.row
        return coo_array((use.data, (row, use.col)), shape=(self.groups * use.shape[0], use.shape[1])).tocsr()

    def _ranges(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the least and the largest use of each resource by each group."""
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
        """Return the sums by group."""
        return np.asarray(np.bincount(self.group, by_commodity, self.groups), dtype=np.float64)

    def serve(self, is_open: NDArray[np.float64], prices: NDArray[np.float64], salt: int) -> ServedFreight:
        """Serve the freight at a point y and at prices, shapes (sites,) and (resources,).

        Parameters
        ----------
        salt
            Any number; it selects one of several tight cuts.
        """
        routes = self.routes
        paid = routes.cost + (prices @ routes.use) / self._tonnes
        # A price on lateness reduces the cost of every punctual route, so costs may be negative.
        limit = self._limit + np.abs(paid - routes.cost).max(initial=0.0)
        flow, left = np.empty(len(paid)), np.empty(len(routes.volume))
        const, slope = np.empty(self.groups), np.empty((self.groups, routes.resources.sites))
        value, duals = np.empty(len(routes.volume)), np.empty((len(routes.volume), routes.resources.sites))
        self._loops.listed_cuts(
            routes.start, self.group, routes.first, routes.last, paid, routes.volume, limit,
            np.ascontiguousarray(is_open), salt, flow, left, const, slope, value, duals,
        )  # fmt: skip
        cost, use = self._taken(flow)
        cost += self._summed(limit * routes.volume * left)
        return ServedFreight(cost, use, NodeCut(self.node, prices, const, slope), value, duals)

    def whole(self, served: ServedFreight) -> NodeCut:
        """Return the cut of served freight, with its row at the levels of hubs."""
        if self._levels is None:
            return served.cut
        routes, resources = self.routes, self.routes.resources
        paid_room = np.where(resources.is_room, served.cut.prices, 0.0)
        rest = served.cut.prices - paid_room
        gains, at_hub = served.duals.copy(), np.zeros(resources.sites)
        for j in np.flatnonzero(paid_room).tolist():
            use = resources.uses[j]
            gains[:, use.site] += paid_room[j] * use.weight / routes.volume
            at_hub[use.site] += paid_room[j]
        paid = routes.cost + (rest @ routes.use) / self._tonnes
        # The dearest room first: what is left of its gains is what the master lacks.
        order = np.argsort(-at_hub, kind="stable")[: np.count_nonzero(at_hub)]
        self._loops.least_gains(routes.start, routes.first, routes.last, paid, served.value, order, gains)
        most = most_gained(routes, self._levels, gains, paid_room)
        return replace(served.cut, row=LevelRow(rest, float(routes.volume @ served.value), most))

    def _taken(self, flow: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return cost and resource use of each group, given the share of each route."""
        routes = self.routes
        paid = np.add.reduceat(routes.cost * self._tonnes * flow, routes.start[:-1])
        return self._summed(paid), (self._use @ flow).reshape(self.groups, -1)

    def known_operation(
        self,
        operated: YearOperation,
        site: NDArray[np.intp],
        is_open: NDArray[np.float64],
        in_use: NDArray[np.int64],
    ) -> KnownOperation:
        """Return cost and resource use of each group in an operation.

        Parameters
        ----------
        operated
            A feasible operation.
        site
            Positions of the permitted sites, ascending.
        is_open
            1 where such a site is open, else 0.
        in_use
            Its modules in use, shape (sites, modules).
        """
        first, last = np.searchsorted(site, operated.first), np.searchsorted(site, operated.last)
        flow = np.zeros(len(self.routes.cost))
        at = self.routes.position(operated.commodity, first, last)
        np.add.at(flow, at, operated.volume / self.routes.volume[operated.commodity])
        return KnownOperation(is_open, in_use, *self._taken(flow))


def _groups(routes: NodeRoutes, most: int) -> NDArray[np.int64]:
    """Return the group of each commodity, by the first hub of its cheapest route; hubs with little freight share one.

    Commodities of a group compete for the same modules.
    """
    first = routes.first[routes.cheapest]
    volume = np.bincount(first, routes.volume, routes.resources.sites)
    order = np.argsort(-volume, kind="stable")
    of_site = np.empty(len(order), dtype=np.int64)
    of_site[order] = np.minimum(np.arange(len(order)), most - 1)
    return np.unique(of_site[first], return_inverse=True)[1].astype(np.int64)
