"""The search: rounds of cuts, then branch and bound on the master, with further cuts at its integer solutions."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.core.outcome import OPTIMAL_GAP
from netdesign.solve.multistage.by_node.counts import CountBranching
from netdesign.solve.multistage.by_node.dantzig_wolfe import Effort, PriceSearch
from netdesign.solve.multistage.by_node.improvement import Improvement, hubs_by_states
from netdesign.solve.multistage.by_node.integer_cuts import WholeCuts
from netdesign.solve.multistage.valuation import valuation_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.plan import StagedPlan
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.lp.branching import MixedOutcome
    from netdesign.solve.multistage.by_node.problem import DecomposedProblem, EvaluatedPlan
    from netdesign.solve.multistage.by_node.relaxation import Point

_SHARE_OF_POINT = 0.25
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
_FIRST_GAP = 0.01
_SHARE_OF_GAP = 0.25
"""The master is solved to this share of the gap; what it underestimates is more than that."""
_LEAST_GAP = 1e-9
_FIRST_SLICE_S = 20.0
_SHARE_OF_COUNTING = 0.7
"""Share of the remaining time in which numbers of modules are branched on where the first slice does not do."""
_MOST_OPERATED = 3
"""Number of solutions of one branch and bound that are operated, the best first."""


class Rounds:
    """Rounds of cuts between the master's point and a centre, the cheapest point so far (Ben-Ameur and Neto 2007).

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
        # Rows at levels may lift the bound over the centre's cost, which knows nothing of them.
        has_levels = self._problem.relaxation.has_levels
        while True:
            point = self._problem.relaxation.solve()
            if point is None:
                return None
            self._state.proved(point.bound)
            growth = (point.bound - last) / max(1.0, abs(point.bound))
            last = point.bound
            stalled = stalled + 1 if growth < (_ENDED if stalled else _STALLED) else max(0, stalled - 1)
            is_at_point = stalled > 1 or not added
            added = self._cut(point, 1.0 if is_at_point else _SHARE_OF_POINT, _CAREFUL if stalled else _QUICK)
            is_near = not has_levels and self._cost - point.bound <= _NEAR * abs(self._cost)
            if is_near or stalled > _LAST_ROUNDS or (is_at_point and not added):
                return point
            if self.number % _DROP_EVERY == 0:
                self._problem.relaxation.drop_idle()

    def cut_at(self, point: Point) -> int:
        """Add cuts at a point of the master with little effort; return how many the point violates."""
        return self._cut(point, 1.0, _QUICK)

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
            problem.bounds[node].add(found.cut)
            added += problem.relaxation.add(found.cut, point.values, _BROKEN)
        cost = problem.plans.cost_at(values, costs)
        if cost < self._cost:
            self._centre, self._cost = values, cost
        return added


class NodeSearch:
    """One search for the best plan.

    Parameters
    ----------
    problem
        The problem.
    state
        Clock and gap; records plans and bounds.
    keep
        Called with each better plan.
    reference
        Least cost of each path under perfect information, EUR, shape (leaves,); used by regret, else zeros.

    Attributes
    ----------
    best
        The best plan found, or None if none improves the first incumbent.
    """

    def __init__(
        self,
        problem: DecomposedProblem,
        state: SearchState,
        keep: Callable[[StagedPlan], None],
        reference: NDArray[np.float64],
    ) -> None:
        self._problem, self._state, self._keep = problem, state, keep
        self._rounds, self._cuts = Rounds(problem, state), WholeCuts(problem, state)
        self.best: EvaluatedPlan | None = None
        self._start: NDArray[np.float64] | None = None
        self._improvement: Improvement | None = None
        hubs = hubs_by_states(problem.staged)
        if hubs is not None:
            valuation = valuation_of(problem.staged, reference)
            self._improvement = Improvement(problem, hubs, valuation, self._cuts, state)

    def begin_with(self, plan: StagedPlan) -> None:
        """Begin with a plan whose cost the search state has already recorded."""
        relaxation = self._problem.relaxation
        self._start = self._problem.plans.integer_values(plan, len(relaxation.master.is_integer))
        self._rounds.begin_at(self._start, self._state.incumbent)

    def run(self) -> None:
        """Search until the gap is closed or the time is over."""
        with suppress(TimeoutError):
            if self._rounds.run() is None:
                self._state.exhausted()
                return
            self._problem.relaxation.master.keep_rows()
            self._solve_integer()

    def _solve_integer(self) -> None:
        """Solve the integer master, operate its solutions, and cut off those it underestimates."""
        gap, slice_s, relaxation = _FIRST_GAP, _FIRST_SLICE_S, self._problem.relaxation
        counting: CountBranching | None = CountBranching(self._problem, self._rounds.cut_at, self._state)
        while not self._state.is_over:
            solved = relaxation.solve_mixed(gap, slice_s, self._start)
            is_large = not solved.is_done and counting is not None
            self._state.proved(solved.bound)
            if solved.bound > self._state.cut_off:
                # No other plan improves the incumbent, or no plan is permitted at all.
                self._state.exhausted()
                return
            is_new = self._operate(solved)
            if self.best is not None and is_new:
                self._improve(self.best.orders)
            if is_large and counting is not None:
                counting.run(self._state.elapsed_s + _SHARE_OF_COUNTING * self._state.remaining_s)
                counting = None
            if self._state.is_closed:
                return
            if solved.is_done and not is_new and gap <= _LEAST_GAP:
                # The master prices its solutions exactly and is solved to optimality.
                if self._state.open_gap > OPTIMAL_GAP:
                    message = "the master costs its best solution as it is, and that is not the best plan's cost"
                    raise SolverError(message)
                self._state.exhausted()
                return
            slice_s = slice_s if solved.is_done else 2.0 * slice_s
            wanted = max(_LEAST_GAP, _SHARE_OF_GAP * min(self._state.open_gap, _FIRST_GAP / _SHARE_OF_GAP))
            gap = min(wanted, gap) if is_new else max(_LEAST_GAP, 0.1 * gap)

    def _operate(self, solved: MixedOutcome) -> bool:
        """Operate the best solutions and add cuts where the master underestimates them; return whether it did."""
        is_new = False
        for values in self._distinct(solved)[:_MOST_OPERATED]:
            if self._state.is_over:
                raise TimeoutError
            evaluated = self._problem.plans.evaluate(values)
            self._record(evaluated)
            for node, year in enumerate(evaluated.years):
                is_new |= self._cuts.add(node, year, values)
        return is_new

    def _distinct(self, solved: MixedOutcome) -> list[NDArray[np.float64]]:
        """Return the solutions with distinct hubs and modules, the best first."""
        is_integer = self._problem.relaxation.master.is_integer
        found = {np.round(values[is_integer[: len(values)]]).tobytes(): values for values in solved.found}
        return list(found.values())[::-1]

    def _improve(self, plan: StagedPlan) -> None:
        if self._improvement is not None and not self._state.is_closed:
            self._improvement.improve(plan, self._record)

    def _record(self, evaluated: EvaluatedPlan) -> None:
        if not np.isfinite(evaluated.value):
            return
        if self._state.found(evaluated.value):
            self.best = evaluated
            plan = self._problem.plans.plan(evaluated)
            self._keep(plan)
            columns = len(self._problem.relaxation.master.is_integer)
            self._start = self._problem.plans.integer_values(plan, columns)
