"""Sets of sorting centres beside given hubs, where each city takes what saves it most: bounds, and lists of sets.

What a set saves is ``sum_j max_{c in S} saving_cj - sum_{c in S} charge_c``, as in uncapacitated facility location.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.types import compiled, flags, hub_sets, inlined, matrix, number, place, vector

_ROUNDING = 1e-13


@inlined
def _best_of(rho, is_certain, is_free, least, most, chosen):
    """Choose the centres of most worth, and return what they are worth together; ``is_free`` is used up."""
    total, taken = 0.0, 0
    for c in range(len(rho)):
        chosen[c] = is_certain[c]
        is_free[c] = not is_certain[c]
        if is_certain[c]:
            total += rho[c]
            taken += 1
    while taken < most:
        best = -1
        for c in range(len(rho)):
            if is_free[c] and (best < 0 or rho[c] > rho[best]):
                best = c
        if best < 0 or (rho[best] <= 0.0 and taken >= least):
            break
        is_free[best], chosen[best] = False, True
        total += rho[best]
        taken += 1
    return total


@inlined
def _tops(values, is_certain, room, top, ahead):
    """Fill in what the ``room`` largest positive values from each place on add up to, certain ones left out."""
    total = 0.0
    for a in range(room):
        top[a] = 0.0
    ahead[len(values)] = 0.0
    for c in range(len(values) - 1, -1, -1):
        if room > 0 and not is_certain[c] and values[c] > 0.0:
            # ``top`` is ascending: the least of it makes way.
            if values[c] > top[0]:
                total += values[c] - top[0]
                a = 0
                while a + 1 < room and top[a + 1] < values[c]:
                    top[a] = top[a + 1]
                    a += 1
                top[a] = values[c]
        ahead[c] = total


@compiled(number(matrix, vector, flags, place, place, place, vector))
def most_saved(saving, charge, is_certain, least, most, steps, price):
    """Return what no permitted set of centres saves more than, by multipliers on one centre a city.

    For any price v_j >= 0 a city's ``max_{c in S} saving_cj <= v_j + sum_{c in S} max(0, saving_cj - v_j)``, so that
    the worth of each centre stands alone. Prices move along subgradients.

    Parameters
    ----------
    saving
        EUR/year, at least 0, shape (centres, cities).
    charge
        Cost of each centre, EUR/year, shape (centres,).
    is_certain
        Whether a centre is in every set, shape (centres,).
    least, most
        Numbers of centres.
    steps
        Of prices.
    price
        v, shape (cities,): where to begin; filled with the best.
    """
    centres, cities = saving.shape
    rho, chosen, is_free = np.empty(centres), np.empty(centres, np.bool_), np.empty(centres, np.bool_)
    now, best, known, scale, stalled = price.copy(), np.inf, -np.inf, 1.0, 0
    slope = np.empty(cities)
    for step in range(steps + 1):
        total = 0.0
        for j in range(cities):
            total += now[j]
        for c in range(centres):
            worth = -charge[c]
            for j in range(cities):
                worth += max(0.0, saving[c, j] - now[j])
            rho[c] = worth
        total += _best_of(rho, is_certain, is_free, least, most, chosen)
        if total < best:
            best, stalled = total, 0
            price[:] = now
        else:
            stalled += 1
            if stalled == 5:
                scale, stalled = scale / 2.0, 0
        if step == steps:
            break
        # What the chosen centres do save, and how prices should move.
        reached, square = 0.0, 0.0
        slope[:] = 1.0
        for c in range(centres):
            if chosen[c]:
                reached -= charge[c]
                for j in range(cities):
                    if saving[c, j] > now[j]:
                        slope[j] -= 1.0
        for j in range(cities):
            most_here = 0.0
            for c in range(centres):
                if chosen[c]:
                    most_here = max(most_here, saving[c, j])
            reached += most_here
            if now[j] <= 0.0 and slope[j] > 0.0:
                slope[j] = 0.0
            square += slope[j] * slope[j]
        known = max(known, reached)
        if square == 0.0 or best - known <= 1e-9 * abs(best):
            break
        move = scale * (total - known) / square
        for j in range(cities):
            now[j] = max(0.0, now[j] - move * slope[j])
    return best


@compiled(
    nb.types.Tuple((place, number))(
        matrix, vector, flags, place, place, vector, number, number, place, hub_sets, vector
    )
)
def list_centre_sets(saving, charge, is_certain, least, most, price, floor, ceiling, steps, sets, saved):
    """List the permitted sets of centres that save at least ``floor`` and less than ``ceiling``.

    Centres are added in the order of their numbers. What the last centres of a set save beside the others is at most
    what they save beside fewer of them, and at most their worth under prices.

    Parameters
    ----------
    saving, charge, is_certain, least, most, price
        As in ``most_saved``.
    floor, ceiling
        EUR/year.
    steps
        How many sets may be looked at.
    sets, saved
        Filled: which centres, -1 where there are no more, shape (rows, most); and what they save, EUR/year.

    Returns
    -------
    tuple
        How many there are, or -1 where that takes too many steps or rows; and what every set that saves less than
        ``floor`` saves at most.
    """
    centres, cities = saving.shape
    count, left, base = 0, -np.inf, 0
    cover = np.zeros((most + 1, cities))
    value, chosen = np.zeros(most + 1), np.full(most + 1, -1)
    more, ahead = np.empty((most + 1, centres)), np.zeros((most + 1, centres + 1))
    rho, worth = np.empty(centres), np.zeros(most + 1)
    for j in range(cities):
        worth[0] += price[j]
    for c in range(centres):
        rho[c] = -charge[c]
        for j in range(cities):
            rho[c] += max(0.0, saving[c, j] - price[j])
        if is_certain[c]:
            base += 1
            value[0] -= charge[c]
            worth[0] += rho[c]
            for j in range(cities):
                cover[0, j] = max(cover[0, j], saving[c, j])
    for j in range(cities):
        value[0] += cover[0, j]
    # What up to ``room`` of the centres from some number on are worth at most: filled by depth when it is entered.
    ahead_rho = np.zeros((most + 1, centres + 1))
    room_top = np.empty(most + 1)
    for depth in range(most - base + 1):
        room = most - base - depth
        _tops(rho, is_certain, room, room_top, ahead_rho[depth])
    certain = np.flatnonzero(is_certain)
    # Bounds are the same sums in another order, and must not be under what they bound.
    rounding = _ROUNDING * (abs(worth[0]) + np.abs(rho).sum() + np.abs(charge).sum())
    depth, entered = 0, True
    if base > most:
        return 0, -np.inf
    for _ in range(steps):
        if entered:
            # A new set: list it, and see what each further centre adds.
            size = base + depth
            if size >= least:
                if value[depth] < floor:
                    left = max(left, value[depth])
                elif value[depth] < ceiling:
                    if count == len(sets):
                        return -1, left
                    sets[count, :] = -1
                    for a in range(base):
                        sets[count, a] = certain[a]
                    for a in range(depth):
                        sets[count, base + a] = chosen[a]
                    saved[count] = value[depth]
                    count += 1
            if size < most:
                for c in range(centres):
                    gain = -charge[c]
                    if not is_certain[c]:
                        for j in range(cities):
                            gain += max(0.0, saving[c, j] - cover[depth, j])
                    more[depth, c] = gain
                _tops(more[depth], is_certain, most - size - 1, room_top, ahead[depth])
                if depth:
                    chosen[depth] = chosen[depth - 1]
                else:
                    chosen[0] = -1
            else:
                chosen[depth] = centres
            entered = False
            continue
        chosen[depth] += 1
        c = chosen[depth]
        if c >= centres:
            depth -= 1
            if depth < 0:
                return count, left
            continue
        if is_certain[c]:
            continue
        at_most = value[depth] + more[depth, c] + ahead[depth, c + 1]
        by_price = worth[depth] + rho[c] + ahead_rho[depth + 1, c + 1]
        at_most = min(at_most, by_price) + rounding
        if at_most < floor:
            left = max(left, at_most)
            continue
        value[depth + 1] = value[depth] + more[depth, c]
        worth[depth + 1] = worth[depth] + rho[c]
        for j in range(cities):
            cover[depth + 1, j] = max(cover[depth, j], saving[c, j])
        depth += 1
        entered = True
    return -1, left
