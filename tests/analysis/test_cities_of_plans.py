"""Which city is served from which hub: by hand, in the file, in words, and against what was changed by hand."""

from __future__ import annotations

import csv
import json
from copy import deepcopy

import numpy as np
import pytest

import netdesign as nd
from netdesign.evaluate import evaluate, hubs_of_cities
from netdesign.network import build_network
from tests.support.scheduled import hand_scheduled, plan_of
from tests.support.solving import read_document

LEAST_CITIES = 10


def test_a_city_of_two_hubs_has_a_row_for_each_with_its_share_hours_and_late_freight(tmp_path):
    """60 t fly to a and are handed out there, 40 t over S; 20 t go from a to b over both hubs; 50 t fly back from S."""
    instance = read_document(hand_scheduled(), tmp_path)
    network = build_network(instance)
    plan = plan_of(last_hub=np.array([0, 1, 1, 1]))
    with np.errstate(invalid="ignore"):
        evaluation = evaluate(instance, network, plan)
    # The leg from a to b has no departure in this plan: its route takes for ever, and the others what they take.
    evaluation.time_h[0] = 100.0
    found = hubs_of_cities(instance, plan, evaluation)
    rows = list(zip(found.city, found.sends, found.hub, found.volume, found.share, strict=True))
    assert rows == [(0, True, 0, 20, 1), (1, False, 0, 60, 0.5), (1, False, 1, 60, 0.5), (1, True, 1, 50, 1)]
    hours = evaluation.time_h
    assert found.mean_h == pytest.approx([hours[3], 100, (40 * hours[1] + 20 * hours[3]) / 60, hours[2]])
    deadline, late = instance.deadline_h[plan.commodity], evaluation.is_late
    assert np.isfinite(deadline).tolist() == [True, True, False, True]
    assert found.late[2] == pytest.approx(40 * late[1] + 20 * late[3])
    assert np.isnan(found.late[3])  # what flies back has no deadline


def test_a_plan_over_several_hubs_has_all_freight_of_each_city_once():
    best = nd.solve("benelux").best
    rows, routes = best.cities.rows(), best.routes.rows()
    overseas = {"HGH"}
    for way, end in (("in", "destination"), ("out", "origin")):
        own = [row for row in rows if row["way"] == way]
        cities = {row["city"] for row in own}
        assert cities == {route[end] for route in routes} - overseas
        assert len(cities) > LEAST_CITIES
        for city in cities:
            volume = sum(route["volume_t_per_year"] for route in routes if route[end] == city)
            assert sum(row["t_per_year"] for row in own if row["city"] == city) == pytest.approx(volume)
            assert sum(row["share"] for row in own if row["city"] == city) == pytest.approx(1)
    promised = [row for row in rows if row["way"] == "in"]
    volume = sum(row["t_per_year"] for row in promised)
    # All freight with a deadline goes to cities, and all that goes there has one.
    assert volume == pytest.approx(best.service.volume_t_per_year)
    assert sum(row["mean_h"] * row["t_per_year"] for row in promised) / volume == pytest.approx(best.service.mean_h)
    late = sum(row["late_t_per_year"] for row in promised)
    assert 1 - late / volume == pytest.approx(best.service.inside)


@pytest.fixture(scope="module")
def solved():
    return nd.solve("tiny-vehicles")


def test_the_file_states_cities_and_python_has_them_as_a_table(solved):
    cities = solved.best.cities
    assert cities.rows()[-1] == {
        "city": "E", "way": "out", "hub": "D", "t_per_year": 200.0, "share": 1.0, "mean_h": 2.0, "late_t_per_year": 0.0,
    }  # fmt: skip
    assert solved.to_dict()["plan"]["cities"] == cities.to_dict()
    assert cities.to_csv().splitlines()[1] == "A,in,B,100.0,1.0,19.799999999999997,0.0"


def test_the_answer_has_the_cities_of_each_hub_in_short(solved):
    lines = [line.split() for line in str(solved).splitlines()]
    start = lines.index(["Cities", "by", "hub"])
    assert lines[start + 1][:4] == ["network", "hub", "way", "cities"]
    assert ["B", "+", "D", "B", "to", "cities", "1", "100", "19.8", "0", "A"] in lines[start:]
    assert ["D", "from", "cities", "1", "200", "2.0", "0", "E"] in lines[start:]
    assert "Cities by hub" not in str(nd.solve("tiny"))


def test_instances_without_hours_or_deadlines_have_nothing_for_them(tmp_path):
    legs = [{"from": a, "to": b, "cost_eur_per_t": 1} for a, b in ("AB", "BA")]
    instance = nd.Instance.from_dict({
        "format": "netdesign.instance/1", "name": "costs only", "parcel": {"weight_kg": 1}, "streams": {"all": {}},
        "tables": {
            "cities": [{"id": "A"}, {"id": "B"}], "hubs": [{"id": "B", "fixed_cost_eur_per_year": 1}], "legs": legs,
            "demand": [{"origin": "A", "destination": "B", "volume_t_per_year": 5}],
        },
    })  # fmt: skip
    cities = nd.solve(instance).best.cities
    assert (cities["mean_h"], cities["late_t_per_year"]) == ([None, None], [None, None])


def test_export_writes_all_rows_as_csv(solved, tmp_path, netdesign):
    solved.save(tmp_path / "result.json")
    ended = netdesign("export", tmp_path / "result.json", tmp_path / "cities.csv", "--to", "cities", "--quiet")
    assert ended == (0, "", "")
    with (tmp_path / "cities.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["city"], row["way"], row["hub"]) for row in rows] == [
        (row["city"], row["way"], row["hub"]) for row in solved.best.cities.rows()
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({("hub", 0): "D"}, "plan.cities: the rows are not those of the plan, as of A in by B"),
        ({("way", 0): "out"}, "plan.cities: the rows are not those of the plan"),
        ({("t_per_year", 1): 351.0}, "plan.cities: A out by B: t_per_year: states 351.0; the plan gives 350.0"),
        ({("share", 1): 0.5}, "plan.cities: A out by B: share: states 0.5; the plan gives 1.0"),
        ({("mean_h", 6): 3.0}, "plan.cities: E out by D: mean_h: states 3.0; the plan gives 2.0"),
        ({("mean_h", 6): None}, "plan.cities: E out by D: mean_h: is missing; the plan gives 2.0"),
        ({("late_t_per_year", 0): 7.0}, "plan.cities: A in by B: late_t_per_year: states 7.0; the plan gives 0.0"),
        ({("hub", None): ["B"]}, "plan.cities: the columns have different lengths"),
    ],
)
def test_what_was_changed_by_hand_is_named(changes, message, solved, tmp_path, netdesign):
    document = solved.to_dict()
    for plan in (document["plan"], document["networks"][1]["plan"]):
        for (column, row), value in changes.items():
            if row is None:
                plan["cities"][column] = value
            else:
                plan["cities"][column][row] = value
    (tmp_path / "result.json").write_text(json.dumps(document), encoding="utf-8")
    ended = netdesign("verify", "tiny-vehicles", tmp_path / "result.json")
    assert ended.code == 7
    assert message in ended.out + ended.err


def without_cities(value):
    """Return a copy of a document as earlier versions wrote it."""
    if isinstance(value, dict):
        return {key: without_cities(item) for key, item in value.items() if key != "cities"}
    return [without_cities(item) for item in value] if isinstance(value, list) else deepcopy(value)


def test_results_of_earlier_versions_do_not_state_cities_and_are_true(solved, tmp_path, netdesign):
    path = tmp_path / "result.json"
    path.write_text(json.dumps(without_cities(solved.to_dict())), encoding="utf-8")
    assert "cities" not in path.read_text(encoding="utf-8")
    assert netdesign("verify", "tiny-vehicles", path).code == 0
    assert netdesign("export", path, tmp_path / "cities.csv", "--to", "cities").code == 0
    assert (tmp_path / "cities.csv").read_text(encoding="utf-8") == solved.best.cities.to_csv()


def test_years_have_cities_too_and_may_lack_them(tmp_path, netdesign):
    answer = nd.timing("benelux-stages")
    node = answer.nodes[0]
    assert sum(node.cities.t_per_year) >= node.volume_t_per_year
    document, path = answer.to_dict(), tmp_path / "result.json"
    for nodes, code in ((without_cities(document["nodes"]), 0), (deepcopy(document["nodes"]), 7)):
        if code:
            nodes[0]["cities"]["share"][0] = 0.25
        path.write_text(json.dumps(document | {"nodes": nodes}), encoding="utf-8")
        ended = netdesign("verify", "benelux-stages", path)
        assert ended.code == code, ended
    assert "cities" in ended.out + ended.err
