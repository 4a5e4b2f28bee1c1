"""Reading a file in a published format, and what a file is that was read in another one."""

from __future__ import annotations

import codecs
import io
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from netdesign.errors import Fault, InstanceError, UsageError
from netdesign.instance.files import NOT_ORDINARY, files_being_read
from netdesign.instance.published.formats import FORMATS, check_format
from netdesign.instance.published.reading import OWN_FORMAT

if TYPE_CHECKING:
    from netdesign.instance.published.reading import Reading, Source

_START = 4096
"""First bytes of a file, by which its kind is recognised."""


def read_published(path: Path, reading: Reading) -> Source:
    """Read a file in a published format.

    Raises
    ------
    UsageError
        An unknown format, an option that it does not take, or a path that does not exist.
    InstanceError
        What is wrong with the file, with its line.
    """
    check_format(reading.format_in, "--format-in", OWN_FORMAT)
    published = FORMATS[reading.format_in]
    check_reader_options(reading, published.options)
    _check_typed_paths(path, reading)
    if published.is_folder and not path.is_dir():
        raise InstanceError([Fault(str(path), 0, 0, "", f"is no folder; {reading.format_in} is read from a folder")])
    if not published.is_folder and not path.is_file():
        raise InstanceError([Fault(str(path), 0, 0, "", NOT_ORDINARY)])
    try:
        return published.read(path, reading)
    except InstanceError as error:
        raise in_other_format(path, error, str(path), reading.format_in) from error.__cause__


def check_reader_options(reading: Reading, taken: frozenset[str]) -> None:
    """Raise a UsageError for an option that the format of a reading does not take."""
    stray = [name.replace("_", "-") for name in reading.options if name not in taken]
    if stray:
        takes = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(taken)) or "no such option"
        message = f"--{stray[0]} says nothing about the format {reading.format_in}, which takes {takes}"
        raise UsageError(message)


def _check_typed_paths(path: Path, reading: Reading) -> None:
    missing = [] if path.exists() else [f"{path}: there is no such file to read as {reading.format_in}"]
    files = {"--fixed-costs": reading.fixed_costs, "--capacities": reading.capacities}
    for option, file in files.items():
        if file is not None and not Path(file).exists():
            missing.append(f"{option} {file}: there is no such file")
    if missing:
        raise UsageError("\n".join(missing))


def in_other_format(path: Path, error: InstanceError, shown: str, format_in: str = OWN_FORMAT) -> InstanceError:
    """Return the error of a file that was read in some format; it names the true kind where that shows.

    Parameters
    ----------
    path, shown
        The file and its name in messages.
    error
        What was wrong with it.
    format_in
        In which it was read.
    """
    try:
        raw = files_being_read().read(path, shown)
    except InstanceError:  # the error reports it already
        return error
    from netdesign.instance.published.workbook_kind import XLSX, kind_of_workbook

    kind = kind_of_sheets(raw) or kind_of_workbook(raw) or kind_of_graph(raw)
    # Whether a workbook lacks sheets of a published one, or is another, only its reader can tell.
    is_workbook = format_in in FORMATS and FORMATS[format_in].own_sheets and kind == XLSX
    if kind is None or is_workbook or kind.endswith(f"--format-in {format_in}"):
        return error
    return InstanceError([Fault(shown, 0, 0, "", kind)])


def format_by_sheets(file: Path | BinaryIO) -> str | None:
    """Return the published format whose own sheets a workbook has, None where it has those of none, or is none."""
    from netdesign.instance.published.workbook_kind import sheet_names

    names = sheet_names(file)
    return next((form for form, one in FORMATS.items() if one.own_sheets and one.own_sheets <= names), None)


def kind_of_sheets(raw: bytes) -> str | None:
    """Return the published format whose sheets a workbook has, with advice on reading it; None for other files."""
    name = format_by_sheets(io.BytesIO(raw))
    return None if name is None else f"has the sheets of the format {name}; read it with --format-in {name}"


def kind_of_graph(raw: bytes) -> str | None:
    """Return the kind of a graph file with advice on reading it; None for other files."""
    if b"<graphml" in raw[:_START]:
        return "is a graph in GraphML; read it with --format-in graphml"
    is_object = raw[:_START].removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")
    if is_object and b'"nodes"' in raw and (b'"edges"' in raw or b'"links"' in raw):
        return "is a graph in node-link JSON; read it with --format-in nodelink"
    return None
