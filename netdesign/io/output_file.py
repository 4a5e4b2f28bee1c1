"""Write files and folders: checked before solving, and never left incomplete."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from netdesign.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from netdesign.results.result_file import Document

_TABLES = (".yaml", ".yml", ".csv", ".npz")
_FACTS = "facts"


def check_writable(path: Path) -> None:
    """Raise a UsageError now if the file could not be written later."""
    if str(path) == "-":
        message = "-: names no file; what is printed goes to stdout without it, and ./- is a file of that name"
        raise UsageError(message)
    try:
        target = _link_target(path)
        if target.exists() and not target.is_file():
            message = f"{path}: is no ordinary file; name one"
            raise UsageError(message)
        if _is_stream(target):
            message = f"{path}: is where stdout or stderr goes; name another file"
            raise UsageError(message)
        if not target.parent.is_dir():
            message = f"{path}: there is no folder {path.parent if target.name == path.name else target.parent}"
            raise UsageError(message)
        if target.exists() and not os.access(target, os.W_OK):
            # Renaming would replace it in a writable folder, so refuse here.
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        with _Temporary(target) as temporary:
            temporary.create()
    except OSError as error:
        message = f"{str(path)[:100]}: cannot be written: {error.strerror}"
        raise UsageError(message) from None


def save_result(output: Path, document: Document) -> str | None:
    """Write a result, unless the file holds a better answer to the same question, or this one has no plan.

    Returns
    -------
    str or None
        Why the file is unchanged; None where it was written.

    Raises
    ------
    UsageError
        The file cannot be written.
    """
    from netdesign.results.earlier_results import is_better, is_no_answer, result_in
    from netdesign.results.result_file import to_json

    earlier = result_in(output) if output.exists() else None
    if earlier is not None and is_better(earlier, document):
        return f"{output} holds a better answer to the same question and stays as it is; this one is not written"
    if earlier is not None and is_no_answer(document) and not is_no_answer(earlier):
        return f"{output} holds an answer to another question and stays as it is; this one has no plan"
    write_text(output, to_json(document))
    return None


def check_spares(path: Path, read: Iterable[Path], folder: Path | None = None) -> None:
    """Check that writing a file overwrites no input, under any of its names.

    Parameters
    ----------
    path
        File to write.
    read
        Files that the call reads.
    folder
        Folder of the instance, whose tables and facts must not be overwritten, even if this call does not read them.

    Raises
    ------
    UsageError
        It would overwrite one.
    """
    if not path.exists():
        return
    target = path.resolve()
    spared = any(file.exists() and file.samefile(path) for file in read)
    if folder is not None and target.is_relative_to(folder.resolve()):
        inside = target.relative_to(folder.resolve())
        spared |= target.suffix.lower() in _TABLES or inside.parts[0] == _FACTS
    if spared:
        message = f"{path}: would overwrite what is read; name another file"
        raise UsageError(message)


def write_text(path: Path, text: str) -> None:
    """Write a text to a file atomically; where the system can, even a process that is killed leaves nothing incomplete.

    Raises
    ------
    UsageError
        The file cannot be written; what stood there before stands there still.
    """
    # Half a surrogate pair, from a file name that is not UTF-8, is written as JSON would escape it.
    data = text.encode("utf-8", "backslashreplace")
    with _replacing(path) as temporary:
        temporary.create_with(data)


def write_atomically(path: Path, suffix: str, write: Callable[[Path], object]) -> None:
    """Write a temporary file next to ``path`` and rename it, so that no incomplete file is left.

    A symbolic link is kept and its target written. An existing file keeps its permissions; a new one gets the default
    ones.

    Parameters
    ----------
    path
        The file.
    suffix
        Suffix of the temporary name, where ``write`` derives a format from it.
    write
        Writes to the given path.

    Raises
    ------
    UsageError
        The file cannot be written; what stood there before stands there still.
    """
    with _replacing(path, suffix) as temporary:
        temporary.create()
        write(temporary.path)


@contextmanager
def _replacing(path: Path, suffix: str = "") -> Iterator[_Temporary]:
    """Yield a temporary file to make, which then replaces the file; as ``write_atomically``."""
    try:
        target = _link_target(path)
        with _Temporary(target, suffix) as temporary:
            yield temporary
            temporary.put_in_place()
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror or error}"
        raise UsageError(message) from None


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder to fill, then rename it; missing parent folders are made too.

    Parameters
    ----------
    folder
        Must not exist.

    Raises
    ------
    UsageError
        The folder exists or cannot be made; nothing of it is left.
    """
    if folder.exists() or folder.is_symlink():
        message = f"{folder}: exists already; name a folder that does not"
        raise UsageError(message)
    # All missing folders are made under one temporary name, so that one renaming completes them.
    target = top = folder.resolve()
    while not top.parent.exists():
        top = top.parent
    # The name is fixed before the folder is made, so that a signal at any moment leaves nothing behind.
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


class _Temporary:
    """A file next to its target that replaces the target or is removed in the end.

    Its name is fixed before the file is made, so that a signal at any moment leaves nothing behind.

    Parameters
    ----------
    target
        The file to replace.
    suffix
        Suffix of the temporary name.
    """

    def __init__(self, target: Path, suffix: str = "") -> None:
        self._target = target
        # Not derived from the target's name, which may have the greatest length of a name.
        self.path = target.with_name(f".netdesign-{os.urandom(6).hex()}{suffix}")

    def __enter__(self) -> _Temporary:
        return self

    def __exit__(self, *_: object) -> None:
        self.path.unlink(missing_ok=True)

    def create(self) -> None:
        """Make the file, empty and readable by its owner only, as the content may be private."""
        os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    def create_with(self, data: bytes) -> None:
        """Make the file with its content. On Linux it has no name before it is complete, so that SIGKILL removes it."""
        try:
            unnamed = os.open(self.path.parent, os.O_TMPFILE | os.O_WRONLY, 0o600)
        except (AttributeError, OSError):  # another system, or a file system without such files
            self.create()
            self.path.write_bytes(data)
            return
        with os.fdopen(unnamed, "wb") as file:
            file.write(data)
            file.flush()
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                # Only with the number of a folder does Python follow the link of /proc.
                os.link(f"/proc/self/fd/{unnamed}", self.path.name, dst_dir_fd=folder, follow_symlinks=True)
            finally:
                os.close(folder)

    def put_in_place(self) -> None:
        """Replace the target."""
        try:
            mode = self._target.stat().st_mode & 0o777
        except FileNotFoundError:
            umask = os.umask(0)
            os.umask(umask)
            mode = 0o666 & ~umask
        with self.path.open("r+b") as file:
            # A remote disk may report only now that it is full; and after a crash the new name must have its content.
            os.fsync(file.fileno())
        with suppress(PermissionError):  # of a file system without such rights
            self.path.chmod(mode)
        self.path.replace(self._target)


def _is_stream(target: Path) -> bool:
    """Return whether stdout or stderr goes to a file: one of them would be lost with its replacement."""
    for stream in (1, 2):
        with suppress(OSError):  # closed, or the file is not there yet
            if os.path.samestat(os.fstat(stream), target.stat()):
                return True
    return False


def _link_target(path: Path) -> Path:
    """Return the target of a path with symbolic links; links in a circle raise an OSError."""
    try:
        target = path.resolve()
    except RuntimeError:  # links in a circle, up to Python 3.12
        target = path
    if target.is_symlink():
        raise OSError(errno.ELOOP, "symbolic links in a circle")
    return target
