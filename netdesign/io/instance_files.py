"""An instance as a graph of networkx, whole, so that it can be read again."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from netdesign.errors import UsageError
from netdesign.instance.published.graph_tables import OF_THE_HUB, OF_THE_LINK, ROLES
from netdesign.instance.to_plain_data import plain_document, without_matrices
from netdesign.io.output_file import write_text, write_through

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import networkx as nx

    from netdesign.instance.published.reading import Source

_NOT_IN_XML = re.compile("[^\\t\\n\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What XML 1.0 has no character for; a carriage return among them, which its readers turn into a line feed."""


def instance_graph(source: Source) -> nx.Graph[str]:
    """Return the graph of cities with all that the instance has: columns of nodes and edges, attributes.

    Parameters
    ----------
    source
        Of the instance. What is neither node nor link stands in attributes of the graph, as JSON.

    Returns
    -------
    Graph
        A MultiGraph where links are parallel.
    """
    import networkx as nx

    document = _without_nulls(without_matrices(plain_document(source), source))
    tables = document["tables"]
    links = [dict(row) for row in tables.pop("links", [])]
    ends = [(row.pop("from"), row.pop("to")) for row in links]
    are_parallel = len(set(map(frozenset, ends))) < len(ends)
    graph: nx.Graph[str] = nx.MultiGraph() if are_parallel else nx.Graph()
    for table, role in ROLES.items():
        for row in tables.pop(table, []):
            graph.add_node(row["id"])
            node = graph.nodes[row["id"]]
            # A hub in a city: its sources are not the city's.
            marks = OF_THE_HUB if table == "hubs" and node.get("is_city") else {}
            node.update(_marked({name: value for name, value in row.items() if name != "id"}, marks))
            node[role] = True
    for _, data in graph.nodes(data=True):
        data.update({role: data.get(role, False) for role in ROLES.values()})
    for (start, end), row in zip(ends, links, strict=True):
        graph.add_edge(start, end, **_marked({"mode": "road", **row}, OF_THE_LINK))
    graph.graph.update({k: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for k, v in document.items()})
    return graph


def _marked(row: dict[str, Any], marks: Mapping[str, str]) -> dict[str, Any]:
    """Return a row with some columns under the names that tell them from the attributes of other parts."""
    by_column = {name: mark for mark, name in marks.items()}
    return {by_column.get(name, name): value for name, value in row.items()}


def _without_nulls(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document without what is left out anyway; only ``stages: null`` says something."""

    def kept(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: kept(inside) for name, inside in value.items() if inside is not None}
        return [kept(inside) for inside in value] if isinstance(value, list) else value

    years = {"stages": None} if document.get("stages", False) is None else {}
    return cast("dict[str, Any]", kept(document)) | years


def write_graphml(source: Source, path: Path) -> None:
    """Write the graph of an instance as GraphML, for networkx, Gephi, yEd and others.

    Raises
    ------
    UsageError
        A text holds a character that XML does not know, or the file cannot be written.
    """
    from networkx.readwrite.graphml import GraphMLWriter

    class Writer(GraphMLWriter):
        """Writes truth values as XML has them; networkx writes True and False, which others refuse."""

        def add_data(self, name: str, element_type: Any, value: Any, scope: str = "all", default: Any = None) -> Any:
            element = super().add_data(name, element_type, value, scope, default)
            if element_type is bool:
                element.text = str(value).lower()
            return element

    graph = instance_graph(source)
    _check_xml(graph, path)
    # A column of whole numbers and others is one of numbers: two keys of one name confuse igraph.
    writer = Writer(encoding="utf-8", prettyprint=True, infer_numeric_types=True)
    writer.add_graph_element(graph)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            writer.dump(file)

    write_through(path, ".graphml", write)


def _check_xml(graph: nx.Graph[str], path: Path) -> None:
    """Raise a UsageError that names every text with a character that XML 1.0 cannot hold or would change."""
    parts = [
        *(("graph", graph.graph),),
        *((f"node {node}", {"id": node, **data}) for node, data in graph.nodes(data=True)),
        *((f"edge {start} to {end}", data) for start, end, data in graph.edges(data=True)),
    ]
    found = [
        f"{path}: GraphML cannot hold U+{ord(odd[0]):04X}, which {part!r} has in {name}"
        for part, data in parts
        for name, value in data.items()
        if isinstance(value, str) and (odd := _NOT_IN_XML.search(value))
    ]
    if found:
        message = "\n".join([*found, "take such characters out, or use --to nodelink"])
        raise UsageError(message)


def write_nodelink(source: Source, path: Path) -> None:
    """Write the graph of an instance as node-link JSON of networkx."""
    import networkx as nx

    data = nx.node_link_data(instance_graph(source), edges="edges")
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_text(path, text)
