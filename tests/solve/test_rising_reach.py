"""The integers that a relaxation leaves within a rising reach: the optimum of the whole model, and bounds that hold."""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from netdesign import catalogue
from netdesign.errors import InstanceError
from netdesign.network import build_network
from netdesign.solve.core.engine import Question, SearchScope
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Progress, Termination, silent
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.lp import rising_reach
from netdesign.solve.lp.model_run import run_model
from netdesign.solve.lp.rising_reach import run_in_reach, run_relaxed
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.straight_model import StraightModel
from tests.support.seeds import seeds
from tests.support.services_brute import ServicesBrute
from tests.support.services_strategies import services_document
from tests.support.solving import read_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance import Instance

MODEL = catalogue.load_formulation("scheduled_services")
WATCH = Watch(SolveLimits(relative_gap=1e-7))


def drawn(allocation: str, seed: int, folder: Path, **changes: Any) -> Question | None:
    """Return the question of a drawn instance with vehicles; None where its data contradict each other."""
    document = services_document(Random(f"reach {allocation} {seed}"), parts=(), allocation=allocation)
    document.setdefault("policies", {}).update(changes)
    try:
        instance: Instance = read_document(document, folder)
    except InstanceError:
        return None
    asked = Question(instance, build_network(instance), lambda: MODEL, WATCH)
    return None if asked.has_unroutable else asked


@pytest.mark.parametrize("allocation", ["multiple", "single", "single_each_way"])
@seeds(20)
def test_what_the_reach_leaves_has_the_optimum_and_its_bounds_hold(allocation, seed, tmp_path_factory, monkeypatch):
    # From next to nothing, so that the reach has to rise.
    monkeypatch.setattr(rising_reach, "_FIRST", 1e-6)
    asked = drawn(allocation, seed, tmp_path_factory.mktemp("reach"))
    compiled = None if asked is None else StraightModel(asked)._compiled
    if compiled is None:
        return
    whole, relaxed = run_model(compiled, (), WATCH, silent, "all"), run_relaxed(compiled, WATCH, silent, "relaxed")
    if whole.termination is Termination.INFEASIBLE:
        assert relaxed is None or run_in_reach(compiled, relaxed, math.inf, WATCH, silent, "reach").values is None
        return
    best, slack = whole.bound, 1e-6 * abs(whole.bound)
    assert relaxed.bound <= best + slack
    for cut_off, is_found in ((math.inf, True), (best + 1e-3 * abs(best), True), (best - 1e-3 * abs(best), False)):
        near = run_in_reach(compiled, relaxed, cut_off, WATCH, silent, "reach")
        assert near.bound <= best + slack
        if is_found:
            assert near.termination is Termination.OPTIMAL
            assert near.bound == pytest.approx(best, rel=1e-6)
        elif relaxed.bound < cut_off:
            # Where nothing is left out, the optimum is found all the same.
            assert near.values is None or near.bound == pytest.approx(best, rel=1e-6)
            assert near.bound >= cut_off - slack


@pytest.mark.parametrize("allocation", ["multiple", "single"])
@seeds(8)
def test_the_best_sets_are_found_and_what_is_told_holds_for_all_of_a_search(allocation, seed, tmp_path_factory):
    """The bound of one set, which is operated, is none of all; and the next best set is found too."""
    asked = drawn(allocation, seed, tmp_path_factory.mktemp("told"), hub_count={"min": 1, "max": 2})
    if asked is None:
        return
    told: list[Progress] = []
    engine = Enumeration(Question(asked.instance, asked.network, asked.model, WATCH, told.append))
    scope, straight = SearchScope(), Monolithic(asked)
    for _ in range(3):
        found, expected = engine.solve(scope), straight.solve(scope)
        if expected.plan is None:
            assert found.plan is None
            return
        assert found.objective == pytest.approx(expected.objective, rel=1e-6)
        bounds = [progress.bound for progress in told if progress.bound is not None]
        assert max(bounds, default=-math.inf) <= found.objective * (1 + 1e-6)
        told.clear()
        scope = SearchScope(excluded=(*scope.excluded, found.plan.open_hubs))


@pytest.mark.parametrize("seed", [3, 7, 11])
def test_over_one_site_each_city_has_one_hub_in_the_model(seed, tmp_path):
    """Whatever allocation is asked for: the model of several hubs has a hundred times the columns, for nothing."""
    document = services_document(Random(f"one site {seed}"), parts=(), allocation="multiple")
    sites = [hub["id"] for hub in document["tables"]["hubs"]]
    document["policies"] = {"required": sites[:1], "forbidden": sites[1:]}
    for hub in document["tables"]["hubs"]:
        hub.pop("status", None)
    instance = read_document(document, tmp_path)
    network = build_network(instance)
    assert hasattr(MODEL.build(instance, network), "allocated")
    found = Monolithic(Question(instance, network, lambda: MODEL, WATCH)).solve()
    assert found.objective == pytest.approx(ServicesBrute(document).solve().cost, rel=1e-6)
