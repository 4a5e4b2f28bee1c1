"""What sets of hubs cost at least whose links are chosen: freight over all links, and each link kept or not."""

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np

from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import (
    compiled,
    flag_matrix,
    flows,
    hub_sets,
    inlined,
    legs,
    matrix,
    number,
    place,
    vector,
)

_NO_LINK = 1e29
"""A way between two hubs that costs as much has a leg in it that is not there, EUR/t."""


class SetRoom(NamedTuple):
    """Arrays that are overwritten with each set of hubs: by pair of hubs, by hub, and by link."""

    straight: np.ndarray
    way: np.ndarray
    longer: np.ndarray
    detour: np.ndarray
    worth: np.ndarray
    moved: np.ndarray
    reach: np.ndarray
    second: np.ndarray
    near: np.ndarray
    cost: np.ndarray
    value: np.ndarray
    is_free: np.ndarray
    kept: np.ndarray


@inlined
def set_room(size):
    """Return room for sets of so many hubs."""
    pairs = size * (size - 1) // 2
    return SetRoom(
        np.empty((size, size)),
        np.empty((size, size)),
        np.empty((size, size)),
        np.empty((size, size)),
        np.empty((size, size)),
        np.empty((size, size)),
        np.empty(size),
        np.empty(size),
        np.empty(size, np.int64),
        np.empty(pairs),
        np.empty(pairs),
        np.empty(pairs, np.bool_),
        np.empty(pairs, np.bool_),
    )


@inlined
def connect(way, most, longer, row):
    """Lower what it costs to get from hub to hub to the best over at most so many links; 0 is any number.

    ``longer`` and ``row``, in the shape of ``way`` and of one of its rows, are overwritten.
    """
    size = len(way)
    if most == 0:
        for via in range(size):
            for a in range(size):
                for b in range(size):
                    way[a, b] = min(way[a, b], way[a, via] + way[via, b])
    else:
        longer[:] = way
        for _ in range(1, most):
            for a in range(size):
                row[:] = longer[a]
                for b in range(size):
                    for via in range(size):
                        longer[a, b] = min(longer[a, b], row[via] + way[via, b])
        way[:] = longer


@inlined
def carry(legs, flows, hub, way, spent, cut_off, reach):
    """Return what is spent with all freight on its best route, or a sum from the cut-off on; EUR/year."""
    size, total = len(hub), spent
    for i in range(len(flows.start) - 1):
        for b in range(size):
            low = NEVER
            for a in range(size):
                low = min(low, legs.collect[i, hub[a]] + way[a, b])
            reach[b] = low
        for f in range(flows.start[i], flows.start[i + 1]):
            j, low = flows.destination[f], NEVER
            for b in range(size):
                low = min(low, reach[b] + legs.distribute[hub[b], j])
            total += flows.volume[f] * low
        if total >= cut_off:
            break
    return total


@inlined
def detours(straight, way, most, detour):
    """Fill in what a way costs at least that does not take the link from hub to hub; 0 where nothing is saved by it.

    That is so where the link is not there, or is no dearer to go round.
    """
    size = len(way)
    for a in range(size):
        for b in range(size):
            detour[a, b] = 0.0
            if a != b and straight[a, b] < _NO_LINK and straight[a, b] <= way[a, b]:
                low = NEVER
                if most != 1:
                    for via in range(size):
                        if via != a and via != b:
                            low = min(low, way[a, via] + way[via, b])
                detour[a, b] = low


@inlined
def carry_without(legs, flows, hub, way, detour, spent, cut_off, reach, near, second, worth, moved):
    """Return the same as ``carry``, and fill in what freight costs more, at least, without each link; EUR/year.

    The freight whose best route takes a link has the second-best one without it, or a detour. As each commodity counts
    for one link, without several of them it costs more by the sum. ``worth[a, b]`` is of the link between a < b.
    ``moved[a, b]`` is what goes from first to last hub with all links, t/year.
    """
    size, total = len(hub), spent
    worth[:] = 0.0
    moved[:] = 0.0
    for i in range(len(flows.start) - 1):
        for b in range(size):
            low, next_low, best = NEVER, NEVER, b
            for a in range(size):
                cost = legs.collect[i, hub[a]] + way[a, b]
                if cost < low:
                    low, next_low, best = cost, low, a
                elif cost < next_low:
                    next_low = cost
            reach[b], second[b], near[b] = low, next_low, best
        for f in range(flows.start[i], flows.start[i + 1]):
            j, low, next_low, last = flows.destination[f], NEVER, NEVER, 0
            for b in range(size):
                cost = reach[b] + legs.distribute[hub[b], j]
                if cost < low:
                    low, next_low, last = cost, low, b
                elif cost < next_low:
                    next_low = cost
            total += flows.volume[f] * low
            first = near[last]
            moved[first, last] += flows.volume[f]
            if detour[first, last] > 0.0:
                on = legs.distribute[hub[last], j]
                round_it = legs.collect[i, hub[first]] + detour[first, last] + on
                more = min(min(next_low, second[last] + on), round_it) - low
                worth[min(first, last), max(first, last)] += flows.volume[f] * max(0.0, more)
        if total >= cut_off:
            break
    return total


@inlined
def least_choice(worth, cost, is_free, least, most, kept):
    """Return what the free links cost at least, those that are kept or what freight costs more without the others.

    ``kept`` is filled: which of them these are. Infinite where there are too few of them.
    """
    total, number_kept = 0.0, 0
    for e in range(len(worth)):
        kept[e] = False
        if is_free[e]:
            total += worth[e]
    while True:
        best, gain = -1, NEVER
        for e in range(len(worth)):
            if is_free[e] and not kept[e] and (best < 0 or cost[e] - worth[e] < gain):
                best, gain = e, cost[e] - worth[e]
        if number_kept >= least and (best < 0 or gain > 0.0 or number_kept >= most):
            break
        if best < 0:
            total = np.inf
            break
        kept[best] = True
        number_kept += 1
    if total < np.inf:
        total = 0.0
        for e in range(len(worth)):
            if is_free[e]:
                total += cost[e] if kept[e] else worth[e]
    return total


@inlined
def least_links(hub, link_cost, is_required, worth, least, most, cost, value, is_free, kept):
    """Return what the links of a set of hubs cost at least, or freight without them; the last four are overwritten."""
    e, needed, total = 0, 0, 0.0
    for a in range(len(hub)):
        for b in range(a + 1, len(hub)):
            cost[e], value[e] = link_cost[hub[a], hub[b]], worth[a, b]
            is_free[e] = cost[e] < np.inf
            if is_free[e] and is_required[hub[a], hub[b]]:
                is_free[e] = False
                total += cost[e]
                needed += 1
            e += 1
    if needed > most:
        total = np.inf
    else:
        total += least_choice(value, cost, is_free, least - needed, most - needed, kept)
    return total


@inlined
def bound_set(
    fixed, legs, flows, hub, link_cost, is_required, least, most, most_on_a_route, spent, cut_off, room
):  # fmt: skip
    """Return what one set of hubs and what is spent beside it costs at least, or a sum from the cut-off on."""
    size, total = len(hub), spent
    for a in range(size):
        total += fixed[hub[a]]
        for b in range(size):
            room.straight[a, b] = legs.between[hub[a], hub[b]]
    room.way[:] = room.straight
    connect(room.way, most_on_a_route, room.longer, room.reach)
    detours(room.straight, room.way, most_on_a_route, room.detour)
    total = carry_without(
        legs, flows, hub, room.way, room.detour, total, cut_off, room.reach, room.near, room.second, room.worth,
        room.moved,
    )  # fmt: skip
    if total < cut_off:
        total += least_links(
            hub, link_cost, is_required, room.worth, least, most, room.cost, room.value, room.is_free, room.kept
        )  # fmt: skip
    return total


@compiled(nb.void(vector, legs, flows, matrix, flag_matrix, hub_sets, *[place] * 3, number, vector))
def price_linked_sets(
    fixed, legs, flows, link_cost, is_required, sets, least, most, most_on_a_route, cut_off, price
):  # fmt: skip
    """Bound what sets of hubs cost: freight over all links, and for each link its cost or what it is worth at least.

    Parameters
    ----------
    fixed, legs, flows
        As in RouteMatrices; between two sites without a link there is no leg.
    link_cost
        Fixed cost of each link, EUR/year, infinite where there is none, shape (sites, sites).
    is_required
        Links that have to be chosen, shape (sites, sites).
    sets
        Positions of hubs, shape (sets, hubs).
    least, most, most_on_a_route
        Least and largest number of links; most links of a route, 0 for any number.
    cut_off
        EUR/year.
    price
        Filled: what no choice of links is under, where that is under the cut-off, else what is not under it; infinite
        where there are too few links; shape (sets,).
    """
    room = set_room(sets.shape[1])
    for s in range(len(sets)):
        price[s] = bound_set(
            fixed, legs, flows, sets[s], link_cost, is_required, least, most, most_on_a_route, 0.0, cut_off, room
        )  # fmt: skip
