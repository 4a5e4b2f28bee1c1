"""What all workbooks have in common that are written: texts that are never formulas, whole numbers, no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from netdesign.instance.published.cells import escaped
from netdesign.instance.published.excel import openpyxl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_WIDEST = 60
"""Letters of a column; longer texts go over its edge or are cut off on the screen."""

_MOST_MEASURED = 200
"""Rows by which the width of a column is found."""


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


def new_book() -> Any:
    """Return a workbook of openpyxl without sheets.

    Raises
    ------
    UsageError
        openpyxl is not installed.
    """
    return openpyxl().Workbook(write_only=True)


def save_book(book: Any, path: Path) -> None:
    """Write a workbook of openpyxl."""
    from openpyxl.writer.excel import ExcelWriter

    with _Archive(path, "w", ZIP_DEFLATED, strict_timestamps=False) as archive:
        ExcelWriter(book, archive).save()


def cell_of(value: Any, sheet: Any, number_format: str = "") -> Any:
    """Return a value as a cell: a text stays one whatever it begins with, a number keeps all its digits.

    Parameters
    ----------
    value
        Text, number, truth value or None.
    sheet
        To which the cell will be appended.
    number_format
        Code of its format; empty for the usual one.
    """
    from openpyxl.cell import WriteOnlyCell

    if value is None or isinstance(value, bool):
        return value
    # Left to itself openpyxl takes `=1` for a formula and `#N/A` for an error, and cuts numbers to 16 digits.
    cell = WriteOnlyCell(sheet, value=escaped(value) if isinstance(value, str) else repr(value))
    cell.data_type = "s" if isinstance(value, str) else "n"
    if number_format and not isinstance(value, str):
        cell.number_format = number_format
    return cell


def heading_of(text: str, sheet: Any, remark: str = "") -> Any:
    """Return the cell of a heading, bold, with a remark that a spreadsheet program shows beside it."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font

    cell = cell_of(text, sheet)
    cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    if remark:
        cell.comment = Comment(remark, "netdesign", height=30 + 20 * (len(remark) // 40), width=320)
    return cell


def lay_out(sheet: Any, headings: Sequence[str], rows: Sequence[Sequence[Any]], *, frozen_columns: int = 1) -> None:
    """Freeze the headings, filter by them, and make columns as wide as what they hold; before any row is written."""
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = f"{get_column_letter(frozen_columns + 1)}2"
    if rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{len(rows) + 1}"
    for number, heading in enumerate(headings):
        cells = (row[number] for row in rows[:_MOST_MEASURED] if number < len(row))
        sheet.column_dimensions[get_column_letter(number + 1)].width = _width(heading, cells)


def _width(heading: str, cells: Iterable[Any]) -> int:
    longest_word = max(map(len, heading.split()), default=0) + 4  # room for the arrow of the filter
    shown = (f"{cell:,.1f}" if isinstance(cell, float) else str(cell) for cell in cells if cell is not None)
    return min(_WIDEST, max(longest_word, max(map(len, shown), default=0) + 2))
