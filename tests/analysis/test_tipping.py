"""Values at which the best network changes, against brute force that shares no code with the program."""

from __future__ import annotations

import json
import math
import pickle
from copy import deepcopy
from functools import partial
from random import Random
from typing import TYPE_CHECKING

import pytest

from netdesign import catalogue
from netdesign.analysis.problem import source_named
from netdesign.analysis.tipping import find_tipping_points
from netdesign.analysis.tipping_call import TippingCall
from netdesign.analysis.tipping_jobs import FigureJob, FigureSetup, found_by_helper
from netdesign.analysis.verify import verify
from netdesign.results.tipping_document import TippingMethod
from netdesign.solve.auto import make_engine
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination, silent
from tests.analysis.test_alternatives import ranking
from tests.analysis.test_runner_up import wide
from tests.support.brute_force import BruteForce
from tests.support.services_brute import ServicesBrute
from tests.support.services_strategies import services_document
from tests.support.small_brute import SmallProblem
from tests.support.small_instances import LEGS, write_instance
from tests.support.solving import written
from tests.support.strategies import random_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from netdesign.results.tipping_document import FigurePart, TippingDocument
    from tests.support.solving import Document

STEP = 1e-6
"""Below and above a breakpoint the network named is best, so far from it as a share of the range."""

NOISE = 1e-9
"""Relative difference of two costs that is rounding."""

Costs = dict[frozenset[str], float]


def answer(document: Document, folder: Path, figure: str | None, *ends: float, **options: object) -> TippingDocument:
    """Return what turns the answer of a document, which the referee then confirms."""
    with written(document, folder):
        low, high = ends or (None, None)
        call = TippingCall(figure=figure, low=low, high=high, **options)
        _, found = find_tipping_points(str(folder), call, Watch(SolveLimits(relative_gap=1e-9)))
        contradictions, _ = verify(str(folder), found)
    assert contradictions.contradictions == ()
    return found


def moved(document: Document, figure: str, value: float) -> Document:
    """Return a document in which a figure has a value."""
    changed = deepcopy(document)
    if figure == "volume_factor" and "volume_factor" not in document:
        for row in changed["tables"]["demand"]:
            row["volume_t_per_year"] *= value
        return changed
    holder = changed
    *words, last = figure.split(".")
    holder = holder["tables"] if words and words[0] in holder["tables"] else holder
    for word in words:
        if isinstance(holder, list):
            holder = next((row for row in holder if row.get("id") == word), None) or holder[int(word)]
        else:
            holder = holder.setdefault(word, {})
    holder[last] = value
    return changed


def costs_of_small(document: Document, figure: str, value: float) -> Costs:
    """Return the cost of each permitted set of hubs by brute force."""
    brute = SmallProblem(moved(document, figure, value))
    return {frozenset(hubs): brute.value(hubs) for hubs in brute.hub_sets() if "C0" in hubs}


def names(one: FigurePart, value: float) -> frozenset[str]:
    """Return the network that an exact answer says is best at a value between its changes."""
    after = [change for change in one.changes if change.at_least < value]
    if after:
        return frozenset(after[-1].after)
    return frozenset(one.changes[0].before if one.changes else one.points[-1].open_hubs)


def is_best(costs: Costs, hubs: frozenset[str]) -> bool:
    """Return whether a set has the least cost, but for rounding."""
    least = min(costs.values())
    return costs[hubs] <= least + NOISE * abs(least)


def agree(one: FigurePart, costs_at: Callable[[float], Costs], draw: Random) -> None:
    """Compare an exact answer with brute force, beside each breakpoint and at values in between."""
    assert one.method is not TippingMethod.BISECTION
    assert one.is_proven
    width = one.high - one.low
    for change in one.changes:
        assert change.at_least == change.at_most
        below, above = costs_at(change.at_least - STEP * width), costs_at(change.at_least + STEP * width)
        assert is_best(below, frozenset(change.before))
        assert is_best(above, frozenset(change.after))
    exact = [change.at_least for change in one.changes]
    grid = [one.low + width * step / 40 for step in range(1, 40)]
    for value in [*grid, *(draw.uniform(one.low, one.high) for _ in range(5))]:
        if all(abs(value - at) > STEP * width for at in exact):
            assert is_best(costs_at(value), names(one, value)), value


def drawn_figure(draw: Random, document: Document) -> tuple[str, float, float]:
    """Return a figure that moves prices or volumes along a line, and a range around its value."""
    hub = draw.choice(document["tables"]["hubs"])["id"]
    leg = draw.randrange(len(document["tables"]["legs"]))
    return draw.choice(
        [
            (f"hubs.{hub}.fixed_cost_eur_per_year", 0.0, draw.uniform(5_000, 20_000)),
            ("factors.inter_hub", 0.0, draw.uniform(0.6, 1.5)),
            ("factors.collection", draw.uniform(0.1, 0.9), draw.uniform(1.1, 3.0)),
            ("volume_factor", draw.uniform(0.05, 0.9), draw.uniform(1.1, 20.0)),
            (f"legs.{leg}.cost_eur_per_t", 0.0, draw.uniform(50, 300)),
        ]
    )


def agree_on_small(seed: int, folder: Path) -> int:
    """Compare a draw, and return how often its network changes."""
    draw = Random(f"tipping {seed}")
    document = wide(f"tipping {seed}", sites=draw.randint(3, 5))
    document["problem"] = {"allocation": draw.choice(["multiple", "multiple", "single"])}
    if document["problem"]["allocation"] == "single":
        document = wide(f"tipping {seed}", sites=3) | {"problem": document["problem"]}
    figure, low, high = drawn_figure(draw, document)
    [one] = answer(document, folder, figure, low, high).figures
    agree(one, partial(costs_of_small, document, figure), draw)
    return len(one.changes)


def test_breakpoints_are_those_of_brute_force(tmp_path):
    assert sum(agree_on_small(seed, tmp_path) for seed in range(12)) > 5


@pytest.mark.long
@pytest.mark.parametrize("seeds", [range(first, first + 12) for first in range(12, 120, 12)], ids=str)
def test_breakpoints_of_further_draws_are_those_of_brute_force(seeds, tmp_path):
    assert sum(agree_on_small(seed, tmp_path) for seed in seeds) > 3


FIGURES = ("factors.inter_hub", "air.inbound_rate_eur_per_kg", "handling.cost_eur_per_parcel", "border.cost_eur_per_t")
"""Prices of instances with policies in force."""


def agree_on_policies(seed: int, folder: Path, make: Callable[..., Document], force: type[BruteForce]) -> bool:
    """Compare a draw with policies, or with vehicles; return whether any network is feasible."""
    draw = Random(f"tipping with policies {seed}")
    document = make(draw)
    if not ranking(force(document)):
        return False
    figure = draw.choice([one for one in FIGURES if one.split(".")[0] in document or one.startswith("factors")])
    block, name = figure.split(".")
    value = float(document.get(block, {}).get(name, 1.0)) or 0.5
    found = answer(document, folder, figure, 0.3 * value, 2.5 * value)
    if not found.figures:
        return False
    [one] = found.figures

    def costs_at(at: float) -> Costs:
        return {found.hubs: found.cost for found in ranking(force(moved(document, figure, at)))}

    assert one.method is not TippingMethod.BISECTION
    for change in one.changes:
        for side, hubs in ((-1, change.before), (1, change.after)):
            costs = costs_at(change.at_least + side * STEP * 2.2 * value)
            assert costs[frozenset(hubs)] <= min(costs.values()) * (1 + 1e-6)
    for at in (draw.uniform(one.low, one.high) for _ in range(2)):
        costs = costs_at(at)
        if one.method is TippingMethod.EXACT:
            assert costs[names(one, at)] <= min(costs.values()) * (1 + 1e-6)
    return True


KINDS = {"freight": (random_document, BruteForce), "vehicles": (services_document, ServicesBrute)}


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(15))
def test_breakpoints_with_policies_in_force(kind, seed, tmp_path):
    agree_on_policies(seed, tmp_path, *KINDS[kind])


def test_every_value_of_a_bisection_is_that_of_brute_force(tmp_path):
    """Two figures at once: a leg that is priced by a factor and limits; here a capacity, which couples the freight."""
    draw = Random("bisection")
    for seed in range(4):
        document = wide(f"bisection {seed}", sites=4) | {"problem": {"allocation": "single"}}
        document["policies"] = {"capacity": {}}
        total = sum(row["volume_t_per_year"] for row in document["tables"]["demand"])
        for row in document["tables"]["hubs"]:
            row["capacity_t_per_year"] = draw.uniform(0.6, 2.0) * total
        figure = "hubs.C0.capacity_t_per_year"
        [one] = answer(document, tmp_path, figure, 0.1 * total, 2.0 * total, width=0.05).figures
        assert one.method is TippingMethod.BISECTION
        assert not one.is_proven
        for point in one.points:
            costs = costs_of_small(document, figure, point.value)
            if point.open_hubs:
                assert is_best(costs, frozenset(point.open_hubs))
            else:
                assert math.isinf(min(costs.values()))
        for change in one.changes:
            assert 0 < change.at_most - change.at_least <= 0.05 * (one.high - one.low) * (1 + NOISE)


# tiny: B + D is best and B + E EUR 7,000 a year dearer; each hub but B costs EUR 100,000 a year.


def test_a_hub_pays_up_to_what_it_saves():
    _, found = find_tipping_points(
        "tiny", TippingCall(figure="hubs.E.fixed_cost_eur_per_year", low=0, high=200_000), Watch(SolveLimits())
    )
    [one] = found.figures
    [change] = one.changes
    assert change.at_least == change.at_most == pytest.approx(93_000, abs=1e-6)
    assert (change.before, change.after) == (["B", "E"], ["B", "D"])
    assert (one.method, one.is_proven, one.turns) == (TippingMethod.EXACT, True, True)
    assert (one.value, one.unit) == (100_000, "EUR/year")
    assert [point.value for point in one.points] == [0, change.at_least, change.at_least, 100_000, 200_000]
    assert (one.today_low.objective, one.today_high.objective) == (400_000, 400_000)


def test_a_price_that_divides_is_exact_too():
    """A truck that carries twice as much halves what each tonne pays on the road."""
    _, found = find_tipping_points(
        "tiny", TippingCall(figure="road.truck_load_t", low=0.2, high=4), Watch(SolveLimits())
    )
    [one] = found.figures
    assert one.method is TippingMethod.EXACT
    for change in one.changes:
        for side, hubs in ((-1, change.before), (1, change.after)):
            value = change.at_least * (1 + side * STEP)
            _, there = find_tipping_points(
                "tiny",
                TippingCall(overrides=(f"road.truck_load_t={value}",), figure="road.truck_load_t", low=0.1, high=5),
                Watch(SolveLimits()),
            )
            assert there.best.open_hubs == hubs
    assert one.changes


def test_a_figure_without_effect_is_not_solved():
    _, found = find_tipping_points(
        "tiny", TippingCall(figure="road.co2e_g_per_tkm", low=0, high=200), Watch(SolveLimits())
    )
    [one] = found.figures
    assert (one.method, one.is_proven, one.turns, one.points) == (TippingMethod.NO_EFFECT, True, False, [])


def test_a_range_that_does_not_hold_the_present_value():
    _, found = find_tipping_points(
        "tiny", TippingCall(figure="factors.inter_hub", low=0.9, high=1.0), Watch(SolveLimits())
    )
    [one] = found.figures
    assert (one.value, one.changes, one.turns, one.is_proven) == (0.5, [], True, True)
    assert [point.open_hubs for point in one.points] == [["B"], ["B"]]


def test_whole_numbers_are_solved_one_by_one():
    _, found = find_tipping_points(
        "tiny-vehicles",
        TippingCall(figure="services.distribution.departures_per_week.min", low=1, high=12),
        Watch(SolveLimits()),
    )
    [one] = found.figures
    assert one.method is TippingMethod.BISECTION
    assert all(point.value == int(point.value) for point in one.points)
    assert all(change.at_most - change.at_least == 1 for change in one.changes)


def test_what_a_model_of_ones_own_makes_of_a_figure_is_not_known(tmp_path):
    file = catalogue.models()["multiple_allocation_path"]
    mine = tmp_path / "mine.py"
    mine.write_bytes(file.read_bytes())
    write_instance(tmp_path, LEGS)
    call = TippingCall(model=str(mine), figure="hubs.B.fixed_cost_eur_per_year", low=10, high=300, width=0.5)
    _, found = find_tipping_points(str(tmp_path), call, Watch(SolveLimits()))
    assert found.figures[0].method is TippingMethod.BISECTION


def test_no_permitted_network_ends_with_nothing_looked_at(tmp_path):
    document = wide("infeasible", sites=3) | {"problem": {"allocation": "single"}, "policies": {"capacity": {}}}
    for row in document["tables"]["demand"]:
        row["volume_t_per_year"] = 100 if (row["origin"], row["destination"]) == ("C0", "C1") else 1
    for row in document["tables"]["hubs"]:
        row["capacity_t_per_year"] = 60
    found = answer(document, tmp_path, "factors.inter_hub", 0.1, 1.0)
    assert (found.termination, found.figures, found.left_out) == (Termination.INFEASIBLE, [], ["factors.inter_hub"])


def test_where_the_data_show_that_nothing_is_permitted_no_network_is_feasible(tmp_path):
    document = wide("unsound", sites=3) | {"policies": {"capacity": {}}}
    total = sum(row["volume_t_per_year"] for row in document["tables"]["demand"])
    for row in document["tables"]["hubs"]:
        row["capacity_t_per_year"] = 0.6 * total
    [one] = answer(document, tmp_path, "volume_factor", 0.5, 4.0, width=0.05).figures
    assert one.points[-1].open_hubs == []
    assert one.changes[-1].after == []
    assert one.turns


RANGES = "".join(
    f"{{path: {path}, low: {low}, high: {high}}}, "
    for path, low, high in (
        ("volume_factor", 0.2, 4),
        ("hubs.E.fixed_cost_eur_per_year", 0, 200_000),
        ("hubs.D.fixed_cost_eur_per_year", 50_000, 150_000),
        ("factors.inter_hub", 0.2, 1),
    )
)
FOUR_RANGES = (f"tables.ranges=[{RANGES.removesuffix(', ')}]",)


def test_processes_look_at_figures_as_this_one_does():
    call = TippingCall(overrides=FOUR_RANGES)
    alone, shared = (find_tipping_points("tiny", call, Watch(SolveLimits(threads=threads)))[1] for threads in (1, 2))
    assert [one.name for one in alone.figures] == [one.name for one in shared.figures]
    assert alone.figures == shared.figures
    assert alone.plans == shared.plans
    assert verify("tiny", shared)[0].contradictions == ()


def test_a_helper_looks_at_a_figure_as_this_process_does():
    """Without a process of its own: the function that helpers call gives the same."""
    call = TippingCall(overrides=FOUR_RANGES)
    problem, found = find_tipping_points("tiny", call, Watch(SolveLimits()))
    ranges = problem.instance.ranges
    question = problem.question(Watch(SolveLimits()), silent, call.engine)
    engine = make_engine(question)
    best = engine.solve()
    others = engine.solve(SearchScope(excluded=(tuple(best.plan.open_hubs),)))
    source = source_named("tiny", TippingCall())
    setup = FigureSetup(source, call, ranges, SolveLimits(), best, max(best.bound, others.bound))
    job = pickle.loads(pickle.dumps(FigureJob(pickle.dumps(setup), 1)))
    helped = pickle.loads(pickle.dumps(found_by_helper(job)))
    stated = found.figures[1]
    assert [point.objective for point in helped.part.points] == [point.objective for point in stated.points]
    assert (helped.part.name, helped.part.changes) == (stated.name, stated.changes)
    parts = list(helped.plans.values())
    assert [parts[point.plan] for point in helped.part.points] == [found.plans[point.plan] for point in stated.points]


def test_a_limit_leaves_what_was_found(tmp_path):
    watch = Watch(SolveLimits())
    seen = []

    def listen(progress):
        seen.append(progress.task)
        if len(set(seen)) > 4:
            watch.stopped.set()

    from netdesign.analysis.listeners import Listeners

    call = TippingCall(figure="volume_factor", low=0.2, high=4)
    _, found = find_tipping_points("tiny", call, watch, Listeners(listen))
    verification, _ = verify("tiny", found)
    assert verification.contradictions == ()
    assert found.termination in (Termination.INTERRUPTED, Termination.OPTIMAL)
    assert json.loads(found.model_dump_json())["format"] == "netdesign.tipping/1"
