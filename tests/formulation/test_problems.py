"""Every bundled model against brute force: one hub a city or each way, one a route, fewest hubs, shortest time."""

from __future__ import annotations

import json
import math
from random import Random
from typing import Any

import pytest

from netdesign import catalogue
from netdesign.errors import InstanceError
from netdesign.evaluate import evaluate
from netdesign.instance.blocks import Objective
from netdesign.network import build_network, check_routes
from netdesign.solve.core.outcome import Termination
from netdesign.solve.enumeration import Enumeration
from tests.support.small_brute import SmallProblem
from tests.support.solving import engine, question, read_document

PROBLEMS = {
    "multiple_allocation_flow": {},
    "multiple_allocation_path": {},
    "single_allocation_flow": {"allocation": "single"},
    "scheduled_services": {},
    "scheduled_services, single": {"allocation": "single"},
    "scheduled_services, each way": {"allocation": "single_each_way"},
    "facility_location": {"route_hubs": 1},
    "facility_location, single": {"allocation": "single", "route_hubs": 1},
    "hub_covering": {"objective": "hub_number"},
    "hub_centre": {"objective": "longest_time"},
}
DRAWS = 40
_MOST_CITY_SITES = 5


def draw_document(draw: Random, problem: dict[str, Any], count: tuple[int, int] = (3, 5)) -> dict[str, Any]:
    """Return an instance of so many cities without a metric: asymmetric legs, detours that are cheaper, ties."""
    cities = [f"C{number}" for number in range(draw.randint(*count))]
    sites = draw.sample(cities, draw.randint(2, min(len(cities), _MOST_CITY_SITES)))
    sites += ["S"] if draw.random() < 0.3 else []
    places = sorted({*cities, *sites})
    values = draw.choice([(1, 3), (1, 100)])
    legs = [
        {"from": a, "to": b, "cost_eur_per_t": draw.randint(*values), "time_h": draw.randint(1, 20)}
        for a in places
        for b in places
        if (a != b and draw.random() < 0.93) or (a == b and draw.random() < 0.2)
    ]
    volumes = [(a, b, draw.choice([0, 0, 1, 5, 30])) for a in cities for b in cities]
    demand = [{"origin": a, "destination": b, "volume_t_per_year": v} for a, b, v in volumes if v]
    demand = demand or [{"origin": cities[0], "destination": cities[1], "volume_t_per_year": 7}]
    least = draw.randint(1, len(sites))
    policies: dict[str, Any] = {"hub_count": {"min": least, "max": draw.randint(least, len(sites))}}
    if draw.random() < 0.3:
        policies["required"] = [draw.choice(sites)]
    if draw.random() < 0.3:
        policies["forbidden"] = [draw.choice(sites)]
    if draw.random() < 0.3:
        policies["exclusive"] = [{"name": "one", "sites": draw.sample(sites, 2)}]
    if draw.random() < 0.3:
        policies["fixed_cost_cap_eur_per_year"] = draw.choice([40, 150, 400])
    if "allocation" in problem and draw.random() < 0.5:
        policies["capacity"] = {"counts": draw.choice(["handled", "collected"])}
    total = sum(row["volume_t_per_year"] for row in demand)
    hubs = [
        {
            "id": site,
            "fixed_cost_eur_per_year": draw.choice([0, 10, 100, 300]),
            "capacity_t_per_year": draw.randint(total // 3, total + 5),
        }
        for site in sites
    ]
    factors = {"inter_hub": draw.choice([0, 0.3, 1]), "collection": draw.choice([1, 3]), "distribution": 1}
    return {
        "format": "netdesign.instance/1",
        "name": "small",
        "problem": problem,
        "factors": factors,
        "parcel": {"weight_kg": 1000},
        "streams": {"freight": {"deadline_h": draw.randint(8, 40)}},
        "policies": policies,
        "tables": {"cities": [{"id": c} for c in cities], "hubs": hubs, "legs": legs, "demand": demand},
    }


def judged(document: dict[str, Any], model: str, folder) -> str:
    """Solve by brute force and by a model, compare, and say how it ended."""
    best = SmallProblem(document).best()
    try:
        instance = read_document(document, folder)
        network = build_network(instance)
        check_routes(instance, network)
    except InstanceError:
        # Found without solving: brute force must find nothing either.
        assert best == math.inf
        return "bad instance"
    solution = engine(instance, catalogue.load_formulation(model)).solve()
    if best == math.inf:
        assert solution.termination is Termination.INFEASIBLE
        return "infeasible"
    assert solution.termination is Termination.OPTIMAL
    assert (solution.objective, solution.bound) == pytest.approx((best, best), rel=1e-6, abs=1e-6)
    evaluation = evaluate(instance, network, solution.plan)
    assert evaluation.violations == ()
    assert evaluation.objective == pytest.approx(best, rel=1e-9, abs=1e-9)
    return "solved"


@pytest.mark.parametrize("draws", [DRAWS // 4, pytest.param(DRAWS, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", PROBLEMS)
def test_a_model_agrees_with_brute_force(name, draws, tmp_path):
    endings = []
    for seed in range(draws):
        document = draw_document(Random(f"{name} {seed}"), PROBLEMS[name])
        try:
            endings.append(judged(document, name.partition(",")[0], tmp_path))
        except Exception as error:
            error.add_note(f"seed {name} {seed}: {json.dumps(document)}")
            raise
    # Not all of one kind, or the comparison would say little.
    assert endings.count("solved") >= draws // 4
    assert endings.count("solved") < draws


@pytest.mark.parametrize("name", [name for name in PROBLEMS if name != "multiple_allocation_flow"])
def test_the_second_engine_agrees(name, tmp_path):
    """Enumeration takes its bounds from the objective, not from any model."""
    for seed in range(0, DRAWS, 4):
        document = draw_document(Random(f"{name} {seed}"), PROBLEMS[name])
        best = SmallProblem(document).best()
        if best == math.inf:
            continue
        instance = read_document(document, tmp_path)
        formulation = catalogue.load_formulation(name.partition(",")[0])
        solution = Enumeration(question(instance, formulation)).solve()
        assert (solution.objective, solution.bound) == pytest.approx((best, best), rel=1e-6, abs=1e-6)


def test_fewer_hubs_a_city_never_cost_less(tmp_path):
    """What one hub a city can do, one each way can do as well, and several too."""
    compared = dearer = 0
    services = catalogue.load_formulation("scheduled_services")
    for seed in range(30):
        document = draw_document(Random(f"compared {seed}"), {"allocation": "single"}, (3, 4))
        document["policies"].pop("capacity", None)
        single = SmallProblem(document).best()
        if single < math.inf:
            found = []
            for allocation in ("multiple", "single_each_way"):
                instance = read_document(document | {"problem": {"allocation": allocation}}, tmp_path)
                found.append(engine(instance, services).solve().objective)
            multiple, each_way = found
            assert multiple == pytest.approx(SmallProblem(document | {"problem": {}}).best(), rel=1e-6)
            assert multiple * (1 - 1e-6) <= each_way <= single * (1 + 1e-6)
            compared += 1
            dearer += each_way < single * (1 - 1e-3)
    assert compared >= 10
    assert dearer >= 3


def test_every_unit_is_one_of_an_objective():
    assert {objective.unit for objective in Objective} == {"EUR/year", "hubs", "h"}
