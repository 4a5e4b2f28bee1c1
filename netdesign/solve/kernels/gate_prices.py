"""The bound of a set of hubs at prices of the rows that couple its freight, and these prices raised row by row.

The bound is concave in the prices (Geoffrion 1974): along a row it is raised by its tangents, row after row, and after
each sweep along what the sweep has changed.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.gate_freight import SetState
from netdesign.solve.kernels.gate_patterns import SAME, airports_bound, gate_freight, patterns, permitted
from netdesign.solve.kernels.gate_rows import choices, freight_rows, gate_costs, subtract_taken
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import compiled, hub_set, inlined, legs, matrix, number, places, vector

_TANGENTS = 24
"""Most prices that are tried along a row."""

_SWEEPS = 8
"""Most times that the prices of all rows are raised."""

_STEP = 64.0
"""First price of a row, EUR/t; the step grows fourfold until the bound falls."""

RISES, _CLOSE = 1e-10, 1e-6
"""A bound that rises by less, relative to it, rises no more once the ends of the price's range are so close."""

_SWEEP_RISES = 1e-8
"""A sweep that raises the bound by less, relative to it, is the last."""

set_state = nb.types.NamedTuple(
    (hub_set, vector, vector, permitted, patterns, vector, matrix, choices, places, vector, vector), SetState
)


@inlined
def due_at(due, prices):
    """Return what the rows are worth at some prices, EUR/year."""
    total = 0.0
    for j in range(len(prices)):
        total += due[j] * prices[j]
    return total


@compiled(number(legs, gate_freight, freight_rows, set_state, vector, nb.boolean))
def bound_at(legs, freight, rows, state, prices, has_moved):
    """Return the bound of a set at some prices, EUR/year, and fill in its slopes.

    ``has_moved`` says whether other prices than those of the gates' minima have changed since the last time.
    """
    hubs, due, highest, may, mu, beside, cost, other, gates, slope, margin = state
    if has_moved:
        beside[1] = gate_costs(legs, freight, rows, hubs, prices, cost, other, gates)
    if beside[1] >= NEVER:
        return NEVER
    found = airports_bound(freight, cost, may, prices[: len(hubs)], mu, gates, margin)
    if found >= NEVER:
        return NEVER
    slope[:] = due
    if highest.max() > 0.0:
        subtract_taken(legs, freight, rows, hubs, other, gates, slope)
    return beside[0] + beside[1] + due_at(due, prices) + found


@inlined
def _next_price(left, at_left, slope_left, right, at_right, slope_right, step, most):
    """Return where the tangents at both ends meet; beyond the left end where there is no right one."""
    if right < 0.0:
        return min(left + step, most)
    here = (at_right - at_left + slope_left * left - slope_right * right) / (slope_left - slope_right)
    return here if left < here < right else 0.5 * (left + right)


@inlined
def _move(prices, begun, way, along, highest):
    for j in range(len(prices)):
        prices[j] = min(max(begun[j] + way * along[j], 0.0), highest[j])


@compiled(number(legs, gate_freight, freight_rows, set_state, vector, vector, number, number, number))
def _raise_along(legs, freight, rows, state, prices, along, step, bound, cut_off):
    """Raise the bound of a set by prices that change in some proportion, either way; return it."""
    due, highest, slope = state.due, state.highest, state.slope
    gate_rows, here, most, small, has_moved = len(state.hubs), 0.0, np.inf, 0.0, False
    for j in range(len(prices)):
        here += slope[j] * along[j]
        small += SAME * abs(along[j]) * (abs(due[j]) if due[j] != 0.0 else 1.0)
        has_moved |= j >= gate_rows and along[j] != 0.0
    if abs(here) <= small:
        return bound
    begun, along = prices.copy(), along * np.sign(here)
    for j in range(len(prices)):
        if along[j] != 0.0:
            most = min(most, ((highest[j] if along[j] > 0.0 else 0.0) - begun[j]) / along[j])
    left, at_left, slope_left, best, way = 0.0, bound, abs(here), 0.0, 0.0
    right, at_right, slope_right = -1.0, 0.0, 0.0
    for _ in range(_TANGENTS):
        if right < 0.0 and left >= most:
            break
        way = _next_price(left, at_left, slope_left, right, at_right, slope_right, step, most)
        step *= 4.0
        _move(prices, begun, way, along, highest)
        found = bound_at(legs, freight, rows, state, prices, has_moved)
        has_risen, here = found > bound * (1.0 + RISES), 0.0
        for j in range(len(prices)):
            here += slope[j] * along[j]
        if found > bound:
            bound, best = found, way
        if bound >= cut_off or abs(here) <= small:
            break
        if here > 0.0:
            left, at_left, slope_left = way, found, here
        else:
            right, at_right, slope_right = way, found, here
        if right >= 0.0 and not has_risen and right - left <= _CLOSE * (1.0 + begun.max() + right):
            break
    if way != best:
        _move(prices, begun, best, along, highest)
        bound_at(legs, freight, rows, state, prices, has_moved)
    return bound


@compiled(number(legs, gate_freight, freight_rows, set_state, vector, number, number))
def raise_row_by_row(legs, freight, rows, state, prices, bound, cut_off):
    """Raise the bound of a set from what it is at some prices, until it is over the cut-off; return it.

    The state is that of the prices in the end.
    """
    along, begun = np.zeros(len(prices)), np.empty(len(prices))
    for _ in range(_SWEEPS):
        begun[:], before, changed = prices, bound, 0
        for j in range(len(prices)):
            if state.highest[j] <= 0.0 or bound >= cut_off:
                continue
            along[:] = 0.0
            along[j] = 1.0
            step = _STEP if prices[j] <= 0.0 else max(1.0, prices[j] / 8.0)
            bound = _raise_along(legs, freight, rows, state, prices, along, step, bound, cut_off)
            changed += prices[j] != begun[j]
        if changed < 2 or bound >= cut_off or bound <= before * (1.0 + _SWEEP_RISES):
            break
        along[:] = prices - begun
        bound = _raise_along(legs, freight, rows, state, prices, along, 1.0, bound, cut_off)
    return bound
