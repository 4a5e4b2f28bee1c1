"""The relaxation: a bound from the linear program whatever it does not hold, and what that settles for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.single.covers import broken_cover
from netdesign.solve.single.point import Point
from netdesign.solve.single.program import SCALE, CutRow, ShareProgram

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.single.cuts import PairCuts, PairOracle
    from netdesign.solve.single.problem import AllocationProblem
    from netdesign.solve.single.program import Solved

_CALLED = 3
"""Sites whose shares are called in at once: with more, the program grows faster than its cuts can follow."""

_CHEAPEST = 6
"""Shares of each city that the program begins with."""

_PAYS = 1e-7
_TINY = 1e-10
"""A weight under this, of an objective of ``SCALE``, is left out of a cut, on the safe side."""

_IDLE = 1e-5


class Decision(NamedTuple):
    """A branch: whether a site opens, or, with a city, whether that city has the site."""

    city: int | None
    site: int
    is_taken: bool


class Relaxation:
    """``min sum_k f_k y_k + sum_ik assign_ik z_ik + sum_i eta_i`` over rules, capacities and the cuts so far.

    Parameters
    ----------
    problem, rules
        Cities and sites, permitted sets.
    oracle
        Where the cuts come from; told which sites are closed for good.
    state
        Incumbent and clock.
    hubs
        Positions of sites of a good set, which the program begins with.

    Attributes
    ----------
    is_closed, is_certain
        Sites that no better plan opens, or all do; shape (sites,).
    is_out, is_in
        Cities that no better plan allocates to a site, or all do; shape (cities, sites).
    """

    def __init__(
        self,
        problem: AllocationProblem,
        rules: HubRules,
        oracle: PairOracle,
        state: SearchState,
        hubs: NDArray[np.intp],
    ) -> None:
        self._problem, self._oracle, self._state = problem, oracle, state
        self._unit = max(1.0, state.cut_off) / SCALE
        self._known: list[NDArray[np.intp]] = []
        self.is_closed = ~problem.can_open
        self.is_certain = rules.certain.copy()
        self.is_out = ~problem.can_have | self.is_closed
        self.is_in = np.zeros_like(self.is_out)
        cost = np.where(self.is_out, 0.0, problem.assign) / self._unit
        self._program = ShareProgram(problem, rules, cost, problem.fixed / self._unit, state)
        cheapest = np.argsort(np.where(self.is_out, np.inf, cost), axis=1, kind="stable")[:, :_CHEAPEST]
        first = np.zeros_like(self.is_out)
        np.put_along_axis(first, cheapest, values=True, axis=1)
        first[:, hubs] = True
        self._program.call(first & ~self.is_out)
        if self.is_closed.any():
            oracle.close_all_but(np.flatnonzero(~self.is_closed))
        self.release()

    def solve(self) -> Point | None:
        """Return the optimum, or None where what is settled or decided leaves nothing.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        if (self._certain_here & self._closed_here).any():
            return None
        solved = self._program.solve()
        return None if solved is None else self._point(solved)

    def _point(self, solved: Solved) -> Point:
        """Return a solution with a bound on all shares.

        A share that the program does not hold may be anything up to y_k: where it pays, y_k is charged for it. The
        bound is what is least of opening or closing each site then.
        """
        held, reduced = self._program.is_held, solved.reduced
        pays = ~held & ~self.is_out & (reduced < 0.0)
        paid = np.where(pays, reduced, 0.0).sum(axis=0)
        if_closed = np.where(self._certain_here, np.inf, -solved.reduced_open * solved.is_open)
        if_open = np.where(self._closed_here, np.inf, solved.reduced_open * (1.0 - solved.is_open) + paid)
        least = np.minimum(np.minimum(if_closed, if_open), 0.0)
        if_in = np.where(held, reduced * (1.0 - solved.share), np.maximum(reduced, 0.0)) + (if_open - least)
        return Point(
            bound=(solved.objective + float(least.sum())) * self._unit,
            objective=solved.objective * self._unit,
            is_open=solved.is_open,
            share=solved.share,
            eta=solved.eta * self._unit,
            if_closed=(if_closed - least) * self._unit,
            if_open=(if_open - least) * self._unit,
            if_out=np.where(held, -reduced * solved.share, 0.0) * self._unit,
            if_in=if_in * self._unit,
            wanted=pays & (if_open < -_PAYS),
        )

    def call(self, point: Point) -> int:
        """Let the program hold the wanted shares of the sites that gain most by it; return how many."""
        sites = np.flatnonzero(point.wanted.any(axis=0))
        chosen = np.zeros_like(self.is_closed)
        chosen[sites[np.argsort(self._gain(point)[sites], kind="stable")[:_CALLED]]] = True
        return self._program.call(point.wanted & chosen)

    @staticmethod
    def _gain(point: Point) -> NDArray[np.float64]:
        """Return what opening a site adds to the objective beside what closing it does, EUR/year, shape (sites,)."""
        return np.asarray(point.if_open - point.if_closed)

    def cut(self, cuts: PairCuts, point: Point | None) -> int:
        """Add the cuts that a point breaks, or all of them; return how many.

        A cut is broken by less than it matters where all of them together move the bound by less than the gap.
        """
        if self._state.checks_cuts:
            self._hold_against_known(cuts)
        cities = self._problem.cities
        broken = np.arange(cities)
        if point is not None:
            enough = 0.1 * self._state.gap * abs(point.bound) / cities
            broken = np.flatnonzero(cuts.at(point.spread) - point.eta > enough)
        fullest = np.argmax(point.share, axis=1) if point is not None else np.zeros(cities, dtype=np.intp)
        self._program.add_cuts([self._row(cuts, city, fullest) for city in broken.tolist()])
        return len(broken)

    def _row(self, cuts: PairCuts, city: int, fullest: NDArray[np.intp]) -> CutRow:
        """Return a cut as a row; as a city's shares add up to one, its weights are shifted to be zero at one site."""
        weight = cuts.other[city] / self._unit
        weight[city] += cuts.own[city] / self._unit
        shift = weight[np.arange(len(weight)), fullest]
        weight -= shift[:, None]
        weight[self.is_out] = 0.0
        is_tiny = np.abs(weight) < _TINY
        left_out = np.minimum(weight[is_tiny], 0.0).sum()
        weight[is_tiny] = 0.0
        return CutRow(city, float(shift.sum() + left_out), weight)

    def cover(self, point: Point) -> int:
        """Add the cover cuts of capacities that a point breaks; return how many."""
        problem, count = self._problem, 0
        for site in np.flatnonzero(np.isfinite(problem.capacity) & ~self.is_closed).tolist():
            inside = problem.load[problem.is_own[:, site]].sum()
            load = np.where(self.is_out[:, site] | problem.is_own[:, site], np.inf, problem.load)
            found = broken_cover(
                load, point.share[:, site], float(point.is_open[site]), problem.capacity[site] - inside
            )
            if found is not None:
                self._program.add_cover(found[0], site, found[1])
                count += 1
        return count

    def know(self, hub_of: NDArray[np.intp]) -> None:
        """Hear of a plan, as the position of each city's hub: no cut may ask for more."""
        self._known.append(hub_of)

    def _hold_against_known(self, cuts: PairCuts) -> None:
        problem, cities = self._problem, np.arange(self._problem.cities)
        for hub_of in self._known:
            if self.is_closed[hub_of].any():
                continue
            share = np.zeros_like(problem.assign)
            share[cities, hub_of] = 1.0
            over = cuts.at(share) - problem.transfers(hub_of)
            if (over > ROUNDING * (1.0 + problem.price(hub_of))).any():
                message = f"a cut asks for {over.max():.6g} EUR/year more than a known plan costs"
                raise SolverError(message)

    def drop_idle(self, bound: float) -> None:
        """Drop the rows that are far from binding."""
        self._program.drop_idle(_IDLE * abs(bound) / self._unit / self._problem.cities)

    # What is settled for good, and what a branch decides

    def settle(self, point: Point) -> None:
        """Settle what no better plan does, or all do. The oracle hears of closed sites."""
        room = self._state.cut_off - point.bound
        is_free = ~self.is_closed & ~self.is_certain
        closing = is_free & (point.if_open > room)
        self.is_certain |= is_free & (point.if_closed > room)
        self.is_closed |= closing
        apart = ~self.is_out & ~self.is_in & ~self._problem.is_own
        self.is_in |= apart & (point.if_out > room)
        self.is_out |= (apart & (point.if_in > room)) | self.is_closed
        if closing.any():
            self._oracle.close_all_but(np.flatnonzero(~self.is_closed))
        self.release()

    def decide(self, decided: Iterable[Decision]) -> None:
        """Open or close sites, put cities into sites or out of them, until ``release``."""
        lower, upper = self.is_in.copy(), ~self.is_out
        wanted = np.zeros_like(upper)
        for choice in decided:
            if choice.city is None:
                (self._certain_here if choice.is_taken else self._closed_here)[choice.site] = True
                continue
            wanted[choice.city, choice.site] = True
            (lower if choice.is_taken else upper)[choice.city, choice.site] = choice.is_taken
        self._program.call(wanted)
        self._program.bound_open(self._certain_here, ~self._closed_here)
        self._program.bound_shares(lower, upper)

    def release(self) -> None:
        """Leave to every column what is settled for good."""
        self._certain_here, self._closed_here = self.is_certain.copy(), self.is_closed.copy()
        self._program.bound_open(self.is_certain, ~self.is_closed)
        self._program.bound_shares(self.is_in, ~self.is_out)
