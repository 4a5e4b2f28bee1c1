"""What hubs are loaded with where each pass through a hub has a price, and how far such prices raise a bound.

With prices u_k >= 0 of a tonne at each hub (Lagrange multipliers of ``load_k <= q_k y_k``), every commodity takes its
best route by itself again, and what a set of hubs costs at these prices, less ``sum_k u_k q_k``, is a lower bound on
what it costs within its capacities (Held, Wolfe and Crowder 1974).
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.loops.commodity import _pair_costs, _pair_costs_in_time
from netdesign.solve.loops.names import NEVER
from netdesign.solve.loops.serving import MOST, in_reach, one_hub_price, serve
from netdesign.solve.loops.types import (
    compiled,
    flows,
    hub_set,
    hub_sets,
    legs,
    matrix,
    number,
    place,
    places,
    steps,
    vector,
)

_EVER = 1e30
_BINS = 256
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
    """Return the length of a step (Polyak 1969) that would close ``over`` EUR/year; 0 where no price may rise."""
    norm = 0.0
    for a in range(len(own)):
        rise = load[a] - room[a]
        if rise > 0.0 or own[a] > 0.0:
            norm += rise * rise
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
    hubs_in_set = sets.shape[1]
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
                own[a] = max(0.0, own[a] + step * (load[a] - room[a]))


@compiled(nb.void(flows, steps, vector, places, number, number, place, place, vector, matrix, vector))
def served_partly(flows, steps, is_open, hubs, second, dearest, first, last, value, load, paid):
    """Serve the freight of some origins over partly open hubs, with legs that include the prices of capacity.

    Parameters
    ----------
    steps
        As from RouteMatrices.
    is_open
        The point y, shape (sites,).
    hubs
        Positions of the sites that are open there.
    second
        What a tonne counts at its last hub where that is not its first: 1 or 0.
    dearest
        Cost of leaving a whole commodity behind, EUR/year.
    first, last
        Origins from ``first`` on, ``last`` excluded.
    value
        Filled: cost and prices of the freight of each origin, EUR/year, shape (origins,).
    load
        Filled, t/year, shape (origins, hubs).
    paid
        Filled: what the last tonne of each flow costs, EUR/t, shape (flows,).
    """
    inside = len(hubs)
    cost, near_cost, sent = np.empty((inside, inside)), np.empty((inside, inside)), np.empty((inside, inside))
    share, near_share, chosen = np.empty(inside), np.empty(inside), np.empty(inside, np.int64)
    left, right, spare_left, spare_right = np.empty(inside), np.empty(inside), np.empty(inside), np.empty(inside)
    left_from, right_from, dual = np.empty(inside, np.int64), np.empty(inside, np.int64), np.empty(inside)
    start_leg, end_leg, start_h, end_h = np.empty(inside), np.empty(inside), np.empty(inside), np.empty(inside)
    for a in range(inside):
        share[a] = min(1.0, is_open[hubs[a]])
    for i in range(first, last):
        value[i] = 0.0
        for a in range(inside):
            load[i, a] = 0.0
        for flow in range(flows.start[i], flows.start[i + 1]):
            end, volume, slack = flows.destination[flow], flows.volume[flow], flows.slack_h[flow]
            for a in range(inside):
                k = hubs[a]
                start_leg[a], end_leg[a] = steps.near[i, k], steps.far[end, k]
                start_h[a], end_h[a] = steps.near_h[i, k], steps.far_h[end, k]
            if slack >= _EVER:
                _pair_costs(steps.out, start_leg, end_leg, hubs, inside, cost)
            else:
                _pair_costs_in_time(
                    steps.out, steps.out_h, start_leg, end_leg, start_h, end_h, hubs, inside, slack,
                    flows.penalty[flow], cost,
                )  # fmt: skip
            limit, price, count = dearest / volume, NEVER, 0
            ceiling = min(one_hub_price(cost, share, inside, left), 0.5 * NEVER)
            while price > ceiling:
                count = in_reach(cost, inside, ceiling, chosen)
                for a in range(count):
                    for b in range(count):
                        near_cost[a, b] = cost[chosen[a], chosen[b]]
                    near_share[a] = share[chosen[a]]
                price = serve(
                    near_cost, near_share, limit, count, dual, spare_left, spare_right, sent, left, right, left_from,
                    right_from,
                )  # fmt: skip
                if price > ceiling:
                    price, ceiling = (price, NEVER) if count == inside else (NEVER, MOST)
            behind, paid[flow] = 1.0, price
            for a in range(count):
                for b in range(count):
                    tonnes = volume * sent[a, b]
                    behind -= sent[a, b]
                    value[i] += tonnes * near_cost[a, b]
                    load[i, chosen[a]] += tonnes
                    if a != b:
                        load[i, chosen[b]] += second * tonnes
            if behind > 0.0:
                value[i] += behind * dearest


@compiled(nb.void(flows, legs, vector, vector, vector, number, places, places, vector))
def fill_prices(flows, legs, paid, limit, prices, second, hubs, sites, filled):
    """Price the capacity of sites that are not open: at what saving of a tonne they would be full.

    Of all prices these make the cut at a point the strongest for such a site, as long as it opens alone.

    Parameters
    ----------
    paid
        What the last tonne of each flow costs, prices included, EUR/t, shape (flows,).
    limit
        q_k, t/year, shape (sites,).
    prices
        Of the open hubs, EUR/t, shape (sites,).
    second
        What a tonne counts at its last hub where that is not its first: 1 or 0.
    hubs
        Positions of the open hubs.
    sites
        Positions of the sites to be priced.
    filled
        Filled at these, EUR/t, shape (sites,).
    """
    origins, ends = legs.collect.shape[0], legs.distribute.shape[1]
    onward, saving, heap = np.empty(ends), np.empty(len(flows.volume)), np.empty(_BINS)
    for k in sites:
        for j in range(ends):
            onward[j] = legs.distribute[k, j]
            for m in hubs:
                onward[j] = min(onward[j], legs.between[k, m] + second * prices[m] + legs.distribute[m, j])
        most = 0.0
        for i in range(origins):
            first, reach = legs.collect[i, k], legs.collect[i, k]
            for m in hubs:
                reach = min(reach, legs.collect[i, m] + prices[m] + legs.between[m, k])
            for flow in range(flows.start[i], flows.start[i + 1]):
                end = flows.destination[flow]
                cost = first + onward[end]
                if second > 0.0:
                    cost = min(cost, reach + legs.distribute[k, end])
                saving[flow] = paid[flow] - cost
                most = max(most, saving[flow])
        filled[k] = 0.0
        if most <= 0.0:
            continue
        for step in range(_BINS):
            heap[step] = 0.0
        for flow in range(len(saving)):
            if saving[flow] > 0.0:
                heap[min(_BINS - 1, int(_BINS * saving[flow] / most))] += flows.volume[flow]
        total, step = 0.0, _BINS
        while step > 0 and total + heap[step - 1] <= limit[k]:
            step -= 1
            total += heap[step]
        filled[k] = most * step / _BINS
