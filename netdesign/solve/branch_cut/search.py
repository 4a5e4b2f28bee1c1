"""Branch and cut over sites: what engines share whose masters begin with the y of the sites."""

from __future__ import annotations

import heapq
import itertools
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.solve.branch_cut.site_relaxation import Point, SiteRelaxation
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState

_MEAN = 0.7
"""Weight of the past in the running mean of points."""

_STALLED = 0.06
"""Share of the gap that a round closes, under which rounds have stopped to pay."""

_INTEGER = 1e-6
_NODE_ROUNDS = 4

Decided = tuple[tuple[int, bool], ...]


@dataclass(frozen=True, order=True)
class _Node:
    """Part of the search: the bound that its parent proved, a number to break ties, and the sites that were decided."""

    bound: float
    number: int
    decided: Decided


class BranchCut(ABC):
    """Rounds of cuts, whose order is the engine's, then one site after another is decided.

    Parameters
    ----------
    relaxation
        The master.
    rules
        Permitted sets.
    state
        Clock and incumbent; records bounds.
    start
        The hubs of the best plan so far, or None; points half-way to it are the first at which cuts are made.

    Attributes
    ----------
    least_node_rounds
        Rounds of a node before its bound may count as stalled.
    """

    least_node_rounds: ClassVar[int] = 0

    def __init__(
        self,
        relaxation: SiteRelaxation,
        rules: HubRules,
        state: SearchState,
        start: NDArray[np.intp] | NDArray[np.int32] | Sequence[int] | None,
    ) -> None:
        self._master, self._rules, self._state = relaxation, rules, state
        self._mean = np.full(rules.sites, min(1.0, max(1.0, rules.least) / rules.sites))
        if start is not None:
            self._mean = np.zeros(rules.sites)
            self._mean[start] = 1.0

    @abstractmethod
    def cut_rounds(self) -> bool:
        """Cut until that has stopped to pay; return whether anything is left to branch on.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """

    @abstractmethod
    def cut_node(self, point: Point, number: int) -> int:
        """Add cuts at a point of a node; return how many it breaks. ``number`` tells rounds and nodes apart."""

    @abstractmethod
    def sites_settled(self) -> None:
        """Use that sites are closed for good."""

    @abstractmethod
    def round_up(self, point: Point) -> None:
        """Try the sites that a point opens most."""

    @abstractmethod
    def enumerate_remaining(self, point: Point, closed: NDArray[np.bool_], certain: NDArray[np.bool_]) -> bool:
        """Look at every set that a point leaves; return False where that takes long.

        Parameters
        ----------
        point
            Of the master.
        closed, certain
            Sites that no better set opens, or all do, shape (sites,).
        """

    def run(self) -> None:
        """Search until the gap is closed.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        if not self._state.is_closed and self.cut_rounds():
            self._branch()

    def solved(self) -> Point | None:
        """Solve the master and settle sites; None where that ends the search."""
        master, state = self._master, self._state
        point = master.solve()
        if point is None or point.bound > state.cut_off:
            state.exhausted()
            return None
        settled = master.settle(point)
        state.proved(point.bound, int(np.count_nonzero(~master.is_closed)))
        if settled:
            self.sites_settled()
        if not state.is_closed and self.enumerate_remaining(point, master.is_closed, master.is_certain):
            state.exhausted()
            return None
        return None if state.is_closed else point

    def next_point(self, point: Point, *, is_between: bool) -> NDArray[np.float64]:
        """Return where to cut: at the master's point, or half-way to the mean of those so far; shape (sites,).

        Half-way cuts are deeper (Ben-Ameur and Neto 2007).
        """
        mean = np.where(self._master.is_closed, 0.0, self._mean)
        at = 0.5 * (point.is_open + mean) if is_between and point.fraction > _INTEGER else point.is_open
        self._mean = _MEAN * mean + (1.0 - _MEAN) * point.is_open
        return at if at.sum() >= 1.0 else point.is_open

    def has_stalled(self, point: Point, last: float) -> bool:
        """Return whether the bound has hardly grown; without an incumbent, measured against itself."""
        room = self._state.incumbent - point.bound
        return point.bound - last < _STALLED * min(room, abs(point.bound))

    def _branch(self) -> None:
        """Decide one site after another, the part with the least bound next (Land and Doig 1960)."""
        numbers, state = itertools.count(), self._state
        nodes = [_Node(state.bound, next(numbers), ())]
        while nodes and not state.is_closed:
            node = heapq.heappop(nodes)
            state.proved(node.bound)
            if node.bound > state.cut_off:
                nodes = []
                break
            for decided, bound in self._explored(node):
                heapq.heappush(nodes, _Node(max(bound, node.bound), next(numbers), decided))
            state.proved(min((part.bound for part in nodes), default=np.inf))
        if not nodes or nodes[0].bound > state.cut_off:
            state.exhausted()

    def _explored(self, node: _Node) -> list[tuple[Decided, float]]:
        """Solve one node; return the two that are left of it, with their bounds, or none."""
        point = self._bounded(node)
        if point is None:
            return []
        self.round_up(point)
        site = self._undecided(point, node)
        if site is None:
            return []
        return [((*node.decided, (site, is_open)), point.bound) for is_open in (True, False)]

    def _bounded(self, node: _Node) -> Point | None:
        """Raise the bound of a node by some rounds of cuts; None where nothing better than the incumbent is in it."""
        master, state = self._master, self._state
        closed, certain = np.zeros((2, self._rules.sites), dtype=bool)
        master.release()
        for site, is_open in node.decided:
            master.bound_sites(np.array([site]), float(is_open), float(is_open))
            (certain if is_open else closed)[site] = True
        last = -np.inf
        for number in itertools.count():
            point = master.solve()
            if point is None or point.bound > state.cut_off:
                return None
            closed |= (point.is_open < 0.5) & (point.reduced > state.cut_off - point.bound) & ~certain
            if self.enumerate_remaining(point, master.is_closed | closed, master.is_certain | certain):
                return None
            if number == _NODE_ROUNDS or (number >= self.least_node_rounds and self.has_stalled(point, last)):
                return point
            if self.cut_node(point, node.number + number) == 0:
                return point
            last = point.bound
        raise AssertionError

    def _undecided(self, point: Point, node: _Node) -> int | None:
        """Return the site that is least decided, or None where all are."""
        distance = np.minimum(point.is_open, 1.0 - point.is_open)
        distance[[site for site, _ in node.decided]] = -1.0
        distance[self._master.is_closed | self._master.is_certain] = -1.0
        farthest = int(np.argmax(distance))
        return farthest if distance[farthest] >= 0.0 else None
