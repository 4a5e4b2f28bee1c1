"""The problem at values of one figure: searched once for each, and where each lies on the line of prices."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.moved import UnsoundError
from netdesign.analysis.price_line import SAMPLES, ProblemFigures, places_on_line, problem_figures
from netdesign.analysis.tipping_points import Point, StoppedError
from netdesign.results.part import proven
from netdesign.solve.core.outcome import Phases, Solution, Termination

if TYPE_CHECKING:
    from netdesign.analysis.moved import MovedProblem, ValueProblem
    from netdesign.instance.ranges import FigureRange
    from netdesign.plan import Plan

_ROUNDING = 1e-12
"""Relative difference of places that counts as rounding, and of values that are sought for a place."""


class FigureValues:
    """The problem of a call at values of a figure.

    Parameters
    ----------
    moved
        The problem at other values.
    figure
        The figure and its range.
    present
        What is best at the present values.

    Attributes
    ----------
    places
        Where the values of ``SAMPLES`` lie on the line of prices; None where they lie on none.
    """

    def __init__(self, moved: MovedProblem, figure: FigureRange, present: Point) -> None:
        self._moved, self.figure, self._present = moved, figure, present
        self._ends: dict[float, ValueProblem] = {}
        self._latest: tuple[float, ValueProblem] | None = None
        self._of_ends: dict[float, ProblemFigures] = {}
        self._values: dict[float, float] = {0.0: figure.low, 1.0: figure.high}
        self._samples = [figure.low + share * (figure.high - figure.low) for share in SAMPLES]
        self._samples[-1] = figure.high
        self.places = None if figure.is_whole or moved.has_users_model else self._places()

    @property
    def has_no_effect(self) -> bool:
        """Whether no cost, no time and nothing that is permitted depends on the figure."""
        return self.places is not None and not self.places.any()

    @cached_property
    def is_straight(self) -> bool:
        """Whether the place on the line of prices is linear in the figure itself."""
        return self.places is not None and bool(np.allclose(self.places, SAMPLES, rtol=0, atol=_ROUNDING * 1e3))

    @cached_property
    def _is_reciprocal(self) -> bool:
        """Whether the place is linear in one over the figure, as where it divides prices."""
        if self.places is None or self.figure.low <= 0:
            return False
        over = 1.0 / np.array(self._samples)
        shares = (over - over[0]) / (over[-1] - over[0])
        return bool(np.allclose(self.places, shares, rtol=0, atol=_ROUNDING * 1e3))

    def problem(self, value: float) -> ValueProblem:
        """Return the problem at a value.

        Raises
        ------
        UnsoundError
            The instance is not sound with it.
        """
        if value == self.figure.value:
            return self._moved.present
        if value in self._ends:
            return self._ends[value]
        if self._latest is None or self._latest[0] != value:
            self._latest = value, self._moved.at(self.figure.paths, value)
        if value in (self.figure.low, self.figure.high):
            self._ends[value] = self._latest[1]
        return self._latest[1]

    def at_place(self, place: float) -> ValueProblem:
        """Return the problem at a place on the line of prices."""
        return self.problem(self.value_at(place))

    def point(self, value: float, start: Plan | None = None, place: float | None = None) -> Point:
        """Return what is best at a value.

        Parameters
        ----------
        value
            Of the figure.
        start
            A plan to begin with; None for that of the present value.
        place
            Of the value on the line of prices, where it is known.

        Raises
        ------
        StoppedError
            A limit ended the search.
        """
        at = self.place_of(value) if place is None else place
        if value == self.figure.value:
            return replace(self._present, value=value, place=at)
        try:
            problem = self.problem(value)
        except UnsoundError as error:
            nothing = Solution(Termination.INFEASIBLE, None, None, math.inf, Phases())
            return Point(value, self._present.instance, nothing, math.inf, at, reason=error.message)
        solution = problem.best(self._task(value), start or self._present.solution.plan)
        self._check(solution)
        return Point(value, problem.question.instance, solution, place=at)

    def beside(self, value: float, neighbour: Point) -> Point:
        """Return what is best at a value, where the search begins with what is best at another one.

        Raises
        ------
        StoppedError
            A limit ended the search.
        """
        return self.point(value, neighbour.solution.plan)

    def difference(self, value: float, low: Point, high: Point) -> float | None:
        """Return what the network of one point has more at a value than that of another; None where one has no plan.

        Raises
        ------
        StoppedError
            A limit ended a search.
        """
        if not low.hubs or not high.hubs:
            return None
        found = []
        for point in (low, high):
            is_known = point.value == value
            objective = point.objective if is_known else self.of_hubs(value, point.hubs).objective
            if objective is None:
                return None
            found.append(objective)
        return found[0] - found[1]

    def others(self, point: Point) -> float:
        """Return what no network with other hubs than those of a point has less than there.

        Raises
        ------
        StoppedError
            A limit ended the search.
        """
        solution = self.problem(point.value).others(point.hubs, f"{self._task(point.value)}, other hubs")
        self._check(solution)
        return max(proven(solution), point.solution.bound)

    def of_hubs(self, value: float, hubs: tuple[str, ...]) -> Solution:
        """Return the best plan with certain hubs at a value.

        Raises
        ------
        StoppedError
            A limit ended the search.
        """
        solution = self.problem(value).of_hubs(hubs, f"{self._task(value)}, {'+'.join(hubs)}")
        self._check(solution)
        return solution

    def place_of(self, value: float) -> float:
        """Return the place of a value on the line of prices; nan where they lie on none."""
        if self.places is None or self.has_no_effect:
            return math.nan
        low, high = self.figure.low, self.figure.high
        if self.is_straight or value in (low, high):
            return (value - low) / (high - low)
        if self._is_reciprocal:
            return (1.0 / value - 1.0 / low) / (1.0 / high - 1.0 / low)
        ends = self._figures(low), self._figures(value), self._figures(high)
        places = places_on_line(ends) if low < value < high else None
        return math.nan if places is None else float(places[1])

    def value_at(self, place: float) -> float:
        """Return the value of the figure at a place on the line of prices."""
        low, high = self.figure.low, self.figure.high
        if self.is_straight or place in (0.0, 1.0):
            return high if place == 1.0 else low + place * (high - low)
        # A tenth of a second to load, which verification never needs.
        from scipy.optimize import brentq

        nearest = brentq(
            lambda value: self.place_of(value) - place, low, high, xtol=_ROUNDING * max(abs(low), abs(high))
        )
        return float(nearest)

    def _places(self) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
        try:
            # Most figures that are on no line show it at both ends already.
            if places_on_line([self._figures(self._samples[0]), self._figures(self._samples[-1])]) is None:
                return None
            return places_on_line([self._figures(value) for value in self._samples])
        except UnsoundError:
            return None

    def _figures(self, value: float) -> ProblemFigures:
        if value in self._of_ends:
            return self._of_ends[value]
        question = self.problem(value).question
        found = problem_figures(question.instance, question.network)
        if value in (self.figure.low, self.figure.high):
            self._of_ends[value] = found
        return found

    def _task(self, value: float) -> str:
        return f"{self.figure.paths[0]} = {value:g}"

    def _check(self, solution: Solution) -> None:
        if solution.termination.is_limit:
            raise StoppedError
