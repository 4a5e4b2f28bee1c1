"""What the freight of an airport costs over given gates, at prices of what their lanes and hubs have to get."""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.gate_freight import GateFreight
from netdesign.solve.core.route_matrices import ABSENT, IMPOSSIBLE
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import compiled, flags, inlined, matrix, number, place, places, vector

_ROUNDS = 10
"""Most times that the prices of all lanes of a pattern are set anew."""

SAME = 1e-9
"""Relative distance within which prices, or what flows, are the same."""

gate_freight = nb.types.NamedTuple(
    (places, vector, places, places, vector, vector, vector, flags, flags, flags), GateFreight
)
permitted = nb.boolean[:, ::1]
patterns = nb.float64[:, :, ::1]


@compiled(nb.void(gate_freight, permitted))
def permit_patterns(freight, may):
    """Fill in which patterns an airport may have: it has freight enough for them. All gates where lanes need none."""
    start, least, _, _, volume, _, _, _, fills_lane, _ = freight
    airports, count = may.shape
    for airport in range(airports):
        filling = 0.0
        for r in range(start[airport], start[airport + 1]):
            filling += volume[r] if fills_lane[r] else 0.0
        for pattern in range(count):
            lanes, left = 0, pattern
            while left:
                lanes += left & 1
                left >>= 1
            if least[airport] > 0.0:
                may[airport, pattern] = lanes > 0 and lanes * least[airport] <= filling * (1.0 + SAME)
            else:
                may[airport, pattern] = pattern == count - 1


@inlined
def _priced(cost, fills_lane, fills_hub, r, g, mu, theta):
    return cost[r, g] - (mu[g] if fills_lane[r] else 0.0) - (theta[g] if fills_hub[r] else 0.0)


@compiled(number(gate_freight, matrix, place, place, vector, vector, number, places))
def value_of_pattern(freight, cost, airport, pattern, mu, theta, least, gates):
    """Return what an airport's freight costs at some prices; fill in the gate of each of its flows."""
    start, _, _, _, volume, _, _, _, fills_lane, fills_hub = freight
    size, total = cost.shape[1], 0.0
    for g in range(size):
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
        gates[r] = gate
    return total


@compiled(number(gate_freight, matrix, place, place, place, vector, vector, number, vector))
def _lane_price(freight, cost, airport, pattern, gate, mu, theta, least, margin):
    """Return the least price at which a lane gets its minimum, the prices of the other lanes given."""
    start, _, _, _, volume, _, _, _, fills_lane, fills_hub = freight
    first, last = start[airport], start[airport + 1]
    rows, count, carried = np.empty(last - first, np.int64), 0, 0.0
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
        more = own - other if own < IMPOSSIBLE else ABSENT
        if more <= 0.0:
            carried += volume[r]
            continue
        margin[count], rows[count] = more, r
        count += 1
    if carried >= least * (1.0 - SAME):
        return 0.0
    for a in np.argsort(margin[:count]):
        carried += volume[rows[a]]
        if carried >= least * (1.0 - SAME):
            return margin[a]
    return ABSENT


@compiled(number(gate_freight, matrix, place, place, place, vector, vector, number, vector))
def _common_rise(freight, cost, airport, pattern, priced, mu, theta, least, margin):
    """Return by how much the prices of some lanes have to rise together, or fall, for them to get their minima."""
    start, _, _, _, volume, _, _, _, fills_lane, fills_hub = freight
    first, last = start[airport], start[airport + 1]
    rows, count, due = np.empty(last - first, np.int64), 0, 0.0
    for g in range(cost.shape[1]):
        due += least if priced >> g & 1 else 0.0
    for r in range(first, last):
        if not fills_lane[r]:
            continue
        own, other = ABSENT, ABSENT
        for g in range(cost.shape[1]):
            if pattern >> g & 1:
                one = _priced(cost, fills_lane, fills_hub, r, g, mu, theta)
                if priced >> g & 1:
                    own = min(own, one)
                else:
                    other = min(other, one)
        margin[count], rows[count] = own - other if own < IMPOSSIBLE else ABSENT, r
        count += 1
    carried = 0.0
    for a in np.argsort(margin[:count]):
        carried += volume[rows[a]]
        if carried >= due * (1.0 - SAME):
            return margin[a] if abs(margin[a]) < IMPOSSIBLE else 0.0
    return 0.0


@inlined
def _raise_in_common(freight, cost, airport, pattern, mu, theta, least, margin):
    """Change all prices of lanes that are over 0 together; return whether that changes anything."""
    priced, lanes, lowest = 0, 0, ABSENT
    for g in range(cost.shape[1]):
        if pattern >> g & 1 and mu[g] > 0.0:
            priced, lanes, lowest = priced | 1 << g, lanes + 1, min(lowest, mu[g])
    if lanes < 2:
        return False
    # The freight is enough for all lanes: their prices do not rise together.
    rise = -lowest
    if priced != pattern:
        rise = max(rise, _common_rise(freight, cost, airport, pattern, priced, mu, theta, least, margin))
    if abs(rise) <= SAME * (1.0 + lowest):
        return False
    for g in range(cost.shape[1]):
        mu[g] += rise if priced >> g & 1 else 0.0
    return True


@compiled(number(gate_freight, matrix, place, place, vector, vector, number, places, vector))
def bound_of_pattern(freight, cost, airport, pattern, mu, theta, least, gates, margin):
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
        has_changed |= _raise_in_common(freight, cost, airport, pattern, mu, theta, least, margin)
        if not has_changed:
            break
    return value_of_pattern(freight, cost, airport, pattern, mu, theta, least, gates)


@compiled(number(gate_freight, matrix, permitted, vector, patterns, places, vector))
def airports_bound(freight, cost, may, theta, mu, gates, margin):
    """Return what the freight of all airports costs at least with permitted patterns, at prices of the hubs' minima.

    Fill in the prices of the lanes of the cheapest patterns, and the gates of their flows.
    """
    size, total = cost.shape[1], 0.0
    none, low, lane = np.zeros(size), np.empty(may.shape[1]), freight.least
    for airport in range(len(may)):
        is_tight = np.zeros(may.shape[1], np.bool_)
        for pattern in range(1, 1 << size):
            low[pattern] = NEVER
            if may[airport, pattern]:
                low[pattern] = value_of_pattern(freight, cost, airport, pattern, none, theta, 0.0, gates)
        while True:
            best = 1
            for pattern in range(2, 1 << size):
                if low[pattern] < low[best]:
                    best = pattern
            if low[best] >= NEVER:
                return NEVER
            prices = mu[airport, best]
            if is_tight[best] or lane[airport] <= 0.0:
                total += low[best]
                value_of_pattern(freight, cost, airport, best, prices, theta, lane[airport], gates)
                break
            found = bound_of_pattern(freight, cost, airport, best, prices, theta, lane[airport], gates, margin)
            low[best] = max(low[best], found)
            is_tight[best] = True
    return total
