"""A mixed program whose relaxation, with cuts, is near its optimum: what costs too much there is left out.

HiGHS takes seconds to separate cuts of such a program, most of which do not matter: the relaxation with a few cuts of
its own is within thousandths of the optimum, and most integers cost more than that at its prices.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from netdesign.solve.core.outcome import Termination
from netdesign.solve.lp.builder import Rows
from netdesign.solve.lp.exact import TIGHT
from netdesign.solve.lp.highs import checked, loaded
from netdesign.solve.lp.model_run import ModelRun, Outcome
from netdesign.solve.lp.model_values import stated_objective

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from netdesign.formulation.departure_cuts import Cut, DepartureCuts
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress
    from netdesign.solve.lp.from_pyomo import Compiled

_NEAR = 2e-5
"""Part of the relaxation beyond which columns are left out of the search for a first plan."""

_BEYOND = 4e-4
"""The same for integers in the search for the best plan, over the gap; less where the first plan is nearer."""

_ROUNDS = 10
"""Most rounds of cuts."""

_LEAST_RISE = 1e-6
"""Part by which a round has to raise the relaxation for another one."""


def run_near_relaxation(
    compiled: Compiled, cuts: DepartureCuts, watch: Watch, listen: Callable[[Progress], None], task: str
) -> Outcome | None:
    """Solve a compiled model with what its relaxation leaves; None where that proves no plan.

    A first plan takes what costs next to nothing beyond the relaxation, which often proves it. Else integers that cost
    more than the first plan alone are left out. The arguments are those of ``run_model``.

    Raises
    ------
    SolverError
        HiGHS refuses an option or the model, or ends with an unexpected status.
    """
    begun, tell = time.perf_counter(), without_bounds(listen)
    relaxed = _with_cuts(compiled, cuts, watch)
    if relaxed is None:
        return None
    highs, found = relaxed
    least, solution = highs.getInfo().objective_function_value, highs.getSolution()
    with_cuts = replace(compiled, rows=_with_rows(compiled.rows, found))
    extra = np.where(np.array(solution.col_value) <= compiled.lower + TIGHT, np.array(solution.col_dual), 0.0)
    run = ModelRun(_without(with_cuts, extra > _NEAR * abs(least)), (), watch, tell, task)
    first = run.solve({})
    first = replace(first, bound=least * compiled.cost_unit, solve_s=time.perf_counter() - begun)
    if _is_answer(run, first):
        return first
    beyond = (_BEYOND + watch.limits.relative_gap) * abs(least)
    if first.values is not None:
        beyond = min(beyond, stated_objective(compiled, first.values) / compiled.cost_unit - least)
    run = ModelRun(_without(with_cuts, compiled.is_integer & (extra > beyond)), (), watch, tell, task, first.values)
    best = run.solve({})
    bound = min(best.bound, (least + beyond) * compiled.cost_unit)
    best = replace(best, bound=bound, solve_s=time.perf_counter() - begun)
    return best if _is_answer(run, best) else None


def without_bounds(listen: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Return a listener that is told no bounds: those of a part of a model are none of all of it."""
    return lambda progress: listen(replace(progress, bound=None))


def _is_answer(run: ModelRun, outcome: Outcome) -> bool:
    """Return whether a search need not go on: its bound proves its plan, or a limit ended it."""
    is_proven = outcome.termination is Termination.OPTIMAL and run.has_proven(outcome)
    return is_proven or outcome.termination.is_limit


def _without(compiled: Compiled, is_out: NDArray[np.bool_]) -> Compiled:
    """Return a model in which some columns are at their lower bounds."""
    return replace(compiled, upper=np.where(is_out, compiled.lower, compiled.upper))


def _with_cuts(compiled: Compiled, cuts: DepartureCuts, watch: Watch) -> tuple[Any, list[Cut]] | None:
    """Return HiGHS with the optimum of the relaxation with cuts, and these; None where there is none in time."""
    options: dict[str, Any] = {"primal_feasibility_tolerance": TIGHT}
    if np.isfinite(watch.remaining_s):
        options["time_limit"] = watch.remaining_s
    highs, before = loaded(compiled, options, is_relaxed=True), -np.inf
    found: list[Cut] = []
    for rounds in range(_ROUNDS + 1):
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal or watch.is_over:
            return None
        least = highs.getInfo().objective_function_value
        new = cuts.violated(np.array(highs.getSolution().col_value))
        if not new or rounds == _ROUNDS or least - before < _LEAST_RISE * abs(least):
            break
        for cut in new:
            checked(highs.addRow(cut.least, np.inf, len(cut.columns), cut.columns.astype(np.int32), cut.weights))
        found += new
        before = least
    return highs, found


def _with_rows(rows: Rows, cuts: Sequence[Cut]) -> Rows:
    """Return rows with some cuts behind them."""
    if not cuts:
        return rows
    ends = rows.start[-1] + np.cumsum([len(cut.columns) for cut in cuts])

    def behind(values: NDArray[Any], more: Sequence[Any]) -> NDArray[Any]:
        return np.concatenate([values, *map(np.atleast_1d, more)]).astype(values.dtype)

    return Rows(
        lower=behind(rows.lower, [cut.least for cut in cuts]),
        upper=behind(rows.upper, [np.inf] * len(cuts)),
        start=behind(rows.start, [ends]),
        index=behind(rows.index, [cut.columns for cut in cuts]),
        value=behind(rows.value, [cut.weights for cut in cuts]),
    )
