"""Good sets of sites, with capacities or without, and the plans that a search has found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.neighbourhood import BETTER, SiteNeighbourhood, first_better
from netdesign.solve.branch_cut.site_relaxation import refuse_over
from netdesign.solve.branch_cut.tuning import FACILITY as TUNING
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.kernels.names import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.facility.prices import Cut
    from netdesign.solve.facility.problem import FacilityProblem


class KnownPlans:
    """Sets of sites with their costs, told over the sites that are left, kept over all of them.

    Parameters
    ----------
    sites
        Number of all sites.
    state
        Records every plan.

    Attributes
    ----------
    sites
        Positions of the sites that are left, ascending.
    best
        The cheapest permitted set, ascending positions among all sites, or None.
    """

    def __init__(self, sites: int, state: SearchState) -> None:
        self._state = state
        self._seen: set[bytes] = set()
        self._costs: list[tuple[NDArray[np.intp], float]] = []
        self.sites = np.arange(sites)
        self.best: NDArray[np.intp] | None = None

    def is_searched(self, is_open: NDArray[np.bool_]) -> bool:
        """Tell whether a local search has been here, shape (sites left,)."""
        return self._key(is_open) in self._seen

    def mark_searched(self, is_open: NDArray[np.bool_]) -> None:
        """Note that a local search has been here."""
        self._seen.add(self._key(is_open))

    def take(self, is_open: NDArray[np.bool_], cost: float) -> None:
        """Take a permitted set with its cost, EUR/year."""
        positions = self.sites[is_open]
        if self._state.found(cost):
            self.best = positions
        if self._state.checks_cuts and cost < self._state.ceiling:
            self._costs.append((positions, cost))

    def hold(self, cut: Cut, status: NDArray[np.int8]) -> None:
        """Hold a cut against all known plans of its part; by site, ``status`` is -1 where that is closed.

        Raises
        ------
        SolverError
            The cut demands more than a plan costs: a defect.
        """
        if not self._state.checks_cuts:
            return
        for positions, cost in self._costs:
            is_open = np.isin(self.sites, positions)
            if is_open.sum() < len(positions) or (status[is_open] < 0).any():
                continue
            refuse_over(cut.at(is_open) - cost, max(abs(cost), abs(cut.const)))

    def _key(self, is_open: NDArray[np.bool_]) -> bytes:
        return self.sites[is_open].astype(np.int32).tobytes()


class UncapacitatedHeuristic:
    """Local search over sets of sites: open one, close one, or exchange one (Teitz and Bart 1968).

    Parameters
    ----------
    problem, rules
        Customers and sites; permitted sets.
    known
        Takes every permitted set.
    state
        Clock.
    """

    def __init__(self, problem: FacilityProblem, rules: HubRules, known: KnownPlans, state: SearchState) -> None:
        self._problem, self._rules, self._known, self._state = problem, rules, known, state
        self._loops = load_compiled("interchange", state.notify)
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
            if move[0] < 0 or (self._rules.permits(is_open) and change >= -BETTER * abs(cost)):
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
        while not self._known.is_searched(is_open):
            cost = self._serve(is_open)
            self._known.mark_searched(is_open)
            if self._rules.permits(is_open):
                self._known.take(is_open, cost)
            change = self._best_move(is_open, self._rules.certain, move)
            if move.max() < 0 or change >= -BETTER * abs(cost):
                return
            if move[0] >= 0:
                is_open[move[0]] = True
            if move[1] >= 0:
                is_open[move[1]] = False

    def glance(self, is_open: NDArray[np.bool_], cut: Cut) -> None:
        """Search from a set: moves are priced so fast that it needs no excuse."""
        self.improve(is_open, cut)

    def price(self, is_open: NDArray[np.bool_]) -> None:
        """Price one set, and no other."""
        if self._rules.permits(is_open):
            self._known.take(is_open, self._serve(is_open))

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


class TransportHeuristic:
    """Local search over sets of sites that can be full; ``known`` takes those that can serve everybody.

    The parameters are those of ``UncapacitatedHeuristic``.
    """

    def __init__(self, problem: FacilityProblem, rules: HubRules, known: KnownPlans, state: SearchState) -> None:
        self._problem, self._rules, self._known, self._state = problem, rules, known, state
        self._near = SiteNeighbourhood(rules)
        self._loops = load_compiled("transport", state.notify)
        self._cost_of: dict[bytes, float] = {}

    def improve(self, is_open: NDArray[np.bool_], cut: Cut | None = None) -> None:
        """Search from a set, shape (sites,); with a cut, among the neighbours that it leaves in question.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        cost = self._operated(is_open)
        while cut is not None and not self._known.is_searched(is_open):
            self._known.mark_searched(is_open)
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
        """Price one set, and no other."""
        self._operated(is_open)

    def _better_neighbour(
        self, is_open: NDArray[np.bool_], cost: float, cut: Cut
    ) -> tuple[NDArray[np.bool_], float] | None:
        def with_one_more(rest: NDArray[np.int32], sites: NDArray[np.int32]) -> NDArray[np.float64]:
            return np.asarray(cut.const + cut.slope[rest].sum() + cut.slope[sites])

        limit, hubs = min(cost, self._problem.ceiling), np.flatnonzero(is_open).astype(np.int32)
        near = self._near.likeliest(
            hubs, with_one_more, lambda rest: cut.at(self._opened(rest)), limit, TUNING.most_tries
        )
        better = first_better(near, lambda sites: self._operated(self._opened(sites)), limit)
        return None if better is None else (self._opened(better[0]), better[1])

    def _opened(self, sites: NDArray[np.int32]) -> NDArray[np.bool_]:
        is_open = np.zeros(self._problem.sites, dtype=bool)
        is_open[sites] = True
        return is_open

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
                self._known.take(is_open, cost)
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
