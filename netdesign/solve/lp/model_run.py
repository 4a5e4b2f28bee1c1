"""Solving a Pyomo model by HiGHS: compilation, trace, exact plan, and valid bound."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
from pyomo.common.errors import InfeasibleConstraintException

from netdesign.errors import SolverError
from netdesign.solve.core.outcome import OPTIMAL_GAP, Progress, Termination, TracePoint
from netdesign.solve.lp.background_run import BackgroundRun, finite_cost
from netdesign.solve.lp.from_pyomo import compile_model
from netdesign.solve.lp.highs import DUAL_TOLERANCE, checked, ending, has_given_up, has_plan, loaded, refuse_wrong_price

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from netdesign.solve.core.limits import Watch
    from netdesign.solve.lp.from_pyomo import Compiled, ExtraRow

_TIGHT = 1e-9
_POLISH_S = 20.0
_INTEGRAL = 1e-6
_PROBING = 2**15
"""The rule of the presolve of HiGHS."""


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
        Whether integer columns are exactly integer and the others optimal for them; else only within tolerances.
    """

    termination: Termination
    values: NDArray[np.float64] | None
    bound: float
    hand_over_s: float
    solve_s: float
    is_exact: bool = True


def run_model(
    compiled: Compiled,
    extra_rows: Sequence[ExtraRow],
    watch: Watch,
    listen: Callable[[Progress], None],
    task: str,
    *,
    probes: bool = True,
) -> Outcome:
    """Solve a compiled model.

    Parameters
    ----------
    compiled
        The model.
    extra_rows
        Rows added to it for this run.
    watch
        Limits, clock and stop event.
    listen
        Called with progress, from the solver's thread.
    task
        Name of this run for the listener.
    probes
        Whether HiGHS may probe binaries, which of a large model takes it minutes before it looks at the relaxation.

    Raises
    ------
    SolverError
        HiGHS refuses an option or the model, or ends with an unexpected status.
    """
    begun = time.perf_counter()
    highs = _prepared(compiled, extra_rows, watch)
    if not probes:
        checked(highs.setOptionValue("presolve_rule_off", _PROBING))
    handed = time.perf_counter()
    run = BackgroundRun(highs, compiled.cost_unit, watch, listen, task)
    is_done = run.finish()
    if is_done and has_given_up(highs):
        highs = _prepared(compiled, extra_rows, watch, presolve="off")
        run = BackgroundRun(highs, compiled.cost_unit, watch, listen, task)
        is_done = run.finish()
    if is_done:
        refuse_wrong_price(highs)
        termination, values, bound = _ending(highs, compiled)
    else:
        termination, values, bound = watch.ending, run.incumbent, run.bound
        highs = _prepared(compiled, extra_rows, watch)
    polished = None
    if values is not None and compiled.is_integer.any():
        polished = _polished(highs, compiled, values)
    is_exact = polished is not None or not compiled.is_integer.any()
    values = values if polished is None else polished
    return Outcome(termination, values, bound, handed - begun, time.perf_counter() - handed, is_exact)


def run_relaxation(
    compiled: Compiled, extra_rows: Sequence[ExtraRow], watch: Watch, listen: Callable[[Progress], None], task: str
) -> Outcome | None:
    """Solve a compiled model without its integers; return None if these are not integers in its optimum.

    An optimum in which they are is one of the model.

    Raises
    ------
    SolverError
        HiGHS refuses an option or the model, or ends with an unexpected status.
    """
    begun = time.perf_counter()
    highs = _prepared(compiled, extra_rows, watch)
    integer = np.flatnonzero(compiled.is_integer).astype(np.int32)
    kinds = np.full(len(integer), highspy.HighsVarType.kContinuous, dtype=object)
    checked(highs.changeColsIntegrality(len(integer), integer, kinds))
    handed = time.perf_counter()
    if not BackgroundRun(highs, compiled.cost_unit, watch, listen, task).finish():
        return Outcome(watch.ending, None, -np.inf, handed - begun, time.perf_counter() - handed)
    if has_given_up(highs):
        return None
    refuse_wrong_price(highs)
    termination, values, _ = _ending(highs, compiled)
    if termination is Termination.OPTIMAL and values is not None:
        if np.abs(values[integer] - np.round(values[integer])).max(initial=0.0) > _INTEGRAL:
            return None
        found = finite_cost(highs.getInfo().objective_function_value * compiled.cost_unit)
        values = _polished(highs, compiled, values)
        if values is None or found is None:
            return None
        return Outcome(termination, values, found, handed - begun, time.perf_counter() - handed)
    bound = np.inf if termination is Termination.INFEASIBLE else -np.inf
    return Outcome(termination, None, bound, handed - begun, time.perf_counter() - handed)


def _prepared(compiled: Compiled, extra_rows: Sequence[ExtraRow], watch: Watch, presolve: str = "choose") -> Any:
    limits = watch.limits
    options: dict[str, Any] = {
        "threads": limits.threads,
        "random_seed": limits.seed,
        "mip_rel_gap": limits.relative_gap,
        "mip_abs_gap": _TIGHT,
        "presolve": presolve,
    }
    if np.isfinite(watch.remaining_s):
        options["time_limit"] = watch.remaining_s
    if compiled.tolerance is not None:
        kinds = ("primal_feasibility_tolerance", "mip_feasibility_tolerance")
        options |= dict.fromkeys(kinds, compiled.tolerance)
    highs = loaded(compiled, options)
    for row in extra_rows:
        columns = np.array([compiled.hub_column[site] for site in row.weights], dtype=np.int32)
        weights = np.array(list(row.weights.values()), dtype=np.float64)
        checked(highs.addRow(row.lower, row.upper, len(columns), columns, weights))
    return highs


def _ending(highs: Any, compiled: Compiled) -> tuple[Termination, NDArray[np.float64] | None, float]:
    """Return why HiGHS ended, the values of the columns if it holds a plan, and the bound in EUR/year."""
    # A model whose columns all have a finite cheapest bound is not unbounded.
    termination = ending(highs, is_bounded=bool(np.isfinite(compiled.least)))
    if termination is Termination.INFEASIBLE:
        return termination, None, float("inf")
    info, is_planned = highs.getInfo(), has_plan(highs)
    if termination is Termination.OPTIMAL and not is_planned:
        message = f"HiGHS reports {highs.getModelStatus()} but holds no solution"
        raise SolverError(message)
    values = np.array(highs.getSolution().col_value) if is_planned else None
    if compiled.is_integer.any():
        bound = info.mip_dual_bound
    else:
        bound = info.objective_function_value if termination is Termination.OPTIMAL else -np.inf
    found = finite_cost(bound * compiled.cost_unit)
    return termination, values, float("-inf") if found is None else found


def _polished(highs: Any, compiled: Compiled, values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Solve again with the integers fixed at their rounded values, for exact shares over open hubs.

    Return None if there is no time, or if the values are feasible only within the integrality tolerance.
    """
    integer = np.flatnonzero(compiled.is_integer).astype(np.int32)
    fixed = np.round(values[integer])
    highs.clearCallbacks()
    kinds = np.full(len(integer), highspy.HighsVarType.kContinuous, dtype=object)
    highs.changeColsIntegrality(len(integer), integer, kinds)
    highs.changeColsBounds(len(integer), integer, fixed, fixed)
    # The last basis may be far away, and would keep presolve from removing closed hubs.
    highs.clearSolver()
    # The clock of HiGHS goes on from run to run.
    highs.setOptionValue("time_limit", highs.getRunTime() + _POLISH_S)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(highs.getSolution().col_value)


def compiled_or_infeasible(model: Any) -> Compiled | None:
    """Compile a model; return None if Pyomo refuses it for an infeasible row without variables."""
    try:
        return compile_model(model)
    except InfeasibleConstraintException:
        return None


def tracing(trace: list[TracePoint], listen: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Return a listener that records the progress of HiGHS in a trace and passes it on; its bound never falls."""

    def pass_on(progress: Progress) -> None:
        if progress.bound is not None:
            bound = max(progress.bound, trace[-1].bound or progress.bound) if trace else progress.bound
            trace.append(TracePoint(progress.elapsed_s, progress.incumbent, bound, None))
        listen(progress)

    return pass_on


def ended_trace(trace: Sequence[TracePoint], elapsed_s: float, objective: float, bound: float) -> list[TracePoint]:
    """Return a trace with its final point and without bounds above the final one."""
    kept = [replace(point, bound=min(point.bound, bound)) for point in trace if point.bound is not None]
    return [*kept, TracePoint(elapsed_s, objective, bound, None)]


def set_values(compiled: Compiled, values: NDArray[np.float64]) -> None:
    """Set the values of the variables of the Pyomo model."""
    for variable, value in zip(compiled.variables, values.tolist(), strict=True):
        variable.set_value(value, skip_validation=True)


def stated_objective(compiled: Compiled, values: NDArray[np.float64]) -> float:
    """Return the objective of the model at some values, EUR/year or the unit of its objective."""
    return (float(compiled.cost @ values) + compiled.offset) * compiled.cost_unit


def certain_bound(compiled: Compiled, values: NDArray[np.float64], bound: float, objective: float) -> float:
    """Return the bound of HiGHS less its possible error, if this exceeds the gap of an optimal plan.

    A reduced cost may be under zero by the dual tolerance, and the columns of a plan, mostly shares, have about the
    same sum in every plan. A prohibitive cost makes sums lose the digits of all others. The result is never under the
    cost with all columns at their cheaper bounds.
    """
    error = max(DUAL_TOLERANCE * compiled.cost_unit * float(abs(values).sum()), compiled.rounding)
    return max(bound - (error if error > OPTIMAL_GAP * abs(objective) else 0.0), compiled.least)
