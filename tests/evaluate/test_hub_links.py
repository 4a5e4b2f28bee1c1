"""The referee of chosen hub links: each violation in words, and what routes over several links cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

import netdesign as nd
from netdesign.evaluate import evaluate
from netdesign.instance import read_instance
from netdesign.network import build_network
from netdesign.results.named_plan import plan_from_document

FOUR = """
format: netdesign.instance/1
name: four
parcel: {weight_kg: 1000}
problem: {network: chosen}
streams: {all: {}}
factors: {inter_hub: 0.5}
handling: {cost_eur_per_parcel: 0.25, hours: 2}
policies:
  hub_count: {min: 3, max: 3}
  hub_links: {max: 2}
tables:
  cities: [{id: N}, {id: E}, {id: S}, {id: W}]
  hubs:
    - {id: N, fixed_cost_eur_per_year: 10}
    - {id: E, fixed_cost_eur_per_year: 10}
    - {id: S, fixed_cost_eur_per_year: 10}
    - {id: W, fixed_cost_eur_per_year: 1000}
  legs:
    - {from: N, to: E, cost_eur_per_t: 2, time_h: 1}
    - {from: E, to: N, cost_eur_per_t: 2, time_h: 1}
    - {from: E, to: S, cost_eur_per_t: 2, time_h: 3}
    - {from: S, to: E, cost_eur_per_t: 2, time_h: 3}
    - {from: S, to: W, cost_eur_per_t: 2, time_h: 1}
    - {from: W, to: S, cost_eur_per_t: 2, time_h: 1}
    - {from: N, to: S, cost_eur_per_t: 9, time_h: 1}
    - {from: S, to: N, cost_eur_per_t: 9, time_h: 1}
  hub_links:
    - {from: N, to: E, fixed_cost_eur_per_year: 3}
    - {from: S, to: E, fixed_cost_eur_per_year: 4, capacity_t_per_year: 20}
    - {from: N, to: S, fixed_cost_eur_per_year: 100}
  demand:
    - {origin: N, destination: S, volume_t_per_year: 10}
    - {origin: W, destination: N, volume_t_per_year: 4}
"""


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """The instance, its network, and its best plan: N and E and S in a row."""
    file = tmp_path_factory.mktemp("four") / "four.yaml"
    file.write_text(FOUR, encoding="utf-8")
    instance = read_instance(file)
    answer = nd.solve(file)
    return instance, build_network(instance), plan_from_document(answer.document.plan, instance), answer


def violations(four, **changes):
    instance, network, plan, _ = four
    return [str(found) for found in evaluate(instance, network, replace(plan, **changes)).violations]


def test_a_route_over_two_links_pays_each_leg_and_each_pass(four):
    """By hand: 30 for hubs, 7 for links; N to S 0.25 x 3 passes + 1 + 1; W to N 2 from W, then the same."""
    instance, network, plan, answer = four
    assert (plan.open_hubs, plan.links) == (("N", "E", "S"), (("N", "E"), ("E", "S")))
    assert plan.between == ((1,), (1,))
    found = evaluate(instance, network, plan)
    assert found.costs.links == 7
    assert found.costs.total == pytest.approx(30 + 7 + 10 * 2.75 + 4 * 4.75)
    assert answer.objective == answer.bound == pytest.approx(found.costs.total)
    assert found.time_h.tolist() == [4 + 3 * 2, 1 + 4 + 3 * 2]
    assert found.loads.handled == {"N": 14, "E": 14, "S": 14}
    assert found.violations == ()


def test_a_step_without_a_link_is_told(four):
    assert violations(four, links=(("N", "E"),)) == [
        "routing: E to S: freight is routed from hub to hub, and no link is chosen there",
        "routing: S to E: freight is routed from hub to hub, and no link is chosen there",
    ]


def test_links_that_may_not_be_or_join_what_is_shut_are_told(four):
    assert violations(four, links=(("N", "E"), ("E", "S"), ("E", "W"), ("N", "E"))) == [
        "hub_links: N to E: is chosen 2 times",
        "hub_links: E to W: may not be chosen",
        "hub_links: E to W: is chosen, and W is not open",
        "hub_links: network: 4 links are chosen; 0 to 2 are allowed",
    ]


def test_a_link_over_its_capacity_is_told(four):
    instance, network, plan, _ = four
    heavy = replace(instance, commodities=replace(instance.commodities, volume=instance.commodities.volume * 3))
    found = evaluate(heavy, network, replace(plan, volume=plan.volume * 3)).violations
    assert [str(one) for one in found] == ["hub_links: E to S: carries 30.0 t/year; its capacity is 20.0"]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"max": 1}, "hub_links: network: 2 links are chosen; 0 to 1 are allowed"),
        ({"min": 3}, "hub_links: network: 2 links are chosen; at least 3 are allowed"),
        ({"required": [["S", "N"]]}, "hub_links: S to N: is required, and the plan does not choose it"),
        ({"shape": "ring"}, "hub_links: network: its links are no ring"),
        ({"most_on_a_route": 1}, "hub_links: N to S: passes 2 links; 1 is allowed"),
    ],
    ids=str,
)
def test_each_rule_is_judged(four, rules, message):
    instance, network, plan, _ = four
    block = type(instance.policies.hub_links).model_validate(rules)
    ruled = instance.replace(policies=instance.policies.model_copy(update={"hub_links": block}))
    assert message in [str(found) for found in evaluate(ruled, network, plan).violations]


def test_a_line_is_a_tree_and_joins_all(four):
    instance, network, plan, _ = four
    for rules in ({"shape": "line"}, {"shape": "tree"}, {"connected": True}):
        block = type(instance.policies.hub_links).model_validate(rules)
        ruled = instance.replace(policies=instance.policies.model_copy(update={"hub_links": block}))
        assert evaluate(ruled, network, plan).violations == ()


def test_links_where_all_hubs_are_joined_are_told(four):
    instance, network, plan, _ = four
    complete = instance.replace(problem=instance.problem.model_copy(update={"network": "complete"}), hub_links=())
    messages = [str(found) for found in evaluate(complete, network, plan).violations]
    assert messages == ["hub_links: network: the plan chooses hub links, and all hubs are joined"]


SERVED = """
format: netdesign.instance/1
name: served
parcel: {weight_kg: 1000}
problem: {network: chosen}
streams: {all: {}}
factors: {inter_hub: 0}
services:
  weeks_per_year: 1
  inter_hub: {vehicles: [van], wait: none, return: one_way}
policies:
  hub_count: {min: 3}
  hub_links: {most_on_a_route: 1}
tables:
  cities: [{id: N}, {id: E}, {id: S}]
  hubs:
    - {id: N, fixed_cost_eur_per_year: 10}
    - {id: E, fixed_cost_eur_per_year: 10}
    - {id: S, fixed_cost_eur_per_year: 10}
  vehicles: [{id: van, payload_t: 4, eur_per_departure: 5}]
  legs:
    - {from: N, to: E, cost_eur_per_t: 9}
    - {from: E, to: N, cost_eur_per_t: 9}
    - {from: E, to: S, cost_eur_per_t: 9}
    - {from: S, to: E, cost_eur_per_t: 9}
  hub_links:
    - {from: N, to: E, fixed_cost_eur_per_year: 3}
    - {from: E, to: S, fixed_cost_eur_per_year: 4}
  demand:
    - {origin: N, destination: E, volume_t_per_year: 6}
"""


def test_vehicles_leave_on_chosen_links_only_and_an_idle_link_costs_the_same(tmp_path):
    """By hand: 30 for hubs, two departures at 5 and the link at 3; a second link at 4 without any."""
    file = tmp_path / "served.yaml"
    file.write_text(SERVED, encoding="utf-8")
    answer = nd.solve(file)
    assert answer.objective == answer.bound == pytest.approx(30 + 10 + 3)
    instance = read_instance(file)
    network, plan = build_network(instance), plan_from_document(answer.document.plan, instance)
    assert plan.links == (("N", "E"),)
    idle = evaluate(instance, network, replace(plan, links=(("N", "E"), ("E", "S"))))
    assert (idle.costs.links, idle.violations) == (7, ())
    assert [str(found) for found in evaluate(instance, network, replace(plan, links=())).violations] == [
        "routing: N to E: freight is routed from hub to hub, and no link is chosen there",
        "hub_links: N to E: has departures, and no link is chosen there",
    ]
