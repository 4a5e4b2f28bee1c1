"""The freight of cities over a set of hubs, in groups that pay the same for a tonne whatever the prices are.

Entries of one label over one hub of their cities, which are in time over the same number of gates, the fastest ones,
are a group: beside the leg of their city all of them pay the same over each gate. So what a tonne of each group pays
over its best gate is found once, and each mode of a city adds up what its entries take of that.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.city_choices import BY_HUB, BY_LANE, INBOUND, KINDS, SetGroups
from netdesign.solve.core.route_matrices import ABSENT, IMPOSSIBLE
from netdesign.solve.kernels.cities import choose, city_choices, far_legs, lane_states, positions
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import compiled, cube, hub_set, legs, matrix, number, place, places, vector

orders = nb.int64[:, :, ::1]
set_groups = nb.types.NamedTuple((cube, orders, places, vector, places, places), SetGroups)


@compiled(nb.void(legs, city_choices, hub_set, matrix, cube, cube, orders))
def _fill_far(legs, choices, hubs, extra_h, far, far_h, order):
    """Fill in what lies between each airport and the hub of a city by gate, and the gates of each hub by their hours.

    Departures between hubs take so many hours over the least, shape (hubs, hubs).
    """
    origin, destination, kind, size = choices.origin, choices.destination, choices.kind, len(hubs)
    is_known = np.zeros(len(far), np.bool_)
    for e in range(len(kind)):
        is_in = 1 if kind[e] & INBOUND else 0
        case = 2 * (kind[e] // KINDS) + is_in
        if is_known[case]:
            continue
        is_known[case] = True
        far_legs(legs, origin[e], destination[e], is_in, hubs, extra_h, far[case], far_h[case])
        for a in range(size):
            for g in range(size):
                i = g
                while i > 0 and far_h[case, order[case, a, i - 1], a] > far_h[case, g, a]:
                    order[case, a, i] = order[case, a, i - 1]
                    i -= 1
                order[case, a, i] = g


@compiled(nb.boolean(place, place, vector, vector, places, places, number))
def _is_needless(begun, kept, base, fines, timely, group, total):
    """Return whether a mode costs more than one that is kept, with all fines of what is in time over fewer gates there.

    ``timely`` and ``fines`` are of each entry, ``group`` has the numbers of gates of the modes that are kept.
    """
    entries = len(timely)
    for b in range(kept):
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
    collect, _, distribute, collect_h, _, distribute_h = legs
    start, origin, destination, volume = choices.start, choices.origin, choices.destination, choices.volume
    slack_h, penalty, way, kind, label = choices.slack_h, choices.penalty, choices.way, choices.kind, choices.label
    first, of_mode_h, mode_cost, own = choices.first, choices.extra_h, choices.cost, choices.own
    size, parties, cases = len(hubs), len(start) - 1, 2 * (kind.max() // KINDS) + 2
    far, far_h = np.empty((cases, size, size)), np.empty((cases, size, size))
    order = np.zeros((cases, size, size), np.int64)
    _fill_far(legs, choices, hubs, extra_h, far, far_h, order)
    most_modes = most_cells = widest = 0
    for p in range(parties):
        widest = max(widest, start[p + 1] - start[p])
        for a in range(size):
            pair = p * sites + hubs[a]
            most_modes += first[pair + 1] - first[pair]
            most_cells += (first[pair + 1] - first[pair]) * (start[p + 1] - start[p])
    begin, cell = np.empty(parties * size + 1, np.int64), np.empty(parties * size, np.int64)
    base, group = np.empty(most_modes), np.empty(most_cells, np.int64)
    timely, fines, modes, cells = np.empty(widest, np.int64), np.empty(widest), 0, 0
    for p in range(parties):
        entries, home = start[p + 1] - start[p], -1
        for a in range(size):
            if hubs[a] == own[p]:
                home = a
        for j in range(entries):
            fines[j] = volume[start[p] + j] * penalty[start[p] + j]
        for a in range(size):
            begin[p * size + a], cell[p * size + a] = modes, cells
            hub, pair, begun, kept = hubs[a], p * sites + hubs[a], cells, modes
            for m in range(first[pair], first[pair + 1] if home < 0 or home == a else first[pair]):
                total = mode_cost[m]
                for j in range(entries):
                    e = start[p] + j
                    is_in = 1 if kind[e] & INBOUND else 0
                    case = 2 * (kind[e] // KINDS) + is_in
                    near = distribute[hub, destination[e]] if is_in else collect[origin[e], hub]
                    near_h = distribute_h[hub, destination[e]] if is_in else collect_h[origin[e], hub]
                    left, n = slack_h[e] - near_h - of_mode_h[way[e], m], 0
                    while n < size and far_h[case, order[case, a, n], a] <= left:
                        n += 1
                    least = ABSENT
                    for i in range(n if penalty[e] >= IMPOSSIBLE else size):
                        least = min(least, far[case, order[case, a, i], a])
                    # Freight of no volume has to have a route all the same.
                    total += volume[e] * near if near + least < IMPOSSIBLE else ABSENT
                    timely[j] = n
                if total >= IMPOSSIBLE or _is_needless(
                    begun, modes - kept, base[kept:modes], fines[:entries], timely[:entries], group, total
                ):
                    continue
                base[modes] = total
                group[cells : cells + entries] = timely[:entries]
                modes, cells = modes + 1, cells + entries
            for m in range(modes - kept):
                for j in range(entries):
                    at = begun + m * entries + j
                    group[at] += (label[start[p] + j] * size + a) * (size + 1)
    begin[parties * size] = modes
    return SetGroups(far, order, begin, base[:modes].copy(), cell, group[:cells].copy())


@compiled(nb.void(city_choices, set_groups, cube, vector, places))
def _price_groups(choices, groups, toll, least, gate):
    """Fill in what a tonne of each group pays over its best gate beside the leg of its city, EUR/t, and that gate."""
    kind_of, fine_of, far, order = choices.kind_of, choices.fine_of, groups.far, groups.order
    size = far.shape[1]
    for q in range(len(kind_of)):
        k, fine = kind_of[q], fine_of[q]
        case = 2 * (k // KINDS) + (1 if k & INBOUND else 0)
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


@compiled(
    nb.void(city_choices, set_groups, places, positions, places, vector, matrix, matrix, vector, matrix)
)  # fmt: skip
def _add_flows(choices, groups, gate, which, chosen, inside, used, counted, entering, carried):
    """Fill in what flows over lanes, counts there, enters at gates, and is carried from hub to hub; t/year."""
    start, volume, kind_of, group = choices.start, choices.volume, choices.kind_of, groups.group
    size = len(entering)
    used[:], counted[:], entering[:], carried[:], inside[:] = 0.0, 0.0, 0.0, 0.0, 0.0
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


@compiled(nb.void(lane_states, matrix, vector, matrix, cube))
def _fill_tolls(state, mu, theta, room, toll):
    """Fill in what a tonne of each kind is paid by hub and gate, EUR/t, shape (kinds, hubs, gates).

    Closed lanes cost too much.
    """
    for k in range(len(toll)):
        for g in range(len(theta)):
            paid = mu[k // KINDS, g] if k & BY_LANE else 0.0
            paid += theta[g] if k & BY_HUB else 0.0
            for a in range(len(theta)):
                toll[k, a, g] = paid - (room[g, a] if k & INBOUND else room[a, g])
                if state[k // KINDS, g] < 0:
                    toll[k, a, g] = -ABSENT


@compiled(
    number(
        city_choices, set_groups, hub_set, lane_states, matrix, vector, matrix, cube, vector, places, vector, matrix,
        positions, places, matrix, matrix, vector, matrix,
    )
)  # fmt: skip
def cost_at_prices(
    choices, groups, hubs, state, mu, theta, room, toll, least, gate, inside, cost, which, chosen, used, counted,
    entering, carried,
):  # fmt: skip
    """Return what all cities pay at some prices, EUR/year, ``NEVER`` where one cannot be served; fill in what flows.

    There is a place in ``least``, ``gate`` and ``inside`` for each group.
    """
    _fill_tolls(state, mu, theta, room, toll)
    _price_groups(choices, groups, toll, least, gate)
    _price_parties(choices, groups, least, cost, which)
    total = choose(choices, hubs, cost, chosen)
    if total < NEVER:
        _add_flows(choices, groups, gate, which, chosen, inside, used, counted, entering, carried)
    return total
