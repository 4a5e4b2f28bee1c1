"""HiGHS itself: instances with their options and program, and what is made of how a run ended."""

from __future__ import annotations

import os
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netdesign.solve.lp.builder import LinearProgram

DUAL_TOLERANCE = 1e-7
"""By how much of the cost unit a reduced cost may be under zero: the default of HiGHS."""
_STDOUT = 1
_LARGEST_COST = 1e15
_PRICED = 1e-6
"""By how much of its cost a solution may differ from what HiGHS reports of it."""


def loaded(program: LinearProgram | highspy.HighsLp, options: Mapping[str, Any], *, is_relaxed: bool = False) -> Any:
    """Return a new HiGHS that holds a program.

    Parameters
    ----------
    program
        Ours, or one that another HiGHS holds.
    options
        Of HiGHS; without others it is silent and has one thread.
    is_relaxed
        Whether integer columns may take parts.

    Raises
    ------
    SolverError
        HiGHS refuses an option or the program.
    """
    highs = new_highs()
    for name, value in {"output_flag": False, "threads": 1, **options}.items():
        set_option(highs, name, value)
    checked(highs.passModel(program if isinstance(program, highspy.HighsLp) else _highs_lp(program, is_relaxed)))
    return highs


def _highs_lp(program: LinearProgram, is_relaxed: bool) -> highspy.HighsLp:
    lp, rows = highspy.HighsLp(), program.rows
    lp.num_col_, lp.num_row_ = len(program.cost), len(rows)
    # HiGHS takes larger costs for infinite. Lower ones give a lower bound; the plan is priced with the true ones.
    lp.col_cost_, lp.offset_ = np.clip(program.cost, -_LARGEST_COST, _LARGEST_COST), program.offset
    lp.col_lower_, lp.col_upper_ = program.lower, program.upper
    lp.row_lower_, lp.row_upper_ = rows.lower, rows.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.start, rows.index, rows.value
    if program.is_integer.any() and not is_relaxed:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[flag] for flag in program.is_integer.tolist()]
    return lp


def set_option(highs: Any, name: str, value: float | bool | str) -> None:
    """Set an option.

    Raises
    ------
    SolverError
        HiGHS does not know it, or refuses the value.
    """
    # A misspelt or mistyped option is an error status, never an exception.
    if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
        message = f"HiGHS refuses the option {name}={value!r}"
        raise SolverError(message)


def checked(status: Any) -> None:
    """Refuse the status of an error.

    Raises
    ------
    SolverError
        It is one.
    """
    if status == highspy.HighsStatus.kError:
        message = "HiGHS refuses a program or a change of it"
        raise SolverError(message)


def has_plan(highs: Any) -> bool:
    """Return whether HiGHS holds values that keep the rows."""
    return bool(highs.getInfo().primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible))


def ending(highs: Any, *, is_bounded: bool = True) -> Termination:
    """Return why a run ended.

    Parameters
    ----------
    highs
        Has run.
    is_bounded
        Whether the program cannot be unbounded: presolve may leave open which of the two it is.

    Raises
    ------
    SolverError
        It ended in a way that no bounded program should.
    """
    status, names = highs.getModelStatus(), highspy.HighsModelStatus
    endings = {
        names.kOptimal: Termination.OPTIMAL,
        names.kInfeasible: Termination.INFEASIBLE,
        names.kTimeLimit: Termination.TIME_LIMIT,
        names.kSolutionLimit: Termination.TIME_LIMIT,
        names.kInterrupt: Termination.INTERRUPTED,
    }
    if is_bounded:
        endings[names.kUnboundedOrInfeasible] = Termination.INFEASIBLE
    if status not in endings:
        message = f"HiGHS ends with {highs.modelStatusToString(status)}, which no network-design model should"
        raise SolverError(message)
    return endings[status]


def has_given_up(highs: Any) -> bool:
    """Return whether a run ended without a word on the model, or reports of its solution what it does not cost.

    HiGHS meets numbers that it cannot handle; and 1.16 may price a solution that it begins with by the presolved model,
    cheaper than it is, and then takes it for the optimum (findings/highs_start_priced_wrong.sh).
    """
    names = highspy.HighsModelStatus
    nothing_said = names.kUnknown, names.kSolveError, names.kPresolveError, names.kPostsolveError
    return highs.getModelStatus() in nothing_said or not _costs_what_it_reports(highs)


def refuse_wrong_price(highs: Any) -> None:
    """Refuse a solution that costs something else than HiGHS reports of it: nothing that it proves would hold.

    Raises
    ------
    SolverError
        It does.
    """
    if not _costs_what_it_reports(highs):
        message = "HiGHS returns a solution that costs something else than it says of it"
        raise SolverError(message)


def _costs_what_it_reports(highs: Any) -> bool:
    info = highs.getInfo()
    is_mixed = info.mip_node_count >= 0
    if not is_mixed or not has_plan(highs):
        return True
    lp = highs.getLp()
    costs = np.array(lp.col_cost_) * np.array(highs.getSolution().col_value)
    off = abs(lp.offset_ + float(costs.sum()) - info.objective_function_value)
    return bool(off <= _PRICED * (1.0 + abs(lp.offset_) + float(np.abs(costs).sum())))


def run_again_if_given_up(highs: Any) -> Any:
    """Run HiGHS and return the status of the last run.

    Where it gives up it runs again without anything to begin with, with presolve, then with its usual tolerances too.

    Raises
    ------
    SolverError
        What it reports of its solution is wrong all the same.
    """
    status = highs.run()
    if not has_given_up(highs):
        return status
    tries: tuple[dict[str, Any], ...] = (
        {"presolve": "on"},
        {"primal_feasibility_tolerance": 1e-7, "dual_feasibility_tolerance": 1e-7},
    )
    kept = {name: highs.getOptionValue(name)[1] for options in tries for name in options}
    for options in tries:
        highs.clearSolver()
        for name, value in options.items():
            highs.setOptionValue(name, value)
        status = highs.run()
        if not has_given_up(highs):
            break
    for name, value in kept.items():
        highs.setOptionValue(name, value)
    refuse_wrong_price(highs)
    return status


class _Greeting:
    """What HiGHS 1.16 prints as a process makes its first instance, before there is one that could be told not to."""

    def __init__(self) -> None:
        self._lock, self._is_over = Lock(), False

    def get_over(self) -> None:
        """Make the first instance of this process, if nobody has: standard output is the answer's."""
        with self._lock:
            if not self._is_over:
                with _standard_output_nowhere():
                    highspy.Highs()  # type: ignore[no-untyped-call]
                self._is_over = True


@contextmanager
def _standard_output_nowhere() -> Iterator[None]:
    """Send what is written to descriptor 1, also by C++, nowhere; a closed one is closed again afterwards."""
    try:
        kept = os.dup(_STDOUT)
    except OSError:
        kept = None
    nowhere = os.open(os.devnull, os.O_WRONLY)
    if nowhere != _STDOUT:
        os.dup2(nowhere, _STDOUT)
        os.close(nowhere)
    try:
        yield
    finally:
        if kept is None:
            os.close(_STDOUT)
        else:
            os.dup2(kept, _STDOUT)
            os.close(kept)


_greeting = _Greeting()


def new_highs() -> Any:
    """Return a new HiGHS that prints nothing while it is made."""
    _greeting.get_over()
    return highspy.Highs()  # type: ignore[no-untyped-call]
