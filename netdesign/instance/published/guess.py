"""The format of a file or folder whose format nobody named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.document import FILE_NAME
from netdesign.instance.published.formats import FORMATS, format_by_ending
from netdesign.instance.published.opening import format_by_sheets

if TYPE_CHECKING:
    from pathlib import Path

_SETTINGS_FILE = "instance.csv"
"""Of a folder of CSV files."""

_WORKBOOK = "excel"

_SHARED_ENDING = ".json"
"""Of node-link JSON, of results, and of instances of netdesign itself."""


def guessed_format(path: Path) -> str | None:
    """Return the format of a file or folder that is none of netdesign's own, by its ending or by what it holds."""
    if path.is_dir():
        is_csv = (path / _SETTINGS_FILE).is_file() and not (path / FILE_NAME).is_file()
        return "csv" if is_csv else None
    if not path.is_file() or path.suffix.lower() == _SHARED_ENDING:
        return None
    by_ending = format_by_ending(path.name)
    return by_ending if by_ending != _WORKBOOK else format_by_sheets(path) or by_ending


def guess_note(path: Path) -> str | None:
    """Return a note on the format in which a file or folder is read unasked, None where it is netdesign's own."""
    guessed = guessed_format(path)
    if guessed is None:
        return None
    if FORMATS[guessed].own_sheets:
        return f"{path} is read as {guessed}, as it has its sheets"
    why = "as it holds instance.csv and no instance.yaml" if path.is_dir() else "by its ending"
    return f"{path} is read as {guessed}, {why}"
