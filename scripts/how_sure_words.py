"""What the parts of docs/how-sure.md share: sentences, money, figures and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

INSTANCE = "europe"
MILLION = 1e6
DRAWS = 10_000

_DIGITS = 4


def sentences(lines: Sequence[str]) -> str:
    """Return sentences as a list; what follows one that ends in a colon belongs to it."""
    told, inner = [], ""
    for line in lines:
        told.append(f"{inner}* {line}\n")
        inner = "  " if line.endswith(":") else inner
    return "".join(told)


def millions(value: float | None, digits: int = 2) -> str:
    """Return an amount in EUR m."""
    return "-" if value is None else f"{value / MILLION:,.{digits}f}"


def rounded(value: float) -> str:
    """Return a value of a figure with four digits, thousands apart."""
    kept = float(f"{value:.{_DIGITS}g}")
    return f"{kept:,.0f}" if kept == round(kept) else f"{kept:,}"


def between(low: float, high: float) -> str:
    """Return a value that is known to lie between two, which may be one."""
    first, last = rounded(low), rounded(high)
    return first if first == last else f"{first} or {last}"
