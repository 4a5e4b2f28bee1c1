"""Rounds of cuts: the bound over partly open hubs, the prices of their capacity, and the sites that both settle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.capacitated.capacities import SLACK
from netdesign.solve.capacitated.enumerate_remaining import Finish
from netdesign.solve.capacitated.relaxation import Relaxation
from netdesign.solve.multiple.enumerate_remaining import remainder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.capacitated.bounds import SetBounds
    from netdesign.solve.capacitated.capacities import Capacities
    from netdesign.solve.capacitated.cuts import PricedOracle
    from netdesign.solve.capacitated.heuristic import Exchange
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.relaxation import Point

_MEAN = 0.7
"""Weight of the past in the running mean of points."""

_STALLED = 0.06
"""Share of the gap that a round closes, under which prices are searched anew, or rounds have stopped to pay."""

_WHOLE = 1e-6
_LAST_ROUNDS = 3
_DROP_EVERY = 4
_LEAST_SETS, _SETS_A_ROUND = 500, 100
"""Sets that are bounded one by one rather than to go on, at once, and for each round so far."""


class Rounds:
    """Rounds of cuts, at first between the master's points and a running mean of them (Ben-Ameur and Neto 2007).

    Parameters
    ----------
    matrices, capacities, rules
        The problem and the permitted sets.
    oracle
        Where the cuts come from.
    exchange, bounds
        Knows the best operation so far, and improves; bounds single sets.
    state
        Clock, threads, gap; hears of bounds.

    Attributes
    ----------
    relaxation
        The master.
    number
        Rounds so far.
    """

    def __init__(
        self,
        matrices: RouteMatrices,
        capacities: Capacities,
        rules: HubRules,
        oracle: PricedOracle,
        exchange: Exchange,
        bounds: SetBounds,
        state: SearchState,
    ) -> None:
        self._capacities, self._rules, self._oracle = capacities, rules, oracle
        self._exchange, self._bounds, self._state = exchange, bounds, state
        plan = max(1.0, state.cut_off)
        oracle.dearest = 2.0 * plan
        self.relaxation = Relaxation(matrices, capacities, rules, oracle, state, plan)
        self._finish = Finish(exchange, bounds, capacities, rules, self.relaxation, state)
        if state.checks_cuts:
            exchange.on_operated = self.relaxation.know
            for operated in exchange.seen:
                self.relaxation.know(operated)
        self.number = 0
        self._mean = np.full(rules.sites, min(1.0, max(1.0, rules.least) / rules.sites))
        prices = np.zeros(rules.sites)
        if exchange.best is not None:
            self._mean = np.zeros(rules.sites)
            self._mean[exchange.best.hubs] = 1.0
            prices = exchange.best.prices
        self._prices = oracle.filled(self._mean, prices)
        self.relaxation.add(oracle.cuts(self._mean, self._prices, 0), None)

    def run(self) -> bool:
        """Cut until that has stopped to pay; return whether anything is left to branch on.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        last, stalled, none = -np.inf, 0, np.zeros(self._rules.sites, dtype=bool)
        while True:
            point = self._solved()
            if point is None:
                return False
            if self.looked_at_all(point, none, none):
                self._state.exhausted()
                return False
            if self.number % _DROP_EVERY == 0:
                self.relaxation.drop_idle(point.bound)
            has_stalled = self.has_stalled(point, last)
            added = self.cut(point, is_between=stalled == 0, is_searched=has_stalled)
            self.round_up(point)
            last, stalled = point.bound, stalled + 1 if has_stalled else 0
            if stalled > _LAST_ROUNDS or (stalled and not added):
                return True

    def _solved(self) -> Point | None:
        """Solve the master and settle sites; None where that ends the search."""
        point = self.relaxation.solve()
        if point is None or point.bound > self._state.cut_off:
            self._state.exhausted()
            return None
        settled = self.relaxation.settle(point)
        self._state.proved(point.bound, int(np.count_nonzero(~self.relaxation.is_closed)))
        if settled:
            self._bounds.raise_rest(self._oracle.least)
        return None if self._state.is_closed else point

    def cut(self, point: Point, *, is_between: bool, is_searched: bool) -> int:
        """Add cuts, at the point itself or half-way to the mean of the points so far; return how many are broken.

        Parameters
        ----------
        point
            The last of the master.
        is_between
            Whether the cuts are to be half-way.
        is_searched
            Whether prices are searched; otherwise they are the last ones, filled in where a site was not open.
        """
        self.number += 1
        mean = np.where(self.relaxation.is_closed, 0.0, self._mean)
        at = 0.5 * (point.is_open + mean) if is_between and point.fraction > _WHOLE else point.is_open
        self._mean = _MEAN * mean + (1.0 - _MEAN) * point.is_open
        if at.sum() < 1.0:
            at = point.is_open
        price = self._oracle.searched if is_searched else self._oracle.filled
        self._prices = price(at, self._prices)
        return self.relaxation.add(self._oracle.cuts(at, self._prices, self.number), point)

    def has_stalled(self, point: Point, last: float) -> bool:
        """Tell whether the bound has hardly grown; without an incumbent, measured against itself."""
        room = self._state.incumbent - point.bound
        return point.bound - last < _STALLED * min(room, abs(point.bound))

    def round_up(self, point: Point) -> None:
        """Try the sites that a point opens most, as many as the freight needs."""
        order = np.argsort(-point.is_open, kind="stable").astype(np.int32)
        room = np.cumsum(self._capacities.limit[order])
        needed = int(np.count_nonzero(room < self._capacities.freight * (1.0 - SLACK))) + 1
        likely = int(np.count_nonzero(point.is_open > 0.5))
        number = min(max(self._rules.least, needed, likely), self._rules.most)
        self._exchange.improve(np.sort(order[:number]), self._prices)

    def looked_at_all(self, point: Point, closed: NDArray[np.bool_], certain: NDArray[np.bool_]) -> bool:
        """Look at every set that a point leaves; False where that takes long.

        Parameters
        ----------
        point
            Of the master.
        closed, certain
            Sites that a part of the search has decided beside those that are settled, shape (sites,).
        """
        closed, certain = self.relaxation.is_closed | closed, self.relaxation.is_certain | certain
        rest = remainder(point, closed, certain, self._state.cut_off)
        return self._finish.try_all(rest, self._prices, _LEAST_SETS + _SETS_A_ROUND * self.number)
