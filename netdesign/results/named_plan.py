"""Plans of documents: names as positions in the instance, and back."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import ContradictionError
from netdesign.plan import Plan, ScheduledService
from netdesign.results.plan_document import Routes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.services import LegKind
    from netdesign.results.plan_document import PlanPart
    from netdesign.results.row_parts import PlanAtPointPart

    Departure = tuple[LegKind, str, str, str, int]

_MOST_TOLD = 5
"""Names that the instance does not have, of those that are told."""


def plan_from_document(part: PlanPart, instance: Instance) -> Plan:
    """Return a plan with ids replaced by positions in the instance.

    Raises
    ------
    ContradictionError
        Columns of different length, or names that the instance does not have.
    """
    departures = [(one.kind, one.from_, one.to, one.vehicle, one.departures_per_week) for one in part.services or ()]
    return plan_of_names(part, departures, instance)


def plan_of_names(part: PlanPart | PlanAtPointPart, departures: Sequence[Departure], instance: Instance) -> Plan:
    """Return a plan with ids replaced by positions in the instance.

    Parameters
    ----------
    part
        Open hubs, open lanes and routes.
    departures
        Kind and ends of each leg, its vehicle, and departures a week.
    instance
        Has the positions.

    Raises
    ------
    ContradictionError
        As ``plan_from_document``.
    """
    routes, at = part.routes, _Positions(instance)
    if len({len(column) for column in vars(routes).values() if column is not None}) != 1:
        message = "plan.routes: the columns have different lengths"
        raise ContradictionError(message)
    strange = dict.fromkeys([*at.strange_in(routes), *at.strange_hubs(part), *at.strange_departures(departures)])
    if strange:
        told = ", ".join(f"plan.{text}" for text in list(strange)[:_MOST_TOLD])
        message = f"the plan names what the instance does not have: {told}"
        raise ContradictionError(message)
    return Plan(
        open_hubs=tuple(part.open_hubs),
        open_lanes=tuple((lane[0], lane[1]) for lane in part.open_lanes),
        commodity=np.array([at.commodities[row] for row in _ends(routes)], dtype=np.intp),
        first_hub=np.array([at.sites[name] for name in routes.first_hub], dtype=np.intp),
        last_hub=np.array([at.sites[name] for name in routes.last_hub], dtype=np.intp),
        volume=np.array(routes.volume_t_per_year, dtype=np.float64),
        services=tuple(
            ScheduledService(kind, at.nodes[start], at.nodes[end], at.vehicles[vehicle], number)
            for kind, start, end, vehicle, number in departures
        ),
        links=tuple((link[0], link[1]) for link in part.links or ()),
        between=tuple(tuple(at.sites[name] for name in passed) for passed in routes.between or ()),
    )


def routes_part(
    instance: Instance,
    positions: Sequence[NDArray[np.intp]],
    volume: NDArray[np.float64],
    between: Sequence[Sequence[int]],
) -> Routes:
    """Return the part of routes.

    Parameters
    ----------
    instance
        Has the ids.
    positions
        Of origin, destination, stream, first and last hub of each route, each of shape (routes,).
    volume
        t/year, shape (routes,).
    between
        Positions of the sites that each route passes between these hubs; empty where none passes any.
    """
    ids, sites = [node.id for node in instance.nodes], [site.id for site in instance.sites]
    names = ids, ids, [stream.name for stream in instance.streams], sites, sites
    columns = ([name[place] for place in column] for name, column in zip(names, positions, strict=True))
    origin, destination, stream, first_hub, last_hub = columns
    passed = [[sites[place] for place in one] for one in between] or [[] for _ in range(len(volume))]
    return Routes(
        origin=origin,
        destination=destination,
        stream=stream,
        first_hub=first_hub,
        last_hub=last_hub,
        between=passed if instance.chooses_links else None,
        volume_t_per_year=volume.tolist(),
    )


def links_part(instance: Instance, links: Sequence[tuple[str, str]]) -> list[tuple[str, str]] | None:
    """Return the part of chosen hub links; None where all hubs are joined."""
    return list(links) if instance.chooses_links else None


def _ends(routes: Routes) -> Iterator[tuple[str, str, str]]:
    """Yield origin, destination and stream of each route."""
    return zip(routes.origin, routes.destination, routes.stream, strict=True)


class _Positions:
    """Positions of all names in an instance."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self.nodes, self.sites = instance.node_position, instance.site_position
        listed = () if instance.services is None else instance.services.vehicles
        self.vehicles = {vehicle.id: position for position, vehicle in enumerate(listed)}

    @cached_property
    def commodities(self) -> dict[tuple[str, str, str], int]:
        """Position of each commodity by origin, destination and stream."""
        instance, commodities = self._instance, self._instance.commodities
        ids, streams = [node.id for node in instance.nodes], [stream.name for stream in instance.streams]
        columns = (commodities.origin, commodities.destination, commodities.stream)
        ends = enumerate(zip(*(column.tolist() for column in columns), strict=True))
        return {(ids[origin], ids[destination], streams[stream]): row for row, (origin, destination, stream) in ends}

    def strange_in(self, routes: Routes) -> Iterator[str]:
        """Yield ends of routes that are those of no commodity."""
        for row in _ends(routes):
            if row not in self.commodities:
                yield f"routes: {' to '.join(row[:2])} ({row[2]})"

    def strange_hubs(self, part: PlanPart | PlanAtPointPart) -> Iterator[str]:
        """Yield names that should be those of sites; of lanes one end is another node."""
        routes = part.routes
        named = {
            "open_hubs": part.open_hubs,
            "open_lanes": [name for lane in part.open_lanes for name in lane if name not in self.nodes],
            "routes.first_hub": routes.first_hub,
            "routes.last_hub": routes.last_hub,
            "routes.between": [name for passed in routes.between or () for name in passed],
            "links": [name for link in part.links or () for name in link],
        }
        for field, names in named.items():
            yield from (f"{field}: {name}" for name in names if name not in self.sites)

    def strange_departures(self, departures: Sequence[Departure]) -> Iterator[str]:
        """Yield ends of legs that are no nodes, and vehicles that there are not."""
        yield from (f"services: {name}" for one in departures for name in one[1:3] if name not in self.nodes)
        yield from (f"services: {one[3]}" for one in departures if one[3] not in self.vehicles)
