"""Collects the columns and rows of a program over the tree, and what each node costs in them."""

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
"""In place of a column that does not exist."""
NO_ROW = -1

_FAR = np.array([1e9])
"""Units of money, of which a plan costs some ten thousand: without limits HiGHS would ask whether there are any."""


class TreeBuilder(LpBuilder):
    """A program over the tree that is being built.

    Parameters
    ----------
    nodes
        How many the tree has.
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
        """Add a row without columns that do not exist; return it, or ``NO_ROW`` where nothing is left of it."""
        columns, values = np.asarray(columns, dtype=np.intp), np.asarray(values, dtype=np.float64)
        exists = (columns >= 0) & (values != 0.0)
        return super().add_row(columns[exists], values[exists], lower, upper) if exists.any() else NO_ROW

    def spend(self, node: int, columns: NDArray[np.intp], amounts: NDArray[np.float64]) -> None:
        """Add to what a node pays: EUR of the first year for each unit of the columns that exist."""
        columns, amounts = np.ravel(columns), np.ravel(amounts)
        exists = columns >= 0
        self._spent[node].append((columns[exists], amounts[exists]))

    def spent(self, node: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return columns and amounts of all that a node pays."""
        columns, amounts = zip(*self._spent[node], strict=True)
        return np.concatenate(columns), np.concatenate(amounts)


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
