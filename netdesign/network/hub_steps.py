"""The legs between hubs that routes pass, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network.legs import Network


@dataclass(frozen=True)
class HubSteps:
    """Legs between hubs as columns of one length, in the order of routes and on each in that of the freight.

    Parameters
    ----------
    route
        Positions of the routes; one that passes a single hub has no step.
    start, end
        Positions of the sites.
    """

    route: NDArray[np.intp]
    start: NDArray[np.intp]
    end: NDArray[np.intp]

    def sums(self, values: NDArray[np.float64], routes: int) -> NDArray[np.float64]:
        """Return the sum over the steps of each route, shape (routes,), of values by step."""
        return np.asarray(np.bincount(self.route, values, routes), dtype=np.float64)


def joined_sites(instance: Instance) -> NDArray[np.bool_]:
    """Return which sites a hub link that may be chosen joins, either way; shape (sites, sites)."""
    joined = np.zeros((len(instance.sites), len(instance.sites)), dtype=bool)
    for link in instance.permitted_links:
        start, end = (instance.site_position[name] for name in link.ends)
        joined[start, end] = joined[end, start] = True
    return joined


def with_all_links(instance: Instance, network: Network) -> Network:
    """Return the network whose hours between hubs are those of the fastest way over all links that may be chosen.

    What a leg costs stays as it is: the result says how soon freight may be anywhere, and where there is no way.
    """
    hours = np.where(joined_sites(instance), network.inter_hub.time_h, np.inf)
    np.fill_diagonal(hours, 0.0)
    passed = np.flatnonzero(np.isfinite(hours).any(axis=0)) if not instance.passes_one_link else ()
    for hub in passed:
        np.minimum(hours, hours[:, hub, None] + network.hub_h[hub] + hours[hub], out=hours)
    # Through a hub to itself is no second pass.
    np.fill_diagonal(hours, 0.0)
    return replace(network, inter_hub=replace(network.inter_hub, time_h=hours))


def hub_steps(first_hub: NDArray[np.intp], last_hub: NDArray[np.intp], between: Sequence[tuple[int, ...]]) -> HubSteps:
    """Return the steps of routes.

    Parameters
    ----------
    first_hub, last_hub
        Positions of sites, shape (routes,).
    between
        The sites that each route passes after the first and before the last, in order; empty where none passes any.
    """
    if not any(between):
        route = np.flatnonzero(first_hub != last_hub)
        return HubSteps(route, first_hub[route], last_hub[route])
    ends = zip(first_hub.tolist(), between, last_hub.tolist(), strict=True)
    passed = [
        (first, *on_the_way, last) if on_the_way or first != last else (first,) for first, on_the_way, last in ends
    ]
    steps = [(route, *step) for route, hubs in enumerate(passed) for step in pairwise(hubs)]
    columns = np.array(steps, dtype=np.intp).reshape(-1, 3).T
    return HubSteps(*columns)
