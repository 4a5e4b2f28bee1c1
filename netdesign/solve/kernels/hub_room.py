"""Room of hubs that cities with one hub each fill: prices of it, and hubs that are too full for a city."""

from __future__ import annotations

import numpy as np

from netdesign.solve.core.city_pairs import HubRoom
from netdesign.solve.kernels.names import NEVER, NOBODY
from netdesign.solve.kernels.types import inlined

FULL = 1e-9
"""Relative rounding of sums of loads."""


@inlined
def room_of_set(room, hub):
    """Return the room of the hubs of a set."""
    return HubRoom(room.load, room.most[hub])


@inlined
def is_limited(room):
    """Return whether any hub has limited room."""
    found = False
    for a in range(len(room.most)):
        found = found or room.most[a] < NEVER
    return found


@inlined
def paid_for_room(room, price):
    """Return what all room costs at its prices, EUR/year."""
    total = 0.0
    for a in range(len(price)):
        if price[a] > 0.0:
            total += price[a] * room.most[a]
    return total


@inlined
def _gain(i, a, unary, alive, load):
    """Return what a city that may have a hub can pay there for each tonne before another one costs no more, EUR/t."""
    other = NEVER
    for b in range(unary.shape[1]):
        if b != a and alive[i, b]:
            other = min(other, unary[i, b])
    return (other - unary[i, a]) / load[i]


@inlined
def price_room(room, unary, alive, price):
    """Move the price of each hub's room to where its cities just fit, one hub after the other.

    What cities pay for room is added to what they cost; the bound, less what all room costs, never falls.
    """
    cities, size = unary.shape
    gain = np.empty(cities)
    for a in range(size):
        if room.most[a] >= NEVER:
            continue
        for i in range(cities):
            is_there = alive[i, a] and room.load[i] > 0.0
            gain[i] = _gain(i, a, unary, alive, room.load) if is_there else -NEVER
        step, taken = -price[a], 0.0
        for i in np.argsort(-gain):
            if gain[i] <= step:
                break
            taken += room.load[i]
            if taken > room.most[a] * (1.0 + FULL):
                step = gain[i]
                break
        price[a] += step
        for i in range(cities):
            unary[i, a] += step * room.load[i]


@inlined
def leave_room(room, alive):
    """Strike hubs that are too full for a city beside those that have no other; return whether all have one left."""
    cities, size = alive.shape
    taken, only = np.zeros(size), np.full(cities, NOBODY)
    has_changed = True
    while has_changed:
        has_changed = False
        for i in range(cities):
            if only[i] != NOBODY:
                continue
            left, last = 0, NOBODY
            for a in range(size):
                if alive[i, a] and taken[a] + room.load[i] > room.most[a] * (1.0 + FULL):
                    alive[i, a] = False
                if alive[i, a]:
                    left += 1
                    last = a
            if left == 0:
                return False
            if left == 1:
                only[i] = last
                taken[last] += room.load[i]
                has_changed = True
    return True
