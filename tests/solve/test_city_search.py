"""One hub each way and vehicles, all freight from and to overseas: bounds and programs of sets against brute force."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from netdesign.evaluate import evaluate
from netdesign.instance.options import fix_hubs
from netdesign.network import build_network
from netdesign.network.services import LegPlace
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.lp.session import LpSession, LpSolution
from netdesign.solve.scheduled import closer_look, part_programs
from netdesign.solve.scheduled.closer_look import CloserLook
from netdesign.solve.scheduled.fed_look import FedLook
from netdesign.solve.scheduled.parts import Part
from tests.solve.test_agreement import assert_judged, route_faults
from tests.support.services_brute import ServicesBrute
from tests.support.services_strategies import services_document
from tests.support.solving import question, read_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netdesign.instance import Instance
    from netdesign.solve.core.engine import Question
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.parts import Doubtful

Document = dict[str, Any]

ALLOCATIONS = ("single_each_way", "single")

STAGES = ("_choose", "_relax", "_solve", "_solve_whole")
"""How closely sets are looked at, one after another."""

BY_LANE, BY_SERVICE = "by lane", "by shared service"
"""What parts of the search are divided by."""

DRAWS, BLOCK = 200, 20
"""Seeds 0 to 199, for the long tests."""

QUICK = ((2, "single_each_way"), (2, "single"))
"""Draws that take a tenth of a second, in which each stage is entered."""


def document_of(seed: int, allocation: str) -> Document:
    """Return an instance in which cities can be served from one hub more often than not."""
    draw = Random(f"{seed} {allocation}")
    document = services_document(draw, all_overseas=True, allocation=allocation)
    for kind in document["services"].values():
        if isinstance(kind, dict) and "max" in kind.get("departures_per_week", {}):
            kind["departures_per_week"]["max"] += draw.choice((1, 3, 5))
    return document


def no_model() -> Any:
    """Stand in for the model: where all freight goes overseas it is never asked for."""
    raise AssertionError


def asked(instance: Instance, watch: Watch | None = None) -> Question:
    """Return a question that no model answers."""
    found = question(instance, watch=watch)
    return type(found)(found.instance, found.network, no_model, found.watch)


def cost_of(document: Document, hubs: tuple[str, ...]) -> float:
    """Return the least cost with exactly these hubs, by brute force."""
    about_hubs = {"hub_count", "new_hubs", "exclusive", "fixed_cost_cap_eur_per_year", "required", "forbidden"}
    policies = {key: value for key, value in document.get("policies", {}).items() if key not in about_hubs}
    closed = [hub["id"] for hub in document["tables"]["hubs"] if hub["id"] not in hubs]
    fixed = document | {"policies": policies | {"required": list(hubs), "forbidden": closed}}
    return ServicesBrute(fixed).solve().cost


def agree_on(
    document: Document, folder: Path, monkeypatch: pytest.MonkeyPatch, stages: tuple[str, ...] = STAGES
) -> Counter[str]:
    """Compare optimum and all bounds of sets with brute force; return how often each stage was entered."""
    brute = ServicesBrute(document)
    optimum = brute.solve()
    instance = read_document(document, folder)
    entered: Counter[str] = Counter({"feasible": optimum.is_feasible})
    if route_faults(instance, build_network(instance)):
        assert not optimum.is_feasible
        return entered
    with monkeypatch.context() as patch:
        for stage in stages:
            patch.setattr(look_of(stage), stage, counted(entered, stage))
        patch.setattr(Part, "divided", counted_by_kind(entered))
        engine = Enumeration(asked(instance))
        assert_judged(asked(instance), engine.solve(), optimum)
    permitted = set(brute.permitted_sets())
    for hubs, first, best in engine.known_bounds():
        if hubs in permitted:
            least = cost_of(document, hubs)
            assert max(first, best) <= least + 1e-6 * (1.0 + abs(least)) or least == best == math.inf
    return entered


def look_of(stage: str) -> type[CloserLook]:
    """Return the class that has a stage: some are of sets with sorting centres only."""
    return CloserLook if hasattr(CloserLook, stage) else FedLook


def counted(entered: Counter[str], stage: str) -> Any:
    """Return a method that counts its calls."""
    method = getattr(look_of(stage), stage)

    def call(self: CloserLook, *arguments: Any) -> Any:
        entered[stage] += 1
        return method(self, *arguments)

    return call


def counted_by_kind(entered: Counter[str]) -> Any:
    """Return a method that divides parts, and counts what it divides them by."""
    method = Part.divided

    def call(self: Part, doubtful: Doubtful) -> list[Part]:
        entered[BY_SERVICE if isinstance(doubtful, LegPlace) else BY_LANE] += 1
        return method(self, doubtful)

    return call


def test_bounds_and_optima_are_those_of_brute_force(tmp_path, monkeypatch):
    found: Counter[str] = Counter()
    for seed, allocation in QUICK:
        found += agree_on(document_of(seed, allocation), tmp_path, monkeypatch)
    assert all(found[stage] for stage in (*STAGES, BY_SERVICE))


@pytest.mark.parametrize("near", [1e-12, 1.0])
def test_how_dear_plans_are_that_are_sought_first_changes_no_answer(near, tmp_path, monkeypatch):
    """Columns left out for the first programs come back until no plan without them can be cheaper."""
    monkeypatch.setattr(part_programs, "_PRICED_NEAR", near)
    monkeypatch.setattr(closer_look, "_WHOLE_NEAR", near)
    optima: Counter[bool] = Counter()
    near_optima = CloserLook._near_optima

    def counted_optima(self: CloserLook, *arguments: Any) -> Iterator[tuple[SetColumns, LpSolution, bool]]:
        for columns, found, is_proven in near_optima(self, *arguments):
            optima[is_proven] += 1
            yield columns, found, is_proven

    monkeypatch.setattr(CloserLook, "_near_optima", counted_optima)
    for seed in (16, 19):
        agree_on(document_of(seed, "single"), tmp_path, monkeypatch)
    assert optima[True]
    assert near == 1.0 or optima[False], "some first program left out a column of the best plan"


def test_a_part_of_the_freight_may_take_another_way(tmp_path, monkeypatch):
    """A flight less, and a truck for what is left: all freight on that truck would cost more than the best plan."""
    found = agree_on(document_of(144, "single_each_way"), tmp_path, monkeypatch)
    assert found["_solve_whole"]


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("allocation", ALLOCATIONS)
@pytest.mark.parametrize("start", range(0, DRAWS, BLOCK))
def test_they_are_so_on_all_draws(start, allocation, tmp_path, monkeypatch):
    found: Counter[str] = Counter()
    for seed in range(start, start + BLOCK):
        try:
            found += agree_on(document_of(seed, allocation), tmp_path, monkeypatch)
        except Exception as error:
            error.add_note(f"document_of({seed}, {allocation!r})")
            raise
    assert found["feasible"] >= BLOCK / 4
    assert found["_solve_whole"]
    assert found[BY_SERVICE]


class StopsAfter(Watch):
    """A clock by which the time is over after so many looks at it."""

    looks = 0
    most = 0

    @property
    def is_over(self) -> bool:
        """Whether the command must end."""
        self.looks += 1
        return self.looks > self.most


def test_a_bound_holds_whenever_the_search_is_stopped(tmp_path):
    document = document_of(2, "single")
    instance = read_document(document, tmp_path)
    least = ServicesBrute(document).solve().cost
    found = []
    for most in (0, 1, 2, 3, 5, 8, 13, 100, 100_000):
        watch = StopsAfter(SolveLimits(relative_gap=0.0))
        watch.most = most
        solution = Enumeration(asked(instance, watch)).solve()
        assert solution.bound <= least * (1 + 1e-6)
        if solution.objective is not None:
            assert solution.objective >= least * (1 - 1e-6)
            assert evaluate(instance, build_network(instance), solution.plan).violations == ()
        found.append(solution.termination)
    assert found[0] is Termination.TIME_LIMIT
    assert found[-1] is Termination.OPTIMAL


def test_a_program_that_ends_with_the_time_ends_the_search(tmp_path, monkeypatch):
    """HiGHS then has a plan and a bound with a gap between them: no proof, and no gap that was asked for."""
    instance = read_document(document_of(2, "single_each_way"), tmp_path)
    best = Enumeration(asked(instance)).solve().plan
    watch = Watch(SolveLimits())

    class Hurried(LpSession):
        def solve(self) -> LpSolution | None:
            found = super().solve()
            if not self._is_mixed:
                return found
            watch.stopped.set()
            return None if found is None else replace(found, bound=found.bound - 0.01 * abs(found.bound))

    def last_look(self: CloserLook, *arguments: Any) -> Any:
        for module in (closer_look, part_programs):
            monkeypatch.setattr(module, "LpSession", Hurried)
        return solve_whole(self, *arguments)

    solve_whole = CloserLook._solve_whole
    monkeypatch.setattr(CloserLook, "_solve_whole", last_look)
    solution = Enumeration(asked(fix_hubs(instance, best.open_hubs), watch)).solve()
    assert solution.termination is Termination.INTERRUPTED
    assert solution.objective is not None
    assert solution.bound < solution.objective
