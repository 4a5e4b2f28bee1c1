"""The links of the graph: those of their table, checked, and those that follow from coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.errors import did_you_mean
from netdesign.instance.distances import great_circle_km, links_from_coordinates
from netdesign.instance.parts import Link
from netdesign.instance.rows import Mode, SiteKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance.document import Path_
    from netdesign.instance.faults import FaultList
    from netdesign.instance.parts import Node
    from netdesign.instance.rows import LinkRow
    from netdesign.instance.schema import InstanceDocument


def _flown_km(row: LinkRow, start: Node, end: Node) -> float | None:
    """Return the great circle of an air link; None of another, and where an end has no coordinates."""
    if row.mode is not Mode.AIR or None in (start.lat, start.lon, end.lat, end.lon):
        return None
    return float(great_circle_km(start.lat or 0.0, start.lon or 0.0, end.lat or 0.0, end.lon or 0.0))


def _without_km(row: LinkRow, start: Node, end: Node) -> str:
    """Return the fault of a link without a length."""
    if row.mode is not Mode.AIR:
        return "km: is missing"
    lost = " and ".join(node.id for node in (start, end) if node.lat is None or node.lon is None)
    return f"km: is missing, and so are lat and lon of {lost}, from which it would follow; give one or the other"


def resolve_links(
    document: InstanceDocument, nodes: tuple[Node, ...], position: Mapping[str, int], faults: FaultList
) -> tuple[Link, ...]:
    """Return the links of the table, and those that follow from coordinates."""
    hubs = {hub.id: hub.kind for hub in document.tables.hubs}
    airports = {airport.id for airport in document.tables.overseas}
    links = []
    lanes: set[frozenset[str]] = set()
    alike: dict[str, list[Path_]] = {}
    is_by_road = document.road is not None and not (document.tables.legs or document.tables.leg_matrices)
    for index, row in enumerate(document.tables.links):
        at: Path_ = ("tables", "links", index)
        for key, name in (("from", row.from_), ("to", row.to)):
            if name not in position:
                message = f"'{name}' is no city, hub or overseas airport{did_you_mean(name, position)}"
                faults.add((*at, key), message)
        if row.from_ not in position or row.to not in position:
            continue
        is_sound = is_by_road and row.mode is not Mode.AIR and row.from_ != row.to
        is_sound = is_sound and row.from_ not in airports and row.to not in airports
        ends = frozenset((row.from_, row.to))
        # Nearly all links are sound, and there are thousands.
        fault = "" if is_sound else _link_fault(document, row, hubs, airports)
        if row.mode is Mode.AIR and ends in lanes:
            fault = f"the air link between {row.from_} and {row.to} stands twice"
        if fault:
            alike.setdefault(fault, []).append(at)
            continue
        if row.mode is Mode.AIR:
            lanes.add(ends)
        start, end = position[row.from_], position[row.to]
        km = row.km if row.km is not None else _flown_km(row, nodes[start], nodes[end])
        if km is None:
            alike.setdefault(_without_km(row, nodes[start], nodes[end]), []).append((*at, "km"))
            continue
        links.append(Link(start, end, row.mode, km, row.sea_km, row.hours, row.fare_eur_per_truck))
    for message, paths in alike.items():
        faults.add_alike(paths, message)
    return (*links, *links_from_coordinates(document, position, nodes, tuple(links), faults))


def _link_fault(document: InstanceDocument, row: LinkRow, hubs: Mapping[str, SiteKind], airports: set[str]) -> str:
    """Return the fault of a link between existing nodes, or an empty string."""
    ends = (row.from_, row.to)
    overseas = [name for name in ends if name in airports]
    if row.from_ == row.to:
        return f"links '{row.from_}' to itself"
    if row.mode is Mode.AIR:
        if len(overseas) != 1 or not set(ends) - set(overseas) <= hubs.keys():
            return f"an air link joins an overseas airport and a hub; {row.from_} and {row.to} do not"
        site = next(name for name in ends if name not in airports)
        if hubs[site] is SiteKind.SORTING_CENTRE:
            return f"'{site}' is a sorting centre and has no runway; write kind: hub, or take the air link out"
        return "" if document.air is not None else "air links need an `air` block with rates"
    if overseas:
        return f"{overseas[0]} is overseas; only air links reach it"
    if document.tables.legs or document.tables.leg_matrices:
        return "legs are given directly, so only air links may stand here"
    return "" if document.road is not None else "road and ferry links need a `road` block"
