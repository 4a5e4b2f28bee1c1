"""The master with whole columns: what HiGHS says within too tight a tolerance proves nothing."""

from __future__ import annotations

import highspy
import numpy as np
import pytest

from netdesign.solve.course import Course
from netdesign.solve.limits import SolveLimits, Watch
from netdesign.solve.master import Rows
from netdesign.solve.staged.by_node import whole
from netdesign.solve.staged.by_node.whole import WholeMaster

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
    course = Course(Watch(SolveLimits()))
    made = WholeMaster(np.ones(2), np.zeros(2), np.ones(2), np.ones(2, dtype=bool), course)
    made.add(Rows.from_lists([(least, np.inf, np.array([0, 1]), np.ones(2))]))
    return made


@pytest.mark.parametrize("status", [STATUS.kInfeasible, STATUS.kSolveError])
@pytest.mark.parametrize("tolerance", [1e-8, 1e-6])
def test_a_wider_tolerance_is_tried(monkeypatch, status, tolerance):
    made = master(1.5)
    monkeypatch.setattr(whole, "new_highs", lambda: WrongWhileTight(status, tolerance))
    found = made.solve_whole(1e-9, 10.0, None)
    assert (found.bound, found.is_done) == (pytest.approx(2.0), True)
    assert found.found[-1] == pytest.approx([1.0, 1.0])


def test_what_is_infeasible_within_every_tolerance_is():
    found = master(2.5).solve_whole(1e-9, 10.0, None)
    assert (found.bound, found.found, found.is_done) == (np.inf, (), True)
