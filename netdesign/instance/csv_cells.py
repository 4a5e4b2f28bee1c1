"""Splitting a CSV file into cells; what the cells mean is the business of tables and matrices."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from netdesign.errors import Fault, InstanceError
from netdesign.instance.files import read_text

if TYPE_CHECKING:
    from pathlib import Path

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}

MOST_CELLS = 10_000_000
"""Of a file; each takes 60 bytes or more."""


def split_csv(path: Path, shown: str, most: int = MOST_CELLS) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """Return the rows of a CSV file with the number of the line on which each ends, and what is no CSV in it.

    Blanks around cells are cut off; rows without any text, such as spreadsheets leave behind, are left out.

    Parameters
    ----------
    path, shown
        The file and its name in messages.
    most
        Most cells that are read.

    Raises
    ------
    InstanceError
        The file cannot be read, is empty, or separates its columns by something else than commas.
    """
    # Line ends of Windows and of old Macs; the parser would refuse the latter.
    text = read_text(path, shown).replace("\r\n", "\n").replace("\r", "\n")
    cells = text.count(",") + text.count("\n")
    if cells > most:
        raise InstanceError([Fault(shown, 0, 0, "", f"has about {cells:,} cells; at most {most:,} are read")])
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InstanceError([Fault(shown, line, 0, "", "a NUL byte stands here; save the file as plain text")])
    lines = csv.reader(io.StringIO(text), strict=True)
    rows, faults = [], []
    try:
        for row in lines:
            stripped = [cell.strip() for cell in row]
            if any(stripped):
                rows.append((lines.line_num, stripped))
    except csv.Error as error:
        last = rows[-1][0] if rows else 0
        open_ = f"; a quotation mark after line {last} is left open" if lines.line_num > last + 1 else ""
        faults.append(Fault(shown, lines.line_num, 0, "", f"is not CSV: {error}{open_}"))
    if not rows and not faults:
        raise InstanceError([Fault(shown, 1, 0, "", "is empty; the first row names the columns")])
    if rows and rows[0][1][0].lower().startswith("sep="):
        message = "is a line for one program only, no header; take it out and save the file with commas"
        raise InstanceError([Fault(shown, rows[0][0], 0, "", message)])
    if rows and len(rows[0][1]) == 1:
        for separator, words in _SEPARATORS.items():
            if separator in rows[0][1][0]:
                message = f"its columns are separated by {words}; save the file with commas"
                raise InstanceError([Fault(shown, rows[0][0], 0, "", message)])
    return rows, faults
