"""The sheets of an instance, of a workbook or of a folder of CSV files, and what is said of their cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from netdesign.errors import SHEET_END, Fault, column_letters, unknown
from netdesign.instance.dialect import Dialect
from netdesign.instance.fields import is_decimal
from netdesign.instance.published.cells import UnclearCell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netdesign.instance.document import Located, Path_
    from netdesign.instance.published.cells import Value
    from netdesign.instance.published.filled_sheet import Sheet

SETTINGS = "instance"
"""Sheet of settings outside tables: a path and a value in each row."""

CREWS = "crews"
"""Sheet of the crews of the road block."""

_DECIMAL_COMMA = re.compile(r"[+-]?(\d+,\d*|,\d+)([eE][+-]?\d+)?", re.ASCII)


_HAS_POINT = (
    "has a point, which is no decimal sign in the dialect semicolon; write a comma before decimals, and nothing "
    "between thousands, or read the folder with --dialect semicolon-point, where a point is one"
)
_HAS_COMMA = (
    "has a comma, which is no decimal sign in the dialect semicolon-point; write a point before decimals, or read the "
    "folder with --dialect semicolon, where a comma is one"
)
"""What is wrong with a number, behind it."""


@dataclass(frozen=True)
class Sheets:
    """All sheets by name, with the document that they are read into.

    Parameters
    ----------
    file
        The workbook or the folder, as messages name it.
    pages
        Cells of each sheet.
    located
        The document; places and faults are noted in it.
    dialect
        Of CSV files, all of whose cells are texts; None in a workbook.
    """

    file: str
    pages: Mapping[str, Sheet]
    located: Located
    dialect: Dialect | None = None

    def place(self, name: str) -> str:
        """Return how messages name a sheet."""
        if self.dialect is not None:
            return f"{name}.csv"
        return f"{self.file}: {name}{SHEET_END}"

    def note_missing(self, message: str) -> None:
        """Note what the whole of the sheets lacks."""
        self.located.faults.append(((), Fault(self.file, 0, 0, "", message)))

    def fault(self, at: Path_, name: str, line: int, column: int, field: str, message: str) -> Fault:
        """Note a fault in a sheet, under the path that cannot be relied on."""
        found = Fault(self.place(name), line, column, field, message)
        self.located.faults.append((at, found))
        return found

    def number(self, value: Value) -> tuple[Value, str]:
        """Return the value of a cell where a number is wanted, and why it is none in the dialect."""
        if self.dialect in (None, Dialect.COMMA) or not isinstance(value, str):
            return value, ""
        text, has_points = value.strip(), self.dialect is Dialect.SEMICOLON_POINT
        if _DECIMAL_COMMA.fullmatch(text):
            return text.replace(",", "."), f"'{text[:40]}' {_HAS_COMMA}" if has_points else ""
        if "." in text and is_decimal(text) and not has_points:
            return value, f"'{text[:40]}' {_HAS_POINT}"
        return value, ""

    def note_text(self, value: Any, name: str, line: int, column: int, field: str) -> None:
        """Note a number that a workbook stores as text, in which a point or comma may separate thousands."""
        if self.dialect is None and isinstance(value, str) and is_decimal(value.strip()):
            message = f"the text {value!r} is read as {float(value):.10g}; make {column_letters(column)}{line} a number"
            self.located.warnings.append(Fault(PurePath(self.place(name)).name, line, column, field, message))

    def fold_signs(self) -> None:
        """Keep of all numbers with another decimal sign the first of each sheet, with how many more there are.

        A whole folder is often in the other dialect, and its numbers are read as they stand.
        """
        firsts: dict[str, int] = {}
        more: dict[str, int] = {}
        kept: list[tuple[Path_, Fault]] = []
        for path, fault in self.located.faults:
            is_of_sign = fault.message.endswith((_HAS_POINT, _HAS_COMMA))
            if is_of_sign and fault.file in firsts:
                more[fault.file] = more.get(fault.file, 0) + 1
                continue
            if is_of_sign:
                firsts[fault.file] = len(kept)
            kept.append((path, fault))
        for file, number in more.items():
            path, fault = kept[firsts[file]]
            kept[firsts[file]] = path, replace(fault, message=f"{fault.message} (and {number} more like it)")
        self.located.faults[:] = kept

    def note_merged(self, name: str, at: Path_) -> list[tuple[int, int, int, int, Fault]]:
        """Note merged cells where a sheet has values: only the first has one. Return them with their sides."""
        sheet = self.pages[name]
        last_row = max(sheet.rows, default=0)
        last_column = max((column for row in sheet.rows.values() for column in row), default=0)
        found = []
        for left, top, right, bottom in sheet.merged:
            if (left, top) != (right, bottom) and top <= last_row and left <= last_column:
                stretch = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
                message = f"the cells {stretch} are merged, so that only the first has a value; unmerge and fill them"
                found.append((left, top, right, bottom, self.fault(at, name, top, left, "", message)))
        return found

    def header(self, name: str, allowed: Sequence[str], at: Path_) -> dict[int, str]:
        """Return the columns of a table by position; note unknown columns, and values outside all columns."""
        sheet = self.pages[name]
        first = sheet.rows.get(1, {})
        used = {column for row in sheet.rows.values() for column, cell in row.items() if not is_blank(cell)}
        names: dict[int, str] = {}
        for column in sorted(used):
            cell = first.get(column)
            heading = cell.strip() if isinstance(cell, str) else None
            if heading in names.values():
                self.fault(at, name, 1, column, str(heading), "this column stands twice")
            elif heading in allowed:
                names[column] = str(heading)
            else:
                self.fault(at, name, 1, column, *of_header(cell, allowed))
        return names


def is_blank(value: Value | None) -> bool:
    """Return whether a cell is empty, or has blanks alone."""
    return value is None or (isinstance(value, str) and not value.strip())


def of_header(name: Value | None, allowed: Sequence[str]) -> tuple[str, str]:
    """Return field and message of a wrong heading."""
    if isinstance(name, UnclearCell):
        return "", name.message
    if name is None or is_blank(name):
        return "", "this column has no name"
    return str(name).strip(), unknown("column", str(name), allowed)


def is_text(annotation: Any) -> bool:
    """Return whether a field takes texts: ids, names, remarks, one of several words."""
    if isinstance(annotation, type):
        return issubclass(annotation, str)
    inside = get_args(annotation)[:1] if get_origin(annotation) is Annotated else get_args(annotation)
    return get_origin(annotation) in (Annotated, Union, UnionType) and any(map(is_text, inside))


def listed(words: Iterable[str], most: int = 10) -> str:
    """Return words with commas between, those after the first few as a number."""
    every = list(words)
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more} more" if more > 0 else "")
