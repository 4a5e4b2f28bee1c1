"""Plans of points of a tipping result: to their part, each once, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from netdesign.errors import ContradictionError
from netdesign.results.named_plan import links_part, plan_of_names, routes_part
from netdesign.results.row_parts import DeparturesPart, PlanAtPointPart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.instance import Instance
    from netdesign.plan import Plan, ScheduledService

_DEPARTURE = ("kind", "from_", "to", "vehicle", "departures_per_week")
"""Columns of departures in the order of ``plan_of_names``."""


PlanKey: TypeAlias = tuple[Any, ...]
"""What two plans have in common that are the same, whatever the values of figures."""


class PlansOfPoints:
    """The plans of a result.

    Attributes
    ----------
    by_key
        The part of each, in the order in which they came.
    """

    def __init__(self) -> None:
        self.by_key: dict[PlanKey, PlanAtPointPart] = {}
        self._places: dict[PlanKey, int] = {}

    def take(self, others: dict[PlanKey, PlanAtPointPart]) -> list[int]:
        """Take up plans that were found elsewhere, and return the place of each."""
        for key, part in others.items():
            self.by_key.setdefault(key, part)
            self._places.setdefault(key, len(self._places))
        return [self._places[key] for key in others]

    def place(self, plan: Plan | None, instance: Instance) -> int | None:
        """Return the place of a plan; None without one."""
        if plan is None:
            return None
        columns = plan.commodity, plan.first_hub, plan.last_hub, plan.volume
        decided = plan.open_hubs, plan.open_lanes, plan.services, plan.links, plan.between
        key = (*decided, *(column.tobytes() for column in columns))
        if key not in self.by_key:
            self.take({key: part_of_plan(plan, instance)})
        return self._places[key]


def part_of_plan(plan: Plan, instance: Instance) -> PlanAtPointPart:
    """Return the part of a plan."""
    commodities = instance.commodities
    ends = (column[plan.commodity] for column in (commodities.origin, commodities.destination, commodities.stream))
    return PlanAtPointPart(
        open_hubs=list(plan.open_hubs),
        open_lanes=list(plan.open_lanes),
        links=links_part(instance, plan.links),
        routes=routes_part(instance, (*ends, plan.first_hub, plan.last_hub), plan.volume, plan.between),
        departures=departures_part(instance, plan.services),
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
    departures = []
    if part.departures is not None:
        columns = vars(part.departures)
        if len({len(column) for column in columns.values()}) > 1:
            message = "departures: the columns have different lengths"
            raise ContradictionError(message)
        departures = list(zip(*(columns[name] for name in _DEPARTURE), strict=True))
    return plan_of_names(part, departures, instance)


class StatedPlans:
    """The plans of a result in instances that differ in figures; where names are the same, a plan is read once.

    Parameters
    ----------
    parts
        As the result states them.
    """

    def __init__(self, parts: Sequence[PlanAtPointPart]) -> None:
        self._parts = parts
        self._read: dict[tuple[Any, ...], dict[int, Plan]] = {}

    def plan(self, place: int, instance: Instance) -> Plan:
        """Return a plan.

        Raises
        ------
        ContradictionError
            There is none at the place, or as ``plan_of_part``.
        """
        if not 0 <= place < len(self._parts):
            message = f"plan: there is no {place} in plans"
            raise ContradictionError(message)
        read = self._read.setdefault(_names(instance), {})
        if place not in read:
            read[place] = plan_of_part(self._parts[place], instance)
        return read[place]


def _names(instance: Instance) -> tuple[Any, ...]:
    """Return all names that a plan may have, in the order of their positions."""
    commodities, services = instance.commodities, instance.services
    return (
        tuple(node.id for node in instance.nodes),
        tuple(site.id for site in instance.sites),
        tuple(stream.name for stream in instance.streams),
        () if services is None else tuple(vehicle.id for vehicle in services.vehicles),
        *(column.tobytes() for column in (commodities.origin, commodities.destination, commodities.stream)),
    )
