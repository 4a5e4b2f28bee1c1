"""What freight costs whose units each take an option, while gates get nothing or at least their minimum.

Prices on what gates get give a bound; choices at these prices that keep all minima are plans.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.types import compiled, inlined, matrix, number, place, places, vector

gates = nb.int64[:, ::1]
pair = nb.types.UniTuple(number, 2)
_ROUNDS = 4
MOST_LANES = 6
"""Of networks with more lanes only all are tried in service; the bound holds for all choices of them."""


@compiled(number(matrix, vector, vector, vector, places, vector))
def choose(cost, counted, prices, least, chosen, loads):
    """Fill in the best gate of each unit at prices of gates and what gates get; return the bound of all plans.

    Infinite where a unit has none. The last column of the costs is that of options that fill no gate.
    """
    loads[:] = 0.0
    total = 0.0
    number_of_gates = len(least)
    for g in range(number_of_gates):
        total += prices[g] * least[g]
    for i in range(len(cost)):
        best, at, each = cost[i, number_of_gates], number_of_gates, counted[i]
        for g in range(number_of_gates):
            value = cost[i, g] - prices[g] * each
            if value < best:
                best, at = value, g
        chosen[i] = at
        loads[at] += each
        total += best
    return total


@inlined
def keeps(loads, least):
    """Return whether all gates get their minimum, but for rounding."""
    is_kept = True
    for g in range(len(least)):
        is_kept = is_kept and loads[g] >= least[g] * (1.0 - 1e-12)
    return is_kept


@compiled(number(matrix, vector, vector, places, vector))
def improved(cost, counted, least, chosen, loads):
    """Return the cost of a choice that keeps all minima, after units took cheaper gates where minima allow it."""
    number_of_gates = len(least)
    for _ in range(3):
        has_moved = False
        for i in range(len(cost)):
            own = chosen[i]
            if own < number_of_gates and loads[own] - counted[i] < least[own]:
                continue
            best, at = cost[i, own], own
            for g in range(number_of_gates + 1):
                if cost[i, g] < best:
                    best, at = cost[i, g], g
            if at != own:
                has_moved = True
                chosen[i] = at
                loads[own] -= counted[i]
                loads[at] += counted[i]
        if not has_moved:
            break
    total = 0.0
    for i in range(len(cost)):
        total += cost[i, chosen[i]]
    return total


@inlined
def shared_cost(cost, least, low, high, g, low_loads, high_loads):
    """Return the cost of a mix of two choices of which the second alone fills a gate; infinite where others lack."""
    span = high_loads[g] - low_loads[g]
    part = 1.0 if span <= 0.0 else min(1.0, max(0.0, (least[g] - low_loads[g]) / span))
    total = 0.0
    for k in range(len(least)):
        if part * high_loads[k] + (1.0 - part) * low_loads[k] < least[k] * (1.0 - 1e-12):
            total = np.inf
    for i in range(len(cost)):
        total += part * cost[i, high[i]] + (1.0 - part) * cost[i, low[i]]
    return total


@compiled(number(matrix, vector, vector, vector, place, places, places, vector, vector))
def filling_price(cost, counted, prices, least, g, low, high, low_loads, high_loads):
    """Return the least price at which a gate gets its minimum, 0 where it does without, at given prices of the others.

    Fills in two choices that are best at it, the second with the unit that fills the gate, the first without; and what
    gates get. Infinite where the gate gets too little at any price.
    """
    units, number_of_gates = len(cost), len(least)
    worth = np.empty(units)
    low_loads[:] = 0.0
    for i in range(units):
        best, at = cost[i, number_of_gates], number_of_gates
        for k in range(number_of_gates):
            value = cost[i, k] - prices[k] * counted[i]
            if k != g and value < best:
                best, at = value, k
        low[i] = at
        worth[i] = np.inf
        if cost[i, g] < np.inf and (counted[i] > 0.0 or cost[i, g] <= best):
            worth[i] = (cost[i, g] - best) / counted[i] if counted[i] > 0.0 and best < np.inf else -np.inf
        low_loads[at] += counted[i]
    price = 0.0
    for i in np.argsort(worth):
        if worth[i] == np.inf or (worth[i] > 0.0 and low_loads[g] >= least[g]):
            break
        high[:] = low
        high_loads[:] = low_loads
        high[i] = g
        high_loads[low[i]] -= counted[i]
        high_loads[g] += counted[i]
        price = max(0.0, worth[i])
        if worth[i] > 0.0 and high_loads[g] >= least[g]:
            return price
        low[:] = high
        low_loads[:] = high_loads
    high[:] = low
    high_loads[:] = low_loads
    return 0.0 if low_loads[g] >= least[g] * (1.0 - 1e-12) else np.inf


@compiled(pair(matrix, vector, vector, nb.boolean))
def settled(cost, counted, least, may_share):
    """Return a bound of what all units cost where gates get their minima, and the cost of a choice that keeps them.

    Parameters
    ----------
    cost
        Of each unit over each gate, and without any in the last column; EUR/year, infinite where there is no way.
    counted
        What a unit counts for at its gate, t/year.
    least
        Of each gate, t/year.
    may_share
        Whether a unit may be divided over gates.

    Returns
    -------
    bound, cost
        EUR/year; the bound is infinite where there is no plan, the cost where none was found.
    """
    units, number_of_gates = len(cost), len(least)
    prices = np.zeros(number_of_gates)
    loads, low_loads, high_loads = (
        np.zeros(number_of_gates + 1),
        np.zeros(number_of_gates + 1),
        np.zeros(number_of_gates + 1),
    )
    chosen, low, high = np.zeros(units, np.int64), np.zeros(units, np.int64), np.zeros(units, np.int64)
    bound = choose(cost, counted, prices, least, chosen, loads)
    if bound == np.inf or keeps(loads, least):
        return bound, bound
    for g in range(number_of_gates):
        most = 0.0
        for i in range(units):
            if cost[i, g] < np.inf:
                most += counted[i]
        if most < least[g] * (1.0 - 1e-12):
            return np.inf, np.inf
    found = np.inf
    for _ in range(_ROUNDS):
        before = bound
        for g in range(number_of_gates):
            if least[g] <= 0.0:
                continue
            prices[g] = filling_price(cost, counted, prices, least, g, low, high, low_loads, high_loads)
            if prices[g] == np.inf:
                return bound, found
            bound = max(bound, choose(cost, counted, prices, least, chosen, loads))
            if may_share:
                found = min(found, shared_cost(cost, least, low, high, g, low_loads, high_loads))
            if keeps(high_loads, least):
                found = min(found, improved(cost, counted, least, high, high_loads))
        if found - bound <= 1e-9 * abs(found) or bound - before <= 1e-9 * abs(bound):
            break
    return min(bound, found), found


@compiled(nb.void(matrix, gates, gates, gates, place, nb.boolean, matrix))
def by_gate(cost, lane, other_lane, gate, pattern, has_others, found):
    """Fill in the cheapest option of each unit that fills each gate, by the lanes in service; the last fills none."""
    size = found.shape[1] - 1
    found[:] = np.inf
    for i in range(len(cost)):
        for o in range(cost.shape[1]):
            one, other = lane[i, o], other_lane[i, o]
            if one >= 0 and not (pattern >> one) & 1:
                continue
            if has_others and other >= 0 and not (pattern >> other) & 1:
                continue
            g = gate[i, o]
            if g < 0:
                g = size
            found[i, g] = min(found[i, g], cost[i, o])


@inlined
def least_of_pattern(pattern, hubs, hub_least, lane_least, least):
    """Fill in the least of each hub with some of their lanes in service; return whether each that needs one has it."""
    is_possible = True
    for a in range(len(hubs)):
        is_open = (pattern >> a) & 1
        least[a] = max(hub_least[hubs[a]], lane_least) if is_open else 0.0
        is_possible = is_possible and (is_open == 1 or hub_least[hubs[a]] <= 0.0)
    return is_possible


@compiled(pair(matrix, matrix, gates, gates, gates, vector, places, vector, number, nb.boolean, nb.boolean))
def over_lanes(lower_cost, cost, lane, other_lane, gate, counted, hubs, hub_least, lane_least, may_share, has_lower):
    """Return a bound and the cost of all units over a network, whichever of its lanes are in service.

    Parameters
    ----------
    lower_cost, cost
        Of each option of each unit, EUR/year, infinite where there is none: no plan pays less, and a plan pays; shape
        (units, options).
    lane, other_lane
        Lanes that an option takes, by place of their hub in the network, or -1; the bound may take others than the
        second.
    gate, counted
        Hub at which an option counts for minima, or -1; and for how much, t/year.
    hubs
        Sites of the network.
    hub_least, lane_least
        Least that enters at each site, and least of a lane in service, t/year.
    may_share
        Whether a unit may be divided over options.
    has_lower
        Whether the first costs differ from the second.
    """
    units, size = len(cost), len(hubs)
    least, nothing = np.zeros(size), np.zeros(size)
    for a in range(size):
        least[a] = max(hub_least[hubs[a]], lane_least)
    chosen, loads = np.zeros(units, np.int64), np.zeros(size + 1)
    own, own_lower = np.empty((units, size + 1)), np.empty((units, size + 1))
    first = (1 << size) - 1
    by_gate(lower_cost, lane, other_lane, gate, first, False, own_lower)
    free = choose(own_lower, counted, nothing, nothing, chosen, loads)
    if free == np.inf:
        return np.inf, np.inf
    by_gate(cost, lane, other_lane, gate, first, True, own)
    value = choose(own, counted, nothing, nothing, chosen, loads)
    if value < np.inf and keeps(loads, least):
        return min(free, value), value
    lower, upper = np.inf, np.inf
    has_few = size <= MOST_LANES
    last = 0 if lane_least > 0.0 and has_few else first
    for pattern in range(first, last - 1, -1):
        if not least_of_pattern(pattern, hubs, hub_least, lane_least, least):
            continue
        by_gate(lower_cost, lane, other_lane, gate, pattern, False, own_lower)
        # Where even without minima it is no cheaper, it is no matter.
        if choose(own_lower, counted, nothing, nothing, chosen, loads) >= upper:
            continue
        bound, found = settled(own_lower, counted, least, may_share)
        if has_lower:
            by_gate(cost, lane, other_lane, gate, pattern, True, own)
            _, found = settled(own, counted, least, may_share)
        lower = min(lower, bound)
        upper = min(upper, found)
    if lane_least > 0.0 and not has_few:
        lower = min(lower, free)
    return min(lower, upper), upper
