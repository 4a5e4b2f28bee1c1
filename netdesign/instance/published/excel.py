"""An Excel workbook as an instance: a sheet ``instance`` of paths and values, and one sheet a table."""

from __future__ import annotations

import io
import json
import warnings
from typing import TYPE_CHECKING, Any

from netdesign.errors import Fault, InstanceError, UsageError, did_you_mean
from netdesign.instance.document import parse_yaml
from netdesign.instance.files import files_being_read
from netdesign.instance.published.documents import as_source
from netdesign.instance.schema import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance.published.reading import Reading, Source

SETTINGS = "instance"
"""Sheet of what is no table: two columns, path and value."""


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
    """Read a workbook; cells hold numbers and texts, formulas count as what they last gave."""
    shown = str(path)
    raw = files_being_read().read(path, shown)
    library = openpyxl()
    try:
        # As bytes: openpyxl looks at the ending of a name.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that it does not know
            book = library.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            sheets = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
            book.close()
    except Exception as error:  # a broken archive fails in a dozen ways: zip, XML, missing parts
        raise InstanceError([Fault(shown, 0, 0, "", f"is no Excel workbook: {str(error)[:80]}")]) from None
    faults = [
        Fault(f"{shown}[{name}]", 0, 0, "", f"unknown sheet; allowed: {', '.join((SETTINGS, *COLUMNS))}{near}")
        for name in sheets
        if name not in (SETTINGS, *COLUMNS) and (near := did_you_mean(name, (SETTINGS, *COLUMNS))) is not None
    ]
    if SETTINGS not in sheets:
        faults.append(Fault(shown, 0, 0, "", f"has no sheet '{SETTINGS}' with columns path and value"))
    if faults:
        raise InstanceError(faults)
    document = _settings(sheets[SETTINGS], f"{shown}[{SETTINGS}]")
    source = as_source(document, {}, shown, [path])
    tables = document.setdefault("tables", {})
    for name in COLUMNS:
        if name in sheets:
            tables[name] = _rows(sheets[name], f"{shown}[{name}]", name, source)
    return source


def _settings(rows: list[list[Any]], shown: str) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for line, row in enumerate(rows, start=1):
        path, value = ([*row, None, None])[:2]
        if path is None or (line == 1 and str(path) == "path"):
            continue
        words = str(path).split(".")
        holder = document
        for word in words[:-1]:
            holder = holder.setdefault(word, {})
            if not isinstance(holder, dict):
                raise InstanceError([Fault(shown, line, 1, "", f"{path}: {word} has a value of its own above")])
        holder[words[-1]] = _value(value, shown, line)
    return document


def _value(value: Any, shown: str, line: int) -> Any:
    """Return a cell's value; lists and blocks are written as YAML, for example ``[LGG, PRG]``."""
    if not isinstance(value, str) or value[:1] not in "[{":
        return value
    located = parse_yaml(value, f"{shown} line {line}")
    if located is not None:
        located.raise_if_faulty()
    return None if located is None else located.data


def _rows(cells: list[list[Any]], shown: str, table: str, source: Source) -> list[dict[str, Any]]:
    located, at = source.located, ("tables", table)
    located.places[at] = (shown, 1, 0)
    header = [str(cell) if cell is not None else "" for cell in (cells[0] if cells else [])]
    while header and not header[-1]:
        header.pop()
    known = COLUMNS[table]
    faults = [
        Fault(shown, 1, column, name, f"unknown column; allowed: {', '.join(known)}{did_you_mean(name, known)}")
        for column, name in enumerate(header, start=1)
        if name not in known or name in header[: column - 1]
    ]
    if faults:
        raise InstanceError(faults)
    rows: list[dict[str, Any]] = []
    for line, row in enumerate(cells[1:], start=2):
        if all(cell is None for cell in row):
            continue
        for column, name in enumerate(header, start=1):
            located.places[*at, len(rows), name] = (shown, line, column)
        located.places[*at, len(rows)] = (shown, line, 0)
        rows.append({name: cell for name, cell in zip(header, row, strict=False) if cell is not None})
    return rows


def as_cell(value: Any) -> Any:
    """Return a value of a document as a cell holds it."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
