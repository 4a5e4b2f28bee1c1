"""Linear and mixed-integer programs as arrays, and their builder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Rows:
    """Rows ``lower <= value @ columns <= upper`` in compressed form.

    Parameters
    ----------
    lower, upper
        Shape (rows,).
    start
        Position of each row's first entry in ``index`` and ``value``, and the end of the last, shape (rows + 1,).
    index, value
        Columns and coefficients.
    """

    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: NDArray[np.float64]

    @classmethod
    def from_dense(cls, matrix: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> Rows:
        """Return rows from a matrix of shape (rows, columns)."""
        row, column = np.nonzero(matrix)
        return cls(lower, upper, _starts(np.bincount(row, minlength=len(matrix))), _int32(column), matrix[row, column])

    @classmethod
    def from_lists(cls, rows: Sequence[tuple[float, float, NDArray[np.intp], NDArray[np.float64]]]) -> Rows:
        """Return rows given as (lower, upper, columns, coefficients); at least one."""
        return cls(
            np.array([row[0] for row in rows], dtype=np.float64),
            np.array([row[1] for row in rows], dtype=np.float64),
            _starts([len(row[2]) for row in rows]),
            _int32(np.concatenate([row[2] for row in rows])),
            np.concatenate([row[3] for row in rows]).astype(np.float64),
        )

    def __len__(self) -> int:
        return len(self.lower)


@dataclass(frozen=True, kw_only=True)
class LinearProgram:
    """Minimise ``offset + cost @ x`` over rows and ``lower <= x <= upper``.

    Costs and rows should be of the order of one: HiGHS has absolute tolerances.

    Parameters
    ----------
    cost, lower, upper
        Costs and bounds of the columns.
    is_integer
        Whether a column is integer, shape (columns,).
    rows
        The rows.
    offset
        Constant of the objective.
    """

    cost: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    is_integer: NDArray[np.bool_]
    rows: Rows
    offset: float = 0.0


class LpBuilder:
    """Collects columns and rows.

    Attributes
    ----------
    columns, rows
        Their numbers so far.
    """

    def __init__(self) -> None:
        self.columns = self.rows = 0
        self._columns: list[tuple[NDArray[np.float64], ...]] = []
        self._is_integer: list[NDArray[np.bool_]] = []
        self._row_bounds: list[tuple[NDArray[np.float64], ...]] = []
        self._entries: list[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]] = []

    def add_columns(
        self,
        lower: NDArray[np.float64],
        upper: NDArray[np.float64] | float = np.inf,
        cost: NDArray[np.float64] | float = 0.0,
        *,
        is_integer: bool = False,
    ) -> NDArray[np.intp]:
        """Add a column for each lower bound; return their positions."""
        count = len(lower)
        found = self.columns + np.arange(count)
        self._columns.append((_floats(count, cost), lower, _floats(count, upper)))
        self._is_integer.append(np.full(count, is_integer))
        self.columns += count
        return found

    def add_rows(
        self, count: int, lower: NDArray[np.float64] | float, upper: NDArray[np.float64] | float
    ) -> NDArray[np.intp]:
        """Add rows without coefficients; return their positions."""
        found = self.rows + np.arange(count)
        self._row_bounds.append((_floats(count, lower), _floats(count, upper)))
        self.rows += count
        return found

    def enter(
        self, rows: NDArray[np.intp], columns: NDArray[np.intp], values: NDArray[np.float64] | float = 1.0
    ) -> None:
        """Set coefficients, each at most once."""
        self._entries.append((rows, columns, _floats(len(rows), values)))

    def add_row(
        self,
        columns: Sequence[int] | NDArray[np.intp],
        values: Sequence[float] | NDArray[np.float64],
        lower: float,
        upper: float,
    ) -> int:
        """Add a row with its coefficients; return its position."""
        index = np.asarray(columns, dtype=np.intp)
        self._row_bounds.append((np.array([lower]), np.array([upper])))
        self._entries.append((np.full(len(index), self.rows), index, np.asarray(values, dtype=np.float64)))
        self.rows += 1
        return self.rows - 1

    def program(self, cost: NDArray[np.float64] | None = None) -> LinearProgram:
        """Return the program; ``cost`` replaces the costs that the columns were added with."""
        added, lower, upper = (np.concatenate(part) for part in zip(*self._columns, strict=True))
        return LinearProgram(
            cost=added if cost is None else cost,
            lower=lower,
            upper=upper,
            is_integer=np.concatenate(self._is_integer),
            rows=self._compressed(),
        )

    def _compressed(self) -> Rows:
        lower, upper = (np.concatenate(part) for part in zip(*self._row_bounds, strict=True))
        row, column, value = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        order = np.argsort(row * self.columns + column, kind="stable")
        start = _starts(np.bincount(row, minlength=self.rows))
        return Rows(lower, upper, start, _int32(column[order]), value[order])


def _floats(count: int, values: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.full(count, values, dtype=np.float64)


def _starts(lengths: Sequence[int] | NDArray[np.intp]) -> NDArray[np.int32]:
    return _int32(np.concatenate([[0], np.cumsum(lengths)]))


def _int32(values: NDArray[np.generic]) -> NDArray[np.int32]:
    return values.astype(np.int32)
