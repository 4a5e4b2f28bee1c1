"""Writing files and folders: whether it can be done is found before solving, and none is ever left half made."""

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

    from netdesign.results.document import ResultDocument
    from netdesign.results.staged_document import TimingDocument

_TABLES = (".yaml", ".yml", ".csv", ".npz")
_FACTS = "facts"


def check_writable(path: Path) -> None:
    """Raise a UsageError now if the file could not be written later."""
    if str(path) == "-":
        message = "-: names no file; what is printed goes to stdout without it, and ./- is a file of that name"
        raise UsageError(message)
    try:
        target = _through_links(path)
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
            # A folder that can be written would let it be replaced all the same.
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        with _Temporary(target) as temporary:
            temporary.create()
    except OSError as error:
        message = f"{str(path)[:100]}: cannot be written: {error.strerror}"
        raise UsageError(message) from None


def save_result(output: Path, document: ResultDocument | TimingDocument) -> str | None:
    """Write a result, unless the file holds a better answer to the same question, or any answer and this is none.

    Returns
    -------
    str or None
        Why the file stays as it is; None where it was written.

    Raises
    ------
    UsageError
        It cannot be written.
    """
    from netdesign.results.keeping import is_better, is_no_answer, result_in
    from netdesign.results.result_file import to_json

    earlier = result_in(output) if output.exists() else None
    if earlier is not None and is_better(earlier, document):
        return f"{output} holds a better answer to the same question and stays as it is; this one is not written"
    if earlier is not None and is_no_answer(document) and not is_no_answer(earlier):
        return f"{output} holds an answer to another question and stays as it is; this one has no plan"
    write_text(output, to_json(document))
    return None


def check_spares(path: Path, read: Iterable[Path], folder: Path | None = None) -> None:
    """Check that writing a file spares what is read, by whatever name either is called.

    Parameters
    ----------
    path
        To be written.
    read
        Files that the call reads.
    folder
        Of the instance: its tables and facts are spared, also those that this call does not read.

    Raises
    ------
    UsageError
        It does not.
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
    """Write a file by way of a temporary name, so that no half file is ever left.

    Raises
    ------
    UsageError
        The file cannot be written; what stood there before stands there still.
    """
    # Half a surrogate pair, from a file name that is not UTF-8, is written as JSON would escape it.
    data = text.encode("utf-8", "backslashreplace")
    write_through(path, "", lambda temporary: temporary.write_bytes(data))


def write_through(path: Path, suffix: str, write: Callable[[Path], object]) -> None:
    """Have ``write`` make a file beside ``path``, then give it that name, so that no half file is ever left.

    A link stays one, and its target is written. A file that is there keeps its rights; a new one gets those of any new
    file of the user's.

    Parameters
    ----------
    path
        The file.
    suffix
        Of the temporary name, where ``write`` tells a format from it.
    write
        Writes to the path that it is given.

    Raises
    ------
    UsageError
        The file cannot be written; what stood there before stands there still.
    """
    try:
        target = _through_links(path)
        with _Temporary(target, suffix) as temporary:
            temporary.create()
            write(temporary.path)
            temporary.put_in_place()
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror or error}"
        raise UsageError(message) from None


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


class _Temporary:
    """A file beside its target that is gone in the end, whatever happens, or has taken the target's place.

    Its name is known before there is a file: a signal may come at any moment.

    Parameters
    ----------
    target
        What it is to replace.
    suffix
        Of its name.
    """

    def __init__(self, target: Path, suffix: str = "") -> None:
        self._target = target
        # Not made of the target's own name, which may be as long as names can be.
        self.path = target.with_name(f".netdesign-{os.urandom(6).hex()}{suffix}")

    def __enter__(self) -> _Temporary:
        return self

    def __exit__(self, *_: object) -> None:
        self.path.unlink(missing_ok=True)

    def create(self) -> None:
        """Make it, empty and private: what is written may be for its owner only."""
        os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    def put_in_place(self) -> None:
        """Replace the target."""
        try:
            mode = self._target.stat().st_mode & 0o777
        except FileNotFoundError:
            umask = os.umask(0)
            os.umask(umask)
            mode = 0o666 & ~umask
        with self.path.open("r+b") as file:
            # A disk elsewhere may say only now that it is full; and no crash may leave the new name without its text.
            os.fsync(file.fileno())
        with suppress(PermissionError):  # of a file system without such rights
            self.path.chmod(mode)
        self.path.replace(self._target)


def _is_stream(target: Path) -> bool:
    """Tell whether a file is what stdout or stderr is sent to: one of them would be lost with its replacement."""
    for stream in (1, 2):
        with suppress(OSError):  # closed, or the file is not there yet
            if os.path.samestat(os.fstat(stream), target.stat()):
                return True
    return False


def _through_links(path: Path) -> Path:
    """Return the file that a path with symbolic links means; links in a circle are an OSError."""
    try:
        target = path.resolve()
    except RuntimeError:  # links in a circle, up to Python 3.12
        target = path
    if target.is_symlink():
        raise OSError(errno.ELOOP, "symbolic links in a circle")
    return target
