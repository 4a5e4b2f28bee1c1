"""What the master minimises: the mean over the paths, the mean of the dearest ones, or the largest regret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import RiskMeasure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.by_node.builder import TreeBuilder

_FAR = np.array([1e9])
"""Units of money, of which a plan costs some ten thousand: without limits HiGHS would ask whether there are any."""


def add_objective(
    builder: TreeBuilder, staged: StagedInstance, known: NDArray[np.float64], unit: float
) -> NDArray[np.float64]:
    """Add what risk measures need, and return the cost of each column in units of money.

    Parameters
    ----------
    builder
        With all that nodes pay.
    staged
        Gives the measure.
    known
        What each path costs at least when it is known, EUR, shape (leaves,); zeros but for regret.
    unit
        EUR of one unit of the objective.
    """
    risk = staged.stages.risk
    probability = np.array([staged.nodes[leaf].probability for leaf in staged.leaves])
    if risk.measure is RiskMeasure.EXPECTED:
        cost = np.zeros(builder.columns)
        for leaf, weight in zip(staged.leaves, probability, strict=True):
            for node in staged.path_to(leaf):
                columns, amounts = builder.spent(node)
                np.add.at(cost, columns, weight * amounts / unit)
        return cost
    paths = _add_path_costs(builder, staged, unit)
    level = builder.add_columns(-_FAR, _FAR)
    if risk.measure is RiskMeasure.REGRET:
        for path, least in zip(paths, known, strict=True):
            builder.add_row([int(level[0]), path], [1.0, -1.0], -float(least) / unit, np.inf)
        cost = np.zeros(builder.columns)
    else:
        excess = builder.add_columns(np.zeros(len(paths)), np.full(len(paths), np.inf))
        for path, over in zip(paths, excess.tolist(), strict=True):
            builder.add_row([int(level[0]), over, path], [1.0, 1.0, -1.0], 0.0, np.inf)
        cost = np.zeros(builder.columns)
        cost[excess] = probability / (1.0 - risk.level)
    cost[level] = 1.0
    return cost


def _add_path_costs(builder: TreeBuilder, staged: StagedInstance, unit: float) -> list[int]:
    """Add what each node and each path costs, in units of money; paths share nodes, so their rows are short."""
    nodes = []
    for node in range(len(staged.nodes)):
        columns, amounts = builder.spent(node)
        column = int(builder.add_columns(-_FAR, _FAR)[0])
        builder.add_row([*columns, column], [*amounts / unit, -1.0], -np.inf, 0.0)
        nodes.append(column)
    paths = []
    for leaf in staged.leaves:
        path = list(staged.path_to(leaf))
        column = int(builder.add_columns(-_FAR, _FAR)[0])
        builder.add_row([*(nodes[v] for v in path), column], [*[1.0] * len(path), -1.0], -np.inf, 0.0)
        paths.append(column)
    return paths
