"""The filled cells of a sheet, of a workbook or of a CSV file alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netdesign.instance.published.cells import Value


@dataclass
class Sheet:
    """The filled cells of a sheet.

    Parameters
    ----------
    rows
        By line and column, both from 1.
    merged
        Left, top, right and bottom of each range.
    is_hidden, hidden_rows, is_filtered
        What is not shown.
    hides_rows
        Whether a row without a height of its own is not shown.
    columns
        First and last of a stretch of columns, and whether they are hidden; the last stretch of a column counts.
    """

    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    is_hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hides_rows: bool = False
    columns: list[tuple[int, int, bool]] = field(default_factory=list)
    is_filtered: bool = False

    def hides(self, column: int) -> bool:
        """Return whether a column is not shown."""
        return next((hidden for first, last, hidden in reversed(self.columns) if first <= column <= last), False)
