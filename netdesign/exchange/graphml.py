"""The graph of cities as GraphML, for networkx, Gephi, yEd and others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from netdesign.exchange.writing import through_temporary
from netdesign.network import city_graph

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance import Instance


def write_graphml(instance: Instance, path: Path) -> None:
    """Write the graph of cities; attributes that a node does not have are left out."""
    graph = city_graph(instance)
    for _, attributes in graph.nodes(data=True):
        for name in [name for name, value in attributes.items() if value is None]:
            del attributes[name]
    through_temporary(path, ".graphml", lambda temporary: nx.write_graphml(graph, temporary))
