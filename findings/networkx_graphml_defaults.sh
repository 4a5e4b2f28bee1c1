#!/usr/bin/env bash
# What networkx makes of the <default> values of GraphML.
#
# Guess: GraphML says that an element without a <data> for a key has the key's <default>, so that `read_graphml` gives
# every edge of this road network a length, and a shortest path counts it.
# Seen: defaults stand in graph.graph["edge_default"] only. The edge has no such attribute, and `dijkstra_path` takes
# a missing weight for 1: the way over two edges of 125 km is shorter than the direct one of 200, at a length of 2.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet networkx==3.6.1
cat > "$folder/roads.graphml" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="km" for="edge" attr.name="km" attr.type="double"><default>125</default></key>
  <graph edgedefault="undirected">
    <node id="A"/><node id="B"/><node id="C"/>
    <edge source="A" target="B"/>
    <edge source="B" target="C"/>
    <edge source="A" target="C"><data key="km">200</data></edge>
  </graph>
</graphml>
XML
"$folder/venv/bin/python" - "$folder/roads.graphml" <<'PY'
import sys

import networkx as nx

graph = nx.read_graphml(sys.argv[1])
path, length = nx.dijkstra_path(graph, "A", "C", weight="km"), nx.dijkstra_path_length(graph, "A", "C", weight="km")
print("networkx", nx.__version__)
print("edges:", list(graph.edges(data=True)))
print("edge_default:", graph.graph["edge_default"])
print("shortest path from A to C by km:", path, length)
assert "km" not in graph.edges["A", "B"], "defaults are applied"
assert graph.graph["edge_default"] == {"km": 125.0}
assert (path, length) == (["A", "B", "C"], 2), "a missing weight is no longer 1"
PY
