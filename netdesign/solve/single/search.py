"""Decomposition for single allocation: hubs and allocations in a master, transfers of pairs of cities in an oracle.

A heuristic first. Then multiple allocation, which never costs more, closes sites, by prices or by cuts. Then rounds of
cuts at points between the relaxation's and a running mean of them, in turn with calling in shares, each settling what
it can; what is still open then is branched on. After Ernst and Krishnamoorthy (1998) in the bound, and Benders (1962)
in the cuts.
"""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multiple.heuristic import Interchange
from netdesign.solve.multiple.priced_sets import few_sets
from netdesign.solve.multiple.prices import Prices
from netdesign.solve.single.branching import Branching
from netdesign.solve.single.cuts import PairOracle
from netdesign.solve.single.heuristic import Exchange
from netdesign.solve.single.multiple_allocation_bound import close_by_multiple, close_by_prices
from netdesign.solve.single.relaxation import Relaxation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.single.point import Point
    from netdesign.solve.single.problem import AllocationProblem

_MEAN = 0.7
"""Weight of the past in the running mean of points."""

_STALLED = 0.06
"""Share of the gap that a round closes, under which rounds have stopped to pay."""

_SLOW = 0.1
"""And under which shares are called in."""

_LAST_ROUNDS = 2
_DROP_EVERY = 1


class SingleSearch:
    """One search for the cheapest permitted hubs and allocation.

    Parameters
    ----------
    problem
        Cities, sites and costs.
    matrices
        The same under multiple allocation.
    rules
        Permitted sets.
    state
        Clock, threads, gap; hears of plans and bounds.

    Attributes
    ----------
    best
        Position of each city's hub in the best plan found, or None.
    hubs
        Its open hubs, ascending positions.
    """

    def __init__(
        self, problem: AllocationProblem, matrices: RouteMatrices, rules: HubRules, state: SearchState
    ) -> None:
        self._problem, self._matrices, self._state = problem, matrices, state
        self._rules = replace(rules, least=max(rules.least, problem.least_hubs))
        self.best: NDArray[np.intp] | None = None
        self.hubs: NDArray[np.intp] = np.empty(0, dtype=np.intp)

    def run(self) -> None:
        """Search until the gap is closed or the clock has run out."""
        state = self._state
        state.ceiling = self._problem.largest_cost * (1.0 + 1e-6) + 1.0
        if self._rules.least > self._rules.most or (self._rules.certain & ~self._problem.can_open).any():
            state.exhausted()
            return
        with suppress(TimeoutError):
            sites = self._left()
            if sites is None:
                state.exhausted()
            else:
                self._search_among(sites)

    def _left(self) -> NDArray[np.intp] | None:
        """Find a good plan, and return the sites of which a better one may be made, or None where there is none."""
        state, aside = self._state, self._state.aside()
        prices = Prices(self._matrices, aside)
        likely = Interchange(prices, self._rules, aside)
        exchange = Exchange(self._problem, self._rules, prices, state)
        try:
            likely.start()
            hubs = self.hubs
            if likely.best is not None:
                exchange.improve(likely.best)
                hubs = likely.best.astype(np.intp)
            sets = few_sets(self._rules, prices)
            if sets is None:
                left = close_by_multiple(self._matrices, self._rules, hubs, exchange.round_up, state)
            else:
                left = close_by_prices(sets, prices, state)
        finally:
            self._keep(exchange, np.arange(self._problem.sites))
        if left is None:
            return None
        left = left[self._problem.can_open[left]]
        return np.union1d(left, self.hubs).astype(np.intp)

    def _keep(self, exchange: Exchange, sites: NDArray[np.intp]) -> None:
        if exchange.best is not None:
            self.best, self.hubs = sites[exchange.best], sites[exchange.hubs]

    def _search_among(self, sites: NDArray[np.intp]) -> None:
        problem, rules = self._problem.restricted(sites), self._rules.restricted(sites)
        if rules.least > rules.most:
            self._state.exhausted()
            return
        prices = Prices(self._matrices.restricted(sites), self._state.aside())
        exchange = Exchange(problem, rules, prices, self._state)
        best = None if self.best is None else np.searchsorted(sites, self.best)
        try:
            rounds = _Rounds(problem, rules, exchange, self._state, best)
            if rounds.run():
                Branching(problem, rounds.relaxation, rounds.oracle, exchange, self._state).run()
        finally:
            self._keep(exchange, sites)


class _Rounds:
    """Rounds of cuts and of calling in shares before any branch."""

    def __init__(
        self,
        problem: AllocationProblem,
        rules: HubRules,
        exchange: Exchange,
        state: SearchState,
        best: NDArray[np.intp] | None,
    ) -> None:
        self._exchange, self._state = exchange, state
        self.oracle = PairOracle(problem, state)
        hubs = np.arange(problem.sites) if best is None else np.unique(best)
        self.relaxation = Relaxation(problem, rules, self.oracle, state, hubs)
        self._mean: NDArray[np.float64] | None = None
        if state.checks_cuts:
            exchange.on_plan = self.relaxation.know
            if best is not None:
                self.relaxation.know(best)
        if best is not None:
            self._mean = np.zeros(problem.assign.shape)
            self._mean[np.arange(problem.cities), best] = 1.0
            self.relaxation.cut(self.oracle.cuts(self._mean), None)

    def run(self) -> bool:
        """Cut until that has stopped to pay; return whether anything is left to branch on.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        last, stalled, is_between = -np.inf, 0, True
        for number in itertools.count(1):
            point = self._solved()
            if point is None:
                return False
            if number % _DROP_EVERY == 0:
                self.relaxation.drop_idle(point.bound)
            self._exchange.round_up(point.is_open)
            room = min(self._state.cut_off, 2.0 * abs(point.bound) + 1.0) - point.bound
            grown, last = point.objective - last, point.objective
            added = self._cut(point, is_between=is_between) if point.objective < self._state.cut_off else 0
            if (not added or grown < _SLOW * room) and self.relaxation.call(point):
                last, stalled, is_between = -np.inf, 0, True
            elif is_between:
                is_between = added > 0 and grown >= _STALLED * room
            else:
                stalled = stalled + 1 if grown < _STALLED * room else 0
                if not added or stalled >= _LAST_ROUNDS:
                    return True
        raise AssertionError

    def _solved(self) -> Point | None:
        """Solve the relaxation and settle what it proves; None where that ends the search."""
        point = self.relaxation.solve()
        if point is None or point.bound > self._state.cut_off:
            self._state.exhausted()
            return None
        self.relaxation.settle(point)
        self._state.proved(point.bound, int(np.count_nonzero(~self.relaxation.is_closed)))
        return None if self._state.is_closed else point

    def _cut(self, point: Point, *, is_between: bool) -> int:
        """Add cuts, at the point itself or half-way to the mean of the points so far; return how many are broken."""
        spread = point.spread
        mean = spread if self._mean is None else np.where(self.relaxation.is_closed, 0.0, self._mean)
        total = mean.sum(axis=1, keepdims=True)
        mean = np.where(total > 0.5, mean / np.maximum(total, 0.5), spread)
        at = 0.5 * (spread + mean) if is_between and not point.is_whole else spread
        self._mean = _MEAN * mean + (1.0 - _MEAN) * spread
        return self.relaxation.cut(self.oracle.cuts(at), point) + self.relaxation.cover(point)
