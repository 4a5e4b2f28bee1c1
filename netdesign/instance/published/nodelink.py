"""Node-link JSON, as ``networkx.node_link_data`` writes it and nearly as D3 and others do.

It is not read by networkx, which makes a node of every misspelt end of an edge, numbers nodes without an id, and
keeps the last of two edges or names without a message.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from netdesign.errors import Fault, InstanceError, unknown
from netdesign.instance.files import read_text
from netdesign.instance.published.graph_tables import GraphPart
from netdesign.instance.published.graphs import GraphFile, graph_source, no_doubled_names, whole_number
from netdesign.instance.schema import InstanceDocument

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance.published.reading import Reading, Source

_KEYS = ("directed", "multigraph", "graph", "nodes", "edges", "links")


def read_nodelink(path: Path, reading: Reading) -> Source:
    """Read a graph as ``networkx.node_link_data`` writes it; its edges are under ``edges`` or ``links``."""
    shown = str(path)
    data = _parsed(read_text(path, shown), shown)
    edges = data.get("edges", data.get("links"))
    if not isinstance(data.get("nodes"), list) or not isinstance(edges, list):
        _refuse(shown, "is no graph as networkx.node_link_data writes it: nodes with an id, edges with source, target")
    if not isinstance(data.get("graph", {}), dict):
        _refuse(shown, "the attributes of the graph are no block of names and values")
    faults = list(_odd_keys(data, shown))
    for key in ("directed", "multigraph"):
        if not isinstance(data.get(key, False), bool):
            wrong = f"{str(data[key])[:40]!r} is neither true nor false"
            message = wrong if data[key] is not None else "has no value; write true or false, or take it out"
            faults.append(Fault(shown, 0, 0, key, message))
    nodes = _parts(data["nodes"], ("id",), shown, faults)
    links = _parts(edges, ("source", "target"), shown, faults)
    # The default of networkx.
    if data.get("multigraph", True) is True:
        for link in links:
            link.data.pop("key", None)
    elif isinstance(data.get("directed", False), bool):
        _check_simple(links, data.get("directed") is True, shown, faults)
    graph = GraphFile(shown, data.get("graph", {}), nodes, links, data.get("directed") is True, faults)
    return graph_source(graph, path)


def _parsed(text: str, shown: str) -> dict[str, Any]:
    try:
        data = json.loads(text, object_pairs_hook=no_doubled_names, parse_int=whole_number)
    except json.JSONDecodeError as error:
        raise InstanceError([Fault(shown, error.lineno, error.colno, "", f"is not JSON: {error.msg}")]) from None
    except RecursionError:
        _refuse(shown, "is nested too deeply to be a graph")
    except ValueError as error:  # a doubled name
        _refuse(shown, str(error))
    return data if isinstance(data, dict) else {}


def _refuse(shown: str, message: str) -> NoReturn:
    raise InstanceError([Fault(shown, 0, 0, "", message)])


def _odd_keys(data: dict[str, Any], shown: str) -> list[Fault]:
    faults = []
    for key in data:
        if key in InstanceDocument.model_fields:
            faults.append(Fault(shown, 0, 0, key, "is a part of the instance, which stands in `graph`; move it there"))
        elif key not in _KEYS:
            faults.append(Fault(shown, 0, 0, key, unknown("key", key, _KEYS)))
    if "edges" in data and "links" in data:
        faults.append(
            Fault(shown, 0, 0, "links", "there are edges as well, and both are the edges of a graph; keep one")
        )
    return faults


def _parts(found: list[Any], ends: tuple[str, ...], shown: str, faults: list[Fault]) -> list[GraphPart]:
    """Return nodes or edges; one without an id or ends is a fault."""
    kind = "node" if len(ends) == 1 else "edge"
    parts = []
    for number, data in enumerate(found, start=1):
        place = f"{shown}: {kind} number {number}"
        if not isinstance(data, dict):
            faults.append(Fault(place, 0, 0, "", "is no block of names and values"))
            continue
        wrong = [name for name in ends if isinstance(data.get(name), bool) or not isinstance(data.get(name), str | int)]
        for name in wrong:
            message = "is missing" if data.get(name) is None else "is no text and no whole number"
            faults.append(Fault(place, 0, 0, name, message))
        if not wrong:
            rest = {name: value for name, value in data.items() if name not in ends}
            parts.append(GraphPart(tuple(data[name] for name in ends), rest))
    return parts


def _check_simple(edges: list[GraphPart], is_directed: bool, shown: str, faults: list[Fault]) -> None:
    """Note a doubled edge in a file that states that it has none."""
    seen = set()
    for edge in edges:
        ends = edge.ends if is_directed else frozenset(edge.ends)
        if ends in seen:
            message = "stands twice, yet multigraph is false; set it to true if both count"
            faults.append(Fault(edge.place(shown), 0, 0, "", message))
        seen.add(ends)
