"""Instances of HiGHS: options, loading of a program, and evaluation of a run."""

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
"""Largest amount, in cost units, by which a reduced cost may be under zero: the default of HiGHS."""
_STDOUT = 1
_LARGEST_COST = 1e15
_PRICED = 1e-6
"""Largest relative difference between the cost of a solution and the objective that HiGHS reports."""


def loaded(program: LinearProgram | highspy.HighsLp, options: Mapping[str, Any], *, is_relaxed: bool = False) -> Any:
    """Return a new HiGHS that holds a program.

    Parameters
    ----------
    program
        A program, or one taken from another HiGHS.
    options
        Options of HiGHS; by default it is silent and has one thread.
    is_relaxed
        Whether integer columns may be fractional.

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
    # HiGHS takes larger costs for infinite. Clipped costs give a valid bound; the plan is priced with the true ones.
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
        HiGHS has no such option, or refuses the value.
    """
    # A misspelt or mistyped option is an error status, never an exception.
    if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
        message = f"HiGHS refuses the option {name}={value!r}"
        raise SolverError(message)


def checked(status: Any) -> None:
    """Check a status.

    Raises
    ------
    SolverError
        It is an error.
    """
    if status == highspy.HighsStatus.kError:
        message = "HiGHS refuses a program or a change of it"
        raise SolverError(message)


def has_plan(highs: Any) -> bool:
    """Return whether HiGHS holds a feasible solution."""
    return bool(highs.getInfo().primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible))


def ending(highs: Any, *, is_bounded: bool = True) -> Termination:
    """Return why a run ended.

    Parameters
    ----------
    highs
        An instance that has run.
    is_bounded
        Whether the program is certainly bounded; presolve may not distinguish infeasible from unbounded.

    Raises
    ------
    SolverError
        The status is not expected of a bounded program.
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
    """Return whether a run ended without a result that can be relied on.

    HiGHS may fail numerically; a run that goes on from a basis may then end with an error, and without any status of
    the model. Version 1.16 may also price a start solution by the presolved model, too low, and then
    report it as the optimum (findings/highs_start_priced_wrong.sh), and its presolve may take a feasible mixed program
    for infeasible (findings/highs_infeasible_by_presolve.sh).
    """
    names = highspy.HighsModelStatus
    no_result = names.kNotset, names.kUnknown, names.kSolveError, names.kPresolveError, names.kPostsolveError
    return highs.getModelStatus() in no_result or _is_infeasible_by_presolve(highs) or not _costs_what_it_reports(highs)


def _is_infeasible_by_presolve(highs: Any) -> bool:
    """Return whether HiGHS takes a mixed program for infeasible, and presolve may be why."""
    names = highspy.HighsModelStatus
    if highs.getModelStatus() not in (names.kInfeasible, names.kUnboundedOrInfeasible):
        return False
    has_presolve = highs.getOptionValue("presolve")[1] != "off"
    return has_presolve and highspy.HighsVarType.kInteger in highs.getLp().integrality_


def refuse_wrong_price(highs: Any) -> None:
    """Refuse a solution whose cost differs from the reported objective: the bound would be invalid too.

    Raises
    ------
    SolverError
        The two differ.
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

    If it gives up, run it again from scratch with presolve, then without, by interior points, and with its default
    tolerances; or without presolve only where that may be why it takes a program for infeasible. Presolve of version
    1.16 may give a mixed program a solution that breaks a row, which ends in an error
    (findings/highs_error_where_infeasible.sh); its simplex may end with nothing known where a cap on emissions leaves
    no plan, which interior points tell.

    Raises
    ------
    SolverError
        The reported objective is wrong even then.
    """
    status = highs.run()
    if not has_given_up(highs):
        return status
    tries: tuple[dict[str, Any], ...] = (
        {"presolve": "on"},
        {"presolve": "off"},
        {"presolve": "on", "solver": "ipm"},
        {"solver": "choose", "primal_feasibility_tolerance": 1e-7, "dual_feasibility_tolerance": 1e-7},
    )
    if _is_infeasible_by_presolve(highs):
        tries = ({"presolve": "off"},)
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


class _Banner:
    """Suppresses the banner that HiGHS 1.16 prints with the first instance of a process, before any option is set."""

    def __init__(self) -> None:
        self._lock, self._is_over = Lock(), False

    def suppress(self) -> None:
        """Create the first instance of this process with standard output closed off, as that carries the answer."""
        with self._lock:
            if not self._is_over:
                with _discarded_standard_output():
                    highspy.Highs()  # type: ignore[no-untyped-call]
                self._is_over = True


@contextmanager
def _discarded_standard_output() -> Iterator[None]:
    """Discard what is written to descriptor 1, also by C++; if it was closed, close it again afterwards."""
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


_banner = _Banner()


def new_highs() -> Any:
    """Return a new HiGHS without its banner on standard output."""
    _banner.suppress()
    return highspy.Highs()  # type: ignore[no-untyped-call]
