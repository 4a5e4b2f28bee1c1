"""Plans of points of a tipping result: to their part, each once, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.errors import ContradictionError
from netdesign.results.plan_document import PlanPart, Routes, ScheduledServicePart
from netdesign.results.result import plan_from_document
from netdesign.results.row_parts import DeparturesPart, PlanAtPointPart

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.plan import Plan, ScheduledService


class PlansOfPoints:
    """The plans of a result.

    Attributes
    ----------
    parts
        Each once, in the order in which they came.
    """

    def __init__(self) -> None:
        self.parts: list[PlanAtPointPart] = []
        self._places: dict[tuple[Any, ...], int] = {}

    def place(self, plan: Plan | None, instance: Instance) -> int | None:
        """Return the place of a plan; None without one."""
        if plan is None:
            return None
        columns = plan.commodity, plan.first_hub, plan.last_hub, plan.volume
        key = (plan.open_hubs, plan.open_lanes, plan.services, *(column.tobytes() for column in columns))
        if key not in self._places:
            self._places[key] = len(self.parts)
            self.parts.append(part_of_plan(plan, instance))
        return self._places[key]


def part_of_plan(plan: Plan, instance: Instance) -> PlanAtPointPart:
    """Return the part of a plan."""
    commodities = instance.commodities
    ends = (column[plan.commodity] for column in (commodities.origin, commodities.destination, commodities.stream))
    routes = routes_part(instance, (*ends, plan.first_hub, plan.last_hub), plan.volume)
    return PlanAtPointPart(
        open_hubs=list(plan.open_hubs),
        open_lanes=list(plan.open_lanes),
        routes=routes,
        departures=departures_part(instance, plan.services),
    )


def routes_part(instance: Instance, positions: Sequence[NDArray[np.intp]], volume: NDArray[np.float64]) -> Routes:
    """Return the part of routes.

    Parameters
    ----------
    instance
        Has the ids.
    positions
        Of origin, destination, stream, first and last hub of each route, each of shape (routes,).
    volume
        t/year, shape (routes,).
    """
    ids, sites = [node.id for node in instance.nodes], [site.id for site in instance.sites]
    names = ids, ids, [stream.name for stream in instance.streams], sites, sites
    columns = ([name[place] for place in column] for name, column in zip(names, positions, strict=True))
    origin, destination, stream, first_hub, last_hub = columns
    return Routes(
        origin=origin,
        destination=destination,
        stream=stream,
        first_hub=first_hub,
        last_hub=last_hub,
        volume_t_per_year=volume.tolist(),
    )


def departures_part(instance: Instance, services: Sequence[ScheduledService]) -> DeparturesPart | None:
    """Return the part of departures; None where the instance has no services."""
    if instance.services is None:
        return None
    ids = [node.id for node in instance.nodes]
    return DeparturesPart(
        kind=[service.kind for service in services],
        from_=[ids[service.origin] for service in services],
        to=[ids[service.destination] for service in services],
        vehicle=[instance.services.vehicles[service.vehicle].id for service in services],
        departures_per_week=[service.departures for service in services],
    )


def plan_of_part(part: PlanAtPointPart, instance: Instance) -> Plan:
    """Return the plan of a part.

    Raises
    ------
    ContradictionError
        It names what the instance does not have, or its columns differ in length.
    """
    services = None
    if part.departures is not None:
        columns = vars(part.departures).values()
        if len({len(column) for column in columns}) > 1:
            message = "departures: the columns have different lengths"
            raise ContradictionError(message)
        # Constructed, not validated: the columns were, and a result may have plans for hundreds of points.
        services = [
            ScheduledServicePart.model_construct(
                kind=kind,
                from_=origin,
                to=destination,
                vehicle=vehicle,
                departures_per_week=number,
                t_per_year=0.0,
                fill=0.0,
                wait_h=0.0,
                eur_per_year=0.0,
            )
            for kind, origin, destination, vehicle, number in zip(*columns, strict=True)
        ]
    whole = PlanPart.model_construct(
        open_hubs=part.open_hubs, open_lanes=part.open_lanes, routes=part.routes, services=services
    )
    return plan_from_document(whole, instance)
