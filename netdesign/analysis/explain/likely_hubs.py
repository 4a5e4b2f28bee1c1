"""Sets of hubs that are likely to keep limits on routes, where any number of hubs is permitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.explain.every_site import cells_of
from netdesign.instance.policies import limits_on_routes
from netdesign.network.candidates import permitted_routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network

_MOST_CELLS = 5_000_000
"""Most routes that are held at once."""

_MOST_HUBS = 8
"""Most hubs that are added to those that must open."""


def likely_sets(instance: Instance, network: Network) -> Iterator[tuple[str, ...]]:
    """Yield sets that grow by the hub which brings limits nearest, from the first one that may keep them all.

    Parameters
    ----------
    instance
        With the policies in force.
    network
        Legs that are no worse than those of any plan.
    """
    limits, sites = limits_on_routes(instance), list(instance.allowed)
    if not limits or cells_of(instance) > _MOST_CELLS or instance.problem.route_hubs != 2:
        return
    places = np.array([instance.site_position[name] for name in sites])
    rows = np.arange(len(instance.commodities))
    costs, exists = permitted_routes(instance, network, rows, places)
    taken = [np.where(exists, limit.sign * getattr(costs, limit.measure), np.inf) for limit in limits]

    def shortage(chosen: list[int]) -> float:
        """Return by which part limits are missed at least over some sites, and 1 for each commodity without a route."""
        inside = np.ix_(rows, np.array(chosen), np.array(chosen))
        missed = 0.0
        for limit, of_limit in zip(limits, taken, strict=True):
            best: NDArray[np.float64] = of_limit[inside].reshape(len(rows), -1).min(axis=1)
            end = limit.most if limit.sign > 0 else -limit.least
            has_route = np.isfinite(best)
            missed += max(0.0, float(limit.weight[has_route] @ best[has_route]) - end) / limit.scale
            missed += float(np.count_nonzero(~has_route))
        return missed

    chosen = [place for place, name in enumerate(sites) if name in instance.required]
    while len(chosen) < len(sites) and len(chosen) <= len(instance.required) + _MOST_HUBS:
        free = [
            place for place in range(len(sites)) if place not in chosen and _may_join(instance, sites, chosen, place)
        ]
        if not free:
            return
        chosen.append(min(free, key=lambda place: shortage([*chosen, place])))
        if shortage(chosen) <= 0 and len(chosen) <= instance.hub_range[1]:
            yield tuple(sites[place] for place in sorted(chosen))


def _may_join(instance: Instance, sites: list[str], chosen: list[int], place: int) -> bool:
    """Return whether no group of which one site may open has a site beside those chosen."""
    names = {sites[one] for one in chosen}
    groups = (group.sites for group in instance.policies.exclusive if sites[place] in group.sites)
    return all(names.isdisjoint(group) for group in groups)
