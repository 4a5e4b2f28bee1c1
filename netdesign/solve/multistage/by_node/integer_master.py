"""The master with whole hubs and modules: a copy of its rows, solved by branch and bound."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.lp.highs import new_highs, run_again_if_given_up
from netdesign.solve.lp.master import Master

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState

_TIGHT = 1e-9
"""Tolerance of costs and gaps."""
_FEASIBLE = (_TIGHT, 1e-7, 1e-6)
"""Tolerances of feasibility and whole numbers; the next one where HiGHS cannot keep the one before."""


@dataclass(frozen=True)
class Whole:
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

    def times(self, unit: float) -> Whole:
        """Return the same with the bound in another unit."""
        return replace(self, bound=self.bound * unit)


class WholeMaster(Master):
    """A master some columns of which are whole.

    Parameters
    ----------
    cost, lower, upper, state
        As for ``Master``.
    are_whole
        Whether a column is whole, shape (columns,).

    Attributes
    ----------
    are_whole
        The same, with the columns that were added.
    """

    def __init__(
        self,
        cost: NDArray[np.float64],
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
        are_whole: NDArray[np.bool_],
        state: SearchState,
    ) -> None:
        super().__init__(cost, lower, upper, state)
        self.are_whole = are_whole

    def add_whole_column(self) -> int:
        """Add a column that is 0 or 1, in no row and without cost; return it."""
        nothing, one = np.zeros(1), np.ones(1)
        self.add_columns(nothing, nothing, one, np.zeros((self.rows, 1)))
        self.are_whole = np.append(self.are_whole, True)
        return len(self.are_whole) - 1

    def solve_whole(self, gap: float, time_s: float, start: NDArray[np.float64] | None) -> Whole:
        """Return a bound, and solutions on the way to it.

        Parameters
        ----------
        gap
            Relative gap at which to stop.
        time_s
            Seconds after which to stop.
        start
            Values of whole columns to begin with, NaN elsewhere; None without any.

        Raises
        ------
        TimeoutError
            The search was over first, and nothing is proven.
        """
        highs: Any = new_highs()
        settings: dict[str, Any] = {
            "output_flag": False,
            "threads": 1,
            "dual_feasibility_tolerance": _TIGHT,
            "mip_rel_gap": gap,
            "mip_abs_gap": _TIGHT,
            "time_limit": max(0.01, min(time_s, self._state.remaining_s)),
        }
        for name, value in settings.items():
            if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
                message = f"HiGHS refuses the option {name}={value!r}"
                raise SolverError(message)
        self._check(highs.passModel(self._highs.getLp()))
        whole = np.flatnonzero(self.are_whole).astype(np.int32)
        kinds = np.full(len(whole), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        self._check(highs.changeColsIntegrality(len(whole), whole, kinds))
        if start is not None:
            given = np.flatnonzero(np.isfinite(start)).astype(np.int32)
            self._check(highs.setSolution(len(given), given, start[given]))
        found: list[NDArray[np.float64]] = []
        highs.cbMipImprovingSolution.subscribe(lambda event: found.append(np.array(event.data_out.mip_solution)))
        highs.cbMipInterrupt.subscribe(self._interrupt)
        self._run(highs, found)
        return self._ended(highs, found)

    def _run(self, highs: Any, found: list[NDArray[np.float64]]) -> None:
        """Run with tight tolerances, or else with wider ones.

        With too tight ones a solution may be off by more, and presolve may take rounding in a row of large numbers for
        a proof that nothing keeps it. With wider ones more is permitted, so that a bound is one all the same, and that
        nothing is permitted holds all the more; solutions are rounded and priced anew in any case.
        """
        names = highspy.HighsModelStatus
        for tolerance in _FEASIBLE:
            for name in ("primal_feasibility_tolerance", "mip_feasibility_tolerance"):
                highs.setOptionValue(name, tolerance)
            found.clear()
            status = run_again_if_given_up(highs)
            if highs.getModelStatus() not in (names.kSolveError, names.kInfeasible):
                break
        self._check(status)

    def _ended(self, highs: Any, found: list[NDArray[np.float64]]) -> Whole:
        names, status = highspy.HighsModelStatus, highs.getModelStatus()
        if status == names.kInfeasible:
            return Whole(np.inf, (), is_done=True)
        if status not in (names.kOptimal, names.kTimeLimit, names.kInterrupt, names.kSolutionLimit):
            message = f"HiGHS ends a master problem with {highs.modelStatusToString(status)}"
            raise SolverError(message)
        info = highs.getInfo()
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            found.append(np.array(highs.getSolution().col_value))
        bound = float(info.mip_dual_bound)
        if found:
            bound = min(bound, float(info.objective_function_value))
        return Whole(bound, tuple(found), is_done=status == names.kOptimal)
