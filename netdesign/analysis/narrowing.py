"""Narrow down where the best network changes, value by value, where nothing is known of what lies between."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from netdesign.analysis.network_searches import TIE

if TYPE_CHECKING:
    from netdesign.analysis.figure_values import FigureValues
    from netdesign.analysis.tipping_points import Point
    from netdesign.plan import Plan

_MOST_GUESSES = 4
"""Values at which two networks alone are compared, to guess where one becomes better than the other."""

_SHORT = 0.98
"""Part of the width that two points beside a guess are apart."""


class Narrowing:
    """Bisection with guesses: two networks are soon priced, all of them take ten times as long.

    Parameters
    ----------
    values
        Solves the problem at values of the figure.
    width
        Largest distance of two neighbours with other networks, in the unit of the figure.
    solved
        Takes each point that is solved, with its proof.
    """

    def __init__(self, values: FigureValues, width: float, solved: list[Point]) -> None:
        self._values, self._width, self._solved = values, width, solved

    def narrow(self, low: Point, high: Point) -> None:
        """Solve values between two points, so that where the best network changes no gap is wider than asked for.

        Raises
        ------
        StoppedError
            A limit ended a search.
        """
        waiting = [(low, high, True)]
        while waiting:
            low, high, may_guess = waiting.pop()
            length = high.value - low.value
            if set(low.hubs) == set(high.hubs) or length <= self._width * (1.0 + TIE):
                continue
            between = [self._solve(value, low.solution.plan) for value in self._between(low, high, may_guess=may_guess)]
            for below, above in pairwise([low, *between, high]) if between else ():
                # After a guess that leaves most of it the next step is half-way, so that each two steps halve it.
                waiting.append((below, above, not may_guess or above.value - below.value <= 0.5 * length))

    def _between(self, low: Point, high: Point, *, may_guess: bool) -> list[float]:
        """Return the values to solve next: on both sides of a guess, else half-way."""
        half = 0.5 * (low.value + high.value)
        is_whole = self._values.figure.is_whole
        guess = self._guess(low, high) if may_guess and not is_whole else None
        beside = 0.5 * _SHORT * self._width
        wanted = [float(half // 1) if is_whole else half] if guess is None else [guess - beside, guess + beside]
        return [value for value in wanted if low.value < value < high.value]

    def _guess(self, low: Point, high: Point) -> float | None:
        """Return about where the network of one point becomes as good as that of the other; None if that is unclear."""
        if not low.hubs or not high.hubs or high.value - low.value < 8 * self._width:
            return None
        below, above = low.value, high.value
        less, more = self._difference(below, low, high), self._difference(above, low, high)
        guess = None
        for _ in range(_MOST_GUESSES):
            if less is None or more is None or not less < 0 < more:
                return guess
            share = min(max(less / (less - more), 0.02), 0.98)
            before, guess = guess, below + share * (above - below)
            if before is not None and abs(guess - before) <= 0.25 * self._width:
                return guess
            here = self._difference(guess, low, high)
            if here is None:
                return None
            below, less, above, more = (guess, here, above, more) if here < 0 else (below, less, guess, here)
        return guess

    def _difference(self, value: float, low: Point, high: Point) -> float | None:
        """Return what the network of the lower point has more than the other; None where one is not feasible."""
        found = []
        for point in (low, high):
            is_known = point.value == value
            objective = point.objective if is_known else self._values.of_hubs(value, point.hubs).objective
            if objective is None:
                return None
            found.append(objective)
        return found[0] - found[1]

    def _solve(self, value: float, start: Plan | None) -> Point:
        point = self._values.point(value, start)
        self._solved.append(point)
        return point
