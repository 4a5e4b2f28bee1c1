"""Branch and cut: what the engines share, over sites or over sites and cities."""

from __future__ import annotations

import heapq
import itertools
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, NamedTuple, TypeVar

import numpy as np

from netdesign.solve.branch_cut.site_relaxation import Decision, MasterPoint, P, fixed_by_reduced_costs
from netdesign.solve.branch_cut.tuning import Tuning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from netdesign.solve.branch_cut.site_relaxation import SiteRelaxation
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState

INTEGER = 1e-6
"""A value so near to 0 or 1 is 0 or 1."""

_MEAN = 0.7
"""Weight of the past in the running mean of points."""

T = TypeVar("T")


class SearchNode(NamedTuple, Generic[T]):
    """Part of a search: the bound that is proven for it, a number unlike those of all others, and what it is."""

    bound: float
    number: int
    part: T


def explore(
    whole: T, divide: Callable[[SearchNode[T]], Sequence[tuple[float, T]]], state: SearchState, *, dives: bool = False
) -> None:
    """Divide one part of a search after another, the one with the least bound next (Land and Doig 1960).

    Parameters
    ----------
    whole
        All that is searched.
    divide
        Returns what is left of a part, and bounds.
    state
        Clock and incumbent; records bounds.
    dives
        Whether the first part that is left of one comes next, whatever the bounds are.
    """
    numbers = itertools.count()
    nodes = [SearchNode(state.bound, next(numbers), whole)]
    node: SearchNode[T] | None = None
    while nodes and not state.is_closed and nodes[0].bound <= state.cut_off:
        node = heapq.heappop(nodes)
        while node is not None and not state.is_closed:
            least = node.bound
            children = [SearchNode(max(bound, least), next(numbers), part) for bound, part in divide(node)]
            node = children.pop(0) if dives and children else None
            for child in children:
                heapq.heappush(nodes, child)
            least = min((first.bound for first in (*nodes[:1], node) if first is not None), default=np.inf)
            if least <= state.cut_off:
                state.proved(least)
    if node is None and (not nodes or nodes[0].bound > state.cut_off):
        state.exhausted()


class InOutPoints:
    """Where to cut: at the points of a relaxation, or half-way to their running mean (Ben-Ameur and Neto 2007).

    Attributes
    ----------
    mean
        To begin with, and then of the points so far.
    """

    def __init__(self, mean: NDArray[np.float64]) -> None:
        self.mean = mean

    def next(self, point: NDArray[np.float64], *, is_between: bool = True) -> NDArray[np.float64]:
        """Return where to cut after a point."""
        at = 0.5 * (point + self.mean) if is_between else point
        self.mean = self.mixed(self.mean, point)
        return at

    @staticmethod
    def mixed(mean: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the running mean after a point."""
        return _MEAN * mean + (1.0 - _MEAN) * point


class SitePoints(InOutPoints):
    """The same for sites, from the hubs of the best plan so far; closed ones stay closed.

    Parameters
    ----------
    rules
        Permitted sets.
    start
        The hubs of that plan; None where there is none.
    """

    def __init__(self, rules: HubRules, start: NDArray[np.intp] | NDArray[np.int32] | None) -> None:
        mean = np.full(rules.sites, min(1.0, max(1.0, rules.least) / rules.sites))
        if start is not None:
            mean = np.zeros(rules.sites)
            mean[start] = 1.0
        super().__init__(mean)

    def after(self, point: MasterPoint, is_closed: NDArray[np.bool_], *, is_between: bool) -> NDArray[np.float64]:
        """Return where to cut: at the master's point, or half-way to the mean of those so far; shape (sites,)."""
        self.mean = np.where(is_closed, 0.0, self.mean)
        at = self.next(point.is_open, is_between=is_between and point.fraction > INTEGER)
        return at if at.sum() >= 1.0 else point.is_open


class CutRounds(ABC, Generic[P]):
    """Rounds of cuts, whose order is the engine's.

    Parameters
    ----------
    relaxation
        The master.
    state
        Clock and incumbent; records bounds.

    Attributes
    ----------
    tuning
        Constants.
    """

    tuning: ClassVar[Tuning] = Tuning()

    def __init__(self, relaxation: SiteRelaxation[P], state: SearchState) -> None:
        self._master, self._state = relaxation, state

    @abstractmethod
    def cut_rounds(self) -> bool:
        """Cut until that has stopped to pay; return whether anything is left to branch on.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """

    @abstractmethod
    def round_up(self, point: P) -> None:
        """Look for a plan near a point."""

    def sites_settled(self) -> None:
        """Use that sites are closed for good."""

    def enumerate_remaining(self, point: P, closed: NDArray[np.bool_], certain: NDArray[np.bool_]) -> bool:
        """Look at every set that a point leaves; return False where that takes long.

        Parameters
        ----------
        point
            Of the master.
        closed, certain
            Sites that no better set opens, or all do, shape (sites,).
        """
        del point, closed, certain
        return False

    def has_stalled(self, point: P, last: float) -> bool:
        """Return whether the bound has hardly grown; without an incumbent, measured against itself."""
        room = self._state.incumbent - point.bound
        return point.bound - last < self.tuning.stalled * min(room, abs(point.bound))

    @abstractmethod
    def close_gap(self) -> None:
        """Close the gap that rounds of cuts leave.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """

    def run(self) -> None:
        """Search until the gap is closed.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        if not self._state.is_closed and self.cut_rounds():
            self.close_gap()

    def solved(self) -> P | None:
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


class BranchCut(CutRounds[P]):
    """Rounds of cuts, then one decision after another.

    Attributes
    ----------
    dives
        As of ``explore``.
    """

    dives: ClassVar[bool] = False

    @abstractmethod
    def bounded(self, node: SearchNode[tuple[Decision, ...]]) -> P | None:
        """Decide a node and raise its bound; return its point, or None where nothing better is in it."""

    @abstractmethod
    def undecided(self, point: P) -> Decision | None:
        """Return what is least decided, the likelier side first, or None where nothing is left to decide."""

    def sides(self, point: P) -> Sequence[Decision]:
        """Return what a point is divided by, the likelier side first; nothing where all is decided."""
        side = self.undecided(point)
        return () if side is None else (side, side._replace(is_taken=not side.is_taken))

    def take(self, point: P) -> None:
        """Take the plan of a point in which all is decided, where ``round_up`` has not."""

    def close_gap(self) -> None:
        """Divide what is left, one decision after another."""
        nothing: tuple[Decision, ...] = ()
        explore(nothing, self._divided, self._state, dives=self.dives)

    def _divided(self, node: SearchNode[tuple[Decision, ...]]) -> list[tuple[float, tuple[Decision, ...]]]:
        """Solve one node; return the sides that are left of it, with their bounds, or none."""
        point = self.bounded(node)
        if point is None:
            return []
        self.round_up(point)
        sides = self.sides(point)
        if not sides:
            self.take(point)
        return [(point.bound, (*node.part, one)) for one in sides]


class SiteBranchCut(BranchCut[MasterPoint]):
    """Branch and cut in which the sites are all that is decided.

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
    """

    def __init__(
        self,
        relaxation: SiteRelaxation[MasterPoint],
        rules: HubRules,
        state: SearchState,
        start: NDArray[np.intp] | NDArray[np.int32] | None,
    ) -> None:
        super().__init__(relaxation, state)
        self._rules = rules
        self._points = SitePoints(rules, start)

    @abstractmethod
    def cut_node(self, point: MasterPoint, number: int) -> int:
        """Add cuts at a point of a node; return how many it breaks. ``number`` tells rounds and nodes apart."""

    def next_point(self, point: MasterPoint, *, is_between: bool) -> NDArray[np.float64]:
        """Return where to cut; see ``SitePoints``."""
        return self._points.after(point, self._master.is_closed, is_between=is_between)

    def bounded(self, node: SearchNode[tuple[Decision, ...]]) -> MasterPoint | None:
        """Raise the bound of a node by some rounds of cuts; None where nothing better than the incumbent is in it."""
        master, state, last = self._master, self._state, -np.inf
        master.decide(node.part)
        closed, certain = master.closed_here.copy(), master.certain_here
        for number in itertools.count():
            point = master.solve()
            if point is None or point.bound > state.cut_off:
                return None
            closed |= fixed_by_reduced_costs(point.if_closed, point.if_open, ~certain, state.cut_off - point.bound)[0]
            if self.enumerate_remaining(point, closed, certain):
                return None
            has_stalled = number >= self.tuning.least_node_rounds and self.has_stalled(point, last)
            if number == self.tuning.node_rounds or has_stalled or self.cut_node(point, node.number + number) == 0:
                return point
            last = point.bound
        raise AssertionError

    def undecided(self, point: MasterPoint) -> Decision | None:
        """Return the site that is least decided, open first, or None where all are decided."""
        distance = np.minimum(point.is_open, 1.0 - point.is_open)
        distance[self._master.closed_here | self._master.certain_here] = -1.0
        farthest = int(np.argmax(distance))
        return Decision(farthest, is_taken=True) if distance[farthest] >= 0.0 else None
