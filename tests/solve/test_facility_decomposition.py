"""Facility location at the level of arrays: against every set of sites, each operated by a linear program."""

from __future__ import annotations

import itertools
import math
from random import Random
from threading import Timer

import numpy as np
import pytest
from scipy.optimize import linprog

from netdesign.errors import InstanceError, SolverError
from netdesign.network import build_network, check_routes
from netdesign.solve.auto import choose_engine
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.hub_rules import HubRule, HubRules
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.decomposition import Decomposition
from netdesign.solve.facility.heuristic import KnownPlans, operated
from netdesign.solve.facility.prices import Ascent, CustomerPrices, Cut, propagate, settle
from netdesign.solve.facility.problem import FacilityProblem
from netdesign.solve.facility.search import FacilitySearch
from netdesign.solve.kernels import transport
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.registry import ONE_YEAR
from tests.formulation.test_problems import draw_document
from tests.solve.test_engines import assert_solved
from tests.support.seeds import seeds
from tests.support.small_brute import SmallProblem
from tests.support.solving import question, read_document


def random_problem(draw: Random, *, customers: int, sites: int, is_capacitated: bool) -> FacilityProblem:
    """Return costs without any metric, some absent, many equal; customers without volume, sites without room."""
    numbers = np.random.default_rng(draw.randrange(2**32))
    volume = numbers.integers(0 if draw.random() < 0.3 else 1, 9, customers).astype(float)
    volume[0] = 3.0
    cost = numbers.integers(0, draw.choice([2, 12, 100]), (sites, customers)).astype(float) * volume
    cost[numbers.random((sites, customers)) < draw.choice([0.0, 0.0, 0.15, 0.4])] = np.inf
    if draw.random() < 0.3:
        cost *= math.pi
    capacity = np.full(sites, np.inf)
    if is_capacitated:
        capacity = numbers.uniform(0, 1.4 * volume.sum() / max(1, sites // 2), sites)
        capacity[numbers.random(sites) < 0.1] = draw.choice([0.0, np.inf])
        if draw.random() < 0.4:
            capacity[:] = math.ceil(volume.sum() / draw.randint(1, sites))
    fixed = numbers.integers(0, 60, sites).astype(float) * draw.choice([0, 1, 5])
    return FacilityProblem.from_costs(fixed, cost, volume, capacity)


def random_rules(draw: Random, sites: int) -> HubRules:
    certain = np.array([draw.random() < 0.15 for _ in range(sites)])
    least = draw.randint(max(1, int(certain.sum())), sites)
    most = draw.choice([least, draw.randint(least, sites), sites, sites])
    least = draw.choice([least, max(1, int(certain.sum()))])
    rows = []
    if draw.random() < 0.3:
        rows.append(HubRule(np.array([float(draw.random() < 0.4) for _ in range(sites)]), 1.0))
    if draw.random() < 0.2:
        rows.append(HubRule(np.array([float(draw.randint(0, 9)) for _ in range(sites)]), float(draw.randint(0, 30))))
    if draw.random() < 0.2:
        excluded = np.array([1.0 if draw.random() < 0.4 else -1.0 for _ in range(sites)])
        rows.append(HubRule(excluded, float((excluded > 0).sum()) - 1.0))
    return HubRules(least, most, certain, tuple(rows))


def plain_cost(problem: FacilityProblem, is_open: np.ndarray) -> float:
    """Return what a set costs, by SciPy's linear program where there are capacities; infinite where it cannot serve."""
    cost = problem.cost[is_open]
    exists = cost < problem.left_behind
    if not problem.has_capacities:
        cheapest = np.where(exists, cost, np.inf).min(axis=0, initial=np.inf)
        return float(cheapest.sum() + problem.fixed[is_open].sum())
    count, customers = cost.shape
    everybody = np.kron(np.ones(count), np.eye(customers))
    room = np.kron(np.eye(count), problem.volume)
    bounds = [(0.0, 1.0 if there else 0.0) for there in exists.ravel()]
    capacity = np.minimum(problem.capacity[is_open], problem.volume.sum())
    found = linprog(cost.ravel(), room, capacity, everybody, np.ones(customers), bounds)
    return float(found.fun + problem.fixed[is_open].sum()) if found.status == 0 else math.inf


def all_sets(sites: int) -> list[np.ndarray]:
    return [np.array(bits) for bits in itertools.product([False, True], repeat=sites) if any(bits)]


def brute_force(problem: FacilityProblem, rules: HubRules) -> float:
    return min(
        (plain_cost(problem, is_open) for is_open in all_sets(problem.sites) if rules.permits(is_open)),
        default=math.inf,
    )


def search(problem: FacilityProblem, rules: HubRules, **limits: object) -> tuple[SearchState, FacilitySearch]:
    state = SearchState(Watch(SolveLimits(relative_gap=0.0, **limits)))  # type: ignore[arg-type]
    found = FacilitySearch(problem, rules, state)
    found.run()
    return state, found


def assert_optimal(problem: FacilityProblem, rules: HubRules) -> bool:
    """Hold a search against brute force; return whether there is a plan at all."""
    optimum = brute_force(problem, rules)
    state, found = search(problem, rules, checks_cuts=True)
    bounds = [point.bound for point in state.trace if point.bound is not None]
    assert bounds == sorted(bounds)
    if not math.isfinite(optimum):
        assert state.ending() is Termination.INFEASIBLE
        assert found.best is None
        return False
    close = {"rel": 1e-8, "abs": 1e-8}
    assert (state.incumbent, state.bound) == (pytest.approx(optimum, **close), pytest.approx(optimum, **close))
    is_open = np.zeros(problem.sites, dtype=bool)
    is_open[found.best] = True
    assert rules.permits(is_open)
    assert plain_cost(problem, is_open) == pytest.approx(optimum, **close)
    return True


@seeds(300)
def test_without_capacities_the_search_finds_and_proves_the_optimum(seed):
    draw = Random(seed)
    sites = draw.randint(1, 8)
    problem = random_problem(draw, customers=draw.randint(1, 9), sites=sites, is_capacitated=False)
    assert_optimal(problem, random_rules(draw, sites))


@seeds(100)
def test_with_capacities_too(seed):
    draw = Random(seed)
    sites = draw.randint(1, 6)
    problem = random_problem(draw, customers=draw.randint(1, 7), sites=sites, is_capacitated=True)
    assert_optimal(problem, random_rules(draw, sites))


def test_draws_are_neither_all_feasible_nor_all_not():
    ends = []
    for seed in range(60):
        draw = Random(f"mixed {seed}")
        sites = draw.randint(3, 6)
        problem = random_problem(draw, customers=5, sites=sites, is_capacitated=seed % 2 == 0)
        ends.append(assert_optimal(problem, random_rules(draw, sites)))
    assert 15 < sum(ends) < 58


@seeds(200)
def test_transport_costs_what_the_linear_program_costs(seed):
    draw = Random(seed)
    problem = random_problem(draw, customers=draw.randint(1, 9), sites=draw.randint(1, 6), is_capacitated=True)
    is_open = np.array([draw.random() < 0.7 for _ in range(problem.sites)])
    is_open[0] = True
    cost, held = operated(problem, is_open, transport)
    expected = plain_cost(problem, is_open)
    if cost == NEVER:
        assert expected == math.inf
        return
    assert cost == pytest.approx(expected, rel=1e-8, abs=1e-8)
    assert held.sum(axis=0) == pytest.approx(problem.volume)
    assert (held.sum(axis=1) <= problem.capacity[is_open] * (1 + 1e-8) + 1e-12).all()
    assert (held >= 0).all()


@seeds(150)
def test_no_cut_is_over_what_any_set_of_its_part_costs(seed):
    """Whatever the prices; and what they settle no better plan does otherwise."""
    draw = Random(seed)
    sites = draw.randint(2, 6)
    problem = random_problem(draw, customers=draw.randint(2, 7), sites=sites, is_capacitated=draw.random() < 0.5)
    rules = problem.with_room(random_rules(draw, sites))
    ascent = Ascent(problem, rules, SearchState(Watch(SolveLimits())))
    prices = CustomerPrices.start(problem, len(rules.rows), draw.randint(1, sites))
    status = np.array([draw.choice([0, 0, 0, 1, -1]) for _ in range(sites)], dtype=np.int8)
    part = status.copy()
    costs = {
        tuple(is_open): plain_cost(problem, is_open)
        for is_open in all_sets(sites)
        if rules.permits(is_open) and not (is_open & (part < 0)).any() and is_open[part > 0].all()
    }
    # As the search does: what the rules decide is decided before the ascent, so that the prices know of it.
    if not propagate(status, rules):
        assert not costs
        return
    target = draw.choice([problem.ceiling, min(costs.values(), default=1.0) * draw.uniform(0.8, 1.3)])
    bound = ascent.ascend(prices, status, target, draw.randint(0, 60), 5)
    slack = 1e-9 * (abs(bound) + problem.left_behind)
    cut = ascent.cut(prices)
    for bits, cost in costs.items():
        assert cut.at(np.array(bits)) <= cost + slack
        assert bound <= cost + slack
    settle(prices, bound, target, status, rules)
    is_left = propagate(status, rules)
    for bits, cost in costs.items():
        if cost < target - slack:
            is_open = np.array(bits)
            assert is_left
            assert not (is_open & (status < 0)).any()
            assert is_open[status > 0].all()


def test_a_wrong_cut_raises(monkeypatch):
    right = Ascent.cut

    def wrong(self: Ascent, prices: CustomerPrices) -> Cut:
        cut = right(self, prices)
        return Cut(cut.const * 1.5 + 1.0, cut.slope)

    monkeypatch.setattr(Ascent, "cut", wrong)
    problem = random_problem(Random(5), customers=9, sites=7, is_capacitated=False)
    with pytest.raises(SolverError, match="cut"):
        search(problem, HubRules(2, 2, np.zeros(7, dtype=bool)), checks_cuts=True)


def test_a_known_plan_outside_of_a_part_says_nothing_about_its_cuts():
    known = KnownPlans(3, SearchState(Watch(SolveLimits(checks_cuts=True))))
    known.take(np.array([True, False, True]), 5.0)
    wrong, status = Cut(9.0, np.zeros(3)), np.zeros(3, dtype=np.int8)
    with pytest.raises(SolverError, match="cut"):
        known.hold(wrong, status)
    known.hold(wrong, np.array([0, 0, -1], dtype=np.int8))
    known.sites = np.array([0, 1])
    known.hold(Cut(9.0, np.zeros(2)), status[:2])


def euclidean(customers: int, sites: int, seed: int, room: float = math.inf) -> FacilityProblem:
    """Return customers in a square; ``room`` is the capacity of each site as a share of all volume."""
    numbers = np.random.default_rng(seed)
    ends, places = numbers.uniform(0, 100, (customers, 2)), numbers.uniform(0, 100, (sites, 2))
    km = np.sqrt(((places[:, None] - ends[None]) ** 2).sum(axis=2))
    volume = numbers.lognormal(0, 1, customers)
    capacity = np.full(sites, room * volume.sum())
    return FacilityProblem.from_costs(numbers.uniform(100, 300, sites), km * volume, volume, capacity)


@pytest.mark.parametrize("room", [math.inf, 0.13])
@pytest.mark.parametrize("seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 5))])
def test_a_stopped_search_has_a_bound_that_holds_and_a_set_that_costs_what_it_says(seed, room):
    problem = euclidean(150, 60, seed, room)
    rules = HubRules(1, 60, np.zeros(60, dtype=bool))
    optimum = search(problem, rules)[0].incumbent
    watch = Watch(SolveLimits(relative_gap=0.0))
    state = SearchState(watch)
    found = FacilitySearch(problem, rules, state)
    timer = Timer(Random(seed).uniform(0.0, 0.15), watch.stopped.set)
    timer.start()
    found.run()
    timer.join()
    assert state.bound <= optimum * (1 + 1e-9)
    assert state.ending() in (Termination.INTERRUPTED, Termination.OPTIMAL)
    if found.best is None:
        assert state.incumbent == math.inf
        return
    assert state.incumbent >= optimum * (1 - 1e-9)
    is_open = np.zeros(60, dtype=bool)
    is_open[found.best] = True
    assert operated(problem, is_open, transport)[0] == pytest.approx(state.incumbent, rel=1e-9)


@pytest.mark.parametrize("room", [math.inf, 0.13])
def test_threads_change_nothing(room):
    problem = euclidean(150, 60, 3, room)
    rules = HubRules(1, 60, np.zeros(60, dtype=bool))
    one, two = (search(problem, rules, threads=threads) for threads in (1, 2))
    assert one[0].incumbent == two[0].incumbent
    assert one[1].best.tolist() == two[1].best.tolist()
    assert [point.bound for point in one[0].trace] == [point.bound for point in two[0].trace]


def test_whole_costs_have_a_unit_and_capacities_take_it_away():
    cost, volume = np.array([[4.0, 6.0], [10.0, np.inf]]), np.ones(2)
    endless = np.full(2, np.inf)
    assert FacilityProblem.from_costs(np.array([8.0, 0.0]), cost, volume, endless).unit == 2.0
    assert FacilityProblem.from_costs(np.array([8.5, 0.0]), cost, volume, endless).unit == 0.0
    assert FacilityProblem.from_costs(np.array([8.0, 0.0]), cost, volume, np.ones(2)).unit == 0.0


# Whole instances


def split_optimum(document: dict) -> float:
    """Return the optimum of a document with capacities, each set of hubs operated by SciPy's linear program."""
    brute, best = SmallProblem(document), math.inf
    volume = np.array(list(brute.demand.values()))
    for hubs in brute.hub_sets():
        routes = [
            [next(brute.routes(pair, (hub,), (hub,)), (math.inf, 0.0))[0] for pair in brute.demand] for hub in hubs
        ]
        capacity = np.array([brute.hubs[hub]["capacity_t_per_year"] for hub in hubs], dtype=float)
        # Fixed costs are those of the document; a set that holds nothing has an infinite cost.
        problem = FacilityProblem.from_costs(np.zeros(len(hubs)), np.array(routes) * volume, volume, capacity)
        best = min(best, brute.fixed(hubs) + plain_cost(problem, np.ones(len(hubs), dtype=bool)))
    return best


@pytest.mark.parametrize("draws", [24, pytest.param(70, marks=pytest.mark.long)])
def test_decomposition_agrees_with_brute_force_where_capacities_split_freight(draws, tmp_path):
    solved = split = 0
    for seed in range(draws):
        document = draw_document(Random(f"capacities {seed}"), {"route_hubs": 1})
        document["policies"]["capacity"] = {"counts": Random(seed).choice(["handled", "collected"])}
        try:
            instance = read_document(document, tmp_path)
            check_routes(instance, build_network(instance))
        except InstanceError:
            continue
        asked = question(instance)
        assert ONE_YEAR.refusal("decomposition", instance) is None
        solution = Decomposition(asked).solve()
        assert_solved(solution, split_optimum(document), asked)
        solved += solution.plan is not None
        split += solution.plan is not None and solution.plan.routes > len(instance.commodities)
    assert solved > 2 * draws // 7
    assert split > draws // 20


def test_another_set_is_the_best_but_one(tmp_path):
    document = draw_document(Random("another"), {"route_hubs": 1})
    document["policies"] = {}
    asked = question(read_document(document, tmp_path))
    brute = SmallProblem(document)
    costs = sorted(brute.value(hubs) for hubs in brute.hub_sets())
    first = Decomposition(asked).solve()
    second = Decomposition(asked).solve(SearchScope(excluded=(first.plan.open_hubs,)))
    assert (first.objective, second.objective) == (pytest.approx(costs[0]), pytest.approx(costs[1]))


def test_decomposition_states_capacity_over_one_hub_a_route_unless_customers_have_one_source(tmp_path):
    document = draw_document(Random("refusal"), {"route_hubs": 1})
    document["policies"] = {"capacity": {}}
    assert ONE_YEAR.refusal("decomposition", read_document(document, tmp_path)) is None
    document["problem"] = {"route_hubs": 1, "allocation": "single"}
    assert "capacity" in ONE_YEAR.refusal("decomposition", read_document(document, tmp_path))


def test_auto_takes_decomposition_for_many_sites_with_capacities(tmp_path):
    document = draw_document(Random("auto"), {"route_hubs": 1})
    cities = [f"X{number}" for number in range(14)]
    document["policies"] = {"capacity": {}}
    document["tables"]["cities"] += [{"id": city} for city in cities]
    document["tables"]["hubs"] += [
        {"id": city, "fixed_cost_eur_per_year": 5, "capacity_t_per_year": 9} for city in cities
    ]
    choice = choose_engine(question(read_document(document, tmp_path)))
    assert (choice.name, choice.needs_model) == ("decomposition", False)
    assert "only capacities couple" in choice.reason
