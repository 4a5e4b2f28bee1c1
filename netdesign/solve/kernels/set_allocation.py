"""Single allocation over sets of hubs: bounds by prices between cities, and of room where hubs have little.

Given the hubs, the cost is ``sum_i u_i(a_i) + sum_ij c_ij(a_i, a_j)`` over cities i and pairs that exchange freight,
late penalties included. Moving cost between u and c changes no plan's cost, and whatever is where, the sum of all least
entries is a bound. Sequential moves raise it (Kolmogorov 2006, tree-reweighted message passing). Where hubs have
limited room, a city pays a price of it for each tonne, and the bound is less what all room costs (Lagrange).
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.hub_room import is_limited, leave_room, paid_for_room, price_room, room_of_set
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.set_tables import fill_tables
from netdesign.solve.kernels.types import (
    city_pairs,
    compiled,
    cube,
    flag_matrix,
    flows,
    hub_room,
    hub_sets,
    inlined,
    legs,
    matrix,
    number,
    place,
    vector,
)

_STALLED = 0.02
"""Share of the room under the cut-off that a pass closes, under which passes have stopped to pay."""

_ROUNDING = 1e-13
"""What a sum may be off by, relative to the size of its parts."""


@inlined
def _least_of_row(cost, q, is_first, a, others, size):
    """Return the least cost of a pair with one city at a hub, over the hubs that the other may have."""
    low = NEVER
    for b in range(size):
        if others[b]:
            low = min(low, cost[q, a, b] if is_first else cost[q, b, a])
    return low


@inlined
def _move_row(cost, q, is_first, a, more, size):
    """Add to the cost of a pair with one city at a hub."""
    for b in range(size):
        if is_first:
            cost[q, a, b] += more
        else:
            cost[q, b, a] += more


@inlined
def _pull(pairs, i, unary, cost, alive):
    """Move to a city what its pairs cost at least at each of its hubs."""
    size = unary.shape[1]
    for x in range(pairs.start[i], pairs.start[i + 1]):
        q = pairs.adjacent[x]
        is_first = pairs.first[q] == i
        other = pairs.second[q] if is_first else pairs.first[q]
        for a in range(size):
            if alive[i, a]:
                low = _least_of_row(cost, q, is_first, a, alive[other], size)
                unary[i, a] += low
                _move_row(cost, q, is_first, a, -low, size)


@inlined
def _push(pairs, i, is_forward, unary, cost, alive):
    """Move what a city costs to its pairs with later cities, or with earlier ones, in equal parts."""
    size, later = unary.shape[1], 0
    for x in range(pairs.start[i], pairs.start[i + 1]):
        later += pairs.first[pairs.adjacent[x]] == i
    earlier = pairs.start[i + 1] - pairs.start[i] - later
    part = 1.0 / max(later, earlier, 1)
    ahead = later if is_forward else earlier
    for a in range(size):
        if not alive[i, a]:
            continue
        more = part * unary[i, a]
        for x in range(pairs.start[i], pairs.start[i + 1]):
            q = pairs.adjacent[x]
            is_first = pairs.first[q] == i
            if is_first == is_forward:
                _move_row(cost, q, is_first, a, more, size)
        unary[i, a] -= more * ahead


@inlined
def _bound(pairs, unary, cost, alive):
    """Return the sum of all least entries, safe from rounding."""
    size, total, weight = unary.shape[1], 0.0, 0.0
    for i in range(len(unary)):
        low = NEVER
        for a in range(size):
            if alive[i, a]:
                low = min(low, unary[i, a])
        total += low
        weight += abs(low)
    for q in range(len(cost)):
        low = NEVER
        for a in range(size):
            if alive[pairs.first[q], a]:
                low = min(low, _least_of_row(cost, q, True, a, alive[pairs.second[q]], size))
        total += low
        weight += abs(low)
    return total - _ROUNDING * weight


@inlined
def _strike(pairs, bound, cut_off, unary, cost, alive):
    """Strike hubs with which a city makes a plan cost the cut-off; return the bound, which rises on the way."""
    size = unary.shape[1]
    for i in range(len(unary)):
        before = NEVER
        for a in range(size):
            if alive[i, a]:
                before = min(before, unary[i, a])
        for x in range(pairs.start[i], pairs.start[i + 1]):
            q, low = pairs.adjacent[x], NEVER
            for a in range(size):
                if alive[pairs.first[q], a]:
                    low = min(low, _least_of_row(cost, q, True, a, alive[pairs.second[q]], size))
            before += low
        _pull(pairs, i, unary, cost, alive)
        after = NEVER
        for a in range(size):
            if alive[i, a]:
                after = min(after, unary[i, a])
        bound += after - before
        for a in range(size):
            alive[i, a] = alive[i, a] and bound + unary[i, a] - after < cut_off
        if bound >= cut_off:
            return bound
    return bound


@inlined
def _walk(pairs, room, unary, cost, alive, price):
    """Walk through all cities forth and back, moving cost between them, and price room once all costs are theirs."""
    for i in range(len(unary)):
        _pull(pairs, i, unary, cost, alive)
        _push(pairs, i, True, unary, cost, alive)
    for i in range(len(unary) - 1, -1, -1):
        _pull(pairs, i, unary, cost, alive)
        _push(pairs, i, False, unary, cost, alive)
    if is_limited(room):
        for i in range(len(unary)):
            _pull(pairs, i, unary, cost, alive)
        price_room(room, unary, alive, price)


@compiled(number(city_pairs, hub_room, number, matrix, cube, flag_matrix, vector, number, place))
def ascend(pairs, room, beside, unary, cost, alive, price, cut_off, passes):
    """Raise the bound of a set, and strike hubs of cities; return it, EUR/year without fixed cost.

    Parameters
    ----------
    pairs, beside
        As of ``fill_tables``, and what it returned.
    room
        Of the hubs of the set.
    unary, cost, alive, price
        The tables; changed, for no plan in cost but by what all room costs.
    cut_off
        EUR/year without fixed cost: no dearer plan is wanted.
    passes
        How often all cities are walked through at most, forth and back.
    """
    if is_limited(room) and not leave_room(room, alive):
        return NEVER
    best = beside - paid_for_room(room, price) + _bound(pairs, unary, cost, alive)
    if best >= cut_off:
        return best
    for _ in range(passes):
        _walk(pairs, room, unary, cost, alive, price)
        bound = beside - paid_for_room(room, price) + _bound(pairs, unary, cost, alive)
        if bound >= cut_off:
            return bound
        has_stalled = bound - best < _STALLED * (cut_off - bound)
        best = max(best, bound)
        if has_stalled:
            break
    beside -= paid_for_room(room, price)
    return max(best, _strike(pairs, beside + _bound(pairs, unary, cost, alive), cut_off, unary, cost, alive))


@compiled(nb.void(flows, legs, city_pairs, hub_room, vector, hub_sets, number, number, place, vector))
def bound_sets(flows, legs, pairs, room, fixed, sets, limit, cut_off, passes, bound):
    """Fill in a bound of each set, EUR/year, shape (sets,); ``NEVER`` where a city can have no hub.

    Parameters
    ----------
    room
        Of all sites.
    fixed
        Fixed cost of each site, EUR/year.
    sets
        Ascending positions, shape (sets, hubs).
    limit, cut_off, passes
        As above; with fixed cost in the cut-off.
    """
    cities, size = len(pairs.own), sets.shape[1]
    unary, cost = np.empty((cities, size)), np.empty((len(pairs.first), size, size))
    alive, price = np.empty((cities, size), np.bool_), np.empty(size)
    for number_of in range(len(sets)):
        hubs, own = sets[number_of], 0.0
        for k in hubs:
            own += fixed[k]
        beside = fill_tables(flows, legs, pairs, hubs, limit, unary, cost, alive)
        if beside >= limit:
            bound[number_of] = NEVER
            continue
        price[:] = 0.0
        own_room = room_of_set(room, hubs)
        bound[number_of] = own + ascend(pairs, own_room, beside, unary, cost, alive, price, cut_off - own, passes)
