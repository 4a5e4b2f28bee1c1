"""What hubs are loaded with where each pass through a hub has a price, and how far such prices raise a bound.

With prices u_k >= 0 of a tonne at each hub (Lagrange multipliers of ``load_k <= q_k y_k``), every commodity takes its
best route by itself again, and what a set of hubs costs at these prices, less ``sum_k u_k q_k``, is a lower bound on
what it costs within its capacities (Held, Wolfe and Crowder 1974).
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import (
    compiled,
    flows,
    hub_set,
    hub_sets,
    legs,
    matrix,
    number,
    place,
    places,
    vector,
)

_EVER = 1e30
_FULL = 1e-9
"""Share of a capacity by which a load may miss it and be counted as full: a step would be divided by rounding."""

_MOST_WORTH = 100.0
"""Prices at which all freight would be worth more than so many times the cut-off are not tried: bounds would be lost in
rounding."""

_STALLED = 4
"""Steps without a better bound after which steps are halved."""


@compiled(nb.void(legs, vector, number, place, nb.int32[:], vector, places))
def _reached(legs, prices, second, origin, hubs, reach, start):
    """Fill in the cheapest way from an origin to each last hub, prices included, EUR/t, and where it begins."""
    for b in range(len(hubs)):
        low, source = NEVER, 0
        for a in range(len(hubs)):
            cost = legs.collect[origin, hubs[a]] + prices[hubs[a]]
            if a != b:
                cost += legs.between[hubs[a], hubs[b]] + second * prices[hubs[b]]
            if cost < low:
                low, source = cost, a
        reach[b], start[b] = low, source


@compiled(number(flows, legs, vector, number, place, place, nb.int32[:], hub_set))
def _timed_route(flows, legs, prices, second, origin, flow, hubs, route):
    """Return the cost of the best route of one flow with a deadline, prices included, EUR/t; fill in its ends."""
    best, end = NEVER, flows.destination[flow]
    for a in range(len(hubs)):
        for b in range(len(hubs)):
            k, m = hubs[a], hubs[b]
            cost = legs.collect[origin, k] + prices[k] + legs.between[k, m] + legs.distribute[m, end]
            if a != b:
                cost += second * prices[m]
            if cost >= best:
                continue
            if legs.collect_h[origin, k] + legs.between_h[k, m] + legs.distribute_h[m, end] > flows.slack_h[flow]:
                cost += flows.penalty[flow]
            if cost < best:
                best = cost
                route[0], route[1] = a, b
    return best


@compiled(number(flows, legs, vector, number, place, nb.int32[:], vector, places, hub_sets, nb.float64[:]))
def _origin(flows, legs, prices, second, origin, hubs, reach, start, route, load):
    """Return what the freight of one origin costs over a set of hubs, prices included, EUR/year; add its loads."""
    _reached(legs, prices, second, origin, hubs, reach, start)
    total = 0.0
    for flow in range(flows.start[origin], flows.start[origin + 1]):
        volume, end, best = flows.volume[flow], flows.destination[flow], NEVER
        if flows.slack_h[flow] >= _EVER:
            last = 0
            for b in range(len(hubs)):
                cost = reach[b] + legs.distribute[hubs[b], end]
                if cost < best:
                    best, last = cost, b
            route[flow, 0], route[flow, 1] = start[last], last
        else:
            best = _timed_route(flows, legs, prices, second, origin, flow, hubs, route[flow])
        total += volume * best
        load[route[flow, 0]] += volume
        if route[flow, 0] != route[flow, 1]:
            load[route[flow, 1]] += second * volume
    return total


@compiled(nb.void(flows, legs, vector, number, hub_set, hub_sets, vector, matrix))
def served_by_set(flows, legs, prices, second, hubs, route, cost, load):
    """Serve all freight over a set of hubs, each flow on the route that is cheapest with the prices of capacity.

    Parameters
    ----------
    prices
        u_k, EUR/t, shape (sites,).
    second
        What a tonne counts at its last hub where that is not its first: 1 or 0.
    route
        Filled: places in ``hubs`` of first and last hub, shape (flows, 2).
    cost
        Filled: of the freight of each origin, prices not included, EUR/year, shape (origins,).
    load
        Filled, t/year, shape (origins, hubs).
    """
    reach, start = np.empty(len(hubs)), np.empty(len(hubs), np.int64)
    for i in range(len(cost)):
        for a in range(len(hubs)):
            load[i, a] = 0.0
        _origin(flows, legs, prices, second, i, hubs, reach, start, route, load[i])
        cost[i] = 0.0
        for flow in range(flows.start[i], flows.start[i + 1]):
            k, m, end = hubs[route[flow, 0]], hubs[route[flow, 1]], flows.destination[flow]
            unit_cost = legs.collect[i, k] + legs.between[k, m] + legs.distribute[m, end]
            if legs.collect_h[i, k] + legs.between_h[k, m] + legs.distribute_h[m, end] > flows.slack_h[flow]:
                unit_cost += flows.penalty[flow]
            cost[i] += flows.volume[flow] * unit_cost


@compiled(number(vector, vector, vector, number))
def _step(load, room, own, over):
    """Return the length of a step (Polyak 1969) that would close ``over`` EUR/year; 0 where there is none to take.

    Loads become what they exceed the room by, as far as prices can follow.
    """
    norm = 0.0
    for a in range(len(own)):
        load[a] -= room[a]
        if abs(load[a]) <= _FULL * room[a] or (load[a] < 0.0 and own[a] <= 0.0):
            load[a] = 0.0
        norm += load[a] * load[a]
    return over / norm if norm > 0.0 else 0.0


@compiled(nb.void(flows, legs, vector, vector, number, hub_sets, vector, vector, number, place, vector, matrix))
def raise_bounds(flows, legs, fixed, capacity, second, sets, prices, rest, cut_off, tries, bound, found):
    """Bound sets of hubs within their capacities, each by its own prices, until a bound is at the cut-off.

    Parameters
    ----------
    fixed, capacity
        f_k, EUR/year, and q_k, t/year, shape (sites,).
    prices
        Where each set begins, shape (sites,).
    rest
        What the origins from each one on cost at least, shape (origins + 1,).
    cut_off
        EUR/year.
    tries
        How many prices are tried for each set.
    bound, found
        Filled: the best bound, EUR/year, shape (sets,), and its prices, shape (sets, hubs).
    """
    hubs_in_set, freight = sets.shape[1], 0.0
    for flow in range(len(flows.volume)):
        freight += flows.volume[flow]
    dearest = _MOST_WORTH * cut_off / freight
    reach, start = np.empty(hubs_in_set), np.empty(hubs_in_set, np.int64)
    load, room, own = np.empty(hubs_in_set), np.empty(hubs_in_set), np.empty(hubs_in_set)
    route, at = np.empty((len(flows.volume), 2), np.int32), np.empty(len(prices))
    for s in range(len(sets)):
        hubs = sets[s]
        bound[s], factor, stalled = -NEVER, 1.0, 0
        for a in range(hubs_in_set):
            own[a], room[a] = prices[hubs[a]], capacity[hubs[a]]
        for _ in range(tries):
            total = 0.0
            for a in range(hubs_in_set):
                at[hubs[a]], load[a] = own[a], 0.0
                total += fixed[hubs[a]] - own[a] * room[a]
            for i in range(len(rest) - 1):
                if total + rest[i] >= cut_off:
                    total += rest[i]
                    break
                total += _origin(flows, legs, at, second, i, hubs, reach, start, route, load)
            stalled += 1
            if total > bound[s]:
                bound[s], stalled = total, 0
                for a in range(hubs_in_set):
                    found[s, a] = own[a]
            if total >= cut_off:
                break
            if stalled == _STALLED:
                factor, stalled = 0.5 * factor, 0
            step = factor * _step(load, room, own, 1.001 * (cut_off - total))
            if step == 0.0:
                break
            for a in range(hubs_in_set):
                own[a] = min(dearest, max(0.0, own[a] + step * load[a]))
