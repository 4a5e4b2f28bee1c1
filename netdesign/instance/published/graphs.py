"""Graphs of networkx as instances: node-link JSON and GraphML.

Nodes are cities, hubs and overseas airports, edges are links, and whatever else an instance has are attributes of the
graph. A stranger's graph needs no more than ``km`` on its edges and, where it is directed, ``volume_t_per_year``.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, NoReturn

from netdesign.errors import Fault, InstanceError
from netdesign.instance.files import files_being_read, read_text
from netdesign.instance.published.documents import as_source, instance_name
from netdesign.instance.rows import SourcedRow
from netdesign.instance.schema import COLUMNS, FORMAT, InstanceDocument

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import networkx as nx

    from netdesign.instance.published.reading import Reading, Source

SOURCE_COLUMNS = tuple(SourcedRow.model_fields)
"""Columns that say where figures come from."""

_PLACE = ("name", "country", "customs_zone", "lat", "lon")
ROLES = {"cities": "is_city", "hubs": "is_hub", "overseas": "is_overseas"}
"""Attribute of a node that stands in a table."""


def read_nodelink(path: Path, reading: Reading) -> Source:
    """Read a graph as ``networkx.node_link_data`` writes it; its edges stand under ``edges`` or ``links``."""
    import networkx as nx

    shown = str(path)
    try:
        data = json.loads(read_text(path, shown))
        edges = "links" if "links" in data and "edges" not in data else "edges"
        graph = nx.node_link_graph(data, edges=edges)
    except json.JSONDecodeError as error:
        raise InstanceError([Fault(shown, error.lineno, error.colno, "", f"is not JSON: {error.msg}")]) from None
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, nx.NetworkXError):
        _refuse(shown, "is no graph as networkx.node_link_data writes it: nodes with an id, edges with source, target")
    return _source(graph, path)


def read_graphml(path: Path, reading: Reading) -> Source:
    """Read a graph as ``networkx.write_graphml`` writes it."""
    from xml.etree.ElementTree import ParseError

    import networkx as nx

    shown = str(path)
    read_text(path, shown)  # size and encoding
    try:
        graph = nx.read_graphml(io.BytesIO(files_being_read().read(path, shown)))
    except ParseError as error:
        line, column = error.position
        raise InstanceError([Fault(shown, line, column + 1, "", "is not XML, hence no GraphML")]) from None
    except (KeyError, TypeError, ValueError, AttributeError, nx.NetworkXError):
        _refuse(shown, "is no graph as networkx.write_graphml writes it")
    return _source(graph, path)


def _refuse(shown: str, message: str) -> NoReturn:
    raise InstanceError([Fault(shown, 0, 0, "", message)])


def _source(graph: nx.Graph[Any], path: Path) -> Source:
    document = _attributes(graph, str(path))
    document.setdefault("format", FORMAT)
    document.setdefault("name", instance_name(path).removesuffix(path.suffix))
    document.setdefault("parcel", {"weight_kg": 1000})
    document.setdefault("streams", {"freight": {}})
    tables = document.setdefault("tables", {})
    for table, rows in {**_node_tables(graph), **_edge_tables(graph, str(path))}.items():
        if rows and table not in tables:
            tables[table] = rows
    return as_source(document, {}, str(path), [path])


def _attributes(graph: nx.Graph[Any], shown: str) -> dict[str, Any]:
    """Return the attributes of the graph that are parts of an instance; texts are JSON, as GraphML knows no lists."""
    document: dict[str, Any] = {}
    if not isinstance(graph.graph, dict):
        _refuse(shown, "the attributes of the graph are no block of names and values")
    for name, value in graph.graph.items():
        if name not in InstanceDocument.model_fields:
            continue
        is_text = name in ("format", "name", "title", "description")
        try:
            document[name] = value if is_text or not isinstance(value, str) else json.loads(value)
        except ValueError:
            _refuse(shown, f"the attribute {name} of the graph is no JSON: {value[:40]!r}")
    if not isinstance(document.get("tables", {}), dict):
        _refuse(shown, "the attribute tables of the graph is no block of tables")
    return document


def _node_tables(graph: nx.Graph[Any]) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in ROLES}
    for node, data in graph.nodes(data=True):
        known = {**data, "id": node}
        is_overseas, is_hub = bool(data.get("is_overseas")), bool(data.get("is_hub", "status" in data))
        is_city = bool(data.get("is_city", not is_overseas))
        if is_city:
            rows["cities"].append(_columns(known, "cities"))
        if is_hub:
            # A hub in a city leaves place and sources to the city's row; its own sources are marked as the hub's.
            of_the_city = (*_PLACE, *SOURCE_COLUMNS) if is_city else ()
            hub = {name: value for name, value in known.items() if name not in of_the_city}
            hub |= {name: known[f"hub_{name}"] for name in SOURCE_COLUMNS if f"hub_{name}" in known}
            rows["hubs"].append(_columns({**hub, "id": node}, "hubs"))
        if is_overseas:
            rows["overseas"].append(_columns(known, "overseas"))
    return rows


def _columns(known: Mapping[str, Any], table: str) -> dict[str, Any]:
    return {name: known[name] for name in COLUMNS[table] if known.get(name) is not None}


def _edge_tables(graph: nx.Graph[Any], shown: str) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {"links": [], "demand": []}
    for start, end, data in graph.edges(data=True):
        known = {**data, "from": start, "to": end}
        if "km" in data:
            rows["links"].append(_columns(known, "links"))
        if "volume_t_per_year" in data:
            if not graph.is_directed():
                _refuse(shown, f"the edge {start} to {end} has a volume, yet no direction: use a directed graph")
            rows["demand"].append(_columns({**data, "origin": start, "destination": end}, "demand"))
    return rows
