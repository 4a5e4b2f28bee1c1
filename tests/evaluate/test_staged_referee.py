"""The referee of staged plans names whatever a plan violates, and pays for nothing twice."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netdesign.evaluate.staged import StagedEvaluation, evaluate_staged
from netdesign.network.staged import build_networks
from netdesign.plan import NodePlan, Order, Plan, StagedPlan
from tests.support.staged_strategies import read_staged_document

if TYPE_CHECKING:
    from pathlib import Path

A, B = 0, 1
"""Positions of the existing hub, which lifts all, and of a site that may open. Years are the nodes 0, 1 and 2."""

_CALM: dict[str, Any] = {
    "format": "netdesign.instance/1",
    "name": "calm",
    "parcel": {"weight_kg": 1},
    "streams": {"parcels": {}},
    "stages": {
        "first_year": 2026,
        "last_year": 2028,
        "discount_rate": 0.25,
        "closing": True,
        "installed": [{"site": "A", "module": "l"}],
        "contract": {"price_eur_per_t": 5, "most_t_per_year": 50, "sites": ["A", "B"]},
    },
    "tables": {
        "cities": [{"id": "A"}, {"id": "B"}, {"id": "C"}],
        "hubs": [
            {"id": "A", "status": "existing", "fixed_cost_eur_per_year": 0},
            {"id": "B", "fixed_cost_eur_per_year": 100},
            {"id": "C", "fixed_cost_eur_per_year": 100},
        ],
        "legs": [{"from": start, "to": end, "cost_eur_per_t": 10} for start in "ABC" for end in "ABC" if start != end],
        "demand": [
            {"origin": "A", "destination": "B", "volume_t_per_year": 60},
            {"origin": "B", "destination": "C", "volume_t_per_year": 40},
        ],
        "modules": [
            {
                "id": "s",
                "area_m2": 200,
                "capacity_t_per_year": 50,
                "capital_eur": 800,
                "yearly_eur": 20,
                "minimum_term_years": 2,
                "exit_cost_eur": 30,
                "life_years": 4,
                "most": 2,
            },
            {"id": "l", "area_m2": 500, "capacity_t_per_year": 100, "capital_eur": 1900, "lead_years": 0, "most": 1},
        ],
    },
}

Orders = dict[int, list[Order]]
ALL_OVER_A = ((0, A, A, 60.0), (1, A, A, 40.0))
"""Commodity, first and last hub, t/year."""


def calm(policies: dict[str, Any] | None = None, **stages: Any) -> dict[str, Any]:
    """Return a copy of the instance with policies and other stages."""
    document = deepcopy(_CALM)
    document["stages"] |= stages
    return document | ({"policies": policies} if policies else {})


def plan_of(
    orders: Orders | None = None,
    closings: dict[int, tuple[str, ...]] | None = None,
    contract: dict[int, tuple[tuple[str, float], ...]] | None = None,
    also_open: dict[int, tuple[str, ...]] | None = None,
    routes: tuple[tuple[int, int, int, float], ...] = ALL_OVER_A,
) -> StagedPlan:
    """Return a plan in which everything goes the same way every year, over A where nothing else is said."""
    nodes = []
    for v in range(3):
        columns = zip(*routes, strict=True)
        commodity, first, last = (np.array(next(columns), dtype=np.intp) for _ in range(3))
        operations = Plan(("A", *(also_open or {}).get(v, ())), (), commodity, first, last, np.array(next(columns)))
        nodes.append(
            NodePlan(
                tuple((orders or {}).get(v, ())), (closings or {}).get(v, ()), operations, (contract or {}).get(v, ())
            )
        )
    return StagedPlan(tuple(nodes))


def judge(
    document: dict[str, Any], plan: StagedPlan, folder: Path, not_before: dict[str, int] | None = None
) -> StagedEvaluation:
    """Return what the referee makes of a plan of a document."""
    staged = replace(read_staged_document(document, folder), not_before=not_before or {})
    return evaluate_staged(staged, build_networks(staged), plan)


def with_b(count: int = 1, **parts: Any) -> StagedPlan:
    """Return the plan that orders small modules at B at once, where they are in use from the second year on."""
    return plan_of({0: [Order("B", "s", count)]}, also_open=parts.pop("also_open", {1: ("B",), 2: ("B",)}), **parts)


BAD = [
    (
        "more modules than a hub may have",
        calm(),
        with_b(3),
        [f"orders: {year}: B: 3 of s are over the 2 that a hub may have" for year in (2026, 2027, 2028)],
    ),
    (
        "more modules than a hub may have beside those that it starts with",
        calm(),
        plan_of({2: [Order("A", "l", 1)]}),
        ["orders: 2028: A: 2 of l are over the 1 that a hub may have"],
    ),
    (
        "more floor than a hub may have",
        calm(largest_area_m2=500),
        plan_of({2: [Order("A", "s", 1)]}),
        ["orders: 2028: A: 700 m2 are over the 500 that a hub may have"],
    ),
    ("an order of nothing", calm(), plan_of({2: [Order("A", "s", 0)]}), ["orders: 2028: A: orders 0 of s"]),
    (
        "an order where none may open",
        calm({"forbidden": ["B"]}),
        with_b(),
        ["forbidden: 2026: B: may not open"],
    ),
    (
        "closing before the term is over",
        calm(),
        with_b(closings={1: ("B",)}, also_open={1: ("B",)}),
        ["closing: 2027: B: s has been in use for 1 of at least 2 years"],
    ),
    (
        "closing while modules are pending",
        calm(),
        plan_of({0: [Order("B", "l", 1)], 1: [Order("B", "s", 1)]}, {1: ("B",)}, also_open={0: ("B",), 1: ("B",)}),
        ["closing: 2027: B: s has been in use for 0 of at least 2 years"],
    ),
    (
        "closing where hubs stay open",
        calm(closing=False),
        with_b(closings={2: ("B",)}),
        ["closing: 2028: B: is closed, but hubs stay open here"],
    ),
    (
        "closing an existing hub",
        calm(),
        plan_of(closings={2: ("A",)}),
        ["closing: 2028: A: is closed, but an existing hub stays open"],
    ),
    (
        "closing what is not open",
        calm(),
        plan_of(closings={1: ("B",)}),
        ["closing: 2027: B: is closed, but was not open"],
    ),
    (
        "ordering where a hub has closed",
        calm(),
        plan_of({0: [Order("B", "l", 1)], 1: [Order("B", "s", 1)]}, {0: ("B",)}, also_open={0: ("B",)}),
        ["closing: 2027: B: is closed for good, yet modules are ordered"],
    ),
    (
        "more capital than there is in all",
        calm(capital_budget={"total_eur": 1500}),
        with_b(2),
        ["capital_budget: 2028: 1,600 EUR are paid in all; 1,500 may be"],
    ),
    (
        "more capital than there is in a year",
        calm(capital_budget={"by_year_eur": {2026: 900, 2027: 700}}),
        plan_of({1: [Order("B", "s", 1)]}, also_open={2: ("B",)}),
        ["capital_budget: 2028: 800 EUR are paid in 2027; 700 may be"],
    ),
    (
        "more capital than is carried over",
        calm(capital_budget={"by_year_eur": {2026: 900, 2027: 600}, "carries_over": True}),
        plan_of({0: [Order("B", "s", 1)], 1: [Order("B", "s", 1)]}, also_open={1: ("B",), 2: ("B",)}),
        ["capital_budget: 2028: 800 EUR are paid in 2027; 700 may be"],
    ),
    (
        "operating a hub that nothing has opened",
        calm(),
        plan_of(also_open={1: ("B",)}),
        ["forbidden: 2027: B: may not open", "routing: 2027: the year is operated with A, B; open are A"],
    ),
    (
        "operating without a hub that is open",
        calm(),
        plan_of({0: [Order("B", "s", 1)]}, also_open={2: ("B",)}),
        [
            "required: 2027: B: exists and stays open, but the plan closes it",
            "routing: 2027: the year is operated with A; open are A, B",
        ],
    ),
    (
        "more handled by others than can be",
        calm(),
        plan_of(contract={0: (("A", 60.0),)}),
        ["contract: 2026: A: 60.0 t/year are handled by others; 0 to 50.0 can be"],
    ),
    (
        "more handled by others than can be, in two parts",
        calm(),
        plan_of(contract={0: (("A", 30.0), ("A", 30.0))}),
        ["contract: 2026: A: 60.0 t/year are handled by others; 0 to 50.0 can be"],
    ),
    (
        "handled by others where no hub is open",
        calm(),
        plan_of(contract={1: (("B", 10.0),)}),
        ["contract: 2027: B: 10.0 t/year are handled by others; 0 to 0.0 can be"],
    ),
    (
        "more freight than modules and others lift",
        calm(),
        plan_of(
            {0: [Order("B", "l", 1)]},
            also_open=dict.fromkeys(range(3), ("B",)),
            routes=((0, A, B, 60.0), (1, B, A, 40.0), (1, B, B, 40.0)),
            contract={0: (("B", 30.0),), 1: (("B", 40.0),)},
        ),
        [
            "capacity: 2026: B: lifts 140.0 t/year; its capacity is 130.0",
            "capacity: 2028: B: lifts 140.0 t/year; its capacity is 100.0",
            *(f"routing: {year}: B to C: 80 t/year are routed of 40" for year in (2026, 2027, 2028)),
        ],
    ),
    (
        "overflow that has no price",
        calm(peaks=[{"stream": "parcels", "factor": 1.2, "days": 10}]),
        plan_of(contract=dict.fromkeys((0, 2), (("A", 20.0),))),
        ["peak: 2027: A: on the peak day of parcels 0.05 t are over what it lifts, and overflow has no price"],
    ),
    (
        "yearly costs over the cap",
        calm({"fixed_cost_cap_eur_per_year": 130}),
        with_b(2),
        [f"fixed_cost_cap: {year}: 140 EUR/year are over the cap of 130" for year in (2027, 2028)],
    ),
    (
        "a required hub that never opens",
        calm({"required": ["C"]}),
        with_b(),
        ["required: 2028: C: is required, but is not open by the last year"],
    ),
    (
        "too many hubs, one of them closed again",
        calm({"hub_count": {"max": 2}}),
        plan_of(
            {0: [Order("B", "l", 1), Order("C", "s", 1)]},
            {0: ("B",)},
            also_open={0: ("B",), 1: ("C",), 2: ("C",)},
        ),
        ["hub_count: 2028: 3 hubs are opened by the last year; 1 to 2 are allowed"],
    ),
    (
        "two hubs of a group, one of them closed again",
        calm({"exclusive": [{"name": "east", "sites": ["B", "C"]}]}),
        plan_of(
            {0: [Order("B", "l", 1), Order("C", "s", 1)]},
            {0: ("B",)},
            also_open={0: ("B",), 1: ("C",), 2: ("C",)},
        ),
        ["exclusive: 2028: east: B, C are opened; at most one may be"],
    ),
]


@pytest.mark.parametrize(("document", "plan", "found"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_what_a_plan_violates_is_named(document, plan, found, tmp_path):
    assert sorted(map(str, judge(document, plan, tmp_path).violations)) == sorted(found)


def test_an_order_before_the_year_that_a_question_names_is_found(tmp_path):
    violations = judge(calm(), with_b(), tmp_path, not_before={"B": 2027}).violations
    assert list(map(str, violations)) == ["orders: 2026: B: nothing may be ordered before 2027"]


def test_a_plan_within_all_limits_has_no_violations(tmp_path):
    """The plans of the bad cases are bad in what their cases say only."""
    assert judge(calm(), with_b(2, closings={2: ("B",)}), tmp_path).violations == ()


def test_closing_in_the_last_year_takes_the_exit_and_pays_for_nothing(tmp_path):
    """What is handed on then is what would be salvaged; it must not be had twice."""
    kept, closed = (judge(calm(), with_b(2, closings=closings), tmp_path) for closings in ({}, {2: ("B",)}))
    # Two modules at 30 EUR each, two years after the first: 60 / 1.25^2.
    assert closed.objective - kept.objective == pytest.approx(38.4)
    assert kept.salvage[0] > 0
    assert closed.salvage[0] == 0


def test_what_is_ordered_too_late_to_be_used_costs_nothing_over_the_years(tmp_path):
    """It is paid, and salvaged in full: so no engine need think of it."""
    late = judge(calm(), plan_of({2: [Order("B", "s", 1)]}), tmp_path)
    assert late.nodes[2].capital == 800
    assert late.objective == pytest.approx(judge(calm(), plan_of(), tmp_path).objective)


def test_a_peak_is_lifted_within_the_tolerance_of_the_whole_day(tmp_path):
    """Of a hub whose freight others lift, what they lift counts, or rounding of tonnes would be overflow."""
    document = calm(
        peaks=[{"stream": "parcels", "factor": 1.2, "days": 10}],
        contract={"price_eur_per_t": 5, "most_t_per_year": 1e9},
    )
    document["volume_factor"] = 1e5
    routes = ((0, A, A, 60e5), (1, A, A, 40e5))
    for missing, is_lifted in ((1e-8, True), (1e-4, False)):
        contract = (("A", (1.2e7 - 100) * (1 - missing)),)
        found = judge(document, plan_of(routes=routes, contract=dict.fromkeys(range(3), contract)), tmp_path)
        assert (found.violations == ()) is is_lifted
