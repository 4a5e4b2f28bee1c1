"""The part of docs/how-sure.md on what would turn the answer: which figures, at which values, to which network."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netdesign.report.words import ordinal, short_name
from scripts.doc_measurements import table
from scripts.how_sure_words import between, rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netdesign.api.tipping import TippingAnswer
    from netdesign.results.tipping_document import ChangePart, FigurePart

_NONE = "No figure was found to turn it, moved alone inside its range.\n"
_HEADER = ("figure", "unit", "now", "another is best from", "to", "its range", "how sure the range is", "which one")


class Stretch(NamedTuple):
    """A part of the range of a figure with another best network; ``is_over`` where that is over the present value."""

    figure: FigurePart
    first: ChangePart | None
    last: ChangePart | None
    hubs: list[str]

    @property
    def distance(self) -> float:
        """How far from the present value it begins, as a part of the range."""
        one = self.figure
        near = self.first.at_most if self.first is not None and self.first.at_most > one.value else None
        begins = near if near is not None else (one.low if self.last is None else self.last.at_least)
        return abs(begins - one.value) / ((one.high - one.low) or 1.0)

    @property
    def row(self) -> Sequence[str]:
        """The cells of a table."""
        one, first, last = self.figure, self.first, self.last
        low = rounded(one.low) if first is None else between(first.at_least, first.at_most)
        high = rounded(one.high) if last is None else between(last.at_least, last.at_most)
        name, unit = f"`{short_name(one.name)}`", "" if one.unit == "1" else one.unit
        span = f"{rounded(one.low)} to {rounded(one.high)}"
        return name, unit, rounded(one.value), low, high, span, one.status, " + ".join(self.hubs)


def turning_markdown(found: TippingAnswer) -> str:
    """Return which figure turns the second hub, the third hub, and each new site, inside its range."""
    best = [] if found.best is None else list(found.best.hubs)
    figures = found.figures
    parts = [
        f"""## What would turn it

{len(figures)} figures of the instance state a range. What is best inside it, all others being as they are. Prices are
followed along the whole range, and their values are exact; speed, hours, volume and departures are solved value by
value until a change is narrowed down to a hundredth of the range, between two values: *1 or 2* is somewhere from 1 to
2. What lies between two values that have the same network is not looked at. The nearest to the present value come
first. [What would turn it](tipping.md) has the command; what the figures are is in the
[instance reference](instance-reference.md).
"""
    ]
    others = list(others_of(figures, best))
    for hubs in range(2, len(best) + 1):
        rows = [one for one in others if len(one.hubs) < hubs]
        parts.append(f"### Whether a {ordinal(hubs)} hub pays\n\n" + (table_of(rows) if rows else _NONE))
    for site in sorted(set(best) - set(found.today.hubs if found.today is not None else ())):
        rows = [one for one in others if len(one.hubs) >= len(best) and site not in one.hubs]
        parts.append(f"### Where another site takes the place of {site}\n\n" + (table_of(rows) if rows else _NONE))
    still = [f"`{short_name(one.name)}`" for one in figures if not one.turns]
    parts.append(f"The other {len(still)} figures turn nothing where they were solved: {', '.join(still)}.\n")
    return "\n".join(parts)


def others_of(figures: Iterable[FigurePart], best: list[str]) -> Iterator[Stretch]:
    """Yield the stretches of ranges in which another network is best."""
    for one in figures:
        ends = [None, *one.changes, None]
        networks = [*(change.before for change in one.changes), *(change.after for change in one.changes[-1:])]
        for hubs, first, last in zip(networks, ends, ends[1:], strict=False):
            if hubs != best:
                yield Stretch(one, first, last, hubs)


def table_of(rows: Iterable[Stretch]) -> str:
    """Return a table of stretches, the nearest first."""
    return table(_HEADER, [one.row for one in sorted(rows, key=lambda one: one.distance)])


def names_of(rows: Iterable[Stretch]) -> str:
    """Return the figures with the values between which another network is best, in words."""
    told = dict.fromkeys(
        f"`{short_name(one.figure.name)}` from {one.row[3]} to {one.row[4]} (now {one.row[2]})" for one in rows
    )
    return ", ".join(told)
