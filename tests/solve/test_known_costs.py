"""What paths cost when they are known from the start: needed for regret, of no account for other measures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from netdesign.solve.core.outcome import Termination
from netdesign.solve.multistage.configurations import Configurations
from netdesign.solve.multistage.decomposition import StagedDecomposition
from netdesign.solve.multistage.dynamic import Dynamic, FixedCalendar
from netdesign.solve.multistage.straight import Straight
from tests.support.small_instances import STAGES
from tests.support.staged import question_of

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


@pytest.mark.parametrize("engine", EVERY_MEASURE)
def test_regret_without_them_is_refused(tmp_path, engine):
    question = question_of(tmp_path, STAGES, "stages.risk={measure: regret}", scenario="tree")
    with pytest.raises(ValueError, match="regret needs the cost of each path when it is known"):
        engine(replace(question, known=None)).solve()
