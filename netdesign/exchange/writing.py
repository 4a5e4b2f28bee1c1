"""Writing a file by way of a temporary name, for libraries that want to open the file themselves."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from netdesign.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


def through_temporary(path: Path, suffix: str, write: Callable[[Path], None]) -> None:
    """Have ``write`` make a file beside ``path``, then give it that name, so that no half file is ever left.

    Raises
    ------
    UsageError
        The file cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
            temporary = Path(folder) / f"file{suffix}"
            write(temporary)
            temporary.replace(path)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror}"
        raise UsageError(message) from None
