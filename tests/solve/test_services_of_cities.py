"""Departures where a city has one hub, or one each way: what flows between them is known before anything is solved."""

from __future__ import annotations

import itertools
from random import Random
from typing import Any

import pyomo.environ as pyo
import pytest

import netdesign as nd
from netdesign import catalogue
from netdesign.errors import UsageError
from netdesign.evaluate import evaluate
from netdesign.formulation.served_routes import ServedRoutes
from netdesign.network import build_network
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.lp.from_pyomo import compile_model
from netdesign.solve.lp.model_run import run_model
from netdesign.solve.lp.model_values import stated_objective
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.registry import ONE_YEAR
from tests.support.small_instances import LEGS, SERVICES, write_instance
from tests.support.solving import question, read_document, solve_instance

MODEL = catalogue.load_formulation("scheduled_services")

PAIRED = {"vehicles": ["van"], "return": "paired", "wait": "none"}


def three_cities(allocation: str, inter_hub: float) -> dict[str, Any]:
    """Return hubs A and B, both open, and city C, which sends 150 t a year to A and receives 50 t from B.

    A van takes a tonne for EUR 10 a departure each way, and comes back; 50 weeks. A tonne pays EUR 1 a leg as well,
    and ``inter_hub`` of it between the hubs.
    """
    legs = [{"from": a, "to": b, "cost_eur_per_t": 1} for a, b in itertools.permutations("ABC", 2)]
    return {
        "format": "netdesign.instance/1",
        "name": "three",
        "problem": {"allocation": allocation},
        "parcel": {"weight_kg": 1},
        "factors": {"inter_hub": inter_hub},
        "streams": {"parcels": {}},
        "services": {"weeks_per_year": 50, "collection": PAIRED, "distribution": PAIRED},
        "policies": {"required": ["A", "B"]},
        "tables": {
            "cities": [{"id": name} for name in "ABC"],
            "hubs": [{"id": name, "fixed_cost_eur_per_year": 1} for name in "AB"],
            "legs": legs,
            "vehicles": [{"id": "van", "payload_t": 1, "eur_per_departure": 10}],
            "demand": [
                {"origin": "C", "destination": "A", "volume_t_per_year": 150},
                {"origin": "B", "destination": "C", "volume_t_per_year": 50},
            ],
        },
    }


@pytest.mark.parametrize("engine", [Monolithic, Enumeration])
@pytest.mark.parametrize(
    ("allocation", "inter_hub", "cost", "services"),
    [
        # Both ways over A: 3 vans a week to A and back for EUR 3,000; 150 + 50 + 50 t over three legs.
        ("single_each_way", 1, 3_250, [("collection", "C", "A", 3), ("distribution", "A", "C", 3)]),
        # 50 t from B to A would cost 2,500. Over B it is a pair of its own for EUR 1,000, one van a week.
        (
            "single_each_way",
            50,
            4_200,
            [
                ("collection", "C", "A", 3),
                ("collection", "C", "B", 1),
                ("distribution", "A", "C", 3),
                ("distribution", "B", "C", 1),
            ],
        ),
        # One hub for both ways, so that it is the 2,500.
        ("single", 50, 5_700, [("collection", "C", "A", 3), ("distribution", "A", "C", 3)]),
    ],
)
def test_a_city_with_two_hubs_pays_for_two_pairs(engine, allocation, inter_hub, cost, services, tmp_path):
    instance = read_document(three_cities(allocation, inter_hub), tmp_path)
    solution = engine(question(instance, MODEL)).solve()
    assert solution.objective == pytest.approx(cost + 2)
    nodes = [node.id for node in instance.nodes]
    found = [(one.kind, nodes[one.origin], nodes[one.destination], one.departures) for one in solution.plan.services]
    assert found == services
    assert evaluate(instance, build_network(instance), solution.plan).violations == ()


# What there is to choose from


def hub_and_spoke(draw: Random, allocation: str, returns: str) -> dict[str, Any]:
    """Return cities around hubs A and B, both open, whose freight all comes from overseas or goes there."""
    places = "ABCDEF"
    legs = [
        {"from": a, "to": b, "cost_eur_per_t": draw.randint(1, 9), "km": draw.randint(20, 900), "time_h": 1}
        for a, b in itertools.permutations(places, 2)
    ]
    rates = {"inbound_rate_eur_per_kg": 0.3, "outbound_rate_eur_per_kg": 0.2, "distance_share": 0.5}
    speeds = {"reference_distance_km": 9000, "block_speed_kmh": 900, "routing_factor": 1, "fixed_h": 0}
    terms = {"vehicles": ["van", "truck"], "return": returns, "wait": "mean"}
    vehicles = [
        {"id": "van", "payload_t": 1, "eur_per_km": 0.65, "co2e_g_per_km": 200},
        {"id": "truck", "payload_t": 9, "eur_per_km": 1.45, "co2e_g_per_km": 900},
    ]
    demand = [
        {"origin": start, "destination": end, "volume_t_per_year": draw.randint(10, 2000)}
        for city in places
        for start, end in (("G", city), (city, "G"))
    ]
    return {
        "format": "netdesign.instance/1",
        "name": "spokes",
        "problem": {"allocation": allocation},
        "parcel": {"weight_kg": 1},
        "streams": {"parcels": {}},
        "air": rates | speeds,
        "services": {
            kind: terms | {"departures_per_week": {"min": draw.randint(1, 5)}}
            for kind in ("collection", "distribution")
        },
        "policies": {"required": ["A", "B"]},
        "tables": {
            "cities": [{"id": name} for name in places],
            "hubs": [{"id": name, "fixed_cost_eur_per_year": 1} for name in "AB"],
            "overseas": [{"id": "G"}],
            "legs": legs,
            "links": [{"from": "G", "to": hub, "mode": "air", "km": draw.randint(7000, 9900)} for hub in "AB"],
            "vehicles": vehicles,
            "demand": demand,
        },
    }


@pytest.mark.parametrize("allocation", ["single", "single_each_way"])
def test_the_relaxation_is_that_of_an_assignment(allocation, tmp_path):
    """Where nothing but the hubs of cities couples the freight, the linear program has the optimum."""
    for seed in range(4):
        document = hub_and_spoke(Random(seed), allocation, ("empty_back", "one_way")[seed % 2])
        instance = read_document(document, tmp_path)
        assert relaxed(instance) == pytest.approx(solve_instance(instance, MODEL).objective, rel=1e-6)


def relaxed(instance: nd.Instance) -> float:
    """Return the optimum of the model without its integers."""
    model = MODEL.build(instance, build_network(instance))
    for variable in model.component_data_objects(pyo.Var):
        if variable.is_binary():
            variable.domain = pyo.UnitInterval
    compiled = compile_model(model)
    outcome = run_model(compiled, (), question(instance, MODEL).watch, lambda progress: None, "relaxed")
    return float(stated_objective(compiled, outcome.values))


@pytest.mark.parametrize("allocation", ["single", "single_each_way"])
def test_a_leg_of_a_city_has_only_departures_that_carry_all_and_none_that_another_replaces(allocation, tmp_path):
    document = hub_and_spoke(Random(1), allocation, "empty_back")
    instance = read_document(document, tmp_path)
    volumes = {(row["origin"], row["destination"]): row["volume_t_per_year"] for row in document["tables"]["demand"]}
    listed = ServedRoutes(instance, build_network(instance)).services
    assert len(listed) == 2 * 2 * 5
    for service in listed:
        [way] = service.ways
        city = instance.nodes[way.row if way.legs == "collection" else way.column].id
        flow = volumes[(city, "G") if way.legs == "collection" else ("G", city)]
        # No hours count, so the cheapest replaces the other vehicle.
        [one] = service.choices
        assert one.carries == (flow,)
        assert 52 * one.departures * (1, 9)[one.vehicle] >= flow * (1 - 1e-9)


def test_a_carbon_cap_keeps_the_vehicle_that_emits_less(tmp_path):
    document = hub_and_spoke(Random(1), "single_each_way", "empty_back")
    document["policies"]["carbon"] = {"cap_t_per_year": 1e6}
    instance = read_document(document, tmp_path)
    listed = ServedRoutes(instance, build_network(instance)).services
    for service in listed:
        in_order = sorted(service.choices, key=lambda one: one.eur)
        assert [one.co2e for one in in_order] == sorted((one.co2e for one in in_order), reverse=True)
    assert max(len(service.choices) for service in listed) == 2


# Who answers


def test_one_hub_each_way_is_answered_with_services_and_without(tmp_path):
    path = write_instance(tmp_path, SERVICES)
    each_way = ["problem.allocation=single_each_way"]
    answers = [nd.solve(path, set=[*each_way, *more]) for more in ([], ["services=null"])]
    assert [answer.document.engine["model"] for answer in answers] == ["scheduled_services"] * 2
    assert [answer.document.problem["allocation"] for answer in answers] == ["single_each_way"] * 2


def test_single_allocation_has_the_model_that_states_it_and_filters_routes(tmp_path):
    """The flow form where it states all, and the path form with departures where there are deadlines."""
    path, single = write_instance(tmp_path, LEGS), "problem.allocation=single"
    plain = ["streams.parcels.deadline_h=null", "streams.parcels.late_penalty_eur_per_parcel=null"]
    answers = [nd.solve(path, set=[single, *more], engine="monolithic") for more in (plain, [])]
    models = [answer.document.engine["model"] for answer in answers]
    assert models == ["single_allocation_flow", "scheduled_services"]


def test_what_does_not_state_one_hub_each_way_refuses_it_by_name(tmp_path):
    document = three_cities("single_each_way", 1)
    del document["services"], document["tables"]["vehicles"]
    instance = read_document(document, tmp_path)
    assert ONE_YEAR.refusal("decomposition", instance) == "single_each_way allocation over two hubs a route"
    with pytest.raises(UsageError, match="model single_allocation_flow solves allocation: single, objective: cost"):
        solve_instance(instance, catalogue.load_formulation("single_allocation_flow"))
