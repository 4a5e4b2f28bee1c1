"""A linear program that grows: cuts added and dropped, columns fixed. HiGHS solves it from basis to basis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.lp.highs import new_highs, run_again_if_given_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState


@dataclass(frozen=True)
class Relaxed:
    """A solution of the master.

    Parameters
    ----------
    objective
        Its value, a bound on everything that the master still permits.
    values
        Of the columns.
    reduced_costs
        Of the columns: what the objective grows by, at least, for each unit that a column leaves its bound.
    prices
        Duals of the rows.
    """

    objective: float
    values: NDArray[np.float64]
    reduced_costs: NDArray[np.float64]
    prices: NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Rows ``lower <= value @ columns <= upper`` in compressed form.

    Parameters
    ----------
    lower, upper
        Shape (rows,).
    start
        Where each row begins in ``index`` and ``value``, shape (rows,).
    index, value
        Columns and coefficients.
    """

    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: NDArray[np.float64]

    @classmethod
    def from_dense(cls, matrix: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> Rows:
        """Return rows from a matrix of shape (rows, columns)."""
        row, column = np.nonzero(matrix)
        counts = np.bincount(row, minlength=len(matrix))
        start = np.concatenate(([0], np.cumsum(counts)[:-1])) if len(matrix) else np.zeros(0)
        return cls(lower, upper, start.astype(np.int32), column.astype(np.int32), matrix[row, column])

    @classmethod
    def from_lists(cls, rows: Sequence[tuple[float, float, NDArray[np.intp], NDArray[np.float64]]]) -> Rows:
        """Return rows from (lower, upper, columns, coefficients) each."""
        lengths = [len(columns) for _, _, columns, _ in rows]
        return cls(
            np.array([row[0] for row in rows], dtype=np.float64),
            np.array([row[1] for row in rows], dtype=np.float64),
            np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.int32),
            np.concatenate([row[2] for row in rows]).astype(np.int32),
            np.concatenate([row[3] for row in rows]).astype(np.float64),
        )

    def __len__(self) -> int:
        return len(self.lower)


class Master:
    """A growing linear program; HiGHS starts each run from the basis of the last.

    Parameters
    ----------
    cost, lower, upper
        Of the columns; costs should be of the order of one, HiGHS has absolute tolerances.
    state
        Clock of the search.

    Attributes
    ----------
    kept
        Number of rows that are never dropped; they come first.

    Raises
    ------
    SolverError
        HiGHS refuses something: a defect.
    """

    def __init__(
        self,
        cost: NDArray[np.float64],
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
        state: SearchState,
    ) -> None:
        self._state = state
        self._highs: Any = new_highs()
        self._set("output_flag", value=False)
        self._set("threads", value=1)
        # A bound is as honest as the duals that prove it.
        self._set("dual_feasibility_tolerance", value=1e-9)
        self._set("primal_feasibility_tolerance", value=1e-9)
        columns = len(cost)
        self._highs.addVars(columns, lower, upper)
        self._highs.changeColsCost(columns, np.arange(columns, dtype=np.int32), cost)
        self._highs.cbSimplexInterrupt.subscribe(self._interrupt)
        self.kept = 0

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self._highs.getNumRow())

    def add(self, rows: Rows) -> None:
        """Add rows."""
        if len(rows):
            entries = rows.start, rows.index, rows.value
            self._check(self._highs.addRows(len(rows), rows.lower, rows.upper, len(rows.index), *entries))

    def add_columns(
        self,
        cost: NDArray[np.float64],
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
        entries: NDArray[np.float64],
    ) -> None:
        """Add columns after those that are there, with their entries in the rows, shape (rows, new columns)."""
        column, row = np.nonzero(entries.T)
        start = np.concatenate(([0], np.cumsum(np.bincount(column, minlength=len(cost)))[:-1]))
        values = np.ascontiguousarray(entries.T[column, row])
        self._check(
            self._highs.addCols(
                len(cost), cost, lower, upper, len(row), start.astype(np.int32), row.astype(np.int32), values
            )
        )

    def keep_rows(self) -> None:
        """Never drop the rows that are there now."""
        self.kept = self.rows

    def bound_columns(self, columns: NDArray[np.intp], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> None:
        """Set the bounds of some columns."""
        if len(columns):
            self._check(self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper))

    def solve(self) -> Relaxed | None:
        """Return the optimum, or None where no values keep the rows.

        Raises
        ------
        TimeoutError
            The clock ran out first, or the switch was set.
        """
        if np.isfinite(self._state.remaining_s):
            # HiGHS counts the time of all its runs together.
            self._set("time_limit", value=float(self._highs.getRunTime() + max(0.01, self._state.remaining_s)))
        self._check(run_again_if_given_up(self._highs))
        names = highspy.HighsModelStatus
        status = self._highs.getModelStatus()
        if status == names.kInfeasible:
            return None
        if status in (names.kTimeLimit, names.kInterrupt):
            raise TimeoutError
        if status != names.kOptimal:
            message = f"HiGHS ends a master problem with {self._highs.modelStatusToString(status)}"
            raise SolverError(message)
        solution = self._highs.getSolution()
        return Relaxed(
            float(self._highs.getInfo().objective_function_value),
            np.array(solution.col_value),
            np.array(solution.col_dual),
            np.array(solution.row_dual),
        )

    def drop_slack_rows(self, slack: float) -> NDArray[np.intp]:
        """Drop cuts that are off by more than ``slack`` and price nothing; return their positions before."""
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
            self._check(self._highs.deleteRows(len(positions), positions.astype(np.int32)))
        return positions

    def _interrupt(self, event: Any) -> None:
        # Called in the thread that runs, after each iteration: a signal that waits is handled here.
        if self._state.is_over:
            event.interrupt()

    def _set(self, name: str, *, value: float | bool) -> None:
        if self._highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            message = f"HiGHS refuses the option {name}={value!r}"
            raise SolverError(message)

    @staticmethod
    def _check(status: Any) -> None:
        if status == highspy.HighsStatus.kError:
            message = "HiGHS refuses a change of a master problem"
            raise SolverError(message)
