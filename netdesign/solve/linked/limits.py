"""What hubs and links take where links are chosen; and one network within that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import Allocation
from netdesign.solve.capacitated.limited_network import LimitedNetwork, RouteShares
from netdesign.solve.capacitated.loads import Capacities, capacities_of
from netdesign.solve.capacitated.operating import OperatedSet
from netdesign.solve.core.route_matrices import ABSENT
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.kernels.names import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.linked.prices import LinkedPrices

    Floats = NDArray[np.float64]
    Hubs = NDArray[np.int32]
    Positions = NDArray[np.intp]


def has_limits(instance: Instance) -> bool:
    """Return whether hubs or links have capacities where cities may have several hubs."""
    is_limited = instance.policies.capacity is not None or has_limited_links(instance)
    return is_limited and instance.problem.allocation is Allocation.MULTIPLE


def has_limited_links(instance: Instance) -> bool:
    """Return whether a link that may be chosen has a capacity."""
    return any(np.isfinite(link.capacity) for link in instance.permitted_links)


@dataclass(frozen=True)
class Limits:
    """What hubs and links take.

    Parameters
    ----------
    hubs
        Capacities of sites; all freight where they have none.
    links
        t/year each way, ``NEVER`` where there is no limit, shape (sites, sites).
    """

    hubs: Capacities
    links: Floats

    @classmethod
    def of(cls, instance: Instance) -> Limits:
        """Return those in force, by positions in ``instance.allowed``."""
        names, freight = instance.allowed, float(instance.commodities.volume.sum())
        if instance.policies.capacity is None:
            hubs = Capacities(np.full(len(names), freight), 0.0, freight)
        else:
            hubs = capacities_of(instance)
        links = np.full((len(names), len(names)), NEVER)
        for link in instance.permitted_links:
            if link.capacity < freight:
                a, b = (names.index(name) for name in link.ends)
                links[a, b] = links[b, a] = link.capacity
        return cls(hubs, links)


class LinkedHubs(LimitedNetwork):
    """A set of hubs joined by chosen links, within capacities.

    Parameters
    ----------
    linked, limits
        The problem.
    hubs
        Ascending positions.
    links
        Positions in ``instance.permitted_links``.
    state
        Listener.

    Attributes
    ----------
    limited
        Places among the hubs of the ends of links with a capacity, each way apart, shape (ways, 2).
    """

    def __init__(self, linked: LinkedPrices, limits: Limits, hubs: Hubs, links: Positions, state: SearchState) -> None:
        self._matrices, self._second, self._hubs = linked.matrices, limits.hubs.second, hubs
        self._loops = load_compiled("link_loads", state.notify)
        size, pairs = len(hubs), np.ix_(hubs, hubs)
        is_there = linked.joins(hubs, links)
        self._step = np.where(is_there, linked.matrices.legs.between[pairs], ABSENT)
        np.fill_diagonal(self._step, 0.0)
        room = limits.links[pairs]
        self.limited = np.ascontiguousarray(np.argwhere(is_there & (room < NEVER)), dtype=np.int32)
        most = min(linked.most_on_a_route or size, size - 1)
        self._before = np.empty((max(most, 1), size, size), dtype=np.int64)
        super().__init__(np.concatenate([limits.hubs.limit[hubs], room[tuple(self.limited.T)]]))

    def served(self, own: Floats) -> tuple[Floats, Floats]:
        """As of ``LimitedNetwork``."""
        cost, load, _ = self._routed(own)
        return cost, load

    def routes(self, own: Floats) -> NDArray[np.int32]:
        """As of ``LimitedNetwork``."""
        size, route = len(self._hubs), self._routed(own)[2]
        passed = np.full((size, size, size), -1, dtype=np.int32)
        for first, last in np.ndindex(size, size):
            way = _way(self._before, first, last)
            passed[first, last, : len(way)] = self._hubs[way]
        return np.asarray(passed[route[:, 0], route[:, 1]])

    def _routed(self, own: Floats) -> tuple[Floats, Floats, NDArray[np.int32]]:
        """Serve at prices; return cost and load by origin, and the places of each flow's first and last hub."""
        matrices, size = self._matrices, len(self._hubs)
        toll = np.zeros((size, size))
        toll[tuple(self.limited.T)] = own[size:]
        cost, load = np.empty(matrices.origins), np.empty((matrices.origins, len(own)))
        route = np.empty((len(matrices.flows.volume), 2), dtype=np.int32)
        self._loops.served_over_links(
            matrices.flows, matrices.legs, self._hubs, self._step, self._second, np.ascontiguousarray(own[:size]), toll,
            self.limited, self._before, route, cost, load,
        )  # fmt: skip
        return cost, load, route


def _way(before: NDArray[np.int64], first: int, last: int) -> list[int]:
    """Return the places of the hubs on a way, as the loops go it."""
    way = [last]
    for to in before[:0:-1]:
        via = int(to[first, way[0]])
        if via >= 0:
            way.insert(0, via)
    return way if way[0] == first else [first, *way]


@dataclass(frozen=True)
class OperatedLinks(OperatedSet):
    """The best operation of a set of hubs with its best links.

    Parameters
    ----------
    links
        Positions in ``instance.permitted_links``; none where there is no operation.
    network
        The set with these; None where there is no operation.
    problem, toll
        Its freight, and what a tonne pays of each link at least, EUR/t, shape (sites, sites).
    """

    links: Positions
    network: LinkedHubs | None
    problem: RouteMatrices
    toll: Floats

    @property
    def shares(self) -> RouteShares:
        """The routes of the operation, which there must be."""
        if self.network is None or self.solution is None:
            raise AssertionError
        return RouteShares.of(self.network, self.solution, self.problem.flows.origin)

    def paid_at(self, prices: Floats) -> Floats:
        """As of ``OperatedSet``, with tolls."""
        shares, flows = self.shares, self.problem.flows
        start, end = shares.passed[:, :-1], shares.passed[:, 1:]
        toll = np.where(end >= 0, self.toll[start, end], 0.0).sum(axis=1)
        tolls = toll * shares.share * flows.volume[shares.flow]
        return super().paid_at(prices) + np.bincount(flows.origin[shares.flow], tolls, self.problem.origins)
