"""The best routes of flows over gates at prices of the rows that couple freight, and what they take of these rows."""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.gate_freight import FIRST, GATE, HUB_ROWS, LIFTED, FreightRows
from netdesign.solve.core.route_matrices import ABSENT, IMPOSSIBLE
from netdesign.solve.kernels.gate_patterns import gate_freight
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import compiled, flags, hub_set, legs, matrix, number, places, vector

freight_rows = nb.types.NamedTuple(
    (matrix, matrix, vector, vector, places, flags, places, matrix, matrix, matrix), FreightRows
)
choices = nb.int8[:, ::1]


@compiled(nb.void(matrix, vector, hub_set, vector))
def of_set(of_sites, of_limits, hubs, found):
    """Fill in what rows of all sites, shape (3, sites), and limits have, for the rows of a set of hubs."""
    size = len(hubs)
    for row in range(HUB_ROWS):
        for g in range(size):
            found[row * size + g] = of_sites[row, hubs[g]]
    found[HUB_ROWS * size :] = of_limits


@compiled(nb.void(legs, freight_rows, hub_set, vector, matrix, matrix, matrix))
def _price_legs(legs, rows, hubs, prices, near, mid, far):
    """Fill in what the legs of a set of hubs cost at some prices, EUR/t."""
    collect, between, distribute, _, _, _ = legs
    _, _, _, _, _, _, counts_last, collect_e, between_e, distribute_e = rows
    size = len(hubs)
    carbon, toll = prices[HUB_ROWS * size], prices[LIFTED * size : (LIFTED + 1) * size]
    for a in range(size):
        k = hubs[a]
        for o in range(len(collect)):
            near[o, a] = collect[o, k] + toll[a]
        for b in range(size):
            mid[a, b] = between[k, hubs[b]] + (toll[b] if a != b and counts_last[0] else 0.0)
        for d in range(distribute.shape[1]):
            far[a, d] = distribute[k, d]
        if carbon > 0.0:
            for o in range(len(collect)):
                near[o, a] += carbon * collect_e[o, k]
            for b in range(size):
                mid[a, b] += carbon * between_e[k, hubs[b]]
            for d in range(distribute.shape[1]):
                far[a, d] += carbon * distribute_e[k, d]


@compiled(number(legs, gate_freight, freight_rows, hub_set, vector, matrix, choices, places))
def gate_costs(legs, freight, rows, hubs, prices, cost, other, gates):
    """Fill in the best route of each flow over each gate at prices of the rows, EUR/t, shape (flows, hubs).

    Those of the gates' minima do not count. Return what freight between cities costs, EUR/year; ``NEVER`` where some
    freight has no route.

    Parameters
    ----------
    other
        Filled: the hub at the other end of each of these routes.
    gates
        Filled for freight between cities: the first hub of its best route.
    """
    collect, _, distribute, collect_h, between_h, distribute_h = legs
    start, _, origin, destination, volume, slack_h, penalty, is_last, _, _ = freight
    size, gated, beside = len(hubs), start[-1], 0.0
    near, mid, far = np.empty((len(collect), size)), np.empty((size, size)), np.empty((size, distribute.shape[1]))
    _price_legs(legs, rows, hubs, prices, near, mid, far)
    group, enters, late = rows.group, rows.enters, prices[HUB_ROWS * size + 1 :]
    gain = prices[FIRST * size : (FIRST + 1) * size]
    for r in range(len(volume)):
        o, d = origin[r], destination[r]
        is_turned, counts, least = r < gated and is_last[r], enters[r], ABSENT
        after = penalty[r]
        if group[r] >= 0:
            after += late[0] + (late[group[r]] if group[r] > 0 else 0.0)
        for g in range(size):
            best, end = ABSENT, 0
            for e in range(size):
                a, b = (e, g) if is_turned else (g, e)
                one = near[o, a] + mid[a, b] + far[b, d]
                if counts:
                    one -= gain[a]
                if one < best:
                    first, last = hubs[a], hubs[b]
                    if collect_h[o, first] + between_h[first, last] + distribute_h[last, d] > slack_h[r]:
                        one += after
                    if one < best:
                        best, end = one, e
            cost[r, g], other[r, g] = best, end
            if best < least:
                least, gates[r] = best, g
        if least >= IMPOSSIBLE:
            return NEVER
        if r >= gated:
            beside += volume[r] * least
    return beside


@compiled(nb.void(legs, gate_freight, freight_rows, hub_set, choices, places, vector))
def subtract_taken(legs, freight, rows, hubs, other, gates, left):
    """Subtract from what is due in each row what flows contribute that take their best routes over some gates."""
    _, _, _, collect_h, between_h, distribute_h = legs
    start, _, origin, destination, volume, slack_h, _, is_last, _, fills_hub = freight
    _, _, _, limit_highest, group, enters, counts_last, collect_e, between_e, distribute_e = rows
    size = len(hubs)
    limits = HUB_ROWS * size
    for r in range(len(volume)):
        g, o, d, w = gates[r], origin[r], destination[r], volume[r]
        e = np.int64(other[r, g])
        a, b = (e, g) if r < start[-1] and is_last[r] else (g, e)
        first, last = hubs[a], hubs[b]
        if fills_hub[r]:
            left[GATE * size + g] -= w
        if enters[r]:
            left[FIRST * size + a] -= w
        left[LIFTED * size + a] += w
        if a != b and counts_last[0]:
            left[LIFTED * size + b] += w
        if limit_highest[0] > 0.0:
            left[limits] += w * (collect_e[o, first] + between_e[first, last] + distribute_e[last, d])
        if group[r] >= 0 and collect_h[o, first] + between_h[first, last] + distribute_h[last, d] > slack_h[r]:
            left[limits + 1] += w
            if group[r] > 0:
                left[limits + 1 + group[r]] += w
