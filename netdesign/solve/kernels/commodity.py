"""The commodity oracle: what each commodity costs over partly open hubs, and the cut that says so for all hubs."""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.serving import serve_in_reach
from netdesign.solve.kernels.types import compiled, flows, inlined, legs, matrix, number, place, places, steps, vector

_EVER = 1e30
_OPEN = 1e-7
"""A site less open than this is closed."""


@compiled(nb.void(legs, places, matrix, matrix))
def partial_paths(legs, sites, reach, onward):
    """Fill in the cheapest ways from origins to last hubs and from first hubs to destinations, late or not, EUR/t.

    Parameters
    ----------
    sites
        Positions of the sites that may be passed.
    reach, onward
        Shapes (origins, sites) and (destinations, sites).
    """
    for i in range(len(legs.collect)):
        for m in sites:
            low = NEVER
            for k in sites:
                low = min(low, legs.collect[i, k] + legs.between[k, m])
            reach[i, m] = low
    for k in sites:
        for j in range(legs.distribute.shape[1]):
            onward[j, k] = NEVER
        for m in sites:
            step, last = legs.between[k, m], legs.distribute[m]
            for j in range(legs.distribute.shape[1]):
                onward[j, k] = min(onward[j, k], step + last[j])


@compiled(nb.void(matrix, vector, vector, places, place, matrix))
def pair_costs(out, near, far, hub, inside, cost):
    """Fill in the cost of the routes from each of the first hubs to each, EUR/t."""
    for a in range(inside):
        for b in range(inside):
            cost[a, b] = near[a] + out[hub[a], hub[b]] + far[b]


@compiled(nb.void(matrix, matrix, *[vector] * 4, places, place, number, number, matrix))
def pair_costs_in_time(out, out_h, near, far, near_h, far_h, hub, inside, slack, penalty, cost):
    """Fill in the costs as ``pair_costs`` does, with the penalty where a route takes longer than ``slack``."""
    for a in range(inside):
        for b in range(inside):
            cost[a, b] = near[a] + out[hub[a], hub[b]] + far[b]
            if near_h[a] + out_h[hub[a], hub[b]] + far_h[b] > slack:
                cost[a, b] += penalty


@compiled(number(vector, vector, places, *[vector] * 3, place, place, number))
def _least_dual(out, back, rival, dual, near, far, own, rivals, price):
    """Return the least dual of a hub that no route over it, alone or with one of the rivals, undercuts, EUR/t.

    Parameters
    ----------
    out, back
        Legs from the hub and to it, shape (all sites,).
    rival, dual, near, far
        Hubs that matter: position, dual, leg from the origin and leg to the destination.
    own
        The hub's place among them.
    rivals
        How many of them have their duals.
    """
    here, there = near[own], far[own]
    need = max(0.0, price - here - there)
    for t in range(rivals):
        m = rival[t]
        need = max(need, price - dual[t] - min(here + out[m] + far[t], near[t] + back[m] + there))
    return need


@compiled(number(*[vector] * 4, places, *[vector] * 5, place, place, *[number] * 3))
def _least_dual_in_time(
    out, back, out_h, back_h, rival, dual, near, far, near_h, far_h, own, rivals, price, slack, penalty
):
    """Return the dual as ``_least_dual`` does, with the penalty where a route takes longer than ``slack``."""
    here, there, here_h, there_h = near[own], far[own], near_h[own], far_h[own]
    alone = here + there + (penalty if here_h + there_h > slack else 0.0)
    need = max(0.0, price - alone)
    for t in range(rivals):
        m = rival[t]
        one, two = here + out[m] + far[t], near[t] + back[m] + there
        if here_h + out_h[m] + far_h[t] > slack:
            one += penalty
        if near_h[t] + back_h[m] + there_h > slack:
            two += penalty
        need = max(need, price - dual[t] - min(one, two))
    return need


@inlined
def _shrink(steps, rival, dual, near, far, near_h, far_h, found, partly, price, slack, penalty):
    """Make the dual of each rival, one after the other, the least that the others permit."""
    for t in range(found):
        k = rival[t]
        if slack >= _EVER:
            dual[t] = _least_dual(steps.out[k], steps.back[k], rival, dual, near, far, t, max(t, partly), price)
        else:
            dual[t] = _least_dual_in_time(
                steps.out[k], steps.back[k], steps.out_h[k], steps.back_h[k], rival, dual, near, far, near_h, far_h, t,
                max(t, partly), price, slack, penalty,
            )  # fmt: skip


@inlined
def _take_legs(near, far, near_h, far_h, hub, count, start_leg, end_leg, start_h, end_h):
    """Fill in the legs of a commodity to and from some hubs."""
    for a in range(count):
        k = hub[a]
        start_leg[a], end_leg[a], start_h[a], end_h[a] = near[k], far[k], near_h[k], far_h[k]


@inlined
def _open_ones(by_share, is_open, hub):
    """List the sites that are open at all; return how many."""
    inside = 0
    for k in by_share:
        if is_open[k] > _OPEN:
            hub[inside] = k
            inside += 1
    return inside


@inlined
def _serve_flow(
    steps, hub, inside, start_leg, end_leg, start_h, end_h, share, slack, penalty, dearest, chosen, cost, near_cost,
    near_share, value, spare_left, spare_right, sent, left, right, left_from, right_from, weight,
):  # fmt: skip
    """Serve a tonne of a commodity over the open hubs; return its dual, and fill in theirs as their weights."""
    if slack >= _EVER:
        pair_costs(steps.out, start_leg, end_leg, hub, inside, cost)
    else:
        pair_costs_in_time(
            steps.out, steps.out_h, start_leg, end_leg, start_h, end_h, hub, inside, slack, penalty, cost
        )
    price, count = serve_in_reach(
        cost, share, dearest, inside, chosen, near_cost, near_share, value, spare_left, spare_right, sent, left, right,
        left_from, right_from,
    )  # fmt: skip
    for a in range(inside):
        weight[a] = 0.0
    for a in range(count):
        weight[chosen[a]] = value[a]
    return price


@inlined
def _find_rivals(through, onward, near, far, is_open, hub, weight, inside, sites, turn, price, rival, dual):
    """List the hubs that some cheap enough way passes; return how many, and how many of them are partly open.

    The partly open ones are rivals from the beginning; the closed ones become so one after another, in an order that
    ``turn`` changes. ``through`` and ``onward`` are the cheapest ways over any sites to them and from them.
    """
    found, partly, number_of_sites = 0, 0, len(sites)
    for q in range(-inside, number_of_sites):
        if q < 0:
            k = hub[q + inside]
        else:
            k = sites[q + turn - number_of_sites if q + turn >= number_of_sites else q + turn]
            if is_open[k] > _OPEN:
                continue
        # A hub that no cheap enough way passes can undercut nothing.
        if min(near[k] + onward[k], through[k] + far[k]) >= price:
            continue
        rival[found], dual[found] = k, weight[q + inside] if q < 0 else 0.0
        found += 1
        if q < 0:
            partly = found
    return found, partly


@compiled(nb.void(flows, steps, matrix, matrix, places, places, vector, number, *[place] * 3, vector, matrix))
def commodity_cuts(flows, steps, reach, onward, sites, by_share, is_open, dearest, salt, first, last, const, slope):
    """Find, for each origin, the cut ``theta_i >= const_i - sum_k slope_ik y_k`` that is tight at a point.

    The dual of each hub, first of the partly open ones, then of the closed ones, is the least that keeps
    ``dual of the commodity - duals of the hubs <= F`` for every route.

    Parameters
    ----------
    steps
        As from RouteMatrices.
    reach, onward
        Cheapest ways over any sites to a last hub and from a first hub, shapes (origins, sites), (destinations, sites).
    sites, by_share
        Positions of the sites that are not closed for good; the same, the most open first.
    is_open
        The point y, shape (all sites,), its sum at least 1.
    dearest
        Cost of leaving a whole commodity behind, EUR/year; more than any plan worth having.
    salt
        Turns the order in which closed hubs are shrunk.
    first, last
        Origins from ``first`` on, ``last`` excluded.
    const, slope
        Filled, shapes (origins,) and (origins, all sites).
    """
    number_of_sites = len(sites)
    hub, weight = np.empty(number_of_sites, np.int64), np.empty(number_of_sites)
    rival, dual = np.empty(number_of_sites, np.int64), np.empty(number_of_sites)
    start_leg, end_leg = np.empty(number_of_sites), np.empty(number_of_sites)
    start_h, end_h = np.empty(number_of_sites), np.empty(number_of_sites)
    inside = _open_ones(by_share, is_open, hub)
    cost, near_cost, sent = np.empty((inside, inside)), np.empty((inside, inside)), np.empty((inside, inside))
    share, near_share = np.minimum(1.0, is_open[hub[:inside]]), np.empty(inside)
    left, right, spare_left, spare_right = np.empty(inside), np.empty(inside), np.empty(inside), np.empty(inside)
    left_from, right_from, value = np.empty(inside, np.int64), np.empty(inside, np.int64), np.empty(inside)
    chosen = np.empty(inside, np.int64)
    for i in range(first, last):
        near, near_h = steps.near[i], steps.near_h[i]
        const[i] = 0.0
        for k in sites:
            slope[i, k] = 0.0
        for flow in range(flows.start[i], flows.start[i + 1]):
            volume, end = flows.volume[flow], flows.destination[flow]
            slack, penalty = flows.slack_h[flow], flows.penalty[flow]
            far, far_h = steps.far[end], steps.far_h[end]
            _take_legs(near, far, near_h, far_h, hub, inside, start_leg, end_leg, start_h, end_h)
            price = _serve_flow(
                steps, hub, inside, start_leg, end_leg, start_h, end_h, share, slack, penalty, dearest / volume, chosen,
                cost, near_cost, near_share, value, spare_left, spare_right, sent, left, right, left_from, right_from,
                weight,
            )  # fmt: skip
            const[i] += volume * price
            turn = (i * 7919 + flow * 104729 + salt) % number_of_sites
            found, partly = _find_rivals(
                reach[i], onward[end], near, far, is_open, hub, weight, inside, sites, turn, price, rival, dual
            )
            _take_legs(near, far, near_h, far_h, rival, found, start_leg, end_leg, start_h, end_h)
            _shrink(steps, rival, dual, start_leg, end_leg, start_h, end_h, found, partly, price, slack, penalty)
            for t in range(found):
                slope[i, rival[t]] += volume * dual[t]
