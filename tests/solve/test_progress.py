"""What is told while a search goes on: savings that the answer does not belie, sets left, and time left or nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

import netdesign as nd
from netdesign.solve.core import search_state
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.core.time_left import TimeLeft
from netdesign.solve.coupled.waiting import ListedSets, WaitingSets
from netdesign.solve.scheduled.part_search import WaitingParts
from netdesign.solve.scheduled.parts import Part, Stage

if TYPE_CHECKING:
    from netdesign.solve.core.outcome import Progress


@pytest.mark.parametrize("name", ["benelux", "tiny", "tiny-vehicles"])
@pytest.mark.parametrize("engine", ["auto", "monolithic"])
def test_no_saving_is_belied_by_the_answer(name, engine, monkeypatch):
    """Of each number of hubs against the network that its verdict compares with; not of runner-ups, nor of minima."""
    monkeypatch.setattr(search_state, "_REPORT_EVERY_S", 0.0)
    told: list[Progress] = []
    answer = nd.solve(name, max_new=2, engine=engine, listen=told.append)
    by_task = {f"{step.to_hubs} hubs": step for step in answer.document.steps}
    hubs = {network.hubs: tuple(network.open_hubs) for network in answer.document.networks}
    of_numbers = [one for one in told if one.saving is not None]
    assert of_numbers
    for progress in of_numbers:
        step = by_task[progress.task.partition(",")[0].partition(":")[0]]
        assert progress.saving.against == hubs[step.from_hubs]
        slack = 1e-6 * abs(answer.objective)
        if progress.saving.at_least is not None:
            assert progress.saving.at_least <= step.saving + slack
        if progress.saving.at_most is not None and progress.task in by_task:
            assert progress.saving.at_most >= step.saving - slack


def test_sets_that_wait_are_counted_under_the_cut_off():
    bound = np.array([3.0, 1.0, 5.0, 4.0, np.inf])
    sets = np.arange(10, dtype=np.int32).reshape(5, 2)
    listed = ListedSets(sets, bound, bound.copy(), np.zeros(5, dtype=np.int8))
    waiting = WaitingSets([(listed, np.arange(5))])
    assert [waiting.sets_under(cut_off) for cut_off in (1.0, 4.5, math.inf)] == [0, 3, 4]
    first = waiting.pop()
    assert waiting.sets_under(4.5) == 2
    listed.learn(first.place, 4.2, 0)
    waiting.push(first)
    assert [waiting.sets_under(cut_off) for cut_off in (4.1, 4.5)] == [2, 3]


def test_parts_of_one_set_count_once():
    parts = [Part(hubs, {}, {}, Stage.BOUNDED, bound) for hubs, bound in (((0, 1), 1.0), ((0, 1), 2.0), ((0, 2), 3.0))]
    waiting = WaitingParts(parts)
    assert [waiting.sets_under(cut_off) for cut_off in (1.0, 2.5, 4.0)] == [0, 1, 2]


def after(pace, seconds: float, every: float = 0.5) -> float | None:
    """Return what is said in the end, where so many are left after each span of time."""
    time_left, found = TimeLeft(), None
    for number in range(int(seconds / every) + 1):
        found = time_left.after(100.0 + number * every, int(pace(number * every)))
    return found


def test_a_steady_pace_says_how_long_it_goes_on():
    assert after(lambda t: 1000 - 10 * t, 20.0) == pytest.approx(80.0)


@pytest.mark.parametrize(
    ("pace", "seconds"),
    [
        pytest.param(lambda t: 1000 - 10 * t, 3.0, id="not watched for long enough"),
        pytest.param(lambda t: 1000, 20.0, id="nothing becomes less"),
        pytest.param(lambda t: 1e6 / (1 + t * t * t), 60.0, id="slower and slower"),
        pytest.param(lambda t: 1000 - 10 * t + 500 * (t >= 18), 20.0, id="more than before"),
    ],
)
def test_without_a_steady_pace_nothing_is_said(pace, seconds):
    assert after(pace, seconds) is None


def test_a_search_tells_what_it_counts(monkeypatch):
    told: list[Progress] = []
    state = SearchState(Watch(SolveLimits()), told.append)
    state.report(at_once=True)
    state.counts(lambda: 7)
    state.report(at_once=True)
    assert [(one.sets_left, one.left_s) for one in told] == [(None, None), (7, None)]
