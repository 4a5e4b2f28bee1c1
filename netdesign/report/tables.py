"""Tables on a terminal, and the same rows as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import JustifyMethod

_PLAIN_WIDTH = 120
"""Width where the output is no terminal: enough for the tables, the same on every machine."""

_NARROWEST = 40
"""Least width of sentences."""

_LONGEST_NAME = 20
"""Letters of a name that are not broken; numbers never are."""

_BETWEEN = 3
"""Blanks and line between two columns."""


@dataclass(frozen=True)
class TextTable:
    """A titled table.

    Parameters
    ----------
    title, header, rows
        Texts as printed.
    words
        Positions of the columns that hold words and are aligned left; the others hold numbers.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: frozenset[int] = frozenset({0})


def render(lines: Sequence[str], tables: Sequence[TextTable]) -> str:
    """Return sentences and tables as text without colour, in the width of the terminal."""
    from rich import box
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    def console(width: int) -> Console:
        return Console(file=text, width=width, color_system=None, highlight=False)

    text, width = io.StringIO(), _width()
    for line in lines:
        # Further lines of a sentence are indented as its first.
        words = line.lstrip()
        console(width).print(Padding(Text(words), (0, 0, 0, len(line) - len(words))))
    for table in tables:
        shown = Table(box=box.SIMPLE, pad_edge=False)
        least = _least_widths(table)
        for number, name in enumerate(table.header):
            # Plain text: an id such as [b] must not be read as markup.
            justify: JustifyMethod = "left" if number in table.words else "right"
            shown.add_column(Text(name), justify=justify, overflow="fold", min_width=least[number])
        for row in table.rows:
            shown.add_row(*(Text(cell) for cell in row))
        # The table begins with an empty line, which ends the line of the title.
        console(width).print(Text(f"\n{table.title}"), end="")
        # A table may be wider than the screen, so that no number is broken.
        console(max(width, sum(least) + _BETWEEN * len(least))).print(shown, end="", crop=False)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()).rstrip() + "\n"


def _least_widths(table: TextTable) -> list[int]:
    """Return the least width of each column: numbers are not broken, headings and names only at blanks.

    Long names without a blank may be broken anywhere.
    """
    from rich.cells import cell_len

    least = []
    for number, (heading, *cells) in enumerate(zip(table.header, *table.rows, strict=True)):
        is_named = number in table.words
        pieces = [*heading.split(), *((word for cell in cells for word in cell.split()) if is_named else cells)]
        longest = max(map(cell_len, pieces), default=1)
        least.append(min(longest, _LONGEST_NAME) if is_named else longest)
    return least


def _width() -> int:
    import shutil
    import sys

    return max(_NARROWEST, shutil.get_terminal_size().columns) if sys.stdout.isatty() else _PLAIN_WIDTH


def to_csv(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return rows as CSV text with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
