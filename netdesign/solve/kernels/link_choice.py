"""The best links of a set of hubs, by branch and bound."""

from __future__ import annotations

import numpy as np

from netdesign.solve.kernels.hub_links import carry, carry_without, connect, detours, least_choice
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import compiled, flows, hub_set, inlined, legs, number, places, statuses, vector

_FREE, _CHOSEN, _LEFT_OUT = 0, 1, 2
_SAME = 1e-11
"""Relative difference of two sums of the same costs, added up in another order."""


@inlined
def _are_joined(size, start, end, status, kept, group):
    """Return whether the links join all hubs that are chosen, or kept of the free ones; ``group`` is overwritten."""
    for a in range(size):
        group[a] = a
    left = size
    for e in range(len(start)):
        is_there = status[e] == _CHOSEN or (status[e] == _FREE and kept[e])
        if is_there and group[start[e]] != group[end[e]]:
            old, new = group[start[e]], group[end[e]]
            for a in range(size):
                if group[a] == old:
                    group[a] = new
            left -= 1
    return left == 1


@inlined
def _degrees(start, end, status, kept, taken, may):
    """Count, for each hub, its links that are chosen or kept, and those that are not left out."""
    taken[:] = 0
    may[:] = 0
    for e in range(len(start)):
        if status[e] != _LEFT_OUT:
            may[start[e]] += 1
            may[end[e]] += 1
            if status[e] == _CHOSEN or kept[e]:
                taken[start[e]] += 1
                taken[end[e]] += 1


@inlined
def _join(legs, hub, start, end, status, kept, way):
    """Fill in what it costs to get from hub to hub over the links that are chosen, or kept of the free ones, EUR/t."""
    way[:] = NEVER
    for a in range(len(hub)):
        way[a, a] = 0.0
    for e in range(len(start)):
        if status[e] == _CHOSEN or (status[e] == _FREE and kept[e]):
            a, b = start[e], end[e]
            way[a, b] = legs.between[hub[a], hub[b]]
            way[b, a] = legs.between[hub[b], hub[a]]


@inlined
def _count(status, cost):
    """Return how many links are chosen, and not left out; and what the chosen ones cost."""
    chosen, left, paid = 0, 0, 0.0
    for e in range(len(status)):
        if status[e] == _CHOSEN:
            chosen += 1
            paid += cost[e]
        if status[e] != _LEFT_OUT:
            left += 1
    return chosen, left, paid


@inlined
def _branch(worth, cost, status, kept):
    """Return the free link whose other choice costs most, -1 where none is free."""
    branch, most = -1, -1.0
    for e in range(len(status)):
        if status[e] == _FREE:
            gap = worth[e] - cost[e] if kept[e] else cost[e] - worth[e]
            if branch < 0 or gap > most:
                branch, most = e, gap
    return branch


@inlined
def _step_back(status, order, depth):
    """Turn the last link with another choice left, those after it being free again; return the depth, 0 at the end.

    ``order`` has the links of which one choice was looked at, and of those of which both were what ~ makes of them.
    """
    while depth > 0 and order[depth - 1] < 0:
        depth -= 1
        status[~order[depth]] = _FREE
    if depth > 0:
        e = order[depth - 1]
        status[e] = _LEFT_OUT if status[e] == _CHOSEN else _CHOSEN
        order[depth - 1] = ~e
    return depth


@inlined
def _is_possible(size, start, end, status, rules, chosen, left, kept, taken, may, group):
    """Return whether the rules leave any choice below; ``kept`` is overwritten with no link at all."""
    least, most, is_joined, most_at_hub, least_at_hub, _ = rules
    kept[:] = True
    _degrees(start, end, status, kept, taken, may)
    is_possible = chosen <= most and left >= least and may.min() >= least_at_hub
    if is_possible and is_joined == 1:
        is_possible = _are_joined(size, start, end, status, kept, group)
    kept[:] = False
    _degrees(start, end, status, kept, taken, may)
    return is_possible and taken.max() <= most_at_hub


@inlined
def _bound_below(
    legs, flows, hub, start, end, cost, rules, status, chosen, paid, limit, kept, is_free, worth, straight, way, longer,
    detour, pair_worth, reach, second, near,
):  # fmt: skip
    """Return what no choice below is under, and fill in which free links that keeps; from the limit on anything."""
    least, most, _, _, _, most_on_a_route = rules
    kept[:] = True
    _join(legs, hub, start, end, status, kept, straight)
    way[:] = straight
    connect(way, most_on_a_route, longer, reach)
    detours(straight, way, most_on_a_route, detour)
    bound = carry_without(legs, flows, hub, way, detour, paid, limit, reach, near, second, pair_worth)
    if bound < limit:
        for e in range(len(start)):
            a, b = start[e], end[e]
            worth[e], is_free[e] = pair_worth[min(a, b), max(a, b)], status[e] == _FREE
        bound += least_choice(worth, cost, is_free, least - chosen, most - chosen, kept)
    return bound


@inlined
def _price_choice(
    legs, flows, hub, start, end, cost, rules, status, paid, limit, kept, is_free, way, longer, reach, taken, may, group
):  # fmt: skip
    """Return what the chosen links with the kept ones cost, or a sum from the limit on where that is not permitted."""
    _, _, is_joined, most_at_hub, least_at_hub, most_on_a_route = rules
    size, price = len(hub), NEVER
    _degrees(start, end, status, kept, taken, may)
    is_permitted = taken.max() <= most_at_hub and taken.min() >= least_at_hub
    if is_permitted and is_joined == 1:
        is_permitted = _are_joined(size, start, end, status, kept, group)
    if is_permitted:
        price = paid
        for e in range(len(start)):
            if is_free[e] and kept[e]:
                price += cost[e]
        _join(legs, hub, start, end, status, kept, way)
        connect(way, most_on_a_route, longer, reach)
        price = carry(legs, flows, hub, way, price, limit, reach)
    return price


@compiled(
    number(legs, flows, hub_set, places, places, vector, places, number, number, statuses, places, places, statuses)
)
def choose_links(legs, flows, hub, start, end, cost, rules, spent, cut_off, status, order, at, best):
    """Find the best choice of links of one set of hubs.

    Branch and bound: with all links that are not left out freight costs no more than with the chosen ones, and without
    each of them more by what it is worth at least. The links that are best by that sum are tried as a choice; where it
    is what they cost, they are the best below.

    A call looks at so many branches and no more: there may be millions, and nobody could stop it. The next goes on.

    Parameters
    ----------
    legs, flows
        As in RouteMatrices.
    hub
        Positions of the hubs, shape (hubs,).
    start, end, cost
        Places of the ends of each link among ``hub``, and its fixed cost, EUR/year.
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
    size, links, depth, low = len(hub), len(start), at[0], cut_off
    straight, way, longer = np.empty((size, size)), np.empty((size, size)), np.empty((size, size))
    detour, pair_worth = np.empty((size, size)), np.empty((size, size))
    reach, second, near = np.empty(size), np.empty(size), np.empty(size, np.int64)
    group, taken, may = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    worth, is_free, kept = np.empty(links), np.empty(links, np.bool_), np.empty(links, np.bool_)
    for _ in range(at[1]):
        chosen, left, paid = _count(status, cost)
        is_open = _is_possible(size, start, end, status, rules, chosen, left, kept, taken, may, group)
        if is_open:
            bound = _bound_below(
                legs, flows, hub, start, end, cost, rules, status, chosen, spent + paid, low, kept, is_free, worth,
                straight, way, longer, detour, pair_worth, reach, second, near,
            )  # fmt: skip
            is_open = bound < low - _SAME * min(abs(low), NEVER)
            if is_open:
                price = _price_choice(
                    legs, flows, hub, start, end, cost, rules, status, spent + paid, low, kept, is_free, way, longer,
                    reach, taken, may, group,
                )  # fmt: skip
                if price < low:
                    low = price
                    for e in range(links):
                        is_there = status[e] == _CHOSEN or (is_free[e] and kept[e])
                        best[e] = _CHOSEN if is_there else _LEFT_OUT
                # Nothing is left to choose where all that may be are chosen, or all that are left have to be.
                is_open = rules[0] < left and chosen < rules[1] and bound < low - _SAME * min(abs(low), NEVER)
        branch = _branch(worth, cost, status, kept) if is_open else -1
        if branch >= 0:
            status[branch] = _CHOSEN if kept[branch] else _LEFT_OUT
            order[depth] = branch
            depth += 1
        else:
            depth = _step_back(status, order, depth)
            if depth == 0:
                depth = -1
                break
    at[0] = depth
    return low
