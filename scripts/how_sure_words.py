"""What the parts of docs/how-sure.md share: sentences, money, figures, values and names of networks."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netdesign.api.answers import NetworkAnswer
    from netdesign.results.document import NetworkPart

MILLION = 1e6

_DIGITS, _FEW_DIGITS = 4, 2

_WIDTH = 120


def bullets(lines: Iterable[str]) -> str:
    """Return sentences as a list."""
    return "".join(f"* {line}\n" for line in lines)


def nested(first: str, lines: Iterable[str]) -> str:
    """Return a sentence of a list with a list under it, for ``bullets``."""
    return "\n".join([first, *(f"  * {line}" for line in lines)])


def millions(value: float | None, digits: int = 2) -> str:
    """Return an amount in EUR m."""
    return "-" if value is None else f"{value / MILLION:,.{digits}f}"


def signed(value: float | None, digits: int = 2) -> str:
    """Return an amount in EUR m with its sign."""
    return "-" if value is None else f"{value / MILLION:+,.{digits}f}"


def rounded(value: float) -> str:
    """Return a value of a figure with four digits, thousands apart."""
    kept = float(f"{value:.{_DIGITS}g}")
    return f"{kept:,.0f}" if kept == round(kept) else f"{kept:,}"


def between(low: float, high: float) -> str:
    """Return a value that is known to lie between two, which may be one."""
    first, last = rounded(low), rounded(high)
    return first if first == last else f"somewhere between {first} and {last}"


def about(low: float, high: float) -> str:
    """Return a value that is known to lie between two, in round figures where it is not one."""
    middle = (low + high) / 2
    return rounded(low) if rounded(low) == rounded(high) else f"about {float(f'{middle:.{_FEW_DIGITS}g}'):,.0f}"


def network_of(hubs: Iterable[str]) -> str:
    """Return the name of a network."""
    return " + ".join(hubs)


def saves(hubs: Iterable[str], saving: float | None) -> str:
    """Return what a network saves, or loses."""
    amount = 0.0 if saving is None else saving
    return f"{network_of(hubs)} {'saves' if amount >= 0 else 'loses'} EUR {millions(abs(amount))} m"


def inside_of(network: NetworkAnswer | NetworkPart) -> float:
    """Return the share of freight with a deadline that is inside it."""
    return 0.0 if network.service is None else network.service.inside or 0.0


def listed(names: Sequence[str], last: str = "and") -> str:
    """Return names as ``a, b and c``."""
    *others, final = names
    return f"{', '.join(others)} {last} {final}" if others else final


def wrapped(text: str) -> str:
    """Return a page whose paragraphs and lists are broken into lines of equal length."""
    return "\n\n".join(map(_wrapped_block, text.strip("\n").split("\n\n"))) + "\n"


def _wrapped_block(block: str) -> str:
    lines = block.strip("\n").split("\n")
    if lines[0].startswith(("#", "|")):
        return "\n".join(lines)
    if lines[0].startswith("* "):
        return "\n".join(_filled(line, " " * (line.index("*") + 2)) for line in _items(lines))
    return _filled(" ".join(lines), "")


def _items(lines: Iterable[str]) -> list[str]:
    """Return the items of a list, those that go on in the next line in one."""
    found: list[str] = []
    for line in lines:
        if line.lstrip().startswith("* "):
            found.append(line)
        else:
            found[-1] += f" {line.strip()}"
    return found


def _filled(text: str, indent: str) -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
