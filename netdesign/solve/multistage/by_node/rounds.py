"""Rounds of cuts at fractional points, before the search for integer hubs and modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.by_node.dantzig_wolfe import Effort, PriceSearch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multistage.by_node.problem import DecomposedProblem
    from netdesign.solve.multistage.by_node.relaxation import Point

_SHARE = 0.25
"""Weight of the master's point in the point at which cuts are made; the rest is the centre's."""
_STALLED = 2e-5
"""Relative growth of the bound under which the price search is careful, and then at the master's point itself."""
_ENDED = 1e-5
"""Relative growth of the bound under which a careful round counts as stalled."""
_NEAR = 1e-3
"""Relative gap between centre and bound at which the rounds end: integer hubs will cost more than that."""
_LAST_ROUNDS = 3
_BROKEN = 1e-6
"""Least violation of a cut, as a share of the cost of the node."""
_DROP_EVERY = 5
_QUICK, _CAREFUL = Effort(1e-3, 6), Effort(1e-5, 15)


class Rounds:
    """Rounds of cuts between the master's point and a centre, the cheapest point so far (Ben-Ameur and Neto 2007).

    Parameters
    ----------
    problem, state
        The problem and the state of its search.

    Attributes
    ----------
    number
        Number of rounds so far.
    prices
        The last prices of each node, EUR/t.
    """

    def __init__(self, problem: DecomposedProblem, state: SearchState) -> None:
        self._problem, self._state = problem, state
        self.number = 0
        self.prices = [np.zeros(len(oracle.routes.resources)) for oracle in problem.oracles]
        self._centre: NDArray[np.float64] | None = None
        self._cost = np.inf

    def begin_at(self, values: NDArray[np.float64], cost: float) -> None:
        """Begin with a plan as the centre; the master's first points have few hubs and give weak cuts.

        Parameters
        ----------
        values
            Values of the master's decision columns; NaN counts as 0.
        cost
            Cost of the plan, EUR of the first year.
        """
        self._centre, self._cost = np.nan_to_num(values), cost

    def run(self) -> Point | None:
        """Add cuts until the bound stalls; return the last point, or None if the master is infeasible.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        last, stalled, added = -np.inf, 0, 1
        while True:
            point = self._problem.relaxation.solve()
            if point is None:
                return None
            self._state.proved(point.bound)
            growth = (point.bound - last) / max(1.0, abs(point.bound))
            last = point.bound
            stalled = stalled + 1 if growth < (_ENDED if stalled else _STALLED) else max(0, stalled - 1)
            is_at_point = stalled > 1 or not added
            added = self._cut(point, 1.0 if is_at_point else _SHARE, _CAREFUL if stalled else _QUICK)
            is_near = self._cost - point.bound <= _NEAR * abs(self._cost)
            if is_near or stalled > _LAST_ROUNDS or (is_at_point and not added):
                return point
            if self.number % _DROP_EVERY == 0:
                self._problem.relaxation.drop_idle()

    def _cut(self, point: Point, share: float, effort: Effort) -> int:
        """Add cuts at a point between the master's and the centre; return how many the master's point violates.

        Parameters
        ----------
        point
            The master's point.
        share
            Its weight; the rest is the centre's.
        effort
            Effort of the search for prices.
        """
        self.number += 1
        problem, decisions = self._problem, self._problem.relaxation.decisions
        centre = point.values if self._centre is None else self._centre
        values = share * point.values + (1.0 - share) * centre
        is_open, in_use = np.clip(values[decisions.is_open], 0.0, 1.0), np.maximum(values[decisions.in_use], 0.0)
        added, costs = 0, np.empty(len(problem.oracles))
        for node, oracle in enumerate(problem.oracles):
            if self._state.is_over:
                raise TimeoutError
            search = PriceSearch(oracle, is_open[node], in_use[node], problem.dearest, self._state)
            found = search.search(self.prices[node], effort, self.number)
            self.prices[node], costs[node] = found.prices, found.cost
            added += problem.relaxation.add(found.cut, point.values, _BROKEN)
        cost = problem.plans.cost_at(values, costs)
        if cost < self._cost:
            self._centre, self._cost = values, cost
        return added
