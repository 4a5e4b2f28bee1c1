"""A search for any number of new hubs begins with a plan of few."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netdesign.evaluate.staged import evaluate_staged
from netdesign.solve.core.outcome import Termination
from netdesign.solve.multistage import dynamic
from netdesign.solve.multistage.by_node.search import Rounds
from netdesign.solve.multistage.decomposition import StagedDecomposition, plan_with_few_hubs
from netdesign.solve.multistage.dynamic import Dynamic
from tests.support.small_instances import STAGES
from tests.support.staged import question_of

CLOSING = STAGES.replace("  contract:", "  closing: true\n  contract:")


@pytest.fixture
def only_one_new(monkeypatch):
    """The recursion takes three sets of new hubs, none or one of two sites: too few for the whole problem."""
    monkeypatch.setattr(dynamic, "MOST_SETS", 3)


@pytest.mark.parametrize(
    ("scenario", "text"),
    [
        pytest.param("base", STAGES, id="base-stays"),
        pytest.param("base", CLOSING, id="base-closes", marks=pytest.mark.long),
        pytest.param("tree", STAGES, id="tree-stays", marks=pytest.mark.long),
        pytest.param("tree", CLOSING, id="tree-closes"),
    ],
)
def test_the_plan_is_permitted_and_the_answer_no_other(text, scenario, tmp_path, monkeypatch):
    question = question_of(tmp_path, text, scenario=scenario)
    optimum = Dynamic(question).solve()
    monkeypatch.setattr(dynamic, "MOST_SETS", 3)
    plan = plan_with_few_hubs(question)
    assert plan is not None
    assert len({order.site for node in plan.nodes for order in node.orders if order.site != "A"}) <= 1
    begun = evaluate_staged(question.staged, question.networks, plan)
    assert begun.violations == ()
    kept = []
    found = StagedDecomposition(replace(question, keep=lambda *what: kept.append(what))).solve()
    assert found.termination is Termination.OPTIMAL
    assert found.objective == pytest.approx(optimum.objective, rel=1e-6)
    assert kept[0][1] == pytest.approx(begun.objective, rel=1e-12)


@pytest.mark.usefixtures("only_one_new")
def test_with_no_time_left_the_first_plan_is_the_answer(tmp_path, monkeypatch):
    question = question_of(tmp_path, STAGES)
    plan = plan_with_few_hubs(question)
    monkeypatch.setattr(Rounds, "run", out_of_time)
    found = StagedDecomposition(question).solve()
    first = evaluate_staged(question.staged, question.networks, plan).objective
    assert found.objective == pytest.approx(first, rel=1e-12)
    assert found.bound <= found.objective
    assert found.termination is not Termination.OPTIMAL


def out_of_time(self):
    raise TimeoutError


def test_what_the_recursion_can_take_is_left_to_it(tmp_path):
    assert plan_with_few_hubs(question_of(tmp_path, STAGES)) is None


@pytest.mark.usefixtures("only_one_new")
def test_rules_that_ask_for_more_hubs_have_no_such_plan(tmp_path):
    question = question_of(tmp_path, STAGES, "policies.new_hubs.min=2")
    assert plan_with_few_hubs(question) is None
    assert StagedDecomposition(question).solve().termination is Termination.OPTIMAL
