"""Ways of trucks through the graph, and the time that drivers need for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.rows import Mode
from netdesign.network.graph import city_graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.blocks import Crew


@dataclass(frozen=True)
class Ways:
    """The way of least weight between each site and each node, the same in both directions.

    Parameters
    ----------
    km, sea_km, hours, fare
        Shape (sites, nodes): road km, sea km, hours beside driving, EUR a truck; NaN where there is no way.
    """

    km: NDArray[np.float64]
    sea_km: NDArray[np.float64]
    hours: NDArray[np.float64]
    fare: NDArray[np.float64]


def find_ways(instance: Instance) -> Ways:
    """Choose the ways from every site by Dijkstra's algorithm over the road and ferry links."""
    import networkx as nx

    graph = city_graph(instance)
    flown = [(a, b) for a, b, attributes in graph.edges(data=True) if attributes["mode"] == Mode.AIR]
    graph.remove_edges_from(flown)
    position = instance.node_position
    sums = np.full((4, len(instance.sites), len(instance.nodes)), np.nan)
    for row, site in enumerate(instance.sites):
        sums[:, row, site.node] = 0.0
        paths = nx.single_source_dijkstra_path(graph, site.id, weight="weight")
        # A way goes on from the way to its last but one node, which is shorter and so is summed already.
        for end, path in sorted(paths.items(), key=lambda item: len(item[1])):
            if len(path) > 1:
                edge = graph.edges[path[-2], end]
                step = (edge["km"], edge["sea_km"], edge["hours"], edge["eur"])
                sums[:, row, position[end]] = sums[:, row, position[path[-2]]] + step
    return Ways(*sums)


def truck_hours(km: NDArray[np.float64], speed_kmh: float, crew: Crew) -> NDArray[np.float64]:
    """Return driving time with breaks and daily rests, in h.

    A break or rest is taken only when driving goes on after it; a rest takes the place of a break that falls on the
    same moment. Hours on a ferry do not count as rest.

    Parameters
    ----------
    km
        Road km, any shape.
    speed_kmh
        Mean speed while driving.
    crew
        Its rules.
    """
    driving = km / speed_kmh
    rests = _pauses(driving, crew.drive_between_rests_h)
    # Inside each stretch between two rests the breaks are counted afresh.
    full_stretch = float(_pauses(np.array(crew.drive_between_rests_h), crew.drive_between_breaks_h))
    last_stretch = driving - rests * crew.drive_between_rests_h
    breaks = rests * full_stretch + _pauses(last_stretch, crew.drive_between_breaks_h)
    return driving + breaks * crew.break_h + rests * crew.rest_h


def _pauses(driving: NDArray[np.float64], longest: float) -> NDArray[np.float64]:
    """Return how often ``longest`` is reached with driving left; the tolerance is for rounding, not for drivers."""
    return np.maximum(np.ceil(driving / longest - 1e-9) - 1.0, 0.0)
