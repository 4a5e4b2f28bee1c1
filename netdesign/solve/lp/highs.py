"""Running HiGHS on arrays, with progress and interruption. The only module that knows highspy."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.core.outcome import Termination
from netdesign.solve.lp.background import BackgroundRun, finite_cost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress
    from netdesign.solve.lp.from_pyomo import Compiled, ExtraRow

DUAL_TOLERANCE = 1e-7
"""By how much of the cost unit a reduced cost may be under zero: the default of HiGHS."""
_STDOUT = 1
_TIGHT = 1e-9
_LARGEST_COST = 1e15
_POLISH_S = 20.0
_PRICED = 1e-6
"""By how much of its cost a solution may differ from what HiGHS says of it."""


@dataclass(frozen=True)
class Outcome:
    """How a run of HiGHS ended.

    Parameters
    ----------
    termination
        Why it stopped.
    values
        Value of each column, or None without a plan.
    bound
        Proven bound on the objective, EUR/year.
    is_exact
        Whether whole columns are whole, and the others the best for them; else they are so within tolerances only.
    """

    termination: Termination
    values: NDArray[np.float64] | None
    bound: float
    hand_over_s: float
    solve_s: float
    is_exact: bool = True


def run_highs(
    compiled: Compiled,
    extra_rows: Sequence[ExtraRow],
    watch: Watch,
    listen: Callable[[Progress], None],
    task: str,
) -> Outcome:
    """Solve a compiled model.

    Parameters
    ----------
    compiled
        The model.
    extra_rows
        Rows added to it for this run.
    watch
        Limits, clock and stop switch.
    listen
        Called with progress, from the solver's thread.
    task
        Name of this run for the listener.

    Raises
    ------
    SolverError
        HiGHS refuses an option or the model, or ends in a way that is none of the four endings.
    """
    begun = time.perf_counter()
    highs = _prepare(compiled, extra_rows, watch)
    handed = time.perf_counter()
    run = BackgroundRun(highs, compiled.cost_unit, watch, listen, task)
    is_done = run.finish()
    if is_done and has_given_up(highs):
        highs = _prepare(compiled, extra_rows, watch)
        highs.setOptionValue("presolve", "off")
        run = BackgroundRun(highs, compiled.cost_unit, watch, listen, task)
        is_done = run.finish()
    if is_done:
        refuse_wrong_price(highs)
        termination, values, bound = _ending(highs, compiled)
    else:
        termination = Termination.INTERRUPTED if watch.stopped.is_set() else Termination.TIME_LIMIT
        values, bound = run.incumbent, run.bound
        highs = _prepare(compiled, extra_rows, watch)
    polished = None
    if values is not None and compiled.is_integer.any():
        polished = _polished(highs, compiled, values)
    is_exact = polished is not None or not compiled.is_integer.any()
    values = values if polished is None else polished
    return Outcome(termination, values, bound, handed - begun, time.perf_counter() - handed, is_exact)


def _ending(highs: Any, compiled: Compiled) -> tuple[Termination, NDArray[np.float64] | None, float]:
    """Return why HiGHS ended, the values of the columns if it holds a plan, and the bound in EUR/year."""
    termination = _termination(highs, compiled)
    has_plan = highs.getInfo().primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    if termination is Termination.OPTIMAL and not has_plan:
        message = f"HiGHS reports {highs.getModelStatus()} but holds no solution"
        raise SolverError(message)
    values = np.array(highs.getSolution().col_value) if has_plan else None
    return termination, values, _bound(highs, compiled, termination)


def _prepare(compiled: Compiled, extra_rows: Sequence[ExtraRow], watch: Watch) -> Any:
    highs = new_highs()
    limits = watch.limits
    options: dict[str, Any] = {
        "output_flag": False,
        "threads": limits.threads,
        "random_seed": limits.seed,
        "mip_rel_gap": limits.relative_gap,
        "mip_abs_gap": _TIGHT,
    }
    if np.isfinite(watch.remaining_s):
        options["time_limit"] = watch.remaining_s
    for name, value in options.items():
        # A misspelt or mistyped option is an error status, never an exception.
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            message = f"HiGHS refuses the option {name}={value!r}"
            raise SolverError(message)
    if highs.passModel(_highs_model(compiled)) == highspy.HighsStatus.kError:
        message = "HiGHS refuses the model"
        raise SolverError(message)
    for row in extra_rows:
        columns = np.array([compiled.hub_column[site] for site in row.weights], dtype=np.int32)
        weights = np.array(list(row.weights.values()), dtype=np.float64)
        highs.addRow(row.lower, row.upper, len(columns), columns, weights)
    return highs


def has_given_up(highs: Any) -> bool:
    """Return whether a run ended without saying anything of the model, or says of its solution what it does not cost.

    HiGHS meets numbers that it cannot handle; and 1.16 may price a solution that it begins with by the presolved model,
    cheaper than it is, and then takes it for the optimum (findings/highs_start_priced_wrong.sh).
    """
    names = highspy.HighsModelStatus
    nothing_said = names.kUnknown, names.kSolveError, names.kPresolveError, names.kPostsolveError
    return highs.getModelStatus() in nothing_said or not _costs_what_it_says(highs)


def refuse_wrong_price(highs: Any) -> None:
    """Refuse a solution that costs something else than HiGHS says of it: nothing that it proves would hold.

    Raises
    ------
    SolverError
        It does.
    """
    if not _costs_what_it_says(highs):
        message = "HiGHS returns a solution that costs something else than it says of it"
        raise SolverError(message)


def _costs_what_it_says(highs: Any) -> bool:
    info = highs.getInfo()
    is_mixed = info.mip_node_count >= 0
    if not is_mixed or info.primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
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
        What it says of its solution is wrong all the same.
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


def _highs_model(compiled: Compiled) -> Any:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = compiled.columns, compiled.rows
    # HiGHS takes larger costs for infinite. Lower ones give a lower bound; the plan is priced with the true ones.
    model.col_cost_, model.offset_ = np.clip(compiled.cost, -_LARGEST_COST, _LARGEST_COST), compiled.offset
    model.col_lower_, model.col_upper_ = compiled.lower, compiled.upper
    model.row_lower_, model.row_upper_ = compiled.row_lower, compiled.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = compiled.start, compiled.index
    model.a_matrix_.value_ = compiled.value
    if compiled.is_integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[flag] for flag in compiled.is_integer.tolist()]
    return model


def _termination(highs: Any, compiled: Compiled) -> Termination:
    status = highs.getModelStatus()
    names = highspy.HighsModelStatus
    if status == names.kOptimal:
        return Termination.OPTIMAL
    # Presolve may leave open which of the two it is; where every column has an end that it is cheapest at, it is not
    # unbounded.
    cannot_fall = np.isfinite(compiled.least)
    if status == names.kInfeasible or (status == names.kUnboundedOrInfeasible and cannot_fall):
        return Termination.INFEASIBLE
    if status == names.kTimeLimit:
        return Termination.TIME_LIMIT
    if status == names.kInterrupt:
        return Termination.INTERRUPTED
    message = f"HiGHS ends with {highs.modelStatusToString(status)}, which no network-design model should"
    raise SolverError(message)


def _bound(highs: Any, compiled: Compiled, termination: Termination) -> float:
    if termination is Termination.INFEASIBLE:
        return float("inf")
    info = highs.getInfo()
    if compiled.is_integer.any():
        bound = info.mip_dual_bound
    else:
        bound = info.objective_function_value if termination is Termination.OPTIMAL else -np.inf
    found = finite_cost(bound * compiled.cost_unit)
    return float("-inf") if found is None else found


def _polished(highs: Any, compiled: Compiled, values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Solve again with the integers fixed at their rounded values: exact shares, no freight over half-open hubs.

    None where there is no time for it, or where the values are feasible only within the tolerance of the integers.
    """
    integer = np.flatnonzero(compiled.is_integer).astype(np.int32)
    fixed = np.round(values[integer])
    highs.clearCallbacks()
    highs.changeColsIntegrality(
        len(integer), integer, np.full(len(integer), highspy.HighsVarType.kContinuous, dtype=object)
    )
    highs.changeColsBounds(len(integer), integer, fixed, fixed)
    # The basis of where the search stopped may be far away, and would keep the presolve from taking closed hubs out.
    highs.clearSolver()
    highs.setOptionValue("time_limit", _POLISH_S)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(highs.getSolution().col_value)
