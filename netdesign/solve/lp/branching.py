"""Branch and bound over a copy of a program that is otherwise solved as a linear one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from netdesign.solve.core.outcome import Termination
from netdesign.solve.lp.exact import TIGHT
from netdesign.solve.lp.highs import checked, ending, has_plan, loaded, run_again_if_given_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


@dataclass(frozen=True)
class MixedOutcome:
    """The outcome of branch and bound.

    Parameters
    ----------
    bound
        Proven bound; infinite if the program is infeasible.
    found
        Solutions, each better than the one before.
    is_done
        Whether the gap was reached within the time.
    """

    bound: float
    found: tuple[NDArray[np.float64], ...]
    is_done: bool


def branched(
    lp: Any,
    is_integer: NDArray[np.bool_],
    gap: float,
    time_s: float,
    start: NDArray[np.float64] | None,
    interrupt: Callable[[Any], None],
) -> MixedOutcome:
    """Solve a program with integer columns.

    Parameters
    ----------
    lp
        As HiGHS holds it, without integer columns.
    is_integer
        Which columns are to be integer, shape (columns,).
    gap, time_s
        Relative gap, and time limit, s, at which to stop.
    start
        Start values of integer columns, NaN elsewhere; or None.
    interrupt
        Called by HiGHS while it runs.
    """
    gaps = {"dual_feasibility_tolerance": TIGHT, "mip_rel_gap": gap, "mip_abs_gap": TIGHT}
    highs = loaded(lp, {**gaps, "time_limit": time_s})
    integer = np.flatnonzero(is_integer).astype(np.int32)
    kinds = np.full(len(integer), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    checked(highs.changeColsIntegrality(len(integer), integer, kinds))
    if start is not None:
        given = np.flatnonzero(np.isfinite(start)).astype(np.int32)
        checked(highs.setSolution(len(given), given, start[given]))
    found: list[NDArray[np.float64]] = []
    highs.cbMipImprovingSolution.subscribe(lambda event: found.append(np.array(event.data_out.mip_solution)))
    highs.cbMipInterrupt.subscribe(interrupt)
    checked(run_again_if_given_up(highs))
    ended = ending(highs)
    if ended is Termination.INFEASIBLE:
        return MixedOutcome(math.inf, (), is_done=True)
    info = highs.getInfo()
    if has_plan(highs):
        found.append(np.array(highs.getSolution().col_value))
    bound = float(info.mip_dual_bound)
    if found:
        bound = min(bound, float(info.objective_function_value))
    return MixedOutcome(bound, tuple(found), is_done=ended is Termination.OPTIMAL)
