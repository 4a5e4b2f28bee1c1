"""Places with unlikely coordinates, and hubs without links."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import did_you_mean
from netdesign.instance.distances import great_circle_km
from netdesign.instance.parts import NodeKind
from netdesign.instance.rows import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance.data import Instance
    from netdesign.instance.document import Path_
    from netdesign.instance.parts import GivenLegs
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.sense.remarks import Remarks

_FAR_KM = 2000.0
"""A place so far from the middle of all others, and near it with latitude and longitude exchanged, has them swapped."""

_FEWEST_FOR_A_MIDDLE = 3


@dataclass(frozen=True)
class Place:
    """A row with coordinates.

    Parameters
    ----------
    path
        Of its row.
    id
        Of the node.
    kind
        Of the node, in words.
    lat, lon
        Degrees, both given.
    """

    path: Path_
    id: str
    kind: NodeKind
    lat: float
    lon: float


def places(document: InstanceDocument) -> dict[str, Place]:
    """Return every node that has coordinates, by id."""
    kinds = {"cities": NodeKind.CITY, "hubs": NodeKind.SITE, "overseas": NodeKind.OVERSEAS}
    return {
        row.id: Place(("tables", table, index), row.id, kind, row.lat, row.lon)
        for table, kind in kinds.items()
        for index, row in enumerate(getattr(document.tables, table))
        if row.lat is not None and row.lon is not None
    }


def note_unlikely_places(document: InstanceDocument, instance: Instance, remarks: Remarks) -> None:
    """Note coordinates that are half given, swapped, of nowhere or of another city; and places out of reach."""
    _note_halves(document, remarks)
    found = places(document)
    nowhere = "is at 0 north, 0 east, in the Gulf of Guinea; give its latitude and longitude, or leave both out"
    remarks.add_all(((*place.path, "lat"), f"{place.id} {nowhere}") for place in found.values() if _is_nowhere(place))
    known = [place for place in found.values() if not _is_nowhere(place)]
    remarks.add_all(_same_coordinates(known))
    remarks.add_all(_swapped(known))
    remarks.add_all(_out_of_reach(instance))
    _note_idle_cities(document, instance, remarks)
    _note_unknown_countries(document, remarks)


def _note_unknown_countries(document: InstanceDocument, remarks: Remarks) -> None:
    """Note each country of cities that looks like a misspelt one of the countries table.

    Others may be left out of it, as only those of hubs have prices there; of a hub, a lacking country is a fault.
    """
    known = {row.id for row in document.tables.countries}
    cities: dict[str, list[Path_]] = {}
    for index, row in enumerate(document.tables.cities):
        if row.country is not None and row.country not in known:
            cities.setdefault(row.country, []).append(("tables", "cities", index, "country"))
    for country, found in cities.items():
        near = did_you_mean(country, known)
        if near:
            remarks.add_first(found, f"'{country}' is not in the countries table{near}")


def _is_nowhere(place: Place) -> bool:
    return place.lat == 0 and place.lon == 0


def _note_halves(document: InstanceDocument, remarks: Remarks) -> None:
    for table in ("cities", "hubs", "overseas"):
        for index, row in enumerate(getattr(document.tables, table)):
            if (row.lat is None) != (row.lon is None):
                given, missing = ("lat", "lon") if row.lon is None else ("lon", "lat")
                remarks.add(("tables", table, index, given), f"{given} plays no part without {missing}; give both")


def _same_coordinates(found: list[Place]) -> Iterator[tuple[Path_, str]]:
    """Yield cities at the coordinates of another one; a hub may stand in the middle of its city."""
    first: dict[tuple[float, float], str] = {}
    for place in found:
        if place.kind is NodeKind.CITY:
            other = first.setdefault((place.lat, place.lon), place.id)
            if other != place.id:
                yield (*place.path, "lat"), f"{place.id} lies where {other} does; two cities have places of their own"


def _swapped(found: list[Place]) -> Iterator[tuple[Path_, str]]:
    at_home = [place for place in found if place.kind is not NodeKind.OVERSEAS]
    if len(at_home) < _FEWEST_FOR_A_MIDDLE:
        return
    middle = median(place.lat for place in at_home), median(place.lon for place in at_home)
    for place in at_home:
        far = float(great_circle_km(place.lat, place.lon, *middle))
        if far > _FAR_KM > 2.0 * float(great_circle_km(place.lon, place.lat, *middle)):
            message = (
                f"{place.id} lies {far:,.0f} km from the middle of all places; are latitude and longitude swapped?"
            )
            yield (*place.path, "lat"), message


def _out_of_reach(instance: Instance) -> Iterator[tuple[Path_, str]]:
    """Yield sites that may open and that no road, ferry or leg joins to a place of freight."""
    ends, allowed = _places_of_freight(instance), set(instance.allowed)
    apart = {site.node for site in instance.sites if site.id in allowed} - ends
    # Most sites have freight themselves; then the graph is not needed.
    apart -= _joined(instance, ends) if apart else set()
    kind = "leg" if instance.legs is not None else "road or ferry link"
    for index, site in enumerate(instance.sites):
        if site.id in allowed and site.node in apart:
            message = f"no {kind} joins it to a place with freight; give it some, or take the row out"
            yield ("tables", "hubs", index, "id"), f"'{site.id}' cannot be reached: {message}"


def _note_idle_cities(document: InstanceDocument, instance: Instance, remarks: Remarks) -> None:
    """Note cities without freight and hub: those that nothing joins, and those that no link of the table passes.

    A place of the links table may be on the way of others' freight; links from coordinates and legs begin at freight.
    """
    used = {site.node for site in instance.sites}
    used.update(instance.commodities.origin.tolist(), instance.commodities.destination.tolist())
    kind, joined = "link", {end for link in instance.links for end in (link.origin, link.destination)}
    if instance.legs is not None:
        kind, exists = "leg", _nodes_with_legs(instance.legs)
        joined |= set(np.flatnonzero(exists.any(axis=0) | exists.any(axis=1)).tolist())
    idle = {node.id: position for position, node in enumerate(instance.nodes) if position not in used}
    passed = {name for link in document.tables.links for name in (link.from_, link.to)}
    rows = [(index, city.id) for index, city in enumerate(document.tables.cities) if city.id in idle]
    remarks.add_all(
        (("tables", "cities", index, "id"), f"'{name}' plays no part: it has no freight and no {kind}")
        for index, name in rows
        if idle[name] not in joined
    )
    remarks.add_all(
        (
            ("tables", "cities", index, "id"),
            f"'{name}' has no freight: none starts or ends there; give it some, or take the row out",
        )
        for index, name in rows
        if idle[name] in joined and name not in passed
    )


def _nodes_with_legs(legs: GivenLegs) -> NDArray[np.bool_]:
    """Return which nodes a leg joins, those to a node itself left out."""
    exists = ~np.isnan(legs.cost)
    np.fill_diagonal(exists, val=False)
    return exists


def _places_of_freight(instance: Instance) -> set[int]:
    """Return the nodes that freight comes from or goes to, those overseas left out."""
    commodities = instance.commodities
    ends = set(np.unique(np.concatenate([commodities.origin, commodities.destination])).tolist())
    return ends - set(np.flatnonzero(instance.is_overseas).tolist())


def _joined(instance: Instance, ends: set[int]) -> set[int]:
    """Return the nodes that paths join to one of some ends, or that have any leg; the ends included."""
    if instance.legs is not None:
        exists = _nodes_with_legs(instance.legs)
        return ends | set(np.flatnonzero(exists.any(axis=0) | exists.any(axis=1)).tolist())
    links = [(link.origin, link.destination) for link in instance.links if link.mode is not Mode.AIR]
    origins, destinations = np.array(links, dtype=np.intp).reshape(-1, 2).T
    reached = np.zeros(len(instance.nodes), dtype=bool)
    reached[list(ends)] = True
    before = 0
    # A graph of networkx takes a third of a second for 19,000 links, a round over them all a tenth of a millisecond.
    while (now := int(reached.sum())) > before:
        before = now
        touched = reached[origins] | reached[destinations]
        reached[origins[touched]] = reached[destinations[touched]] = True
    return set(np.flatnonzero(reached).tolist())
