"""Budgets of single years and late modules: proven without a plan to begin with, and within what is attempted."""

from __future__ import annotations

import math

import pytest

from netdesign.analysis.call import TimingCall
from netdesign.analysis.timing.answer import solve_timing
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.multistage import hub_states, reachable_states
from netdesign.solve.multistage.configurations import Configurations
from netdesign.solve.multistage.dynamic import Dynamic, size_refusal
from netdesign.solve.multistage.hubs import Hubs
from netdesign.solve.multistage.straight import Straight
from tests.support.small_instances import STAGES, write_instance
from tests.support.staged import question_of

BUDGETS = ["{2026: 0}", "{2026: 800, 2028: 0}", "{2026: 0, 2027: 1900, 2028: 800}"]
LATE = ("modules.s.lead_years=3", "modules.l.lead_years=3")


def budget(by_year: str, more: str = "") -> str:
    """Return the setting of a budget by year that does not carry over."""
    return f"stages.capital_budget={{by_year_eur: {by_year}{more}}}"


@pytest.mark.parametrize(
    ("by_year", "scenario"),
    [
        pytest.param(by_year, scenario, marks=[pytest.mark.long] * ((by_year in BUDGETS[1:]) == (scenario == "base")))
        for by_year in BUDGETS
        for scenario in ("base", "tree")
    ],
)
def test_a_budget_that_no_mean_plan_keeps_is_proven(by_year, scenario, tmp_path):
    # On the tree, the joint program of three sites takes four times as long as that of two.
    closed = ["hubs.C.status=closed"] if scenario == "tree" else []
    question = question_of(tmp_path, STAGES, budget(by_year), *closed, scenario=scenario)
    ours, straight = Configurations(question).solve(), Straight(question).solve()
    assert ours.termination is straight.termination is Termination.OPTIMAL
    assert ours.objective == pytest.approx(straight.objective, rel=1e-6)
    assert ours.bound == pytest.approx(straight.objective, rel=1e-5)


def test_what_budgets_forbid_is_proven_to_have_no_plan(tmp_path):
    overrides = (budget("{2026: 0, 2027: 0, 2028: 0}"), "stages.contract.most_t_per_year=200")
    question = question_of(tmp_path, STAGES, *overrides)
    assert Configurations(question).solve().termination is Termination.INFEASIBLE


@pytest.mark.parametrize("most", [1, *(pytest.param(most, marks=pytest.mark.long) for most in (4, 8, 12)), 16])
def test_a_program_that_is_too_large_ends_the_search_by_its_size(most, tmp_path, monkeypatch):
    question = question_of(tmp_path, STAGES, budget("{2026: 0, 2027: 800, 2028: 0}"), scenario="tree")
    least = Straight(question).solve().objective
    monkeypatch.setattr(reachable_states, "MOST_MOVES", most)
    ended = Configurations(question).solve()
    assert ended.termination in (Termination.SIZE_LIMIT, Termination.OPTIMAL)
    assert -math.inf < ended.bound <= least * (1 + 1e-6)
    assert ended.objective is None or ended.objective >= least * (1 - 1e-6)


@pytest.mark.parametrize(("engine", "then"), [("auto", "decomposition"), ("configurations", "configurations")])
def test_auto_goes_on_with_another_engine_where_one_finds_nothing(engine, then, tmp_path, monkeypatch):
    monkeypatch.setattr(reachable_states, "MOST_MOVES", 1)
    call = TimingCall(overrides=(budget("{2026: 0, 2027: 800}"),), engine=engine)
    _, result = solve_timing(str(write_instance(tmp_path, STAGES)), call, Watch(SolveLimits()))
    assert result.engine["name"] == then
    assert result.has_plan == (engine == "auto")


def test_orders_that_arrive_after_the_last_year_are_no_states(tmp_path):
    question = question_of(tmp_path, STAGES, *LATE)
    hubs = Hubs(question.staged)
    assert [len(hubs[site].states) for site in (*hubs.existing, *hubs.candidates)] == [1, 1, 1]
    ours, straight = Dynamic(question).solve(), Straight(question).solve()
    assert ours.objective == pytest.approx(straight.objective, rel=1e-9)


@pytest.mark.parametrize("area", ["", "stages.largest_area_m2=1"])
def test_a_hub_of_too_many_states_is_refused_and_not_listed(area, tmp_path, monkeypatch):
    question = question_of(tmp_path, STAGES, "modules.s.lead_years=2", *([area] if area else []))
    monkeypatch.setattr(hub_states, "MOST_STATES_OF_A_HUB", 8)
    assert (size_refusal(question.staged) or "").startswith("the modules of one hub have more than ")


@pytest.mark.parametrize("leads", [(0, 0), (0, 1), (1, 2), (2, 2)])
def test_states_are_counted_as_they_are_listed(leads, tmp_path, monkeypatch):
    over = [f"modules.{name}.lead_years={lead}" for name, lead in zip("sl", leads, strict=True)]
    staged = question_of(tmp_path, STAGES, *over).staged
    nothing, one = (0, 0), (1, 0)
    for installed in (nothing, one):
        listed = len(hub_states.hub_states(staged, installed, may_grow=True, may_close=False))
        monkeypatch.setattr(hub_states, "MOST_STATES_OF_A_HUB", listed)
        hub_states.hub_states(staged, installed, may_grow=True, may_close=False)
        monkeypatch.setattr(hub_states, "MOST_STATES_OF_A_HUB", listed - 1)
        with pytest.raises(hub_states.TooManyStatesError):
            hub_states.hub_states(staged, installed, may_grow=True, may_close=False)
