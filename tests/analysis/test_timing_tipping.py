"""Values at which the first decision over years changes, against brute force that shares no code with the program."""

from __future__ import annotations

import math
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from netdesign.analysis.timing.moved import StagedValues
from netdesign.analysis.timing.problem import load_timing
from netdesign.analysis.timing.tipping import find_first_decisions
from netdesign.analysis.timing.tipping_call import TimingTippingCall
from netdesign.analysis.verify import verify
from netdesign.errors import InstanceError
from netdesign.report.timing.sentences import AskedOverYears
from netdesign.report.timing.tipping import timing_tipping_lines
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from tests.analysis.test_tipping import moved
from tests.support.small_instances import STAGES, write_instance
from tests.support.solving import written
from tests.support.staged_first_brute import FirstCosts
from tests.support.staged_strategies import random_staged

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.results.timing_tipping_document import (
        FirstDecisionPart,
        StagedFigurePart,
        StagedPointPart,
        TimingTippingDocument,
    )
    from tests.support.solving import Document
    from tests.support.staged_first_brute import First

AGREEMENT = 2e-6
"""Relative difference of two costs, of which the program proves the one to 1e-6."""

STEP = 1e-8
"""How far below and above a change brute force looks, as a share of the range."""


def answer(document: Document, folder: Path, figure: str, low: float, high: float) -> TimingTippingDocument:
    """Return what turns the first decision of a document, which the referee then confirms."""
    scenario = "tree" if document["tables"].get("tree") else "base"
    with written(document, folder) as file:
        call = TimingTippingCall(figure=figure, low=low, high=high, width=0.2, scenario=scenario)
        _, found = find_first_decisions(str(file), call, Watch(SolveLimits()))
        contradictions, _ = verify(str(file), found)
    assert contradictions.contradictions == ()
    return found


def first_of(part: FirstDecisionPart) -> First:
    """Return a first decision as brute force has it."""
    return frozenset((one.hub, one.module, one.count) for one in part.orders), frozenset(part.closings)


def drawn_figure(draw: Random, document: Document) -> tuple[str, float, float]:
    """Return a figure of prices, volumes or rates, and a range around its value."""
    module = draw.choice(document["tables"]["modules"])
    hub = draw.choice(document["tables"]["hubs"])["id"]
    leg = draw.randrange(len(document["tables"]["legs"]))
    choices = [
        (f"modules.{module['id']}.capital_eur", 0.0, 3.0 * module["capital_eur"] + 1.0),
        ("stages.discount_rate", 0.0, 0.3),
        (f"hubs.{hub}.fixed_cost_eur_per_year", 0.0, draw.uniform(2_000, 20_000)),
        (f"legs.{leg}.cost_eur_per_t", 0.0, draw.uniform(50, 300)),
        ("factors.inter_hub", 0.0, draw.uniform(0.6, 1.5)),
        ("volume_factor", draw.uniform(0.3, 0.9), draw.uniform(1.1, 2.0)),
    ]
    return draw.choice(choices)


def agree_at(point: StagedPointPart, costs: FirstCosts, where: str) -> None:
    """Compare what is stated of a value with brute force: the best plan, and that its first decision is a best one."""
    least = costs.least
    if point.first is None:
        assert point.termination is Termination.INFEASIBLE
        assert math.isinf(least), where
        return
    slack = AGREEMENT * max(abs(least), costs.scale, 1.0)
    assert point.objective == pytest.approx(least, abs=slack), where
    assert point.bound <= least + slack, where
    for first in (point.first, *(other.first for other in point.as_good)):
        assert costs.of_first(first_of(first)) <= least + slack, where


def agree_beside(one: StagedFigurePart, document: Document, folder: Path) -> None:
    """A step below and above each change the decision named is a best one, or no longer permitted."""
    step = STEP * (one.high - one.low)
    for change in one.changes:
        for value, first in ((change.at_least - step, change.before), (change.at_most + step, change.after)):
            if first is None or not one.low <= value <= one.high:
                continue
            costs = FirstCosts(moved(document, one.name, value), folder)
            least, own = costs.least, costs.of_first(first_of(first))
            assert math.isinf(own) or own <= least + 2 * AGREEMENT * max(abs(least), costs.scale, 1.0), value


def agree_on(seed: int, folder: Path) -> tuple[int, int]:
    """Compare a draw; return how many points were solved, and how often the first decision changes."""
    draw = Random(f"timing tipping {seed}")
    document = random_staged(draw, folder)
    figure, low, high = drawn_figure(draw, document)
    try:
        found = answer(document, folder, figure, low, high)
    except InstanceError:
        # The data alone shows that nothing is permitted at the present values.
        with written(document, folder) as file, pytest.raises(InstanceError):
            load_timing(str(file), TimingTippingCall(scenario="tree" if document["tables"].get("tree") else "base"))
        return 0, 0
    if not found.has_plan:
        assert math.isinf(FirstCosts(document, folder).least)
        return 0, 0
    [one] = found.figures
    for point in one.points:
        costs = FirstCosts(moved(document, figure, point.value), folder)
        agree_at(point, costs, f"{seed}: {figure} = {point.value}")
    agree_beside(one, document, folder)
    return len(one.points), len(one.changes)


@pytest.mark.parametrize("seed", [8, 11, 28, 35])
def test_agrees_with_brute_force(seed, tmp_path):
    """Of draws in which the first decision changes: by volumes, fixed costs and capital, on paths and trees."""
    points, changes = agree_on(seed, tmp_path)
    assert points > changes > 0


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_agrees_with_brute_force_on_many(tmp_path):
    """In a good part of the draws the first decision changes; otherwise they would test little."""
    counts = Counter[str]()
    for seed in range(250):
        points, changes = agree_on(seed, tmp_path)
        counts += Counter({"draws": 1, "with a plan": points > 0, "with changes": changes > 0, "points": points})
    assert counts["with a plan"] >= 100
    assert counts["with changes"] >= 30


# What is told besides

PRICE = ("stages.contract.price_eur_per_t", 1.0, 20.0)


def found_of(text: str, folder: Path, figure: str, low: float, high: float, **options: object) -> TimingTippingDocument:
    """Return what turns the first decision of an instance."""
    gap = options.pop("gap", 1e-6)
    call = TimingTippingCall(figure=figure, low=low, high=high, **options)
    watch = Watch(SolveLimits(relative_gap=gap))
    return find_first_decisions(str(write_instance(folder, text)), call, watch)[1]


def test_a_change_is_narrowed_down_to_the_width_that_is_asked_for(tmp_path):
    """Where handling by the tonne is dear enough, modules are ordered for it at once."""
    [one] = found_of(STAGES, tmp_path, *PRICE, width=0.001).figures
    assert one.turns
    for change in one.changes:
        assert 0 < change.at_most - change.at_least <= 0.001 * 19 * (1 + 1e-9)
        assert change.before != change.after
    assert [point.value for point in one.points] == sorted({point.value for point in one.points})


def test_where_nothing_is_permitted_the_first_decision_is_none(tmp_path):
    """Without modules that suffice, and at most 500 t by contract, ten times the freight cannot be lifted."""
    found = found_of(STAGES, tmp_path, "volume_factor", 0.5, 20.0, width=0.2)
    [one] = found.figures
    assert one.points[-1].first is None
    assert one.points[-1].termination is Termination.INFEASIBLE
    assert one.changes[-1].after is None
    assert verify(str(tmp_path), found)[0].contradictions == ()


def test_two_first_decisions_that_are_as_good_as_each_other_are_told(tmp_path):
    """A change is narrowed down so far that on both sides of it both cost the same, to 1e-6."""
    found = found_of(STAGES, tmp_path, "modules.s.capital_eur", 600.0, 700.0, width=1e-7)
    told = [point for one in found.figures for point in one.points if point.as_good]
    assert told
    for point in told:
        for other in point.as_good:
            assert other.first != point.first
            assert other.objective == pytest.approx(point.objective, rel=2e-6)
    assert verify(str(tmp_path), found)[0].contradictions == ()


def test_a_call_that_is_stopped_says_what_it_has_not_looked_at(tmp_path):
    """With the switch on from the start there is no plan, and nothing is claimed."""
    watch = Watch(SolveLimits())
    watch.stopped.set()
    call = TimingTippingCall(figure="volume_factor", low=0.5, high=2.0)
    _, found = find_first_decisions(str(write_instance(tmp_path, STAGES)), call, watch)
    assert found.termination is Termination.INTERRUPTED
    assert (found.figures, found.left_out, found.objective) == ([], ["volume_factor"], None)
    assert verify(str(tmp_path), found)[0].contradictions == ()


def test_what_is_solved_before_a_limit_stands(tmp_path, monkeypatch):
    """The time is over at the present value: one end is solved, and no verdict on the range is stated."""
    watch, solved = Watch(SolveLimits()), StagedValues.point

    def then_stop(self, value, start=None):
        found = solved(self, value, start)
        watch.stopped.set()
        return found

    monkeypatch.setattr(StagedValues, "point", then_stop)
    call = TimingTippingCall(figure="volume_factor", low=0.99, high=1.01)
    problem, found = find_first_decisions(str(write_instance(tmp_path, STAGES)), call, watch)
    [one] = found.figures
    assert found.termination is one.termination is Termination.INTERRUPTED
    assert [point.value for point in one.points] == [0.99, 1.0]
    assert one.turns is None
    assert verify(str(tmp_path), found)[0].contradictions == ()
    assert timing_tipping_lines(found, AskedOverYears.of(problem.staged))[2:] == [
        "Of volume_factor from 0.99 to 1.01 not all was solved before the search stopped.",
        "What lies between two values that are solved is not looked at.",
        "The search was ended by an interruption.",
    ]


def test_a_range_beside_the_present_value_turns_it_without_a_change_inside(tmp_path):
    """Where capital is cheap two small modules stand at B in the first year; now it is one large one."""
    found = found_of(STAGES, tmp_path, "modules.s.capital_eur", 300.0, 400.0, width=0.5)
    [one] = found.figures
    assert (one.changes, one.turns) == ([], True)
    assert [point.value for point in one.points] == [300.0, 400.0]
    assert all(point.first == one.points[0].first != found.best.first for point in one.points)
