"""Sorting centres from the data to the answer: numbers of hubs, words, verification, files of all formats, warnings."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

import netdesign as nd
from netdesign.instance import read_instance
from tests.support.centres import one_road
from tests.support.small_instances import write_instance


def three_sites() -> dict[str, Any]:
    """Return the one road with a hub that may open at Q and another sorting centre S, 30 km from Q; one of each."""
    document = one_road()
    tables = document["tables"]
    tables["hubs"] += [
        {"id": "Q", "fixed_cost_eur_per_year": 3000},
        {"id": "S", "kind": "sorting_centre", "fixed_cost_eur_per_year": 500, "lat": 50.1, "lon": 5.0},
    ]
    tables["links"].append({"from": "S", "to": "Q", "km": 30})
    for city, longitude in zip(tables["cities"], (0, 4, 5.4), strict=True):
        city |= {"lat": 50, "lon": longitude}
    document["policies"] = {"new_hubs": {"max": 1}, "sorting_centres": {"max": 1}}
    return document


@pytest.fixture
def folder(tmp_path) -> Any:
    """A folder with the instance."""
    return write_instance(tmp_path, three_sites())


@pytest.fixture
def result(folder, tmp_path, netdesign) -> dict[str, Any]:
    """Its answer as data, which stands in result.json."""
    assert netdesign("solve", folder, "-o", tmp_path / "result.json", "--quiet").code == 0
    data: dict[str, Any] = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    return data


def test_each_number_of_hubs_has_its_best_sorting_centres(folder, result, netdesign):
    """H alone is as priced by hand; a hub at Q saves no more than 500 of its 3,000."""
    networks = [(network["hubs"], network["plan"]["open_hubs"], network["objective"]) for network in result["networks"]]
    assert networks == [(1, ["H", "P"], pytest.approx(8500)), (2, ["H", "P", "Q"], pytest.approx(11_000))]
    kinds = [[(load["hub"], load["kind"]) for load in network["hub_loads"]] for network in result["networks"]]
    assert kinds == [
        [("H", "hub"), ("P", "sorting_centre")],
        [("H", "hub"), ("P", "sorting_centre"), ("Q", "hub")],
    ]
    out = " ".join(netdesign("solve", folder, "--quiet").out.split())
    assert out.startswith(
        "A second hub does not pay: the best, H + Q with sorting centre P, costs EUR 2,500 a year more than H with "
        "sorting centre P; proven. Runner-up with 2 hubs: H + Q, EUR 400 a year dearer; proven."
    )
    rows = list(csv.DictReader(io.StringIO(netdesign("solve", folder, "--quiet", "--format", "csv").out)))
    assert [(row["hubs"], row["open_hubs"], row["sorting_centres"]) for row in rows] == [
        ("1", "H+P", "P"),
        ("2", "H+P+Q", "P"),
    ]


def test_several_sorting_centres_are_named(folder, netdesign):
    """Over S a tonne to Q costs 215 + 30 + 20, over P 150 + 100 + 20: EUR 50 a year less, for 500 more."""
    out = netdesign("solve", folder, "--quiet", "--hubs", "1", "--set", 'policies.sorting_centres={"min": 2}').out
    assert out.startswith("The best network with 1 hub is H with sorting centres P and S, EUR 8,950 a year; proven.")


def test_options_of_hubs_count_hubs_and_name_sorting_centres(folder, netdesign):
    """Today's network, with its best sorting centre, stands first where more hubs are asked for."""
    document = json.loads(netdesign("solve", folder, "--hubs", "2", "--format", "json", "--quiet").out)
    assert [(network["hubs"], network["permitted"]) for network in document["networks"]] == [(1, False), (2, True)]
    assert document["networks"][0]["plan"]["open_hubs"] == ["H", "P"]
    closed = json.loads(netdesign("solve", folder, "--close", "P", "--format", "json", "--quiet").out)
    assert [network["plan"]["open_hubs"] for network in closed["networks"]] == [["H", "S"], ["H", "Q"]]
    opened = json.loads(netdesign("solve", folder, "--open", "S", "--max-new", "0", "--format", "json", "--quiet").out)
    assert opened["plan"]["open_hubs"] == ["H", "S"]


def test_verify_agrees_and_proves_and_refuses_another_count_or_kind(folder, result, tmp_path, netdesign):
    file = tmp_path / "result.json"
    assert netdesign("verify", folder, file, "--prove", "--quiet").code == 0
    network = result["networks"][1]
    for change, message in (
        ({"hubs": 3}, "network of 3 hubs: hubs: states 3; the plan opens 2"),
        ({"hub_loads": [load | {"kind": "hub"} for load in network["hub_loads"]]}, "P: kind: states hub; the plan"),
    ):
        changed = result | {"networks": [result["networks"][0], network | change]}
        file.write_text(json.dumps(changed), encoding="utf-8")
        ended = netdesign("verify", folder, file, "--quiet")
        assert ended.code == 7
        assert message in ended.out + ended.err


def test_compare_takes_sets_with_sorting_centres(folder, netdesign):
    records = json.loads(netdesign("compare", folder, "H", "H,P", "H,Q,S", "--format", "json").out)
    assert [record["sorting_centres"] for record in records] == [[], ["P"], ["S"]]
    # Beside a hub at Q, S is on no cheapest route.
    assert [record["cost"] for record in records] == [pytest.approx(cost) for cost in (10_300, 8500, 11_900)]


def test_maps_say_what_is_a_sorting_centre(folder, result, tmp_path, netdesign):
    assert result["plan"]["open_hubs"] == ["H", "P"]
    file = tmp_path / "plan.geojson"
    assert netdesign("export", tmp_path / "result.json", file, "--to", "geojson", "--instance", folder).code == 0
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    points = [feature["properties"] for feature in features if feature["geometry"]["type"] == "Point"]
    assert [(one["id"], one["hub"], one["sorting_centre"]) for one in points] == [
        ("H", True, False),
        ("P", False, True),
        ("Q", False, False),
    ]


def test_python_has_kinds_and_sorting_centres(folder):
    best = nd.solve(folder).networks[0]
    assert (best.hubs, best.sorting_centres, best.number) == (("H", "P"), ("P",), 1)
    assert best.hub_loads["kind"] == ["hub", "sorting_centre"]


@pytest.mark.parametrize("form", ["excel", "graphml", "nodelink"])
def test_every_format_holds_them(form, folder, tmp_path, netdesign):
    """Out and in again: the same sites, prices and policies, hence the same answer."""
    there, back = tmp_path / f"there.{'xlsx' if form == 'excel' else form}", tmp_path / "back"
    assert netdesign("export", folder, there, "--to", form, "--quiet").code == 0
    assert netdesign("import", form, there, back, "--quiet").code == 0
    one, other = read_instance(folder), read_instance(back)
    assert other.sites == one.sites
    assert (other.centres, other.centre_range, other.policies) == (one.centres, one.centre_range, one.policies)


def test_graphs_of_others_may_have_a_kind_of_their_own(folder, tmp_path, netdesign):
    """An attribute kind of a node is drawn or counted by other programs; that of a hub is hub_kind."""
    file = tmp_path / "graph.json"
    assert netdesign("export", folder, file, "--to", "nodelink", "--quiet").code == 0
    graph = json.loads(file.read_text(encoding="utf-8"))
    assert [node.get("hub_kind") for node in graph["nodes"]] == [None, "sorting_centre", None, "sorting_centre"]
    for node in graph["nodes"]:
        node["kind"] = "dot"
    file.write_text(json.dumps(graph), encoding="utf-8")
    ended = netdesign("check", file, "--format-in", "nodelink")
    assert ended.code == 0
    assert "attributes that play no part: of nodes kind" in ended.err


def with_vans() -> dict[str, Any]:
    """Return the three sites with vans of 5 t on all legs, for ten times the freight."""
    document = three_sites()
    van = {"vehicles": ["van"]}
    document["services"] = {"collection": van, "distribution": van, "inter_hub": van | {"return": "paired"}}
    document["tables"]["vehicles"] = [{"id": "van", "payload_t": 5, "eur_per_km": 0.05}]
    for row in document["tables"]["demand"]:
        row["volume_t_per_year"] *= 10
    return document


def test_the_reading_by_the_tonne_has_sorting_centres_of_its_own(tmp_path, netdesign):
    """With vans none pays; by the tonne P does, and a hub at Q beside it."""
    folder = write_instance(tmp_path, with_vans())
    file = tmp_path / "result.json"
    ended = netdesign("solve", folder, "-o", file, "--quiet")
    data = json.loads(file.read_text(encoding="utf-8"))
    assert [network["plan"]["open_hubs"] for network in data["networks"]] == [["H"], ["H", "Q"]]
    linear = data["linear"]["networks"]
    assert [(network["hubs"], network["open_hubs"]) for network in linear] == [(1, ["H", "P"]), (2, ["H", "P", "Q"])]
    out = " ".join(ended.out.split())
    assert "A second hub pays: H + Q with sorting centre P saves EUR 2,000 a year (2.6%) against H with" in out
    assert netdesign("verify", folder, file, "--prove", "--quiet").code == 0
    plain = json.loads(netdesign("solve", folder, "--set", "services=null", "--format", "json", "--quiet").out)
    assert plain["steps"] == data["linear"]["steps"]


def test_without_sorting_centres_nothing_names_their_kind(tmp_path, netdesign):
    document = three_sites()
    for hub in document["tables"]["hubs"]:
        hub.pop("kind", None)
    del document["policies"]["sorting_centres"]
    folder = write_instance(tmp_path, document)
    assert (
        "kind"
        not in json.loads(netdesign("solve", folder, "--format", "json", "--quiet").out)["networks"][0]["hub_loads"][0]
    )
    assert "sorting" not in netdesign("solve", folder, "--quiet").out + netdesign("check", folder).out
    assert "kind" not in nd.solve(folder).networks[0].hub_loads


# Prices, and the size threshold


def test_a_sorting_centre_has_a_cost_block_of_its_own_and_no_threshold(tmp_path):
    """10 % a year for one year pays back 1.1 times the capital: (100 x 20 + 900) x 1.1, and half the labour for 60."""
    document = one_road()
    document["minimum_cargo_t_per_year"] = 1000
    document["reference_labour_cost_eur_per_h"] = 30
    tables = document["tables"]
    tables["countries"] = [{"id": "ES", "labour_cost_eur_per_h": 15, "construction_cost_eur_per_m2": 20}]
    block = {"discount_rate": 0.1, "life_years": 1, "operating_eur_per_year": 60, "operating_labour_share": 1}
    document["hub_cost"] = block | {"area_m2": 700, "sorting_capital_eur": 5000}
    document["sorting_centre_cost"] = block | {"area_m2": 100, "sorting_capital_eur": 900}
    for city in tables["cities"]:
        city["country"] = "ES"
    tables["hubs"] = [
        {"id": "H", "status": "existing"},
        {"id": "P", "kind": "sorting_centre"},
        {"id": "Q", "kind": "sorting_centre", "status": "existing"},
    ]
    instance = read_instance(write_instance(tmp_path, document))
    # What exists has sunk its capital.
    assert [site.fixed_cost for site in instance.sites] == [
        pytest.approx(30),
        pytest.approx((100 * 20 + 900) * 1.1 + 30),
        pytest.approx(30),
    ]
    assert instance.allowed == ("H", "P", "Q")
    assert (instance.hub_range, instance.centre_range) == ((1, 1), (1, 2))


# Warnings

COST = json.dumps(
    {
        "area_m2": 1,
        "sorting_capital_eur": 0,
        "discount_rate": 0.1,
        "life_years": 9,
        "operating_eur_per_year": 0,
        "operating_labour_share": 0,
    }
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("hubs.P.night_class=closed", "night_class: plays no part: a sorting centre has no runway"),
        (
            "hubs.P.cargo_t_per_year=5",
            "cargo_t_per_year: plays no part: a sorting centre has no runway, and the size threshold is for hubs",
        ),
        ("policies.sorting_centres={}", "policies.sorting_centres: limits nothing: it gives neither min nor max"),
        (
            f"sorting_centre_cost={COST}",
            "sorting_centre_cost: plays no part: every sorting centre has a fixed_cost_eur_per_year of its own",
        ),
    ],
)
def test_what_has_no_effect_on_a_sorting_centre_is_said(change, message, tmp_path, netdesign):
    err = netdesign("check", write_instance(tmp_path, one_road()), "--set", change).err
    assert message in err


def test_limits_and_costs_of_sorting_centres_without_one_are_said(tmp_path, netdesign):
    document = one_road()
    del document["tables"]["hubs"][1]["kind"]
    document |= {"policies": {"sorting_centres": {"max": 3}}, "sorting_centre_cost": json.loads(COST)}
    err = netdesign("check", write_instance(tmp_path, document)).err
    assert (
        "policies.sorting_centres: limits nothing: no site of the hubs table is one; write kind: sorting_centre in its "
        "row" in err
    )
    assert "sorting_centre_cost: plays no part: no site of the hubs table is a sorting centre" in err


def test_given_legs_that_no_freight_can_take_are_said(tmp_path, netdesign):
    document = one_road()
    del document["tables"]["links"], document["road"]
    document["tables"]["hubs"][1] = {"id": "X", "kind": "sorting_centre", "fixed_cost_eur_per_year": 1}
    ends = ("HP", "HQ", "PH", "HX", "XP", "XQ", "QX", "PX")
    document["tables"]["legs"] = [{"from": a, "to": b, "cost_eur_per_t": 10} for a, b in ends]
    document["tables"]["hubs"].append({"id": "Y", "fixed_cost_eur_per_year": 1})
    document["tables"]["legs"] += [{"from": a, "to": b, "cost_eur_per_t": 10} for a, b in ("XY", "YX", "YP")]
    err = netdesign("check", write_instance(tmp_path, document)).err
    idle = [line.partition("tables.legs.")[2] for line in err.splitlines() if "sorting centre" in line]
    assert idle == [
        "6.from: plays no part: 'X' is a sorting centre, which takes freight from hubs only",
        "7.from: plays no part: 'X' is a sorting centre, which takes freight from hubs only",
        "8.to: plays no part: 'X' is a sorting centre, which hands out to cities only",
    ]
