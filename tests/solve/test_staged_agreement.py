"""Every engine of stages, the referee, and brute force agree on random small instances whose restrictions bind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netdesign.errors import InstanceError
from netdesign.evaluate.staged import evaluate_staged
from netdesign.instance.stages import Risk, RiskMeasure
from netdesign.network.staged import build_networks
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.multistage.question import StagedQuestion
from netdesign.solve.registry import STAGED
from tests.support.staged_brute import CARBON, PARTS, StagedBrute, StagedOptimum, wait_and_see_costs
from tests.support.staged_strategies import carbon_staged, random_staged, read_staged_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.question import StagedSolution
    from tests.support.staged_strategies import Document


DRAWS, BLOCK = 360, 5
"""Seeds 0 to 359; a block of them takes about one second."""

QUICK = (10, 12, 15, 16, 18, 20, 40, 41, 43, 44, 45, 47, 48, 52, 53)
"""Seeds that every run of the tests takes: few, among which is all that they are held to have."""

LEAST_DECIDED = 5
"""In how many of all draws each part has to decide the answer; in one of the quick ones."""

TRAITS = (
    *("one path", "two stages", "three stages"),
    *("hubs stay open", "hubs may close", "a hub closes"),
    *(f"ordered {years} years ahead" for years in range(3)),
    *("capacity binds", "capacity is loose", "minima bind", "minima are loose"),
    *("cvar", "regret"),
    *STAGED.names,
)
"""What a draw with a plan may be; an engine's name where it states the draw."""

AGREEMENT = 1e-6
"""Largest difference between two optima, relative to the cost of the dearest path."""


@dataclass(frozen=True)
class Draw:
    """An instance, as it is read and enumerated, and its optimum."""

    staged: StagedInstance
    known: np.ndarray | None
    brute: StagedBrute
    optimum: StagedOptimum


def engines_agree(staged: StagedInstance, engines: Iterable[str] = STAGED.names) -> Draw:
    """Solve by brute force and by every engine that can state the instance; they agree, and the referee with them."""
    known = wait_and_see_costs(staged) if staged.stages.risk.measure is RiskMeasure.REGRET else None
    if known is not None and not np.isfinite(known).all():
        # Where a path has no plan there is none at all, and no regret to speak of.
        staged = replace(staged, stages=staged.stages.model_copy(update={"risk": Risk()}))
        known = None
    brute = StagedBrute(staged, known)
    optimum = brute.solve()
    limits = SolveLimits(relative_gap=0.0, checks_cuts=True)
    for name in engines:
        if STAGED.refusal(name, staged) is None:
            asked = StagedQuestion(staged, build_networks(staged), Watch(limits), known=known)
            assert_judged(asked, STAGED[name].engine(asked).solve(), optimum)
    return Draw(staged, known, brute, optimum)


def assert_judged(asked: StagedQuestion, solution: StagedSolution, optimum: StagedOptimum) -> None:
    """The solution is the optimum, the bound proves it, and the referee permits the plan at the same cost."""
    if not optimum.is_feasible:
        assert (solution.termination, solution.plan) == (Termination.INFEASIBLE, None)
        return
    assert solution.termination is Termination.OPTIMAL
    assert solution.plan is not None
    found = evaluate_staged(asked.staged, asked.networks, solution.plan, asked.known)
    assert found.violations == ()
    # Not under what is found here: sums of NumPy differ in the last digit by where in memory their arrays lie.
    assert solution.bound <= solution.objective
    # A regret is right only as far as the costs are whose difference it is.
    tolerance = AGREEMENT * max(1.0, *map(abs, optimum.path_costs))
    for figure in (solution.objective, solution.bound, found.objective):
        assert figure == pytest.approx(optimum.value, rel=0, abs=tolerance)
    bounds = [point.bound for point in solution.trace if point.bound is not None]
    assert bounds == sorted(bounds)


def read_if_sound(document: Document, folder: Path) -> StagedInstance | None:
    """Read a document; None where the data alone shows that it has no plan."""
    try:
        return read_staged_document(document, folder)
    except InstanceError:
        return None


@cache
def agreed(seed: int, folder: Path) -> Draw | None:
    """Return the draw of a seed, which all agree on; None for one that does not count."""
    try:
        staged = read_if_sound(random_staged(Random(seed), folder), folder)
        return None if staged is None else engines_agree(staged)
    except Exception as error:
        error.add_note(f"seed {seed}: random_staged(Random({seed}), folder)")
        raise


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for instance files, one at a time."""
    return tmp_path_factory.mktemp("draws")


def deciding(part: str, seeds: Iterable[int], folder: Path) -> Iterator[Draw]:
    """Yield the draws that a part decides."""
    for seed in seeds:
        draw = agreed(seed, folder)
        in_force = draw is not None and part in draw.brute.parts_in_force()
        if in_force and draw.brute.decides(part, draw.optimum):
            yield draw


def traits(draw: Draw) -> Iterator[str]:
    """Yield those of TRAITS that a draw with a plan has."""
    staged, decisions, in_force = draw.staged, draw.optimum.decisions, draw.brute.parts_in_force()
    forks = max(sum(len(staged.children[v]) > 1 for v in staged.path_to(leaf)) for leaf in staged.leaves)
    yield TRAITS[forks]
    yield "hubs may close" if staged.stages.closing else "hubs stay open"
    if any(decision.closings for decision in decisions):
        yield "a hub closes"
    for years in {staged.modules[order.module].lead for decision in decisions for order in decision.orders}:
        yield f"ordered {years} years ahead"
    yield "capacity binds" if draw.brute.decides("capacity", draw.optimum) else "capacity is loose"
    minima = [part for part in in_force if part.startswith("minimum_throughput")]
    if minima:
        bind = any(draw.brute.decides(part, draw.optimum) for part in minima)
        yield "minima bind" if bind else "minima are loose"
    yield from {"cvar", "regret"} & set(in_force)
    yield from (name for name in STAGED.names if STAGED.refusal(name, staged) is None)


def count_traits(seeds: Iterable[int], folder: Path) -> Counter[str]:
    """Return how many draws with a plan have each trait."""
    found = [agreed(seed, folder) for seed in seeds]
    return Counter(trait for draw in found if draw is not None and draw.optimum.is_feasible for trait in traits(draw))


@pytest.mark.parametrize("seed", QUICK)
def test_engines_referee_and_brute_force_agree(seed, folder):
    """Same feasibility, same optimum, and a plan without violations; each of these draws counts."""
    assert agreed(seed, folder) is not None


@pytest.mark.parametrize("part", PARTS)
def test_each_part_decides_a_quick_draw(part, folder):
    """Agreement would prove nothing about a restriction, an option or a measure that never changes the answer."""
    assert next(deciding(part, QUICK, folder), None) is not None


def test_most_draws_count_and_have_a_plan(folder):
    """Else the corpus would be smaller than it says."""
    counted = [draw for seed in QUICK if (draw := agreed(seed, folder)) is not None]
    assert len(counted) >= 0.9 * len(QUICK)
    assert len(counted) / 2 <= sum(draw.optimum.is_feasible for draw in counted) <= 0.9 * len(counted)


def test_every_kind_of_draw_is_among_the_quick_ones(folder):
    """With a plan: paths and trees, with closing and without, each lead time, each engine."""
    counts = count_traits(QUICK, folder)
    assert {trait for trait in TRAITS if not counts[trait]} == set()


def test_every_engine_but_the_recursion_states_every_draw(folder):
    """That one decides each branch by itself, which CVaR and some budgets do not allow."""
    counted = [draw for seed in QUICK if (draw := agreed(seed, folder)) is not None]
    refused = {name for draw in counted for name in STAGED.names if STAGED.refusal(name, draw.staged) is not None}
    assert refused == {"dynamic"}


@pytest.mark.long
@pytest.mark.parametrize("block", range(DRAWS // BLOCK))
def test_engines_referee_and_brute_force_agree_on_all_draws(block, folder):
    """The same, and draws that do not count among them."""
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        agreed(seed, folder)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", PARTS)
def test_each_part_decides_some_of_all_draws(part, folder):
    """Of all draws each part decides a few."""
    assert len(list(deciding(part, range(DRAWS), folder))) >= LEAST_DECIDED


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_every_kind_of_draw_is_often_among_all(folder):
    """With a plan, as among the quick ones."""
    counts = count_traits(range(DRAWS), folder)
    assert {trait: counts[trait] for trait in TRAITS if counts[trait] < LEAST_DECIDED} == {}


@pytest.mark.long
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(draw=st.randoms(use_true_random=False))
def test_they_agree_on_whatever_hypothesis_draws(draw, tmp_path_factory):
    """The same through hypothesis, which looks for corners and shrinks what it finds."""
    folder = tmp_path_factory.getbasetemp()
    staged = read_if_sound(random_staged(draw, folder), folder)
    if staged is not None:
        engines_agree(staged)


def test_nothing_is_ordered_before_the_year_that_a_question_names(folder):
    """What no file states, but the cost of a delay is asked for with it."""
    delayed = 0
    for seed in (40, 41, 43, 44):
        draw = agreed(seed, folder)
        assert draw is not None
        assert draw.known is None
        years = {site.id: draw.staged.stages.first_year + 1 for site in draw.staged.base.sites[1:]}
        found = engines_agree(replace(draw.staged, not_before=years))
        delayed += found.optimum.value > draw.optimum.value * (1 + AGREEMENT)
    assert delayed >= 2


# Carbon, which has draws of its own

CARBON_DRAWS, CARBON_BLOCK = 400, 8
"""Seeds 0 to 399 of ``carbon_staged``."""

QUICK_CARBON = (6, 11, 17, 36, 48)
"""Seeds that every run of the tests takes."""

LEAST_BINDING = 50
"""In how many of all draws price and cap each have to decide the answer."""


@cache
def carbon_decides(seed: int, folder: Path) -> tuple[str, ...]:
    """Solve a draw by every engine; return which of price and cap decide it."""
    staged = read_if_sound(carbon_staged(Random(seed), folder), folder)
    if staged is None:
        return ()
    # The recursion alone refuses some: it decides each branch by itself.
    assert {name for name in STAGED.names if STAGED.refusal(name, staged) is not None} <= {"dynamic"}
    try:
        draw = engines_agree(staged)
    except Exception as error:
        error.add_note(f"seed {seed}: carbon_staged(Random({seed}), folder)")
        raise
    stated = [part for part in draw.brute.parts_in_force() if part in CARBON]
    return tuple(part for part in stated if draw.brute.decides(part, draw.optimum))


@pytest.mark.parametrize("seed", QUICK_CARBON)
def test_every_engine_prices_and_caps_carbon_by_year(seed, folder):
    """Each of these draws is decided by its price or cap."""
    assert carbon_decides(seed, folder)


def test_price_and_cap_decide_a_quick_draw(folder):
    assert {part for seed in QUICK_CARBON for part in carbon_decides(seed, folder)} == set(CARBON)


def test_a_state_that_turns_out_impossible_leaves_the_program(folder):
    """Until it is priced it has a finite bound, and so a column; an infinite cost is one that no program takes."""
    staged = read_if_sound(carbon_staged(Random(113), folder), folder)
    assert staged is not None
    found = [
        STAGED[name].engine(StagedQuestion(staged, build_networks(staged), Watch(SolveLimits()))).solve().objective
        for name in ("configurations", "monolithic")
    ]
    assert found[0] == pytest.approx(found[1], rel=AGREEMENT)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("block", range(CARBON_DRAWS // CARBON_BLOCK))
def test_every_engine_prices_and_caps_carbon_in_all_draws(block, folder):
    for seed in range(block * CARBON_BLOCK, (block + 1) * CARBON_BLOCK):
        carbon_decides(seed, folder)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_price_and_cap_decide_many_draws(folder):
    found = Counter(part for seed in range(CARBON_DRAWS) for part in carbon_decides(seed, folder))
    assert {part: found[part] for part in CARBON if found[part] < LEAST_BINDING} == {}
