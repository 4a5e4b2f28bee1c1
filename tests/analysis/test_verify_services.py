"""A result says what departures carry, cost and wait, and is contradicted where one of them was changed by hand."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

import netdesign as nd
from netdesign.analysis import minima
from netdesign.evaluate import evaluate
from netdesign.instance import read_instance
from netdesign.instance.policies import Policy
from netdesign.solve.core.outcome import Phases, Solution, Termination
from netdesign.solve.engine_record import EngineRecord, States, wherever_it_states
from netdesign.solve.registration import register_engine
from netdesign.solve.registry import ONE_YEAR
from tests.support.scheduled import hand_scheduled, plan_of


class Planned:
    """Finds the plan priced by hand, and proves it but for a part of its cost."""

    unproven_eur = 0.0

    def __init__(self, question: Any) -> None:
        self.question = question

    def solve(self, search: Any = None) -> Solution:
        del search
        objective = evaluate(self.question.instance, self.question.network, plan_of()).objective
        return Solution(Termination.OPTIMAL, plan_of(), objective, objective - self.unproven_eur, Phases())


@pytest.fixture
def instance(tmp_path, monkeypatch):
    """Return the file of an instance in which flights wait, and whose one engine is the one above."""
    monkeypatch.setattr(ONE_YEAR, "_records", {})
    states = (
        States(
            (read_instance(hand_file(tmp_path)).problem,),
            frozenset({Policy.SERVICES, Policy.DEADLINE, Policy.REQUIRED, Policy.MINIMUM_THROUGHPUT}),
        ),
    )
    register_engine(EngineRecord("planned", "the plan of a test", Planned, states, wherever_it_states))
    return tmp_path / "instance.yaml"


def hand_file(folder: Any) -> Any:
    document = hand_scheduled(collection={"wait": "none"}, inter_hub={"wait": "none"}, distribution={"wait": "none"})
    document["policies"] = {}
    document["tables"]["hubs"][1]["status"] = "existing"
    (folder / "instance.yaml").write_text(json.dumps(document), encoding="utf-8")
    return folder / "instance.yaml"


@pytest.fixture
def solved(instance, netdesign, tmp_path):
    """Return the result file as data."""
    assert netdesign("solve", instance, "-o", tmp_path / "result.json").code == 0
    return json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))


@pytest.fixture
def verify(instance, netdesign, tmp_path):
    """Return a function that verifies the result with some values changed at the top and in the network."""

    def run(solved: dict[str, Any], changes: dict[str, Any]) -> tuple[int, str]:
        document = deepcopy(solved)
        for place in (document, document["networks"][0]):
            for path, value in changes.items():
                *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
                part: Any = place
                for step in way:
                    part = part.get(step) if isinstance(part, dict) else part and part[step]
                if part is not None and (path != "vehicle_loads" or path in part):
                    part[last] = value
        (tmp_path / "result.json").write_text(json.dumps(document), encoding="utf-8")
        ending = netdesign("verify", instance, tmp_path / "result.json")
        return ending.code, ending.out + ending.err

    return run


def test_a_result_lists_departures_with_what_they_carry_and_cost(solved):
    services = solved["plan"]["services"]
    assert list(services[0]) == [
        "kind", "from", "to", "vehicle", "departures_per_week", "t_per_year", "fill", "wait_h", "eur_per_year",
    ]  # fmt: skip
    assert services[0] == {
        "kind": "collection",
        "from": "b",
        "to": "S",
        "vehicle": "van",
        "departures_per_week": 2,
        "t_per_year": 50.0,
        "fill": 0.5,
        "wait_h": 0.0,
        "eur_per_year": 12_000.0,
    }
    assert [one["wait_h"] for one in services] == [0, 0, 0, 84, 42, 84]
    assert solved["costs"]["vehicles"] == pytest.approx(sum(one["eur_per_year"] for one in services))
    # 60 t wait 84 h and 40 t wait 42 h, of 120 t with a deadline.
    assert solved["service"]["mean_wait_h"] == pytest.approx(56)
    assert solved["networks"][0]["vehicle_loads"][1] == {
        "vehicle": "truck",
        "legs": 2,
        "departures_per_week": 4,
        "departures_per_day": pytest.approx(4 / 7),
        "fill": pytest.approx(200 / 2000),
        "loaded_km_per_year": 50 * (350 + 3 * 70),
        "empty_km_per_year": 50 * (350 + 3 * 70),
        "eur_per_year": 119_250.0,
    }


def test_departures_a_day_are_of_days_that_have_any():
    """Freight that leaves on five days a week leaves five times a week, once a day."""
    five = {f"services.{kind}.operating_days": 5 for kind in ("collection", "inter_hub", "distribution")}
    answer = nd.solve("tiny-vehicles", set=five)
    loads = answer.best.vehicle_loads.rows()
    assert [(load["vehicle"], load["departures_per_week"], load["departures_per_day"]) for load in loads] == [
        ("van", 30, pytest.approx(6)),
        ("truck", 5, pytest.approx(1)),
    ]
    [row] = [line.split() for line in str(answer).splitlines() if line.split()[:4] == ["B", "+", "D", "van"]]
    assert row[4:7] == ["5", "30", "6.0"]


def test_a_result_of_an_earlier_version_does_not_state_departures_a_day(solved, verify):
    path = "networks.0.vehicle_loads.1.departures_per_day"
    assert verify(solved, {path: None})[0] == 0
    assert "truck: departures_per_day: states 1.0; the plan gives 0.57" in verify(solved, {path: 1.0})[1]


def test_what_solve_writes_is_true(solved, verify):
    more = "; what it would cost by the tonne not solved again"
    assert verify(solved, {}) == (0, f"plan true and feasible; bound not re-proven{more}\n")


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        (
            {"plan.services.2.departures_per_week": 4},
            [
                "distribution S to b: fill: states 0.08; the plan gives 0.06",
                "distribution S to b: eur_per_year: states 93000.0; the plan gives 124000.0",
                "objective: states 10911250.0; the plan has 10942250.00 EUR/year",
                "costs.vehicles: states 10731250.0; the plan gives 10762250.0",
                "vehicle_loads: truck: departures_per_week: states 4; the plan gives 5",
            ],
        ),
        (
            {"plan.services.0.departures_per_week": 0},
            ["plan: services: collection b to S: departures a week are 0; 1 to 168 are allowed"],
        ),
        (
            {"plan.services.0.vehicle": "truck"},
            [
                "collection b to S: fill: states 0.5; the plan gives 0.05",
                "collection b to S: eur_per_year: states 12000.0; the plan gives 31000.0",
            ],
        ),
        (
            {"plan.services.1.vehicle": "van"},
            ["plan: services: inter_hub a to S: is served by van; allowed: truck"],
        ),
        (
            {"plan.services.3.wait_h": 42.0},
            ["plan.services: air G to a: wait_h: states 42.0; the plan gives 84.0"],
        ),
        (
            {"plan.services.3.t_per_year": 61.0, "plan.services.3.eur_per_year": 1.0},
            [
                "plan.services: air G to a: t_per_year: states 61.0; the plan gives 60.0",
                "plan.services: air G to a: eur_per_year: states 1.0; the plan gives 3250000.0",
            ],
        ),
        (
            {"plan.services.2.fill": 0.5},
            ["plan.services: distribution S to b: fill: states 0.5; the plan gives 0.08"],
        ),
        (
            {"plan.services.1.to": "a"},
            ["plan: services: inter_hub a to a: has departures, and takes no service"],
        ),
        (
            {"plan.services.1.vehicle": "tram"},
            ["the plan names what the instance does not have: plan.services: tram"],
        ),
        (
            {"plan.services.1.from": "Z"},
            ["the plan names what the instance does not have: plan.services: Z"],
        ),
        (
            {"plan.services": []},
            ["plan: services: collection b to S: carries 50 t/year without a departure"],
        ),
        ({"plan.services": None}, ["plan: services: inter_hub a to S: carries 80 t/year without a departure"]),
        ({"service.mean_wait_h": 50.0}, ["service.mean_wait_h: states 50.0; the plan gives 55.99999999999999"]),
        ({"costs.vehicles": 10_000_000.0}, ["costs.vehicles: states 10000000.0; the plan gives 10731250.0"]),
        ({"costs.vehicles": None}, ["costs.vehicles: is missing; the plan gives 10731250.0"]),
        ({"networks.0.vehicle_loads": None}, ["vehicle_loads: are missing"]),
        (
            {"networks.0.vehicle_loads": []},
            ["vehicle_loads: are of nothing; the plan gives those of van, truck, plane"],
        ),
        (
            {"networks.0.vehicle_loads.1.fill": 0.5},
            ["vehicle_loads: truck: fill: states 0.5; the plan gives 0.1"],
        ),
        (
            {"networks.0.vehicle_loads.1.departures_per_week": 5, "networks.0.vehicle_loads.1.legs": 3},
            [
                "vehicle_loads: truck: legs: states 3; the plan gives 2",
                "vehicle_loads: truck: departures_per_week: states 5; the plan gives 4",
            ],
        ),
        (
            {"networks.0.vehicle_loads.1.eur_per_year": 119_000.0},
            ["vehicle_loads: truck: eur_per_year: states 119000.0; the plan gives 119250.0"],
        ),
        (
            {"networks.0.vehicle_loads.1.loaded_km_per_year": 1.0, "networks.0.vehicle_loads.1.empty_km_per_year": 2.0},
            [
                "vehicle_loads: truck: loaded_km_per_year: states 1.0; the plan gives 28000.0",
                "vehicle_loads: truck: empty_km_per_year: states 2.0; the plan gives 28000.0",
            ],
        ),
        ({"carbon.co2e_t_per_year": 26_000.0}, ["the plan emits 26060.455 t CO2e/year"]),
    ],
)
def test_what_was_changed_by_hand_is_named(changes, messages, solved, verify):
    code, text = verify(solved, changes)
    assert code == 7
    for message in messages:
        assert message in text


def test_departures_of_a_network_without_services_are_contradicted(netdesign, tmp_path):
    assert netdesign("solve", "tiny", "-o", tmp_path / "result.json").code == 0
    document = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    # Nothing of services stands in such a file.
    first = document["networks"][0]
    for part, name in ((document["plan"], "services"), (document["costs"], "vehicles"), (first, "vehicle_loads")):
        assert name not in part
    assert "mean_wait_h" not in document["service"]
    for place in (document, document["networks"][1]):
        place["plan"]["services"] = []
    document["networks"][1]["vehicle_loads"] = []
    (tmp_path / "result.json").write_text(json.dumps(document), encoding="utf-8")
    ending = netdesign("verify", "tiny", tmp_path / "result.json")
    assert ending.code == 7
    assert "plan.services: the instance has none" in ending.out + ending.err
    assert "vehicle_loads: the instance has none" in ending.out + ending.err


def test_the_answer_has_vehicles_as_cost_and_as_table(instance, netdesign):
    text = netdesign("solve", instance).out
    lines = [line.split() for line in text.splitlines()]
    assert ["vehicles", "10,731,250"] in lines
    assert ["of", "it", "waiting", "for", "departures", "56.0"] in lines
    assert ["a", "+", "S", "van", "1", "2", "0.3", "50.0%", "7,000", "7,000", "12,000"] in lines
    header, row = netdesign("solve", instance, "--format", "csv").out.splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert float(cells["vehicles_eur"]) == pytest.approx(10_731_250)
    assert (cells["departures_per_week"], cells["empty_km_per_year"]) == ("10", "1335000.0")


def test_python_has_departures_as_a_frame_and_as_csv(instance):
    best = nd.solve(instance).best
    assert best.services["from"] == ["b", "a", "S", "G", "G", "S"]
    assert best.services.to_frame("pandas")["fill"].tolist() == pytest.approx([0.5, 0.16, 0.08, 0.6, 0.2, 0.5])
    assert best.services.to_csv().splitlines()[1] == "collection,b,S,van,2,50.0,0.5,0.0,12000.0"
    assert best.vehicle_loads["vehicle"] == ["van", "truck", "plane"]


def test_compare_shows_what_vehicles_cost(solved, instance, netdesign, tmp_path):
    del solved
    text = netdesign("compare", instance, tmp_path / "result.json").out
    assert "vehicles" in text
    assert "10,731,250" in text
    found = json.loads(netdesign("compare", instance, tmp_path / "result.json", "--format", "json").out)
    assert found[0]["vehicles_eur_per_year"] == pytest.approx(10_731_250)


def test_without_services_frames_are_empty_and_compare_has_no_such_column(netdesign):
    best = nd.solve("tiny").best
    assert (best.services.rows(), best.vehicle_loads.rows()) == ([], [])
    assert "from" in best.services
    assert "vehicles" not in netdesign("compare", "tiny", "B", "B,D").out
    assert "vehicles" not in netdesign("compare", "tiny", "B", "B,D", "--format", "csv").out


@pytest.fixture
def minimum(instance, monkeypatch):
    """Return a function that gives the instance a minimum, without which its hubs cost so much."""

    def without(eur: float) -> None:
        solution = Solution(Termination.OPTIMAL, plan_of(), eur, eur, Phases())
        monkeypatch.setattr(minima, "_best_operation", lambda question: solution)
        document = json.loads(instance.read_text(encoding="utf-8"))
        hubs = [{"site": "S", "tonnes_per_year": 40}]
        document["policies"] = {"minimum_throughput": {"counts": "inbound", "hubs": hubs}}
        instance.write_text(json.dumps(document), encoding="utf-8")

    return without


def test_a_minimum_that_binds_has_its_cost_alone(instance, minimum, netdesign, tmp_path):
    """No commodity has a cheapest route by itself, where freight shares the price of its vehicles."""
    minimum(10_906_250.0)
    text = netdesign("solve", instance, "-o", tmp_path / "result.json").out
    assert "a + S: minima bind" in text
    assert ["minimum", "throughput", "5,000"] in [line.split() for line in text.splitlines()]
    network = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))["networks"][0]
    assert network["minima"] == {"cost_by_policy": {"minimum_throughput": 5000.0}, "away": []}
    assert netdesign("verify", instance, tmp_path / "result.json").code == 0


@pytest.mark.parametrize(("unproven", "costs"), [(0.0, ["5.00"]), (2.0, ["5.00"]), (4.5, []), (8.0, [])])
def test_a_gap_is_not_said_to_be_the_cost_of_a_minimum(unproven, costs, instance, minimum, netdesign, monkeypatch):
    """The plan is EUR 5 dearer than one without the minimum; a cheaper one with it may be left within the gap."""
    monkeypatch.setattr(Planned, "unproven_eur", unproven)
    minimum(10_911_245.0)
    lines = [line.split() for line in netdesign("solve", instance, "--quiet").out.splitlines()]
    assert [line[2] for line in lines if line[:2] == ["minimum", "throughput"]] == costs
