"""Workbooks written part by part, as programs other than openpyxl write them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from netdesign.instance.document import parse_yaml
from tests.support.small_instances import LEGS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class Xml(str):
    """A cell as it stands in the file; ``@`` is its place."""

    __slots__ = ()


@dataclass
class Page:
    """A sheet: its rows, and what stands before and after them."""

    rows: list[list[Any]]
    before: str = ""
    after: str = ""
    state: str = "visible"
    row_attributes: dict[int, str] = field(default_factory=dict)


def cell(place: str, value: Any) -> str:
    """Return a cell as XML."""
    if value is None:
        return ""
    if isinstance(value, Xml):
        return value.replace("@", place)
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def pages(text: str = LEGS) -> dict[str, Page]:
    """Return the sheets of an instance that is written as YAML, each setting a block at the top."""
    located = parse_yaml(text, "")
    assert located is not None
    data = dict(located.data)
    tables = data.pop("tables")
    settings = [[path, value if isinstance(value, str) else repr(value)] for path, value in data.items()]
    found = {"instance": Page([["path", "value"], *settings])}
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        found[name] = Page([columns, *([row.get(column) for column in columns] for row in rows)])
    return found


def write_workbook(path: Path, sheets: dict[str, Page], book: str = "", **parts: str) -> None:
    """Write a workbook; ``book`` stands at the end of its list of sheets, ``parts`` are styles and shared strings."""
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_TYPES}/worksheet" Target="sheet{n}.xml"/>' for n in range(len(sheets))
    ) + "".join(f'<Relationship Id="{name}" Type="{_TYPES}/{name}" Target="{name}.xml"/>' for name in parts)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n + 1}" state="{page.state}" r:id="r{n}"/>'
        for n, (name, page) in enumerate(sheets.items())
    )
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        start = f'<Relationships><Relationship Id="m" Type="{_TYPES}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f"{start}</Relationships>")
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{relations}</Relationships>")
        archive.writestr("xl/workbook.xml", f'<workbook xmlns:r="{_TYPES}"><sheets>{listed}</sheets>{book}</workbook>')
        for name, text in parts.items():
            archive.writestr(f"xl/{name}.xml", text)
        for n, page in enumerate(sheets.values()):
            rows = "".join(
                f'<row r="{line}"{page.row_attributes.get(line, "")}>'
                + "".join(cell(f"{chr(64 + column)}{line}", value) for column, value in enumerate(row, start=1))
                + "</row>"
                for line, row in enumerate(page.rows, start=1)
            )
            sheet = f'<worksheet xmlns="{_MAIN}">{page.before}<sheetData>{rows}</sheetData>{page.after}</worksheet>'
            archive.writestr(f"xl/sheet{n}.xml", sheet)


def changed(change: Callable[[dict[str, Page]], object], text: str = LEGS, **more: str) -> Callable[[Path], None]:
    """Return what writes the workbook of an instance with a change in its sheets."""

    def write(path: Path) -> None:
        sheets = pages(text)
        change(sheets)
        write_workbook(path, sheets, **more)

    return write


def with_cell(sheet: str, line: int, column: int, value: Any, **more: str) -> Callable[[Path], None]:
    """Return what writes the workbook of LEGS with one cell changed; line and column count from 1."""

    def change(sheets: dict[str, Page]) -> None:
        row = sheets[sheet].rows[line - 1]
        row += [None] * (column - len(row))
        row[column - 1] = value

    return changed(change, **more)
