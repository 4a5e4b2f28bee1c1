"""Sorting centres: model, referee and brute force agree on random instances on which centres decide, and by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netdesign import catalogue
from netdesign.evaluate import evaluate
from netdesign.network import build_network
from netdesign.solve.registry import ONE_YEAR
from tests.solve.test_agreement import assert_judged, route_faults
from tests.support.brute_force import BruteForce
from tests.support.centres import centres_document, has_open_centre, one_road, served_centres_document
from tests.support.services_brute import ServicesBrute
from tests.support.solving import FORMULATION, question, read_document, solve_instance

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.formulation.protocol import Formulation

SERVED = catalogue.load_formulation("scheduled_services")

OPEN, LIMITED = "a sorting centre is open", "their number decides"


def agree_on(document: dict[str, Any], brute: BruteForce, formulation: Formulation, folder: Path) -> frozenset[str]:
    """Solve by brute force and by every engine that states it; compare; return what decides."""
    optimum = brute.solve()
    instance = read_document(document, folder)
    if route_faults(instance, build_network(instance)):
        assert not optimum.is_feasible
        return frozenset()
    asked = question(instance, formulation)
    engines = [name for name in ("monolithic", "enumeration") if ONE_YEAR.refusal(name, instance) is None]
    assert "monolithic" in engines
    for name in engines:
        assert_judged(asked, ONE_YEAR[name].engine(asked).solve(), optimum)
    found = {OPEN} if has_open_centre(document, optimum.hubs) else set()
    if "sorting_centres" in brute.policies and brute.solve("sorting_centres").cost < optimum.cost * (1 - 1e-6):
        found.add(LIMITED)
    return frozenset(found)


DRAWS, BLOCK = 400, 40
"""Seeds 0 to 399 of instances by the tonne; a block takes about five seconds."""

SERVED_DRAWS, SERVED_BLOCK = 280, 20
"""The same with vehicles; a block takes about fifteen seconds."""

QUICK_SERVED = {"multiple": (5, 8), "single_each_way": (18, 128)}
"""Some in which sorting centres decide; in 128 a parcel is in time only where its last leg begins at one."""

LEAST = {OPEN: 50, LIMITED: 25}
"""In how many of all draws."""


def draw(seed: int, allocation: str, folder: Path) -> frozenset[str]:
    """Return what decides in the instance of a seed, by the tonne or with vehicles, on which all agree."""
    try:
        if allocation == "by the tonne":
            document = centres_document(Random(seed))
            return agree_on(document, BruteForce(document), FORMULATION, folder)
        problem = {} if allocation == "multiple" else {"allocation": allocation}
        document = served_centres_document(Random(seed), **problem)
        return agree_on(document, ServicesBrute(document), SERVED, folder)
    except Exception as error:
        error.add_note(f"seed {seed}: {allocation}")
        raise


@cache
def draws(start: int, stop: int, allocation: str, folder: Path) -> Counter[str]:
    """Return in how many draws each thing decides."""
    return Counter(part for seed in range(start, stop) for part in draw(seed, allocation, folder))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for instance files, one at a time."""
    return tmp_path_factory.mktemp("centres")


def test_model_referee_and_brute_force_agree(folder):
    """Same optimum and a plan without violations; a sorting centre is open, and their number decides."""
    found = draws(0, 12, "by the tonne", folder)
    assert found[OPEN] >= 4
    assert found[LIMITED] >= 1


@pytest.mark.parametrize(
    ("allocation", "seed"), [(allocation, seed) for allocation, seeds in QUICK_SERVED.items() for seed in seeds]
)
def test_they_agree_where_vehicles_leave(allocation, seed, folder):
    assert OPEN in draw(seed, allocation, folder)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("start", range(0, DRAWS, BLOCK))
def test_they_agree_on_all_draws_by_the_tonne(start, folder):
    draws(start, start + BLOCK, "by the tonne", folder)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("allocation", QUICK_SERVED)
@pytest.mark.parametrize("start", range(0, SERVED_DRAWS, SERVED_BLOCK))
def test_they_agree_on_all_draws_where_vehicles_leave(start, allocation, folder):
    draws(start, start + SERVED_BLOCK, allocation, folder)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("allocation", ["by the tonne", *QUICK_SERVED])
def test_sorting_centres_decide_often(allocation, folder):
    """Agreement would prove nothing about sorting centres that stay closed."""
    last, step = (DRAWS, BLOCK) if allocation == "by the tonne" else (SERVED_DRAWS, SERVED_BLOCK)
    found = sum((draws(start, start + step, allocation, folder) for start in range(0, last, step)), Counter())
    assert {part: found[part] for part, least in LEAST.items() if found[part] < least} == {}


# By hand, on the one road

WITHOUT = 10 * (300 + 10) + 10 * (400 + 10) + 10 * (300 + 10)
"""EUR/year: each tonne is handled once, at H."""

WITH = 1000 + 20 * (150 + 20) + 10 * 100 + 10 * (300 + 10)
"""What P and Q get is handled twice and travels to P at half the price; what P sends goes to H as before."""


def test_a_sorting_centre_hands_out_what_a_hub_sends_and_collects_nothing(tmp_path):
    instance = read_document(one_road(), tmp_path)
    solution = solve_instance(instance)
    assert (solution.objective, solution.plan.open_hubs) == (pytest.approx(WITH), ("H", "P"))
    routes = zip(solution.plan.commodity.tolist(), solution.plan.first_hub, solution.plan.last_hub, strict=True)
    assert list(routes) == [(0, 0, 1), (1, 0, 1), (2, 0, 0)]
    document = one_road()
    document["policies"] = {"sorting_centres": {"max": 0}}
    assert solve_instance(read_document(document, tmp_path)).objective == pytest.approx(WITHOUT)


def test_a_hub_in_its_place_would_collect(tmp_path):
    """What P sends then travels at half the price as well, and is handled twice."""
    document = one_road()
    del document["tables"]["hubs"][1]["kind"]
    hub = solve_instance(read_document(document, tmp_path))
    assert hub.objective == pytest.approx(WITH - 10 * (300 + 10) + 10 * (150 + 20))


@pytest.mark.parametrize("allocation", ["multiple", "single_each_way"])
def test_vehicles_come_back_empty_from_a_sorting_centre_also_where_they_are_paired(allocation, tmp_path):
    """52 weeks, one van a week on each leg, EUR 1 a kilometre; a pair is paid both ways, and so is what comes back."""
    document = one_road(vehicles=[{"id": "van", "payload_t": 5, "eur_per_km": 1}])
    paired = {"vehicles": ["van"], "return": "paired", "wait": "none"}
    document["services"] = {"collection": paired, "distribution": paired, "inter_hub": paired}
    document["problem"] = {"allocation": allocation}
    document["factors"] = {}
    # What P sends would have to come to H, and its vehicle go back with or without freight.
    del document["tables"]["demand"][2]
    instance = read_document(document, tmp_path)
    asked = question(instance, SERVED)
    solution = ONE_YEAR["monolithic"].engine(asked).solve()
    loads = evaluate(instance, asked.network, solution.plan).services
    ids = [node.id for node in instance.nodes]
    found = [(load.service.kind.value, ids[load.service.origin], ids[load.service.destination]) for load in loads]
    assert found == [("inter_hub", "H", "P"), ("distribution", "P", "Q")]
    assert [load.eur for load in loads] == [52 * 600, 52 * 200]
    assert [load.empty_km for load in loads] == [52 * 300, 52 * 100]
    assert solution.objective == pytest.approx(1000 + 52 * (600 + 200) + 20 * (10 + 10))


# The referee


@pytest.mark.parametrize(
    ("route", "message"),
    [
        ((2, 1, 0), "routing: P to H: P is its first hub, and a sorting centre takes freight from a hub only"),
        ((2, 1, 1), "routing: P to H: P is its only hub, and a sorting centre takes freight from a hub only"),
    ],
)
def test_the_referee_names_what_only_a_hub_does(route, message, tmp_path):
    instance = read_document(one_road(), tmp_path)
    plan = solve_instance(instance).plan
    commodity, first, last = route
    own = plan.commodity == commodity
    wrong = replace(plan, first_hub=np.where(own, first, plan.first_hub), last_hub=np.where(own, last, plan.last_hub))
    assert [str(one) for one in evaluate(instance, build_network(instance), wrong).violations] == [message]


def test_the_referee_refuses_a_flight_from_a_sorting_centre_and_too_many_of_them(tmp_path):
    document = one_road()
    document["tables"] |= {"overseas": [{"id": "G"}]}
    document["tables"]["links"].append({"from": "H", "to": "G", "mode": "air", "km": 9000})
    document["tables"]["demand"].append({"origin": "P", "destination": "G", "volume_t_per_year": 1})
    document["policies"] = {"sorting_centres": {"max": 0}}
    document["air"] = {
        "inbound_rate_eur_per_kg": 1,
        "outbound_rate_eur_per_kg": 1,
        "distance_share": 0,
        "reference_distance_km": 9000,
        "block_speed_kmh": 900,
        "routing_factor": 1,
        "fixed_h": 1,
    }
    instance = read_document(document, tmp_path)
    plan = solve_instance(instance).plan
    wrong = replace(plan, open_hubs=("H", "P"), last_hub=np.where(plan.commodity == 3, 1, plan.last_hub))
    assert [str(one) for one in evaluate(instance, build_network(instance), wrong).violations] == [
        "routing: P to G: P is its last hub before the flight, and a sorting centre has no runway",
        "sorting_centres: network: 1 sorting centres are open; 0 to 0 are allowed",
    ]
