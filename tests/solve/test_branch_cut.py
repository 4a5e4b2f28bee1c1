"""What the searches share: neighbouring sets of sites, and the queue of parts of a search."""

from __future__ import annotations

import itertools
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netdesign.solve.branch_cut.neighbourhood import SiteNeighbourhood, first_better
from netdesign.solve.branch_cut.search import SearchNode, explore
from netdesign.solve.core.hub_rules import HubRule
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.search_state import SearchState
from tests.solve.test_multiple_decomposition import random_rules
from tests.support.seeds import seeds

if TYPE_CHECKING:
    from netdesign.solve.core.hub_rules import HubRules


def some_set(draw: Random, rules: HubRules) -> np.ndarray | None:
    """Return a permitted set, or None where there is none."""
    sets = [hubs for number in range(rules.least, rules.most + 1) for hubs in rules.sets(number)]
    return draw.choice(sets) if sets else None


def left_out(draw: Random, rules: HubRules) -> HubRule:
    """Return the rule that leaves out one set, drawn without a look at the other rules."""
    weights = np.array([draw.choice([1.0, -1.0]) for _ in range(rules.sites)])
    return HubRule(weights, float((weights > 0).sum()) - 1.0)


def sets_near(rules: HubRules, hubs: np.ndarray) -> set[tuple[int, ...]]:
    every = (
        hubs for number in range(1, rules.sites + 1) for hubs in itertools.combinations(range(rules.sites), number)
    )
    own = set(hubs.tolist())
    found = set()
    for other in every:
        is_open = np.isin(np.arange(rules.sites), other)
        if rules.permits(is_open) and 0 < len(own ^ set(other)) <= 2 and abs(len(other) - len(own)) <= 1:
            found.add(other)
    return found


@seeds(200)
def test_neighbours_are_the_permitted_sets_that_differ_by_one_site(seed):
    draw = Random(seed)
    rules = random_rules(draw, draw.randint(2, 7))
    # Sets that a search leaves out: a site less may be one of them.
    rules = replace(rules, rows=(*rules.rows, *(left_out(draw, rules) for _ in range(draw.randint(0, 3)))))
    hubs = some_set(draw, rules)
    if hubs is None:
        return
    near = SiteNeighbourhood(rules)
    listed = [tuple(other) for group in near.groups(hubs) for other in group.tolist()]
    assert len(set(listed)) == len(listed)
    assert set(listed) == sets_near(rules, hubs)


@seeds(100)
def test_likeliest_neighbours_come_by_bound_and_none_at_the_limit(seed):
    draw = Random(seed)
    rules = random_rules(draw, draw.randint(2, 7))
    hubs = some_set(draw, rules)
    if hubs is None:
        return
    weight = np.array([draw.randint(0, 9) for _ in range(rules.sites)], dtype=np.float64)

    def of_set(sites: np.ndarray) -> float:
        return float(weight[sites].sum())

    near, limit = SiteNeighbourhood(rules), of_set(hubs)
    found = list(near.likeliest(hubs, lambda rest, sites: of_set(rest) + weight[sites], of_set, limit))
    bounds = [of_set(other) for other in found]
    every = [of_set(other) for group in near.groups(hubs) for other in group]
    assert bounds == sorted(bound for bound in every if bound < limit)
    better = first_better(found, of_set, limit)
    assert better is None if not found else better[1] == bounds[0]


@pytest.mark.parametrize("dives", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_a_queue_of_parts_ends_at_the_least_cost(seed, dives):
    """Of all strings of six bits the one with the least sum of weights; a bound is the sum of the bits so far."""
    draw = Random(seed)
    weight = [draw.sample(range(20), 2) for _ in range(6)]
    state, order = SearchState(Watch(SolveLimits(relative_gap=0.0))), []
    state.ceiling = 1000.0

    def divide(node: SearchNode[tuple[int, ...]]) -> list[tuple[float, tuple[int, ...]]]:
        order.append(node.part)
        parts = [(*node.part, bit) for bit in (0, 1)]
        bounds = [float(sum(pair[bit] for pair, bit in zip(weight, part, strict=False))) for part in parts]
        if len(parts[0]) == 6:
            state.found(min(bounds))
            return []
        return list(zip(bounds, parts, strict=True))

    explore((), divide, state, dives=dives)
    assert state.incumbent == state.bound == sum(map(min, weight))
    assert state.is_closed
    if dives:
        assert order[:6] == [(0,) * length for length in range(6)]
