"""Collects the columns and rows of a program over the tree, and what each node costs in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.lp.master import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Row = tuple[float, float, NDArray[np.intp], NDArray[np.float64]]

ENDLESS = 1e30


class Builder:
    """A program that is being built.

    Parameters
    ----------
    nodes
        How many the tree has.

    Attributes
    ----------
    columns
        How many there are so far.
    rows
        Those so far: lower, upper, columns, coefficients.
    """

    def __init__(self, nodes: int) -> None:
        self.columns = 0
        self.rows: list[Row] = []
        self._lower: list[NDArray[np.float64]] = []
        self._upper: list[NDArray[np.float64]] = []
        self._whole: list[NDArray[np.bool_]] = []
        self._spent: list[list[tuple[NDArray[np.intp], NDArray[np.float64]]]] = [[] for _ in range(nodes)]

    def add_columns(
        self, lower: NDArray[np.float64], upper: NDArray[np.float64], *, are_whole: bool
    ) -> NDArray[np.intp]:
        """Add columns between bounds; return them."""
        found = self.columns + np.arange(len(lower))
        self._lower.append(lower)
        self._upper.append(np.minimum(upper, ENDLESS))
        self._whole.append(np.full(len(lower), are_whole))
        self.columns += len(lower)
        return found

    def add_row(
        self,
        columns: Sequence[int] | NDArray[np.intp],
        values: Sequence[float] | NDArray[np.float64],
        lower: float,
        upper: float,
    ) -> None:
        """Add a row; columns that are -1 do not exist and are left out, as is a row without any."""
        columns, values = np.asarray(columns, dtype=np.intp), np.asarray(values, dtype=np.float64)
        exists = (columns >= 0) & (values != 0.0)
        if exists.any():
            self.rows.append((lower, upper, columns[exists], values[exists]))

    def spend(self, node: int, columns: NDArray[np.intp], amounts: NDArray[np.float64]) -> None:
        """Say what a node pays for columns, EUR of the first year each; columns that are -1 do not exist."""
        columns, amounts = np.ravel(columns), np.ravel(amounts)
        exists = columns >= 0
        self._spent[node].append((columns[exists], amounts[exists]))

    def spent(self, node: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return columns and amounts of all that a node pays."""
        columns, amounts = zip(*self._spent[node], strict=True)
        return np.concatenate(columns), np.concatenate(amounts)

    @property
    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lower and upper bounds of the columns."""
        return np.concatenate(self._lower), np.concatenate(self._upper)

    @property
    def are_whole(self) -> NDArray[np.bool_]:
        """Whether each column is whole."""
        return np.concatenate(self._whole)

    def finished(self) -> Rows:
        """Return all rows."""
        return Rows.from_lists(self.rows)
