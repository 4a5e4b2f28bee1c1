"""Exact values at which the best network changes, where the cost of each plan is linear in the place on a line.

The least cost of all plans is then the lower envelope of lines (Eisner and Severance 1976): what is best at two places
is best in between, or the two meet at a place where something else is looked for. Plans of one network differ in their
lines too, so a network has an envelope of its own, found by the same search with its hubs fixed.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from netdesign.analysis.network_searches import TIE
from netdesign.analysis.tipping_points import Line, Point, is_kept_between
from netdesign.errors import DisagreementError
from netdesign.solve.core.outcome import exactness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.figure_values import FigureValues
    from netdesign.plan import Plan
    from netdesign.solve.core.outcome import Solution

_NEAREST = 1e-11
"""Places nearer to each other are the same."""

_MOST_STEPS = 60
"""Most steps to the place where two networks cost the same; a few are enough, as the plans of each are few."""


class LowerEnvelope:
    """The best networks of a range along which prices lie on a line.

    Parameters
    ----------
    values
        Solves the problem at values of the figure.
    asked
        Relative gap to which bounds are proven.

    Attributes
    ----------
    is_proven
        Whether nothing that was looked at is left in doubt.
    """

    def __init__(self, values: FigureValues, asked: float) -> None:
        self._values, self._asked = values, asked
        self._waiting: list[tuple[Point, Point]] = []
        self._closed: list[tuple[Point, Point]] = []
        self.is_proven = True

    @property
    def points(self) -> list[Point]:
        """Ends of all stretches of the range, ascending; two with other networks at a value where they are as good."""
        found: list[Point] = []
        for stretch in sorted([*self._closed, *self._waiting], key=lambda ends: (ends[0].place, ends[1].place)):
            found += [point for point in stretch if not found or not _is_same(found[-1], point)]
        return found

    def search(self, ends: list[Point]) -> None:
        """Find all that is best between points that ascend.

        Raises
        ------
        StoppedError
            A limit ended a search.
        DisagreementError
            A plan costs something else than its line says: prices lie on no line.
        """
        self._waiting = list(pairwise(ends))
        lined = [self.with_line(point) for point in ends]
        self._waiting = list(pairwise(lined))
        while self._waiting:
            low, high = self._waiting[-1]
            is_short = high.place - low.place <= _NEAREST
            parts = [] if is_short else list(self._parts(low, high))
            self._waiting[-1:] = parts
            if not parts:
                self._closed.append((low, high))

    def with_line(self, point: Point) -> Point:
        """Return a point with the line of its plan, and what is proven of other networks."""
        plan = point.solution.plan
        if plan is None:
            return point
        line = self._line(plan, point.place, point.objective)
        others = point.others if point.others > -math.inf else self._values.others(point)
        return replace(point, line=line, others=others)

    def _line(self, plan: Plan, place: float, objective: float) -> Line:
        at_low, at_high = (self._values.at_place(end).price(plan).objective for end in (0.0, 1.0))
        if at_low is None or at_high is None:
            message = "a plan that is feasible at one value of the figure is not at another"
            raise DisagreementError(message)
        line = Line(at_low, at_high)
        if abs(line.at(place) - objective) > 10 * TIE * exactness(objective, max(map(abs, line))):
            message = f"a plan costs {objective:.2f} where its line says {line.at(place):.2f}"
            raise DisagreementError(message)
        return line

    def _parts(self, low: Point, high: Point) -> Iterator[tuple[Point, Point]]:
        """Yield what is left to look at between two points."""
        if set(low.hubs) == set(high.hubs):
            place = is_kept_between(low, high, self._asked)
            if place is None:
                return
            if min(place - low.place, high.place - place) <= _NEAREST:
                self.is_proven = False
                return
            between = self._solved(place, low.solution.plan)
            yield low, between
            yield between, high
        elif (tied := self._tied(low, high.hubs)) is not None:
            yield tied, high
        elif (tied := self._tied(high, low.hubs)) is not None:
            yield low, tied
        else:
            yield from self._parts_at_change(low, high)

    def _tied(self, point: Point, hubs: tuple[str, ...]) -> Point | None:
        """Return a point with another network that is as good there; None where it is not."""
        solution = self._values.of_hubs(point.value, hubs)
        objective = math.inf if solution.objective is None else solution.objective
        if objective > point.objective + TIE * exactness(point.objective):
            return None
        return self._of(point, solution)

    def _of(self, point: Point, solution: Solution) -> Point:
        """Return a point with the plan of another network, which is as good there."""
        plan, objective = solution.plan, solution.objective
        if plan is None or objective is None:
            raise AssertionError
        bound = min(point.solution.bound, objective)
        line = self._line(plan, point.place, objective)
        return replace(point, solution=replace(solution, bound=bound), others=bound, line=line)

    def _parts_at_change(self, low: Point, high: Point) -> Iterator[tuple[Point, Point]]:
        """Yield the parts on both sides of the place where one network becomes as good as another, or a third is."""
        place, before, after = self._crossing(low, high)
        between = self._solved(place, before.plan)
        least = min(one.objective for one in (before, after) if one.objective is not None)
        is_third = between.objective < least - TIE * exactness(least)
        yield low, between if is_third else self._of(between, before)
        yield between if is_third else self._of(between, after), high

    def _crossing(self, low: Point, high: Point) -> tuple[float, Solution, Solution]:
        """Return the place where two networks cost the same, and their plans there.

        One is better at the lower point and the other at the higher one. Each step goes to where the lines of their
        nearest plans meet.
        """
        first, last = low.line, high.line
        below, above = low.place, high.place
        for _ in range(_MOST_STEPS):
            place = first.meets(last) if first is not None and last is not None else math.nan
            if not below < place < above:
                place = 0.5 * (below + above)
            value = self._values.value_at(place)
            before, after = self._values.of_hubs(value, low.hubs), self._values.of_hubs(value, high.hubs)
            if before.objective is None or after.objective is None or before.plan is None or after.plan is None:
                raise AssertionError
            difference = before.objective - after.objective
            first, last = (
                self._line(before.plan, place, before.objective),
                self._line(after.plan, place, after.objective),
            )
            nearest = first.meets(last)
            is_met = math.isfinite(nearest) and abs(nearest - place) <= _NEAREST
            if is_met or difference == 0.0 or above - below <= _NEAREST:
                break
            below, above = (place, above) if difference < 0 else (below, place)
        return place, before, after

    def _solved(self, place: float, start: Plan | None) -> Point:
        return self.with_line(self._values.point(self._values.value_at(place), start, place))


def _is_same(one: Point, other: Point) -> bool:
    return one.value == other.value and set(one.hubs) == set(other.hubs)
