"""What hubs gain at each level of their modules: against programs, optima and planted faults."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.optimize import linprog

from netdesign.errors import SolverError
from netdesign.solve.multistage.by_node import levels
from netdesign.solve.multistage.by_node.levels import HubLevels, most_gained
from netdesign.solve.multistage.by_node.oracle import NodeOracle
from netdesign.solve.multistage.by_node.problem import prepare_by_node
from netdesign.solve.multistage.by_node.search import Rounds
from netdesign.solve.multistage.decomposition import StagedDecomposition
from netdesign.solve.multistage.dynamic import Dynamic
from tests.solve.test_neighbours import asked
from tests.support.small_instances import STAGES
from tests.support.staged import question_of

QUICK, DRAWS = range(40), range(40, 240)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    """A folder for instance files, one at a time."""
    return tmp_path_factory.mktemp("levels")


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("rows", [1, 2])
def test_a_hub_gains_what_the_best_freight_does_that_fills_its_rooms(seed, rows):
    """The program: most of ``gains x`` with ``x <= volume`` and, of each room, ``weight / volume x <= room``."""
    draw = np.random.default_rng(seed)
    volume, gains = draw.uniform(1.0, 9.0, 7), draw.choice([0.0, 1.0, 1.0], 7) * draw.uniform(1.0, 50.0, 7)
    weight = draw.choice([0.0, 1.0, 1.0], (rows, 7)) * draw.uniform(1.0, 9.0, (rows, 7))
    in_use = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    by_module, prices = draw.uniform(2.0, 12.0, (rows, 2)), draw.uniform(1.0, 20.0, rows)
    resources = SimpleNamespace(
        sites=1, site=np.zeros(rows, dtype=np.intp), uses=[SimpleNamespace(weight=one) for one in weight],
        by_module=by_module,
    )  # fmt: skip
    routes = SimpleNamespace(volume=volume, resources=resources)
    found = most_gained(routes, HubLevels(in_use, np.array([[False, True, True, True]])), gains[:, None], prices)[0]
    assert found[0] == 0.0
    for level in (1, 2, 3):
        best = linprog(-gains, weight / volume, by_module @ in_use[level], bounds=[(0.0, one) for one in volume])
        assert found[level] >= -best.fun * (1.0 - 1e-9)
        if rows == 1:
            assert found[level] == pytest.approx(-best.fun, rel=1e-9, abs=1e-9)


def relaxed(question, monkeypatch, most_levels: int) -> float:
    """Return the bound of the relaxation, EUR, with columns for at most so many levels."""
    with monkeypatch.context() as patched:
        patched.setattr(levels, "_MOST_LEVELS", most_levels)
        state = question.state()
        problem = prepare_by_node(question, state)
        assert problem is not None
        assert problem.relaxation.has_levels == (most_levels > 0)
        Rounds(problem, state).run()
    return state.bound


def compared(seed: int, folder, monkeypatch) -> str | None:
    """Hold the relaxation with levels against that without and the optimum; return what it is."""
    question = asked(seed, folder)
    best = None if question is None else Dynamic(question).solve()
    if question is None or best is None or best.plan is None:
        return None
    tolerance = 1e-6 * max(1.0, abs(best.objective), float(np.abs(question.known).max()))
    with_levels, without = relaxed(question, monkeypatch, 64), relaxed(question, monkeypatch, 0)
    assert with_levels <= best.objective + tolerance
    # Both relaxations are solved nearly, so that one may be left a little earlier than the other.
    assert with_levels >= without - tolerance - 1e-3 * abs(best.objective)
    return "higher" if with_levels > without + tolerance + 1e-4 * abs(best.objective) else "alike"


def test_levels_raise_the_relaxation_and_pass_no_optimum(folder, monkeypatch):
    found = Counter(compared(seed, folder, monkeypatch) for seed in QUICK)
    assert found["higher"] >= 2


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_levels_pass_no_optimum_in_many_draws(folder, monkeypatch):
    found = Counter(compared(seed, folder, monkeypatch) for seed in DRAWS)
    assert found["higher"] >= 8
    assert found["higher"] + found["alike"] >= 50


def test_a_row_that_asks_for_too_much_is_found(tmp_path, monkeypatch):
    whole = NodeOracle.whole

    def wrong(oracle, served):
        cut = whole(oracle, served)
        return replace(cut, row=replace(cut.row, const=1.05 * cut.row.const))

    monkeypatch.setattr(NodeOracle, "whole", wrong)
    question = question_of(tmp_path, STAGES)
    watch = replace(question.watch, limits=replace(question.watch.limits, checks_cuts=True))
    with pytest.raises(SolverError, match=r"a cut asks for .* EUR/year more than a known operation costs"):
        StagedDecomposition(replace(question, watch=watch)).solve()
