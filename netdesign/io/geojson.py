"""Write a plan as GeoJSON (RFC 7946): hubs and cities as points, lanes and truck legs as lines, with volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from netdesign.errors import UsageError
from netdesign.evaluate import evaluate, hubs_of_cities
from netdesign.evaluate.used_legs import idle_links, used_legs
from netdesign.instance import NodeKind
from netdesign.instance.services import LegKind
from netdesign.network.departures import Departures
from netdesign.network.operated import operated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.evaluate import CityHubs, Evaluation
    from netdesign.evaluate.used_legs import UsedLeg
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan


_NOT_SERVED: Final = dict.fromkeys(("hubs_in", "hubs_out", "mean_h", "late_t_per_year"))
"""What is told of a point that is no city."""


def plan_geojson(instance: Instance, network: Network, plan: Plan) -> dict[str, Any]:
    """Return a FeatureCollection of a plan; all points have the same properties, all lines have, null for none.

    Points are cities, overseas airports and open sites. They have ``id``, ``name``, ``country``, ``kind``, ``hub`` and
    ``sorting_centre`` (whether one is open there), ``handled_t_per_year`` (of an open site) and ``demand_t_per_year``
    (what begins or ends there); cities ``hubs_in`` and ``hubs_out`` (ids of the hubs that serve them and that take what
    they send, joined by +), ``mean_h`` and ``late_t_per_year`` of what they receive.

    Lines are the legs with freight or departures, each once, then the chosen hub links without: ``leg`` (collection,
    inter_hub or distribution), ``mode``, ``from``, ``to``, ``volume_t_per_year``, ``km``, ``hours`` (the wait for a
    departure included), and where vehicles leave ``vehicle``, ``departures_per_week``, ``fill``, ``wait_h`` and
    ``eur_per_year``.

    Raises
    ------
    UsageError
        Nodes without coordinates.
    """
    evaluation = evaluate(instance, network, plan)
    legs = [*used_legs(instance, plan, evaluation), *idle_links(instance, plan)]
    used = sorted({end for leg in legs for end in (leg.origin, leg.destination)})
    lost = [
        instance.nodes[node].id for node in used if instance.nodes[node].lat is None or instance.nodes[node].lon is None
    ]
    if lost:
        message = f"GeoJSON needs lat and lon of every node; without: {', '.join(lost[:5])}"
        raise UsageError(message)
    timed = operated(instance, network, Departures.of(instance, network, plan.services))
    features = [*_points(instance, plan, evaluation), *(_line(instance, timed, leg) for leg in legs)]
    return {"type": "FeatureCollection", "features": features}


def _points(instance: Instance, plan: Plan, evaluation: Evaluation) -> Iterator[dict[str, Any]]:
    served = _of_cities(hubs_of_cities(instance, plan, evaluation), instance)
    volume = np.zeros(len(instance.nodes))
    commodities = instance.commodities
    np.add.at(volume, commodities.origin, commodities.volume)
    np.add.at(volume, commodities.destination, commodities.volume)
    is_open = set(plan.open_hubs)
    for position, node in enumerate(instance.nodes):
        if node.lat is None or node.lon is None or (node.kind is NodeKind.SITE and node.id not in is_open):
            continue
        properties: dict[str, Any] = {
            "id": node.id,
            "name": node.name,
            "country": node.country,
            "kind": node.kind.value,
            "hub": node.id in is_open and node.id not in instance.centres,
            "sorting_centre": node.id in is_open and node.id in instance.centres,
            "handled_t_per_year": round(evaluation.loads.handled.get(node.id, 0.0), 3) if node.id in is_open else None,
            "demand_t_per_year": None if node.kind is NodeKind.SITE else round(float(volume[position]), 3),
            **served.get(position, _NOT_SERVED),
        }
        yield _feature("Point", [node.lon, node.lat], properties)


def _of_cities(cities: CityHubs, instance: Instance) -> dict[int, dict[str, Any]]:
    """Return what is told of each city, by its position."""
    found: dict[int, dict[str, Any]] = {}
    for city in np.unique(cities.city).tolist():
        own = cities.city == city
        receives = own & ~cities.sends
        hubs = {
            name: "+".join(instance.sites[hub].id for hub in cities.hub[rows])
            for name, rows in (("hubs_in", receives), ("hubs_out", own & cities.sends))
        }
        hours, late, volume = (column[receives] for column in (cities.mean_h, cities.late, cities.volume))
        mean_h = _number(np.average(hours, weights=volume)) if volume.sum() > 0 else None
        found[city] = {**hubs, "mean_h": mean_h, "late_t_per_year": _number(late.sum()) if late.size else None}
    return found


def _line(instance: Instance, timed: Network, leg: UsedLeg) -> dict[str, Any]:
    """Return a leg; ``timed`` has the hours under the departures of the plan."""
    arrays, cell = getattr(timed, leg.place.legs), (leg.place.row, leg.place.column)
    ends, load = (instance.nodes[leg.origin], instance.nodes[leg.destination]), leg.load
    services = instance.services
    properties = {
        "leg": leg.place.legs,
        "mode": "air" if leg.kind is LegKind.AIR else "road",
        "from": ends[0].id,
        "to": ends[1].id,
        "volume_t_per_year": round(leg.volume, 3),
        "km": _number(arrays.km[cell]),
        "hours": _number(arrays.time_h[cell]),
        "vehicle": services.vehicles[load.service.vehicle].id if load and services else None,
        "departures_per_week": load.service.departures if load else None,
        "fill": _number(load.fill) if load else None,
        "wait_h": _number(load.wait_h) if load else None,
        "eur_per_year": _number(load.eur) if load else None,
    }
    return _feature("LineString", [[end.lon, end.lat] for end in ends], properties)


def _number(value: float) -> float | None:
    """Return a value to four places; JSON has no infinity and no NaN."""
    return round(float(value), 4) if np.isfinite(value) else None


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }
