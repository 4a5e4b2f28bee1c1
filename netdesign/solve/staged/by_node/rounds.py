"""Rounds of cuts over partly ordered modules: what they prove, and where the search for whole ones begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.staged.by_node.mix import Effort, PriceSearch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.course import Course
    from netdesign.solve.staged.by_node.problem import Problem
    from netdesign.solve.staged.by_node.relaxation import Point

_MEAN = 0.7
"""Weight of the past in the running mean of points."""
_STALLED = 2e-4
"""Relative growth of the bound, under which cuts are sought at the master's points rather than half-way to the mean."""
_ENDED = 1e-5
"""The same, under which a round at the point itself is one of the last."""
_LAST_ROUNDS = 3
_BROKEN = 1e-6
"""Of the cost of a node: cuts that are broken by less are left out."""
_DROP_EVERY = 5
_QUICK, _CAREFUL = Effort(1e-3, 6), Effort(1e-5, 15)


class Rounds:
    """Rounds of cuts between the master's points and a running mean of them (Ben-Ameur and Neto 2007).

    Parameters
    ----------
    problem, course
        The problem; the course hears of bounds.

    Attributes
    ----------
    number
        Rounds so far.
    prices
        The last of each node, EUR/t.
    """

    def __init__(self, problem: Problem, course: Course) -> None:
        self._problem, self._course = problem, course
        self.number = 0
        self.prices = [np.zeros(len(oracle.routes.resources)) for oracle in problem.oracles]
        self._mean: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None

    def run(self) -> Point | None:
        """Cut until that has stopped to pay; return the last point, None where there is no solution at all.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        last, stalled = -np.inf, 0
        while True:
            point = self._problem.relaxation.solve()
            if point is None:
                return None
            self._course.proved(point.bound)
            growth = (point.bound - last) / max(1.0, abs(point.bound))
            last = point.bound
            stalled = stalled + 1 if growth < (_ENDED if stalled else _STALLED) else max(0, stalled - 1)
            added = self._cut(point, *((1.0, _CAREFUL) if stalled else (0.5, _QUICK)))
            if stalled > _LAST_ROUNDS or (stalled and not added):
                return point
            if self.number % _DROP_EVERY == 0:
                self._problem.relaxation.drop_idle()

    def _cut(self, point: Point, share: float, effort: Effort) -> int:
        """Add cuts between a point and the mean of those so far, nearer to it with its share; return how many break it.

        ``effort`` says how well prices are sought.
        """
        self.number += 1
        problem, (is_open, in_use) = self._problem, self._mean or (point.is_open, point.in_use)
        at_open = share * point.is_open + (1.0 - share) * is_open
        at_use = share * point.in_use + (1.0 - share) * in_use
        self._mean = (
            _MEAN * is_open + (1.0 - _MEAN) * point.is_open,
            _MEAN * in_use + (1.0 - _MEAN) * point.in_use,
        )
        added = 0
        for node, oracle in enumerate(problem.oracles):
            if self._course.is_over:
                raise TimeoutError
            search = PriceSearch(oracle, at_open[node], at_use[node], problem.dearest, self._course)
            found = search.search(self.prices[node], effort, self.number)
            self.prices[node] = found.prices
            added += problem.relaxation.add(found.cut, point.values, _BROKEN)
        return added
