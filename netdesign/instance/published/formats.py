"""The published formats by name, with title, options, and what tells a file of each.

Help texts, pages and the bench take names and titles from here, so that this file imports no reader by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from netdesign.errors import UsageError, did_you_mean
from netdesign.instance.published.reading import OWN_FORMAT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from netdesign.instance.published.reading import Reading, Source


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
    own_sheets
        Sheets of a workbook that stand together in no workbook of another format.
    has_counts
        Returns whether a file has as many numbers as its counts require.
    is_folder
        Whether an instance is a folder, not a file.
    without_alpha
        What is taken for the inter-hub factor, in words, where files have none; empty where they have one.
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
    own_sheets: frozenset[str] = frozenset()
    has_counts: Callable[[Sequence[str]], bool] | None = None
    is_folder: bool = False
    without_alpha: str = ""
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
        without_alpha="1 is taken, by which no leg gets cheaper",
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
    "tr81": PublishedFormat(
        "TR81, Turkish network: hub location with fixed costs of links (workbook, needs openpyxl)",
        "turkish.read_tr81",
        _HUBS,
        frozenset({"nodes", "alpha", "flows", "fixed_cost_factor"}),
        own_sheets=frozenset({"distance_km", "fixed_link_cost"}),
        without_alpha="0.9 is taken, as is often done for this network",
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
    *others, last = (name for name, published in FORMATS.items() if option in published.options)
    return f"{', '.join(others)} or {last}" if others else last


def has_units(name: str) -> bool:
    """Return whether the figures of files in a format are in the units of an instance."""
    return name == OWN_FORMAT or (name in FORMATS and FORMATS[name].has_units)


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
