"""Prices of sets of hubs, every commodity on its best route: whole, up to a cut-off, or for one hub more.

Two forms of each loop. The dense one takes the volume as a matrix and looks for the best last hub of all destinations
at once; it knows no deadlines. The listed one takes flows one by one and checks their hours.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.types import compiled, flows, hub_set, hub_sets, inlined, legs, matrix, number, vector

_NEVER = 1e300


@inlined
def _positions(hubs, hub):
    """Fill in hubs as numbers without a sign, as which they are places in arrays without further checks."""
    for a in range(len(hub)):
        hub[a] = hubs[a]


@inlined
def _reach(legs, origin, hub, reach):
    """Fill in what it costs to get to each last hub, over the best first one, EUR/t."""
    for b in range(len(hub)):
        low = _NEVER
        for a in range(len(hub)):
            low = min(low, legs.collect[origin, hub[a]] + legs.between[hub[a], hub[b]])
        reach[b] = low


@compiled(nb.void(matrix, vector, legs, hub_sets, vector, number, vector))
def price_dense(volume, fixed, legs, sets, rest, cut_off, price):
    """Price sets of hubs; a set is left as soon as its price so far, with the rest's least, is at the cut-off.

    Three last hubs at a time, so that what is least so far stays in registers; where fewer are left, one counts twice.

    Parameters
    ----------
    volume
        Shape (origins, destinations), t/year.
    fixed, legs
        As in RouteMatrices.
    sets
        Positions of hubs, shape (sets, hubs).
    rest
        What the origins from each one on cost at least, shape (origins + 1,).
    cut_off
        EUR/year.
    price
        Filled: the price where it is under the cut-off, otherwise a lower bound on it; shape (sets,).
    """
    size, ends, on = sets.shape[1], volume.shape[1], legs.distribute
    hub, reach, best = np.empty(size, np.uint64), np.empty(size), np.empty(ends)
    left = 3 * ((size - 1) // 3)
    second, third = min(left + 1, size - 1), min(left + 2, size - 1)
    for s in range(len(sets)):
        _positions(sets[s], hub)
        total = 0.0
        for k in hub:
            total += fixed[k]
        for i in range(len(volume)):
            if total + rest[i] >= cut_off:
                total += rest[i]
                break
            _reach(legs, i, hub, reach)
            for b in range(0, left, 3):
                k, k_2, k_3 = hub[b], hub[b + 1], hub[b + 2]
                low, low_2, low_3 = reach[b], reach[b + 1], reach[b + 2]
                if b == 0:
                    for j in range(ends):
                        best[j] = min(low + on[k, j], min(low_2 + on[k_2, j], low_3 + on[k_3, j]))
                else:
                    for j in range(ends):
                        best[j] = min(best[j], min(low + on[k, j], min(low_2 + on[k_2, j], low_3 + on[k_3, j])))
            k, k_2, k_3 = hub[left], hub[second], hub[third]
            low, low_2, low_3 = reach[left], reach[second], reach[third]
            paid = 0.0
            if left == 0:
                for j in range(ends):
                    paid += volume[i, j] * min(low + on[k, j], min(low_2 + on[k_2, j], low_3 + on[k_3, j]))
            else:
                for j in range(ends):
                    near = min(low + on[k, j], min(low_2 + on[k_2, j], low_3 + on[k_3, j]))
                    paid += volume[i, j] * min(best[j], near)
            total += paid
        price[s] = total


@inlined
def _listed_flow(legs, flows, origin, flow, hubs, route):
    """Return the cost of the best route of one flow over a set of hubs, EUR/t, and fill in the hubs that it passes."""
    best, end, slack = _NEVER, flows.destination[flow], flows.slack_h[flow]
    for k in hubs:
        for m in hubs:
            cost = legs.collect[origin, k] + legs.between[k, m] + legs.distribute[m, end]
            if cost >= best:
                continue
            if legs.collect_h[origin, k] + legs.between_h[k, m] + legs.distribute_h[m, end] > slack:
                cost += flows.penalty[flow]
            if cost < best:
                best = cost
                route[0], route[1] = k, m
    return best


@compiled(nb.void(flows, vector, legs, hub_sets, vector, number, vector))
def price_listed(flows, fixed, legs, sets, rest, cut_off, price):
    """Price sets of hubs flow by flow; otherwise as ``price_dense``."""
    route = np.empty(2, np.int32)
    for s in range(len(sets)):
        total = 0.0
        for k in sets[s]:
            total += fixed[k]
        for i in range(len(flows.start) - 1):
            if total + rest[i] >= cut_off:
                total += rest[i]
                break
            for flow in range(flows.start[i], flows.start[i + 1]):
                total += flows.volume[flow] * _listed_flow(legs, flows, i, flow, sets[s], route)
        price[s] = total


@compiled(nb.void(flows, legs, hub_set, vector, hub_sets))
def best_routes(flows, legs, hubs, cost, route):
    """Find the best route of every flow over a set of hubs.

    Parameters
    ----------
    hubs
        Positions, ascending; of equal routes the first one is taken.
    cost
        Filled: EUR/t, shape (flows,).
    route
        Filled: first and last hub, shape (flows, 2).
    """
    for i in range(len(flows.start) - 1):
        for flow in range(flows.start[i], flows.start[i + 1]):
            cost[flow] = _listed_flow(legs, flows, i, flow, hubs, route[flow])


@compiled(nb.void(matrix, legs, hub_set, matrix))
def served_dense(volume, legs, hubs, served):
    """Fill in the cost of the best route of each pair over a set of hubs, EUR/t, shape (origins, destinations)."""
    hub, reach, on = np.empty(len(hubs), np.uint64), np.empty(len(hubs)), legs.distribute
    _positions(hubs, hub)
    for i in range(len(volume)):
        _reach(legs, i, hub, reach)
        for b in range(len(hub)):
            k, low = hub[b], reach[b]
            for j in range(volume.shape[1]):
                served[i, j] = low + on[k, j] if b == 0 else min(served[i, j], low + on[k, j])


@compiled(nb.void(matrix, vector, legs, hub_set, matrix, number, hub_set, number, vector))
def add_dense(volume, fixed, legs, hubs, served, paid, sites, cut_off, price):
    """Price a set of hubs with one site more, for each of several sites; the work hardly grows with the set.

    Parameters
    ----------
    hubs
        The set, which may be empty.
    served
        Its best costs, as from ``served_dense``.
    paid
        Its fixed cost, EUR/year.
    sites
        What is added, one at a time.
    cut_off
        EUR/year; a price at or over it may be left unfinished.
    price
        Filled, shape (sites,).
    """
    ends, on = volume.shape[1], legs.distribute
    hub, onward = np.empty(len(hubs), np.uint64), np.empty(ends)
    _positions(hubs, hub)
    for s in range(len(sites)):
        k = np.uint64(sites[s])
        for j in range(ends):
            onward[j] = on[k, j]
        for m in hub:
            step = legs.between[k, m]
            for j in range(ends):
                onward[j] = min(onward[j], step + on[m, j])
        total = paid + fixed[k]
        for i in range(len(volume)):
            if total >= cut_off:
                break
            first = legs.collect[i, k]
            reach = first
            for m in hub:
                reach = min(reach, legs.collect[i, m] + legs.between[m, k])
            more = 0.0
            for j in range(ends):
                more += volume[i, j] * min(served[i, j], min(reach + on[k, j], first + onward[j]))
            total += more
        price[s] = total


@inlined
def _listed_route(legs, flows, origin, flow, k, m, best):
    """Return the lesser of a cost and that of one route, EUR/t."""
    end = flows.destination[flow]
    cost = legs.collect[origin, k] + legs.between[k, m] + legs.distribute[m, end]
    if cost >= best:
        return best
    if legs.collect_h[origin, k] + legs.between_h[k, m] + legs.distribute_h[m, end] > flows.slack_h[flow]:
        cost += flows.penalty[flow]
    return min(best, cost)


@compiled(nb.void(flows, vector, legs, hub_set, vector, number, hub_set, number, vector))
def add_listed(flows, fixed, legs, hubs, served, paid, sites, cut_off, price):
    """Price a set of hubs with one site more, flow by flow; ``served`` as from ``best_routes``, else ``add_dense``."""
    for s in range(len(sites)):
        k = sites[s]
        total = paid + fixed[k]
        for i in range(len(flows.start) - 1):
            if total >= cut_off:
                break
            for flow in range(flows.start[i], flows.start[i + 1]):
                best = _listed_route(legs, flows, i, flow, k, k, served[flow])
                for m in hubs:
                    best = _listed_route(legs, flows, i, flow, k, m, best)
                    best = _listed_route(legs, flows, i, flow, m, k, best)
                total += flows.volume[flow] * best
        price[s] = total
