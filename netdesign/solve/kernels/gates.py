"""Bounds of sets of hubs in which lanes and hubs have minima, from prices of these minima.

A lane carries nothing or its minimum. So the freight of an airport has a *pattern*: the gates that it flies to. Given
the pattern P, with prices mu of a tonne that a lane is short of its minimum L, and theta of one that a hub is short of
its minimum M, each flow takes its best route by itself, and no plan of the set costs less than ::

    fixed + beside + sum_k theta_k M_k
    + sum_airports min_P max_mu sum_{g in P} mu_g L + sum_r w_r min_{g in P} (c_rg - mu_g - theta_g)

where c_rg is the best route of flow r over gate g, and prices count for those flows only that fill the minimum. The
greatest bound over mu is found lane by lane, each exactly: the price at which just enough freight would rather fly
there. That over theta by the tangents of the bound, which is concave in it (Geoffrion 1974).
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.gate_patterns import SAME, bound_of_pattern, gate_costs, gate_freight, value_of_pattern
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import (
    compiled,
    hub_set,
    hub_sets,
    inlined,
    legs,
    matrix,
    number,
    place,
    places,
    vector,
)

_TANGENTS = 24
"""Most times that the price of a hub's minimum is set anew."""

_STEP = 64.0
"""First price of a hub's minimum, EUR/t; it grows fourfold until enough comes in."""

_COLUMNS = 12
"""Most prices of the hubs' minima at which all combinations of patterns are bounded."""

_MOST_COMBINATIONS = 100_000
"""Combinations of patterns, and beginnings of them, that are looked at."""

_RISES, _CLOSE = 1e-10, 1e-6
"""A bound that rises by less, relative to it, rises no more once the ends of the price's range are so close."""

patterns = nb.float64[:, :, ::1]
permitted = nb.boolean[:, ::1]


@compiled(nb.void(gate_freight, number, permitted))
def _permit(freight, least, may):
    """Fill in which patterns an airport may have: it has freight enough for them. All gates where lanes need none."""
    start, _, _, volume, _, _, _, fills_lane, _ = freight
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
            if least > 0.0:
                may[airport, pattern] = lanes > 0 and lanes * least <= filling * (1.0 + SAME)
            else:
                may[airport, pattern] = pattern == count - 1


@compiled(number(gate_freight, matrix, permitted, vector, number, patterns, vector, vector))
def _airports_bound(freight, cost, may, theta, least, mu, entering, margin):
    """Return what the freight of all airports costs at least with permitted patterns, at prices of the hubs' minima.

    Fill in the prices of the lanes of the cheapest patterns, and what enters at each gate.
    """
    size, total = cost.shape[1], 0.0
    own, none, low = np.empty(size), np.zeros(size), np.empty(1 << size)
    entering[:] = 0.0
    for airport in range(len(may)):
        is_tight = np.zeros(1 << size, np.bool_)
        for pattern in range(1, 1 << size):
            low[pattern] = NEVER
            if may[airport, pattern]:
                low[pattern] = value_of_pattern(freight, cost, airport, pattern, none, theta, 0.0, own)
        while True:
            best = 1
            for pattern in range(2, 1 << size):
                if low[pattern] < low[best]:
                    best = pattern
            if low[best] >= NEVER:
                return NEVER
            prices = mu[airport, best]
            if is_tight[best] or least <= 0.0:
                total += low[best]
                value_of_pattern(freight, cost, airport, best, prices, theta, least, own)
                entering += own
                break
            found = bound_of_pattern(freight, cost, airport, best, prices, theta, least, own, margin)
            low[best] = max(low[best], found)
            is_tight[best] = True
    return total


@inlined
def _due(theta, minimum):
    total = 0.0
    for g in range(len(theta)):
        total += theta[g] * minimum[g]
    return total


@inlined
def _next_theta(left, at_left, slope_left, right, at_right, slope_right, step, highest):
    """Return where the tangents at both ends meet; beyond the left end where there is no right one."""
    if right < 0.0:
        return min(left + step, highest)
    here = (at_right - at_left + slope_left * left - slope_right * right) / (slope_left - slope_right)
    return here if left < here < right else 0.5 * (left + right)


@compiled(number(gate_freight, matrix, permitted, vector, vector, number, patterns, vector, number, number))
def _raise_theta(freight, cost, may, minimum, theta, least, mu, highest, beside, cut_off):
    """Raise the bound of a set by the prices of its hubs' minima, until it is over the cut-off; return it."""
    size = cost.shape[1]
    entering, margin = np.empty(size), np.empty(len(freight.volume))
    bound = beside + _due(theta, minimum) + _airports_bound(freight, cost, may, theta, least, mu, entering, margin)
    for g in range(size):
        if minimum[g] <= 0.0 or bound >= cut_off:
            continue
        best, slope = theta[g], minimum[g] - entering[g]
        left, at_left, slope_left = theta[g], bound, slope
        right, at_right, slope_right, step = -1.0, 0.0, 0.0, _STEP
        if slope < 0.0 and best > 0.0:
            # The price to begin with is too high: the least one is on its left.
            left, right, at_right, slope_right = -1.0, best, bound, slope
        for _ in range(_TANGENTS):
            if abs(slope) <= SAME * minimum[g] or (right < 0.0 and (slope_left <= 0.0 or left >= highest[g])):
                break
            here = 0.0
            if left >= 0.0:
                here = _next_theta(left, at_left, slope_left, right, at_right, slope_right, step, highest[g])
            step *= 4.0
            theta[g] = here
            found = beside + _due(theta, minimum)
            found += _airports_bound(freight, cost, may, theta, least, mu, entering, margin)
            slope = minimum[g] - entering[g]
            has_risen = found > bound * (1.0 + _RISES)
            if found > bound:
                bound, best = found, here
            if bound >= cut_off or (here == 0.0 and slope <= 0.0):
                break
            if slope > 0.0:
                left, at_left, slope_left = here, found, slope
            else:
                right, at_right, slope_right = here, found, slope
            if left >= 0.0 and right >= 0.0 and not has_risen and right - left <= _CLOSE * (1.0 + right):
                break
        if theta[g] != best:
            theta[g] = best
            _airports_bound(freight, cost, may, theta, least, mu, entering, margin)
    return bound


@compiled(number(patterns, vector, place, places))
def _cheapest_combination(table, due, columns, combination):
    """Return the least cost of a pattern for each airport, where one costs the most that any column says; fill it in.

    Parameters
    ----------
    table
        Bound of each airport with each pattern at the prices of each column, EUR/year, ``NEVER`` where it may not be.
    due
        What else a set costs at the prices of each column.
    columns
        How many of them count.
    combination
        Filled: the pattern of each airport.
    """
    airports, count, _ = table.shape
    rest = np.zeros((airports + 1, columns))
    for airport in range(airports - 1, -1, -1):
        for j in range(columns):
            rest[airport, j] = rest[airport + 1, j] + table[airport, :, j].min()
    root = (due[:columns] + rest[0]).max()
    if root >= NEVER:
        return NEVER
    ranked = np.empty((airports, count), np.int64)
    for airport in range(airports):
        ranked[airport] = np.argsort(table[airport, :, columns - 1])
    partial, at = np.zeros((airports + 1, columns)), np.zeros(airports, np.int64)
    partial[0] = due[:columns]
    best, depth, looked_at = NEVER, 0, 0
    while depth >= 0:
        if depth == airports or at[depth] == count:
            depth -= 1
            continue
        pattern = ranked[depth, at[depth]]
        at[depth] += 1
        looked_at += 1
        if looked_at > _MOST_COMBINATIONS:
            return root
        most = 0.0
        for j in range(columns):
            partial[depth + 1, j] = partial[depth, j] + table[depth, pattern, j]
            most = max(most, partial[depth + 1, j] + rest[depth + 1, j])
        if most >= best:
            continue
        depth += 1
        if depth == airports:
            best = most
            for airport in range(airports):
                combination[airport] = ranked[airport, at[airport] - 1]
        else:
            at[depth] = 0
    return best


@compiled(number(gate_freight, matrix, permitted, vector, vector, number, patterns, vector, *3 * (number,), places))
def _close_combinations(freight, cost, may, minimum, theta, least, mu, highest, beside, bound, cut_off, combination):
    """Raise the bound of a set to that of its best combination of patterns; return it, and fill that in.

    At the same prices for all of them some combinations seem cheaper than each is at its own. So each time the prices
    of the cheapest one are added to those at which all are bounded, and a combination costs the most of its bounds.
    """
    size, airports, count = cost.shape[1], len(may), may.shape[1]
    table, due = np.full((airports, count, _COLUMNS), NEVER), np.empty(_COLUMNS)
    entering, margin, only = np.empty(size), np.empty(len(cost)), np.zeros_like(may)
    for column in range(_COLUMNS):
        due[column] = beside + _due(theta, minimum)
        for airport in range(airports):
            for pattern in range(1, count):
                if may[airport, pattern]:
                    prices = mu[airport, pattern]
                    table[airport, pattern, column] = bound_of_pattern(
                        freight, cost, airport, pattern, prices, theta, least, entering, margin
                    )
        found = _cheapest_combination(table, due, column + 1, combination)
        bound = max(bound, found)
        if bound >= cut_off or bound >= NEVER:
            break
        only[:] = False
        for airport in range(airports):
            only[airport, combination[airport]] = True
        own = _raise_theta(freight, cost, only, minimum, theta, least, mu, highest, beside, NEVER)
        if own <= bound * (1.0 + _RISES):
            break
    return bound


@compiled(number(legs, gate_freight, vector, hub_set, vector, vector, number, number, vector, patterns, places, matrix))
def bound_of_set(legs, freight, fixed, hubs, minimum, highest, least, cut_off, theta, mu, combination, cost):
    """Return a bound of a set of hubs, EUR/year, with what proves it.

    Parameters
    ----------
    legs, freight
        All of them.
    fixed
        Of each site, EUR/year.
    hubs
        Positions of the set.
    minimum, highest
        Of each hub of the set: what has to enter, t/year, and the price of a tonne that does not, EUR/t.
    least
        What a lane in service carries, t/year.
    cut_off
        Bound from which on it need not rise, EUR/year.
    theta
        Prices of minima to begin with, and then those of the best combination, EUR/t, shape (hubs,).
    mu
        The prices of the lanes of each airport with each pattern, EUR/t, shape (airports, 2 ** hubs, hubs).
    combination
        Filled: the pattern of each airport in the best combination, shape (airports,).
    cost
        Filled: the best route of each flow over each gate, EUR/t, shape (flows, hubs).
    """
    total = gate_costs(legs, freight, hubs, cost)
    if total >= NEVER:
        return NEVER
    for k in hubs:
        total += fixed[k]
    airports, count = len(freight.start) - 1, 1 << len(hubs)
    may = np.empty((airports, count), np.bool_)
    _permit(freight, least, may)
    bound = _raise_theta(freight, cost, may, minimum, theta, least, mu, highest, total, cut_off)
    if bound >= cut_off or airports == 0:
        return bound
    return _close_combinations(
        freight, cost, may, minimum, theta, least, mu, highest, total, bound, cut_off, combination
    )


@compiled(nb.void(legs, gate_freight, vector, hub_sets, vector, vector, number, number, vector, vector))
def bounds_of_sets(legs, freight, fixed, sets, minimum, highest, least, cut_off, theta, bounds):
    """Fill in a bound of each set, EUR/year, shape (sets,).

    Minima, their prices to begin with, and the highest ones are those of all sites.
    """
    size, airports = sets.shape[1], len(freight.start) - 1
    cost, combination = np.empty((len(freight.volume), size)), np.empty(airports, np.int64)
    own, top, begun = np.empty(size), np.empty(size), np.empty(size)
    for s in range(len(sets)):
        for g in range(size):
            k = sets[s, g]
            own[g], top[g], begun[g] = minimum[k], highest[k], theta[k] if minimum[k] > 0.0 else 0.0
        mu = np.zeros((airports, 1 << size, size))
        bounds[s] = bound_of_set(legs, freight, fixed, sets[s], own, top, least, cut_off, begun, mu, combination, cost)
