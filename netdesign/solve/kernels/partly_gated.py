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

from netdesign.solve.core.gate_legs import GateEmissions, GateFlows, GateLegs
from netdesign.solve.core.route_matrices import ABSENT, IMPOSSIBLE
from netdesign.solve.kernels.serving import NOTHING, label, relabel, send
from netdesign.solve.kernels.types import compiled, flags, inlined, matrix, number, place, places, vector

gate_legs = nb.types.NamedTuple((vector, matrix, matrix, vector, matrix, matrix), GateLegs)
gate_emissions = nb.types.NamedTuple((vector, matrix, matrix), GateEmissions)
gate_flows = nb.types.NamedTuple((places, places, vector, vector, vector, places), GateFlows)


@inlined
def _route(lane, step, far, lane_h, step_h, far_h, g, e, slack, penalty):
    """Return the cost of a route, EUR/t; ``ABSENT`` where there is none."""
    cost = lane[g] + step[g, e] + far[e]
    if cost < IMPOSSIBLE and lane_h[g] + step_h[g, e] + far_h[e] > slack:
        cost += penalty
    return min(cost, ABSENT)


@inlined
def _opened(share):
    """Return where a point is open, and by how much."""
    listed, count = np.empty(len(share), np.int64), 0
    for k in range(len(share)):
        if share[k] > NOTHING:
            listed[count] = k
            count += 1
    return listed[:count].copy(), np.minimum(1.0, share[listed[:count]])


@inlined
def _room(gates, hubs):
    """Return room for costs, what is sent and is left to be sent, and for ways."""
    pairs = np.empty((gates, hubs)), np.empty((gates, hubs))
    of_gates = np.empty(gates), np.empty(gates), np.empty(gates, np.int64)
    of_hubs = np.empty(hubs), np.empty(hubs), np.empty(hubs, np.int64)
    return pairs, of_gates, of_hubs


@inlined
def _fill_costs(legs, gate, hub, end, slack, penalty, cost):
    """Fill in what the routes of a flow cost over the open gates and hubs, EUR/t."""
    lane, step, far, lane_h, step_h, far_h = legs
    for a in range(len(gate)):
        for b in range(len(hub)):
            cost[a, b] = _route(lane, step, far[end], lane_h, step_h, far_h[end], gate[a], hub[b], slack, penalty)


@compiled(number(matrix, *[vector] * 4, matrix, vector, vector, places, places, number))
def _serve(cost, gate_share, hub_share, spare_gate, spare_hub, sent, left, right, left_from, right_from, limit):
    """Serve one flow; return its dual, and leave what is sent, and the lengths that give the other duals.

    The lengths are those before the last step: after it there may be no way left, as gates are often open by 1 in all.
    What is sent can be sent back from the end as well, so no hub that sends is further away than that.
    """
    gates, hubs = cost.shape
    spare_gate[:], spare_hub[:], sent[:] = gate_share, hub_share, 0.0
    served, price = 0.0, 0.0
    for _ in range(20 * (gates + hubs)):
        label(cost, spare_gate, sent, left, right, left_from, right_from, gates, hubs)
        end, price = -1, limit
        for b in range(hubs):
            if spare_hub[b] > NOTHING and right[b] < price:
                end, price = b, right[b]
        if end < 0:
            break
        served += send(end, 1.0 - served, spare_gate, spare_hub, sent, left_from, right_from, 2 * (gates + hubs))
        if served >= 1.0 - NOTHING:
            break
    for b in range(hubs):
        if right[b] > price and spare_hub[b] < hub_share[b]:
            right[b] = price
    relabel(cost, spare_gate, sent, left, right, left_from, right_from, gates, hubs)
    return price


@compiled(nb.void(gate_legs, gate_emissions, gate_flows, *3 * (place,), number, nb.boolean, number, nb.float64[::1]))
def _add_taken(legs, emissions, flows, flow, gate, hub, tonnes, is_first, counts_last, taken):
    """Add what tonnes of a flow on a route take of all that is limited or has to come; see ``served_partly``."""
    _, _, _, lane_h, step_h, far_h = legs
    end, group, sites = flows.end[flow], flows.group[flow], len(lane_h)
    first, last = (gate, hub) if is_first else (hub, gate)
    taken[gate] += tonnes
    taken[sites + first] += tonnes
    taken[2 * sites + first] += tonnes
    if first != last:
        taken[2 * sites + last] += counts_last * tonnes
    if len(emissions.lane):
        taken[3 * sites] += tonnes * (emissions.lane[gate] + emissions.step[gate, hub] + emissions.far[end, hub])
    if group >= 0 and lane_h[gate] + step_h[gate, hub] + far_h[end, hub] > flows.slack_h[flow]:
        taken[3 * sites + 1] += tonnes
        if group > 0:
            taken[3 * sites + 1 + group] += tonnes


@compiled(
    nb.void(gate_legs, gate_emissions, gate_flows, vector, vector, number, nb.boolean, number, vector, matrix, vector)
)
def served_partly(legs, emissions, flows, is_gate, is_hub, dearest, is_first, counts_last, value, taken, paid):
    """Serve the freight over gates and hubs that are partly open.

    Parameters
    ----------
    legs, flows
        With the prices of what couples freight.
    emissions
        Of the legs.
    is_gate, is_hub
        l and y, each with a sum of at least 1, shape (sites,).
    dearest
        Cost of leaving a whole flow behind, EUR/year.
    is_first
        Whether the gate is the first hub.
    counts_last
        1 where what a hub hands out loads it too, else 0.
    value
        Filled: what each part costs, EUR/year, prices included, shape (parts,).
    taken
        Filled: what passes each gate, what enters at each hub, what each hub lifts, what is emitted, what is late in
        all and of each group, t/year, shape (parts, 3 sites + limits).
    paid
        Filled: what the last tonne of each flow costs, EUR/t, shape (flows,).
    """
    start, ends, volumes, slacks, penalties, _ = flows
    (gate, gate_share), (hub, hub_share) = _opened(is_gate), _opened(is_hub)
    pairs, of_gates, of_hubs = _room(len(gate), len(hub))
    (cost, sent), (spare_gate, left, left_from), (spare_hub, right, right_from) = pairs, of_gates, of_hubs
    for part in range(len(start) - 1):
        value[part], taken[part] = 0.0, 0.0
        for r in range(start[part], start[part + 1]):
            volume, rest = volumes[r], 1.0
            _fill_costs(legs, gate, hub, ends[r], slacks[r], penalties[r], cost)
            paid[r] = _serve(
                cost, gate_share, hub_share, spare_gate, spare_hub, sent, left, right, left_from, right_from,
                dearest / volume,
            )  # fmt: skip
            for a in range(len(gate)):
                for b in range(len(hub)):
                    if sent[a, b] <= 0.0:
                        continue
                    rest -= sent[a, b]
                    value[part] += volume * sent[a, b] * cost[a, b]
                    _add_taken(
                        legs, emissions, flows, r, gate[a], hub[b], volume * sent[a, b], is_first, counts_last,
                        taken[part],
                    )  # fmt: skip
            value[part] += dearest * max(0.0, rest)


@compiled(nb.void(*(vector, matrix, vector) * 2, number, number, number, vector, flags, flags, vector))
def _add_duals(own, step, other, own_h, step_h, other_h, slack, penalty, price, of_others, has_other, has_dual, duals):
    """Fill in the least dual of each place without one that no route over it and another place with one undercuts.

    Parameters
    ----------
    own, other
        Legs of the one places and of the others, EUR/t and h, shape (sites,): of gates and hubs, or of hubs and gates.
    step
        Between them, shape (sites, sites).
    price
        Dual of the flow, EUR/t.
    of_others, has_other
        Duals of the other places, EUR/t, and which count.
    has_dual
        Which of the one places have theirs.
    duals
        Filled, EUR/t.
    """
    for k in range(len(own)):
        if has_dual[k]:
            continue
        need = 0.0
        for m in range(len(own)):
            # Without the penalty no route is dearer.
            if has_other[m] and price - of_others[m] - other[m] - own[k] - step[k, m] > need:
                one = _route(own, step, other, own_h, step_h, other_h, k, m, slack, penalty)
                need = max(need, price - of_others[m] - one)
        duals[k] = need


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
    start, ends, volumes, slacks, penalties, _ = flows
    (gate, gate_share), (hub, hub_share) = _opened(is_gate), _opened(is_hub)
    pairs, of_gates, of_hubs = _room(len(gate), len(hub))
    (cost, sent), (spare_gate, left, left_from), (spare_hub, right, right_from) = pairs, of_gates, of_hubs
    lane, step, far, lane_h, step_h, far_h = legs
    back, back_h, sites = np.ascontiguousarray(step.T), np.ascontiguousarray(step_h.T), len(is_gate)
    beta, gamma, every = np.empty(sites), np.empty(sites), np.ones(sites, np.bool_)
    has_beta, has_gamma = is_gate > NOTHING, is_hub > NOTHING
    for part in range(len(start) - 1):
        const[part], slope_gate[part], slope_hub[part] = 0.0, 0.0, 0.0
        for r in range(start[part], start[part + 1]):
            end, slack, penalty, volume = ends[r], slacks[r], penalties[r], volumes[r]
            _fill_costs(legs, gate, hub, end, slack, penalty, cost)
            price = _serve(
                cost, gate_share, hub_share, spare_gate, spare_hub, sent, left, right, left_from, right_from,
                dearest / volume,
            )  # fmt: skip
            for a in range(len(gate)):
                beta[gate[a]] = min(left[a], price)
            for b in range(len(hub)):
                gamma[hub[b]] = max(0.0, price - right[b])
            near, near_h = far[end], far_h[end]
            # Those that come first are held against open ones alone, the others against all.
            if hubs_first:
                _add_duals(
                    near, back, lane, near_h, back_h, lane_h, slack, penalty, price, beta, has_beta, has_gamma, gamma
                )
            _add_duals(
                lane, step, near, lane_h, step_h, near_h, slack, penalty, price, gamma,
                every if hubs_first else has_gamma, has_beta, beta,
            )  # fmt: skip
            if not hubs_first:
                _add_duals(
                    near, back, lane, near_h, back_h, lane_h, slack, penalty, price, beta, every, has_gamma, gamma
                )
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
    _, ends, _, slacks, penalties, _ = flows
    for s in range(len(sites)):
        g = sites[s]
        for r in range(len(ends)):
            near, near_h = far[ends[r]], far_h[ends[r]]
            best = _route(lane, step, near, lane_h, step_h, near_h, g, g, slacks[r], penalties[r])
            for e in range(len(lane)):
                if is_hub[e] > NOTHING and lane[g] + step[g, e] + near[e] < best:
                    best = min(best, _route(lane, step, near, lane_h, step_h, near_h, g, e, slacks[r], penalties[r]))
            margin[s, flow[r]] = best - paid[r] if best < IMPOSSIBLE else ABSENT
