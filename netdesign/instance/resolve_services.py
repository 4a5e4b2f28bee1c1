"""Vehicles and services of a validated document as frozen data: names become positions, rows take over their kind's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.distances import has_hours_of_trucks
from netdesign.instance.rows import SiteKind
from netdesign.instance.service_checks import (
    UNKNOWN,
    check_flights,
    check_has_services,
    check_kinds,
    check_vehicles,
    listed_vehicles,
    scheduled_kinds,
)
from netdesign.instance.service_rows import check_rows
from netdesign.instance.services import LegKind, ReturnTrip, Services, ServiceTerms, Vehicle, VehicleMode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netdesign.instance.blocks import Crew
    from netdesign.instance.document import Path_
    from netdesign.instance.faults import FaultList
    from netdesign.instance.parts import Commodities, GivenLegs, Node
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.service_checks import Leg
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
    centres = {row.id for row in document.tables.hubs if row.kind is SiteKind.SORTING_CENTRE}
    services = Services(
        weeks_per_year=block.weeks_per_year,
        vehicles=tuple(_vehicle(row, document) for row in document.tables.vehicles),
        of_kind=of_kind,
        of_leg={leg: _terms_of_leg(row, of_kind[row.kind], numbers) for leg, (_, row) in kept.items()},
        centres=frozenset(index for index, node in enumerate(nodes) if node.id in centres),
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
    if row.mode is VehicleMode.ROAD and road is not None and has_hours_of_trucks(document):
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
        returns=of_kind.returns if row.return_ is None else row.return_,
        wait=of_kind.wait if row.wait is None else row.wait,
    )


# Pairs: what goes out on a leg comes back on another, with the same vehicle and departures


def check_pairs(services: Services, places: Mapping[Leg, int], nodes: tuple[Node, ...], faults: FaultList) -> None:
    """Note paired services whose way back is missing, not paired, or served in another way.

    Parameters
    ----------
    services
        As resolved; a vehicle that does not exist is left out.
    places
        Position of the row of each leg that has one.
    nodes
        As resolved.
    faults
        Receives the faults.
    """
    if _check_pair_of_kinds(services, faults):
        _check_rows(services, places, nodes, faults)


def _check_pair_of_kinds(services: Services, faults: FaultList) -> bool:
    """Check collection against distribution; return whether they fit together."""
    there, back = LegKind.COLLECTION, LegKind.DISTRIBUTION
    if not _is_paired(services.of_kind.get(there)):
        there, back = back, there
    one, other = services.of_kind.get(there), services.of_kind.get(back)
    if one is None or not _is_paired(one):
        return True
    at: Path_ = ("services", there.value, "return")
    give = "give both the same, or write empty_back or one_way"
    if other is None:
        message = f"is paired, and services has no {back}, on which its vehicles come back; {give}"
    elif not _is_paired(other):
        message = f"is paired, and services.{back}, on which its vehicles come back, is {other.returns}; {give}"
    elif differences := _differences(one, other):
        message = f"is paired with services.{back}, which differs in {differences}; {give}"
    else:
        return True
    faults.add(at, message)
    return False


def _check_rows(services: Services, places: Mapping[Leg, int], nodes: tuple[Node, ...], faults: FaultList) -> None:
    """Check each leg with a row of its own against its way back."""
    for leg, terms in services.of_leg.items():
        kind, origin, destination = leg
        if services.is_lonely(*leg):
            continue
        back = (kind.way_back, destination, origin)
        if places.get(back, places[leg]) < places[leg]:
            continue  # told at the row above
        other = services.terms(*back)
        if not _is_paired(terms) and not _is_paired(other):
            continue
        way = f"{back[0]} from {nodes[destination].id} to {nodes[origin].id}"
        if other is None:
            message = f"is paired, and services has no {back[0]}, on which its vehicles come back"
        elif not _is_paired(other):
            message = f"is paired, and its way back, {way}, is {other.returns}"
        elif not _is_paired(terms):
            message = f"is {terms.returns}, and its way back, {way}, is paired"
        elif differences := _differences(terms, other):
            message = f"is paired, and its way back, {way}, differs in {differences}"
        else:
            continue
        remedy = "give both the same" if back in places else "give the way back a row with the same"
        faults.add(("tables", "services", places[leg], "return"), f"{message}; {remedy}")


def _is_paired(terms: ServiceTerms | None) -> bool:
    return terms is not None and terms.returns is ReturnTrip.PAIRED


def _differences(one: ServiceTerms, other: ServiceTerms) -> str:
    """Return in what the terms of two legs differ, in words."""
    are_known = UNKNOWN not in (*one.vehicles, *other.vehicles)
    found = {
        "vehicles": are_known and set(one.vehicles) != set(other.vehicles),
        "departures": (one.least, one.most) != (other.least, other.most),
        "operating_days": one.operating_days != other.operating_days,
        "wait": one.wait is not other.wait,
    }
    return ", ".join(name for name, differs in found.items() if differs)


def check_ways_back(
    services: Services,
    places: Mapping[Leg, int],
    document: InstanceDocument,
    nodes: tuple[Node, ...],
    legs: GivenLegs | None,
    faults: FaultList,
) -> None:
    """Note paired services on legs that are given one way only.

    Parameters
    ----------
    services, places, nodes
        As ``check_pairs`` takes them.
    document
        States which nodes are cities and which are sites.
    legs
        Those that are given directly, None where there are none.
    faults
        Receives the faults.
    """
    if not any(map(_is_paired, (*services.of_kind.values(), *services.of_leg.values()))):
        return
    # A leg whose end is misspelt is a fault by itself, and no missing way back.
    known = {node.id for node in nodes}
    if legs is None or any({row.from_, row.to} - known for row in document.tables.legs):
        return
    for kind, found in _one_way(document, nodes, legs).items():
        of_rows = {leg: index for leg, index in places.items() if leg[0] is kind}
        for leg, index in of_rows.items():
            if found[leg[1:]] and _is_paired(services.of_leg[leg]):
                faults.add(("tables", "services", index, "return"), _no_way_back(leg[1], leg[2], nodes))
            found[leg[1:]] = False
        if _is_paired(services.of_kind.get(kind)) and found.any():
            origin, destination = np.argwhere(found)[0].tolist()
            more = f" (and {int(found.sum()) - 1} more like it)" if found.sum() > 1 else ""
            faults.add(("services", kind.value, "return"), f"{_no_way_back(origin, destination, nodes)}{more}")


def _one_way(document: InstanceDocument, nodes: tuple[Node, ...], legs: GivenLegs) -> dict[LegKind, NDArray[np.bool_]]:
    """Return for each kind of leg by road which ones are given without the leg back, shape (nodes, nodes).

    Those of sorting centres are left out: no freight comes back.
    """
    cities = {row.id for row in document.tables.cities}
    hubs = {row.id for row in document.tables.hubs if row.kind is SiteKind.HUB}
    is_city, is_hub = (np.array([node.id in ids for node in nodes]) for ids in (cities, hubs))
    exists = ~np.isnan(legs.cost)
    one_way = exists & ~exists.T
    np.fill_diagonal(one_way, val=False)
    return {
        LegKind.COLLECTION: one_way & is_city[:, None] & is_hub,
        LegKind.INTER_HUB: one_way & is_hub[:, None] & is_hub,
        LegKind.DISTRIBUTION: one_way & is_hub[:, None] & is_city,
    }


def _no_way_back(origin: int, destination: int, nodes: tuple[Node, ...]) -> str:
    there = f"the leg from {nodes[origin].id} to {nodes[destination].id} is given one way only"
    return f"{there}, and paired vehicles come back; give the leg back too, or write empty_back or one_way"
