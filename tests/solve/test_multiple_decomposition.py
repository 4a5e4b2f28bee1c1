"""Decomposition for multiple allocation at the level of arrays: against every set of hubs, priced by plain sums."""

from __future__ import annotations

import itertools
from dataclasses import replace
from random import Random
from threading import Timer

import numpy as np
import pytest

from netdesign.errors import SolverError
from netdesign.solve.branch_cut.tuning import MULTIPLE
from netdesign.solve.core.hub_rules import HubRule, HubRules
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.core.route_matrices import ABSENT, IMPOSSIBLE, Flows, Legs, RouteMatrices
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.multiple import heuristic
from netdesign.solve.multiple.prices import BestRoutePrices
from netdesign.solve.multiple.relaxation import CommodityOracle, Cuts
from netdesign.solve.multiple.search import MultipleSearch
from tests.support.seeds import seeds


def random_matrices(draw: Random, *, nodes: int, sites: int) -> RouteMatrices:
    """Return legs without any triangle inequality, some absent, some equal; freight with and without deadlines."""
    numbers = np.random.default_rng(draw.randrange(2**32))

    def legs(rows: int, columns: int) -> np.ndarray:
        whole = numbers.integers(0, 12, (rows, columns)).astype(float)
        whole[numbers.random((rows, columns)) < draw.choice([0.0, 0.0, 0.15])] = ABSENT
        return whole

    between, between_h = legs(sites, sites), numbers.integers(0, 6, (sites, sites)).astype(float)
    np.fill_diagonal(between, 0.0)
    np.fill_diagonal(between_h, 0.0)
    if draw.random() < 0.2:
        between[~np.eye(sites, dtype=bool)] = ABSENT
    hours = [numbers.integers(0, 6, shape).astype(float) for shape in ((nodes, sites), (sites, nodes))]
    pairs = [(i, j) for i in range(nodes) for j in range(nodes) if i == 0 or draw.random() < 0.6]
    start = np.searchsorted([i for i, _ in pairs], range(nodes + 1))
    kind = draw.choice(["none", "none", "priced", "hard"])
    slack = np.full(len(pairs), ABSENT)
    penalty = np.zeros(len(pairs))
    if kind != "none":
        timed = numbers.random(len(pairs)) < 0.6
        slack[timed] = numbers.integers(2, 14, int(timed.sum()))
        penalty[timed] = ABSENT if kind == "hard" else numbers.integers(1, 9, int(timed.sum()))
    # Origins without freight do not occur: matrices have rows for those that have some.
    keep = np.flatnonzero(np.diff(start))
    start = np.concatenate([start[keep], [len(pairs)]]).astype(np.int64)
    return RouteMatrices(
        fixed=numbers.integers(0, 60, sites).astype(float) * draw.choice([0, 1, 5]),
        legs=Legs(legs(nodes, sites)[keep], between, legs(sites, nodes), hours[0][keep], between_h, hours[1]),
        flows=Flows(
            start,
            np.array([j for _, j in pairs], dtype=np.int64),
            numbers.integers(1, 20, len(pairs)).astype(float),
            slack,
            penalty,
        ),
    )


def random_rules(draw: Random, sites: int) -> HubRules:
    certain = np.array([draw.random() < 0.15 for _ in range(sites)])
    least = draw.randint(max(1, int(certain.sum())), sites)
    most = draw.choice([least, draw.randint(least, sites), sites])
    rows = []
    if draw.random() < 0.4:
        group = np.array([float(draw.random() < 0.4) for _ in range(sites)])
        rows.append(HubRule(group, 1.0))
    if draw.random() < 0.2:
        rows.append(HubRule(np.array([float(draw.randint(0, 9)) for _ in range(sites)]), float(draw.randint(0, 30))))
    return HubRules(least, most, certain, tuple(rows))


def plain_price(matrices: RouteMatrices, hubs: tuple[int, ...]) -> np.ndarray:
    """Return fixed cost and the cost of each flow over a set of hubs, by plain sums."""
    legs, flows = matrices.legs, matrices.flows
    prices = []
    for flow, origin in enumerate(flows.origin):
        end = flows.destination[flow]
        best = np.inf
        for k, m in itertools.product(hubs, hubs):
            cost = legs.collect[origin, k] + legs.between[k, m] + legs.distribute[m, end]
            hours = legs.collect_h[origin, k] + legs.between_h[k, m] + legs.distribute_h[m, end]
            best = min(best, cost + (flows.penalty[flow] if hours > flows.slack_h[flow] else 0.0))
        prices.append(best * flows.volume[flow])
    return np.array([matrices.fixed[list(hubs)].sum(), *prices])


def brute_force(matrices: RouteMatrices, rules: HubRules) -> float:
    """Return the cost of the cheapest permitted set, infinite where none serves everybody."""
    best = np.inf
    for number in range(rules.least, rules.most + 1):
        for hubs in itertools.combinations(range(rules.sites), number):
            is_open = np.zeros(rules.sites, dtype=bool)
            is_open[list(hubs)] = True
            if rules.permits(is_open):
                price = float(plain_price(matrices, hubs).sum())
                best = min(best, price if price < IMPOSSIBLE else np.inf)
    return best


WAYS = pytest.mark.parametrize("few_sums", [MULTIPLE.few_sums, 0.0], ids=["sets are few", "sets are cut"])
"""Small instances are priced set by set; with no number of sums that is few they are treated like large ones."""


def search(matrices: RouteMatrices, rules: HubRules, **limits: object) -> tuple[SearchState, MultipleSearch]:
    state = SearchState(Watch(SolveLimits(relative_gap=0.0, **limits)))  # type: ignore[arg-type]
    found = MultipleSearch(matrices, rules, state)
    found.run()
    return state, found


@WAYS
@seeds(300)
def test_the_search_finds_and_proves_the_optimum(few_sums, seed):
    draw = Random(seed)
    sites = draw.randint(2, 7)
    matrices, rules = random_matrices(draw, nodes=draw.randint(2, 7), sites=sites), random_rules(draw, sites)
    optimum = brute_force(matrices, rules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heuristic, "TUNING", replace(MULTIPLE, few_sums=few_sums))
        state, found = search(matrices, rules, checks_cuts=True)
    bounds = [point.bound for point in state.trace if point.bound is not None]
    assert bounds == sorted(bounds)
    if not np.isfinite(optimum):
        assert state.ending() is Termination.INFEASIBLE
        assert found.best is None
        return
    assert state.incumbent == pytest.approx(optimum, rel=1e-9)
    assert state.bound == pytest.approx(optimum, rel=1e-8)
    assert state.bound <= optimum * (1 + 1e-9)
    assert plain_price(matrices, tuple(found.best)).sum() == pytest.approx(optimum, rel=1e-9)
    is_open = np.zeros(sites, dtype=bool)
    is_open[found.best] = True
    assert rules.permits(is_open)


@seeds(300)
def test_no_cut_is_over_what_any_set_of_hubs_costs(seed):
    """And at the point that it was made for, a whole one is tight."""
    draw = Random(seed)
    sites = draw.randint(2, 6)
    matrices = random_matrices(draw, nodes=draw.randint(2, 6), sites=sites)
    oracle = CommodityOracle(matrices, SearchState(Watch(SolveLimits())))
    point = np.array([draw.choice([0.0, 0.0, 0.3, 0.5, 1.0]) for _ in range(sites)])
    point[draw.randrange(sites)] = 1.0
    cuts = oracle.cuts(point, draw.randrange(100))
    assert (cuts.slope >= 0).all()
    origin = matrices.flows.origin
    for number in range(1, sites + 1):
        for hubs in itertools.combinations(range(sites), number):
            is_open = np.zeros(sites)
            is_open[list(hubs)] = 1.0
            true = np.bincount(origin, plain_price(matrices, hubs)[1:], minlength=matrices.origins)
            demanded = cuts.at(is_open)
            assert (demanded <= true * (1 + 1e-9) + 1e-9).all()
            if (is_open == point).all():
                served = true < IMPOSSIBLE
                assert demanded[served] == pytest.approx(true[served], rel=1e-9, abs=1e-9)


def test_a_wrong_cut_raises(monkeypatch):
    right = CommodityOracle.cuts

    def wrong(self: CommodityOracle, is_open: np.ndarray, salt: int) -> Cuts:
        cuts = right(self, is_open, salt)
        return Cuts(cuts.const * 1.5 + 1.0, cuts.slope)

    monkeypatch.setattr(CommodityOracle, "cuts", wrong)
    monkeypatch.setattr(heuristic, "TUNING", replace(MULTIPLE, few_sums=0.0))
    matrices = random_matrices(Random(5), nodes=6, sites=6)
    rules = HubRules(2, 2, np.zeros(6, dtype=bool))
    with pytest.raises(SolverError, match="cut"):
        search(matrices, rules, checks_cuts=True)


@seeds(200)
def test_every_permitted_set_is_listed_once_and_in_order(seed):
    draw = Random(seed)
    sites = draw.randint(1, 8)
    rules = random_rules(draw, sites)
    for number in range(sites + 2):
        every = [
            hubs
            for hubs in itertools.combinations(range(sites), number)
            if set(np.flatnonzero(rules.certain)) <= set(hubs)
        ]
        permitted = [hubs for hubs in every if all(row.weights[list(hubs)].sum() <= row.most for row in rules.rows)]
        assert rules.count(number) == len(every)
        assert [tuple(hubs) for hubs in rules.sets(number).tolist()] == permitted
        assert rules.sets(number).shape[1] == number


@pytest.mark.parametrize("sites", [2, 30, 3000])
def test_few_sets_are_counted_before_they_are_listed(sites):
    rules = HubRules(1, sites, np.zeros(sites, dtype=bool))
    prices = BestRoutePrices(euclidean(5, 1), SearchState(Watch(SolveLimits())))
    found = heuristic.few_sets(rules, prices)
    assert (found is not None) == (sites == 2)


def euclidean(nodes: int, seed: int) -> RouteMatrices:
    """Return a dense instance of some size: cities in a square, the factors of the AP set."""
    numbers = np.random.default_rng(seed)
    place = numbers.uniform(0, 100, (nodes, 2))
    km = np.sqrt(((place[:, None] - place[None]) ** 2).sum(axis=2))
    weight = numbers.lognormal(0, 1, nodes)
    none = np.zeros((nodes, nodes))
    return RouteMatrices(
        np.zeros(nodes),
        Legs(3 * km, 0.75 * km, 2 * km, none, none, none),
        Flows(
            np.arange(nodes + 1) * nodes,
            np.tile(np.arange(nodes), nodes),
            np.outer(weight, weight).ravel(),
            np.full(nodes**2, ABSENT),
            np.zeros(nodes**2),
        ),
    )


@pytest.mark.parametrize("seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 6))])
def test_a_stopped_search_has_a_bound_that_holds_and_a_set_that_costs_what_it_says(seed):
    matrices = euclidean(40, seed)
    rules = HubRules(4, 4, np.zeros(40, dtype=bool))
    whole, _ = search(matrices, rules)
    optimum = whole.incumbent
    watch = Watch(SolveLimits(relative_gap=0.0))
    state = SearchState(watch)
    found = MultipleSearch(matrices, rules, state)
    timer = Timer(Random(seed).uniform(0.0, 0.25), watch.stopped.set)
    timer.start()
    found.run()
    timer.join()
    assert state.bound <= optimum * (1 + 1e-9)
    if found.best is None:
        assert state.incumbent == np.inf
        assert state.ending() is Termination.INTERRUPTED
        return
    assert state.incumbent >= optimum * (1 - 1e-9)
    assert len(found.best) == 4
    assert plain_price(matrices, tuple(found.best)).sum() == pytest.approx(state.incumbent, rel=1e-9)
    assert state.ending() in (Termination.INTERRUPTED, Termination.OPTIMAL)


def test_threads_change_nothing():
    matrices = euclidean(60, 3)
    rules = HubRules(5, 5, np.zeros(60, dtype=bool))
    one, two = (search(matrices, rules, threads=threads) for threads in (1, 2))
    assert one[0].incumbent == two[0].incumbent
    assert one[1].best.tolist() == two[1].best.tolist()
    assert [point.bound for point in one[0].trace] == [point.bound for point in two[0].trace]


@seeds(300)
def test_prices_are_plain_sums(seed):
    draw = Random(seed)
    sites = draw.randint(2, 6)
    matrices = random_matrices(draw, nodes=draw.randint(1, 6), sites=sites)
    prices = BestRoutePrices(matrices, SearchState(Watch(SolveLimits())))
    number = draw.randint(1, sites)
    sets = np.array(list(itertools.combinations(range(sites), number)), dtype=np.int32)
    plain = np.array([plain_price(matrices, tuple(hubs)).sum() for hubs in sets])
    assert prices.of_sets(sets, np.inf, keep=True) == pytest.approx(plain, rel=1e-9)
    cut_off = float(np.median(plain))
    bounded = prices.of_sets(sets, cut_off, keep=True)
    assert (bounded <= plain * (1 + 1e-9)).all()
    assert bounded[plain < cut_off * (1 - 1e-9)] == pytest.approx(plain[plain < cut_off * (1 - 1e-9)], rel=1e-9)
    others = np.setdiff1d(np.arange(sites), sets[0]).astype(np.int32)
    grown = [plain_price(matrices, (*sets[0], other)).sum() for other in others]
    assert prices.with_one_more(sets[0], others, np.inf) == pytest.approx(grown, rel=1e-9)
