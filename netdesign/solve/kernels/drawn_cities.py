"""What cities with one hub each way pay over fixed networks at given prices and volumes, all freight going overseas.

Departures are as many as the volume needs, or more where being in time is worth it. A plan has each city's freight on
the lane of its hub; the bound lets it take any lane, and the vehicles between hubs are full then and leave at once.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.drawn_freight import CityPrices, DrawnCities
from netdesign.solve.kernels.drawn_routes import drawn_networks
from netdesign.solve.kernels.types import compiled, cube, flags, inlined, matrix, number, places, vector
from netdesign.solve.kernels.unit_minima import over_lanes

cells = nb.boolean[:, :, ::1]
leg_flags = nb.boolean[:, ::1]
counts = nb.int64[:, ::1]
needs = nb.int32[:, :, :, ::1]
drawn_cities = nb.types.NamedTuple(
    (*(flags,) * 4, *(cells,) * 4, needs, needs, vector, *(counts,) * 4, leg_flags, flags, flags), DrawnCities
)
city_prices = nb.types.NamedTuple((*(vector,) * 8, *(matrix,) * 3, cube, cube), CityPrices)
pair = nb.types.UniTuple(number, 2)

_ROUNDING = 1e-9


@inlined
def needed(volume, tonnes, least):
    """Return the departures a week that carry a volume."""
    return max(least, int(np.ceil(volume / tonnes - _ROUNDING)))


@inlined
def alone(volume, fine, is_hard, each, c, h, tonnes, least, most, in_time):
    """Return what the departures of one way of a city cost with what it pays for being late, EUR/year."""
    best = np.inf
    for u in range(len(tonnes)):
        eur = each[u, c, h]
        if eur == np.inf:
            continue
        n = needed(volume, tonnes[u], least)
        if n > most:
            continue
        soonest = in_time[u]
        if n >= soonest:
            best = min(best, eur * n)
            continue
        if not is_hard:
            best = min(best, eur * n + fine)
        if soonest <= most:
            best = min(best, eur * soonest)
    return best


@inlined
def together(freight, prices, c, g, k, h):
    """Return what both ways of a city pay whose departures are paired: gate in, gate out and hub; EUR/year."""
    each_in, each_out, tonnes = prices.each_in, prices.each_out, freight.tonnes
    soon_in, soon_out = freight.soon_in, freight.soon_out
    volume_in, volume_out = prices.volume_in[c], prices.volume_out[c]
    fine_in, fine_out = prices.penalty_in[c] * volume_in, prices.penalty_out[c] * volume_out
    best = np.inf
    for u in range(len(tonnes)):
        eur = each_in[u, c, h]
        if eur == np.inf or each_out[u, c, h] == np.inf:
            continue
        first = needed(max(volume_in, volume_out), tonnes[u], freight.least_in[c, h])
        until_in, until_out = soon_in[c, g, h, u], soon_out[c, k, h, u]
        for choice in range(4):
            if (choice & 1 and until_in <= first) or (choice & 2 and until_out <= first):
                continue
            n = first
            if choice & 1:
                n = max(n, until_in)
            if choice & 2:
                n = max(n, until_out)
            if n > freight.most_in[c, h]:
                continue
            value = eur * n
            if n < until_in:
                value = np.inf if freight.hard_in[c] else value + fine_in
            if n < until_out:
                value = np.inf if freight.hard_out[c] else value + fine_out
            best = min(best, value)
    return best


@inlined
def inward(freight, prices, far, c, g, h):
    """Return what the freight to a city pays over a gate and its hub, EUR/year."""
    if not freight.exists_in[c, g, h]:
        return np.inf
    volume = prices.volume_in[c]
    of_vehicles = alone(
        volume,
        prices.penalty_in[c] * volume,
        freight.hard_in[c],
        prices.each_in,
        c,
        h,
        freight.tonnes,
        freight.least_in[c, h],
        freight.most_in[c, h],
        freight.soon_in[c, g, h],
    )
    return of_vehicles + volume * (far[g, h] + prices.leg_in[c, h])


@inlined
def outward(freight, prices, far, c, g, h):
    """Return what the freight from a city pays over its hub and a gate, EUR/year."""
    if not freight.exists_out[c, g, h]:
        return np.inf
    volume = prices.volume_out[c]
    of_vehicles = alone(
        volume,
        prices.penalty_out[c] * volume,
        freight.hard_out[c],
        prices.each_out,
        c,
        h,
        freight.tonnes,
        freight.least_out[c, h],
        freight.most_out[c, h],
        freight.soon_out[c, g, h],
    )
    return of_vehicles + volume * (far[g, h] + prices.leg_out[c, h])


@inlined
def both_ways(freight, prices, far_in, far_out, c, g, k, h, cost_in, cost_out):
    """Return what both ways of a city pay over one hub, given what each pays by itself; EUR/year."""
    if not freight.is_paired[c, h]:
        return cost_in + cost_out
    if not (freight.exists_in[c, g, h] and freight.exists_out[c, k, h]):
        return np.inf
    carried = prices.volume_in[c] * (far_in[g, h] + prices.leg_in[c, h])
    carried += prices.volume_out[c] * (far_out[k, h] + prices.leg_out[c, h])
    return together(freight, prices, c, g, k, h) + carried


@compiled(pair(drawn_cities, city_prices, matrix, matrix, matrix, matrix, matrix, places, vector, number))
def of_network(freight, prices, far_in, far_out, own_in, own_out, own_both, hubs, hub_least, lane_least):
    """Return a bound and the cost of all cities over a network, EUR/year."""
    cities, size = len(own_in), len(hubs)
    options = size * size * size
    lower_cost, cost = np.full((cities, options), np.inf), np.full((cities, options), np.inf)
    lane, other_lane = np.full((cities, options), -1), np.full((cities, options), -1)
    gate, counted = np.full((cities, options), -1), np.zeros(cities)
    back, least_out, best_gate = np.empty((size, size)), np.empty(size), np.zeros(size, np.int64)
    has_in, has_out, is_single = freight.has_in, freight.has_out, freight.is_single[0]
    for c in range(cities):
        comes, goes = has_in[c], has_out[c]
        if comes:
            counted[c] = prices.volume_in[c]
        for b in range(size):
            least_out[b] = np.inf
            for k in range(size if goes else 0):
                back[b, k] = outward(freight, prices, far_out, c, hubs[k], hubs[b])
                if back[b, k] < least_out[b]:
                    least_out[b], best_gate[b] = back[b, k], k
        for a in range(size):
            h = hubs[a]
            for g in range(size):
                if not comes and g != a:
                    continue
                one = inward(freight, prices, far_in, c, hubs[g], h) if comes else 0.0
                for b in range(size):
                    if b != a and (is_single or not (comes and goes)):
                        continue
                    o = (a * size + g) * size + b
                    if comes:
                        lane[c, o] = g
                        gate[c, o] = g
                    if goes:
                        other_lane[c, o] = b
                    if not goes:
                        low, value = one, one
                    elif not comes:
                        low, value = least_out[b], own_out[c, hubs[b]]
                    elif a != b or not freight.is_paired[c, h]:
                        low, value = one + least_out[b], one + own_out[c, hubs[b]]
                    else:
                        low, value = np.inf, own_both[c, h]
                        for k in range(size):
                            if freight.is_untimed[c] and k != best_gate[a]:
                                continue
                            each = both_ways(freight, prices, far_in, far_out, c, hubs[g], hubs[k], h, one, back[a, k])
                            low = min(low, each)
                    lower_cost[c, o] = low
                    if g == a:
                        cost[c, o] = value
    return over_lanes(lower_cost, cost, lane, other_lane, gate, counted, hubs, hub_least, lane_least, False, True)


@compiled(pair(drawn_cities, city_prices, *(matrix,) * 6, places, vector))
def freely(freight, prices, own_in, own_out, own_both, low_in, low_out, low_both, hubs, loads):
    """Return a bound and the cost of all cities over a network without minima, and fill in what its lanes get."""
    size, is_single = len(hubs), freight.is_single[0]
    lower, upper = 0.0, 0.0
    loads[:] = 0.0
    for c in range(len(own_in)):
        best, low, at = np.inf, np.inf, -1
        comes, goes = freight.has_in[c], freight.has_out[c]
        for a in range(size):
            h = hubs[a]
            if comes and goes:
                value, under = own_both[c, h], low_both[c, h]
            elif comes:
                value, under = own_in[c, h], low_in[c, h]
            else:
                value, under = own_out[c, h], low_out[c, h]
            if value < best:
                best, at = value, a
            low = min(low, under)
            if comes and goes and not is_single:
                for b in range(size):
                    if b != a:
                        value = own_in[c, h] + own_out[c, hubs[b]]
                        if value < best:
                            best, at = value, a
                        low = min(low, low_in[c, h] + low_out[c, hubs[b]])
        if comes and at >= 0:
            loads[at] += prices.volume_in[c]
        lower += low
        upper += best
    return lower, upper


@compiled(nb.void(drawn_cities, city_prices, drawn_networks, matrix))
def operate_cities(freight, prices, networks, found):
    """Fill in a bound and the cost of each network, EUR/year, shape (networks, 2).

    Infinite where it cannot be operated; the cost is infinite too where no way to operate it was found.
    """
    fixed, handling, between = prices.fixed, prices.handling, prices.between
    lane_in, lane_out = prices.lane_in, prices.lane_out
    has_in, has_out, is_paired = freight.has_in, freight.has_out, freight.is_paired
    faster_in, faster_out = freight.faster_in, freight.faster_out
    exists_in, exists_out = freight.exists_in, freight.exists_out
    sets, sizes, hub_least, lane_least = networks
    cities, sites = prices.leg_in.shape
    far_in, far_out = np.empty((sites, sites)), np.empty((sites, sites))
    for g in range(sites):
        for h in range(sites):
            far_in[g, h] = lane_in[g] + handling[g] + (0.0 if g == h else between[g, h] + handling[h])
            far_out[g, h] = lane_out[g] + handling[g] + (0.0 if g == h else between[h, g] + handling[h])
    own_in, own_out, own_both = (
        np.full((cities, sites), np.inf),
        np.full((cities, sites), np.inf),
        np.full((cities, sites), np.inf),
    )
    low_in, low_out, low_both = own_in.copy(), own_out.copy(), own_both.copy()
    gates_in, gates_out = np.empty(sites, np.int64), np.empty(sites, np.int64)
    for c in range(cities):
        for h in range(sites):
            # Gates of the bound: those that are neither dearer than the hub itself nor later.
            count_in, count_out = 0, 0
            for g in range(sites):
                if g != h and (far_in[g, h] < far_in[h, h] or faster_in[c, g, h] or not exists_in[c, h, h]):
                    gates_in[count_in] = g
                    count_in += 1
                if g != h and (far_out[g, h] < far_out[h, h] or faster_out[c, g, h] or not exists_out[c, h, h]):
                    gates_out[count_out] = g
                    count_out += 1
            if has_in[c]:
                own_in[c, h] = inward(freight, prices, far_in, c, h, h)
                low_in[c, h] = own_in[c, h]
                for x in range(count_in):
                    low_in[c, h] = min(low_in[c, h], inward(freight, prices, far_in, c, gates_in[x], h))
            if has_out[c]:
                own_out[c, h] = outward(freight, prices, far_out, c, h, h)
                low_out[c, h] = own_out[c, h]
                for x in range(count_out):
                    low_out[c, h] = min(low_out[c, h], outward(freight, prices, far_out, c, gates_out[x], h))
            if has_in[c] and has_out[c]:
                own_both[c, h] = both_ways(freight, prices, far_in, far_out, c, h, h, h, own_in[c, h], own_out[c, h])
                if not is_paired[c, h]:
                    low_both[c, h] = low_in[c, h] + low_out[c, h]
                    continue
                low_both[c, h] = own_both[c, h]
                gates_in[count_in], gates_out[count_out] = h, h
                for x in range(count_in + 1):
                    for y in range(count_out + 1):
                        each = both_ways(freight, prices, far_in, far_out, c, gates_in[x], gates_out[y], h, 0.0, 0.0)
                        low_both[c, h] = min(low_both[c, h], each)
    for s in range(len(sets)):
        hubs = sets[s, : sizes[s]]
        base = 0.0
        for a in range(len(hubs)):
            base += fixed[hubs[a]]
        loads = np.zeros(len(hubs))
        lower, upper = freely(freight, prices, own_in, own_out, own_both, low_in, low_out, low_both, hubs, loads)
        is_kept = upper < np.inf
        for a in range(len(hubs)):
            is_kept = is_kept and loads[a] >= max(hub_least[hubs[a]], lane_least[0]) * (1.0 - 1e-12)
        if not is_kept and lower < np.inf:
            closer, upper = of_network(
                freight, prices, far_in, far_out, own_in, own_out, own_both, hubs, hub_least, lane_least[0]
            )
            lower = max(lower, closer)
        found[s, 0] = base + lower
        found[s, 1] = base + upper
