"""Sheets as an instance: one of settings, one a table, one a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.errors import did_you_mean, unknown
from netdesign.instance.published.matrix_sheets import MATRIX_SHEETS, is_matrix, read_matrices
from netdesign.instance.published.settings_sheet import SettingsSheet
from netdesign.instance.published.sheets import CREWS, SETTINGS, is_blank
from netdesign.instance.published.table_sheets import read_crews, read_table
from netdesign.instance.rows import SourcedRow
from netdesign.instance.schema import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.instance.document import Path_
    from netdesign.instance.matrices import Matrix
    from netdesign.instance.published.sheets import Sheets

EXPLANATIONS = "read me"
NOTES = "notes"
"""Sheets for people, of which nothing is read."""

_LACKING: dict[Path_, str] = {
    ("tables", "cities"): "has no sheet 'cities'; it has a row for each place where freight starts or ends",
    ("tables", "hubs"): "has no sheet 'hubs'; it has a row for each site that is a hub or may become one",
    ("tables",): "has no sheet of freight: write 'tonnes', 'shares' or 'demand'",
    ("tables", "demand", "stream"): "; name a sheet of tonnes or shares after its stream: 'tonnes {}'",
}
"""What is told where sheets are missing."""

_MATRICES = {"leg_matrices": "km, minutes or eur_per_t", "demand_matrix": "tonnes or shares"}
"""Sheets instead of the blocks of a folder's instance."""


def fill_document(sheets: Sheets) -> dict[str, Matrix]:
    """Read all sheets into their document; return the matrices of legs by path of their field.

    Raises
    ------
    InstanceError
        There is no sheet of settings: nothing else makes sense then, and what is wrong with the others is told too.
    """
    located, pages = sheets.located, sheets.pages
    located.lacking = _LACKING
    document: dict[str, Any] = located.data
    allowed = (SETTINGS, *COLUMNS, CREWS, *MATRIX_SHEETS)
    for name, sheet in pages.items():
        if name not in allowed and not is_matrix(name) and name.lower() not in (EXPLANATIONS, NOTES):
            is_empty = all(is_blank(cell) for row in sheet.rows.values() for cell in row.values())
            # Such as Sheet2, which spreadsheet programs make unasked.
            if not is_empty or did_you_mean(name, allowed):
                sheets.fault(("sheets", name), name, 0, 0, "", _unknown_sheet(name, allowed))
    has_settings = SETTINGS in pages
    if has_settings:
        SettingsSheet(sheets).read()
    else:
        sheets.note_missing(f"has no sheet '{SETTINGS}' with columns path and value")
    tables = document.setdefault("tables", {})
    _check_tables(sheets, tables)
    for name in COLUMNS:
        if name in pages:
            tables[name] = read_table(sheets, name)
    if CREWS in pages:
        read_crews(sheets)
    matrices = read_matrices(sheets)
    sheets.fold_signs()
    if not has_settings:
        located.raise_if_faulty()
    return matrices


def _unknown_sheet(name: str, allowed: Sequence[str]) -> str:
    """Return what is told of a sheet that is none; one of sources is no misspelt one of services."""
    words = unknown("sheet", name, (*allowed, NOTES))
    if name.lower().rstrip("s") in SourcedRow.model_fields:
        words, _, _ = words.partition("; did you mean")
    is_misspelt = "; did you mean" in words
    return words if is_misspelt else f"{words}; what is for readers alone stands in a sheet '{NOTES}'"


def _check_tables(sheets: Sheets, tables: dict[str, Any]) -> None:
    """Note the settings under ``tables`` that sheets cannot have."""
    for name, value in list(tables.items()):
        if name in sheets.pages:
            message = "there is a sheet of this name too; take one of the two out"
        elif name in _MATRICES:
            message = f"names files, and sheets stand alone; write the matrix as a sheet {_MATRICES[name]}"
            del tables[name]
        elif name in COLUMNS and not isinstance(value, list):
            message = "a table is a sheet of its own"
        else:
            continue
        at = ("tables", name)
        line, column = sheets.located.place(at)[1:]
        sheets.fault(at, SETTINGS, line, column, ".".join(at), message)
