"""Reading the tables in the folder of ``instance.yaml``: CSV files with a header row, and dense matrices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdesign.errors import Fault, InstanceError, did_you_mean, unknown
from netdesign.instance.files import NOT_ORDINARY, split_csv
from netdesign.instance.matrices import MATRIX_TABLES, read_matrix
from netdesign.instance.schema import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.instance.document import Located, Path_
    from netdesign.instance.matrices import Matrix

_SHOWN = 60
_FAULTS_SHOWN = 10

MOST_TABLE_CELLS = 3_000_000
"""Of a table of rows; a row takes half a kilobyte. A matrix may have more."""


def resolve(folder: Path, name: str, field: str, place: tuple[str, int, int]) -> Path:
    """Return the path of a table, which must be in the instance's folder.

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


def read_csv(path: Path, shown: str, allowed: Sequence[str], located: Located, at: Path_) -> list[dict[str, str]]:
    """Read a CSV table into rows of column and text, and note the place of each.

    Empty cells are left out, so that defaults apply. A doubled, unnamed or unknown column and a row with more or fewer
    cells than the header are noted as faults; the rest is read all the same, so that its faults are reported too.

    Parameters
    ----------
    path, shown
        The file and its name in messages.
    allowed
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
    faults += _header_faults(header, lines[0][0] if lines else 1, allowed, shown)
    located.columns[shown] = {name: column for column, name in enumerate(header, start=1)}
    kept = [(column, name) for column, name in enumerate(header) if name in allowed]
    rows: list[dict[str, str]] = []
    for line, cells in lines[1:]:
        if len(cells) != len(header):
            faults.append(Fault(shown, line, 0, "", f"has {len(cells)} cells; the header has {len(header)}"))
            continue
        located.warnings += _unclosed_quotes(cells, header, line, shown)
        located.places[*at, len(rows)] = (shown, line, 0)
        rows.append({name: cells[column] for column, name in kept if cells[column]})
    if not rows and not faults:
        faults.append(Fault(shown, 0, 0, "", "has no rows under its header"))
    if not rows:
        raise InstanceError(faults)
    # Under a name that no row has: the rows themselves can be relied on.
    located.faults += [((*at, "file"), fault) for fault in faults]
    return rows


def _header_faults(header: list[str], line: int, allowed: Sequence[str], shown: str) -> list[Fault]:
    faults: list[Fault] = []
    seen: set[str] = set()
    for column, name in enumerate(header, start=1):
        if len(faults) > len(allowed) + _FAULTS_SHOWN:
            message = f"the columns from here to {len(header)} are not looked at; this is no such table"
            return [*faults, Fault(shown, line, column, "", message)]
        if not name:
            faults.append(Fault(shown, line, column, "", "this column has no name"))
        elif name in seen:
            faults.append(Fault(shown, line, column, name, "this column stands twice"))
        elif name not in allowed:
            faults.append(Fault(shown, line, column, name, unknown("column", name, allowed)))
        seen.add(name)
    return faults


def _unclosed_quotes(cells: list[str], header: list[str], line: int, shown: str) -> list[Fault]:
    """Return warnings of cells that may hold a whole row: a quotation mark may be open since the row before."""
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
        elif name in MATRIX_TABLES and isinstance(value, dict):
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
