"""The monolithic engine: its four endings, its stop switch, and that a wrong model is found out."""

from __future__ import annotations

import _thread
import signal
import time
from dataclasses import replace
from random import Random
from threading import Event
from threading import enumerate as enumerate_threads
from typing import TYPE_CHECKING, Any

import pytest

from netdesign import catalogue
from netdesign.errors import DisagreementError, UsageError
from netdesign.evaluate import evaluate
from netdesign.network import build_network
from netdesign.solve import straight_model
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.limits import SOLVER_THREAD, SolveLimits, Watch
from netdesign.solve.core.outcome import Phases, Progress, Termination, relative_gap, silent
from netdesign.solve.lp import background_run
from netdesign.solve.lp.from_pyomo import compile_model
from netdesign.solve.lp.model_run import run_model
from netdesign.solve.monolithic import Monolithic
from tests.support.solving import FORMULATION, engine, hand_priced, question, read_document, solve_instance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from netdesign.instance import Instance

CITIES = [f"C{number}" for number in range(10)]


def ten_cities() -> dict[str, Any]:
    """Ten cities that are all sites, with capacities and minima: the first plan found is far from the best.

    HiGHS takes about a second; the first plan, after a quarter of one, costs more than twice as much as the best.
    """
    draw = Random(1)
    at = {name: (draw.random(), draw.random()) for name in CITIES}

    def cost(start: str, end: str) -> float:
        (x, y), (u, v) = at[start], at[end]
        return 100 * ((x - u) ** 2 + (y - v) ** 2) ** 0.5

    pairs = [(start, end) for start in CITIES for end in CITIES if start != end]
    legs = [{"from": start, "to": end, "cost_eur_per_t": cost(start, end)} for start, end in pairs]
    hubs = [
        {"id": name, "capacity_t_per_year": draw.randint(300, 600), "fixed_cost_eur_per_year": draw.randint(300, 900)}
        for name in CITIES
    ]
    demand = [{"origin": a, "destination": b, "volume_t_per_year": draw.randint(5, 20)} for a, b in pairs]
    minima = [{"site": name, "tonnes_per_year": 150} for name in CITIES]
    return {
        "format": "netdesign.instance/1",
        "name": "ten",
        "factors": {"inter_hub": 0.5},
        "parcel": {"weight_kg": 1},
        "streams": {"freight": {}},
        "policies": {"capacity": {}, "minimum_throughput": {"counts": "all", "hubs": minima}},
        "tables": {"cities": [{"id": name} for name in CITIES], "hubs": hubs, "legs": legs, "demand": demand},
    }


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """An instance that does not end before it can be stopped."""
    return read_document(ten_cities(), tmp_path_factory.mktemp("ten"))


@pytest.fixture
def hand(tmp_path: Path) -> Instance:
    """The instance of two cities that test_referee.py prices on paper."""
    return read_document(hand_priced(), tmp_path)


@pytest.fixture
def hears_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the listener hear of every step instead of two a second."""
    monkeypatch.setattr(background_run, "_PROGRESS_EVERY_S", 0.0)


def stopped_at_the_first_plan(instance: Instance, watch: Watch, stop: Callable[[], None]) -> Monolithic:
    """Return an engine that calls ``stop`` once, as soon as HiGHS holds a plan, from HiGHS's own thread."""
    calls: list[float] = []

    def listen(progress: Progress) -> None:
        if progress.incumbent is not None and not calls:
            calls.append(progress.incumbent)
            stop()

    return Monolithic(replace(question(instance, watch=watch), listen=listen))


# The four endings


def test_an_optimum_comes_with_plan_objective_and_an_equal_bound(hand):
    """Optimal means a gap of at most 1e-6, and the objective is the referee's price of the plan."""
    solution = Monolithic(question(hand, watch=Watch(SolveLimits()))).solve()
    assert solution.termination is Termination.OPTIMAL
    assert solution.gap is not None
    assert solution.gap <= 1e-6
    assert solution.bound <= solution.objective
    assert evaluate(hand, build_network(hand), solution.plan).costs.total == solution.objective


def test_an_infeasible_model_has_no_plan_and_an_infinite_bound(tmp_path):
    """Nobody can send all freight from G to b in time and over a, whose way there is late."""
    document = hand_priced()
    document["policies"] = {"service": {"share": 1}, "forbidden": ["S"]}
    solution = solve_instance(read_document(document, tmp_path))
    assert (solution.termination, solution.plan, solution.objective) == (Termination.INFEASIBLE, None, None)
    assert (solution.bound, solution.gap) == (float("inf"), None)


@pytest.mark.long
@pytest.mark.usefixtures("hears_everything")
def test_a_time_limit_that_comes_after_a_plan_keeps_plan_and_bound(ten):
    """The plan so far is permitted and priced; the bound is under the best of all plans."""
    watch = Watch(SolveLimits(time_limit_s=3))
    run = stopped_at_the_first_plan(ten, watch, lambda: time.sleep(watch.remaining_s + 0.1))
    # Building does not count here: a slow machine has its three seconds for the first plan.
    watch.started = time.monotonic()
    solution = run.solve()
    assert solution.termination is Termination.TIME_LIMIT
    assert solution.plan is not None
    assert evaluate(ten, build_network(ten), solution.plan).violations == ()
    best = solve_instance(ten)
    assert best.termination is Termination.OPTIMAL
    assert solution.bound <= best.objective * (1 + 1e-6)
    assert best.objective < solution.objective
    assert solution.gap == relative_gap(solution.objective, solution.bound)
    assert solution.gap > 0.01


def test_a_limit_without_a_plan_says_so_and_proves_nothing(hand):
    """Neither a limit that is over before the start nor one that HiGHS meets at once leaves a number behind."""
    late = Monolithic(question(hand, watch=Watch(SolveLimits(time_limit_s=0)))).solve()
    assert (late.termination, late.plan, late.objective) == (Termination.TIME_LIMIT, None, None)
    assert (late.bound, late.gap) == (float("-inf"), None)
    # The engine would not start HiGHS any more; HiGHS itself is asked here.
    compiled = compile_model(FORMULATION.build(hand, build_network(hand)))
    outcome = run_model(compiled, (), Watch(SolveLimits(time_limit_s=0)), silent, "at once")
    assert (outcome.termination, outcome.values, outcome.bound) == (Termination.TIME_LIMIT, None, float("-inf"))


def test_a_looser_gap_that_is_met_is_not_called_optimal(ten):
    """The first plan will do at a gap of 0.9, and says by how much it may be off."""
    watch = Watch(SolveLimits(relative_gap=0.9))
    solution = Monolithic(question(ten, watch=watch)).solve()
    assert solution.termination is Termination.GAP_REACHED
    assert 1e-6 < solution.gap <= 0.9


# The stop switch


@pytest.mark.usefixtures("hears_everything")
def test_the_stop_switch_ends_a_running_solve_with_the_best_plan_so_far(ten):
    """Set from another thread, as a command that is interrupted sets it."""
    watch = Watch(SolveLimits())
    solution = stopped_at_the_first_plan(ten, watch, watch.stopped.set).solve()
    assert solution.termination is Termination.INTERRUPTED
    assert solution.plan is not None
    assert solution.bound < solution.objective


@pytest.fixture
def feels_ctrl_c():
    """Python as it is in a terminal: a job in the background of a shell starts with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hears_everything", "feels_ctrl_c")
def test_ctrl_c_sets_the_stop_switch(ten):
    """A KeyboardInterrupt in the main thread is not raised through the solve; it ends it."""
    watch = Watch(SolveLimits())

    def press() -> None:
        _thread.interrupt_main()
        # Held until the main thread has seen it, or it would meet the tests that follow.
        assert watch.stopped.wait(30)

    solution = stopped_at_the_first_plan(ten, watch, press).solve()
    assert solution.termination is Termination.INTERRUPTED
    assert solution.plan is not None


@pytest.mark.parametrize("stops", [True, False], ids=["switch", "time limit"])
def test_a_solver_that_does_not_stop_is_left_behind_with_its_best_plan(stops, ten, monkeypatch):
    """As HiGHS, which hears nothing while it solves the first LP of a large MIP; here it waits in a callback."""
    monkeypatch.setattr(background_run, "_GRACE_S", 0.1)
    limit_s = 60.0
    watch = Watch(SolveLimits(time_limit_s=None if stops else limit_s))
    may_end = Event()

    def hang() -> None:
        if stops:
            watch.stopped.set()
        else:
            watch.started -= limit_s
        assert may_end.wait(30)

    run = stopped_at_the_first_plan(ten, watch, hang)
    try:
        solution = run.solve()
        assert any(thread.name == SOLVER_THREAD for thread in enumerate_threads())
    finally:
        watch.stopped.set()  # or it would solve on beside the tests that follow
        may_end.set()
    assert solution.termination is (Termination.INTERRUPTED if stops else Termination.TIME_LIMIT)
    assert solution.plan is not None
    assert evaluate(ten, build_network(ten), solution.plan).violations == ()
    assert solution.bound < solution.objective


def test_after_the_switch_is_set_nothing_new_is_started(hand):
    """The later solves of a command that was stopped end at once."""
    watch = Watch(SolveLimits())
    watch.stopped.set()
    solution = Monolithic(question(hand, watch=watch)).solve()
    assert (solution.termination, solution.plan, solution.bound) == (Termination.INTERRUPTED, None, float("-inf"))


# Solving again


def test_a_search_holds_for_one_solve_only(hand):
    """Asking for two hubs, then for another one than was best, then for nothing: the first answer comes back."""
    run = engine(hand)
    best = run.solve()
    # The figures of test_referee.py: a alone, and with S as well.
    assert (best.plan.open_hubs, best.objective) == (("a",), pytest.approx(185_060))
    with_s = run.solve(SearchScope(range(2, 3)))
    assert (with_s.plan.open_hubs, with_s.objective) == (("a", "S"), pytest.approx(411_260))
    assert run.solve(SearchScope(excluded=(("a",),))).objective == with_s.objective
    without = run.solve(SearchScope(range(1, 2), (("a",),)))
    assert without.termination is Termination.INFEASIBLE
    assert run.solve().objective == pytest.approx(best.objective)


def test_the_phases_are_those_of_the_work_and_add_up(hand):
    """Building is charged to the first solve; no phase counts twice, and none is longer than the clock on the wall."""
    begun = time.perf_counter()
    run = engine(hand)
    first, second = run.solve().phases, run.solve().phases
    on_the_wall = time.perf_counter() - begun
    assert first.build_s > 0
    assert second.build_s == 0
    for phases in (first, second):
        assert phases.hand_over_s > 0
        assert phases.solve_s > 0
    total = first + second
    assert total == Phases(
        0.0, first.build_s + second.build_s, first.hand_over_s + second.hand_over_s, first.solve_s + second.solve_s
    )
    assert total.total_s <= on_the_wall


# Models that cannot, or that are wrong


def changed_model(folder: Path, *replacements: tuple[str, str]) -> Path:
    """Write the bundled model with some of its words replaced, as a user's file."""
    text = catalogue.find_model("multiple_allocation_path").read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    file = folder / "own_model.py"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_formulation_refuses_a_policy_by_name(tmp_path):
    """Nothing is ignored in silence: what the file does not list, it does not solve."""
    document = hand_priced()
    document["policies"] |= {"required": ["S"], "capacity": {}}
    instance = read_document(document, tmp_path)
    fewer = "POLICIES = frozenset({'deadline', 'capacity'})"
    formulation = catalogue.load_formulation(changed_model(tmp_path, ("POLICIES = ROUTE_POLICIES", fewer)))
    with pytest.raises(UsageError) as caught:
        engine(instance, formulation)
    assert caught.value.message == (
        "model own_model cannot state minimum_throughput, required; choose another --model or take out "
        "policies.minimum_throughput, policies.required (or --open): --set KEY=null does so for one call"
    )


def test_a_formulation_refuses_another_problem(tmp_path):
    """Single allocation is not solved by a model of multiple allocation."""
    instance = read_document(hand_priced() | {"problem": {"allocation": "single"}}, tmp_path)
    with pytest.raises(UsageError) as caught:
        engine(instance)
    assert caught.value.message == (
        "model multiple_allocation_path solves allocation: multiple, objective: cost, route_hubs: 2 or allocation: "
        "multiple, objective: cost, route_hubs: 2, network: chosen; "
        "the instance states allocation: single, objective: cost, route_hubs: 2; choose another --model"
    )


def test_a_wrong_objective_is_found_out(hand, tmp_path):
    """A model that forgets the fixed cost states 100,000 less than the referee, and that is an error."""
    wrong = ("fixed_cost(model, instance) + transport_cost", "transport_cost")
    formulation = catalogue.load_formulation(changed_model(tmp_path, wrong))
    with pytest.raises(DisagreementError) as caught:
        solve_instance(hand, formulation)
    # Without its fixed cost S pays at once: 53,760 of freight, and no shortfall.
    assert caught.value.message == (
        "engine and referee disagree: the model states 53,760.00 EUR/year with bound 53,760.00, "
        "the referee prices the plan at 411,260.00"
    )


def test_a_wrong_constraint_is_found_out(tmp_path):
    """A model that forgets the capacity overloads a hub, and the referee names it."""
    document = hand_priced()
    document["policies"] = {"capacity": {}, "required": ["S"]}
    document["tables"]["hubs"][1]["capacity_t_per_year"] = 100
    instance = read_document(document, tmp_path)
    formulation = catalogue.load_formulation(
        changed_model(tmp_path, ("    add_freight_policies(model)  # (7) to (13)\n", ""))
    )
    with pytest.raises(DisagreementError) as caught:
        solve_instance(instance, formulation)
    # All 170 t pass S, where they are cheapest.
    assert caught.value.message == (
        "the referee rejects the plan of model own_model: capacity: S: lifts 170.0 t/year; its capacity is 100.0"
    )


def test_a_promise_that_no_route_can_keep_is_infeasible_not_an_error(tmp_path):
    """Where nothing arrives in time the row of the service share has no term on its left side to be refused for."""
    document = hand_priced()
    document["streams"]["inbound"]["deadline_h"] = 1
    document["policies"] = {"service": {"by_country": {"HU": 0.5}}}
    # Only the inbound stream has a deadline now, and no route keeps it.
    document["streams"]["parcels"] = {}
    assert solve_instance(read_document(document, tmp_path)).termination is Termination.INFEASIBLE


def test_a_second_exclusive_group_of_the_same_name_does_not_replace_the_first(tmp_path):
    """The city a has a hub, so S may not open, whatever a further group says of others."""
    document = hand_priced()
    document["tables"]["hubs"].append({"id": "b", "fixed_cost_eur_per_year": 1})
    document["policies"] = {"exclusive": [{"name": "one", "sites": sites} for sites in (["a", "S"], ["S", "b"])]}
    run = engine(read_document(document, tmp_path))
    assert run.solve(SearchScope(excluded=(("a",),))).plan.open_hubs == ("a", "b")


def test_a_minimum_of_less_than_a_kilogram_is_no_more_than_that(tmp_path):
    """Rows are scaled, not their meaning: 0.0004 t of inbound freight can meet a minimum of 0.0002 t and no more."""
    document = hand_priced()
    document["tables"]["demand"][0]["volume_t_per_year"] = 0.0004
    minimum = {"counts": "inbound", "hubs": [{"site": "S", "tonnes_per_year": 0.0002}]}
    document["policies"] = {"required": ["S"], "minimum_throughput": minimum}
    assert solve_instance(read_document(document, tmp_path)).termination is Termination.OPTIMAL


@pytest.mark.parametrize("stops", [True, False], ids=["switch", "time limit"])
def test_a_model_that_is_not_built_in_time_is_left_behind(stops, ten, monkeypatch):
    """Pyomo looks at no clock; it proves nothing then."""
    monkeypatch.setattr(background_run, "_GRACE_S", 0.1)
    monkeypatch.setattr(straight_model, "_MANY_ROUTES", 0)
    watch, may_end = Watch(SolveLimits(time_limit_s=60.0)), Event()

    class Building:
        POLICIES, PROBLEMS, __name__ = FORMULATION.POLICIES, FORMULATION.PROBLEMS, FORMULATION.__name__

        @staticmethod
        def build(*_: object) -> None:
            if stops:
                watch.stopped.set()
            else:
                watch.started -= 60.0
            assert may_end.wait(30)

    try:
        solution = straight_model.StraightModel(question(ten, Building(), watch)).solve()
    finally:
        may_end.set()
    ending = Termination.INTERRUPTED if stops else Termination.TIME_LIMIT
    assert (solution.termination, solution.plan, solution.bound) == (ending, None, float("-inf"))
