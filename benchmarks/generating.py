"""The command of the programs here that write a generated instance: which names they take, and where it goes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from netdesign.errors import NetdesignError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OF_ITS_OWN_FIGURES = ("ranges", "distributions", "correlations")
"""Tables on the figures of the European instance, which one that is made of it does not have."""


def write_named(
    program: str,
    words: tuple[str, str],
    allowed: str,
    is_allowed: Callable[[str], bool],
    write: Callable[[str, Path], None],
    arguments: Sequence[str] | None = None,
    known: Sequence[str] = (),
) -> None:
    """Write the instance that the command names; say what it takes, and end with exit code 2, where it names none.

    Parameters
    ----------
    program
        Name of the module.
    words
        What the usage calls the name of the instance, and the place for it.
    allowed, is_allowed
        Which names there are, in words, and whether one of them is given.
    write
        Writes an instance of that name to that place.
    arguments
        Of the command; None for those of this process.
    known
        Names that there are, or their beginnings, one of which may have been meant.
    """
    name, place = words
    usage = f"python -m benchmarks.{program} {name} {place}\n{name} is {allowed}"
    parser = argparse.ArgumentParser(usage=usage)
    parser.add_argument("name", metavar=name)
    parser.add_argument("place", metavar=place, type=Path)
    given = parser.parse_args(arguments)
    if not is_allowed(given.name):
        parser.error(f"there is no {given.name}{did_you_mean(given.name, known)}")
    if not given.place.parent.is_dir():
        parser.error(f"{given.place}: there is no folder {given.place.parent}")
    try:
        write(given.name, given.place)
    except (NetdesignError, OSError) as error:
        parser.error(str(error))
    print(f"{given.place} written")


def sizes_of(name: str) -> list[int]:
    """Return the numbers of a name such as ``300.60.3``; none where it is another one."""
    numbers = name.split(".")
    return [int(number) for number in numbers] if all(map(_is_number, numbers)) else []


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
