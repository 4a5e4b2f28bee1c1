"""An Excel workbook as an instance: a sheet ``instance`` of paths and values, and one sheet a table."""

from __future__ import annotations

from pathlib import PurePath
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from netdesign.errors import Fault, InstanceError, UsageError, did_you_mean, unknown
from netdesign.instance.document import FORMAT, parse_yaml
from netdesign.instance.faults import block_in
from netdesign.instance.fields import is_decimal
from netdesign.instance.files import files_being_read
from netdesign.instance.published.cells import UnclearCell
from netdesign.instance.published.reading import as_source
from netdesign.instance.published.workbook import letters, read_workbook
from netdesign.instance.rows import SourcedRow
from netdesign.instance.schema import COLUMNS, ROWS, InstanceDocument

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from netdesign.instance.document import Located, Path_
    from netdesign.instance.published.cells import Value
    from netdesign.instance.published.reading import Reading, Source
    from netdesign.instance.published.workbook import Sheet

SETTINGS = "instance"
"""Sheet of settings outside tables: two columns, path and value."""

_SETTING_COLUMNS = ("path", "value")
_MATRICES = {"leg_matrices": "legs", "demand_matrix": "demand"}
_MOST_LISTED = 10


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
    document: dict[str, Any] = {}
    source = as_source(document, {}, shown, [path])
    located = source.located
    # By the name of the file alone: a result that is verified from another folder has the same notes.
    located.warnings += [Fault(path.name, 0, 0, "", note) for note in book.notes]
    allowed = (SETTINGS, *COLUMNS)
    for name, sheet in book.sheets.items():
        at = f"{shown}[{name}]"
        if name not in allowed:
            is_blank = all(_is_blank(cell) for row in sheet.rows.values() for cell in row.values())
            if is_blank and not did_you_mean(name, allowed):
                continue  # such as Sheet2, which spreadsheet programs make unasked
            located.faults.append((("sheets", name), Fault(at, 0, 0, "", unknown("sheet", name, allowed))))
            continue
        located.warnings += [Fault(f"{path.name}[{name}]", 0, 0, "", note) for note in _hidden(sheet)]
    if SETTINGS in book.sheets:
        _Settings(book.sheets[SETTINGS], f"{shown}[{SETTINGS}]", located).read()
    else:
        message = f"has no sheet '{SETTINGS}' with columns path and value"
        located.faults.append(((), Fault(shown, 0, 0, "", message)))
    tables = document.setdefault("tables", {})
    _check_tables(tables, book.sheets, located)
    for name in COLUMNS:
        if name in book.sheets:
            tables[name] = _rows(book.sheets[name], f"{shown}[{name}]", name, located)
    if SETTINGS not in book.sheets:
        located.raise_if_faulty()
    return source


def _hidden(sheet: Sheet) -> Iterable[str]:
    """Yield notes on hidden parts of a sheet, which are read."""
    if sheet.is_hidden:
        yield "the sheet is hidden; it is read like any other"
    if sheet.is_filtered:
        yield "a filter is set; rows count whether it shows them or not"
    rows = sorted(sheet.hidden_rows & sheet.rows.keys())
    if rows:
        yield f"hidden rows are read like any other: {_listed(f'row {row}' for row in rows)}"
    used = sorted({column for row in sheet.rows.values() for column in row})
    columns = [column for column in used if sheet.hides(column)]
    if columns:
        yield f"hidden columns are read like any other: {_listed(f'column {letters(column)}' for column in columns)}"


def _listed(words: Iterable[str]) -> str:
    every = list(words)
    more = len(every) - _MOST_LISTED
    return ", ".join(every[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


class _Settings:
    """Puts the rows of the settings together to a document."""

    def __init__(self, sheet: Sheet, shown: str, located: Located) -> None:
        self.sheet, self.shown, self.located = sheet, shown, located

    def read(self) -> None:
        """Fill the document and note places and faults."""
        rows = self.sheet.rows
        has_header = rows.get(1, {}).get(1) == _SETTING_COLUMNS[0]
        header = rows.get(1, {}) if has_header else dict(enumerate(_SETTING_COLUMNS, start=1))
        for column in sorted({column for row in rows.values() for column in row}):
            name = header.get(column)
            if column > len(_SETTING_COLUMNS) or name != _SETTING_COLUMNS[column - 1]:
                self._fault((), 1, column, *_of_header(name, _SETTING_COLUMNS))
        _note_merged(self.sheet, self.shown, self.located, ("settings", "file"))
        for line in sorted(rows):
            if not (has_header and line == 1):
                self._read_row(line, rows[line].get(1), rows[line].get(2))
        document, tables = self.located.data, self.located.data.get("tables", {})
        if "format" not in document and not self.located.is_broken(("format",)):
            self._fault(("format",), 0, 0, "format", f"is missing; write it as a path, with the value {FORMAT}")
        if not isinstance(tables, dict):
            self._fault(("tables",), *self.located.place(("tables",))[1:], "tables", "a table is a sheet of its own")
            document["tables"] = {}

    def _fault(self, path: Path_, line: int, column: int, field: str, message: str) -> None:
        # Faults without a single path are under a path that nothing has.
        self.located.faults.append((path or ("settings", "file"), Fault(self.shown, line, column, field, message)))

    def _read_row(self, line: int, path: Value | None, value: Value | None) -> None:
        if isinstance(path, UnclearCell):
            self._fault((), line, 1, "", path.message)
            return
        name = "" if path is None else str(path).strip()
        if not name:
            if not _is_blank(value):
                self._fault((), line, 2, "", "this value has no path")
            return
        words = tuple(name.split("."))
        if not all(word.strip() for word in words):
            self._fault((), line, 1, name, "has an empty part; write names with one point between them")
            return
        holder = self.located.data
        for length, word in enumerate(words[:-1], start=1):
            self.located.places.setdefault(words[:length], (self.shown, line, 0))
            holder = holder.setdefault(word, {})
            if not isinstance(holder, dict):
                self._fault(words[:length], line, 1, "", f"{name}: {word} has a value of its own above")
                return
        if words[-1] in holder:
            first = self.located.place(words)[1]
            self._fault(words, line, 1, name, f"stands twice; it has a value in row {first} already")
            return
        self.located.places[words] = (self.shown, line, 2)
        holder[words[-1]] = self._value(value, words, line)

    def _value(self, value: Value | None, words: tuple[str, ...], line: int) -> Any:
        """Return a cell's value; lists and blocks are written as YAML, for example ``[LGG, PRG]``."""
        name, is_text = ".".join(words), _is_text(_annotation(words))
        if isinstance(value, UnclearCell):
            if is_text or value.worth is None:
                self._fault(words, line, 2, name, value.message)
            return value.worth
        if _is_blank(value):
            self._fault(words, line, 2, name, "has no value; write one, or take the row out")
            return None
        if not is_text:
            _note_text(value, self.shown, (line, 2), name, self.located)
        if not isinstance(value, str) or is_text or not (value.lstrip()[:1] in ("[", "{") or value.strip() == "null"):
            return value
        try:
            parsed = parse_yaml(value, self.shown)
            if parsed is not None:
                parsed.raise_if_faulty()
        except InstanceError as error:
            for fault in error.faults:
                self._fault(words, line, 2, name, f"the value {fault.message}")
            return None
        if parsed is None or parsed.data is None:
            if words in (
                ("stages",),
                ("services",),
            ):  # as export writes it; anywhere else an empty value is a fault, as in YAML
                self.located.taken_away.add(words)
            return None
        return parsed.data


def _is_blank(value: Value | None) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _of_header(name: Value | None, allowed: Sequence[str]) -> tuple[str, str]:
    """Return field and message of a wrong heading."""
    if isinstance(name, UnclearCell):
        return "", name.message
    if name is None or _is_blank(name):
        return "", "this column has no name"
    return str(name).strip(), unknown("column", str(name), allowed)


def _annotation(words: tuple[str, ...]) -> Any:
    """Return the type that the schema has at a path, None where it has none."""
    found: Any = InstanceDocument
    for word in words:
        block = block_in(found)
        if block is not None and not _is_mapping(found):
            field = block.model_fields.get(word)
            found = None if field is None else field.annotation
        else:
            found = get_args(found)[1] if _is_mapping(found) else None
    return found


def _is_mapping(annotation: Any) -> bool:
    return get_origin(annotation) is dict


def _is_text(annotation: Any) -> bool:
    """Return whether a field takes texts: ids, names, remarks, one of several words."""
    if isinstance(annotation, type):
        return issubclass(annotation, str)
    inside = get_args(annotation)[:1] if get_origin(annotation) is Annotated else get_args(annotation)
    return get_origin(annotation) in (Annotated, Union, UnionType) and any(map(_is_text, inside))


def _check_tables(tables: dict[str, Any], sheets: Collection[str], located: Located) -> None:
    """Note the settings under ``tables`` that a workbook cannot have."""
    for name, value in tables.items():
        at = ("tables", name)
        if name in sheets:
            message = "there is a sheet of this name too; take one of the two out"
        elif name in _MATRICES:
            message = f"names files, and a workbook stands alone; write the sheet {_MATRICES[name]}"
        elif name in COLUMNS and not isinstance(value, list):
            message = "a table is a sheet of its own"
        else:
            continue
        located.faults.append((at, Fault(*located.place(at), ".".join(at), message)))


def _note_merged(sheet: Sheet, shown: str, located: Located, at: Path_) -> list[tuple[int, int, int, int, Fault]]:
    """Note merged cells where the sheet has values: only the first has one. Return them with their sides."""
    last_row = max(sheet.rows, default=0)
    last_column = max((column for row in sheet.rows.values() for column in row), default=0)
    found = []
    for left, top, right, bottom in sheet.merged:
        if (left, top) != (right, bottom) and top <= last_row and left <= last_column:
            stretch = f"{letters(left)}{top}:{letters(right)}{bottom}"
            message = f"the cells {stretch} are merged, so that only the first has a value; unmerge and fill them"
            found.append((left, top, right, bottom, Fault(shown, top, left, "", message)))
            located.faults.append((at, found[-1][-1]))
    return found


def _rows(sheet: Sheet, shown: str, table: str, located: Located) -> list[dict[str, Any]]:
    at: Path_ = ("tables", table)
    located.places.setdefault(at, (shown, 1, 0))
    allowed = COLUMNS[table]
    names = _header(sheet, shown, allowed, located, (*at, "file"))
    located.columns[shown] = {name: column for column, name in names.items()}
    merged = _note_merged(sheet, shown, located, (*at, "file"))
    texts = {field.alias or name for name, field in ROWS[table].model_fields.items() if _is_text(field.annotation)}
    rows: list[dict[str, Any]] = []
    for line in sorted(sheet.rows.keys() - {1}):
        cells = sheet.rows[line]
        if all(_is_blank(cell) for cell in cells.values()):
            continue
        row_at = (*at, len(rows))
        located.places[row_at] = (shown, line, 0)
        row: dict[str, Any] = {}
        for column, name in names.items():
            value = cells.get(column)
            is_clear = isinstance(value, UnclearCell) and value.is_clear_as_remark and name in SourcedRow.model_fields
            if isinstance(value, UnclearCell) and (value.worth is None or (name in texts and not is_clear)):
                located.faults.append(((*row_at, name), Fault(shown, line, column, name, value.message)))
            elif isinstance(value, UnclearCell):
                row[name] = value.worth
            elif not _is_blank(value):
                row[name] = value
                if name not in texts:
                    _note_text(value, shown, (line, column), name, located)
            # Values missing in merged cells are no further faults.
            for left, top, right, bottom, fault in merged if value is None else ():
                if left <= column <= right and top <= line <= bottom:
                    located.faults.append(((*row_at, name), fault))
        rows.append(row)
    return rows


def _note_text(value: Any, shown: str, place: tuple[int, int], field: str, located: Located) -> None:
    """Note a number stored as text, in which a point or comma may separate thousands."""
    if isinstance(value, str) and is_decimal(value.strip()):
        (line, column), worth = place, f"{float(value):.10g}"
        message = f"the text {value!r} is read as {worth}; make {letters(column)}{line} a number"
        located.warnings.append(Fault(PurePath(shown).name, line, column, field, message))


def _header(sheet: Sheet, shown: str, allowed: Sequence[str], located: Located, at: Path_) -> dict[int, str]:
    """Return the columns of a table by position; note unknown columns, and values outside all columns."""
    header = sheet.rows.get(1, {})
    used = {column for row in sheet.rows.values() for column, cell in row.items() if not _is_blank(cell)}
    names: dict[int, str] = {}
    for column in sorted(used):
        cell = header.get(column)
        name = cell.strip() if isinstance(cell, str) else None
        if name in names.values():
            located.faults.append((at, Fault(shown, 1, column, str(name), "this column stands twice")))
        elif name in allowed:
            names[column] = str(name)
        else:
            located.faults.append((at, Fault(shown, 1, column, *_of_header(cell, allowed))))
    return names
