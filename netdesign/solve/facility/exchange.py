"""Good sets of sites with capacities: each is operated exactly, the likeliest neighbours of the best one first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.kernels.names import NEVER, NOBODY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.facility.known import KnownPlans
    from netdesign.solve.facility.prices import Cut
    from netdesign.solve.facility.problem import FacilityProblem

_MOST_TRIES = 60
"""Neighbours of one set that are operated before the search leaves it, the likeliest first."""


class Exchange:
    """Local search over sets of sites that can be full; otherwise as ``Interchange``.

    Parameters
    ----------
    problem, rules
        Customers and sites; permitted sets.
    known
        Hears of every permitted set that can serve everybody.
    state
        Clock.
    """

    def __init__(self, problem: FacilityProblem, rules: HubRules, known: KnownPlans, state: SearchState) -> None:
        self._problem, self._rules, self._known, self._state = problem, rules, known, state
        self._loops = load_compiled("transport", state.say)
        self._cost_of: dict[bytes, float] = {}

    def improve(self, is_open: NDArray[np.bool_], cut: Cut | None = None) -> None:
        """Search from a set, shape (sites,); with a cut, among the neighbours that it leaves in question.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        cost = self._operated(is_open)
        while cut is not None and not self._known.has(is_open):
            self._known.see(is_open)
            better = self._better_neighbour(is_open, cost, cut)
            if better is None:
                return
            is_open, cost = better

    def glance(self, is_open: NDArray[np.bool_], cut: Cut) -> None:
        """Operate a set, and search from it where it is better than the incumbent."""
        before = self._state.incumbent
        if self._operated(is_open) < before:
            self.improve(is_open, cut)

    def price(self, is_open: NDArray[np.bool_]) -> None:
        """Hear of one set, and no other."""
        self._operated(is_open)

    def _better_neighbour(
        self, is_open: NDArray[np.bool_], cost: float, cut: Cut
    ) -> tuple[NDArray[np.bool_], float] | None:
        limit = min(cost, self._problem.ceiling)
        for closing, opening in self._neighbours(is_open, limit, cut):
            other = is_open.copy()
            other[closing], other[opening] = False, True
            found = self._operated(other)
            if found < limit - ROUNDING * abs(limit):
                return other, found
        return None

    def _neighbours(
        self, is_open: NDArray[np.bool_], limit: float, cut: Cut
    ) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Return what one opening, one closing or both may change for the better: sites to close and to open."""
        inside = np.append(np.flatnonzero(is_open & ~self._rules.certain), NOBODY)
        outside = np.append(np.flatnonzero(~is_open), NOBODY)

        def changed(weights: NDArray[np.float64]) -> NDArray[np.float64]:
            weights = np.append(weights, 0.0)  # where nobody is closed or opened
            return np.asarray(weights[:-1][is_open].sum() - weights[inside][:, None] + weights[outside])

        demanded, number = cut.const + changed(cut.slope), changed(np.ones(len(is_open)))
        is_in_question = (demanded < limit) & (number >= self._rules.least) & (number <= self._rules.most)
        for row in self._rules.rows:
            is_in_question &= changed(row.weights) <= row.most + 1e-9 * (1.0 + abs(row.most))
        closing, opening = np.nonzero(is_in_question)
        likeliest = np.argsort(demanded[closing, opening], kind="stable")[:_MOST_TRIES]
        pairs = zip(inside[closing[likeliest]], outside[opening[likeliest]], strict=True)
        return [(a[a != NOBODY], b[b != NOBODY]) for a, b in (np.array(pair).reshape(2, 1) for pair in pairs)]

    def _operated(self, is_open: NDArray[np.bool_]) -> float:
        """Return what a set costs, ``NEVER`` where it is not permitted or cannot serve everybody."""
        key = is_open.tobytes()
        if key not in self._cost_of:
            if self._state.is_over:
                raise TimeoutError
            cost = NEVER
            if self._rules.permits(is_open):
                cost, _ = operated(self._problem, is_open, self._loops)
            if cost < NEVER:
                self._known.hear(is_open, cost)
            self._cost_of[key] = cost
        return self._cost_of[key]


def operated(problem: FacilityProblem, is_open: NDArray[np.bool_], loops: object) -> tuple[float, NDArray[np.float64]]:
    """Return what a set of sites costs, or ``NEVER``, and what each open one serves of each customer, t/year.

    Parameters
    ----------
    loops
        The compiled module ``transport``.
    """
    cost, capacity = np.ascontiguousarray(problem.cost[is_open]), problem.capacity[is_open]
    held, room = np.zeros(cost.shape), np.zeros(len(cost))
    moved = loops.transport(cost, problem.volume, capacity, problem.left_behind, held, room)  # type: ignore[attr-defined]
    return (float(moved + problem.fixed[is_open].sum()) if moved < NEVER else NEVER), held
