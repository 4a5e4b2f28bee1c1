"""The search: rounds of cuts, then branch and bound on the master, with further cuts at its integer solutions."""

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
    from netdesign.solve.lp.session import MixedOutcome
    from netdesign.solve.multistage.by_node.plans import EvaluatedPlan
    from netdesign.solve.multistage.by_node.problem import DecomposedProblem

_FIRST_GAP = 0.01
_SHARE_OF_GAP = 0.25
"""The master is solved to this share of the gap; what it underestimates is more than that."""
_LEAST_GAP = 1e-9
_FIRST_SLICE_S = 20.0
_MOST_OPERATED = 3
"""Number of solutions of one branch and bound that are operated, the best first."""


class NodeSearch:
    """One search for the best plan.

    Parameters
    ----------
    problem
        The problem.
    state
        Clock and gap; records plans and bounds.
    keep
        Called with each better plan.

    Attributes
    ----------
    best
        The best plan found, or None if none improves the first incumbent.
    """

    def __init__(self, problem: DecomposedProblem, state: SearchState, keep: Callable[[StagedPlan], None]) -> None:
        self._problem, self._state, self._keep = problem, state, keep
        self._rounds, self._cuts = Rounds(problem, state), WholeCuts(problem, state)
        self.best: EvaluatedPlan | None = None
        self._start: NDArray[np.float64] | None = None

    def begin_with(self, plan: StagedPlan) -> None:
        """Begin with a plan whose cost the search state has already recorded."""
        relaxation = self._problem.relaxation
        self._start = self._problem.plans.integer_values(plan, len(relaxation.master.is_integer))
        self._rounds.begin_at(self._start, self._state.incumbent)

    def run(self) -> None:
        """Search until the gap is closed or the time is over."""
        with suppress(TimeoutError):
            if self._rounds.run() is None:
                self._state.exhausted()
                return
            self._problem.relaxation.master.keep_rows()
            self._solve_integer()

    def _solve_integer(self) -> None:
        """Solve the integer master, operate its solutions, and cut off those it underestimates."""
        gap, slice_s, relaxation = _FIRST_GAP, _FIRST_SLICE_S, self._problem.relaxation
        while not self._state.is_over:
            solved = relaxation.solve_mixed(gap, slice_s, self._start)
            self._state.proved(solved.bound)
            if solved.bound > self._state.cut_off:
                # No other plan improves the incumbent, or no plan is permitted at all.
                self._state.exhausted()
                return
            is_new = self._operate(solved)
            if self._state.is_closed:
                return
            if solved.is_done and not is_new and gap <= _LEAST_GAP:
                # The master prices its solutions exactly and is solved to optimality.
                if self._state.open_gap > OPTIMAL_GAP:
                    message = "the master costs its best solution as it is, and that is not the best plan's cost"
                    raise SolverError(message)
                self._state.exhausted()
                return
            slice_s = slice_s if solved.is_done else 2.0 * slice_s
            wanted = max(_LEAST_GAP, _SHARE_OF_GAP * min(self._state.open_gap, _FIRST_GAP / _SHARE_OF_GAP))
            gap = min(wanted, gap) if is_new else max(_LEAST_GAP, 0.1 * gap)

    def _operate(self, solved: MixedOutcome) -> bool:
        """Operate the best solutions and add cuts where the master underestimates them; return whether it did."""
        is_new = False
        for values in self._distinct(solved)[:_MOST_OPERATED]:
            if self._state.is_over:
                raise TimeoutError
            evaluated = self._problem.plans.evaluate(values)
            self._record(evaluated, values)
            for node, year in enumerate(evaluated.years):
                is_new |= self._cuts.add(node, year, values)
        return is_new

    def _distinct(self, solved: MixedOutcome) -> list[NDArray[np.float64]]:
        """Return the solutions with distinct hubs and modules, the best first."""
        is_integer = self._problem.relaxation.master.is_integer
        found = {np.round(values[is_integer[: len(values)]]).tobytes(): values for values in solved.found}
        return list(found.values())[::-1]

    def _record(self, evaluated: EvaluatedPlan, values: NDArray[np.float64]) -> None:
        if not np.isfinite(evaluated.value):
            return
        if self._state.found(evaluated.value):
            self.best = evaluated
            self._keep(self._problem.plans.plan(evaluated))
            is_integer = self._problem.relaxation.master.is_integer[: len(values)]
            self._start = np.where(is_integer, np.round(values), np.nan)
