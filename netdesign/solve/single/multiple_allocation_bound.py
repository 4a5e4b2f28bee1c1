"""The bound of multiple allocation, which never costs more and closes sites before allocation is looked at."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.search import InOutPoints
from netdesign.solve.branch_cut.tuning import SINGLE as TUNING
from netdesign.solve.core.route_matrices import IMPOSSIBLE
from netdesign.solve.multiple.relaxation import CommodityOracle, MultipleRelaxation

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.prices import BestRoutePrices


def close_by_prices(
    every: list[NDArray[np.int32]], prices: BestRoutePrices, state: SearchState
) -> NDArray[np.intp] | None:
    """Return the sites of all sets that multiple allocation does not make as dear as the incumbent, None if none.

    Parameters
    ----------
    every
        All permitted sets, for each number of hubs.
    prices
        What they cost under multiple allocation.
    state
        Holds the incumbent under single allocation; records the bound.

    Raises
    ------
    TimeoutError
        The clock ran out first.
    """
    least, cut_off, left = np.inf, state.cut_off, np.empty(0, dtype=np.intp)
    for sets in every:
        price = prices.of_sets(sets, cut_off, keep=True)
        is_left = price < cut_off
        least = min(least, price.min(initial=np.inf))
        left = np.union1d(left, sets[is_left])
    if not len(left):
        return None
    state.proved(least, len(left))
    return left


def close_by_multiple(
    matrices: RouteMatrices,
    rules: HubRules,
    hubs: NDArray[np.intp],
    round_up: Callable[[NDArray[np.float64]], None],
    state: SearchState,
) -> NDArray[np.intp] | None:
    """Return the sites that a better plan than the incumbent may open, or None where there is no such plan.

    Parameters
    ----------
    matrices, rules
        The problem in which each city may use all hubs.
    hubs
        A good set to begin with.
    round_up
        Told of every point y, shape (sites,): a plan may come of it.
    state
        Holds the incumbent under single allocation; records the bound.

    Raises
    ------
    TimeoutError
        The clock ran out first.
    """
    oracle = CommodityOracle(matrices, state)
    plan = max(1.0, state.cut_off)
    oracle.dearest = 2.0 * plan
    if oracle.least.max(initial=0.0) >= IMPOSSIBLE:
        return None
    relaxation = MultipleRelaxation(matrices.fixed, rules, oracle, state, plan)
    points = InOutPoints(np.full(matrices.sites, 1.0 if not len(hubs) else 0.0))
    points.mean[hubs] = 1.0
    relaxation.add(oracle.cuts(points.mean, 0), None)
    last = -np.inf
    for number in itertools.count(1):
        point = relaxation.solve()
        if point is None or point.bound > state.cut_off:
            return None
        round_up(point.is_open)
        closed = relaxation.settle(point)
        left = np.flatnonzero(~relaxation.is_closed)
        state.proved(point.bound, len(left))
        grown = point.bound - last
        if grown < TUNING.worth * (state.cut_off - last) and closed < max(1, TUNING.worth * len(left)):
            return left
        last = point.bound
        points.mean = np.where(relaxation.is_closed, 0.0, points.mean)
        at = points.next(point.is_open)
        if not relaxation.cut(at if at.sum() >= 1.0 else point.is_open, number, point):
            return left
    raise AssertionError
