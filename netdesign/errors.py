"""Errors and their exit codes.

A usage error (2) is in what was typed: an option, a value that cannot be read or is out of range, a path or address of
``--set`` that leads nowhere. An instance error (3) is in the files of the instance or in a value that
``--set`` puts in their place.

Every error that a person can cause is one of these classes; the command line turns it into a message on stderr
and an exit code. Anything else is a defect of ours and ends with exit code 1.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class ExitCode(IntEnum):
    """Exit codes of the command line; scripts and CI rely on them."""

    ANSWERED = 0
    INTERNAL_ERROR = 1
    USAGE = 2
    BAD_INSTANCE = 3
    INFEASIBLE = 4
    STOPPED_WITH_PLAN = 5
    STOPPED_WITHOUT_PLAN = 6
    CONTRADICTED = 7


class NetdesignError(Exception):
    """Base of all errors with a message for people.

    Parameters
    ----------
    message
        What is wrong, where, and what to do.
    """

    exit_code: ExitCode = ExitCode.INTERNAL_ERROR

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UsageError(NetdesignError):
    """A call that cannot be carried out: unknown name, option out of range, output that cannot be written."""

    exit_code = ExitCode.USAGE


class SizeError(UsageError):
    """A model or an enumeration would be larger than is attempted.

    Parameters
    ----------
    message
        How large it would be, and what is attempted.
    part_of_sites
        With about which part of the sites it would be small enough; None where that is not what is too much.
    """

    mark = "too large: "
    """First words of each message, by which a program recognises the error."""

    def __init__(self, message: str, part_of_sites: float | None = None) -> None:
        super().__init__(f"{self.mark}{message}")
        self.part_of_sites = part_of_sites


class SolverError(NetdesignError):
    """The solver refused a setting or ended as it never should: a defect, never the user's fault."""


class DisagreementError(SolverError):
    """Engine and referee disagree about a plan: the model states another problem than the instance."""

    exit_code = ExitCode.CONTRADICTED


class ContradictionError(NetdesignError):
    """The referee, another engine or the literature contradicts a result."""

    exit_code = ExitCode.CONTRADICTED


SHEET_END = "!"
"""With which the name of a sheet ends, where the file of a fault is one."""


@cache
def column_letters(column: int) -> str:
    """Return the letters of a column of a sheet, which is counted from 1."""
    text = ""
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with an instance, and where.

    Parameters
    ----------
    file
        Name of the file, relative to the instance, or the option that gave the value; of a sheet with ``SHEET_END``.
    line, column
        Counted from 1; for CSV the column is the number of the field. 0 where there is none to name.
    field
        Path of the field, such as ``road.speed_kmh``.
    message
        What was found, what is allowed, what to do.
    """

    file: str
    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        place = self.file
        if place.endswith(SHEET_END):
            place = self._in_sheet()
        elif self.line:
            place += f":{self.line}"
            if self.column:
                place += f":{self.column}"
        field = f"{self.field}: " if self.field else ""
        return f"{place}: {field}{self.message}"

    def _in_sheet(self) -> str:
        """Return the place as a spreadsheet program names it: ``x.xlsx: hubs!C7``."""
        if self.line and self.column:
            return f"{self.file}{column_letters(self.column)}{self.line}"
        sheet = self.file.removesuffix(SHEET_END)
        return f"{sheet}, row {self.line}" if self.line else sheet


class InstanceError(NetdesignError):
    """An instance that is wrong as it stands; carries every fault that was found.

    Parameters
    ----------
    faults
        At least one.
    """

    exit_code = ExitCode.BAD_INSTANCE

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        count = len(self.faults)
        title = "1 fault in the instance" if count == 1 else f"{count} faults in the instance"
        super().__init__("\n".join([title, *(f"  {fault}" for fault in self.faults)]))


def as_usage(faults: Iterable[Fault]) -> UsageError:
    """Return the error of faults in what was typed."""
    return UsageError("\n".join(map(str, sorted(set(faults)))))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest known word, or an empty string.

    The characters that differ are named where the two words look alike.
    """
    known = list(known)
    alike = next((name for name in known if normalised(name) == normalised(word)), None)
    alike = alike or next((name for name in known if _latin_form(name) == _latin_form(word)), None)
    if alike is not None and alike != word:
        return f"; did you mean '{alike}'? It looks alike: {differing_characters(word, alike)}"
    same = next((name for name in known if _is_same_number(name, word)), None)
    if same is not None:
        return f"; did you mean '{same}'?"
    # Without regard to capitals: users often type ids of airports in small letters.
    by_letters = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), list(by_letters), n=1, cutoff=0.6)
    # Users leave the unit out; `volume` is too unlike `volume_t_per_year` for a match by similarity.
    near = near or [name for name in by_letters if word and name.startswith(f"{word.lower()}_")]
    return f"; did you mean '{by_letters[near[0]]}'?" if near else ""


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """Return the message on an unknown name; ``what`` is its kind, such as ``column``."""
    return f"unknown {what}; allowed: {', '.join(known)}{did_you_mean(name, known)}"


def _is_same_number(one: str, other: str) -> bool:
    """Return whether two names are one number with different leading zeros, which spreadsheets remove."""
    are_numbers = all(name.isascii() and name.isdecimal() for name in (one, other))
    return are_numbers and one != other and one.lstrip("0") == other.lstrip("0")


def normalised(name: str) -> str:
    """Return a name with one form for all blanks, dashes, quotes and composed letters, which look the same."""
    if name.isascii():
        return " ".join(name.split())
    letters = unicodedata.normalize("NFKC", name)
    kept = (_PLAIN.get(unicodedata.category(letter), letter) for letter in letters if not is_invisible(letter))
    return " ".join("".join(_QUOTES.get(letter, letter) for letter in kept).split())


def _latin_form(name: str) -> str:
    """Return the normalised name, with letters that look Latin replaced by Latin ones."""
    return normalised(name).translate(LOOKALIKE_LETTERS)


def is_invisible(letter: str) -> bool:
    """Return whether a character is invisible: joiners, marks of direction, line ends, fillers."""
    is_selector = "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"
    return unicodedata.category(letter) in ("Cf", "Zl", "Zp") or is_selector or letter in _FILLERS


def differing_characters(one: str, other: str) -> str:
    """Return the characters that two names that look alike do not share, in words."""
    ours, theirs = Counter(one) - Counter(other), Counter(other) - Counter(one)
    here, there = (" and ".join(map(character, letters)) for letters in (ours, theirs))
    if here and there:
        return f"here stands {here}, there {there}"
    return f"here stands {here}" if here else f"there stands {there}" if there else "the order of their characters"


def character(letter: str) -> str:
    """Return a character by its code point and name."""
    return f"U+{ord(letter):04X} ({unicodedata.name(letter, 'without a name').lower()})"


LOOKALIKE_LETTERS = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u0405"
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf",
    "ABEKMHOPCTXIJSaeopcyxijsABEZHIKMNOPTYXo",
)
"""Letters of Cyrillic and Greek that are drawn as one of Latin (Unicode Technical Standard 39)."""

_PLAIN = {"Pd": "-", "Zs": " "}
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u00b4": "'", "`": "'", "\u2212": "-"}
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800"
