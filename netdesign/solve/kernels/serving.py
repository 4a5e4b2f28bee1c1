"""One commodity over partly open hubs: a transport problem between first and last hubs, by shortest augmenting paths.

It relaxes the linear program (3) of the path form (Hamacher et al. 2004) for a single r::

    min sum_km F_km x_km   with   sum_km x_km = 1,   sum_m x_km + sum_{m != k} x_mk <= y_k   for all k

in that a hub may take ``y_k`` as first and once more as last hub. The sums of the two duals of a hub are duals of the
program itself, and the oracle makes the least of them that it can.
"""

from __future__ import annotations

import numba as nb

from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import compiled, inlined, matrix, number, place, places, vector

MOST = 1e299
NOTHING = 1e-10
"""Shares of a commodity under this are rounding."""


@compiled(nb.void(matrix, vector, matrix, vector, vector, places, places, place, place))
def relabel(cost, spare_left, sent, left, right, left_from, right_from, firsts, lasts):
    """Shorten the ways that go back over what is sent, until none gets shorter."""
    is_changing = True
    while is_changing:
        is_changing = False
        for a in range(firsts):
            if spare_left[a] > NOTHING:
                continue
            low, end = NEVER, -1
            for b in range(lasts):
                if sent[a, b] > NOTHING and right[b] - cost[a, b] < low:
                    low, end = right[b] - cost[a, b], b
            if end < 0 or low >= left[a] - 1e-9 * (1.0 + abs(low)):
                continue
            left[a], left_from[a] = low, end
            for b in range(lasts):
                if low + cost[a, b] < right[b] - 1e-9 * (1.0 + abs(low)):
                    right[b], right_from[b] = low + cost[a, b], a
                    is_changing = True


@compiled(nb.void(matrix, vector, matrix, vector, vector, places, places, place, place))
def label(cost, spare_left, sent, left, right, left_from, right_from, firsts, lasts):
    """Find the cheapest way to send more to each right place: lengths and where each way comes from."""
    for b in range(lasts):
        right[b], right_from[b] = NEVER, -1
    for a in range(firsts):
        left_from[a] = -1
        if spare_left[a] <= NOTHING:
            left[a] = NEVER
            continue
        left[a] = 0.0
        for b in range(lasts):
            if cost[a, b] < right[b]:
                right[b], right_from[b] = cost[a, b], a
    relabel(cost, spare_left, sent, left, right, left_from, right_from, firsts, lasts)


@compiled(number(place, number, vector, vector, matrix, places, places, place))
def send(end, most, spare_left, spare_right, sent, left_from, right_from, steps):
    """Send as much as the labelled way to a right place, of so many steps at most, allows; return how much."""
    amount, b = min(most, spare_right[end]), end
    for _ in range(steps):
        a = right_from[b]
        if left_from[a] < 0:
            amount = min(amount, spare_left[a])
            break
        b = left_from[a]
        amount = min(amount, sent[a, b])
    b = end
    spare_right[end] -= amount
    for _ in range(steps):
        a = right_from[b]
        sent[a, b] += amount
        if left_from[a] < 0:
            spare_left[a] -= amount
            break
        b = left_from[a]
        sent[a, b] -= amount
    return amount


@compiled(number(matrix, vector, number, place, *[vector] * 3, matrix, vector, vector, places, places))
def serve(cost, share, limit, size, value, spare_left, spare_right, sent, left, right, left_from, right_from):
    """Serve one commodity over partly open hubs; return the dual of serving it and fill in those of the hubs.

    Parameters
    ----------
    cost
        Of the routes from each hub to each, EUR/t, shape (hubs, hubs).
    share
        How open each hub is.
    limit
        Cost from which on the freight is left behind, EUR/t.
    size
        Number of hubs.
    value
        Filled: the dual of each hub, as first and as last one together, EUR/t.
    """
    for a in range(size):
        spare_left[a] = spare_right[a] = share[a]
        for b in range(size):
            sent[a, b] = 0.0
    served, price = 0.0, 0.0
    for _ in range(20 * size):
        label(cost, spare_left, sent, left, right, left_from, right_from, size, size)
        end, low = -1, limit
        for b in range(size):
            if spare_right[b] > NOTHING and right[b] < low:
                end, low = b, right[b]
        price = low
        if end < 0 or served >= 1.0 - NOTHING:
            break
        served += send(end, 1.0 - served, spare_left, spare_right, sent, left_from, right_from, 2 * size)
    for k in range(size):
        value[k] = min(left[k], price) + max(0.0, price - right[k])
    return price


@compiled(number(matrix, vector, place, vector))
def one_hub_price(cost, share, inside, left):
    """Return what the last share of a commodity costs where all of it goes over one hub each."""
    for a in range(inside):
        left[a] = cost[a, a]
    served = 0.0
    while True:
        best = 0
        for a in range(1, inside):
            if left[a] < left[best]:
                best = a
        price, left[best] = left[best], NEVER
        served += share[best]
        if served >= 1.0 or price >= MOST:
            return min(price, MOST)


@compiled(place(matrix, place, number, places))
def in_reach(cost, inside, price, chosen):
    """Find the hubs with a route of no more than a price."""
    count = 0
    for a in range(inside):
        for b in range(inside):
            if cost[a, b] <= price or cost[b, a] <= price:
                chosen[count] = a
                count += 1
                break
    return count


@inlined
def serve_in_reach(
    cost, share, limit, inside, chosen, near_cost, near_share, value, spare_left, spare_right, sent, left, right,
    left_from, right_from,
):  # fmt: skip
    """Serve a commodity as ``serve`` does, over the hubs alone that cheap enough routes pass.

    Routes dearer than the dual are not used. What going over one hub costs is a good guess at it; a wrong one shows,
    and all places are taken. Fills ``chosen`` with the places of these hubs, in whose order all else is filled; returns
    the dual of the commodity and how many they are.
    """
    ceiling, price, count = min(one_hub_price(cost, share, inside, left), 0.5 * NEVER), NEVER, 0
    while price > ceiling:
        count = in_reach(cost, inside, ceiling, chosen)
        for a in range(count):
            for b in range(count):
                near_cost[a, b] = cost[chosen[a], chosen[b]]
            near_share[a] = share[chosen[a]]
        price = serve(
            near_cost,
            near_share,
            limit,
            count,
            value,
            spare_left,
            spare_right,
            sent,
            left,
            right,
            left_from,
            right_from,
        )
        if price > ceiling:
            price, ceiling = (price, NEVER) if count == inside else (NEVER, MOST)
    return price, count
