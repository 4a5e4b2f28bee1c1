"""Plans over years in drawn worlds, against brute force that shares no code: the same worlds, as numbers."""

from __future__ import annotations

import math
from collections import Counter
from contextlib import nullcontext
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
import pytest

from netdesign.analysis.stress.worlds import draw_worlds
from netdesign.analysis.timing.moved_years import MovedYears
from netdesign.analysis.timing.problem import load_timing
from netdesign.analysis.timing.stress import decisions_in, stress_plans
from netdesign.analysis.timing.stress_call import TimingStressCall
from netdesign.analysis.timing.worlds_of_plans import WorldsOfPlans
from netdesign.analysis.verify import verify
from netdesign.errors import InstanceError
from netdesign.instance.distributions import distributions_of
from netdesign.results.plans_over_years import plan_over_years
from netdesign.results.timing_stress_document import WorldMethod
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.multistage.pricing import Pricer
from tests.analysis.test_draws import check_statistics
from tests.analysis.test_tipping import moved
from tests.support.solving import written
from tests.support.staged_brute import StagedBrute, wait_and_see_costs
from tests.support.staged_services import Draw, staged_services
from tests.support.staged_strategies import random_staged, read_staged_document
from tests.support.standing_orders_brute import OrdersBrute, ServicesOrdersBrute

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from netdesign.results.timing_stress_document import TimingStressDocument
    from tests.support.solving import Document
    from tests.support.standing_orders_brute import Decided

    Floats = NDArray[np.float64]

WORLDS = 6

AGREEMENT = 2e-6
"""Relative difference of two costs, of which the program proves the one to 1e-6."""

_WHERE_ALL_IS_BUILT = "all is built anew here"


def add_distributions(draw: Random, document: Document) -> None:
    """Let some figures of a document have distributions, and two of them a correlation."""
    tables = document["tables"]
    rows: list[Document] = [{"path": "volume_factor", "distribution": "uniform", "low": 0.4, "high": 1.8}]
    module = draw.choice(tables["modules"])
    if module.get("capital_eur"):
        path = f"modules.{module['id']}.capital_eur"
        rows.append({"path": path, "distribution": "lognormal", "mean": 1, "sd": 0.5, "relative": True})
    hub = draw.choice(tables["hubs"])
    if hub.get("fixed_cost_eur_per_year"):
        rows.append({"path": f"hubs.{hub['id']}.fixed_cost_eur_per_year", "relative": True, "low": 0, "high": 3})
    legs = [place for place, leg in enumerate(tables["legs"]) if leg["cost_eur_per_t"] > 0]
    for leg in draw.sample(legs, min(2, len(legs))):
        rows.append({"path": f"legs.{leg}.cost_eur_per_t", "relative": True, "low": 0.3, "high": 2.5})
    if "factors" in document and document["factors"].get("inter_hub"):
        rows.append({"path": "factors.inter_hub", "low": 0.1, "high": 1.2})
    if document["stages"].get("contract", {}).get("price_eur_per_t") and draw.random() < 0.5:
        rows.append({"path": "stages.contract.price_eur_per_t", "relative": True, "low": 0.5, "high": 3})
    if document["stages"].get("discount_rate") and draw.random() < 0.5:
        rows.append({"path": "stages.discount_rate", "low": 0.01, "high": 0.3})
    kept = draw.sample(rows, min(len(rows), draw.randint(1, 4)))
    tables["distributions"] = kept
    if len(kept) > 1:
        first, second = draw.sample([row["path"] for row in kept], 2)
        tables["correlations"] = [{"first": first, "second": second, "correlation": draw.choice((-0.5, 0.6))}]


def stress_of(document: Document, folder: Path, **options: object) -> TimingStressDocument:
    """Return the answer of a document, which the referee then confirms."""
    scenario = "tree" if document["tables"].get("tree") else "base"
    with written(document, folder) as file:
        call = TimingStressCall(scenario=scenario, draws=WORLDS, draws_level=0.5)
        _, found = stress_plans(str(file), call, Watch(SolveLimits(**{"seed": 3, "relative_gap": 1e-9, **options})))
        contradictions, _ = verify(str(file), found)
    assert contradictions.contradictions == ()
    return found


def operated(document: Document, folder: Path, found: TimingStressDocument, why: str = "") -> tuple[Floats, Floats]:
    """Return bound and cost of the plans of a result in its worlds, which are built anew where ``why`` says so."""
    with written(document, folder) as file:
        call = TimingStressCall(scenario=found.scenario, draws=WORLDS)
        problem = load_timing(str(file), call)
        question = problem.question(Watch(SolveLimits(relative_gap=1e-9)))
        plans = [plan_over_years(one, problem.staged) for one in found.plans]
        figures = distributions_of(problem.staged.base)
        plans = [decisions_in(plan) for plan in plans]
        operating = WorldsOfPlans(MovedYears(str(file), call), question, figures.figures, plans, Pricer())
        refused = "netdesign.analysis.timing.worlds_of_plans.why_not_drawn"
        with patch(refused, return_value=why) if why else nullcontext():
            there = operating.operate(draw_worlds(figures, WORLDS, 3))
    assert there.done == WORLDS
    return there.lower, there.upper


def decided_of(found: TimingStressDocument) -> list[list[Decided]]:
    """Return the orders and closings of all plans of a result."""
    decided = []
    for one in found.plans:
        nodes = one.nodes
        counts = [Counter[tuple[str, str]]() for _ in nodes]
        for count, node in zip(counts, nodes, strict=True):
            for order in node.orders:
                count[order.hub, order.module] += order.count
        decided.append([(dict(count), frozenset(node.closings)) for count, node in zip(counts, nodes, strict=True)])
    return decided


def world_documents(document: Document, folder: Path, found: TimingStressDocument) -> list[Document]:
    """Return the document of each world, in which figures have the values that are drawn."""
    with written(document, folder) as file:
        distributions = distributions_of(load_timing(str(file), TimingStressCall(scenario=found.scenario)).instance)
    tables = {name: rows for name, rows in document["tables"].items() if name not in ("distributions", "correlations")}
    plain, worlds = document | {"tables": tables}, []
    for world in draw_worlds(distributions, WORLDS, 3).tolist():
        there = plain
        for figure, value in zip(distributions.figures, world, strict=True):
            for path in figure.paths:
                there = moved(there, path, value)
        worlds.append(there)
    return worlds


def costs_in(document: Document, folder: Path, found: TimingStressDocument) -> Floats:
    """Return the cost of each plan in each world by brute force, shape (worlds, plans)."""
    costs = np.full((WORLDS, len(found.plans)), math.inf)
    for number, there in enumerate(world_documents(document, folder, found)):
        try:
            staged = read_staged_document(there, folder)
        except InstanceError:
            continue
        costs[number] = [OrdersBrute(staged, decided).cost() for decided in decided_of(found)]
    return costs


def agree(lower: Floats, upper: Floats, true: Floats) -> None:
    """Compare bounds and costs with what is true."""
    for bound, cost, exact in zip(lower.flat, upper.flat, true.flat, strict=True):
        if math.isinf(exact):
            assert math.isinf(cost)
        else:
            noise = AGREEMENT * max(abs(exact), 1.0)
            assert bound <= exact + noise
            assert cost == pytest.approx(exact, abs=noise)


def agree_at_present(document: Document, folder: Path, found: TimingStressDocument) -> None:
    """Compare the best plan, the plans without a hub, and no orders, with brute force at the present values."""
    staged = read_staged_document(document, folder)
    known = wait_and_see_costs(staged) if staged.stages.risk.measure == "regret" else None
    slack = AGREEMENT * max(abs(found.objective or 0.0), 0.0 if known is None else float(abs(known).max()), 1.0)
    stated = {name: one.objective for one in found.plans for name in one.names}
    stated |= {one.name: math.inf for one in found.left_out}
    assert stated["best"] == pytest.approx(StagedBrute(staged, known).solve().value, abs=slack)
    for name, objective in stated.items():
        if not name.startswith("without "):
            assert objective >= stated["best"] - slack
            continue
        closed = document.get("policies", {}) | {
            "forbidden": [*document.get("policies", {}).get("forbidden", ()), name.removeprefix("without ")]
        }
        try:
            other = read_staged_document(document | {"policies": closed}, folder)
        except InstanceError:
            assert math.isinf(objective)
            continue
        assert objective == pytest.approx(StagedBrute(other, known).solve().value, abs=slack)
    nothing = OrdersBrute(staged, [({}, frozenset())] * len(staged.nodes))
    assert math.isinf(nothing.cost()) == math.isinf(stated["nothing"])


def agree_on(seed: int, folder: Path) -> Counter[str]:
    """Compare a draw; return what it is."""
    draw = Random(f"timing stress {seed}")
    document = random_staged(draw, folder)
    add_distributions(draw, document)
    try:
        found = stress_of(document, folder)
    except InstanceError:
        return Counter(["unsound"])
    if found.draws is None:
        assert math.isinf(StagedBrute(read_staged_document(document, folder)).solve().value)
        return Counter(["infeasible"])
    true = costs_in(document, folder, found)
    lower, upper = operated(document, folder, found)
    agree(lower, upper, true)
    agree(*operated(document, folder, found, _WHERE_ALL_IS_BUILT), true)
    agree_at_present(document, folder, found)
    check_statistics(found.draws, found.draws.plans, lower, upper)
    return Counter(
        {
            "with a plan": 1,
            found.draws.method.value: 1,
            "several plans": len(found.plans) > 1,
            "a tree": found.scenario == "tree",
            "some world without a way": bool(np.isinf(upper).any()),
            "another is best somewhere": bool((upper.argmin(axis=1) != 0).any()),
        }
    )


@pytest.mark.parametrize("seed", [25, 27, 34, 40, 47, 53, 100, 152])
def test_agrees_with_brute_force(seed, tmp_path):
    """Of draws with several plans: worlds that follow from figures, worlds built anew, paths and trees."""
    assert agree_on(seed, tmp_path)["several plans"]


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_agrees_with_brute_force_on_many(tmp_path):
    """Of all kinds of draws there are many; otherwise they would test little."""
    counts = Counter[str]()
    for seed in range(300):
        counts += agree_on(seed, tmp_path)
    assert counts["with a plan"] >= 100
    for kind in ("composed", "built", "several plans", "a tree"):
        assert counts[kind] >= 40, kind
    for kind in ("some world without a way", "another is best somewhere"):
        assert counts[kind] >= 20, kind


# Vehicles that leave, and one hub each way


def costs_with_services(drawn: Draw, folder: Path, found: TimingStressDocument, values: Floats) -> Floats:
    """Return the cost of each plan in each world by brute force; ``values`` multiply all volumes and capital."""
    costs = np.full((len(values), len(found.plans)), math.inf)
    for number, (volume, capital) in enumerate(values.tolist()):
        there = moved(drawn.document, "volume_factor", volume * drawn.document["volume_factor"])
        there = moved(there, "modules.s.capital_eur", capital)
        years = {
            place: moved(year, "volume_factor", volume * year["volume_factor"]) for place, year in drawn.years.items()
        }
        try:
            staged = read_staged_document(there, folder)
        except InstanceError:
            continue
        world = Draw(there, years)
        costs[number] = [ServicesOrdersBrute(staged, world, decided).cost() for decided in decided_of(found)]
    return costs


def agree_with_services(seed: int, folder: Path) -> Counter[str]:
    """Compare a draw with vehicles or one hub each way; return what it is."""
    draw = Random(f"timing stress services {seed}")
    drawn = staged_services(draw, ("single", "single_each_way")[seed % 2])
    present = drawn.document["volume_factor"]
    rows = [{"path": "volume_factor", "low": 0.6 * present, "high": 1.4 * present}]
    rows.append(
        {
            "path": "modules.s.capital_eur",
            "low": 0,
            "high": 2 * drawn.document["tables"]["modules"][0]["capital_eur"] + 1,
        }
    )
    document = drawn.document | {"tables": drawn.document["tables"] | {"distributions": rows}}
    try:
        found = stress_of(document, folder)
    except InstanceError:
        return Counter(["unsound"])
    if found.draws is None:
        return Counter(["infeasible"])
    assert found.draws.method is WorldMethod.BUILT
    lower, upper = operated(document, folder, found)
    with written(document, folder) as file:
        figures = distributions_of(load_timing(str(file), TimingStressCall(scenario=found.scenario)).instance)
    values = draw_worlds(figures, WORLDS, 3) / [present, 1.0]
    agree(lower, upper, costs_with_services(drawn, folder, found, values))
    check_statistics(found.draws, found.draws.plans, lower, upper)
    return Counter({"with a plan": 1, "several plans": len(found.plans) > 1, "a tree": found.scenario == "tree"})


@pytest.mark.parametrize("seed", [9, 13, 15, 37])
def test_agrees_with_brute_force_where_vehicles_leave(seed, tmp_path):
    """The years of each world are built anew."""
    assert agree_with_services(seed, tmp_path)["with a plan"]


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_agrees_with_brute_force_where_vehicles_leave_on_many(tmp_path):
    """As with freight by the tonne."""
    counts = Counter[str]()
    for seed in range(60):
        counts += agree_with_services(seed, tmp_path)
    assert counts["with a plan"] >= 20
    assert counts["several plans"] >= 5
    assert counts["a tree"] >= 4
