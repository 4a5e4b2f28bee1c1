"""The instance as a networkx graph of cities, for drawing, export and shortest paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.rows import Mode

if TYPE_CHECKING:
    import networkx as nx

    from netdesign.instance import Instance, Link
    from netdesign.instance.blocks import Road

_WEIGHING = ("cost_eur_per_km", "way_sea_km_factor", "way_km_per_hour")
"""Figures of the road block that ``link_weight`` reads."""


def city_graph(instance: Instance) -> nx.Graph[str]:
    """Return the graph of cities, hubs and overseas airports.

    Parameters
    ----------
    instance
        Any instance; one with legs given directly has only its air links as edges.

    Returns
    -------
    Graph
        Nodes by id with ``name``, ``kind``, ``country``, ``customs_zone``, ``lat``, ``lon`` and, for sites,
        ``site`` (the status). Edges with ``mode``, ``km``, ``sea_km``, ``hours`` (driving not counted), ``eur``
        (fare a truck) and ``weight`` (what the choice of a way minimises, in road km; road and ferry only).
        Of parallel links the one of least weight is kept.
    """
    # Loaded here: it takes a tenth of a second, and instances with legs of their own need no graph.
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph(name=instance.name)
    for node in instance.nodes:
        graph.add_node(
            node.id,
            name=node.name,
            kind=node.kind.value,
            country=node.country,
            customs_zone=node.customs_zone,
            lat=node.lat,
            lon=node.lon,
        )
    for site in instance.sites:
        graph.nodes[site.id]["site"] = site.status.value
    for link in instance.links:
        ends = instance.nodes[link.origin].id, instance.nodes[link.destination].id
        weight = link_weight(link, instance.road)
        if graph.has_edge(*ends) and graph.edges[ends]["weight"] <= weight:
            continue
        graph.add_edge(
            *ends,
            mode=link.mode.value,
            km=link.km,
            sea_km=link.sea_km,
            hours=link.hours or 0.0,
            eur=link.fare_eur_per_truck,
            weight=weight,
        )
    return graph


def link_weight(link: Link, road: Road | None) -> float:
    """Return the weight of a link for shortest paths: road km, with sea km, hours and fares converted to road km."""
    if link.mode is Mode.AIR or road is None:
        return link.km
    fare_km = link.fare_eur_per_truck / road.cost_eur_per_km if road.cost_eur_per_km else 0.0
    return link.km + road.way_sea_km_factor * link.sea_km + road.way_km_per_hour * (link.hours or 0.0) + fare_km


def has_ways_of(instance: Instance, other: Instance) -> bool:
    """Return whether trucks go the same ways in two instances: places, links and their weights are equal."""
    if instance.nodes != other.nodes or [site.node for site in instance.sites] != [site.node for site in other.sites]:
        return False
    if instance.links is not other.links and instance.links != other.links:
        return False
    if instance.road is None or other.road is None:
        return instance.road is other.road
    return all(getattr(instance.road, name) == getattr(other.road, name) for name in _WEIGHING)
