"""What cities with one hub each way pay over a set of hubs.

Each city chooses by itself: a hub each way, departures there, and for each part of its freight the best gate.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.city_choices import INBOUND, KINDS, CityChoices, HubServices
from netdesign.solve.core.route_matrices import ABSENT, IMPOSSIBLE
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import compiled, flags, hub_set, inlined, legs, matrix, number, place, places, vector

pairs = nb.boolean[:, ::1]
positions = nb.int64[:, ::1]
lane_states = nb.int8[:, ::1]

_of_entries = (places, places, vector, vector, vector, places, places, places)
_of_labels = (places, vector)
_of_modes = (places, vector, matrix)
_of_cities = (places, places, places, pairs, flags)
city_choices = nb.types.NamedTuple((places, *_of_entries, *_of_labels, *_of_modes, places, *_of_cities), CityChoices)
hub_services = nb.types.NamedTuple(
    (places, places, flags, places, places, flags, matrix, vector, matrix, matrix), HubServices
)


@inlined
def case_of(kind):
    """Return the place of the airport and the direction of a kind of entries among all of these."""
    return 2 * (kind // KINDS) + (1 if kind & INBOUND else 0)


@inlined
def place_of(site, hubs):
    """Return the place of a site in a set, or -1."""
    found = -1
    for a in range(len(hubs)):
        if hubs[a] == site:
            found = a
    return found


@compiled(nb.void(legs, place, place, place, hub_set, matrix, matrix, matrix))
def far_legs(legs, o, d, is_inbound, hubs, extra_h, far, far_h):
    """Fill in what lies between an airport and the hub of a city, EUR/t and h, by gate and hub."""
    collect, between, distribute, collect_h, between_h, distribute_h = legs
    for g in range(len(hubs)):
        for a in range(len(hubs)):
            gate, hub = hubs[g], hubs[a]
            if is_inbound:
                far[g, a] = collect[o, gate] + between[gate, hub]
                far_h[g, a] = collect_h[o, gate] + between_h[gate, hub] + extra_h[g, a]
            else:
                far[g, a] = between[hub, gate] + distribute[gate, d]
                far_h[g, a] = between_h[hub, gate] + distribute_h[gate, d] + extra_h[a, g]


@compiled(number(city_choices, hub_set, matrix, places))
def choose(choices, hubs, cost, chosen):
    """Fill in the hub of each party that is chosen, or -1; return what all cities pay, ``NEVER`` if one cannot."""
    inbound, outbound, both, is_paired = choices.inbound, choices.outbound, choices.both, choices.is_paired
    is_single, size, total = choices.is_single[0], len(hubs), 0.0
    chosen[:] = -1
    for c in range(len(inbound)):
        i, o, b = inbound[c], outbound[c], both[c]
        if i < 0 or o < 0 or (b < 0 and not is_single):
            for p in (i, o):
                if p < 0:
                    continue
                best = 0
                for a in range(1, size):
                    if cost[p, a] < cost[p, best]:
                        best = a
                total += cost[p, best]
                chosen[p] = best
            continue
        low, there, back, is_once = ABSENT, -1, -1, False
        for a in range(size):
            for z in range(size):
                if a != z and is_single:
                    continue
                once = a == z and b >= 0 and is_paired[c, hubs[a]]
                one = cost[b, a] if once else cost[i, a] + cost[o, z]
                if one < low:
                    low, there, back, is_once = one, a, z, once
        total += low
        if there >= 0 and is_once:
            chosen[b] = there
        elif there >= 0:
            chosen[i], chosen[o] = there, back
    return NEVER if total >= IMPOSSIBLE else total


@compiled(number(legs, city_choices, hub_set, place))
def least_cost(legs, choices, hubs, sites):
    """Return what all cities pay at least where nothing has a price, EUR/year, ``NEVER`` where one cannot be served."""
    collect, _, distribute, collect_h, _, distribute_h = legs
    start, origin, destination, volume = choices.start, choices.origin, choices.destination, choices.volume
    slack_h, penalty, way, kind = choices.slack_h, choices.penalty, choices.way, choices.kind
    first, of_mode_h, mode_cost, own = choices.first, choices.extra_h, choices.cost, choices.own
    size, cases = len(hubs), case_of(kind.max() | INBOUND) + 1
    far, far_h, least = np.empty((cases, size, size)), np.empty((cases, size, size)), np.empty((cases, size))
    is_known, none = np.zeros(cases, np.bool_), np.zeros((size, size))
    for e in range(len(kind)):
        case = case_of(kind[e])
        if not is_known[case]:
            is_known[case] = True
            far_legs(legs, origin[e], destination[e], kind[e] & INBOUND, hubs, none, far[case], far_h[case])
            for a in range(size):
                least[case, a] = far[case, :, a].min()
    cost, chosen = np.empty((len(start) - 1, size)), np.empty(len(start) - 1, np.int64)
    for p in range(len(start) - 1):
        home = place_of(own[p], hubs)
        for a in range(size):
            cost[p, a] = ABSENT
            if home >= 0 and home != a:
                continue
            hub, pair = hubs[a], p * sites + hubs[a]
            for m in range(first[pair], first[pair + 1]):
                total = mode_cost[m]
                for e in range(start[p], start[p + 1]):
                    is_in, case = kind[e] & INBOUND, case_of(kind[e])
                    near = distribute[hub, destination[e]] if is_in else collect[origin[e], hub]
                    best = least[case, a]
                    if slack_h[e] < ABSENT and penalty[e] > 0.0:
                        near_h = distribute_h[hub, destination[e]] if is_in else collect_h[origin[e], hub]
                        left, best = slack_h[e] - near_h - of_mode_h[way[e], m], ABSENT
                        for g in range(size):
                            one = far[case, g, a]
                            if far_h[case, g, a] > left:
                                one += penalty[e]
                            if one < best:
                                best = one
                    best += near
                    total += volume[e] * best if best < IMPOSSIBLE else ABSENT
                if total < cost[p, a]:
                    cost[p, a] = total
    return choose(choices, hubs, cost, chosen)


@compiled(nb.void(legs, city_choices, places, places, matrix, place, positions))
def routes_in_time(legs, choices, party, site, extra_h, gates, met):
    """Fill in on how many routes of its party over all gates each of some modes is in time, shape (2 ways, modes)."""
    _, _, _, collect_h, between_h, distribute_h = legs
    start, origin, destination = choices.start, choices.origin, choices.destination
    slack_h, way, kind = choices.slack_h, choices.way, choices.kind
    for m in range(len(party)):
        p, hub = party[m], site[m]
        for e in range(start[p], start[p + 1]):
            o, d, w = origin[e], destination[e], way[e]
            for g in range(gates):
                begin, end = (g, hub) if kind[e] & INBOUND else (hub, g)
                left = slack_h[e] - (collect_h[o, begin] + between_h[begin, end] + distribute_h[end, d])
                if left >= extra_h[w, m]:
                    met[w, m] += 1
