"""Which cities change their hub from one plan to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance import NodeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance import Instance
    from netdesign.results.plan_document import PlanPart

_SAME = 1e-9
"""Relative difference up to which two sums of volumes are equal."""


@dataclass(frozen=True)
class HubChange:
    """A city whose hub differs from that in another plan; volume in t/year."""

    city: str
    from_hub: str
    to_hub: str
    volume: float


def hub_changes(before: Mapping[str, tuple[str, float]], after: Mapping[str, tuple[str, float]]) -> list[HubChange]:
    """Return the cities that change their hub, the largest first.

    Parameters
    ----------
    before, after
        What ``hub_of_cities`` returns of both plans.
    """
    moves = [
        HubChange(city, before[city][0], hub, volume)
        for city, (hub, volume) in after.items()
        if city in before and before[city][0] != hub
    ]
    return sorted(moves, key=lambda move: (-move.volume, move.city))


def hub_of_cities(instance: Instance, plan: PlanPart | None) -> dict[str, tuple[str, float]]:
    """Return for each city the hub that handles most of its freight first or last, and the city's volume, t/year.

    A tie goes to the hub in the city itself, else to the first in the hubs table.
    """
    if plan is None:
        return {}
    routes, nodes = plan.routes, {node.id: position for position, node in enumerate(instance.nodes)}
    volumes = np.zeros((len(instance.nodes), len(instance.sites)))
    for ends, hubs in ((routes.origin, routes.first_hub), (routes.destination, routes.last_hub)):
        rows, columns = [nodes[name] for name in ends], [instance.site_position[name] for name in hubs]
        np.add.at(volumes, (rows, columns), routes.volume_t_per_year)
    served = {}
    for position, node in enumerate(instance.nodes):
        if node.kind is NodeKind.CITY and volumes[position].any():
            most = np.flatnonzero(volumes[position] >= volumes[position].max() * (1 - _SAME))
            own = [site for site in most if instance.sites[site].node == position]
            served[node.id] = instance.sites[(own or most)[0]].id, float(volumes[position].sum())
    return served
