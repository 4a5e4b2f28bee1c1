"""Decomposition for multiple allocation within capacities: against every set of hubs, operated by SciPy's solver."""

from __future__ import annotations

import itertools
from dataclasses import replace
from random import Random
from threading import Timer

import numpy as np
import pytest
from scipy.optimize import linprog

from netdesign import catalogue
from netdesign.errors import InstanceError, SolverError
from netdesign.evaluate import evaluate
from netdesign.instance import read_instance
from netdesign.instance.published.reading import Reading
from netdesign.network import build_network, check_routes
from netdesign.solve.auto import choose_engine
from netdesign.solve.capacitated.heuristic import SetBounds
from netdesign.solve.capacitated.loads import Capacities
from netdesign.solve.capacitated.operating import SetOperating
from netdesign.solve.capacitated.relaxation import PricedCuts, PricedOracle
from netdesign.solve.capacitated.search import CapacitatedSearch
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.hub_rules import HubRules
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.core.route_matrices import IMPOSSIBLE, RouteMatrices
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.decomposition import Decomposition
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.multiple.relaxation import Cuts
from netdesign.solve.multiple.search import MultipleSearch
from netdesign.solve.registry import ONE_YEAR
from tests.formulation.test_problems import draw_document
from tests.solve.test_multiple_decomposition import euclidean, random_matrices, random_rules
from tests.support.literature import published
from tests.support.seeds import seeds
from tests.support.small_brute import SmallProblem
from tests.support.solving import question, read_document


def random_capacities(draw: Random, matrices: RouteMatrices) -> Capacities:
    """Return capacities of which many bind; some sites take nothing, or everything."""
    freight = float(matrices.flows.volume.sum())
    kinds = (lambda: draw.randint(1, int(freight)), lambda: draw.randint(1, int(freight)) // 2, lambda: 0, lambda: 1e9)
    limit = [draw.choices(kinds, (6, 6, 1, 2))[0]() for _ in range(matrices.sites)]
    return Capacities(np.minimum(np.array(limit, dtype=float), freight), float(draw.choice([0, 1])), freight)


def least_cost(costs: list[dict[tuple[int, int], float]], volume: list[float], limit: dict[int, float], second: float):
    """Return the cost of the best shares, from the cost in EUR/t of each route of each commodity; infinite if none."""
    if not all(costs):
        return np.inf
    routes = [(r, k, m, cost) for r, listed in enumerate(costs) for (k, m), cost in listed.items()]
    once = np.zeros((len(costs), len(routes)))
    loads = np.zeros((len(limit), len(routes)))
    place = {hub: row for row, hub in enumerate(limit)}
    for column, (r, k, m, _) in enumerate(routes):
        once[r, column] = 1.0
        loads[place[k], column] += volume[r]
        loads[place[m], column] += second * volume[r] * (k != m)
    answer = linprog(
        [volume[r] * cost for r, _, _, cost in routes],
        A_ub=loads,
        b_ub=list(limit.values()),
        A_eq=once,
        b_eq=np.ones(len(costs)),
        method="highs",
        options={"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9},
    )
    assert answer.status in (0, 2), answer.message
    return float(answer.fun) if answer.status == 0 else np.inf


def plain_cost(matrices: RouteMatrices, capacities: Capacities, hubs: tuple[int, ...]) -> float:
    """Return what a set of hubs costs within its capacities, infinite where the freight does not fit."""
    legs, flows, costs = matrices.legs, matrices.flows, []
    for flow, (i, j) in enumerate(zip(flows.origin, flows.destination, strict=True)):
        listed = {}
        for k, m in itertools.product(hubs, hubs):
            cost = legs.collect[i, k] + legs.between[k, m] + legs.distribute[m, j]
            hours = legs.collect_h[i, k] + legs.between_h[k, m] + legs.distribute_h[m, j]
            cost += flows.penalty[flow] if hours > flows.slack_h[flow] else 0.0
            if cost < IMPOSSIBLE:
                listed[k, m] = cost
        costs.append(listed)
    limit = {hub: float(capacities.limit[hub]) for hub in hubs}
    return float(matrices.fixed[list(hubs)].sum()) + least_cost(costs, flows.volume.tolist(), limit, capacities.second)


def permitted_sets(rules: HubRules):
    for number in range(max(rules.least, 1), rules.most + 1):
        for hubs in itertools.combinations(range(rules.sites), number):
            is_open = np.zeros(rules.sites, dtype=bool)
            is_open[list(hubs)] = True
            if rules.permits(is_open):
                yield hubs


def search(matrices: RouteMatrices, capacities: Capacities, rules: HubRules, **limits: object):
    state = SearchState(Watch(SolveLimits(relative_gap=0.0, **limits)))  # type: ignore[arg-type]
    found = CapacitatedSearch(matrices, capacities, rules, state)
    found.run()
    return state, found


def assert_plan_is_true(matrices: RouteMatrices, capacities: Capacities, found: CapacitatedSearch, cost: float) -> None:
    """Price the shares of the best operation again, and hold its loads against the capacities."""
    shares, legs, flows = found.shares(), matrices.legs, matrices.flows
    volume, origin, end = (column[shares.flow] for column in (flows.volume, flows.origin, flows.destination))
    unit = legs.collect[origin, shares.first] + legs.between[shares.first, shares.last]
    unit += legs.distribute[shares.last, end]
    hours = legs.collect_h[origin, shares.first] + legs.between_h[shares.first, shares.last]
    hours += legs.distribute_h[shares.last, end]
    unit += np.where(hours > flows.slack_h[shares.flow], flows.penalty[shares.flow], 0.0)
    assert np.bincount(shares.flow, shares.share) == pytest.approx(1.0, rel=1e-9)
    assert set(shares.first) | set(shares.last) <= set(found.best.hubs)
    total = (unit * volume * shares.share).sum() + matrices.fixed[found.best.hubs].sum()
    assert total == pytest.approx(cost, rel=1e-9, abs=1e-9)
    load = np.bincount(shares.first, volume * shares.share, matrices.sites)
    last = np.where(shares.first != shares.last, volume * shares.share, 0.0)
    load += capacities.second * np.bincount(shares.last, last, matrices.sites)
    assert (load <= capacities.limit * (1 + 1e-6) + 1e-9).all()


def drawn(seed: int, most_sites: int = 6):
    draw = Random(seed)
    sites = draw.randint(2, most_sites)
    matrices = random_matrices(draw, nodes=draw.randint(2, 6), sites=sites)
    return draw, matrices, random_capacities(draw, matrices), random_rules(draw, sites)


@seeds(40)
def test_the_search_finds_and_proves_the_optimum(seed):
    _, matrices, capacities, rules = drawn(seed)
    optimum = min((plain_cost(matrices, capacities, hubs) for hubs in permitted_sets(rules)), default=np.inf)
    state, found = search(matrices, capacities, rules, checks_cuts=True)
    bounds = [point.bound for point in state.trace if point.bound is not None]
    assert bounds == sorted(bounds)
    if not np.isfinite(optimum):
        assert state.ending() is Termination.INFEASIBLE
        assert found.best is None
        return
    assert state.incumbent == pytest.approx(optimum, rel=1e-8, abs=1e-7)
    assert state.bound == pytest.approx(optimum, rel=1e-8, abs=1e-7)
    assert_plan_is_true(matrices, capacities, found, state.incumbent)
    is_open = np.zeros(rules.sites, dtype=bool)
    is_open[found.best.hubs] = True
    assert rules.permits(is_open)


@seeds(40)
def test_no_cut_and_no_bound_is_over_what_any_set_of_hubs_costs(seed):
    """At any prices; and an operated set has prices at which its bound is its cost."""
    draw, matrices, capacities, _ = drawn(seed, most_sites=5)
    sites, state = matrices.sites, SearchState(Watch(SolveLimits()))
    oracle, operating = PricedOracle(matrices, capacities, state), SetOperating(matrices, capacities, state)
    point = np.array([draw.choice([0.0, 0.0, 0.3, 0.5, 1.0]) for _ in range(sites)])
    point[draw.randrange(sites)] = 1.0
    prices = np.array([draw.choice([0.0, 1.0, 5.0, 20.0]) for _ in range(sites)])
    prices = draw.choice([oracle.filled, oracle.searched, lambda _, prices: prices])(point, prices)
    priced = oracle.cuts(point, prices, draw.randrange(100))
    assert (prices >= 0).all()
    for number in range(1, sites + 1):
        for hubs in itertools.combinations(range(sites), number):
            cost, chosen = plain_cost(matrices, capacities, hubs), np.array(hubs, dtype=np.int32)
            operated = operating.operate(chosen, prices, np.inf)
            assert operated.cost == pytest.approx(cost, rel=1e-8, abs=1e-7)
            if not np.isfinite(cost):
                continue
            is_open = np.zeros(sites)
            is_open[chosen] = 1.0
            asked = priced.cuts.at(is_open).sum() - prices[chosen] @ capacities.limit[chosen]
            assert matrices.fixed[chosen].sum() + asked <= cost * (1 + 1e-9) + 1e-7
            bounds = SetBounds(matrices, capacities, state)
            bound, _ = bounds.raised(chosen[None, :], prices, cost * 1.1 + 1.0)
            assert bound[0] <= cost * (1 + 1e-9) + 1e-7
            bound, _ = bounds.raised(chosen[None, :], operated.prices, cost * 1.1 + 1.0)
            assert bound[0] == pytest.approx(cost, rel=1e-7, abs=1e-6)


def test_a_wrong_cut_raises(monkeypatch):
    right = PricedOracle.cuts

    def wrong(self: PricedOracle, is_open: np.ndarray, prices: np.ndarray, salt: int) -> PricedCuts:
        priced = right(self, is_open, prices, salt)
        return PricedCuts(Cuts(priced.cuts.const * 1.5 + 1.0, priced.cuts.slope), priced.prices)

    matrices = euclidean(8, 5)
    capacities = Capacities(np.full(8, 0.4 * matrices.flows.volume.sum()), 1.0, float(matrices.flows.volume.sum()))
    rules = HubRules(3, 3, np.zeros(8, dtype=bool))
    search(matrices, capacities, rules, checks_cuts=True)
    monkeypatch.setattr(PricedOracle, "cuts", wrong)
    with pytest.raises(SolverError, match="cut"):
        search(matrices, capacities, rules, checks_cuts=True)


def tight(nodes: int, seed: int, need: float = 3.5):
    """Return an instance of some size that needs about so many hubs."""
    matrices, numbers = euclidean(nodes, seed), np.random.default_rng(seed)
    freight = float(matrices.flows.volume.sum())
    matrices = replace(matrices, fixed=numbers.uniform(0.5, 1.5, nodes) * freight * 20.0)
    limit = freight / need * numbers.uniform(0.5, 1.5, nodes)
    return matrices, Capacities(limit, float(seed % 2), freight), HubRules(1, nodes, np.zeros(nodes, dtype=bool))


@pytest.mark.parametrize("seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 6))])
def test_a_stopped_search_has_a_bound_that_holds_and_a_plan_that_costs_what_it_says(seed):
    matrices, capacities, rules = tight(20, seed)
    optimum = search(matrices, capacities, rules)[0].incumbent
    watch = Watch(SolveLimits(relative_gap=0.0))
    state = SearchState(watch)
    found = CapacitatedSearch(matrices, capacities, rules, state)
    timer = Timer(Random(seed).uniform(0.0, 0.5), watch.stopped.set)
    timer.start()
    found.run()
    timer.join()
    assert state.bound <= optimum * (1 + 1e-9)
    if found.best is None:
        assert state.incumbent == np.inf
        assert state.ending() is Termination.INTERRUPTED
        return
    assert state.incumbent >= optimum * (1 - 1e-9)
    assert_plan_is_true(matrices, capacities, found, state.incumbent)
    assert state.ending() in (Termination.INTERRUPTED, Termination.OPTIMAL)


def test_threads_change_nothing():
    one, two = (search(*tight(20, 1), threads=threads) for threads in (1, 2))
    assert one[0].incumbent == two[0].incumbent
    assert one[1].best.hubs.tolist() == two[1].best.hubs.tolist()
    assert [point.bound for point in one[0].trace] == [point.bound for point in two[0].trace]


def test_loose_capacities_change_nothing_and_tight_ones_make_it_no_cheaper():
    for seed in range(4):
        matrices, capacities, rules = tight(15, seed)
        state = SearchState(Watch(SolveLimits(relative_gap=0.0)))
        MultipleSearch(matrices, rules, state).run()
        loose = replace(capacities, limit=np.full(15, capacities.freight))
        assert search(matrices, loose, rules)[0].incumbent == pytest.approx(state.incumbent, rel=1e-9)
        costs = [state.incumbent]
        for times in (2.0, 1.0, 0.6):
            limit = np.minimum(times * capacities.limit, capacities.freight)
            costs.append(search(matrices, replace(capacities, limit=limit), rules)[0].incumbent)
        assert all(looser <= tighter * (1 + 1e-9) for looser, tighter in itertools.pairwise(costs))
        assert costs[-1] > costs[0] * 1.001


def brute_force(document) -> float:
    small = SmallProblem(document)
    second = float(document["policies"]["capacity"]["counts"] == "handled")
    pairs = list(small.demand)
    best = np.inf
    for hubs in small.hub_sets():
        costs = [
            {
                (k, m): min(cost for cost, _ in small.routes(pair, (k,), (m,)))
                for k, m in itertools.product(hubs, hubs)
                if list(small.routes(pair, (k,), (m,)))
            }
            for pair in pairs
        ]
        limit = {hub: float(small.hubs[hub].get("capacity_t_per_year", 1e9)) for hub in hubs}
        best = min(best, small.fixed(hubs) + least_cost(costs, [small.demand[pair] for pair in pairs], limit, second))
    return best


@pytest.mark.parametrize("draws", [20, pytest.param(60, marks=pytest.mark.long)])
def test_the_engine_agrees_with_brute_force_and_the_referee(draws, tmp_path):
    """Existing hubs, numbers of hubs, groups, caps, hubs without a limit."""
    solved, coupled = 0, 0
    for seed in range(draws):
        draw = Random(f"capacitated {seed}")
        document = draw_document(draw, {})
        document["policies"]["capacity"] = {"counts": draw.choice(["handled", "collected"])}
        if draw.random() < 0.3:
            del draw.choice(document["tables"]["hubs"])["capacity_t_per_year"]
        best = brute_force(document)
        try:
            instance = read_document(document, tmp_path)
            check_routes(instance, build_network(instance))
        except InstanceError:
            assert best == np.inf
            continue
        asked = question(instance)
        assert ONE_YEAR.refusal("decomposition", instance) is None
        solution = Decomposition(asked).solve()
        if best == np.inf:
            assert solution.termination is Termination.INFEASIBLE
            continue
        assert solution.termination is Termination.OPTIMAL
        assert (solution.objective, solution.bound) == pytest.approx((best, best), rel=1e-7, abs=1e-6)
        assert evaluate(asked.instance, asked.network, solution.plan).violations == ()
        second = Decomposition(asked).solve(SearchScope(excluded=(solution.plan.open_hubs,)))
        assert second.objective is None or second.objective >= solution.objective * (1 - 1e-9)
        solved += 1
        coupled += best > SmallProblem(document).best() * (1 + 1e-6)
    assert solved > draws // 3
    assert coupled > draws // 6


def ap(nodes: int, capacities: str, counts: str):
    """Return a published instance of single allocation, read as one of multiple allocation."""
    reading = Reading(
        "ap",
        nodes=nodes,
        fixed_costs=str(published(f"ap/FcostT.{nodes}")),
        capacities=str(published(f"ap/Cap{capacities}.{nodes}")),
    )
    overrides = ["problem.allocation=multiple", f"policies.capacity={{counts: {counts}}}"]
    return read_instance(published("ap/APdata200"), overrides, reading)


@pytest.mark.parametrize("counts", ["collected", "handled"])
def test_a_published_instance_is_proven_by_the_engine_that_auto_takes(counts):
    """The optimum of single allocation, which never costs less, is 348,369.15 (Ernst and Krishnamoorthy 1999)."""
    asked = question(ap(25, "T", counts))
    choice = choose_engine(asked)
    assert (choice.name, choice.needs_model) == ("decomposition", False)
    assert choice.reason == "625 pairs of node and site are many, and only capacities couple the commodities"
    solution = Decomposition(asked).solve()
    # The straight model, by HiGHS, has the same optimum.
    expected = {"collected": 333221.7419, "handled": 339778.0982}[counts]
    assert solution.termination is Termination.OPTIMAL
    assert (solution.objective, solution.bound) == pytest.approx((expected, expected), rel=1e-8)
    assert solution.objective <= 348369.16


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_straight_model_has_the_same_optimum():
    formulation = catalogue.load_formulation("multiple_allocation_flow")
    asked = question(ap(20, "T", "handled"), formulation)
    straight = Monolithic(asked).solve()
    assert straight.termination is Termination.OPTIMAL
    for engine in (Decomposition, Enumeration):
        assert engine(asked).solve().objective == pytest.approx(straight.objective, rel=1e-6)
