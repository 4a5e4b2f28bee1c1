"""What departures can carry at most from and to each node, against what starts and ends there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import Fault
from netdesign.instance.blocks import Allocation
from netdesign.instance.policies.violations import TOLERANCE
from netdesign.instance.services import LegKind
from netdesign.network.services import LegPlace, leg_ends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.services import Services
    from netdesign.network.legs import Network
    from netdesign.network.services import LegsName

_MOST_LEGS = 3
"""Legs that a message names."""


def carriage_warnings(instance: Instance, network: Network) -> tuple[Fault, ...]:
    """Return warnings about nodes from or to which no permitted set of hubs can carry all freight.

    There is then no feasible network. Others may be infeasible too: what must pass between hubs is not known here.

    Parameters
    ----------
    instance, network
        The problem and its legs.
    """
    if instance.services is None or network.services is None:
        return ()
    ends: tuple[tuple[LegsName, NDArray[np.intp]], ...] = (
        ("collection", instance.commodities.origin),
        ("distribution", instance.commodities.destination),
    )
    return tuple(
        warning for legs, nodes in ends for warning in _of_legs(instance, network, instance.services, legs, nodes)
    )


def _of_legs(
    instance: Instance, network: Network, services: Services, legs: LegsName, ends: NDArray[np.intp]
) -> Iterator[Fault]:
    commodities, nodes = instance.commodities, np.unique(ends)
    volumes = np.bincount(ends, commodities.volume, len(instance.nodes))[nodes]
    most = _most_by_site(instance, network, services, legs, nodes)
    reach = np.where(_has_one_hub(instance, nodes), most.max(axis=1, initial=0.0), _over_permitted_hubs(instance, most))
    for row in np.flatnonzero(volumes > reach * (1 + TOLERANCE)).tolist():
        node = int(nodes[row])
        of_node = np.flatnonzero(ends == node)
        line = int(commodities.line[of_node[np.argmax(commodities.volume[of_node])]])
        by_site = dict(zip(instance.allowed, most[row].tolist(), strict=True))
        message = _message(instance, services, legs, node, float(volumes[row]), by_site)
        yield Fault(instance.demand_file, line, 0, "", message)


def _most_by_site(
    instance: Instance, network: Network, services: Services, legs: LegsName, nodes: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return what the legs between nodes and permitted sites carry at most, t/year, shape (nodes, sites)."""
    sites = np.array([instance.site_position[name] for name in instance.allowed], dtype=np.intp)
    cells = (nodes[:, None], sites) if legs == "collection" else (sites, nodes[:, None])
    is_able = np.isfinite(getattr(network.services, legs).travel_h[:, *cells])
    payload = np.array([vehicle.payload_t for vehicle in services.vehicles])
    largest = np.where(is_able, payload[:, None, None], 0.0).max(axis=0, initial=0.0)
    # What no vehicle takes goes by the tonne.
    largest[~is_able.any(axis=0)] = np.inf
    carried = services.weeks_per_year * _most_departures(instance, services, legs, nodes, sites) * largest
    return np.where(np.isfinite(getattr(network, legs).time_h[cells]), carried, 0.0)


def _most_departures(
    instance: Instance, services: Services, legs: LegsName, nodes: NDArray[np.intp], sites: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the most departures a week between nodes and sites, infinite without a service, shape (nodes, sites)."""
    of_sites = np.array([instance.sites[site].node for site in sites])
    found = np.full((len(nodes), len(sites)), np.inf)
    is_lane = instance.is_overseas[nodes]
    for kind, is_own in ((LegKind(legs), ~is_lane), (LegKind.AIR, is_lane)):
        if kind in services.of_kind:
            found[is_own] = services.of_kind[kind].most
        for (of, *ends), terms in services.of_leg.items():
            node, hub = ends if legs == "collection" else ends[::-1]
            if of is kind:
                found[np.ix_(is_own & (nodes == node), of_sites == hub)] = terms.most
    found[nodes[:, None] == of_sites] = np.inf
    return found


def _place(instance: Instance, legs: LegsName, node: int, site: str) -> LegPlace:
    position = instance.site_position[site]
    return LegPlace(legs, node, position) if legs == "collection" else LegPlace(legs, position, node)


def _has_one_hub(instance: Instance, nodes: NDArray[np.intp] | int) -> NDArray[np.bool_]:
    """Return where all that starts, or ends, goes over one hub: cities have one, overseas airports many."""
    return np.asarray(~instance.is_overseas[nodes] & (instance.problem.allocation is not Allocation.MULTIPLE))


def _over_permitted_hubs(instance: Instance, most: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the largest sum over sites that may be open together: the required ones, and the best of the others.

    Parameters
    ----------
    instance
        The problem.
    most
        Of the permitted sites, shape (nodes, sites).
    """
    is_required = np.array([name in instance.required for name in instance.allowed], dtype=bool)
    is_centre = np.array([name in instance.centres for name in instance.allowed], dtype=bool)
    total = most[:, is_required].sum(axis=1)
    for of_kind, (_, largest) in ((~is_centre, instance.hub_range), (is_centre, instance.centre_range)):
        others = -np.sort(-most[:, of_kind & ~is_required], axis=1)
        total += others[:, : max(0, largest - int((of_kind & is_required).sum()))].sum(axis=1)
    return np.asarray(total)


def _message(
    instance: Instance, services: Services, legs: LegsName, node: int, volume: float, most: dict[str, float]
) -> str:
    """Return how much must flow, what the largest legs carry, and where their most departures stand."""
    start = "start at" if legs == "collection" else "end at"
    largest = sorted((name for name in most if 0 < most[name] < np.inf), key=lambda name: -most[name])
    named, keys = [], []
    for name in largest[:_MOST_LEGS]:
        leg = leg_ends(instance, _place(instance, legs, node, name))
        terms = services.terms(*leg)
        if terms is None:
            continue
        ends = " to ".join(instance.nodes[end].id for end in leg[1:])
        named.append(f"{leg[0]} {ends} {most[name]:,.6g} (at most {terms.most} a week)")
        is_own = leg in services.of_leg
        keys.append("departures_max of its row" if is_own else f"services.{leg[0]}.departures_per_week.max")
    over = "the one hub of a city, whichever it is" if _has_one_hub(instance, node) else "any permitted hubs"
    more = f" and {len(largest) - _MOST_LEGS} more legs" if len(largest) > _MOST_LEGS else ""
    return (
        f"{volume:,.6g} t/year {start} {instance.nodes[node].id}, more than departures carry over {over}: "
        f"{', '.join(named)}{more}; no network is feasible: raise {' or '.join(dict.fromkeys(keys))}, "
        "or name a larger vehicle"
    )
