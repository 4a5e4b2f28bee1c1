"""Partly open hubs where a pass through each has a price: what they are loaded with, and prices for closed sites."""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.commodity import pair_costs, pair_costs_in_time
from netdesign.solve.kernels.serving import serve_in_reach
from netdesign.solve.kernels.types import compiled, flows, legs, matrix, number, place, places, steps, vector

_EVER = 1e30
_BINS = 256
"""Steps in which savings are told apart."""


@compiled(number(matrix, matrix, places, place, number, number, nb.float64[::1]))
def _add_sent(cost, sent, chosen, count, volume, second, load):
    """Add to the loads what one flow sends; return what that costs, EUR/year."""
    total = 0.0
    for a in range(count):
        for b in range(count):
            tonnes = volume * sent[a, b]
            total += tonnes * cost[a, b]
            load[chosen[a]] += tonnes
            if a != b:
                load[chosen[b]] += second * tonnes
    return total


@compiled(number(matrix, place))
def _sent_in_all(sent, count):
    """Return the share of a flow that is sent."""
    total = 0.0
    for a in range(count):
        for b in range(count):
            total += sent[a, b]
    return total


@compiled(nb.void(flows, steps, vector, places, number, number, place, place, vector, matrix, vector))
def served_partly(flows, steps, is_open, hubs, second, dearest, first, last, value, load, paid):
    """Serve the freight of some origins over partly open hubs, with legs that include the prices of capacity.

    Parameters
    ----------
    steps
        As from RouteMatrices.
    is_open
        The point y, shape (sites,).
    hubs
        Positions of the sites that are open there.
    second
        What a tonne counts at its last hub where that is not its first: 1 or 0.
    dearest
        Cost of leaving a whole commodity behind, EUR/year.
    first, last
        Origins from ``first`` on, ``last`` excluded.
    value
        Filled: cost and prices of the freight of each origin, EUR/year, shape (origins,).
    load
        Filled, t/year, shape (origins, hubs).
    paid
        Filled: what the last tonne of each flow costs, EUR/t, shape (flows,).
    """
    inside = len(hubs)
    cost, near_cost, sent = np.empty((inside, inside)), np.empty((inside, inside)), np.empty((inside, inside))
    share, near_share, chosen = np.empty(inside), np.empty(inside), np.empty(inside, np.int64)
    left, right, spare_left, spare_right = np.empty(inside), np.empty(inside), np.empty(inside), np.empty(inside)
    left_from, right_from, dual = np.empty(inside, np.int64), np.empty(inside, np.int64), np.empty(inside)
    start_leg, end_leg, start_h, end_h = np.empty(inside), np.empty(inside), np.empty(inside), np.empty(inside)
    for a in range(inside):
        share[a] = min(1.0, is_open[hubs[a]])
    for i in range(first, last):
        value[i] = 0.0
        for a in range(inside):
            load[i, a] = 0.0
        for flow in range(flows.start[i], flows.start[i + 1]):
            end, volume, slack = flows.destination[flow], flows.volume[flow], flows.slack_h[flow]
            for a in range(inside):
                k = hubs[a]
                start_leg[a], end_leg[a] = steps.near[i, k], steps.far[end, k]
                start_h[a], end_h[a] = steps.near_h[i, k], steps.far_h[end, k]
            if slack >= _EVER:
                pair_costs(steps.out, start_leg, end_leg, hubs, inside, cost)
            else:
                pair_costs_in_time(
                    steps.out, steps.out_h, start_leg, end_leg, start_h, end_h, hubs, inside, slack,
                    flows.penalty[flow], cost,
                )  # fmt: skip
            price, count = serve_in_reach(
                cost, share, dearest / volume, inside, chosen, near_cost, near_share, dual, spare_left, spare_right,
                sent, left, right, left_from, right_from,
            )  # fmt: skip
            paid[flow] = price
            value[i] += _add_sent(near_cost, sent, chosen, count, volume, second, load[i])
            value[i] += dearest * max(0.0, 1.0 - _sent_in_all(sent, count))


@compiled(number(flows, legs, vector, vector, number, places, place, vector, vector))
def _savings(flows, legs, paid, prices, second, hubs, site, onward, saving):
    """Fill in what a tonne of each flow saves over one site more, with the open hubs; return the most, EUR/t."""
    for j in range(len(onward)):
        onward[j] = legs.distribute[site, j]
    for m in hubs:
        step, last = legs.between[site, m] + second * prices[m], legs.distribute[m]
        for j in range(len(onward)):
            onward[j] = min(onward[j], step + last[j])
    most = 0.0
    for i in range(len(legs.collect)):
        first, reach = legs.collect[i, site], legs.collect[i, site]
        for m in hubs:
            reach = min(reach, legs.collect[i, m] + prices[m] + legs.between[m, site])
        for flow in range(flows.start[i], flows.start[i + 1]):
            end = flows.destination[flow]
            cost = first + onward[end]
            if second > 0.0:
                # As a last hub, too, it is paid.
                cost = min(cost, reach + legs.distribute[site, end])
            saving[flow] = paid[flow] - cost
            most = max(most, saving[flow])
    return most


@compiled(number(vector, vector, number, number, vector))
def _full_at(saving, volume, most, limit, weight):
    """Return the price at which a capacity is just not full: where all that saves more than it fits, EUR/t."""
    for step in range(_BINS):
        weight[step] = 0.0
    for flow in range(len(saving)):
        if saving[flow] > 0.0:
            weight[min(_BINS - 1, int(_BINS * saving[flow] / most))] += volume[flow]
    total, step = 0.0, _BINS
    while step > 0 and total + weight[step - 1] <= limit:
        step -= 1
        total += weight[step]
    return most * step / _BINS


@compiled(nb.void(flows, legs, vector, vector, vector, number, places, places, vector))
def fill_prices(flows, legs, paid, limit, prices, second, hubs, sites, filled):
    """Price the capacity of sites that are not open: where the savings of a tonne fill it.

    Of all prices these make the cut at a point the strongest for such a site, as far as it opens alone.

    Parameters
    ----------
    paid
        What the last tonne of each flow costs, prices included, EUR/t, shape (flows,).
    limit
        q_k, t/year, shape (sites,).
    prices
        Of the open hubs, EUR/t, shape (sites,).
    second
        What a tonne counts at its last hub where that is not its first: 1 or 0.
    hubs
        Positions of the open hubs.
    sites
        Positions of the sites to be priced.
    filled
        Filled at these, EUR/t, shape (sites,).
    """
    onward, saving, weight = np.empty(legs.distribute.shape[1]), np.empty(len(flows.volume)), np.empty(_BINS)
    for k in sites:
        most = _savings(flows, legs, paid, prices, second, hubs, k, onward, saving)
        filled[k] = _full_at(saving, flows.volume, most, limit[k], weight) if most > 0.0 else 0.0
