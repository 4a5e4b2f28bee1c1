"""Vehicles and services of a validated document as frozen data: names become positions, rows take over their kind's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.paired_services import check_pairs, check_ways_back
from netdesign.instance.service_checks import (
    UNKNOWN,
    check_flights,
    check_has_services,
    check_kinds,
    check_vehicles,
    has_given_legs,
    listed_vehicles,
    scheduled_kinds,
)
from netdesign.instance.service_rows import check_rows
from netdesign.instance.services import ReturnTrip, Services, ServiceTerms, Vehicle, VehicleMode, Waiting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance.blocks import Crew
    from netdesign.instance.data import Commodities, GivenLegs, Node
    from netdesign.instance.faults import FaultList
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.services import LegServiceBlock, ServiceRow, VehicleRow


def resolve_services(
    document: InstanceDocument,
    nodes: tuple[Node, ...],
    legs: GivenLegs | None,
    commodities: Commodities,
    faults: FaultList,
) -> Services | None:
    """Return the services of a document; None where all freight is carried by the tonne.

    Parameters
    ----------
    document
        Valid by itself.
    nodes, legs, commodities
        As resolved, possibly with faults.
    faults
        Receives what is wrong; the services are then not complete.
    """
    block = document.services
    if block is None:
        check_has_services(document, faults)
        return None
    check_vehicles(document, faults)
    check_kinds(document, faults)
    kept = check_rows(document, legs, {node.id: index for index, node in enumerate(nodes)}, faults)
    numbers = {row.id: number for number, row in enumerate(document.tables.vehicles)}
    of_kind = {kind: _terms_of_kind(legs, numbers) for kind, legs in scheduled_kinds(block).items()}
    services = Services(
        weeks_per_year=block.weeks_per_year,
        vehicles=tuple(_vehicle(row, document) for row in document.tables.vehicles),
        of_kind=of_kind,
        of_leg={leg: _terms_of_leg(row, of_kind[row.kind], numbers) for leg, (_, row) in kept.items()},
    )
    places = {leg: index for leg, (index, _) in kept.items()}
    check_pairs(services, places, nodes, faults)
    check_ways_back(services, places, document, nodes, legs, faults)
    # Over years the volume is another one each year.
    if document.stages is None:
        check_flights(services, places, nodes, commodities, faults)
    return services if of_kind else None


def _vehicle(row: VehicleRow, document: InstanceDocument) -> Vehicle:
    road = document.road
    speed: float | None = None
    crew: Crew | None = None
    if row.mode is VehicleMode.ROAD and road is not None and not has_given_legs(document):
        crew = next((crew for crew in road.crews if crew.drivers == row.drivers), road.crew)
        speed = road.speed_kmh if row.speed_kmh is None else row.speed_kmh
    return Vehicle(
        id=row.id,
        mode=row.mode,
        payload_t=row.payload_t,
        eur_per_km=row.eur_per_km * (crew.cost_factor if crew is not None else 1.0),
        eur_per_departure=row.eur_per_departure,
        fare_factor=row.fare_factor,
        co2e_g_per_km=row.co2e_g_per_km,
        speed_kmh=speed,
        crew=crew,
    )


def _terms_of_kind(legs: LegServiceBlock, numbers: Mapping[str, int]) -> ServiceTerms:
    departures = legs.departures_per_week
    return ServiceTerms(
        vehicles=tuple(numbers.get(name, UNKNOWN) for name in legs.vehicles),
        least=departures.min,
        most=departures.max,
        operating_days=legs.operating_days,
        returns=legs.return_,
        wait=legs.wait,
    )


def _terms_of_leg(row: ServiceRow, of_kind: ServiceTerms, numbers: Mapping[str, int]) -> ServiceTerms:
    """Return the terms of a leg: those of its kind, but for what its row states."""
    vehicles = of_kind.vehicles
    if row.vehicles is not None:
        vehicles = tuple(numbers.get(name, UNKNOWN) for name in listed_vehicles(row.vehicles))
    return ServiceTerms(
        vehicles=vehicles,
        least=of_kind.least if row.departures_min is None else row.departures_min,
        most=of_kind.most if row.departures_max is None else row.departures_max,
        operating_days=of_kind.operating_days if row.operating_days is None else row.operating_days,
        returns=of_kind.returns if row.return_ is None else ReturnTrip(row.return_),
        wait=of_kind.wait if row.wait is None else Waiting(row.wait),
    )
