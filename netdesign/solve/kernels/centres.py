"""Bounds of what sorting centres save beside given hubs, where each city takes what saves it most.

What a set S saves is at most ``sum_j max_{c in S} saving_cj - sum_{c in S} charge_c``, as in uncapacitated facility
location; and each leg to a centre has at most one choice of departures, which costs and carries so much.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.centre_choices import CentreChoices
from netdesign.solve.kernels.types import compiled, flags, inlined, matrix, number, place, places, vector

_PATIENCE = 20
"""Steps without a better bound after which steps become half as long."""

_HALVINGS = 8
"""Halvings of the price of a tonne; any price is a bound."""

choices = nb.types.NamedTuple((matrix, vector, vector, vector, vector, vector, vector, places, places), CentreChoices)


@inlined
def _over(saving, volume, price, each):
    """Return the volume of the cities that save more than their price and so much a tonne."""
    total = 0.0
    for j in range(len(saving)):
        if saving[j] - price[j] > each * volume[j]:
            total += volume[j]
    return total


@inlined
def _price_of_a_tonne(saving, volume, least_t, most_t, full, price):
    """Return about the price of a tonne at which cities pay for what departures carry; ``full`` is that of full ones.

    Cities with no more than the least that departures carry pay nothing by the tonne.
    """
    each = 0.0
    if _over(saving, volume, price, 0.0) > least_t:
        over_full = _over(saving, volume, price, full)
        each, low, high, carried = full, 0.0, 0.0, least_t
        if over_full <= least_t:
            high = full
        elif over_full > most_t:
            low, high, carried = full, 8.0 * full, most_t
        if high > low:
            for _ in range(_HALVINGS):
                each = 0.5 * (low + high)
                if _over(saving, volume, price, each) > carried:
                    low = each
                else:
                    high = each
    return each


@inlined
def _worth(saving, volume, first, last, eur, tonnes, price):
    """Return what a choice is worth at most at prices of cities, and the price of a tonne that proves it.

    Cities with ``sum_j volume_j <= n tonnes`` pay n eur, ``first <= n <= last``. For any price m >= 0 of a tonne this
    saves at most ``sum_j max(0, saving_j - m volume_j - price_j) - min_n n (eur - m tonnes)``, convex in m.
    """
    each = 0.0
    if tonnes > 0.0:
        each = _price_of_a_tonne(saving, volume, first * tonnes, last * tonnes, eur / tonnes, price)
    total = -min(first * (eur - each * tonnes), last * (eur - each * tonnes))
    for j in range(len(saving)):
        total += max(0.0, saving[j] - each * volume[j] - price[j])
    return total, each


@compiled(nb.void(choices, vector, vector, vector, vector, places))
def worth_of_choices(of, charge, price, worth, tonne, best):
    """Fill in the worth of centres at prices of cities.

    Parameters
    ----------
    of
        All choices.
    charge
        Cost of each centre, EUR/year, shape (centres,).
    price
        Of each city, EUR/year.
    worth
        Filled, of each choice and then of each centre, shape (choices + centres,).
    tonne
        Filled, EUR/t of each choice.
    best
        Filled: the best choice of each leg, -1 where none is worth anything; shape (legs,).
    """
    count = len(of.first)
    for c in range(len(charge)):
        worth[count + c] = -charge[c]
    best[:] = -1
    for a in range(count):
        worth[a], tonne[a] = _worth(of.saving[a], of.volume, of.first[a], of.last[a], of.eur[a], of.tonnes[a], price)
        worth[a] -= of.fixed[a]
        before = best[of.leg[a]]
        if worth[a] > 0.0 and (before < 0 or worth[a] > worth[before]):
            worth[count + of.centre[a]] += worth[a] - (worth[before] if before >= 0 else 0.0)
            best[of.leg[a]] = a


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
        first = -1
        for c in range(len(rho)):
            if is_free[c] and (first < 0 or rho[c] > rho[first]):
                first = c
        if first < 0 or (rho[first] <= 0.0 and taken >= least):
            break
        is_free[first], chosen[first] = False, True
        total += rho[first]
        taken += 1
    return total


@inlined
def _fill_slopes(of, taken, chosen, tonne, now, slope):
    """Fill in how the bound rises with the price of each city, and return the sum of squares.

    It falls with each taken choice of a chosen centre over which the city saves more than its price.
    """
    slope[:] = 1.0
    for leg in range(len(taken)):
        a = taken[leg]
        if a >= 0 and chosen[of.centre[a]]:
            for j in range(len(now)):
                if of.saving[a, j] - tonne[a] * of.volume[j] > now[j]:
                    slope[j] -= 1.0
    square = 0.0
    for j in range(len(now)):
        if now[j] <= 0.0 and slope[j] > 0.0:
            slope[j] = 0.0
        square += slope[j] * slope[j]
    return square


@inlined
def _saved_by(of, charge, taken, chosen, most, on):
    """Return what chosen centres save, each city over the taken choice over which it saves most; the rest is used up.

    Departures are as many as that takes, in parts too.
    """
    most[:], on[:] = 0.0, -1
    for leg in range(len(taken)):
        a = taken[leg]
        if a >= 0 and chosen[of.centre[a]]:
            for j in range(len(on)):
                if of.saving[a, j] > most[j]:
                    most[j], on[j] = of.saving[a, j], leg
    saved = 0.0
    for c in range(len(charge)):
        if chosen[c]:
            saved -= charge[c]
    for leg in range(len(taken)):
        a = taken[leg]
        if a >= 0 and chosen[of.centre[a]]:
            carried, gain = 0.0, 0.0
            for j in range(len(on)):
                if on[j] == leg:
                    carried += of.volume[j]
                    gain += most[j]
            departures = of.first[a]
            if of.tonnes[a] > 0.0:
                departures = max(departures, carried / of.tonnes[a])
            saved += max(0.0, gain - departures * of.eur[a] - of.fixed[a])
    return saved


@compiled(number(choices, vector, flags, place, place, place, vector))
def most_saved(of, charge, is_certain, least, most, steps, price):
    """Return what no permitted set of centres saves more than, by multipliers on one choice a city.

    For any price v_j >= 0 a city saves at most ``v_j + sum max(0, saving - v_j)`` over the choices that are taken, so
    that the worth of each choice, leg and centre stands alone. Prices move along subgradients.

    Parameters
    ----------
    of, charge
        As in ``worth_of_choices``.
    is_certain
        Whether a centre is in every set, shape (centres,).
    least, most
        Numbers of centres.
    steps
        Of prices.
    price
        v, shape (cities,): where to begin; filled with the best.
    """
    centres, cities, count = len(charge), len(of.volume), len(of.first)
    worth, tonne = np.empty(count + centres), np.empty(count)
    legs = 0
    for a in range(count):
        legs = max(legs, of.leg[a] + 1)
    taken, chosen, is_free = np.empty(legs, np.int64), np.empty(centres, np.bool_), np.empty(centres, np.bool_)
    now, best, known, scale, stalled = price.copy(), np.inf, -np.inf, 1.0, 0
    slope, reached, on = np.empty(cities), np.empty(cities), np.empty(cities, np.int64)
    for step in range(steps + 1):
        worth_of_choices(of, charge, now, worth, tonne, taken)
        total = _best_of(worth[count:], is_certain, is_free, least, most, chosen)
        for j in range(cities):
            total += now[j]
        if total < best:
            best, stalled = total, 0
            price[:] = now
        else:
            stalled += 1
            if stalled == _PATIENCE:
                scale, stalled = scale / 2.0, 0
        if step == steps:
            break
        known = max(known, _saved_by(of, charge, taken, chosen, reached, on))
        square = _fill_slopes(of, taken, chosen, tonne, now, slope)
        if square == 0.0 or best - known <= 1e-9 * abs(best):
            break
        move = scale * max(total - known, 1e-3 * abs(total)) / square
        for j in range(cities):
            now[j] = max(0.0, now[j] - move * slope[j])
    return best
