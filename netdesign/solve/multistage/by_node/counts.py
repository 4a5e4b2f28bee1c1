"""Branch and bound over the relaxation on how many modules of a kind, and hubs, there are in a year in all.

The relaxation buys parts of large modules at several hubs. Single hubs are no good to branch on, as the parts move to
others; their number has to be whole too, and moves them all.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.lp.builder import Rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multistage.by_node.problem import DecomposedProblem
    from netdesign.solve.multistage.by_node.relaxation import Point

_MOST_BRANCHES = 300
_ROUNDS = 2
_STALLED = 2e-5
"""Rounds of cuts at each branch, and the relative growth of its bound under which there are no more."""
_WHOLE = 1e-4


@dataclass(frozen=True, order=True)
class Branch:
    """A part of all plans.

    Parameters
    ----------
    bound
        EUR of the first year.
    number
        Its place among all branches.
    least, most
        Of each count, shape (counts,).
    """

    bound: float
    number: int
    least: tuple[float, ...]
    most: tuple[float, ...]


class CountBranching:
    """The search.

    Parameters
    ----------
    problem
        The problem; its master gets a row for each count.
    cut
        Adds cuts at a point; returns how many the point violates.
    state
        Clock and incumbent; records the bound.
    """

    def __init__(self, problem: DecomposedProblem, cut: Callable[[Point], int], state: SearchState) -> None:
        self._relaxation, self._cut, self._state = problem.relaxation, cut, state
        staged, decisions = problem.staged, problem.relaxation.decisions
        self._counted: list[NDArray[np.intp]] = []
        worth = []
        for node, own in enumerate(staged.nodes):
            capital = own.prices.capital.mean(axis=0) + own.prices.yearly.mean(axis=0)
            for module in range(len(staged.modules)):
                self._counted.append(decisions.in_use[node, :, module])
                worth.append(staged.weights[node] * capital[module])
            self._counted.append(decisions.is_open[node])
            worth.append(staged.weights[node] * capital.min())
        self._worth = np.array(worth)
        master = self._relaxation.master
        self._rows = np.arange(master.rows, master.rows + len(self._counted), dtype=np.intp)
        master.add_rows(Rows.from_lists([(-np.inf, np.inf, one, np.ones(len(one))) for one in self._counted]))
        master.keep_rows()

    def run(self, until_s: float) -> None:
        """Branch until the gap is closed, no count is fractional, or the time has come.

        Raises
        ------
        TimeoutError
            The time of the whole search ran out first.
        """
        try:
            self._run(until_s)
        finally:
            free = np.full(len(self._rows), np.inf)
            self._relaxation.master.bound_rows(self._rows, -free, free)

    def _run(self, until_s: float) -> None:
        state, count = self._state, len(self._rows)
        waiting = [Branch(state.bound, 0, (-np.inf,) * count, (np.inf,) * count)]
        for number in range(1, _MOST_BRANCHES):
            if not waiting or waiting[0].bound >= state.cut_off:
                state.exhausted()
                return
            state.proved(waiting[0].bound)
            if state.is_closed or state.elapsed_s >= until_s:
                return
            branch = heapq.heappop(waiting)
            point = self._solved(branch)
            if point is None or point.bound >= state.cut_off:
                continue
            bound = max(branch.bound, point.bound)
            counts = np.array([point.values[columns].sum() for columns in self._counted])
            below = np.floor(counts + _WHOLE)
            score = np.where(np.abs(counts - np.round(counts)) > _WHOLE, self._worth, 0.0)
            score *= np.minimum(counts - below, below + 1.0 - counts)
            chosen = int(score.argmax())
            if score[chosen] <= 0.0:
                state.proved(min((bound, *(one.bound for one in waiting[:1]))))
                return
            least, most = np.array(branch.least), np.array(branch.most)
            least[chosen] = below[chosen] + 1.0
            heapq.heappush(waiting, Branch(bound, 2 * number, tuple(least.tolist()), branch.most))
            most[chosen] = below[chosen]
            heapq.heappush(waiting, Branch(bound, 2 * number + 1, branch.least, tuple(most.tolist())))

    def _solved(self, branch: Branch) -> Point | None:
        """Return the optimum of a branch after some cuts; None without any."""
        self._relaxation.master.bound_rows(self._rows, np.array(branch.least), np.array(branch.most))
        point = self._relaxation.solve()
        for _ in range(_ROUNDS):
            if point is None or point.bound >= self._state.cut_off or not self._cut(point):
                break
            before, point = point.bound, self._relaxation.solve()
            if point is not None and point.bound - before < _STALLED * abs(before):
                break
        return point
