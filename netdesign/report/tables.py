"""Tables on a terminal, and the same rows as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import JustifyMethod

_PLAIN_WIDTH = 120
"""Width where the output is no terminal: enough for the tables, the same on every machine."""

_NARROWEST = 40
"""Least width of sentences."""

_LONGEST_NAME = 20
"""Letters of a name that are not broken; numbers never are."""

_NUMBER = 18
"""Width of the widest usual number with the blanks around it."""

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
    keys
        Number of columns, from the first, that say what a row is. Columns that a screen has no room for come in further
        tables below, each with these.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: frozenset[int] = frozenset({0})
    keys: int = 1

    def columns(self, numbers: Sequence[int]) -> TextTable:
        """Return the table with some of its columns."""
        words = frozenset(place for place, number in enumerate(numbers) if number in self.words)
        header, *rows = ([row[number] for number in numbers] for row in (self.header, *self.rows))
        return replace(self, header=header, rows=rows, words=words)


def render(lines: Sequence[str], tables: Sequence[TextTable], last: str = "") -> str:
    """Return sentences, tables and a last sentence as text without colour, in the width of the terminal."""
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
    for table in chain.from_iterable(_on_screen(whole, width) for whole in tables):
        shown = Table(box=box.SIMPLE, pad_edge=False)
        widths = _widths(table, width)
        for number, name in enumerate(table.header):
            # Plain text: an id such as [b] must not be read as markup.
            justify: JustifyMethod = "left" if number in table.words else "right"
            shown.add_column(Text(name), justify=justify, overflow="fold", width=widths[number])
        for row in table.rows:
            shown.add_row(*(Text(cell) for cell in row))
        # The table begins with an empty line, which ends the line of the title.
        console(width).print(Text(f"\n{table.title}" if table.title else ""), end="")
        # A table may be wider than the screen, so that no number is broken.
        console(max(width, sum(widths) + _BETWEEN * len(widths))).print(shown, end="", crop=False)
    if last:
        console(width).print(Text(f"\n{last}"))
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()).rstrip() + "\n"


def _on_screen(table: TextTable, width: int) -> Iterator[TextTable]:
    """Yield a table in parts that a screen has room for; one column beside the keys always has it."""
    least, title = _least_widths(table, width), table.title
    keys = list(range(table.keys))
    taken = keys
    for number in range(table.keys, len(least)):
        if len(taken) > len(keys) and sum(least[one] + _BETWEEN for one in (*taken, number)) > width:
            yield replace(table.columns(taken), title=title)
            taken, title = keys, ""
        taken = [*taken, number]
    yield replace(table.columns(taken), title=title)


def _widths(table: TextTable, width: int) -> list[int]:
    """Return the width of each column: what it takes in one line, as far as the screen has room for it.

    rich makes columns narrow without regard to the least widths of others.
    """
    from rich.cells import cell_len

    widths = _least_widths(table, width)
    columns = zip(table.header, *table.rows, strict=True)
    wanted = [max(map(cell_len, column)) - least for column, least in zip(columns, widths, strict=True)]
    left = max(0, width - sum(widths) - _BETWEEN * len(widths))
    for place, number in enumerate(sorted(range(len(widths)), key=wanted.__getitem__)):
        more = min(wanted[number], left // (len(widths) - place))
        widths[number] += more
        left -= more
    return widths


def _least_widths(table: TextTable, width: int) -> list[int]:
    """Return the least width of each column: numbers are not broken, headings and names only at blanks.

    Long names without a blank may be broken anywhere. Keys are not broken, as they are what the parts of a table have
    in common, unless that would leave no room for a number.
    """
    from rich.cells import cell_len

    columns = list(zip(table.header, *table.rows, strict=True))
    keys = [max(map(cell_len, column)) for column in columns[: table.keys]]
    least = keys if sum(key + _BETWEEN for key in keys) + _NUMBER <= width else []
    for number, (heading, *cells) in list(enumerate(columns))[len(least) :]:
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
