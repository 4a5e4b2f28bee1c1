"""Chosen hub links: models, enumeration, referee and brute force agree on random instances on which links decide."""

from __future__ import annotations

import itertools
from collections import Counter
from contextlib import ExitStack, contextmanager
from random import Random
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np
import pytest

import netdesign as nd
from netdesign import catalogue
from netdesign.errors import InstanceError
from netdesign.network import build_network
from netdesign.solve.capacitated.heuristic import BoundedSets
from netdesign.solve.core.engine import PricedPlan, SearchScope
from netdesign.solve.core.outcome import Termination
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.linked import allocated, allocated_sets, search, set_search
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.registry import ONE_YEAR
from tests.solve.test_agreement import assert_judged, route_faults
from tests.support.links_brute import LINK_PARTS, LinksBrute
from tests.support.links_strategies import full_hubs_document, leaning_document, links_document
from tests.support.literature import published
from tests.support.solving import question, read_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netdesign.plan import Plan

ALLOCATIONS = ("multiple", "single")
DRAWS = 560
"""Seeds from 0 on, for the long tests."""

LEAST_BINDING = 50
"""In how many of the draws of an allocation each part has to decide."""


@contextmanager
def few_left(sets: int | None) -> Iterator[None]:
    """Let the relaxation branch until so few sets of a number of hubs are left; None for as many as suit."""
    if sets is None:
        yield
        return
    with ExitStack() as patches:
        for listing in (set_search.LinkedSets, BoundedSets):
            patches.enter_context(patch.object(listing, "most", lambda *_: sets))
        patches.enter_context(patch.object(allocated_sets, "MOST_LEFT", sets))
        yield


@contextmanager
def most_listed(sets: int) -> Iterator[None]:
    """Have all sets of hubs listed where they are so many at most."""
    with patch.object(search, "MOST_LISTED", sets), patch.object(allocated, "MOST_LISTED", sets):
        yield


def agree_on(document: dict[str, Any], folder: Path) -> tuple[bool, tuple[str, ...]]:
    """Solve by brute force and by all that state it, compare; return whether there is a plan, and what binds."""
    brute = LinksBrute(document)
    optimum = brute.solve_linked()
    try:
        instance = read_document(document, folder)
    except InstanceError:
        assert not optimum.is_feasible
        return False, brute.binding_links(optimum)
    if route_faults(instance, build_network(instance)):
        assert not optimum.is_feasible
        return False, ()
    name = f"incomplete_{document['problem']['allocation']}_allocation"
    asked = question(instance, catalogue.load_formulation(name))
    assert_judged(asked, Monolithic(asked).solve(), optimum)
    if ONE_YEAR.refusal("enumeration", instance) is None:
        # The second best set of hubs, with what the engine knows by now.
        others = SearchScope(excluded=(optimum.hubs,))
        second = brute.solve_linked(excluded=optimum.hubs)
        for listed, left in ((10**9, None), (0, None), (0, 1)):
            engine = Enumeration(asked)
            with most_listed(listed), few_left(left):
                assert_judged(asked, engine.solve(), optimum)
                assert_judged(asked, engine.solve(others), second)
    return optimum.is_feasible, brute.binding_links(optimum)


def drawn(seed: int, allocation: str) -> dict[str, Any]:
    """Return the instance of a seed: one that leans to each part in turn; what links cost decides anyway."""
    draw, part = Random(seed), LINK_PARTS[seed % len(LINK_PARTS)]
    return links_document(draw, allocation) if part == "link cost" else leaning_document(draw, allocation, part)


def draws(seeds: range, allocation: str, folder: Path) -> list[tuple[bool, tuple[str, ...]]]:
    """Return how the draws of some seeds end, all of them agreed on."""
    found = []
    for seed in seeds:
        try:
            found.append(agree_on(drawn(seed, allocation), folder))
        except Exception as error:
            error.add_note(f"drawn({seed}, {allocation!r})")
            raise
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for instance files, one at a time."""
    return tmp_path_factory.mktemp("links")


@pytest.mark.parametrize("allocation", ALLOCATIONS)
def test_models_enumeration_referee_and_brute_force_agree(allocation, folder):
    found = draws(range(10), allocation, folder)
    assert sum(is_feasible for is_feasible, _ in found) >= 4


@pytest.mark.parametrize(
    "seeds", [range(2, 9), pytest.param(range(9, 120), marks=[pytest.mark.long, pytest.mark.timeout(3600)])]
)
def test_they_agree_on_hubs_that_collect_little_where_each_city_has_one(seeds, folder):
    """In some of them the room decides, and nothing keeps enumeration from stating those that have a plan."""
    found, states = [], 0
    for seed in seeds:
        document = full_hubs_document(Random(seed))
        if document is not None:
            found.append(agree_on(document, folder))
            states += found[-1][0] and ONE_YEAR.refusal("enumeration", read_document(document, folder)) is None
    assert sum("capacity" in parts for _, parts in found) >= len(found) / 4
    assert states >= len(found) / 4


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("allocation", ALLOCATIONS)
def test_they_agree_on_all_draws_and_each_part_decides_often(allocation, folder):
    """Same feasibility, same optimum, and a plan without violations; no rule is there that never changes the answer."""
    found = draws(range(DRAWS), allocation, folder)
    binding = Counter(part for _, parts in found for part in parts)
    assert {part: binding[part] for part in LINK_PARTS if binding[part] < LEAST_BINDING} == {}
    assert sum(is_feasible for is_feasible, _ in found) >= len(found) / 2


def grid(cities: int, seed: int, fixed_costs: float = 5000, **blocks: Any) -> nd.Instance:
    """Return a network of cities in the plane, each of which may be a hub."""
    draw = np.random.default_rng(seed)
    place = draw.uniform(0, 1000, (cities, 2))
    cost = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1))
    flow = draw.uniform(1, 10, (cities, cities)) * (1 - np.eye(cities))
    return nd.Instance.from_matrices(flow, cost, alpha=0.6, fixed_costs=fixed_costs, **blocks)


@pytest.mark.parametrize("seed", range(32))
@pytest.mark.parametrize("allocation", ALLOCATIONS)
def test_with_all_links_free_the_complete_network_comes_back(allocation, seed):
    """Where no detour is shorter; so it does with as many links as there are pairs."""
    cities, hubs = 5 + seed % 4, 2 + seed % 3
    complete = nd.solve(grid(cities, seed, hubs=hubs, allocation=allocation))
    problem = {"allocation": allocation, "network": "chosen"}
    number, pairs = {"hub_count": {"min": hubs, "max": hubs}}, hubs * (hubs - 1) // 2
    for rules in ({}, {"hub_links": {"min": pairs, "max": pairs}}, {"hub_links": {"most_on_a_route": 1}}):
        chosen = nd.solve(grid(cities, seed, problem=problem, policies=number | rules))
        assert chosen.objective == pytest.approx(complete.objective, rel=1e-9)
        assert chosen.bound == pytest.approx(complete.objective, rel=1e-9)


def test_fewer_links_cost_more_and_each_number_is_kept():
    problem, costs = {"network": "chosen"}, []
    for most in (3, 4, 5, 6):
        policies = {"hub_count": {"min": 4, "max": 4}, "hub_links": {"max": most, "connected": True}}
        found = nd.solve(grid(9, 5, problem=problem, policies=policies))
        links = found.document.plan.links
        assert links is not None
        assert 3 <= len(links) <= most
        costs.append(found.objective)
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > costs[-1]


def test_a_way_over_many_links_may_be_dearer_than_any_single_leg(tmp_path):
    """By hand: six hubs in a line at 1 a year each, 9 t from end to end over five links of 1 a tonne each."""
    names = ["a", "b", "c", "d", "e", "f"]
    lines = [{"from": start, "to": end} for start, end in itertools.pairwise(names)]
    legs = [leg | {"cost_eur_per_t": 1} for line in lines for leg in (line, {"from": line["to"], "to": line["from"]})]
    document = {
        "format": "netdesign.instance/1",
        "name": "line",
        "parcel": {"weight_kg": 1},
        "streams": {"all": {}},
        "problem": {"network": "chosen", "allocation": "single"},
        "factors": {"inter_hub": 1.0},
        "policies": {"hub_count": {"min": 6}},
        "tables": {
            "cities": [{"id": name} for name in names],
            "hubs": [{"id": name, "fixed_cost_eur_per_year": 1} for name in names],
            "legs": legs,
            "hub_links": lines,
            "demand": [{"origin": "a", "destination": "f", "volume_t_per_year": 9}],
        },
    }
    solution = Enumeration(question(read_document(document, tmp_path))).solve()
    assert solution.objective == pytest.approx(6 + 9 * 5)
    assert solution.bound == pytest.approx(6 + 9 * 5)


def linked(p: int, **rules: Any) -> dict[str, Any]:
    """Return the blocks of a problem of single allocation and p hubs with chosen links."""
    policies = {"hub_count": {"min": p, "max": p}, "hub_links": rules}
    return {"problem": {"allocation": "single", "network": "chosen"}, "policies": policies}


def test_stopped_after_its_first_plan_single_allocation_keeps_it_with_a_bound(tmp_path):
    """And what is proven of all is no more than the optimum."""
    instance = read_document(grid(12, 1, **linked(4, max=3)).to_dict(), tmp_path)
    asked = question(instance)
    best = Enumeration(asked).solve()
    stopped = question(instance)

    def stop(plan: Plan | None, *_: float) -> None:
        if plan is not None:
            stopped.watch.stopped.set()

    found = Enumeration(stopped).solve(SearchScope(keep=stop))
    assert found.termination is Termination.INTERRUPTED
    assert found.plan is not None
    assert found.bound <= best.objective <= found.objective


@pytest.mark.parametrize("allocation", ALLOCATIONS)
def test_a_plan_to_begin_with_is_the_answer_of_a_search_without_time(allocation, tmp_path):
    """With its links, priced again over them."""
    document = grid(10, 1, **linked(3, max=2)).to_dict()
    document["problem"]["allocation"] = allocation
    asked = question(read_document(document, tmp_path))
    best = Enumeration(asked).solve()
    second = Enumeration(asked).solve(SearchScope(excluded=(best.plan.open_hubs,)))
    for begun in (best, second):
        again = Enumeration(asked).solve(SearchScope(start=PricedPlan(begun.plan, begun.objective)))
        assert again.objective == pytest.approx(best.objective)
        assert again.bound == pytest.approx(best.objective)
    asked.watch.stopped.set()
    start = PricedPlan(best.plan, best.objective)
    found = Enumeration(asked).solve(SearchScope(start=start))
    assert found.termination is Termination.INTERRUPTED
    assert found.plan.links == best.plan.links
    assert found.objective == pytest.approx(best.objective)
    assert found.bound <= best.objective


@pytest.mark.parametrize(
    ("hubs", "rules", "cost", "engine"),
    [
        ({"min": 3, "max": 6}, {"max": 4}, 0, "enumeration"),
        ({"min": 3, "max": 7}, {"max": 4}, 5000, "enumeration"),
        ({"min": 3, "max": 7}, {"max": 4}, 0, "monolithic"),
        ({"min": 7, "max": 7}, {"max": 8}, 5000, "monolithic"),
        ({"min": 3, "max": 7}, {"most_on_a_route": 2}, 0, "enumeration"),
    ],
)
def test_single_allocation_of_many_hubs_is_left_to_the_model_where_nothing_keeps_them_few(
    hubs, rules, cost, engine, tmp_path
):
    problem = {"allocation": "single", "network": "chosen"}
    chosen = grid(8, 2, fixed_costs=cost, problem=problem, policies={"hub_count": hubs, "hub_links": rules})
    assert ONE_YEAR.choose("auto", read_document(chosen.to_dict(), tmp_path)).name == engine


@pytest.mark.parametrize("cost", [5000, 1])
def test_a_range_that_reaches_seven_hubs_is_proven_whether_or_not_many_pay(cost, tmp_path):
    """The model says the same; at next to no cost the best have seven."""
    policies = {"hub_count": {"min": 1, "max": 7}, "hub_links": {"max": 12, "connected": True}}
    problem = {"allocation": "single", "network": "chosen"}
    chosen = grid(7, 4, fixed_costs=cost, problem=problem, policies=policies)
    asked = question(
        read_document(chosen.to_dict(), tmp_path), catalogue.load_formulation("incomplete_single_allocation")
    )
    by_engine, by_model = Enumeration(asked).solve(), Monolithic(asked).solve()
    assert by_engine.plan is not None
    assert (len(by_engine.plan.open_hubs) == 7) == (cost == 1)
    assert by_engine.objective == pytest.approx(by_model.objective, rel=1e-6)
    assert by_engine.bound == pytest.approx(by_engine.objective, rel=1e-9)


@pytest.mark.parametrize(
    ("counts", "origin", "refused"),
    [
        ("collected", "a", None),
        ("handled", "a", "capacities that count handled freight"),
        ("collected", "far", "capacities and freight from overseas under single allocation"),
    ],
)
def test_room_that_cities_do_not_fill_by_what_they_send_is_left_to_the_model(counts, origin, refused, tmp_path):
    document = {
        "format": "netdesign.instance/1",
        "name": "gates",
        "parcel": {"weight_kg": 1},
        "streams": {"all": {}},
        "problem": {"network": "chosen", "allocation": "single"},
        "factors": {"inter_hub": 1.0},
        "air": {"inbound_rate_eur_per_kg": 1, "outbound_rate_eur_per_kg": 1, "distance_share": 0, "fixed_h": 1}
        | {"reference_distance_km": 9000, "block_speed_kmh": 850, "routing_factor": 1},
        "night_wait_h": {"open": 0, "restricted": 0, "closed": 0, "unknown": 0},
        "policies": {"capacity": {"counts": counts}},
        "tables": {
            "cities": [{"id": "a"}, {"id": "b"}],
            "overseas": [{"id": "far"}],
            "hubs": [{"id": name, "capacity_t_per_year": 50, "fixed_cost_eur_per_year": 1} for name in "ab"],
            "legs": [{"from": start, "to": end, "cost_eur_per_t": 1} for start, end in ("ab", "ba")],
            "links": [{"from": hub, "to": "far", "mode": "air", "km": 9000} for hub in "ab"],
            "demand": [{"origin": origin, "destination": "b", "volume_t_per_year": 9}],
        },
    }
    instance = read_document(document, tmp_path)
    expected = None if refused is None else f"hub links with {refused}"
    assert ONE_YEAR.refusal("enumeration", instance) == expected
    assert ONE_YEAR.choose("auto", instance).name == ("enumeration" if refused is None else "monolithic")


@pytest.mark.parametrize(
    ("file", "nodes", "p", "q"),
    [
        ("ap/APdata200", 10, 3, 2),
        ("ap/APdata200", 10, 4, 4),
        pytest.param("ap/APdata200", 20, 3, 2, marks=pytest.mark.long),
        pytest.param("cab/CAB.txt", 12, 3, 2, marks=pytest.mark.long),
        pytest.param("cab/CAB.txt", 12, 4, 4, marks=pytest.mark.long),
    ],
)
def test_engine_and_model_agree_on_cuts_of_published_instances(file, nodes, p, q, tmp_path):
    cut = nd.read(published(file), format_in=file[: file.index("/")], nodes=nodes)
    instance = read_document(cut.replace(**linked(p, max=q)).to_dict(), tmp_path)
    asked = question(instance, catalogue.load_formulation("incomplete_single_allocation"))
    by_engine, by_model = Enumeration(asked).solve(), Monolithic(asked).solve()
    assert by_model.termination is Termination.OPTIMAL
    assert by_engine.objective == pytest.approx(by_model.objective, rel=1e-6)
    assert by_engine.bound == pytest.approx(by_engine.objective, rel=1e-9)


@pytest.mark.parametrize(("kinds", "nodes"), [("LL", 10), ("TT", 10), pytest.param("TT", 20, marks=pytest.mark.long)])
def test_published_capacities_with_hubs_in_a_tree_are_kept_as_the_model_keeps_them(kinds, nodes, tmp_path):
    """All sets listed or not; and with the best hubs left out."""
    files = {
        "fixed_costs": published(f"ap/Fcost{kinds[0]}.{nodes}"),
        "capacities": published(f"ap/Cap{kinds[1]}.{nodes}"),
    }
    read = nd.read(published("ap/APdata200"), format_in="ap", nodes=nodes, **files)
    chosen = read.replace(problem={"allocation": "single", "network": "chosen"})
    document = chosen.to_dict()
    document["policies"] = document.get("policies", {}) | {"hub_links": {"shape": "tree"}}
    asked = question(read_document(document, tmp_path), catalogue.load_formulation("incomplete_single_allocation"))
    by_model = Monolithic(asked).solve()
    assert by_model.plan is not None
    others = SearchScope(excluded=(by_model.plan.open_hubs,))
    second = Monolithic(asked).solve(others)
    for listed in (LISTED, MANY):
        with most_listed(listed):
            engine = Enumeration(asked)
            for scope, of_model in ((SearchScope(), by_model), (others, second)):
                found = engine.solve(scope)
                assert found.objective == pytest.approx(of_model.objective, rel=1e-6)
                assert found.bound == pytest.approx(found.objective, rel=1e-9)


LISTED, MANY = 10**9, 0
"""Most sets of hubs that are all listed: any number of them, or none."""


def cost(listed: int, left: int | None, instance: Any, **asked: Any) -> float:
    """Return what the best network costs, by all sets listed or by the search of many."""
    with most_listed(listed), few_left(left):
        answer = nd.solve(instance, gap=1e-9, **asked)
    assert answer.bound == pytest.approx(answer.objective, rel=1e-8)
    return answer.objective


def priced_links(cities: int, seed: int, **policies: Any) -> nd.Instance:
    """Return such a network whose links cost so much a piece and by distance."""
    draw = np.random.default_rng(seed)
    rows = [
        {"from": str(a), "to": str(b), "fixed_cost_eur_per_year": round(float(draw.uniform(200, 6000)), 2)}
        for a, b in itertools.combinations(range(1, cities + 1), 2)
    ]
    plain = grid(cities, seed, names=[str(city + 1) for city in range(cities)], problem={"network": "chosen"})
    document = plain.to_dict()
    document["tables"]["hub_links"] = rows
    document["policies"] = policies
    return nd.Instance.from_dict(document)


@pytest.mark.parametrize("left", [None, 1])
@pytest.mark.parametrize("seed", range(2))
def test_many_sets_are_searched_as_if_all_were_listed(seed, left):
    """With links that cost, two to four hubs; and where the relaxation has to branch."""
    for rules in ({"connected": True}, {"max": 4}, {"most_on_a_route": 1}):
        instance = priced_links(9, seed, hub_count={"min": 2, "max": 4}, hub_links=rules)
        assert cost(MANY, left, instance) == pytest.approx(cost(LISTED, None, instance), rel=1e-9)


@pytest.mark.parametrize("left", [None, 1])
def test_sorting_centres_are_open_in_numbers_of_their_own(left):
    """The model says the same."""
    document = priced_links(8, 7, hub_count={"min": 2, "max": 3}).to_dict()
    document["policies"]["sorting_centres"] = {"min": 1, "max": 2}
    for hub in document["tables"]["hubs"][4:]:
        hub["kind"] = "sorting_centre"
    kinds = {hub["id"]: hub.get("kind") for hub in document["tables"]["hubs"]}
    rows = document["tables"]["hub_links"]
    document["tables"]["hub_links"] = [row for row in rows if None in (kinds[row["from"]], kinds[row["to"]])]
    instance = nd.Instance.from_dict(document)
    model = nd.solve(instance, engine="monolithic", gap=1e-9)
    assert cost(MANY, left, instance) == pytest.approx(model.objective, rel=1e-8)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("family", "form", "file"), [("ap", "ap", "APdata200"), ("cab", "cab", "CAB.txt")])
def test_published_networks_with_each_number_of_links_are_those_of_all_sets(family, form, file):
    for hubs in (2, 3, 4, 5):
        for links in range(1, hubs * (hubs - 1) // 2 + 1):
            changes = {"problem.network": "chosen", "policies.hub_links.max": links}
            instance = nd.read(published(f"{family}/{file}"), format_in=form, nodes=25)
            asked = {"hubs": hubs, "set": changes}
            assert cost(MANY, None, instance, **asked) == pytest.approx(cost(LISTED, None, instance, **asked), rel=1e-9)
