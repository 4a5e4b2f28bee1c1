"""Matrices in memory: lists of rows, arrays, and frames whose labels name the nodes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from netdesign.errors import Fault
from netdesign.instance.frames import plain_value
from netdesign.instance.matrices import Matrix, value_faults

_MOST_CELLS_NAMED = 10


def matrix_of(
    values: Any, origins: tuple[str, ...], destinations: tuple[str, ...], shown: str, faults: list[Fault]
) -> Matrix:
    """Return a matrix with NaN where it is infinite; note its faults."""
    empty = Matrix(origins, destinations, np.zeros((len(origins), len(destinations))), shown)
    cells, message = matrix_cells(values)
    if cells.shape != empty.values.shape and not message:
        rows, columns = cells.shape
        message = f"has {rows} rows and {columns} columns; there are {len(origins)} and {len(destinations)} names"
        if origins == destinations:
            message = f"has {rows} rows and columns; there are {len(origins)} names"
        if origins == destinations and rows != columns:
            message = f"is not square: {rows} rows and {columns} columns"
    if message:
        faults.append(Fault(shown, 0, 0, "", message))
        return empty
    numbers = np.zeros(cells.shape)
    is_flow, lost = shown == "matrix flow", 0
    # In an array of numbers only NaN and infinity need a check.
    if cells.dtype.kind in "iuf":
        numbers = cells.astype(np.float64)
    odd = np.ones(cells.shape, bool) if cells.dtype == object else ~np.isfinite(numbers)
    for row, column in np.argwhere(odd).tolist():
        cell = plain_value(cells[row, column])
        wrong = _cell_fault(cell, is_flow=is_flow)
        numbers[row, column] = 0 if wrong else np.nan if not is_flow and cell == np.inf else cell
        lost += bool(wrong)
        if wrong and lost <= _MOST_CELLS_NAMED:
            faults.append(Fault(shown, 0, 0, f"{origins[row]} to {destinations[column]}", wrong))
    if lost > _MOST_CELLS_NAMED:
        faults.append(Fault(shown, 0, 0, "", f"{lost - _MOST_CELLS_NAMED} further values are no numbers"))
    matrix = Matrix(origins, destinations, numbers, shown)
    faults += value_faults(matrix)
    return matrix


def matrix_cells(values: Any) -> tuple[np.ndarray[tuple[int, ...], np.dtype[Any]], str]:
    """Return the cells of a matrix in two dimensions, or why there are none."""
    if hasattr(values, "nnz"):
        return np.zeros((0, 0)), "is a sparse array, in which what is left out may be 0 or no leg; give all of it"
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    if isinstance(values, np.ma.MaskedArray):
        hidden, values = np.ma.getmaskarray(values), values.data.astype(object)
        values[hidden] = None
    try:
        found = np.asarray(values)
        found = found if found.dtype.kind in "iuf" else np.asarray(values, dtype=object)
    except ValueError:
        return np.zeros((0, 0)), "has rows of different length"
    if found.ndim == 1 and any(hasattr(row, "__len__") and not isinstance(row, str) for row in found):
        return found, "has rows of different length"
    return found, "" if found.ndim == 2 else "has no rows and columns; give a list of rows or an array"


def _cell_fault(cell: Any, *, is_flow: bool) -> str:
    """Return why a cell of a matrix is no number, or an empty string."""
    remedy = "write 0 where nothing flows" if is_flow else "write inf where there is no leg"
    if cell is None:
        return f"is empty; {remedy}"
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return f"{str(cell)[:40]!r} is not a number"
    try:
        return f"is NaN; {remedy}" if math.isnan(cell) else ""
    except OverflowError:
        return f"{str(cell)[:40]}... is not a finite number"


def labels_of(values: Any, axis: str) -> list[str]:
    """Return the labels of a frame's rows or columns; none if they are mere numbers of a library."""
    found = [str(label) for label in getattr(values, axis, ())] if hasattr(values, "to_numpy") else []
    counted = ([str(place) for place in range(len(found))], [f"column_{place}" for place in range(len(found))])
    return [] if found in counted else found


def label_faults(values: Any, names: tuple[str, ...], shown: str, *, is_named: bool) -> list[Fault]:
    """Return faults of a frame whose nodes are in another order than the names; given names may be new."""
    faults = []
    for axis, word in (("index", "rows"), ("columns", "columns")):
        labels = labels_of(values, axis)
        is_renamed = is_named and not set(labels) & set(names)
        if labels and labels != list(names) and len(labels) == len(names) and not is_renamed:
            message = f"has the {word} {', '.join(labels[:10])}, where the names are {', '.join(names[:10])}"
            faults.append(Fault(shown, 0, 0, "", f"{message}; give them in one order"))
    return faults
