"""Lists of the sets of sorting centres that may save so much beside given hubs."""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.types import compiled, flags, hub_sets, inlined, matrix, number, place, vector

_ROUNDING = 1e-13


@inlined
def _tops(values, is_certain, room, top, ahead):
    """Fill in what the ``room`` largest positive values from each place on add up to, certain ones left out."""
    total = 0.0
    for a in range(room):
        top[a] = 0.0
    ahead[len(values)] = 0.0
    for c in range(len(values) - 1, -1, -1):
        # ``top`` is ascending: the least of it makes way.
        if room > 0 and not is_certain[c] and values[c] > top[0]:
            total += values[c] - top[0]
            a = 0
            while a + 1 < room and top[a + 1] < values[c]:
                top[a] = top[a + 1]
                a += 1
            top[a] = values[c]
        ahead[c] = total


@inlined
def _begin_with_certain(saving, charge, is_certain, prices, rho, cover):
    """Fill in what cities save over the certain centres; return what these save, and their worth under prices."""
    saved, worth = 0.0, prices
    for c in range(len(charge)):
        if is_certain[c]:
            saved -= charge[c]
            worth += rho[c]
            for j in range(len(cover)):
                cover[j] = max(cover[j], saving[c, j])
    for j in range(len(cover)):
        saved += cover[j]
    return saved, worth


@inlined
def _fill_more(saving, charge, is_certain, cover, more):
    """Fill in what each further centre adds to what cities save."""
    for c in range(len(charge)):
        more[c] = -charge[c]
        if not is_certain[c]:
            for j in range(len(cover)):
                more[c] += max(0.0, saving[c, j] - cover[j])


@inlined
def _write(certain, chosen, depth, row):
    """Write a set into a row: the certain centres and so many chosen ones."""
    row[:] = -1
    for a in range(len(certain)):
        row[a] = certain[a]
    for a in range(depth):
        row[len(certain) + a] = chosen[a]


@compiled(
    nb.types.Tuple((place, number))(
        matrix, vector, flags, place, place, number, vector, number, number, place, hub_sets, vector
    )
)
def list_centre_sets(saving, charge, is_certain, least, most, prices, rho, floor, ceiling, steps, sets, saved):
    """List the permitted sets of centres that save at most so much: at least ``floor`` and less than ``ceiling``.

    Centres are added in the order of their numbers. What a set saves is at most what it saves with full vehicles, to
    which further centres add at most what they add to fewer of them; and at most its worth under prices.

    Parameters
    ----------
    saving
        Of each city with full vehicles, EUR/year, at least 0, shape (centres, cities).
    charge, is_certain, least, most
        As in ``most_saved``.
    prices, rho
        Sum of the prices of cities, and worth of each centre under them.
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
    certain = np.flatnonzero(is_certain)
    count, left, base = 0, -np.inf, len(certain)
    if base > most:
        return 0, -np.inf
    cover = np.zeros((most + 1, cities))
    value, worth, chosen = np.zeros(most + 1), np.zeros(most + 1), np.full(most + 1, -1)
    more, ahead = np.empty((most + 1, centres)), np.zeros((most + 1, centres + 1))
    value[0], worth[0] = _begin_with_certain(saving, charge, is_certain, prices, rho, cover[0])
    # What up to so many of the centres from some number on are worth at most.
    ahead_rho, top = np.zeros((most + 1, centres + 1)), np.empty(most + 1)
    for depth in range(most - base + 1):
        _tops(rho, is_certain, most - base - depth, top, ahead_rho[depth])
    # Bounds are the same sums in another order, and must not be under what they bound.
    rounding = _ROUNDING * (abs(prices) + np.abs(rho).sum() + np.abs(charge).sum())
    depth, entered = 0, True
    for _ in range(steps):
        if entered:
            # A new set: list it, and see what each further centre adds.
            size, entered = base + depth, False
            at_most = min(value[depth], worth[depth])
            if size >= least and at_most < floor:
                left = max(left, at_most)
            elif size >= least and at_most < ceiling:
                if count == len(sets):
                    return -1, left
                _write(certain, chosen, depth, sets[count])
                saved[count] = at_most
                count += 1
            if size == most:
                chosen[depth] = centres
                continue
            _fill_more(saving, charge, is_certain, cover[depth], more[depth])
            _tops(more[depth], is_certain, most - size - 1, top, ahead[depth])
            chosen[depth] = chosen[depth - 1] if depth else -1
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
        at_most = min(at_most, worth[depth] + rho[c] + ahead_rho[depth + 1, c + 1]) + rounding
        if at_most < floor:
            left = max(left, at_most)
            continue
        value[depth + 1], worth[depth + 1] = value[depth] + more[depth, c], worth[depth] + rho[c]
        for j in range(cities):
            cover[depth + 1, j] = max(cover[depth, j], saving[c, j])
        depth += 1
        entered = True
    return -1, left
