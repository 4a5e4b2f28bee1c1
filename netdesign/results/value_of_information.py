"""Values of waiting and of knowing, from what was searched: each a difference of two costs, as far as proven."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.risk import risk_of
from netdesign.instance.stages import RiskMeasure
from netdesign.solve.core.outcome import Termination
from netdesign.results.staged_result import Interval, Searched, excess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance.stages import Risk


def value_of_waiting(tree: Searched, fixed: Searched | None) -> Interval:
    """Return by how much the best plan fixed at the root is dearer than the tree's; unknown where it was not sought."""
    return Interval(None, 0.0, math.inf) if fixed is None else excess(fixed, tree)


def value_of_information(
    tree: Searched, known: Sequence[Searched], risk: Risk, probability: NDArray[np.float64]
) -> Interval:
    """Return by how much the tree's plan is dearer than knowing each path from the start.

    Parameters
    ----------
    tree, known
        The plan, and the best of each path by itself, in the order of the leaves.
    risk, probability
        What is minimised, and of each path.
    """
    if risk.measure is RiskMeasure.REGRET:
        # Against itself, knowing has no regret.
        return excess(tree, Searched(Termination.OPTIMAL, 0.0, 0.0))
    bound = _together([one.bound for one in known], risk, probability)
    objectives = [one.objective for one in known]
    if any(objective is None for objective in objectives):
        return excess(tree, Searched(Termination.TIME_LIMIT, None, bound))
    objective = _together([float(value) for value in objectives if value is not None], risk, probability)
    return excess(tree, Searched(Termination.OPTIMAL, objective, bound))


def _together(costs: Sequence[float], risk: Risk, probability: NDArray[np.float64]) -> float:
    found = np.array(costs)
    return risk_of(risk, found, probability) if np.isfinite(found).all() else -math.inf
