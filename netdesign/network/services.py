"""Vehicles on legs: what a departure costs and how long it takes, and where the leg of a service stands."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from netdesign.instance.driving import truck_hours
from netdesign.instance.services import LegKind, ReturnTrip

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.services import Services, ServiceTerms, Vehicle
    from netdesign.network.legs import LegArrays, Network

GRAMS_PER_TONNE = 1e6

LegsName = Literal["collection", "inter_hub", "distribution"]
"""Arrays of a network; a lane is among the first or the last legs."""

LEGS: tuple[LegsName, ...] = ("collection", "inter_hub", "distribution")


@dataclass(frozen=True)
class ServiceArrays:
    """What vehicles take on legs of one kind, shape (vehicles, ...), as the legs of ``LegArrays`` behind that.

    Parameters
    ----------
    departure_eur
        One departure with what its way back costs, EUR; infinite where the vehicle may not go or there is no leg.
    travel_h
        Time on the way without waiting for the departure, h; infinite there.
    departure_co2e
        t CO2e of one departure with its way back; infinite there.
    km
        Road or great-circle km of one departure without its way back, in the shape of the legs; infinite where no
        vehicle may go.
    least_wait_h
        Wait for one of the most departures that the leg may have, h, in that shape; 0 where no vehicle may go.
    """

    departure_eur: NDArray[np.float64]
    travel_h: NDArray[np.float64]
    departure_co2e: NDArray[np.float64]
    km: NDArray[np.float64]
    least_wait_h: NDArray[np.float64]

    @property
    def is_served(self) -> NDArray[np.bool_]:
        """Which legs have a service, in the shape of the legs."""
        return np.isfinite(self.km)


@dataclass(frozen=True)
class NetworkServices:
    """Vehicles on the legs of a network, in its three shapes; lanes are among the first and the last legs."""

    collection: ServiceArrays
    inter_hub: ServiceArrays
    distribution: ServiceArrays


@dataclass(frozen=True)
class ScheduledService:
    """Departures on a leg, one way.

    Parameters
    ----------
    kind
        Kind of leg.
    origin, destination
        Positions of nodes.
    vehicle
        Position of the vehicle among those of the instance.
    departures
        A week.
    """

    kind: LegKind
    origin: int
    destination: int
    vehicle: int
    departures: int


class LegPlace(NamedTuple):
    """Where a leg stands in the arrays of a network."""

    legs: LegsName
    row: int
    column: int

    @property
    def way_back(self) -> LegPlace:
        """Where the leg back stands."""
        swapped: dict[LegsName, LegsName] = {"collection": "distribution", "distribution": "collection"}
        return LegPlace(swapped.get(self.legs, self.legs), self.column, self.row)


@dataclass(frozen=True)
class Driven:
    """Legs as vehicles drive them, which take the place of the trucks by the tonne.

    Parameters
    ----------
    km
        Road km.
    hours
        Other than driving, those at borders too.
    fare
        EUR a truck.
    beside_co2e
        t CO2e/t that stays by the tonne: of ferries.
    is_priced, is_timed, is_emitting
        Whether the price by the tonne, the hours, and the gases are those of trucks, and so fall away; those that are
        stated of a leg that is given stay.
    """

    km: NDArray[np.float64]
    hours: NDArray[np.float64]
    fare: NDArray[np.float64]
    beside_co2e: NDArray[np.float64]
    is_priced: NDArray[np.bool_]
    is_timed: NDArray[np.bool_]
    is_emitting: NDArray[np.bool_]

    def each(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Driven:
        """Return the same with all columns changed."""
        return Driven(*(change(getattr(self, column.name)) for column in fields(self)))


def with_services(instance: Instance, network: Network, services: Services, driven: tuple[Driven, Driven]) -> Network:
    """Return a network in which vehicles carry what has a service.

    Parameters
    ----------
    instance, network, services
        The problem, its legs as if all freight were carried by the tonne, and its services.
    driven
        Legs as vehicles drive them, from sites to nodes and towards sites from nodes, shape (sites, nodes) both.
    """
    outward, inward = driven
    nodes, sites = np.arange(len(instance.nodes)), np.array([site.node for site in instance.sites])
    between = outward.each(lambda values: np.take(values, sites, axis=1))
    factors = instance.factors
    plans = (
        _Legs(network.collection, LegKind.COLLECTION, nodes, sites, factors.collection, inward.each(np.transpose)),
        _Legs(network.inter_hub, LegKind.INTER_HUB, sites, sites, factors.inter_hub, between),
        _Legs(network.distribution, LegKind.DISTRIBUTION, sites, nodes, factors.distribution, outward),
    )
    legs, arrays = zip(*(_served(instance, services, own) for own in plans), strict=True)
    return replace(
        network,
        collection=legs[0],
        inter_hub=legs[1],
        distribution=legs[2],
        services=NetworkServices(*arrays),
    )


@dataclass(frozen=True)
class _Legs:
    """Legs of one kind, with lanes where they begin or end overseas.

    Parameters
    ----------
    arrays, kind
        Carriage by the tonne, and what the legs are that are no lanes.
    origins, destinations
        Positions of nodes by row and column.
    factor
        Multiplier on carriage by road.
    driven
        In the shape of the legs.
    """

    arrays: LegArrays
    kind: LegKind
    origins: NDArray[np.intp]
    destinations: NDArray[np.intp]
    factor: float
    driven: Driven


def _served(instance: Instance, services: Services, legs: _Legs) -> tuple[LegArrays, ServiceArrays]:
    """Return what a tonne still pays beside its vehicle, and what vehicles take."""
    by_tonne, driven, overseas = legs.arrays, legs.driven, instance.is_overseas
    is_lane = overseas[legs.origins][:, None] | overseas[legs.destinations]
    permitted, trips, waits = _permitted(services, legs, is_lane)
    permitted &= np.isfinite(by_tonne.time_h)
    is_served = permitted.any(axis=0)
    is_driven, is_flown = is_served & ~is_lane, is_served & is_lane
    km = np.where(is_driven, driven.km, np.where(is_flown, by_tonne.km, 0.0))
    fare = np.where(is_driven, driven.fare, 0.0)
    factor = np.where(is_lane, 1.0, legs.factor)
    eur, hours, co2e = (np.full(permitted.shape, np.inf) for _ in range(3))
    for position, vehicle in enumerate(services.vehicles):
        own = permitted[position]
        way = factor * trips * (km * vehicle.eur_per_km + vehicle.fare_factor * fare)
        eur[position, own] = (way + vehicle.eur_per_departure)[own]
        hours[position, own] = _travel_h(vehicle, legs, km, is_driven & driven.is_timed)[own]
        co2e[position, own] = (trips * km * vehicle.co2e_g_per_km / GRAMS_PER_TONNE)[own]
    beside = replace(
        by_tonne,
        air=np.where(is_flown, 0.0, by_tonne.air),
        road=np.where(is_driven & driven.is_priced, 0.0, by_tonne.road),
        time_h=np.where(is_served, hours.min(axis=0), by_tonne.time_h),
        co2e=np.where(is_driven & driven.is_emitting, driven.beside_co2e, np.where(is_flown, 0.0, by_tonne.co2e)),
    )
    return beside, ServiceArrays(
        eur, hours, co2e, km=np.where(is_served, km, np.inf), least_wait_h=np.where(is_served, waits, 0.0)
    )


def _permitted(
    services: Services, legs: _Legs, is_lane: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
    """Return which vehicles may go, shape (vehicles, ...), how often a departure pays for the kilometres, least waits.

    Waits are in hours, of most departures a week.
    """
    permitted = np.zeros((len(services.vehicles), *is_lane.shape), dtype=bool)
    trips, waits = np.ones(is_lane.shape), np.zeros(is_lane.shape)
    rows, columns = ({int(node): place for place, node in enumerate(e)} for e in (legs.origins, legs.destinations))

    def allow(terms: ServiceTerms, *where: Any) -> None:
        permitted[:, *where] = False
        for vehicle in terms.vehicles:
            permitted[vehicle, *where] = True
        trips[*where] = 2.0 if terms.returns is ReturnTrip.EMPTY_BACK else 1.0
        waits[*where] = terms.wait_h(terms.most)

    for kind, where in ((legs.kind, ~is_lane), (LegKind.AIR, is_lane)):
        if kind in services.of_kind:
            allow(services.of_kind[kind], where)
            is_lonely = where & _is_lonely(services, legs, kind)
            if is_lonely.any():
                allow(services.of_kind[kind].without_way_back, is_lonely)
    for leg in services.of_leg:
        kind, origin, destination = leg
        terms = services.terms(*leg)
        if terms is not None and kind in (legs.kind, LegKind.AIR) and origin in rows and destination in columns:
            place = rows[origin], columns[destination]
            if is_lane[place] == (kind is LegKind.AIR):
                allow(terms, *place)
    permitted[:, legs.origins[:, None] == legs.destinations] = False
    return permitted, trips, waits


def _is_lonely(services: Services, legs: _Legs, kind: LegKind) -> NDArray[np.bool_]:
    """Return the legs that lead to sorting centres or hand out from them, in a shape that spreads over all legs."""
    centres = np.array(sorted(services.centres), dtype=np.intp)
    if kind is LegKind.INTER_HUB:
        return np.isin(legs.destinations, centres)[None, :]
    if kind is LegKind.DISTRIBUTION:
        return np.isin(legs.origins, centres)[:, None]
    return np.zeros((1, 1), dtype=bool)


def _travel_h(
    vehicle: Vehicle, legs: _Legs, km: NDArray[np.float64], is_timed: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the hours on the way; what is flown, or has hours of its own, takes the same in every vehicle."""
    if vehicle.speed_kmh is None or vehicle.crew is None:
        return legs.arrays.time_h
    hours = truck_hours(km, vehicle.speed_kmh, vehicle.crew) + legs.driven.hours
    return np.where(is_timed, hours, legs.arrays.time_h)


def leg_ends(instance: Instance, place: LegPlace) -> tuple[LegKind, int, int]:
    """Return kind and nodes of the leg at a place."""
    origin = place.row if place.legs == "collection" else instance.sites[place.row].node
    destination = place.column if place.legs == "distribution" else instance.sites[place.column].node
    is_lane = instance.is_overseas[[origin, destination]].any()
    return LegKind.AIR if is_lane else LegKind(place.legs), origin, destination
