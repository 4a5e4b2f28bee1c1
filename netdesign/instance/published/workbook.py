"""The sheets of an Excel workbook: their filled cells, and their hidden parts.

The parts of the archive are read here and not by openpyxl, which takes the stated dimension of a sheet for its size,
gives None for a formula without a result, and reads texts without a limit.
"""

from __future__ import annotations

import io
import posixpath
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING
from zipfile import ZipFile

from netdesign.errors import Fault, InstanceError, column_letters
from netdesign.instance.published.cells import MOST_COLUMNS, MOST_ROWS, Cells, UnclearCell, is_true, local, text_of
from netdesign.instance.published.filled_sheet import Sheet
from netdesign.instance.published.workbook_kind import XLSX, kind_of_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from netdesign.instance.published.cells import Value

LARGEST_UNPACKED_BYTES = 256 * 1024 * 1024
"""A workbook is packed, and small where its content is large."""

MOST_ELEMENTS = 8_000_000
"""Rows, cells, their values and texts: some ten seconds of reading."""

MOST_CELLS = 2_000_000
"""Cells with a value; each takes some hundred bytes."""

_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
_EAST_ASIAN_DATES = (*range(27, 37), *range(50, 59))
_WITHOUT_CELLS = ("chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet")


@dataclass
class Workbook:
    """The sheets by name, and notes on the whole of it."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_workbook(raw: bytes, shown: str) -> Workbook:
    """Read all sheets of a workbook.

    Parameters
    ----------
    raw
        The file.
    shown
        Its name in messages.

    Raises
    ------
    InstanceError
        It is none, is broken, or is too large unpacked.
    """
    kind = kind_of_workbook(raw)
    if kind is not None and kind != XLSX:
        raise _refusal(shown, kind)
    reader = None
    try:
        with ZipFile(io.BytesIO(raw)) as archive:
            _check_directory(archive, shown)
            reader = _WorkbookReader(archive, shown)
            return reader.read()
    except (InstanceError, MemoryError):
        raise
    except Exception as error:  # a broken archive fails in a dozen ways: zip, XML, figures that are none
        line, column = getattr(error, "position", (0, -1))
        place = f" at line {line}, column {column + 1}" if line else ""
        reason = "no ZIP archive, as a workbook is, or cut off"
        if reader is not None:
            reason = f"its part {reader.part[:60]} is broken{place}; save it anew in a spreadsheet program"
        raise _refusal(shown, f"is no Excel workbook: {reason}") from None


def _refusal(shown: str, message: str) -> InstanceError:
    return InstanceError([Fault(shown, 0, 0, "", message)])


def _unsound(shown: str, message: str) -> InstanceError:
    return _refusal(shown, f"is no sound Excel workbook: {message}; save it anew in a spreadsheet program")


def _check_directory(archive: ZipFile, shown: str) -> None:
    # It can be relied on: of a part no more is unpacked than is stated there.
    unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > LARGEST_UNPACKED_BYTES:
        raise _refusal(shown, f"unpacks to {unpacked:,} bytes; at most {LARGEST_UNPACKED_BYTES:,} are read")
    for name, count in Counter(info.filename for info in archive.infolist()).items():
        if count > 1:
            raise _unsound(shown, f"the part {name[:60]} stands twice")


class _WorkbookReader:
    """Reads the parts of one archive, counting what it meets."""

    def __init__(self, archive: ZipFile, shown: str) -> None:
        self.archive, self.shown = archive, shown
        self.elements = self.filled = 0
        self.part = ""
        self.cells = Cells()

    def read(self) -> Workbook:
        """Return the workbook."""
        main = self._related("", "").get("officeDocument", [("", "")])[0][1]
        parts = self._related(*posixpath.split(main))
        for _, part in parts.get("sharedStrings", ()):
            self._read_texts(part)
        for _, part in parts.get("styles", ()):
            self._read_formats(part)
        worksheets = dict(parts.get("worksheet", ()))
        listed, calculation = self._read_list(main)
        is_anew = is_true(calculation.get("fullCalcOnLoad"))
        self.cells.zero_writer = "the program that wrote the file" if is_anew else self._writer()
        book = Workbook()
        for name, state, key in listed:
            if name in book.sheets:
                raise _unsound(self.shown, f"the sheet {name} stands twice")
            if key in worksheets:
                book.sheets[name] = self._read_sheet(worksheets.pop(key), name)
                book.sheets[name].is_hidden = state != "visible"
            elif key not in {key for kind in _WITHOUT_CELLS for key, _ in parts.get(kind, ())}:
                raise _unsound(self.shown, f"the sheet {name} is listed, yet has no part")
        if worksheets:
            raise _unsound(self.shown, f"the part {next(iter(worksheets.values()))} is listed as no sheet")
        results = "its formulas count as the results that are stored"
        if self.cells.has_formulas and (is_anew or calculation.get("calcCompleted") in ("0", "false")):
            book.notes.append(f"asks to be calculated anew when it is opened; {results}")
        elif self.cells.has_formulas and calculation.get("calcMode") == "manual":
            book.notes.append(f"is calculated by hand only; {results}")
        return book

    def _writer(self) -> str:
        """Return the program that wrote the file, if it is one that stores 0 for a formula that was not calculated."""
        if "docProps/app.xml" in self.archive.namelist():
            for event, kind, element in self._parse("docProps/app.xml"):
                if event == "end" and kind == "Application" and "Apache POI" in (element.text or ""):
                    return "Apache POI"
        return ""

    def _parse(self, part: str) -> Iterator[tuple[str, str, Element]]:
        """Yield the beginning and the end of each element, with its local name."""
        from xml.etree.ElementTree import iterparse

        self.part = part
        if part not in self.archive.NameToInfo:
            raise _refusal(self.shown, f"is no Excel workbook: its part {part[:60] or 'of sheets'} is missing")
        with self.archive.open(part) as file:
            for event, element in iterparse(file, events=("start", "end")):
                if event == "start":
                    self.elements += 1
                    if self.elements > MOST_ELEMENTS:
                        message = f"has over {MOST_ELEMENTS:,} rows, cells, values and texts; at most so many are read"
                        raise _refusal(self.shown, message)
                yield event, local(element.tag), element

    def _related(self, folder: str, name: str) -> dict[str, list[tuple[str, str]]]:
        """Return the parts to which a part refers: by kind, each with its key."""
        found: dict[str, list[tuple[str, str]]] = {}
        for event, kind, element in self._parse(posixpath.join(folder, "_rels", f"{name}.rels")):
            if event == "start" and kind == "Relationship" and element.get("TargetMode") != "External":
                part = posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/")
                found.setdefault(posixpath.basename(element.get("Type", "")), []).append((element.get("Id", ""), part))
        return found

    def _read_list(self, main: str) -> tuple[list[tuple[str, str, str]], dict[str, str]]:
        """Return name, state and key of each sheet, and how the workbook is calculated."""
        listed: list[tuple[str, str, str]] = []
        calculation: dict[str, str] = {}
        for event, kind, element in self._parse(main):
            if event == "start" and kind == "sheet":
                keys = [value for name, value in element.attrib.items() if name.startswith("{") and local(name) == "id"]
                listed.append((element.get("name", ""), element.get("state", "visible"), "".join(keys)))
            elif event == "start" and kind == "calcPr":
                calculation = dict(element.attrib)
        return listed, calculation

    def _read_texts(self, part: str) -> None:
        root: Element | None = None
        for event, kind, element in self._parse(part):
            root = element if root is None else root
            if event == "end" and kind == "si":
                self.cells.texts.append(text_of(element))
                root.clear()

    def _read_formats(self, part: str) -> None:
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        codes: dict[int, str] = dict(BUILTIN_FORMATS) | dict.fromkeys(_EAST_ASIAN_DATES, "yyyy-mm-dd")
        inside = ""
        for event, kind, element in self._parse(part):
            if event == "end":
                continue
            if kind in ("cellXfs", "cellStyleXfs", "dxfs"):
                inside = kind
            elif kind == "numFmt" and inside != "dxfs":
                codes[int(element.get("numFmtId", 0))] = element.get("formatCode", "")
            elif kind == "xf" and inside == "cellXfs":
                code = codes.get(int(element.get("numFmtId", 0)), "General")
                self.cells.formats[str(len(self.cells.formats))] = code

    def _read_sheet(self, part: str, name: str) -> Sheet:
        sheet, line, column = Sheet(), 0, 0
        self._check_rows(part, name)
        row: Element | None = None
        for event, kind, element in self._parse(part):
            if event == "end" and kind == "c" and row is not None:
                column += 1
                place, stated = f"{column_letters(column)}{line}", element.get("r")
                # A cell without a reference follows the one before.
                if stated is not None and stated != place:
                    column, place = self._column(stated, line, name), stated
                elif column > MOST_COLUMNS:
                    raise _unsound(self.shown, f"{name} has over {MOST_COLUMNS:,} cells in row {line:,}")
                value = self.cells.value(element, place)
                if value is not None:
                    self._add(sheet.rows.setdefault(line, {}), column, value, place)
                row.clear()  # what is read need not be kept
            elif event == "start" and kind == "row":
                line, column, row = int(element.get("r", line + 1)), 0, element
                if not 1 <= line <= MOST_ROWS:
                    raise _unsound(self.shown, f"{name} has a row {line:,}, which no sheet has")
                if line in sheet.rows:
                    raise _unsound(self.shown, f"{name} has row {line:,} twice")
                if is_true(element.get("hidden")) or float(element.get("ht", not sheet.hides_rows)) == 0:
                    sheet.hidden_rows.add(line)
            elif event == "start" and kind != "c":
                self._read_frame(sheet, kind, element, name)
        return sheet

    def _check_rows(self, part: str, name: str) -> None:
        """Refuse a part with more rows than a sheet has before its rows are taken apart."""
        if part in self.archive.NameToInfo and self.archive.getinfo(part).file_size > MOST_ROWS * len("<row/>"):
            rows, rest = 0, b""
            with self.archive.open(part) as file:
                while block := file.read(1 << 20):
                    rows += (rest + block).count(b"<row")
                    rest = block[-3:]
            if rows > MOST_ROWS:
                raise _unsound(self.shown, f"{name} has {rows:,} rows; a sheet has {MOST_ROWS:,}")

    def _read_frame(self, sheet: Sheet, kind: str, element: Element, name: str) -> None:
        if kind == "mergeCell":
            corners = [_PLACE.fullmatch(place) for place in element.get("ref", "").split(":")]
            if None in corners:
                raise _unsound(self.shown, f"{name} merges {element.get('ref', '')[:20]!r}, which is no range")
            columns = [_position(corner[1]) for corner in corners if corner]
            lines = [int(corner[2]) for corner in corners if corner]
            sheet.merged.append((columns[0], lines[0], columns[-1], lines[-1]))
        elif kind == "filterColumn":
            sheet.is_filtered = True
        elif kind == "sheetFormatPr":
            sheet.hides_rows = is_true(element.get("zeroHeight")) or float(element.get("defaultRowHeight", 1)) == 0
            sheet.columns.append((1, MOST_COLUMNS, float(element.get("defaultColWidth", 1)) == 0))
        elif kind == "col":
            is_hidden = is_true(element.get("hidden")) or float(element.get("width", 1)) == 0
            sheet.columns.append((int(element.get("min", 0)), int(element.get("max", 0)), is_hidden))

    def _column(self, stated: str, line: int, name: str) -> int:
        found = _PLACE.fullmatch(stated)
        if found is None or int(found[2]) != line:
            raise _unsound(self.shown, f"cell {stated[:20]} stands in row {line} of {name}")
        column = _position(found[1])
        if column > MOST_COLUMNS:
            raise _unsound(self.shown, f"{name} has a cell {stated}, which no sheet has")
        return column

    def _add(self, row: dict[int, Value], column: int, value: Value, place: str) -> None:
        self.filled += 1
        if self.filled > MOST_CELLS:
            raise _refusal(self.shown, f"has over {MOST_CELLS:,} cells with a value; at most so many are read")
        if column in row:
            value = UnclearCell(f"{place} stands twice in the file; save it anew in a spreadsheet program")
        row[column] = value


@cache
def _position(column: str) -> int:
    position = 0
    for letter in column:
        position = position * 26 + ord(letter) - ord("A") + 1
    return position
