"""Prices on serving each customer, raised by subgradient steps: a bound on facility location without any model.

Relax ``sum_k x_ik = 1`` with prices u_i, and the rules on sites other than their number with prices of their own. What
is left falls apart by site: an open site serves whom it gains from, within its capacity, a continuous knapsack; and
of the sites the ones are chosen that gain most (Cornuéjols, Fisher and Nemhauser 1977; with capacities Christofides and
Beasley 1983). For any prices, and any permitted set of sites y::

    cost(y) >= sum_i u_i - sum_r mu_r most_r + sum_k slope_k y_k
    slope_k = f_k - gain_k(u) + sum_r mu_r weight_rk
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import compiled, flags, inlined, matrix, number, place, statuses, vector

_PAST = 0.3
"""Weight of the last direction in the next one (Camerini, Fratta and Maffioli 1975)."""

_SHORTER = 0.6
_OVERSHOOT = 1e-4
"""How far over the target, relative to it, steps aim: else they vanish before it is reached."""

_SHORTEST = 1e-3
_GROWS = 1e-6
_NOTHING = 1e-12
_ROUNDING = 1e-13
"""What a sum may be off by, relative to the size of its parts: large prices cancel out."""

_LIKELY = 0.1
"""Weight of the newest set in the running mean of the sets that are chosen."""


@compiled(number(vector, vector, vector, number))
def _whole_gain(price, cost, volume, capacity):
    """Return what a site gains by serving everybody whom it gains from, or ``NEVER`` where it cannot hold them."""
    gain = 0.0
    for i in range(len(price)):
        gain += max(0.0, price[i] - cost[i])
    if capacity < NEVER:
        load = 0.0
        for i in range(len(price)):
            load += volume[i] if price[i] > cost[i] else 0.0
        if load > capacity:
            return NEVER
    return gain


@compiled(nb.types.UniTuple(number, 2)(vector, vector, vector, number))
def _packed_gain(price, cost, volume, capacity):
    """Return what a full site gains, and the gain a tonne under which a customer is left out of it."""
    count, gain, load = 0, 0.0, 0.0
    who, worth = np.empty(len(price), np.int64), np.empty(len(price))
    for i in range(len(price)):
        if price[i] > cost[i]:
            who[count], worth[count] = i, (price[i] - cost[i]) / volume[i]
            gain += price[i] - cost[i]
            load += volume[i]
            count += 1
    least = 0.0
    for a in np.argsort(worth[:count]):
        left_out = min(load - capacity, volume[who[a]])
        gain -= left_out * worth[a]
        load -= left_out
        least = worth[a]
        if load <= capacity:
            break
    return gain, least


@compiled(nb.void(matrix, vector, vector, statuses, vector, vector, vector))
def gains(cost, volume, capacity, status, price, gain, least):
    """Fill in what each site that may open gains at some prices, and the least gain a tonne that a full one takes."""
    for k in range(len(cost)):
        gain[k], least[k] = 0.0, 0.0
        if status[k] >= 0:
            gain[k] = _whole_gain(price, cost[k], volume, capacity[k])
            if gain[k] == NEVER:
                gain[k], least[k] = _packed_gain(price, cost[k], volume, capacity[k])


@compiled(nb.void(matrix, vector, vector, flags, vector, vector, vector))
def unserved(cost, volume, capacity, chosen, price, least, share):
    """Fill in which share of each customer the chosen sites do not serve; negative where several do."""
    share[:] = 1.0
    for k in range(len(cost)):
        if not chosen[k]:
            continue
        if least[k] == 0.0:
            for i in range(len(price)):
                share[i] -= 1.0 if price[i] > cost[k, i] else 0.0
            continue
        left = capacity[k]
        for i in range(len(price)):
            if price[i] > cost[k, i] and (price[i] - cost[k, i]) / volume[i] > least[k]:
                share[i] -= 1.0
                left -= volume[i]
        for i in range(len(price)):
            if left > 0.0 and price[i] > cost[k, i] and (price[i] - cost[k, i]) / volume[i] == least[k]:
                part = min(1.0, left / volume[i])
                share[i] -= part
                left -= part * volume[i]


@compiled(number(vector, statuses, place, place, flags))
def choose(slope, status, least, most, chosen):
    """Choose the sites of least slope, as many as pay, within numbers; return the sum of their slopes."""
    total, number_open = 0.0, 0
    for k in range(len(slope)):
        chosen[k] = status[k] > 0
        if chosen[k]:
            total += slope[k]
            number_open += 1
    for k in np.argsort(slope):
        if status[k] != 0:
            continue
        if number_open >= most or (number_open >= least and slope[k] >= 0.0):
            break
        chosen[k] = True
        total += slope[k]
        number_open += 1
    return total


@compiled(number(matrix, vector, flags, vector, vector, number, vector, place))
def _turn(weights, most, chosen, row_price, share, row_unit, direction, customers):
    """Turn the last direction to what is not served and what is over the rules now; return its squared length, or 0."""
    newest, length = 0.0, 0.0
    for i in range(customers):
        newest += share[i] * share[i]
        direction[i] = share[i] + _PAST * (direction[i] - share[i])
        length += direction[i] * direction[i]
    for r in range(len(most)):
        excess = -most[r]
        for k in range(len(chosen)):
            excess += weights[r, k] if chosen[k] else 0.0
        if row_price[r] == 0.0 and excess < 0.0:
            direction[customers + r] = 0.0
            continue
        newest += row_unit * excess * excess
        direction[customers + r] = excess + _PAST * (direction[customers + r] - excess)
        length += row_unit * direction[customers + r] * direction[customers + r]
    # Where the chosen sites serve everybody once and keep the rules no other prices prove more.
    return length if newest > _NOTHING else 0.0


@inlined
def _bound_at(
    cost, volume, capacity, fixed, weights, row_most, least, most, status, at, row_at, gain, full, slope, chosen
):
    """Fill in the slopes at some prices and the sites that are chosen by them; return the bound, safe from rounding."""
    customers, sites = cost.shape[1], cost.shape[0]
    gains(cost, volume, capacity, status, at, gain, full)
    for k in range(sites):
        slope[k] = fixed[k] - gain[k]
        for r in range(len(row_most)):
            slope[k] += row_at[r] * weights[r, k]
    bound = choose(slope, status, least, most, chosen)
    size = 0.0
    for k in range(sites):
        size += abs(fixed[k]) + gain[k] if chosen[k] else 0.0
    for i in range(customers):
        bound += at[i]
        size += abs(at[i])
    for r in range(len(row_most)):
        bound -= row_at[r] * row_most[r]
        size += row_at[r] * (abs(row_most[r]) + sites)
    return bound - _ROUNDING * size


@inlined
def _take_step(at, row_at, direction, step, row_unit):
    """Move the prices of customers and of rules; those of rules stay at least 0."""
    for i in range(len(at)):
        at[i] += step * direction[i]
    for r in range(len(row_at)):
        row_at[r] = max(0.0, row_at[r] + step * row_unit * direction[len(at) + r])


@compiled(
    number(
        matrix, vector, vector, vector, matrix, vector, place, place, statuses, number, number, place,
        place, vector, vector, vector, vector, vector, vector, vector, flags, vector,
    )
)  # fmt: skip
def ascend(
    cost, volume, capacity, fixed, weights, row_most, least, most, status, target, row_unit, steps,
    patience, pace, price, row_price, now, row_now, direction, slope, chosen, likely,
):  # fmt: skip
    """Raise prices by subgradient steps; return the best bound, and leave behind the prices that prove it.

    Parameters
    ----------
    cost, volume, capacity, fixed
        Of the problem, cost of shape (sites, customers); capacities are ``NEVER`` where there is none.
    weights, row_most, least, most
        Rules on sites, weights of shape (rows, sites), and numbers of open sites.
    status, target
        By site: 1 open, -1 closed, 0 undecided; and EUR/year, over which the bound ends the search.
    row_unit
        How much farther a step moves the price of a rule than that of a customer.
    steps, patience
        How many steps; how many without progress before they get shorter.
    pace, price, row_price, now, row_now, direction, slope, chosen, likely
        As ``facility.prices.Prices`` keeps them from call to call; changed.
    """
    sites, customers = cost.shape
    at, row_at = price.copy(), row_price.copy()
    gain, full, share = np.empty(sites), np.empty(sites), np.empty(customers)
    slopes, taken = np.empty(sites), np.empty(sites, np.bool_)
    best = -NEVER
    for turn in range(steps + 1):
        # The best prices first: what was decided since then may have made them better.
        if turn == 1:
            at[:], row_at[:] = now, row_now
        bound = _bound_at(
            cost, volume, capacity, fixed, weights, row_most, least, most, status, at, row_at, gain, full, slopes, taken
        )
        for k in range(sites):
            likely[k] += _LIKELY * ((1.0 if taken[k] else 0.0) - likely[k])
        if turn > 0:
            pace[1] = 0.0 if bound > best + _GROWS * abs(best) else pace[1] + 1.0
        if bound > best:
            best = bound
            price[:], row_price[:], slope[:], chosen[:] = at, row_at, slopes, taken
            if best > target:
                break
        if turn == 0:
            continue
        if pace[1] >= patience:
            pace[0], pace[1] = pace[0] * _SHORTER, 0.0
            if bound < best - abs(target - best):
                # Long steps have led far away, short ones would not lead back.
                at[:], row_at[:], direction[:] = price, row_price, 0.0
                continue
        if pace[0] < _SHORTEST:
            break
        unserved(cost, volume, capacity, taken, at, full, share)
        length = _turn(weights, row_most, taken, row_at, share, row_unit, direction, customers)
        if length <= 0.0:
            break
        step = pace[0] * (max(target, best) + _OVERSHOOT * abs(target) - bound) / length
        _take_step(at, row_at, direction, step, row_unit)
    now[:], row_now[:] = at, row_at
    return best
