"""Small files in the published formats, written here: no benchmark file is copied."""

from __future__ import annotations

# Five nodes, so that the cut to five is the file itself. Flows are asymmetric and a node sends to itself.
AP = """\
5
0 0
3000 4000
6000 8000
3000 0
0 4000
1 2 3 4 5
5 0 1 2 3
2 2 2 2 2
9 8 7 6 5
0 1 0 1 4
2
3.0
0.75
2.0
"""

CAB = """\
A text above the table.

param:       W           C    :=
 1  1        0.          0
 1  2        6.        10.
 1  3        2.        20.
 2  1        6.        10.
 2  2        0.          0
 2  3        2.        15.
 3  1        2.        20.
 3  2        2.        15.
 3  3        0.          0;
"""

# Two warehouses, three customers.
CAP = """\
2 3
40 100.
30 50
10
 20 60
15
 30 15
20
 80 10
"""

CAP_WORD = CAP.replace("40 100.", "capacity 100.").replace("30 50", "capacity 50")

PMED = """\
4 5 2
1 2 3
2 3 4
3 4 1
1 4 9
1 2 2
"""

HOLMBERG = """\
2 3
40 100
30 50
10 15 20
20 30 80
60 15 10
"""

UFLLIB = """\
FILE: small
2 3 0
1 100 20 30 80
2 50 60 15 10
"""

GRAPHML = """\
<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="km" for="edge" attr.name="km" attr.type="double"/>
  <graph edgedefault="undirected">
    <node id="A"/><node id="B"/>
    <edge source="A" target="B"><data key="km">12</data></edge>
  </graph>
</graphml>
"""

ROAD = {
    "speed_kmh": 100,
    "cost_eur_per_km": 1,
    "truck_load_t": 1,
    "crews": [{"drivers": 1, "drive_between_breaks_h": 24, "break_h": 0, "drive_between_rests_h": 24, "rest_h": 0}],
}
"""Roads of a graph: a tonne costs 1 EUR/km."""
