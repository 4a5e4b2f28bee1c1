"""What further hubs save, for docs/how-sure.md: at the ends of ranges, at several at once, and with failures."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, NamedTuple

from netdesign.instance.figures import paths_of
from netdesign.report.words import ordinal
from netdesign.results.document import Verdict
from scripts.how_sure_figures import PENALTY, path_of, plain_name, unit_of
from scripts.how_sure_words import listed, millions, network_of, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.results.tipping_document import FigurePart
    from scripts.how_sure_asked import Asked

_WORST = 4
"""How many ends of ranges are taken together."""


class End(NamedTuple):
    """What a further hub saves at an end of the range of a figure, EUR/year."""

    saving: float
    value: float
    figure: FigurePart

    @property
    def told(self) -> str:
        """Figure and value, in words."""
        return f"{plain_name(self.figure)} at {rounded(self.value)}{unit_of(self.figure)}"


Corner = tuple[End, ...]
"""Ends of several ranges, taken together."""


def ends_of_second(figures: Sequence[FigurePart]) -> list[End]:
    """Return what the best network saves against today's at each end of each range, the least first."""
    found = []
    for one in figures:
        for point, today in ((one.points[0], one.today_low), (one.points[-1], one.today_high)) if one.points else ():
            if today is not None and today.objective is not None and point.objective is not None:
                found.append(End(today.objective - point.objective, point.value, one))
    return sorted(found, key=lambda end: end.saving)


def ends_of_last(asked: Asked) -> list[End]:
    """Return what the last hub saves at each end of each range at which it pays, the least first."""
    fewer = {one.name: one for one in asked.turning_second.figures}
    found = []
    for one in asked.turning.figures:
        for place in (0, -1) if one.points else ():
            point, before = one.points[place], fewer[one.name].points[place]
            if point.value != before.value or point.objective is None or before.objective is None:
                raise AssertionError
            if len(point.open_hubs) == len(asked.best):
                found.append(End(before.objective - point.objective, point.value, one))
    return sorted(found, key=lambda end: end.saving)


def corners_of(figures: Sequence[FigurePart]) -> list[Corner]:
    """Return each two or more of the ends at which the second hub saves least, each of another figure."""
    worst: dict[str, End] = {}
    for end in ends_of_second(figures):
        worst.setdefault(end.figure.name, end)
    together = list(worst.values())[:_WORST]
    return [corner for number in range(2, _WORST + 1) for corner in combinations(together, number)]


def values_of(corner: Corner) -> dict[str, float]:
    """Return the values of a corner by path, as ``set`` takes them."""
    return {path: end.value for end in corner for path in paths_of(end.figure.name)}


def without_penalty(asked: Asked) -> list[float]:
    """Return what each further hub saves where a late parcel costs nothing, the least of its range, EUR/year."""
    second, last = (
        next(end.saving for end in ends if path_of(end.figure) == PENALTY and not end.value)
        for ends in (ends_of_second(asked.turning_second.figures), ends_of_last(asked))
    )
    return [second, last]


def penalty_sentence(asked: Asked) -> str:
    """Return how much of what further hubs save is the penalty for late parcels."""
    networks = [_at_no_penalty(found.figures) for found in (asked.turning_second, asked.turning)]
    parts = [
        f"the {ordinal(step.to_hubs)} hub saves EUR {millions(saving)} m instead of {millions(step.saving)} m, "
        f"with {network_of(hubs)}"
        for step, saving, hubs in zip(asked.answer.document.steps, without_penalty(asked), networks, strict=True)
    ]
    return f"Part of the saving is the penalty for late parcels, which is assumed: without any, {'; '.join(parts)}."


def _at_no_penalty(figures: Sequence[FigurePart]) -> list[str]:
    return next(one.points[0].open_hubs for one in figures if path_of(one) == PENALTY)


def tonne_sentence(asked: Asked, *, with_lost: bool) -> str:
    """Return what further hubs save priced by the tonne and, where asked for, which would not pay."""
    linear = asked.answer.document.linear
    if linear is None:
        raise AssertionError
    parts = [
        f"the {ordinal(step.to_hubs)} hub saves EUR {millions(step.saving)} m a year instead of "
        f"{millions(own.saving)} m"
        for step, own in zip(linear.steps, asked.answer.document.steps, strict=True)
        if step.verdict is Verdict.PAYS
    ]
    lost = [f"the {ordinal(step.to_hubs)} would not pay" for step in linear.steps if step.verdict is not Verdict.PAYS]
    told = [*parts, *(lost if with_lost else [])]
    return f"Then {listed(told)}." if told else ""


def failure_sentence(asked: Asked) -> str:
    """Return what further hubs would save more if failures were counted."""
    return f"None of these savings counts failures; with what they are expected to cost, {listed(list(_more(asked)))}."


def _more(asked: Asked) -> Iterator[str]:
    costs = {
        frozenset(one.hubs): one.failure_cost or 0.0
        for found in (asked.failing, asked.failing_second)
        if found.failures is not None
        for one in found.failures.networks
    }
    for before, after in pairwise(asked.answer.networks):
        more = costs[frozenset(before.hubs)] - costs[frozenset(after.hubs)]
        word = "more" if more >= 0 else "less"
        yield f"the {ordinal(len(after.hubs))} hub would save EUR {millions(abs(more))} m {word}"
