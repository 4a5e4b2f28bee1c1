"""What rounds of cuts leave open: one site after another is decided, the part with the least bound next."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from netdesign.solve.capacitated.rounds import Rounds
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.relaxation import Point

_NODE_ROUNDS = 4

Decided = tuple[tuple[int, bool], ...]


@dataclass(frozen=True, order=True)
class _Node:
    """Part of the search: the bound that its parent proved, a number to break ties, and the sites that were decided."""

    bound: float
    number: int
    decided: Decided


class Branching:
    """Best-first search (Land and Doig 1960) over sites, with the master of the rounds.

    Parameters
    ----------
    rounds
        That have stopped to pay.
    state
        Clock and incumbent; hears of bounds.
    """

    def __init__(self, rounds: Rounds, state: SearchState) -> None:
        self._rounds, self._state = rounds, state
        self._sites = len(rounds.relaxation.is_closed)

    def run(self) -> None:
        """Search until the gap is closed.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        numbers = itertools.count()
        parts = [_Node(self._state.bound, next(numbers), ())]
        while parts and not self._state.is_closed:
            node = heapq.heappop(parts)
            self._state.proved(node.bound)
            if node.bound > self._state.cut_off:
                heapq.heappush(parts, node)
                break
            for decided, bound in self._explored(node):
                heapq.heappush(parts, _Node(max(bound, node.bound), next(numbers), decided))
            self._state.proved(min((part.bound for part in parts), default=np.inf))
        if not parts or parts[0].bound > self._state.cut_off:
            self._state.exhausted()

    def _explored(self, node: _Node) -> list[tuple[Decided, float]]:
        """Solve one part; return the two that are left of it, with their bounds, or none."""
        point = self._bounded(node)
        if point is None:
            return []
        self._rounds.round_up(point)
        site = self._undecided(point, node)
        if site is None:
            return []
        return [((*node.decided, (site, is_open)), point.bound) for is_open in (True, False)]

    def _bounded(self, node: _Node) -> Point | None:
        """Raise the bound of a part by some rounds of cuts; None where nothing better than the incumbent is in it."""
        relaxation = self._rounds.relaxation
        closed, certain = np.zeros((2, self._sites), dtype=bool)
        relaxation.release()
        for site, is_open in node.decided:
            relaxation.bound_sites(np.array([site]), float(is_open), float(is_open))
            (certain if is_open else closed)[site] = True
        last = -np.inf
        for number in itertools.count():
            point = relaxation.solve()
            if point is None or point.bound > self._state.cut_off:
                return None
            closed |= (point.is_open < 0.5) & (point.reduced > self._state.cut_off - point.bound) & ~certain
            if self._rounds.looked_at_all(point, closed, certain):
                return None
            has_stalled = self._rounds.has_stalled(point, last)
            if number == _NODE_ROUNDS or (number > 1 and has_stalled):
                return point
            if self._rounds.cut(point, is_between=False, is_searched=True) == 0:
                return point
            last = point.bound
        raise AssertionError

    def _undecided(self, point: Point, node: _Node) -> int | None:
        """Return the site that is least decided, or None where all are."""
        distance = np.minimum(point.is_open, 1.0 - point.is_open)
        distance[[site for site, _ in node.decided]] = -1.0
        distance[self._rounds.relaxation.is_closed | self._rounds.relaxation.is_certain] = -1.0
        farthest = int(np.argmax(distance))
        return farthest if distance[farthest] >= 0.0 else None
