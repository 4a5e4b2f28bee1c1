"""Bounds of sets of hubs in which lanes have minima and rows couple the freight, from prices of these.

A lane carries nothing or its minimum. So the freight of an airport has a *pattern*: the gates that it flies to. Given
the pattern P, with prices mu of a tonne that a lane is short of its minimum L, theta of one that a hub is short of its
minimum M, and lambda of a tonne in other rows (a_i what a route takes, at most b_i in all), each flow takes its best
route by itself, and no plan of the set costs less than ::

    fixed + sum_k theta_k M_k - sum_i lambda_i b_i + sum_{r between cities} w_r min c_r
    + sum_airports min_P max_mu sum_{g in P} mu_g L + sum_r w_r min_{g in P} (c_rg - mu_g - theta_g)

where c_rg is the best route of flow r over gate g with sum_i lambda_i a_i on top, and prices count for those flows only
that fill the minimum. The greatest bound over mu is found lane by lane, each exactly: the price at which just enough
freight would rather fly there. That over the others by the tangents of the bound, which is concave in them.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.gate_freight import HUB_ROWS, SetState
from netdesign.solve.kernels.gate_ascent import raise_prices
from netdesign.solve.kernels.gate_patterns import bound_of_pattern, gate_freight, patterns, permit_patterns
from netdesign.solve.kernels.gate_prices import RISES, bound_at, due_at, set_state
from netdesign.solve.kernels.gate_rows import freight_rows, of_set
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import compiled, hub_sets, legs, matrix, number, place, places, vector

_MOST_COMBINATIONS = 100_000
"""Combinations of patterns, and beginnings of them, that are looked at."""


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
        most = -NEVER
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


@compiled(number(legs, gate_freight, freight_rows, set_state, vector, number, number, place, place, places))
def _close_combinations(legs, freight, rows, state, prices, bound, cut_off, most, columns, combination):
    """Raise the bound of a set to that of its best combination of patterns; return it, and fill that in.

    At the same prices for all of them some combinations seem cheaper than each is at its own. So each time the prices
    of the cheapest one are added to those at which all are bounded, and a combination costs the most of its bounds.
    """
    hubs, own_due, highest, may, mu, beside, cost, other, gates, slope, margin = state
    size, (airports, count) = len(hubs), may.shape
    table, due = np.full((airports, count, columns), NEVER), np.empty(columns)
    only, begun = np.zeros_like(may), prices.copy()
    alone = SetState(hubs, own_due, highest, only, mu, beside, cost, other, gates, slope, margin)
    for column in range(columns):
        due[column] = beside[0] + beside[1] + due_at(own_due, prices)
        for airport in range(airports):
            for pattern in range(1, count):
                if may[airport, pattern]:
                    lanes, least = mu[airport, pattern], freight.least[airport]
                    table[airport, pattern, column] = bound_of_pattern(
                        freight, cost, airport, pattern, lanes, prices[:size], least, gates, margin
                    )
        found = _cheapest_combination(table, due, column + 1, combination)
        bound = max(bound, found)
        if bound >= cut_off or bound >= NEVER:
            break
        only[:] = False
        for airport in range(airports):
            only[airport, combination[airport]] = True
        prices[:] = begun
        own = raise_prices(legs, freight, rows, alone, prices, cut_off, most)
        if own <= bound * (1.0 + RISES):
            return bound
        if own >= cut_off:
            # Prices that show that no plan has a combination say nothing of those of others.
            mu[:] = 0.0
    prices[:] = begun
    bound_at(legs, freight, rows, state, prices, True)
    return bound


@compiled(nb.void(gate_freight, freight_rows, vector, set_state))
def begin_set(freight, rows, fixed, state):
    """Fill in of the state of a set, whose hubs are given, what does not depend on prices; prices of lanes are 0."""
    of_set(rows.due, rows.limit, state.hubs, state.due)
    of_set(rows.highest, rows.limit_highest, state.hubs, state.highest)
    permit_patterns(freight, state.may)
    state.mu[:] = 0.0
    state.beside[0] = 0.0
    for k in state.hubs:
        state.beside[0] += fixed[k]


@compiled(number(legs, gate_freight, freight_rows, set_state, vector, number, place, place, places))
def bound_of_set(legs, freight, rows, state, prices, cut_off, most, columns, combination):
    """Return a bound of a set of hubs, EUR/year, with what proves it.

    Parameters
    ----------
    legs, freight, rows
        All of them.
    state
        Of the set, as ``begin_set`` leaves it; in the end that of the prices in the end.
    prices
        Of its rows to begin with, and then those of the best combination, EUR/t, shape (3 hubs + limits,).
    cut_off
        Bound from which on it need not rise, EUR/year.
    most
        How many prices of all rows are tried together at most.
    columns
        At how many prices of the rows all combinations of patterns are bounded at most.
    combination
        Filled: the pattern of each airport in the best combination, shape (airports,).
    """
    bound = raise_prices(legs, freight, rows, state, prices, cut_off, most)
    if bound >= cut_off or len(combination) == 0 or columns == 0:
        return bound
    return _close_combinations(legs, freight, rows, state, prices, bound, cut_off, most, columns, combination)


@compiled(nb.void(legs, gate_freight, freight_rows, vector, hub_sets, matrix, vector, number, place, place, vector))
def bounds_of_sets(legs, freight, rows, fixed, sets, begun, begun_limits, cut_off, most, columns, bounds):
    """Fill in a bound of each set, EUR/year, shape (sets,).

    What shows that one set is dear or impossible is likely to show it of the next one too: so each begins with these
    prices where they are better than those that are given.

    Parameters
    ----------
    begun, begun_limits
        Prices to begin with: of the rows of all sites, shape (3, sites), and of the limits.
    """
    size, airports, flows = sets.shape[1], len(freight.start) - 1, len(freight.volume)
    count, combination = HUB_ROWS * size + len(rows.limit), np.empty(airports, np.int64)
    many = 1 << size if airports > 0 else 0
    prices, first, last, last_limits = np.empty(count), np.empty(count), begun.copy(), begun_limits.copy()
    state = SetState(
        np.empty(size, np.int32), np.empty(count), np.empty(count), np.empty((airports, many), np.bool_),
        np.empty((airports, many, size)), np.zeros(2), np.empty((flows, size)), np.zeros((flows, size), np.int8),
        np.zeros(flows, np.int64), np.empty(count), np.empty(flows),
    )  # fmt: skip
    has_last = False
    for s in range(len(sets)):
        state.hubs[:] = sets[s]
        begin_set(freight, rows, fixed, state)
        of_set(begun, begun_limits, sets[s], first)
        first[:] = np.minimum(first, state.highest)
        prices[:] = first
        if has_last:
            of_set(last, last_limits, sets[s], prices)
            prices[:] = np.minimum(prices, state.highest)
            found = bound_at(legs, freight, rows, state, prices, True)
            if found < cut_off:
                state.mu[:] = 0.0
                if bound_at(legs, freight, rows, state, first, True) >= found:
                    prices[:] = first
        bounds[s] = bound_of_set(legs, freight, rows, state, prices, cut_off, most, columns, combination)
        if columns == 0 and cut_off <= bounds[s] < NEVER:
            has_last = True
            last_limits[:] = prices[HUB_ROWS * size :]
            for row in range(HUB_ROWS):
                for g in range(size):
                    last[row, sets[s, g]] = prices[row * size + g]
