"""Numbers of a page: with as many digits as it shows, as whole numbers where they are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Iterable

_DIGITS = 10
"""Of money, which is summed and compared on the page."""

_DIGITS_IN_COLUMN, _DECIMALS_IN_COLUMN = 6, 2
"""Of columns: a page has thousands of these numbers. Under 1, where decimals are all there is, there are more."""


@overload
def figure(value: float) -> float: ...
@overload
def figure(value: float | None) -> float | None: ...
def figure(value: float | None) -> float | None:
    """Return a number without the digits that nobody reads; None where there is none."""
    return None if value is None else _rounded(value, _DIGITS)


def column(values: Iterable[float]) -> list[float]:
    """Return numbers of a column."""
    return [_in_column(value) for value in values]


def column_with_gaps(values: Iterable[float | None]) -> list[float | None]:
    """Return numbers of a column in which some are not known: None, or not finite."""
    return [None if value is None or not math.isfinite(value) else _in_column(value) for value in values]


def _in_column(value: float) -> float:
    return _rounded(value if abs(value) < 1 else round(value, _DECIMALS_IN_COLUMN), _DIGITS_IN_COLUMN)


def _rounded(value: float, digits: int) -> float:
    found = float(f"{value:.{digits}g}")
    return int(found) if found.is_integer() else found
