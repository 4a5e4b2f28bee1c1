"""What turns networks with chosen hub links, sweeps and frontiers of them, against brute force that shares no code."""

from __future__ import annotations

import itertools
from copy import deepcopy
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

import netdesign as nd
from netdesign.analysis.frontier_call import Measure
from netdesign.errors import InstanceError, UsageError
from netdesign.results.tipping_document import TippingMethod
from netdesign.solve.core.outcome import Termination
from tests.analysis.test_frontier import answer as frontier
from tests.analysis.test_tipping import STEP, answer, moved, names
from tests.support.links_brute import LinksBrute
from tests.support.links_strategies import full_hubs_document, links_document
from tests.support.solving import read_document, written

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.results.tipping_document import FigurePart
    from tests.support.solving import Document

NEAR = 1e-7
"""Relative difference below which two costs are one."""


def drawn_figure(draw: Random, document: Document) -> tuple[str, float, float]:
    """Return a figure that matters where links are chosen, with a range around its value."""
    document.setdefault("volume_factor", 1)
    figures = [
        ("factors.inter_hub", 0.02, draw.uniform(0.9, 3.0)),
        ("volume_factor", draw.uniform(0.02, 0.5), draw.uniform(2.1, 20.0)),
    ]
    hubs = [row["id"] for row in document["tables"]["hubs"] if "fixed_cost_eur_per_year" in row]
    if hubs:
        figures += [(f"hubs.{draw.choice(hubs)}.fixed_cost_eur_per_year", 0.0, draw.uniform(3_000, 60_000))] * 2
    links = [at for at, row in enumerate(document["tables"].get("hub_links", [])) if "fixed_cost_eur_per_year" in row]
    if links:
        figures += [(f"hub_links.{draw.choice(links)}.fixed_cost_eur_per_year", 0.0, draw.uniform(3_000, 30_000))] * 3
    return draw.choice(figures)


def is_best(document: Document, figure: str, value: float, hubs: frozenset[str]) -> bool:
    """Return whether no set of hubs with any links costs less at a value."""
    costs = LinksBrute(moved(document, figure, value)).costs_of_sets()
    return costs[hubs] <= min(costs.values()) * (1 + NEAR)


def agree(document: Document, one: FigurePart, draw: Random) -> None:
    """Compare an answer with brute force at all values that it has solved, beside its changes, and in between."""
    width = one.high - one.low
    for point in one.points:
        costs = LinksBrute(moved(document, one.name, point.value)).costs_of_sets()
        if point.objective is None:
            assert not np.isfinite(list(costs.values())).any()
            continue
        assert point.objective == pytest.approx(min(costs.values()), rel=NEAR)
        assert costs[frozenset(point.open_hubs)] == pytest.approx(point.objective, rel=NEAR)
    if one.method is not TippingMethod.EXACT:
        return
    assert one.is_proven
    assert not (one.changes and None in [point.objective for point in one.points])
    for change in one.changes:
        assert is_best(document, one.name, change.at_least - STEP * width, frozenset(change.before))
        assert is_best(document, one.name, change.at_least + STEP * width, frozenset(change.after))
    for value in (draw.uniform(one.low, one.high) for _ in range(3)):
        if one.points[0].objective is not None and all(
            abs(value - change.at_least) > STEP * width for change in one.changes
        ):
            assert is_best(document, one.name, value, names(one, value))


def agree_on(seed: int, folder: Path) -> tuple[int, int]:
    """Compare a draw; return how often its hubs change, and whether links do where these stay."""
    draw = Random(f"chosen links {seed}")
    document = links_document(draw)
    try:
        read_document(document, folder)
    except InstanceError:
        return 0, 0
    figure, low, high = drawn_figure(draw, document)
    found = answer(document, folder, figure, low, high)
    if not found.figures:
        return 0, 0
    [one] = found.figures
    if one.method is TippingMethod.NO_EFFECT:
        return 0, 0
    agree(document, one, draw)
    ends = [found.plans[point.plan] for point in one.points if point.plan is not None]
    links = {(frozenset(plan.open_hubs), frozenset(plan.links or ())) for plan in ends}
    return len(one.changes), len(links) - len({hubs for hubs, _ in links})


def test_what_turns_chosen_links_is_what_brute_force_says(tmp_path):
    found = [agree_on(seed, tmp_path) for seed in range(10)]
    assert sum(changes for changes, _ in found) > 0


def test_a_network_of_today_that_has_no_ring_says_how_many_hubs_it_has(tmp_path):
    """Its instance is not sound, so that its number of hubs is not that of a search."""
    names = ("A", "B", "C")
    tables = {
        "cities": [{"id": name} for name in names],
        "hubs": [
            {"id": name, "status": "existing" if name == "A" else "candidate", "fixed_cost_eur_per_year": 9}
            for name in names
        ],
        "legs": [{"from": start, "to": end, "cost_eur_per_t": 1} for start, end in itertools.permutations(names, 2)],
        "demand": [{"origin": "A", "destination": "B", "volume_t_per_year": 5}],
    }
    document = {
        "format": "netdesign.instance/1",
        "name": "no ring today",
        "parcel": {"weight_kg": 1},
        "streams": {"all": {}},
        "factors": {"inter_hub": 0.5},
        "problem": {"network": "chosen"},
        "policies": {"hub_links": {"shape": "ring"}},
        "tables": tables,
    }
    today = answer(document, tmp_path, "factors.inter_hub", 0.1, 1.0).today
    assert today is not None
    assert (today.hubs, today.permitted, today.termination) == (1, True, Termination.INFEASIBLE)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_further_draws_of_chosen_links(tmp_path):
    found = [agree_on(seed, tmp_path) for seed in range(10, 130)]
    assert sum(changes for changes, _ in found) >= 9
    assert sum(other_links for _, other_links in found) >= 9


@pytest.mark.parametrize("drawn", [links_document, full_hubs_document])
def test_rows_of_a_sweep_have_the_links_that_brute_force_finds(drawn, tmp_path):
    document = drawn(Random(5))
    with written(document, tmp_path):
        found = nd.sweep(str(tmp_path), over={"factors.inter_hub": [0.1, 0.5, 0.9]})
        assert not nd.verify(str(tmp_path), found).contradictions
    for row in found.document.rows:
        best = LinksBrute(moved(document, "factors.inter_hub", row.values[0])).solve_linked()
        assert row.objective == pytest.approx(best.cost, rel=NEAR)
        assert found.document.plans[row.plan].links is not None


def agree_on_carbon(seed: int, folder: Path) -> int:
    """Compare each point of a frontier of cost and carbon: nothing that emits as little costs less."""
    draw = Random(f"frontier of chosen links {seed}")
    document = links_document(draw)
    for leg in document["tables"].get("legs", ()):
        leg["co2e_kg_per_t"] = draw.randint(1, 60)
    if "road" in document:
        document["road"] |= {"co2e_g_per_tkm": draw.choice((60, 100)), "sea_co2e_g_per_tkm": 0}
    measures = (Measure.COST, Measure.CARBON)
    try:
        found = frontier(document, folder, measures=measures, steps=4)
    except (InstanceError, UsageError):
        return 0
    for point in found.points:
        capped = deepcopy(document)
        capped.setdefault("policies", {})["carbon"] = {"cap_t_per_year": point.co2e_t_per_year * (1 + 1e-9)}
        assert point.network.objective == pytest.approx(LinksBrute(capped).solve_linked().cost, rel=2e-6)
    return len(found.points)


@pytest.mark.parametrize("seed", range(3))
def test_no_point_of_a_frontier_is_beaten(seed, tmp_path):
    assert agree_on_carbon(seed, tmp_path) > 0


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_no_point_of_further_frontiers_is_beaten(tmp_path):
    assert sum(agree_on_carbon(seed, tmp_path) > 2 for seed in range(3, 103)) > 25


def in_a_row(**policies: object) -> Document:
    """Return five cities in a row: each leg along it emits 1 kg, any other 50; 10 t go from end to end."""
    row = "ABCDE"
    legs = [
        {"from": start, "to": end, "cost_eur_per_t": 1, "co2e_kg_per_t": 1 if abs(place - other) == 1 else 50}
        for (place, start), (other, end) in itertools.permutations(enumerate(row), 2)
    ]
    return {
        "format": "netdesign.instance/1",
        "name": "row",
        "parcel": {"weight_kg": 1},
        "streams": {"all": {}},
        "problem": {"network": "chosen"},
        "policies": {"hub_count": {"min": 3}, **policies},
        "tables": {
            "cities": [{"id": name} for name in row],
            "hubs": [{"id": name, "fixed_cost_eur_per_year": 1} for name in row],
            "legs": legs,
            "demand": [{"origin": "A", "destination": "E", "volume_t_per_year": 10}],
        },
    }


def test_a_cap_on_carbon_is_kept_on_a_way_over_links_that_no_leg_straight_keeps():
    """By hand: over B, C and D 10 t emit 40 kg; over any two hubs at least 520."""
    document = in_a_row(carbon={"cap_t_per_year": 0.05})
    found = nd.solve(nd.Instance.from_dict(document))
    assert found.objective == pytest.approx(LinksBrute(document).solve_linked().cost)
    assert found.document.networks[0].open_hubs == ["B", "C", "D"]


def test_a_frontier_says_parts_of_a_tonne():
    lines = str(nd.frontier(nd.Instance.from_dict(in_a_row()), measures="cost,carbon"))
    assert "Least carbon is 0.04 t CO2e a year, with B + C + D" in lines
