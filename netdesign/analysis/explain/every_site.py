"""What limits on routes come to if every site may be open and each commodity takes the best route for the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import limits_on_routes
from netdesign.network.candidates import MOST_CELLS, permitted_routes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.policies import Limit
    from netdesign.network import Network

_CELLS_AT_ONCE = 500_000
"""Routes priced at once."""

_ROUNDING = 1e-9
"""Relative distance from a limit that may be rounding."""


def has_unkept_limit(instance: Instance, network: Network) -> bool:
    """Return whether some limit is out of reach even if every site may be open and no other policy is in force.

    Where routes are too many to be priced, or go over several hub links, this is not looked at, and False is returned.

    Parameters
    ----------
    instance
        With the policies in force.
    network
        Legs that are no worse than those of any plan.
    """
    limits = limits_on_routes(instance)
    if not limits or instance.chooses_links or cells_of(instance) > MOST_CELLS:
        return False
    best = best_of_measures(instance, network, limits)
    return any(_is_out_of_reach(limit, _total(limit, best[place])) for place, limit in enumerate(limits))


def best_of_measures(instance: Instance, network: Network, limits: list[Limit]) -> NDArray[np.float64]:
    """Return the best that each commodity can take of the measure of each limit, shape (limits, commodities).

    It is infinite, or minus infinity, where the commodity has no permitted route.
    """
    sites = np.array([instance.site_position[name] for name in instance.allowed])
    signs = np.array([limit.sign for limit in limits])
    count = len(instance.commodities)
    best = np.full((len(limits), count), np.inf)
    step = max(1, _CELLS_AT_ONCE * count // max(1, cells_of(instance)))
    for start in range(0, count, step):
        rows = np.arange(start, min(count, start + step))
        costs, exists = permitted_routes(instance, network, rows, sites)
        for place, limit in enumerate(limits):
            taken = np.where(exists, signs[place] * getattr(costs, limit.measure), np.inf)
            best[place, rows] = taken.reshape(len(rows), -1).min(axis=1)
    return np.asarray(signs[:, None] * best, dtype=np.float64)


def _total(limit: Limit, best: NDArray[np.float64]) -> float:
    """Return what all freight takes of a measure; what does not count adds nothing even where it has no route."""
    counts = limit.weight != 0
    return float(limit.weight[counts] @ best[counts])


def _is_out_of_reach(limit: Limit, value: float) -> bool:
    slack = _ROUNDING * max(limit.scale, abs(value)) if np.isfinite(value) else 0.0
    return bool(value > limit.most + slack or value < limit.least - slack)


def cells_of(instance: Instance) -> int:
    """Return the number of routes over sites that may open, before any is left out."""
    cells: int = len(instance.commodities) * len(instance.allowed) ** instance.problem.route_hubs
    return cells
