"""Engines hold large arrays, and nothing keeps an engine that nobody uses: not even a circle of its own parts."""

from __future__ import annotations

import gc
import weakref

import pytest

from netdesign.analysis.moved import MovedProblem
from netdesign.analysis.problem import load_problem
from netdesign.analysis.tipping_call import TippingCall
from netdesign.solve.core.limits import SolveLimits, Watch


@pytest.mark.parametrize("name", ["tiny", "benelux", "tiny-vehicles"])
def test_an_engine_is_let_go_with_its_question(name):
    problem = load_problem(name, TippingCall())
    moved = MovedProblem(name, TippingCall(), problem, problem.question(Watch(SolveLimits())))
    at_value = moved.at(("volume_factor",), 1.1)
    plan = at_value.best("best").plan
    at_value.others(plan.open_hubs, "others")
    engine = weakref.ref(at_value._engine)
    gc.disable()
    try:
        del at_value
        assert engine() is None
    finally:
        gc.enable()
