"""A compiled model solved by HiGHS, with its integers or without: exact plan and valid bound."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.core.outcome import Termination
from netdesign.solve.lp.background_run import BackgroundRun, finite_cost
from netdesign.solve.lp.exact import EXACT, TIGHT, is_proven, polished
from netdesign.solve.lp.highs import checked, ending, has_given_up, has_plan, loaded, refuse_wrong_price
from netdesign.solve.lp.model_values import stated_objective

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress
    from netdesign.solve.lp.from_pyomo import Compiled, ExtraRow

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
    run = ModelRun(compiled, extra_rows, watch, listen, task)
    return run.solve_exactly({} if probes else {"presolve_rule_off": _PROBING})


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
    run = ModelRun(compiled, extra_rows, watch, listen, task)
    highs = run.prepared({})
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
        values = polished(highs, compiled.is_integer, values, run.tolerance)
        if values is None or found is None:
            return None
        outcome = Outcome(termination, values, found, handed - begun, time.perf_counter() - handed)
        return outcome if run.has_proven(outcome) else None
    bound = np.inf if termination is Termination.INFEASIBLE else -np.inf
    return Outcome(termination, None, bound, handed - begun, time.perf_counter() - handed)


@dataclass(frozen=True)
class ModelRun:
    """A model that is solved, once or again with other options; as in ``run_model``.

    Parameters
    ----------
    start
        Values of the columns of a plan to begin with; None for none.
    """

    compiled: Compiled
    extra_rows: Sequence[ExtraRow]
    watch: Watch
    listen: Callable[[Progress], None]
    task: str
    start: NDArray[np.float64] | None = None

    def solve(self, options: Mapping[str, Any]) -> Outcome:
        """Solve the model, and again with its integers fixed."""
        compiled, begun = self.compiled, time.perf_counter()
        highs = self.prepared(options)
        handed = time.perf_counter()
        run = BackgroundRun(highs, compiled.cost_unit, self.watch, self.listen, self.task)
        is_done = run.finish()
        if is_done and has_given_up(highs):
            highs = self.prepared({**options, "presolve": "off"})
            run = BackgroundRun(highs, compiled.cost_unit, self.watch, self.listen, self.task)
            is_done = run.finish()
        if is_done:
            refuse_wrong_price(highs)
            termination, values, bound = _ending(highs, compiled)
        else:
            termination, values, bound = self.watch.ending, run.incumbent, run.bound
            highs = self.prepared(options)
        whole = None
        if values is not None and compiled.is_integer.any():
            whole = polished(highs, compiled.is_integer, values, self.tolerance)
        is_exact = whole is not None or not compiled.is_integer.any()
        values = values if whole is None else whole
        return Outcome(termination, values, bound, handed - begun, time.perf_counter() - handed, is_exact)

    def solve_exactly(self, options: Mapping[str, Any]) -> Outcome:
        """Solve the model, and once more with tight tolerances where it needs them and the usual ones prove no plan."""
        outcome = self.solve(options)
        if not self.compiled.must_be_exact or outcome.termination is not Termination.OPTIMAL:
            return outcome
        if self.has_proven(outcome):
            return outcome
        # Within the usual tolerances something costs less than any plan: it is still a bound.
        exact = self.solve(EXACT)
        seconds = exact.hand_over_s + outcome.hand_over_s, exact.solve_s + outcome.solve_s
        kept = outcome if exact.values is None and exact.termination.is_limit else exact
        return Outcome(exact.termination, kept.values, max(exact.bound, outcome.bound), *seconds, kept.is_exact)

    @property
    def tolerance(self) -> float | None:
        """Within which rows have to hold where integers are fixed; None for that of HiGHS."""
        return TIGHT if self.compiled.must_be_exact else None

    def prepared(self, options: Mapping[str, Any]) -> Any:
        """Return HiGHS with the model."""
        watch, limits = self.watch, self.watch.limits
        usual: dict[str, Any] = {
            "threads": limits.threads,
            "random_seed": limits.seed,
            "mip_rel_gap": limits.relative_gap,
            "mip_abs_gap": TIGHT,
        }
        if np.isfinite(watch.remaining_s):
            usual["time_limit"] = watch.remaining_s
        if self.tolerance is not None:
            usual["primal_feasibility_tolerance"] = self.tolerance
        highs = loaded(self.compiled, {**usual, **options})
        for row in self.extra_rows:
            columns = np.array([self.compiled.hub_column[site] for site in row.weights], dtype=np.int32)
            weights = np.array(list(row.weights.values()), dtype=np.float64)
            checked(highs.addRow(row.lower, row.upper, len(columns), columns, weights))
        if self.start is not None:
            solution = highspy.HighsSolution()
            solution.col_value = self.start.tolist()
            checked(highs.setSolution(solution))
        return highs

    def has_proven(self, outcome: Outcome) -> bool:
        """Return whether a plan has integers for integer columns and costs no more than the gap over the bound."""
        if outcome.values is None or not outcome.is_exact:
            return False
        cost = stated_objective(self.compiled, outcome.values)
        return is_proven(cost, outcome.bound, self.watch.limits.relative_gap)


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
