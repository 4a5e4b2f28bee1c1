"""What departures of a city over a hub cost in a drawn world, fines for being late included: each way, and paired."""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.drawn_freight import CityPrices, DrawnCities
from netdesign.solve.kernels.types import compiled, cube, flags, inlined, matrix, number, place, vector

cells = nb.boolean[:, :, ::1]
leg_flags = nb.boolean[:, ::1]
counts = nb.int64[:, ::1]
needs = nb.int32[:, :, :, ::1]
drawn_cities = nb.types.NamedTuple(
    (*(flags,) * 4, *(cells,) * 4, needs, needs, vector, *(counts,) * 4, leg_flags, leg_flags, flags), DrawnCities
)
city_prices = nb.types.NamedTuple((*(vector,) * 8, *(matrix,) * 3, cube, cube), CityPrices)

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
