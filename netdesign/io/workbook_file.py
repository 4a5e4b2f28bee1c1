"""Write an instance as an Excel workbook that can be read again."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from netdesign.errors import Fault, UsageError
from netdesign.instance.published.cells import MOST_LETTERS, MOST_ROWS, escaped
from netdesign.instance.published.excel import SETTINGS, openpyxl
from netdesign.io.instance_files import TABLES, columns_in_use, to_plain_data, without_matrices
from netdesign.io.output_file import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netdesign.instance.document import Path_
    from netdesign.instance.published.reading import Source

_NOT_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
# Lists are read again as YAML, which refuses these characters or takes them for line breaks.
_NOT_IN_YAML = re.compile("[\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ufffe\\uffff]")

Rows = list[tuple[Any, ...]]


class _Archive(ZipFile):
    """An archive whose parts have no time, as ZIP cannot store a clock before 1980."""

    def writestr(
        self,
        zinfo_or_arcname: str | ZipInfo,
        data: Any,
        compress_type: int | None = ZIP_DEFLATED,
        compresslevel: int | None = None,
    ) -> None:
        """Write a part as ``ZipFile`` does, but without time."""
        part = ZipInfo(zinfo_or_arcname) if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname
        super().writestr(part, data, compress_type, compresslevel)


def write_excel(source: Source, path: Path) -> None:
    """Write an instance as a workbook: a sheet of settings and one a table.

    Raises
    ------
    UsageError
        The file cannot be written, or a workbook cannot hold some texts or tables; names all of them.
    """
    openpyxl()
    document = without_matrices(to_plain_data(source), source)
    tables = document.pop("tables")
    faults: list[Fault] = []
    sheets: dict[str, Rows] = {SETTINGS: [("path", "value")]}
    for words, value in _settings(document):
        cells = (".".join(words), _cell(value))
        sheets[SETTINGS].append(cells)
        faults += (Fault(*source.located.place(words), cells[0], wrong) for cell in cells if (wrong := _wrong(cell)))
    for table in TABLES:
        rows = tables.get(table)
        if not rows:
            continue
        if len(rows) >= MOST_ROWS:
            message = f"has {len(rows):,} rows; a sheet holds {MOST_ROWS - 1:,} under its header"
            faults.append(Fault(*source.located.place(("tables", table)), f"tables.{table}", message))
            continue
        columns = columns_in_use(table, rows)
        sheets[table] = [tuple(columns), *(tuple(row.get(name) for name in columns) for row in rows)]
        faults += _text_faults(table, sheets[table], source)
    if faults:
        lines = "\n".join(f"  {fault}" for fault in sorted(set(faults)))
        message = f"{path}: a workbook cannot hold this instance\n{lines}"
        raise UsageError(message)
    write_atomically(path, ".xlsx", lambda temporary: _write(sheets, temporary))


def _text_faults(table: str, rows: Rows, source: Source) -> Iterator[Fault]:
    for index, row in enumerate(rows[1:]):
        for name, value in zip(rows[0], row, strict=True):
            if wrong := _wrong(value):
                at: Path_ = ("tables", table, index, name)
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


def _write(sheets: dict[str, Rows], path: Path) -> None:
    from openpyxl.writer.excel import ExcelWriter

    book = openpyxl().Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_as_openpyxl(value, sheet) for value in row])
    with _Archive(path, "w", ZIP_DEFLATED, strict_timestamps=False) as archive:
        ExcelWriter(book, archive).save()


def _as_openpyxl(value: Any, sheet: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if value is None or isinstance(value, bool):
        return value
    # Left to itself openpyxl takes `=1` for a formula and `#N/A` for an error, and cuts numbers to 16 digits.
    cell = WriteOnlyCell(sheet, value=escaped(value) if isinstance(value, str) else repr(value))
    cell.data_type = "s" if isinstance(value, str) else "n"
    return cell


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
