"""Single allocation over a given set of hubs: greedy first, then one city or two at a time (Ernst and Krishnamoorthy).

What city i adds at hub a is ``assign_ia + sum_j forth_ij T_am + back_ij T_ma`` with m the hub of j, and what freight
between i and j pays for being late: the sum is kept for all cities and hubs, and a move changes it by one row.
"""

from __future__ import annotations

import numpy as np

from netdesign.solve.kernels.names import NEVER, NOBODY
from netdesign.solve.kernels.types import compiled, inlined, matrix, number, places, promises, vector

_CLOSER = 1e-9
_MOST_PASSES = 60


@inlined
def _place_all(assign, load, heaviest, hubs, forced, room, hub_of):
    """Place the heaviest city first, at the cheapest hub that has room for it; return False where one has none."""
    for i in range(len(load)):
        hub_of[i] = forced[i]
        if forced[i] != NOBODY:
            room[forced[i]] -= load[i]
    for a in range(len(hubs)):
        if room[a] < 0.0:
            return False
    for i in heaviest:
        if hub_of[i] != NOBODY:
            continue
        best, low = NOBODY, NEVER
        for a in range(len(hubs)):
            if room[a] >= load[i] and assign[i, hubs[a]] < low:
                best, low = a, assign[i, hubs[a]]
        if best == NOBODY:
            return False
        hub_of[i] = best
        room[best] -= load[i]
    return True


@inlined
def _fined(hours, layers, i, j, a, m):
    """Return what freight between two cities, at hubs a and m, pays for being late, EUR/year."""
    into_h, between_h, out_h, slack_h, fine = hours
    total = 0.0
    for layer in range(layers):
        if fine[layer, i, j] > 0.0 and into_h[i, a] + between_h[a, m] + out_h[j, m] > slack_h[layer, i, j]:
            total += fine[layer, i, j]
        if fine[layer, j, i] > 0.0 and into_h[j, m] + between_h[m, a] + out_h[i, a] > slack_h[layer, j, i]:
            total += fine[layer, j, i]
    return total


@inlined
def _fill_onward(forth, back, step, hours, layers, hub_of, onward):
    """Fill in what transfers of each city cost at each hub, with fines, EUR/year, shape (cities, hubs)."""
    cities, size = onward.shape
    for i in range(cities):
        for a in range(size):
            onward[i, a] = 0.0
        for j in range(cities):
            m = hub_of[j]
            if forth[i, j] > 0.0:
                for a in range(size):
                    onward[i, a] += forth[i, j] * step[a, m]
            if back[i, j] > 0.0:
                for a in range(size):
                    onward[i, a] += back[i, j] * step[m, a]
            if layers > 0:
                for a in range(size):
                    onward[i, a] += _fined(hours, layers, i, j, a, m)


@inlined
def _moved(forth, back, step, hours, layers, onward, city, old, new):
    """Bring ``onward`` up to date with a city that moved."""
    cities, size = onward.shape
    for i in range(cities):
        there, here = forth[i, city], back[i, city]
        if there > 0.0:
            for a in range(size):
                onward[i, a] += there * (step[a, new] - step[a, old])
        if here > 0.0:
            for a in range(size):
                onward[i, a] += here * (step[new, a] - step[old, a])
        if layers > 0:
            for a in range(size):
                onward[i, a] += _fined(hours, layers, i, city, a, new) - _fined(hours, layers, i, city, a, old)


@inlined
def _move_one(assign, forth, back, step, hours, layers, load, hubs, forced, room, hub_of, onward):
    """Move each city to its best hub with room; return whether any moved."""
    has_moved = False
    for i in range(len(load)):
        if forced[i] != NOBODY:
            continue
        old = hub_of[i]
        best, low = old, assign[i, hubs[old]] + onward[i, old]
        low -= _CLOSER * (1.0 + abs(low))
        for a in range(len(hubs)):
            value = assign[i, hubs[a]] + onward[i, a]
            if value < low and room[a] >= load[i]:
                best, low = a, value
        if best != old:
            hub_of[i] = best
            room[old] += load[i]
            room[best] -= load[i]
            _moved(forth, back, step, hours, layers, onward, i, old, best)
            has_moved = True
    return has_moved


@inlined
def _exchange_two(assign, forth, back, step, hours, layers, load, hubs, forced, room, hub_of, onward):
    """Let two cities change places where capacity keeps either from moving alone; return whether any did."""
    has_moved = False
    for i in range(len(load)):
        if forced[i] != NOBODY:
            continue
        for j in range(i + 1, len(load)):
            a, b = hub_of[i], hub_of[j]
            if a == b or forced[j] != NOBODY:
                continue
            if room[a] + load[i] < load[j] or room[b] + load[j] < load[i]:
                continue
            change = assign[i, hubs[b]] - assign[i, hubs[a]] + assign[j, hubs[a]] - assign[j, hubs[b]]
            change += onward[i, b] - onward[i, a] + onward[j, a] - onward[j, b]
            # Each was priced as if the other stayed.
            change += forth[i, j] * (step[b, a] + step[a, b] - step[b, b] - step[a, a])
            change += back[i, j] * (step[a, b] + step[b, a] - step[b, b] - step[a, a])
            if layers > 0:
                change += _fined(hours, layers, i, j, a, b) + _fined(hours, layers, i, j, b, a)
                change -= _fined(hours, layers, i, j, b, b) + _fined(hours, layers, i, j, a, a)
            if change < -_CLOSER * (1.0 + abs(onward[i, a]) + abs(onward[j, b])):
                hub_of[i], hub_of[j] = b, a
                room[a] += load[i] - load[j]
                room[b] += load[j] - load[i]
                _moved(forth, back, step, hours, layers, onward, i, a, b)
                _moved(forth, back, step, hours, layers, onward, j, b, a)
                has_moved = True
    return has_moved


@inlined
def _pairs_of(legs, hubs):
    """Return the legs between some sites, shape (hubs, hubs)."""
    found = np.empty((len(hubs), len(hubs)))
    for a in range(len(hubs)):
        for b in range(len(hubs)):
            found[a, b] = legs[hubs[a], hubs[b]]
    return found


@compiled(number(*[matrix] * 4, promises, vector, *[places] * 3, vector, places))
def allocate(assign, forth, back, transfer, promised, load, heaviest, hubs, forced, room, hub_of):
    """Allocate every city to a hub of a set, well; return assignment, transfer and late cost, EUR/year.

    Parameters
    ----------
    assign
        Of each city at each site, EUR/year, shape (cities, sites).
    forth, back
        t/year, shape (cities, cities).
    transfer
        EUR/t, shape (sites, sites).
    promised
        What freight between cities pays for being late.
    load
        Of each city, shape (cities,).
    heaviest
        Cities by falling load.
    hubs
        Positions of sites.
    forced
        Position in ``hubs`` of the hub that a city must have, or ``NOBODY``.
    room
        Capacity of each hub; what is left of it afterwards.
    hub_of
        Filled: position in ``hubs``.

    Returns
    -------
    float
        ``NEVER`` where cities found no hub with room.
    """
    if not _place_all(assign, load, heaviest, hubs, forced, room, hub_of):
        return NEVER
    size = len(hubs)
    step = _pairs_of(transfer, hubs)
    into_h, between_h, out_h, slack_h, fine = promised
    hours = (into_h[:, hubs], _pairs_of(between_h, hubs), out_h[:, hubs], slack_h, fine)
    layers, onward = len(fine), np.empty((len(load), size))
    _fill_onward(forth, back, step, hours, layers, hub_of, onward)
    is_limited = False
    for a in range(size):
        is_limited = is_limited or room[a] < NEVER
    for _ in range(_MOST_PASSES):
        if _move_one(assign, forth, back, step, hours, layers, load, hubs, forced, room, hub_of, onward):
            continue
        if not is_limited or not _exchange_two(
            assign, forth, back, step, hours, layers, load, hubs, forced, room, hub_of, onward
        ):
            break
    total = 0.0
    _fill_onward(forth, back, step, hours, layers, hub_of, onward)
    for i in range(len(load)):
        total += assign[i, hubs[hub_of[i]]] + 0.5 * onward[i, hub_of[i]]
    return total
