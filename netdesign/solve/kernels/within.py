"""Sets of hubs that a bound leaves: listed by their reduced costs, then bounded by the cuts themselves."""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.types import compiled, hub_sets, matrix, number, place, places, vector


@compiled(place(vector, place, number, place, hub_sets))
def sets_within(cost, pick, room, steps, sets):
    """List the sets of ``pick`` places whose costs add up to at most ``room``.

    Parameters
    ----------
    cost
        Ascending, shape (places,).
    steps
        How many partial sets may be looked at.
    sets
        Filled: positions in ``cost``, ascending in each row, shape (most, pick); with no rows sets are only counted.

    Returns
    -------
    int
        How many there are; -1 where that takes too many steps, or more rows than ``sets`` has.
    """
    places_left = len(cost)
    if pick > places_left:
        return 0
    if pick == 0:
        return 1 if room >= 0.0 else 0
    ahead = np.empty(places_left + 1)
    ahead[0] = 0.0
    for k in range(places_left):
        ahead[k + 1] = ahead[k] + cost[k]
    chosen, spent = np.empty(pick, np.int64), np.empty(pick + 1)
    depth, spent[0], chosen[0], count = 0, 0.0, 0, 0
    for _ in range(steps):
        k, wanted = chosen[depth], pick - depth
        # The cheapest way to go on takes the next places in order.
        if k + wanted > places_left or spent[depth] + ahead[k + wanted] - ahead[k] > room:
            depth -= 1
            if depth < 0:
                return count
            chosen[depth] += 1
            continue
        spent[depth + 1] = spent[depth] + cost[k]
        if wanted > 1:
            depth += 1
            chosen[depth] = k + 1
            continue
        if len(sets):
            if count == len(sets):
                return -1
            for a in range(pick):
                sets[count, a] = chosen[a]
        count += 1
        chosen[depth] += 1
    return -1


@compiled(nb.void(vector, vector, matrix, places, vector, hub_sets, vector))
def bound_by_cuts(fixed, const, slope, start, least, sets, bound):
    """Bound sets of hubs by what the cuts demand for each origin.

    Parameters
    ----------
    fixed
        f_k, EUR/year, shape (sites,).
    const
        Of the cuts, ordered by origin, shape (cuts,).
    slope
        Shape (sites, cuts).
    start
        Where the cuts of each origin begin, shape (origins + 1,).
    least
        What each origin costs at least, shape (origins,).
    sets
        Shape (sets, hubs).
    bound
        Filled, EUR/year, shape (sets,).
    """
    demand = np.empty(len(const))
    for s in range(len(sets)):
        for c in range(len(const)):
            demand[c] = const[c]
        total = 0.0
        for k in sets[s]:
            total += fixed[k]
            row = slope[k]
            for c in range(len(const)):
                demand[c] -= row[c]
        for i in range(len(least)):
            most = least[i]
            for c in range(start[i], start[i + 1]):
                most = max(most, demand[c])
            total += most
        bound[s] = total
