"""The sheet of settings: paths and values, put together to the blocks of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args, get_origin

from netdesign.errors import InstanceError
from netdesign.instance.document import FORMAT, parse_yaml
from netdesign.instance.faults import block_in
from netdesign.instance.published.cells import UnclearCell
from netdesign.instance.published.sheets import SETTINGS, is_blank, is_text, of_header
from netdesign.instance.schema import InstanceDocument

if TYPE_CHECKING:
    from netdesign.instance.document import Path_
    from netdesign.instance.published.cells import Value
    from netdesign.instance.published.sheets import Sheets

SETTING_COLUMNS = ("path", "value", "unit", "meaning")
"""Headings; the last two are for the reader, and nothing is read of them."""

_READ = 2
_AT_NO_PATH = ("settings", "file")
"""Path of faults that have no single one: nothing has it."""

_TAKEN_AWAY = (("stages",), ("services",))
"""What may be `null`, as export writes it; anywhere else an empty value is a fault, as in YAML."""


class SettingsSheet:
    """Puts the rows of the settings together to a document."""

    def __init__(self, sheets: Sheets) -> None:
        self._sheets, self._located = sheets, sheets.located

    def read(self) -> None:
        """Fill the document and note places and faults."""
        rows = self._sheets.pages[SETTINGS].rows
        has_header = rows.get(1, {}).get(1) == SETTING_COLUMNS[0]
        header = rows.get(1, {}) if has_header else dict(enumerate(SETTING_COLUMNS[:_READ], start=1))
        for column in sorted({column for row in rows.values() for column in row}):
            name = header.get(column)
            if column > len(SETTING_COLUMNS) or name != SETTING_COLUMNS[column - 1]:
                self._fault((), 1, column, *of_header(name, SETTING_COLUMNS))
        self._sheets.note_merged(SETTINGS, _AT_NO_PATH)
        for line in sorted(rows):
            if not (has_header and line == 1):
                self._read_row(line, rows[line].get(1), rows[line].get(2))
        document, tables = self._located.data, self._located.data.get("tables", {})
        if "format" not in document and not self._located.is_broken(("format",)):
            self._fault(("format",), 0, 0, "format", f"is missing; write it as a path, with the value {FORMAT}")
        if not isinstance(tables, dict):
            at = self._located.place(("tables",))
            self._fault(("tables",), *at[1:], "tables", "a table is a sheet of its own")
            document["tables"] = {}

    def _fault(self, path: Path_, line: int, column: int, field: str, message: str) -> None:
        self._sheets.fault(path or _AT_NO_PATH, SETTINGS, line, column, field, message)

    def _read_row(self, line: int, path: Value | None, value: Value | None) -> None:
        if isinstance(path, UnclearCell):
            self._fault((), line, 1, "", path.message)
            return
        name = "" if path is None else str(path).strip()
        if not name:
            if not is_blank(value):
                self._fault((), line, 2, "", "this value has no path")
            return
        words = tuple(name.split("."))
        if not all(word.strip() for word in words):
            self._fault((), line, 1, name, "has an empty part; write names with one point between them")
            return
        shown, holder = self._sheets.place(SETTINGS), self._located.data
        for length, word in enumerate(words[:-1], start=1):
            self._located.places.setdefault(words[:length], (shown, line, 0))
            holder = holder.setdefault(word, {})
            if not isinstance(holder, dict):
                self._fault(words[:length], line, 1, "", f"{name}: {word} has a value of its own above")
                return
        if words[-1] in holder:
            first = self._located.place(words)[1]
            self._fault(words, line, 1, name, f"stands twice; it has a value in row {first} already")
            return
        self._located.places[words] = (shown, line, 2)
        holder[words[-1]] = self._value(value, words, line)

    def _value(self, value: Value | None, words: tuple[str, ...], line: int) -> Any:
        """Return a cell's value; lists and blocks are written as YAML, for example ``[LGG, PRG]``."""
        name, takes_text = ".".join(words), is_text(_annotation(words))
        if isinstance(value, UnclearCell):
            if takes_text or value.worth is None:
                self._fault(words, line, 2, name, value.message)
            return value.worth
        if value is None or is_blank(value):
            self._fault(words, line, 2, name, "has no value; write one, or take the row out")
            return None
        if not takes_text:
            self._sheets.note_text(value, SETTINGS, line, 2, name)
            value, wrong = self._sheets.number(value)
            if wrong:
                self._fault(words, line, 2, name, wrong)
                return value
        if not isinstance(value, str) or takes_text or not _is_yaml(value):
            return value
        return self._parsed(value, words, line)

    def _parsed(self, value: str, words: tuple[str, ...], line: int) -> Any:
        try:
            parsed = parse_yaml(value, self._sheets.place(SETTINGS))
            if parsed is not None:
                parsed.raise_if_faulty()
        except InstanceError as error:
            # What stands behind a comma is in the next column of a CSV file that has commas between columns.
            is_cut = value.lstrip().startswith("[") and "]" not in value
            quotes = "; in a CSV file double quotes stand around a list with commas" if is_cut else ""
            for fault in error.faults:
                self._fault(words, line, 2, ".".join(words), f"the value {fault.message}{quotes}")
            return None
        if parsed is None or parsed.data is None:
            if words in _TAKEN_AWAY:
                self._located.taken_away.add(words)
            return None
        return parsed.data


def _is_yaml(value: str) -> bool:
    """Return whether a text is a list, a block, or stands for nothing."""
    return value.lstrip()[:1] in ("[", "{") or value.strip() == "null"


def _annotation(words: tuple[str, ...]) -> Any:
    """Return the type that the schema has at a path, None where it has none."""
    found: Any = InstanceDocument
    for word in words:
        block = block_in(found)
        if block is not None and not _is_mapping(found):
            field = next((one for key, one in block.model_fields.items() if (one.alias or key) == word), None)
            found = None if field is None else field.annotation
        else:
            found = get_args(found)[1] if _is_mapping(found) else None
    return found


def _is_mapping(annotation: Any) -> bool:
    return get_origin(annotation) is dict
