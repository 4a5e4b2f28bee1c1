"""A linear or mixed-integer program that HiGHS holds: it grows, its bounds change, each solve starts from the last."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from netdesign.solve.core.outcome import Termination
from netdesign.solve.lp.highs import (
    checked,
    ending,
    has_plan,
    loaded,
    run_again_if_given_up,
    set_option,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.lp.builder import LinearProgram, Rows

TIGHT = 1e-9
"""Tolerance of linear programs, as many small errors add up to one cost and a bound is as honest as the duals that
prove it; and gap of mixed ones."""

SCALE = 1e4
"""What the objective of a program is to be, about: HiGHS has absolute tolerances."""

_LINEAR = {"primal_feasibility_tolerance": TIGHT, "dual_feasibility_tolerance": TIGHT}
_MIXED = {"mip_rel_gap": TIGHT, "mip_abs_gap": TIGHT}
"""Mixed programs keep the usual tolerances, under which HiGHS is tested; who needs more solves again with the integer
columns fixed."""
_FEASIBLE = (TIGHT, 1e-7, 1e-6)
"""Tolerances of feasibility and of integers in ``solve_mixed``; the next one where HiGHS cannot keep the one before."""


@dataclass(frozen=True)
class LpSolution:
    """An optimum.

    Parameters
    ----------
    objective, bound
        Its value, and what is proven; they differ by rounding only where columns are integer.
    values
        Of the columns.
    reduced_costs
        Of the columns: what the objective grows by, at least, for each unit that a column leaves its bound.
    prices
        Duals of the rows; these and reduced costs are zero where columns are integer.
    """

    objective: float
    bound: float
    values: NDArray[np.float64]
    reduced_costs: NDArray[np.float64]
    prices: NDArray[np.float64]


@dataclass(frozen=True)
class MixedOutcome:
    """What branch and bound came to.

    Parameters
    ----------
    bound
        Proven; infinite where no values keep the rows.
    found
        Values of the columns, each better than the one before.
    is_done
        Whether the gap was reached, rather than the time over.
    """

    bound: float
    found: tuple[NDArray[np.float64], ...]
    is_done: bool


class LpSession:
    """A program held by HiGHS. It must be bounded.

    Parameters
    ----------
    program
        As it is at first.
    state
        Clock of the search; None where nobody waits.
    options
        Of HiGHS, in place of those that are set for every program.
    is_relaxed
        Whether ``solve`` lets integer columns take parts; ``solve_mixed`` does not.
    longest_s
        Most seconds of one run.

    Attributes
    ----------
    is_integer
        Whether a column is integer, shape (columns,).
    kept
        Number of rows that are never dropped; they come first. At first those of the program.

    Raises
    ------
    SolverError
        HiGHS refuses something: a defect.
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
        if state is not None:
            self._highs.cbSimplexInterrupt.subscribe(self._interrupt)
            self._highs.cbMipInterrupt.subscribe(self._interrupt)

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
        """Add columns after those that are there, with their coefficients in the rows, shape (rows, new columns)."""
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
        """Never drop the rows that are there now."""
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
        """Drop rows that are off by more than ``slack`` and price nothing; return their positions before."""
        solution, lp = self._highs.getSolution(), self._highs.getLp()
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
        """Forget what was solved, so that the next optimum depends on the program alone.

        Parameters
        ----------
        columns, rows
            Where they are given: columns in the basis to begin with, and rows not in it; as many of these as of those.
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
        """Return the optimum, or None where no values keep the rows.

        Of a mixed program whose time was over it is the best plan so far, with its bound.

        Raises
        ------
        TimeoutError
            The search was over before there was anything.
        """
        highs = self._highs
        if math.isfinite(seconds := self._seconds(self._longest_s)):
            # HiGHS counts the time of all its runs together.
            set_option(highs, "time_limit", float(highs.getRunTime()) + seconds)
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

    def solve_mixed(self, gap: float, time_s: float, start: NDArray[np.float64] | None) -> MixedOutcome:
        """Solve a copy whose integer columns are integer; return a bound, and solutions on the way to it.

        Parameters
        ----------
        gap
            Relative gap at which to stop.
        time_s
            Seconds after which to stop.
        start
            Values of integer columns to begin with, NaN elsewhere; None without any.
        """
        gaps = {"dual_feasibility_tolerance": TIGHT, "mip_rel_gap": gap, "mip_abs_gap": TIGHT}
        highs = loaded(self._highs.getLp(), {**gaps, "time_limit": self._seconds(time_s)})
        integer = np.flatnonzero(self.is_integer).astype(np.int32)
        kinds = np.full(len(integer), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        checked(highs.changeColsIntegrality(len(integer), integer, kinds))
        if start is not None:
            given = np.flatnonzero(np.isfinite(start)).astype(np.int32)
            checked(highs.setSolution(len(given), given, start[given]))
        found: list[NDArray[np.float64]] = []
        highs.cbMipImprovingSolution.subscribe(lambda event: found.append(np.array(event.data_out.mip_solution)))
        highs.cbMipInterrupt.subscribe(self._interrupt)
        _run_tightly(highs, found)
        ended = ending(highs)
        if ended is Termination.INFEASIBLE:
            return MixedOutcome(math.inf, (), is_done=True)
        info = highs.getInfo()
        if has_plan(highs):
            found.append(np.array(highs.getSolution().col_value))
        bound = float(info.mip_dual_bound)
        if found:
            bound = min(bound, float(info.objective_function_value))
        return MixedOutcome(bound, tuple(found), is_done=ended is Termination.OPTIMAL)

    def _seconds(self, most: float) -> float:
        left = math.inf if self._state is None else self._state.remaining_s
        return max(0.01, min(most, left))

    def _interrupt(self, event: Any) -> None:
        # Called in the thread that runs, after each iteration: a signal that waits is handled here.
        if self._state is not None and self._state.is_over:
            event.interrupt()


def _run_tightly(highs: Any, found: list[NDArray[np.float64]]) -> None:
    """Run with tight tolerances, or else with wider ones.

    With too tight ones a solution may be off by more, and presolve may take rounding in a row of large numbers for
    a proof that nothing keeps it. With wider ones more is permitted, so that a bound is one all the same, and that
    nothing is permitted holds all the more; solutions are rounded and priced anew in any case.
    """
    names = highspy.HighsModelStatus
    for tolerance in _FEASIBLE:
        for name in ("primal_feasibility_tolerance", "mip_feasibility_tolerance"):
            set_option(highs, name, tolerance)
        found.clear()
        status = run_again_if_given_up(highs)
        if highs.getModelStatus() not in (names.kSolveError, names.kInfeasible, names.kUnboundedOrInfeasible):
            break
    checked(status)
