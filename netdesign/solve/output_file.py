"""Writing files: whether it can be done is found before solving, and no half file is ever left."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from netdesign.errors import UsageError

_PREFIX = ".netdesign-"
"""Of temporary names; not made of the file's own name, which may be as long as names can be."""


def check_writable(path: Path) -> None:
    """Raise a UsageError now if the file could not be written later."""
    try:
        target = _through_links(path)
        if target.exists() and not target.is_file():
            message = f"{path}: is no ordinary file; name one"
            raise UsageError(message)
        if not target.parent.is_dir():
            message = f"{path}: there is no folder {path.parent if target.name == path.name else target.parent}"
            raise UsageError(message)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=_PREFIX)
    except OSError as error:
        message = f"{str(path)[:100]}: cannot be written: {error.strerror}"
        raise UsageError(message) from None
    os.close(handle)
    Path(name).unlink()


def write_text(path: Path, text: str) -> None:
    """Write a file by way of a temporary name, so that no half file is ever left.

    Raises
    ------
    UsageError
        The file cannot be written; what stood there before stands there still.
    """
    try:
        # The link stays, and the temporary file lies on the disk of the file.
        target = _through_links(path)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=_PREFIX)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror}"
        raise UsageError(message) from None
    temporary = Path(name)
    try:
        # Half a surrogate pair, from a file name that is not UTF-8, is written as JSON would escape it.
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
        # A temporary file is private; the result gets the rights that any new file of the user has.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        message = f"{path}: cannot be written: {error.strerror}"
        raise UsageError(message) from None
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _through_links(path: Path) -> Path:
    """Return the file that a path with symbolic links means; links in a circle are an OSError."""
    try:
        target = path.resolve()
    except RuntimeError:  # links in a circle, up to Python 3.12
        target = path
    if target.is_symlink():
        raise OSError(errno.ELOOP, "symbolic links in a circle")
    return target
