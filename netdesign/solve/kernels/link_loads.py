"""What freight over the chosen links of a set of hubs loads them with, where each tonne pays for what it loads."""

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np

from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import (
    compiled,
    cube_of_places,
    flows,
    hub_set,
    hub_sets,
    inlined,
    legs,
    matrix,
    number,
    vector,
)


class LoadRoom(NamedTuple):
    """Arrays that are overwritten with each load, by hub or by pair of hubs.

    Parameters
    ----------
    before
        As of ``fill_ways``.
    way, row
        For ``fill_ways``.
    passed
        What takes each link, t/year, there and back apart.
    load
        What each hub is loaded with, t/year.
    """

    before: np.ndarray
    way: np.ndarray
    row: np.ndarray
    passed: np.ndarray
    load: np.ndarray


@inlined
def load_room(size, most):
    """Return room for loads of so many hubs, with so many links on a way, 0 for any number."""
    links = size - 1 if most == 0 else min(most, size - 1)
    return LoadRoom(
        np.empty((max(links, 1), size, size), np.int64),
        np.empty((size, size)),
        np.empty(size),
        np.empty((size, size)),
        np.empty(size),
    )


@inlined
def fill_ways(step, before, way, row):
    """Fill in what it costs from hub to hub over as many links at most as ``before`` is long, and how it goes.

    ``before[h, a, b]`` is the hub before the last link of the way from a to b over h + 1 links at most; -1 where that
    is the way over one link less.
    """
    size = len(step)
    way[:] = step
    before[:] = -1
    for h in range(1, len(before)):
        for a in range(size):
            row[:] = way[a]
            for b in range(size):
                for via in range(size):
                    if row[via] + step[via, b] < way[a, b]:
                        way[a, b] = row[via] + step[via, b]
                        before[h, a, b] = via


@inlined
def add_along(before, first, last, volume, passed):
    """Add a volume to each link on the way from hub to hub."""
    end = last
    for back in range(1, len(before)):
        via = before[len(before) - back, first, end]
        if via >= 0:
            passed[via, end] += volume
            end = via
    if end != first:
        passed[first, end] += volume


@inlined
def fill_loads(moved, before, second, passed, load):
    """Fill in what hubs are loaded with, and links, by what goes from first to last hub, ``moved``, t/year."""
    size = len(load)
    passed[:] = 0.0
    for a in range(size):
        load[a] = 0.0
        for b in range(size):
            load[a] += moved[a, b]
            if a != b and moved[a, b] > 0.0:
                add_along(before, a, b, moved[a, b], passed)
    if second > 0.0:
        for a in range(size):
            for b in range(size):
                load[b] += second * passed[a, b]


@inlined
def _reach_hubs(legs, origin, hub, own, way, reach, near):
    """Fill in what it costs at prices to get from an origin to each hub, EUR/t, and the first hub of that way."""
    for b in range(len(hub)):
        low, first = NEVER, 0
        for a in range(len(hub)):
            through = legs.collect[origin, hub[a]] + own[a] + way[a, b]
            if through < low:
                low, first = through, a
        reach[b], near[b] = low, first


@inlined
def _route_flows(legs, flows, origin, hub, reach, near, route, moved):
    """Fill in the hubs of each flow of an origin, add it to ``moved``; return what collecting and handing out cost."""
    ends = 0.0
    for flow in range(flows.start[origin], flows.start[origin + 1]):
        low, last, destination = NEVER, 0, flows.destination[flow]
        for b in range(len(hub)):
            through = reach[b] + legs.distribute[hub[b], destination]
            if through < low:
                low, last = through, b
        first, volume = near[last], flows.volume[flow]
        route[flow, 0], route[flow, 1] = first, last
        moved[first, last] += volume
        ends += volume * (legs.collect[origin, hub[first]] + legs.distribute[hub[last], destination])
    return ends


@compiled(
    nb.void(
        flows, legs, hub_set, matrix, number, vector, matrix, hub_sets, cube_of_places, hub_sets, vector, matrix
    )
)  # fmt: skip
def served_over_links(flows, legs, hub, step, second, own, toll, limited, before, route, cost, load):
    """Serve all freight over the links of a set of hubs, each flow on the route that is cheapest at some prices.

    Parameters
    ----------
    hub
        Positions, shape (hubs,).
    step
        What each link costs with the pass through the hub at its end, EUR/t, shape (hubs, hubs); zero from a hub to
        itself, ``ABSENT`` where there is no link.
    second
        What a tonne counts at each hub after its first: 1 or 0.
    own, toll
        Prices of a tonne at each hub, and over each link, EUR/t, shapes (hubs,) and (hubs, hubs).
    limited
        Places of the ends of the links with a capacity, each way apart, shape (ways, 2).
    before
        Filled, as of ``fill_ways``; its length is the most links on a route.
    route
        Filled: places of first and last hub, shape (flows, 2).
    cost
        Filled: of the freight of each origin, prices not included, EUR/year, shape (origins,).
    load
        Filled: of each hub and of each limited link, t/year, shape (origins, hubs + ways).
    """
    size = len(hub)
    priced, way = np.empty((size, size)), np.empty((size, size))
    moved, passed = np.empty((size, size)), np.empty((size, size))
    row, reach, near = np.empty(size), np.empty(size), np.empty(size, np.int64)
    for a in range(size):
        for b in range(size):
            priced[a, b] = 0.0 if a == b else step[a, b] + second * own[b] + toll[a, b]
    fill_ways(priced, before, way, row)
    for i in range(len(cost)):
        _reach_hubs(legs, i, hub, own, way, reach, near)
        moved[:] = 0.0
        cost[i] = _route_flows(legs, flows, i, hub, reach, near, route, moved)
        fill_loads(moved, before, second, passed, load[i, :size])
        for a in range(size):
            for b in range(size):
                if passed[a, b] > 0.0:
                    cost[i] += passed[a, b] * step[a, b]
        for w in range(len(limited)):
            load[i, size + w] = passed[limited[w, 0], limited[w, 1]]
