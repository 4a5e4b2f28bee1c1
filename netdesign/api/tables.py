"""Columns for any data frame library, and HTML for notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from netdesign.errors import UsageError, did_you_mean
from netdesign.report.tables import to_csv
from netdesign.report.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LIBRARIES = ("pandas", "polars")
_MOST_ROWS = 20
"""Rows that a notebook shows."""


class Columns(Mapping[str, list[Any]]):
    """A table: columns of equal length by name, in order.

    Parameters
    ----------
    columns
        The columns by name.

    Examples
    --------
    >>> import netdesign as nd
    >>> routes = nd.solve("tiny").best.routes
    >>> list(routes)[:2], routes["origin"][0], routes.rows()[0]["volume_t_per_year"]
    (['origin', 'destination'], 'A', 300.0)
    """

    def __init__(self, columns: Mapping[str, list[Any]]) -> None:
        self._columns = dict(columns)

    def __getitem__(self, name: str) -> list[Any]:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"<Columns {', '.join(self)}: {len(self.rows())} rows>"

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows, each a dict."""
        return [dict(zip(self, cells, strict=True)) for cells in zip(*self.values(), strict=True)]

    def to_dict(self) -> dict[str, list[Any]]:
        """Return the columns as plain lists, which every library of data frames takes."""
        return {name: list(values) for name, values in self.items()}

    def to_csv(self) -> str:
        """Return CSV text with a header."""
        return to_csv(list(self), [list(row.values()) for row in self.rows()])

    def to_frame(self, library: str | None = None) -> Any:
        """Return a data frame.

        Parameters
        ----------
        library
            ``pandas`` or ``polars``; by default the first of them that is installed.

        Raises
        ------
        UsageError
            The library is unknown or not installed.
        """
        if library is not None and library not in _LIBRARIES:
            message = f"to_frame {library!r}: allowed: {', '.join(_LIBRARIES)}{did_you_mean(str(library), _LIBRARIES)}"
            raise UsageError(message)
        asked = _LIBRARIES if library is None else (library,)
        found = next((name for name in asked if find_spec(name) is not None), None)
        if found is None:
            message = f"to_frame needs {' or '.join(asked)}, which is not installed; to_dict() needs neither"
            raise UsageError(message)
        if found == "pandas":
            import pandas as pd

            return pd.DataFrame(self.to_dict())
        import polars as pl

        return pl.DataFrame(self.to_dict())

    def _repr_html_(self) -> str:
        rows = self.rows()
        more = f"<p>and {len(rows) - _MOST_ROWS} more rows</p>" if len(rows) > _MOST_ROWS else ""
        return html_table(list(self), [list(row.values()) for row in rows[:_MOST_ROWS]]) + more


def changes_table(figures: Iterable[Any], words: Callable[[Any], str]) -> Columns:
    """Return where what is best changes: one row for each change of each figure of an answer of tipping."""
    rows = [(one.name, change) for one in figures for change in one.changes]
    return Columns(
        {
            "figure": [name for name, _ in rows],
            "at_least": [change.at_least for _, change in rows],
            "at_most": [change.at_most for _, change in rows],
            "before": [words(change.before) for _, change in rows],
            "after": [words(change.after) for _, change in rows],
        }
    )


def html_table(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """Return a table of HTML."""
    head = "".join(f"<th>{_text(cell)}</th>" for cell in header)
    cells = [["" if cell is None else _text(str(cell)) for cell in row] for row in rows]
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def html_list(title: str, lines: Iterable[str]) -> str:
    """Return a heading with a list under it as HTML."""
    return f"<b>{_text(title)}</b><ul>{''.join(f'<li>{_text(line)}</li>' for line in lines)}</ul>"


def _text(text: str) -> str:
    return escape(shown(text))
