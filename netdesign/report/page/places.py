"""What a page shows of an instance: places on the map, streams and vehicles."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from netdesign.instance.distances import great_circle_km
from netdesign.instance.parts import NodeKind
from netdesign.report.page.data import PlacesRecord, StreamRecord, VehicleRecord
from netdesign.report.page.figures import figure

if TYPE_CHECKING:
    from netdesign.instance import Instance

_NEAR_KM = 50.0
"""How near a city is for an airfield to be called by its name."""

_AIRFIELDS = ("airport", "air base", "airfield")
"""Words in the name of a site by which it is one; any other site keeps the name that its planner has given."""

_DEGREES = 4
"""Decimals of degrees, ten metres."""


def places_of(instance: Instance) -> PlacesRecord:
    """Return cities, sites and overseas airports in the order of the nodes."""
    sites = {site.node: site for site in instance.sites}

    def degrees(value: float | None) -> float | None:
        return None if value is None else round(value, _DEGREES)

    return PlacesRecord(
        id=[node.id for node in instance.nodes],
        name=[node.name for node in instance.nodes],
        short=short_names(instance),
        country=[node.country or "" for node in instance.nodes],
        kind=[node.kind.value for node in instance.nodes],
        status=[sites[place].status.value if place in sites else "" for place in range(len(instance.nodes))],
        is_centre=[int(place in sites and sites[place].id in instance.centres) for place in range(len(instance.nodes))],
        lat=[degrees(node.lat) for node in instance.nodes],
        lon=[degrees(node.lon) for node in instance.nodes],
    )


def short_names(instance: Instance) -> list[str]:
    """Return what nodes are called in few words: an airfield by the nearest city, ``Liège`` for ``Liège Airport``.

    Two airfields of one city keep their names.
    """
    cities = [
        node for node in instance.nodes if node.kind is NodeKind.CITY and node.lat is not None and node.lon is not None
    ]
    lat, lon = ([getattr(city, name) for city in cities] for name in ("lat", "lon"))
    city_of: dict[str, str] = {}
    for node in instance.nodes:
        is_airfield = node.kind is NodeKind.SITE and any(word in node.name.lower() for word in _AIRFIELDS)
        if is_airfield and cities and node.lat is not None and node.lon is not None:
            km = great_circle_km(node.lat, node.lon, lat, lon)
            nearest = int(km.argmin())
            if km[nearest] <= _NEAR_KM:
                city_of[node.id] = cities[nearest].name
    taken = Counter(city_of.values())
    alone = {site: city for site, city in city_of.items() if taken[city] == 1}
    return [alone.get(node.id, node.name) for node in instance.nodes]


def streams_of(instance: Instance) -> list[StreamRecord]:
    """Return the streams with their promises."""
    return [StreamRecord(name=stream.name, deadline_h=stream.deadline_h) for stream in instance.streams]


def vehicles_of(instance: Instance) -> list[VehicleRecord]:
    """Return the vehicles that leave; none where freight is priced by the tonne."""
    vehicles = () if instance.services is None else instance.services.vehicles
    return [
        VehicleRecord(id=vehicle.id, mode=vehicle.mode.value, payload_t=figure(vehicle.payload_t))
        for vehicle in vehicles
    ]
