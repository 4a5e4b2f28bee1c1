"""Values at which the first decision over years changes, against brute force that shares no code with the program."""

from __future__ import annotations

import math
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from netdesign.analysis.timing.problem import load_timing
from netdesign.analysis.timing.tipping import find_first_decisions
from netdesign.analysis.timing.tipping_call import TimingTippingCall
from netdesign.analysis.verify import verify
from netdesign.errors import InstanceError
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from tests.analysis.test_tipping import moved
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


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_brute_force(seed, tmp_path):
    agree_on(seed, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_agrees_with_brute_force_on_many(tmp_path):
    """In a good part of the draws the first decision changes; otherwise they would test little."""
    counts = Counter[str]()
    for seed in range(4, 124):
        points, changes = agree_on(seed, tmp_path)
        counts += Counter({"draws": 1, "with a plan": points > 0, "with changes": changes > 0, "points": points})
    assert counts["with a plan"] >= 90
    assert counts["with changes"] >= 30
