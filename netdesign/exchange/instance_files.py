"""An instance as a graph of networkx, whole, so that it can be read again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from netdesign.exchange.writing import through_temporary
from netdesign.instance.plain import plain_document, without_matrices
from netdesign.instance.published.graphs import ROLES, SOURCE_COLUMNS
from netdesign.network import city_graph
from netdesign.solve.output_file import write_text

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx

    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Source


def instance_graph(instance: Instance, source: Source) -> nx.Graph[str]:
    """Return the graph of cities with all else that the instance has: columns of nodes and edges, attributes.

    Parameters
    ----------
    instance
        Gives the graph: of parallel links the one on which the way is chosen.
    source
        Of the same instance, with the columns of its tables. What is neither node nor link stands in attributes of
        the graph, as JSON.
    """
    document = without_matrices(plain_document(source), source)
    tables = document["tables"]
    graph = city_graph(instance)
    for table, role in ROLES.items():
        for row in tables.pop(table, []):
            node = graph.nodes[row["id"]]
            node[role] = True
            # A hub in a city: its sources are not the city's.
            own = SOURCE_COLUMNS if table == "hubs" and node.get("is_city") else ()
            node.update({f"hub_{name}" if name in own else name: v for name, v in row.items() if name != "id"})
    for _, data in graph.nodes(data=True):
        data.update({role: data.get(role, False) for role in ROLES.values()})
    for row in tables.pop("links", []):
        edge = graph.edges[row["from"], row["to"]]
        if edge["km"] == row["km"] and edge["mode"] == row.get("mode", "road"):
            if "hours" not in row:
                edge.pop("hours", None)  # of an air link they follow from its distance
            edge.update({name: value for name, value in row.items() if name not in ("from", "to")})
    graph.graph.update({k: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for k, v in document.items()})
    for attributes in (*(data for _, data in graph.nodes(data=True)), *(data for *_, data in graph.edges(data=True))):
        for name in [name for name, value in attributes.items() if value is None]:
            del attributes[name]
    return graph


def write_graphml(instance: Instance, source: Source, path: Path) -> None:
    """Write the graph of an instance as GraphML, for networkx, Gephi, yEd and others."""
    import networkx as nx

    graph = instance_graph(instance, source)
    through_temporary(path, ".graphml", lambda temporary: nx.write_graphml(graph, temporary))


def write_nodelink(instance: Instance, source: Source, path: Path) -> None:
    """Write the graph of an instance as node-link JSON of networkx."""
    import networkx as nx

    data = nx.node_link_data(instance_graph(instance, source), edges="edges")
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_text(path, text)
