"""Graphs, as node-link JSON and GraphML, that are wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.instance.bad.case import Case, faults
from tests.support.published_files import ROAD

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = "x.txt"
NODES = "is_city, is_hub, is_overseas, source, url, year, source_status, note, name, country, customs_zone, lat, lon, "
NODES += "status, cargo_t_per_year, night_class, capacity_t_per_year, fixed_cost_eur_per_year, "
NODES += "handling_cost_eur_per_parcel, hub_h, hub_kind, hub_source, hub_url, hub_year, hub_source_status, hub_note"
EDGES = "mode, km, sea_km, hours, fare_eur_per_truck, stream, volume_t_per_year, share, source, url, year, "
EDGES += "source_status, note, link_source"
GRAPH = "format, name, title, description, units, problem, volume_factor, minimum_cargo_t_per_year, factors, parcel, "
GRAPH += "reference_labour_cost_eur_per_h, handling, night_wait_h, hub_cost, sorting_centre_cost, road, distances, "
GRAPH += "air, services, border, streams, policies, failures, stages, reporting, tables"


def sound() -> dict[str, Any]:
    """Return a graph of three cities with a hub at A and a site at B."""
    return {
        "directed": True,
        "multigraph": False,
        "graph": {"road": ROAD},
        "nodes": [
            {"id": "Aachen", "status": "existing", "fixed_cost_eur_per_year": 5},
            {"id": "Bonn", "status": "candidate", "fixed_cost_eur_per_year": 7},
            {"id": "Celle"},
        ],
        "edges": [
            {"source": "Aachen", "target": "Bonn", "km": 10, "volume_t_per_year": 3},
            {"source": "Bonn", "target": "Celle", "km": 20},
            {"source": "Celle", "target": "Aachen", "volume_t_per_year": 2},
        ],
    }


def nodelink(name: str, change: Callable[[dict[str, Any]], object], *lines: str) -> Case:
    """Return the case of a sound graph with a change that makes it wrong."""
    graph = sound()
    change(graph)
    call = ("solve", FILE, "--format-in", "nodelink", "-o", "result.json")
    return Case(name, faults(*(f"{FILE}: {line}" for line in lines)), 3, call, {FILE: json.dumps(graph)})


def at(part: str, position: int, **changes: object) -> Callable[[dict[str, Any]], object]:
    """Return the change of one node or edge; None takes an attribute out."""

    def change(graph: dict[str, Any]) -> None:
        found = graph[part][position]
        for name, value in changes.items():
            found.pop(name, None)
            if value is not None:
                found[name] = value

    return change


def without_km(graph: dict[str, Any]) -> None:
    """Give lengths in metres in place of km."""
    for edge in graph["edges"]:
        if edge.pop("km", 0):
            edge["length"] = 10000


GRAPHML = """\
<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="km" for="edge" attr.name="km" attr.type="double"/>
  <key id="h" for="node" attr.name="is_hub" attr.type="boolean"/>
  <graph edgedefault="undirected">
    <node id="A"><data key="h">true</data></node>
    <node id="B"/>
    <edge source="A" target="B"><data key="km">12</data></edge>
  </graph>
</graphml>
"""


def graphml(name: str, old: str, new: str, *lines: str) -> Case:
    """Return the case of a file that is wrong at one place."""
    assert GRAPHML.count(old) == 1, old
    call = ("solve", FILE, "--format-in", "graphml", "-o", "result.json")
    return Case(name, faults(*(f"{FILE}:{line}" for line in lines)), 3, call, {FILE: GRAPHML.replace(old, new)})


GRAPHS = [
    nodelink(
        "capital letter in an attribute of an edge",
        at("edges", 1, km=None, Km=20),
        f"edge Bonn to Celle: Km: unknown attribute; allowed: {EDGES}; did you mean 'km'?",
    ),
    nodelink(
        "volume without its unit",
        at("edges", 2, volume_t_per_year=None, volume=2),
        f"edge Celle to Aachen: volume: unknown attribute; allowed: {EDGES}; did you mean 'volume_t_per_year'?",
    ),
    nodelink(
        "capacity without its unit, on two nodes",
        lambda graph: [node.update(capacity=5) for node in graph["nodes"][:2]],
        "node Aachen: capacity: unknown attribute (and on 1 more); allowed: "
        f"{NODES}; did you mean 'capacity_t_per_year'?",
    ),
    nodelink(
        "misspelt attribute of a graph",
        lambda graph: graph["graph"].update(policy={"hub_count": {"max": 1}}),
        f"policy: unknown attribute; allowed: {GRAPH}; did you mean 'policies'?",
    ),
    nodelink(
        "part of an instance beside the graph",
        lambda graph: graph.update(policies={}),
        "policies: is a part of the instance, which stands in `graph`; move it there",
    ),
    nodelink(
        "unknown key of a graph's file",
        lambda graph: graph.update(direct=True),
        "direct: unknown key; allowed: directed, multigraph, graph, nodes, edges, links; did you mean 'directed'?",
    ),
    nodelink(
        "two lists of edges",
        lambda graph: graph.update(links=[]),
        "links: there are edges as well, and both are the edges of a graph; keep one",
    ),
    nodelink(
        "truth as text",
        lambda graph: [node.update(is_hub=word) for node, word in zip(graph["nodes"], ("yes", 1, "no"), strict=True)],
        "node Aachen: is_hub: 'yes' is neither true nor false; write one of them, and no text",
        "node Bonn: is_hub: '1' is neither true nor false; write one of them, and no text",
        "node Celle: is_hub: 'no' is neither true nor false; write one of them, and no text",
    ),
    nodelink(
        "direction as text", lambda graph: graph.update(directed="no"), "directed: 'no' is neither true nor false"
    ),
    nodelink(
        "null as direction",
        lambda graph: graph.update(directed=None),
        "directed: has no value; write true or false, or take it out",
    ),
    nodelink(
        "null on edges",
        lambda graph: (
            graph["edges"][0].update(volume_t_per_year=None, fare_eur_per_truck=None),
            graph["edges"][1].update(km=None, volume_t_per_year=4, link_source=None),
            graph["edges"].append({"source": "Celle", "target": "Bonn", "km": 20, "note": None}),
        ),
        "edge Aachen to Bonn: leads one way, where others lead both ways; links are driven both ways: add the way "
        "back with the same km, or give legs, which lead one way",
        "edge Aachen to Bonn: fare_eur_per_truck: has no value; give it one, or take it out",
        "edge Aachen to Bonn: volume_t_per_year: has no value; give it one, or take it out",
        "edge Bonn to Celle: km: has no value; give it one, or take it out",
    ),
    Case(
        "a whole number of thousands of digits",
        faults("x.txt: edge Bonn to Celle: km: inf is not a finite number"),
        3,
        ("solve", FILE, "--format-in", "nodelink", "-o", "result.json"),
        {FILE: json.dumps(sound()).replace('"km": 20', f'"km": {"9" * 5000}')},
    ),
    nodelink(
        "figures of a hub on a node that is none",
        at("nodes", 1, status=None),
        "node Bonn: has fixed_cost_eur_per_year, as a hub has, yet no status; give it one",
    ),
    nodelink(
        "status of a node that is no hub",
        at("nodes", 1, is_hub=False),
        "node Bonn: has status, fixed_cost_eur_per_year, as a hub has, and is_hub is false; keep one of them",
    ),
    nodelink(
        "node that is nothing",
        at("nodes", 2, is_city=False),
        "node Celle: is neither city nor hub nor overseas airport; take it out",
    ),
    nodelink(
        "edge to a node that is not listed",
        at("edges", 1, target="Cele"),
        "edge Bonn to Cele: 'Cele' is not among the nodes; did you mean 'Celle'?",
    ),
    nodelink(
        "positions as the ends of edges",
        lambda graph: [edge.update(source=n, target=(n + 1) % 3) for n, edge in enumerate(graph["edges"])],
        "edge 0 to 1: the ends of edges are positions in the list of nodes, as D3 writes them; "
        "write the ids of the nodes",
    ),
    nodelink(
        "number as the end of an edge",
        at("edges", 1, target=7),
        "edge Bonn to 7: the number 7 is not among the nodes",
    ),
    nodelink(
        "node that stands twice",
        lambda graph: graph["nodes"].append({"id": "Bonn"}),
        "node Bonn: stands twice among the nodes",
    ),
    nodelink("node without an id", lambda graph: graph["nodes"].append({}), "node number 4: id: is missing"),
    nodelink(
        "node with a list as id",
        lambda graph: graph["nodes"].append({"id": [1]}),
        "node number 4: id: is no text and no whole number",
    ),
    nodelink("edge without an end", at("edges", 0, target=None), "edge number 1: target: is missing"),
    nodelink(
        "parallel edges where there are none",
        lambda graph: graph["edges"].append(graph["edges"][0]),
        "edge Aachen to Bonn: stands twice, yet multigraph is false; set it to true if both count",
    ),
    nodelink(
        "edge that says nothing",
        at("edges", 1, km=None, note="closed"),
        "edge Bonn to Celle: has neither km nor volume_t_per_year; give it one, or take it out",
    ),
    nodelink("edge with hours and no km", at("edges", 1, km=None, hours=1), "edge Bonn to Celle: km: is missing"),
    nodelink(
        "lengths in metres",
        without_km,
        "no edge has km; edges have length: write how many km each link has in an attribute km",
    ),
    nodelink(
        "another way back",
        lambda graph: graph["edges"].append({"source": "Celle", "target": "Bonn", "km": 40}),
        "edge Aachen to Bonn: leads one way, where others lead both ways; links are driven both ways: add the way "
        "back with the same km, or give legs, which lead one way",
        "edge Bonn to Celle: has 20 km, the way back 40; links are driven both ways: give both the same, or give "
        "legs, which lead one way",
    ),
    nodelink(
        "one way only",
        at("edges", 1, oneway=True),
        "edge Bonn to Celle: is marked oneway; links are driven both ways: give legs, which lead one way, or take "
        "it out",
    ),
    nodelink(
        "volume without a direction",
        lambda graph: graph.update(directed=False),
        "edge Aachen to Bonn: has a volume, yet no direction: use a directed graph",
        "edge Celle to Aachen: has a volume, yet no direction: use a directed graph",
    ),
    nodelink(
        "null that switches off",
        lambda graph: graph["graph"].update(policies={"capacity": None}, road=None),
        "policies.capacity: has no value; write {} for the block with its defaults, or take the key out",
        "road: has no value; write its keys (speed_kmh, cost_eur_per_km, truck_load_t, crews), or take the key out",
    ),
    nodelink(
        "prices a parcel, and no parcel",
        lambda graph: (
            graph["graph"].update(
                handling={"cost_eur_per_parcel": 2},
                streams={"s": {"deadline_h": 9, "late_penalty_eur_per_parcel": 1}},
            ),
            graph["nodes"][0].update(handling_cost_eur_per_parcel=1),
            graph["nodes"][1].update(handling_cost_eur_per_parcel=1),
        ),
        "parcel: is missing, and so what a parcel weighs, of which there are prices: handling.cost_eur_per_parcel, "
        "streams.s.late_penalty_eur_per_parcel, hubs.Aachen.handling_cost_eur_per_parcel (and 1 more like it); give "
        'the graph the attribute parcel, such as {"weight_kg": 2}, or add --set parcel.weight_kg=2',
    ),
    nodelink(
        "table twice",
        lambda graph: graph["graph"].update(tables={"links": [], "demand_matrix": {"volume_t_per_year": "v.csv"}}),
        "tables.demand_matrix: a graph is one file: write the rows of the table, not the name of a file",
        "tables.links: the table stands in the attribute tables and on edges of the graph; keep one",
    ),
    nodelink(
        "a figure of an edge that is none", at("edges", 1, km="far"), "edge Bonn to Celle: km: 'far' is not a number"
    ),
    Case(
        "name twice in one object",
        faults("x.txt: 'km' stands twice in one object"),
        3,
        ("solve", FILE, "--format-in", "nodelink", "-o", "result.json"),
        {FILE: json.dumps(sound()).replace('"km": 20', '"km": 20, "km": 2')},
    ),
    graphml(
        "hyperedge",
        "<edge source",
        "<hyperedge/><edge source",
        "8:5: an edge between more than two nodes is not read; write edges",
    ),
    graphml("port", '<node id="B"/>', '<node id="B"><port/></node>', "7:18: ports are not read; take them out"),
    graphml(
        "groups of yEd that are more than a frame",
        '<node id="B"/>',
        '<node id="N"><data key="h">1</data><graph edgedefault="directed"><data key="p">1</data><node id="B"/></graph>'
        '</node><edge source="A" target="N"/><key id="p" attr.name="parcel"/>',
        "7:5: is a group (of yEd), which is read flat, yet has is_hub; give it to a node inside, or take it out",
        "7:40: edgedefault: a group of edges of its own kind in a graph that is undirected; edges are all directed, or "
        "none is",
        "7:70: there is no key 'p'",
        "7:121: target: 'N' is a group (of yEd), which is read flat; end the edge at a node inside",
        "7:150: <key> is unknown in <graph>; allowed: node, edge, data, desc",
    ),
    graphml(
        "text in a node",
        '<node id="B"/>',
        '<node id="B">is_hub: true</node>',
        "7:5: holds the text 'is_hub: true' itself; write <data key=...>, and a key for it",
    ),
    graphml(
        "default without its element",
        'attr.type="double"/>',
        'attr.type="double">12</key>',
        "3:3: holds the text '12' itself; write <default>",
    ),
    graphml(
        "unknown element",
        '<node id="B"/>',
        '<nod id="B"/><node id="B"/>',
        "7:5: <nod> is unknown in <graph>; allowed: node, edge, data, desc",
    ),
    graphml(
        "figure as an attribute of XML",
        'target="B">',
        'target="B" km="13">',
        "8:5: km: stands in <edge> itself; write <data key=...>, and a key for it",
    ),
    graphml(
        "no kind of edges",
        ' edgedefault="undirected"',
        "",
        "5:3: edgedefault: is missing; allowed: directed, undirected",
    ),
    graphml(
        "edge with a direction of its own",
        'target="B">',
        'target="B" directed="true">',
        "8:5: directed: an edge of its own kind in a graph that is undirected; edges are all directed, or none is",
    ),
    graphml(
        "empty data of an edge",
        ">12</data>",
        "> </data>",
        "8:5: edge A to B: km: has no value; give it one, or take it out",
    ),
    graphml(
        "empty data of an edge, closed at once",
        ">12</data>",
        "/>",
        "8:5: edge A to B: km: has no value; give it one, or take it out",
    ),
    graphml("truth that is none in GraphML", ">true<", ">yes<", "6:18: is_hub: 'yes' is neither true nor false"),
    graphml("key that is not declared", 'data key="km"', 'data key="kn"', "8:33: there is no key 'kn'"),
    graphml(
        "unknown encoding",
        "encoding='utf-8'",
        "encoding='utf-9'",
        "1:1: is declared as utf-9; save it as UTF-8, and declare that",
    ),
    graphml(
        "entities",
        "<graphml xmlns",
        '<!DOCTYPE graphml [<!ENTITY a "b">]>\n<graphml xmlns',
        "2:19: has a DOCTYPE; entities are not read, take it out",
    ),
    graphml(
        "unknown end", 'target="B"', 'target="b"', "8:5: edge A to b: 'b' is not among the nodes; did you mean 'B'?"
    ),
]
