#!/usr/bin/env bash
# A list of edges in which some stand twice, as in OR-Library's p-median files, where the last length counts.
#
# One would have guessed that the same list gives the same shortest paths in networkx and in scipy, which both build a
# graph from it in one line. Seen: networkx.Graph keeps the last length; networkx.MultiGraph goes by the shortest;
# a sparse matrix of scipy ADDS the lengths of an edge that stands twice the same way round, and takes the shorter one
# where it stands once each way (csgraph with directed=False). Three distances from one file, none with a warning.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet networkx==3.6.1 scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import networkx as nx
import numpy as np
import scipy
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import shortest_path


def distances(edges):
    graph, multi = nx.Graph(), nx.MultiGraph()
    graph.add_weighted_edges_from(edges)
    multi.add_weighted_edges_from(edges)
    rows, columns, lengths = (np.array(part) for part in zip(*edges))
    sparse = coo_matrix((lengths.astype(float), (rows, columns)), shape=(2, 2)).tocsr()
    return (
        nx.shortest_path_length(graph, 0, 1, weight="weight"),
        nx.shortest_path_length(multi, 0, 1, weight="weight"),
        float(shortest_path(sparse, directed=False)[0, 1]),
    )


same_way, both_ways = distances([(0, 1, 3), (0, 1, 5)]), distances([(0, 1, 3), (1, 0, 5)])
print(f"networkx {nx.__version__}, scipy {scipy.__version__}: lengths 3, then 5, of one edge")
print(f"twice the same way: Graph {same_way[0]}, MultiGraph {same_way[1]}, sparse matrix {same_way[2]:g}")
print(f"once each way:      Graph {both_ways[0]}, MultiGraph {both_ways[1]}, sparse matrix {both_ways[2]:g}")
assert same_way == (5, 3, 8.0)
assert both_ways == (5, 3, 3.0)
PYTHON
