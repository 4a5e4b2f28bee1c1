"""First decisions over years that are near the best, against brute force that shares no code with the program."""

from __future__ import annotations

import math
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from netdesign.analysis.call import TimingAlternativesCall
from netdesign.analysis.margin import Margin
from netdesign.analysis.timing.alternatives import list_first_decisions
from netdesign.analysis.timing.first_decisions import FirstDecisionsWithin
from netdesign.analysis.verify import verify
from netdesign.errors import InstanceError, UsageError
from netdesign.report.timing.alternatives import timing_alternatives_lines
from netdesign.report.timing.sentences import AskedOverYears
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from tests.support.small_instances import STAGES, write_instance
from tests.support.solving import written
from tests.support.staged_first_brute import FirstCosts
from tests.support.staged_strategies import random_staged

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.results.timing_alternatives_document import TimingAlternativesDocument
    from netdesign.results.years_parts import FirstDecisionPart
    from tests.support.solving import Document
    from tests.support.staged_first_brute import First

AGREEMENT = 2e-6
"""Relative difference of two costs, of which the program proves the one to 1e-6."""


def first_of(part: FirstDecisionPart) -> First:
    """Return a first decision as brute force has it."""
    return frozenset((one.hub, one.module, one.count) for one in part.orders), frozenset(part.closings)


def answer(document: Document, folder: Path, **options: object) -> TimingAlternativesDocument:
    """Return the list of a document, which the referee then confirms."""
    scenario = "tree" if document["tables"].get("tree") else "base"
    with written(document, folder) as file:
        call = TimingAlternativesCall(scenario=scenario, **options)
        _, found = list_first_decisions(str(file), call, Watch(SolveLimits()))
        contradictions, _ = verify(str(file), found)
    assert contradictions.contradictions == ()
    return found


def agree_on_condition(found: TimingAlternativesDocument, costs: dict[First, float], slack: float) -> None:
    """Compare the best plan under the condition with the best of brute force that keeps it."""
    condition = found.condition
    wanted, unwanted = set(condition.ordered_at), set(condition.not_ordered_at)
    ordering = {first: {hub for hub, _, _ in first[0]} for first in costs}
    least = min(
        (cost for first, cost in costs.items() if wanted <= ordering[first] and not unwanted & ordering[first]),
        default=math.inf,
    )
    if condition.first is None:
        assert condition.termination is Termination.INFEASIBLE
        assert math.isinf(least)
    else:
        assert condition.objective == pytest.approx(least, abs=slack)
        assert costs[first_of(condition.first)] <= least + slack


def agree_on(seed: int, folder: Path) -> tuple[int, int]:
    """Compare a draw with brute force; return how many first decisions are listed, and how many there are."""
    draw = Random(f"timing alternatives {seed}")
    document = random_staged(draw, folder)
    margin = Margin(draw.choice([0.0, 2.0, 10.0, 40.0, 400.0]), is_share=True)
    sites = [hub["id"] for hub in document["tables"]["hubs"] if hub.get("status") != "closed"]
    named = draw.sample(sites, 1)
    condition = {draw.choice(["with_sites", "without_sites"]): tuple(named)}
    brute = FirstCosts(document, folder)
    costs = brute.of_all()
    try:
        found = answer(document, folder, within=margin, **condition)
    except InstanceError:
        assert not costs
        return 0, 0
    except UsageError:
        # The data alone shows that policies forbid a hub at the site.
        assert not any(named[0] == hub for first in costs for hub, _, _ in first[0])
        found = answer(document, folder, within=margin)
    if not costs:
        assert found.termination is Termination.INFEASIBLE
        assert not found.has_plan
        return 0, 0
    least = min(costs.values())
    slack = AGREEMENT * max(*map(abs, costs.values()), brute.scale, 1.0)
    listed = {first_of(one.first): one.objective for one in found.decisions}
    assert found.is_complete
    limit = margin.limit(least)
    assert {first for first, cost in costs.items() if cost < limit - slack} <= listed.keys()
    for first, objective in listed.items():
        assert objective == pytest.approx(costs[first], abs=slack)
        assert objective <= limit + slack
    if found.condition is not None:
        agree_on_condition(found, costs, slack)
    return len(listed), len(costs)


@pytest.mark.parametrize("seed", [1, 5, 7, 25, 27, 204])
def test_agrees_with_brute_force(seed, tmp_path):
    """Of draws with many first decisions, on paths and trees; in 204 sites open under the condition alone."""
    listed, _ = agree_on(seed, tmp_path)
    assert listed


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_agrees_with_brute_force_on_many(tmp_path):
    """In a good part of the draws some first decisions are listed, and some are not."""
    counts = Counter[str]()
    for seed in range(240):
        listed, every = agree_on(seed, tmp_path)
        counts += Counter({"with a plan": every > 0, "with several": listed > 1, "with others": listed < every})
    assert counts["with a plan"] >= 100
    assert counts["with several"] >= 30
    assert counts["with others"] >= 30


@pytest.mark.parametrize("engine", ["dynamic", "configurations", pytest.param("monolithic", marks=pytest.mark.long)])
@pytest.mark.parametrize("scenario", ["base", pytest.param("tree", marks=pytest.mark.long)])
def test_engines_list_the_same(engine, scenario, tmp_path):
    folder = str(write_instance(tmp_path, STAGES))
    call = TimingAlternativesCall(scenario=scenario, engine=engine, within=Margin(10.0, is_share=True))
    _, found = list_first_decisions(folder, call, Watch(SolveLimits()))
    auto = TimingAlternativesCall(scenario=scenario, within=Margin(10.0, is_share=True))
    _, other = list_first_decisions(folder, auto, Watch(SolveLimits()))
    assert found.engine["name"] == engine
    assert found.is_complete
    assert {first_of(one.first): pytest.approx(one.objective, rel=2e-6) for one in found.decisions} == {
        first_of(one.first): one.objective for one in other.decisions
    }
    assert len(found.decisions) > 3


# What is told besides


def test_a_list_that_ends_early_says_what_it_may_miss(tmp_path):
    folder = str(write_instance(tmp_path, STAGES))
    call = TimingAlternativesCall(within=Margin(50.0, is_share=True), most=2)
    problem, found = list_first_decisions(folder, call, Watch(SolveLimits()))
    assert (len(found.decisions), found.is_complete, found.termination) == (2, False, Termination.OPTIMAL)
    [told] = [line for line in timing_alternatives_lines(found, AskedOverYears.of(problem.staged)) if "--most" in line]
    assert told.startswith("One other first decision is listed within 50% (EUR ")
    assert ". The list ends at --most 2: others have at least EUR " in told
    assert verify(folder, found)[0].contradictions == ()


def test_what_is_found_before_a_limit_stands(tmp_path, monkeypatch):
    """The switch goes on after the first search: one first decision is listed, and nothing is claimed of others."""
    folder, watch, solved = str(write_instance(tmp_path, STAGES)), Watch(SolveLimits()), FirstDecisionsWithin.solved

    def then_stop(self, question):
        found = solved(self, question)
        watch.stopped.set()
        return found

    monkeypatch.setattr(FirstDecisionsWithin, "solved", then_stop)
    problem, found = list_first_decisions(folder, TimingAlternativesCall(), watch)
    assert (len(found.decisions), found.is_complete) == (1, False)
    assert found.termination is Termination.INTERRUPTED
    assert timing_alternatives_lines(found, AskedOverYears.of(problem.staged))[2] == (
        "No other first decision is listed within 1% (EUR 71.75) of it. The list may miss some: no other is better "
        "than the best; proven."
    )
    assert verify(folder, found)[0].contradictions == ()


def test_a_condition_that_the_best_plan_keeps_is_no_search_of_its_own(tmp_path):
    folder = str(write_instance(tmp_path, STAGES))
    _, found = list_first_decisions(folder, TimingAlternativesCall(), Watch(SolveLimits()))
    hub = found.decisions[0].first.orders[0].hub
    call = TimingAlternativesCall(with_sites=(hub,))
    problem, kept = list_first_decisions(folder, call, Watch(SolveLimits()))
    assert kept.condition.difference == 0.0
    assert kept.condition.plan == kept.decisions[0].plan
    lines = timing_alternatives_lines(kept, AskedOverYears.of(problem.staged))
    assert lines[-1] == f"The best plan that orders at {hub} in 2026 is the best of all."
