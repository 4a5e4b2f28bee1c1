"""A linear or mixed-integer program held by HiGHS, changed step by step, each solve starting from the last basis."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from netdesign.solve.core.outcome import Termination
from netdesign.solve.lp.background_run import in_background
from netdesign.solve.lp.branching import branched
from netdesign.solve.lp.exact import EXACT, TIGHT, is_proven, polished
from netdesign.solve.lp.highs import checked, ending, has_plan, loaded, run_again_if_given_up, set_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.lp.branching import MixedOutcome
    from netdesign.solve.lp.builder import LinearProgram, Rows

SCALE = 1e4
"""Approximate objective value of a program: HiGHS has absolute tolerances."""

_LINEAR = {"primal_feasibility_tolerance": TIGHT, "dual_feasibility_tolerance": TIGHT}
_MIXED = {"mip_rel_gap": TIGHT, "mip_abs_gap": TIGHT}
"""Mixed programs keep the usual tolerances, with which HiGHS is tested."""

_LARGE = 5_000
"""Columns from which HiGHS may work on a mixed program for seconds before it looks whether it is to end."""


@dataclass(frozen=True)
class LpSolution:
    """An optimal solution.

    Parameters
    ----------
    objective, bound
        Value and proven bound; they differ only in programs with integer columns.
    values
        Values of the columns.
    reduced_costs
        Least increase of the objective per unit that a column leaves its bound.
    prices
        Duals of the rows; these and reduced costs are zero in programs with integer columns.
    """

    objective: float
    bound: float
    values: NDArray[np.float64]
    reduced_costs: NDArray[np.float64]
    prices: NDArray[np.float64]


class LpSession:
    """A program held by HiGHS. It must be bounded.

    Parameters
    ----------
    program
        The first version of the program.
    state
        Clock of the search; None without a time limit.
    options
        Options of HiGHS, in place of the default ones.
    is_relaxed
        Whether integer columns may be fractional in ``solve``; ``solve_mixed`` keeps them integer.
    longest_s
        Time limit of one run, s.

    Attributes
    ----------
    is_integer
        Whether a column is integer, shape (columns,).
    kept
        Number of rows that are never dropped, which come first; initially those of the program.

    Raises
    ------
    SolverError
        HiGHS refuses the program or a change: a defect.
    """

    def __init__(
        self,
        program: LinearProgram,
        state: SearchState | None = None,
        options: Mapping[str, float | bool | str] | None = None,
        *,
        is_relaxed: bool = False,
        longest_s: float = math.inf,
    ) -> None:
        self.is_integer, self.kept = program.is_integer, len(program.rows)
        self._state, self._longest_s = state, longest_s
        self._is_mixed = bool(program.is_integer.any()) and not is_relaxed
        usual = _MIXED if self._is_mixed else _LINEAR
        self._highs: Any = loaded(program, {**usual, **(options or {})}, is_relaxed=is_relaxed)
        # Without the session: one that its own HiGHS refers to keeps the memory of the program for long.
        self._interrupt = partial(_interrupt, state)
        if state is not None:
            self._highs.cbSimplexInterrupt.subscribe(self._interrupt)
            self._highs.cbMipInterrupt.subscribe(self._interrupt)

    @property
    def held(self) -> Any:
        """The program as HiGHS holds it, without integer columns if it is relaxed."""
        return self._highs.getLp()

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self._highs.getNumRow())

    def add_rows(self, rows: Rows) -> None:
        """Add rows."""
        if len(rows):
            entries = len(rows.index), rows.start[:-1], rows.index, rows.value
            checked(self._highs.addRows(len(rows), rows.lower, rows.upper, *entries))

    def add_columns(
        self,
        cost: NDArray[np.float64],
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
        entries: NDArray[np.float64],
        *,
        is_integer: bool = False,
    ) -> None:
        """Append columns with their coefficients in the rows, shape (rows, new columns)."""
        column, row = np.nonzero(entries.T)
        start = np.concatenate(([0], np.cumsum(np.bincount(column, minlength=len(cost)))[:-1]))
        values = np.ascontiguousarray(entries.T[column, row])
        held = len(row), start.astype(np.int32), row.astype(np.int32), values
        checked(self._highs.addCols(len(cost), cost, lower, upper, *held))
        self.is_integer = np.append(self.is_integer, np.full(len(cost), is_integer))

    def enter(self, row: int, column: int, value: float) -> None:
        """Set one coefficient."""
        checked(self._highs.changeCoeff(row, column, value))

    def keep_rows(self) -> None:
        """Never drop the present rows."""
        self.kept = self.rows

    def bound_rows(self, rows: NDArray[np.intp], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> None:
        """Set the bounds of some rows."""
        if len(rows):
            checked(self._highs.changeRowsBounds(len(rows), rows.astype(np.int32), lower, upper))

    def bound_columns(self, columns: NDArray[np.intp], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> None:
        """Set the bounds of some columns."""
        if len(columns):
            checked(self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper))

    def drop_slack_rows(self, slack: float) -> NDArray[np.intp]:
        """Drop rows with more than ``slack`` and a dual of zero; return their previous positions."""
        solution, lp = self._highs.getSolution(), self.held
        value, dual = np.array(solution.row_value), np.array(solution.row_dual)
        if len(value) != self.rows:
            return np.empty(0, dtype=np.intp)
        lower, upper = np.array(lp.row_lower_), np.array(lp.row_upper_)
        off = np.minimum(value - lower, upper - value)
        idle = (off > slack) & (np.abs(dual) < 1e-12)
        idle[: self.kept] = False
        positions = np.flatnonzero(idle)
        if len(positions):
            checked(self._highs.deleteRows(len(positions), positions.astype(np.int32)))
        return positions

    def restart(self, columns: NDArray[np.intp] | None = None, rows: NDArray[np.intp] | None = None) -> None:
        """Discard the last basis, so that the next optimum depends on the program alone.

        Parameters
        ----------
        columns, rows
            If given: columns in the first basis and rows outside it, equally many.
        """
        checked(self._highs.clearSolver())
        if columns is None or rows is None:
            return
        names = highspy.HighsBasisStatus
        basis = highspy.HighsBasis()
        column_status = np.full(self._highs.getNumCol(), names.kLower, dtype=object)
        row_status = np.full(self.rows, names.kBasic, dtype=object)
        column_status[columns], row_status[rows] = names.kBasic, names.kLower
        basis.col_status, basis.row_status = column_status.tolist(), row_status.tolist()
        basis.valid, basis.alien = True, False
        checked(self._highs.setBasis(basis))

    def solve(self) -> LpSolution | None:
        """Return the optimum, or None if the program is infeasible.

        If the time of a mixed program runs out, return its best solution with the bound.

        Raises
        ------
        TimeoutError
            The time ran out without a solution.
        """
        highs = self._highs
        if math.isfinite(seconds := self._seconds(self._longest_s)):
            # HiGHS applies the limit to the total time of all runs.
            set_option(highs, "time_limit", float(highs.getRunTime()) + seconds)
        state = self._state
        if self._is_mixed and state is not None and len(self.is_integer) >= _LARGE:
            checked(in_background(partial(run_again_if_given_up, highs), lambda: state.is_over, state.stop))
        else:
            checked(run_again_if_given_up(highs))
        ended = ending(highs)
        if ended is Termination.INFEASIBLE:
            return None
        if ended.is_limit and not (self._is_mixed and has_plan(highs)):
            raise TimeoutError
        solution, info = highs.getSolution(), highs.getInfo()
        value, values = float(info.objective_function_value), np.array(solution.col_value)
        if self._is_mixed:
            bound = min(float(info.mip_dual_bound), value)
            return LpSolution(value, bound, values, np.zeros(len(values)), np.zeros(self.rows))
        return LpSolution(value, value, values, np.array(solution.col_dual), np.array(solution.row_dual))

    def solve_exactly(self) -> LpSolution | None:
        """Return the optimum with integers for integer columns, or None if the program is infeasible.

        What is optimal within the usual tolerances bounds it; only where integers cost more, these are made tight.

        Raises
        ------
        TimeoutError
            The time ran out without a solution.
        """
        found = self.solve()
        if found is None or not self._is_mixed:
            return found
        lp = self.held
        values = polished(loaded(lp, _LINEAR), self.is_integer, found.values, TIGHT)
        if values is not None:
            cost = lp.offset_ + float(np.array(lp.col_cost_) @ values)
            found = replace(found, objective=cost, bound=min(found.bound, cost), values=values)
        gap = float(self._highs.getOptionValue("mip_rel_gap")[1])
        is_over = self._state is not None and self._state.is_over
        if values is not None and (is_over or is_proven(found.objective, found.bound, gap)):
            return found
        if is_over:
            raise TimeoutError
        for name, value in EXACT.items():
            set_option(self._highs, name, value)
        self.restart()
        return self.solve()

    def solve_mixed(self, gap: float, time_s: float, start: NDArray[np.float64] | None) -> MixedOutcome:
        """Solve a copy with integer columns, ``start`` with values of these; see ``branched``."""
        return branched(self.held, self.is_integer, gap, self._seconds(time_s), start, self._interrupt)

    def _seconds(self, most: float) -> float:
        left = math.inf if self._state is None else self._state.remaining_s
        return max(0.01, min(most, left))


def _interrupt(state: SearchState | None, event: Any) -> None:
    # Called in the running thread after each iteration, where Python handles pending signals.
    if state is None:
        return
    if state.is_over:
        event.interrupt()
    else:
        state.report()
