"""What the recursion minimises: the weighted sum of the costs of all nodes, or the largest regret of a path.

Both can be computed from the leaves to the root. What a path cost up to a node is the same for all paths through the
node, so that the largest regret from there on is the largest over its children, as the expected cost is the sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from netdesign.instance.stages import RiskMeasure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance

    Floats = NDArray[np.float64]


class Valuation(Protocol):
    """What counts of the costs of the nodes.

    Attributes
    ----------
    weights
        Weight of the cost of each node, shape (nodes,).
    bounding
        Weights at which the separable bound is computed, shape (nodes,).
    settles_branches
        Whether the value is that of some branches alone, so that the others are looked into once it is proven.
    """

    weights: Floats
    bounding: Floats
    settles_branches: bool

    def joined(self, values: Sequence[Floats]) -> Floats:
        """Return the cost to go of all children of a moment together, by the costs to go of each."""
        ...

    def known_at(self, moment: int) -> float:
        """Return what is taken off the cost to go of a last moment, EUR of the first year."""
        ...

    def of(self, costs: Floats) -> float:
        """Return the value of a policy by the cost of each node, EUR of its year, shape (nodes,)."""
        ...

    def scaled(self, moment: int, bound: Floats) -> Floats:
        """Return a part of the separable bound from a moment on as a part of the cost to go."""
        ...

    def bounded(self, moment: int, bound: Floats) -> Floats:
        """Return a lower bound on the cost to go by the separable bound from a moment on."""
        ...


class WeightedSum:
    """The weighted sum of the costs of the nodes."""

    settles_branches = False

    def __init__(self, weights: Floats) -> None:
        self.weights = self.bounding = weights

    def joined(self, values: Sequence[Floats]) -> Floats:
        """Return the sum."""
        return np.asarray(sum(values, start=np.zeros(())))

    def known_at(self, moment: int) -> float:
        """Return zero."""
        return 0.0

    def of(self, costs: Floats) -> float:
        """Return the weighted sum."""
        return float(self.weights @ costs)

    def scaled(self, moment: int, bound: Floats) -> Floats:
        """Return the bound as it is."""
        return bound

    def bounded(self, moment: int, bound: Floats) -> Floats:
        """Return the bound as it is."""
        return bound


class LargestRegret:
    """The largest regret over the paths, decided node by node.

    The separable bound is one on the mean over the paths through a moment; a mean of regrets is at most the largest.

    Parameters
    ----------
    staged
        The problem.
    known
        Least cost of each path under perfect information, EUR, shape (leaves,).
    """

    settles_branches = True

    def __init__(self, staged: StagedInstance, known: Floats) -> None:
        self._least: list[float] = known.tolist()
        self._known_at: dict[int, float] = dict(zip(staged.leaves, self._least, strict=True))
        self.weights = np.array([staged.discount(node.year) for node in staged.nodes])
        self._paths = [list(staged.path_to(leaf)) for leaf in staged.leaves]
        self._probability = np.array([node.probability for node in staged.nodes])
        taken_off = np.zeros(len(staged.nodes))
        for through, cost in zip(self._paths, self._least, strict=True):
            taken_off[through] += self._probability[through[-1]] * cost
        self.bounding = staged.weights
        self._taken_off = taken_off / self._probability

    def joined(self, values: Sequence[Floats]) -> Floats:
        """Return the largest."""
        return np.asarray(np.maximum.reduce(values))

    def known_at(self, moment: int) -> float:
        """Return what the path costs when it is known."""
        return self._known_at[moment]

    def of(self, costs: Floats) -> float:
        """Return the largest regret."""
        each = self.weights * costs
        return max(float(each[through].sum()) - least for through, least in zip(self._paths, self._least, strict=True))

    def scaled(self, moment: int, bound: Floats) -> Floats:
        """Return the bound for one path."""
        return np.asarray(bound / self._probability[moment])

    def bounded(self, moment: int, bound: Floats) -> Floats:
        """Return the bound for one path, less the mean of what paths cost when they are known."""
        return np.asarray(bound / self._probability[moment] - self._taken_off[moment])


def valuation_of(staged: StagedInstance, reference: Floats) -> Valuation:
    """Return what a problem counts whose risk is additive over nodes, or is regret.

    Parameters
    ----------
    staged
        The problem.
    reference
        Least cost of each path under perfect information, EUR, shape (leaves,); used by regret.
    """
    if staged.stages.risk.measure is RiskMeasure.REGRET:
        return LargestRegret(staged, reference)
    return WeightedSum(staged.weights)
