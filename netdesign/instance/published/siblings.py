"""Recognising formats of equally many numbers by the lines of a file and the way in which it prints them.

OR-Library's cap, Holmberg's files and TBED1 hold equally many numbers in different orders, so that each of them can be
read as another without one word too many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.published.formats import FORMATS, count_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Places = NDArray[np.intp]


@dataclass(frozen=True)
class Layout:
    """An order of capacities, fixed costs, demands and costs.

    Parameters
    ----------
    title
        With what distinguishes it from the others.
    advice
        What to do with a file that looks like it.
    lines
        How to write a file so that its lines show the layout; empty where no format reads it.
    blocks
        Stretches of numbers after the counts that begin a line each: how many, and how many numbers each has. Of a
        customer's block in cap the first number may have a line of its own.
    """

    title: str
    advice: str
    lines: str
    blocks: tuple[tuple[int, int], ...]
    is_pairs_first: bool = True
    has_demand_first: bool = False


def layouts(sites: int, customers: int) -> dict[str, Layout]:
    """Return the layouts by name that have as many numbers as cap and Holmberg's for these counts."""
    pairs = (sites, 2)
    found = {
        "cap": Layout(
            "cap (each customer's demand, then its costs)",
            "read it with --format-in cap, or ufllib where capacities do not count",
            "for cap write each customer's demand on a line of its own above its costs",
            (pairs, (customers, 1 + sites)),
            has_demand_first=True,
        ),
        "holmberg": Layout(
            "holmberg (all demands, then each facility's costs)",
            "read it with --format-in holmberg",
            "for holmberg write a facility's capacity and fixed cost on one line, the demands one a line, and each "
            "facility's costs on one line",
            (pairs, (1, customers), (sites, customers)),
        ),
    }
    if sites == customers:
        found["tbed1"] = Layout(
            "TBED1 (demands, capacities, fixed costs, costs of a unit)",
            "no format reads it",
            "",
            ((3, customers), (sites, customers)),
            is_pairs_first=False,
        )
    else:
        found["transposed"] = Layout(
            "holmberg with a row of costs for each customer",
            "write a row of costs for each facility",
            "",
            (pairs, (1, customers), (customers, sites)),
        )
    return found


def layout_fault(name: str, words: Sequence[str], starts: Places, sites: int, customers: int) -> str:
    """Return the reason against reading a file in a layout, or an empty string.

    Parameters
    ----------
    name
        Layout that is asked for.
    words
        Of the file, the counts first; all of them numbers but for the word 'capacity'.
    starts
        Positions of the first words of lines, each once, and the number of words.
    sites, customers
        The counts.
    """
    others = layouts(sites, customers)
    asked = others.pop(name)
    own = _evidence(name, asked, words, starts, sites, customers)
    rivals = {
        other: (_evidence(other, layout, words, starts, sites, customers), bool(layout.lines))
        for other, layout in others.items()
        # Of a single customer both orders are the same.
        if customers > 1 and _is_possible(other, words, sites, customers)
    }
    if not rivals:
        return ""
    best = max(rivals, key=lambda other: rivals[other])
    other, (evidence, is_read) = others[best], rivals[best]
    if evidence > own or not _is_possible(name, words, sites, customers):
        return f"this looks like {other.title}, which has as many numbers as {asked.title}; {other.advice}"
    if evidence < own or not is_read:
        return ""
    either = f"this may be {asked.title} or {other.title}: the numbers are as many, and the lines do not tell"
    return f"{either}; {asked.lines}; {other.lines}"


def _evidence(
    name: str, layout: Layout, words: Sequence[str], starts: Places, sites: int, customers: int
) -> tuple[bool, int]:
    """Return the evidence for a layout: from the way in which numbers are printed, then from the lines."""
    return _is_printed_so(name, words, sites, customers), _lines_fit(layout, starts)


def _demands(name: str, words: Sequence[str], sites: int, customers: int) -> tuple[list[str], list[str]]:
    """Return the words that are demands and those that are costs of serving."""
    base = 2 if name == "tbed1" else 2 + 2 * sites
    body = list(words[base : 2 + 2 * sites + customers * (1 + sites)])
    if name == "cap":
        return body[:: sites + 1], [word for place, word in enumerate(body) if place % (sites + 1)]
    return body[:customers], body[-sites * customers :]


def _is_printed_so(name: str, words: Sequence[str], sites: int, customers: int) -> bool:
    """Return whether demands and costs are printed with so many digits each, as in OR-Library's files."""
    demands, costs = (
        {len(word.partition(".")[2]) for word in some} for some in _demands(name, words, sites, customers)
    )
    return len(demands) == 1 and len(costs) == 1 and demands != costs


def _is_possible(name: str, words: Sequence[str], sites: int, customers: int) -> bool:
    """Return whether the numbers may be those of a layout: capacities can lift the demand, and each customer has some.

    UflLib has files in the order of cap whose capacities and demands are all 0.
    """
    stated = words[2 + customers : 2 + customers + sites] if name == "tbed1" else words[2 : 2 + 2 * sites : 2]
    try:
        capacity = np.array(stated, dtype=np.float64)
        demand = np.array(_demands(name, words, sites, customers)[0], dtype=np.float64)
    except ValueError:  # the word 'capacity'; or a word that is wrong in any layout
        return name == "cap" or not any(word[:1].isalpha() for word in stated)
    if name == "cap" and not capacity.any():
        return True
    lifts_each = name in ("cap", "tbed1") or bool(demand.max() <= capacity.max())
    return bool((demand > 0).all() and demand.sum() <= capacity.sum()) and lifts_each


def _lines_fit(layout: Layout, starts: Places) -> int:
    """Return 0 where blocks begin inside a line, 2 where all of them are broken evenly and alike, else 1."""
    begin, best = 2, 2
    for number, (count, size) in enumerate(layout.blocks):
        end = begin + count * size
        inside = starts[(starts >= begin) & (starts <= end)]
        if layout.is_pairs_first and number == 0:
            widths = set(np.diff(inside).tolist())
            fit = 2 if widths in ({1}, {2}) else 1
        else:
            fit = _blocks_fit(inside - begin, count, size, layout.has_demand_first)
        best, begin = min(best, fit), end
    return best


def _blocks_fit(inside: Places, count: int, size: int, has_demand_first: bool) -> int:
    """Return how well the starts of lines, from 0 to all of the numbers, fit blocks of one size, as ``_lines_fit``."""
    if not np.isin(np.arange(count + 1) * size, inside).all():
        return 0
    lines, left_over = divmod(len(inside) - 1, count)
    if left_over or (inside[:-1].reshape(count, lines) != inside[:lines] + size * np.arange(count)[:, None]).any():
        return 1
    widths = np.diff(inside[: lines + 1])
    is_even = _is_even(widths) or (has_demand_first and widths[0] == 1 and _is_even(widths[1:]))
    return 2 if is_even else 1


def _is_even(widths: Places) -> bool:
    return bool((widths[:-1] == widths[0]).all() and widths[-1] <= widths[0])


def looks_like(words: Sequence[str], starts: Places, asked: str) -> str:
    """Return which other format a file's first words, number of words and lines fit, as the end of a message.

    Parameters
    ----------
    words, starts
        As ``layout_fault`` takes them.
    asked
        Format that is asked for; nothing is returned where the file fits it too, or fits none.
    """
    fitting = _fitting(words, starts)
    if not fitting or asked in fitting:
        return ""
    if fitting == ["tbed1"]:
        return "; this looks like TBED1 (customers counted first; demands, capacities, fixed costs), which is not read"
    if fitting == ["no name"]:
        return "; this looks like ufllib without its first line, 'FILE: name'"
    return f"; this looks like {' or '.join(fitting)}: read it with --format-in {' or '.join(fitting)}"


def _fitting(words: Sequence[str], starts: Places) -> list[str]:
    if not words:
        return []
    began = [name for name, form in FORMATS.items() if words[0].startswith(form.beginnings)]
    marked = began or [name for name, form in FORMATS.items() if form.own_word in words]
    if marked:
        return marked
    first, second = count_at(words, 0), count_at(words, 1)
    total, pairs = len(words), first * second
    found = [name for name, form in FORMATS.items() if form.has_counts and form.has_counts(words)]
    if pairs > 0 and words[2:4] == ["0", "1"] and total == 3 + first * (second + 2):
        found.append("no name")
    if pairs > 0 and first != second and total == 2 + pairs + first + 2 * second:
        found.append("tbed1")
    if pairs > 0 and total - (2 + pairs + 2 * first + second) in (0, 1):
        found += _facility_fitting(words, starts, first, second)
    return found


def _facility_fitting(words: Sequence[str], starts: Places, sites: int, customers: int) -> list[str]:
    """Return the likeliest layouts of a file, several where nothing distinguishes them."""
    candidates = layouts(sites, customers)
    candidates.pop("transposed", None)
    evidence = {
        name: (_is_possible(name, words, sites, customers), *_evidence(name, layout, words, starts, sites, customers))
        for name, layout in candidates.items()
    }
    best = [name for name, found in evidence.items() if found == max(evidence.values())]
    is_uncapacitated = best == ["cap"] and all(word.strip("0.") == "" for word in words[2 : 2 + 2 * sites : 2])
    return ["ufllib"] if is_uncapacitated else best
