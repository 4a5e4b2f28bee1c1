"""One number for costs that are uncertain: mean, conditional value at risk, largest regret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import RiskMeasure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.stages import Risk


def risk_of(
    risk: Risk, costs: NDArray[np.float64], probability: NDArray[np.float64], known: NDArray[np.float64] | None = None
) -> float:
    """Return what is minimised.

    Parameters
    ----------
    risk
        Measure and level.
    costs, probability
        Of each path through the tree, EUR and 1, shape (paths,).
    known
        What each path costs at least when it is known from the start, EUR; needed for regret.
    """
    return float(worst_weights(risk, costs, probability, known) @ (costs - _reference(risk, known)))


def worst_weights(
    risk: Risk, costs: NDArray[np.float64], probability: NDArray[np.float64], known: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return the weights of the paths under which their mean is the risk: of all that the measure allows the worst.

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
        weights[int(np.argmax(costs - _reference(risk, known)))] = 1.0
        return weights
    weights = np.zeros(len(costs))
    left = 1.0
    for path in np.argsort(-costs, kind="stable"):
        weights[path] = min(left, probability[path] / (1.0 - risk.level))
        left -= weights[path]
    return weights


def scale_of(risk: Risk, known: NDArray[np.float64] | None) -> float:
    """Return the largest amount that what is minimised is a difference of, EUR; 0 where it is none.

    A regret is one of costs. What a plan costs on a path is no more than the least there and the regret together, so
    the dearest path as it costs when it is known tells the order of them all, whatever the plan.
    """
    if risk.measure is not RiskMeasure.REGRET or known is None:
        return 0.0
    return float(np.abs(known).max())


def _reference(risk: Risk, known: NDArray[np.float64] | None) -> NDArray[np.float64] | float:
    if risk.measure is not RiskMeasure.REGRET:
        return 0.0
    if known is None:
        message = "regret needs the cost of each path when it is known"
        raise ValueError(message)
    return known
