"""Making a folder whole or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from netdesign.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to fill under a temporary name, then give it its own, and make the folders that it lies in.

    Parameters
    ----------
    folder
        Must not exist.

    Raises
    ------
    UsageError
        It exists or cannot be made; nothing is left of it then.
    """
    if folder.exists() or folder.is_symlink():
        message = f"{folder}: exists already; name a folder that does not"
        raise UsageError(message)
    # All that is missing is made together, so that it comes with one renaming.
    target = top = folder.resolve()
    while not top.parent.exists():
        top = top.parent
    # Known before it is there: a signal may come at any moment.
    temporary = top.with_name(f".netdesign-{os.urandom(6).hex()}")
    made = temporary / target.relative_to(top)
    try:
        made.mkdir(parents=True)
        yield made
        temporary.rename(top)
    except OSError as error:
        message = f"{folder}: cannot be made: {error.strerror}"
        raise UsageError(message) from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
