"""Paths of trucks through the graph, and the time that drivers need for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.rows import Mode
from netdesign.network.graph import city_graph, link_weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance import Instance, Link, Site


@dataclass(frozen=True)
class TruckPaths:
    """Shortest paths between sites and nodes, the same in both directions.

    Parameters
    ----------
    km, sea_km, hours, fare
        Shape (sites, nodes): road km, sea km, hours other than driving, EUR a truck; km is NaN where there is no path.
        A kind that no link has is 0, read-only.
    """

    km: NDArray[np.float64]
    sea_km: NDArray[np.float64]
    hours: NDArray[np.float64]
    fare: NDArray[np.float64]


_FEW = 6_000
"""Sites times links, in both directions, up to which networkx finds all paths before SciPy is loaded."""


def find_truck_paths(instance: Instance) -> TruckPaths:
    """Find the shortest paths from every site over the road and ferry links by Dijkstra's algorithm.

    Of paths of equal weight the one that networkx finds first is taken.
    """
    edges = _edges(instance)
    if len(instance.sites) * len(edges.weight) <= _FEW:
        sums = _by_networkx(instance, instance.sites)[:, :, edges.kinds]
    else:
        sums = _by_scipy(instance, edges)
    nothing = np.broadcast_to(0.0, sums.shape[:2])
    found = {kind: np.ascontiguousarray(sums[:, :, column]) for column, kind in enumerate(edges.kinds)}
    return TruckPaths(*(found.get(kind, nothing) for kind in range(4)))


def _by_scipy(instance: Instance, edges: _Edges) -> NDArray[np.float64]:
    """Return the sums along the paths from all sites, shape (sites, nodes, kinds).

    SciPy is fifty times as fast as networkx where all of 2,000 cities are sites.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    size, own = len(instance.nodes), np.array([site.node for site in instance.sites])
    weights = csr_array((edges.weight, (edges.origin, edges.destination)), shape=(size, size))
    if edges.weigh_their_km:
        km = dijkstra(weights, indices=own)
        km[np.isinf(km)] = np.nan
        return np.asarray(km[:, :, None])
    total, before = dijkstra(weights, indices=own, return_predecessors=True)
    sums = _sums(own, total, before, edges)
    tied = [row for row in range(len(own)) if _is_ambiguous(total[row], sums[row], edges)]
    if tied:
        sums[tied] = _by_networkx(instance, [instance.sites[row] for row in tied])[:, :, edges.kinds]
    return sums


@dataclass(frozen=True)
class _Edges:
    """Road and ferry links in both directions, in order of their ends.

    Parameters
    ----------
    origin, destination
        Positions of nodes, shape (edges,).
    weight
        Minimised along a path, shape (edges,).
    steps
        Km, sea km, hours other than driving and fare, without those that no link has; shape (edges, kinds).
    kinds
        Which of the four they are; km always.
    """

    origin: NDArray[np.intp]
    destination: NDArray[np.intp]
    weight: NDArray[np.float64]
    steps: NDArray[np.float64]
    kinds: tuple[int, ...]

    @property
    def weigh_their_km(self) -> bool:
        """Whether the weight is the length, so that paths of equal weight have equal length."""
        return self.kinds == (0,) and bool((self.steps[:, 0] == self.weight).all())


def _edges(instance: Instance) -> _Edges:
    """Return the links by road and ferry; of parallel links, air lanes among them, the first of least weight."""
    lightest: dict[tuple[int, int], tuple[float, Link]] = {}
    for link in instance.links:
        pair = (min(link.origin, link.destination), max(link.origin, link.destination))
        weight = link_weight(link, instance.road)
        if pair not in lightest or weight < lightest[pair][0]:
            lightest[pair] = weight, link
    found = []
    for (a, b), (weight, link) in lightest.items():
        if link.mode is not Mode.AIR:
            row = (weight, link.km, link.sea_km, link.hours or 0.0, link.fare_eur_per_truck)
            found += [(a, b, *row), (b, a, *row)]
    rows = np.array(sorted(found), dtype=np.float64).reshape(-1, 7)
    ends = rows[:, :2].astype(np.intp)
    kinds = tuple(kind for kind in range(4) if kind == 0 or rows[:, 3 + kind].any())
    steps = np.ascontiguousarray(rows[:, [3 + kind for kind in kinds]])
    return _Edges(ends[:, 0], ends[:, 1], rows[:, 2], steps, kinds)


def _sums(
    own: NDArray[np.intp], total: NDArray[np.float64], before: NDArray[np.int32], edges: _Edges
) -> NDArray[np.float64]:
    """Return the sums over the links of each path, from the site on, shape (sites, nodes, kinds).

    Parameters
    ----------
    own
        Node of each site.
    total, before
        Least weight to each node, and the node before it, under 0 where there is none, shape (sites, nodes).
    edges
        What each link adds.
    """
    sites, size = before.shape
    sums = np.full((sites, size, len(edges.kinds)), np.nan)
    sums[np.arange(sites), own] = 0.0
    nearest_first = np.argsort(total, axis=1, kind="stable")
    starts = np.take_along_axis(before, nearest_first, axis=1)
    # Transposed, as each step below takes all sites at once.
    ends, starts = np.ascontiguousarray(nearest_first.T), np.ascontiguousarray(starts.T).astype(np.intp)
    number = edges.origin * size + edges.destination
    is_left = starts >= 0
    # Once, unless links have no weight: then a node may come before the one that its way goes on from.
    while is_left.any():
        for rank in np.flatnonzero(is_left.any(axis=1)):
            rows = np.flatnonzero(is_left[rank])
            start, end = starts[rank, rows], ends[rank, rows]
            sums[rows, end] = sums[rows, start] + edges.steps[np.searchsorted(number, start * size + end)]
            is_left[rank, rows] = np.isnan(sums[rows, end, 0])
    return sums


def _is_ambiguous(total: NDArray[np.float64], sums: NDArray[np.float64], edges: _Edges) -> bool:
    """Return whether paths from a site have equal weights but different sums.

    Parameters
    ----------
    total
        Least weight to each node, shape (nodes,).
    sums
        Km, sea km, hours and fare on the way that was found, shape (nodes, kinds).
    edges
        The links.
    """
    reached = np.isfinite(total[edges.origin])
    tied = np.flatnonzero(reached & (total[edges.origin] + edges.weight == total[edges.destination]))
    return bool((sums[edges.origin[tied]] + edges.steps[tied] != sums[edges.destination[tied]]).any())


def _by_networkx(instance: Instance, sites: Sequence[Site]) -> NDArray[np.float64]:
    """Return the sums along the paths from some sites that networkx finds first, shape (sites, nodes, 4)."""
    import networkx as nx

    graph, position = city_graph(instance), instance.node_position
    flown = [(a, b) for a, b, attributes in graph.edges(data=True) if attributes["mode"] == Mode.AIR]
    graph.remove_edges_from(flown)
    sums = np.full((len(sites), len(position), 4), np.nan)
    for own, site in zip(sums, sites, strict=True):
        own[site.node] = 0.0
        paths = nx.single_source_dijkstra_path(graph, site.id, weight="weight")
        # A way goes on from the way to its last but one node, which is shorter and so is summed already.
        for end, path in sorted(paths.items(), key=lambda item: len(item[1])):
            if len(path) > 1:
                edge = graph.edges[path[-2], end]
                step = edge["km"], edge["sea_km"], edge["hours"], edge["eur"]
                own[position[end]] = own[position[path[-2]]] + step
    return sums
