"""Sheets with a matrix: ids in the first row and column, and a length, time, cost or volume from row to column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.errors import Fault, did_you_mean
from netdesign.instance.fields import is_decimal
from netdesign.instance.matrices import Matrix, matrix_faults
from netdesign.instance.published.cells import UnclearCell
from netdesign.instance.published.sheets import is_blank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netdesign.instance.document import Path_
    from netdesign.instance.published.cells import Value
    from netdesign.instance.published.sheets import Sheets

LEG_SHEETS = {
    "km": "km",
    "hours": "time_h",
    "minutes": "time_h",
    "eur_per_t": "cost_eur_per_t",
    "kg_co2e_per_t": "co2e_kg_per_t",
}
"""Field of `leg_matrices` by the name of the sheet; minutes become hours."""

DEMAND_SHEETS = {"tonnes": "volume_t_per_year", "shares": "share"}
"""Column of the demand table by the first word of the sheet's name; a second word is the stream."""

MATRIX_SHEETS = (*LEG_SHEETS, *DEMAND_SHEETS)

_MINUTES_PER_HOUR = 60.0
_MOST_NAMED = 10


def is_matrix(name: str) -> bool:
    """Return whether a sheet of some name is a matrix."""
    return name in LEG_SHEETS or name.partition(" ")[0] in DEMAND_SHEETS


def read_matrices(sheets: Sheets) -> dict[str, Matrix]:
    """Put the matrices into the document, demand as rows of its table; return those of legs by path of their field."""
    tables, found = sheets.located.data["tables"], {}
    for name in sheets.pages:
        if name in LEG_SHEETS:
            matrix = _leg_matrix(sheets, name, tables)
            if matrix is not None:
                found[f"leg_matrices.{LEG_SHEETS[name]}"] = matrix
        elif is_matrix(name):
            _add_demand(sheets, name, tables)
    return found


def _leg_matrix(sheets: Sheets, name: str, tables: dict[str, Any]) -> Matrix | None:
    field = LEG_SHEETS[name]
    at: Path_ = ("tables", "leg_matrices", field)
    block = tables.setdefault("leg_matrices", {})
    sheets.located.places.setdefault(at[:2], (sheets.place(name), 1, 0))
    if field in block:
        sheets.fault(at, name, 1, 0, "", "hours and minutes both give the time of legs; take one of the two out")
        return None
    block[field] = sheets.place(name)
    sheets.located.places[at] = (sheets.place(name), 1, 0)
    matrix = _matrix(sheets, name, at)
    if matrix is None or name != "minutes":
        return matrix
    return replace(matrix, values=matrix.values / _MINUTES_PER_HOUR)


def _add_demand(sheets: Sheets, name: str, tables: dict[str, Any]) -> None:
    """Add a row of the demand table for each cell with a number other than 0."""
    kind, _, stream = name.partition(" ")
    at: Path_ = ("tables", "demand")
    rows = tables.setdefault("demand", [])
    located, shown = sheets.located, sheets.place(name)
    located.places.setdefault(at, (shown, 1, 0))
    matrix = _matrix(sheets, name, (*at, "file"))
    if matrix is None or not isinstance(rows, list):
        return
    of_stream = {"stream": stream.strip()} if stream.strip() else {}
    filled = np.argwhere(np.nan_to_num(matrix.values) != 0).tolist()
    for row, column in filled:
        located.places[*at, len(rows)] = (shown, matrix.lines[row], matrix.columns[column])
        ends = {"origin": matrix.origins[row], "destination": matrix.destinations[column]}
        rows.append({**ends, **of_stream, DEMAND_SHEETS[kind]: float(matrix.values[row, column])})


def _matrix(sheets: Sheets, name: str, at: Path_) -> Matrix | None:
    """Return the matrix of a sheet, None where it is faulty, which is noted under a path."""
    sheet, before = sheets.pages[name], len(sheets.located.faults)
    sheets.note_merged(name, at)
    columns = {column: _id(sheets, name, at, 1, column) for column, cell in _ids(sheet.rows.get(1, {}))}
    lines = {
        line: _id(sheets, name, at, line, 1) for line, row in sorted(sheet.rows.items()) if line > 1 and _has_id(row)
    }
    if not columns or not lines:
        sheets.fault(at, name, 1, 0, "", "is no matrix; ids stand in the first row and column, values beside them")
        return None
    values = np.full((len(lines), len(columns)), np.nan)
    _check_stray(sheets, name, at, columns, lines)
    for row, line in enumerate(lines):
        for place, column in enumerate(columns):
            cell = sheet.rows[line].get(column)
            if cell is not None and not is_blank(cell):
                values[row, place] = number_in(sheets, name, at, line, column, cell)
    found = Matrix(
        tuple(lines.values()), tuple(columns.values()), values, sheets.place(name), tuple(lines), tuple(columns)
    )
    sheets.located.faults += [(at, fault) for fault in (*matrix_faults(found), *_strangers(sheets, name, found))]
    return None if len(sheets.located.faults) > before else found


def _strangers(sheets: Sheets, name: str, matrix: Matrix) -> list[Fault]:
    """Return a fault for each id that no table has; of demand those of hubs are strangers too."""
    tables = sheets.located.data["tables"]
    kinds = ("cities", "hubs") if name in LEG_SHEETS else ("cities", "overseas")
    rows = [row for kind in kinds for row in tables.get(kind, ()) if isinstance(row, dict) and "id" in row]
    ids = {str(row["id"]).strip() for row in rows}
    by_name = {str(row["name"]).strip(): str(row["id"]).strip() for row in rows if "name" in row}
    faults: dict[str, Fault] = {}
    for place, stranger in enumerate((*matrix.origins, *matrix.destinations)):
        if stranger in ids or stranger in faults or "cities" not in tables:
            continue
        rows_before = len(matrix.origins)
        at = matrix.cell(place, None) if place < rows_before else matrix.cell(None, place - rows_before)
        near = f"; it is the name of {by_name[stranger]}, and the id stands here" if stranger in by_name else ""
        message = f"'{stranger}' is no id of {' or '.join(kinds)}{near or did_you_mean(stranger, ids)}"
        faults[stranger] = Fault(matrix.file, *at, "", message)
    return list(faults.values())


def _ids(row: Mapping[int, Value]) -> list[tuple[int, Value]]:
    return sorted((column, cell) for column, cell in row.items() if column > 1 and not is_blank(cell))


def _has_id(row: Mapping[int, Value]) -> bool:
    return not is_blank(row.get(1))


def _id(sheets: Sheets, name: str, at: Path_, line: int, column: int) -> str:
    cell = sheets.pages[name].rows[line][column]
    if isinstance(cell, UnclearCell):
        sheets.fault(at, name, line, column, "", cell.message)
        return ""
    return str(cell).strip()


def _check_stray(sheets: Sheets, name: str, at: Path_, columns: Mapping[int, str], lines: Mapping[int, str]) -> None:
    """Note values beside which no id stands."""
    stray = [
        (line, column)
        for line, row in sorted(sheets.pages[name].rows.items())
        for column, cell in sorted(row.items())
        if line > 1 and column > 1 and not is_blank(cell) and (line not in lines or column not in columns)
    ]
    for line, column in stray[:_MOST_NAMED]:
        end = "row" if line not in lines else "column"
        sheets.fault(at, name, line, column, "", f"this value has no id at the beginning of its {end}")


def number_in(sheets: Sheets, name: str, at: Path_, line: int, column: int, cell: Value) -> float:
    """Return the number in a cell; NaN where it is none, which is noted."""
    if isinstance(cell, UnclearCell) and (cell.worth is None or isinstance(cell.worth, bool)):
        sheets.fault(at, name, line, column, "", cell.message)
        return np.nan
    value: Any = cell.worth if isinstance(cell, UnclearCell) else cell
    sheets.note_text(value, name, line, column, "")
    value, wrong = sheets.number(value)
    if not wrong and isinstance(value, str) and not is_decimal(value):
        wrong = f"'{value.strip()[:40]}' is not a number"
    if wrong:
        sheets.fault(at, name, line, column, "", wrong)
        return np.nan
    return float(value)


def sheet_rows(matrix: Matrix) -> list[tuple[Any, ...]]:
    """Return a matrix as rows of a sheet."""
    values: NDArray[np.float64] = matrix.values
    return [
        ("", *matrix.destinations),
        *(
            (name, *(None if np.isnan(value) else value for value in row))
            for name, row in zip(matrix.origins, values.tolist(), strict=True)
        ),
    ]
