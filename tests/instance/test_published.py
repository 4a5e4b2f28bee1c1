"""Published formats, networkx graphs and workbooks: read as meant, and the same when written and read again."""

from __future__ import annotations

import contextlib
import json
import random
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest

from netdesign.errors import InstanceError, UsageError
from netdesign.instance import read_instance
from netdesign.instance.published.hubs import cut_ap
from netdesign.instance.published.reading import Reading
from netdesign.instance.read import read_source
from tests.support.literature import published
from tests.support.published_files import AP, CAB, CAP, CAP_WORD, HOLMBERG, PMED, ROAD, UFLLIB
from tests.support.small_instances import LEGS, ROADS, write_instance

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "ap": (AP, {}),
    "cab": (CAB, {"alpha": 0.6}),
    "cap": (CAP, {}),
    "holmberg": (HOLMBERG, {}),
    "pmed": (PMED, {}),
    "ufllib": (UFLLIB, {}),
}


def read(text: str, folder: Path, form: str, **options):
    """Read a text in a published format."""
    file = folder / "file.txt"
    file.write_text(text, encoding="utf-8")
    return read_instance(file, (), Reading(form, **options))


def assert_same(one, other):
    """Two instances decide the same: nodes, sites, commodities, legs, problem and policies."""
    assert [vars(site) for site in one.sites] == [vars(site) for site in other.sites]
    assert one.nodes == other.nodes
    assert (one.problem, one.policies, one.factors) == (other.problem, other.policies, other.factors)
    assert (one.streams, one.road, one.air, one.border) == (other.streams, other.road, other.air, other.border)

    def freight(instance):
        c = instance.commodities
        return sorted(zip(c.origin, c.destination, c.stream, c.volume, strict=True))

    assert freight(one) == freight(other)

    def links(instance):
        # Both ways, so the order of the ends says nothing.
        return sorted(
            (*sorted((x.origin, x.destination)), x.mode, x.km, x.sea_km, x.hours or -1, x.fare_eur_per_truck)
            for x in instance.links
        )

    assert links(one) == links(other)
    for name in ("cost", "time_h", "km", "co2e") if one.legs is not None else ():
        assert np.array_equal(getattr(one.legs, name), getattr(other.legs, name), equal_nan=True)


def test_ap_scales_distances_keeps_flows_and_takes_its_p(tmp_path):
    instance = read(AP, tmp_path, "ap")
    assert instance.legs.cost[0, 1] == 5.0  # 3000, 4000 apart, divided by 1000
    assert instance.commodities.volume.sum() == 77.0
    assert (instance.factors.collection, instance.factors.inter_hub, instance.factors.distribution) == (3, 0.75, 2)
    assert instance.hub_range == (2, 2)


def test_fixed_costs_and_capacities_lie_beside_an_ap_file(tmp_path):
    for name in ("fixed", "capacity"):
        (tmp_path / name).write_text("10 20 30 40 50\n", encoding="utf-8")
    beside = {"fixed_costs": str(tmp_path / "fixed"), "capacities": str(tmp_path / "capacity")}
    instance = read(AP, tmp_path, "ap", **beside)
    assert [site.fixed_cost for site in instance.sites] == [10, 20, 30, 40, 50]
    assert [site.capacity for site in instance.sites] == [10, 20, 30, 40, 50]
    assert instance.policies.capacity.counts == "collected"
    assert instance.hub_range == (1, 5)


def test_a_cut_of_ap_keeps_traffic_and_its_centre():
    """Ten nodes to five: each row of two becomes one node between them, weighted by traffic."""
    place = np.array([[x, y] for y in range(5) for x in (0.0, 4.0)])
    flow = np.zeros((10, 10))
    flow[0, 1] = 3.0  # inside the first box
    flow[2, 4] = 6.0
    centre, cut = cut_ap(place, flow, 5)
    assert cut[0, 0] == 3.0
    assert cut[1, 2] == 6.0
    assert cut.sum() == flow.sum()
    assert centre[0].tolist() == [2.0, 0.0]  # both have traffic 3
    assert centre[1].tolist() == [0.0, 1.0]  # node 2 has it all
    assert centre[4].tolist() == [2.0, 4.0]  # none has any


def test_cab_divides_flows_by_their_sum(tmp_path):
    instance = read(CAB, tmp_path, "cab", alpha=0.6)
    assert instance.commodities.volume.sum() == pytest.approx(1.0)
    assert instance.factors.inter_hub == 0.6
    assert read(CAB, tmp_path, "cab", nodes=2).commodities.volume.tolist() == [0.5, 0.5]


def test_a_format_that_knows_no_parcel_takes_no_price_of_one(tmp_path, netdesign):
    """Its figures are by the tonne, whatever a parcel weighs."""
    (tmp_path / "cab").write_text(CAB, encoding="utf-8")
    call = ("check", tmp_path / "cab", "--format-in", "cab", "--set", "handling.cost_eur_per_parcel=1")
    ended = netdesign(*call)
    assert ended.code == 3
    assert "parcel: is missing, and so what a parcel weighs, of which there are prices: handling.cost" in ended.err
    assert netdesign(*call, "--set", "parcel.weight_kg=2").code == 0


def test_of_repeated_edges_the_last_counts(tmp_path):
    """Edge 1 2 is 3, then 2: paths are 1-2 2, 2-3 4, 3-4 1, and 1-4 is 7 over them, not 9."""
    cost = read(PMED, tmp_path, "pmed").legs.cost
    assert cost.tolist() == [[0, 2, 6, 7], [2, 0, 4, 5], [6, 4, 0, 1], [7, 5, 1, 0]]


def test_an_edge_of_length_0_is_an_edge(tmp_path):
    assert read("2 1 1\n1 2 0\n", tmp_path, "pmed").legs.cost.tolist() == [[0, 0], [0, 0]]


# Costs are those of the whole demand, 10, 15 and 20 t. Neither warehouse (40 and 30 t) can serve all. With both, the
# second takes customer 3 and 10 t of customer 2, the first the rest; with one source customer 2 goes to the first.
OPTIMA = {
    "cap": (CAP, {}, 150 + 20 + (10 + 10) + 10),
    "cap with a word": (CAP_WORD, {"capacity": 45}, 50 + 60 + 15 + 10),
    "holmberg": (HOLMBERG, {}, 150 + 20 + 30 + 10),
    "ufllib": (UFLLIB, {}, 50 + 60 + 15 + 10),
    "ufllib of a cap file": (CAP, {}, 50 + 60 + 15 + 10),
    "pmed": (PMED, {}, 2 + 1),  # nodes 1 or 2, and 3 or 4
}


@pytest.mark.parametrize("name", OPTIMA)
def test_solve_answers_from_the_file(name, tmp_path, netdesign):
    """By hand; and `verify` reads the file in the same way."""
    text, options, optimum = OPTIMA[name]
    file, result = tmp_path / "file.txt", tmp_path / "result.json"
    file.write_text(text, encoding="utf-8")
    words = [word for key, value in options.items() for word in (f"--{key}", value)]
    ended = netdesign("solve", file, "--format-in", name.split()[0], *words, "-o", result, "--quiet")
    assert ended.code == 0, ended.err
    document = json.loads(result.read_text(encoding="utf-8"))
    assert document["objective"] == pytest.approx(optimum)
    assert document["reader"] == {"format_in": name.split()[0], "instance": str(file), **options}
    assert netdesign("verify", file, result, "--prove", "--quiet").code == 0
    # Another figure in the file is another instance.
    file.write_text(text.replace("15", "16").replace("4 1\n", "4 2\n"), encoding="utf-8")
    assert netdesign("verify", file, result, "--quiet").code == 7


def test_an_ap_file_may_end_with_fixed_costs_and_capacities(tmp_path):
    fixed, capacity = [500, 600, 700, 800, 900], [20, 30, 20, 30, 20]
    ended = AP + "".join(f"{value}\n" for value in (*fixed, *capacity))
    instance = read(ended, tmp_path, "ap")
    assert [site.fixed_cost for site in instance.sites] == fixed
    assert [site.capacity for site in instance.sites] == capacity
    assert instance.policies.capacity.counts == "collected"
    assert instance.hub_range == (1, 5)  # fixed costs decide the number
    only_fixed = read(AP + " ".join(map(str, fixed)), tmp_path, "ap")
    assert [site.fixed_cost for site in only_fixed.sites] == fixed
    assert only_fixed.policies.capacity is None


@pytest.mark.parametrize(
    ("form", "text", "optimum"),
    [("holmberg", HOLMBERG, "210"), ("cap", CAP, "200.0"), ("ufllib", UFLLIB, "135"), ("ufllib", CAP, "135")],
)
def test_an_optimum_as_the_last_line_is_read_and_told(form, text, optimum, tmp_path):
    file = tmp_path / "file.txt"
    file.write_text(text + optimum + "\n", encoding="utf-8")
    source = read_source(file, (), Reading(form))
    assert_same(read_instance(file, (), Reading(form)), read(text, tmp_path, form))
    (warning,) = source.located.warnings
    line = len(text.splitlines()) + 1
    said = f"the last number, {optimum}, is taken for the optimum that some files state, and not used"
    assert str(warning) == f"{file}:{line}: {said}"


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems_change_nothing(form, end, tmp_path):
    text, options = FILES[form]
    file = tmp_path / "ended.txt"
    file.write_bytes(text.replace("\n", end).encode())
    assert_same(read_instance(file, (), Reading(form, **options)), read(text, tmp_path, form, **options))


@pytest.mark.parametrize("width", [1, 3, 1000])
def test_numbers_printed_alike_tell_a_layout_whose_lines_do_not(width, tmp_path):
    """Of OR-Library's files demands have no decimals and costs have five."""
    text = CAP.replace("20 60", "20.50000 60.10000").replace("30 15", "30.00000 15.00000")
    text = text.replace("80 10", "80.00000 10.25000")
    words = text.split()
    lines = "\n".join(" ".join(words[first : first + width]) for first in range(0, len(words), width))
    assert_same(read(lines, tmp_path, "cap"), read(text, tmp_path, "cap"))
    with pytest.raises(InstanceError, match="read it with --format-in cap"):
        read(lines, tmp_path, "holmberg")


def drawn_file(draw: random.Random) -> dict[str, str]:
    """Return a small facility location in the lines of each layout, by format and way."""
    sites, customers = draw.randint(1, 6), draw.randint(2, 6)
    demand = [draw.randint(1, 20) for _ in range(customers)]
    pairs = "".join(f"{draw.randint(20, 60)} {draw.randint(1, 99)}\n" for _ in range(sites))
    cost = [[draw.randint(1, 30) for _ in range(customers)] for _ in range(sites)]
    head = f"{sites} {customers}\n{pairs}"
    rows = "".join(" ".join(map(str, row)) + "\n" for row in cost)
    columns = [" ".join(str(row[place]) for row in cost) for place in range(customers)]
    return {
        "cap": head + "".join(f"{d}\n{column}\n" for d, column in zip(demand, columns, strict=True)),
        "cap, one line": head + "".join(f"{d} {column}\n" for d, column in zip(demand, columns, strict=True)),
        "holmberg": head + "".join(f"{d}\n" for d in demand) + rows,
        "holmberg, one line": head + " ".join(map(str, demand)) + "\n" + rows,
    }


def test_no_drawn_file_is_read_in_its_siblings_layout(tmp_path):
    draw, read_as_written = random.Random(12), 0
    for _ in range(40):
        for way, text in drawn_file(draw).items():
            form = way.split(",")[0]
            other = {"cap": "holmberg", "holmberg": "cap"}[form]
            with pytest.raises(InstanceError):
                read(text, tmp_path, other)
            with contextlib.suppress(InstanceError):  # asked, or capacities that cannot lift the demand
                read(text, tmp_path, form)
                read_as_written += 1
    assert read_as_written > 100


@pytest.mark.parametrize("name", ["orlib_cap/cap91.txt", "orlib_cap/cap41.txt", "sscflp_holmberg/p1", "uflp_misc/MO1"])
def test_a_published_file_is_read_in_its_own_formats_alone(name):
    own = {"orlib_cap": {"cap", "ufllib"}, "sscflp_holmberg": {"holmberg"}, "uflp_misc": {"ufllib"}}[name.split("/")[0]]
    for form in ("ap", "cab", "cap", "holmberg", "pmed", "ufllib"):
        if form in own:
            read_source(published(name), (), Reading(form))
        else:
            with pytest.raises(InstanceError, match="read it with --format-in"):
                read_source(published(name), (), Reading(form))


@pytest.mark.parametrize("form", FILES)
def test_an_imported_folder_is_the_same_instance(form, tmp_path, netdesign):
    text, options = FILES[form]
    instance = read(text, tmp_path, form, **options)
    words = [word for key, value in options.items() for word in (f"--{key}", value)]
    ended = netdesign("import", form, tmp_path / "file.txt", tmp_path / "made", *words, "--quiet")
    assert (ended.code, ended.err) == (0, "")
    assert_same(read_instance(tmp_path / "made"), instance)


@pytest.mark.parametrize("form", ["graphml", "nodelink", "excel"])
@pytest.mark.parametrize("text", [LEGS, ROADS], ids=["legs", "roads"])
def test_what_export_writes_reads_as_the_same_instance(form, text, tmp_path, netdesign):
    if form == "excel":
        pytest.importorskip("openpyxl")
    folder, file = tmp_path / "own", tmp_path / "exported"
    folder.mkdir()
    write_instance(folder, text)
    assert netdesign("export", folder, file, "--to", form, "--quiet").code == 0
    assert_same(read_instance(file, (), Reading(form)), read_instance(folder))
    assert netdesign("import", form, file, tmp_path / "made", "--quiet").code == 0
    assert_same(read_instance(tmp_path / "made"), read_instance(folder))


@pytest.mark.parametrize("form", ["graphml", "nodelink", "excel"])
def test_dense_tables_are_written_out(form, tmp_path, netdesign):
    if form == "excel":
        pytest.importorskip("openpyxl")
    instance = read(CAB, tmp_path, "cab")
    file = tmp_path / "exported"
    ended = netdesign("export", tmp_path / "file.txt", file, "--to", form, "--format-in", "cab", "--quiet")
    assert ended.code == 0
    assert_same(read_instance(file, (), Reading(form)), instance)


def test_a_strangers_graph_needs_little(tmp_path, netdesign):
    """km and volumes on directed edges, a status on what may be a hub; the rest are attributes of the graph."""
    graph = nx.DiGraph(name="mine")
    graph.graph["road"] = ROAD
    graph.add_node("A", status="existing", fixed_cost_eur_per_year=5)
    graph.add_node("B", colour="blue")
    graph.add_edge("A", "B", km=10, volume_t_per_year=3, weight=1)
    file = tmp_path / "graph.json"
    file.write_text(json.dumps(nx.node_link_data(graph, edges="links")), encoding="utf-8")
    ended = netdesign("solve", file, "--format-in", "nodelink", "--format", "json", "--quiet")
    assert json.loads(ended.out)["objective"] == 35.0  # 5 and 10 km with 3 t in trucks of 1 t


def test_a_workbook_without_openpyxl_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(UsageError, match=r"pip install 'netdesign\[excel\]'"):
        read("", tmp_path, "excel")


@pytest.mark.parametrize("nodes", [10, 20, 25])
def test_our_cut_is_the_published_cut(nodes):
    folder = published(f"ap/{nodes}.3").parent
    ours = read_instance(folder / "APdata200", (), Reading("ap", nodes=nodes))
    theirs = read_instance(folder / f"{nodes}.3", (), Reading("ap"))
    assert ours.commodities.volume == pytest.approx(theirs.commodities.volume, abs=1e-6)
    assert ours.legs.cost == pytest.approx(theirs.legs.cost, abs=1e-6)


def test_a_factor_that_a_file_does_not_have_is_told(tmp_path, netdesign):
    """Unless the call gives one, in either way."""
    (tmp_path / "cab").write_text(CAB, encoding="utf-8")
    call = (tmp_path / "cab", "--format-in", "cab")
    told = "note: a cab file has no inter-hub factor: 1 is taken, by which no leg gets cheaper; --alpha gives another\n"
    for command in ("check", "solve"):
        assert netdesign(command, *call).err == told
        assert netdesign(command, *call, "--alpha", "1").err == ""
        assert netdesign(command, *call, "--set", "factors.inter_hub=0.5").err == ""
    assert netdesign("import", "cab", tmp_path / "cab", tmp_path / "made").err.startswith(told)
