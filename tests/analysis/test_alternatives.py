"""Alternatives are all networks within the margin and no other, as brute force lists them."""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import dataclass
from itertools import combinations, pairwise
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from netdesign.analysis import diverse
from netdesign.analysis.alternatives import list_alternatives
from netdesign.analysis.call import AlternativesCall
from netdesign.analysis.diverse import most_different
from netdesign.analysis.margin import Margin
from netdesign.analysis.verify import verify
from netdesign.errors import UsageError
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.registry import ONE_YEAR
from tests.analysis.test_runner_up import wide
from tests.support.brute_force import BruteForce
from tests.support.centres import centres_document
from tests.support.services_brute import ServicesBrute
from tests.support.services_strategies import services_document
from tests.support.small_brute import SmallProblem
from tests.support.solving import read_document, written
from tests.support.strategies import carbon_document, random_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.results.alternatives_document import AlternativesDocument
    from tests.support.solving import Document

APART = 1e-5
"""Relative difference of two costs between which a margin may end, so that no rounding decides."""

DRAWN = {
    "freight": (random_document, BruteForce),
    "carbon": (carbon_document, BruteForce),
    "centres": (centres_document, BruteForce),
    "vehicles": (services_document, ServicesBrute),
}
"""How instances of a kind are drawn, and who solves them by brute force."""


@dataclass(frozen=True)
class Ranked:
    """A permitted set of hubs, and what its best operation costs."""

    cost: float
    hubs: frozenset[str]


def ranking(brute: BruteForce) -> list[Ranked]:
    """Return all feasible sets by brute force, the cheapest first."""
    found = []
    for hubs in brute.permitted_sets():
        with patch.object(brute, "permitted_sets", lambda without="", hubs=hubs: [hubs]):
            found.append(Ranked(brute.solve().cost, frozenset(hubs)))
    return sorted((one for one in found if math.isfinite(one.cost)), key=lambda one: one.cost)


def drawn_margin(draw: Random, ranked: list[Ranked]) -> float:
    """Return a margin that ends between two costs, or beyond all of them, EUR/year."""
    best = ranked[0].cost
    ends = [
        (low.cost + high.cost) / 2 - best for low, high in pairwise(ranked) if high.cost - low.cost > APART * high.cost
    ]
    return draw.choice([*ends, ranked[-1].cost - best + 1.0 + 0.01 * best])


def engine_for(draw: Random, brute: BruteForce, folder: Path, document: Document) -> str:
    """Return an engine that can state an instance."""
    instance = read_document(document, folder)
    able = [name for name in ONE_YEAR.names if ONE_YEAR.refusal(name, instance) is None]
    return draw.choice(["auto", *able])


def answer(document: Document, folder: Path, **options: object) -> AlternativesDocument:
    """Return the alternatives of a document, which the referee then confirms."""
    gap = options.pop("gap", 1e-6)
    with written(document, folder):
        call = AlternativesCall(**options)
        _, found = list_alternatives(str(folder), call, Watch(SolveLimits(relative_gap=gap)))
        contradictions, _ = verify(str(folder), found)
    assert contradictions.contradictions == ()
    return found


def with_policies(document: Document, **more: list[str]) -> Document:
    """Return a document with more required or forbidden sites."""
    changed = deepcopy(document)
    policies = changed.setdefault("policies", {})
    for name, sites in more.items():
        policies[name] = [*policies.get(name, ()), *sites]
    return changed


def agree_on(kind: str, seed: int, folder: Path) -> bool:
    """Compare a list, and the answer under a condition, with brute force; return whether there is any network."""
    draw = Random(f"alternatives {kind} {seed}")
    make, force = DRAWN[kind]
    document = make(draw)
    brute = force(document)
    ranked = ranking(brute)
    if not ranked:
        return False
    within = drawn_margin(draw, ranked)
    sites = [row["id"] for row in document["tables"]["hubs"]]
    condition = draw.choice(["with_sites", "without_sites"])
    site = draw.choice(sites)
    options = {"within": Margin(within, is_share=False), "engine": engine_for(draw, brute, folder, document)}
    found = answer(document, folder, **options)
    agree_on_list(found, ranked, within)
    try:
        found = answer(document, folder, **options, **{condition: (site,)})
    except UsageError:
        found = None
    policy = {"with_sites": "required", "without_sites": "forbidden"}[condition]
    under = [] if is_refused(document, condition, site) else ranking(force(with_policies(document, **{policy: [site]})))
    agree_on_condition(found, under)
    return True


def is_refused(document: Document, condition: str, site: str) -> bool:
    """Return whether a condition names an existing hub to be closed, or a forbidden one to be opened."""
    if condition == "with_sites":
        return site in document.get("policies", {}).get("forbidden", ())
    return any(row["id"] == site and row.get("status") == "existing" for row in document["tables"]["hubs"])


def agree_on_list(found: AlternativesDocument, ranked: list[Ranked], within: float) -> None:
    expected = [one for one in ranked if one.cost <= ranked[0].cost + within]
    listed = [one.network for one in found.networks]
    assert {frozenset(network.open_hubs) for network in listed} == {one.hubs for one in expected}
    assert len(listed) == len(expected)
    assert [network.objective for network in listed] == pytest.approx([one.cost for one in expected], rel=2e-6)
    assert [one.difference for one in found.networks] == pytest.approx(
        [network.objective - listed[0].objective for network in listed]
    )
    assert found.is_complete
    assert found.termination is Termination.OPTIMAL
    others = ranked[len(expected) :]
    if found.others_bound is None:
        assert not others
    else:
        assert (
            ranked[0].cost + within
            < found.others_bound
            <= min((one.cost for one in others), default=math.inf) * (1 + 1e-6)
        )


def agree_on_condition(found: AlternativesDocument | None, under: list[Ranked]) -> None:
    if found is None:
        assert not under
        return
    network = found.condition.network
    if not under:
        assert network.termination is Termination.INFEASIBLE
        assert found.condition.difference is None
        return
    assert network.objective == pytest.approx(under[0].cost, rel=2e-6)
    assert network.bound == pytest.approx(under[0].cost, rel=2e-6)
    least, most = found.condition.difference_at_least, found.condition.difference_at_most
    assert least <= found.condition.difference <= most
    assert found.condition.against_best.costs.total == pytest.approx(found.condition.difference, abs=1e-3)


QUICK = {"freight": range(12), "carbon": range(8), "centres": range(4), "vehicles": range(3)}
LONG = {"freight": range(12, 160), "carbon": range(8, 60), "centres": range(4, 60), "vehicles": range(3, 60)}


@pytest.mark.parametrize(
    ("kind", "seeds"),
    [
        *(pytest.param(kind, seeds, id=f"{kind}, quick") for kind, seeds in QUICK.items()),
        *(pytest.param(kind, seeds, id=kind, marks=pytest.mark.long) for kind, seeds in LONG.items()),
    ],
)
def test_lists_are_complete_and_conditions_are_met_at_least_cost(kind, seeds, tmp_path):
    """With policies in force, by every engine: brute force lists the same networks at the same costs, and no more."""
    solved = 0
    for seed in seeds:
        solved += agree_on(kind, seed, tmp_path)
    assert solved > len(seeds) / 4


@pytest.mark.parametrize("gap", [1e-6, 0.02, 0.3])
@pytest.mark.parametrize("seed", range(12))
def test_at_any_gap_what_is_not_listed_is_not_under_the_bound(seed, gap, tmp_path):
    """With a loose gap the list may miss some; the bound on these is true, and no more is claimed than is proven."""
    draw = Random(f"alternatives gap {seed}")
    document = wide(seed, 5)
    problem = SmallProblem(document)
    ranked = sorted((problem.value(hubs), hubs) for hubs in problem.hub_sets() if "C0" in hubs)
    within, most = draw.choice([0.0, 0.05, 0.2]) * ranked[0][0], draw.choice([None, 1, 4])
    engine = draw.choice(["enumeration", "decomposition", "monolithic"])
    found = answer(document, tmp_path, within=Margin(within, is_share=False), most=most, engine=engine, gap=gap)
    listed = {frozenset(one.network.open_hubs) for one in found.networks}
    others = [cost for cost, hubs in ranked if frozenset(hubs) not in listed]
    if found.others_bound is not None:
        assert min(others) >= found.others_bound * (1 - 1e-9)
    if found.is_complete:
        assert all(cost > found.limit * (1 - 1e-9) for cost in others)
    if most is None and gap == 1e-6:
        assert found.is_complete
    assert most is None or len(listed) <= most


@pytest.mark.parametrize("objective", ["longest_time", "hub_number"])
@pytest.mark.parametrize("seed", range(6))
def test_other_objectives_have_lists_too(seed, objective, tmp_path):
    """Hours, and numbers of hubs, of which many networks have the same."""
    document = wide(seed, 5)
    document["problem"] = {"objective": objective}
    for leg in document["tables"]["legs"]:
        leg["time_h"] = leg["cost_eur_per_t"]
    if objective == "longest_time":
        document["policies"] = {"hub_count": {"min": 2, "max": 2}}
    else:
        document["streams"]["parcels"] = {"deadline_h": 120}
    problem = SmallProblem(document)
    ranked = sorted((problem.value(hubs), hubs) for hubs in problem.hub_sets() if "C0" in hubs)
    ranked = [(value, hubs) for value, hubs in ranked if math.isfinite(value)]
    found = answer(document, tmp_path, within=Margin(10.0, is_share=True))
    if not ranked:
        assert found.termination is Termination.INFEASIBLE
        return
    expected = {frozenset(hubs) for value, hubs in ranked if value <= ranked[0][0] * 1.1 * (1 + 1e-9)}
    assert {frozenset(one.network.open_hubs) for one in found.networks} == expected
    assert found.is_complete


@pytest.mark.parametrize("seed", range(20))
def test_the_networks_that_differ_most_have_the_fewest_sites_in_common(seed):
    draw = Random(f"diverse {seed}")
    networks = [draw.sample("ABCDEFG", draw.randint(0, 4)) for _ in range(draw.randint(1, 9))]
    number = draw.randint(1, 5)
    chosen, in_common, is_exact = most_different(networks, number)

    def shared(places: tuple[int, ...]) -> int:
        return sum(len(set(networks[a]) & set(networks[b])) for a, b in combinations(places, 2))

    choices = [places for places in combinations(range(len(networks)), min(number, len(networks))) if 0 in places]
    assert is_exact
    assert tuple(chosen) == min(choices, key=shared)
    assert in_common == shared(tuple(chosen))


def test_of_too_many_choices_one_is_made_greedily(monkeypatch):
    monkeypatch.setattr(diverse, "_MOST_TRIED", 1)
    networks = ["AB", "AC", "CD", "BD", "EF"]
    chosen, in_common, is_exact = most_different(networks, 3)
    assert (chosen, in_common, is_exact) == ([0, 2, 4], 0, False)


def test_of_a_long_list_nearly_all_may_be_chosen():
    """Only the first two share a site."""
    networks = [{"A"}, {"A", "B"}, *({f"S{number}"} for number in range(1100))]
    chosen, in_common, is_exact = most_different(networks, 1101)
    assert chosen == [0, *range(2, 1102)]
    assert (in_common, is_exact) == (0, True)
    assert most_different(networks, 5000) == (list(range(1102)), 1, True)
