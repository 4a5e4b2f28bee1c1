"""A mixed program whose relaxation is near its optimum: integers that cost too much beyond it are left out.

Each integer costs at least its reduced cost over the optimum of the relaxation. So the best plan of those within some
reach is the best of all where it costs no more than that reach; else the reach rises, up to the cost of the best plan
known, beyond which nothing is sought. Where departures couple cities next to nothing is left within a percent, and
HiGHS, which is lost among thousands of them, solves the rest in seconds.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import highspy
import numpy as np

from netdesign.solve.core.outcome import Termination
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.lp.background_run import BackgroundRun
from netdesign.solve.lp.exact import TIGHT, is_proven
from netdesign.solve.lp.highs import loaded
from netdesign.solve.lp.model_run import ModelRun, Outcome
from netdesign.solve.lp.model_values import certain_bound, stated_objective

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress
    from netdesign.solve.lp.from_pyomo import Compiled

    Floats = NDArray[np.float64]

_FIRST, _WIDER, _FURTHEST = 1.5e-3, 3.0, 0.1
"""Part of the relaxation that the reach is at first, growth of that, and the most; beyond, nothing is left out."""


class Relaxed(NamedTuple):
    """The optimum of the relaxation of a compiled model.

    Parameters
    ----------
    bound
        What any plan costs at least, in the unit of the objective.
    extra
        What a plan costs at least beyond that with each integer column over its lower bound, in the same unit; 0 of
        other columns.
    """

    bound: float
    extra: Floats


def run_relaxed(compiled: Compiled, watch: Watch, listen: Callable[[Progress], None], task: str) -> Relaxed | None:
    """Solve the relaxation of a compiled model; None where it has no optimum, or not in time."""
    options: dict[str, float] = {"primal_feasibility_tolerance": TIGHT}
    if np.isfinite(watch.remaining_s):
        options["time_limit"] = watch.remaining_s
    highs = loaded(compiled, options, is_relaxed=True)
    is_done = BackgroundRun(highs, compiled.cost_unit, watch, listen, task).finish()
    if not is_done or highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = highs.getSolution()
    values, dual = np.array(solution.col_value), np.array(solution.col_dual)
    least = highs.getInfo().objective_function_value * compiled.cost_unit
    is_least = compiled.is_integer & (values <= compiled.lower + TIGHT)
    return Relaxed(
        certain_bound(compiled, values, least, least), np.where(is_least, dual, 0.0).clip(0.0) * compiled.cost_unit
    )


def run_in_reach(
    compiled: Compiled,
    relaxed: Relaxed,
    cut_off: float,
    watch: Watch,
    listen: Callable[[Progress], None],
    task: str,
) -> Outcome:
    """Solve a compiled model with the integers that plans under a cut-off may have, the cheapest first.

    Parameters
    ----------
    compiled, relaxed
        The model, and its relaxation.
    cut_off
        No plan is sought that costs as much; infinite where none is known. Where none costs less, the outcome may be
        without a plan: then its bound is the cut-off, but for its gap.
    watch, listen, task
        As of ``run_model``.

    Raises
    ------
    SolverError
        HiGHS refuses an option or the model, or ends with an unexpected status.
    """
    begun, size = time.perf_counter(), max(abs(relaxed.bound), 1.0)
    best, cost, bound, part = None, np.inf, relaxed.bound, _FIRST
    while True:
        most = min(cost, cut_off) - relaxed.bound
        reach = min(most, part * size if part <= _FURTHEST else np.inf)
        # What costs as much as the best plan is left in: it may be the plan itself.
        is_out = relaxed.extra > reach + ROUNDING * size
        left = replace(compiled, upper=np.where(is_out, compiled.lower, compiled.upper))
        found = ModelRun(left, (), watch, listen, task, None if best is None else best.values).solve_exactly({})
        bound = max(bound, min(found.bound, relaxed.bound + reach if is_out.any() else np.inf))
        stated = np.inf if found.values is None else stated_objective(compiled, found.values)
        if stated < cost:
            best, cost = found, stated
        is_answer = best is not None and is_proven(cost, bound, watch.limits.relative_gap)
        if is_answer or found.termination.is_limit or reach >= most or not is_out.any():
            break
        part *= _WIDER
    solve_s = time.perf_counter() - begun
    if is_answer or found.termination.is_limit or cost < cut_off or not is_out.any():
        ending = Termination.OPTIMAL if is_answer else found.termination
        return replace(best or found, bound=bound, termination=ending, solve_s=solve_s)
    return replace(found, bound=bound, termination=Termination.GAP_REACHED, values=None, solve_s=solve_s)
