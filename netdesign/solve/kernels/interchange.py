"""Opening, closing and exchanging sites where nothing limits what a site serves: all moves priced together.

What closing a site costs is kept from the nearest and the second-nearest open site of each customer, and corrected for
each site that might come in (Whitaker 1983; Resende and Werneck 2007).
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.names import NEVER, NOBODY
from netdesign.solve.kernels.types import compiled, flags, matrix, number, place, places, vector


@compiled(number(matrix, vector, flags, number, places, vector, vector))
def serve_nearest(cost, fixed, is_open, left_behind, nearest, first, second):
    """Fill in each customer's cheapest open site, its cost and that of the next; return what the set costs.

    Parameters
    ----------
    cost
        EUR/year, shape (sites, customers).
    left_behind
        What it costs to serve a customer from nowhere, EUR/year.
    """
    nearest[:], first[:], second[:] = NOBODY, left_behind, left_behind
    total = 0.0
    for k in range(len(cost)):
        if not is_open[k]:
            continue
        total += fixed[k]
        row = cost[k]
        for i in range(len(row)):
            if row[i] < first[i]:
                nearest[i], second[i], first[i] = k, first[i], row[i]
            elif row[i] < second[i]:
                second[i] = row[i]
    for i in range(len(first)):
        total += first[i]
    return total


@compiled(nb.boolean(matrix, vector, vector, place, place))
def _fits(weights, load, most, opening, closing):
    """Tell whether the rules hold after a move; ``load`` is what they have taken before it."""
    for r in range(len(most)):
        after = load[r]
        if opening >= 0:
            after += weights[r, opening]
        if closing >= 0:
            after -= weights[r, closing]
        if after > most[r] + 1e-9 * (1.0 + abs(most[r])) and after > load[r]:
            return False
    return True


@compiled(
    number(matrix, vector, flags, flags, matrix, vector, vector, place, place, places, vector, vector, places)
)  # fmt: skip
def best_move(cost, fixed, is_open, is_certain, weights, load, row_most, least, most, nearest, first, second, move):
    """Find the move that lowers the cost most; return by how much it raises it, and leave it in ``move``.

    Parameters
    ----------
    is_open, is_certain
        The set, and the sites that stay in it.
    weights, load, row_most
        Rules on sites, and what the set takes of them.
    least, most
        Numbers of open sites.
    nearest, first, second
        As from ``serve_nearest``.
    move
        Filled: the site to open and the site to close, or ``NOBODY``; shape (2,).
    """
    sites, customers = cost.shape
    number_open = 0
    loss, spared = np.zeros(sites), np.empty(sites)
    for k in range(sites):
        number_open += is_open[k]
    for i in range(customers):
        if nearest[i] >= 0:
            loss[nearest[i]] += second[i] - first[i]
    low, move[0], move[1] = NEVER, NOBODY, NOBODY
    for k in range(sites):
        if not is_open[k] or is_certain[k] or number_open <= least or loss[k] - fixed[k] >= low:
            continue
        if _fits(weights, load, row_most, NOBODY, k):
            low, move[0], move[1] = loss[k] - fixed[k], NOBODY, k
    for j in range(sites):
        if is_open[j]:
            continue
        spared[:] = 0.0
        raised, row = fixed[j], cost[j]
        for i in range(customers):
            if row[i] < second[i]:
                if row[i] < first[i]:
                    raised -= first[i] - row[i]
                if nearest[i] >= 0:
                    spared[nearest[i]] += second[i] - max(first[i], row[i])
        if number_open < most and raised < low and _fits(weights, load, row_most, j, NOBODY):
            low, move[0], move[1] = raised, j, NOBODY
        if number_open > most or number_open < least:
            continue
        for k in range(sites):
            if is_open[k] and not is_certain[k]:
                change = raised + loss[k] - spared[k] - fixed[k]
                if change < low and _fits(weights, load, row_most, j, k):
                    low, move[0], move[1] = change, j, k
    return low
