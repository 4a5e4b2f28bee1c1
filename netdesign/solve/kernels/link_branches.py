"""Branches over the links of a set of hubs: which are chosen, free or left out, what rules leave, and the next one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import inlined

FREE, CHOSEN, LEFT_OUT = 0, 1, 2


class LinkRoom(NamedTuple):
    """Arrays that are overwritten at each branch: by hub, or by pair of hubs; ``kept`` is by link."""

    way: np.ndarray
    longer: np.ndarray
    reach: np.ndarray
    group: np.ndarray
    taken: np.ndarray
    may: np.ndarray
    kept: np.ndarray


@inlined
def link_room(size, links):
    """Return room for the branches over so many links of so many hubs."""
    return LinkRoom(
        np.empty((size, size)),
        np.empty((size, size)),
        np.empty(size),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(links, np.bool_),
    )


@inlined
def are_joined(size, start, end, status, kept, group):
    """Return whether the links join all hubs that are chosen, or kept of the free ones; ``group`` is overwritten."""
    for a in range(size):
        group[a] = a
    left = size
    for e in range(len(start)):
        is_there = status[e] == CHOSEN or (status[e] == FREE and kept[e])
        if is_there and group[start[e]] != group[end[e]]:
            old, new = group[start[e]], group[end[e]]
            for a in range(size):
                if group[a] == old:
                    group[a] = new
            left -= 1
    return left == 1


@inlined
def degrees(start, end, status, kept, taken, may):
    """Count, for each hub, its links that are chosen, and those that are chosen or kept of the free ones."""
    taken[:] = 0
    may[:] = 0
    for e in range(len(start)):
        is_chosen = status[e] == CHOSEN
        if is_chosen or (status[e] == FREE and kept[e]):
            may[start[e]] += 1
            may[end[e]] += 1
            if is_chosen:
                taken[start[e]] += 1
                taken[end[e]] += 1


@inlined
def join_links(legs, hub, start, end, status, kept, way):
    """Fill in what it costs to get from hub to hub over the links that are chosen, or kept of the free ones, EUR/t."""
    way[:] = NEVER
    for a in range(len(hub)):
        way[a, a] = 0.0
    for e in range(len(start)):
        if status[e] == CHOSEN or (status[e] == FREE and kept[e]):
            a, b = start[e], end[e]
            way[a, b] = legs.between[hub[a], hub[b]]
            way[b, a] = legs.between[hub[b], hub[a]]


@inlined
def count_links(status, cost):
    """Return how many links are chosen, and not left out; and what the chosen ones cost."""
    chosen, left, paid = 0, 0, 0.0
    for e in range(len(status)):
        if status[e] == CHOSEN:
            chosen += 1
            paid += cost[e]
        if status[e] != LEFT_OUT:
            left += 1
    return chosen, left, paid


@inlined
def fits(start, end, status, rules, room):
    """Return whether hubs may have the chosen links, and have enough with the kept ones, which also join them."""
    _, _, is_joined, most_at_hub, least_at_hub, _ = rules
    degrees(start, end, status, room.kept, room.taken, room.may)
    found = room.taken.max() <= most_at_hub and room.may.min() >= least_at_hub
    if found and is_joined == 1:
        found = are_joined(len(room.taken), start, end, status, room.kept, room.group)
    return found


@inlined
def note_choice(status, kept, best):
    """Fill in which links are chosen, or kept of the free ones."""
    for e in range(len(status)):
        is_there = status[e] == CHOSEN or (status[e] == FREE and kept[e])
        best[e] = CHOSEN if is_there else LEFT_OUT


@inlined
def step_back(status, order, depth):
    """Turn the last link with another choice left, those after it being free again; return the depth, 0 at the end.

    ``order`` has the links of which one choice was looked at, and of those of which both were what ~ makes of them.
    """
    while depth > 0 and order[depth - 1] < 0:
        depth -= 1
        status[~order[depth]] = FREE
    if depth > 0:
        e = order[depth - 1]
        status[e] = LEFT_OUT if status[e] == CHOSEN else CHOSEN
        order[depth - 1] = ~e
    return depth


@inlined
def next_depth(status, order, depth, branch, choice):
    """Go on with a choice of a free link, or back where there is none (-1); return the depth, 0 at the end."""
    if branch < 0:
        return step_back(status, order, depth)
    status[branch] = choice
    order[depth] = branch
    return depth + 1
