"""Sets of hubs bounded by prices of what lanes and hubs have to get: brute force, model and engine agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netdesign.errors import DisagreementError, InstanceError, UsageError
from netdesign.instance.options import fix_hubs
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.coupled import bounds as bounds_module
from netdesign.solve.coupled.bounds import CoupledBounds
from netdesign.solve.coupled.freight import is_coupled_by_policies
from netdesign.solve.coupled.search import CoupledSearch
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.multiple.prices import BestRoutePrices
from tests.solve.test_agreement import policies_that_decide
from tests.support.coupled_strategies import COUPLING, KINDS, coupled_document
from tests.support.solving import question, read_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.solve.core.gate_freight import FreightRows

DRAWS, QUICK = 560, (7, 10, 30, 42, *range(8))
BINDING = (*COUPLING, "carbon cap", "deadline priced")
AT_ONCE = 500
LEAST_BINDING = 50
"""In how many of all draws each policy decides."""


WRONG_ROWS = [("hubs", 10), ("hubs", 21), ("limits", 19), ("limits", 33)]
"""Draws in which rows of hubs, or limits over all routes, decide what the first set costs that is operated."""


def agreed(seed: int, folder: Path, *, at_once: bool = False) -> tuple[str, ...]:
    """Solve a draw by brute force, enumeration and model; return which policies decide."""
    return policies_that_decide(coupled_document(Random(seed), at_once=at_once), folder, ("enumeration", "monolithic"))


def test_engine_model_and_brute_force_agree(tmp_path):
    binding = {part for seed in QUICK for part in agreed(seed, tmp_path)}
    assert set(BINDING) <= binding


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_they_agree_where_each_policy_decides_often(tmp_path):
    binding = Counter(part for seed in range(DRAWS) for part in agreed(seed, tmp_path))
    assert {part: binding[part] for part in BINDING if binding[part] < LEAST_BINDING} == {}


def test_they_agree_where_lanes_minima_capacities_shares_and_caps_are_in_force_at_once(tmp_path):
    for seed in QUICK:
        agreed(seed, tmp_path, at_once=True)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_they_agree_where_each_kind_of_policy_decides_beside_another_one(tmp_path):
    binding: Counter[tuple[str, ...]] = Counter()
    for seed in range(AT_ONCE):
        decide = set(agreed(seed, tmp_path, at_once=True))
        kinds = [kind for kind in KINDS if decide.intersection(kind)]
        binding.update(kinds if len(kinds) > 1 else ())
    assert {kind: binding[kind] for kind in KINDS if binding[kind] < LEAST_BINDING} == {}


def test_they_agree_where_freight_flies_from_one_airport_overseas_to_another(tmp_path):
    found = 0
    for seed in range(60):
        instance = read_document(coupled_document(Random(seed)), tmp_path)
        commodities, overseas = instance.commodities, instance.is_overseas
        if (overseas[commodities.origin] & overseas[commodities.destination]).any():
            agreed(seed, tmp_path)
            found += is_coupled_by_policies(instance)
    assert found > 3


@pytest.mark.parametrize("draws", [10, pytest.param(60, marks=[pytest.mark.long, pytest.mark.timeout(1800)])])
def test_prices_of_rows_reach_what_a_set_costs_where_no_lane_is_whole(draws, tmp_path):
    """Without lanes a set is a linear program: its dual optimum is its cost, or grows without end if it has no plan."""
    feasible, impossible = 0, 0
    for seed in range(draws):
        document = coupled_document(Random(seed), at_once=True)
        document.get("policies", {}).pop("air_lane", None)
        instance = read_document(document, tmp_path)
        asked = question(instance)
        if asked.has_unroutable or not is_coupled_by_policies(instance):
            continue
        bounds = CoupledBounds(instance, asked.network, SearchState(asked.watch))
        hubs = np.arange(len(instance.allowed), dtype=np.int32)
        bound, cost = bounds.of_set(hubs, np.inf).bound, cost_of(instance, list(instance.allowed))
        if cost is None:
            impossible += bound == np.inf
            continue
        assert cost * (1.0 - 1e-3) <= bound <= cost * (1.0 + 1e-7)
        feasible += 1
    assert feasible > draws / 10
    assert impossible > draws / 10


@pytest.mark.parametrize(("row", "seed"), WRONG_ROWS)
def test_a_wrong_row_behind_a_price_is_told(row, seed, tmp_path, monkeypatch):
    """A multiplier is worth what its row says: with a row that asks for too much, a bound is over what a plan costs."""
    right = bounds_module.freight_rows

    def too_much(*given: Any) -> FreightRows:
        rows = right(*given)
        more = (row == "hubs") * 0.05 * np.abs(rows.due)
        return rows._replace(due=rows.due + more, limit=rows.limit + (row == "limits") * 0.05 * np.abs(rows.limit))

    instance = read_document(coupled_document(Random(seed), at_once=True), tmp_path)
    assert Enumeration(question(instance)).solve().plan is not None
    monkeypatch.setattr(bounds_module, "freight_rows", too_much)
    with pytest.raises(DisagreementError, match=r"^the enumeration engine has a bound of .* where a plan costs"):
        Enumeration(question(instance)).solve()


def test_a_wrong_bound_is_told(tmp_path, monkeypatch):
    """A bound over what a plan of the set costs is a defect, wherever it came from."""
    of_set = CoupledBounds.of_set

    def too_high(self: CoupledBounds, hubs: Any, cut_off: float) -> Any:
        found = of_set(self, hubs, cut_off)
        return replace(found, bound=2.0 * found.bound)

    document = coupled_document(Random(first_with_a_plan(tmp_path)))
    monkeypatch.setattr(CoupledBounds, "of_set", too_high)
    with pytest.raises(DisagreementError, match=r"^the enumeration engine has a bound of .* where a plan costs"):
        Enumeration(question(read_document(document, tmp_path))).solve()


def first_with_a_plan(folder: Path) -> int:
    """Return the first draw that has a plan and is searched by prices."""
    for seed in range(100):
        instance = read_document(coupled_document(Random(seed)), folder)
        engine = Enumeration(question(instance))
        if engine.solve().plan is not None and engine._listed_search is not None:
            return seed
    raise AssertionError


def test_any_number_of_threads_finds_the_same(tmp_path):
    for seed in range(6):
        instance = read_document(coupled_document(Random(seed)), tmp_path)
        found = [
            Enumeration(question(instance, watch=Watch(SolveLimits(threads=threads)))).solve() for threads in (1, 2, 3)
        ]
        assert len({(one.termination, one.objective, one.bound) for one in found}) == 1


@pytest.mark.parametrize("gap", [0.01, 0.1, 0.5])
def test_no_bound_is_over_the_optimum_where_a_gap_will_do(gap, tmp_path):
    """Sets are operated to a gap too: what is left of them bounds the answer."""
    compared = 0
    for seed in range(30):
        instance = read_document(coupled_document(Random(seed)), tmp_path)
        optimum = Enumeration(question(instance)).solve().objective
        found = Enumeration(question(instance, watch=Watch(SolveLimits(relative_gap=gap)))).solve()
        if optimum is None or found.objective is None:
            assert optimum is found.objective
            continue
        assert found.bound <= optimum * (1.0 + 1e-9) <= found.objective * (1.0 + 2e-9)
        assert found.gap <= gap
        compared += 1
    assert compared > 10


EVERY = pytest.param(range(100), id="all", marks=[pytest.mark.long, pytest.mark.timeout(1800)])


@pytest.mark.parametrize("seeds", [pytest.param((0, 1, 3, 6, 10), id="quick"), EVERY])
def test_the_bound_of_each_set_is_between_its_best_routes_and_what_it_costs(seeds, tmp_path):
    """Whether a set is operated or not: by the model with these hubs, and by the price of its best routes."""
    raised = 0
    for seed in seeds:
        instance = read_document(coupled_document(Random(seed), at_once=seed % 2 > 0), tmp_path)
        asked = question(instance)
        if asked.has_unroutable or not is_coupled_by_policies(instance):
            continue
        state = SearchState(asked.watch)
        bounds = CoupledBounds(instance, asked.network, state)
        for number in range(1, len(instance.allowed) + 1):
            sets = np.array([*combinations(range(len(instance.allowed)), number)], dtype=np.int32)
            priced = BestRoutePrices(bounds.matrices, state).of_sets(sets, np.inf, keep=True)
            for hubs, least, bound in zip(sets.tolist(), priced, bounds.of_sets(sets, np.inf), strict=True):
                assert bound >= least * (1.0 - 1e-12)
                raised += bound > least * (1.0 + 1e-6)
                cost = cost_of(instance, [instance.allowed[hub] for hub in hubs])
                own = bounds.of_set(np.array(hubs, dtype=np.int32), np.inf).bound
                assert cost is None or max(bound, own) <= cost * (1.0 + 1e-7), (seed, hubs)
    assert raised > len(seeds)


def cost_of(instance: Any, hubs: list[str]) -> float | None:
    """Return what the straight model operates a set for; None where it is impossible or not permitted."""
    try:
        fixed = fix_hubs(instance, hubs)
    except (InstanceError, UsageError):
        return None
    return Monolithic(question(fixed)).solve().objective


def test_an_incumbent_ends_bounds_sooner_but_changes_no_answer(tmp_path, monkeypatch):
    for seed in range(8):
        instance = read_document(coupled_document(Random(seed)), tmp_path)
        with_dive = Enumeration(question(instance)).solve()
        with monkeypatch.context() as patched:
            patched.setattr(CoupledSearch, "_dive", lambda self, parts: None)
            without = Enumeration(question(instance)).solve()
        assert (with_dive.termination, with_dive.objective) == (without.termination, pytest.approx(without.objective))
        assert np.isclose(with_dive.bound, without.bound, rtol=1e-6) or with_dive.bound == without.bound
