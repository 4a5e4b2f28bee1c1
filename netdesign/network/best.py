"""The best route of every commodity over a given set of hubs."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import Objective
from netdesign.network.routes import hard_deadline, price_routes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network.legs import Network


def best_routes(
    instance: Instance, network: Network, hubs: Sequence[int]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return first hub, last hub and value of each commodity's best permitted route; of equal ones the first.

    Best is the cheapest, or the fastest where the longest time is the objective.

    Parameters
    ----------
    hubs
        Positions of sites.

    Returns
    -------
    array, array, array
        Positions of sites, and F in EUR/t or T in h, infinite where no route is permitted.
    """
    count = len(instance.commodities)
    rows, hard = np.arange(count), hard_deadline(instance)
    first, last = np.zeros(count, dtype=np.intp), np.zeros(count, dtype=np.intp)
    best = np.full(count, np.inf)
    # Pair by pair, so that the routes of large instances are never held at once.
    for k, m in _pairs(instance, hubs):
        costs = price_routes(instance, network, rows, np.array(k), np.array(m))
        value = costs.time_h if instance.problem.objective is Objective.LONGEST_TIME else costs.total
        is_better = np.isfinite(costs.total) & ~(costs.is_late & hard) & (value < best)
        best[is_better] = value[is_better]
        first[is_better], last[is_better] = k, m
    return first, last, best


def _pairs(instance: Instance, hubs: Sequence[int]) -> list[tuple[int, int]]:
    if instance.problem.route_hubs == 1:
        return [(hub, hub) for hub in hubs]
    return list(itertools.product(hubs, hubs))
