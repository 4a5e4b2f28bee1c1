"""What the freight of an airport costs over given gates, at prices of what their lanes and hubs have to get."""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.gate_freight import GateFreight
from netdesign.solve.core.route_matrices import ABSENT, IMPOSSIBLE
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import compiled, flags, hub_set, inlined, legs, matrix, number, place, places, vector

_ROUNDS = 6
"""Most times that the prices of all lanes of a pattern are set anew."""

SAME = 1e-9
"""Relative distance within which prices, or what flows, are the same."""

gate_freight = nb.types.NamedTuple((places, places, places, vector, vector, vector, flags, flags, flags), GateFreight)


@compiled(number(legs, gate_freight, hub_set, matrix))
def gate_costs(legs, freight, hubs, cost):
    """Fill in the best route of each flow over each gate, EUR/t, shape (flows, hubs).

    Return what freight between cities costs, EUR/year; ``NEVER`` where some has no route.
    """
    collect, between, distribute, collect_h, between_h, distribute_h = legs
    start, origin, destination, volume, slack_h, penalty, is_last, _, _ = freight
    size, gated, beside = len(hubs), start[-1], 0.0
    for r in range(len(volume)):
        o, d = origin[r], destination[r]
        is_turned, least = r < gated and is_last[r], ABSENT
        for g in range(size):
            best = ABSENT
            for e in range(size):
                first, last = (hubs[e], hubs[g]) if is_turned else (hubs[g], hubs[e])
                one = collect[o, first] + between[first, last] + distribute[last, d]
                if one < best:
                    if collect_h[o, first] + between_h[first, last] + distribute_h[last, d] > slack_h[r]:
                        one += penalty[r]
                    if one < best:
                        best = one
            cost[r, g] = best
            least = min(least, best)
        if least >= IMPOSSIBLE:
            return NEVER
        if r >= gated:
            beside += volume[r] * least
    return beside


@inlined
def _priced(cost, fills_lane, fills_hub, r, g, mu, theta):
    return cost[r, g] - (mu[g] if fills_lane[r] else 0.0) - (theta[g] if fills_hub[r] else 0.0)


@compiled(number(gate_freight, matrix, place, place, vector, vector, number, vector))
def value_of_pattern(freight, cost, airport, pattern, mu, theta, least, entering):
    """Return what an airport's freight costs at some prices; fill in what enters at each gate towards its minimum."""
    start, _, _, volume, _, _, _, fills_lane, fills_hub = freight
    size, total = cost.shape[1], 0.0
    for g in range(size):
        entering[g] = 0.0
        if pattern >> g & 1:
            total += mu[g] * least
    for r in range(start[airport], start[airport + 1]):
        best, gate = ABSENT, -1
        for g in range(size):
            if pattern >> g & 1:
                one = _priced(cost, fills_lane, fills_hub, r, g, mu, theta)
                if one < best:
                    best, gate = one, g
        if gate < 0 or best >= IMPOSSIBLE:
            return NEVER
        total += volume[r] * best
        if fills_hub[r]:
            entering[gate] += volume[r]
    return total


@compiled(number(gate_freight, matrix, place, place, place, vector, vector, number, vector))
def _lane_price(freight, cost, airport, pattern, gate, mu, theta, least, margin):
    """Return the least price at which a lane gets its minimum, the prices of the other lanes given."""
    start, _, _, volume, _, _, _, fills_lane, fills_hub = freight
    first, last = start[airport], start[airport + 1]
    rows, count = np.empty(last - first, np.int64), 0
    for r in range(first, last):
        if not fills_lane[r]:
            continue
        other = ABSENT
        for g in range(cost.shape[1]):
            if g != gate and pattern >> g & 1:
                one = _priced(cost, fills_lane, fills_hub, r, g, mu, theta)
                if one < other:
                    other = one
        own = cost[r, gate] - (theta[gate] if fills_hub[r] else 0.0)
        margin[count] = own - other if own < IMPOSSIBLE else ABSENT
        rows[count] = r
        count += 1
    carried = 0.0
    for a in np.argsort(margin[:count]):
        carried += volume[rows[a]]
        if carried >= least * (1.0 - SAME):
            return max(0.0, margin[a])
    return ABSENT


@compiled(number(gate_freight, matrix, place, place, vector, vector, number, vector, vector))
def bound_of_pattern(freight, cost, airport, pattern, mu, theta, least, entering, margin):
    """Raise the prices of the lanes of a pattern; return the bound of its airport, ``NEVER`` if no plan has it."""
    size = cost.shape[1]
    for _ in range(_ROUNDS if least > 0.0 else 0):
        has_changed = False
        for g in range(size):
            if pattern >> g & 1:
                found = _lane_price(freight, cost, airport, pattern, g, mu, theta, least, margin)
                if found >= IMPOSSIBLE:
                    return NEVER
                has_changed |= abs(found - mu[g]) > SAME * (1.0 + abs(found))
                mu[g] = found
        if not has_changed:
            break
    return value_of_pattern(freight, cost, airport, pattern, mu, theta, least, entering)
