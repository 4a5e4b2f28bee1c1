"""The freight of cities over a set of hubs, in groups that pay the same for a tonne whatever the prices are.

Entries of one label over one hub of their cities, which are in time over the same number of gates, the fastest ones,
are a group: beside the leg of their city all of them pay the same over each gate. So what a tonne of each group pays
over its best gate is found once, and each mode of a city adds up what its entries take of that.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.city_choices import BY_HUB, BY_LANE, INBOUND, KINDS, PricedFlows, SetGroups
from netdesign.solve.core.route_matrices import ABSENT, IMPOSSIBLE
from netdesign.solve.kernels.cities import (
    case_of,
    choose,
    city_choices,
    far_legs,
    lane_states,
    place_of,
    positions,
)
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import compiled, cube, hub_set, inlined, legs, matrix, number, place, places, vector

orders = nb.int64[:, :, ::1]
set_groups = nb.types.NamedTuple((cube, orders, places, vector, places, places), SetGroups)
priced_flows = nb.types.NamedTuple((matrix, matrix, vector, matrix), PricedFlows)


@compiled(nb.void(legs, city_choices, hub_set, matrix, cube, orders, cube, cube))
def _fill_far(legs, choices, hubs, extra_h, far, order, hours, least):
    """Fill in what lies between each airport and the hub of a city; by hub, its gates by their hours, and these.

    ``least`` is what the first so many of them cost at least, EUR/t, shape (cases, hubs, gates + 1). Departures between
    hubs take so many hours over the least, shape (hubs, hubs).
    """
    origin, destination, kind, size = choices.origin, choices.destination, choices.kind, len(hubs)
    is_known, far_h = np.zeros(len(far), np.bool_), np.empty((size, size))
    for e in range(len(kind)):
        case = case_of(kind[e])
        if is_known[case]:
            continue
        is_known[case] = True
        far_legs(legs, origin[e], destination[e], kind[e] & INBOUND, hubs, extra_h, far[case], far_h)
        for a in range(size):
            for g in range(size):
                i = g
                while i > 0 and far_h[order[case, a, i - 1], a] > far_h[g, a]:
                    order[case, a, i] = order[case, a, i - 1]
                    i -= 1
                order[case, a, i] = g
            least[case, a, 0] = ABSENT
            for i in range(size):
                g = order[case, a, i]
                hours[case, a, i] = far_h[g, a]
                least[case, a, i + 1] = min(least[case, a, i], far[case, g, a])


@compiled(nb.types.UniTuple(place, 3)(city_choices, hub_set, place))
def _sizes(choices, hubs, sites):
    """Return how many modes there are over a set, how many entries of modes, and how many a party has at most."""
    start, first = choices.start, choices.first
    modes = cells = widest = 0
    for p in range(len(start) - 1):
        entries = start[p + 1] - start[p]
        widest = max(widest, entries)
        for hub in hubs:
            own = first[p * sites + hub + 1] - first[p * sites + hub]
            modes += own
            cells += own * entries
    return modes, cells, widest


@inlined
def _approach(legs, choices, party, hub, near, left):
    """Fill in what the entries of a party pay on the leg of their city, EUR/t, and which hours it leaves them."""
    collect, _, distribute, collect_h, _, distribute_h = legs
    begun, end, kind = choices.start[party], choices.start[party + 1], choices.kind
    origin, destination, slack_h = choices.origin, choices.destination, choices.slack_h
    for e in range(begun, end):
        if kind[e] & INBOUND:
            near[e - begun] = distribute[hub, destination[e]]
            left[e - begun] = slack_h[e] - distribute_h[hub, destination[e]]
        else:
            near[e - begun] = collect[origin[e], hub]
            left[e - begun] = slack_h[e] - collect_h[origin[e], hub]


@inlined
def _with_mode(choices, party, a, mode, near, left, hours, least, timely):
    """Return what a party pays with a mode beside what lies between airport and hub, EUR/year.

    ``ABSENT`` or more where it may not take that; fill in over how many gates each of its entries is in time.
    """
    begun, end, kind = choices.start[party], choices.start[party + 1], choices.kind
    volume, penalty, way, of_mode_h = choices.volume, choices.penalty, choices.way, choices.extra_h
    total, gates = choices.cost[mode], hours.shape[2]
    for e in range(begun, end):
        case, rest, n = case_of(kind[e]), left[e - begun] - of_mode_h[way[e], mode], 0
        while n < gates and hours[case, a, n] <= rest:
            n += 1
        # Freight of no volume has to have a route all the same.
        has_route = near[e - begun] + least[case, a, n if penalty[e] >= IMPOSSIBLE else gates] < IMPOSSIBLE
        total += volume[e] * near[e - begun] if has_route else ABSENT
        timely[e - begun] = n
    return total


@inlined
def _add_labels(label, begun, end, a, size, entries, group):
    """Make groups of the numbers of gates over which the entries of some modes are in time."""
    for at in range(begun, end):
        group[at] += (label[(at - begun) % entries] * size + a) * (size + 1)


@compiled(nb.boolean(place, vector, vector, places, places, number))
def _is_needless(begun, base, fines, timely, group, total):
    """Return whether a mode costs more than one that is kept, with all fines of what is in time over fewer gates there.

    ``timely`` and ``fines`` are of each entry, ``group`` has the numbers of gates of the modes that are kept.
    """
    entries = len(timely)
    for b in range(len(base)):
        more = base[b]
        for j in range(entries):
            if timely[j] > group[begun + b * entries + j]:
                more += fines[j]
        if more <= total:
            return True
    return False


@compiled(set_groups(legs, city_choices, hub_set, place, matrix))
def groups_of_set(legs, choices, hubs, sites, extra_h):
    """Return the freight of all cities over a set of hubs in groups, with the modes that any prices may make the best.

    Departures between hubs take so many hours over the least, shape (hubs, hubs).
    """
    start, label, first, own = choices.start, choices.label, choices.first, choices.own
    size, parties, cases = len(hubs), len(start) - 1, case_of(choices.kind.max() | INBOUND) + 1
    far, order = np.empty((cases, size, size)), np.zeros((cases, size, size), np.int64)
    hours, least = np.empty((cases, size, size)), np.empty((cases, size, size + 1))
    _fill_far(legs, choices, hubs, extra_h, far, order, hours, least)
    most_modes, most_cells, widest = _sizes(choices, hubs, sites)
    begin, cell = np.empty(parties * size + 1, np.int64), np.empty(parties * size, np.int64)
    base, group = np.empty(most_modes), np.empty(most_cells, np.int64)
    near, left, timely = np.empty(widest), np.empty(widest), np.empty(widest, np.int64)
    fines, modes, cells = choices.volume * choices.penalty, 0, 0
    for p in range(parties):
        begun, end, home = start[p], start[p + 1], place_of(own[p], hubs)
        entries = end - begun
        for a in range(size):
            begin[p * size + a], cell[p * size + a] = modes, cells
            if home >= 0 and home != a:
                continue
            kept, kept_cells, pair = modes, cells, p * sites + hubs[a]
            _approach(legs, choices, p, hubs[a], near, left)
            for m in range(first[pair], first[pair + 1]):
                total = _with_mode(choices, p, a, m, near, left, hours, least, timely)
                if total >= IMPOSSIBLE or _is_needless(
                    kept_cells, base[kept:modes], fines[begun:end], timely[:entries], group, total
                ):
                    continue
                base[modes] = total
                group[cells : cells + entries] = timely[:entries]
                modes, cells = modes + 1, cells + entries
            _add_labels(label[begun:end], kept_cells, cells, a, size, entries, group)
    begin[parties * size] = modes
    return SetGroups(far, order, begin, base[:modes].copy(), cell, group[:cells].copy())


@compiled(nb.void(city_choices, set_groups, cube, vector, places))
def _price_groups(choices, groups, toll, least, gate):
    """Fill in what a tonne of each group pays over its best gate beside the leg of its city, EUR/t, and that gate."""
    kind_of, fine_of, far, order = choices.kind_of, choices.fine_of, groups.far, groups.order
    size = far.shape[1]
    for q in range(len(kind_of)):
        k, fine, case = kind_of[q], fine_of[q], case_of(kind_of[q])
        for a in range(size):
            row = (q * size + a) * (size + 1)
            low, which = NEVER, 0
            least[row + size], gate[row + size] = low, which
            for i in range(size - 1, -1, -1):
                g = order[case, a, i]
                one = far[case, g, a] - toll[k, a, g] + fine
                if one < low:
                    low, which = one, g
                least[row + i], gate[row + i] = low, which
            low = NEVER
            for i in range(size):
                g = order[case, a, i]
                one = far[case, g, a] - toll[k, a, g]
                if one < low:
                    low, which = one, g
                if low < least[row + i + 1]:
                    least[row + i + 1], gate[row + i + 1] = low, which


@compiled(nb.void(city_choices, set_groups, vector, matrix, positions))
def _price_parties(choices, groups, least, cost, which):
    """Fill in what each party pays over each hub with its best mode, and where the groups of that begin."""
    start, volume = choices.start, choices.volume
    begin, base, cell, group = groups.begin, groups.base, groups.cell, groups.group
    size = cost.shape[1]
    for p in range(len(start) - 1):
        first, last = start[p], start[p + 1]
        for a in range(size):
            at = cell[p * size + a]
            low, best = ABSENT, -1
            for m in range(begin[p * size + a], begin[p * size + a + 1]):
                total = base[m]
                for e in range(first, last):
                    total += volume[e] * least[group[at + e - first]]
                if total < low:
                    low, best = total, at
                at += last - first
            cost[p, a], which[p, a] = low, best


@compiled(nb.void(city_choices, set_groups, places, positions, places, priced_flows))
def _fill_flows(choices, groups, gate, which, chosen, flows):
    """Fill in what flows by the choices of all parties."""
    start, volume, kind_of, group = choices.start, choices.volume, choices.kind_of, groups.group
    used, counted, entering, carried = flows
    size, inside = len(entering), np.zeros(len(gate))
    used[:], counted[:], entering[:], carried[:] = 0.0, 0.0, 0.0, 0.0
    for p in range(len(start) - 1):
        if chosen[p] < 0:
            continue
        at = which[p, chosen[p]]
        for e in range(start[p], start[p + 1]):
            inside[group[at + e - start[p]]] += volume[e]
    for q in range(len(kind_of)):
        k = kind_of[q]
        for a in range(size):
            for i in range(size + 1):
                at = (q * size + a) * (size + 1) + i
                w, g = inside[at], gate[at]
                used[k // KINDS, g] += w
                counted[k // KINDS, g] += w if k & BY_LANE else 0.0
                entering[g] += w if k & BY_HUB else 0.0
                if k & INBOUND:
                    carried[g, a] += w
                else:
                    carried[a, g] += w


@compiled(nb.void(lane_states, vector, cube))
def _fill_tolls(state, prices, toll):
    """Fill in what a tonne of each kind is paid by hub and gate, EUR/t, shape (kinds, hubs, gates).

    Closed lanes cost too much.
    """
    airports, size = state.shape
    lanes = airports * size
    mu, theta = prices[:lanes].reshape((airports, size)), prices[lanes : lanes + size]
    room = prices[lanes + size :].reshape((size, size))
    for k in range(len(toll)):
        for g in range(size):
            paid = mu[k // KINDS, g] if k & BY_LANE else 0.0
            paid += theta[g] if k & BY_HUB else 0.0
            for a in range(size):
                toll[k, a, g] = paid - (room[g, a] if k & INBOUND else room[a, g])
                if state[k // KINDS, g] < 0:
                    toll[k, a, g] = -ABSENT


@compiled(number(city_choices, set_groups, hub_set, lane_states, vector, priced_flows))
def cost_at_prices(choices, groups, hubs, state, prices, flows):
    """Return what all cities pay at some prices, EUR/year, ``NEVER`` where one cannot be served; fill in what flows.

    Prices are those of lanes, hubs, and legs from hub to hub, EUR/t, shape ((airports + 1 + hubs) * hubs,).
    """
    airports, size = state.shape
    parties, each = len(choices.start) - 1, len(choices.kind_of) * size * (size + 1)
    toll, least, gate = np.empty((KINDS * airports, size, size)), np.empty(each), np.empty(each, np.int64)
    cost, which = np.empty((parties, size)), np.empty((parties, size), np.int64)
    chosen = np.empty(parties, np.int64)
    _fill_tolls(state, prices, toll)
    _price_groups(choices, groups, toll, least, gate)
    _price_parties(choices, groups, least, cost, which)
    total = choose(choices, hubs, cost, chosen)
    if total < NEVER:
        _fill_flows(choices, groups, gate, which, chosen, flows)
    return total
