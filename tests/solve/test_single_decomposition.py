"""Decomposition for single allocation: against every allocation of small instances, and by itself on larger ones."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from random import Random
from threading import Timer
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netdesign import catalogue
from netdesign.errors import InstanceError, SolverError
from netdesign.network import build_network, check_routes
from netdesign.solve.branch_cut.tuning import MULTIPLE
from netdesign.solve.core.engine import EVERYTHING
from netdesign.solve.core.hub_rules import HubRules, hub_rules
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.core.promises import no_promises
from netdesign.solve.core.route_matrices import ABSENT, Flows, Legs, RouteMatrices
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.multiple import heuristic
from netdesign.solve.registry import ONE_YEAR
from netdesign.solve.single.cuts import PairCuts, PairOracle, broken_cover
from netdesign.solve.single.problem import AllocationProblem, allocation_problem
from netdesign.solve.single.search import SingleSearch
from tests.formulation.test_problems import draw_document
from tests.solve.test_engines import assert_solved
from tests.support.seeds import seeds
from tests.support.single_brute import best_single
from tests.support.small_brute import SmallProblem
from tests.support.solving import question, read_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from netdesign.instance import Instance

SINGLE = {"allocation": "single"}


def draw_single(draw: Random, cities: tuple[int, int]) -> dict[str, Any]:
    """Return an instance without a metric whose capacities, where it has some, count what is collected."""
    document = draw_document(draw, SINGLE, cities)
    document["streams"] = {"freight": {}}
    if "capacity" in document["policies"]:
        document["policies"]["capacity"] = {"counts": "collected"}
    return document


def judged(document: dict[str, Any], folder: Path, engines: Sequence[str]) -> str | None:
    """Hold engines against every allocation, each cut against every plan; say how it ended where there is no plan."""
    best = best_single(SmallProblem(document))
    try:
        instance = read_document(document, folder)
        check_routes(instance, build_network(instance))
    except InstanceError:
        assert best == math.inf
        return "bad instance"
    model, limits = catalogue.load_formulation("scheduled_services"), SolveLimits(relative_gap=0.0, checks_cuts=True)
    asked = question(instance, model, watch=Watch(limits))
    for name in engines:
        try:
            assert_solved(ONE_YEAR[name].engine(asked).solve(), best, asked)
        except BaseException as error:
            error.add_note(name)
            raise
    return "infeasible" if best == math.inf else None


def endings(
    documents: Iterable[dict[str, Any]], folder: Path, engines: Sequence[str], ending: Callable[[dict[str, Any]], str]
) -> list[str]:
    """Judge documents; return how each ended, with a plan as ``ending`` says."""
    found = []
    for document in documents:
        try:
            found.append(judged(document, folder, engines) or ending(document))
        except BaseException as error:
            error.add_note(json.dumps(document))
            raise
    return found


QUICK = [(range(15), (3, 5)), (range(8, 13), (6, 9))]
WHOLE = [pytest.param(*one, marks=pytest.mark.long) for one in ((range(60), (3, 5)), (range(15), (6, 9)))]


@pytest.mark.parametrize(("draws", "cities"), [*QUICK, *WHOLE], ids=str)
@pytest.mark.parametrize("few_sums", [MULTIPLE.few_sums, 0.0], ids=["sets are few", "sets are cut"])
def test_the_search_finds_and_proves_the_optimum(few_sums, draws, cities, tmp_path, monkeypatch):
    """Multiple allocation closes sites by the prices of all sets, or, as on large instances, by cuts."""
    monkeypatch.setattr(heuristic, "TUNING", replace(MULTIPLE, few_sums=few_sums))
    documents = (draw_single(Random(f"single {cities} {seed}"), cities) for seed in draws)
    found = endings(
        documents,
        tmp_path,
        ("decomposition",),
        lambda document: "with capacities" if "capacity" in document["policies"] else "solved",
    )
    # Each of them, or the comparison would say little.
    assert {"solved", "with capacities", "infeasible"} <= set(found)


def test_small_brute_force_agrees_with_arrays(tmp_path):
    """The two brute forces of these tests are held against each other."""
    for seed in range(20):
        problem = SmallProblem(draw_single(Random(f"brute {seed}"), (3, 4)))
        assert best_single(problem) == pytest.approx(problem.best(), rel=1e-9)


# Cuts


@seeds(100)
def test_no_cut_is_over_what_any_allocation_costs(seed, tmp_path_factory):
    """And at an allocation that it was made for it is tight."""
    draw = Random(seed)
    document = draw_single(draw, (3, 4))
    document["policies"] = {}
    hold_cuts_against_allocations(draw, read_document(document, tmp_path_factory.getbasetemp()))


def hold_cuts_against_allocations(draw: Random, instance: Instance) -> None:
    """Make cuts somewhere, and hold them against every allocation, also at an allocation where they are tight."""
    problem = allocation_problem(instance, build_network(instance))
    oracle = PairOracle(problem, SearchState(Watch(SolveLimits())))
    at = np.array([[draw.choice([0.0, 0.0, 0.3, 1.0]) for _ in range(problem.sites)] for _ in range(problem.cities)])
    at[np.arange(problem.cities), [draw.randrange(problem.sites) for _ in range(problem.cities)]] = 1.0
    at /= at.sum(axis=1, keepdims=True)
    cuts = oracle.cuts(at)
    for hub_of in itertools.product(range(problem.sites), repeat=problem.cities):
        share = np.zeros((problem.cities, problem.sites))
        share[np.arange(problem.cities), list(hub_of)] = 1.0
        true, demanded = problem.transfers(np.array(hub_of)), cuts.at(share)
        assert (demanded <= true * (1 + 1e-9) + 1e-9).all()
        if (share == at).all() and true.max() < oracle.limit:
            assert demanded == pytest.approx(true, rel=1e-9, abs=1e-9)


def test_a_wrong_cut_raises(monkeypatch):
    right = PairOracle.cuts

    def wrong(self: PairOracle, share: np.ndarray) -> PairCuts:
        cuts = right(self, share)
        return PairCuts(cuts.own * 1.5 + 1.0, cuts.other)

    monkeypatch.setattr(PairOracle, "cuts", wrong)
    with pytest.raises(SolverError, match="cut"):
        search(euclidean(12, 1), HubRules(2, 3, np.zeros(12, dtype=bool)), checks_cuts=True)


@seeds(200)
def test_a_cover_cuts_off_nothing_that_fits(seed):
    draw = Random(seed)
    load = np.array([float(draw.choice([1, 2, 3, 5, 8, np.inf])) for _ in range(7)])
    share = np.where(np.isfinite(load), [draw.random() for _ in range(7)], 0.0)
    room = float(draw.randint(2, 12))
    found = broken_cover(load, share, draw.choice([0.4, 0.8, 1.0]), room)
    if found is None:
        return
    cities, most = found
    for number in range(8):
        for chosen in itertools.combinations(range(7), number):
            if load[list(chosen)].sum() <= room:
                assert len(set(chosen) & set(cities.tolist())) <= most


# Larger instances


def euclidean(cities: int, seed: int, *, capacity: float = np.inf) -> tuple[AllocationProblem, RouteMatrices]:
    """Return a dense instance: cities in a square, all of them sites, the factors of the AP set, fixed costs.

    ``capacity`` is that of every site, as a share of all freight.
    """
    numbers = np.random.default_rng(seed)
    place = numbers.uniform(0, 100, (cities, 2))
    km = np.sqrt(((place[:, None] - place[None]) ** 2).sum(axis=2))
    weight = numbers.lognormal(0, 1, cities)
    volume = np.outer(weight, weight)
    fixed = numbers.uniform(0.5, 1.5, cities) * 10 * volume.sum()
    none = np.zeros((cities, cities))
    pairs = np.full(cities**2, ABSENT)
    matrices = RouteMatrices(
        fixed,
        Legs(3 * km, 0.75 * km, 2 * km, none, none, none),
        Flows(np.arange(cities + 1) * cities, np.tile(np.arange(cities), cities), volume.ravel(), pairs, 0 * pairs),
    )
    across = volume + volume.T
    np.fill_diagonal(across, 0.0)
    problem = AllocationProblem(
        fixed=fixed,
        assign=(3 * volume.sum(axis=1) + 2 * volume.sum(axis=0))[:, None] * km,
        forth=across,
        back=np.zeros_like(across),
        transfer=0.75 * km,
        own=np.arange(cities),
        load=volume.sum(axis=1),
        capacity=np.full(cities, capacity * volume.sum()),
        ends=np.indices((cities, cities)).reshape(2, -1).T,
        largest_cost=float(fixed.sum() + 1000 * volume.sum()),
        promises=no_promises(cities, cities),
    )
    return problem, matrices


def search(instance: tuple[AllocationProblem, RouteMatrices], rules: HubRules, **limits: object):
    state = SearchState(Watch(SolveLimits(relative_gap=0.0, **limits)))  # type: ignore[arg-type]
    found = SingleSearch(*instance, rules, state)
    found.run()
    return state, found


@pytest.mark.parametrize("seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 8))])
@pytest.mark.parametrize("capacity", [np.inf, 0.3])
def test_a_stopped_search_has_a_bound_that_holds_and_a_plan_that_costs_what_it_says(capacity, seed):
    instance = euclidean(25, seed, capacity=capacity)
    rules = HubRules(1, 25, np.zeros(25, dtype=bool))
    whole, _ = search(instance, rules)
    watch = Watch(SolveLimits(relative_gap=0.0))
    state = SearchState(watch)
    found = SingleSearch(*instance, rules, state)
    timer = Timer(Random(seed).uniform(0.0, 1.2 * whole.elapsed_s), watch.stopped.set)
    timer.start()
    found.run()
    timer.cancel()
    bounds = [point.bound for point in state.trace if point.bound is not None]
    assert bounds == sorted(bounds)
    assert state.bound <= whole.incumbent * (1 + 1e-9)
    assert state.ending() in (Termination.INTERRUPTED, Termination.OPTIMAL)
    if found.best is None:
        assert state.incumbent == np.inf
        return
    problem = instance[0]
    assert state.incumbent >= whole.incumbent * (1 - 1e-9)
    assert problem.fixed[found.hubs].sum() + problem.operating(found.best) == pytest.approx(state.incumbent)
    assert set(found.best) <= set(found.hubs.tolist())
    assert (np.bincount(found.best, problem.load, 25) <= problem.capacity * (1 + 1e-9)).all()


@pytest.mark.parametrize("capacity", [np.inf, 0.3])
def test_threads_change_nothing(capacity):
    rules = HubRules(1, 30, np.zeros(30, dtype=bool))
    one, two = (search(euclidean(30, 3, capacity=capacity), rules, threads=threads) for threads in (1, 2))
    assert one[0].incumbent == two[0].incumbent
    assert one[1].best.tolist() == two[1].best.tolist()
    assert [point.bound for point in one[0].trace] == [point.bound for point in two[0].trace]


def test_capacities_never_make_it_cheaper_and_loose_ones_change_nothing():
    rules = HubRules(1, 20, np.zeros(20, dtype=bool))
    costs = [search(euclidean(20, 5, capacity=share), rules)[0].incumbent for share in (0.15, 0.3, 0.6, 1.0, np.inf)]
    assert costs == sorted(costs, reverse=True)
    assert costs[-2] == costs[-1]
    assert costs[0] > costs[-1]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"policies": {"capacity": {"counts": "handled"}}}, "capacity that counts handled freight"),
        ({"problem": SINGLE | {"route_hubs": 1}}, "single allocation over one hub a route"),
    ],
)
def test_what_it_cannot_state_is_named(change, named, tmp_path):
    document = draw_single(Random("refused"), (3, 3)) | {"policies": {}} | change
    instance = read_document(document, tmp_path)
    assert ONE_YEAR.refusal("decomposition", instance) == named
    assert hub_rules(instance, EVERYTHING).sites == len(instance.allowed)
