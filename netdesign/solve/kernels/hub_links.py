"""Prices of sets of hubs whose links are chosen, and the best links of a set by branch and bound."""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.types import (
    compiled,
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
    vector,
)

_NEVER = 1e300
_FREE, _CHOSEN, _LEFT_OUT = 0, 1, 2


@inlined
def _connect(way, most, longer, row):
    """Lower what it costs to get from hub to hub to the best over at most so many links; 0 is any number.

    ``longer`` and ``row``, in the shape of ``way`` and of one of its rows, are overwritten.
    """
    size = len(way)
    if most == 0:
        for via in range(size):
            for a in range(size):
                for b in range(size):
                    way[a, b] = min(way[a, b], way[a, via] + way[via, b])
    else:
        longer[:] = way
        for _ in range(1, most):
            for a in range(size):
                row[:] = longer[a]
                for b in range(size):
                    for via in range(size):
                        longer[a, b] = min(longer[a, b], row[via] + way[via, b])
        way[:] = longer


@inlined
def _carry(legs, flows, hub, way, spent, cut_off, reach):
    """Return what is spent with all freight on its best route, or a sum from the cut-off on; EUR/year."""
    size, total = len(hub), spent
    for i in range(len(flows.start) - 1):
        for b in range(size):
            low = _NEVER
            for a in range(size):
                low = min(low, legs.collect[i, hub[a]] + way[a, b])
            reach[b] = low
        for f in range(flows.start[i], flows.start[i + 1]):
            j, low = flows.destination[f], _NEVER
            for b in range(size):
                low = min(low, reach[b] + legs.distribute[hub[b], j])
            total += flows.volume[f] * low
        if total >= cut_off:
            break
    return total


@compiled(nb.void(vector, legs, flows, matrix, hub_sets, place, place, number, vector))
def price_linked_sets(fixed, legs, flows, link_cost, sets, least, most_on_a_route, cut_off, price):
    """Price sets of hubs with all links that may be chosen, of which the cheapest ``least`` are paid.

    Parameters
    ----------
    fixed, legs, flows
        As in RouteMatrices; between two sites without a link there is no leg.
    link_cost
        Fixed cost of each link, EUR/year, infinite where there is none, shape (sites, sites).
    sets
        Positions of hubs, shape (sets, hubs).
    least, most_on_a_route
        Least number of links; most links of a route, 0 for any number.
    cut_off
        EUR/year.
    price
        Filled: what no choice of links is under, where that is under the cut-off, else what is not under it; infinite
        where there are too few links; shape (sets,).
    """
    size = sets.shape[1]
    way, longer, reach = np.empty((size, size)), np.empty((size, size)), np.empty(size)
    costs = np.empty(size * (size - 1) // 2)
    for s in range(len(sets)):
        hub, total, known = sets[s], 0.0, 0
        for a in range(size):
            total += fixed[hub[a]]
            for b in range(size):
                way[a, b] = legs.between[hub[a], hub[b]]
                if a < b:
                    costs[known] = link_cost[hub[a], hub[b]]
                    known += 1
        if least > 0:
            for cost in np.sort(costs)[:least]:
                total += cost
        if total >= cut_off:
            price[s] = total
            continue
        _connect(way, most_on_a_route, longer, reach)
        price[s] = _carry(legs, flows, hub, way, total, cut_off, reach)


@inlined
def _are_joined(size, start, end, status, group):
    """Return whether the links that are not left out join all hubs; ``group`` is overwritten."""
    for a in range(size):
        group[a] = a
    left = size
    for link in range(len(start)):
        if status[link] != _LEFT_OUT and group[start[link]] != group[end[link]]:
            old, new = group[start[link]], group[end[link]]
            for a in range(size):
                if group[a] == old:
                    group[a] = new
            left -= 1
    return left == 1


@inlined
def _degrees(start, end, status, taken, kept):
    """Count, for each hub, its chosen links and those that are not left out."""
    taken[:] = 0
    kept[:] = 0
    for link in range(len(start)):
        if status[link] != _LEFT_OUT:
            kept[start[link]] += 1
            kept[end[link]] += 1
        if status[link] == _CHOSEN:
            taken[start[link]] += 1
            taken[end[link]] += 1


@inlined
def _join(legs, hub, start, end, status, way):
    """Fill in what it costs to get from hub to hub over the links that are not left out, EUR/t."""
    way[:] = _NEVER
    for a in range(len(hub)):
        way[a, a] = 0.0
    for link in range(len(start)):
        if status[link] != _LEFT_OUT:
            a, b = start[link], end[link]
            way[a, b] = legs.between[hub[a], hub[b]]
            way[b, a] = legs.between[hub[b], hub[a]]


@inlined
def _count(status, cost):
    """Return how many links are chosen, and not left out; what the chosen and the free ones cost; the first free."""
    chosen, left, paid, open_cost, branch = 0, 0, 0.0, 0.0, -1
    for link in range(len(status)):
        if status[link] == _CHOSEN:
            chosen += 1
            paid += cost[link]
        if status[link] != _LEFT_OUT:
            left += 1
        if status[link] == _FREE:
            open_cost += cost[link]
            if branch < 0:
                branch = link
    return chosen, left, paid, open_cost, branch


@inlined
def _step_back(status, order, depth):
    """Choose the last link that was left out, those after it being free again; return the depth, 0 at the end."""
    while depth > 0 and status[order[depth - 1]] == _CHOSEN:
        depth -= 1
        status[order[depth]] = _FREE
    if depth > 0:
        status[order[depth - 1]] = _CHOSEN
    return depth


@compiled(
    number(legs, flows, hub_set, places, places, vector, places, number, number, statuses, places, places, statuses)
)
def choose_links(legs, flows, hub, start, end, cost, rules, spent, cut_off, status, order, at, best):
    """Find the best choice of links of one set of hubs; the first of equal ones.

    Branch and bound: with all links that are not left out freight costs no more than with the chosen ones. Where those
    that are neither cost nothing, and all rules permit to choose all of them, that is the best below.

    A call looks at so many branches and no more: there may be millions, and nobody could stop it. The next goes on.

    Parameters
    ----------
    legs, flows
        As in RouteMatrices.
    hub
        Positions of the hubs, shape (hubs,).
    start, end, cost
        Places of the ends of each link among ``hub``, and its fixed cost, EUR/year, in the order of branching.
    rules
        Least and most links; 1 where they have to join all hubs; most and least links at a hub; most on a route, 0 for
        any number.
    spent, cut_off
        Fixed cost of the hubs; only a cheaper choice is looked for; EUR/year.
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
        What the best choice costs in all, or the cut-off where none is cheaper, EUR/year.
    """
    least, most, is_joined, most_at_hub, least_at_hub, most_on_a_route = rules
    size, depth, low = len(hub), at[0], cut_off
    way, longer, reach = np.empty((size, size)), np.empty((size, size)), np.empty(size)
    group, taken, kept = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    for _ in range(at[1]):
        chosen, left, paid, open_cost, branch = _count(status, cost)
        _degrees(start, end, status, taken, kept)
        is_possible = chosen <= most and left >= least and taken.max() <= most_at_hub and kept.min() >= least_at_hub
        is_leaf = left <= most and open_cost == 0.0 and kept.max() <= most_at_hub
        if is_possible and is_joined == 1:
            is_possible = _are_joined(size, start, end, status, group)
        if is_possible:
            _join(legs, hub, start, end, status, way)
            _connect(way, most_on_a_route, longer, reach)
            price = _carry(legs, flows, hub, way, spent + paid, low, reach)
            is_possible = price < low
            if is_possible and is_leaf:
                low = price
                for link in range(len(start)):
                    best[link] = _LEFT_OUT if status[link] == _LEFT_OUT else _CHOSEN
        if is_possible and not is_leaf and branch >= 0:
            status[branch] = _LEFT_OUT
            order[depth] = branch
            depth += 1
        else:
            depth = _step_back(status, order, depth)
            if depth == 0:
                depth = -1
                break
    at[0] = depth
    return low
