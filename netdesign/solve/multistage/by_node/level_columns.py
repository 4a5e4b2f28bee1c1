"""Columns of the master for the levels of hubs, and the rows of cuts on them.

One level of each hub is in use: the multiple choice model of costs in steps (Croxton, Gendron and Magnanti 2003).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.search_state import ROUNDING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.multistage.by_node.builder import TreeBuilder
    from netdesign.solve.multistage.by_node.decisions import Decisions
    from netdesign.solve.multistage.by_node.freight_columns import MasterUnits, NodeColumns
    from netdesign.solve.multistage.by_node.levels import HubLevels, LevelRow


@dataclass(frozen=True)
class LevelColumns:
    """The columns, shape (nodes, sites, levels); a hub is at a level to the share that is their value."""

    column: NDArray[np.intp]

    def violated(
        self, node: int, row: LevelRow, freight: NodeColumns, units: MasterUnits, values: NDArray[np.float64]
    ) -> tuple[float, tuple[float, float, NDArray[np.intp], NDArray[np.float64]]]:
        """Return by how much some values of the columns violate a row, in units of money, and the row.

        Parameters
        ----------
        node, row
            The row and its node.
        freight
            Columns of the node's freight.
        units
            Units of the master.
        values
            Values of the columns.
        """
        level, groups = self.column[node].ravel(), len(freight.cost)
        priced = np.flatnonzero(row.prices)
        paid = np.tile(row.prices[priced] * units.tonnes / units.money, groups)
        most, const = row.most.ravel() / units.money, row.const / units.money
        most[most < ROUNDING] = 0.0
        has = np.flatnonzero(most)
        index = np.concatenate([level[has], freight.cost, freight.use[:, priced].ravel()])
        weight = np.concatenate([most[has], np.ones(groups), paid])
        return const - float(weight @ values[index]), (const, np.inf, index, weight)


def add_levels(builder: TreeBuilder, decisions: Decisions, levels: HubLevels) -> LevelColumns:
    """Add the columns, and rows that say which modules are in use at each level and whether the hub is open."""
    nodes, sites, modules = decisions.in_use.shape
    shape = nodes, sites, len(levels)
    column = builder.add_columns(np.zeros(math.prod(shape)), np.ones(math.prod(shape))).reshape(shape)
    is_open, in_use = levels.is_open.astype(float), levels.in_use.astype(float)
    for v, k in itertools.product(range(nodes), range(sites)):
        builder.add_row(column[v, k], np.ones(len(levels)), 1.0, 1.0)
        builder.add_row([*column[v, k], decisions.is_open[v, k]], [*is_open[k], -1.0], 0.0, 0.0)
        for m in range(modules):
            builder.add_row([*column[v, k], decisions.in_use[v, k, m]], [*in_use[:, m], -1.0], 0.0, 0.0)
    return LevelColumns(column)
