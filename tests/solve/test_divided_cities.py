"""Any number of hubs for a city, and vehicles, all freight overseas: bounds and plans of sets against brute force."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from netdesign.evaluate import evaluate
from netdesign.network import build_network
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.scheduled import divided_city
from netdesign.solve.scheduled.bounds import SetBounds
from netdesign.solve.scheduled.divided import cheapest_division
from netdesign.solve.scheduled.divided_city import Choices, cheapest_of_city
from netdesign.solve.scheduled.freight import CityFreight
from netdesign.solve.scheduled.plans import plan_of_columns
from tests.solve.test_agreement import assert_judged, route_faults
from tests.solve.test_city_search import cost_of
from tests.solve.test_scheduled_services import MODEL
from tests.support.services_brute import HOURLY, SERVICE_PARTS, ServicesBrute
from tests.support.services_strategies import services_document
from tests.support.solving import question, read_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance import Instance
    from netdesign.plan import Plan

Document = dict[str, Any]

DIVIDED = "divided"
"""A city has two hubs or more for what it sends, or for what it receives."""

DRAWS = 320
"""Seeds 0 to 319, for the long test."""

QUICK = (0, 11)
"""Draws in which each part of services decides once or more."""

LEAST_BINDING = dict.fromkeys(SERVICE_PARTS, 50) | {DIVIDED: 30}
"""In how many of all draws departures, waits, paired returns, flights and divided freight have to be."""


def document_of(seed: int) -> Document:
    """Return an instance whose freight all goes overseas; each fifth has routes over one hub only.

    The least departures are raised now and then, so that they keep more cities from a second hub.
    """
    draw, problem = Random(f"divided {seed}"), {"route_hubs": 1} if seed % 5 == 0 else {}
    document = services_document(draw, all_overseas=True, **problem)
    for name, kind in document["services"].items():
        if name in ("collection", "distribution") and draw.random() < 0.5:
            departures = kind["departures_per_week"]
            departures["min"] = departures.get("min", 1) + 1
            departures["max"] = max(departures.get("max", HOURLY), departures["min"])
    return document


def agree_on(document: Document, folder: Path) -> frozenset[str] | None:
    """Compare optimum and all bounds of sets with brute force; return what decides, None where there is no plan."""
    brute = ServicesBrute(document)
    optimum = brute.solve()
    instance = read_document(document, folder)
    if route_faults(instance, build_network(instance)):
        assert not optimum.is_feasible
        return None
    asked = question(instance, MODEL)
    engine = Enumeration(asked)
    solution = engine.solve()
    assert_judged(asked, solution, optimum)
    permitted = set(brute.permitted_sets())
    for hubs, first, best in engine.known_bounds():
        if hubs in permitted:
            least = cost_of(document, hubs)
            assert max(first, best) <= least + 1e-6 * (1.0 + abs(least)) or least == best == math.inf, hubs
    if solution.plan is None:
        return None
    divided = {DIVIDED} if is_divided(instance, solution.plan) else set()
    return frozenset(brute.binding_services(optimum)) | divided


def is_divided(instance: Instance, plan: Plan) -> bool:
    """Return whether a city has two hubs or more one way."""
    commodities = instance.commodities
    ways = ((commodities.origin, plan.first_hub), (commodities.destination, plan.last_hub))
    pairs = [{*zip(end[plan.commodity].tolist(), hubs.tolist(), strict=True)} for end, hubs in ways]
    return any(
        most > 1
        for own in pairs
        for most in Counter(node for node, _ in own if not instance.is_overseas[node]).values()
    )


def test_bounds_and_optima_are_those_of_brute_force(tmp_path):
    found = [agree_on(document_of(seed), tmp_path) for seed in QUICK]
    assert frozenset().union(*filter(None, found)) == {*SERVICE_PARTS, DIVIDED}


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_they_are_so_on_all_draws(tmp_path):
    """In one test, as what decides is counted over all of them."""
    decides: Counter[str] = Counter()
    for seed in range(DRAWS):
        try:
            decides.update(agree_on(document_of(seed), tmp_path) or ())
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise
    assert {part: decides[part] for part, least in LEAST_BINDING.items() if decides[part] < least} == {}


# Without brute force: hubs and cities alone


def hubs_and_cities(draw: Random) -> Document:
    """Return three hubs of which A is there, and cities whose freight all goes overseas, some of it with a promise."""
    places, airports = "ABCDE", ("G", "H")[: draw.choice((1, 1, 2))]
    legs = [
        {"from": a, "to": b, "cost_eur_per_t": draw.randint(1, 40), "km": draw.randint(20, 900), "time_h": 9}
        for a, b in itertools.permutations(places, 2)
    ]
    terms = {
        "vehicles": ["van", "truck"],
        "return": draw.choice(("paired", "paired", "empty_back", "one_way")),
        "wait": draw.choice(("mean", "worst")),
    }
    least = {"min": draw.randint(1, 3), "max": draw.choice((5, 8, 30))}
    demand = [
        {
            "origin": start,
            "destination": end,
            "volume_t_per_year": draw.choice((40, 400, 2000)) + draw.randint(1, 99),
            "stream": stream,
        }
        for city in places
        for airport in airports
        for start, end, stream in ((airport, city, "in"), (city, airport, "out"))
        if draw.random() < 0.7
    ]
    fines: Document = {"deadline_h": draw.choice((40, 60, 80)), "deadline": "hard"}
    if draw.random() < 0.75:
        fines |= {"deadline": "priced", "late_penalty_eur_per_parcel": draw.choice((0.02, 0.2))}
    streams = {"in": fines, "out": draw.choice(({}, fines))}
    used = {row["stream"] for row in demand}
    rates = {"inbound_rate_eur_per_kg": 0.3, "outbound_rate_eur_per_kg": 0.2, "distance_share": 0.5}
    speeds = {"reference_distance_km": 9000, "block_speed_kmh": 900, "routing_factor": 1, "fixed_h": 0}
    return {
        "format": "netdesign.instance/1",
        "name": "cities",
        "parcel": {"weight_kg": 1},
        "streams": {name: stream for name, stream in streams.items() if name in used},
        "air": rates | speeds,
        "services": {kind: terms | {"departures_per_week": least} for kind in ("collection", "distribution")},
        "policies": {"new_hubs": {"max": 2}},
        "tables": {
            "cities": [{"id": name} for name in places],
            "hubs": [
                {"id": name, "status": "existing" if name == "A" else "candidate", "fixed_cost_eur_per_year": 1000}
                for name in "ABC"
            ],
            "overseas": [{"id": airport} for airport in airports if any(airport in row.values() for row in demand)],
            "legs": legs,
            "links": [
                {"from": airport, "to": hub, "mode": "air", "km": draw.randint(7000, 9900)}
                for hub in "ABC"
                for airport in airports
                if any(airport in row.values() for row in demand)
            ],
            "vehicles": [
                {"id": "van", "payload_t": 1, "eur_per_km": 0.65},
                {"id": "truck", "payload_t": 5, "eur_per_km": 1.45},
            ],
            "demand": demand,
        },
    }


@pytest.mark.parametrize(
    "seeds", [range(10), pytest.param(range(10, 150), marks=pytest.mark.long)], ids=["few", "many"]
)
def test_bounds_by_arrays_are_under_the_cheapest_division_and_that_is_a_plan(seeds, tmp_path):
    """Every set of every draw: the plan costs what the division says, and the bounds are no more.

    Where departures do not carry the division, its cost is a bound too, and either of both may be the higher one.
    """
    plans, divisions = 0, 0
    for seed in seeds:
        instance = read_document(hubs_and_cities(Random(f"bounds {seed}")), tmp_path)
        network = build_network(instance)
        if route_faults(instance, network):
            continue
        freight = CityFreight(instance, network)
        bounds = SetBounds(freight, SearchState(Watch(SolveLimits()), lambda _: None, ""))
        for hubs in ((0,), (0, 1), (0, 2), (0, 1, 2)):
            places = np.array(hubs, dtype=np.intp)
            found = cheapest_division(freight, bounds.routes, places, bounds.over_several(places))
            cost = found.cost + 1000 * len(hubs)
            if found.columns is not None:
                assert bounds.of_sets(places[None].astype(np.int32))[0] <= cost * (1 + 1e-9)
            # Bounds that rule nothing out leave the same.
            tried = cheapest_division(freight, bounds.routes, places, np.full(len(freight.parties), -math.inf))
            assert tried.cost <= found.cost * (1 + 1e-9)
            if tried.columns is not None:
                assert tried.cost == pytest.approx(found.cost)
            if found.columns is not None and found.share is not None:
                chosen = np.arange(len(found.columns.modes))
                plan = plan_of_columns(freight, found.columns, found.share, chosen).plan
                evaluation = evaluate(instance, network, plan)
                assert evaluation.violations == ()
                assert evaluation.objective == pytest.approx(cost)
                plans, divisions = plans + 1, divisions + is_divided(instance, plan)
    assert min(plans, 4 * divisions) > len(seeds)


@pytest.mark.parametrize(
    "seeds", [range(4, 9), pytest.param(range(9, 200), marks=pytest.mark.long)], ids=["few", "many"]
)
def test_the_search_agrees_with_the_straight_model(seeds, tmp_path):
    divided = 0
    for seed in seeds:
        instance = read_document(hubs_and_cities(Random(f"straight {seed}")), tmp_path)
        if route_faults(instance, build_network(instance)):
            continue
        asked = question(instance, MODEL)
        ours, straight = Enumeration(asked).solve(), Monolithic(asked).solve()
        assert ours.termination is straight.termination, seed
        assert (ours.objective or 0.0) == pytest.approx(straight.objective or 0.0, rel=1e-6), seed
        divided += ours.plan is not None and is_divided(instance, ours.plan)
    assert divided


# One city


def test_the_cheapest_leg_is_filled_first_and_the_rest_pays_a_vehicle_of_its_own():
    """100 t: a van to A takes 60 t for EUR 50, a truck 100 t for EUR 400; a tonne then pays EUR 1 over A, 2 over B."""
    to_a = Choices(np.array([50.0, 400.0]), np.array([[60.0, 100.0]]), [np.array([[100.0, 100.0]])], np.array([[0, 1]]))
    to_b = Choices(np.array([80.0]), np.array([[100.0]]), [np.array([[200.0]])], np.array([[2]]))
    found = cheapest_of_city([np.array([100.0])], [to_a, to_b])
    # 60 t over A and 40 t over B: 50 + 80 + 60 + 80; all of it over B 280, over A 500.
    assert found.cost == pytest.approx(270)
    assert sorted(found.parts) == [((0, 0), 0, pytest.approx(0.6)), ((0, 0), 2, pytest.approx(0.4))]
    assert found.is_carried
    assert cheapest_of_city([np.array([161.0])], [to_a]).cost == math.inf


def random_choices(draw: Random, entries: list[int], number: int) -> Choices:
    """Return choices of departures to a hub: dearer ones carry more, and are quick enough for more freight."""
    count = draw.randint(1, 4)
    each = [np.array([[draw.choice((10, 40, 90, math.inf)) for _ in range(count)] for _ in range(n)]) for n in entries]
    tonnes = np.array([[draw.choice((0.0, 20.0, 50.0, 80.0, math.inf)) for _ in range(count)] for _ in entries])
    cost = np.array([draw.randint(0, 60) for _ in range(count)], dtype=float)
    modes = np.array([[10 * number + place for place in range(count)] for _ in entries])
    return Choices(cost, tonnes, each, modes)


def least_cost(volume: list[np.ndarray], choices: list[Choices]) -> float:
    """Return the least cost of dividing freight, by an integer program of all choices."""
    listed = [(leg, place) for leg, own in enumerate(choices) for place in range(len(own.cost))]
    items = [(way, number) for way, volumes in enumerate(volume) for number in range(len(volumes))]
    shares = [(z, item) for z in range(len(listed)) for item in items]
    cost = [float(choices[leg].cost[place]) for leg, place in listed]
    each = [float(choices[listed[z][0]].each[way][n][listed[z][1]]) for z, (way, n) in shares]
    size, rows, low, high = len(listed) + len(shares), [], [], []

    def add(terms: dict[int, float], least: float, most: float) -> None:
        rows.append([terms.get(column, 0.0) for column in range(size)])
        low.append(least)
        high.append(most)

    for leg in range(len(choices)):
        add({z: 1.0 for z, own in enumerate(listed) if own[0] == leg}, 0, 1)
    for item in items:
        add({len(listed) + i: 1.0 for i, (_, own) in enumerate(shares) if own == item}, 1, 1)
    for i, (z, _) in enumerate(shares):
        add({len(listed) + i: 1.0, z: -1.0}, -np.inf, 0)
    for z, (leg, place) in enumerate(listed):
        for way, volumes in enumerate(volume):
            most = float(choices[leg].tonnes[way, place])
            own = {len(listed) + i: float(volumes[n]) for i, (of, (w, n)) in enumerate(shares) if (of, w) == (z, way)}
            add(own | ({z: -most} if math.isfinite(most) else {}), -np.inf, 0 if math.isfinite(most) else np.inf)
    most_of = [1.0] * len(listed) + [1.0 if math.isfinite(value) else 0.0 for value in each]
    objective = [*cost, *(value if math.isfinite(value) else 0.0 for value in each)]
    integer = [1] * len(listed) + [0] * len(shares)
    found = milp(
        objective, constraints=LinearConstraint(rows, low, high), bounds=Bounds(0, most_of), integrality=integer
    )
    return float(found.fun) if found.success else math.inf


@pytest.mark.parametrize("is_paired", [True, False])
def test_the_division_of_a_city_is_that_of_an_integer_program(is_paired):
    """With one commodity each way always, with several where departures carry it, and never dearer."""
    draw, carried = Random(f"paired {is_paired}"), 0
    for number in range(40):
        ways = draw.choice((1, 2)) if is_paired else 2
        entries = [1] * ways if number % 2 else [draw.choice((1, 2)) for _ in range(ways)]
        volume = [np.array([draw.choice((10.0, 30.0, 60.0)) for _ in range(n)]) for n in entries]
        hubs = draw.choice((2, 3))
        if is_paired:
            choices = [random_choices(draw, entries, hub) for hub in range(hubs)]
            alone = [choices]
        else:
            alone = [
                [random_choices(draw, [n], 10 * way + hub) for hub in range(hubs)] for way, n in enumerate(entries)
            ]
            choices = [there.beside(back) for there, back in zip(*alone, strict=True)]
        least = sum(least_cost(volume if is_paired else [volume[way]], own) for way, own in enumerate(alone))
        found = cheapest_of_city(volume, choices)
        assert found.cost <= least + 1e-6
        if found.is_carried or max(entries) == 1:
            assert found.cost == pytest.approx(least)
            carried += math.isfinite(least)
    assert carried > 15


def test_many_choices_are_bounded_and_not_tried(monkeypatch):
    monkeypatch.setattr(divided_city, "MOST_TRIED", 1)
    draw = Random("bounded")
    for _ in range(20):
        volume, choices = [np.array([60.0])], [random_choices(draw, [1], hub) for hub in range(3)]
        found = cheapest_of_city(volume, choices)
        assert found.cost <= least_cost(volume, choices) + 1e-6
