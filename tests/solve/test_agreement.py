"""Model and engine, referee, and brute force agree on random instances, on which every policy binds often enough."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from ruamel.yaml import YAML

from netdesign import catalogue
from netdesign.errors import InstanceError
from netdesign.evaluate import evaluate
from netdesign.instance import read_instance
from netdesign.network import build_network, check_routes
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.registry import ONE_YEAR
from tests.support.brute_force import PARTS, BruteForce, Optimum
from tests.support.solving import question, read_document, solve_instance
from tests.support.strategies import documents, random_document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.outcome import Solution
    from tests.support.random_network import Document


DRAWS, BLOCK = 1500, 60
"""Seeds 0 to 1499; a block of them takes about five seconds."""

QUICK_BLOCKS = 1
"""Blocks that every run of the tests takes; the long ones take the others."""

LEAST_BINDING = 50
"""In how many of all draws each policy has to bind; in proportion for a part of them."""

AGREEMENT = 1e-6
"""Largest relative difference between two optima."""


class Ending(StrEnum):
    """How a draw ended, the same by every way of solving it."""

    SOLVED = "solved"
    INFEASIBLE = "infeasible"
    NOT_COUNTED = "the data alone shows that nothing serves a commodity"


@dataclass(frozen=True)
class Draw:
    """An instance on which all agree, with the policies that bind in it."""

    ending: Ending
    binding: tuple[str, ...]


def agree_on(document: Document, folder: Path) -> tuple[Ending, BruteForce, Optimum]:
    """Solve by brute force, by the model and by decomposition where it can state it; compare; say how it ended."""
    brute = BruteForce(document)
    optimum = brute.solve()
    instance = read_document(document, folder)
    network = build_network(instance)
    faults = route_faults(instance, network)
    if faults:
        assert not optimum.is_feasible, faults
        too_late = all("the hard deadline is" in fault for fault in faults)
        return Ending.INFEASIBLE if too_late else Ending.NOT_COUNTED, brute, optimum
    asked = question(instance)
    for name in ("monolithic", "decomposition"):
        if ONE_YEAR.refusal(name, instance) is None:
            assert_judged(asked, ONE_YEAR[name].engine(asked).solve(), optimum)
    return Ending.SOLVED if optimum.is_feasible else Ending.INFEASIBLE, brute, optimum


def policies_that_decide(
    document: Document, folder: Path, engines: Sequence[str], limits: SolveLimits | None = None
) -> tuple[str, ...]:
    """Solve by brute force and by some engines, compare, and return which policies decide.

    None do where the data alone show that there is no plan, or an engine cannot state the instance.
    """
    instance, brute = read_document(document, folder), BruteForce(document)
    optimum = brute.solve()
    if route_faults(instance, build_network(instance)):
        assert not optimum.is_feasible
        return ()
    if any(ONE_YEAR.refusal(name, instance) is not None for name in engines):
        return ()
    asked = question(instance, watch=None if limits is None else Watch(limits))
    for name in engines:
        assert_judged(asked, ONE_YEAR[name].engine(asked).solve(), optimum)
    return tuple(brute.binding(optimum))


def assert_judged(asked: Question, solution: Solution, optimum: Optimum) -> None:
    """The solution is the optimum, and the referee says so too."""
    assert_same(solution, optimum)
    bounds = [point.bound for point in solution.trace if point.bound is not None]
    assert bounds == sorted(bounds)
    if solution.plan is not None:
        evaluation = evaluate(asked.instance, asked.network, solution.plan)
        assert evaluation.violations == ()
        assert evaluation.costs.total == pytest.approx(optimum.cost, rel=AGREEMENT, abs=1e-6)


def route_faults(instance: Instance, network: Network) -> list[str]:
    """Return what is found before any solving: commodities without a route, or without one in time."""
    try:
        check_routes(instance, network)
    except InstanceError as error:
        return [fault.message for fault in error.faults]
    return []


def assert_same(solution: Solution, optimum: Optimum) -> None:
    """Both find a network or neither does; it costs the same, and the bound proves it."""
    if not optimum.is_feasible:
        assert (solution.termination, solution.plan) == (Termination.INFEASIBLE, None)
        return
    assert solution.termination is Termination.OPTIMAL
    for figure in (solution.objective, solution.bound):
        assert figure == pytest.approx(optimum.cost, rel=AGREEMENT, abs=1e-6)


@cache
def draws(block: int, folder: Path) -> tuple[Draw, ...]:
    """Return the draws of a block of seeds, all of them agreed on."""
    found = []
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        try:
            ending, brute, optimum = agree_on(random_document(Random(seed)), folder)
        except Exception as error:
            error.add_note(f"seed {seed}: random_document(Random({seed}))")
            raise
        found.append(Draw(ending, brute.binding(optimum)))
    return tuple(found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for instance files, one at a time."""
    return tmp_path_factory.mktemp("draws")


def check_counts(found: list[Draw]) -> None:
    """Each part of a policy binds in its share of the draws; both endings are frequent."""
    counted = [draw for draw in found if draw.ending is not Ending.NOT_COUNTED]
    binding = Counter(part for draw in counted for part in draw.binding)
    least = math.ceil(LEAST_BINDING * len(found) / DRAWS)
    assert {part: binding[part] for part in PARTS if binding[part] < least} == {}
    endings = Counter(draw.ending for draw in counted)
    assert endings[Ending.SOLVED] >= len(counted) / 5
    assert endings[Ending.INFEASIBLE] >= len(counted) / 10
    # Draws that do not count are few, or the corpus would be smaller than it says.
    assert len(counted) >= 0.97 * len(found)


@pytest.mark.parametrize("block", range(QUICK_BLOCKS))
def test_model_referee_and_brute_force_agree(block, folder):
    """Same feasibility, same optimum, and a plan without violations, on every instance of a block."""
    assert len(draws(block, folder)) == BLOCK


def test_every_policy_binds_in_its_share_of_the_quick_draws(folder):
    """Agreement would prove nothing about a policy that never changes the answer."""
    check_counts([draw for block in range(QUICK_BLOCKS) for draw in draws(block, folder)])


@pytest.mark.long
@pytest.mark.parametrize("block", range(QUICK_BLOCKS, DRAWS // BLOCK))
def test_model_referee_and_brute_force_agree_on_the_other_draws(block, folder):
    """The same on the rest of the fifteen hundred instances."""
    assert len(draws(block, folder)) == BLOCK


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_every_policy_binds_in_fifty_draws(folder):
    """Of all draws each policy decides at least 50, a fifth are feasible and a tenth are not."""
    check_counts([draw for block in range(DRAWS // BLOCK) for draw in draws(block, folder)])


@pytest.mark.long
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=documents((4, 9)))
def test_they_agree_on_whatever_hypothesis_draws(document, tmp_path_factory):
    """The same through hypothesis, which looks for corners and shrinks what it finds."""
    agree_on(document, tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("count", [20, pytest.param(500, marks=[pytest.mark.long, pytest.mark.timeout(1800)])])
def test_the_enumeration_engine_agrees_with_brute_force(count, folder):
    """The engine that operates sets one by one, on other instances: same feasibility, same optimum, same bound."""
    solved = 0
    for seed in range(DRAWS, DRAWS + count):
        document = random_document(Random(seed))
        instance = read_document(document, folder)
        network = build_network(instance)
        if route_faults(instance, network):
            continue
        asked = question(instance)
        assert_judged(asked, Enumeration(asked).solve(), BruteForce(document).solve())
        solved += 1
    assert solved > count / 2


@pytest.mark.parametrize("name", ["tiny", "benelux"])
def test_the_small_bundled_instances_have_the_optimum_of_brute_force(name):
    """Instances that people wrote, with every block of the format, read by another reader too."""
    path = catalogue.find_instance(name)
    text = (path / "instance.yaml").read_text(encoding="utf-8")
    optimum = BruteForce(YAML(typ="safe", pure=True).load(text)).solve()
    assert_same(solve_instance(read_instance(path)), optimum)
