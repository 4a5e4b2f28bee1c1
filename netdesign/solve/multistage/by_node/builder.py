"""Collects the columns and rows of a program over the tree, and what each node costs in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.lp.builder import LpBuilder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NO_COLUMN = -1
"""In place of a column that does not exist."""
NO_ROW = -1


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
