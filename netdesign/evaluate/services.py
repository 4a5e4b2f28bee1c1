"""Departures of a plan: what each carries, costs and emits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.services import DAYS_PER_WEEK, ReturnTrip
from netdesign.network.departures import Departures
from netdesign.network.services import LEGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.network.services import LegPlace, LegsName
    from netdesign.plan import Plan, ScheduledService

    Floats = NDArray[np.float64]
    LegVolumes = dict[LegsName, Floats]


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
    operating_days
        Days a week with departures.
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
    operating_days: float
    eur: float
    co2e: float
    loaded_km: float
    empty_km: float

    @property
    def fill(self) -> float:
        """Part of the capacity that is used."""
        return self.volume / self.capacity if self.capacity else 0.0

    @property
    def per_day(self) -> float:
        """Departures on a day that has any."""
        return self.service.departures / self.operating_days


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


@dataclass(frozen=True, eq=False)
class DepartureLoads:
    """What the departures of a plan do in a year, in its order; columns of the figures of ``ServiceLoad``."""

    departures: Departures
    volume: Floats
    capacity: Floats
    eur: Floats
    co2e: Floats
    loaded_km: Floats
    empty_km: Floats

    @cached_property
    def each(self) -> tuple[ServiceLoad, ...]:
        """The same, departure by departure."""
        departures = self.departures
        days = np.nan_to_num(departures.of_terms("operating_days"), nan=DAYS_PER_WEEK)
        does = (self.eur, self.co2e, self.loaded_km, self.empty_km)
        columns = (self.volume, self.capacity, departures.wait_h, days, *does)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        places = zip(departures.services, departures.places, rows, strict=True)
        return tuple(ServiceLoad(service, place, *row) for service, place, row in places)

    @property
    def total_eur(self) -> float:
        """What all departures cost, EUR/year."""
        return sum(self.eur.tolist(), 0.0)

    @property
    def idle_co2e(self) -> float:
        """What departures without freight emit, t CO2e/year; that of others is shared by their freight."""
        return sum(self.co2e[self.volume == 0].tolist(), 0.0)


def service_loads(instance: Instance, network: Network, plan: Plan, volumes: LegVolumes) -> DepartureLoads:
    """Return what the departures of a plan do."""
    services = instance.services
    departures = Departures.of(instance, network, () if services is None else plan.services)
    volume, yearly, payload, trips_empty = (np.zeros(len(departures.services)) for _ in range(4))
    if services is not None:
        for position, name in enumerate(LEGS):
            own = departures.runs & (departures.legs == position)
            volume[own] = volumes[name][departures.row[own], departures.column[own]]
        yearly = np.where(departures.runs, services.weeks_per_year * departures.number, 0.0)
        payload = np.array([vehicle.payload_t for vehicle in services.vehicles])[departures.vehicle]
        comes_empty = [terms.returns is ReturnTrip.EMPTY_BACK for terms in departures.terms]
        trips_empty = np.array([*comes_empty, False])[departures.term].astype(np.float64)
    eur, co2e, km = (
        yearly * np.where(departures.runs, departures.at_legs(network, column), 0.0)
        for column in ("departure_eur", "departure_co2e", "km")
    )
    is_loaded = volume > 0
    return DepartureLoads(
        departures,
        volume=volume,
        capacity=yearly * payload,
        eur=eur,
        co2e=co2e,
        loaded_km=np.where(is_loaded, km, 0.0),
        empty_km=km * trips_empty + np.where(is_loaded, 0.0, km),
    )


def share_emissions(network: Network, loads: DepartureLoads, volumes: LegVolumes) -> Network:
    """Return a network in which the freight of a leg shares what its vehicles emit."""
    departures = loads.departures
    if not departures.services:
        return network
    changed = {}
    for position, name in enumerate(LEGS):
        own = (departures.legs == position) & (loads.volume > 0)
        cell = departures.row[own], departures.column[own]
        co2e = getattr(network, name).co2e.copy()
        np.add.at(co2e, cell, loads.co2e[own] / volumes[name][cell])
        changed[name] = replace(getattr(network, name), co2e=co2e)
    return replace(network, **changed)
