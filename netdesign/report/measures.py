"""Words for the values of each objective: in sentences, in columns, and in the verdict on a further hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.instance.blocks import Objective
from netdesign.report.words import amount, money

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.results.document import ResultDocument


@dataclass(frozen=True)
class Measure:
    """Words for one objective.

    Parameters
    ----------
    row
        Name of the row in a table.
    text
        Formats a value with its unit, for a sentence.
    cell
        Formats a value for a column.
    per
        Words after a value in a sentence.
    pays, saves, more
        Verbs for a further hub that is better or not; for its saving; and for one that is worse.
    same
        Difference that is too small to show.
    """

    row: str
    text: Callable[[float | None], str]
    cell: Callable[[float | None], str]
    per: str
    pays: tuple[str, str]
    saves: str
    more: str
    same: float


def _hours(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f} h"


def _hours_cell(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}"


def _hubs(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


_MEASURES = {
    Objective.COST: Measure("cost", money, amount, " a year", ("pays", "does not pay"), "saves", "costs", 0.5),
    Objective.LONGEST_TIME: Measure(
        "longest time, h",
        _hours,
        _hours_cell,
        "",
        ("shortens the longest time", "does not shorten the longest time"),
        "saves",
        "takes",
        0.005,
    ),
    Objective.HUB_NUMBER: Measure("hubs", _hubs, _hubs, "", ("is worth it", "is not needed"), "saves", "takes", 0.5),
}


def measure_of(result: ResultDocument) -> Measure:
    """Return the words for the objective of a result."""
    return _MEASURES[objective_of(result)]


def objective_of(result: ResultDocument) -> Objective:
    """Return the objective that a result records."""
    return Objective(result.problem["objective"])
