"""Years in which vehicles leave, or cities have one hub each way: every engine agrees with brute force."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netdesign.errors import ExitCode, InstanceError
from netdesign.instance.stages import Risk, RiskMeasure
from netdesign.network.staged import build_networks
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.multistage.question import StagedQuestion
from netdesign.solve.registry import STAGED
from tests.solve.test_staged_agreement import assert_judged
from tests.support.small_instances import write_instance
from tests.support.staged_services import StagedServicesBrute, staged_services, wait_and_see_costs
from tests.support.staged_strategies import read_staged_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance.staged import StagedInstance
    from tests.support.staged_brute import StagedOptimum

ALLOCATIONS = ("single", "single_each_way")
ENGINES = ("dynamic", "configurations", "monolithic")

DRAWS, BLOCK = 120, 4
"""Seeds 0 to 119; a block of them takes some ten seconds."""

QUICK = (3, 5, 33)
"""Seeds that every run of the tests takes."""


# A hub at A with room for all, a city B, and freight from overseas: 40 t in the first year and 100 in the second. A van
# takes 1 t and costs EUR 10 a departure, 20 in the second year; 50 weeks make 50 t a year one van a week, which leaves
# at least once. So a year costs 50 x 1 x 10 = 500, then 50 x 2 x 20 = 2000.
BY_HAND = """\
format: netdesign.instance/1
name: by-hand
problem: {allocation: single_each_way}
parcel: {weight_kg: 1}
streams: {parcels: {}}
air: {inbound_rate_eur_per_kg: 0, outbound_rate_eur_per_kg: 0, distance_share: 0, reference_distance_km: 9000,
      block_speed_kmh: 900, routing_factor: 1, fixed_h: 0}
services: {weeks_per_year: 50, distribution: {vehicles: [van], wait: none}}
stages:
  first_year: 2026
  last_year: 2027
  discount_rate: 0.25
  installed: [{site: A, module: s}]
tables:
  cities: [{id: B}]
  hubs: [{id: A, status: existing, fixed_cost_eur_per_year: 7}]
  overseas: [{id: G}]
  links: [{from: G, to: A, mode: air, km: 9000}]
  legs: [{from: A, to: B, cost_eur_per_t: 0}, {from: B, to: A, cost_eur_per_t: 0}]
  vehicles: [{id: van, payload_t: 1, eur_per_departure: 10}]
  demand: [{origin: G, destination: B, volume_t_per_year: 40}]
  modules: [{id: s, capacity_t_per_year: 100, capital_eur: 800, yearly_eur: 3}]
  paths:
    - {of: volume, at_year: 2027, factor: 2.5}
    - {of: vehicles.van.eur_per_departure, at_year: 2027, factor: 2}
"""


@dataclass(frozen=True)
class Agreed:
    """A draw that all agree on."""

    staged: StagedInstance
    brute: StagedServicesBrute
    optimum: StagedOptimum


@cache
def agreed(seed: int, folder: Path) -> Agreed | None:
    """Solve the draw of a seed by brute force and by every engine that can; None where the data alone are unsound."""
    draw = staged_services(Random(seed), ALLOCATIONS[seed % 2])
    try:
        staged = read_staged_document(draw.document, folder)
    except InstanceError:
        return None
    known = None
    if staged.stages.risk.measure is RiskMeasure.REGRET:
        known = wait_and_see_costs(staged, draw)
        if not np.isfinite(known).all():
            # Where a path has no plan there is none at all, and no regret to speak of.
            staged = replace(staged, stages=staged.stages.model_copy(update={"risk": Risk()}))
            known = None
    brute = StagedServicesBrute(staged, draw, known)
    optimum = brute.solve()
    for name in ENGINES:
        if STAGED.refusal(name, staged) is None:
            limits = SolveLimits(relative_gap=0.0, checks_cuts=True)
            asked = StagedQuestion(staged, build_networks(staged), Watch(limits), known=known)
            assert_judged(asked, STAGED[name].engine(asked).solve(), optimum)
    return Agreed(staged, brute, optimum)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for instance files, one at a time."""
    return tmp_path_factory.mktemp("draws")


def traits(draw: Agreed) -> set[str]:
    """Return what a draw with a plan is."""
    staged, found = draw.staged, {draw.staged.base.problem.allocation.value, draw.staged.stages.risk.measure.value}
    found.add("a tree" if len(staged.leaves) > 1 else "a path")
    found.add("vehicles" if staged.base.services is not None else "no vehicles")
    if any(decision.orders for decision in draw.optimum.decisions):
        found.add("something is ordered")
    if draw.brute.decides("capacity", draw.optimum):
        found.add("capacity binds")
    if staged.nodes[0].instance.services != staged.nodes[-1].instance.services:
        found.add("prices of vehicles move")
    return found


@pytest.mark.parametrize("seed", QUICK)
def test_engines_referee_and_brute_force_agree(seed, folder):
    """Same optimum, and a plan without violations."""
    found = agreed(seed, folder)
    assert found is not None
    assert found.optimum.is_feasible


@pytest.mark.parametrize("seed", [17, 22, 42])
def test_a_plan_within_a_wide_gap_is_priced_by_the_referee(seed, folder):
    """HiGHS ends with departures that nothing needs, which the plan leaves out."""
    staged = read_staged_document(staged_services(Random(seed), ALLOCATIONS[seed % 2]).document, folder)
    limits = (SolveLimits(relative_gap=gap) for gap in (0.5, 0.1, 0.0))
    asked = [StagedQuestion(staged, build_networks(staged), Watch(one)) for one in limits]
    *wide, exact = (STAGED["monolithic"].engine(one).solve() for one in asked)
    for solution in wide:
        assert solution.bound <= exact.objective * (1 + 1e-6)
        assert solution.objective >= exact.objective * (1 - 1e-6)


@pytest.mark.long
@pytest.mark.parametrize("block", range(DRAWS // BLOCK))
def test_engines_referee_and_brute_force_agree_on_all_draws(block, folder):
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        agreed(seed, folder)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_all_draws_have_what_may_matter(folder):
    """Agreement would prove nothing about what no draw has; more than fifty have a plan."""
    found = [draw for seed in range(DRAWS) if (draw := agreed(seed, folder)) is not None and draw.optimum.is_feasible]
    assert len(found) >= 50
    counts = Counter(trait for draw in found for trait in traits(draw))
    wanted = {*ALLOCATIONS, "expected", "cvar", "regret", "a tree", "a path", "vehicles", "no vehicles"}
    wanted |= {"something is ordered", "capacity binds", "prices of vehicles move"}
    assert {trait for trait in wanted if counts[trait] < 2} == set()


@pytest.fixture
def solved(tmp_path, netdesign) -> tuple[Path, Path]:
    """The instance by hand, and the file of its result."""
    folder, result = write_instance(tmp_path, BY_HAND), tmp_path / "result.json"
    assert netdesign("timing", folder, "-o", result, "--quiet").code == ExitCode.ANSWERED
    return folder, result


def test_each_year_has_departures_of_its_own_volume_and_prices(solved):
    """What vehicles cost stands by itself; modules and hubs cost what they do without them."""
    document = json.loads(solved[1].read_text())
    assert [node["costs"]["vehicles"] for node in document["nodes"]] == pytest.approx([500, 2000])
    assert [node["costs"]["running"] for node in document["nodes"]] == pytest.approx([10, 10])
    assert document["objective"] == pytest.approx(510 + 2010 / 1.25)
    (last,) = document["nodes"][1]["services"]
    found = [last[name] for name in ("from", "to", "vehicle", "departures_per_week", "fill")]
    assert found == ["A", "B", "van", 2, pytest.approx(1)]
    assert [load["legs"] for node in document["nodes"] for load in node["vehicle_loads"]] == [1, 1]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("departures_per_week", 1, "2027: distribution A to B: carries 100.0 t/year; van 1 a week takes 50.0"),
        ("eur_per_year", 1.0, "2027: services: is not that of the plan"),
        ("wait_h", 1.0, "2027: services: is not that of the plan"),
    ],
)
def test_verify_refuses_departures_changed_by_hand(field, value, message, solved, netdesign):
    folder, result = solved
    document = json.loads(result.read_text())
    document["nodes"][1]["services"][0][field] = value
    result.write_text(json.dumps(document))
    ended = netdesign("verify", folder, result)
    assert (ended.code, message in ended.out + ended.err) == (ExitCode.CONTRADICTED, True)


def test_a_result_with_departures_is_proven_by_another_engine(solved, netdesign):
    assert netdesign("verify", *solved, "--prove", "--quiet").code == ExitCode.ANSWERED
