"""Branch and cut: one site or city after another is decided, the relaxation going on from where it is."""

from __future__ import annotations

import heapq
import itertools
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.single.point import WHOLE
from netdesign.solve.single.relaxation import Decision

if TYPE_CHECKING:
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.single.cuts import PairOracle
    from netdesign.solve.single.heuristic import Exchange
    from netdesign.solve.single.point import Point
    from netdesign.solve.single.problem import AllocationProblem
    from netdesign.solve.single.relaxation import Relaxation

_STALLED = 0.06
_NODE_ROUNDS = 6
_DROP_EVERY = 1

_Part = tuple[float, int, tuple[Decision, ...]]
"""The bound that was proven before, a number to break ties, and what was decided."""


class Branching:
    """Search of what the root relaxation leaves (Land and Doig 1960): down the likelier side, then the least bound.

    Parameters
    ----------
    problem
        Cities and sites.
    relaxation, oracle
        As the root left them.
    exchange
        Rounds points up to plans.
    state
        Clock and incumbent; hears of plans and bounds.
    """

    def __init__(
        self,
        problem: AllocationProblem,
        relaxation: Relaxation,
        oracle: PairOracle,
        exchange: Exchange,
        state: SearchState,
    ) -> None:
        self._problem, self._relaxation, self._oracle = problem, relaxation, oracle
        self._exchange, self._state = exchange, state
        self._numbers = itertools.count(1)

    def run(self) -> None:
        """Search until the gap is closed.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        parts: list[_Part] = [(self._state.bound, 0, ())]
        while parts and not self._state.is_closed and parts[0][0] <= self._state.cut_off:
            part: _Part | None = heapq.heappop(parts)
            while part is not None and not self._state.is_closed:
                sides = self._explored(part)
                part = sides[0] if sides else None
                for side in sides[1:]:
                    heapq.heappush(parts, side)
                self._state.proved(min((side[0] for side in [*parts[:1], *sides[:1]]), default=np.inf))
        if not self._state.is_closed:
            self._state.exhausted()

    def _explored(self, part: _Part) -> list[_Part]:
        """Solve one part; return the two sides of it, the likelier first, or none where nothing better is in it."""
        bound, number, decided = part
        if number % _DROP_EVERY == 0:
            self._relaxation.drop_idle(bound)
        self._relaxation.release()
        self._relaxation.decide(decided)
        point = self._bounded()
        if point is None:
            return []
        self._exchange.round_up(point.is_open)
        branch = self._undecided(point)
        if branch is None:
            self._exchange.hear(np.flatnonzero(point.is_open > 0.5).astype(np.int32), np.argmax(point.share, axis=1))
            return []
        bound = max(bound, point.bound)
        sides = [branch, branch._replace(is_taken=not branch.is_taken)]
        return [(bound, next(self._numbers), (*decided, side)) for side in sides]

    def _bounded(self) -> Point | None:
        """Raise the bound of a part by cuts and by calling in shares; None where nothing better is in it."""
        last, rounds = -np.inf, 0
        while True:
            point = self._relaxation.solve()
            if point is None or point.bound > self._state.cut_off:
                return None
            room = min(self._state.cut_off, 2.0 * abs(point.bound) + 1.0) - point.bound
            grown, last = point.objective - last, point.objective
            # A plan is one only when no cut says that its transfers cost more.
            pays = (rounds < _NODE_ROUNDS and grown >= _STALLED * room) or point.is_whole
            added = 0
            if pays and point.objective < self._state.cut_off:
                rounds += 1
                added = self._relaxation.cut(self._oracle.cuts(point.spread), point) + self._relaxation.cover(point)
            if not added and not self._relaxation.call(point):
                return point

    def _undecided(self, point: Point) -> Decision | None:
        """Return the site that is least decided, or else the city, with the likelier side; None where all are."""
        distance = np.minimum(point.is_open, 1.0 - point.is_open)
        site = int(np.argmax(distance))
        if distance[site] > WHOLE:
            return Decision(None, site, is_taken=bool(point.is_open[site] > 0.5))
        distance = np.minimum(point.share, 1.0 - point.share)
        city, site = (int(place) for place in np.unravel_index(int(np.argmax(distance)), distance.shape))
        if distance[city, site] > WHOLE:
            return Decision(city, site, is_taken=bool(point.share[city, site] > 0.5))
        return None
