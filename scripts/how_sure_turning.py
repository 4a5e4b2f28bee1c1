"""The part of docs/how-sure.md on what would turn the answer: which figures, at which values, to which network."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scripts.doc_measurements import table
from scripts.how_sure_figures import VOLUME, path_of, plain_name, unit_of
from scripts.how_sure_held import leads_of
from scripts.how_sure_ties import TIE, Ties
from scripts.how_sure_words import about, between, bullets, listed, millions, network_of, rounded, signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netdesign.api.tipping import TippingAnswer
    from netdesign.results.tipping_document import ChangePart, FigurePart
    from scripts.how_sure_asked import Asked

_SURE = {
    "sourced (range)": "chosen in a sourced range",
    "sourced (derived)": "derived from a source",
    "recalled, unverified": "from memory",
}


class Stretch(NamedTuple):
    """A part of the range of a figure with one best network, those that tie counting as one."""

    figure: FigurePart
    first: ChangePart | None
    last: ChangePart | None
    hubs: Sequence[str]

    @property
    def distance(self) -> float:
        """How far from the present value it is, as a part of the range."""
        one = self.figure
        low = one.low if self.first is None else self.first.at_most
        high = one.high if self.last is None else self.last.at_least
        away = max(low - one.value, one.value - high, 0.0)
        return away / ((one.high - one.low) or 1.0)

    @property
    def where(self) -> str:
        """The values, in words."""
        told = self.told(between)
        return told if told == "everywhere" else f"{told}{unit_of(self.figure)}"

    def told(self, value: Callable[[float, float], str]) -> str:
        """Return the values, in words, with one that is only known to lie between two as ``value`` has it."""
        begins = None if self.first is None else _change(self.first, value, is_over=True)
        ends = None if self.last is None else _change(self.last, value, is_over=False)
        if begins is None:
            return "everywhere" if ends is None else f"up to {ends}"
        return f"from {begins}" if ends is None else f"from {begins} to {ends}"


def _change(change: ChangePart, value: Callable[[float, float], str], *, is_over: bool) -> str:
    """Return the value of a change; of neighbouring whole numbers that of the side that is told."""
    low, high = change.at_least, change.at_most
    if low.is_integer() and high == low + 1:
        return rounded(high if is_over else low)
    return value(low, high)


def in_turn(figure: FigurePart, ties: Ties, value: Callable[[float, float], str]) -> list[str]:
    """Return the best networks over the whole range of a figure, each with the value up to which it is."""
    return [
        f"{network_of(one.hubs)} "
        f"{'beyond' if one.last is None else f'up to {_change(one.last, value, is_over=False)} t'}"
        for one in stretches_of(figure, ties)
    ]


def volume_in_turn(found: TippingAnswer, ties: Ties) -> tuple[str, list[str]]:
    """Return the best networks over the range of the volume in round figures, with the words before them."""
    figure = next(one for one in found.figures if path_of(one) == VOLUME)
    either = [f"{name}: either" for name in dict.fromkeys(ties.names.values())]
    also = f" ({listed(either)})" if either else ""
    return f"**The volume decides most**, in t a year{also}:", in_turn(figure, ties, about)


def stretches_of(figure: FigurePart, ties: Ties) -> Iterator[Stretch]:
    """Yield the parts of the range of a figure with other best networks, in order; those that tie are one."""
    changes = figure.changes
    networks = [*(change.before for change in changes), *(change.after for change in changes[-1:])] or [list(ties.best)]
    begins: ChangePart | None = None
    for place, hubs in enumerate(networks):
        following = networks[place + 1] if place + 1 < len(networks) else None
        if following is not None and set(ties.named(following)) == set(ties.named(hubs)):
            continue
        ends = changes[place] if following is not None else None
        yield Stretch(figure, begins, ends, ties.named(hubs))
        begins = ends


def others_of(figures: Iterable[FigurePart], ties: Ties) -> Iterator[Stretch]:
    """Yield the stretches in which another network than the best is best."""
    for figure in figures:
        yield from (one for one in stretches_of(figure, ties) if not ties.is_best(one.hubs))


def fewer_hubs(found: TippingAnswer, ties: Ties, hubs: int) -> list[Stretch]:
    """Return where the best network has fewer hubs than a number."""
    return [one for one in others_of(found.figures, ties) if len(one.hubs) < hubs]


def told(rows: Iterable[Stretch]) -> list[str]:
    """Return figures with the values at which they turn something, in words."""
    return [f"{plain_name(one.figure)} {one.told(about)}{unit_of(one.figure)}" for one in rows]


def turning_markdown(asked: Asked, ties: Ties) -> str:
    """Return which figure turns the answer inside its range, and which the choice of the second hub."""
    found, second, alone = asked.turning, asked.turning_second, Ties(asked.second[1], {})
    figures = found.figures
    by_name = {path_of(one): one for one in figures}
    with_both = [
        (one, list(others_of([one], alone)), list(others_of([two], ties))) for one, two in _pairs(second, found)
    ]
    rows = [each for each in with_both if (each[1] or each[2]) and path_of(each[0]) != VOLUME]
    still = [one for one, *others in with_both if not any(others)]
    header = (
        "figure",
        "now",
        "range",
        "how sure",
        f"one new hub: in the place of {network_of(alone.best)}",
        f"up to two: of {network_of(ties.best)}",
        f"{network_of(asked.second[1])} saves more than {network_of(asked.second[2])} at the ends, EUR m a year",
    )
    return f"""## What would turn it

{len(figures)} figures state a range. Each is moved alone, all others being as they are. Prices are followed along the
whole range and their values are exact. Speed, hours, volume and departures are solved value by value, until a change is
narrowed down to a hundredth of the range: it then lies *somewhere between* two values. Between two values with the same
network nothing is known to change, as it was not looked at. [What would turn it](tipping.md) has the command.

**The volume** from Hangzhou turns most. Over its whole range ({_span(by_name[VOLUME])} t a year, now
{rounded(by_name[VOLUME].value)}) the best network is, with up to two new hubs:

{bullets(in_turn(by_name[VOLUME], ties, between))}
**The other figures** that turn something, with one new hub and with up to two; first those that turn something nearest
to the present value, by the share of the range in between. *BUD for PRG* is the best network with that site in the
place of the other; *only* one with fewer hubs. The last column is what the wrong second hub costs: what one saves more
than the other, as they stand, at the lower and at the upper end of the range. *Chosen in a sourced
range*: the range is from a page that somebody has
read, the value in it our choice.

{table(header, _rows(rows, alone, ties, leads_of(asked.held)))}
{_tied(figures, ties)}

The other {len(still)} figures of the [ranges](../instances/europe/ranges.csv) turn nothing where they were solved.
"""


def _pairs(one: TippingAnswer, other: TippingAnswer) -> Iterator[tuple[FigurePart, FigurePart]]:
    """Yield the figures of two answers that are the same."""
    named = {figure.name: figure for figure in other.figures}
    return ((figure, named[figure.name]) for figure in one.figures)


def _rows(
    rows: list[tuple[FigurePart, list[Stretch], list[Stretch]]],
    alone: Ties,
    ties: Ties,
    leads: Mapping[str, Sequence[float]],
) -> Iterator[Sequence[str]]:
    """Yield a row for each figure, that first which turns something nearest to its present value."""
    for figure, second, third in sorted(rows, key=lambda row: min(one.distance for one in (*row[1], *row[2]))):
        instead = (
            "; ".join(f"{names.instead(one.hubs)} {one.where}" for one in of_one) or "-"
            for names, of_one in ((alone, second), (ties, third))
        )
        cells = list(instead)
        cells = [cells[0], "the same" if cells[1] == cells[0] else cells[1]]
        name, sure = f"{plain_name(figure)} (`{path_of(figure)}`)", _SURE.get(figure.status, figure.status)
        lead = " and ".join(map(signed, leads[figure.name])) or "-"
        yield name, f"{rounded(figure.value)}{unit_of(figure)}", _span(figure), sure, *cells, lead


def _span(figure: FigurePart) -> str:
    return f"{rounded(figure.low)} to {rounded(figure.high)}"


def _tied(figures: Sequence[FigurePart], ties: Ties) -> str:
    """Return how often sites that count as one change places."""
    names = dict.fromkeys(ties.names.values())
    if not names:
        return "No two networks are so near each other that they count as one here."
    moving = [
        one
        for one in figures
        if any(set(ties.named(change.before)) == set(ties.named(change.after)) for change in one.changes)
    ]
    return (
        f"{listed(list(names))} is either site: at the present values they are less than EUR {millions(TIE, 1)} m a "
        f"year apart. They change places inside the ranges of {len(moving)} figures; these changes are left out."
    )
