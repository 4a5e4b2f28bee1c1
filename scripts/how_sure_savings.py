"""What further hubs save, for docs/how-sure.md: without penalty, by the tonne, at ends of ranges, with failures."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from netdesign.report.words import ordinal
from netdesign.results.document import Verdict
from scripts.how_sure_figures import PENALTY, path_of
from scripts.how_sure_held import End, ends_of
from scripts.how_sure_words import listed, millions, network_of, saves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.how_sure_asked import Asked


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
                found.append(End((before.objective - point.objective,), point.value, one))
    return sorted(found, key=lambda end: min(end.savings))


def second_without_penalty(asked: Asked) -> str:
    """Return what the best two second hubs save where a late parcel costs nothing, the least of its range."""
    end = next(end for end in ends_of(asked.held) if path_of(end.figure) == PENALTY and not end.value)
    told = [saves(hubs, saving) for hubs, saving in zip(asked.second[1:], end.savings, strict=True)]
    return (
        "Part of it is the penalty for late parcels, which is assumed: without any, departures being planned for that, "
        f"{listed(told)}."
    )


def last_without_penalty(asked: Asked) -> str:
    """Return what the last hub saves where a late parcel costs nothing."""
    end = next(end for end in ends_of_last(asked) if path_of(end.figure) == PENALTY and not end.value)
    return (
        f"Without the late penalty it saves EUR {millions(end.savings[0])} m, with "
        f"{network_of(end.figure.points[0].open_hubs)}."
    )


def second_by_tonne(asked: Asked) -> str:
    """Return what the best second hub saves priced by the tonne."""
    linear = asked.answer.document.linear
    if linear is None:
        raise AssertionError
    network = next(one for one in linear.networks if one.hubs == linear.steps[0].to_hubs)
    return saves(network.open_hubs, linear.steps[0].saving)


def last_by_tonne(asked: Asked) -> str:
    """Return what the last hub saves priced by the tonne, or that it does not pay."""
    linear = asked.answer.document.linear
    if linear is None:
        raise AssertionError
    step = linear.steps[-1]
    network = next(one for one in linear.networks if one.hubs == step.to_hubs)
    saved = step.saving or 0.0
    word = "saves" if step.verdict is Verdict.PAYS else "loses"
    return f"Priced by the tonne it {word} EUR {millions(abs(saved))} m, with {network_of(network.open_hubs)}."


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
