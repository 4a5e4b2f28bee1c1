"""Departures of a plan: what each carries, costs and emits, and where they break the terms of their legs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import Policy
from netdesign.instance.policies.violations import TOLERANCE, Violation, apart
from netdesign.instance.services import ReturnTrip
from netdesign.network.services import LEGS, LegPlace, leg_ends, places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.services import LegKind, Services, ServiceTerms
    from netdesign.network import Network
    from netdesign.network.services import LegsName, NetworkServices
    from netdesign.plan import Plan, ScheduledService

    LegVolumes = dict[LegsName, NDArray[np.float64]]
    Leg = tuple[LegKind, int, int]


@dataclass(frozen=True)
class ServiceLoad:
    """What the departures of one leg do in a year; 0 where the leg has no such service.

    Parameters
    ----------
    service, place
        Leg, vehicle and departures a week, and where the leg stands in the arrays of the network.
    volume
        Carried, t/year.
    capacity
        Most that they carry, t/year.
    wait_h
        Wait for a departure, h.
    eur, co2e
        EUR/year and t CO2e/year, with the way back where it is paid.
    loaded_km, empty_km
        Vehicle-km a year with and without freight.
    """

    service: ScheduledService
    place: LegPlace | None
    volume: float
    capacity: float
    wait_h: float
    eur: float
    co2e: float
    loaded_km: float
    empty_km: float

    @property
    def fill(self) -> float:
        """Part of the capacity that is used."""
        return self.volume / self.capacity if self.capacity else 0.0


def leg_volumes(instance: Instance, plan: Plan) -> LegVolumes:
    """Return what flows on each leg, t/year, in the shapes of a network's arrays."""
    nodes, sites = len(instance.nodes), len(instance.sites)
    commodities, steps = instance.commodities, plan.steps
    ends = {
        "collection": (commodities.origin[plan.commodity], plan.first_hub, (nodes, sites)),
        "inter_hub": (steps.start, steps.end, (sites, sites)),
        "distribution": (plan.last_hub, commodities.destination[plan.commodity], (sites, nodes)),
    }
    volumes: LegVolumes = {}
    for name in LEGS:
        rows, columns, shape = ends[name]
        carried = plan.volume[steps.route] if name == "inter_hub" else plan.volume
        volumes[name] = np.zeros(shape)
        np.add.at(volumes[name], (rows, columns), carried)
    return volumes


def service_loads(instance: Instance, network: Network, plan: Plan, volumes: LegVolumes) -> tuple[ServiceLoad, ...]:
    """Return what the departures of a plan do, in the order of the plan."""
    services = instance.services
    if services is None:
        return ()
    where = zip(plan.services, places(instance, plan.services), strict=True)
    return tuple(_load(services, network, service, place, volumes) for service, place in where)


def _load(
    services: Services, network: Network, service: ScheduledService, place: LegPlace | None, volumes: LegVolumes
) -> ServiceLoad:
    nothing = ServiceLoad(service, place, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    terms = services.terms(service.kind, service.origin, service.destination)
    if place is None or terms is None or network.services is None or service.departures < 1:
        return nothing
    arrays, cell = getattr(network.services, place.legs), (place.row, place.column)
    if not np.isfinite(arrays.travel_h[service.vehicle, *cell]):
        return nothing
    volume, yearly = float(volumes[place.legs][cell]), services.weeks_per_year * service.departures
    km = yearly * float(arrays.km[cell])
    empty_km = km if terms.returns is ReturnTrip.EMPTY_BACK else 0.0
    return ServiceLoad(
        service,
        place,
        volume=volume,
        capacity=yearly * services.vehicles[service.vehicle].payload_t,
        wait_h=terms.wait_h(service.departures),
        eur=yearly * float(arrays.departure_eur[service.vehicle, *cell]),
        co2e=yearly * float(arrays.departure_co2e[service.vehicle, *cell]),
        loaded_km=km if volume > 0 else 0.0,
        empty_km=empty_km if volume > 0 else km + empty_km,
    )


def share_emissions(network: Network, loads: tuple[ServiceLoad, ...], volumes: LegVolumes) -> Network:
    """Return a network in which the freight of a leg shares what its vehicles emit."""
    if not loads:
        return network
    co2e = {name: getattr(network, name).co2e.copy() for name in LEGS}
    for load in loads:
        if load.place is not None and load.volume > 0:
            cell = load.place.row, load.place.column
            co2e[load.place.legs][cell] += load.co2e / volumes[load.place.legs][cell]
    return replace(network, **{name: replace(getattr(network, name), co2e=co2e[name]) for name in LEGS})


def service_violations(
    instance: Instance, network: Network, plan: Plan, volumes: LegVolumes, loads: tuple[ServiceLoad, ...]
) -> Iterator[Violation]:
    """Yield where departures break the terms of their legs, and legs with freight that have none.

    Parameters
    ----------
    instance, network, plan
        The problem, its legs, and the plan.
    volumes, loads
        What flows on the legs, and what the departures do.
    """
    services, network_services = instance.services, network.services
    if services is None or network_services is None:
        if plan.services:
            yield Violation(Policy.SERVICES, "plan", "has departures, and the instance no services")
        return
    first: dict[Leg, ScheduledService] = {}
    for load in loads:
        service, place = load.service, load.place
        leg = service.kind, service.origin, service.destination
        terms = services.terms(*leg)
        if terms is None or place is None or not getattr(network_services, place.legs).is_served[place[1:]]:
            messages = ["has departures, and takes no service"]
        else:
            messages = [*_closed(instance, plan, place), *_of_terms(services, terms, load)]
        if leg in first:
            messages.append("stands twice; a leg has one vehicle")
        first.setdefault(leg, service)
        yield from (Violation(Policy.SERVICES, _leg_name(instance, leg), message) for message in messages)
    yield from _unpaired(instance, services, first)
    yield from _without_service(instance, network_services, volumes, {load.place for load in loads})


def _leg_name(instance: Instance, leg: Leg) -> str:
    kind, origin, destination = leg
    return f"{kind} {instance.nodes[origin].id} to {instance.nodes[destination].id}"


def _closed(instance: Instance, plan: Plan, place: LegPlace) -> Iterator[str]:
    """Yield the ends of a leg that are no open hubs."""
    ends = {"collection": (place.column,), "inter_hub": (place.row, place.column), "distribution": (place.row,)}
    hubs = [instance.sites[site].id for site in ends[place.legs]]
    yield from (f"has departures, but {hub} is not open" for hub in hubs if hub not in plan.open_hubs)


def _of_terms(services: Services, terms: ServiceTerms, load: ServiceLoad) -> Iterator[str]:
    """Yield how the departures of a leg break its terms."""
    n, vehicle = load.service.departures, services.vehicles[load.service.vehicle]
    if load.service.vehicle not in terms.vehicles:
        allowed = ", ".join(services.vehicles[u].id for u in terms.vehicles)
        yield f"is served by {vehicle.id}; allowed: {allowed}"
    if not terms.least <= n <= terms.most:
        yield f"departures a week are {n}; {terms.least} to {terms.most} are allowed"
    if load.capacity and load.volume > load.capacity * (1 + TOLERANCE):
        carried, most = apart(load.volume, load.capacity)
        yield f"carries {carried} t/year; {vehicle.id} {n} a week takes {most}"


def _unpaired(instance: Instance, services: Services, first: dict[Leg, ScheduledService]) -> Iterator[Violation]:
    """Yield paired legs whose way back is served otherwise; each pair once."""

    def words(service: ScheduledService) -> str:
        return f"{services.vehicles[service.vehicle].id} {service.departures} a week"

    done = set()
    for leg, there in first.items():
        terms, (kind, origin, destination) = services.terms(*leg), leg
        way_back = kind.way_back, destination, origin
        if terms is None or terms.returns is not ReturnTrip.PAIRED or way_back in done:
            continue
        done.add(leg)
        back = first.get(way_back)
        if back is None or (back.vehicle, back.departures) != (there.vehicle, there.departures):
            message = (
                f"has {words(there)}, the way back {'none' if back is None else words(back)}; paired legs are equal"
            )
            yield Violation(Policy.SERVICES, _leg_name(instance, leg), message)


def _without_service(
    instance: Instance, network_services: NetworkServices, volumes: LegVolumes, has_entry: set[LegPlace | None]
) -> Iterator[Violation]:
    """Yield legs with freight and no departures, where a service is due."""
    for name in LEGS:
        due = getattr(network_services, name).is_served & (volumes[name] > 0)
        for row, column in np.argwhere(due).tolist():
            place = LegPlace(name, row, column)
            if place not in has_entry:
                message = f"carries {volumes[name][row, column]:.6g} t/year without a departure"
                yield Violation(Policy.SERVICES, _leg_name(instance, leg_ends(instance, place)), message)
