"""The largest regret by recursion: proven as it is, and as small as it can be in every branch."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netdesign.errors import InstanceError
from netdesign.evaluate.staged import evaluate_staged
from netdesign.instance.stages import Risk, RiskMeasure
from netdesign.network.staged import build_networks
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.multistage.dynamic import Dynamic
from netdesign.solve.multistage.question import StagedQuestion
from netdesign.solve.registry import STAGED
from tests.support.staged_brute import StagedBrute, wait_and_see_costs
from tests.support.staged_strategies import random_staged, read_staged_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance.staged import StagedInstance
    from tests.support.staged_brute import Decision

QUICK, DRAWS = range(30), range(30, 230)
LEAST_COMPARED = 5
"""Plans of the brute force that a quick run has to compare."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for instance files, one at a time."""
    return tmp_path_factory.mktemp("regret")


@cache
def tree_of(seed: int, folder: Path) -> StagedInstance | None:
    """Return the tree of a seed, to be decided by its largest regret; None where it is no tree, or is refused."""
    try:
        staged = read_staged_document(random_staged(Random(seed), folder), folder)
    except InstanceError:
        return None
    regret = Risk(measure=RiskMeasure.REGRET)
    staged = replace(staged, stages=staged.stages.model_copy(update={"risk": regret}))
    return None if staged.is_path or STAGED.refusal("dynamic", staged) is not None else staged


def compared(seed: int, folder: Path) -> int:
    """Hold the plan of a seed against all of the brute force that begin as it does; return how many they are."""
    staged = tree_of(seed, folder)
    known = None if staged is None else wait_and_see_costs(staged)
    if staged is None or known is None or not np.isfinite(known).all():
        return 0
    asked = StagedQuestion(staged, build_networks(staged), Watch(SolveLimits(relative_gap=0.0)), known=known)
    solution, plans = Dynamic(asked).solve(), StagedBrute(staged, known).plans()
    assert (solution.plan is None) == (not plans)
    if solution.plan is None:
        return 0
    found = evaluate_staged(staged, asked.networks, solution.plan, known)
    tolerance = 1e-6 * max(1.0, float(np.abs(known).max()))
    least = min(float(np.max(np.array(costs) - known)) for costs, _ in plans)
    assert found.violations == ()
    assert found.objective == pytest.approx(least, abs=tolerance)
    assert solution.bound == pytest.approx(least, abs=tolerance)
    root = solution.plan.nodes[0]
    begun = {(order.site, order.module, order.count) for order in root.orders}, {*root.closings}
    alike = [np.array(costs) for costs, (decision, *_) in plans if _decided(staged, decision) == begun]
    for branch in staged.children[0]:
        below = [place for place, leaf in enumerate(staged.leaves) if branch in staged.path_to(leaf)]
        ours = float((found.path_costs - known)[below].max())
        assert all(ours <= float((costs - known)[below].max()) + tolerance for costs in alike)
    return len(alike) if len(staged.children[0]) > 1 else 0


def _decided(staged: StagedInstance, decision: Decision) -> tuple[set[tuple[str, str, int]], set[str]]:
    """Return what is ordered and what is closed."""
    sites = staged.base.sites
    orders = {(sites[one.site].id, staged.modules[one.module].id, one.count) for one in decision.orders}
    return orders, {sites[site].id for site in decision.closings}


def test_each_branch_has_the_least_regret_that_its_beginning_leaves(folder):
    """Not the dearest path alone: else a plan might waste money elsewhere."""
    assert sum(compared(seed, folder) for seed in QUICK) >= LEAST_COMPARED


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_each_branch_has_the_least_regret_in_many_draws(folder):
    assert sum(compared(seed, folder) for seed in DRAWS) >= LEAST_COMPARED
