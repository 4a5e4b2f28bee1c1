"""Single allocation over one set of hubs: a plan from the tables that a bound has left behind, and ones near it."""

from __future__ import annotations

import numpy as np

from netdesign.solve.kernels.hub_room import FULL, is_limited
from netdesign.solve.kernels.names import NEVER, NOBODY
from netdesign.solve.kernels.types import (
    city_pairs,
    compiled,
    cube,
    flag_matrix,
    hub_room,
    inlined,
    matrix,
    number,
    places,
)

_MOST_MOVES = 60
_CLOSER = 1e-12


@inlined
def _at(pairs, i, a, unary, cost, label):
    """Return what a city costs at a hub, with its pairs as they are; those that are not placed yet not counted."""
    total = unary[i, a]
    for x in range(pairs.start[i], pairs.start[i + 1]):
        q = pairs.adjacent[x]
        is_first = pairs.first[q] == i
        other = label[pairs.second[q] if is_first else pairs.first[q]]
        if other != NOBODY:
            total += cost[q, a, other] if is_first else cost[q, other, a]
    return total


@inlined
def _place_all(pairs, room, unary, cost, alive, label, left):
    """Give each city its cheapest hub with room, the heaviest first; return whether all have one."""
    for i in np.argsort(-room.load) if is_limited(room) else np.arange(len(unary)):
        low, best = NEVER, NOBODY
        for a in range(unary.shape[1]):
            if alive[i, a] and room.load[i] <= left[a]:
                value = _at(pairs, i, a, unary, cost, label)
                if value < low:
                    low, best = value, a
        if best == NOBODY:
            return False
        label[i] = best
        left[best] -= room.load[i]
    return True


@inlined
def _move_one(pairs, room, unary, cost, alive, label, left):
    """Move each city to its best hub with room; return whether any moved."""
    has_moved = False
    for i in range(len(unary)):
        old = label[i]
        best, low = old, _at(pairs, i, old, unary, cost, label)
        low -= _CLOSER * (1.0 + abs(low))
        for a in range(unary.shape[1]):
            if alive[i, a] and a != old and room.load[i] <= left[a]:
                value = _at(pairs, i, a, unary, cost, label)
                if value < low:
                    low, best = value, a
        if best != old:
            label[i] = best
            left[old] += room.load[i]
            left[best] -= room.load[i]
            has_moved = True
    return has_moved


@inlined
def _exchanged(pairs, i, j, unary, cost, label):
    """Return what two cities cost less once they change places, which they do; EUR/year."""
    a, b = label[i], label[j]
    # Where one of them is not placed, its pair with the other counts once.
    label[i] = NOBODY
    before = _at(pairs, j, b, unary, cost, label)
    after = _at(pairs, j, a, unary, cost, label)
    label[i] = a
    before += _at(pairs, i, a, unary, cost, label)
    label[j] = a
    after += _at(pairs, i, b, unary, cost, label)
    label[i] = b
    return before - after


@inlined
def _exchange_two(pairs, room, unary, cost, alive, label, left):
    """Let two cities change places where room keeps either from moving alone; return whether any did."""
    has_moved, load = False, room.load
    for i in range(len(unary)):
        for j in range(i + 1, len(unary)):
            a, b = label[i], label[j]
            if a == b or not alive[i, b] or not alive[j, a]:
                continue
            if left[a] + load[i] < load[j] or left[b] + load[j] < load[i]:
                continue
            if _exchanged(pairs, i, j, unary, cost, label) > _CLOSER * (1.0 + abs(unary[i, a]) + abs(unary[j, b])):
                left[a] += load[i] - load[j]
                left[b] += load[j] - load[i]
                has_moved = True
            else:
                label[i], label[j] = a, b
    return has_moved


@compiled(number(city_pairs, hub_room, matrix, cube, flag_matrix, matrix, cube, places))
def decode(pairs, room, unary, cost, alive, true_unary, true_cost, label):
    """Give each city a hub by the tables that the bound left behind, move cities one by one; return what it costs.

    Parameters
    ----------
    room
        Of the hubs of the set.
    unary, cost, alive
        The tables of the bound.
    true_unary, true_cost
        The tables as they were filled.
    label
        Filled: position of each city's hub in the set, shape (cities,).

    Returns
    -------
    float
        EUR/year, without what the set costs beside and fixed cost; ``NEVER`` where cities found no hub with room.
    """
    label[:] = NOBODY
    left = room.most * (1.0 + FULL)
    if not _place_all(pairs, room, unary, cost, alive, label, left):
        return NEVER
    for _ in range(_MOST_MOVES):
        if _move_one(pairs, room, true_unary, true_cost, alive, label, left):
            continue
        if not is_limited(room) or not _exchange_two(pairs, room, true_unary, true_cost, alive, label, left):
            break
    total = 0.0
    for i in range(len(unary)):
        total += true_unary[i, label[i]]
    for q in range(len(cost)):
        total += true_cost[q, label[pairs.first[q]], label[pairs.second[q]]]
    return total
