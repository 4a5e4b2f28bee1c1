"""Narrow down where the verdict changes, value by value, where nothing is known of what lies between."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from netdesign.analysis.network_searches import TIE

if TYPE_CHECKING:
    from collections.abc import Hashable

    from netdesign.instance.ranges import FigureRange

_MOST_GUESSES = 4
"""Values at which two verdicts alone are compared, to guess where one becomes better than the other."""

_SHORT = 0.98
"""Part of the width that two points beside a guess are apart."""


class Verdict(Protocol):
    """What is best at one value of a figure."""

    @property
    def value(self) -> float:
        """Of the figure."""

    @property
    def verdict(self) -> Hashable:
        """What may change from one value to the next; points with equal ones are not told apart."""


VerdictT = TypeVar("VerdictT", bound=Verdict)


class Values(Protocol[VerdictT]):
    """The problem at values of a figure."""

    @property
    def figure(self) -> FigureRange:
        """The figure and its range."""

    def beside(self, value: float, neighbour: VerdictT) -> VerdictT:
        """Return what is best at a value; the search begins with what is best at another one."""

    def difference(self, value: float, low: VerdictT, high: VerdictT) -> float | None:
        """Return how much more the verdict of one point has at a value than that of another; None if not known."""


class Narrowing(Generic[VerdictT]):
    """Bisection with guesses: two verdicts are soon priced, all of them take ten times as long.

    Parameters
    ----------
    values
        Solves the problem at values of the figure.
    width
        Largest distance of two neighbours with other verdicts, in the unit of the figure.
    solved
        Takes each point that is solved, with its proof.
    """

    def __init__(self, values: Values[VerdictT], width: float, solved: list[VerdictT]) -> None:
        self._values, self._width, self._solved = values, width, solved

    def narrow(self, low: VerdictT, high: VerdictT) -> None:
        """Solve values between two points, so that where the verdict changes no gap is wider than asked for.

        Raises
        ------
        StoppedError
            A limit ended a search.
        """
        waiting = [(low, high, True)]
        while waiting:
            low, high, may_guess = waiting.pop()
            length = high.value - low.value
            if low.verdict == high.verdict or length <= self._width * (1.0 + TIE):
                continue
            between = [self._solve(value, low) for value in self._between(low, high, may_guess=may_guess)]
            for below, above in pairwise([low, *between, high]) if between else ():
                # After a guess that leaves most of it the next step is half-way, so that each two steps halve it.
                waiting.append((below, above, not may_guess or above.value - below.value <= 0.5 * length))

    def _between(self, low: VerdictT, high: VerdictT, *, may_guess: bool) -> list[float]:
        """Return the values to solve next: on both sides of a guess, else half-way."""
        half = 0.5 * (low.value + high.value)
        is_whole = self._values.figure.is_whole
        guess = self._guess(low, high) if may_guess and not is_whole else None
        beside = 0.5 * _SHORT * self._width
        wanted = [float(half // 1) if is_whole else half] if guess is None else [guess - beside, guess + beside]
        return [value for value in wanted if low.value < value < high.value]

    def _guess(self, low: VerdictT, high: VerdictT) -> float | None:
        """Return about where the verdict of one point becomes as good as that of the other; None if that is unclear."""
        if high.value - low.value < 8 * self._width:
            return None
        below, above = low.value, high.value
        less, more = self._values.difference(below, low, high), self._values.difference(above, low, high)
        guess = None
        for _ in range(_MOST_GUESSES):
            if less is None or more is None or not less < 0 < more:
                return guess
            share = min(max(less / (less - more), 0.02), 0.98)
            before, guess = guess, below + share * (above - below)
            if before is not None and abs(guess - before) <= 0.25 * self._width:
                return guess
            here = self._values.difference(guess, low, high)
            if here is None:
                return None
            below, less, above, more = (guess, here, above, more) if here < 0 else (below, less, guess, here)
        return guess

    def _solve(self, value: float, neighbour: VerdictT) -> VerdictT:
        point = self._values.beside(value, neighbour)
        self._solved.append(point)
        return point
