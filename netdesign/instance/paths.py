"""Growth over the years: from points of the paths table to factors by year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.instance.growth import one_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netdesign.instance.stages import BranchRow, PathRow

GrowingNumber = tuple[str, str | None]
"""A number that changes over the years: ``of`` of a path, and the country of a volume."""


@dataclass(frozen=True)
class Branch:
    """A branch of the tree with its years.

    Parameters
    ----------
    name
        Id of the branch; empty where there is no tree.
    chain
        Names of the branches from the first to this one.
    parent
        Position of the branch before it, -1 for the first.
    first_year, last_year
        Both counted.
    probability
        Of happening at all.
    """

    name: str
    chain: tuple[str, ...]
    parent: int
    first_year: int
    last_year: int
    probability: float


def tree_branches(tree: Sequence[BranchRow], last_year: int) -> tuple[Branch, ...]:
    """Return the branches of a valid tree, each after its parent.

    Parameters
    ----------
    tree
        Rows of the tree table, free of faults.
    last_year
        Of the horizon.
    """
    found: list[Branch] = []
    waiting = [(row, -1) for row in tree if row.parent is None]
    while waiting:
        row, parent = waiting.pop(0)
        before = found[parent] if parent >= 0 else None
        children = [child for child in tree if child.parent == row.id]
        ends = children[0].first_year - 1 if children else last_year
        chain = (*before.chain, row.id) if before else (row.id,)
        probability = row.probability * (before.probability if before else 1.0)
        found.append(Branch(row.id, chain, parent, row.first_year, ends, probability))
        waiting += [(child, len(found) - 1) for child in children]
    return tuple(found)


def points_by_number(rows: Iterable[PathRow]) -> dict[GrowingNumber, list[PathRow]]:
    """Return the points of each number that changes, in the order of the file."""
    found: dict[GrowingNumber, list[PathRow]] = {}
    for row in rows:
        found.setdefault((one_name(row.of), row.country), []).append(row)
    return found


def scenario_points(points: Sequence[PathRow], scenario: str | None) -> list[PathRow]:
    """Return the points of one number that hold on the base path, or in a scenario."""
    own = [point for point in points if point.where == scenario]
    return own or [point for point in points if point.where is None]


def tree_points(points: Sequence[PathRow], branch: Branch, first_years: dict[str, int]) -> list[PathRow]:
    """Return the points of one number that hold on the way from the first year to a branch.

    Parameters
    ----------
    points
        All points of the number.
    branch
        A branch of the tree.
    first_years
        First year of each branch.
    """
    kept = [point for point in points if point.where is None]
    for name in branch.chain:
        own = [point for point in points if point.where == name]
        if own:
            kept = [point for point in kept if point.at_year < first_years[name]] + own
    return kept


def factors_by_year(points: Sequence[PathRow], first_year: int, last_year: int) -> dict[int, float]:
    """Return the multiple of a number for each year.

    From a point on the number grows at the rate of the point or, without one, at a constant rate to the next point.

    Parameters
    ----------
    points
        Of one number, of different years.
    first_year, last_year
        Years wanted, both counted.
    """
    ordered = sorted(points, key=lambda point: point.at_year)
    year = min(first_year, ordered[0].at_year) if ordered else first_year
    level, growth = 1.0, 0.0
    found: dict[int, float] = {}
    position = 0
    while year <= last_year:
        if position < len(ordered) and ordered[position].at_year == year:
            point = ordered[position]
            level = level if point.factor is None else point.factor
            growth = 0.0 if point.growth_per_year is None else point.growth_per_year
            position += 1
            if point.growth_per_year is None and position < len(ordered):
                growth = _even_growth(level, ordered[position].factor, ordered[position].at_year - year)
        elif position == 0 and ordered and year == min(first_year, ordered[0].at_year):
            growth = _even_growth(level, ordered[0].factor, ordered[0].at_year - year)
        found[year] = level
        level *= 1.0 + growth
        year += 1
    return {year: factor for year, factor in found.items() if year >= first_year}


def _even_growth(level: float, goal: float | None, years: int) -> float:
    """Return the yearly growth from one level to another; 0 where the next point has no level."""
    if goal is None or level <= 0.0:
        return 0.0
    return float((goal / level) ** (1.0 / years)) - 1.0
