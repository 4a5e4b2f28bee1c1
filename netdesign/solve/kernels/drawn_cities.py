"""What cities with one hub each way pay over fixed networks at given prices and volumes, all freight going overseas.

Departures are as many as the volume needs, or more where being in time is worth it. A plan has each city's freight on
the lane of its hub; the bound lets it take any lane, and the vehicles between hubs are full then and leave at once.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.drawn_freight import CityPrices, DrawnCities
from netdesign.solve.kernels.drawn_routes import drawn_networks
from netdesign.solve.kernels.types import compiled, cube, flags, inlined, matrix, number, place, places, vector
from netdesign.solve.kernels.unit_minima import over_lanes

cells = nb.boolean[:, :, ::1]
leg_flags = nb.boolean[:, ::1]
counts = nb.int64[:, ::1]
needs = nb.int32[:, :, :, ::1]
drawn_cities = nb.types.NamedTuple(
    (*(flags,) * 4, *(cells,) * 4, needs, needs, vector, *(counts,) * 4, leg_flags, leg_flags, flags), DrawnCities
)
city_prices = nb.types.NamedTuple((*(vector,) * 8, *(matrix,) * 3, cube, cube), CityPrices)
pair = nb.types.UniTuple(number, 2)

_ROUNDING = 1e-9


@inlined
def needed(volume, tonnes, least):
    """Return the departures a week that carry a volume."""
    return max(least, int(np.ceil(volume / tonnes - _ROUNDING)))


@inlined
def one_way(volume, fine, is_hard, each, soon, tonnes, least, most, c, g, h):
    """Return what the departures of one way of a city cost with what it pays for being late, EUR/year."""
    best = np.inf
    for u in range(len(tonnes)):
        eur = each[u, c, h]
        n = needed(volume, tonnes[u], least[c, h])
        if eur == np.inf or n > most[c, h]:
            continue
        soonest = soon[c, g, h, u]
        if n >= soonest:
            best = min(best, eur * n)
            continue
        if not is_hard:
            best = min(best, eur * n + fine)
        if soonest <= most[c, h]:
            best = min(best, eur * soonest)
    return best


@inlined
def together(
    volume_in,
    volume_out,
    fine_in,
    fine_out,
    hard_in,
    hard_out,
    each_in,
    each_out,
    soon_in,
    soon_out,
    tonnes,
    least,
    most,
    c,
    g,
    k,
    h,
):
    """Return the same of both ways of a city whose departures are paired, over a gate in and one out."""
    best = np.inf
    volume = max(volume_in, volume_out)
    for u in range(len(tonnes)):
        eur = each_in[u, c, h]
        first = needed(volume, tonnes[u], least[c, h])
        if eur == np.inf or each_out[u, c, h] == np.inf or first > most[c, h]:
            continue
        until_in, until_out = soon_in[c, g, h, u], soon_out[c, k, h, u]
        if first >= until_in and first >= until_out:
            best = min(best, eur * first)
            continue
        for choice in range(4):
            n = first
            if choice & 1:
                n = max(n, until_in)
            if choice & 2:
                n = max(n, until_out)
            if n > most[c, h]:
                continue
            value = eur * n
            if n < until_in:
                value = np.inf if hard_in else value + fine_in
            if n < until_out:
                value = np.inf if hard_out else value + fine_out
            best = min(best, value)
    return best


@compiled(nb.void(drawn_cities, city_prices, matrix, matrix, matrix))
def own_modes(freight, prices, of_in, of_out, of_both):
    """Fill in what departures of cities cost over each hub and its own lane, fines included: each way, and both."""
    has_in, has_out, hard_in, hard_out = freight.has_in, freight.has_out, freight.hard_in, freight.hard_out
    exists_in, exists_out, soon_in, soon_out = freight.exists_in, freight.exists_out, freight.soon_in, freight.soon_out
    tonnes, is_paired = freight.tonnes, freight.is_paired
    least_in, most_in, least_out, most_out = freight.least_in, freight.most_in, freight.least_out, freight.most_out
    volumes_in, volumes_out, each_in, each_out = prices.volume_in, prices.volume_out, prices.each_in, prices.each_out
    penalty_in, penalty_out = prices.penalty_in, prices.penalty_out
    for c in range(len(of_in)):
        volume_in, volume_out = volumes_in[c], volumes_out[c]
        fine_in, fine_out = penalty_in[c] * volume_in, penalty_out[c] * volume_out
        for h in range(of_in.shape[1]):
            of_in[c, h], of_out[c, h], of_both[c, h] = np.inf, np.inf, np.inf
            comes = has_in[c] and exists_in[c, h, h]
            goes = has_out[c] and exists_out[c, h, h]
            if comes:
                of_in[c, h] = one_way(
                    volume_in, fine_in, hard_in[c], each_in, soon_in, tonnes, least_in, most_in, c, h, h
                )
            if goes:
                of_out[c, h] = one_way(
                    volume_out, fine_out, hard_out[c], each_out, soon_out, tonnes, least_out, most_out, c, h, h
                )
            if comes and goes and is_paired[c, h]:
                of_both[c, h] = together(
                    volume_in,
                    volume_out,
                    fine_in,
                    fine_out,
                    hard_in[c],
                    hard_out[c],
                    each_in,
                    each_out,
                    soon_in,
                    soon_out,
                    tonnes,
                    least_in,
                    most_in,
                    c,
                    h,
                    h,
                    h,
                )
            elif comes and goes:
                of_both[c, h] = of_in[c, h] + of_out[c, h]


@compiled(number(drawn_cities, city_prices, place, place, place, place))
def far_mode(freight, prices, way, c, g, h):
    """Return what departures of one way of a city cost over another gate than its hub: 0 in, 1 out."""
    if way == 0:
        volume = prices.volume_in[c]
        return one_way(
            volume,
            prices.penalty_in[c] * volume,
            freight.hard_in[c],
            prices.each_in,
            freight.soon_in,
            freight.tonnes,
            freight.least_in,
            freight.most_in,
            c,
            g,
            h,
        )
    volume = prices.volume_out[c]
    return one_way(
        volume,
        prices.penalty_out[c] * volume,
        freight.hard_out[c],
        prices.each_out,
        freight.soon_out,
        freight.tonnes,
        freight.least_out,
        freight.most_out,
        c,
        g,
        h,
    )


@compiled(number(drawn_cities, city_prices, place, place, place, place))
def far_modes(freight, prices, c, g, k, h):
    """Return what departures of both ways of a city cost over gates of which one is not its hub."""
    volume_in, volume_out = prices.volume_in[c], prices.volume_out[c]
    return together(
        volume_in,
        volume_out,
        prices.penalty_in[c] * volume_in,
        prices.penalty_out[c] * volume_out,
        freight.hard_in[c],
        freight.hard_out[c],
        prices.each_in,
        prices.each_out,
        freight.soon_in,
        freight.soon_out,
        freight.tonnes,
        freight.least_in,
        freight.most_in,
        c,
        g,
        k,
        h,
    )


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
