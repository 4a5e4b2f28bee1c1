"""Plans that differ from one at two sites, bounded and descended to; and bounds by whole numbers of modules."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netdesign.errors import InstanceError
from netdesign.evaluate.staged import evaluate_staged
from netdesign.instance.blocks import Allocation
from netdesign.network.staged import build_networks
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.multistage.by_node import levels
from netdesign.solve.multistage.by_node.counts import CountBranching
from netdesign.solve.multistage.by_node.improvement import Improvement, hubs_by_states
from netdesign.solve.multistage.by_node.integer_cuts import WholeCuts
from netdesign.solve.multistage.by_node.neighbours import Neighbourhood
from netdesign.solve.multistage.by_node.problem import prepare_by_node
from netdesign.solve.multistage.by_node.search import Rounds
from netdesign.solve.multistage.contingent_plan import plan_of, policy_of
from netdesign.solve.multistage.dynamic import Dynamic
from netdesign.solve.multistage.prepared import spending_limits
from netdesign.solve.multistage.question import StagedQuestion
from netdesign.solve.multistage.valuation import valuation_of
from netdesign.solve.registry import STAGED
from tests.support.staged_brute import wait_and_see_costs
from tests.support.staged_strategies import random_staged, read_staged_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.plan import StagedPlan

QUICK, DRAWS = range(40), range(40, 240)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for instance files, one at a time."""
    return tmp_path_factory.mktemp("neighbours")


@cache
def asked(seed: int, folder: Path) -> StagedQuestion | None:
    """Return the question of a seed; None where its plans have no neighbours by states."""
    try:
        staged = read_staged_document(random_staged(Random(seed), folder), folder)
    except InstanceError:
        return None
    if STAGED.refusal("dynamic", staged) is not None or hubs_by_states(staged) is None:
        return None
    known = wait_and_see_costs(staged)
    watch = Watch(SolveLimits(relative_gap=0.0, checks_cuts=True))
    question = StagedQuestion(staged, build_networks(staged), watch, known=known)
    return question if np.isfinite(known).all() else None


def orders_of(plan: StagedPlan) -> list[tuple[list[tuple[str, str, int]], list[str]]]:
    """Return what is ordered and closed at each node."""
    return [
        (sorted((one.site, one.module, one.count) for one in node.orders), sorted(node.closings)) for node in plan.nodes
    ]


def descended(seed: int, folder: Path) -> str | None:
    """Hold the neighbours of the best plan, and of one that waits a year, against the optimum; return what it is."""
    question = asked(seed, folder)
    best = None if question is None else Dynamic(question).solve()
    if question is None or best is None or best.plan is None:
        return None
    staged, state = question.staged, question.state()
    problem, hubs = prepare_by_node(question, state), hubs_by_states(staged)
    assert problem is not None
    assert hubs is not None
    valuation = valuation_of(staged, question.reference)
    descent = Improvement(problem, hubs, valuation, WholeCuts(problem, state), state)
    tolerance = 1e-6 * max(1.0, abs(best.objective), float(np.abs(question.known).max()))
    policy = policy_of(staged, hubs, best.plan)
    assert policy is not None
    assert orders_of(plan_of(staged, hubs, descent, policy)) == orders_of(best.plan)
    better: list[float] = []
    descent.improve(best.plan, lambda found: better.append(found.value))
    assert all(value >= best.objective - tolerance for value in better)
    # The plan is its own neighbour, and no bound may pass what it costs.
    around = Neighbourhood(staged, hubs, spending_limits(staged), valuation, problem.bounds, policy)
    for pair in itertools.combinations(hubs.sites, 2):
        found = around.best(pair)
        assert found is not None
        assert found.bound <= best.objective + tolerance
    later = {staged.base.sites[site].id: staged.stages.first_year + 1 for site in hubs.sites}
    late = Dynamic(replace(question, staged=replace(staged, not_before=later), memory={})).solve()
    if late.plan is None:
        return "as good"
    last = [late.objective]

    def keep(found):
        plan = problem.plans.plan(found)
        judged = evaluate_staged(staged, question.networks, plan, question.known)
        assert judged.violations == ()
        assert judged.objective == pytest.approx(found.value, abs=tolerance)
        last.append(found.value)

    descent.improve(late.plan, keep)
    assert last == sorted(last, reverse=True)
    assert last[-1] >= best.objective - tolerance
    lanes = staged.base.policies.air_lane is not None
    if len(hubs.sites) == 2 and not lanes and staged.base.problem.allocation is Allocation.MULTIPLE:
        # Everything is a neighbour, and its cuts are tight.
        assert last[-1] == pytest.approx(best.objective, abs=tolerance)
        return "proven better" if len(last) > 1 else "proven"
    return "better" if len(last) > 1 else "as good"


def test_neighbours_are_bounded_and_none_is_missed(folder):
    found = Counter(descended(seed, folder) for seed in QUICK)
    assert found["better"] + found["proven better"] >= 1
    assert sum(found.values()) - found[None] >= 5


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_neighbours_of_many_draws_are_bounded_and_none_is_missed(folder):
    found = Counter(descended(seed, folder) for seed in DRAWS)
    assert sum(found.values()) - found[None] >= 50
    assert found["better"] + found["proven better"] >= 5


def raised(seed: int, folder: Path) -> bool | None:
    """Hold the bound from whole numbers of modules against the optimum; return whether it is over the relaxation's."""
    question = asked(seed, folder)
    best = None if question is None else Dynamic(question).solve()
    problem = None if question is None else prepare_by_node(question, question.state())
    if question is None or best is None or best.plan is None or problem is None:
        return None
    state, relaxed = question.state(), question.state()
    rounds = Rounds(problem, relaxed)
    rounds.run()
    state.proved(relaxed.bound)
    CountBranching(problem, rounds.cut_at, state).run(np.inf)
    tolerance = 1e-6 * max(1.0, abs(best.objective), float(np.abs(question.known).max()))
    assert state.bound <= best.objective + tolerance
    # The master is as it was: its rows of numbers bind nothing any more.
    assert problem.relaxation.solve().bound <= best.objective + tolerance
    return bool(state.bound > relaxed.bound + tolerance)


@pytest.fixture
def without_levels(monkeypatch):
    """Hubs have no columns for their levels, with which the relaxation of most draws is tight."""
    monkeypatch.setattr(levels, "_MOST_LEVELS", 0)


@pytest.mark.usefixtures("without_levels")
def test_whole_numbers_of_modules_raise_the_bound_and_pass_no_optimum(folder):
    found = Counter(raised(seed, folder) for seed in QUICK)
    assert found[True] >= 3


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("without_levels")
def test_whole_numbers_of_modules_pass_no_optimum_in_many_draws(folder):
    found = Counter(raised(seed, folder) for seed in DRAWS)
    assert found[True] >= 10
    assert found[True] + found[False] >= 50
