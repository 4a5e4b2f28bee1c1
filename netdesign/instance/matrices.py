"""Dense tables: matrices by ids, from a square CSV or an .npz file."""

from __future__ import annotations

import io
import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.errors import SHEET_END, Fault, InstanceError, did_you_mean
from netdesign.instance.fields import LARGEST, SMALLEST, is_decimal
from netdesign.instance.files import files_being_read, split_csv

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MATRIX_TABLES = ("leg_matrices", "demand_matrix")
"""Blocks among the tables that name files of dense matrices."""

LARGEST_UNPACKED_BYTES = 1024**3
"""An .npz file is packed, and small where its content is large."""

_MOST_CELLS_NAMED = 10


@dataclass(frozen=True)
class Matrix:
    """A dense matrix by ids.

    Parameters
    ----------
    origins, destinations
        Ids of rows and columns.
    values
        Shape (origins, destinations); NaN where a cell is empty.
    file
        Where it was read.
    lines, columns
        Of the rows and columns in the file, which has some; columns of a sheet.
    """

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    values: NDArray[np.float64]
    file: str
    lines: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()

    @property
    def shown(self) -> str:
        """Name of the file, or of the sheet, inside a message."""
        return self.file.removesuffix(SHEET_END)

    def cell(self, row: int | None, column: int | None) -> tuple[int, int]:
        """Return line and column of a cell in its sheet, or of an id before a row or over a column.

        Both are 0 where the matrix stands in no sheet.
        """
        if not self.columns:
            return 0, 0
        return 1 if row is None else self.lines[row], 1 if column is None else self.columns[column]


def read_matrix(path: Path, shown: str) -> Matrix:
    """Read a dense matrix from a CSV with ids in the first row and column, or from an .npz file.

    Raises
    ------
    InstanceError
        Not rectangular, not numbers, doubled ids, values under 0 or out of range, an id without row or column.
    """
    matrix = _read_npz(path, shown) if path.suffix.lower() == ".npz" else _read_square_csv(path, shown)
    faults = matrix_faults(matrix)
    if faults:
        raise InstanceError(faults)
    return matrix


def matrix_faults(matrix: Matrix) -> list[Fault]:
    """Return the faults of a matrix: doubled ids, values under 0 or out of range, and an id without row or column."""
    faults = []
    for ids, what in ((matrix.origins, "row"), (matrix.destinations, "column")):
        for name in sorted({name for name in ids if ids.count(name) > 1} if len(set(ids)) < len(ids) else ()):
            last = len(ids) - 1 - ids[::-1].index(name)
            at = matrix.cell(last, None) if what == "row" else matrix.cell(None, last)
            faults.append(Fault(matrix.file, *at, name, f"stands twice as a {what} id"))
    faults += value_faults(matrix)
    return faults or _lone_ids(matrix)


def _lone_ids(matrix: Matrix) -> list[Fault]:
    """Return faults of ids with a column and no row, or a row and no column: what is left out would count as none.

    Where no id has both, rows and columns are of two kinds, such as airports and cities.
    """
    rows, columns = matrix.origins, matrix.destinations
    if set(rows).isdisjoint(columns):
        return []
    faults = []
    for ids, others, what, other in ((columns, rows, "column", "row"), (rows, columns, "row", "column")):
        known = set(others)
        lone = [position for position, name in enumerate(ids) if name not in known]
        if not lone:
            continue
        line, column = (1, lone[0] + 2) if what == "column" else (matrix.lines[lone[0]] if matrix.lines else 0, 1)
        if matrix.columns and what == "column":
            column = matrix.columns[lone[0]]
        named = ", ".join(f"'{ids[position]}'" for position in lone[:_MOST_CELLS_NAMED])
        more = f" (and {len(lone) - _MOST_CELLS_NAMED} more)" if len(lone) > _MOST_CELLS_NAMED else ""
        near = did_you_mean(ids[lone[0]], known - set(ids)) if len(lone) == 1 else ""
        message = f"{named}{more} {'has' if len(lone) == 1 else 'have'} a {what} and no {other}; write the {other}"
        message += f"{'' if len(lone) == 1 else 's'}, of empty cells where there is nothing{near}"
        faults.append(Fault(matrix.file, line if matrix.lines else 0, column, "", message))
    return faults


def value_faults(matrix: Matrix) -> list[Fault]:
    """Return a fault for each value under 0 or out of range, of many of them the first few."""
    values = matrix.values
    sound = np.isnan(values) | (values == 0) | ((values >= SMALLEST) & (values <= LARGEST))
    bad = np.argwhere(~sound)
    faults = []
    for row, column in bad[:_MOST_CELLS_NAMED]:
        value = values[row, column]
        if value < 0:
            wrong = "under 0"
        elif value > LARGEST:
            wrong = f"over {LARGEST:g}" if np.isfinite(value) else "not a finite number"
        else:
            wrong = f"too near to 0; write 0 or at least {SMALLEST:g}"
        field = f"{matrix.origins[row]} to {matrix.destinations[column]}"
        faults.append(Fault(matrix.file, *matrix.cell(row, column), field, f"{value:g} is {wrong}"))
    if len(bad) > _MOST_CELLS_NAMED:
        message = f"{len(bad) - _MOST_CELLS_NAMED} further values are under 0 or out of range"
        faults.append(Fault(matrix.file, 0, 0, "", message))
    return faults


def _read_npz(path: Path, shown: str) -> Matrix:
    try:
        origins, destinations, values = _unpack(path, shown)
    except InstanceError:
        raise
    except Exception as error:  # a broken archive fails in a dozen ways: zip, deflate, header, memory, pickle
        reason = (str(error).splitlines() or [type(error).__name__])[0][:80]
        if "pickle" in reason:
            reason = "holds Python objects, which are not read; save arrays of texts and numbers"
        raise InstanceError([Fault(shown, 0, 0, "", f"is not a plain .npz file: {reason}")]) from None
    faults = []
    for name, ids in (("origins", origins), ("destinations", destinations)):
        if ids.ndim != 1 or ids.dtype.kind not in "Uiu":
            faults.append(Fault(shown, 0, 0, name, f"holds {_described(ids)}; it must hold a row of texts"))
    if values.dtype.kind not in "fiu":
        faults.append(Fault(shown, 0, 0, "values", f"holds {_described(values)}; it must hold numbers"))
    if not faults and values.shape != (len(origins), len(destinations)):
        message = f"has shape {values.shape}; the ids say ({len(origins)}, {len(destinations)})"
        faults.append(Fault(shown, 0, 0, "values", message))
    if faults:
        raise InstanceError(faults)
    return Matrix(tuple(map(str, origins)), tuple(map(str, destinations)), values.astype(np.float64), shown)


def _described(array: NDArray[Any]) -> str:
    return f"{array.dtype} in {array.ndim} dimensions"


def _unpack(path: Path, shown: str) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    names = ("origins", "destinations", "values")
    raw = files_being_read().read(path, shown, LARGEST_UNPACKED_BYTES)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Pickled objects could run any code.
        archive = np.load(io.BytesIO(raw), allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            message = "is one array; `numpy.savez(file, origins=..., destinations=..., values=...)` writes a matrix"
            raise InstanceError([Fault(shown, 0, 0, "", message)])
        with archive:
            if sorted(archive.files) != sorted(names):
                message = f"holds {', '.join(sorted(archive.files))}; it must hold {', '.join(names)}"
                raise InstanceError([Fault(shown, 0, 0, "", message)])
            unpacked = sum(part.file_size for part in archive.zip.infolist()) if archive.zip else 0
            if unpacked > LARGEST_UNPACKED_BYTES:
                message = f"has {unpacked:,} bytes unpacked; at most {LARGEST_UNPACKED_BYTES:,} are read"
                raise InstanceError([Fault(shown, 0, 0, "", message)])
            for name in names:
                _check_header(archive, name, shown)
            origins, destinations, values = (np.asarray(archive[name]) for name in names)
    return origins, destinations, values


def _check_header(archive: np.lib.npyio.NpzFile, name: str, shown: str) -> None:
    """Refuse an array whose header promises more than the archive holds: memory is allocated by the header."""
    if archive.zip is None:
        return
    info = archive.zip.getinfo(f"{name}.npy")
    with archive.zip.open(info) as part:
        version = np.lib.format.read_magic(part)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, kind = read(part)
    if math.prod(shape) * kind.itemsize > info.file_size:
        message = f"{name} are {' x '.join(map(str, shape))} by their header, in {info.file_size:,} bytes"
        raise InstanceError([Fault(shown, 0, 0, "", f"is not a plain .npz file: {message}")])


def _read_square_csv(path: Path, shown: str) -> Matrix:
    lines, faults = split_csv(path, shown)
    header = lines[0][1] if lines else []
    if not faults and (len(lines) < 2 or len(header) < 2):
        faults.append(Fault(shown, 1, 0, "", "is no matrix; ids stand in the first row and column, values beside them"))
    values = np.full((max(len(lines) - 1, 0), max(len(header) - 1, 0)), np.nan)
    for row, (line, cells) in enumerate(lines[1:]):
        if len(cells) != len(header):
            faults.append(Fault(shown, line, 0, "", f"has {len(cells)} cells; the first row has {len(header)}"))
            continue
        for column, cell in enumerate(cells[1:]):
            if cell:
                try:
                    values[row, column] = _number(cell)
                except ValueError:
                    faults.append(Fault(shown, line, column + 2, "", f"'{cell[:40]}' is not a number"))
    if faults:
        raise InstanceError(faults)
    return Matrix(
        tuple(cells[0] for _, cells in lines[1:]),
        tuple(header[1:]),
        values,
        shown,
        tuple(line for line, _ in lines[1:]),
    )


def _number(cell: str) -> float:
    value = float(cell)
    if math.isnan(value) or (math.isfinite(value) and not is_decimal(cell)):
        raise ValueError  # NaN stands for an empty cell and is never written
    return value
