"""Vehicles and services of a validated document as frozen data: names become positions, rows take over their kind's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.services import (
    AirPricing,
    AirServiceBlock,
    LegKind,
    ReturnTrip,
    Services,
    ServiceTerms,
    Vehicle,
    VehicleMode,
    Waiting,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance.blocks import Crew
    from netdesign.instance.faults import FaultList
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.services import LegServiceBlock, ServiceRow, ServicesBlock, VehicleRow


def resolve_services(document: InstanceDocument, position: Mapping[str, int], faults: FaultList) -> Services | None:
    """Return the services of a document; None where all freight is carried by the tonne.

    Parameters
    ----------
    document
        Valid by itself.
    position
        Of each node by id.
    faults
        Receives what is wrong.
    """
    block = document.services
    if block is None:
        return None
    numbers = {row.id: number for number, row in enumerate(document.tables.vehicles)}
    of_kind = {kind: _terms_of_kind(legs, numbers) for kind, legs in scheduled_kinds(block).items()}
    return Services(
        weeks_per_year=block.weeks_per_year,
        vehicles=tuple(_vehicle(row, document) for row in document.tables.vehicles),
        of_kind=of_kind,
        of_leg={
            (row.kind, position[row.from_], position[row.to]): _terms_of_leg(row, of_kind[row.kind], numbers)
            for row in document.tables.services
        },
    )


def scheduled_kinds(block: ServicesBlock) -> dict[LegKind, LegServiceBlock]:
    """Return the kinds of legs on which vehicles leave; by the kilogram none does."""
    stated: dict[LegKind, LegServiceBlock | None] = {kind: getattr(block, kind.value) for kind in LegKind}
    return {
        kind: legs
        for kind, legs in stated.items()
        if legs is not None and not (isinstance(legs, AirServiceBlock) and legs.pricing is AirPricing.BY_KG)
    }


def _vehicle(row: VehicleRow, document: InstanceDocument) -> Vehicle:
    tables, road = document.tables, document.road
    is_driven = row.mode is VehicleMode.ROAD and not (tables.legs or tables.leg_matrices) and road is not None
    speed: float | None = None
    crew: Crew | None = None
    if is_driven and road is not None:
        drivers = road.drivers if row.drivers is None else row.drivers
        crew = next(crew for crew in road.crews if crew.drivers == drivers)
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
        vehicles=tuple(numbers[name] for name in legs.vehicles),
        least=departures.min,
        most=departures.max,
        operating_days=legs.operating_days,
        returns=legs.return_,
        wait=legs.wait,
    )


def _terms_of_leg(row: ServiceRow, of_kind: ServiceTerms, numbers: Mapping[str, int]) -> ServiceTerms:
    """Return the terms of a leg: those of its kind, but for what its row states."""
    return ServiceTerms(
        vehicles=of_kind.vehicles if row.vehicles is None else tuple(numbers[n] for n in listed_vehicles(row.vehicles)),
        least=of_kind.least if row.departures_min is None else row.departures_min,
        most=of_kind.most if row.departures_max is None else row.departures_max,
        operating_days=of_kind.operating_days if row.operating_days is None else row.operating_days,
        returns=of_kind.returns if row.return_ is None else ReturnTrip(row.return_),
        wait=of_kind.wait if row.wait is None else Waiting(row.wait),
    )


def listed_vehicles(cell: str) -> tuple[str, ...]:
    """Return the ids in a cell."""
    return tuple(name.strip() for name in cell.split(";"))
