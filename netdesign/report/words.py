"""Numbers and names as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ORDINALS = (
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)


_NOTHING = 0.005
"""Amounts under half a cent are rounding."""


def ordinal(number: int) -> str:
    """Return ``second`` for 2; ``12th`` past ten."""
    return _ORDINALS[number] if number < len(_ORDINALS) else f"{number}th"


def network_name(hubs: Iterable[str]) -> str:
    """Return ``LGG + PRG``."""
    return " + ".join(hubs)


def money(eur: float | None) -> str:
    """Return an amount in EUR, with millions where it has them."""
    if eur is None:
        return "-"
    if abs(eur) >= 1e5:
        return f"EUR {eur / 1e6:,.2f} m"
    return f"EUR {eur:,.0f}" if abs(eur) >= 10 or eur == 0 else f"EUR {eur:,.2f}"


def amount(eur: float | None) -> str:
    """Return an amount for a column whose unit is EUR."""
    if eur is None:
        return "-"
    return f"{eur:,.0f}" if abs(eur) >= 100 or abs(eur) < _NOTHING else f"{eur:,.2f}"


def difference(eur: float | None) -> str:
    """Return an amount with its sign for a column whose unit is EUR."""
    if eur is None:
        return "-"
    return f"{eur:+,.0f}" if abs(eur) >= 100 or abs(eur) < _NOTHING else f"{eur:+,.2f}"


def tonnes(value: float | None) -> str:
    """Return a volume for a column whose unit is t."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 or value == 0 else f"{value:,.2f}"


def share(value: float | None) -> str:
    """Return a share as a percentage."""
    return "-" if value is None else f"{value:.1%}"
