"""The published formats by name, with title, options and recognition.

Help texts, pages and the bench take names and titles from here, so that this file imports no reader by itself.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from netdesign.errors import Fault, InstanceError, UsageError, did_you_mean
from netdesign.instance.files import NOT_ORDINARY, files_being_read
from netdesign.instance.published.reading import OWN_FORMAT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from netdesign.instance.published.reading import Reading, Source

_START = 4096
"""First bytes of a file, by which its kind is recognised."""


@dataclass(frozen=True)
class Family:
    """Place of the instances of a format in a collection of published instances.

    Parameters
    ----------
    folder
        Folder, next to the table of optima.
    file
        The one file from which all instances are cut; empty where each has its own.
    """

    folder: str
    file: str = ""


@dataclass(frozen=True)
class PublishedFormat:
    """One format.

    Parameters
    ----------
    title
        For people.
    reader
        Reads a file: a function, or module and function in this folder.
    subject
        Under which heading the help has it.
    options
        Names of the options of ``Reading`` that the reader takes.
    endings
        Of files that are in no other format.
    has_units
        Whether figures are in the units of an instance, so that some are unlikely.
    beginnings
        What the first word of a file begins with, as in no other format.
    own_word
        A word that stands in no file of another format without a beginning of its own.
    has_counts
        Returns whether a file has as many numbers as its counts require.
    is_folder
        Whether an instance is a folder, not a file.
    families
        Of the collections of published instances, by their name in the table of optima.
    """

    title: str
    reader: str | Callable[[Path, Reading], Source]
    subject: str = "Added"
    options: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()
    has_units: bool = False
    beginnings: tuple[str, ...] = ()
    own_word: str = ""
    has_counts: Callable[[Sequence[str]], bool] | None = None
    is_folder: bool = False
    families: Mapping[str, Family] = field(default_factory=dict)

    def read(self, path: Path, reading: Reading) -> Source:
        """Read a file."""
        if not isinstance(self.reader, str):
            return self.reader(path, reading)
        module, _, name = self.reader.partition(".")
        source: Source = getattr(import_module(f"netdesign.instance.published.{module}"), name)(path, reading)
        return source


def count_at(words: Sequence[str], place: int) -> int:
    """Return the whole number at a position, 0 where there is none."""
    word = words[place] if place < len(words) else ""
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 9 else 0


def _has_counts_of_ap(words: Sequence[str]) -> bool:
    nodes = count_at(words, 0)
    end = 1 + 2 * nodes + nodes * nodes
    return len(words) - end - 4 in (0, nodes, 2 * nodes) and 0 < count_at(words, end) <= nodes


def _has_counts_of_pmed(words: Sequence[str]) -> bool:
    nodes, edges, medians = (count_at(words, place) for place in range(3))
    return edges > 0 and len(words) == 3 + 3 * edges and 0 < medians <= nodes


_HUBS, _FACILITIES, _GRAPHS = "Hub location", "Facility location", "Graphs and tables"

FORMATS: dict[str, PublishedFormat] = {
    "ap": PublishedFormat(
        "AP, Australia Post: hub location (Ernst and Krishnamoorthy 1996)",
        "hubs.read_ap",
        _HUBS,
        frozenset({"nodes", "alpha", "fixed_costs", "capacities"}),
        has_counts=_has_counts_of_ap,
        families={"AP": Family("ap", "APdata200")},
    ),
    "cab": PublishedFormat(
        "CAB, Civil Aeronautics Board: hub location (O'Kelly 1987)",
        "hubs.read_cab",
        _HUBS,
        frozenset({"nodes", "alpha"}),
        own_word=":=",
        families={"CAB": Family("cab", "CAB.txt")},
    ),
    "cap": PublishedFormat(
        "OR-Library cap: capacitated facility location (Beasley 1988)",
        "facilities.read_cap",
        _FACILITIES,
        frozenset({"capacity"}),
        families={"ORLIB-cap": Family("orlib_cap")},
    ),
    "csv": PublishedFormat(
        "Folder of CSV files as spreadsheet programs write them, one a table",
        "csv_folder.read_csv_folder",
        _GRAPHS,
        frozenset({"dialect"}),
        has_units=True,
        is_folder=True,
    ),
    "excel": PublishedFormat(
        "Excel workbook, one sheet a table (needs openpyxl)",
        "excel.read_excel",
        _GRAPHS,
        endings=(".xlsx", ".xlsm"),
        has_units=True,
    ),
    "graphml": PublishedFormat(
        "GraphML of networkx and others",
        "graphml.read_graphml",
        _GRAPHS,
        endings=(".graphml",),
        has_units=True,
        beginnings=("<?xml", "<graphml"),
    ),
    "holmberg": PublishedFormat(
        "Single-source facility location (Holmberg et al. 1999)",
        "facilities.read_holmberg",
        _FACILITIES,
        families={"Holmberg": Family("sscflp_holmberg")},
    ),
    "nodelink": PublishedFormat(
        "Node-link JSON of networkx",
        "nodelink.read_nodelink",
        _GRAPHS,
        endings=(".json",),
        has_units=True,
        beginnings=("{",),
    ),
    "pmed": PublishedFormat(
        "OR-Library pmed: p-median (Beasley 1985)",
        "facilities.read_pmed",
        _FACILITIES,
        has_counts=_has_counts_of_pmed,
        families={"ORLIB-pmed": Family("orlib_pmed")},
    ),
    "ufllib": PublishedFormat(
        "UflLib, and OR-Library cap without capacities: facility location (Hoefer)",
        "facilities.read_ufllib",
        _FACILITIES,
        beginnings=("FILE:",),
        families={"UflLib": Family("uflp_misc")},
    ),
}


def names_by_subject() -> str:
    """Return the names of all formats under their headings, for a help text."""
    subjects: dict[str, list[str]] = {}
    for name, published in FORMATS.items():
        subjects.setdefault(published.subject, []).append(name)
    return " ".join(f"{subject}: {', '.join(names)}." for subject, names in subjects.items())


def names_that_take(option: str) -> str:
    """Return the names of the formats whose reader takes an option, for a help text."""
    return " or ".join(name for name, published in FORMATS.items() if option in published.options)


def has_units(name: str) -> bool:
    """Return whether the figures of files in a format are in the units of an instance."""
    return name == OWN_FORMAT or (name in FORMATS and FORMATS[name].has_units)


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


def check_format(name: str, option: str, *others: str) -> None:
    """Check that there is a format of some name.

    Parameters
    ----------
    name, option
        As it was typed, and where.
    others
        Further names that may stand there; it is none of them.

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
    """Return the format that files with the ending of a name are in, None where no format has the ending."""
    ending = Path(name).suffix.lower()
    return next((form for form, published in FORMATS.items() if ending in published.endings), None)


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
    from netdesign.instance.published.workbook import kind_of_workbook

    kind = kind_of_workbook(raw) or kind_of_graph(raw)
    if kind is None or kind.endswith(f"--format-in {format_in}"):
        return error
    return InstanceError([Fault(shown, 0, 0, "", kind)])


def kind_of_graph(raw: bytes) -> str | None:
    """Return the kind of a graph file with advice on reading it; None for other files."""
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
