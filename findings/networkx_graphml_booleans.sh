#!/usr/bin/env bash
# Truth values in GraphML from networkx, read by rustworkx.
#
# Guess: both libraries read and write GraphML, so a graph with a boolean attribute passes from one to the other.
# Seen: `write_graphml` writes `True` and `False` for attr.type="boolean", where XML Schema has true, false, 1 and 0.
# networkx reads its own words; rustworkx refuses the file. With small letters it reads it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet networkx==3.6.1 rustworkx==0.17.1
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys
from importlib.metadata import version
from pathlib import Path

import networkx as nx
import rustworkx as rx

file = Path(sys.argv[1]) / "hubs.graphml"
graph = nx.Graph()
graph.add_node("LGG", is_hub=True)
graph.add_node("BUD", is_hub=False)
graph.add_edge("LGG", "BUD")
nx.write_graphml(graph, file)
text = file.read_text(encoding="utf-8")
print("networkx", nx.__version__, "rustworkx", version("rustworkx"))
print("written:", [word for word in ("True", "true") if f">{word}<" in text])
try:
    rx.read_graphml(str(file))
    refused = ""
except Exception as error:
    refused = f"{type(error).__name__}: {error}"
print("read by rustworkx:", refused or "yes")
file.write_text(text.replace(">True<", ">true<").replace(">False<", ">false<"), encoding="utf-8")
again = rx.read_graphml(str(file))[0]
print("with small letters:", [node["is_hub"] for node in again.nodes()])
assert ">True<" in text, "networkx writes the words of XML"
assert refused, "rustworkx reads the words of Python"
assert [node["is_hub"] for node in again.nodes()] == [True, False]
PY
