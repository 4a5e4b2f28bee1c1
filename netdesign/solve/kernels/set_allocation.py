"""Single allocation over one set of hubs: bounds by prices between cities, and plans from them.

Given the hubs, the cost is ``sum_i u_i(a_i) + sum_ij c_ij(a_i, a_j)`` over cities i and pairs that exchange freight,
late penalties included. Moving cost between u and c changes no plan's cost, and whatever is where, the sum of all least
entries is a bound. Sequential moves raise it (Kolmogorov 2006, tree-reweighted message passing).
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.names import NEVER, NOBODY
from netdesign.solve.kernels.set_tables import fill_tables
from netdesign.solve.kernels.types import (
    city_pairs,
    compiled,
    cube,
    flag_matrix,
    flows,
    hub_sets,
    inlined,
    legs,
    matrix,
    number,
    place,
    places,
    vector,
)

_STALLED = 0.02
"""Share of the room under the cut-off that a pass closes, under which passes have stopped to pay."""

_MOST_MOVES = 60
_CLOSER = 1e-12
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


@compiled(number(city_pairs, number, matrix, cube, flag_matrix, number, place))
def ascend(pairs, beside, unary, cost, alive, cut_off, passes):
    """Raise the bound of a set, and strike hubs of cities; return it, EUR/year without fixed cost.

    Parameters
    ----------
    pairs, beside
        As of ``fill_tables``, and what it returned.
    unary, cost, alive
        The tables; changed, for no plan in cost.
    cut_off
        EUR/year without fixed cost: no dearer plan is wanted.
    passes
        How often all cities are walked through at most, forth and back.
    """
    best = beside + _bound(pairs, unary, cost, alive)
    if best >= cut_off:
        return best
    for _ in range(passes):
        for i in range(len(unary)):
            _pull(pairs, i, unary, cost, alive)
            _push(pairs, i, True, unary, cost, alive)
        for i in range(len(unary) - 1, -1, -1):
            _pull(pairs, i, unary, cost, alive)
            _push(pairs, i, False, unary, cost, alive)
        bound = beside + _bound(pairs, unary, cost, alive)
        if bound >= cut_off:
            return bound
        has_stalled = bound - best < _STALLED * (cut_off - bound)
        best = max(best, bound)
        if has_stalled:
            break
    return max(best, _strike(pairs, beside + _bound(pairs, unary, cost, alive), cut_off, unary, cost, alive))


@compiled(nb.void(flows, legs, city_pairs, vector, hub_sets, number, number, place, vector))
def bound_sets(flows, legs, pairs, fixed, sets, limit, cut_off, passes, bound):
    """Fill in a bound of each set, EUR/year, shape (sets,); ``NEVER`` where a city can have no hub.

    Parameters
    ----------
    fixed
        Fixed cost of each site, EUR/year.
    sets
        Ascending positions, shape (sets, hubs).
    limit, cut_off, passes
        As above; with fixed cost in the cut-off.
    """
    cities, size = len(pairs.own), sets.shape[1]
    unary, cost = np.empty((cities, size)), np.empty((len(pairs.first), size, size))
    alive = np.empty((cities, size), np.bool_)
    for number_of in range(len(sets)):
        hubs, own = sets[number_of], 0.0
        for k in hubs:
            own += fixed[k]
        beside = fill_tables(flows, legs, pairs, hubs, limit, unary, cost, alive)
        if beside >= limit:
            bound[number_of] = NEVER
            continue
        bound[number_of] = own + ascend(pairs, beside, unary, cost, alive, cut_off - own, passes)


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


@compiled(number(city_pairs, matrix, cube, flag_matrix, matrix, cube, places))
def decode(pairs, unary, cost, alive, true_unary, true_cost, label):
    """Give each city a hub by the tables that the bound left behind, move cities one by one; return what it costs.

    Parameters
    ----------
    unary, cost, alive
        The tables of the bound.
    true_unary, true_cost
        The tables as they were filled.
    label
        Filled: position of each city's hub in the set, shape (cities,).

    Returns
    -------
    float
        EUR/year, without what the set costs beside and fixed cost.
    """
    size = unary.shape[1]
    label[:] = NOBODY
    for step in range(_MOST_MOVES):
        has_moved = False
        for i in range(len(unary)):
            low, best = NEVER, label[i]
            if step > 0:
                low = _at(pairs, i, best, true_unary, true_cost, label)
                low -= _CLOSER * (1.0 + abs(low))
            for a in range(size):
                if alive[i, a]:
                    value = (
                        _at(pairs, i, a, unary, cost, label)
                        if step == 0
                        else _at(pairs, i, a, true_unary, true_cost, label)
                    )
                    if value < low:
                        low, best = value, a
            has_moved = has_moved or best != label[i]
            label[i] = best
        if not has_moved:
            break
    total = 0.0
    for i in range(len(unary)):
        total += true_unary[i, label[i]]
    for q in range(len(cost)):
        total += true_cost[q, label[pairs.first[q]], label[pairs.second[q]]]
    return total
