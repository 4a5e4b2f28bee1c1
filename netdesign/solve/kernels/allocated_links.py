"""The links of one set of hubs where each city has one of them: branches over links, bounded by prices between cities."""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.hub_links import connect
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.set_allocation import ascend
from netdesign.solve.kernels.set_tables import fill_tables
from netdesign.solve.kernels.types import (
    city_pairs,
    compiled,
    cube,
    flag_matrix,
    flows,
    hub_set,
    hub_sets,
    inlined,
    legs,
    matrix,
    number,
    place,
    places,
    statuses,
    tables,
    vector,
)

_FREE, _CHOSEN, _LEFT_OUT = 0, 1, 2


@inlined
def _join(straight, hub, start, end, status, kept, way):
    """Fill in what it costs to get from hub to hub over the links that are chosen, or kept of the free ones, EUR/t."""
    way[:] = NEVER
    for a in range(len(hub)):
        way[a, a] = 0.0
    for e in range(len(start)):
        if status[e] == _CHOSEN or (status[e] == _FREE and kept):
            a, b = start[e], end[e]
            way[a, b] = straight[hub[a], hub[b]]
            way[b, a] = straight[hub[b], hub[a]]


@inlined
def _are_joined(size, start, end, status, kept, group):
    """Return whether the links join all hubs that are chosen, or kept of the free ones; ``group`` is overwritten."""
    for a in range(size):
        group[a] = a
    left = size
    for e in range(len(start)):
        is_there = status[e] == _CHOSEN or (status[e] == _FREE and kept)
        if is_there and group[start[e]] != group[end[e]]:
            old, new = group[start[e]], group[end[e]]
            for a in range(size):
                if group[a] == old:
                    group[a] = new
            left -= 1
    return left == 1


@inlined
def _degrees(start, end, status, kept, taken, may):
    """Count, for each hub, its chosen links, and those that are chosen or kept of the free ones."""
    taken[:] = 0
    may[:] = 0
    for e in range(len(start)):
        if status[e] == _CHOSEN or (status[e] == _FREE and kept):
            may[start[e]] += 1
            may[end[e]] += 1
        if status[e] == _CHOSEN:
            taken[start[e]] += 1
            taken[end[e]] += 1


@inlined
def _count(status, cost):
    """Return how many links are chosen, and free; what the chosen and the free ones cost; the first free one."""
    chosen, free, paid, free_cost, branch = 0, 0, 0.0, 0.0, -1
    for e in range(len(status)):
        if status[e] == _CHOSEN:
            chosen += 1
            paid += cost[e]
        elif status[e] == _FREE:
            free += 1
            free_cost += cost[e]
            if branch < 0:
                branch = e
    return chosen, free, paid, free_cost, branch


@inlined
def _owed(status, cost, number_owed):
    """Return what so many of the free links cost at least, EUR/year."""
    if number_owed <= 0:
        return 0.0
    costs = np.sort(cost[status == _FREE])
    return costs[:number_owed].sum()


@inlined
def _step_back(status, order, depth):
    """Choose the last link that was left out, those after it being free again; return the depth, 0 at the end."""
    while depth > 0 and status[order[depth - 1]] == _CHOSEN:
        depth -= 1
        status[order[depth]] = _FREE
    if depth > 0:
        status[order[depth - 1]] = _CHOSEN
    return depth


@inlined
def _fill_between(hub, way, between):
    """Fill in what it costs from hub to hub where both are of the set, shape (sites, sites)."""
    for a in range(len(hub)):
        for b in range(len(hub)):
            between[hub[a], hub[b]] = way[a, b]


@inlined
def _join_all(straight, hub, most_on_a_route, way, longer, row, between):
    """Fill in what it costs from hub to hub of a set with all its links; ``way``, ``longer``, ``row`` overwritten."""
    for a in range(len(hub)):
        for b in range(len(hub)):
            way[a, b] = straight[hub[a], hub[b]]
    connect(way, most_on_a_route, longer, row)
    _fill_between(hub, way, between)


@compiled(nb.void(matrix, hub_set, place, matrix))
def join_all(straight, hub, most_on_a_route, between):
    """Fill in what it costs from hub to hub of one set with all its links.

    Parameters
    ----------
    straight, most_on_a_route
        As of ``bound_linked_sets``.
    hub
        Ascending positions, shape (hubs,).
    between
        Filled where both ends are of the set, EUR/t, shape (sites, sites).
    """
    size = len(hub)
    way, longer, row = np.empty((size, size)), np.empty((size, size)), np.empty(size)
    _join_all(straight, hub, most_on_a_route, way, longer, row, between)


@compiled(nb.void(matrix, legs, flows, city_pairs, hub_sets, place, vector, number, number, place, vector))
def bound_linked_sets(straight, linked, flows, pairs, sets, most_on_a_route, spent, limit, cut_off, passes, bound):
    """Fill in a bound of each set with all links, EUR/year, shape (sets,); ``NEVER`` where a city can have no hub.

    Parameters
    ----------
    straight
        What each link and the pass through the hub at its end cost, EUR/t, shape (sites, sites).
    linked
        The legs; those between hubs are overwritten.
    flows, pairs
        The freight.
    sets
        Ascending positions, shape (sets, hubs).
    most_on_a_route
        Most links of a route, 0 for any number.
    spent
        What is paid in any case for each set, EUR/year, shape (sets,).
    limit, cut_off, passes
        As of ``fill_tables`` and ``ascend``; with what is spent in the cut-off.
    """
    cities, size = len(pairs.own), sets.shape[1]
    way, longer, row = np.empty((size, size)), np.empty((size, size)), np.empty(size)
    unary, cost = np.empty((cities, size)), np.empty((len(pairs.first), size, size))
    alive = np.empty((cities, size), np.bool_)
    for s in range(len(sets)):
        hub = sets[s]
        _join_all(straight, hub, most_on_a_route, way, longer, row, linked.between)
        beside = fill_tables(flows, linked, pairs, hub, limit, unary, cost, alive)
        if beside >= limit:
            bound[s] = NEVER
            continue
        bound[s] = spent[s] + ascend(pairs, beside, unary, cost, alive, cut_off - spent[s], passes)


@inlined
def _add_raised(filled_unary, filled_cost, raised, unary, cost, alive):
    """Add to tables what the bound of other tables, as they were filled and raised, has moved and struck."""
    unary += raised.unary - filled_unary
    cost += raised.cost - filled_cost
    alive &= raised.alive


@compiled(
    number(
        matrix, legs, flows, city_pairs, hub_set, places, places, vector, places, matrix, cube, tables,
        number, number, place, statuses, places, places, statuses,
    )
)  # fmt: skip
def branch_on_links(
    straight, linked, flows, pairs, hub, start, end, cost, rules, filled_unary, filled_cost, raised,
    limit, cut_off, passes, status, order, at, best,
):  # fmt: skip
    """Look on for a choice of links of one set of hubs with which cities may be allocated under the cut-off.

    Branch and bound: with all links that are not left out an allocation costs no more than with those chosen. What
    freight pays more over fewer links is added to the tables that the bound with all links has left behind.

    Parameters
    ----------
    straight, linked, flows, pairs
        As of ``bound_linked_sets``; ``linked`` has the ways over the choice where one is found.
    hub
        Ascending positions, shape (hubs,).
    start, end, cost
        Places of the ends of each link among ``hub``, and its fixed cost, EUR/year, in the order of branching.
    rules
        Least and most links; 1 where they have to join all hubs; most and least links at a hub; most on a route, 0 for
        any number.
    filled_unary, filled_cost
        The tables with all links, as they were filled.
    raised
        The same as the bound has left them.
    limit, cut_off, passes
        As of ``fill_tables`` and ``ascend``; without fixed cost of hubs, and with that of links.
    status, order
        At first 0 for links that may be chosen and 1 for those that must, and anything; then what the next call goes on
        from.
    at
        Depth of the branch, at first 0, and -1 once all branches are looked at; and how many a call looks at.
    best
        Filled with 1 for chosen links, 2 for others, where a choice is found.

    Returns
    -------
    float
        What the choice costs at least, EUR/year, without fixed cost of hubs; ``NEVER`` where none is found yet.
    """
    least, most, is_joined, most_at_hub, least_at_hub, most_on_a_route = rules
    size, depth, found = len(hub), at[0], NEVER
    way, longer, row = np.empty((size, size)), np.empty((size, size)), np.empty(size)
    group, taken, may = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    unary, pair_cost = np.empty_like(raised.unary), np.empty_like(raised.cost)
    alive = np.empty_like(raised.alive)
    for _ in range(at[1]):
        chosen, free, paid, free_cost, branch = _count(status, cost)
        # No further link may be chosen once there are the most.
        kept = chosen < most
        left = chosen + free if kept else chosen
        paid += _owed(status, cost, least - chosen)
        _degrees(start, end, status, kept, taken, may)
        is_possible = chosen <= most and left >= least and taken.max() <= most_at_hub and may.min() >= least_at_hub
        if is_possible and is_joined == 1:
            is_possible = _are_joined(size, start, end, status, kept, group)
        if is_possible:
            _join(straight, hub, start, end, status, kept, way)
            connect(way, most_on_a_route, longer, row)
            _fill_between(hub, way, linked.between)
            beside = fill_tables(flows, linked, pairs, hub, limit, unary, pair_cost, alive)
            is_possible = beside < limit
        if is_possible:
            _add_raised(filled_unary, filled_cost, raised, unary, pair_cost, alive)
            bound = paid + ascend(pairs, beside, unary, pair_cost, alive, cut_off - paid, passes)
            is_possible = bound < cut_off
        is_leaf = not kept or (left <= most and may.max() <= most_at_hub and free_cost == 0.0)
        if is_possible and is_leaf:
            found = bound
            for e in range(len(start)):
                is_there = status[e] == _CHOSEN or (status[e] == _FREE and kept)
                best[e] = _CHOSEN if is_there else _LEFT_OUT
        if is_possible and not is_leaf and branch >= 0:
            status[branch] = _LEFT_OUT
            order[depth] = branch
            depth += 1
        else:
            depth = _step_back(status, order, depth)
        if depth == 0 or found < NEVER:
            break
    at[0] = depth if depth > 0 else -1
    return found
