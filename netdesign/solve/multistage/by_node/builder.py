"""A builder of programs over the scenario tree: columns, rows, cost of each node, and the objective."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import RiskMeasure
from netdesign.solve.lp.builder import LpBuilder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance

NO_COLUMN = -1
"""Stands for a column that does not exist."""
NO_ROW = -1

_FAR = np.array([1e9])
"""Bound of free columns, in units of money; a plan costs some ten thousand. It spares HiGHS a test of boundedness."""


class TreeBuilder(LpBuilder):
    """Builds a program over the tree.

    Parameters
    ----------
    nodes
        Number of nodes of the tree.
    """

    def __init__(self, nodes: int) -> None:
        super().__init__()
        self._spent: list[list[tuple[NDArray[np.intp], NDArray[np.float64]]]] = [[] for _ in range(nodes)]

    def add_row(
        self,
        columns: Sequence[int] | NDArray[np.intp],
        values: Sequence[float] | NDArray[np.float64],
        lower: float,
        upper: float,
    ) -> int:
        """Add a row without the columns that do not exist; return its position, or ``NO_ROW`` if no column is left."""
        columns, values = np.asarray(columns, dtype=np.intp), np.asarray(values, dtype=np.float64)
        exists = (columns >= 0) & (values != 0.0)
        return super().add_row(columns[exists], values[exists], lower, upper) if exists.any() else NO_ROW

    def spend(self, node: int, columns: NDArray[np.intp], amounts: NDArray[np.float64]) -> None:
        """Add columns to the cost of a node: EUR of the first year per unit; skip columns that do not exist."""
        columns, amounts = np.ravel(columns), np.ravel(amounts)
        exists = columns >= 0
        self._spent[node].append((columns[exists], amounts[exists]))

    def spent(self, node: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return columns and amounts of the cost of a node."""
        columns, amounts = zip(*self._spent[node], strict=True)
        return np.concatenate(columns), np.concatenate(amounts)


def add_objective(
    builder: TreeBuilder, staged: StagedInstance, reference: NDArray[np.float64], unit: float
) -> NDArray[np.float64]:
    """Add the columns and rows of the risk measure; return the cost of each column in units of money.

    Parameters
    ----------
    builder
        With the cost of every node.
    staged
        The instance, with its risk measure.
    reference
        Least cost of each path under perfect information, EUR, shape (leaves,); used by regret, else zeros.
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
        for path, least in zip(paths, reference, strict=True):
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
    """Add a column for the cost of each node and of each path, in units of money; return those of the paths.

    Paths share nodes, so the rows of the paths are short.
    """
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
