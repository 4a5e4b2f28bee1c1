"""Freight of an airport over gates and hubs that are partly open: what it costs, and the cut that says so for all.

One flow is a transport problem between gates, open by the share ``l_g`` of their lane, and hubs on the side of the
cities, open by ``y_e``::

    min sum_ge c_ge x_ge   with   sum_ge x_ge = 1,   sum_e x_ge <= l_g,   sum_g x_ge <= y_e

Its dual is ``max alpha - sum_g beta_g l_g - sum_e gamma_e y_e`` with ``alpha - beta_g - gamma_e <= c_ge`` for all gates
and hubs, closed ones too: these get the least duals that keep it.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.gate_legs import GateFlows, GateLegs
from netdesign.solve.core.route_matrices import ABSENT, IMPOSSIBLE
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.serving import NOTHING
from netdesign.solve.kernels.types import compiled, inlined, matrix, number, place, places, vector

_NEAR = 1e-9
"""Relative difference under which a way is no shorter."""

gate_legs = nb.types.NamedTuple((vector, matrix, matrix, vector, matrix, matrix), GateLegs)
gate_flows = nb.types.NamedTuple((places, places, vector, vector, vector), GateFlows)


@inlined
def _route(lane, step, far, lane_h, step_h, far_h, g, e, slack, penalty):
    """Return the cost of a route, EUR/t; ``ABSENT`` where there is none."""
    cost = lane[g] + step[g, e] + far[e]
    if cost < IMPOSSIBLE and lane_h[g] + step_h[g, e] + far_h[e] > slack:
        cost += penalty
    return min(cost, ABSENT)


@compiled(nb.void(matrix, vector, matrix, vector, vector, places, places, place, place))
def _relabel(cost, spare, sent, left, right, left_from, right_from, gates, hubs):
    """Shorten the ways that go back over what is sent, until none gets shorter."""
    is_changing = True
    while is_changing:
        is_changing = False
        for a in range(gates):
            if spare[a] > NOTHING:
                continue
            low, end = NEVER, -1
            for b in range(hubs):
                if sent[a, b] > NOTHING and right[b] - cost[a, b] < low:
                    low, end = right[b] - cost[a, b], b
            if end < 0 or low >= left[a] - _NEAR * (1.0 + abs(low)):
                continue
            left[a], left_from[a] = low, end
            for b in range(hubs):
                if low + cost[a, b] < right[b] - _NEAR * (1.0 + abs(low)):
                    right[b], right_from[b] = low + cost[a, b], a
                    is_changing = True


@compiled(nb.void(matrix, vector, matrix, vector, vector, places, places, place, place))
def _label(cost, spare, sent, left, right, left_from, right_from, gates, hubs):
    """Find the cheapest way to send more over each hub: lengths, and where each way comes from."""
    for b in range(hubs):
        right[b], right_from[b] = NEVER, -1
    for a in range(gates):
        left[a], left_from[a] = NEVER if spare[a] <= NOTHING else 0.0, -1
        for b in range(hubs):
            if left[a] == 0.0 and cost[a, b] < right[b]:
                right[b], right_from[b] = cost[a, b], a
    _relabel(cost, spare, sent, left, right, left_from, right_from, gates, hubs)


@compiled(number(place, number, vector, vector, matrix, places, places, place))
def _send(end, most, spare_gate, spare_hub, sent, left_from, right_from, steps):
    """Send as much as the labelled way over a hub allows; return how much."""
    amount, b = min(most, spare_hub[end]), end
    for _ in range(steps):
        a = right_from[b]
        if left_from[a] < 0:
            amount = min(amount, spare_gate[a])
            break
        b = left_from[a]
        amount = min(amount, sent[a, b])
    b = end
    spare_hub[end] -= amount
    for _ in range(steps):
        a = right_from[b]
        sent[a, b] += amount
        if left_from[a] < 0:
            spare_gate[a] -= amount
            break
        b = left_from[a]
        sent[a, b] -= amount
    return amount


@compiled(number(matrix, *[vector] * 4, matrix, vector, vector, places, places, place, place, number))
def _serve(
    cost, gate_share, hub_share, spare_gate, spare_hub, sent, left, right, left_from, right_from, gates, hubs, limit
):
    """Serve one flow; return its dual, and leave what is sent, and the lengths that give the other duals.

    The lengths are those before the last step: after it there may be no way left, as gates are often open by 1 in all.
    What is sent can be sent back from the end as well, so no hub that sends is further away than that.
    """
    spare_gate[:gates], spare_hub[:hubs] = gate_share[:gates], hub_share[:hubs]
    sent[:gates, :hubs] = 0.0
    served, price = 0.0, 0.0
    for _ in range(20 * (gates + hubs)):
        _label(cost, spare_gate, sent, left, right, left_from, right_from, gates, hubs)
        end, price = -1, limit
        for b in range(hubs):
            if spare_hub[b] > NOTHING and right[b] < price:
                end, price = b, right[b]
        if end < 0:
            break
        served += _send(end, 1.0 - served, spare_gate, spare_hub, sent, left_from, right_from, 2 * (gates + hubs))
        if served >= 1.0 - NOTHING:
            break
    for b in range(hubs):
        if right[b] > price and spare_hub[b] < hub_share[b]:
            right[b] = price
    _relabel(cost, spare_gate, sent, left, right, left_from, right_from, gates, hubs)
    return price


@compiled(place(vector, places))
def _open_ones(share, listed):
    count = 0
    for k in range(len(share)):
        if share[k] > NOTHING:
            listed[count] = k
            count += 1
    return count


@compiled(nb.void(gate_legs, gate_flows, vector, vector, number, vector, matrix, vector))
def served_partly(legs, flows, is_gate, is_hub, dearest, value, load, paid):
    """Serve the freight over gates and hubs that are partly open.

    Parameters
    ----------
    legs
        With the prices of what lanes have to get.
    is_gate, is_hub
        l and y, each with a sum of at least 1, shape (sites,).
    dearest
        Cost of leaving a whole flow behind, EUR/year.
    value
        Filled: what each part costs, EUR/year, prices included, shape (parts,).
    load
        Filled: what flies over each gate, t/year, shape (parts, sites).
    paid
        Filled: what the last tonne of each flow costs, EUR/t, shape (flows,).
    """
    lane, step, far, lane_h, step_h, far_h = legs
    start, ends, volumes, slacks, penalties = flows
    sites = len(lane)
    gate, hub = np.empty(sites, np.int64), np.empty(sites, np.int64)
    gates, hubs = _open_ones(is_gate, gate), _open_ones(is_hub, hub)
    gate_share, hub_share = np.minimum(1.0, is_gate[gate[:gates]]), np.minimum(1.0, is_hub[hub[:hubs]])
    cost, sent, spare_gate, spare_hub = (
        np.empty((gates, hubs)),
        np.empty((gates, hubs)),
        np.empty(gates),
        np.empty(hubs),
    )
    left, right, left_from, right_from = (
        np.empty(gates),
        np.empty(hubs),
        np.empty(gates, np.int64),
        np.empty(hubs, np.int64),
    )
    for part in range(len(start) - 1):
        value[part] = 0.0
        load[part] = 0.0
        for r in range(start[part], start[part + 1]):
            near, near_h, volume = far[ends[r]], far_h[ends[r]], volumes[r]
            for a in range(gates):
                for b in range(hubs):
                    cost[a, b] = _route(
                        lane, step, near, lane_h, step_h, near_h, gate[a], hub[b], slacks[r], penalties[r]
                    )
            paid[r] = _serve(
                cost, gate_share, hub_share, spare_gate, spare_hub, sent, left, right, left_from, right_from, gates,
                hubs, dearest / volume,
            )  # fmt: skip
            rest = 1.0
            for a in range(gates):
                for b in range(hubs):
                    if sent[a, b] > 0.0:
                        rest -= sent[a, b]
                        value[part] += volume * sent[a, b] * cost[a, b]
                        load[part, gate[a]] += volume * sent[a, b]
            value[part] += dearest * max(0.0, rest)


@compiled(nb.void(gate_legs, gate_flows, vector, vector, number, nb.boolean, vector, matrix, matrix))
def gate_cuts(legs, flows, is_gate, is_hub, dearest, hubs_first, const, slope_gate, slope_hub):
    """Find, for each part, the cut ``theta >= const - sum_g slope_g l_g - sum_e slope_e y_e`` that is tight at a point.

    Parameters
    ----------
    legs, flows, is_gate, is_hub, dearest
        As in ``served_partly``.
    hubs_first
        Whether closed hubs get their duals before closed gates do: cuts differ in what they ask of these.
    const
        Filled, EUR/year, shape (parts,).
    slope_gate, slope_hub
        Filled, EUR/year, shape (parts, sites).
    """
    lane, step, far, lane_h, step_h, far_h = legs
    start, ends, volumes, slacks, penalties = flows
    sites = len(lane)
    gate, hub = np.empty(sites, np.int64), np.empty(sites, np.int64)
    gates, hubs = _open_ones(is_gate, gate), _open_ones(is_hub, hub)
    gate_share, hub_share = np.minimum(1.0, is_gate[gate[:gates]]), np.minimum(1.0, is_hub[hub[:hubs]])
    cost, sent, spare_gate, spare_hub = (
        np.empty((gates, hubs)),
        np.empty((gates, hubs)),
        np.empty(gates),
        np.empty(hubs),
    )
    left, right, left_from, right_from = (
        np.empty(gates),
        np.empty(hubs),
        np.empty(gates, np.int64),
        np.empty(hubs, np.int64),
    )
    beta, gamma, has_beta, has_gamma = (
        np.empty(sites),
        np.empty(sites),
        np.zeros(sites, np.bool_),
        np.zeros(sites, np.bool_),
    )
    for a in range(gates):
        has_beta[gate[a]] = True
    for b in range(hubs):
        has_gamma[hub[b]] = True
    for part in range(len(start) - 1):
        const[part] = 0.0
        slope_gate[part], slope_hub[part] = 0.0, 0.0
        for r in range(start[part], start[part + 1]):
            near, near_h, volume = far[ends[r]], far_h[ends[r]], volumes[r]
            slack, penalty = slacks[r], penalties[r]
            for a in range(gates):
                for b in range(hubs):
                    cost[a, b] = _route(lane, step, near, lane_h, step_h, near_h, gate[a], hub[b], slack, penalty)
            price = _serve(
                cost, gate_share, hub_share, spare_gate, spare_hub, sent, left, right, left_from, right_from, gates,
                hubs, dearest / volume,
            )  # fmt: skip
            for a in range(gates):
                beta[gate[a]] = min(left[a], price)
            for b in range(hubs):
                gamma[hub[b]] = max(0.0, price - right[b])
            for turn in range(2):
                # First against those that are open; then against all, which have their duals now.
                is_over_all = turn == 1
                if hubs_first != is_over_all:
                    for e in range(sites):
                        if has_gamma[e]:
                            continue
                        need = 0.0
                        for g in range(sites):
                            if (is_over_all or has_beta[g]) and price - beta[g] - near[e] - lane[g] - step[g, e] > need:
                                one = _route(lane, step, near, lane_h, step_h, near_h, g, e, slack, penalty)
                                need = max(need, price - beta[g] - one)
                        gamma[e] = need
                else:
                    for g in range(sites):
                        if has_beta[g]:
                            continue
                        need = 0.0
                        for e in range(sites):
                            if (is_over_all or has_gamma[e]) and price - gamma[e] - near[e] - lane[g] - step[
                                g, e
                            ] > need:
                                one = _route(lane, step, near, lane_h, step_h, near_h, g, e, slack, penalty)
                                need = max(need, price - gamma[e] - one)
                        beta[g] = need
            const[part] += volume * price
            for k in range(sites):
                slope_gate[part, k] += volume * beta[k]
                slope_hub[part, k] += volume * gamma[k]


@compiled(nb.void(gate_legs, gate_flows, vector, vector, places, places, matrix))
def margins(legs, flows, paid, is_hub, sites, flow, margin):
    """Fill in by how much a tonne of each flow is dearer over some gates than over those that are open, EUR/t.

    Parameters
    ----------
    legs, flows
        As in ``served_partly``.
    paid
        What the last tonne of each flow costs over the open gates, EUR/t, shape (flows,).
    is_hub
        y; the second hub is an open one, or the gate itself, shape (sites,).
    sites
        The gates.
    flow
        Positions of the flows in ``margin``, shape (flows,).
    margin
        Filled at these, shape (gates, more flows).
    """
    lane, step, far, lane_h, step_h, far_h = legs
    _, ends, _, slacks, penalties = flows
    for s in range(len(sites)):
        g = sites[s]
        for r in range(len(ends)):
            near, near_h = far[ends[r]], far_h[ends[r]]
            best = _route(lane, step, near, lane_h, step_h, near_h, g, g, slacks[r], penalties[r])
            for e in range(len(lane)):
                if is_hub[e] > NOTHING and lane[g] + step[g, e] + near[e] < best:
                    best = min(best, _route(lane, step, near, lane_h, step_h, near_h, g, e, slacks[r], penalties[r]))
            margin[s, flow[r]] = best - paid[r] if best < IMPOSSIBLE else ABSENT
