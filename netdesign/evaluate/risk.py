"""Risk measures of uncertain costs: mean, conditional value at risk, largest regret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import RiskMeasure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.stages import Risk


def risk_of(
    risk: Risk,
    costs: NDArray[np.float64],
    probability: NDArray[np.float64],
    least_costs: NDArray[np.float64] | None = None,
) -> float:
    """Return the risk measure of the costs: the objective, EUR.

    Parameters
    ----------
    risk
        Measure and level.
    costs, probability
        Of each path through the tree, EUR and 1, shape (paths,).
    least_costs
        Least cost of each path under perfect information, EUR; needed for regret.
    """
    return float(worst_weights(risk, costs, probability, least_costs) @ (costs - _reference(risk, least_costs)))


def worst_weights(
    risk: Risk,
    costs: NDArray[np.float64],
    probability: NDArray[np.float64],
    least_costs: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return the weights of the paths whose weighted mean is the risk: the worst that the measure allows.

    Every measure is the largest mean over a set of weights: the probabilities themselves; those of at most
    ``probability / (1 - level)`` each (Rockafellar and Uryasev 2000); any, for regret.

    Returns
    -------
    array
        Shape (paths,), sum 1.
    """
    if risk.measure is RiskMeasure.EXPECTED:
        return probability
    if risk.measure is RiskMeasure.REGRET:
        weights = np.zeros(len(costs))
        weights[int(np.argmax(costs - _reference(risk, least_costs)))] = 1.0
        return weights
    weights = np.zeros(len(costs))
    left = 1.0
    for path in np.argsort(-costs, kind="stable"):
        weights[path] = min(left, probability[path] / (1.0 - risk.level))
        left -= weights[path]
    return weights


def scale_of(risk: Risk, least_costs: NDArray[np.float64] | None) -> float:
    """Return the size of the costs of which the objective is a difference, EUR; 0 where it is no difference.

    Regret is a difference of two costs of a path. The cost of a plan on a path is at most the least cost there plus
    the regret, so the largest of the least costs gives the order of magnitude for every plan.
    """
    if risk.measure is not RiskMeasure.REGRET or least_costs is None:
        return 0.0
    return float(np.abs(least_costs).max())


def _reference(risk: Risk, least_costs: NDArray[np.float64] | None) -> NDArray[np.float64] | float:
    if risk.measure is not RiskMeasure.REGRET:
        return 0.0
    if least_costs is None:
        message = "regret needs the cost of each path when it is known"
        raise ValueError(message)
    return least_costs
