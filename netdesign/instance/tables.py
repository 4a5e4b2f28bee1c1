"""Tables as rows: CSV files beside ``instance.yaml``, and data frames of pandas, polars, pyarrow and others."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdesign.errors import Fault, InstanceError, did_you_mean, unknown
from netdesign.instance.files import NOT_ORDINARY, split_csv
from netdesign.instance.matrices import read_matrix
from netdesign.instance.schema import COLUMNS

if TYPE_CHECKING:
    from netdesign.instance.document import Located, Path_
    from netdesign.instance.matrices import Matrix

_SHOWN = 60
_FAULTS_SHOWN = 10

_NOTHING = ("NAType", "NaTType")
"""Classes of pandas for a cell without a value; their objects cannot be compared."""

MOST_TABLE_CELLS = 3_000_000
"""Of a table of rows; a row takes half a kilobyte. A matrix may have more."""


def resolve(folder: Path, name: str, field: str, place: tuple[str, int, int]) -> Path:
    """Return the path of a table, which must lie in the instance's folder.

    Raises
    ------
    InstanceError
        The name leads out of the folder, or there is no such file.
    """
    shown = repr(name if len(name) <= _SHOWN else f"{name[:_SHOWN]}...")
    if not name.strip():
        raise InstanceError([Fault(*place, field, "is empty; name a file in the instance's folder")])
    try:
        path = folder / name
        inside = not Path(name).is_absolute() and path.resolve().is_relative_to(folder.resolve())
        is_file = inside and path.is_file()
        is_strange = inside and path.exists() and not is_file and not path.is_dir()
    except (OSError, ValueError, RuntimeError):  # too long, a null byte, links in a circle
        inside, is_file, is_strange = True, False, False
    if not inside:
        raise InstanceError([Fault(*place, field, f"{shown} lies outside the instance's folder; move it inside")])
    if is_strange:
        raise InstanceError([Fault(*place, field, f"{shown} {NOT_ORDINARY}; name a CSV file")])
    if not is_file:
        near = did_you_mean(name, (file.name for file in folder.iterdir() if file.is_file()))
        raise InstanceError([Fault(*place, field, f"there is no file {shown} in the instance's folder{near}")])
    return path


def read_csv(path: Path, shown: str, known: Sequence[str], located: Located, at: Path_) -> list[dict[str, str]]:
    """Read a CSV table into rows of column and text, and note where each stands.

    Empty cells are left out, so that defaults apply. A doubled, unnamed or unknown column and a row with more or fewer
    cells than the header are noted as faults; the rest is read all the same, so that its faults are reported too.

    Parameters
    ----------
    path, shown
        The file and its name in messages.
    known
        The columns that the table may have.
    located
        Receives places and faults, under the path ``at``.
    at
        Path of the table in the document.

    Raises
    ------
    InstanceError
        The file cannot be read as a table at all.
    """
    located.places[at] = (shown, 1, 0)
    lines, faults = split_csv(path, shown, MOST_TABLE_CELLS)
    header = lines[0][1] if lines else []
    faults += _header_faults(header, lines[0][0] if lines else 1, known, shown)
    located.columns[shown] = {name: column for column, name in enumerate(header, start=1)}
    kept = [(column, name) for column, name in enumerate(header) if name in known]
    rows: list[dict[str, str]] = []
    for line, cells in lines[1:]:
        if len(cells) != len(header):
            faults.append(Fault(shown, line, 0, "", f"has {len(cells)} cells; the header has {len(header)}"))
            continue
        located.warnings += _swallowed(cells, header, line, shown)
        located.places[*at, len(rows)] = (shown, line, 0)
        rows.append({name: cells[column] for column, name in kept if cells[column]})
    if not rows and not faults:
        faults.append(Fault(shown, 0, 0, "", "has no rows under its header"))
    if not rows:
        raise InstanceError(faults)
    # Under a name that no row has: the rows themselves can be relied on.
    located.faults += [((*at, "file"), fault) for fault in faults]
    return rows


def _header_faults(header: list[str], line: int, known: Sequence[str], shown: str) -> list[Fault]:
    faults: list[Fault] = []
    seen: set[str] = set()
    for column, name in enumerate(header, start=1):
        if len(faults) > len(known) + _FAULTS_SHOWN:
            message = f"the columns from here to {len(header)} are not looked at; this is no such table"
            return [*faults, Fault(shown, line, column, "", message)]
        if not name:
            faults.append(Fault(shown, line, column, "", "this column has no name"))
        elif name in seen:
            faults.append(Fault(shown, line, column, name, "this column stands twice"))
        elif name not in known:
            faults.append(Fault(shown, line, column, name, unknown("column", name, known)))
        seen.add(name)
    return faults


def _swallowed(cells: list[str], header: list[str], line: int, shown: str) -> list[Fault]:
    """Return warnings of cells that hold what looks like a row: a quotation mark may be open since the row before."""
    if "\n" not in "".join(cells):
        return []
    message = "goes over several lines, one of which looks like a row; is a quotation mark left open?"
    return [
        Fault(shown, line, column, name, message)
        for column, (name, cell) in enumerate(zip(header, cells, strict=True), start=1)
        if "\n" in cell and any(part.count(",") >= len(header) - 1 for part in cell.split("\n"))
    ]


def load_tables(located: Located, folder: Path) -> dict[str, Matrix]:
    """Replace table names in the document by their rows; return the matrices by path of their field.

    Parameters
    ----------
    located
        The document; its tables are replaced, and the faults of all table files are added.
    folder
        The instance's folder.
    """
    tables = located.data.get("tables")
    if not isinstance(tables, dict):
        return {}
    matrices: dict[str, Matrix] = {}
    for name, value in list(tables.items()):
        at = ("tables", name)
        if isinstance(value, str) and name in COLUMNS:
            try:
                path = resolve(folder, value, ".".join(at), located.place(at))
                tables[name] = read_csv(path, value, COLUMNS[name], located, at)
            except InstanceError as error:
                located.faults += [(at, fault) for fault in error.faults]
        elif name in ("demand_matrix", "leg_matrices") and isinstance(value, dict):
            matrices |= _load_matrices(name, value, folder, located)
    return matrices


def _load_matrices(name: str, block: dict[str, Any], folder: Path, located: Located) -> dict[str, Matrix]:
    matrices = {}
    for field, value in block.items():
        # A number may be a file's name as well; whether the field exists is the schema's business.
        if field == "stream" or isinstance(value, bool) or not isinstance(value, str | int | float):
            continue
        at = ("tables", name, field)
        try:
            path = resolve(folder, str(value), ".".join(at), located.place(at))
            matrices[f"{name}.{field}"] = read_matrix(path, str(value))
            # Under a name that no field has, as the field's own place is where the file is named.
            located.places[*at, "file"] = (str(value), 0, 0)
        except InstanceError as error:
            located.faults += [(at, fault) for fault in error.faults]
    return matrices


def add_frame(name: str, frame: Any, located: Located) -> None:
    """Put the rows of a frame into the tables of a document, and note the place of every cell.

    Empty cells (None, NaN, NA) are left out, as those of a CSV file are. A doubled or unknown column is noted as
    a fault; the rest is read all the same, so that its faults are noted too.

    Parameters
    ----------
    name
        Of the table.
    frame
        A dict of columns, or a data frame.
    located
        The document; changed in place.
    """
    at, shown, known = ("tables", name), f"frame {name}", COLUMNS[name]
    columns, faults = _frame_columns(frame, shown)
    for column in columns:
        if column not in known:
            faults.append(Fault(shown, 0, 0, column, unknown("column", column, known)))
    length = max((len(values) for values in columns.values()), default=0)
    for column, values in columns.items():
        if len(values) != length:
            faults.append(Fault(shown, 0, 0, column, f"has {len(values)} rows; the longest column has {length}"))
    if columns and not length:
        faults.append(Fault(shown, 0, 0, "", "has no rows"))
    kept = {column: [_cell(value) for value in values] for column, values in columns.items() if column in known}
    rows = [
        {column: values[index] for column, values in kept.items() if index < len(values) and values[index] is not None}
        for index in range(length)
    ]
    located.data["tables"][name] = rows
    located.places[at] = (shown, 0, 0)
    located.places |= {(*at, index): (f"{shown}, row {index}", 0, 0) for index in range(length)}
    # Under a name that no row has: the rows themselves can be relied on, where there are any.
    located.faults += [((*at, "frame") if rows else at, fault) for fault in faults]


def _frame_columns(frame: Any, shown: str) -> tuple[dict[str, list[Any]], list[Fault]]:
    """Return the columns of a frame by name, each as a list."""
    # The columns of pyarrow are arrays, not names.
    columns = frame if isinstance(frame, Mapping) else getattr(frame, "column_names", getattr(frame, "columns", ()))
    names = list(columns)
    if not names:
        message = f"is of type {type(frame).__name__}; give a data frame or a dict of columns"
        return {}, [Fault(shown, 0, 0, "", message)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    faults = [Fault(shown, 0, 0, str(name), "this column stands twice") for name in twice]
    found = {str(name): _column_values(frame, name) for name in names if name not in twice}
    message = "is no list; a column is a list of its cells"
    faults += [Fault(shown, 0, 0, name, message) for name, values in found.items() if values is None]
    return {name: values for name, values in found.items() if values is not None}, faults


def _column_values(frame: Any, name: Any) -> list[Any] | None:
    """Return the cells of a column; None where it is none, as of frames that are computed later."""
    try:
        column = frame[name]
    except TypeError:
        return None
    for method in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, method):
            found = getattr(column, method)()
            return found if isinstance(found, list) else None
    return list(column) if isinstance(column, Sequence) and not isinstance(column, str | bytes) else None


def _cell(value: Any) -> Any:
    """Return a cell as Python has it; None where it is empty."""
    if hasattr(value, "item"):
        value = value.item()
    is_empty = type(value).__name__ in _NOTHING or (isinstance(value, float) and math.isnan(value)) or value == ""
    return None if is_empty else value
