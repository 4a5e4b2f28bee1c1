"""Serving customers from open sites within their capacities, at least cost: the transport problem by shortest ways.

Everybody starts at the cheapest site. As long as a site is over its capacity, freight is passed on from it along the
cheapest way to a site with room, each step moving part of one customer: shortest augmenting paths, on a graph that has
only the open sites as nodes (Ahuja, Magnanti and Orlin 1993, chapter 9).
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.names import NEVER, NOBODY
from netdesign.solve.kernels.types import compiled, matrix, number, place, places, vector

_NOTHING = 1e-9
"""Relative volume that is rounding."""


@compiled(nb.void(matrix, matrix, vector, matrix, place, number, matrix, nb.int64[:, ::1]))
def _steps_from(cost, unit_cost, volume, held, a, impossible, step, carrier):
    """Find the cheapest customer to move from site ``a`` to each other, EUR/t, and which it is."""
    sites, customers = cost.shape
    for b in range(sites):
        step[a, b], carrier[a, b] = NEVER, NOBODY
    for i in range(customers):
        if held[a, i] <= _NOTHING * volume[i]:
            continue
        for b in range(sites):
            change = unit_cost[b, i] - unit_cost[a, i]
            if change < step[a, b] and cost[b, i] < impossible:
                step[a, b], carrier[a, b] = change, i
    step[a, a] = 0.0


@compiled(nb.void(matrix, vector, vector, vector, places))
def _ways_to_room(step, load, capacity, length, onward):
    """Fill in what it costs to pass on a tonne from each site to one with room, and the next site on that way."""
    sites = len(load)
    for a in range(sites):
        has_room = load[a] < capacity[a] * (1.0 - _NOTHING)
        length[a], onward[a] = 0.0 if has_room else NEVER, NOBODY
    for _ in range(sites):
        is_changed = False
        for a in range(sites):
            for b in range(sites):
                if b == a or length[b] >= NEVER or step[a, b] >= NEVER:
                    continue
                through = step[a, b] + length[b]
                if through < length[a] - 1e-12 * (abs(step[a, b]) + abs(length[b])):
                    length[a], onward[a], is_changed = through, b, True
        if not is_changed:
            return


@compiled(nb.boolean(matrix, vector, number, matrix, vector))
def _at_cheapest(cost, volume, impossible, held, load):
    """Put everybody at the cheapest site; tell whether everybody has one."""
    sites, customers = cost.shape
    held[:] = 0.0
    for i in range(customers):
        best = 0
        for a in range(1, sites):
            if cost[a, i] < cost[best, i]:
                best = a
        if cost[best, i] >= impossible:
            return False
        held[best, i] = volume[i]
        load[best] += volume[i]
    return True


@compiled(nb.void(place, vector, places, nb.int64[:, ::1], matrix, vector))
def _pass_on(source, capacity, onward, carrier, held, load):
    """Pass on from a site that is too full, along the way to one with room, as much as fits and each step can carry."""
    amount, a = load[source] - capacity[source], source
    for _ in range(len(load)):
        if onward[a] < 0:
            break
        amount = min(amount, held[a, carrier[a, onward[a]]])
        a = onward[a]
    amount = min(amount, capacity[a] - load[a])
    load[source] -= amount
    load[a] += amount
    a = source
    for _ in range(len(load)):
        b = onward[a]
        if b < 0:
            break
        held[a, carrier[a, b]] -= amount
        held[b, carrier[a, b]] += amount
        a = b


@compiled(number(matrix, vector, vector, number, matrix, vector))
def transport(cost, volume, capacity, impossible, held, room_price):
    """Serve everybody at least cost; return what that costs, or ``NEVER`` where it cannot be done.

    Parameters
    ----------
    cost
        Of serving the whole of a customer, EUR/year, shape (open sites, customers).
    volume, capacity
        t/year, shapes (customers,) and (open sites,); volumes are positive.
    impossible
        A cost from which on there is no such route.
    held
        Filled: t/year, shape (open sites, customers).
    room_price
        Filled: what one tonne more of capacity would save, EUR/t, shape (open sites,).
    """
    sites, customers = cost.shape
    load, unit_cost = np.zeros(sites), cost / volume
    step, carrier = np.empty((sites, sites)), np.empty((sites, sites), np.int64)
    onward = np.empty(sites, np.int64)
    if not _at_cheapest(cost, volume, impossible, held, load):
        return NEVER
    for a in range(sites):
        _steps_from(cost, unit_cost, volume, held, a, impossible, step, carrier)
    for source in range(sites):
        while load[source] > capacity[source] * (1.0 + _NOTHING):
            _ways_to_room(step, load, capacity, room_price, onward)
            if room_price[source] >= NEVER:
                return NEVER
            _pass_on(source, capacity, onward, carrier, held, load)
            a = source
            for _ in range(sites):
                b = onward[a]
                _steps_from(cost, unit_cost, volume, held, a, impossible, step, carrier)
                if b < 0:
                    break
                a = b
    _ways_to_room(step, load, capacity, room_price, onward)
    total = 0.0
    for a in range(sites):
        for i in range(customers):
            total += cost[a, i] * held[a, i] / volume[i]
    return total
