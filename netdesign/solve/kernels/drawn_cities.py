"""What cities with one hub each way pay over fixed networks at given prices and volumes, all freight going overseas.

Departures are as many as the volume needs, or more where being in time is worth it. A plan has each city's freight on
the lane of its hub; the bound lets it take any lane, and the vehicles between hubs are full then and leave at once.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.drawn_modes import city_prices, drawn_cities, far_mode, far_modes, own_modes
from netdesign.solve.kernels.drawn_routes import drawn_networks
from netdesign.solve.kernels.types import compiled, cube, matrix, number, place, places, vector
from netdesign.solve.kernels.unit_minima import over_lanes

pair = nb.types.UniTuple(number, 2)


@compiled(
    nb.void(drawn_cities, city_prices, matrix, matrix, matrix, matrix, matrix, places, place, matrix, matrix, cube)
)
def of_city(freight, prices, of_in, of_out, of_both, far_in, far_out, hubs, c, inward, outward, both):
    """Fill in what a city pays over gates and hubs of a network, EUR/year: each way, and both over gates of the way in.

    Where no other gate is sooner than the hub, departures cost as over the hub, or more.
    """
    size = len(hubs)
    volume_in, volume_out = prices.volume_in[c], prices.volume_out[c]
    comes, goes = freight.has_in[c], freight.has_out[c]
    for a in range(size):
        h = hubs[a]
        own_in, own_out = freight.exists_in[c, h, h], freight.exists_out[c, h, h]
        for x in range(size):
            g = hubs[x]
            inward[x, a], outward[x, a] = np.inf, np.inf
            if comes and freight.exists_in[c, g, h]:
                mode = of_in[c, h]
                if g != h and (freight.faster_in[c, g, h] or not own_in):
                    mode = far_mode(freight, prices, 0, c, g, h)
                inward[x, a] = mode + volume_in * (far_in[g, h] + prices.leg_in[c, h])
            if goes and freight.exists_out[c, g, h]:
                mode = of_out[c, h]
                if g != h and (freight.faster_out[c, g, h] or not own_out):
                    mode = far_mode(freight, prices, 1, c, g, h)
                outward[x, a] = mode + volume_out * (far_out[g, h] + prices.leg_out[c, h])
        for x in range(size):
            g = hubs[x]
            for y in range(size):
                k = hubs[y]
                value = inward[x, a] + outward[y, a]
                if value < np.inf and freight.is_paired[c, h]:
                    mode = of_both[c, h]
                    is_other = g != h and (freight.faster_in[c, g, h] or not own_in)
                    if is_other or (k != h and (freight.faster_out[c, k, h] or not own_out)):
                        mode = far_modes(freight, prices, c, g, k, h)
                    value = mode + volume_in * (far_in[g, h] + prices.leg_in[c, h])
                    value += volume_out * (far_out[k, h] + prices.leg_out[c, h])
                both[x, y, a] = value


@compiled(pair(drawn_cities, city_prices, *(matrix,) * 5, places, vector, number))
def of_network(freight, prices, of_in, of_out, of_both, far_in, far_out, hubs, hub_least, lane_least):
    """Return a bound and the cost of all cities over a network, EUR/year."""
    cities, size = len(of_in), len(hubs)
    options = size * size * size
    lower_cost, cost = np.full((cities, options), np.inf), np.full((cities, options), np.inf)
    lane, other_lane = np.full((cities, options), -1), np.full((cities, options), -1)
    gate, counted = np.full((cities, options), -1), np.zeros(cities)
    inward, outward, both = np.empty((size, size)), np.empty((size, size)), np.empty((size, size, size))
    has_in, has_out, is_single = freight.has_in, freight.has_out, freight.is_single[0]
    for c in range(cities):
        comes, goes = has_in[c], has_out[c]
        of_city(freight, prices, of_in, of_out, of_both, far_in, far_out, hubs, c, inward, outward, both)
        if comes:
            counted[c] = prices.volume_in[c]
        for a in range(size):
            for g in range(size):
                if not comes and g != a:
                    continue
                for b in range(size):
                    if b != a and (is_single or not (comes and goes)):
                        continue
                    o = (a * size + g) * size + b
                    if comes:
                        lane[c, o] = g
                        gate[c, o] = g
                    if goes:
                        other_lane[c, o] = b
                    low = np.inf
                    if not goes:
                        low, value = inward[g, a], inward[g, a]
                    else:
                        for k in range(size):
                            each = outward[k, b]
                            if comes:
                                each = both[g, k, a] if a == b else inward[g, a] + outward[k, b]
                            low = min(low, each)
                        value = outward[b, b]
                        if comes:
                            value = both[g, b, a] if a == b else inward[g, a] + outward[b, b]
                    lower_cost[c, o] = low
                    if g == a:
                        cost[c, o] = value
    return over_lanes(lower_cost, cost, lane, other_lane, gate, counted, hubs, hub_least, lane_least, False, True)


@compiled(number(drawn_cities, city_prices, matrix, matrix, matrix, places, vector))
def freely(freight, prices, own_in, own_out, own_both, hubs, loads):
    """Return the cost of all cities over a network, each over lanes of its hubs, and fill in what these get."""
    size, is_single = len(hubs), freight.is_single[0]
    has_in, has_out, volume_in = freight.has_in, freight.has_out, prices.volume_in
    total = 0.0
    loads[:] = 0.0
    for c in range(len(own_in)):
        best, at = np.inf, -1
        comes, goes = has_in[c], has_out[c]
        for a in range(size):
            h = hubs[a]
            value = own_both[c, h]
            if not goes:
                value = own_in[c, h]
            elif not comes:
                value = own_out[c, h]
            if value < best:
                best, at = value, a
            if comes and goes and not is_single:
                for b in range(size):
                    if b != a:
                        value = own_in[c, h] + own_out[c, hubs[b]]
                        if value < best:
                            best, at = value, a
        if comes and at >= 0:
            loads[at] += volume_in[c]
        total += best
    return total


@compiled(nb.void(drawn_cities, city_prices, drawn_networks, matrix))
def operate_cities(freight, prices, networks, found):
    """Fill in a bound and the cost of each network, EUR/year, shape (networks, 2).

    Infinite where it cannot be operated; the cost is infinite too where no way to operate it was found.
    """
    fixed, handling, between = prices.fixed, prices.handling, prices.between
    lane_in, lane_out, leg_in, leg_out = prices.lane_in, prices.lane_out, prices.leg_in, prices.leg_out
    volume_in, volume_out = prices.volume_in, prices.volume_out
    has_in, has_out, needs_care = freight.has_in, freight.has_out, freight.needs_care
    sets, sizes, hub_least, lane_least = networks
    cities, sites = leg_in.shape
    far_in, far_out = np.empty((sites, sites)), np.empty((sites, sites))
    for g in range(sites):
        for h in range(sites):
            far_in[g, h] = lane_in[g] + handling[g] + (0.0 if g == h else between[g, h] + handling[h])
            far_out[g, h] = lane_out[g] + handling[g] + (0.0 if g == h else between[h, g] + handling[h])
    of_in, of_out, of_both = np.empty((cities, sites)), np.empty((cities, sites)), np.empty((cities, sites))
    own_modes(freight, prices, of_in, of_out, of_both)
    own_in, own_out, own_both = of_in.copy(), of_out.copy(), of_both.copy()
    for c in range(cities):
        for h in range(sites):
            carried_in = volume_in[c] * (far_in[h, h] + leg_in[c, h]) if has_in[c] and of_in[c, h] < np.inf else 0.0
            carried_out = (
                volume_out[c] * (far_out[h, h] + leg_out[c, h]) if has_out[c] and of_out[c, h] < np.inf else 0.0
            )
            own_in[c, h] += carried_in
            own_out[c, h] += carried_out
            own_both[c, h] += carried_in + carried_out
    for s in range(len(sets)):
        hubs = sets[s, : sizes[s]]
        base = 0.0
        # Whether the hub of a city is its best gate: no other is cheaper, and none is sooner.
        is_own_best = True
        for a in range(len(hubs)):
            base += fixed[hubs[a]]
            for b in range(len(hubs)):
                g, h = hubs[a], hubs[b]
                is_own_best = is_own_best and not needs_care[g, h]
                is_own_best = is_own_best and far_in[g, h] >= far_in[h, h] and far_out[g, h] >= far_out[h, h]
        lower, upper = np.inf, np.inf
        is_kept = False
        if is_own_best:
            loads = np.zeros(len(hubs))
            upper = freely(freight, prices, own_in, own_out, own_both, hubs, loads)
            lower = upper
            is_kept = True
            for a in range(len(hubs)):
                is_kept = is_kept and loads[a] >= max(hub_least[hubs[a]], lane_least[0]) * (1.0 - 1e-12)
        if not (is_kept or (is_own_best and lower == np.inf)):
            lower, upper = of_network(
                freight, prices, of_in, of_out, of_both, far_in, far_out, hubs, hub_least, lane_least[0]
            )
        found[s, 0] = base + lower
        found[s, 1] = base + upper
