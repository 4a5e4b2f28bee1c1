"""Good sets of sites where nothing limits what a site serves: greedy opening, then the best of all single moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.facility.known import KnownPlans
    from netdesign.solve.facility.prices import Cut
    from netdesign.solve.facility.problem import FacilityProblem

_BETTER = 1e-9
"""Relative difference under which two costs are the same."""


class Interchange:
    """Local search over sets of sites: open one, close one, or exchange one (Teitz and Bart 1968).

    Parameters
    ----------
    problem, rules
        Customers and sites; permitted sets.
    known
        Hears of every permitted set.
    state
        Clock.
    """

    def __init__(self, problem: FacilityProblem, rules: HubRules, known: KnownPlans, state: SearchState) -> None:
        self._problem, self._rules, self._known, self._state = problem, rules, known, state
        self._loops = load_compiled("interchange", state.say)
        self._weights = np.array([row.weights for row in rules.rows]).reshape(len(rules.rows), problem.sites)
        self._most = np.array([row.most for row in rules.rows], dtype=np.float64)
        self._nearest = np.empty(problem.customers, dtype=np.int64)
        self._first, self._second = np.empty(problem.customers), np.empty(problem.customers)

    def greedy(self) -> NDArray[np.bool_]:
        """Return a set that grows by the site that saves most until it has enough and no other one pays.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        is_open, move = self._rules.certain.copy(), np.empty(2, dtype=np.int64)
        none = np.ones(self._problem.sites, dtype=bool)
        while is_open.sum() < self._rules.most:
            cost = self._serve(is_open)
            # Nothing may be closed yet, and numbers that the set has not reached leave only opening.
            change = self._best_move(is_open, none, move)
            if move[0] < 0 or (self._rules.permits(is_open) and change >= -_BETTER * abs(cost)):
                break
            is_open[move[0]] = True
        return is_open

    def improve(self, is_open: NDArray[np.bool_], cut: Cut | None = None) -> None:
        """Search from a set, shape (sites,), until no single move makes it cheaper.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        del cut
        is_open, move = is_open.copy(), np.empty(2, dtype=np.int64)
        while not self._known.has(is_open):
            cost = self._serve(is_open)
            self._known.see(is_open)
            if self._rules.permits(is_open):
                self._known.hear(is_open, cost)
            change = self._best_move(is_open, self._rules.certain, move)
            if move.max() < 0 or change >= -_BETTER * abs(cost):
                return
            if move[0] >= 0:
                is_open[move[0]] = True
            if move[1] >= 0:
                is_open[move[1]] = False

    def glance(self, is_open: NDArray[np.bool_], cut: Cut) -> None:
        """Search from a set: moves are priced so fast that it needs no excuse."""
        self.improve(is_open, cut)

    def price(self, is_open: NDArray[np.bool_]) -> None:
        """Hear of one set, and no other."""
        if self._rules.permits(is_open):
            self._known.hear(is_open, self._serve(is_open))

    def _serve(self, is_open: NDArray[np.bool_]) -> float:
        problem = self._problem
        return float(
            self._loops.serve_nearest(
                problem.cost, problem.fixed, is_open, problem.left_behind, self._nearest, self._first, self._second
            )
        )

    def _best_move(self, is_open: NDArray[np.bool_], keeps: NDArray[np.bool_], move: NDArray[np.int64]) -> float:
        if self._state.is_over:
            raise TimeoutError
        problem, rules = self._problem, self._rules
        load = self._weights[:, is_open].sum(axis=1)
        return float(
            self._loops.best_move(
                problem.cost, problem.fixed, is_open, keeps, self._weights, load, self._most, rules.least, rules.most,
                self._nearest, self._first, self._second, move,
            )
        )  # fmt: skip
