"""The search over the range of one figure: exactly where prices lie on a line, else value by value."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from netdesign.analysis.lower_envelope import LowerEnvelope
from netdesign.analysis.narrowing import Narrowing
from netdesign.errors import DisagreementError
from netdesign.instance.blocks import Objective
from netdesign.results.tipping_document import TippingMethod
from netdesign.solve.core.outcome import OPTIMAL_GAP

if TYPE_CHECKING:
    from netdesign.analysis.figure_values import FigureValues
    from netdesign.analysis.tipping_points import Point


class FigureSearch:
    """The search over the range of one figure.

    Parameters
    ----------
    values
        Solves the problem at values of the figure.
    width
        To which a change is narrowed down where it is not exact, in the unit of the figure.
    """

    def __init__(self, values: FigureValues, width: float) -> None:
        self._values, self._width = values, width
        self.method = TippingMethod.BISECTION
        self._solved: list[Point] = []
        self._envelope: LowerEnvelope | None = None
        self._is_whole_range = False

    @property
    def points(self) -> list[Point]:
        """What is found, by value."""
        if self._envelope is not None:
            return self._envelope.points
        return sorted(self._solved, key=lambda point: point.value)

    @property
    def is_proven(self) -> bool:
        """Whether all is found that there is in the range."""
        return self._is_whole_range and self._envelope is not None and self._envelope.is_proven

    def search(self) -> None:
        """Solve at both ends and at the present value, and find the changes in between.

        Raises
        ------
        StoppedError
            A limit ended a search.
        """
        figure = self._values.figure
        present = self._values.problem(figure.value).question
        inside = [figure.value] if figure.low < figure.value < figure.high else []
        for value in (figure.low, *inside, figure.high):
            self._solved.append(self._values.point(value))
        ends = list(self._solved)
        is_linear = self._values.places is not None and present.instance.problem.objective is Objective.COST
        if is_linear and all(point.hubs for point in ends):
            asked = max(present.watch.limits.relative_gap, OPTIMAL_GAP)
            self.method, self._envelope = TippingMethod.EXACT, LowerEnvelope(self._values, asked)
            try:
                self._envelope.search(ends)
            except DisagreementError:
                self.method, self._envelope = TippingMethod.BISECTION, None
            else:
                self._is_whole_range = True
                return
        narrowing = Narrowing(self._values, self._width, self._solved)
        for low, high in pairwise(ends):
            narrowing.narrow(low, high)
