"""What is wrong with services of single legs: rows of a table that change the terms of their kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import did_you_mean
from netdesign.instance.rows import Mode, SiteKind
from netdesign.instance.service_checks import (
    check_vehicle_names,
    has_given_legs,
    is_by_kg,
    listed_vehicles,
    scheduled_kinds,
)
from netdesign.instance.services import LegKind, ReturnTrip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance.document import Path_
    from netdesign.instance.faults import FaultList
    from netdesign.instance.parts import GivenLegs
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.service_checks import Leg
    from netdesign.instance.services import LegServiceBlock, ServiceRow

_CENTRE, _CITY, _HUB, _OVERSEAS = "sorting centre", "city", "hub", "overseas airport"
_ENDS: dict[LegKind, tuple[tuple[str, str], ...]] = {
    LegKind.COLLECTION: ((_CITY, _HUB),),
    LegKind.INTER_HUB: ((_HUB, _HUB), (_HUB, _CENTRE)),
    LegKind.DISTRIBUTION: ((_HUB, _CITY), (_CENTRE, _CITY)),
    LegKind.AIR: ((_OVERSEAS, _HUB), (_HUB, _OVERSEAS)),
}
"""What each kind joins."""

_JOINS = {
    LegKind.COLLECTION: "a collection leg leads from a city to a hub",
    LegKind.INTER_HUB: "an inter_hub leg leads from a hub to another",
    LegKind.DISTRIBUTION: "a distribution leg leads from a hub to a city",
    LegKind.AIR: "a leg by air leads from an overseas airport to a hub or back",
}


def check_rows(
    document: InstanceDocument, legs: GivenLegs | None, position: Mapping[str, int], faults: FaultList
) -> dict[Leg, tuple[int, ServiceRow]]:
    """Note what is wrong with services of single legs.

    Parameters
    ----------
    document, legs
        As the files state it, and the legs that they give directly.
    position
        Of each node by id.
    faults
        Receives the faults.

    Returns
    -------
    dict
        Place and row of each leg that there is.
    """
    kept: dict[Leg, tuple[int, ServiceRow]] = {}
    if document.services is None:
        return kept
    scheduled = scheduled_kinds(document.services)
    joined, ids = _Joined(document, legs, position), _ids_by_place(document)
    for index, row in enumerate(document.tables.services):
        at: Path_ = ("tables", "services", index)
        of_kind = scheduled.get(row.kind)
        _check_terms(document, row, of_kind, at, faults)
        if not _check_ends(ids, row, at, faults):
            continue
        leg = (row.kind, position[row.from_], position[row.to])
        if leg in kept:
            faults.add(at, f"the {row.kind} leg from {row.from_} to {row.to} stands twice; take one row out")
            continue
        if absent := joined.why_not(row):
            faults.add(at, f"{absent}, or take the row out")
        if row.return_ is ReturnTrip.PAIRED and _has_no_way_back(ids, row):
            message = "is paired, and no freight comes back from a sorting centre; write empty_back or one_way"
            faults.add((*at, "return"), message)
        if of_kind is not None:
            kept[leg] = (index, row)
    return kept


def _check_terms(
    document: InstanceDocument, row: ServiceRow, of_kind: LegServiceBlock | None, at: Path_, faults: FaultList
) -> None:
    """Note what a row states that its kind of leg cannot have."""
    if row.vehicles is not None and document.tables.vehicles:
        named = [((*at, "vehicles"), name) for name in listed_vehicles(row.vehicles)]
        check_vehicle_names(document, row.kind, named, faults)
    if of_kind is not None:
        _check_departures(row, of_kind, at, faults)
    elif document.services is not None:
        faults.add((*at, "kind"), _no_kind(row.kind, no_flights=is_by_kg(document.services.air)))


def _no_kind(kind: LegKind, *, no_flights: bool) -> str:
    if kind is LegKind.AIR and no_flights:
        return "services.air is by_kg, without flights; write by_flight there, or take the row out"
    return f"services has no {kind}, so that such legs are priced by the tonne; add it there, or take the row out"


def _check_departures(row: ServiceRow, of_kind: LegServiceBlock, at: Path_, faults: FaultList) -> None:
    """Note least departures over most departures, of which at least one is the row's."""
    stated, of_all = (row.departures_min, row.departures_max), of_kind.departures_per_week
    least = of_all.min if stated[0] is None else stated[0]
    most = of_all.max if stated[1] is None else stated[1]
    if least <= most:
        return
    if stated[0] is None:
        message = f"{most} is under the {least} of services.{row.kind}.departures_per_week.min; give departures_min too"
        faults.add((*at, "departures_max"), message)
    elif stated[1] is None:
        message = f"{least} is over the {most} of services.{row.kind}.departures_per_week.max; give departures_max too"
        faults.add((*at, "departures_min"), message)
    else:
        faults.add((*at, "departures_min"), f"{least} is over the {most} of departures_max")


def _ids_by_place(document: InstanceDocument) -> dict[str, set[str]]:
    tables = document.tables
    centres = {hub.id for hub in tables.hubs if hub.kind is SiteKind.SORTING_CENTRE}
    return {
        _CENTRE: centres,
        _CITY: {city.id for city in tables.cities},
        _HUB: {hub.id for hub in tables.hubs} - centres,
        _OVERSEAS: {airport.id for airport in tables.overseas},
    }


def _check_ends(ids: Mapping[str, set[str]], row: ServiceRow, at: Path_, faults: FaultList) -> bool:
    """Note ends that legs of a kind do not have; return whether there is none."""
    allowed = [pair for pair in _ENDS[row.kind] if ids[_CENTRE] or _CENTRE not in pair]
    if row.from_ == row.to and any(row.to in known for known in ids.values()):
        message = f"'{row.to}' is both ends; a leg from a node to itself takes no vehicle"
        faults.add((*at, "to"), f"{message}: take the row out")
        return False
    if any(row.from_ in ids[start] and row.to in ids[end] for start, end in allowed):
        return True
    found = False
    for side, (key, name) in enumerate((("from", row.from_), ("to", row.to))):
        wanted = list(dict.fromkeys(pair[side] for pair in allowed))
        if not any(name in known for known in ids.values()):
            near = did_you_mean(name, set().union(*(ids[kind] for kind in wanted)))
            faults.add((*at, key), f"'{name}' is no {' or '.join(wanted)}{near}")
            found = True
        elif not any(name in ids[kind] for kind in wanted):
            faults.add((*at, key), f"'{name}' is {_is(name, ids)}; {_JOINS[row.kind]}")
            found = True
    if not found:
        faults.add(at, f"{_JOINS[row.kind]}; {row.from_} and {row.to} are no such ends")
    return False


def _has_no_way_back(ids: Mapping[str, set[str]], row: ServiceRow) -> bool:
    end = {LegKind.INTER_HUB: row.to, LegKind.DISTRIBUTION: row.from_}.get(row.kind)
    return end in ids[_CENTRE]


def _is(name: str, ids: Mapping[str, set[str]]) -> str:
    kind = next(kind for kind, known in ids.items() if name in known)
    return "an overseas airport" if kind == _OVERSEAS else f"a {kind}"


class _Joined:
    """Which nodes are joined, so that vehicles can go from one to the other."""

    def __init__(self, document: InstanceDocument, legs: GivenLegs | None, position: Mapping[str, int]) -> None:
        self._legs, self._position = legs, position
        # From coordinates every hub is joined to every place.
        self._is_given = has_given_legs(document) or document.distances is not None
        self._lanes: set[frozenset[str]] = set()
        self._group: dict[str, set[str]] = {}
        for link in document.tables.links if document.tables.services else ():
            ends = frozenset((link.from_, link.to))
            if link.mode is Mode.AIR:
                self._lanes.add(ends)
            else:
                self._merge(link.from_, link.to)

    def _merge(self, one: str, other: str) -> None:
        groups = sorted((self._group.get(name, {name}) for name in (one, other)), key=len)
        if groups[0] is not groups[1]:
            groups[1] |= groups[0]
            self._group |= dict.fromkeys(groups[0], groups[1])
            self._group |= dict.fromkeys((one, other), groups[1])

    def why_not(self, row: ServiceRow) -> str:
        """Return why no vehicle can go from one end of a row to the other, with a remedy, or an empty string.

        Where there are no links of a mode at all, the kind of leg has that fault.
        """
        start, end = row.from_, row.to
        if row.kind is LegKind.AIR:
            is_joined = not self._lanes or frozenset((start, end)) in self._lanes
            return "" if is_joined else f"there is no air link between {start} and {end}; give one"
        if not self._is_given:
            is_joined = not self._group or end in self._group.get(start, ())
            return "" if is_joined else f"no road or ferry links lead from {start} to {end}; give them"
        # Of legs that could not be read there are faults already.
        if self._legs is None or not np.isnan(self._legs.cost[self._position[start], self._position[end]]):
            return ""
        return f"no leg is given from {start} to {end}; give it"
