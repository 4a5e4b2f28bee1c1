"""The referee prices by the book and names whatever a plan violates."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import cache
from itertools import count
from random import Random
from typing import Any

import numpy as np
import pytest

from netdesign.evaluate import Evaluation, evaluate
from netdesign.network import build_network
from netdesign.plan import Plan
from tests.support.brute_force import BruteForce
from tests.support.solving import hand_priced, read_document, solve_instance
from tests.support.strategies import random_document

A, S = 0, 1
"""Positions of the sites of the instance priced by hand; its commodities are G to b, b to G and a to b."""


def plan_of(*routes: tuple[int, int, int, float], hubs: tuple[str, ...] = ("a", "S"), lanes: Any = ()) -> Plan:
    """Return a plan from routes: commodity, first hub, last hub, t/year."""
    commodity, first, last, volume = zip(*routes, strict=True)
    positions = (np.array(column, dtype=np.intp) for column in (commodity, first, last))
    return Plan(hubs, lanes, *positions, np.array(volume, dtype=np.float64))


BASE = ((0, A, S, 60.0), (0, S, S, 40.0), (1, S, S, 50.0), (2, A, S, 20.0))
"""60 t fly to a and go on over S, 40 t fly to S; what goes back flies from S; a to b passes both hubs."""


def judge(document: dict[str, Any], plan: Plan, folder: Any) -> Evaluation:
    instance = read_document(document, folder)
    return evaluate(instance, build_network(instance), plan)


@pytest.fixture
def judged(tmp_path) -> Evaluation:
    """The plan of BASE as the referee sees it."""
    return judge(hand_priced(), plan_of(*BASE), tmp_path)


def test_every_part_of_the_cost_is_what_arithmetic_on_paper_gives(judged):
    """Each figure below follows from the instance with no program at hand."""
    # Air, EUR/t: G to a at the reference distance 0.4 x 1000 = 400. G and S are 6000 km apart, three quarters of it,
    # and half of the rate follows the distance: 0.5 + 0.5 x 0.75 = 0.875 of 400 in, of 200 out: 350 and 175.
    assert judged.costs.air == pytest.approx(60 * 400 + 40 * 350 + 50 * 175)
    # Road, EUR/t: a to S 350 km x 2 / 10 t = 70, halved between hubs: 35. S to b (70 km x 2 + fare 50) / 10 t = 19,
    # doubled on distribution: 38; plain on collection: 19. Collection at a itself costs nothing.
    assert judged.costs.road == pytest.approx(60 * (35 + 38) + 40 * 38 + 50 * 19 + 20 * (35 + 38))
    # Border: each of the 170 t crosses from EU to CH or back once, between S and b.
    assert judged.costs.border == pytest.approx(170 * 5)
    # Handling: 0.02 x 1000 parcels = 20 at a, where labour costs the reference; at S labour costs half of it and makes
    # up half of the price: 20 x 0.75 = 15.
    assert judged.costs.handling == pytest.approx((60 + 20) * (20 + 15) + (40 + 50) * 15)
    # Late: G to b over both hubs takes 47.75 h of 36.5 allowed; 0.05 x 1000 parcels = 50.
    assert judged.costs.late == pytest.approx(60 * 50)
    # Shortfall: 40 t of inbound freight enter at S, 70 are promised at 12 a tonne.
    assert judged.costs.shortfall == pytest.approx((70 - 40) * 12)
    # Fixed: a exists, so only running: 100,000 at the reference labour cost. S: 100 m2 x 1000 + 50,000 = 150,000 of
    # capital, paid back after one year at 25 % with 187,500; running 100,000 x (0.6 x 0.5 + 0.4) = 70,000.
    assert judged.costs.fixed == pytest.approx(100_000 + 187_500 + 70_000)
    assert judged.costs.total == pytest.approx(46_750 + 8_310 + 850 + 4_150 + 3_000 + 360 + 357_500)


def test_service_carbon_and_loads_are_what_arithmetic_on_paper_gives(judged):
    """Times by leg, share inside the deadline to the second, tonne-kilometres, volumes at hubs and on lanes."""
    # G to b over a and S: 10 origin + 10 flight + 6 at a + 350 km at 70 km/h with one break 5.75 + 4 at S + 1 driving
    # and 2 crossing + 4 border + 5 last mile = 47.75. Over S alone: 10 + (6000 x 1.0625 / 850 + 1.5 = 9) + 1.5 wait
    # for the night + 4 + 3 + 4 + 5 = 36.5, exactly the deadline. a to b: 2 + 0 + 6 + 5.75 + 4 + 3 + 4 + 1 = 25.75.
    service = judged.service
    assert service.volume == pytest.approx(120)
    assert service.inside == pytest.approx((40 + 20) / 120)
    assert service.by_country == pytest.approx({"HU": (40 + 20) / 120})
    assert service.mean_h == pytest.approx((60 * 47.75 + 40 * 36.5 + 20 * 25.75) / 120)
    # Within the two hours of the reporting block: the 40 t that just make it; the late ones are 11 hours late.
    assert (service.inside_by_little, service.late_by_little) == pytest.approx((40 / 120, 0))
    # kg a tonne: by air 1 a km, by road 0.1, by sea 0.05 over 30 km.
    air, road = 60 * 8000 + 40 * 6000 + 50 * 6000, 60 * 420 + 40 * 70 + 50 * 70 + 20 * 420
    assert judged.co2e == pytest.approx((air * 1 + road * 0.1 + 170 * 30 * 0.05) / 1000)
    # A tonne over both hubs is lifted at both, and enters at the first.
    assert judged.loads.handled == pytest.approx({"a": 60 + 20, "S": 60 + 40 + 50 + 20})
    assert judged.loads.entering == pytest.approx({"a": 60, "S": 40})
    assert judged.loads.inbound == pytest.approx({("G", "a"): 60, ("G", "S"): 40})
    assert judged.loads.outbound == pytest.approx({("G", "S"): 50})
    assert judged.violations == ()


@pytest.mark.parametrize(
    ("policies", "optimum"),
    [
        # a alone: 420 km to b with one break and the ferry: (420 x 2 + 50) / 10 = 89, 8.75 h. In: 10 + 10 + 6 + 8.75 +
        # 4 + 5 = 43.75 h, late: 400 + 2 x 89 + 5 + 20 + 50. Out: 89 + 5 + 20 + 200. Parcels: 2 x 89 + 5 + 20.
        ({}, 100_000 + 100 * 653 + 50 * 314 + 20 * 203),
        # S as well, if it must: in over S alone at 350 + 38 + 5 + 15, in time; out 175 + 19 + 5 + 15; parcels over both
        # hubs, where the discount is, at 35 + 38 + 5 + 35, which S alone at 70 + 38 + 5 + 15 does not beat.
        ({"required": ["S"]}, 357_500 + 100 * 408 + 50 * 214 + 20 * 113),
    ],
)
def test_the_optimum_is_what_arithmetic_on_paper_gives(policies, optimum, tmp_path):
    """Brute force and the model are tied to paper too, not only to each other."""
    document = hand_priced()
    document["policies"] |= policies
    assert BruteForce(document).solve().cost == pytest.approx(optimum)
    assert solve_instance(read_document(document, tmp_path)).objective == pytest.approx(optimum)


LANES = {"flights_per_week": 1, "weeks_per_year": 50, "payload_t": 1, "load_factor": 1}
"""Fifty tonnes a year at least."""

BOTH_LANES = (("G", "S"), ("G", "a"))


def required_s(document):
    document["policies"] = {"required": ["S"]}


def forbidden_s(document):
    document["policies"] = {"forbidden": ["S"]}


def one_hub(document):
    document["policies"] = {"hub_count": {"min": 1, "max": 1}}


def one_of_both(document):
    document["policies"] = {"exclusive": [{"name": "one of us", "sites": ["a", "S"]}]}


def deadline_25(document):
    document["streams"]["parcels"]["deadline_h"] = 25


def capacity_of_150(document):
    document["policies"] = {"capacity": {}}
    document["tables"]["hubs"][1]["capacity_t_per_year"] = 150


def hard_minimum(document):
    del document["policies"]["minimum_throughput"]["hubs"][0]["shortfall_eur_per_t"]


def lane_minimum(document):
    document["policies"] = {"air_lane": LANES}


def service_of_60(document):
    document["policies"] = {"service": {"share": 0.6, "by_country": {"HU": 0.55, "BE": 1}}}


def one_hub_a_city(document):
    document["problem"] = {"allocation": "single"}


def one_hub_each_way(document):
    document["problem"] = {"allocation": "single_each_way"}


def cap_of_200(document):
    document["policies"] = {"fixed_cost_cap_eur_per_year": 200_000}


def nothing(document):
    pass


@pytest.mark.parametrize(
    ("change", "plan", "messages"),
    [
        pytest.param(
            nothing,
            plan_of((0, A, S, 60.0), (0, S, S, 30.0), *BASE[2:]),
            ["routing: G to b: 90 t/year are routed of 100"],
            id="too little",
        ),
        pytest.param(
            nothing,
            plan_of((0, A, S, 110.0), (0, S, S, -10.0), *BASE[2:]),
            ["routing: G to b: a route has a negative volume"],
            id="negative volume",
        ),
        pytest.param(
            nothing,
            plan_of(*BASE, hubs=("a",)),
            ["routing: S: freight is routed over this hub, which is not open"],
            id="hub not open",
        ),
        pytest.param(
            nothing,
            plan_of((0, S, S, 100.0), (1, S, S, 50.0), (2, S, S, 20.0), hubs=("S",)),
            ["required: a: exists and stays open, but the plan closes it"],
            id="existing hub closed",
        ),
        pytest.param(
            required_s,
            # All but the freight that S would carry goes over a.
            plan_of((0, A, A, 100.0), (1, A, A, 50.0), (2, A, A, 20.0), hubs=("a",)),
            ["required: S: is required, but the plan closes it"],
            id="required",
        ),
        pytest.param(forbidden_s, plan_of(*BASE), ["forbidden: S: may not open"], id="forbidden"),
        pytest.param(one_hub, plan_of(*BASE), ["hub_count: network: 2 hubs are open; 1 to 1 are allowed"], id="count"),
        pytest.param(
            one_of_both, plan_of(*BASE), ["exclusive: one of us: S and a are open; at most one may be"], id="exclusive"
        ),
        pytest.param(
            deadline_25, plan_of(*BASE), ["deadline: a to b: takes 25.75 h; the hard deadline is 25 h"], id="deadline"
        ),
        pytest.param(
            capacity_of_150, plan_of(*BASE), ["capacity: S: lifts 170.0 t/year; its capacity is 150.0"], id="capacity"
        ),
        pytest.param(
            hard_minimum,
            plan_of(*BASE),
            ["minimum_throughput: S: 40.0 t/year enter there; at least 70.0 must"],
            id="minimum throughput",
        ),
        pytest.param(
            lane_minimum,
            plan_of(*BASE, lanes=(("G", "a"),)),
            ["air_lane: G-S: carries freight, but is not in service"],
            id="lane not in service",
        ),
        pytest.param(
            lane_minimum,
            plan_of(*BASE, lanes=BOTH_LANES),
            ["air_lane: G-S: carries 40.0 t/year that count; in service it carries at least 50.0"],
            id="lane under its minimum",
        ),
        pytest.param(
            lane_minimum,
            plan_of((0, A, A, 100.0), (1, A, A, 50.0), (2, A, A, 20.0), hubs=("a",), lanes=BOTH_LANES),
            ["air_lane: G-S: is in service, but its hub is not open"],
            id="lane without hub",
        ),
        pytest.param(
            service_of_60,
            plan_of(*BASE),
            [
                "service: in all: 50.0000% is inside the deadline; at least 60.0000% must be",
                # Nothing is bound for BE, so nothing is late there.
                "service: HU: 50.0000% is inside the deadline; at least 55.0000% must be",
            ],
            id="service",
        ),
        pytest.param(
            one_hub_a_city,
            plan_of(*BASE[:2], (1, A, A, 50.0), BASE[3]),
            ["allocation: b: uses a and S; under single allocation a city uses one hub"],
            id="one hub a city",
        ),
        pytest.param(
            # b sends over a, and receives over S.
            one_hub_each_way,
            plan_of(*BASE[:2], (1, A, A, 50.0), BASE[3]),
            [],
            id="another hub each way",
        ),
        pytest.param(
            one_hub_each_way,
            plan_of((0, A, A, 60.0), (0, S, S, 40.0), (1, A, A, 30.0), (1, S, S, 20.0), (2, A, A, 20.0)),
            [
                "allocation: b: sends over a and S; a city has one hub each way",
                "allocation: b: receives over a and S; a city has one hub each way",
            ],
            id="several hubs each way",
        ),
        pytest.param(
            one_hub_each_way,
            plan_of(*BASE[:3], (2, S, S, 20.0)),
            ["allocation: a: is an open hub and sends over S; a hub is its own"],
            id="a hub is its own each way",
        ),
        pytest.param(
            cap_of_200,
            plan_of(*BASE),
            ["fixed_cost_cap: new hubs: cost 257,500 EUR/year; the cap is 200,000"],
            id="fixed-cost cap",
        ),
    ],
)
def test_each_violation_is_named_with_what_was_found_and_what_is_allowed(change, plan, messages, tmp_path):
    """One plan, one rule broken at a time, and the exact words."""
    document = hand_priced()
    change(document)
    assert [str(violation) for violation in judge(document, plan, tmp_path).violations] == messages


def test_a_route_that_does_not_exist_is_named_and_not_priced(tmp_path):
    """A plan may claim a leg that the graph has not; its cost is then infinite, not a number by chance."""
    document = hand_priced()
    document["tables"]["links"] = document["tables"]["links"][1:]
    found = judge(document, plan_of(*BASE), tmp_path)
    assert [str(violation) for violation in found.violations] == [
        "routing: G to b: there is no route over a and S",
        "routing: a to b: there is no route over a and S",
    ]
    assert found.costs.total == float("inf")


def scaled(document: dict[str, Any], factor: float) -> dict[str, Any]:
    """Return the instance with every price multiplied, wherever the format has one."""
    result = deepcopy(document)

    def scale(holder: Any) -> None:
        if isinstance(holder, list):
            for item in holder:
                scale(item)
        elif isinstance(holder, dict):
            for key, value in holder.items():
                # Wages are compared with a reference wage, so they are no prices here.
                is_price = "eur" in key.split("_") and "labour" not in key
                if is_price and isinstance(value, (int, float)):
                    holder[key] = value * factor
                else:
                    scale(value)

    scale(result)
    return result


def renamed(document: Any, names: dict[str, str]) -> Any:
    """Return the instance with other ids wherever one stands."""
    if isinstance(document, dict):
        return {key: renamed(value, names) for key, value in document.items()}
    if isinstance(document, list):
        return [renamed(value, names) for value in document]
    return names.get(document, document) if isinstance(document, str) else document


@cache
def documents() -> tuple[dict[str, Any], ...]:
    """Return the instance priced by hand and the first dozen of random ones that have a solution."""
    found, seeds = [hand_priced()], count(20_000)
    while len(found) < 13:
        document = random_document(Random(next(seeds)))
        if BruteForce(document).solve().is_feasible:
            found.append(document)
    return tuple(found)


@pytest.mark.parametrize("number", range(13))
def test_scaling_all_prices_scales_every_cost_and_nothing_else(number, tmp_path):
    """Costs are linear in prices: the referee's parts, and the optimum."""
    document = documents()[number]
    plain, dear = (read_document(scaled(document, factor), tmp_path) for factor in (1, 4))
    best = solve_instance(plain)
    before, after = (evaluate(i, build_network(i), best.plan) for i in (plain, dear))
    assert (before.costs.charges, after.costs.charges) == ({}, {})
    parts = [part for part in type(before.costs).__dataclass_fields__ if part != "charges"]
    assert [getattr(after.costs, part) for part in parts] == pytest.approx(
        [4 * getattr(before.costs, part) for part in parts]
    )
    assert after.objective == after.costs.total
    assert replace(after, costs=before.costs, objective=before.objective) == before
    assert solve_instance(dear).objective == pytest.approx(4 * best.objective, rel=1e-6)


@pytest.mark.parametrize("number", range(13))
def test_relabelling_changes_nothing_but_names(number, tmp_path):
    """Other ids, and the tables in another order: the same plan costs the same, and so does the best one."""
    document = documents()[number]
    ids = [row["id"] for table in ("cities", "hubs", "overseas") for row in document["tables"].get(table, [])]
    # Reversed numbers, so that the order by name changes too.
    names = {name: f"N{len(ids) - number}" for number, name in enumerate(dict.fromkeys(ids))}
    plain, other = read_document(document, tmp_path), read_document(renamed(document, names), tmp_path)
    best = solve_instance(plain)
    translated = replace(
        best.plan,
        open_hubs=tuple(names[hub] for hub in best.plan.open_hubs),
        open_lanes=tuple((names[airport], names[hub]) for airport, hub in best.plan.open_lanes),
    )
    before = evaluate(plain, build_network(plain), best.plan)
    after = evaluate(other, build_network(other), translated)
    assert after.costs.total == pytest.approx(before.costs.total)
    assert after.loads.handled == pytest.approx({names[hub]: load for hub, load in before.loads.handled.items()})
    assert after.violations == ()
    turned = renamed(document, names)
    turned["tables"] = {table: rows[::-1] for table, rows in turned["tables"].items()}
    assert solve_instance(read_document(turned, tmp_path)).objective == pytest.approx(best.objective, rel=1e-6)
