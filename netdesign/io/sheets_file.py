"""Write tables for a spreadsheet program: as sheets of a workbook, or as a folder of CSV files."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netdesign.errors import UsageError
from netdesign.instance.dialect import guarded
from netdesign.instance.published.cells import MOST_LETTERS, MOST_ROWS
from netdesign.io.output_file import new_folder, write_atomically
from netdesign.io.spreadsheet import cell_of, heading_of, lay_out, new_book, save_book

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance.dialect import Dialect

_NOT_SHOWN = re.compile("[^\\t\\n\\r\\x20-\\x7e\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""Control characters, most of which no workbook can hold."""

_DIGITS = 15
"""Of a number, as spreadsheet programs keep: what is further is of sums in binary, 25000.000000000004 for 25000."""

_FORMATS = {"EUR/year": "#,##0", "EUR": "#,##0", "t/year": "#,##0.0", "h": "0.0", "km": "#,##0", "%": "0.0%"}
"""How numbers are shown, by unit; they are stored with their digits."""

Value = str | int | float | bool | None


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    Parameters
    ----------
    name
        What it holds.
    unit
        Of its numbers; empty for texts and counts. A share has the unit %, and is stored as a part of 1.
    """

    name: str
    unit: str = ""

    @property
    def heading(self) -> str:
        """Name and unit; a share needs none, as its cells show the sign."""
        return self.name if self.unit in ("", "%") else f"{self.name}, {self.unit}"


def columns_of(*headings: str) -> tuple[Column, ...]:
    """Return columns by name, or by name and unit with a comma between: ``columns_of("hub", "volume, t/year")``."""
    return tuple(Column(name, unit) for name, _, unit in (heading.partition(", ") for heading in headings))


@dataclass(frozen=True)
class Sheet:
    """A table for a spreadsheet program.

    Parameters
    ----------
    title
        Of the sheet; with underscores and an ending it names the CSV file.
    columns, rows
        Each row has a value for each column, None where there is nothing to state.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


def write_sheets(sheets: list[Sheet], path: Path) -> None:
    """Write a workbook with a sheet for each table that has rows.

    Raises
    ------
    UsageError
        The file cannot be written, or a table has more rows than a sheet.
    """
    for sheet in sheets:
        if len(sheet.rows) >= MOST_ROWS:
            message = f"{path}: {sheet.title} has {len(sheet.rows):,} rows; a sheet holds {MOST_ROWS - 1:,} under its "
            message += "header: --to csv has no such limit"
            raise UsageError(message)
    book = new_book()
    for sheet in sheets:
        if sheet.rows:
            _add(book, sheet)
    write_atomically(path, ".xlsx", lambda temporary: save_book(book, temporary))


def _add(book: Any, sheet: Sheet) -> None:
    page = book.create_sheet(sheet.title)
    rows = [tuple(map(_shown, row)) for row in sheet.rows]
    headings = [column.heading for column in sheet.columns]
    lay_out(page, headings, rows)
    page.append([heading_of(heading, page) for heading in headings])
    formats = [_FORMATS.get(column.unit, "") for column in sheet.columns]
    for row in rows:
        page.append([cell_of(value, page, code) for value, code in zip(row, formats, strict=True)])


def _shown(value: Value) -> Any:
    """Return a value as a cell holds it: control characters in words, and yes or no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    if not isinstance(value, str):
        return value
    return _NOT_SHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", value)[:MOST_LETTERS]


def write_csv_folder(sheets: list[Sheet], folder: Path, dialect: Dialect) -> None:
    """Write a folder with a CSV file for each table that has rows.

    A text that a spreadsheet program could take for a formula has an apostrophe before it.

    Raises
    ------
    UsageError
        The folder exists, or cannot be made.
    """
    with new_folder(folder) as made:
        for sheet in sheets:
            if sheet.rows:
                _write_csv(sheet, made / f"{sheet.title.replace(' ', '_')}.csv", dialect)


def _write_csv(sheet: Sheet, path: Path, dialect: Dialect) -> None:
    # With a mark of its encoding, without which Excel takes UTF-8 for the code page of the machine.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=dialect.separator, lineterminator="\n")
        writer.writerow([column.heading for column in sheet.columns])
        writer.writerows([_as_csv(value, dialect) for value in row] for row in sheet.rows)


def _as_csv(value: Value, dialect: Dialect) -> str:
    if value is None:
        return ""
    shown = _shown(value)
    if isinstance(shown, str):
        return guarded(shown)
    return dialect.written(shown)
