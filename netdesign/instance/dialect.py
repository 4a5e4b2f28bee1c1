"""How a spreadsheet program writes CSV: what separates columns, and which sign decimals have."""

from __future__ import annotations

import re
from enum import StrEnum


class Dialect(StrEnum):
    """Dialect of CSV files."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    SEMICOLON_POINT = "semicolon-point"

    @property
    def separator(self) -> str:
        """Between two columns."""
        return "," if self is Dialect.COMMA else ";"

    @property
    def decimal_sign(self) -> str:
        """Between whole and decimal digits of a number."""
        return "," if self is Dialect.SEMICOLON else "."

    def written(self, number: float) -> str:
        """Return a number with all its digits."""
        text = repr(number)
        return text.removesuffix(".0").replace(".", self.decimal_sign)


DIALECTS = "commas and decimal points, semicolons and decimal commas, or semicolons and decimal points."
"""The dialects in words, in their order."""

_RUNS = re.compile(r"'*[=+\-@\t\r]")
"""What the text of a formula begins with, and texts that were kept from being one."""


def guarded(text: str) -> str:
    """Return a text with an apostrophe before it where a spreadsheet program would take it for a formula."""
    return f"'{text}" if _RUNS.match(text) else text


def unguarded(cell: str) -> str:
    """Return the text of a cell as it was before ``guarded``."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell) else cell
