"""Chosen hub links over years: what a plan orders, costs and states, by hand; what does not know them says so."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

import netdesign as nd
from tests.support.staged_links import TREE, pair
from tests.support.staged_links_served import served_document

if TYPE_CHECKING:
    from pathlib import Path


def answer(document: dict[str, Any], **options: Any) -> nd.TimingAnswer:
    return nd.timing(nd.Instance.from_dict(document), **options)


def ordered(found: nd.TimingAnswer) -> dict[int, int]:
    """Return the year in which each ordered link is in use first, by the year of its order."""
    return {node.year: one.in_use_from for node in found.nodes for one in node.link_orders or ()}


LATER = {"of": "hub_links.0.capital_eur", "at_year": 2027, "factor": 0.1}
GROWTH = {"of": "volume", "at_year": 2026, "growth_per_year": 1}


@pytest.mark.parametrize(
    ("changes", "cost", "orders"),
    [
        ({}, 80 + 85 + 165 + 100, {2026: 2027}),
        ({"link": {"lead_years": 0}}, 45 + 85 + 165 + 100, {2026: 2026}),
        ({"link": {"lead_years": 2}}, 80 + 160 + 165 + 100, {2026: 2028}),
        ({"link": {"lead_years": 3}}, 80 + 160 + 320, {}),
        ({"link": {"capital_eur": 231}}, 80 + 160 + 320, {}),
        ({"link": {"capital_eur": 231}, "rules": {"required": [["S", "N"]]}}, 80 + 85 + 165 + 231, {2026: 2027}),
        ({"link": {"capital_eur": 231}, "rules": {"shape": "tree"}}, 80 + 85 + 165 + 231, {2026: 2027}),
        ({"link": {"capacity_t_per_year": 10}}, 80 + 160 + 320, {}),
        ({"stages": {"discount_rate": 0.25}}, 80 + 85 * 0.8 + 165 * 0.64 + 100, {2026: 2027}),
        ({"stages": {"capital_budget": {"total_eur": 99}}}, 80 + 160 + 320, {}),
        ({"stages": {"capital_budget": {"by_year_eur": {2026: 0}}}}, 80 + 160 + 165 + 100, {2027: 2028}),
        ({"paths": [GROWTH, LATER]}, 80 + 160 + 165 + 10, {2027: 2028}),
    ],
)
def test_a_link_is_ordered_when_it_pays(changes, cost, orders):
    found = answer(pair(**changes))
    assert found.objective == pytest.approx(cost)
    assert ordered(found) == orders


def test_all_years_but_the_last_may_lack_what_links_have_to_come_to_and_no_year_what_joins_the_hubs():
    assert answer(pair(rules={"min": 1})).objective == pytest.approx(430)
    refused = answer(pair(rules={"connected": True}))
    assert refused.document.termination == "infeasible"
    assert refused.document.clash == ["hub_links"]
    assert "hub links cannot be kept" in refused.sentences[0]
    assert answer(pair({"lead_years": 0}, rules={"connected": True})).objective == pytest.approx(395)


def test_each_part_of_the_answer_names_the_links():
    found = answer(pair())
    root, second = found.nodes[:2]
    assert (root.costs.capital, root.costs.links, second.costs.links) == (100, 0, 5)
    assert (root.links, second.links) == ([], [("N", "S")])
    assert "link N-S from 2027, ordered in 2026" in str(found)
    assert "2026    20.00   link N-S" in str(found)
    assert "links_eur" in found.to_csv().splitlines()[0]
    assert [one.best.objective for one in found.document.single_years] == pytest.approx(
        [40 + 5 + 100 / 3, 165 + 100 / 3]
    )
    assert "with no new modules and link N-S" in str(found)


def test_a_tree_has_the_values_of_waiting_and_knowing(tmp_path):
    document = pair({"capital_eur": 100}, has_tree=True)
    instance, file = nd.Instance.from_dict(document), tmp_path / "tree.json"
    found = nd.timing(instance, tree=True)
    found.save(file)
    values = found.document.values
    # On the way up the link saves 75 in 2027 and 155 in 2028; down it is never worth its 5 a year.
    assert [(node.node, one.in_use_from) for node in found.nodes for one in node.link_orders] == [("up 2027", 2028)]
    assert found.objective == pytest.approx(80 + (160 + 165 + 100) / 2 + (8 + 8) / 2)
    assert values.perfect_information.value == pytest.approx(75 / 2)
    # Fixed now it is ordered in 2026 on both ways, and costs a unit more down.
    assert values.fixed.objective == pytest.approx(180 + (85 + 165) / 2 + (9 + 9) / 2)
    assert [(one.year, one.link) for one in values.fixed.links] == [(2026, ("N", "S"))]
    assert values.waiting.value == pytest.approx(13.5)
    assert "the best: 2026 link N-S" in str(found)
    assert values.mean.objective is not None
    assert values.mean_on_tree.objective >= found.objective - 1e-6
    assert nd.verify(instance, file).exit_code == 0


def test_vehicles_leave_on_a_tree_of_links_too(tmp_path):
    """Freight between cities beside vehicles has no values on a tree where all hubs are joined."""
    document = served_document(Random("multiple 3"), "multiple")
    document["tables"]["tree"] = TREE
    document["tables"]["paths"] = [{"of": "volume", "where": "down", "at_year": 2027, "factor": 0.5}]
    instance, file = nd.Instance.from_dict(document), tmp_path / "served.json"
    found = nd.timing(instance, tree=True)
    found.save(file)
    assert found.document.termination == "optimal"
    assert found.document.values.waiting.value >= 0
    assert nd.verify(instance, file).exit_code == 0


def test_a_result_is_verified_and_each_change_of_its_links_contradicted(tmp_path):
    instance, file = nd.Instance.from_dict(pair()), tmp_path / "pair.json"
    nd.timing(instance).save(file)
    assert nd.verify(instance, file).exit_code == 0
    for change, told in (
        (lambda nodes: nodes[0].update(link_orders=[]), "the year is operated with the links N to S; in use are none"),
        (lambda nodes: nodes[1].update(links=[]), "the year is operated with the links none; in use are N to S"),
        (lambda nodes: nodes[1].update(link_orders=nodes[0]["link_orders"]), "2027: N to S: is ordered twice"),
        (lambda nodes: nodes[0]["link_orders"][0].update(in_use_from=2026), "link_orders: is not that of the plan"),
        (lambda nodes: nodes[0]["link_orders"][0].update(link=["N", "X"]), "link_orders: N to X"),
        (lambda nodes: nodes[1]["costs"].update(links=4.0), "costs.links: states 4.0"),
    ):
        assert told in contradictions(instance, json.loads(file.read_text()), change, tmp_path)


def contradictions(instance: nd.Instance, stated: dict[str, Any], change: Any, folder: Path) -> str:
    """Return what is contradicted of a result whose nodes are changed."""
    change(stated["nodes"])
    changed = folder / "changed.json"
    changed.write_text(json.dumps(stated))
    return "\n".join(nd.verify(instance, changed).contradictions)


def test_what_else_may_be_ordered_first_is_listed_with_its_links(tmp_path):
    instance, file = nd.Instance.from_dict(pair()), tmp_path / "first.json"
    found = nd.alternatives(instance, within="30%")
    found.save(file)
    assert [(one.first.links, one.objective) for one in found.document.decisions] == [
        ([("N", "S")], pytest.approx(430)),
        ([], pytest.approx(505)),
    ]
    assert "Its first decision: order the link N-S in 2026." in str(found)
    assert "2027 link N-S" in found.to_csv()
    assert nd.verify(instance, file, prove=True).exit_code == 0
    stated = json.loads(file.read_text())
    stated["plans"][0]["nodes"][0]["link_orders"] = []
    file.write_text(json.dumps(stated))
    assert nd.verify(instance, file).exit_code != 0


def test_questions_over_years_that_do_not_know_links_say_so():
    instance = nd.Instance.from_dict(pair())
    told = "over years does not know chosen hub links yet; timing and alternatives do"
    with pytest.raises(nd.UsageError, match=told):
        nd.tipping(instance, "factors.inter_hub", 0.1, 1)
    with pytest.raises(nd.UsageError, match=told):
        nd.stress(instance.with_values({"tables.ranges": [{"path": "factors.inter_hub", "low": 0.4, "high": 0.6}]}))


@pytest.mark.parametrize("engine", ["dynamic", "configurations", "decomposition"])
def test_engines_that_do_not_state_links_say_so(engine):
    with pytest.raises(nd.UsageError, match=rf"engine {engine} cannot state the problem: .*a chosen network"):
        answer(pair(), engine=engine)


def test_routes_over_several_links_are_refused_with_what_to_write():
    document = pair()
    document["policies"] = {}
    with pytest.raises(nd.UsageError, match=r"several hub links.*most_on_a_route: 1"):
        answer(document)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"stages": {"closing": True}}, "stages.closing: hub links stay once they are there"),
        (
            {"link": {"lead_years": 3}, "rules": {"required": [["N", "S"]]}},
            "required.0: the link between N and S is not ready before 2029, after the last year",
        ),
        (
            {"paths": [{"of": "hub_links.0.lead_years", "at_year": 2027, "factor": 2}]},
            "'hub_links.0.lead_years' does not move over the years: it holds for all of them",
        ),
        ({"link": {"lead_years": -1}}, "lead_years"),
        ({"link": {"capital_eur": -1}}, "capital_eur"),
    ],
)
def test_faults_are_told_by_name(changes, told):
    with pytest.raises(nd.InstanceError) as error:
        answer(pair(**changes))
    assert told in str(error.value)


def test_figures_of_years_are_told_where_they_play_no_part():
    late = answer(pair({"lead_years": 3})).document.instance.warnings
    assert any("lead_years: is never there: ordered in 2026, it is ready after 2028" in one for one in late)
    document = pair()
    for name in ("stages", "policies"):
        del document[name]
    for name in ("modules", "paths"):
        del document["tables"][name]
    one_year = nd.solve(nd.Instance.from_dict(document)).document.instance.warnings
    for name in ("lead_years", "capital_eur"):
        assert any(f"hub_links, row 0: {name}: plays no part in one year" in warning for warning in one_year)
