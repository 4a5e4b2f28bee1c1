"""Scheduled services: model, referee and brute force agree on random instances on which departures decide."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import netdesign as nd
from netdesign import catalogue
from netdesign.errors import ExitCode, SizeError, UsageError
from netdesign.evaluate import evaluate
from netdesign.formulation.served_routes import in_time_rows
from netdesign.network import build_network
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.registry import ONE_YEAR
from tests.solve.test_agreement import assert_judged, route_faults
from tests.support.services_brute import ALLOCATION, BOTH_WAYS, SERVICE_PARTS, ServicesBrute, enumerated
from tests.support.services_strategies import services_document, services_documents
from tests.support.small_instances import SERVICES, write_instance
from tests.support.solving import question, read_document, solve_instance
from tests.support.strategies import random_document

if TYPE_CHECKING:
    from pathlib import Path

MODEL = catalogue.load_formulation("scheduled_services")

DRAWS, BLOCK = 320, 20
"""Seeds 0 to 319, for the long tests; a block of them takes about forty seconds."""

QUICK = {
    "multiple": (134, 170, 183, 246, 264, 306),
    "single": (52, 164, 203),
    "single_each_way": (49, 228),
}
"""Some that are solved in a tenth of a second, in which each part of services decides once or more."""

PARTS = {
    "multiple": SERVICE_PARTS,
    "single": (*SERVICE_PARTS, ALLOCATION, BOTH_WAYS),
    "single_each_way": (*SERVICE_PARTS, ALLOCATION),
}
"""What may decide under each allocation."""

LEAST_BINDING = dict.fromkeys(SERVICE_PARTS, 50) | {ALLOCATION: 50, BOTH_WAYS: 15}
"""In how many of all draws departures, waits, paired returns, flights and the hub of a city have to decide."""


def agree_on(document: dict[str, Any], folder: Path) -> tuple[bool, frozenset[str]]:
    """Solve by brute force and by both engines, compare; return whether there is a plan, and what binds."""
    brute = ServicesBrute(document)
    optimum = brute.solve()
    instance = read_document(document, folder)
    if route_faults(instance, build_network(instance)):
        assert not optimum.is_feasible
        return False, frozenset()
    asked = question(instance, MODEL)
    for engine in (Monolithic, Enumeration):
        assert_judged(asked, engine(asked).solve(), optimum)
    return optimum.is_feasible, frozenset(brute.binding_services(optimum))


@cache
def draws(seeds: tuple[int, ...], allocation: str, folder: Path) -> tuple[tuple[bool, frozenset[str]], ...]:
    """Return how the draws of some seeds end, all of them agreed on."""
    found = []
    problem = {} if allocation == "multiple" else {"allocation": allocation}
    for seed in seeds:
        try:
            found.append(agree_on(services_document(Random(seed), **problem), folder))
        except Exception as error:
            error.add_note(f"seed {seed}: services_document(Random({seed}), **{problem})")
            raise
    return tuple(found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for instance files, one at a time."""
    return tmp_path_factory.mktemp("services")


@pytest.mark.parametrize("allocation", PARTS)
def test_model_referee_and_brute_force_agree(allocation, folder):
    """Same optimum and a plan without violations, where each part of services decides."""
    found = draws(QUICK[allocation], allocation, folder)
    assert all(is_feasible for is_feasible, _ in found)
    assert frozenset().union(*(binding for _, binding in found)) == frozenset(PARTS[allocation])


@pytest.mark.parametrize("seed", [174, 237])
def test_no_dearer_plan_is_proven_where_tolerances_have_to_be_tight(seed, folder):
    """HiGHS 1.16.0 calls one optimal at a tolerance of a billionth (findings/highs_worse_when_tight.sh)."""
    assert draws((seed,), "single_each_way", folder)[0][0]


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("allocation", PARTS)
@pytest.mark.parametrize("start", range(0, DRAWS, BLOCK))
def test_they_agree_on_all_draws(start, allocation, folder):
    """Same feasibility, same optimum, and a plan without violations."""
    assert len(draws(tuple(range(start, start + BLOCK)), allocation, folder)) == BLOCK


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("allocation", PARTS)
def test_each_part_of_services_decides_often(allocation, folder):
    blocks = [tuple(range(start, start + BLOCK)) for start in range(0, DRAWS, BLOCK)]
    found = [draw for seeds in blocks for draw in draws(seeds, allocation, folder)]
    binding = Counter(part for _, parts in found for part in parts)
    assert {part: binding[part] for part in PARTS[allocation] if binding[part] < LEAST_BINDING[part]} == {}
    assert sum(is_feasible for is_feasible, _ in found) >= DRAWS / 3


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "problem",
    [
        {},
        {"allocation": "single"},
        {"allocation": "single_each_way"},
        {"allocation": "single_each_way", "route_hubs": 1},
        {"route_hubs": 1},
    ],
    ids=str,
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_they_agree_on_whatever_hypothesis_draws(data, problem, tmp_path_factory):
    agree_on(data.draw(services_documents((3, 6), **problem)), tmp_path_factory.getbasetemp())


EVERY = pytest.param(tuple(range(300)), id="all", marks=[pytest.mark.long, pytest.mark.timeout(3600)])


@pytest.mark.parametrize("problem", [{}, {"allocation": "single"}, {"allocation": "single_each_way"}], ids=str)
@pytest.mark.parametrize("seeds", [pytest.param((19, 20, 21, 25, 29, 32), id="quick"), EVERY])
def test_brute_force_has_the_optimum_of_every_choice_tried(seeds, problem):
    """The binary choices of the brute force against their enumeration, where they are few enough."""
    compared = 0
    for seed in seeds:
        document = services_document(Random(f"enumerated {seed}"), (2, 3), **problem)
        document["tables"]["demand"] = document["tables"]["demand"][:2]
        for name in ("capacity", "minimum_throughput", "air_lane", "service", "carbon"):
            document.get("policies", {}).pop(name, None)
        brute = ServicesBrute(document)
        choices = math.prod(len(modes) + 1 for _, modes in brute.services)
        if choices <= 400 and brute.services:
            assert brute.solve().cost == pytest.approx(enumerated(brute), rel=1e-6), f"seed {seed}"
            compared += 1
    assert compared >= len(seeds) / 12


# The rows of what is in time


@pytest.mark.parametrize("legs", [1, 2, 3])
def test_a_choice_of_hours_is_within_the_slack_if_and_only_if_it_keeps_all_rows(legs):
    draw = Random(legs)
    for _ in range(200):
        levels = [np.unique([draw.randint(0, 20) for _ in range(draw.randint(1, 5))]) * 1.0 for _ in range(legs)]
        least, most = sum(level[0] for level in levels), sum(level[-1] for level in levels)
        slack = draw.uniform(least, most)
        rows = in_time_rows(levels, slack)
        for chosen in itertools.product(*levels):
            keeps = all(any(h <= limit for h, limit in zip(chosen, row, strict=True)) for row in rows)
            assert keeps == (sum(chosen) <= slack)


# By hand: 100 t/year from A over the hub at B, and back to A


def one_leg(**terms: Any) -> dict[str, Any]:
    """Return 520 t/year from A to B, where the hub is: 10 t a week over 100 km, in vans of 4 t for EUR 1 a km."""
    collection = {"vehicles": ["van"], "return": "one_way", "wait": "mean"} | terms
    crew = {"drivers": 1, "drive_between_breaks_h": 24, "break_h": 0, "drive_between_rests_h": 24, "rest_h": 0}
    return {
        "format": "netdesign.instance/1",
        "name": "one leg",
        "parcel": {"weight_kg": 1},
        "streams": {"parcels": {}},
        "road": {"speed_kmh": 100, "cost_eur_per_km": 1, "truck_load_t": 1, "crews": [crew]},
        "services": {"weeks_per_year": 52, "collection": collection},
        "policies": {},
        "tables": {
            "cities": [{"id": "A"}, {"id": "B"}],
            "hubs": [{"id": "B", "status": "existing", "fixed_cost_eur_per_year": 0}],
            "links": [{"from": "A", "to": "B", "km": 100}],
            "vehicles": [{"id": "van", "payload_t": 4, "eur_per_km": 1}],
            "demand": [{"origin": "A", "destination": "B", "volume_t_per_year": 520}],
        },
    }


def departures(document: dict[str, Any], folder: Path) -> tuple[float | None, list[int]]:
    """Return the cost of the best plan and its departures a week."""
    instance = read_document(document, folder)
    solution = solve_instance(instance, MODEL)
    if solution.plan is None:
        assert solution.termination is Termination.INFEASIBLE
        return None, []
    assert evaluate(instance, build_network(instance), solution.plan).violations == ()
    return solution.objective, [service.departures for service in solution.plan.services]


def test_departures_are_whole_and_at_least_as_many_as_are_due(tmp_path):
    # 10 t a week fill two and a half vans: three leave, 52 x 3 x 100 km x EUR 1.
    assert departures(one_leg(), tmp_path) == (pytest.approx(15_600), [3])
    assert departures(one_leg(departures_per_week={"min": 5}), tmp_path) == (pytest.approx(26_000), [5])
    assert departures(one_leg(**{"return": "empty_back"}), tmp_path) == (pytest.approx(31_200), [3])


def three_cities(volumes: dict[str, float], payload_t: dict[str, float], most: int = 168) -> dict[str, Any]:
    """Return hubs A (there) and B, given legs for EUR 1/t, EUR 10 a departure from hubs to cities, freight by ends."""
    legs = [{"from": a, "to": b, "cost_eur_per_t": 1, "km": 10} for a, b in itertools.permutations("ABC", 2)]
    vehicles = [{"id": name, "payload_t": payload, "eur_per_departure": 10} for name, payload in payload_t.items()]
    served = {"vehicles": list(payload_t), "return": "one_way", "wait": "none", "departures_per_week": {"max": most}}
    hubs = [{"id": name, "fixed_cost_eur_per_year": 1} for name in "AB"]
    demand = [{"origin": a, "destination": b, "volume_t_per_year": volume} for (a, b), volume in volumes.items()]
    return {
        "format": "netdesign.instance/1",
        "name": "three",
        "parcel": {"weight_kg": 1},
        "streams": {"parcels": {}},
        "services": {"weeks_per_year": 50, "distribution": served},
        "policies": {},
        "tables": {
            "cities": [{"id": name} for name in "ABC"],
            "hubs": [{**hubs[0], "status": "existing"}, hubs[1]],
            "legs": legs,
            "vehicles": vehicles,
            "demand": demand,
        },
    }


@pytest.mark.parametrize("engine", [Monolithic, Enumeration])
@pytest.mark.parametrize(
    ("volumes", "payload_t", "most"),
    [
        ({"AC": 50.0001, "BC": 50.0001}, {"van": 1}, 168),
        ({"AC": 50.0001, "BC": 50.0001}, {"van": 1, "train": 1e6}, 168),
        ({"CA": 333.3, "CB": 100_000, "AC": 0.01, "BC": 100_000}, {"van": 1, "train": 100}, 10_000),
    ],
    ids=["a kilogram over", "beside a train", "little and much"],
)
def test_what_the_solver_takes_for_rounding_loads_no_vehicle(engine, volumes, payload_t, most, tmp_path):
    """A millionth of many departures is none: it carries nothing that the referee would miss a departure for."""
    instance = read_document(three_cities(volumes, payload_t, most), tmp_path)
    solution = engine(question(instance, MODEL)).solve()
    assert solution.termination is Termination.OPTIMAL
    assert evaluate(instance, build_network(instance), solution.plan).violations == ()


@pytest.mark.parametrize("engine", [Monolithic, Enumeration])
def test_departures_for_nothing_are_as_few_as_carry_the_freight(engine, tmp_path):
    """Vehicles by the kilometre cost nothing where legs have no length; each hub sends its own city's freight."""
    document = three_cities({"AC": 52 * 30, "BC": 52 * 10}, {"van": 1, "truck": 7})
    for leg in document["tables"]["legs"]:
        leg["km"] = 0
    for vehicle in document["tables"]["vehicles"]:
        vehicle |= {"eur_per_departure": 0, "eur_per_km": 1}
    instance = read_document(document, tmp_path)
    plan = engine(question(instance, MODEL)).solve().plan
    assert evaluate(instance, build_network(instance), plan).violations == ()
    loads = evaluate(instance, build_network(instance), plan).services
    assert loads
    for load in loads:
        payload_t = instance.services.vehicles[load.service.vehicle].payload_t
        weekly_t = load.volume / instance.services.weeks_per_year
        assert load.service.departures == math.ceil(weekly_t / payload_t - 1e-9)


def test_departures_that_cannot_carry_what_must_flow_are_proven_infeasible(tmp_path):
    assert departures(one_leg(departures_per_week={"max": 2}), tmp_path) == (None, [])


@pytest.mark.parametrize(
    ("penalty", "expected", "more"),
    [
        # In time with 12 h: 1 h on the way, 84 / n h of waiting, so 8 vans: 5 more than the freight takes, EUR 26,000.
        (0.051, 41_600, [8]),
        (0.049, 15_600 + 520 * 49, [3]),
    ],
)
def test_a_promise_is_worth_more_departures_than_the_freight_takes(penalty, expected, more, tmp_path):
    document = one_leg()
    document["streams"]["parcels"] = {"deadline_h": 12, "late_penalty_eur_per_parcel": penalty}
    assert departures(document, tmp_path) == (pytest.approx(expected), more)


def test_a_hard_deadline_takes_the_departures_that_keep_it(tmp_path):
    document = one_leg()
    document["streams"]["parcels"] = {"deadline_h": 12, "deadline": "hard"}
    assert departures(document, tmp_path) == (pytest.approx(41_600), [8])
    document["services"]["collection"]["departures_per_week"] = {"max": 7}
    assert departures(document, tmp_path) == (None, [])


def test_more_hours_than_rows_can_list_are_refused_with_a_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr("netdesign.formulation.served_routes.MOST_ROWS", 0)
    document = one_leg()
    document["streams"]["parcels"] = {"deadline_h": 12, "deadline": "hard"}
    with pytest.raises(SizeError, match=r"1 rows .*departures_per_week\.max"):
        departures(document, tmp_path)


def test_a_price_and_a_cap_of_carbon_count_vehicles(tmp_path):
    document = one_leg(vehicles=["van", "truck"])
    document["tables"]["vehicles"][0]["co2e_g_per_km"] = 200
    document["tables"]["vehicles"].append({"id": "truck", "payload_t": 10, "eur_per_km": 2.5, "co2e_g_per_km": 900})
    # A truck emits 52 x 100 km x 900 g = 4.68 t a year, three vans 3.12 t.
    assert departures(document, tmp_path) == (pytest.approx(13_000), [1])
    document["policies"]["carbon"] = {"cap_t_per_year": 4}
    assert departures(document, tmp_path) == (pytest.approx(15_600), [3])
    document["policies"]["carbon"] = {"price_eur_per_t": 2000}
    assert departures(document, tmp_path) == (pytest.approx(15_600 + 6_240), [3])
    document["policies"]["carbon"] = {"cap_t_per_year": 3}
    assert departures(document, tmp_path) == (None, [])


def test_the_service_share_counts_waits(tmp_path):
    document = one_leg()
    document["streams"]["parcels"] = {"deadline_h": 12}
    assert departures(document, tmp_path)[1] == [3]
    document["policies"]["service"] = {"share": 0.9}
    assert departures(document, tmp_path)[1] == [8]


def test_a_pair_pays_both_ways_and_has_the_departures_of_the_fuller(tmp_path):
    document = one_leg(**{"return": "paired"})
    document["services"]["distribution"] = dict(document["services"]["collection"])
    assert departures(document, tmp_path) == (pytest.approx(31_200), [3, 3])
    back = {"origin": "B", "destination": "A", "volume_t_per_year": 52 * 17}
    document["tables"]["demand"].append(back)
    # 17 t a week towards A take five vans, and five come back.
    assert departures(document, tmp_path) == (pytest.approx(52_000), [5, 5])


def test_the_larger_vehicle_is_taken_where_it_pays(tmp_path):
    document = one_leg(vehicles=["van", "truck"])
    document["tables"]["vehicles"].append({"id": "truck", "payload_t": 10, "eur_per_km": 2.5})
    assert departures(document, tmp_path) == (pytest.approx(13_000), [1])
    document["services"]["collection"]["departures_per_week"] = {"min": 3}
    assert departures(document, tmp_path) == (pytest.approx(15_600), [3])


# The choice of model and engine


def test_the_model_is_taken_for_services_and_by_name_without_them(tmp_path):
    with_services = nd.solve(write_instance(tmp_path, SERVICES))
    record = with_services.document.engine
    assert (record["name"], record["model"]) == ("enumeration", "scheduled_services")
    plain = nd.solve(write_instance(tmp_path, SERVICES), set=["services=null"])
    named = nd.solve(write_instance(tmp_path, SERVICES), set=["services=null"], model="scheduled_services")
    assert named.objective == pytest.approx(plain.objective, rel=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_without_services_it_is_the_base_model(seed, tmp_path):
    document = random_document(Random(seed))
    instance = read_document(document, tmp_path)
    if route_faults(instance, build_network(instance)):
        return
    base, other = solve_instance(instance), solve_instance(instance, MODEL)
    assert base.termination is other.termination
    assert (base.objective or 0.0) == pytest.approx(other.objective or 0.0, rel=1e-7)


def test_what_states_no_services_refuses_them_by_name(tmp_path):
    instance = read_document(one_leg(), tmp_path)
    assert "services" in str(ONE_YEAR.refusal("decomposition", instance))
    with pytest.raises(UsageError, match="model multiple_allocation_path cannot state services"):
        solve_instance(instance)


def test_the_answer_names_services_where_no_departures_carry_the_freight(tmp_path, netdesign):
    ended = netdesign("solve", write_instance(tmp_path, one_leg(departures_per_week={"max": 2})))
    assert ended.code == ExitCode.INFEASIBLE
    assert "none keeps every policy in force (services); proven" in ended.out


@pytest.mark.parametrize("allocation", ["multiple", "single", "single_each_way"])
def test_a_plan_within_a_wide_gap_is_priced_by_the_referee(allocation, tmp_path):
    """HiGHS ends with departures that nothing needs, which the plan leaves out."""
    for seed in QUICK[allocation]:
        problem = {} if allocation == "multiple" else {"allocation": allocation}
        instance = read_document(services_document(Random(seed), **problem), tmp_path)
        optimum = solve_instance(instance, MODEL)
        for gap in (0.5, 0.05):
            asked = question(instance, MODEL, Watch(SolveLimits(relative_gap=gap)))
            for engine in (Monolithic, Enumeration):
                solution = engine(asked).solve()
                assert (solution.plan is None) == (optimum.plan is None)
                if solution.objective is not None:
                    assert solution.bound <= optimum.objective * (1 + 1e-6)
                    assert solution.objective >= optimum.objective * (1 - 1e-6)
                    assert solution.objective <= solution.bound / (1 - gap) * (1 + 1e-6)
