"""Chosen hub links over years: the straight model, the referee and brute force agree where links decide."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netdesign.analysis.margin import Margin
from netdesign.analysis.timing.first_decisions import FirstDecisionsWithin
from netdesign.errors import InstanceError
from netdesign.instance.stages import Risk, RiskMeasure
from netdesign.network.staged import build_networks
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.multistage.question import StagedQuestion
from netdesign.solve.registry import STAGED
from tests.solve.test_staged_agreement import assert_judged
from tests.support.staged_brute import TIE, StagedOptimum, wait_and_see_costs
from tests.support.staged_links_brute import LINK_PARTS, FirstLinksBrute, StagedLinksBrute
from tests.support.staged_links_served import ServedLinksBrute, served_document
from tests.support.staged_links_strategies import links_over_years
from tests.support.staged_strategies import read_staged_document

if TYPE_CHECKING:
    from pathlib import Path

PARTS = (*LINK_PARTS, "budget in all", "budget by year", "cvar", "regret", "single allocation")
"""Parts of which it is looked whether they decide."""

DRAWS = 120
"""Seeds from 0 on, for the long test."""

LEAST_BINDING = dict.fromkeys(PARTS, 1) | dict.fromkeys(LINK_PARTS[:4], 30) | {"single allocation": 15}
"""In how many of all draws each part has to decide."""


def agree_on(seed: int, folder: Path) -> tuple[str, ...]:
    """Solve the draw of a seed by brute force and by the model, compare; return the parts of links that decide it."""
    try:
        staged = read_staged_document(links_over_years(Random(seed), folder), folder)
    except InstanceError:
        return ()
    known = None
    if staged.stages.risk.measure is RiskMeasure.REGRET:
        known = wait_and_see_costs(staged, StagedLinksBrute)
        if not np.isfinite(known).all():
            staged, known = replace(staged, stages=staged.stages.model_copy(update={"risk": Risk()})), None
    brute = StagedLinksBrute(staged, known)
    optimum = brute.solve()
    asked = StagedQuestion(staged, build_networks(staged), Watch(SolveLimits(relative_gap=0.0)), known=known)
    choice = STAGED.choose("auto", staged)
    assert choice.name == "monolithic"
    assert_judged(asked, choice.engine(asked).solve(), optimum)
    return tuple(part for part in brute.parts_in_force() if part in PARTS and brute.decides(part, optimum))


def agreed(seed: int, folder: Path) -> tuple[str, ...]:
    """Return what decides a draw, and name the seed where they do not agree."""
    try:
        return agree_on(seed, folder)
    except Exception as error:
        error.add_note(f"seed {seed}")
        raise


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for instance files, one at a time."""
    return tmp_path_factory.mktemp("links over years")


QUICK = (10, 14, 15, 21, 36, 40, 59, 67, 81, 99, 101)
"""Seeds that are solved in a fraction of a second, among which each part decides one."""


def test_model_referee_and_brute_force_agree(folder):
    """Same optimum, and each part of links decides a draw."""
    found = Counter(part for seed in QUICK for part in agreed(seed, folder))
    assert [part for part in PARTS if not found[part]] == []


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_they_agree_on_all_draws_and_each_part_decides_often(folder):
    found = Counter(part for seed in range(DRAWS) for part in agreed(seed, folder))
    assert {part: found[part] for part in LEAST_BINDING if found[part] < LEAST_BINDING[part]} == {}


@pytest.mark.parametrize("seed", [59, 93, 101, 119])
def test_all_first_decisions_near_the_best_are_found(seed, folder):
    """Links among them; each with what the best plan costs that begins with it."""
    staged = read_staged_document(links_over_years(Random(seed), folder), folder)
    assert staged.stages.risk.measure is not RiskMeasure.REGRET
    costs = FirstLinksBrute(staged).of_all()
    asked = StagedQuestion(staged, build_networks(staged), Watch(SolveLimits(relative_gap=0.0)))
    near = FirstDecisionsWithin(asked, Margin.from_text("5%"))
    near.search(lambda: None)
    limit = min(costs.values()) * 1.05
    # The search ends with one beyond the margin.
    listed = [one for one in near.found if one.objective <= limit]
    found = {(frozenset(one.first.orders), frozenset(one.first.links)): one.objective for one in listed}
    assert len(found) > 1
    assert found == pytest.approx({first: cost for first, cost in costs.items() if cost <= limit})


def agree_on_vehicles(seed: int, allocation: str, folder: Path) -> bool:
    """Solve a draw with vehicles by brute force and by the model, compare; return whether links cost or forbid."""
    document = served_document(Random(f"{allocation} {seed}"), allocation)
    brute = ServedLinksBrute(document)
    best = brute.solve()
    try:
        staged = read_staged_document(document, folder)
    except InstanceError:
        assert best == math.inf
        return False
    asked = StagedQuestion(staged, build_networks(staged), Watch(SolveLimits(relative_gap=0.0)))
    assert_judged(asked, STAGED["monolithic"].engine(asked).solve(), StagedOptimum(best, (best,)))
    return best > brute.solve(is_free=True) * (1 + TIE)


QUICK_VEHICLES = {"multiple": 3, "single": 0, "single_each_way": 2}
"""A seed of each allocation that is solved in a second."""


@pytest.mark.parametrize("allocation", QUICK_VEHICLES)
def test_vehicles_leave_on_links_in_use_only(allocation, folder):
    assert agree_on_vehicles(QUICK_VEHICLES[allocation], allocation, folder)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("allocation", QUICK_VEHICLES)
def test_vehicles_on_further_draws(allocation, folder):
    assert sum(agree_on_vehicles(seed, allocation, folder) for seed in range(20)) >= 5
