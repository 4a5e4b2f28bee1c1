"""Gateway instances over years: the same on every machine, as large as stated, feasible, and quickly read."""

from __future__ import annotations

import itertools
import time
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.staged_instances import PAIRS, drawn, service_share, share_in_time, write, write_gateway
from netdesign.instance.read import read_staged
from netdesign.network.routes import fastest_hours
from netdesign.network.staged import build_networks
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.multistage.hubs import Hubs
from netdesign.solve.multistage.operating import YearOperator
from netdesign.solve.multistage.question import StagedQuestion
from netdesign.solve.multistage.year import Years
from netdesign.solve.registry import STAGED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.staged_instances import Gateway
    from netdesign.instance.staged import StagedInstance

SIZES = pytest.mark.parametrize("size", PAIRS)


@pytest.fixture(scope="module")
def staged_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], StagedInstance]:
    """The instance of each size, read from a folder that was written once."""

    @cache
    def staged(size: str) -> StagedInstance:
        folder = tmp_path_factory.mktemp("gateway") / size
        write(f"gateway.{size}", folder)
        return read_staged(folder)

    return staged


def problem_of(size: str) -> Gateway:
    """Return what is drawn for a size."""
    cities, sites, years = map(int, size.split("."))
    return drawn(cities, sites, years, PAIRS[size])


def test_the_same_files_are_written_each_time(tmp_path: Path):
    for folder in (tmp_path / "one", tmp_path / "other"):
        write("gateway.30.10.3", folder)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == ["cities.csv", "cost.npz", "demand.csv", "hours.npz", "hubs.csv", "instance.yaml", "lanes.csv"]
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_the_draws_are_those_that_were_measured():
    """Another order of the draws would be another instance, whose times nobody could compare."""
    problem = problem_of("30.10.3")
    assert problem.inbound.sum() == pytest.approx(100_000)
    assert problem.outbound.sum() == pytest.approx(15_000)
    assert problem.between.sum() == pytest.approx(16_662.679, abs=0.01)
    assert problem.lane_km[:2].tolist() == pytest.approx([9237.93, 9251.28], abs=0.01)
    assert [service_share(problem_of(size)) for size in PAIRS] == [0.7928, 0.7338, 0.7756, 0.7336]


@SIZES
def test_sizes_are_as_stated(size, staged_of):
    staged = staged_of(size)
    cities, sites, years = map(int, size.split("."))
    base = staged.base
    assert len(base.sites) == sites
    assert len(staged.nodes) == years
    assert len(base.commodities) == 2 * cities + PAIRS[size]
    assert base.existing == {"H1"}
    assert base.policies.new_hubs.max == 2
    assert len(base.links) == sites


@SIZES
def test_volumes_grow_by_an_eighth_or_so_each_year(size, staged_of):
    staged = staged_of(size)
    totals = [node.instance.commodities.volume.sum() for node in staged.nodes]
    assert np.diff(np.log(totals)) == pytest.approx(np.log(1.12))


def test_a_hub_has_fifteen_combinations_of_modules(staged_of):
    hubs = Hubs(staged_of("30.10.3"))
    for site in (hubs.existing[0], hubs.candidates[0]):
        in_use = np.unique(hubs[site].states.in_use, axis=0)
        assert len(in_use[in_use.any(axis=1)]) == 15


@SIZES
def test_the_service_share_is_half_of_what_sites_can_add(size, staged_of):
    """By the hours that netdesign finds, which know nothing of the generator's."""
    staged = staged_of(size)
    network = build_networks(staged)[0]
    base = staged.base
    alone = base.replace(policies=base.policies.model_copy(update={"forbidden": tuple(base.allowed[1:])}))
    reached = []
    for instance in (alone, base):
        in_time = fastest_hours(instance, network) <= base.deadline_h + 1e-6
        reached.append(base.commodities.volume[in_time].sum() / base.commodities.volume.sum())
    assert base.policies.service.share == pytest.approx(sum(reached) / 2, abs=6e-5)
    assert reached[0] < 0.65
    assert reached[1] > 0.95


@SIZES
def test_the_first_year_needs_new_hubs_and_its_budget_pays_them(size, staged_of):
    """The existing hub alone is too slow however large; with two new hubs of 90,000 and 40,000 t it can be done."""
    staged, problem = staged_of(size), problem_of(size)
    pairs = [(0, *pair) for pair in itertools.combinations(range(1, len(problem.site)), 2)]
    best = max(pairs, key=lambda sites: share_in_time(problem, np.array(sites)))
    years = Years(staged, build_networks(staged))

    def cost(sites: tuple[int, ...], lift: list[float]) -> float:
        capacity = np.array(lift)
        return YearOperator(years.year(0, sites)).operate(capacity, capacity / 365).cost

    assert cost((0,), [325_000.0]) == np.inf
    assert cost(best, [40_000.0, 90_000.0, 40_000.0]) < np.inf
    assert staged.stages.capital_budget.by_year_eur[2026] >= 39e6 + 72e6 + 39e6
    assert all(module.lead == 0 for module in staged.modules)


@SIZES
def test_the_dynamic_engine_takes_it(size, staged_of):
    assert STAGED.refusal("dynamic", staged_of(size)) is None


def test_the_smallest_costs_what_the_prototype_found(staged_of):
    """Which is 1,641,816.24 thousand EUR: it let the first hub of a route handle for nothing, and rounded nothing."""
    staged = staged_of("30.10.3")
    question = StagedQuestion(staged, build_networks(staged), Watch(SolveLimits()))
    solution = STAGED["dynamic"].engine(question).solve()
    assert solution.termination is Termination.OPTIMAL
    handling = 80 * sum(staged.weights * [node.instance.commodities.volume.sum() for node in staged.nodes])
    assert solution.objective - handling == pytest.approx(1_641_816_240, rel=1e-6)


def test_the_largest_is_read_in_less_than_two_seconds(tmp_path):
    """Of the processor, not of the clock, so that a busy machine changes nothing; it takes a tenth of that."""
    write("gateway.300.20.5", tmp_path / "large")
    begun = time.process_time()
    read_staged(tmp_path / "large")
    assert time.process_time() - begun < 2.0


def test_any_other_size_can_be_written(tmp_path):
    write_gateway(drawn(6, 3, 2, 4), tmp_path / "small")
    staged = read_staged(tmp_path / "small")
    assert len(staged.base.commodities) == 2 * 6 + 4
