"""Graphs as instances: the common part of the readers of node-link JSON and GraphML.

Nodes are cities, hubs and overseas airports, edges are links, and the rest of an instance are attributes of the graph.
A foreign graph needs no more than ``km`` on its edges and, where it is directed, ``volume_t_per_year``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from netdesign.errors import Fault, InstanceError, did_you_mean, unknown
from netdesign.instance.document import FORMAT
from netdesign.instance.matrices import MATRIX_TABLES
from netdesign.instance.published.graph_tables import EDGE, NODE, GraphPart, Kind, check_one_way, edge_rows, node_rows
from netdesign.instance.published.reading import as_source, instance_name
from netdesign.instance.schema import InstanceDocument

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance.document import Located, Path_
    from netdesign.instance.published.reading import Source

TEXTS = ("format", "name", "title", "description")
"""Attributes of the graph that are texts; a text under any other name is JSON, as GraphML has no lists."""

_FOREIGN = """
    label labels x y z pos position size width height color colour fillcolor fontcolor fontsize shape style fill r g b a
    viz layout visible selected id key interaction description tooltip node_default edge_default
    weight length geometry osmid osmid_original highway railway ref street_count elevation name maxspeed lanes oneway
    reversed bridge tunnel access service junction area landuse speed_kph travel_time bearing grade grade_abs
    merged_edges crs simplified consolidated streets_per_node created_date created_with
    kind site eur
"""
# Drawing (networkx, Gephi, yEd, igraph, Cytoscape), maps (OSMnx), and earlier versions of netdesign.
FOREIGN = frozenset(_FOREIGN.split())
"""Attributes of other programs, in small letters: they play no part, and a warning lists them."""

_LACKING: dict[Path_, str] = {
    ("tables", "cities"): "no node of the graph is a city; a node is one unless its is_city is false",
    ("tables", "hubs"): "no node of the graph may be a hub; give those that may the attribute status, such as existing "
    "or candidate",
    ("parcel",): 'give the graph the attribute parcel, such as {"weight_kg": 2}, or add --set parcel.weight_kg=2',
    ("tables",): "no edge of the graph has freight; give edges of a directed graph the attribute volume_t_per_year, or "
    "the graph's attribute tables a table demand",
}
"""Words for a missing table or demand, by path, in place of those for files with tables."""

_FEW_BARE = 3
"""So many nodes without any attribute, among others that have some, may be misspelt ones."""


@dataclass
class GraphFile:
    """A graph as its file states it, nothing merged and nothing left out.

    Parameters
    ----------
    shown
        Name of the file in messages.
    attributes
        Of the graph.
    nodes, edges
        In the order of the file; the ends of every edge are among the nodes.
    is_directed
        Whether edges have a direction.
    faults
        What was wrong in reading it.
    misspelt
        Parts with an attribute that is unknown, by ``id``; what they lack may be what it was to be.
    warnings
        What was odd in reading it.
    """

    shown: str
    attributes: dict[str, Any]
    nodes: list[GraphPart]
    edges: list[GraphPart]
    is_directed: bool
    faults: list[Fault] = field(default_factory=list)
    misspelt: set[int] = field(default_factory=set)
    warnings: list[Fault] = field(default_factory=list)


def no_doubled_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; Python would keep the last of doubled names without a message.

    Raises
    ------
    ValueError
        A name stands twice.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        message = f"{next(name for name in names if names.count(name) > 1)[:40]!r} stands twice in one object"
        raise ValueError(message)
    return found


def whole_number(digits: str) -> int | float:
    """Return a whole number of JSON; thousands of digits, which Python refuses, as with a point."""
    try:
        return int(digits)
    except ValueError:
        return float(digits)


def graph_source(graph: GraphFile, path: Path | None) -> Source:
    """Return the source of an instance from a graph, with its faults and warnings.

    Parameters
    ----------
    graph
        The graph.
    path
        Where it was read; None of one that is in memory.

    Raises
    ------
    InstanceError
        The graph is wrong in a way that leaves nothing to be checked further.
    """
    _check_ends(graph)
    if graph.faults:
        raise InstanceError(graph.faults)
    used: dict[str, dict[str, None]] = {}
    check_one_way(graph)
    whole = GraphPart((), graph.attributes)
    _drop_unknown_attributes(graph, [whole], Kind("the graph", tuple(InstanceDocument.model_fields)), used)
    _drop_unknown_attributes(graph, graph.nodes, NODE, used)
    _drop_unknown_attributes(graph, graph.edges, EDGE, used)
    document = _document(graph, path)
    source = as_source(document, {}, graph.shown, [] if path is None else [path])
    located = source.located
    located.warnings += graph.warnings
    if "parcel" in graph.attributes:
        located.assumed.clear()
    _add_tables(graph, located, [name for name in used.get(EDGE.kind, {}) if name in ("length", "weight")])
    # Under a name that no table has: what was read of it can be relied on.
    located.faults += [(("graph",), fault) for fault in graph.faults]
    if used:
        listed = "; ".join(f"of {kind} {', '.join(names)}" for kind, names in used.items())
        located.warnings.append(Fault(graph.shown, 0, 0, "", f"attributes that play no part: {listed}"))
    return source


def _check_ends(graph: GraphFile) -> None:
    """Note doubled nodes and edges with an unknown end."""
    seen = set()
    for node in graph.nodes:
        if node.ends[0] in seen:
            graph.faults.append(Fault(node.place(graph.shown), 0, 0, "", "stands twice among the nodes"))
        seen.add(node.ends[0])
    texts = [name for name in seen if isinstance(name, str)]
    lost = [(edge, end) for edge in graph.edges for end in edge.ends if end not in seen]
    if lost and len(texts) == len(seen) and all(isinstance(end, int) and end < len(seen) for _, end in lost):
        message = "the ends of edges are positions in the list of nodes, as D3 writes them; write the ids of the nodes"
        graph.faults.append(Fault(lost[0][0].place(graph.shown), 0, 0, "", message))
        return
    for edge, end in lost:
        near = did_you_mean(end, texts) if isinstance(end, str) else ""
        shown = repr(end) if isinstance(end, str) else f"the number {end}"
        graph.faults.append(Fault(edge.place(graph.shown), 0, 0, "", f"{shown} is not among the nodes{near}"))


def _drop_unknown_attributes(
    graph: GraphFile, parts: list[GraphPart], kind: Kind, used: dict[str, dict[str, None]]
) -> None:
    """Remove attributes that an instance does not have; note each name once, as foreign or as a fault."""
    near = {name.lower() for name in kind.allowed}
    strange: dict[str, list[GraphPart]] = {}
    for part in parts:
        for name in [name for name in part.data if name not in kind.allowed]:
            value = part.data.pop(name)
            is_foreign = name.lower() in FOREIGN
            if is_foreign and value in (None, "", {}):
                continue  # such as networkx and yEd leave behind
            if is_foreign and name.lower() not in near:
                used.setdefault(kind.kind, {})[name] = None
            else:
                strange.setdefault(name, []).append(part)
    for name, found in strange.items():
        graph.misspelt |= {id(part) for part in found}
        more = f" (and on {len(found) - 1} more)" if len(found) > 1 else ""
        message = unknown(f"attribute{more}", name, kind.allowed)
        graph.faults.append(Fault(found[0].place(graph.shown), 0, 0, name, message))


def _check_bare_nodes(graph: GraphFile) -> None:
    """Note nodes that look like a misspelt end of an edge: networkx makes a node of each such end."""
    dressed = [str(node.ends[0]) for node in graph.nodes if node.data]
    bare = [node for node in graph.nodes if not node.data]
    # Where many have no attribute, none of them is conspicuous.
    for node in bare if len(bare) <= min(_FEW_BARE, len(dressed) - 1) else ():
        near = did_you_mean(str(node.ends[0]), dressed)
        if near:
            message = f"has no attributes, yet others have{near} If it is a city of its own, write is_city: true"
            graph.faults.append(Fault(node.place(graph.shown), 0, 0, "", message))


def _document(graph: GraphFile, path: Path | None) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, value in graph.attributes.items():
        document[name] = value
        if name not in TEXTS and isinstance(value, str):
            document[name] = _from_json(name, value, graph)
    document.setdefault("format", FORMAT)
    document.setdefault("name", "graph" if path is None else instance_name(path).removesuffix(path.suffix))
    document.setdefault("parcel", {"weight_kg": 1000})
    document.setdefault("streams", {"freight": {}})
    document.setdefault("tables", {})
    return document


def _from_json(name: str, text: str, graph: GraphFile) -> Any:
    try:
        return json.loads(text, object_pairs_hook=no_doubled_names, parse_int=whole_number)
    except (ValueError, RecursionError) as error:
        reason = "" if isinstance(error, json.JSONDecodeError | RecursionError) else f"; {error}"
        message = f"the attribute {name} of the graph is no JSON: {text[:40]!r}{reason}"
        raise InstanceError([*graph.faults, Fault(graph.shown, 0, 0, "", message)]) from None


def _add_tables(graph: GraphFile, located: Located, measures: list[str]) -> None:
    """Make tables from nodes and edges, and note the place of each row."""
    tables = located.data["tables"]
    if not isinstance(tables, dict):
        message = "the attribute tables of the graph is no block of tables"
        raise InstanceError([*graph.faults, Fault(graph.shown, 0, 0, "", message)])
    for name, value in tables.items():
        if isinstance(value, str) or name in MATRIX_TABLES:
            message = "a graph is one file: write the rows of the table, not the name of a file"
            graph.faults.append(Fault(graph.shown, 0, 0, f"tables.{name}", message))
    found = node_rows(graph.nodes, graph.shown, graph.faults, located.warnings)
    has_links = any(tables.get(name) for name in ("links", "legs"))
    _check_bare_nodes(graph)
    found |= edge_rows(graph, measures, has_links=has_links, warnings=located.warnings)
    located.lacking = _LACKING
    for table, rows in found.items():
        if not rows:
            continue
        if table in tables:
            parts = "edges" if table in ("links", "demand") else "nodes"
            message = f"the table stands in the attribute tables and on {parts} of the graph; keep one"
            graph.faults.append(Fault(graph.shown, 0, 0, f"tables.{table}", message))
            continue
        tables[table] = [row for _, row in rows]
        located.places["tables", table] = (graph.shown, 0, 0)
        for index, (part, row) in enumerate(rows):
            place = part.place(graph.shown)
            located.places["tables", table, index] = (place, 0, 0)
            for name in [name for name, value in row.items() if value is None]:
                message = "has no value; give it one, or take it out"
                located.faults.append((("tables", table, index, name), Fault(place, 0, 0, name, message)))
