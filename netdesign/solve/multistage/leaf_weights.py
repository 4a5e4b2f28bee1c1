"""Risk as the worst of many means: which weights of the paths the next bound should be taken at.

CVaR and regret are the largest mean cost over a set of weights of the paths (``evaluate.risk``). For any weights in the
set the least mean cost is a bound; the best weights are sought by cutting planes (Kelley 1960), each plan being a cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from netdesign.instance.stages import RiskMeasure
from netdesign.solve.lp.program import Program, Repeated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance


class LeafWeights:
    """The weights that a risk measure allows, and the plans known so far.

    Parameters
    ----------
    staged
        The problem.
    known
        What each path costs at least when it is known, EUR, shape (leaves,); zeros but for regret.
    """

    def __init__(self, staged: StagedInstance, known: NDArray[np.float64]) -> None:
        self._staged, self.known = staged, known
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
        """Hear of a plan by the costs of its paths, EUR."""
        self._costs.append(path_costs - self.known)

    def of_nodes(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what a EUR of each node counts under weights of the paths, shape (nodes,)."""
        staged = self._staged
        found = np.zeros(len(staged.nodes))
        for leaf, weight in zip(staged.leaves, weights, strict=True):
            for node in staged.path_to(leaf):
                found[node] += weight * staged.discount(staged.nodes[node].year)
        return found

    def best(self) -> tuple[NDArray[np.float64], float]:
        """Return the weights at which the best of the known plans is worst, and its mean there: no bound is higher."""
        leaves, plans = len(self.most), len(self._costs)
        unit = max(1.0, max(float(np.abs(cost).max()) for cost in self._costs) / 1e3)
        # Columns: weights, then the level, which may be negative; the most is sought.
        matrix = np.zeros((plans + 1, leaves + 1))
        matrix[0, :leaves] = 1.0
        for row, cost in enumerate(self._costs):
            matrix[row + 1, :leaves] = cost / unit
            matrix[row + 1, leaves] = -1.0
        program = Program(
            cost=np.concatenate((np.zeros(leaves), [-1.0])),
            lower=np.concatenate((np.zeros(leaves), [-np.inf])),
            upper=np.concatenate((self.most, [np.inf])),
            is_integer=np.zeros(leaves + 1, dtype=bool),
            matrix=csr_array(matrix),
            row_lower=np.concatenate(([1.0], np.zeros(plans))),
            row_upper=np.concatenate(([1.0], np.full(plans, np.inf))),
        )
        solved = Repeated(program).solve()
        if solved is None:
            raise AssertionError
        weights = np.clip(solved.values[:leaves], 0.0, self.most)
        return weights / weights.sum(), -solved.objective * unit
