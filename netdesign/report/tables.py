"""Tables on a terminal, and the same rows as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN_WIDTH = 120
"""Width where the output is no terminal: enough for the tables, the same on every machine."""


@dataclass(frozen=True)
class Table:
    """A titled table.

    Parameters
    ----------
    title, header, rows
        As shown.
    words
        Positions of the columns that hold words and stand on the left; the others hold numbers.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: frozenset[int] = frozenset({0})


def render(lines: Sequence[str], tables: Sequence[Table]) -> str:
    """Return sentences and tables as text, without colour: the terminal's width where there is one."""
    from rich import box
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table as RichTable
    from rich.text import Text

    console = Console(file=io.StringIO(), width=_width(), color_system=None, highlight=False)
    for line in lines:
        # What goes on in the next line stands under its beginning.
        text = line.lstrip()
        console.print(Padding(Text(text), (0, 0, 0, len(line) - len(text))))
    for table in tables:
        shown = RichTable(box=box.SIMPLE, pad_edge=False)
        for number, name in enumerate(table.header):
            shown.add_column(name, justify="left" if number in table.words else "right", overflow="fold")
        for row in table.rows:
            shown.add_row(*(Text(cell) for cell in row))
        console.print(Text(f"\n{table.title}"), shown, sep="\n", end="")
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in str(text).splitlines()).rstrip() + "\n"


def _width() -> int:
    import shutil
    import sys

    return max(80, shutil.get_terminal_size().columns) if sys.stdout.isatty() else _PLAIN_WIDTH


def to_csv(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return rows as CSV text with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
