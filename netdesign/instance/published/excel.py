"""An Excel workbook as an instance: a sheet of settings, and one for each table and matrix."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netdesign.errors import SHEET_END, Fault, UsageError, column_letters
from netdesign.instance.files import files_being_read
from netdesign.instance.published.reading import as_source
from netdesign.instance.published.sheet_source import fill_document
from netdesign.instance.published.sheets import Sheets, listed
from netdesign.instance.published.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from netdesign.instance.published.filled_sheet import Sheet
    from netdesign.instance.published.reading import Reading, Source


def openpyxl() -> Any:
    """Return openpyxl, which is optional.

    Raises
    ------
    UsageError
        It is not installed.
    """
    try:
        import openpyxl as found
    except ImportError:
        message = "workbooks need openpyxl: pip install 'netdesign[excel]'"
        raise UsageError(message) from None
    return found


def read_excel(path: Path, reading: Reading) -> Source:
    """Read a workbook; a formula counts as its stored result, and a cell without a clear value is a fault."""
    shown = str(path)
    openpyxl()
    book = read_workbook(files_being_read().read(path, shown), shown)
    # By the name of the file alone: a result that is verified from another folder has the same notes.
    source = as_source({}, {}, path.name, [path])
    source.located.warnings += [Fault(path.name, 0, 0, "", note) for note in book.notes]
    for name, sheet in book.sheets.items():
        place = f"{path.name}: {name}{SHEET_END}"
        source.located.warnings += [Fault(place, 0, 0, "", note) for note in _hidden(sheet)]
    return replace(source, matrices=fill_document(Sheets(path.name, book.sheets, source.located)))


def _hidden(sheet: Sheet) -> Iterable[str]:
    """Yield notes on hidden parts of a sheet, which are read."""
    if sheet.is_hidden:
        yield "the sheet is hidden; it is read like any other"
    if sheet.is_filtered:
        yield "a filter is set; rows count whether it shows them or not"
    rows = sorted(sheet.hidden_rows & sheet.rows.keys())
    if rows:
        yield f"hidden rows are read like any other: {listed(f'row {row}' for row in rows)}"
    used = sorted({column for row in sheet.rows.values() for column in row})
    columns = [column for column in used if sheet.hides(column)]
    if columns:
        named = listed(f"column {column_letters(column)}" for column in columns)
        yield f"hidden columns are read like any other: {named}"
