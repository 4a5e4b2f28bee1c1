"""The master with whole columns: what HiGHS says within too tight a tolerance proves nothing."""

from __future__ import annotations

import highspy
import numpy as np
import pytest

from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.lp import highs
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.lp.session import LpSession

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


def master(least: float) -> LpSession:
    """Return ``min x + y`` over 0 and 1 with ``x + y >= least``."""
    builder = LpBuilder()
    builder.add_row(builder.add_columns(np.zeros(2), 1.0, 1.0, is_integer=True), np.ones(2), least, np.inf)
    return LpSession(builder.program(), SearchState(Watch(SolveLimits())), is_relaxed=True)


@pytest.mark.parametrize("status", [STATUS.kInfeasible, STATUS.kSolveError])
@pytest.mark.parametrize("tolerance", [1e-8, 1e-6])
def test_a_wider_tolerance_is_tried(monkeypatch, status, tolerance):
    made = master(1.5)
    monkeypatch.setattr(highs, "new_highs", lambda: WrongWhileTight(status, tolerance))
    found = made.solve_mixed(1e-9, 10.0, None)
    assert (found.bound, found.is_done) == (pytest.approx(2.0), True)
    assert found.found[-1] == pytest.approx([1.0, 1.0])


def test_what_is_infeasible_within_every_tolerance_is():
    found = master(2.5).solve_mixed(1e-9, 10.0, None)
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
    builder = LpBuilder()
    builder.add_columns(np.zeros(1), upper[:1], cost[:1], is_integer=True)
    builder.add_columns(np.zeros(11), upper[1:], cost[1:])
    for low, high, entries in rows:
        builder.add_row([*entries], [*entries.values()], low, high)
    made = LpSession(builder.program(), SearchState(Watch(SolveLimits())), is_relaxed=True)
    found = made.solve_mixed(1e-9, 10.0, start)
    assert found.bound == pytest.approx(7181, abs=1)
    assert cost @ found.found[-1] == pytest.approx(found.bound)
    assert made.solve_mixed(1e-9, 10.0, None).bound == pytest.approx(found.bound)
