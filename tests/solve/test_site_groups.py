"""Models of many sites with services, group by group: each set of hubs is in a part, and the best of all is found."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations
from random import Random
from typing import Any

import pytest

from netdesign import catalogue
from netdesign.errors import SizeError
from netdesign.evaluate import evaluate
from netdesign.instance import read_instance
from netdesign.solve import monolithic
from netdesign.solve.core.engine import EVERYTHING, SearchScope
from netdesign.solve.core.hub_rules import number_of_sets
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.monolithic import Monolithic, parts_of_sites
from netdesign.solve.straight_model import StraightModel
from tests.support.centres import served_centres_document
from tests.support.services_strategies import services_document
from tests.support.solving import question, read_document

MODEL = catalogue.load_formulation("scheduled_services")

SEEDS = (1, 3, 5, 6)
"""Draws in which two hubs of three sites may open, and take a tenth of a second."""


def drawn(seed: int) -> dict[str, Any]:
    """Return an instance with vehicles in which two hubs may be open, whatever else its policies say."""
    document = services_document(Random(f"groups {seed}"), (3, 4), allocation="single_each_way")
    policies = document.setdefault("policies", {})
    for name in ("new_hubs", "required", "forbidden"):
        policies.pop(name, None)
    policies["hub_count"] = {"min": 1, "max": 2}
    for hub in document["tables"]["hubs"]:
        hub.pop("status", None)
    return document


def searches(instance: Any, first: Any) -> list[SearchScope]:
    """Return the scopes that an answer and its proof ask for."""
    numbers = [SearchScope(range(number, number + 1)) for number in (1, 2)]
    runner_ups = [] if first.plan is None else [SearchScope(excluded=(first.plan.open_hubs,))]
    return [EVERYTHING, *numbers, *runner_ups]


@pytest.mark.parametrize("seed", [*SEEDS, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(9, 49))])
def test_the_best_of_all_parts_is_that_of_the_whole_model(seed, tmp_path, monkeypatch):
    instance = read_document(drawn(seed), tmp_path)
    asked = question(instance, MODEL)
    whole = StraightModel(asked)
    monkeypatch.setattr(monolithic, "FEW_ROUTES", 1)
    sites = len(instance.allowed)
    assert len(parts_of_sites(instance)) == (math.comb(sites, 2) if sites > 1 else 1)
    by_parts = Monolithic(asked)
    for search in searches(instance, whole.solve()):
        expected, found = whole.solve(search), by_parts.solve(search)
        assert found.termination is expected.termination
        assert found.objective == (None if expected.objective is None else pytest.approx(expected.objective))
        assert found.bound == pytest.approx(expected.bound)
        if found.plan is not None:
            assert evaluate(instance, asked.network, found.plan).violations == ()
            assert all(set(found.plan.open_hubs) != set(excluded) for excluded in search.excluded)


@pytest.fixture(scope="module")
def europe():
    """Return the European instance, of which nothing is solved."""
    return read_instance(catalogue.find_instance("europe"))


@pytest.mark.parametrize("most", [0, 1, 2, 3])
@pytest.mark.parametrize("few_routes", [1, 200, 30_000])
def test_each_set_of_hubs_lies_within_a_part(most, few_routes, europe, monkeypatch):
    monkeypatch.setattr(monolithic, "FEW_ROUTES", few_routes * 354)
    numbers = range(1, 2 + most)
    parts = [set(part) for part in parts_of_sites(europe, SearchScope(numbers))]
    sites, certain = europe.allowed, europe.required
    assert all(certain <= part for part in parts)
    others = [name for name in sites if name not in certain]
    for chosen in combinations(others, min(most, europe.hub_range[1] - 1)):
        assert any(part >= set(chosen) for part in parts)
    if len(parts) > 1:
        assert max(len(part) for part in parts) < len(sites)
    assert len(parts) <= max(1, number_of_sets(europe, SearchScope(numbers)))


def test_few_routes_and_users_models_have_one_model(tmp_path, monkeypatch):
    """A user's model may state what holds for all sites together."""
    asked = question(read_document(drawn(SEEDS[0]), tmp_path), MODEL)
    built: list[tuple[str, ...]] = []
    monkeypatch.setattr(StraightModel, "__init__", lambda _, asked: built.append(asked.instance.allowed))
    Monolithic(asked)
    monkeypatch.setattr(monolithic, "FEW_ROUTES", 1)
    Monolithic(replace(asked, has_users_model=True))
    Monolithic(asked)
    assert built == [asked.instance.allowed] * 2


def test_a_search_that_is_stopped_has_proven_nothing_of_the_other_parts(tmp_path, monkeypatch):
    instance = read_document(drawn(SEEDS[0]), tmp_path)
    monkeypatch.setattr(monolithic, "FEW_ROUTES", 1)
    watch = Watch(SolveLimits(relative_gap=0.0))
    solve, done = StraightModel.solve, []

    def stop_after_two(self: StraightModel, search: SearchScope, **options: Any) -> Any:
        done.append(search.task)
        if len(done) == 2:
            watch.stopped.set()
        return solve(self, search, **options)

    monkeypatch.setattr(StraightModel, "solve", stop_after_two)
    found = Monolithic(question(instance, MODEL, watch)).solve()
    assert done == ["best network, sites 1 of 3", "best network, sites 2 of 3"]
    assert (found.termination, found.bound) == (Termination.INTERRUPTED, -math.inf)


def test_a_result_is_proven_group_by_group(netdesign, tmp_path, monkeypatch):
    file = tmp_path / "result.json"
    assert netdesign("solve", "tiny-vehicles", "-o", file, "--quiet").code == 0
    monkeypatch.setattr(monolithic, "FEW_ROUTES", 1)
    proven = netdesign("verify", "tiny-vehicles", file, "--prove")
    assert (proven.code, proven.out) == (0, "plan true and feasible; bound proven again by another engine\n")
    assert "network of 2 hubs: solved again by monolithic; best 418,000.00, bound 418,000.00" in proven.err
    assert "network of 2 hubs: runner-up: best 453,000.00, bound 453,000.00" in proven.err
    assert "linear: network of 2 hubs: solved again by monolithic; best 425,500.00" in proven.err


def test_a_proof_that_is_stopped_says_how_far_it_came(netdesign, tmp_path, monkeypatch):
    """The plan of the one part stands without a bound, as the other part may have a better one."""
    file = tmp_path / "result.json"
    assert netdesign("solve", "tiny-vehicles", "-o", file, "--quiet").code == 0
    monkeypatch.setattr(monolithic, "FEW_ROUTES", 1)
    solve = StraightModel.solve

    def stop_after_the_first(self: StraightModel, search: SearchScope, **options: Any) -> Any:
        found = solve(self, search, **options)
        if search.task == "proof of 2 hubs, sites 1 of 2":
            self._watch.started -= 1e9
        return found

    monkeypatch.setattr(StraightModel, "solve", stop_after_the_first)
    ended = netdesign("verify", "tiny-vehicles", file, "--prove", "--time-limit", "1000")
    assert ended.code == 6
    assert "proof of 2 hubs: stopped when 1 of 2 parts of the sites were solved" in ended.err
    assert "network of 2 hubs: solved again by monolithic; best 418,000.00 EUR/year, without a bound" in ended.err
    assert ended.out == "plan true and feasible; bound not re-proven: stopped before the proof was complete\n"


def test_a_model_that_cannot_be_parted_is_refused_by_its_size(tmp_path, monkeypatch):
    instance = read_document(drawn(SEEDS[0]), tmp_path)
    for name, value in {"FEW_ROUTES": 1, "MOST_PARTS": 0, "MOST_ROUTES": 2}.items():
        monkeypatch.setattr(monolithic, name, value)
    routes = len(instance.commodities) * len(instance.allowed) ** 2
    with pytest.raises(SizeError) as refused:
        Monolithic(question(instance, MODEL)).solve()
    assert str(refused.value) == (
        f"too large: the model with services would have {routes} routes; at most 2 are built, and parts of the sites "
        "with fewer are more than 0: let fewer of them open (--max-new, --close)"
    )


@pytest.mark.parametrize("seed", [0, 7, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(20, 40))])
def test_sorting_centres_are_in_the_groups(seed, tmp_path, monkeypatch):
    document = served_centres_document(Random(f"groups {seed}"), allocation="single_each_way")
    instance = read_document(document, tmp_path)
    asked = question(instance, MODEL)
    best = StraightModel(asked).solve(EVERYTHING)
    monkeypatch.setattr(monolithic, "FEW_ROUTES", 1)
    found = Monolithic(asked).solve(EVERYTHING)
    assert found.termination is best.termination
    assert (found.objective is None) == (best.objective is None)
    if best.objective is not None:
        assert found.objective == pytest.approx(best.objective, rel=2e-6)


def test_the_sites_of_europe_fall_into_as_many_parts_as_the_page_on_engines_says(europe):
    by_number = [parts_of_sites(europe, SearchScope(range(number, number + 1))) for number in (2, 3)]
    assert [len(parts) for parts in by_number] == [4, 28]
    assert max(len(part) for part in by_number[0]) == 9
