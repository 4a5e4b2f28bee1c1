"""The published formats by name, and the options that each takes."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netdesign.errors import Fault, InstanceError, UsageError, did_you_mean
from netdesign.instance.files import NOT_ORDINARY, files_being_read
from netdesign.instance.published.excel import read_excel
from netdesign.instance.published.facilities import read_cap, read_holmberg, read_pmed, read_ufllib
from netdesign.instance.published.graphml import read_graphml
from netdesign.instance.published.hubs import read_ap, read_cab
from netdesign.instance.published.nodelink import read_nodelink
from netdesign.instance.published.reading import OWN_FORMAT
from netdesign.instance.published.workbook import kind_of_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.instance.published.reading import Reading, Source

_START = 4096
"""Bytes at the beginning of a file that show what it is."""


@dataclass(frozen=True)
class PublishedFormat:
    """One format.

    Parameters
    ----------
    title
        For people.
    read
        Reads a file.
    options
        Names of the options of ``Reading`` that the reader takes.
    endings
        Of files that are in no other format.
    """

    title: str
    read: Callable[[Path, Reading], Source]
    options: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()


FORMATS: dict[str, PublishedFormat] = {
    "ap": PublishedFormat(
        "AP, Australia Post: hub location (Ernst and Krishnamoorthy 1996)",
        read_ap,
        frozenset({"nodes", "alpha", "fixed_costs", "capacities"}),
    ),
    "cab": PublishedFormat(
        "CAB, Civil Aeronautics Board: hub location (O'Kelly 1987)", read_cab, frozenset({"nodes", "alpha"})
    ),
    "cap": PublishedFormat(
        "OR-Library cap: capacitated facility location (Beasley 1988)", read_cap, frozenset({"capacity"})
    ),
    "excel": PublishedFormat(
        "Excel workbook, one sheet a table (needs openpyxl)", read_excel, endings=(".xlsx", ".xlsm")
    ),
    "graphml": PublishedFormat("GraphML of networkx and others", read_graphml, endings=(".graphml",)),
    "holmberg": PublishedFormat("Single-source facility location (Holmberg et al. 1999)", read_holmberg),
    "nodelink": PublishedFormat("Node-link JSON of networkx", read_nodelink, endings=(".json",)),
    "pmed": PublishedFormat("OR-Library pmed: p-median (Beasley 1985)", read_pmed),
    "ufllib": PublishedFormat("UflLib, and OR-Library cap without capacities: facility location (Hoefer)", read_ufllib),
}


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
    if not path.is_file():
        raise InstanceError([Fault(str(path), 0, 0, "", NOT_ORDINARY)])
    return published.read(path, reading)


def check_format(name: str, option: str, *others: str) -> None:
    """Check that there is a format of some name.

    Parameters
    ----------
    name, option
        As it was typed, and where.
    others
        Further names that may stand there, of which it is none.

    Raises
    ------
    UsageError
        There is none.
    """
    if name in FORMATS:
        return
    allowed = f"allowed: {', '.join((*others, *FORMATS))}{did_you_mean(name, FORMATS)}"
    message = f"{option} {name}: there is no such format; {allowed}"
    by_ending = format_by_ending(name)
    raise UsageError(f"{message}\na file with this ending is read as {by_ending}" if by_ending else message)


def format_by_ending(name: str) -> str | None:
    """Return the format that files with the ending of a name are in, None where the ending does not tell."""
    ending = Path(name).suffix.lower()
    return next((form for form, published in FORMATS.items() if ending in published.endings), None)


def _check_typed_paths(path: Path, reading: Reading) -> None:
    missing = [] if path.exists() else [f"{path}: there is no such file to read as {reading.format_in}"]
    beside = {"--fixed-costs": reading.fixed_costs, "--capacities": reading.capacities}
    for option, file in beside.items():
        if file is not None and not Path(file).exists():
            missing.append(f"{option} {file}: there is no such file")
    if missing:
        raise UsageError("\n".join(missing))


def in_other_format(path: Path, error: InstanceError) -> InstanceError:
    """Return the error of a file that was read as an instance of our own; what it is instead, where that can be told.

    Parameters
    ----------
    path
        The file.
    error
        What was wrong with it.
    """
    try:
        raw = files_being_read().read(path, path.name)
    except InstanceError:  # the error says so already
        return error
    kind = kind_of_workbook(raw) or kind_of_graph(raw)
    return InstanceError([Fault(path.name, 0, 0, "", kind)]) if kind else error


def kind_of_graph(raw: bytes) -> str | None:
    """Return what a file with a graph is and how to read it; None where it is something else."""
    if b"<graphml" in raw[:_START]:
        return "is a graph in GraphML; read it with --format-in graphml"
    is_object = raw[:_START].removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")
    if is_object and b'"nodes"' in raw and (b'"edges"' in raw or b'"links"' in raw):
        return "is a graph in node-link JSON; read it with --format-in nodelink"
    return None


def check_reader_options(reading: Reading, taken: frozenset[str]) -> None:
    """Raise a UsageError for an option that the format of a reading does not take."""
    stray = [name.replace("_", "-") for name in reading.options if name not in taken]
    if stray:
        takes = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(taken)) or "no such option"
        message = f"--{stray[0]} says nothing about the format {reading.format_in}, which takes {takes}"
        raise UsageError(message)
