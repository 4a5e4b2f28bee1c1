"""Vehicles and services without effect, or with more effect than was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.parts import NodeKind
from netdesign.instance.rows import Mode
from netdesign.instance.service_checks import has_given_legs, listed_vehicles, scheduled_kinds
from netdesign.instance.services import LegKind, VehicleMode

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from netdesign.instance.data import Instance
    from netdesign.instance.document import Path_
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.sense.remarks import Remarks
    from netdesign.instance.services import LegServiceBlock, ServiceRow, Services, VehicleRow

ROAD_KINDS = (LegKind.COLLECTION, LegKind.INTER_HUB, LegKind.DISTRIBUTION)


def note_services(document: InstanceDocument, instance: Instance, remarks: Remarks) -> None:
    """Note what is odd about vehicles and services."""
    if document.services is None:
        return
    kinds = scheduled_kinds(document.services)
    _note_factors(document, kinds, remarks)
    _note_kinds(document, instance, kinds, remarks)
    _note_rows(instance, document, remarks)
    used = {name for legs in kinds.values() for name in legs.vehicles}
    used |= {name for row in document.tables.services for name in listed_vehicles(row.vehicles or "")}
    silent: set[VehicleMode] = set()
    emitting: set[VehicleMode] = set()
    for index, row in enumerate(document.tables.vehicles):
        at: Path_ = ("tables", "vehicles", index)
        if row.id not in used:
            remarks.add((*at, "id"), f"'{row.id}' plays no part: no service names it")
            continue
        (silent if _emits_nothing(document, instance, row) else emitting).add(row.mode)
        if _emits_nothing(document, instance, row):
            message = "is missing, and so 0: the rest of the instance counts greenhouse gases, and this emits nothing"
            remarks.add((*at, "co2e_g_per_km"), message)
        why = _without_fares(document, row)
        if why and row.fare_factor != 1:
            remarks.add((*at, "fare_factor"), f"plays no part: {why}")
    _note_emissions_by_tonne(document, kinds, silent - emitting, remarks)
    if instance.services is not None and instance.legs is not None:
        _note_given_legs(document, instance, instance.services, remarks)


def _note_emissions_by_tonne(
    document: InstanceDocument,
    kinds: Mapping[LegKind, LegServiceBlock],
    silent: Collection[VehicleMode],
    remarks: Remarks,
) -> None:
    """Note what a tonne emits where vehicles carry all of it, and have no emissions of their own.

    Where some have, it is what they are compared with by the tonne.
    """
    for name, block, mode, legs in (
        ("road", document.road, VehicleMode.ROAD, ROAD_KINDS),
        ("air", document.air, VehicleMode.AIR, (LegKind.AIR,)),
    ):
        if block is not None and block.co2e_g_per_tkm and mode in silent and all(kind in kinds for kind in legs):
            message = f"plays no part: vehicles leave on all legs by {name}, and emit what their co2e_g_per_km says"
            remarks.add((name, "co2e_g_per_tkm"), message)


def _note_factors(document: InstanceDocument, kinds: Mapping[LegKind, LegServiceBlock], remarks: Remarks) -> None:
    for kind in ROAD_KINDS:
        factor = getattr(document.factors, kind.value)
        if kind not in kinds or factor == 1:
            continue
        what = "vehicles that fill up are a discount already, and this is a second one"
        if factor > 1:
            what = "what the way back costs is said by `return` already"
        message = f"{factor:g} multiplies what vehicles cost by the kilometre, and their fares: {what}"
        remarks.add(("factors", kind.value), message)


def _note_kinds(
    document: InstanceDocument, instance: Instance, kinds: Mapping[LegKind, LegServiceBlock], remarks: Remarks
) -> None:
    """Note kinds of legs that no freight takes."""
    overseas, freight = instance.is_overseas, instance.commodities
    from_overseas, to_overseas = overseas[freight.origin], overseas[freight.destination]
    why = {
        LegKind.COLLECTION: "no freight starts at a city" if from_overseas.all() else "",
        LegKind.DISTRIBUTION: "no freight ends at a city" if to_overseas.all() else "",
        LegKind.AIR: "" if (from_overseas | to_overseas).any() else "no freight comes from overseas or goes there",
        LegKind.INTER_HUB: "there is one site only" if len(instance.sites) == 1 else "",
    }
    if document.problem.route_hubs == 1:
        why[LegKind.INTER_HUB] = "a route passes one hub only (problem.route_hubs)"
    for kind in kinds:
        if why[kind]:
            remarks.add(("services", kind.value), f"plays no part: {why[kind]}")


def _note_rows(instance: Instance, document: InstanceDocument, remarks: Remarks) -> None:
    """Note rows that change nothing."""
    services, position, freight = instance.services, instance.node_position, instance.commodities
    if services is None:
        return
    starts, ends = set(freight.origin.tolist()), set(freight.destination.tolist())
    same: list[tuple[Path_, str]] = []
    idle: list[tuple[Path_, str]] = []
    for index, row in enumerate(document.tables.services):
        at: Path_ = ("tables", "services", index)
        origin, destination = position[row.from_], position[row.to]
        is_first = row.kind is LegKind.COLLECTION or (row.kind is LegKind.AIR and instance.is_overseas[origin])
        terms, of_kind = services.of_leg[row.kind, origin, destination], services.of_kind[row.kind]
        if services.is_lonely(row.kind, origin, destination):
            terms, of_kind = terms.without_way_back, of_kind.without_way_back
        if terms == of_kind:
            message = f"changes nothing: all that it states is as services.{row.kind} has it"
            same.append(((*at, "kind"), message))
        elif is_first and origin not in starts:
            idle.append(((*at, "from"), f"plays no part: no freight starts at '{row.from_}'"))
        elif not is_first and row.kind is not LegKind.INTER_HUB and destination not in ends:
            idle.append(((*at, "to"), f"plays no part: no freight ends at '{row.to}'"))
        elif closed := _closed_end(instance, row, is_first=bool(is_first)):
            idle.append(((*at, closed[0]), f"plays no part: '{closed[1]}' may not open"))
        elif row.kind is LegKind.INTER_HUB and not instance.may_exchange(row.from_, row.to):
            idle.append(((*at, "to"), f"plays no part: no hub link may join '{row.from_}' and '{row.to}'"))
    remarks.add_all(same)
    remarks.add_all(idle)


def _closed_end(instance: Instance, row: ServiceRow, *, is_first: bool) -> tuple[str, str] | None:
    """Return field and site of an end of a leg that may not open; a site under the threshold may, by name."""
    hubs = [] if is_first else [("from", row.from_)]
    if is_first or row.kind is LegKind.INTER_HUB:
        hubs.append(("to", row.to))
    closed = {site.id for site in instance.sites if not site.below_threshold}.difference(instance.allowed)
    return next(((field, name) for field, name in hubs if name in closed), None)


def _emits_nothing(document: InstanceDocument, instance: Instance, row: VehicleRow) -> bool:
    """Return whether a vehicle has no emission factor where other carriage has, or where carbon has a price or cap."""
    # A factor of 0 that is written is meant.
    if row.co2e_g_per_km or "co2e_g_per_km" in row.model_fields_set:
        return False
    if document.policies.carbon is not None:
        return True
    if row.mode is VehicleMode.AIR:
        return document.air is not None and document.air.co2e_g_per_tkm > 0
    if instance.legs is not None:
        return bool(np.nanmax(instance.legs.co2e, initial=0.0) > 0)
    return document.road is not None and document.road.co2e_g_per_tkm > 0


def _without_fares(document: InstanceDocument, row: VehicleRow) -> str:
    """Return why a vehicle pays no fares, or an empty string."""
    if row.mode is VehicleMode.AIR:
        return f"'{row.id}' goes by air"
    if has_given_legs(document):
        return "legs are given directly, without fares"
    has_fares = any(link.fare_eur_per_truck for link in document.tables.links if link.mode is not Mode.AIR)
    return "" if has_fares else "no link has a fare_eur_per_truck"


def _note_given_legs(document: InstanceDocument, instance: Instance, services: Services, remarks: Remarks) -> None:
    """Note given legs without a length on which vehicles cost by the kilometre, and with a price beside them."""
    legs = instance.legs
    if legs is None:
        return
    is_site = np.zeros(len(instance.nodes), dtype=bool)
    is_site[[site.node for site in instance.sites]] = True
    is_city = np.array([node.kind is NodeKind.CITY for node in instance.nodes])
    ends = {
        LegKind.COLLECTION: (is_city, is_site),
        LegKind.INTER_HUB: (is_site, is_site),
        LegKind.DISTRIBUTION: (is_site, is_city),
    }
    by_km = {number for number, vehicle in enumerate(services.vehicles) if vehicle.eur_per_km or vehicle.co2e_g_per_km}
    short: NDArray[np.bool_] = np.zeros(legs.km.shape, dtype=bool)
    priced = short.copy()
    for kind, (starts, stops) in ends.items():
        terms = services.of_kind.get(kind)
        served = starts[:, None] & stops[None, :] & ~np.isnan(legs.cost)
        if terms is None:
            continue
        # What follows from km is a price by the tonne, and falls away where a vehicle leaves.
        priced |= served & (legs.cost > 0) & ~legs.by_truck.cost
        if by_km & set(terms.vehicles):
            short |= served & (legs.km == 0)
    for found, column, message in (
        (short, "km", "is 0, over which a vehicle costs and emits nothing by the kilometre"),
        (priced, "cost_eur_per_t", "is paid by each tonne beside its vehicle, whose price comes on top"),
    ):
        np.fill_diagonal(found, val=False)
        _note_cells(document, instance, found, column, message, remarks)


def _note_cells(
    document: InstanceDocument,
    instance: Instance,
    found: NDArray[np.bool_],
    column: str,
    message: str,
    remarks: Remarks,
) -> None:
    if not found.any():
        return
    if document.tables.leg_matrices is not None:
        start, end = (instance.nodes[position].id for position in np.argwhere(found)[0].tolist())
        more = f" (and {int(found.sum()) - 1} more like it)" if found.sum() > 1 else ""
        at: Path_ = ("tables", "leg_matrices", column)
        remarks.add(at, f"from {start} to {end} it {message}{more}")
        return
    position = instance.node_position
    rows = [
        ("tables", "legs", index, column)
        for index, row in enumerate(document.tables.legs)
        if found[position[row.from_], position[row.to]]
    ]
    remarks.add_first(rows, message)
