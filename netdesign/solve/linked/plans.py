"""The plan of a set of hubs with chosen links: each commodity on its cheapest route."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.plan import Plan
from netdesign.solve.core.route_matrices import flow_of_commodity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.capacitated.limited_network import RouteShares

    Matrix = NDArray[np.float64]
    Path = tuple[int, ...]


def linked_plan(
    instance: Instance,
    network: Network,
    hubs: NDArray[np.int32],
    links: NDArray[np.intp],
    hub_of: NDArray[np.intp] | None = None,
) -> Plan:
    """Return the cheapest plan over some hubs and links.

    Parameters
    ----------
    hubs
        Positions in ``instance.allowed``, ascending.
    links
        Positions in ``instance.permitted_links``.
    hub_of
        Place of each node's hub among these, shape (nodes,); negative where it may have any, as all have with None.
    """
    names = [instance.allowed[position] for position in hubs]
    sites = np.array([instance.site_position[name] for name in names])
    chosen = [instance.permitted_links[position].ends for position in links]
    rules = instance.policies.hub_links
    most = (rules.most_on_a_route if rules is not None else None) or len(names)
    way, path = _ways(_step_costs(network, names, sites, chosen), min(most, len(names)))
    commodities = instance.commodities
    into = network.collection.cost[np.ix_(commodities.origin, sites)] + network.handling[sites]
    out = network.distribution.cost[np.ix_(sites, commodities.destination)].T
    if hub_of is not None:
        is_other = (hub_of[:, None] >= 0) & (hub_of[:, None] != np.arange(len(names)))
        into = np.where(is_other[commodities.origin], np.inf, into)
        out = np.where(is_other[commodities.destination], np.inf, out)
    cost = into[:, :, None] + way + out[:, None, :]
    first, last = np.divmod(cost.reshape(len(cost), -1).argmin(axis=1), len(names))
    pairs = zip(first.tolist(), last.tolist(), strict=True)
    return Plan(
        open_hubs=tuple(site.id for site in instance.sites if site.id in names),
        open_lanes=(),
        commodity=np.arange(len(cost)),
        first_hub=sites[first],
        last_hub=sites[last],
        volume=commodities.volume,
        links=tuple(chosen),
        between=tuple(tuple(int(sites[k]) for k in path[pair]) for pair in pairs),
    )


def plan_of_shares(instance: Instance, hubs: NDArray[np.int32], links: NDArray[np.intp], shares: RouteShares) -> Plan:
    """Return the plan over some hubs and links in which flows are divided over routes.

    Parameters
    ----------
    hubs, links
        As of ``linked_plan``.
    shares
        Positions are those in ``instance.allowed``.
    """
    commodity, row = shares.of_commodities(flow_of_commodity(instance))
    site = np.array([instance.site_position[name] for name in instance.allowed])
    is_open = np.zeros(len(instance.sites), dtype=bool)
    is_open[site[hubs]] = True
    between = [tuple(site[route[route >= 0]].tolist()[1:-1]) for route in shares.passed]
    return Plan(
        open_hubs=tuple(one.id for one, opens in zip(instance.sites, is_open, strict=True) if opens),
        open_lanes=(),
        commodity=commodity,
        first_hub=site[shares.first[row]],
        last_hub=site[shares.last[row]],
        volume=instance.commodities.volume[commodity] * shares.share[row],
        links=tuple(instance.permitted_links[position].ends for position in links),
        between=tuple(between[place] for place in row.tolist()),
    )


def _step_costs(network: Network, names: list[str], sites: NDArray[np.intp], chosen: list[tuple[str, str]]) -> Matrix:
    """Return what a link and the pass through the hub at its end cost, infinite where there is none, EUR/t."""
    step = np.full((len(names), len(names)), np.inf)
    for ends in chosen:
        a, b = (names.index(name) for name in ends)
        for start, end in ((a, b), (b, a)):
            step[start, end] = network.inter_hub.cost[sites[start], sites[end]] + network.handling[sites[end]]
    return step


def _ways(step: Matrix, most: int) -> tuple[Matrix, dict[tuple[int, int], Path]]:
    """Return the cheapest way from hub to hub over at most so many links, and the hubs between; EUR/t."""
    size = len(step)
    way = np.where(np.eye(size, dtype=bool), 0.0, step)
    path: dict[tuple[int, int], Path] = dict.fromkeys(np.ndindex(size, size), ())
    for _ in range(1, most):
        longer, over = way.copy(), dict(path)
        for a, b in np.ndindex(size, size):
            via = int((way[a] + step[:, b]).argmin())
            if way[a, via] + step[via, b] < longer[a, b]:
                longer[a, b] = way[a, via] + step[via, b]
                over[a, b] = (*path[a, via], via)
        way, path = longer, over
    return way, path
