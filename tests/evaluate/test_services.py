"""The referee prices departures by the book and names where they break the terms of their legs."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netdesign.evaluate import Evaluation, evaluate
from netdesign.instance.services import LegKind
from netdesign.network import build_network
from tests.support.scheduled import PLANE, SERVICES, TRUCK, VAN, hand_scheduled, plan_of, run
from tests.support.solving import hand_priced, read_document

if TYPE_CHECKING:
    from netdesign.plan import Plan, ScheduledService

NO_WAIT: dict[str, Any] = {kind: {"wait": "none"} for kind in LegKind}


def judge(document: dict[str, Any], plan: Plan, folder: Any) -> Evaluation:
    instance = read_document(document, folder)
    with np.errstate(invalid="ignore"):  # a route without a departure takes for ever
        return evaluate(instance, build_network(instance), plan)


def violations(plan: Plan, folder: Any, **kinds: Any) -> list[str]:
    """Return what the referee says of a plan where nothing waits, but for hours."""
    document = hand_scheduled(**{kind: NO_WAIT[kind] | kinds.get(kind, {}) for kind in LegKind})
    return [str(one) for one in judge(document, plan, folder).violations if one.policy == "services"]


def test_departures_cost_what_arithmetic_on_paper_gives(tmp_path):
    """Weeks, departures, kilometres and what is paid for each; beside them customs and handling by the tonne."""
    found = judge(hand_scheduled(**NO_WAIT), plan_of(), tmp_path)
    assert found.violations == ()
    # A year of 50 weeks. A van b to S and back: 2 x 55 + 10. A truck a to S and back: 525. A truck S to b and back,
    # doubled: 620. Aircraft there and back: G to a 65,000, G to S and S to G 49,000.
    eur = [50 * 2 * 120, 50 * 525, 50 * 3 * 620, 50 * 65_000, 50 * 2 * 49_000, 50 * 49_000]
    assert [load.eur for load in found.services] == pytest.approx(eur)
    assert found.costs.vehicles == pytest.approx(sum(eur))
    assert (found.costs.air, found.costs.road) == (0, 0)
    assert found.costs.border == pytest.approx(170 * 5)
    assert found.costs.handling == pytest.approx((60 + 20) * 35 + 90 * 15)
    # G to b over both hubs takes 47.75 h of 36.5 allowed.
    assert found.costs.late == pytest.approx(60 * 50)
    assert found.costs.total == pytest.approx(sum(eur) + 850 + 4150 + 3000 + 360 + 357_500)
    assert found.objective == found.costs.total


def test_loads_and_kilometres_are_those_of_the_legs(tmp_path):
    found = judge(hand_scheduled(**NO_WAIT), plan_of(), tmp_path).services
    assert [load.volume for load in found] == [50, 80, 120, 60, 40, 50]
    assert [load.capacity for load in found] == [50 * 2, 50 * 10, 50 * 30, 50 * 2, 50 * 4, 50 * 2]
    assert found[2].fill == pytest.approx(120 / 1500)
    # Road km without those of the ferry; the way back is empty.
    assert (found[2].loaded_km, found[2].empty_km) == (50 * 3 * 70, 50 * 3 * 70)
    assert (found[3].loaded_km, found[3].empty_km) == (50 * 8000, 50 * 8000)


def test_vehicles_emit_by_the_kilometre_and_ferries_by_the_tonne(tmp_path):
    found = judge(hand_scheduled(**NO_WAIT), plan_of(), tmp_path)
    # Twice the way: vans 70 km x 300 g, trucks 350 and 70 km x 1000 g, aircraft 8000 and 6000 km x 10 kg.
    vehicles = 50 * 2 * (2 * 0.021 + 0.35 + 3 * 0.07 + 80 + 2 * 60 + 60)
    # Sea: 30 km x 50 g for the 170 t between S and b.
    assert found.co2e == pytest.approx(vehicles + 170 * 1500 / 1e6)


def test_carbon_has_its_price_and_cap_for_vehicles_too(tmp_path):
    document = hand_scheduled(**NO_WAIT)
    document["policies"]["carbon"] = {"price_eur_per_t": 80, "cap_t_per_year": 20_000}
    # One truck more runs empty there and back.
    found = judge(document, plan_of((*SERVICES, run("inter_hub", "S", "a", TRUCK, 1))), tmp_path)
    assert found.co2e == pytest.approx(judge(document, plan_of(), tmp_path).co2e + 50 * 2 * 0.35)
    assert found.costs.charges == {"carbon": pytest.approx(80 * found.co2e)}
    assert [str(one) for one in found.violations] == [
        f"carbon: network: emits {found.co2e:,.1f} t CO2e/year; the cap is 20,000.0"
    ]


def test_waits_decide_what_is_late(tmp_path):
    """One flight to S a week waits 84 h on the mean: what flew in time is late."""
    kinds = NO_WAIT | {"air": {"wait": "mean"}}
    found = judge(hand_scheduled(**kinds), plan_of(), tmp_path)
    assert [load.wait_h for load in found.services] == [0, 0, 0, 84, 42, 84]
    assert found.costs.late == pytest.approx((60 + 40) * 50)
    # a to b does not fly: 25.75 h of 30.
    assert found.service.inside == pytest.approx(20 / 120)
    assert found.violations == ()


def test_a_wait_may_break_a_hard_deadline(tmp_path):
    kinds = NO_WAIT | {"inter_hub": {"wait": "worst"}}
    found = judge(hand_scheduled(**kinds), plan_of(), tmp_path)
    late = "deadline: a to b: takes 193.75 h; the hard deadline is 30 h"
    assert [str(one) for one in found.violations] == [late]


def test_paired_legs_pay_for_their_own_direction(tmp_path):
    """S to a runs empty, as a to S is paired with it."""
    kinds = NO_WAIT | {"inter_hub": {"wait": "none", "return": "paired"}}
    services = (*SERVICES[:2], run("inter_hub", "S", "a", TRUCK, 1), *SERVICES[2:])
    found = judge(hand_scheduled(**kinds), plan_of(services), tmp_path)
    assert found.violations == ()
    there, back = found.services[1:3]
    assert (there.eur, back.eur) == (50 * 262.5, 50 * 262.5)
    assert (there.loaded_km, there.empty_km) == (50 * 350, 0)
    assert (back.loaded_km, back.empty_km, back.fill) == (0, 50 * 350, 0)


@pytest.mark.parametrize("way", ["one_way", "empty_back"])
def test_a_way_that_nobody_needs_is_empty_both_ways(way, tmp_path):
    services = (*SERVICES[:2], run("inter_hub", "S", "a", TRUCK, 1), *SERVICES[2:])
    document = hand_scheduled(**NO_WAIT | {"inter_hub": {"wait": "none", "return": way}})
    found = judge(document, plan_of(services), tmp_path)
    assert found.violations == ()
    assert found.services[2].empty_km == 50 * 350 * (2 if way == "empty_back" else 1)


def changed(place: int, **changes: Any) -> tuple[ScheduledService, ...]:
    return (*SERVICES[:place], replace(SERVICES[place], **changes), *SERVICES[place + 1 :])


UNDUE = "has departures, and takes no service"
PAIRED = {"inter_hub": {"return": "paired"}}
BOTH_PAIRED = {"collection": {"return": "paired"}, "distribution": {"return": "paired"}}


@pytest.mark.parametrize(
    ("services", "kinds", "messages"),
    [
        (SERVICES[1:], {}, ["collection b to S: carries 50 t/year without a departure"]),
        ((*SERVICES[:3], *SERVICES[4:]), {}, ["air G to a: carries 60 t/year without a departure"]),
        (
            changed(0, departures=0),
            {},
            ["collection b to S: departures a week are 0; 1 to 168 are allowed"],
        ),
        (
            changed(2, departures=2),
            {"distribution": {"departures_per_week": {"min": 3, "max": 5}}},
            ["distribution S to b: departures a week are 2; 3 to 5 are allowed"],
        ),
        (
            changed(2, departures=6),
            {"distribution": {"departures_per_week": {"min": 3, "max": 5}}},
            ["distribution S to b: departures a week are 6; 3 to 5 are allowed"],
        ),
        (
            changed(2, vehicle=VAN, departures=2),
            {},
            ["distribution S to b: carries 120.0 t/year; van 2 a week takes 100.0"],
        ),
        (changed(1, vehicle=VAN), {}, ["inter_hub a to S: is served by van; allowed: truck"]),
        (changed(1, vehicle=PLANE), {}, ["inter_hub a to S: is served by plane; allowed: truck"]),
        (
            (*SERVICES, run("inter_hub", "a", "S", TRUCK, 2)),
            {},
            ["inter_hub a to S: stands twice; a leg has one vehicle"],
        ),
        ((*SERVICES, run("collection", "a", "a", VAN, 2)), {}, [f"collection a to a: {UNDUE}"]),
        ((*SERVICES, run("collection", "a", "b", VAN, 2)), {}, [f"collection a to b: {UNDUE}"]),
        ((*SERVICES, run("air", "a", "S", PLANE, 2)), {}, [f"air a to S: {UNDUE}"]),
        ((*SERVICES, run("distribution", "S", "G", PLANE, 2)), {}, [f"distribution S to G: {UNDUE}"]),
        (SERVICES, PAIRED, ["inter_hub a to S: has truck 1 a week, the way back none; paired legs are equal"]),
        (
            (*SERVICES, run("inter_hub", "S", "a", TRUCK, 2)),
            PAIRED,
            ["inter_hub a to S: has truck 1 a week, the way back truck 2 a week; paired legs are equal"],
        ),
        (
            SERVICES,
            BOTH_PAIRED,
            ["collection b to S: has van 2 a week, the way back truck 3 a week; paired legs are equal"],
        ),
        (changed(0, vehicle=TRUCK, departures=3), BOTH_PAIRED, []),
        (
            SERVICES,
            {"air": {"return": "paired"}},
            [
                "air G to a: has plane 1 a week, the way back none; paired legs are equal",
                "air G to S: has plane 2 a week, the way back plane 1 a week; paired legs are equal",
            ],
        ),
    ],
)  # fmt: skip
def test_departures_against_the_terms_are_named(services, kinds, messages, tmp_path):
    assert violations(plan_of(services), tmp_path, **kinds) == [f"services: {message}" for message in messages]


def test_departures_for_a_closed_hub_are_named(tmp_path):
    plan = plan_of((*SERVICES, run("inter_hub", "S", "a", TRUCK, 1)), open_hubs=("a",))
    found = violations(plan, tmp_path)
    assert "services: inter_hub S to a: has departures, but S is not open" in found
    assert "services: air S to G: has departures, but S is not open" in found
    assert "services: collection b to S: has departures, but S is not open" in found
    assert not any("but a is" in text or "b is" in text for text in found)


def test_without_a_departure_a_route_is_missing_its_service_alone(tmp_path):
    """It is no route that does not exist, and takes for ever."""
    found = judge(hand_scheduled(**NO_WAIT), plan_of(SERVICES[:-1]), tmp_path)
    assert [str(one) for one in found.violations] == ["services: air S to G: carries 50 t/year without a departure"]
    assert np.isinf(found.costs.total)


def test_without_any_departure_each_leg_with_freight_is_named(tmp_path):
    found = judge(hand_scheduled(**NO_WAIT), plan_of(()), tmp_path)
    assert {str(one) for one in found.violations} == {
        f"services: {leg}: carries {tonnes} t/year without a departure"
        for leg, tonnes in (
            ("collection b to S", 50), ("inter_hub a to S", 80), ("distribution S to b", 120), ("air G to a", 60),
            ("air G to S", 40), ("air S to G", 50),
        )
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_what_is_wrong_with_a_departure_is_found_whatever_stands_beside_it(seed, tmp_path):
    """All are looked at together, by arrays: each by itself has the same faults, but for what only others show."""
    draw = random.Random(seed)
    numbers = {kind: {"min": 1 if kind is LegKind.AIR else 2, "max": 9} for kind in LegKind}
    kinds = {kind: NO_WAIT[kind] | {"departures_per_week": numbers[kind]} for kind in LegKind}
    services = tuple(
        run(
            draw.choice(list(LegKind)),
            *draw.choices("abSG", k=2),
            draw.choice((VAN, TRUCK, PLANE)),
            draw.randint(0, 12),
        )
        for _ in range(12)
    )
    of_others = ("without a departure", "stands twice", "the way back", "t/year; ")

    def faults(chosen: tuple[ScheduledService, ...]) -> list[str]:
        said = judge(hand_scheduled(**kinds), plan_of(chosen), tmp_path).violations
        return [
            str(one) for one in said if one.policy == "services" and not any(text in one.message for text in of_others)
        ]

    alone = [text for one in services for text in faults((one,))]
    assert faults(services) == alone
    assert alone


def test_departures_where_the_instance_has_no_services_are_named(tmp_path):
    plan = plan_of(open_lanes=())
    found = judge(hand_priced(), plan, tmp_path)
    assert [str(one) for one in found.violations] == ["services: plan: has departures, and the instance no services"]
    assert found.costs == judge(hand_priced(), plan_of(()), tmp_path).costs
