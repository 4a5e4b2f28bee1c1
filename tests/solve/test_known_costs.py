"""What paths cost when they are known from the start: needed for regret, of no account for other measures."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from netdesign.analysis.timing.value_of_information import paths_alone, wait_and_see_paths
from netdesign.errors import InstanceError
from netdesign.instance.stages import Risk
from netdesign.network.staged import build_networks
from netdesign.solve.auto import solve_auxiliary
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.multistage.configurations import Configurations
from netdesign.solve.multistage.decomposition import StagedDecomposition
from netdesign.solve.multistage.dynamic import Dynamic, FixedCalendar
from netdesign.solve.multistage.question import StagedQuestion
from netdesign.solve.multistage.straight import Straight
from netdesign.solve.registry import STAGED
from tests.support.small_instances import STAGES
from tests.support.staged import question_of
from tests.support.staged_strategies import random_staged, read_staged_document

EVERY_MEASURE = (Configurations, StagedDecomposition, Straight, FixedCalendar)


EXPECTED, CVAR = "{measure: expected}", "{measure: cvar, level: 0.5}"


@pytest.mark.parametrize(
    ("engine", "risk"),
    [*((engine, risk) for engine in EVERY_MEASURE for risk in (EXPECTED, CVAR)), (Dynamic, EXPECTED)],
)
def test_they_change_no_measure_but_regret(tmp_path, engine, risk):
    """A caller may know them whatever is minimised; years that earn more than they cost are allowed."""
    # With C the decomposition takes ten times as long.
    question = question_of(tmp_path, STAGES, "hubs.C.status=closed", f"stages.risk={risk}", scenario="tree")
    plain = engine(replace(question, known=None)).solve()
    assert plain.termination is Termination.OPTIMAL
    for known in ((1000.0, 5000.0), (-9000.0, -1000.0)):
        knowing = engine(replace(question, known=np.array(known))).solve()
        assert knowing.termination is Termination.OPTIMAL
        assert (knowing.objective, knowing.bound) == pytest.approx((plain.objective, plain.bound), rel=1e-6)


@pytest.mark.parametrize("engine", [*EVERY_MEASURE, Dynamic])
def test_regret_without_them_is_refused(tmp_path, engine):
    question = question_of(tmp_path, STAGES, "stages.risk={measure: regret}", scenario="tree")
    with pytest.raises(ValueError, match="regret needs the cost of each path when it is known"):
        engine(replace(question, known=None)).solve()


def test_paths_that_share_the_years_of_their_tree_cost_what_they_do_alone(tmp_path):
    """Whichever is asked first: what is known of a year is the same for all who ask."""
    compared = 0
    for seed in range(40):
        try:
            staged = read_staged_document(random_staged(Random(seed), tmp_path), tmp_path)
        except InstanceError:
            continue
        staged = replace(staged, stages=staged.stages.model_copy(update={"risk": Risk()}))
        if staged.is_path or STAGED.refusal("dynamic", staged) is not None:
            continue
        asked = StagedQuestion(staged, build_networks(staged), Watch(SolveLimits(relative_gap=0.0)))
        for begins_with_tree in (False, True):
            question = replace(asked, memory={})
            if begins_with_tree:
                Dynamic(question).solve()
            shared = [path.objective for path in wait_and_see_paths(question)]
            alone = [solve_auxiliary(replace(path, tree=None, places=())).objective for path in paths_alone(question)]
            assert [cost is None for cost in shared] == [cost is None for cost in alone]
            found = [(one, other) for one, other in zip(shared, alone, strict=True) if one is not None]
            assert all(one == pytest.approx(other, rel=1e-9) for one, other in found)
            compared += len(found)
    assert compared >= 20
