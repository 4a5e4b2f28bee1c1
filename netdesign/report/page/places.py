"""What a page shows of an instance: places on the map, streams and vehicles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.page.data import PlacesRecord, StreamRecord, VehicleRecord
from netdesign.report.page.figures import figure

if TYPE_CHECKING:
    from netdesign.instance import Instance

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
        country=[node.country or "" for node in instance.nodes],
        kind=[node.kind.value for node in instance.nodes],
        status=[sites[place].status.value if place in sites else "" for place in range(len(instance.nodes))],
        is_centre=[int(place in sites and sites[place].id in instance.centres) for place in range(len(instance.nodes))],
        lat=[degrees(node.lat) for node in instance.nodes],
        lon=[degrees(node.lon) for node in instance.nodes],
    )


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
