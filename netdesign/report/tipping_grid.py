"""The map of ``netdesign tipping --grid``: which network is best where, over two figures."""

from __future__ import annotations

from string import ascii_letters
from typing import TYPE_CHECKING

from netdesign.instance.sense.remarks import figure as number
from netdesign.report.sweep import network_lines, reason_lines, row_records
from netdesign.report.tables import TextTable
from netdesign.report.words import counted, network_name, short_name
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.results.row_parts import SweepRowPart
    from netdesign.results.tipping_document import GridPart

_NONE, _NOT_SOLVED = "-", "?"
"""Signs of a point at which no network is feasible, and of one that is not solved."""


def grid_lines(grid: GridPart | None) -> Iterator[str]:
    """Yield how often each network is best at a point, and what was not looked at."""
    if grid is None:
        return
    yield from network_lines(grid.points, "point")
    yield from reason_lines(grid.points, [one.name for one in grid.figures])
    names = " and ".join(short_name(one.name) for one in grid.figures)
    yield f"What lies between the points of {names} is not looked at."
    if grid.left:
        yield f"{counted(grid.left, 'point')} {'is' if grid.left == 1 else 'are'} not solved."


def grid_tables(grid: GridPart | None) -> list[TextTable]:
    """Return the map, a letter for each network, and what the letters mean."""
    if grid is None or not grid.points:
        return []
    across, down = grid.figures[1], grid.figures[0]
    letters = _letters(grid.points)
    signs = [_sign(point, letters) for point in grid.points]
    signs += [_NOT_SOLVED] * (len(across.values) * len(down.values) - len(signs))
    wide = len(across.values)
    rows = [[number(value), *signs[wide * row : wide * (row + 1)]] for row, value in enumerate(down.values)]
    title = f"The best network: {short_name(down.name)} downwards, {short_name(across.name)} across"
    header = ["", *map(number, across.values)]
    return [TextTable(title, header, rows, frozenset()), _legend(grid.points, letters)]


def _letters(points: Sequence[SweepRowPart]) -> dict[tuple[str, ...], str]:
    """Return a sign for each network, in the order in which they come; numbers beyond all letters."""
    networks = dict.fromkeys(tuple(point.open_hubs) for point in points if point.plan is not None)
    return {
        network: ascii_letters[place] if place < len(ascii_letters) else str(place)
        for place, network in enumerate(networks)
    }


def _sign(point: SweepRowPart, letters: dict[tuple[str, ...], str]) -> str:
    if point.plan is not None:
        return letters[tuple(point.open_hubs)]
    return _NONE if point.termination is Termination.INFEASIBLE else _NOT_SOLVED


def _legend(points: Sequence[SweepRowPart], letters: dict[tuple[str, ...], str]) -> TextTable:
    signs = [_sign(point, letters) for point in points]
    rows = [[sign, network_name(network), str(signs.count(sign))] for network, sign in letters.items()]
    rows += [
        [sign, words, str(signs.count(sign))]
        for sign, words in ((_NONE, "none is feasible"), (_NOT_SOLVED, "not solved"))
        if sign in signs
    ]
    return TextTable("", ["", "network", "points"], rows, frozenset({0, 1}))


def grid_records(grid: GridPart) -> list[dict[str, object]]:
    """Return one record for each point, for CSV and tables."""
    return row_records([one.name for one in grid.figures], grid.points)
