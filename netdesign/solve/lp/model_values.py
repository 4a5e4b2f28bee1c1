"""What values of the columns of a compiled model say: its variables, its cost, and how exact a bound is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyomo.common.errors import InfeasibleConstraintException

from netdesign.solve.core.outcome import OPTIMAL_GAP, Progress, TracePoint
from netdesign.solve.lp.from_pyomo import compile_model
from netdesign.solve.lp.highs import DUAL_TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.solve.lp.from_pyomo import Compiled


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
