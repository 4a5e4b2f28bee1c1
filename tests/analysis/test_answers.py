"""Answers stay true where costs are extreme, gaps are loose, networks tie, or a range of hub numbers is wide."""

from __future__ import annotations

import json
from random import Random

import pytest

from netdesign import catalogue
from netdesign.analysis import network_searches
from netdesign.analysis.best_by_hub_count import best_networks, steps_between
from netdesign.errors import ExitCode, InstanceError
from netdesign.evaluate import apart
from netdesign.network import build_network, check_routes
from netdesign.results.document import NetworkPart, Verdict
from netdesign.solve.core.engine import Question
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination, certain_termination, relative_gap
from netdesign.solve.enumeration import Enumeration
from tests.support.small_instances import LEGS, ROADS, write_instance
from tests.support.solving import FORMULATION, hand_priced, read_document
from tests.support.strategies import random_document

# City A sends to B and to C, where the hubs are: each over the hub at its end.
TWO_WAYS = """\
format: netdesign.instance/1
name: ways
parcel: {weight_kg: 1}
streams: {parcels: {}}
tables:
  cities: [{id: A}, {id: B}, {id: C}]
  hubs: [{id: B, status: existing, fixed_cost_eur_per_year: 0}, {id: C, status: existing, fixed_cost_eur_per_year: 0}]
  legs:
    - {from: A, to: B, cost_eur_per_t: 1}
    - {from: A, to: C, cost_eur_per_t: 1}
    - {from: B, to: C, cost_eur_per_t: 2}
    - {from: C, to: B, cost_eur_per_t: 2}
  demand:
    - {origin: A, destination: B, volume_t_per_year: 100}
    - {origin: A, destination: C, volume_t_per_year: 100}
"""

NEVER = [*(pytest.param(price, marks=pytest.mark.long) for price in ("1e5", "1e7", "1e9", "1e11")), "1e12"]


@pytest.mark.parametrize("price", NEVER)
def test_a_price_that_stands_for_never_is_as_good_as_closing_the_site(price, netdesign):
    """Published data write 'never' as a huge number; the optimum and its bound must not drown in it."""
    dear = netdesign("solve", "benelux", "--set", f"hubs.BRU.handling_cost_eur_per_parcel={price}", "--format", "json")
    closed = netdesign("solve", "benelux", "--close", "BRU", "--format", "json")
    for one, other in zip(json.loads(dear.out)["networks"], json.loads(closed.out)["networks"], strict=True):
        assert one["plan"]["open_hubs"] == other["plan"]["open_hubs"]
        assert one["termination"] == "optimal"
        assert one["objective"] == pytest.approx(other["objective"], rel=1e-6)
        assert one["bound"] <= other["objective"] * (1 + 1e-6)


def draws(count: int, folder):
    """Yield instances with an existing hub and others that may open."""
    for seed in range(2500, 2500 + count):
        try:
            instance = read_document(random_document(Random(seed)), folder)
            network = build_network(instance)
            check_routes(instance, network)
        except InstanceError:
            continue
        if instance.existing and len(instance.allowed) > len(instance.existing):
            yield instance, network


@pytest.mark.parametrize("count", [12, pytest.param(240, marks=pytest.mark.long)])
def test_no_runner_up_is_cheaper_than_its_network_however_loose_the_gap(count, tmp_path):
    """What a search with a loose gap leaves lying, the search for the runner-up may find."""
    found = 0
    for instance, network in draws(count, tmp_path):
        question = Question(instance, network, lambda: FORMULATION, Watch(SolveLimits(relative_gap=1.0)))
        for best, _ in best_networks(question):
            runner_up = best.runner_up
            if runner_up is None or runner_up.objective is None:
                continue
            found += 1
            assert runner_up.objective >= best.objective
            assert runner_up.bound <= runner_up.objective
            assert best.bound <= best.objective
            assert best.plan.open_hubs != runner_up.open_hubs
    assert found > count / 12


def test_an_enumeration_that_is_stopped_proves_nothing(tmp_path):
    """Not infeasible, and no bound beyond what arithmetic gives."""
    instance = read_document(hand_priced(), tmp_path)
    limits = Watch(SolveLimits(time_limit_s=0))
    solution = Enumeration(Question(instance, build_network(instance), lambda: FORMULATION, limits)).solve()
    assert (solution.termination, solution.plan) == (Termination.TIME_LIMIT, None)
    assert solution.bound < float("inf")


def network(hubs: int, objective: float | None) -> NetworkPart:
    """Return a proven network, or an infeasible one."""
    ending = Termination.INFEASIBLE if objective is None else Termination.OPTIMAL
    return NetworkPart.model_construct(hubs=hubs, termination=ending, objective=objective, bound=objective)


def test_a_network_is_compared_with_the_last_feasible_one():
    """Minima and service may leave a gap in the numbers: one and three hubs can do it, two cannot."""
    steps = steps_between((network(1, 100.0), network(2, None), network(3, 90.0)))
    assert [(step.from_hubs, step.to_hubs, step.verdict) for step in steps] == [
        (1, 2, Verdict.IMPOSSIBLE),
        (1, 3, Verdict.PAYS),
    ]
    steps = steps_between((network(1, None), network(2, None), network(3, 90.0)))
    assert [(step.from_hubs, step.to_hubs, step.verdict) for step in steps] == [
        (1, 2, Verdict.IMPOSSIBLE),
        (2, 3, Verdict.NEEDED),
    ]


FREE = LEGS.replace("fixed_cost_eur_per_year: 10", "fixed_cost_eur_per_year: 0")


def test_a_hub_that_saves_nothing_does_not_pay(tmp_path, netdesign):
    """X lies on nobody's way and costs nothing: the two networks cost the same."""
    text = FREE.replace("{id: B, fixed_cost_eur_per_year: 20}", "{id: B, status: closed, fixed_cost_eur_per_year: 20}")
    text = text.replace("fixed_cost_eur_per_year: 30", "fixed_cost_eur_per_year: 0")
    ended = netdesign("solve", write_instance(tmp_path, text))
    assert ended.out.splitlines()[0] == "A second hub does not pay: the best, A + X, costs the same as A; proven."


def wide(fixed_cost: int) -> str:
    """Return the three cities with six more sites, of which any number may open."""
    sites = "".join(f"    - {{id: S{n}, fixed_cost_eur_per_year: {fixed_cost}}}\n" for n in range(6))
    return LEGS.replace("  legs:\n", f"{sites}  legs:\n").replace("max: 1", "max: 8")


def test_a_wide_search_that_ends_with_today_s_network_says_so(tmp_path, netdesign, monkeypatch):
    monkeypatch.setattr(network_searches, "MOST_OF_SMALL", network_searches.MOST_NUMBERS)
    text = wide(1000).replace("fixed_cost_eur_per_year: 20", "fixed_cost_eur_per_year: 9000")
    path = write_instance(tmp_path, text)
    ended = netdesign("solve", path, "-o", tmp_path / "result.json")
    assert ended.out.splitlines()[0] == "No further hub pays: the best network is A; proven."
    assert netdesign("verify", path, tmp_path / "result.json", "--prove").code == 0


def test_max_new_does_not_undercut_what_the_instance_asks_for(tmp_path, netdesign):
    path = write_instance(tmp_path, LEGS.replace("new_hubs: {max: 1}", "hub_count: {min: 3}"))
    ended = netdesign("solve", path, "--max-new", "1")
    assert (ended.code, ended.err) == (
        ExitCode.USAGE,
        "netdesign: --max-new 1: the policies of the instance ask for at least 2 new hubs\n",
    )


def test_a_users_model_that_only_claims_single_allocation_is_found_out(tmp_path, netdesign):
    """The referee reads the problem, never the model: over two hubs the plan of multiple allocation is no plan."""
    text = catalogue.find_model("multiple_allocation_path").read_text(encoding="utf-8")
    assert "Allocation.MULTIPLE" in text
    (tmp_path / "own.py").write_text(text.replace("Allocation.MULTIPLE", "Allocation.SINGLE"), encoding="utf-8")
    own = write_instance(tmp_path, TWO_WAYS)
    assert netdesign("solve", own, "--quiet").code == ExitCode.ANSWERED
    ended = netdesign("solve", own, "--quiet", "--model", tmp_path / "own.py")
    assert ended.code == ExitCode.CONTRADICTED
    assert ended.err.endswith("own: allocation: A: uses B and C; under single allocation a city uses one hub\n")


LANE = "policies.air_lane={flights_per_week: 1, payload_t: %s, load_factor: 1, weeks_per_year: 1, counts: inbound}"
NEAR_0 = {
    "lane": ((LANE % "1.0e-7",), "policies.air_lane: 1e-07 t/year is too near to 0 beside the 1000 t/year"),
    "hub": (
        ("policies.minimum_throughput={counts: all, hubs: [{site: X, tonnes_per_year: 1.0e-7}]}",),
        "policies.minimum_throughput.hubs.0: 1e-07 t/year is too near to 0 beside the 1200 t/year",
    ),
    "share": (
        ("policies.minimum_throughput={counts: inbound, hubs: [{site: X, share: 1.0e-12}]}",),
        "policies.minimum_throughput.hubs.0: 1e-09 t/year is too near to 0 beside the 1000 t/year",
    ),
    "capacity": (
        ("policies.capacity={}", "hubs.X.capacity_t_per_year=1e-7"),
        "capacity_t_per_year: 1e-07 t/year is too near to 0 beside the 1200 t/year",
    ),
}


@pytest.mark.parametrize("name", NEAR_0)
def test_what_is_lost_in_rounding_beside_the_volume_is_refused_by_name(name, tmp_path, netdesign):
    changes, message = NEAR_0[name]
    ended = netdesign("solve", write_instance(tmp_path, ROADS), *[w for change in changes for w in ("--set", change)])
    assert ended.code == ExitCode.BAD_INSTANCE
    assert f"{message} that count; write 0 or at least 1" in ended.err


@pytest.mark.parametrize("tonnes", ["1.0e-5", "1.0e-3", "1"])
def test_a_small_lane_minimum_that_is_permitted_is_kept(tonnes, tmp_path, netdesign):
    path, result = write_instance(tmp_path, ROADS), tmp_path / "result.json"
    assert netdesign("solve", path, "--set", LANE % tonnes, "--quiet", "-o", result).code == ExitCode.ANSWERED
    assert netdesign("verify", path, result).code == ExitCode.ANSWERED


@pytest.mark.parametrize(
    ("termination", "gap", "asked", "true"),
    [
        ("optimal", 0.0, 1e-6, "optimal"),
        ("optimal", 9e-7, 0.0, "optimal"),
        ("optimal", 2e-6, 1e-6, "size_limit"),
        ("optimal", 2e-6, 1e-5, "gap_reached"),
        ("gap_reached", 2e-5, 1e-5, "size_limit"),
        ("time_limit", 2e-5, 1e-5, "time_limit"),
    ],
)
def test_optimal_is_what_objective_and_bound_prove_as_they_are_stated(termination, gap, asked, true):
    assert certain_termination(Termination(termination), 1e6, 1e6 * (1 - gap), asked) == true


def test_the_gap_of_a_difference_is_a_share_of_what_it_is_a_difference_of():
    assert relative_gap(2.0, 1.0) == 0.5
    assert relative_gap(2.0, 1.0, scale=1000.0) == 0.001
    assert relative_gap(0.0, -1e-3, scale=1e6) == 1e-9
    assert relative_gap(1.0, 1.5) == 0.0


def test_figures_that_differ_are_never_shown_alike():
    assert apart(2.0, 3.0) == ("2.0", "3.0")
    assert apart(0.0, 2.9e-11) == ("0.00000000000", "0.00000000003")
    assert apart(1e-20, 2e-20) == ("1e-20", "2e-20")
    assert apart(1234567.891, 1234567.8914, ",.2f") == ("1,234,567.8910", "1,234,567.8914")
