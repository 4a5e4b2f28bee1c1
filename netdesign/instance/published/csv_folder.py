"""A folder of CSV files as an instance: instance.csv has the settings, every other file a table or a matrix."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.errors import Fault, InstanceError
from netdesign.instance.dialect import Dialect, unguarded
from netdesign.instance.files import split_csv
from netdesign.instance.published.filled_sheet import Sheet
from netdesign.instance.published.reading import as_source, option_error
from netdesign.instance.published.sheet_source import fill_document
from netdesign.instance.published.sheets import Sheets

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance.published.cells import Value
    from netdesign.instance.published.reading import Reading, Source


def read_csv_folder(path: Path, reading: Reading) -> Source:
    """Read all CSV files of a folder as sheets."""
    dialect = _dialect(reading)
    remedies = _other_dialects(path)
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv" and file.is_file())
    pages: dict[str, Sheet] = {}
    faults: list[Fault] = []
    for file in files:
        try:
            lines, found = split_csv(file, file.name, separator=dialect.separator, dialects=remedies)
        except InstanceError as error:
            faults += error.faults
            continue
        faults += found
        pages[file.stem] = Sheet({line: _cells(row) for line, row in _from_the_top(lines)})
    if faults:
        raise InstanceError(_folded(faults))
    source = as_source({}, {}, str(path), files)
    return replace(source, matrices=fill_document(Sheets(str(path), pages, source.located, dialect)))


def _other_dialects(path: Path) -> dict[str, str]:
    """Return by separator how a folder in another dialect is read."""
    call = f"netdesign import csv {shlex.quote(str(path))} DEST --dialect"
    of_semicolons = f"{call} {Dialect.SEMICOLON}; with decimal points --dialect {Dialect.SEMICOLON_POINT}"
    return {
        Dialect.COMMA.separator: f"read the folder with {call} {Dialect.COMMA}",
        Dialect.SEMICOLON.separator: f"read the folder with {of_semicolons}",
    }


def _folded(faults: list[Fault]) -> list[Fault]:
    """Return the first of the faults that several files share, with how many more have it."""
    alike: dict[str, list[Fault]] = {}
    for fault in faults:
        alike.setdefault(fault.message, []).append(fault)
    return [
        replace(first, message=f"{message} (and {len(more)} more file{'s' if len(more) > 1 else ''})")
        if more
        else first
        for message, (first, *more) in alike.items()
    ]


def _from_the_top(lines: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Return the rows with their lines; the first one that holds anything is the heading, hence line 1."""
    return [(1 if place == 0 else line, row) for place, (line, row) in enumerate(lines)]


def _cells(row: list[str]) -> dict[int, Value]:
    """Return the filled cells by column."""
    return {column: unguarded(cell) for column, cell in enumerate(row, start=1) if cell}


def _dialect(reading: Reading) -> Dialect:
    if reading.dialect is None:
        return Dialect.COMMA
    try:
        return Dialect(reading.dialect)
    except ValueError:
        message = f"there is no such dialect; allowed: {', '.join(Dialect)}"
        raise option_error("dialect", reading.dialect, message) from None
