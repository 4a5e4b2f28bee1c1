"""What the second hubs save where several ends of ranges meet, for docs/how-sure.md."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from scripts.doc_measurements import table
from scripts.how_sure_held import SHOWN, told_of
from scripts.how_sure_words import listed, nested, network_of, saves, signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netdesign.api.findings import CompareAnswer
    from scripts.how_sure_asked import Asked
    from scripts.how_sure_held import Corner


class CornerRow(NamedTuple):
    """A corner, and what each of the two second hubs saves there, EUR/year."""

    corner: Corner
    savings: Sequence[float]


def savings_of(compared: CompareAnswer) -> list[float]:
    """Return what each network saves against the first one, EUR/year."""
    costs = [one.network.objective for one in compared.rows if one.network is not None]
    if len(costs) != len(compared.rows) or any(cost is None for cost in costs):
        raise AssertionError
    first, *others = (cost or 0.0 for cost in costs)
    return [first - cost for cost in others]


def rows_of_corners(asked: Asked) -> list[CornerRow]:
    """Return what each of the two second hubs saves in each corner."""
    return [CornerRow(corner, savings_of(compared)) for corner, _, compared in asked.corners]


def least_losing(rows: Sequence[CornerRow], place: int) -> list[Corner]:
    """Return the corners in which a network loses, without those that hold another one.

    Raises
    ------
    AssertionError
        It does not lose in all that hold one of these, so that they are not all there is to say.
    """
    losing = [_figures(row.corner) for row in rows if row.savings[place] <= 0]
    least = [one for one in losing if not any(one > other for other in losing)]
    for row in rows:
        holds = any(_figures(row.corner) >= one for one in least)
        if holds != (_figures(row.corner) in losing):
            raise AssertionError
    return [row.corner for row in rows if _figures(row.corner) in least]


def _figures(corner: Corner) -> frozenset[str]:
    return frozenset(end.figure.name for end in corner)


def losses_told(rows: Sequence[CornerRow], names: Sequence[str]) -> list[str]:
    """Return where each of two networks loses, in words."""
    first, other = (least_losing(rows, place) for place in range(len(names)))
    common = {*map(_figures, first)} & {*map(_figures, other)}
    shared = [corner for corner in first if _figures(corner) in common]
    parts = [f"both lose with {told_of(corner)}" for corner in shared]
    for name, own in zip(names, (first, other), strict=True):
        alone = [corner for corner in own if _figures(corner) not in common]
        parts += [f"{name} loses also with {told_of(corner)}" for corner in alone]
    return parts


def several_in_short(asked: Asked) -> str:
    """Return whether several figures at once make the two second hubs unprofitable."""
    rows = rows_of_corners(asked)
    names = [network_of(hubs) for hubs in asked.second[1:]]
    ends = max(len(row.corner) for row in rows)
    if not any(saving <= 0 for row in rows for saving in row.savings):
        return f"Both pay in all {len(rows)} combinations of the {ends} ends at which they save least too."
    worst = next(row for row in rows if len(row.corner) == ends)
    corner, compared = asked.further[-1]
    return nested(
        f"**It is not sure against several at once.** The {ends} ends of ranges at which they save least were put "
        "together in every way; whatever else of them is added,",
        [
            *losses_told(rows, names),
            f"with all {ends} {_both(asked, worst.savings)}",
            f"with all {len(corner)} figures at once that take something from one of the two or both, each at its "
            f"worse end, {_both(asked, savings_of(compared))}",
        ],
    )


def _both(asked: Asked, savings: Sequence[float]) -> str:
    return listed([saves(hubs, saving) for hubs, saving in zip(asked.second[1:], savings, strict=True)])


def corners_markdown(asked: Asked) -> str:
    """Return what the two second hubs save where several ends meet."""
    rows = rows_of_corners(asked)
    ends = max(len(row.corner) for row in rows)
    return f"""**Several at once.** The first {ends} of these ends, those marked (x) together; what each network saves
against {network_of(asked.today)}, EUR m a year. {_others(asked)}

{_corners(asked, rows)}
Each row adds one end to all above it{_without_row(asked, rows)}. The last row has all figures at once of which an end,
moved alone, takes something from one of the two networks or both, each at its worse end; that nothing is worse is not
proven:

{table(("ends together", *map(network_of, asked.second[1:])), _further_rows(asked, rows))}"""


def _corners(asked: Asked, rows: Sequence[CornerRow]) -> str:
    """Return a table with a column for each end, marked where it is part of a corner."""
    ends = list(dict.fromkeys(end.told for row in rows for end in row.corner))
    return table((*ends, *map(network_of, asked.second[1:])), (_corner_row(row, ends) for row in rows))


def _corner_row(row: CornerRow, ends: Sequence[str]) -> Sequence[str]:
    inside = [end.told for end in row.corner]
    told = (f"{signed(saving)}{'' if saving > 0 else ', does not pay'}" for saving in row.savings)
    return *("x" if end in inside else "" for end in ends), *told


def _further_rows(asked: Asked, rows: Sequence[CornerRow]) -> Iterable[Sequence[str]]:
    """Yield a row for the largest corner, for each end more that takes something, and for all that hurt."""
    cells = _further(asked, rows)
    yield f"these {len(cells[0].corner)}", *map(signed, cells[0].savings)
    for before, one in pairwise(cells):
        if _takes(before, one):
            name = f"and {one.corner[-1].told}" if len(one.corner) <= SHOWN else f"all {len(one.corner)}"
            yield name, *map(signed, one.savings)


def _without_row(asked: Asked, rows: Sequence[CornerRow]) -> str:
    """Return which ends take nothing beside those above them."""
    nothing = [one.corner[-1].told for before, one in pairwise(_further(asked, rows)) if not _takes(before, one)]
    return f"; {listed(nothing)} take nothing beside these and have no row" if nothing else ""


def _further(asked: Asked, rows: Sequence[CornerRow]) -> list[CornerRow]:
    """Return the largest corner, and ever more ends beside it."""
    largest = max(rows, key=lambda row: len(row.corner))
    return [largest, *(CornerRow(corner, savings_of(compared)) for corner, compared in asked.further)]


def _takes(before: CornerRow, one: CornerRow) -> bool:
    """Return whether the savings differ as they are shown."""
    return list(map(signed, before.savings)) != list(map(signed, one.savings))


def _others(asked: Asked) -> str:
    """Return whether another second hub is better in a corner than both."""
    known = [set(hubs) for hubs in asked.second[1:]]
    others = [found.networks[1].hubs for _, found, _ in asked.corners if set(found.networks[1].hubs) not in known]
    if not others:
        return "No other second hub that may open saves more in any of them; proven."
    return f"In {len(others)} of them another is better: {listed(sorted({network_of(hubs) for hubs in others}))}."
