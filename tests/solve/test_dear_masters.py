"""Masters over years that HiGHS proves rightly: bounds widened for rounding made others of them.

Widened by a billionth of a hundred, in the order of the tolerances, they had HiGHS 1.16.0 prove dearer plans optimal
and call relaxations infeasible; ``findings/highs_forcing_rows_add_up.sh`` shows why.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netdesign.evaluate.staged import evaluate_staged
from netdesign.network.staged import build_networks
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.multistage.question import StagedQuestion
from netdesign.solve.registry import STAGED
from tests.support.staged_strategies import read_staged_document

MASTERS = Path(__file__).parent / "dear_masters"


@pytest.mark.parametrize(("name", "optimum"), [("closing", 59_524.1), ("tree", 264_943.469354)])
def test_no_dearer_plan_is_proven(name, optimum, tmp_path):
    """The straight model has the same optimum."""
    staged = read_staged_document(json.loads((MASTERS / f"{name}.json").read_text(encoding="utf-8")), tmp_path)
    networks = build_networks(staged)
    watch = Watch(SolveLimits(relative_gap=0.0, checks_cuts=True))
    for engine in ("decomposition", "monolithic"):
        solution = STAGED[engine].engine(StagedQuestion(staged, networks, watch)).solve()
        assert solution.termination is Termination.OPTIMAL
        assert solution.objective == pytest.approx(optimum, rel=1e-9)
        judged = evaluate_staged(staged, networks, solution.plan)
        assert judged.violations == ()
        assert judged.objective == pytest.approx(optimum, rel=1e-9)
