"""The referee names what is wrong with the hub links of a plan over years, and in which years rules on them hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netdesign.evaluate.staged import evaluate_staged
from netdesign.network.staged import build_networks
from netdesign.plan import StagedPlan
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.multistage.question import StagedQuestion
from netdesign.solve.multistage.straight import Straight
from tests.support.staged_links import pair
from tests.support.staged_strategies import read_staged_document

LINK = ("N", "S")


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """A folder, the plan that orders the link in 2026, and the one that orders none."""
    folder = tmp_path_factory.mktemp("pair")
    found = []
    for capital in (100, 500):
        staged = read_staged_document(pair({"capital_eur": capital}), folder)
        question = StagedQuestion(staged, build_networks(staged), Watch(SolveLimits()))
        found.append(Straight(question).solve().plan)
    assert [plan.nodes[0].link_orders for plan in found] == [(LINK,), ()]
    return folder, *found


def violations(folder, plan: StagedPlan, **changes) -> list[str]:
    staged = read_staged_document(pair(**changes), folder)
    return [str(one) for one in evaluate_staged(staged, build_networks(staged), plan).violations]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"rules": {"forbidden": [["N", "S"]]}}, ["2026: N to S: is ordered, and may not be chosen"]),
        ({"rules": {"max": 0}}, ["2027: network: 1 links are chosen; 0 to 0", "2028: network: 1 links are chosen"]),
        ({"link": {"lead_years": 2}}, ["2027: the year is operated with the links N to S; in use are none"]),
        ({"link": {"lead_years": 0}}, ["2026: the year is operated with the links none; in use are N to S"]),
        ({"stages": {"capital_budget": {"total_eur": 99}}}, ["2028: 100 EUR are paid in all; 99 may be"]),
        ({"stages": {"capital_budget": {"by_year_eur": {2026: 99}}}}, ["100 EUR are paid in 2026; 99 may be"]),
    ],
)
def test_each_fault_of_a_link_that_is_ordered(plans, changes, told):
    folder, plan, _ = plans
    assert_told(violations(folder, plan, **changes), told)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"min": 1}, ["2028: network: 0 links are chosen; at least 1"]),
        ({"required": [["N", "S"]]}, ["2028: N to S: is required"]),
        ({"shape": "tree"}, ["2028: network: its hubs are not all joined", "2028: network: its links are no tree"]),
        ({"connected": True}, [f"{year}: network: its hubs are not all joined" for year in (2026, 2027, 2028)]),
    ],
)
def test_what_links_have_to_come_to_holds_in_the_last_year(plans, rules, told):
    folder, _, without = plans
    assert_told(violations(folder, without, rules=rules, link={"lead_years": 0}), told)


def test_a_link_is_ordered_once(plans):
    folder, plan, _ = plans
    again = replace(plan.nodes[1], link_orders=(LINK,))
    found = violations(folder, StagedPlan((plan.nodes[0], again, plan.nodes[2])))
    assert_told(found, ["2027: N to S: is ordered twice"])


def test_what_a_plan_with_a_link_costs_is_charged_by_year(plans):
    folder, plan, _ = plans
    staged = read_staged_document(pair(stages={"discount_rate": 0.25}), folder)
    found = evaluate_staged(staged, build_networks(staged), plan)
    assert [node.capital for node in found.nodes] == [100, 0, 0]
    assert [node.operations.costs.links for node in found.nodes] == [0, 5, 5]
    assert found.objective == pytest.approx(180 + 85 * 0.8 + 165 * 0.64)
    assert found.salvage == pytest.approx(0)


def assert_told(found: list[str], told: list[str]) -> None:
    """Each violation that is told is found, and there is none where none is told."""
    assert bool(found) == bool(told), found
    for text in told:
        assert any(text in one for one in found), found
