"""Plans that a time limit leaves as HiGHS had them: hubs and modules whole within its tolerances only."""

from __future__ import annotations

import numpy as np
import pytest

from netdesign.errors import DisagreementError
from netdesign.evaluate.staged import evaluate_staged
from netdesign.solve.core.outcome import Termination
from netdesign.solve.lp import exact as exact_programs
from netdesign.solve.lp import model_run
from netdesign.solve.multistage.straight import Straight
from tests.support.small_instances import STAGES
from tests.support.staged import question_of

LOOSE = 1e-4
"""By how much whole columns are under a whole number: a hundred times the tolerance, so that money shows it."""

BOUND_PART = 0.9
"""Of the optimum, what the search has proven when it is stopped."""


@pytest.fixture
def loosely(monkeypatch):
    """Return what makes HiGHS hand its plan back loose, with another ending, and without time to mend it."""

    def set_up(ending: Termination, *, is_whole: bool = True) -> None:
        ended = model_run._ending

        def loose_ending(run, compiled):
            _, values, bound = ended(run, compiled)
            # Under a half it is read as none: freight then passes hubs that are not open.
            part = 1.0 - LOOSE if is_whole else 0.4
            values = np.where(compiled.is_integer & (values > 0.5), values * part, values)
            return ending, values, BOUND_PART * bound

        monkeypatch.setattr(model_run, "_ending", loose_ending)
        monkeypatch.setattr(model_run, "polished", lambda *_: None)

    return set_up


@pytest.mark.parametrize("scenario", ["base", "tree"])
@pytest.mark.parametrize("ending", [Termination.TIME_LIMIT, Termination.INTERRUPTED])
def test_a_plan_that_is_not_polished_in_time_is_kept_at_what_the_referee_finds(tmp_path, loosely, scenario, ending):
    question = question_of(tmp_path, STAGES, scenario=scenario)
    optimum = Straight(question).solve().objective
    loosely(ending)
    solution = Straight(question).solve()
    assert solution.termination is ending
    found = evaluate_staged(question.staged, question.networks, solution.plan)
    assert found.violations == ()
    # What loose modules cannot lift is bought by the tonne, so that it is no better than the optimum.
    assert solution.objective == found.objective
    assert optimum <= found.objective <= optimum * (1 + LOOSE)
    assert solution.bound == pytest.approx(BOUND_PART * optimum, rel=1e-6)
    assert solution.trace[-1].incumbent == solution.objective


def test_a_plan_that_is_not_polished_and_that_the_referee_rejects_is_none(tmp_path, loosely):
    question = question_of(tmp_path, STAGES)
    optimum = Straight(question).solve().objective
    loosely(Termination.TIME_LIMIT, is_whole=False)
    solution = Straight(question).solve()
    assert (solution.termination, solution.plan, solution.objective) == (Termination.TIME_LIMIT, None, None)
    assert solution.bound == pytest.approx(BOUND_PART * optimum, rel=1e-6)


def test_a_plan_that_is_said_to_be_the_best_has_to_agree(tmp_path, loosely):
    """What no limit ended has no excuse."""
    question = question_of(tmp_path, STAGES)
    loosely(Termination.OPTIMAL)
    with pytest.raises(DisagreementError, match="the straight model and referee disagree"):
        Straight(question).solve()


def test_a_bound_over_what_a_loose_plan_costs_is_a_disagreement(tmp_path, loosely, monkeypatch):
    question = question_of(tmp_path, STAGES)
    loosely(Termination.TIME_LIMIT)
    ended = model_run._ending

    def too_high(run, compiled):
        termination, values, bound = ended(run, compiled)
        return termination, values, 1.2 * bound

    monkeypatch.setattr(model_run, "_ending", too_high)
    with pytest.raises(DisagreementError, match="states a bound"):
        Straight(question).solve()


def test_polishing_has_a_limit_of_its_own(tmp_path, monkeypatch):
    """No time for it is no error: the values stay as they are, and are said to be so."""
    question = question_of(tmp_path, STAGES)
    compiled = Straight(question)._compiled
    exact = model_run.run_model(compiled, (), question.watch, lambda _: None, "exact")
    monkeypatch.setattr(exact_programs, "_POLISH_S", 0.0)
    loose = model_run.run_model(compiled, (), question.watch, lambda _: None, "loose")
    assert exact.is_exact
    assert not loose.is_exact
    assert loose.termination is Termination.OPTIMAL
    assert compiled.cost @ loose.values == pytest.approx(compiled.cost @ exact.values, rel=1e-6)
    assert loose.bound == pytest.approx(exact.bound, rel=1e-6)
