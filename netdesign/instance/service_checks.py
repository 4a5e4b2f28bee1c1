"""What is wrong with vehicles and with the services block, each by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import did_you_mean
from netdesign.instance.distances import has_hours_of_trucks, has_roads
from netdesign.instance.parts import NodeKind
from netdesign.instance.rows import Mode
from netdesign.instance.services import AirPricing, AirServiceBlock, LegKind, VehicleMode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netdesign.instance.document import Path_
    from netdesign.instance.faults import FaultList
    from netdesign.instance.parts import Commodities, Node
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.services import (
        LegServiceBlock,
        Services,
        ServicesBlock,
        ServiceTerms,
        Vehicle,
        VehicleRow,
    )

Leg = tuple[LegKind, int, int]
"""Kind of a leg, and the positions of the nodes at its ends."""

UNKNOWN = -1
"""Position of a vehicle that does not exist, of which there is a fault."""

_BY_KG = "or buy by the kilogram (services.air.pricing: by_kg)"

SERVICE_TABLES = ("vehicles", "services")
"""Tables of an instance with services."""


def check_has_services(document: InstanceDocument, faults: FaultList) -> None:
    """Note tables of vehicles and services in an instance without a block of services."""
    # `services: null`, as --set writes it, leaves them out on purpose.
    if "services" in document.model_fields_set:
        return
    for table in SERVICE_TABLES:
        if getattr(document.tables, table):
            message = "is a table of an instance with vehicles that leave, which has a `services` block; there is none"
            faults.add(("tables", table), f"{message}: give one, or take the table out")


def scheduled_kinds(block: ServicesBlock) -> dict[LegKind, LegServiceBlock]:
    """Return the kinds of legs on which vehicles leave; by the kilogram none does."""
    stated: dict[LegKind, LegServiceBlock | None] = {kind: getattr(block, kind.value) for kind in LegKind}
    return {kind: legs for kind, legs in stated.items() if legs is not None and not is_by_kg(legs)}


def is_by_kg(legs: LegServiceBlock | None) -> bool:
    """Return whether air lanes are bought by the kilogram, so that no vehicle leaves."""
    return isinstance(legs, AirServiceBlock) and legs.pricing is AirPricing.BY_KG


def has_given_legs(document: InstanceDocument) -> bool:
    """Return whether legs are given directly, in place of ways through links."""
    return bool(document.tables.legs) or document.tables.leg_matrices is not None


def listed_vehicles(cell: str) -> tuple[str, ...]:
    """Return the ids in a cell."""
    return tuple(name.strip() for name in cell.split(";"))


def check_vehicles(document: InstanceDocument, faults: FaultList) -> None:
    """Note ids that stand twice, and speeds and crews that a vehicle cannot have."""
    seen: set[str] = set()
    for index, row in enumerate(document.tables.vehicles):
        at: Path_ = ("tables", "vehicles", index)
        if row.id in seen:
            faults.add((*at, "id"), f"'{row.id}' stands twice")
        seen.add(row.id)
        why = _without_hours_of_its_own(document, row)
        for name in ("speed_kmh", "drivers"):
            if why and getattr(row, name) is not None:
                faults.add((*at, name), f"{why}; leave it out")
        crews = [crew.drivers for crew in document.road.crews] if document.road is not None else []
        if not why and row.drivers is not None and crews and row.drivers not in crews:
            listed = ", ".join(map(str, sorted(crews)))
            faults.add((*at, "drivers"), f"no crew with {row.drivers} is listed under road.crews; listed: {listed}")


def _without_hours_of_its_own(document: InstanceDocument, row: VehicleRow) -> str:
    if row.mode is VehicleMode.AIR:
        return f"'{row.id}' goes by air, where hours follow from the link and the `air` block"
    return "" if has_hours_of_trucks(document) else "legs are given directly, with their hours"


def check_kinds(document: InstanceDocument, faults: FaultList) -> None:
    """Note vehicles that kinds of legs cannot have, and kinds without legs."""
    block, links = document.services, document.tables.links
    if block is None:
        return
    has_lanes = any(link.mode is Mode.AIR for link in links)
    has_ways = has_given_legs(document) or has_roads(document)
    scheduled = scheduled_kinds(block)
    if scheduled and not document.tables.vehicles:
        faults.add(("services",), "names vehicles, of which there is no table; give tables.vehicles")
    for kind, legs in scheduled.items():
        if document.tables.vehicles:
            paths: list[Path_] = [("services", kind.value, "vehicles", index) for index in range(len(legs.vehicles))]
            check_vehicle_names(document, kind, zip(paths, legs.vehicles, strict=True), faults)
        if kind is not LegKind.AIR and not has_ways:
            message = "there is no road or ferry link and no leg given directly on which its vehicles could go"
            faults.add(("services", kind.value), f"{message}; give links, or take it out")
    if block.air is not None and not has_lanes:
        faults.add(("services", "air"), "there is no air link; give links of mode air, or take it out")


def check_vehicle_names(
    document: InstanceDocument, kind: LegKind, named: Iterable[tuple[Path_, str]], faults: FaultList
) -> None:
    """Note names of vehicles that are none, stand twice, or are of another mode than the kind of legs takes."""
    mode = VehicleMode.AIR if kind is LegKind.AIR else VehicleMode.ROAD
    modes = {row.id: row.mode for row in document.tables.vehicles}
    seen: set[str] = set()
    for path, name in named:
        if name in seen:
            faults.add(path, f"'{name}' stands twice")
        elif not name:
            faults.add(path, "has an empty entry; write ids with one semicolon between")
        elif name not in modes:
            several = "; write a semicolon between ids" if set(name) & set(",|/+") else did_you_mean(name, modes)
            faults.add(path, f"'{name}' is not in the vehicles table{several}")
        elif modes[name] is not mode:
            faults.add(path, f"'{name}' goes by {modes[name]}; {kind} takes vehicles of mode {mode}")
        seen.add(name)


def check_flights(
    services: Services, places: Mapping[Leg, int], nodes: tuple[Node, ...], commodities: Commodities, faults: FaultList
) -> None:
    """Note aircraft of which the least flights carry more than all freight by air.

    Parameters
    ----------
    services
        As resolved.
    places
        Position of the row of each leg that has one.
    nodes, commodities
        As resolved.
    faults
        Receives the faults.
    """
    overseas = np.array([node.kind is NodeKind.OVERSEAS for node in nodes])
    flown = overseas[commodities.origin] | overseas[commodities.destination]
    volume = float(commodities.volume[flown].sum())
    if not volume:
        return
    of_all = services.of_kind.get(LegKind.AIR)
    lanes: list[tuple[Path_, ServiceTerms]] = [(("services", "air", "vehicles"), of_all)] if of_all is not None else []
    lanes += [
        (("tables", "services", places[leg], "vehicles"), terms)
        for leg, terms in services.of_leg.items()
        if leg[0] is LegKind.AIR
    ]
    # What the block says wrongly of all lanes is not told of each.
    told = {(number, of_all.least) for number in of_all.vehicles} if of_all is not None else set()
    for path, terms in lanes:
        for number in terms.vehicles:
            if number != UNKNOWN and (path[0] == "services" or (number, terms.least) not in told):
                _check_flight(services, services.vehicles[number], terms.least, volume, path, faults)


def _check_flight(
    services: Services, vehicle: Vehicle, least: int, volume: float, path: Path_, faults: FaultList
) -> None:
    carried = vehicle.payload_t * services.weeks_per_year * least
    if carried > volume and vehicle.mode is VehicleMode.AIR:
        flights = "1 flight a week" if least == 1 else f"{least} flights a week"
        message = f"the {carried:,.0f} t/year of {flights} of '{vehicle.id}' are over the {volume:,.0f} t/year"
        fewer = "departures_min" if path[0] == "tables" else "departures_per_week.min"
        fewer = f"lower {fewer}, " if least > 1 else ""
        faults.add(path, f"{message} of all freight by air; name a smaller aircraft, {fewer}{_BY_KG}")
