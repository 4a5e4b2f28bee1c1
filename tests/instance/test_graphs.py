"""Graphs: what strangers' graphs say counts or is told; what export writes is the same instance, whatever its texts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdesign.errors import InstanceError
from netdesign.instance import read_instance
from netdesign.instance.document import Located
from netdesign.instance.published.reading import Reading, Source
from netdesign.instance.read import read_source
from netdesign.io.instance_files import to_plain_data, write_graphml, write_nodelink
from tests.instance.bad.graphs import GRAPHML, sound
from tests.support.published_files import ROAD
from tests.support.small_instances import ROADS, write_instance

if TYPE_CHECKING:
    from pathlib import Path

WRITERS = {"graphml": write_graphml, "nodelink": write_nodelink}


def source_of(graph, folder: Path):
    """Read a graph of node-link JSON."""
    file = folder / "graph.json"
    file.write_text(json.dumps(graph), encoding="utf-8")
    return read_source(file, (), Reading("nodelink"))


def warnings_of(graph, folder: Path) -> list[str]:
    """Return what the reader finds odd about a graph."""
    return [f"{fault.field}: {fault.message}" for fault in source_of(graph, folder).located.warnings]


def read_xml(text: str, folder: Path):
    """Read GraphML."""
    file = folder / "graph.xml"
    file.write_text(text, encoding="utf-8")
    return read_source(file, (), Reading("graphml"))


def back_to_back(graph):
    """Give every edge of a graph with km its way back."""
    graph["edges"] += [
        {"source": edge["target"], "target": edge["source"], "km": edge["km"]}
        for edge in graph["edges"]
        if "km" in edge
    ]


def test_attributes_of_other_programs_are_told_once(tmp_path):
    graph = sound()
    back_to_back(graph)
    graph["multigraph"] = True
    for node in graph["nodes"]:
        node |= {"x": 1, "label": "L", "color": None}
    graph["edges"][0] |= {"oneway": False, "osmid": [1, 2], "key": 0}
    graph["graph"] |= {"crs": "epsg:4326", "node_default": {}}
    told = ": attributes that play no part: of the graph crs; of nodes x, label; of edges oneway, osmid"
    assert warnings_of(graph, tmp_path) == [told]


def test_links_that_lead_one_way_in_the_file_are_told(tmp_path):
    told = ": the graph is directed and no edge with km leads back; each is a link, driven both ways"
    assert warnings_of(sound(), tmp_path) == [told]


def test_links_there_and_back_are_one_link(tmp_path):
    graph = sound()
    back_to_back(graph)
    graph["edges"][-1]["km"] = "20.0"  # the same figure in other letters
    links = source_of(graph, tmp_path).located.data["tables"]["links"]
    assert [(row["from"], row["to"], row["km"]) for row in links] == [("Aachen", "Bonn", 10), ("Bonn", "Celle", 20)]


def test_parallel_links_both_count(tmp_path):
    graph = sound()
    graph["multigraph"] = True
    graph["edges"].append({"source": "Bonn", "target": "Celle", "key": 1, "km": 7})
    source_of(graph, tmp_path)
    instance = read_instance(tmp_path / "graph.json", (), Reading("nodelink"))
    assert sorted(link.km for link in instance.links) == [7, 10, 20]


def test_a_null_on_a_node_is_an_empty_cell(tmp_path):
    graph = sound()
    graph["nodes"][2] |= {"status": None, "is_hub": None, "lat": None}
    tables = source_of(graph, tmp_path).located.data["tables"]
    assert [row["id"] for row in tables["hubs"]] == ["Aachen", "Bonn"]
    assert tables["cities"][2] == {"id": "Celle"}
    graph["nodes"][0] |= {"lat": None, "note": None}
    assert warnings_of(graph, tmp_path)[:3] == [
        "lat: has no value, which counts as an empty cell; give it one, or take it out (and 1 more nodes)",
        "status: has no value, which counts as an empty cell, and makes the node no hub; give it one, or take it out",
        "is_hub: has no value, which counts as an empty cell; give it one, or take it out",
    ]


def test_a_hub_that_is_switched_off_is_told(tmp_path):
    graph = sound()
    graph["nodes"][1] = {"id": "Bonn", "is_hub": False, "capacity_t_per_year": 9}
    assert warnings_of(graph, tmp_path)[0] == "is_hub: is false, so capacity_t_per_year of it play no part"
    assert [row["id"] for row in source_of(graph, tmp_path).located.data["tables"]["hubs"]] == ["Aachen"]


def test_a_node_that_networkx_made_of_a_misspelt_end_is_a_fault(tmp_path):
    """`node_link_graph` adds the missing node, and who writes the graph again has it listed."""
    graph = sound()
    graph["nodes"][2]["lat"] = 52.6
    graph["nodes"].append({"id": "Cele"})
    graph["edges"].append({"source": "Cele", "target": "Aachen", "km": 5})
    told = "has no attributes, yet others have; did you mean 'Celle'? If it is a city of its own, write is_city: true"
    assert told in [fault.message for _, fault in source_of(graph, tmp_path).located.faults]
    graph["nodes"][3]["is_city"] = True
    assert len(source_of(graph, tmp_path).located.data["tables"]["cities"]) == 4


def test_numbers_are_ids_of_nodes(tmp_path):
    graph = sound()
    number = {"Aachen": 1, "Bonn": 2, "Celle": 3}
    for node in graph["nodes"]:
        node["id"] = number[node["id"]]
    for edge in graph["edges"]:
        edge |= {"source": number[edge["source"]], "target": number[edge["target"]]}
    source_of(graph, tmp_path)
    instance = read_instance(tmp_path / "graph.json", (), Reading("nodelink"))
    assert [node.id for node in instance.nodes] == ["1", "2", "3"]


def test_defaults_of_graphml_count(tmp_path):
    text = GRAPHML.replace('attr.name="km" attr.type="double"/>', 'attr.name="km"><default>12.5</default></key>')
    text = text.replace('attr.type="boolean"/>', 'attr.type="boolean"><default>1</default></key>')
    text = text.replace('<data key="km">12</data>', "").replace(">true<", ">0<")
    tables = read_xml(text, tmp_path).located.data["tables"]
    assert [row["km"] for row in tables["links"]] == ["12.5"]
    assert [row["id"] for row in tables["hubs"]] == ["B"]  # by default; A says 0


def test_what_yed_draws_with_plays_no_part(tmp_path):
    drawn = (
        '<data key="g"><y:Shape xmlns:y="http://www.yworks.com/xml/graphml"><y:Label>Bonn</y:Label></y:Shape></data>'
    )
    text = GRAPHML.replace('<node id="B"/>', f'<node id="B">{drawn}</node>')
    text = text.replace("<graph edge", '<key id="g" for="node" yfiles.type="nodegraphics"/>\n<graph edge')
    source = read_xml(text, tmp_path)
    assert [str(fault.message) for fault in source.located.warnings] == ["attributes that play no part: of nodes viz"]
    assert source.located.faults == []


def test_groups_of_yed_are_read_flat(tmp_path):
    drawn = '<key id="g" for="node" yfiles.type="nodegraphics"/><key id="d" attr.name="description"/>'
    inside = '<graph edgedefault="undirected" id="N:"><node id="B"/><node id="C"/>'
    inside += '<node id="M"><graph edgedefault="undirected"><node id="D"/></graph></node>'
    inside += '<edge source="B" target="C"><data key="km">7</data></edge></graph>'
    text = GRAPHML.replace("<graph edge", f"{drawn}\n<graph edge").replace(
        '<node id="B"/>', f'<node id="N" yfiles.foldertype="group"><data key="d"/><data key="g"/>{inside}</node>'
    )
    source = read_xml(text, tmp_path)
    tables = source.located.data["tables"]
    assert sorted(row["id"] for row in tables["cities"]) == ["A", "B", "C", "D"]
    assert [(row["from"], row["to"], row["km"]) for row in tables["links"]] == [("A", "B", "12"), ("B", "C", "7")]
    assert source.located.faults == []
    told = ["groups (of yEd) are read flat: what stands inside counts, a group itself is no node"]
    assert [fault.message for fault in source.located.warnings] == told


def test_an_empty_default_of_graphml_is_none(tmp_path):
    text = GRAPHML.replace('attr.name="km" attr.type="double"/>', 'attr.name="km"><default/></key>')
    assert read_xml(text, tmp_path).located.faults == []


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "us-ascii", "UTF8"])
def test_graphml_may_declare_an_encoding_in_which_it_is_the_same(encoding, tmp_path):
    assert read_xml(GRAPHML.replace("utf-8", encoding), tmp_path).located.faults == []
    if encoding != "UTF8":
        with pytest.raises(InstanceError, match=f"is declared as {encoding}; save it as UTF-8"):
            read_xml(GRAPHML.replace("utf-8", encoding).replace('"A"', '"Ä"'), tmp_path)


@pytest.mark.parametrize("form", WRITERS)
def test_every_link_and_source_comes_back(form, tmp_path):
    """Parallel links, the columns that would be ends of an edge, and a hub with sources of its own in a city."""
    text = ROADS.replace("{from: B, to: X, km: 100}", "{from: B, to: X, km: 100, source: maps, note: slow}")
    text = text.replace("    - {from: G, to: X,", "    - {from: X, to: B, km: 90, hours: 3}\n    - {from: G, to: X,")
    text = text.replace("{id: A, status: existing,", "{id: A, source: operator, url: u, status: existing,")
    source = read_source(write_instance(tmp_path, text))
    WRITERS[form](source, tmp_path / "file")
    again = to_plain_data(read_source(tmp_path / "file", (), Reading(form)))
    wanted = to_plain_data(source)
    for row in wanted["tables"]["links"]:
        row.setdefault("mode", "road")

    def sortable(tables):
        # An undirected graph keeps no order of edges, and none of their ends.
        ends = ("from", "to")
        return {
            name: sorted(
                (
                    sorted(str(row[end]) for end in ends if end in row),
                    sorted((key, str(value)) for key, value in row.items() if key not in ends or name != "links"),
                )
                for row in rows
            )
            for name, rows in tables.items()
        }

    assert sortable(again.pop("tables")) == sortable(wanted.pop("tables"))
    assert again == wanted


# Categories: no control characters but those of a text, which XML knows; no half surrogates, which UTF-8 lacks.
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder for files of which only the last counts."""
    return tmp_path_factory.mktemp("texts")


def comes_back(form, folder, text):
    """Write and read an instance with this text in every kind of place; tell whether it is the same document."""
    document = {
        **{"format": "netdesign.instance/1", "name": "texts", "title": text, "parcel": {"weight_kg": 1}},
        "streams": {"s": {}},
        "road": ROAD,
        "policies": {"exclusive": [{"name": "g", "sites": ["A", "B"]}]},
        "tables": {
            "cities": [{"id": "A", "name": text, "note": text}, {"id": "B"}],
            "hubs": [{"id": "A", "source": text, "fixed_cost_eur_per_year": 1}, {"id": "B", "url": text}],
            "links": [{"from": "A", "to": "B", "km": 1.0, "source": text, "mode": "road"}],
            "demand": [{"origin": "A", "destination": "B", "volume_t_per_year": 1.0, "source": text}],
        },
    }
    source = Source(Located(document, {(): ("texts", 0, 0)}), {}, "")
    WRITERS[form](source, folder / "file")
    again, wanted = to_plain_data(read_source(folder / "file", (), Reading(form))), to_plain_data(source)

    def filled(part):
        # An empty text is an empty cell, and a cell without anything is none.
        if isinstance(part, dict):
            return {key: filled(value) for key, value in part.items() if value not in ("", None)}
        return [filled(value) for value in part] if isinstance(part, list) else part

    return filled(again) == filled(wanted)


@settings(deadline=None, max_examples=40)
@given(TEXTS)
def test_texts_come_back_from_graphml(folder, text):
    assert comes_back("graphml", folder, text)


@settings(deadline=None, max_examples=40)
@given(TEXTS | st.text(st.sampled_from("\a\r\n\t\x00\x7f\u2028 =[{")))
def test_texts_come_back_from_nodelink(folder, text):
    assert comes_back("nodelink", folder, text)


def test_graphml_refuses_what_xml_has_no_character_for(tmp_path, netdesign):
    text = ROADS.replace("{id: B, country: NL}", '{id: B, name: "bell \\a", note: "\\r"}').replace(
        "{from: A, to: B, km: 100}", '{from: A, to: B, km: 100, note: "\\x00"}'
    )
    file = tmp_path / "o.graphml"
    ended = netdesign("export", write_instance(tmp_path, text), file, "--to", "graphml")
    assert ended.code == 2
    assert ended.err == (
        f"netdesign: {file}: GraphML cannot hold U+0007, which 'node B' has in name\n"
        f"{file}: GraphML cannot hold U+0000, which 'edge A to B' has in note\n"
        "take such characters out, or use --to nodelink\n"
    )
    assert not file.exists()
    assert netdesign("export", tmp_path, tmp_path / "o.json", "--to", "nodelink", "--quiet").code == 0
    assert read_instance(tmp_path / "o.json", (), Reading("nodelink")).nodes[1].name == "bell \a"


def test_graphml_has_the_truth_values_of_xml(tmp_path, netdesign):
    file = tmp_path / "o.graphml"
    assert netdesign("export", "tiny", file, "--to", "graphml", "--quiet").code == 0
    text = file.read_text(encoding="utf-8")
    assert ">true</data>" in text
    assert "True" not in text
    assert nx.read_graphml(file).number_of_nodes()
