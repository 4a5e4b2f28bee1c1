"""Years whose cities are priced one by one: bounds by prices of room, and what questions about the same years share."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netdesign.analysis.timing.value_of_information import paths_alone, wait_and_see_paths
from netdesign.errors import InstanceError
from netdesign.network.staged import build_networks
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.multistage import served_operating
from netdesign.solve.multistage.dynamic import Dynamic
from netdesign.solve.multistage.multipliers import RoomTolls
from netdesign.solve.multistage.pricing import operator_of
from netdesign.solve.multistage.question import StagedQuestion
from netdesign.solve.multistage.served_year import years_of
from netdesign.solve.registry import STAGED
from tests.support.staged_services import staged_services
from tests.support.staged_strategies import read_staged_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance.staged import StagedInstance

SEEDS = range(12)
TREES = (11, 16, 29, 38)
"""Seeds of trees that take a second."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for instances."""
    return tmp_path_factory.mktemp("served")


def stated(seed: int, folder: Path) -> StagedInstance | None:
    """Return the draw of a seed; None where the data are unsound, or the dynamic engine cannot state it."""
    try:
        staged = read_staged_document(staged_services(Random(seed), "single_each_way").document, folder)
    except InstanceError:
        return None
    return staged if STAGED.refusal("dynamic", staged) is None else None


def asked(staged: StagedInstance) -> StagedQuestion:
    """Return the question about an instance."""
    return StagedQuestion(staged, build_networks(staged), Watch(SolveLimits()))


def test_prices_of_room_bound_a_year_together_as_each_alone(folder):
    """Whatever the prices, no operation of any modules at these hubs costs less than they say."""
    draw, compared = np.random.default_rng(7), 0
    for staged in filter(None, (stated(seed, folder) for seed in SEEDS)):
        hubs = tuple(sorted(staged.base.site_position[name] for name in staged.base.allowed))
        year = years_of(asked(staged)).year(0, hubs)
        peaks = len(year.node.peaks)
        tolls = [
            RoomTolls(hubs, draw.uniform(0, 30, len(hubs)), draw.uniform(0, 30, (peaks, len(hubs)))) for _ in range(4)
        ]
        tolls.append(RoomTolls(hubs, np.zeros(len(hubs)), np.zeros((peaks, len(hubs)))))
        together = year.bounds_at(tolls)
        for own, bound in zip(tolls, together, strict=True):
            [alone] = year.bounds_at([own])
            assert bound.constant == pytest.approx(alone.constant, rel=1e-12)
            assert np.array_equal(bound.capacity, alone.capacity)
            assert np.array_equal(bound.peak, alone.peak)
        lift, daily = draw.uniform(0, 300, len(hubs)), draw.uniform(0, 3, len(hubs))
        cost = operator_of(year).operate(lift, daily).cost
        assert all(bound.at(lift, daily) <= cost * (1 + 1e-9) for bound in together)
        compared += bool(np.isfinite(cost))
    assert compared > 3


@pytest.mark.parametrize("seed", TREES)
def test_paths_of_a_tree_take_up_its_years_and_what_was_operated_in_them(seed, folder, monkeypatch):
    """No year of a path is listed anew, none is operated twice with the same modules, and the answers are the same."""
    operated = []
    operation = served_operating._OneSet.operation

    def counted(self: served_operating._OneSet) -> object:
        room = self._room
        operated.append((id(self._year.node), self._year.hubs, room.lift.tobytes(), room.daily.tobytes()))
        return operation(self)

    monkeypatch.setattr(served_operating._OneSet, "operation", counted)
    staged = stated(seed, folder)
    assert staged is not None
    assert not staged.is_path
    question = asked(staged)
    Dynamic(question).solve()
    years, after_tree = len(question.served), len(operated)
    assert years == len(staged.nodes)
    assert after_tree > 0
    shared = [least(path.objective) for path in wait_and_see_paths(question)]
    assert len(question.served) == years
    assert len(operated) == len(set(operated))
    alone = [least(Dynamic(asked(path.staged)).solve().objective) for path in paths_alone(question)]
    assert shared == pytest.approx(alone, rel=1e-12)


def least(objective: float | None) -> float:
    """Return what is minimised; infinity where no plan is permitted."""
    return np.inf if objective is None else objective
