"""Commodities over partly open hubs where the routes of each are listed, and the cut that says so for all hubs.

As ``commodity_cuts``, for routes that are few because dominated ones are left out, and whose costs no legs make up.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.names import NEVER, NOBODY
from netdesign.solve.kernels.serving import serve
from netdesign.solve.kernels.types import compiled, inlined, matrix, number, place, places, vector

_OPEN = 1e-9
"""A site less open than this is closed."""


@compiled(place(places, places, place, place, vector, place, places, places))
def _hubs_of(first, last, begin, end, is_open, turn, local, hub):
    """List the hubs of a commodity's routes, the open ones first; return how many are open.

    ``local`` is filled with their places in ``hub``; those of closed hubs come in an order that ``turn`` changes.
    """
    found = 0
    for e in range(begin, end):
        for k in (first[e], last[e]):
            if local[k] < 0 and is_open[k] > _OPEN:
                local[k], hub[found] = found, k
                found += 1
    inside = found
    for step in range(end - begin):
        e = begin + (step + turn) % (end - begin)
        for k in (first[e], last[e]):
            if local[k] < 0:
                local[k], hub[found] = found, k
                found += 1
    hub[found] = NOBODY
    return inside


@compiled(number(places, places, vector, places, place, place, place, place, vector, number))
def _least_dual(first, last, paid, local, begin, end, own, inside, dual, price):
    """Return the least dual of a hub that no route over it, alone or with a hub that has its dual, undercuts."""
    need = 0.0
    for e in range(begin, end):
        a, b = local[first[e]], local[last[e]]
        if a == own and b == own:
            need = max(need, price - paid[e])
        elif a == own or b == own:
            other = b if a == own else a
            if other < own or other < inside:
                need = max(need, price - paid[e] - dual[other])
    return need


@inlined
def _spread(
    first, last, paid, begin, end, local, hub, inside, is_open, limit, cost, share, dual, spare_left, spare_right, sent,
    there, back, from_left, from_right, flow,
):  # fmt: skip
    """Serve a commodity over several routes between partly open hubs; return its dual, and what is left behind."""
    for a in range(inside):
        share[a] = min(1.0, is_open[hub[a]])
        for b in range(inside):
            cost[a, b] = NEVER
    for e in range(begin, end):
        a, b = local[first[e]], local[last[e]]
        if a < inside and b < inside:
            cost[a, b] = min(cost[a, b], paid[e])
    price = serve(cost, share, limit, inside, dual, spare_left, spare_right, sent, there, back, from_left, from_right)
    left = 1.0
    for e in range(begin, end):
        a, b = local[first[e]], local[last[e]]
        if a < inside and b < inside:
            flow[e] = sent[a, b]
            left -= flow[e]
    return price, max(0.0, left)


@inlined
def _add_duals(first, last, paid, local, begin, end, inside, hub, dual, price, volume, slope, own):
    """Find the duals of a commodity's hubs, one after the other, and add them to the slopes; forget their places."""
    t = 0
    while hub[t] >= 0:
        dual[t] = _least_dual(first, last, paid, local, begin, end, t, inside, dual, price)
        slope[hub[t]] += volume * dual[t]
        own[hub[t]] = dual[t]
        t += 1
    t = 0
    while hub[t] >= 0:
        local[hub[t]] = NOBODY
        t += 1


@compiled(nb.void(places, places, places, places, *[vector] * 4, place, vector, vector, vector, matrix, vector, matrix))
def listed_cuts(start, group, first, last, paid, volume, limit, is_open, salt, flow, left, const, slope, value, duals):
    """Serve each commodity and find, for each group of them, the cut that is tight at a point.

    ``cost of the group >= const_g - sum_k slope_gk y_k``; the dual of each hub, first of the partly open ones, then of
    the closed ones, is the least that keeps ``dual of the commodity - duals of the hubs <= paid`` for every route.

    Parameters
    ----------
    start
        Where the routes of each commodity begin, shape (commodities + 1,).
    group
        Of each commodity.
    first, last, paid
        Hubs of each route, and its cost with all prices, EUR/t.
    volume, limit
        Of each commodity: t/year, and the price at which it is left behind, EUR/t.
    is_open
        The point y, shape (sites,).
    salt
        Turns the order in which the duals of closed hubs are found.
    flow
        Filled: the share of its commodity on each route.
    left
        Filled: the share of each commodity that is left behind.
    const, slope
        Filled, EUR/year, shapes (groups,) and (groups, sites).
    value, duals
        Filled, EUR/t: dual of each commodity, and of each hub for it, shapes (commodities,) and (commodities, sites).
    """
    sites = len(is_open)
    local, hub, dual = np.full(sites, NOBODY), np.empty(sites + 1, np.int64), np.empty(sites)
    cost, sent, share = np.empty((sites, sites)), np.empty((sites, sites)), np.empty(sites)
    spare_left, spare_right, there, back = np.empty(sites), np.empty(sites), np.empty(sites), np.empty(sites)
    from_left, from_right = np.empty(sites, np.int64), np.empty(sites, np.int64)
    const[:] = 0.0
    slope[:] = 0.0
    duals[:] = 0.0
    for r in range(len(volume)):
        begin, end, g = start[r], start[r + 1], group[r]
        turn = (r * 7919 + salt) % max(1, end - begin)
        inside = _hubs_of(first, last, begin, end, is_open, turn, local, hub)
        best, price = NOBODY, limit[r]
        for e in range(begin, end):
            flow[e] = 0.0
            if local[first[e]] < inside and local[last[e]] < inside and paid[e] < price:
                best, price = e, paid[e]
        for t in range(inside):
            dual[t] = 0.0
        if best >= 0 and min(is_open[first[best]], is_open[last[best]]) >= 1.0 - _OPEN:
            # The cheapest route takes all.
            flow[best], left[r] = 1.0, 0.0
        else:
            price, left[r] = _spread(
                first, last, paid, begin, end, local, hub, inside, is_open, limit[r], cost, share, dual, spare_left,
                spare_right, sent, there, back, from_left, from_right, flow,
            )  # fmt: skip
        value[r] = price
        const[g] += volume[r] * price
        _add_duals(first, last, paid, local, begin, end, inside, hub, dual, price, volume[r], slope[g], duals[r])


@inlined
def _need(first, last, paid, begin, end, hub, value, gains):
    """Return the least gain of a hub that no route of a commodity over it undercuts."""
    need = 0.0
    for e in range(begin, end):
        a, b = first[e], last[e]
        if a == hub or b == hub:
            other = 0.0 if a == b else gains[b] if a == hub else gains[a]
            need = max(need, value - paid[e] - other)
    return need


@compiled(nb.void(places, places, places, *[vector] * 2, places, matrix))
def least_gains(start, first, last, paid, value, hubs, gains):
    """Reduce what some hubs gain of each commodity to the least that no route undercuts, one hub after the other.

    Parameters
    ----------
    start, first, last, paid, value
        As in ``listed_cuts``.
    hubs
        Whose gains are reduced, in this order.
    gains
        Reduced, EUR/t, shape (commodities, sites): ``value - gains of the hubs <= paid`` for every route.
    """
    for r in range(len(value)):
        for k in hubs:
            if gains[r, k] > 0.0:
                need = _need(first, last, paid, start[r], start[r + 1], k, value[r], gains[r])
                gains[r, k] = min(gains[r, k], need)
