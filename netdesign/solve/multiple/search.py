"""Decomposition for multiple allocation: hubs in a master, commodities in an oracle (Benders 1962).

Heuristic first. Where sets are few, all are priced then. Otherwise rounds of cuts follow, at points between the
master's and a running mean of them (Ben-Ameur and Neto 2007), each followed by settling sites by their reduced costs;
sets are priced as soon as few are left; what is still open then is branched on.
"""

from __future__ import annotations

import heapq
import itertools
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.route_matrices import IMPOSSIBLE
from netdesign.solve.multiple.cuts import CommodityOracle
from netdesign.solve.multiple.enumerate_remaining import Finish
from netdesign.solve.multiple.heuristic import Interchange
from netdesign.solve.multiple.priced_sets import few_sets
from netdesign.solve.multiple.prices import Prices
from netdesign.solve.multiple.relaxation import Relaxation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.relaxation import Point

_MEAN = 0.7
"""Weight of the past in the running mean of points."""

_STALLED = 0.06
"""Share of the gap that a round closes, under which rounds have stopped to pay."""

_WHOLE = 1e-6
_LAST_ROUNDS = 1
_NODE_ROUNDS = 4
_DROP_EVERY = 4
_LEAST_WORK, _SHARE = 4.5e8, 1.0
"""Pricing what is left is tried where it takes no more than so many sums, or that share of those of the cuts so far.

Work is counted, not timed, so that neither threads nor a busy machine change the way to the plan.
"""


Decided = tuple[tuple[int, bool], ...]


@dataclass(frozen=True, order=True)
class _Node:
    """Part of the search: the bound that its parent proved, a number to break ties, and the sites that were decided."""

    bound: float
    number: int
    decided: Decided


class MultipleSearch:
    """One search for the cheapest permitted set of hubs.

    Parameters
    ----------
    matrices
        Legs and freight.
    rules
        Permitted sets.
    state
        Clock, threads, gap; hears of plans and bounds.

    Attributes
    ----------
    best
        The best set found, ascending positions, or None.
    """

    def __init__(self, matrices: RouteMatrices, rules: HubRules, state: SearchState) -> None:
        self._matrices, self._rules, self._state = matrices, rules, state
        self.best: NDArray[np.intp] | None = None

    def run(self) -> None:
        """Search until the gap is closed or the clock has run out."""
        with suppress(TimeoutError):
            self._run()
        if self._heuristic.best is not None and self.best is None:
            self.best = self._heuristic.best.astype(np.intp)

    def routes(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the first and the last hub of each flow's best route over the best set, shape (flows,) each."""
        if self.best is None:
            raise AssertionError
        first, last = self._prices.routes(self.best.astype(np.int32))[1].T
        return first.astype(np.intp), last.astype(np.intp)

    def _run(self) -> None:
        state = self._state
        self._prices = Prices(self._matrices, state)
        self._heuristic = Interchange(self._prices, self._rules, state)
        state.ceiling = self._matrices.largest_cost * (1.0 + 1e-6) + 1.0
        sets = few_sets(self._rules, self._prices)
        if sets is None:
            self._cut()
        else:
            self._heuristic.start()
            self._price(sets)

    def _price(self, every: list[NDArray[np.int32]]) -> None:
        """Price all sets, given for each number of hubs."""
        for sets in every:
            cheapest = self._prices.cheapest(sets)
            self.best = self.best if cheapest is None else cheapest
        self._state.exhausted()

    def _cut(self) -> None:
        """Bound sets by cuts, and price or branch on what these leave."""
        state = self._state
        self._oracle = CommodityOracle(self._matrices, state)
        self._prices.raise_rest(self._oracle.least)
        if self._oracle.least.max(initial=0.0) >= IMPOSSIBLE:
            state.exhausted()
            return
        state.proved(float(self._oracle.least.sum()), self._rules.sites)
        self._heuristic.start()
        self._relax()
        if not state.is_closed:
            self._round_until_stalled()
        if not state.is_closed:
            self._branch()

    def _relax(self) -> None:
        """Make the master, with the cuts of the heuristic's set."""
        plan = max(1.0, self._state.cut_off)
        self._oracle.dearest = 2.0 * plan
        self._relaxation = Relaxation(self._matrices.fixed, self._rules, self._oracle, self._state, plan)
        self._finish = Finish(self._prices, self._rules, self._state, self._relaxation)
        self._mean = np.full(self._rules.sites, min(1.0, max(1.0, self._rules.least) / self._rules.sites))
        if self._heuristic.best is not None:
            self._mean = np.zeros(self._rules.sites)
            self._mean[self._heuristic.best] = 1.0
        if self._state.checks_cuts:
            for hubs in self._heuristic.seen:
                is_open = np.zeros(self._rules.sites)
                is_open[hubs] = 1.0
                self._relaxation.know(is_open, self._prices.by_origin(hubs))
        self._relaxation.add(self._oracle.cuts(self._mean, 0), None)

    def _round_until_stalled(self) -> None:
        last, stalled, is_between = -np.inf, 0, True
        for number in itertools.count(1):
            point = self._solved()
            if point is None or self._priced_all(point, self._no_sites, self._no_sites):
                return
            if number % _DROP_EVERY == 0:
                self._relaxation.drop_idle(point.bound)
            added = self._cut_at(point, number, is_between=is_between)
            self._round_up(point)
            has_stalled = self._has_stalled(point, last)
            last = point.bound
            if is_between:
                is_between = added > 0 and not has_stalled
                continue
            stalled = stalled + 1 if has_stalled else 0
            if added == 0 or stalled >= _LAST_ROUNDS:
                return

    @property
    def _no_sites(self) -> NDArray[np.bool_]:
        return np.zeros(self._rules.sites, dtype=bool)

    def _solved(self) -> Point | None:
        """Solve the master and settle sites; None where that ends the search."""
        point = self._relaxation.solve()
        if point is None or point.bound > self._state.cut_off:
            self._state.exhausted()
            return None
        settled = self._relaxation.settle(point)
        left = int(np.count_nonzero(~self._relaxation.is_closed))
        self._state.proved(point.bound, left)
        if settled:
            self._prices.raise_rest(self._oracle.least)
        return None if self._state.is_closed else point

    def _cut_at(self, point: Point, salt: int, *, is_between: bool) -> int:
        """Add cuts, at the point itself or half-way to the mean of the points so far; return how many are broken."""
        mean = np.where(self._relaxation.is_closed, 0.0, self._mean)
        at = 0.5 * (point.is_open + mean) if is_between and point.fraction > _WHOLE else point.is_open
        self._mean = _MEAN * mean + (1.0 - _MEAN) * point.is_open
        if at.sum() < 1.0:
            at = point.is_open
        return self._relaxation.cut(at, salt, point)

    def _has_stalled(self, point: Point, last: float) -> bool:
        """Tell whether the bound has hardly grown; without an incumbent, measured against itself."""
        room = self._state.incumbent - point.bound
        return point.bound - last < _STALLED * min(room, abs(point.bound))

    def _round_up(self, point: Point) -> None:
        """Try the sites that the point opens most."""
        likely = np.flatnonzero(point.is_open > 0.5)
        if len(likely) < self._rules.least or self._rules.is_one_number:
            number = max(self._rules.least, min(len(likely), self._rules.most))
            likely = np.argsort(-point.is_open, kind="stable")[:number]
        self._heuristic.improve(np.sort(likely).astype(np.int32))

    def _priced_all(self, point: Point, closed: NDArray[np.bool_], certain: NDArray[np.bool_]) -> bool:
        """Price what a point leaves beside the sites that a node has decided; return False where that takes long."""
        relaxation = self._relaxation
        rest = self._finish.remainder(point, relaxation.is_closed | closed, relaxation.is_certain | certain)
        found = self._finish.try_all(rest, max(_LEAST_WORK, _SHARE * self._oracle.worked))
        if found is False:
            return False
        if isinstance(found, np.ndarray):
            self.best = found
        if not (closed.any() or certain.any()):
            self._state.exhausted()
        return True

    def _branch(self) -> None:
        """Decide one site after another, the part with the least bound next (Land and Doig 1960)."""
        numbers = itertools.count()
        parts = [_Node(self._state.bound, next(numbers), ())]
        while parts and not self._state.is_closed:
            node = heapq.heappop(parts)
            self._state.proved(node.bound)
            if node.bound > self._state.cut_off:
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
        self._round_up(point)
        site = self._undecided(point, node)
        if site is None:
            return []
        return [((*node.decided, (site, is_open)), point.bound) for is_open in (True, False)]

    def _bounded(self, node: _Node) -> Point | None:
        """Raise the bound of a part by some rounds of cuts; None where nothing better than the incumbent is in it."""
        relaxation, closed, certain = self._relaxation, self._no_sites, self._no_sites
        relaxation.release()
        for site, is_open in node.decided:
            relaxation.bound_sites(np.array([site]), float(is_open), float(is_open))
            (certain if is_open else closed)[site] = True
        last = -np.inf
        for number in itertools.count():
            point = relaxation.solve()
            if point is None or point.bound > self._state.cut_off:
                return None
            room = self._state.cut_off - point.bound
            closed |= (point.is_open < 0.5) & (point.reduced > room) & ~certain
            if self._priced_all(point, closed, certain):
                return None
            if number == _NODE_ROUNDS or self._has_stalled(point, last):
                return point
            if self._cut_at(point, node.number + number, is_between=False) == 0:
                return point
            last = point.bound
        raise AssertionError

    def _undecided(self, point: Point, node: _Node) -> int | None:
        """Return the site that is least decided, or None where all are."""
        distance = np.minimum(point.is_open, 1.0 - point.is_open)
        distance[[site for site, _ in node.decided]] = -1.0
        distance[self._relaxation.is_closed | self._relaxation.is_certain] = -1.0
        farthest = int(np.argmax(distance))
        return farthest if distance[farthest] >= 0.0 else None
