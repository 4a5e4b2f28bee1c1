"""What is left of a model near its relaxation with cuts has the optimum of the whole model."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netdesign.analysis.stating_model import stating_model
from netdesign.errors import InstanceError
from netdesign.network import build_network
from netdesign.solve.core.engine import Question
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import silent
from netdesign.solve.lp.model_run import run_model
from netdesign.solve.lp.near_relaxation import run_near_relaxation
from netdesign.solve.straight_model import StraightModel
from tests.support.seeds import seeds
from tests.support.services_strategies import services_document
from tests.support.solving import read_document

if TYPE_CHECKING:
    from pathlib import Path

GAP = 1e-4


def model_of(kind: str, seed: int, folder: Path, watch: Watch) -> StraightModel | None:
    """Return the model of a drawn instance; None where it has no plan."""
    draw = Random(f"near relaxation {kind} {seed}")
    document = services_document(draw, parts=(), allocation=kind)
    try:
        instance = read_document(document, folder)
    except InstanceError:
        return None
    question = Question(instance, build_network(instance), lambda: stating_model(instance), watch)
    return None if question.has_unroutable else StraightModel(question)


@pytest.mark.parametrize("kind", ["multiple", "single", "single_each_way"])
@seeds(20)
def test_what_is_left_has_the_optimum_of_all(kind, seed, tmp_path_factory):
    watch = Watch(SolveLimits(relative_gap=GAP))
    model = model_of(kind, seed, tmp_path_factory.mktemp("near"), watch)
    cuts = None if model is None else model.departure_cuts()
    if model is None or cuts is None:
        return
    whole = run_model(model._compiled, (), watch, silent, "all")
    near = run_near_relaxation(model._compiled, cuts, watch, silent, "near")
    if whole.values is not None:
        assert cuts.violated(whole.values) == []
    if near is None:
        return
    cost = float(model._compiled.cost @ near.values)
    assert cost == pytest.approx(float(model._compiled.cost @ whole.values), rel=2 * GAP)
    assert near.bound <= whole.bound * (1.0 + GAP) + 1e-6


@seeds(20)
def test_no_plan_violates_a_cut_of_the_relaxation(seed, tmp_path_factory):
    """Whatever the costs are: each plan that HiGHS finds at other costs keeps the cuts at their relaxation."""
    watch = Watch(SolveLimits())
    model = model_of("multiple", seed, tmp_path_factory.mktemp("cut"), watch)
    if model is None or model._compiled is None:
        return
    generator = np.random.default_rng(seed)
    costs = generator.uniform(0.0, 1.0, len(model._compiled.cost))
    compiled = replace(model._compiled, cost=costs)
    plan = run_model(compiled, (), watch, silent, "other costs").values
    if plan is not None:
        near = run_near_relaxation(compiled, model.departure_cuts(), watch, silent, "near")
        assert near is None or float(costs @ near.values) == pytest.approx(float(costs @ plan), rel=2e-6)
        assert model.departure_cuts().violated(plan) == []
