"""The prices of all rows that couple the freight of a set of hubs, raised together.

By the r-algorithm: along a direction while the bound rises; then space is dilated along the difference of the slopes
before and behind.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.gate_patterns import gate_freight
from netdesign.solve.kernels.gate_prices import bound_at, raise_row_by_row, set_state
from netdesign.solve.kernels.gate_rows import freight_rows
from netdesign.solve.kernels.r_algorithm import dilate, direction
from netdesign.solve.kernels.types import compiled, inlined, legs, number, place, vector

_FIRST_STEP, _NEXT_STEP = 32.0, 8.0
"""First step of prices, EUR/t: where none are known, and from known ones."""

_LONGER, _SHORTER = 2.0, 0.7
"""How a step changes: after each but the first one along a direction, and where the first one goes too far."""

_STEEP = 2.0
"""Fall of the bound a EUR/t that prices are out of their range, times all freight."""

_PATIENCE, _RISES = 20, 1e-7
"""After so many prices that have not raised the bound by this, relative to it, space is as it was in the beginning; and
the bound rises no more where that raised it by no more either."""

_LEAST_STEP = 1e-9
"""Relative to the prices."""


@inlined
def _look(legs, freight, rows, state, prices, inside, slope, steep):
    """Return the bound at prices brought back into their range, and fill in slopes that lead there.

    Where a price is 0 and should be less, its slope is 0.
    """
    for j in range(len(prices)):
        inside[j] = min(max(prices[j], 0.0), state.highest[j])
    found = bound_at(legs, freight, rows, state, inside, True)
    for j in range(len(prices)):
        if prices[j] != inside[j]:
            slope[j] = steep * np.sign(inside[j] - prices[j])
        elif (inside[j] <= 0.0 and state.slope[j] < 0.0) or state.highest[j] <= 0.0:
            slope[j] = 0.0
        else:
            slope[j] = state.slope[j]
    return found


@compiled(nb.types.UniTuple(number, 2)(legs, gate_freight, freight_rows, set_state, vector, number, number, place))
def _follow_ridge(legs, freight, rows, state, prices, bound, cut_off, most):
    """Raise the bound of a set from what it is at some prices; return it, and how many prices were tried."""
    count, steep = len(prices), _STEEP * freight.volume.sum()
    space, slope, before = np.eye(count), np.empty(count), np.empty(count)
    turned, along = np.empty(count), np.empty(count)
    here, inside, best = prices.copy(), np.empty(count), prices.copy()
    for j in range(count):
        is_free = state.highest[j] > 0.0 and (prices[j] > 0.0 or state.slope[j] > 0.0)
        before[j] = state.slope[j] if is_free else 0.0
    step = _NEXT_STEP if prices.max() > 0.0 else _FIRST_STEP
    tried, risen_at = 0, 0
    while tried < most and tried - risen_at < _PATIENCE and direction(space, before, turned, along) > 0.0:
        steps = 0
        while True:
            here += step * along
            found = _look(legs, freight, rows, state, here, inside, slope, steep)
            tried += 1
            steps += 1
            if found > bound:
                risen_at = tried if found > bound + _RISES * abs(bound) else risen_at
                bound = found
                best[:] = inside
            step *= _LONGER if steps > 1 else 1.0
            if bound >= cut_off or tried >= most or (slope * along).sum() <= 0.0:
                break
        if bound >= cut_off or step * np.abs(along).max() <= _LEAST_STEP * (1.0 + best.max()):
            break
        step *= _SHORTER if steps == 1 else 1.0
        dilate(space, before, slope)
        before[:] = slope
    prices[:] = best
    bound_at(legs, freight, rows, state, prices, True)
    return bound, float(tried)


@compiled(number(legs, gate_freight, freight_rows, set_state, vector, number, number, place))
def _raise_together(legs, freight, rows, state, prices, bound, cut_off, most):
    """Raise the bound of a set from what it is at some prices, until it is over the cut-off; return it."""
    while most > 0:
        found, tried = _follow_ridge(legs, freight, rows, state, prices, bound, cut_off, most)
        has_risen = found > bound + _RISES * abs(bound)
        bound, most = found, most - max(1, int(tried))
        if not has_risen or bound >= cut_off:
            break
    return bound


@compiled(number(legs, gate_freight, freight_rows, set_state, vector, number, place))
def raise_prices(legs, freight, rows, state, prices, cut_off, most):
    """Raise the bound of a set by the prices of its rows, until it is over the cut-off; return it.

    The state is that of the prices in the end. ``most`` is how many prices are tried together at most.
    """
    bound = bound_at(legs, freight, rows, state, prices, True)
    if bound >= cut_off:
        return bound
    in_force, others = 0, 0
    for j in range(len(prices)):
        in_force += state.highest[j] > 0.0
        others += state.highest[j] > 0.0 and j >= len(state.hubs)
    if in_force == 1 or others == 0:
        return raise_row_by_row(legs, freight, rows, state, prices, bound, cut_off)
    return _raise_together(legs, freight, rows, state, prices, bound, cut_off, most)
