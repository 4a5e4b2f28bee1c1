"""Write an instance as sheets that can be read again: an Excel workbook, or a folder of CSV files."""

from __future__ import annotations

import csv
import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netdesign.errors import Fault, UsageError
from netdesign.instance.blocks import Crew
from netdesign.instance.dialect import Dialect, guarded
from netdesign.instance.published.cells import MOST_LETTERS, MOST_ROWS, escaped
from netdesign.instance.published.matrix_sheets import DEMAND_SHEETS, LEG_SHEETS, sheet_rows
from netdesign.instance.published.settings_sheet import SETTING_COLUMNS
from netdesign.instance.published.sheet_source import EXPLANATIONS
from netdesign.instance.published.sheets import CREWS, SETTINGS
from netdesign.io.instance_files import TABLES, columns_in_use, to_plain_data
from netdesign.io.output_file import new_folder, write_atomically
from netdesign.io.sheet_help import choices_at, choices_of, remark_on, unit_and_meaning
from netdesign.io.spreadsheet import cell_of, heading_of, lay_out, new_book, save_book

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from netdesign.instance.document import Path_
    from netdesign.instance.published.reading import Source

_NOT_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
# Lists are read again as YAML, which refuses these characters or takes them for line breaks.
_NOT_IN_YAML = re.compile("[\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ufffe\\uffff]")

Rows = list[tuple[Any, ...]]

_ROOM = 500
"""Rows below those of a table in which a spreadsheet program offers the same words."""


@dataclass(frozen=True)
class _Page:
    """A sheet with its heading as the first row.

    Parameters
    ----------
    rows
        Values, None where a cell is empty.
    at
        Path in the document of what the rows under the heading are.
    """

    rows: Rows
    at: Path_


def write_excel(source: Source, path: Path, told: Sequence[str] = ()) -> None:
    """Write an instance as a workbook: a sheet of settings, and one for each table and matrix.

    Parameters
    ----------
    source, path
        The instance and the file.
    told
        What is told on a sheet before all others, which is not read again: a title, and lines.

    Raises
    ------
    UsageError
        The file cannot be written, or a workbook cannot hold some texts or tables; names all of them.
    """
    book = new_book()
    pages = _checked(source, path)
    if told:
        _add_told(book, told)
    for name, page in pages.items():
        _add(book, name, page)
    write_atomically(path, ".xlsx", lambda temporary: save_book(book, temporary))


def write_instance_csv(source: Source, folder: Path, dialect: Dialect) -> None:
    """Write an instance as a folder of CSV files: instance.csv with the settings, and one for each table and matrix.

    A text that a spreadsheet program could take for a formula has an apostrophe before it, which is not read again.

    Raises
    ------
    UsageError
        The folder exists or cannot be made, or files cannot hold some texts; names all of them.
    """
    pages = _checked(source, folder)
    with new_folder(folder) as made:
        for name, page in pages.items():
            # With a mark of its encoding, without which Excel takes UTF-8 for the code page of the machine.
            with (made / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file, delimiter=dialect.separator, lineterminator="\n")
                writer.writerows([_as_csv(value, dialect) for value in row] for row in page.rows)


def _as_csv(value: Any, dialect: Dialect) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return guarded(value) if isinstance(value, str) else dialect.written(value)


def _checked(source: Source, path: Path) -> dict[str, _Page]:
    """Return the sheets of an instance that a workbook can hold.

    Raises
    ------
    UsageError
        It cannot hold some texts or tables.
    """
    pages = _pages(source)
    faults = [fault for page in pages.values() for fault in _faults(page, source)]
    if faults:
        lines = "\n".join(f"  {fault}" for fault in sorted(set(faults)))
        message = f"{path}: a workbook cannot hold this instance\n{lines}"
        raise UsageError(message)
    return pages


def _pages(source: Source) -> dict[str, _Page]:
    document = to_plain_data(source)
    tables = document.pop("tables")
    crews = document["road"].pop("crews") if document.get("road") else []
    settings: Rows = [(".".join(words), _cell(value), *unit_and_meaning(words)) for words, value in _settings(document)]
    pages = {SETTINGS: _Page([SETTING_COLUMNS, *settings], ())}
    if crews:
        used = [name for name in Crew.model_fields if any(name in crew for crew in crews)]
        pages[CREWS] = _Page(_with_header(used, crews), ("road", "crews"))
    for table in TABLES:
        if tables.get(table):
            columns = columns_in_use(table, tables[table])
            pages[table] = _Page(_with_header(columns, tables[table]), ("tables", table))
    for path, matrix in source.matrices.items():
        pages[_sheet_of(path, tables)] = _Page(sheet_rows(matrix), ("tables", *path.split(".")))
    return pages


def _with_header(columns: list[str], rows: list[dict[str, Any]]) -> Rows:
    return [tuple(columns), *(tuple(row.get(name) for name in columns) for row in rows)]


def _sheet_of(path: str, tables: dict[str, Any]) -> str:
    """Return the sheet of a matrix by the path of its field."""
    block, _, field = path.partition(".")
    if block == "leg_matrices":
        return next(name for name, of in LEG_SHEETS.items() if of == field)
    name = next(name for name, of in DEMAND_SHEETS.items() if of == field)
    return f"{name} {tables[block].get('stream') or ''}".strip()


def _faults(page: _Page, source: Source) -> Iterator[Fault]:
    """Yield what a workbook cannot hold of a sheet."""
    if len(page.rows) > MOST_ROWS:
        message = f"has {len(page.rows) - 1:,} rows; a sheet holds {MOST_ROWS - 1:,} under its header"
        yield Fault(*source.located.place(page.at), ".".join(map(str, page.at)), message)
        return
    header = page.rows[0]
    is_table = page.at[:1] == ("tables",) or page.at == ("road", "crews")
    for index, row in enumerate(page.rows[1:]):
        for name, value in zip(header, row, strict=True):
            if wrong := _wrong(value):
                at = (*page.at, index, name) if is_table else tuple(row[0].split("."))
                yield Fault(*source.located.place(at), ".".join(map(str, at)), wrong)


def _wrong(value: Any) -> str:
    """Return why a cell cannot hold a value, or an empty string."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value} is not a finite number"
    if not isinstance(value, str):
        return ""
    found = _NOT_IN_XML.search(value)
    if found:
        return f"has the character U+{ord(found[0]):04X}, which no workbook can hold; take it out"
    length = len(escaped(value).encode("utf-16-le")) // 2
    return f"has {length:,} characters; a cell holds {MOST_LETTERS:,}" if length > MOST_LETTERS else ""


def _add(book: Any, name: str, page: _Page) -> None:
    """Add a sheet, with a remark on each heading and the words to choose from."""
    sheet = book.create_sheet(name)
    header, *rows = page.rows
    lay_out(sheet, header, rows)
    for column, heading in enumerate(header, start=1):
        _offer(sheet, column, 2, len(rows) + _ROOM, choices_of(name, heading))
    for line, row in enumerate(rows if name == SETTINGS else (), start=2):
        _offer(sheet, 2, line, line, choices_at(tuple(row[0].split("."))))
    sheet.append([heading_of(heading, sheet, remark_on(name, heading)) for heading in header])
    for row in rows:
        sheet.append([cell_of(value, sheet) for value in row])


def _add_told(book: Any, told: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(EXPLANATIONS)
    sheet.column_dimensions["A"].width = 110
    for place, line in enumerate(told):
        cell = cell_of(line, sheet)
        cell.font, cell.alignment = Font(bold=place == 0), Alignment(wrap_text=True, vertical="top")
        sheet.append([cell])


def _offer(sheet: Any, column: int, first: int, last: int, words: tuple[str, ...]) -> None:
    """Have a spreadsheet program offer some words in the rows of a column, and refuse others."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if words:
        listed = ",".join(words)
        rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=True)
        rule.error, rule.errorTitle = f"One of: {listed.replace(',', ', ')}", "not one of the words"
        letter = get_column_letter(column)
        rule.add(f"{letter}{first}:{letter}{last}")
        sheet.data_validations.append(rule)


def _settings(block: dict[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield path and value of all fields in a block; a block with a point in a name is one value."""
    for name, value in block.items():
        path = (*before, name)
        if isinstance(value, dict) and value and not any("." in key for key in value):
            yield from _settings(value, path)
        elif path == ("stages",) and value is None:
            yield path, "null"  # the years are left out on purpose
        elif value not in (None, ""):
            yield path, value


def _cell(value: Any) -> Any:
    """Return the cell of a setting; lists and blocks become JSON, which is YAML as well."""
    if not isinstance(value, list | dict):
        return value
    text = json.dumps(_filled(value), ensure_ascii=False, allow_nan=False)
    return _NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _filled(value: Any) -> Any:
    """Return a list or block without null values."""
    if isinstance(value, dict):
        return {name: _filled(inside) for name, inside in value.items() if inside is not None}
    return [_filled(inside) for inside in value] if isinstance(value, list) else value
