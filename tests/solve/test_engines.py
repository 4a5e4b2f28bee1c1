"""All engines on the same questions: one optimum, honest bounds, and a refusal by name of what one cannot state."""

from __future__ import annotations

import itertools
import json
import math
import subprocess
import sys
import threading
from dataclasses import replace
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings

import netdesign as nd
from netdesign import catalogue
from netdesign.errors import ExitCode, InstanceError, SizeError
from netdesign.evaluate import evaluate
from netdesign.instance import read_instance
from netdesign.instance.options import HubOptions, apply_hub_options, fix_hubs
from netdesign.instance.published.reading import Reading
from netdesign.network import build_network, check_routes, couples_commodities
from netdesign.solve.auto import FewAndMany, choose_engine, make_engine
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.decomposition import Decomposition
from netdesign.solve.enumerable import MOST_SETS, most_operated
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.registry import ONE_YEAR
from tests.cli.test_help import PROGRAM
from tests.formulation.test_problems import draw_document
from tests.support.brute_force import BruteForce
from tests.support.literature import published
from tests.support.small_brute import SmallProblem
from tests.support.solving import hand_priced, question, read_document
from tests.support.strategies import documents


def assert_solved(solution, optimum: float, asked) -> None:
    """Hold a solution against the optimum, infinite where there is none."""
    bounds = [point.bound for point in solution.trace if point.bound is not None]
    assert bounds == sorted(bounds)
    if optimum == math.inf:
        assert solution.termination is Termination.INFEASIBLE
        return
    assert solution.termination is Termination.OPTIMAL
    assert (solution.objective, solution.bound) == pytest.approx((optimum, optimum), rel=1e-6, abs=1e-6)
    evaluation = evaluate(asked.instance, asked.network, solution.plan)
    assert evaluation.violations == ()
    assert evaluation.objective == solution.objective


# Agreement


@pytest.mark.long
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=documents((4, 9)))
def test_engines_agree_with_brute_force_on_every_policy_that_they_claim(document, tmp_path_factory):
    instance = read_document(document, tmp_path_factory.getbasetemp())
    try:
        check_routes(instance, build_network(instance))
    except InstanceError:
        return
    optimum = BruteForce(document).solve()
    best = optimum.cost if optimum.is_feasible else math.inf
    asked = question(instance)
    assert_solved(Enumeration(asked).solve(), best, asked)
    if ONE_YEAR.refusal("decomposition", instance) is None:
        assert_solved(Decomposition(asked).solve(), best, asked)


@pytest.mark.parametrize("draws", [30, pytest.param(120, marks=pytest.mark.long)])
@pytest.mark.parametrize("route_hubs", [1, 2])
def test_decomposition_agrees_with_brute_force_on_plain_problems(route_hubs, draws, tmp_path):
    """Existing hubs, numbers of hubs, groups, caps; with routes over one hub, facility location."""
    solved = 0
    for seed in range(draws):
        cities = (4, 9) if seed % 4 == 0 else (3, 5)
        document = draw_document(Random(f"engines {seed}"), {"route_hubs": route_hubs}, cities)
        document["policies"].pop("capacity", None)
        best = SmallProblem(document).best()
        try:
            instance = read_document(document, tmp_path)
            check_routes(instance, build_network(instance))
        except InstanceError:
            continue
        asked = question(instance)
        assert_solved(Decomposition(asked).solve(), best, asked)
        solved += best < math.inf
    assert solved > draws // 4


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(4, 12))])
def test_another_set_is_the_best_but_one(seed, tmp_path):
    """The runner-up of every engine is the second of the ranking, which lists all sets."""
    document = draw_document(Random(f"ranking {seed}"), {})
    document["policies"] = {}
    instance = read_document(document, tmp_path)
    asked = question(instance)
    ranking = Enumeration(asked).ranking()
    assert [price for price, _ in ranking] == sorted(price for price, _ in ranking)
    assert len(ranking) == 2 ** len(instance.allowed) - 1
    brute = SmallProblem(document)
    for price, hubs in ranking:
        assert price == pytest.approx(brute.value(hubs), rel=1e-9)
    first, second = ranking[0], ranking[1]
    for engine in (Enumeration, Decomposition, Monolithic):
        assert engine(asked).solve().objective == pytest.approx(first[0], rel=1e-6)
        assert engine(asked).solve(SearchScope(excluded=(first[1],))).objective == pytest.approx(second[0], rel=1e-6)
        # The same engine may have kept what it found before.
        once = engine(asked)
        assert once.solve().objective == pytest.approx(first[0], rel=1e-6)
        assert once.solve(SearchScope(excluded=(first[1],))).objective == pytest.approx(second[0], rel=1e-6)
        assert once.solve(SearchScope(excluded=(second[1],))).objective == pytest.approx(first[0], rel=1e-6)
        for left_out in range(min(6, len(ranking))):
            scope = SearchScope(excluded=tuple(hubs for _, hubs in ranking[:left_out]))
            price = ranking[left_out][0]
            # Sets without a plan are at the end of the ranking.
            wanted = pytest.approx(price, rel=1e-6) if price < math.inf else None
            assert once.solve(scope).objective == wanted
        everything = SearchScope(excluded=tuple(hubs for _, hubs in ranking))
        assert once.solve(everything).termination is Termination.INFEASIBLE


AP = [("ap/20.3", 2), ("ap/20.3", 3), ("ap/25.3", 3)]


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("file", "hubs"), AP)
def test_the_straight_model_has_the_same_optimum_under_single_allocation(file, hubs):
    changes = [f"policies.hub_count={{min: {hubs}, max: {hubs}}}", "problem.allocation=single"]
    instance = read_instance(published(file), changes, Reading("ap"))
    asked = question(instance, catalogue.load_formulation("single_allocation_flow"))
    straight = Monolithic(asked).solve()
    assert straight.termination is Termination.OPTIMAL
    assert_solved(Decomposition(asked).solve(), straight.objective, asked)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("file", "hubs"), AP)
def test_the_straight_model_has_the_same_optimum(file, hubs):
    instance = read_instance(published(file), [f"policies.hub_count={{min: {hubs}, max: {hubs}}}"], Reading("ap"))
    asked = question(instance, catalogue.load_formulation("multiple_allocation_flow"))
    straight = Monolithic(asked).solve()
    assert straight.termination is Termination.OPTIMAL
    for engine in (Enumeration, Decomposition):
        assert_solved(engine(asked).solve(), straight.objective, asked)


# Interruption


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 8))])
@pytest.mark.parametrize("engine", [Decomposition, Enumeration])
def test_an_engine_that_is_stopped_at_any_moment_has_a_bound_and_a_plan_or_none(engine, seed):
    instance = read_instance(published("ap/APdata200"), [], Reading("ap", nodes=50))
    numbers = SearchScope(range(3, 4))
    asked = question(instance, watch=Watch(SolveLimits()))
    timer = threading.Timer(Random(seed).uniform(0.0, 0.4), asked.watch.stopped.set)
    timer.start()
    solution = engine(asked).solve(numbers)
    timer.join()
    # The optimum of AP50 with three hubs (Ernst and Krishnamoorthy 1998).
    assert solution.bound <= 156014.73
    finished = solution.termination is Termination.OPTIMAL
    assert finished or solution.termination is Termination.INTERRUPTED
    if solution.plan is None:
        assert solution.objective is None
        return
    assert evaluate(asked.instance, asked.network, solution.plan).violations == ()
    assert solution.objective >= 156014.72


# The choice


def test_auto_takes_the_engine_that_suits_and_says_why(tmp_path):
    document = hand_priced()
    small = question(read_document(document, tmp_path))
    choice = choose_engine(small)
    assert (choice.name, choice.needs_model) == ("enumeration", False)
    assert choice.reason == "2 sets of hubs are few: prices of what lanes and hubs have to get bound them"
    document["policies"] = {"service": {"share": 0.5}}
    choice = choose_engine(question(read_document(document, tmp_path)))
    assert (choice.name, choice.needs_model) == ("enumeration", False)
    assert choice.reason == "2 sets of hubs are few: prices of what couples the freight bound them"
    document["problem"] = {"allocation": "single"}
    choice = choose_engine(question(read_document(document, tmp_path)))
    assert choice.name == "monolithic"
    del document["problem"]
    document["policies"] = {}
    choice = choose_engine(question(read_document(document, tmp_path)))
    assert (choice.name, choice.needs_model) == ("enumeration", False)
    assert choice.reason == "2 sets of hubs are few, and nothing couples the commodities: each set is priced"
    assert isinstance(make_engine(small), Enumeration)
    large = question(read_instance(published("ap/APdata200"), [], Reading("ap", nodes=50)))
    assert choose_engine(large).name == "decomposition"
    assert not couples_commodities(large.instance)
    assert choose_engine(replace(large, has_users_model=True)).name == "monolithic"


def test_every_engine_answers_by_name_and_says_so(netdesign):
    objectives = {}
    for name in ("auto", "monolithic", "enumeration", "decomposition"):
        ended = netdesign("solve", "tiny", "--engine", name, "--format", "json", "--quiet")
        assert ended.code == ExitCode.ANSWERED
        result = json.loads(ended.out)
        objectives[name] = result["objective"]
        assert result["options"]["engine"] == name
        assert result["engine"]["name"] == ("enumeration" if name == "auto" else name)
    for one, other in itertools.pairwise(objectives.values()):
        assert one == pytest.approx(other, rel=1e-9)


def test_an_engine_refuses_by_name_what_it_cannot_state(netdesign):
    settings = "--set", "policies.service.share=0.1", "--set", "problem.allocation=single"
    ended = netdesign("solve", "benelux", *settings, "--engine", "decomposition", "--quiet")
    assert ended.code == ExitCode.USAGE
    refusal = "netdesign: --engine decomposition cannot state minimum_throughput, air_lane, service"
    assert ended.err == f"{refusal}; take --engine auto, which takes one that can\n"
    ended = netdesign("solve", "tiny", "--model", "hub_centre", "--engine", "decomposition", "--quiet")
    refusal = "netdesign: --engine decomposition cannot state objective longest_time"
    assert ended.err == f"{refusal}; take --engine auto, which takes one that can\n"


def test_a_small_instance_is_solved_without_pyomo_compiled_loops_and_what_is_about_years():
    call = [sys.executable, "-c", PROGRAM, "solve", "tiny", "--quiet"]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {"pyomo", "numba", "netdesign.results.staged_document"} & set(done.stderr.split()) == set()


def test_how_many_sets_are_bounded_where_minima_couple_the_freight(tmp_path):
    """As docs/engines.md says: with few commodities the model takes less time than so many sets."""
    assert most_operated(read_document(hand_priced(), tmp_path)) == 20_000
    assert most_operated(read_instance(catalogue.find_instance("europe-linear"))) == MOST_SETS


def test_sets_of_many_hubs_are_left_to_cuts_where_policies_couple_the_freight():
    """Lanes to n hubs have 2 to the power of n patterns: a million for the twenty of this one set."""
    instance = apply_hub_options(read_instance(catalogue.find_instance("europe-linear")), HubOptions(hubs=20))
    asked = question(instance)
    assert choose_engine(asked).name == "decomposition"
    with pytest.raises(SizeError, match=r"enumeration takes 2,000,000 sets of hubs at most"):
        Enumeration(asked).solve()
    fixed = question(fix_hubs(instance, instance.allowed[:20]))
    assert choose_engine(fixed).name == "decomposition"
    with pytest.raises(
        SizeError, match=r"sets of 10 hubs at most where policies couple the freight; there are sets of 20$"
    ):
        Enumeration(fixed).solve()


def test_few_hubs_are_enumerated_where_the_model_is_left_with_all():
    """Four new hubs of Europe's 32 candidates are 41,449 sets, five 242,825: too many."""
    asked = question(apply_hub_options(read_instance(catalogue.find_instance("europe")), HubOptions(max_new=10)))
    choice = choose_engine(asked)
    assert choice.name == "monolithic"
    assert choice.reason.partition("; ")[2] == (
        "enumeration answers up to 5 hubs, as 41,449 sets of hubs are few: what each city takes bounds them, and what "
        "is left is operated"
    )
    assert choose_engine(replace(asked, asked="monolithic")).reason == "as asked for"


def test_fewer_hubs_than_the_model_is_left_with_are_all_enumerated():
    """So the largest number of them is found by halving."""
    instance = read_instance(catalogue.find_instance("europe"))
    names = [choose_engine(question(apply_hub_options(instance, HubOptions(max_new=new)))).name for new in range(1, 11)]
    assert names == ["enumeration"] * 4 + ["monolithic"] * 6


@pytest.mark.parametrize(
    ("numbers", "answers"),
    [(range(2, 3), "few"), (range(4, 5), "few"), (range(5, 6), "many"), (range(2, 9), "many"), (None, "many")],
)
def test_each_number_is_asked_of_the_engine_that_takes_it(numbers, answers):
    few, many = (SimpleNamespace(solve=lambda search, name=name: (name, search)) for name in ("few", "many"))
    scope = SearchScope(numbers)
    assert FewAndMany(4, few, many).solve(scope) == (answers, scope)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("name", "most", "engines"),
    [
        ("europe-linear", 3, ("enumeration", "decomposition", "monolithic")),
        # For three new hubs the model would take 560 parts of the sites, for two it takes 28.
        ("europe", 2, ("enumeration", "monolithic")),
    ],
)
def test_engines_agree_on_europe_number_by_number(name, most, engines):
    asked = {engine: nd.solve(name, max_new=most, engine=engine).networks for engine in engines}
    assert all(one.termination == "optimal" for networks in asked.values() for one in networks)
    first, *others = ([(one.hubs, one.objective) for one in networks] for networks in asked.values())
    assert len(first) == 1 + most
    for other in others:
        assert [cost for _, cost in other] == pytest.approx([cost for _, cost in first], rel=2e-6)
