"""What `export` writes is what other programs read: HiGHS, networkx and whoever knows RFC 7946."""

from __future__ import annotations

import json
from math import isfinite

import highspy
import networkx as nx
import polars
import pytest

from netdesign.errors import ExitCode
from netdesign.evaluate import evaluate
from netdesign.network import build_network
from netdesign.report.page.plan_record import plan_record
from netdesign.results.document import ResultDocument
from netdesign.results.named_plan import plan_from_document
from netdesign.results.result_file import read_result
from tests.support.small_instances import LEGS, SERVICES, write_instance
from tests.support.solving import read_document, written


@pytest.fixture
def benelux_result(tmp_path, netdesign):
    """Return the file of a result with two hubs, and the document in it."""
    path = tmp_path / "result.json"
    assert netdesign("solve", "benelux", "--max-new", "1", "-o", path, "--quiet").code == 0
    return path, json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", ["lp", pytest.param("mps", marks=pytest.mark.long)])
def test_highs_finds_in_the_file_the_optimum_that_solve_finds(kind, tmp_path, netdesign):
    """The whole range of the instance is one model; its optimum is the best of all numbers of hubs."""
    file = tmp_path / f"model.{kind}"
    written = netdesign("export", "benelux", file, "--to", kind)
    assert written == (ExitCode.ANSWERED, "", f"{file} written\n")
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)  # as all runs of a thread have to
    highs.setOptionValue("mip_rel_gap", 1e-7)
    assert highs.readModel(str(file)) == highspy.HighsStatus.kOk
    highs.run()
    result = json.loads(netdesign("solve", "benelux", "--format", "json", "--quiet").out)
    cost = highs.getInfo().objective_function_value
    assert cost == pytest.approx(result["objective"], rel=1e-6)
    # Names say what a column is, so that a reader of the file finds the hubs.
    assert any("hub_open" in name and "LGG" in name for name in highs.getLp().col_names_)


def test_networkx_finds_every_node_and_link_in_the_graphml(tmp_path, netdesign):
    file = tmp_path / "cities.graphml"
    assert netdesign("export", "benelux", file, "--to", "graphml", "--quiet") == (0, "", "")
    graph = nx.read_graphml(file)
    summary = json.loads(netdesign("check", "benelux", "--format", "json", "--quiet").out)
    assert len(graph) >= summary["cities"] + summary["overseas_airports"]
    assert graph.nodes["LGG"]["lat"] == pytest.approx(50.64, abs=0.02)
    edges = list(graph.edges(data=True))
    assert edges
    assert {data["mode"] for *_, data in edges} <= {"air", "road", "ferry"}
    assert all(data["km"] > 0 for *_, data in edges)


def test_an_attribute_that_a_node_does_not_have_is_left_out(tmp_path, netdesign):
    """Cities without coordinates, as an instance of given legs may have them."""
    file = tmp_path / "cities.graphml"
    assert netdesign("export", write_instance(tmp_path, LEGS), file, "--to", "graphml", "--quiet").code == 0
    nodes = nx.read_graphml(file).nodes
    assert "lat" not in nodes["A"]
    assert nodes["A"]["country"] == "BE"


def test_geojson_has_hubs_cities_and_lines_with_the_volumes_of_the_plan(benelux_result, tmp_path, netdesign):
    path, document = benelux_result
    file = tmp_path / "map.geojson"
    assert netdesign("export", path, file, "--to", "geojson", "--quiet") == (0, "", "")
    collection = json.loads(file.read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    points = {
        feature["properties"]["id"]: feature
        for feature in collection["features"]
        if feature["geometry"]["type"] == "Point"
    }
    lines = [feature for feature in collection["features"] if feature["geometry"]["type"] == "LineString"]
    assert {name for name, point in points.items() if point["properties"]["hub"]} == set(document["plan"]["open_hubs"])
    for feature in [*points.values(), *lines]:
        ends = feature["geometry"]["coordinates"]
        for lon, lat in [ends] if feature["geometry"]["type"] == "Point" else ends:
            # RFC 7946 has longitude first.
            assert isfinite(lon)
            assert -180 <= lon <= 180
            assert -90 <= lat <= 90
    assert all(line["properties"]["volume_t_per_year"] > 0 for line in lines)
    inbound = sum(
        line["properties"]["volume_t_per_year"]
        for line in lines
        if line["properties"]["leg"] == "collection" and line["properties"]["from"] == "HGH"
    )
    cities = document["plan"]["cities"]
    for name, way in (("hubs_in", "in"), ("hubs_out", "out")):
        for city, point in points.items():
            if point["properties"]["kind"] == "city":
                rows = zip(cities["city"], cities["way"], cities["hub"], strict=True)
                assert point["properties"][name] == "+".join(hub for *key, hub in rows if key == [city, way])
    # The instance's own figure.
    assert inbound == pytest.approx(24_000, rel=1e-6)


def test_parquet_has_the_routes_of_the_plan(benelux_result, tmp_path, netdesign):
    path, document = benelux_result
    file = tmp_path / "routes.parquet"
    assert netdesign("export", path, file).err.endswith(f"{file} written as parquet, by its ending\n")
    frame = polars.read_parquet(file)
    assert frame.to_dict(as_series=False) == document["plan"]["routes"]
    assert frame.schema["volume_t_per_year"] == polars.Float64
    one = netdesign("export", path, file, "--hubs", "1", "--quiet")
    assert one.code == 0
    assert set(polars.read_parquet(file)["first_hub"]) == {"LGG"}
    text = f"netdesign: {file}: holds a table in Parquet; name another file, or remove it first\n"
    assert netdesign("export", path, file, "--to", "geojson").err == text
    told = netdesign("export", "benelux", tmp_path / "other.parquet")
    text = (
        "netdesign: benelux is an instance; parquet is made of a result: netdesign solve benelux -o FILE writes one\n"
    )
    assert (told.code, told.err) == (ExitCode.USAGE, text)


def test_points_and_lines_of_geojson_have_the_same_properties_each_and_each_leg_is_one_line(tmp_path, netdesign):
    """So that a GIS reads columns with one type; what a city receives is late and long as the result says."""
    path, file = tmp_path / "result.json", tmp_path / "map.geojson"
    assert netdesign("solve", "europe", "--max-new", "0", "-o", path, "--quiet").code == 0
    assert netdesign("export", path, file, "--to", "geojson", "--quiet").code == 0
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    for kind in ("Point", "LineString"):
        found = [one["properties"] for one in features if one["geometry"]["type"] == kind]
        assert len({tuple(properties) for properties in found}) == 1
        for name in found[0]:
            assert len({type(one[name]) for one in found if one[name] is not None}) <= 1
    lines = [one["properties"] for one in features if one["geometry"]["type"] == "LineString"]
    assert len({(line["leg"], line["from"], line["to"]) for line in lines}) == len(lines)
    plan = json.loads(path.read_text(encoding="utf-8"))["plan"]
    by_leg = {(one["from"], one["to"]): one for one in plan["services"]}
    assert sum(line["vehicle"] is not None for line in lines) == len(by_leg)
    for line in lines:
        service = by_leg.get((line["from"], line["to"]))
        if service is None:
            assert line["mode"] == "air"
            continue
        assert line["wait_h"] == pytest.approx(service["wait_h"], abs=1e-4)
        assert line["fill"] == pytest.approx(service["fill"], abs=1e-4)
        assert line["eur_per_year"] == pytest.approx(service["eur_per_year"])
        assert line["hours"] >= line["wait_h"]
    cities = plan["cities"]
    received = zip(*(cities[name] for name in ("city", "way", "t_per_year", "mean_h", "late_t_per_year")), strict=True)
    points = {one["properties"]["id"]: one["properties"] for one in features if one["geometry"]["type"] == "Point"}
    late = dict.fromkeys(points, 0.0)
    for city, way, _, _, tonnes in received:
        late[city] += (tonnes or 0.0) * (way == "in")
    assert {name: point["late_t_per_year"] or 0.0 for name, point in points.items()} == pytest.approx(late, abs=1e-3)


def test_geojson_has_the_departures_of_legs(tmp_path, netdesign):
    """Also of a leg on which a paired vehicle comes back empty."""
    text = SERVICES.replace("return: one_way, wait: none", "return: paired, wait: none")
    text = text[: text.index("    - {kind: air,")]  # the way back would need such a row too
    for row, place in (("id: A, country", "50, lon: 5"), ("id: B, country", "51, lon: 5"), ("id: G", "30, lon: 120")):
        name = row.partition(",")[0]
        text = text.replace(row, row.replace(name, f"{name}, lat: {place}"))
    path, file = tmp_path / "result.json", tmp_path / "map.geojson"
    assert netdesign("solve", write_instance(tmp_path, text), "-o", path, "--max-new", "0", "--quiet").code == 0
    assert netdesign("export", path, file, "--to", "geojson", "--quiet") == (0, "", "")
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    found = [one["properties"] for one in features if one["geometry"]["type"] == "LineString"]
    services = json.loads(path.read_text(encoding="utf-8"))["plan"]["services"]
    ends = ("from", "to", "vehicle", "departures_per_week")
    assert sorted([line[name] for name in ends] for line in found if line["vehicle"]) == (
        sorted([one[name] for name in ends] for one in services)
    )
    assert [line["volume_t_per_year"] for line in found if (line["from"], line["to"]) == ("A", "G")] == [0.0]


def test_geojson_of_nodes_without_coordinates_is_refused_by_their_names(tmp_path, netdesign):
    write_instance(tmp_path, LEGS)
    assert netdesign("solve", tmp_path, "-o", tmp_path / "result.json", "--quiet").code == 0
    ended = netdesign("export", tmp_path / "result.json", tmp_path / "map.geojson", "--to", "geojson")
    assert ended.code == ExitCode.USAGE
    assert ended.err.startswith("netdesign: GeoJSON needs lat and lon of every node; ")
    assert not (tmp_path / "map.geojson").exists()


def test_geojson_of_a_result_without_a_plan_is_refused(tmp_path, netdesign):
    path = tmp_path / "result.json"
    assert netdesign("solve", "tiny", "--time-limit", "1e-9", "-o", path).code == ExitCode.STOPPED_WITHOUT_PLAN
    ended = netdesign("export", path, tmp_path / "map.geojson", "--to", "geojson")
    assert (ended.code, ended.err) == (ExitCode.USAGE, f"netdesign: {path}: holds no plan (time_limit)\n")


def test_a_chosen_hub_link_without_freight_is_a_line_of_geojson_too(tmp_path, netdesign):
    """Once, from its first end to its second, as all lines are; the page has it as well."""
    (tmp_path / "idle").mkdir()
    names = {"A": (50.0, 4.0), "B": (51.0, 5.0), "C": (52.0, 6.0)}
    document = {
        "format": "netdesign.instance/1",
        "name": "idle",
        "parcel": {"weight_kg": 1},
        "streams": {"all": {}},
        "problem": {"network": "chosen"},
        "factors": {"inter_hub": 0.5},
        "policies": {"hub_count": {"min": 3}, "hub_links": {"min": 3}},
        "tables": {
            "cities": [{"id": name, "lat": lat, "lon": lon} for name, (lat, lon) in names.items()],
            "hubs": [{"id": name, "fixed_cost_eur_per_year": 1} for name in names],
            "legs": [{"from": a, "to": b, "cost_eur_per_t": 2} for a in names for b in names if a != b],
            "demand": [{"origin": "A", "destination": "B", "volume_t_per_year": 7}],
        },
    }
    file, result = tmp_path / "map.geojson", tmp_path / "result.json"
    with written(document, tmp_path / "idle"):
        assert netdesign("solve", tmp_path / "idle", "-o", result, "--quiet").code == 0
        assert netdesign("export", result, file, "--to", "geojson", "--quiet").code == 0
        instance = read_document(document, tmp_path / "idle")
    features = [one["properties"] for one in json.loads(file.read_text(encoding="utf-8"))["features"]]
    lines = [one for one in features if one.get("leg") == "inter_hub"]
    told = sorted((*sorted((one["from"], one["to"])), one["volume_t_per_year"]) for one in lines)
    assert told == [("A", "B", 7.0), ("A", "C", 0.0), ("B", "C", 0.0)]
    plan = plan_from_document(read_result(result, ResultDocument).plan, instance)
    record = plan_record(instance, plan, evaluate(instance, build_network(instance), plan), {}, {})
    assert sum(tonnes == 0 for tonnes in record["legs"]["t_per_year"]) == 2
