"""The best network over two figures: points of a grid, each solved; what lies between them is not looked at."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.sweep_rows import RowFinder, with_places
from netdesign.analysis.swept_figures import Combination
from netdesign.results.sweep_plans import PlansOfRows
from netdesign.results.tipping_document import GridFigurePart, GridPart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.moved import MovedProblem
    from netdesign.analysis.sweep_rows import FoundRow
    from netdesign.instance.ranges import FigureRange
    from netdesign.plan import Plan
    from netdesign.results.row_parts import PlanAtPointPart

_DIGITS = 10
"""Of a value between the ends: rounding of the division is cut off."""


def grid_values(figure: FigureRange, steps: int) -> list[float]:
    """Return values of a figure from one end of its range to the other, whole ones where it is a whole number."""
    values = [float(f"{value:.{_DIGITS}g}") for value in np.linspace(figure.low, figure.high, steps)]
    values[0], values[-1] = figure.low, figure.high
    return list(dict.fromkeys(float(round(value)) for value in values)) if figure.is_whole else values


def grid_points(figures: Sequence[FigureRange], steps: int) -> list[Combination]:
    """Return the points of a grid, the second figure moving fastest."""
    return [Combination(values) for values in product(*(grid_values(figure, steps) for figure in figures))]


def solved_grid(
    moved: MovedProblem, figures: Sequence[FigureRange], steps: int, start: Plan | None
) -> tuple[GridPart, list[PlanAtPointPart]]:
    """Solve the points of a grid, and return them with their plans; a limit leaves the last ones out.

    Parameters
    ----------
    moved
        The problem at other values.
    figures, steps
        The two figures, and number of values of each.
    start
        A plan to begin every search with, or None.
    """
    finder = RowFinder(moved, [figure.paths for figure in figures], start)
    points = grid_points(figures, steps)
    found: list[FoundRow] = []
    for point in points:
        row = None if moved.watch.is_over else finder.row(point)
        if row is None:
            break
        found.append(row)
    plans = PlansOfRows(moved.present.question.instance, {})
    rows = [with_places(row, plans) for row in found]
    grid = GridPart(figures=grid_parts(figures, steps), points=rows, left=len(points) - len(rows))
    return grid, plans.parts


def grid_parts(figures: Sequence[FigureRange], steps: int) -> list[GridFigurePart]:
    """Return the parts of the figures of a grid."""
    return [
        GridFigurePart(name=one.name, unit=one.unit, value=one.value, values=grid_values(one, steps)) for one in figures
    ]
