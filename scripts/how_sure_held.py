"""What networks save as they stand, for docs/how-sure.md: at the ends of ranges, and at several ends at once."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from netdesign.instance.figures import paths_of
from scripts.how_sure_figures import plain_name, unit_of
from scripts.how_sure_words import listed, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.api.tipping import TippingAnswer
    from netdesign.results.tipping_document import FigurePart

_WORST = 4
"""How many ends of ranges are taken together in every way."""

SHOWN = 8
"""How many of them stand in a table of their own, and are added one after another."""

_NOTHING = 5_000.0
"""What an end may take from a saving and still not hurt, as it does not show in EUR m with two digits, EUR/year."""


class End(NamedTuple):
    """What networks save against today's at an end of the range of a figure, EUR/year, in the order of the call."""

    savings: tuple[float, ...]
    value: float
    figure: FigurePart

    @property
    def told(self) -> str:
        """Figure and value, in words."""
        return f"{plain_name(self.figure)} at {rounded(self.value)}{unit_of(self.figure)}"


Corner = tuple[End, ...]
"""Ends of several ranges, taken together."""


def ends_of(held: Sequence[TippingAnswer]) -> list[End]:
    """Return what networks save at each end of each range, that first at which one of them saves least."""
    found = [end for figures in zip(*(one.figures for one in held), strict=True) for end in _ends(figures)]
    return sorted(found, key=lambda end: min(end.savings))


def _ends(figures: Sequence[FigurePart]) -> Iterator[End]:
    """Yield both ends of the range of a figure; nothing of one that decides nothing."""
    if not all(one.points for one in figures):
        return
    for place in (0, -1):
        savings = []
        for one in figures:
            point, today = one.points[place], one.today_high if place else one.today_low
            if today is None or today.objective is None or point.objective is None:
                raise AssertionError
            savings.append(today.objective - point.objective)
        yield End(tuple(savings), figures[0].points[place].value, figures[0])


def leads_of(held: Sequence[TippingAnswer]) -> dict[str, list[float]]:
    """Return by figure what the first of two networks saves more than the second at both ends, the lower one first."""
    return {
        figures[0].name: [end.savings[0] - end.savings[1] for end in _ends(figures)]
        for figures in zip(*(one.figures for one in held), strict=True)
    }


def worst_of(held: Sequence[TippingAnswer]) -> list[End]:
    """Return of each figure the end at which one of the networks saves least, the least first."""
    worst: dict[str, End] = {}
    for end in ends_of(held):
        worst.setdefault(end.figure.name, end)
    return list(worst.values())


def corners_of(held: Sequence[TippingAnswer]) -> list[Corner]:
    """Return each two or more of the ends at which networks save least, each of another figure."""
    together = worst_of(held)[:_WORST]
    return [corner for number in range(2, _WORST + 1) for corner in combinations(together, number)]


def hurting_of(held: Sequence[TippingAnswer]) -> list[End]:
    """Return of each figure the end at which networks save least, where one of them saves less than at present."""
    present = [_present(one) for one in held]
    return [
        end
        for end in worst_of(held)
        if any(saving < now - _NOTHING for saving, now in zip(end.savings, present, strict=True))
    ]


def _present(one: TippingAnswer) -> float:
    """Return what a network saves against today's at the present values, EUR/year."""
    if one.best is None or one.best.objective is None or one.today is None or one.today.objective is None:
        raise AssertionError
    return one.today.objective - one.best.objective


def further_of(held: Sequence[TippingAnswer], after: int = _WORST) -> list[Corner]:
    """Return ever more of the ends that hurt, one at a time beyond a number, and at last all of them."""
    hurting = hurting_of(held)
    numbers = [*range(after + 1, min(SHOWN, len(hurting)) + 1), len(hurting)]
    return [tuple(hurting[:number]) for number in dict.fromkeys(numbers) if number > after]


def values_of(corner: Corner) -> dict[str, float]:
    """Return the values of a corner by path, as ``set`` takes them."""
    return {path: end.value for end in corner for path in paths_of(end.figure.name)}


def told_of(corner: Corner) -> str:
    """Return a corner in words."""
    return listed([end.told for end in corner])
