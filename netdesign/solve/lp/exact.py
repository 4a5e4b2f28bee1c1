"""Mixed programs whose optimum changes with what HiGHS takes for an integer, or for a row that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from netdesign.solve.lp.highs import set_option

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIGHT = 1e-9
"""Tolerance of linear programs, as small errors of many columns add up and a bound is only as exact as the duals; and
gap of mixed programs."""

EXACT: dict[str, float | str] = {
    "primal_feasibility_tolerance": TIGHT,
    "mip_feasibility_tolerance": TIGHT,
    "presolve": "off",
}
"""Options under which next to nothing is taken for an integer. With presolve HiGHS 1.16 then calls plans optimal that
are not (findings/highs_worse_when_tight.sh), so the usual tolerances are tried first."""

_POLISH_S = 20.0
"""Longest time to solve again with integers fixed, s."""

_SAME = 1e-7
"""Relative distance between a bound within the usual tolerances and the optimum that it is taken to prove."""


def polished(
    highs: Any, is_integer: NDArray[np.bool_], values: NDArray[np.float64], tolerance: float | None
) -> NDArray[np.float64] | None:
    """Solve again with the integers fixed at their rounded values; return the values of all columns.

    Return None if there is no time, or if the values are feasible only within the integrality tolerance.

    Parameters
    ----------
    highs
        Holds the program, and has no integer columns afterwards.
    is_integer, values
        Of each column.
    tolerance
        Within which rows hold; None for that of the mixed program.
    """
    integer = np.flatnonzero(is_integer).astype(np.int32)
    fixed = np.round(values[integer])
    highs.clearCallbacks()
    kinds = np.full(len(integer), highspy.HighsVarType.kContinuous, dtype=object)
    highs.changeColsIntegrality(len(integer), integer, kinds)
    highs.changeColsBounds(len(integer), integer, fixed, fixed)
    # The last basis may be far away, and would keep presolve from removing closed hubs.
    highs.clearSolver()
    # All runs in one thread of Python have the same number of threads, or HiGHS refuses them.
    set_option(highs, "threads", 1)
    # The clock of HiGHS goes on from run to run.
    set_option(highs, "time_limit", highs.getRunTime() + _POLISH_S)
    if tolerance is not None:
        # A mixed program has left the tolerance of its integers there (findings/highs_keeps_mip_tolerance.sh).
        set_option(highs, "primal_feasibility_tolerance", tolerance)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(highs.getSolution().col_value)


def is_proven(cost: float, bound: float, gap: float) -> bool:
    """Return whether a bound within the usual tolerances proves a plan whose integers are integers.

    Parameters
    ----------
    cost, bound
        Of the plan, and of the program, in one unit.
    gap
        Relative gap at which HiGHS was to stop.
    """
    return cost - bound <= (gap + _SAME) * max(abs(cost), 1.0)
