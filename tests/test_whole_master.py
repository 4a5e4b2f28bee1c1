"""The master with whole columns: what HiGHS says within too tight a tolerance proves nothing."""

from __future__ import annotations

import highspy
import numpy as np
import pytest

from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.lp.master import Rows
from netdesign.solve.multistage.by_node import integer_master
from netdesign.solve.multistage.by_node.integer_master import WholeMaster

STATUS = highspy.HighsModelStatus


class WrongWhileTight:
    """HiGHS, but with a status of its own while its tolerance of feasibility is under another one.

    Its presolve did that to a master of large numbers, which it took for infeasible within 1e-8, but not within 1e-7.
    """

    def __init__(self, status: highspy.HighsModelStatus, tolerance: float) -> None:
        self._highs = highspy.Highs()
        self._status, self._tolerance = status, tolerance

    def __getattr__(self, name: str) -> object:
        return getattr(self._highs, name)

    def getModelStatus(self) -> highspy.HighsModelStatus:
        tight = self._highs.getOptionValue("mip_feasibility_tolerance")[1] < self._tolerance
        return self._status if tight else self._highs.getModelStatus()


def master(least: float) -> WholeMaster:
    """Return ``min x + y`` over 0 and 1 with ``x + y >= least``."""
    state = SearchState(Watch(SolveLimits()))
    made = WholeMaster(np.ones(2), np.zeros(2), np.ones(2), np.ones(2, dtype=bool), state)
    made.add(Rows.from_lists([(least, np.inf, np.array([0, 1]), np.ones(2))]))
    return made


@pytest.mark.parametrize("status", [STATUS.kInfeasible, STATUS.kSolveError])
@pytest.mark.parametrize("tolerance", [1e-8, 1e-6])
def test_a_wider_tolerance_is_tried(monkeypatch, status, tolerance):
    made = master(1.5)
    monkeypatch.setattr(integer_master, "new_highs", lambda: WrongWhileTight(status, tolerance))
    found = made.solve_whole(1e-9, 10.0, None)
    assert (found.bound, found.is_done) == (pytest.approx(2.0), True)
    assert found.found[-1] == pytest.approx([1.0, 1.0])


def test_what_is_infeasible_within_every_tolerance_is():
    found = master(2.5).solve_whole(1e-9, 10.0, None)
    assert (found.bound, found.found, found.is_done) == (np.inf, (), True)


def test_a_start_that_highs_prices_wrong_is_left_out():
    """HiGHS 1.16 returns the start for the optimum, at a cost of 0 (findings/highs_start_priced_wrong.sh).

    1.15 proves 7,181.
    """
    rows = [
        (-1.0, 0.0, {0: -49.0, 3: 1.0, 4: 1.0, 5: -1.0}),
        (40.0, np.inf, {4: 1.0}),
        (-1.0, 0.0, {1: 1.0, 2: 1.0, 5: 1.0, 7: -1.0}),
        (-1.0, 0.0, {6: 1.0, 8: -1.0}),
        (-1.0, 0.0, {6: 1.0, 7: 1.0, 9: -1.0}),
        (0.0, np.inf, {8: -1.0, 10: 1.0}),
        (0.0, 1.0, {9: -1.0, 10: 1.0, 11: 1.0}),
        (10861.0, np.inf, {1: 1.0, 3: 63.0}),
        (10182.0, np.inf, {2: 1.0, 5: 168.0}),
    ]
    upper, cost, start = np.full(12, np.inf), np.zeros(12), np.full(12, np.nan)
    upper[[3, 4, 9, 10]], cost[[10, 11]], start[0] = (60.0, 40.0, 1e9, 1e9), 1.0, 2.0
    made = WholeMaster(cost, np.zeros(12), upper, np.arange(12) == 0, SearchState(Watch(SolveLimits())))
    made.add(
        Rows.from_lists(
            [(low, high, np.array([*entries]), np.array([*entries.values()])) for low, high, entries in rows]
        )
    )
    found = made.solve_whole(1e-9, 10.0, start)
    assert found.bound == pytest.approx(7181, abs=1)
    assert cost @ found.found[-1] == pytest.approx(found.bound)
    assert made.solve_whole(1e-9, 10.0, None).bound == pytest.approx(found.bound)
