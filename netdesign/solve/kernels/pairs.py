"""Pairs of partly allocated cities: what transfers cost at least, and potentials that say so of every allocation.

For cities i and j with shares z_i, z_j over the hubs the cheapest way to match them is a transport problem; its
duals, extended to all hubs, give ``cost >= sum_k phi_k z_ik + sum_m psi_m z_jm`` with ``phi_k + psi_m <= D_km`` for all
hubs, so for every allocation. With ``D_km = forth_ij T_km + back_ij T_mk``, and what their freight pays for being late.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.serving import NOTHING, label, send
from netdesign.solve.kernels.types import compiled, cube, inlined, matrix, number, place, places, promises

_ALL = 1.0 - 1e-9
"""What is left then is rounding."""


@inlined
def _match(cost, first, last, size, spare_left, spare_right, sent, left, right, left_from, right_from):
    """Solve a transport problem between two cities' shares; fill in the lengths, whose signs make the duals."""
    for a in range(size):
        spare_left[a], spare_right[a] = first[a], last[a]
        for b in range(size):
            sent[a, b] = 0.0
    served = 0.0
    for _ in range(20 * size):
        label(cost, spare_left, sent, left, right, left_from, right_from, size, size)
        end, low = -1, NEVER
        for b in range(size):
            if spare_right[b] > NOTHING and right[b] < low:
                end, low = b, right[b]
        if end < 0:
            break
        served += send(end, 1.0, spare_left, spare_right, sent, left_from, right_from, 2 * size)
        if served >= _ALL:
            break


@inlined
def _support(share, city, sites, count, chosen, portion):
    """List the sites over which a city is spread, as positions in ``sites``."""
    size, total = 0, 0.0
    for a in range(count):
        if share[city, sites[a]] > 1e-7:
            chosen[size], portion[size] = a, share[city, sites[a]]
            total += portion[size]
            size += 1
    for a in range(size):
        portion[a] /= total
    return size


@inlined
def _fill_distances(step, forth, back, limit, count, distance):
    """Fill in what transfers between two cities cost from each site to each, EUR/year."""
    for k in range(count):
        for m in range(count):
            distance[k, m] = min(forth * step[k, m] + back * step[m, k], limit)


@inlined
def _add_fines(into_h, between_h, out_h, slack_h, fine, i, j, sites, limit, count, distance):
    """Add what freight between two cities pays for being late; return whether any of it may have to."""
    is_promised = False
    for layer in range(len(fine)):
        there, there_h = fine[layer, i, j], slack_h[layer, i, j]
        here, here_h = fine[layer, j, i], slack_h[layer, j, i]
        if there <= 0.0 and here <= 0.0:
            continue
        is_promised = True
        for a in range(count):
            k = sites[a]
            for b in range(count):
                m = sites[b]
                if there > 0.0 and into_h[i, k] + between_h[k, m] + out_h[j, m] > there_h:
                    distance[a, b] = min(distance[a, b] + there, limit)
                if here > 0.0 and into_h[j, m] + between_h[m, k] + out_h[i, k] > here_h:
                    distance[a, b] = min(distance[a, b] + here, limit)
    return is_promised


@inlined
def _answer_first(distance, psi, phi, count):
    """Fill in the largest phi that goes with psi."""
    for k in range(count):
        low = NEVER
        for m in range(count):
            low = min(low, distance[k, m] - psi[m])
        phi[k] = low


@inlined
def _answer_last(distance, phi, psi, count):
    """Fill in the largest psi that goes with phi."""
    for m in range(count):
        psi[m] = NEVER
    for k in range(count):
        for m in range(count):
            psi[m] = min(psi[m], distance[k, m] - phi[k])


@inlined
def _fan(distance, chosen, other_chosen, size, other_size, left, right):
    """Fill in the duals of two cities of which one is at a single hub."""
    left[0], right[0] = 0.0, distance[chosen[0], other_chosen[0]]
    for a in range(1, size):
        left[a] = right[0] - distance[chosen[a], other_chosen[0]]
    for b in range(1, other_size):
        right[b] = distance[chosen[0], other_chosen[b]]


@inlined
def _match_spread(
    distance, chosen, other_chosen, portion, other_portion, s, t, cost, spare_left, spare_right, sent, left, right,
    left_from, right_from,
):  # fmt: skip
    """Fill in the duals of two cities that both are spread, over s and t hubs."""
    size = max(s, t)
    for a in range(s, size):
        portion[a] = 0.0
    for b in range(t, size):
        other_portion[b] = 0.0
    for a in range(size):
        for b in range(size):
            cost[a, b] = 0.0
            if a < s and b < t:
                cost[a, b] = distance[chosen[a], other_chosen[b]]
    _match(cost, portion, other_portion, size, spare_left, spare_right, sent, left, right, left_from, right_from)


@inlined
def _extend(distance, chosen, other_chosen, size, other_size, left, right, phi, psi, count):
    """Fill in the largest potentials of either end, at all sites, that the duals of the other permit."""
    for k in range(count):
        low = NEVER
        for b in range(other_size):
            low = min(low, distance[k, other_chosen[b]] - right[b])
        phi[k] = low
    for m in range(count):
        low = NEVER
        for a in range(size):
            low = min(low, distance[chosen[a], m] + left[a])
        psi[m] = low


@inlined
def _settle(distance, is_metric, near, other_near, sites, phi, psi, less, count):
    """Make the potentials of two ends fit each other, at each site those of whom it is the likelier to serve."""
    if not is_metric:
        _answer_first(distance, psi, less, count)
    for k in range(count):
        # Whichever city is nearer is the likelier to move there.
        low = less[k] if not is_metric else -psi[k]
        phi[k] = phi[k] if near[sites[k]] <= other_near[sites[k]] else low
    _answer_last(distance, phi, psi, count)
    if is_metric:
        for k in range(count):
            phi[k] = -psi[k]
    else:
        _answer_first(distance, psi, phi, count)


@compiled(
    nb.void(
        matrix, matrix, matrix, matrix, promises, number, nb.boolean, matrix, places, place, place, matrix, cube,
    )
)  # fmt: skip
def pair_cuts(forth, back, near, step, promised, limit, is_metric, share, sites, first, last, own, other):
    """Add up the potentials of all pairs (i, j), j > i, for each i in a range.

    Parameters
    ----------
    forth, back
        t/year, shape (cities, cities).
    step
        T between the sites that are left, EUR/t, shape (left, left).
    promised
        What freight between cities pays for being late.
    limit
        What no pair of any plan worth having pays, EUR/year.
    is_metric
        Whether no way over a third site is cheaper: then psi = -phi, but for freight with a promise.
    share
        z, shape (cities, sites); zero at sites that are not left, its rows add up to one.
    sites
        Positions of the sites that are left.
    first, last
        Range of i.
    own
        Filled: sum of phi over j, EUR/year, shape (cities, sites).
    other
        Filled: psi, EUR/year, shape (cities, cities, sites).
    """
    count, cities = len(sites), len(forth)
    phi, psi = np.empty(count), np.empty(count)
    less, distance = np.empty(count), np.empty((count, count))
    into_h, between_h, out_h, slack_h, fine = promised
    chosen, portion = np.empty((cities, count), np.int64), np.empty((cities, count))
    sizes = np.empty(cities, np.int64)
    for i in range(cities):
        sizes[i] = _support(share, i, sites, count, chosen[i], portion[i])
    cost, sent = np.empty((count, count)), np.empty((count, count))
    spare_left, spare_right, left, right = np.empty(count), np.empty(count), np.empty(count), np.empty(count)
    left_from, right_from = np.empty(count, np.int64), np.empty(count, np.int64)
    for i in range(first, last):
        s = sizes[i]
        for j in range(i + 1, cities):
            there, here, t = forth[i, j], back[i, j], sizes[j]
            if there <= 0.0 and here <= 0.0:
                continue
            _fill_distances(step, there, here, limit, count, distance)
            has_promise = _add_fines(into_h, between_h, out_h, slack_h, fine, i, j, sites, limit, count, distance)
            if s == 1 or t == 1:
                _fan(distance, chosen[i], chosen[j], s, t, left, right)
            else:
                _match_spread(
                    distance, chosen[i], chosen[j], portion[i], portion[j], s, t, cost, spare_left, spare_right, sent,
                    left, right, left_from, right_from,
                )  # fmt: skip
            _extend(distance, chosen[i], chosen[j], s, t, left, right, phi, psi, count)
            _settle(distance, is_metric and not has_promise, near[i], near[j], sites, phi, psi, less, count)
            for k in range(count):
                own[i, sites[k]] += phi[k]
                other[i, j, sites[k]] = psi[k]
