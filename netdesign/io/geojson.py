"""Write a plan as GeoJSON (RFC 7946): hubs and cities as points, lanes and truck legs as lines, with volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.errors import UsageError
from netdesign.evaluate import evaluate, hubs_of_cities
from netdesign.instance import NodeKind
from netdesign.network.services import places

if TYPE_CHECKING:
    from netdesign.evaluate import CityHubs
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan


def plan_geojson(instance: Instance, network: Network, plan: Plan) -> dict[str, Any]:
    """Return a FeatureCollection of a plan.

    Points have ``id``, ``name``, ``kind``, ``hub`` (whether one is open there) and their volumes, cities ``hubs_in``
    and ``hubs_out`` (ids of the hubs that serve them and that take what they send, joined by +), lines ``leg``
    (collection, inter_hub or distribution), ``mode``, ``from``, ``to`` and ``volume_t_per_year``. Where the instance
    has sorting centres, points have ``sorting_centre`` too (whether one is open there); where vehicles leave, lines
    have ``vehicle`` and ``departures_per_week``.

    Raises
    ------
    UsageError
        Nodes without coordinates.
    """
    departures = _departures(instance, plan)
    # A vehicle that comes back without freight goes all the same.
    legs = dict.fromkeys(departures, 0.0) | _leg_volumes(instance, plan)
    used = sorted({end for _, origin, destination in legs for end in (origin, destination)})
    lost = [
        instance.nodes[node].id for node in used if instance.nodes[node].lat is None or instance.nodes[node].lon is None
    ]
    if lost:
        message = f"GeoJSON needs lat and lon of every node; without: {', '.join(lost[:5])}"
        raise UsageError(message)
    features = [
        *_points(instance, network, plan),
        *(_line(instance, key, volume, departures.get(key, {})) for key, volume in sorted(legs.items())),
    ]
    return {"type": "FeatureCollection", "features": features}


def _leg_volumes(instance: Instance, plan: Plan) -> dict[tuple[str, int, int], float]:
    """Return the volume of each leg by kind and nodes, t/year."""
    commodities = instance.commodities
    at = np.array([site.node for site in instance.sites])
    legs: dict[tuple[str, int, int], float] = {}
    for row in range(plan.routes):
        commodity = plan.commodity[row]
        first, last = int(at[plan.first_hub[row]]), int(at[plan.last_hub[row]])
        steps = (
            ("collection", int(commodities.origin[commodity]), first),
            ("inter_hub", first, last),
            ("distribution", last, int(commodities.destination[commodity])),
        )
        for step in steps:
            if step[1] != step[2]:
                legs[step] = legs.get(step, 0.0) + float(plan.volume[row])
    return legs


def _departures(instance: Instance, plan: Plan) -> dict[tuple[str, int, int], dict[str, Any]]:
    """Return vehicle and departures a week of each leg that has a service, by kind and nodes."""
    if instance.services is None:
        return {}
    vehicles = instance.services.vehicles
    return {
        (place.legs, one.origin, one.destination): {
            "vehicle": vehicles[one.vehicle].id,
            "departures_per_week": one.departures,
        }
        for one, place in zip(plan.services, places(instance, plan.services), strict=True)
        if place is not None
    }


def _points(instance: Instance, network: Network, plan: Plan) -> list[dict[str, Any]]:
    evaluation = evaluate(instance, network, plan)
    served = _hubs_of(instance, hubs_of_cities(instance, plan, evaluation))
    volume = np.zeros(len(instance.nodes))
    commodities = instance.commodities
    np.add.at(volume, commodities.origin, commodities.volume)
    np.add.at(volume, commodities.destination, commodities.volume)
    is_open = set(plan.open_hubs)
    features = []
    for position, node in enumerate(instance.nodes):
        if node.lat is None or node.lon is None or (node.kind is NodeKind.SITE and node.id not in is_open):
            continue
        properties: dict[str, Any] = {
            "id": node.id,
            "name": node.name,
            "kind": node.kind.value,
            "hub": node.id in is_open and node.id not in instance.centres,
        }
        if instance.centres:
            properties["sorting_centre"] = node.id in is_open and node.id in instance.centres
        if node.id in is_open:
            properties["handled_t_per_year"] = round(evaluation.loads.handled.get(node.id, 0.0), 3)
        if node.kind is not NodeKind.SITE:
            properties["demand_t_per_year"] = round(float(volume[position]), 3)
        if node.kind is NodeKind.CITY:
            properties |= {name: "+".join(served.get((position, name), ())) for name in ("hubs_in", "hubs_out")}
        features.append(_feature("Point", [node.lon, node.lat], properties))
    return features


def _hubs_of(instance: Instance, cities: CityHubs) -> dict[tuple[int, str], list[str]]:
    """Return the ids of the hubs of each city by its position and the name of the property."""
    found: dict[tuple[int, str], list[str]] = {}
    for city, sends, hub in zip(cities.city.tolist(), cities.sends.tolist(), cities.hub.tolist(), strict=True):
        found.setdefault((city, "hubs_out" if sends else "hubs_in"), []).append(instance.sites[hub].id)
    return found


def _line(instance: Instance, key: tuple[str, int, int], volume: float, departures: dict[str, Any]) -> dict[str, Any]:
    leg, origin, destination = key
    ends = instance.nodes[origin], instance.nodes[destination]
    mode = "air" if NodeKind.OVERSEAS in (ends[0].kind, ends[1].kind) else "road"
    properties = {
        "leg": leg,
        "mode": mode,
        "from": ends[0].id,
        "to": ends[1].id,
        "volume_t_per_year": round(volume, 3),
        **departures,
    }
    return _feature("LineString", [[end.lon, end.lat] for end in ends], properties)


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }
