"""What departures can carry at most from and to each node, against what starts and ends there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import Fault
from netdesign.instance.blocks import Allocation
from netdesign.instance.policies.violations import TOLERANCE
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
    commodities = instance.commodities
    volumes = np.bincount(ends, commodities.volume, len(instance.nodes))
    for node in np.unique(ends).tolist():
        most = _most_by_site(instance, network, services, legs, node)
        reach = (
            max(most.values(), default=0.0) if _has_one_hub(instance, node) else _over_permitted_hubs(instance, most)
        )
        if volumes[node] > reach * (1 + TOLERANCE):
            of_node = np.flatnonzero(ends == node)
            line = int(commodities.line[of_node[np.argmax(commodities.volume[of_node])]])
            message = _message(instance, services, legs, node, float(volumes[node]), most)
            yield Fault(instance.demand_file, line, 0, "", message)


def _most_by_site(
    instance: Instance, network: Network, services: Services, legs: LegsName, node: int
) -> dict[str, float]:
    """Return what the leg between a node and each permitted site carries at most, t/year."""
    most = {}
    for name in instance.allowed:
        place = _place(instance, legs, node, name)
        if not np.isfinite(getattr(network, legs).time_h[place[1:]]):
            most[name] = 0.0
            continue
        terms = services.terms(*leg_ends(instance, place))
        hours = getattr(network.services, legs).travel_h[:, place.row, place.column]
        able = np.flatnonzero(np.isfinite(hours)).tolist()
        if terms is None or not able:
            most[name] = np.inf
            continue
        payload = max(services.vehicles[vehicle].payload_t for vehicle in able)
        most[name] = services.weeks_per_year * terms.most * payload
    return most


def _place(instance: Instance, legs: LegsName, node: int, site: str) -> LegPlace:
    position = instance.site_position[site]
    return LegPlace(legs, node, position) if legs == "collection" else LegPlace(legs, position, node)


def _has_one_hub(instance: Instance, node: int) -> bool:
    """Return whether all that starts, or ends, at a node goes over one hub: cities have one, overseas airports many."""
    return instance.problem.allocation is not Allocation.MULTIPLE and not instance.is_overseas[node]


def _over_permitted_hubs(instance: Instance, most: dict[str, float]) -> float:
    """Return the largest sum over sites that may be open together: the required ones, and the best of the others."""
    total = sum(most[name] for name in instance.required if name in most)
    for is_centre, (_, largest) in ((False, instance.hub_range), (True, instance.centre_range)):
        of_kind = {name for name in most if (name in instance.centres) is is_centre}
        others = sorted((most[name] for name in of_kind - instance.required), reverse=True)
        total += sum(others[: max(0, largest - len(of_kind & instance.required))])
    return total


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
