"""Weights of the paths for bounds on coherent risk measures.

CVaR and regret are the largest mean cost over a set of weights of the paths (``evaluate.risk``). For any weights in the
set the least mean cost is a lower bound; cutting planes find the best weights (Kelley 1960), where each plan is a cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import RiskMeasure
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.lp.session import LpSession
from netdesign.solve.multistage.valuation import WeightedSum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance


class LeafWeights:
    """The weights that a risk measure allows, and the costs of the plans so far.

    Parameters
    ----------
    staged
        The problem.
    reference
        Least cost of each path under perfect information, EUR, shape (leaves,); used by regret, else zeros.
    """

    def __init__(self, staged: StagedInstance, reference: NDArray[np.float64]) -> None:
        self._staged, self.reference = staged, reference
        self.probability = np.array([staged.nodes[leaf].probability for leaf in staged.leaves])
        risk = staged.stages.risk
        most = {
            RiskMeasure.EXPECTED: self.probability,
            RiskMeasure.CVAR: np.minimum(1.0, self.probability / (1.0 - risk.level)),
            RiskMeasure.REGRET: np.ones(len(self.probability)),
        }
        self.most = most[risk.measure]
        self._costs: list[NDArray[np.float64]] = []

    def add(self, path_costs: NDArray[np.float64]) -> None:
        """Add the path costs of a plan, EUR."""
        self._costs.append(path_costs - self.reference)

    def mean(self, weights: NDArray[np.float64]) -> WeightedSum:
        """Return the mean cost under weights of the paths, as a sum over the nodes."""
        staged = self._staged
        found = np.zeros(len(staged.nodes))
        for leaf, weight in zip(staged.leaves, weights, strict=True):
            for node in staged.path_to(leaf):
                found[node] += weight * staged.discount(staged.nodes[node].year)
        return WeightedSum(found)

    def best(self) -> tuple[NDArray[np.float64], float]:
        """Return the weights with the largest least mean cost of the plans so far, and this cost, a limit of bounds."""
        leaves = len(self.most)
        unit = max(1.0, max(float(np.abs(cost).max()) for cost in self._costs) / 1e3)
        builder = LpBuilder()
        columns = builder.add_columns(np.zeros(leaves), self.most)
        # The level, which is maximised, may be negative.
        level = builder.add_columns(np.array([-np.inf]), cost=-1.0)
        builder.add_row(columns, np.ones(leaves), 1.0, 1.0)
        for cost in self._costs:
            builder.add_row([*columns, *level], [*cost / unit, -1.0], 0.0, np.inf)
        solved = LpSession(builder.program()).solve()
        if solved is None:
            raise AssertionError
        weights = np.clip(solved.values[:leaves], 0.0, self.most)
        return weights / weights.sum(), -solved.objective * unit
