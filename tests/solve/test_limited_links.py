"""Chosen hub links within capacities where cities may have several hubs: by hand, by brute force, by the model."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import netdesign as nd
from netdesign import catalogue
from netdesign.errors import InstanceError
from netdesign.solve.core.engine import PricedPlan, SearchScope
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.linked.limited_links import LinkedOperating, LinkedSetBounds
from netdesign.solve.linked.limits import Limits, has_limits
from netdesign.solve.linked.prices import LinkedPrices
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.registry import ONE_YEAR
from tests.solve.test_agreement import assert_judged
from tests.solve.test_hub_links import few_left, grid
from tests.support.links_brute import LinksBrute
from tests.support.links_strategies import links_document
from tests.support.solving import question, read_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netdesign.instance import Instance


def two_hubs() -> dict[str, Any]:
    """Return an instance by hand: 10 t from C to D over hubs A and B, with a link of 0.5 a tonne between them."""
    cost = {("C", "A"): 1, ("C", "B"): 2, ("A", "D"): 5, ("B", "D"): 1, ("A", "B"): 1, ("B", "A"): 1}
    return {
        "format": "netdesign.instance/1",
        "name": "two hubs",
        "parcel": {"weight_kg": 1},
        "streams": {"all": {}},
        "problem": {"network": "chosen"},
        "factors": {"inter_hub": 0.5},
        "policies": {"hub_count": {"min": 2, "max": 2}},
        "tables": {
            "cities": [{"id": name} for name in "ABCD"],
            "hubs": [{"id": name, "fixed_cost_eur_per_year": 10} for name in "AB"],
            "legs": [{"from": start, "to": end, "cost_eur_per_t": eur} for (start, end), eur in cost.items()],
            "hub_links": [{"from": "A", "to": "B", "fixed_cost_eur_per_year": 3}],
            "demand": [{"origin": "C", "destination": "D", "volume_t_per_year": 10}],
        },
    }


_A, _B, _LINK = ("hubs", 0), ("hubs", 1), ("hub_links", 0)


@pytest.mark.parametrize(
    ("counts", "limited", "capacity", "cost", "links"),
    [
        # All over A and the link, at 1 + 0.5 + 1 a tonne; by B alone a tonne pays 2 + 1, by A alone 1 + 5.
        (None, None, None, 20 + 3 + 25, 1),
        # A collects 8, B the others.
        ("collected", _A, 8, 20 + 3 + 8 * 2.5 + 2 * 3, 1),
        # B handles 8, whether they come over the link or not, and A hands out the others.
        ("handled", _B, 8, 20 + 3 + 8 * 2.5 + 2 * 6, 1),
        ("collected", _B, 0.1, 20 + 3 + 25, 1),
        # The link carries 8; where it carries 4, it does not save what it costs.
        (None, _LINK, 8, 20 + 3 + 8 * 2.5 + 2 * 3, 1),
        (None, _LINK, 4, 20 + 30, 0),
    ],
)
def test_freight_is_divided_as_by_hand(counts, limited, capacity, cost, links, tmp_path):
    document = two_hubs()
    if counts is not None:
        document["policies"]["capacity"] = {"counts": counts}
    if limited is not None:
        document["tables"][limited[0]][limited[1]]["capacity_t_per_year"] = capacity
    instance = read_document(document, tmp_path)
    assert ONE_YEAR.choose("auto", instance).name == "enumeration"
    found = Enumeration(question(instance)).solve()
    assert found.plan is not None
    assert found.objective == pytest.approx(cost, abs=1e-6)
    assert found.bound == pytest.approx(cost, abs=1e-6)
    assert len(found.plan.links) == links


def limited_draws(seeds: range, folder: Path) -> Iterator[tuple[dict[str, Any], Instance]]:
    """Yield sound draws of chosen links in which something has a capacity."""
    for seed in seeds:
        document = links_document(Random(seed))
        try:
            instance = read_document(document, folder)
        except InstanceError:
            continue
        if has_limits(instance):
            yield document, instance


def test_no_bound_is_over_what_any_set_costs_and_each_set_is_operated_as_brute_force_says(tmp_path):
    """At any prices and cut-offs."""
    draw, looked_at = Random(3), 0
    for document, instance in limited_draws(range(24), tmp_path):
        asked = question(instance)
        state, limits = SearchState(asked.watch), Limits.of(instance)
        linked = LinkedPrices(instance, asked.network, state, has_limits=True)
        bounds, operating = LinkedSetBounds(linked, limits, state), LinkedOperating(linked, limits, state)
        place = {name: position for position, name in enumerate(instance.allowed)}
        for hubs, cost in LinksBrute(document).costs_of_sets().items():
            chosen = np.array(sorted(place[name] for name in hubs), dtype=np.int32)
            prices = np.array([draw.choice([0.0, 1.0, 30.0]) for _ in place])
            found = operating.operate(chosen, prices, linked.ceiling)
            assert found.cost == pytest.approx(cost, rel=1e-7)
            if np.isfinite(cost):
                looked_at += 1
                for cut_off in (cost * draw.choice([0.9, 1.1, 3.0]) + 1.0, cost * 1.0001 + 1e-3):
                    assert bounds.raised(chosen[None, :], prices, cut_off)[0][0] <= cost * (1 + 1e-9) + 1e-7
    assert looked_at > 15


@pytest.mark.parametrize("left", [None, 1])
def test_no_cut_is_over_a_known_plan_and_the_second_best_is_found(left, tmp_path):
    """Where all sets are listed, and where numbers of hubs and sites are branched on."""
    watch = Watch(SolveLimits(relative_gap=0.0, checks_cuts=True))
    seen = 0
    for document, instance in limited_draws(range(24), tmp_path):
        brute, asked = LinksBrute(document), question(instance, watch=watch)
        optimum = brute.solve_linked()
        second = brute.solve_linked(excluded=optimum.hubs)
        with few_left(left):
            engine = Enumeration(asked)
            assert_judged(asked, engine.solve(), optimum)
            assert_judged(asked, engine.solve(SearchScope(excluded=(optimum.hubs,))), second)
        seen += 1
    assert seen > 5


def limited_grid(cities: int, seed: int, counts: str, share: float, **rules: Any) -> nd.Instance:
    """Return a network of cities with up to four hubs, each of which takes a share of all freight."""
    plain = grid(cities, seed)
    freight = float(sum(row["volume_t_per_year"] for row in plain.to_dict()["tables"]["demand"]))
    policies = {"hub_count": {"min": 1, "max": 4}, "capacity": {"counts": counts}, "hub_links": rules}
    return grid(cities, seed, problem={"network": "chosen"}, policies=policies, capacities=share * freight)


@pytest.mark.parametrize("counts", ["collected", "handled"])
def test_engine_and_model_agree_where_several_hubs_are_needed(counts, tmp_path):
    instance = read_document(
        limited_grid(9, 4, counts, 0.35 if counts == "collected" else 0.6, shape="tree").to_dict(), tmp_path
    )
    asked = question(instance, catalogue.load_formulation("incomplete_multiple_allocation"))
    by_engine, by_model = Enumeration(asked).solve(), Monolithic(asked).solve()
    assert by_engine.objective == pytest.approx(by_model.objective, rel=1e-8)
    assert by_engine.bound == pytest.approx(by_engine.objective, rel=1e-9)


def test_a_stopped_search_has_a_bound_that_holds_and_a_plan_that_costs_what_it_says(tmp_path):
    instance = read_document(limited_grid(14, 2, "handled", 0.6, shape="tree").to_dict(), tmp_path)
    optimum = Enumeration(question(instance)).solve()
    asked = question(instance)
    kept: list[float] = []

    def stop(plan: Any, objective: float, bound: float) -> None:
        del plan
        kept.append(objective)
        assert bound <= optimum.objective * (1 + 1e-9)
        asked.watch.stopped.set()

    found = Enumeration(asked).solve(SearchScope(keep=stop))
    assert found.termination is Termination.INTERRUPTED
    assert found.objective >= optimum.objective * (1 - 1e-9)
    assert found.bound <= optimum.objective * (1 + 1e-9)
    assert kept[0] >= optimum.objective * (1 - 1e-9)


def test_a_search_begins_with_the_plan_that_it_is_given(tmp_path):
    """Its hubs are the first plan, whatever is found later."""
    instance = read_document(limited_grid(8, 1, "collected", 0.4).to_dict(), tmp_path)
    asked = question(instance)
    best = Enumeration(asked).solve()
    assert best.plan is not None
    kept: list[float] = []
    start = PricedPlan(best.plan, best.objective)
    search = SearchScope(start=start, keep=lambda plan, objective, bound: kept.append(objective))
    again = Enumeration(asked).solve(search)
    assert again.objective == pytest.approx(best.objective, rel=1e-9)
    assert kept == pytest.approx([best.objective], rel=1e-9)


def test_links_with_capacities_are_left_to_the_model_where_each_city_has_one_hub(tmp_path):
    document = two_hubs()
    document["problem"]["allocation"] = "single"
    document["tables"]["hub_links"][0]["capacity_t_per_year"] = 12
    refused = ONE_YEAR.refusal("enumeration", read_document(document, tmp_path))
    assert refused == "hub links with capacities of hub links"


def test_a_toll_is_paid_by_freight_that_has_to_begin_where_it_costs_more(tmp_path):
    """D gets freight over A, B and the link, though over B alone it would be no dearer: B has no room to collect it."""
    document = two_hubs()
    document["policies"]["capacity"] = {"counts": "collected"}
    document["tables"]["hubs"][1]["capacity_t_per_year"] = 0.5
    # Over B alone as over A and the link, 2.5 a tonne; another pays no link at all.
    for leg in document["tables"]["legs"]:
        leg["cost_eur_per_t"] = 1.5 if (leg["from"], leg["to"]) == ("C", "B") else leg["cost_eur_per_t"]
    instance = read_document(document, tmp_path)
    asked = question(instance)
    state = SearchState(asked.watch)
    free, limited = (LinkedPrices(instance, asked.network, state, has_limits=has) for has in (False, True))
    assert free.toll.max() == 0.0
    assert limited.toll.max() == pytest.approx(3 / 10)
    found = Enumeration(asked).solve()
    assert found.objective == pytest.approx(20 + 3 + 25, abs=1e-6)
