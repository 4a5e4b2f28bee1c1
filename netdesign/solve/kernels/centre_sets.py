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
def _worth_ahead(rho, is_certain, room):
    """Return what up to so many of the centres from each number on are worth at most, shape (room + 1, centres + 1)."""
    ahead, top = np.zeros((room + 1, len(rho) + 1)), np.empty(room + 1)
    for depth in range(room + 1):
        _tops(rho, is_certain, room - depth, top, ahead[depth])
    return ahead


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


@inlined
def _listed(at_most, size, least, floor, ceiling, certain, chosen, count, left, sets, saved):
    """List a set that saves so much; return how many there are, -1 where rows end, and the most of those under it."""
    if size < least or at_most >= ceiling:
        return count, left
    if at_most < floor:
        return count, max(left, at_most)
    if count == len(sets):
        return -1, left
    _write(certain, chosen, size - len(certain), sets[count])
    saved[count] = at_most
    return count + 1, left


@inlined
def _first_further(saving, charge, is_certain, cover, room, before, more, top, ahead):
    """Fill in what further centres add to a set, if there is room; return the number before that of the first one."""
    if room == 0:
        return len(charge)
    _fill_more(saving, charge, is_certain, cover, more)
    _tops(more, is_certain, room - 1, top, ahead)
    return before


@inlined
def _add(saving, c, depth, gain, rho, value, worth, cover):
    """Fill in what the set saves, and is worth, with one more centre."""
    value[depth + 1], worth[depth + 1] = value[depth] + gain, worth[depth] + rho
    for j in range(cover.shape[1]):
        cover[depth + 1, j] = max(cover[depth, j], saving[c, j])


@inlined
def _walk(
    saving, charge, is_certain, least, most, rho, ahead_rho, floor, ceiling, rounding, steps, cover, value, worth, sets,
    saved,
):  # fmt: skip
    """Go through the sets that may save enough, by depth: how many centres were added to the certain ones."""
    certain, centres, depths = np.flatnonzero(is_certain), len(charge), len(value)
    more, ahead = np.empty((depths, centres)), np.zeros((depths, centres + 1))
    chosen, top = np.full(depths, -1), np.empty(depths)
    count, left = 0, -np.inf
    depth, entered = 0, True
    for _ in range(steps):
        if entered:
            entered, size = False, len(certain) + depth
            saves = min(value[depth], worth[depth])
            count, left = _listed(saves, size, least, floor, ceiling, certain, chosen, count, left, sets, saved)
            if count < 0:
                return -1, left
            before = chosen[depth - 1] if depth else -1
            chosen[depth] = _first_further(
                saving, charge, is_certain, cover[depth], depths - 1 - depth, before, more[depth], top, ahead[depth]
            )
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
        by_saving = value[depth] + more[depth, c] + ahead[depth, c + 1]
        at_most = min(by_saving, worth[depth] + rho[c] + ahead_rho[depth + 1, c + 1]) + rounding
        if at_most < floor:
            left = max(left, at_most)
            continue
        _add(saving, c, depth, more[depth, c], rho[c], value, worth, cover)
        depth, entered = depth + 1, True
    return -1, left


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
    room = most - is_certain.sum()
    if room < 0:
        return 0, -np.inf
    cover, value, worth = np.zeros((room + 1, saving.shape[1])), np.zeros(room + 1), np.zeros(room + 1)
    value[0], worth[0] = _begin_with_certain(saving, charge, is_certain, prices, rho, cover[0])
    ahead_rho = _worth_ahead(rho, is_certain, room)
    # Bounds are the same sums in another order, and must not be under what they bound.
    rounding = _ROUNDING * (abs(prices) + np.abs(rho).sum() + np.abs(charge).sum())
    return _walk(
        saving, charge, is_certain, least, most, rho, ahead_rho, floor, ceiling, rounding, steps, cover, value, worth,
        sets, saved,
    )  # fmt: skip
