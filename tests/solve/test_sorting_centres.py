"""Sorting centres: model, referee and brute force agree on random instances on which centres decide, and by hand."""

from __future__ import annotations

from collections import Counter
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from netdesign import catalogue
from netdesign.network import build_network
from netdesign.solve.registry import ONE_YEAR
from tests.solve.test_agreement import assert_judged, route_faults
from tests.support.brute_force import BruteForce
from tests.support.centres import centres_document, has_open_centre, served_centres_document
from tests.support.services_brute import ServicesBrute
from tests.support.solving import FORMULATION, question, read_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.formulation.protocol import Formulation

SERVED = catalogue.load_formulation("scheduled_services")

OPEN, LIMITED = "a sorting centre is open", "their number decides"


def agree_on(document: dict[str, Any], brute: BruteForce, formulation: Formulation, folder: Path) -> frozenset[str]:
    """Solve by brute force and by every engine that states it; compare; return what decides."""
    optimum = brute.solve()
    instance = read_document(document, folder)
    if route_faults(instance, build_network(instance)):
        assert not optimum.is_feasible
        return frozenset()
    asked = question(instance, formulation)
    engines = [name for name in ("monolithic", "enumeration") if ONE_YEAR.refusal(name, instance) is None]
    assert "monolithic" in engines
    for name in engines:
        assert_judged(asked, ONE_YEAR[name].engine(asked).solve(), optimum)
    found = {OPEN} if has_open_centre(document, optimum.hubs) else set()
    if "sorting_centres" in brute.policies and brute.solve("sorting_centres").cost < optimum.cost * (1 - 1e-6):
        found.add(LIMITED)
    return frozenset(found)


DRAWS, BLOCK = 400, 40
"""Seeds 0 to 399 of instances by the tonne; a block takes about five seconds."""

SERVED_DRAWS, SERVED_BLOCK = 280, 20
"""The same with vehicles; a block takes about fifteen seconds."""

QUICK_SERVED = {"multiple": (5, 8), "single_each_way": (18,)}
"""Some in which sorting centres decide."""

LEAST = {OPEN: 50, LIMITED: 25}
"""In how many of all draws."""


def draw(seed: int, allocation: str, folder: Path) -> frozenset[str]:
    """Return what decides in the instance of a seed, by the tonne or with vehicles, on which all agree."""
    try:
        if allocation == "by the tonne":
            document = centres_document(Random(seed))
            return agree_on(document, BruteForce(document), FORMULATION, folder)
        problem = {} if allocation == "multiple" else {"allocation": allocation}
        document = served_centres_document(Random(seed), **problem)
        return agree_on(document, ServicesBrute(document), SERVED, folder)
    except Exception as error:
        error.add_note(f"seed {seed}: {allocation}")
        raise


@cache
def draws(start: int, stop: int, allocation: str, folder: Path) -> Counter[str]:
    """Return in how many draws each thing decides."""
    return Counter(part for seed in range(start, stop) for part in draw(seed, allocation, folder))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for instance files, one at a time."""
    return tmp_path_factory.mktemp("centres")


def test_model_referee_and_brute_force_agree(folder):
    """Same optimum and a plan without violations; a sorting centre is open, and their number decides."""
    found = draws(0, 12, "by the tonne", folder)
    assert found[OPEN] >= 4
    assert found[LIMITED] >= 1


@pytest.mark.parametrize(
    ("allocation", "seed"), [(allocation, seed) for allocation, seeds in QUICK_SERVED.items() for seed in seeds]
)
def test_they_agree_where_vehicles_leave(allocation, seed, folder):
    assert OPEN in draw(seed, allocation, folder)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("start", range(0, DRAWS, BLOCK))
def test_they_agree_on_all_draws_by_the_tonne(start, folder):
    draws(start, start + BLOCK, "by the tonne", folder)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("allocation", QUICK_SERVED)
@pytest.mark.parametrize("start", range(0, SERVED_DRAWS, SERVED_BLOCK))
def test_they_agree_on_all_draws_where_vehicles_leave(start, allocation, folder):
    draws(start, start + SERVED_BLOCK, allocation, folder)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("allocation", ["by the tonne", *QUICK_SERVED])
def test_sorting_centres_decide_often(allocation, folder):
    """Agreement would prove nothing about sorting centres that stay closed."""
    last, step = (DRAWS, BLOCK) if allocation == "by the tonne" else (SERVED_DRAWS, SERVED_BLOCK)
    found = sum((draws(start, start + step, allocation, folder) for start in range(0, last, step)), Counter())
    assert {part: found[part] for part, least in LEAST.items() if found[part] < least} == {}
