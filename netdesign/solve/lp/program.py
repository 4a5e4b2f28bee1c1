"""A linear or mixed-integer program of arrays that is solved again and again with other bounds, from basis to basis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.lp.highs import new_highs, run_again_if_given_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from netdesign.solve.core.search_state import SearchState

TIGHT = 1e-9
"""Tolerance of linear programs: many small errors add up to one cost."""

_OF_LINEAR = {"primal_feasibility_tolerance": TIGHT, "dual_feasibility_tolerance": TIGHT}
_OF_WHOLE = {"mip_rel_gap": TIGHT, "mip_abs_gap": TIGHT}
"""Mixed programs keep the usual tolerances, under which HiGHS is tested; who needs more solves again with the whole
columns fixed."""


@dataclass(frozen=True)
class Program:
    """Minimise ``cost @ x`` over ``row_lower <= matrix @ x <= row_upper`` and ``lower <= x <= upper``.

    Costs and rows should be of the order of one: HiGHS has absolute tolerances.

    Parameters
    ----------
    cost, lower, upper
        Of the columns.
    is_integer
        Whether a column is whole.
    matrix
        Rows by columns.
    row_lower, row_upper
        Of the rows.
    """

    cost: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    is_integer: NDArray[np.bool_]
    matrix: csr_array
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]


@dataclass(frozen=True)
class Solved:
    """An optimum.

    Parameters
    ----------
    objective, bound
        Its value, and what is proven; they differ by rounding only where columns are whole.
    values
        Of the columns.
    prices
        Duals of the rows; zero where columns are whole.
    """

    objective: float
    bound: float
    values: NDArray[np.float64]
    prices: NDArray[np.float64]


class Repeated:
    """A program held by HiGHS.

    Parameters
    ----------
    program
        As it is at first.
    options
        Of HiGHS, beside those that are set for every program.
    state
        Clock of the search; None where nobody waits.
    longest_s
        Most seconds of one run.

    Raises
    ------
    SolverError
        HiGHS refuses something: a defect.
    """

    def __init__(
        self,
        program: Program,
        options: Mapping[str, float | bool | str] | None = None,
        state: SearchState | None = None,
        longest_s: float = math.inf,
    ) -> None:
        self._highs: Any = new_highs()
        self._state, self._longest_s = state, longest_s
        self._has_integers = bool(program.is_integer.any())
        settings: dict[str, Any] = {
            "output_flag": False,
            "threads": 1,
            **(_OF_WHOLE if self._has_integers else _OF_LINEAR),
            **(options or {}),
        }
        for name, value in settings.items():
            self._set(name, value)
        self._check(self._highs.passModel(_model(program)))
        if state is not None:
            self._highs.cbSimplexInterrupt.subscribe(self._interrupt)
            self._highs.cbMipInterrupt.subscribe(self._interrupt)

    def _set(self, name: str, value: float | bool | str) -> None:
        # A misspelt or mistyped option is an error status, never an exception.
        if self._highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            message = f"HiGHS refuses the option {name}={value!r}"
            raise SolverError(message)

    def _interrupt(self, event: Any) -> None:
        if self._state is not None and self._state.is_over:
            event.interrupt()

    def bound_rows(self, rows: NDArray[np.intp], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> None:
        """Set the bounds of some rows."""
        if len(rows):
            self._check(self._highs.changeRowsBounds(len(rows), rows.astype(np.int32), lower, upper))

    def bound_columns(self, columns: NDArray[np.intp], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> None:
        """Set the bounds of some columns."""
        if len(columns):
            self._check(self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper))

    def restart(self, columns: NDArray[np.intp] | None = None, rows: NDArray[np.intp] | None = None) -> None:
        """Forget what was solved, so that the next optimum depends on the program alone.

        Parameters
        ----------
        columns, rows
            Where they are given: columns in the basis to begin with, and rows not in it; as many of these as of those.
        """
        self._check(self._highs.clearSolver())
        if columns is None or rows is None:
            return
        names = highspy.HighsBasisStatus
        basis = highspy.HighsBasis()
        column_status = np.full(self._highs.getNumCol(), names.kLower, dtype=object)
        row_status = np.full(self._highs.getNumRow(), names.kBasic, dtype=object)
        column_status[columns], row_status[rows] = names.kBasic, names.kLower
        basis.col_status, basis.row_status = column_status.tolist(), row_status.tolist()
        basis.valid, basis.alien = True, False
        self._check(self._highs.setBasis(basis))

    def enter(self, row: int, column: int, value: float) -> None:
        """Set one coefficient."""
        self._check(self._highs.changeCoeff(row, column, value))

    def solve(self) -> Solved | None:
        """Return the optimum, or None where no values keep the rows.

        Of a mixed program whose time was over it is the best plan so far, with its bound.

        Raises
        ------
        TimeoutError
            The search was over before there was anything.
        """
        if math.isfinite(self._longest_s):
            # HiGHS counts the time of all its runs together.
            self._set("time_limit", float(self._highs.getRunTime()) + self._longest_s)
        self._check(run_again_if_given_up(self._highs))
        names = highspy.HighsModelStatus
        status = self._highs.getModelStatus()
        if status in (names.kInfeasible, names.kUnboundedOrInfeasible):
            return None
        solution, info = self._highs.getSolution(), self._highs.getInfo()
        if status in (names.kInterrupt, names.kTimeLimit):
            has_plan = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
            if not (self._has_integers and has_plan):
                raise TimeoutError
        elif status != names.kOptimal:
            message = f"HiGHS ends a program with {self._highs.modelStatusToString(status)}"
            raise SolverError(message)
        value = float(info.objective_function_value)
        rows = self._highs.getNumRow()
        prices = np.zeros(rows) if self._has_integers else np.array(solution.row_dual)
        bound = float(info.mip_dual_bound) if self._has_integers else value
        return Solved(value, min(bound, value), np.array(solution.col_value), prices)

    @staticmethod
    def _check(status: Any) -> None:
        if status == highspy.HighsStatus.kError:
            message = "HiGHS refuses a program"
            raise SolverError(message)


def _model(program: Program) -> Any:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.cost), len(program.row_lower)
    model.col_cost_ = program.cost
    model.col_lower_, model.col_upper_ = program.lower, program.upper
    model.row_lower_, model.row_upper_ = program.row_lower, program.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = program.matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = program.matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = program.matrix.data.astype(np.float64)
    if program.is_integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[flag] for flag in program.is_integer.tolist()]
    return model
