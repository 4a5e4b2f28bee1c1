"""What runs of HiGHS on a Pyomo model have in common: compiling it, keeping its trace, and what its bound proves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyomo.common.errors import InfeasibleConstraintException

from netdesign.solve.core.outcome import OPTIMAL_GAP, TracePoint
from netdesign.solve.lp.from_pyomo import compile_model
from netdesign.solve.lp.highs import DUAL_TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.solve.core.outcome import Progress
    from netdesign.solve.lp.from_pyomo import Compiled


def compiled_or_infeasible(model: Any) -> Compiled | None:
    """Compile a model; None where a row without variables cannot hold: Pyomo refuses what is plainly infeasible."""
    try:
        return compile_model(model)
    except InfeasibleConstraintException:
        return None


def tracing(trace: list[TracePoint], listen: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Return a listener that keeps what HiGHS tells and passes it on; its bound never falls."""

    def hear(progress: Progress) -> None:
        if progress.bound is not None:
            bound = max(progress.bound, trace[-1].bound or progress.bound) if trace else progress.bound
            trace.append(TracePoint(progress.elapsed_s, progress.incumbent, bound, None))
        listen(progress)

    return hear


def ended_trace(trace: Sequence[TracePoint], elapsed_s: float, objective: float, bound: float) -> list[TracePoint]:
    """Return a trace with its end, and no bound in it over the one that is stated."""
    kept = [replace(point, bound=min(point.bound, bound)) for point in trace if point.bound is not None]
    return [*kept, TracePoint(elapsed_s, objective, bound, None)]


def set_values(compiled: Compiled, values: NDArray[np.float64]) -> None:
    """Give the variables of the Pyomo model their values."""
    for variable, value in zip(compiled.variables, values.tolist(), strict=True):
        variable.set_value(value, skip_validation=True)


def stated_objective(compiled: Compiled, values: NDArray[np.float64]) -> float:
    """Return what the model makes of its values, EUR/year or the unit of its objective."""
    return (float(compiled.cost @ values) + compiled.offset) * compiled.cost_unit


def certain_bound(compiled: Compiled, values: NDArray[np.float64], bound: float, objective: float) -> float:
    """Return the bound of HiGHS less that by which it may be too high, if this is more than an optimum may be off.

    A reduced cost may be under zero by the dual tolerance; the columns of a plan, shares above all, add up to about
    the same in every plan. Where a cost stands for "never", the digits of all others are lost in sums with it. No bound
    is under what the columns cost at their cheaper ends.
    """
    doubt = max(DUAL_TOLERANCE * compiled.cost_unit * float(abs(values).sum()), compiled.rounding)
    return max(bound - (doubt if doubt > OPTIMAL_GAP * abs(objective) else 0.0), compiled.least)
