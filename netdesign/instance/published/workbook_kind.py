"""What kind of spreadsheet file one is, and which sheets a workbook has, without reading its cells."""

from __future__ import annotations

import io
import re
import zlib
from typing import TYPE_CHECKING, BinaryIO
from zipfile import BadZipFile, ZipFile

if TYPE_CHECKING:
    from pathlib import Path

_SHEET_NAME = re.compile(r"""<(?:\w+:)?sheet\s[^>]*?\bname=["']([^"'<>]*)["']""")
_LONGEST_LIST = 1 << 20
"""Bytes of the list of sheets that are looked at for their names."""
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
XLSX = "is an Excel workbook; read it with --format-in excel"
_SAVE_AS = "save it as .xlsx and read it with --format-in excel"


def kind_of_workbook(raw: bytes) -> str | None:
    """Return the kind of a spreadsheet file with advice on reading it; None for other files."""
    if raw.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            return f"is protected by a password; take that out, {_SAVE_AS}"
        return f"is a workbook or document of Excel 97 to 2003; {_SAVE_AS}"
    try:
        with ZipFile(io.BytesIO(raw)) as archive:
            names = set(archive.namelist())
    except (BadZipFile, ValueError, NotImplementedError):
        return None
    if "xl/workbook.bin" in names:
        return f"is a binary workbook (.xlsb); {_SAVE_AS}"
    if "content.xml" in names and "mimetype" in names:
        return f"is an OpenDocument file (.ods); {_SAVE_AS}"
    return XLSX if any(name.startswith("xl/") for name in names) else None


def sheet_names(file: Path | BinaryIO) -> frozenset[str]:
    """Return the names of the sheets of a workbook, of which nothing else is read; none where it cannot be read."""
    try:
        with ZipFile(file) as archive, archive.open("xl/workbook.xml") as part:
            listed = part.read(_LONGEST_LIST).decode("utf-8", "replace")
    except (BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        return frozenset()
    return frozenset(_SHEET_NAME.findall(listed))
