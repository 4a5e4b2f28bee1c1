"""Reading the tables beside ``instance.yaml``: CSV files with a header row, and dense matrices."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.errors import Fault, InstanceError, did_you_mean
from netdesign.instance.document import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from netdesign.instance.document import Located


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
    """

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    values: NDArray[np.float64]
    file: str


def resolve(folder: Path, name: str, field: str, place: tuple[str, int, int]) -> Path:
    """Return the path of a table, which must lie in the instance's folder.

    Raises
    ------
    InstanceError
        The name leads out of the folder, or there is no such file.
    """
    path = folder / name
    inside = Path(name).parts and not Path(name).is_absolute() and path.resolve().is_relative_to(folder.resolve())
    if not inside:
        raise InstanceError([Fault(*place, field, f"'{name}' lies outside the instance's folder; move it inside")])
    if not path.is_file():
        raise InstanceError([Fault(*place, field, f"there is no file '{name}' in the instance's folder")])
    return path


def read_csv(
    path: Path, shown: str, known: Sequence[str], located: Located, at: tuple[str | int, ...]
) -> list[dict[str, str]]:
    """Read a CSV table into rows of column and text, and note the place of every cell.

    Empty cells are left out, so that defaults apply.

    Parameters
    ----------
    path, shown
        The file and its name in messages.
    known
        The columns that the table may have.
    located
        Receives the places, under the path ``at``.
    at
        Path of the table in the document.

    Raises
    ------
    InstanceError
        No header, a doubled, unnamed or unknown column, a row with more or fewer cells than the header; all of them.
    """
    lines = csv.reader(io.StringIO(read_text(path, shown)), strict=True)
    rows: list[dict[str, str]] = []
    faults: list[Fault] = []
    located.places[at] = (shown, 1, 0)
    try:
        header = [name.strip() for name in next(lines, [])]
        faults += _header_faults(header, known, shown)
        for cells in lines:
            if not cells:
                continue
            if len(cells) != len(header):
                message = f"has {len(cells)} cells; the header has {len(header)}"
                faults.append(Fault(shown, lines.line_num, 0, "", message))
                continue
            row_at = (*at, len(rows))
            located.places[row_at] = (shown, lines.line_num, 0)
            for index, name in enumerate(header, start=1):
                located.places[*row_at, name] = (shown, lines.line_num, index)
            pairs = zip(header, (cell.strip() for cell in cells), strict=True)
            rows.append({name: cell for name, cell in pairs if cell})
    except csv.Error as error:
        faults.append(Fault(shown, lines.line_num, 0, "", f"is not CSV: {error}"))
    if not rows and not faults:
        faults.append(Fault(shown, 0, 0, "", "has no rows"))
    if faults:
        raise InstanceError(faults)
    return rows


def _header_faults(header: list[str], known: Sequence[str], shown: str) -> list[Fault]:
    if not any(header):
        return [Fault(shown, 1, 0, "", "is empty; the first row names the columns")]
    faults = []
    for index, name in enumerate(header, start=1):
        if not name:
            faults.append(Fault(shown, 1, index, "", "this column has no name"))
        elif name in header[: index - 1]:
            faults.append(Fault(shown, 1, index, name, "this column stands twice"))
        elif name not in known:
            message = f"unknown column; allowed: {', '.join(known)}{did_you_mean(name, known)}"
            faults.append(Fault(shown, 1, index, name, message))
    return faults


def read_matrix(path: Path, shown: str) -> Matrix:
    """Read a dense matrix from a CSV with ids in the first row and column, or from an .npz file.

    Raises
    ------
    InstanceError
        Not rectangular, not numbers, doubled ids, or infinite values.
    """
    matrix = _read_npz(path, shown) if path.suffix == ".npz" else _read_square_csv(path, shown)
    faults = []
    for ids, what in ((matrix.origins, "row"), (matrix.destinations, "column")):
        for name in sorted({name for name in ids if ids.count(name) > 1} if len(set(ids)) < len(ids) else ()):
            faults.append(Fault(shown, 0, 0, name, f"stands twice as a {what} id"))
    if np.isinf(matrix.values).any():
        faults.append(Fault(shown, 0, 0, "", "holds an infinite value"))
    if faults:
        raise InstanceError(faults)
    return matrix


def _read_npz(path: Path, shown: str) -> Matrix:
    try:
        with np.load(path, allow_pickle=False) as archive:
            names = {"origins", "destinations", "values"}
            if set(archive.files) != names:
                message = f"holds {sorted(archive.files)}; it must hold {sorted(names)}"
                raise InstanceError([Fault(shown, 0, 0, "", message)])
            origins = tuple(map(str, archive["origins"]))
            destinations = tuple(map(str, archive["destinations"]))
            values = np.asarray(archive["values"], dtype=np.float64)
    except (OSError, ValueError, EOFError) as error:
        raise InstanceError([Fault(shown, 0, 0, "", f"is not a plain .npz file: {error}")]) from None
    if values.shape != (len(origins), len(destinations)):
        message = f"values have shape {values.shape}; the ids say ({len(origins)}, {len(destinations)})"
        raise InstanceError([Fault(shown, 0, 0, "", message)])
    return Matrix(origins, destinations, values, shown)


def _read_square_csv(path: Path, shown: str) -> Matrix:
    lines = list(csv.reader(io.StringIO(read_text(path, shown))))
    if len(lines) < 2 or len(lines[0]) < 2:
        raise InstanceError([Fault(shown, 0, 0, "", "is empty; ids stand in the first row and column")])
    faults = [
        Fault(shown, number, 0, "", f"has {len(cells)} cells; the first row has {len(lines[0])}")
        for number, cells in enumerate(lines[1:], start=2)
        if len(cells) != len(lines[0])
    ]
    if faults:
        raise InstanceError(faults)
    values = np.full((len(lines) - 1, len(lines[0]) - 1), np.nan)
    for row, cells in enumerate(lines[1:]):
        for column, cell in enumerate(cells[1:]):
            if cell.strip():
                try:
                    values[row, column] = float(cell)
                except ValueError:
                    faults.append(Fault(shown, row + 2, column + 2, "", f"'{cell[:40]}' is not a number"))
    if faults:
        raise InstanceError(faults)
    origins = tuple(cells[0].strip() for cells in lines[1:])
    return Matrix(origins, tuple(name.strip() for name in lines[0][1:]), values, shown)


def load_tables(located: Located, folder: Path, columns: Mapping[str, Sequence[str]]) -> dict[str, Matrix]:
    """Replace table names in the document by their rows; return the matrices by path of their field.

    Parameters
    ----------
    located
        The document; changed in place.
    folder
        The instance's folder.
    columns
        By table, the columns that it may have.

    Raises
    ------
    InstanceError
        Every fault of every table file.
    """
    tables = located.data.get("tables") if isinstance(located.data, dict) else None
    if not isinstance(tables, dict):
        return {}
    matrices: dict[str, Matrix] = {}
    faults: list[Fault] = []
    for name, value in list(tables.items()):
        place = located.place(("tables", name))
        try:
            if isinstance(value, str) and name in columns:
                path = resolve(folder, value, f"tables.{name}", place)
                tables[name] = read_csv(path, value, columns[name], located, ("tables", name))
            elif name in ("demand_matrix", "leg_matrices") and isinstance(value, dict):
                matrices |= _load_matrices(name, value, folder, located)
        except InstanceError as error:
            faults += error.faults
    if faults:
        raise InstanceError(faults)
    return matrices


def _load_matrices(name: str, block: dict[str, Any], folder: Path, located: Located) -> dict[str, Matrix]:
    matrices = {}
    for field, value in block.items():
        if field != "stream" and isinstance(value, str):
            path = resolve(folder, value, f"tables.{name}.{field}", located.place(("tables", name, field)))
            matrices[f"{name}.{field}"] = read_matrix(path, value)
    return matrices
