"""The search: rounds of cuts, then whole hubs and modules by branch and bound on the master, cut where it errs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.core.outcome import OPTIMAL_GAP
from netdesign.solve.multistage.by_node.integer_cuts import WholeCuts
from netdesign.solve.multistage.by_node.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.plan import StagedPlan
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.lp.session import MixedSolved
    from netdesign.solve.multistage.by_node.plans import Candidate
    from netdesign.solve.multistage.by_node.problem import Problem

_FIRST_GAP = 0.01
_SHARE_OF_GAP = 0.25
"""The master is solved to this part of the gap: it errs by more than the rest."""
_LEAST_GAP = 1e-9
_FIRST_SLICE_S = 20.0
_LOOKED_AT = 3
"""Solutions of one branch and bound that are operated, the best first."""


class NodeSearch:
    """One search for the best plan.

    Parameters
    ----------
    problem
        The problem.
    state
        Clock and gap; hears of plans and bounds.
    keep
        Called with each better plan.

    Attributes
    ----------
    best
        The best plan found, or None where none is better than the one that the state began with.
    """

    def __init__(self, problem: Problem, state: SearchState, keep: Callable[[StagedPlan], None]) -> None:
        self._problem, self._state, self._keep = problem, state, keep
        self._rounds, self._cuts = Rounds(problem, state), WholeCuts(problem, state)
        self.best: Candidate | None = None
        self._start: NDArray[np.float64] | None = None

    def begin_with(self, plan: StagedPlan) -> None:
        """Begin with a plan which the search state has recorded."""
        relaxation = self._problem.relaxation
        self._start = self._problem.plans.whole_values(plan, len(relaxation.master.is_integer))
        self._rounds.begin_at(self._start, self._state.incumbent)

    def run(self) -> None:
        """Search until the gap is closed or the clock has run out."""
        with suppress(TimeoutError):
            if self._rounds.run() is None:
                self._state.exhausted()
                return
            self._problem.relaxation.master.keep_rows()
            self._search_whole()

    def _search_whole(self) -> None:
        """Solve the master with whole columns, operate what it finds, and cut where that costs more."""
        gap, slice_s, relaxation = _FIRST_GAP, _FIRST_SLICE_S, self._problem.relaxation
        while not self._state.is_over:
            whole = relaxation.solve_mixed(gap, slice_s, self._start)
            self._state.proved(whole.bound)
            if whole.bound > self._state.cut_off:
                # Nothing else is under the incumbent, or nothing at all is permitted.
                self._state.exhausted()
                return
            is_new = self._look_at(whole)
            if self._state.is_closed:
                return
            if whole.is_done and not is_new and gap <= _LEAST_GAP:
                # The master costs its solutions as they are, and has solved itself to the last digits.
                if self._state.open_gap > OPTIMAL_GAP:
                    message = "the master costs its best solution as it is, and that is not the best plan's cost"
                    raise SolverError(message)
                self._state.exhausted()
                return
            slice_s = slice_s if whole.is_done else 2.0 * slice_s
            wanted = max(_LEAST_GAP, _SHARE_OF_GAP * min(self._state.open_gap, _FIRST_GAP / _SHARE_OF_GAP))
            gap = min(wanted, gap) if is_new else max(_LEAST_GAP, 0.1 * gap)

    def _look_at(self, whole: MixedSolved) -> bool:
        """Operate the last solutions found and cut them where they cost more; return whether any cut was needed."""
        is_new = False
        for values in self._distinct(whole)[:_LOOKED_AT]:
            if self._state.is_over:
                raise TimeoutError
            candidate = self._problem.plans.candidate(values)
            self._hear(candidate, values)
            for node, year in enumerate(candidate.years):
                is_new |= self._cuts.add(node, year, values)
        return is_new

    def _distinct(self, whole: MixedSolved) -> list[NDArray[np.float64]]:
        """Return the solutions that differ in hubs or modules, the best first."""
        is_integer = self._problem.relaxation.master.is_integer
        found = {np.round(values[is_integer[: len(values)]]).tobytes(): values for values in whole.found}
        return list(found.values())[::-1]

    def _hear(self, candidate: Candidate, values: NDArray[np.float64]) -> None:
        if not np.isfinite(candidate.value):
            return
        if self._state.found(candidate.value):
            self.best = candidate
            self._keep(self._problem.plans.plan(candidate))
            is_integer = self._problem.relaxation.master.is_integer[: len(values)]
            self._start = np.where(is_integer, np.round(values), np.nan)
