"""The files of a reading: each is opened once, so that its digest is that of the bytes read.

Decodes bytes to text and text to the cells of a CSV file; tables and matrices interpret the cells.
"""

from __future__ import annotations

import codecs
import csv
import errno
import hashlib
import io
import os
import stat
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING

from netdesign.errors import Fault, InstanceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_MARKS_OF_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LARGEST_FILE_BYTES = 64 * 1024 * 1024
NOT_ORDINARY = "is no ordinary file"
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


class FileRefusedError(Exception):
    """A file is not read; the message gives the reason, in words that follow its name."""


def read_ordinary(path: Path, most: int = LARGEST_FILE_BYTES) -> bytes:
    """Return the bytes of an ordinary file; devices and pipes, which may block or never end, are not opened.

    Parameters
    ----------
    path
        The file.
    most
        Largest size that is read, bytes.

    Raises
    ------
    OSError
        It cannot be opened or read.
    FileRefusedError
        It is no ordinary file, or too large.
    """
    return _identified(path, most)[1]


def _identified(path: Path, most: int) -> tuple[tuple[int, ...], bytes]:
    """Return the identity of a file, and its bytes."""
    try:
        _check_ordinary(path.stat())
    except ValueError:  # a NUL in its name
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from None
    # Returns at once even if a pipe has replaced the file in the meantime.
    with os.fdopen(os.open(path, os.O_RDONLY | _AT_ONCE), "rb") as file:
        found = os.fstat(file.fileno())
        _check_ordinary(found)
        raw = file.read(most + 1) if found.st_size <= most else b""
    size = max(found.st_size, len(raw))
    if size > most:
        message = f"has {size:,} bytes; at most {most:,} are read"
        raise FileRefusedError(message)
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns), raw


def _check_ordinary(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found.st_mode):
        raise FileRefusedError(NOT_ORDINARY)


class Files:
    """Files read so far. A file under two names counts once and is read once."""

    def __init__(self) -> None:
        self._by_path: dict[Path, bytes] = {}
        self._by_identity: dict[tuple[int, ...], bytes] = {}

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files, in the order in which they were read."""
        return tuple(self._by_path)

    def read(self, path: Path, shown: str, most: int = LARGEST_FILE_BYTES) -> bytes:
        """Return the bytes of a file.

        Parameters
        ----------
        path, shown
            The file and its name in messages.
        most
            Largest size that is read, bytes.

        Raises
        ------
        InstanceError
            It cannot be read; gives the reason.
        """
        if path not in self._by_path:
            try:
                identity, raw = _identified(path, most)
            except OSError as error:
                raise InstanceError([Fault(shown, 0, 0, "", f"cannot be read: {error.strerror or error}")]) from None
            except FileRefusedError as refused:
                raise InstanceError([Fault(shown, 0, 0, "", str(refused))]) from None
            self._by_path[path] = self._by_identity.setdefault(identity, raw)
        return self._by_path[path]

    def digest(self, named: Iterable[tuple[str, Path]]) -> str:
        """Return the SHA-256 of files as they were read, each with its name, in the order given."""
        total = hashlib.sha256()
        for name, path in named:
            total.update(os.fsencode(name) + b"\0" + self.read(path, name) + b"\0")
        return total.hexdigest()


_READING: ContextVar[Files | None] = ContextVar("reading", default=None)


@contextmanager
def one_reading() -> Iterator[Files]:
    """Return the files of one reading; all readers within it read through them."""
    files = Files()
    token = _READING.set(files)
    try:
        yield files
    finally:
        _READING.reset(token)


def files_being_read() -> Files:
    """Return the files of the reading in progress."""
    return _READING.get() or Files()


def read_text(path: Path, shown: str) -> str:
    """Return the file's text, or raise an InstanceError with the reason why it cannot be read."""
    raw = files_being_read().read(path, shown)
    _check_narrow(raw, shown)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"byte {raw[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        raise InstanceError([Fault(shown, line, 0, "", message)]) from None


def _check_narrow(raw: bytes, shown: str) -> None:
    """Raise an error for UTF-16, which would be read as text with NULs."""
    if raw.startswith(_MARKS_OF_UTF_16) or (len(raw) > 1 and (raw[0] == 0) != (raw[1] == 0)):
        raise InstanceError([Fault(shown, 1, 0, "", "is UTF-16; save the file as UTF-8")])


_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

_NO_DIALECTS: Mapping[str, str] = MappingProxyType({})

MOST_CELLS = 10_000_000
"""Of a file; each takes 60 bytes or more."""


def split_csv(
    path: Path,
    shown: str,
    most: int = MOST_CELLS,
    separator: str = ",",
    dialects: Mapping[str, str] = _NO_DIALECTS,
) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """Return the rows of a CSV file with the line number where each ends, and the faults in it.

    Blanks around cells are cut off; rows without any text, such as spreadsheets leave behind, are left out.

    Parameters
    ----------
    path, shown
        The file and its name in messages.
    most
        Most cells that are read.
    separator
        Between columns.
    dialects
        By another separator, what to do about it, where the file may have it.

    Raises
    ------
    InstanceError
        The file cannot be read, is empty, or separates its columns by something else.
    """
    # Line ends of Windows and of old Macs; the parser would refuse the latter.
    text = read_text(path, shown).replace("\r\n", "\n").replace("\r", "\n")
    cells = text.count(separator) + text.count("\n")
    if cells > most:
        raise InstanceError([Fault(shown, 0, 0, "", f"has about {cells:,} cells; at most {most:,} are read")])
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InstanceError([Fault(shown, line, 0, "", "a NUL byte stands here; save the file as plain text")])
    lines = csv.reader(io.StringIO(text), strict=True, delimiter=separator)
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
        message = "is a line for one program only, no header; take it out and save the file with "
        message += _SEPARATORS[separator]
        raise InstanceError([Fault(shown, rows[0][0], 0, "", message)])
    if rows and len(rows[0][1]) == 1:
        for other, words in _SEPARATORS.items():
            if other in rows[0][1][0]:
                remedy = dialects.get(other, f"save the file with {_SEPARATORS[separator]}")
                message = f"its columns are separated by {words}; {remedy}"
                raise InstanceError([Fault(shown, rows[0][0], 0, "", message)])
    return rows, faults
