"""Bounds of sets of hubs with one hub a city each way, from prices of what lanes and hubs have to get.

Of some lanes it is settled that they are in service, and carry their minimum L, or that they are not. With prices mu of
a tonne that a lane in service is short of it, theta of one that a hub is short of its minimum M, and prices of room
from hub to hub, no plan costs less than ::

    fixed + sum_k theta_k M_k + sum_lanes mu_l L + sum_legs min_n (cost of n departures - room_l what they carry)
    + sum_cities min_choice (cost + room of its legs - what its freight is paid)

which is concave in the prices, and nearly smooth where cities are many. Their best values are found by the r-algorithm.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.city_choices import PricedFlows, PriceRange
from netdesign.solve.core.route_matrices import ABSENT
from netdesign.solve.kernels.cities import city_choices, hub_services, lane_states, least_cost
from netdesign.solve.kernels.city_groups import cost_at_prices, priced_flows, set_groups
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.r_algorithm import dilate, direction
from netdesign.solve.kernels.types import (
    compiled,
    hub_set,
    hub_sets,
    inlined,
    legs,
    matrix,
    number,
    places,
    vector,
)

price_range = nb.types.NamedTuple((places, vector, vector, vector), PriceRange)

_FIRST_STEP, _NEXT_STEP, _LAST_STEP = 64.0, 8.0, 0.05
"""EUR/t by which prices are changed at first where there are none to begin with, where there are some, and at last."""

_SHORTER, _LONGER = 0.9, 2.0
"""Factors of the step where it was too long and too short."""

_FEW_STEPS, _STEPS_EACH = 12, 12
"""Most prices that are tried: some, and some for each price."""

_RISES, _PATIENCE = 1e-7, 4
"""A bound that rises by no more, relative to it, in so many trials for each price rises no more."""

_RISES_FAR, _FAR, _PATIENCE_FAR = 0.02, 1e-4, 2
"""The same where the bound may be rough: the part of what is missing to the cut-off, and the most, relative to it."""

_SAME = 1e-9

_DEAREST = 1e12
"""Most that a price may be, EUR/t."""


@inlined
def _hold(x, lowest, highest):
    for i in range(len(x)):
        x[i] = min(max(x[i], lowest[i]), highest[i])


@inlined
def _keep_inside(x, slope, lowest, highest):
    """Take out the parts of a slope that lead out of the range of prices."""
    for i in range(len(x)):
        if (x[i] <= lowest[i] and slope[i] < 0.0) or (x[i] >= highest[i] and slope[i] > 0.0):
            slope[i] = 0.0


@compiled(number(hub_services, matrix, matrix))
def services_at_prices(services, room, departing):
    """Return what departures between hubs cost over what freight pays for them, EUR/year; fill in what they carry.

    Freight pays for full vehicles, and ``room`` beyond that, EUR/t.
    """
    first, last, is_paired, least, most, may_rest, eur, tonnes, full, _ = services
    total = 0.0
    departing[:] = 0.0
    for s in range(len(first)):
        a, b = first[s], last[s]
        paid = full[a, b] + room[a, b]
        paid += full[b, a] + room[b, a] if is_paired[s] else 0.0
        low, carried = (0.0, 0.0) if may_rest[s] else (NEVER, 0.0)
        for u in range(len(tonnes)):
            if eur[s, u] < NEVER:
                for n in (least[s], most[s]):
                    one = n * (eur[s, u] - paid * tonnes[u])
                    if one < low:
                        low, carried = one, n * tonnes[u]
        total += low
        departing[a, b] = carried
        if is_paired[s]:
            departing[b, a] = carried
    return total


@compiled(price_range(lane_states, number, vector, vector, hub_services))
def _prices_of_part(state, least, minimum, highest, services):
    """Return which prices may be changed, of lanes, hubs, and legs from hub to hub, as these are numbered."""
    airports, size = state.shape
    lanes, full, n = airports * size, services.full, 0
    most = lanes + size + size * size
    row, due = np.empty(most, np.int64), np.zeros(most)
    low, high = np.zeros(most), np.full(most, _DEAREST)
    for o in range(airports):
        for g in range(size):
            if state[o, g] > 0 and least > 0.0:
                row[n], due[n] = o * size + g, least
                n += 1
    for g in range(size):
        if minimum[g] > 0.0:
            row[n], due[n], high[n] = lanes + g, minimum[g], highest[g]
            n += 1
    for s in range(len(services.first)):
        a, b = services.first[s], services.last[s]
        if services.most[s] == 0:
            continue
        row[n], low[n] = lanes + size + a * size + b, -full[a, b]
        n += 1
        if services.is_paired[s]:
            row[n], low[n] = lanes + size + b * size + a, -full[b, a]
            n += 1
    return PriceRange(row[:n].copy(), low[:n].copy(), high[:n].copy(), due[:n].copy())


@inlined
def _take_prices(prices, row, x):
    """Write the prices that may be changed where the others are."""
    for i in range(len(x)):
        prices[row[i]] = x[i]


@inlined
def _turn(space, before, slope, turned, way, is_first):
    """Turn into the direction of a slope, along which the space is not dilated any more; return the slope's length."""
    if not is_first:
        dilate(space, before, slope)
    before[:] = slope
    return direction(space, slope, turned, way)


@inlined
def _length_of_step(is_uphill, in_a_row, turns):
    """Return by what the step changes: longer while it still goes uphill, shorter where the first one went too far."""
    if is_uphill:
        return _LONGER if in_a_row > 0 else 1.0
    return _SHORTER if in_a_row == 0 and turns > 0 else 1.0


@inlined
def _worth_while(best, cut_off, is_rough):
    """Return by what a bound has to rise at least, so that more trials are worth while, EUR/year."""
    return max(_RISES * abs(best), min(_RISES_FAR * (cut_off - best), _FAR * abs(best)) if is_rough else 0.0)


@inlined
def _shut_room(services, room):
    """Let no freight pay for room where services have no departures."""
    for s in range(len(services.first)):
        if services.most[s] == 0:
            a, b = services.first[s], services.last[s]
            room[a, b] = ABSENT
            room[b, a] = ABSENT if services.is_paired[s] else room[b, a]


@compiled(
    number(
        city_choices, hub_services, set_groups, hub_set, lane_states, number, price_range, vector, vector, priced_flows,
        vector,
    )
)  # fmt: skip
def _bound_at(choices, services, groups, hubs, state, beside, asked, x, prices, flows, slope):
    """Return the bound of a part at some prices, EUR/year, ``NEVER`` where it has no plan.

    Fill in what flows, and by how much the bound rises with each price that may be changed: what is due and not there,
    t/year.
    """
    row, due, size = asked.row, asked.due, len(hubs)
    _take_prices(prices, row, x)
    found = cost_at_prices(choices, groups, hubs, state, prices, flows)
    if found >= NEVER:
        return NEVER
    departing = np.empty((size, size))
    paid = services_at_prices(services, prices[len(prices) - size * size :].reshape((size, size)), departing)
    there = np.concatenate((flows.counted.ravel(), flows.entering, (departing - flows.carried).ravel()))
    for i in range(len(row)):
        slope[i] = due[i] - there[row[i]]
    return found + (beside + paid + (x * due).sum())


@compiled(
    number(
        city_choices, hub_services, set_groups, hub_set, lane_states, number, vector, vector, number, number,
        nb.boolean, vector, priced_flows,
    )
)  # fmt: skip
def bound_of_part(
    choices, services, groups, hubs, state, beside, minimum, highest, least, cut_off, is_rough, prices, flows
):
    """Return a bound of a set, or of a part of its plans, EUR/year, over the cut-off if it can be, with what proves it.

    Parameters
    ----------
    choices, services, groups, hubs
        All choices, departures between the hubs, the freight in groups, and the set.
    state
        Of each lane: 1 in service, -1 not, 0 not settled, shape (airports, hubs).
    beside
        What the set costs beside its cities and departures, EUR/year.
    minimum, highest
        Of each hub of the set: what has to enter, t/year, and the price of a tonne that does not, EUR/t.
    least
        What a lane in service carries, t/year.
    is_rough
        Whether it may end where little more of what is missing to the cut-off would be found soon.
    prices
        Prices to begin with, and then those of the bound, EUR/t, as ``cost_at_prices`` takes them.
    flows
        Filled, by the choices at these prices.
    """
    size, asked = len(hubs), _prices_of_part(state, least, minimum, highest, services)
    lowest, top, n, x = asked.lowest, asked.highest, len(asked.row), prices[asked.row]
    prices[:] = 0.0
    _shut_room(services, prices[len(prices) - size * size :].reshape((size, size)))
    _hold(x, lowest, top)
    best_x, slope, before, turned, way = x.copy(), np.empty(n), np.empty(n), np.empty(n), np.zeros(n)
    used, counted, entering, carried = flows
    own = PricedFlows(np.empty_like(used), np.empty_like(counted), np.empty_like(entering), np.empty_like(carried))
    step, patience = _NEXT_STEP if x.any() else _FIRST_STEP, n * (_PATIENCE_FAR if is_rough else _PATIENCE)
    best, in_a_row, idle, space = -NEVER, 0, 0, np.eye(n)
    for turns in range(_FEW_STEPS + _STEPS_EACH * n):
        found = _bound_at(choices, services, groups, hubs, state, beside, asked, x, prices, own, slope)
        if found >= NEVER:
            return NEVER
        idle = 0 if found > best + _worth_while(best, cut_off, is_rough) else idle + 1
        if found > best:
            best, best_x[:] = found, x
            used[:], counted[:], entering[:], carried[:] = own.used, own.counted, own.entering, own.carried
        if best >= cut_off or n == 0 or idle > patience:
            break
        _keep_inside(x, slope, lowest, top)
        is_uphill = (slope * way).sum() > 0.0
        step *= _length_of_step(is_uphill, in_a_row, turns)
        in_a_row = in_a_row + 1 if is_uphill else 0
        if not is_uphill and _turn(space, before, slope, turned, way, turns == 0) <= _SAME:
            break
        if step * np.sqrt((way * way).sum()) < _LAST_STEP:
            break
        x += step * way
        _hold(x, lowest, top)
    _take_prices(prices, asked.row, best_x)
    return best


@compiled(nb.void(legs, city_choices, hub_sets, vector, vector))
def bounds_of_sets(legs, choices, sets, fixed, bounds):
    """Fill in a bound of each set at no prices, EUR/year, shape (sets,); fixed costs are those of all sites."""
    for s in range(len(sets)):
        bounds[s] = least_cost(legs, choices, sets[s], len(fixed))
        for k in sets[s]:
            bounds[s] += fixed[k]
