"""The relaxation: a bound from the linear program whatever it does not hold, and what that settles for good."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.search import INTEGER
from netdesign.solve.branch_cut.site_relaxation import SitePoint, SiteRelaxation, fixed_by_reduced_costs, refuse_over
from netdesign.solve.branch_cut.tuning import SINGLE as TUNING
from netdesign.solve.lp.session import SCALE
from netdesign.solve.single.cuts import broken_cover
from netdesign.solve.single.program import CutRow, ShareProgram

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from netdesign.solve.branch_cut.site_relaxation import Decision
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.single.cuts import PairCuts, PairOracle
    from netdesign.solve.single.problem import AllocationProblem
    from netdesign.solve.single.program import SharesSolved

_PAYS = 1e-7
_TINY = 1e-10
"""A weight under this, of an objective of ``SCALE``, is left out of a cut, on the safe side."""


@dataclass(frozen=True)
class AllocationPoint(SitePoint):
    """A solution of the relaxation; its bound holds whatever shares the program does not hold.

    Parameters
    ----------
    objective
        Of the shares that the program holds, EUR/year.
    share
        z, shape (cities, sites); a row adds up to less than one where a city is left behind.
    eta
        What the cuts so far demand for each city, EUR/year, shape (cities,).
    if_out, if_in
        What the bound grows by, at least, with a city out of a site or in it, EUR/year, shape (cities, sites).
    wanted
        Shares that the program does not hold and that may lower its objective, shape (cities, sites).
    """

    objective: float
    share: NDArray[np.float64]
    eta: NDArray[np.float64]
    if_out: NDArray[np.float64]
    if_in: NDArray[np.float64]
    wanted: NDArray[np.bool_]

    @cached_property
    def reduced(self) -> NDArray[np.float64]:
        """What the bound grows by, at least, for each y that leaves what suits it better, EUR/year, shape (sites,)."""
        return np.asarray(self.if_open - self.if_closed)

    @cached_property
    def is_integer(self) -> bool:
        """Whether every city has one hub."""
        return bool((np.abs(self.share.max(axis=1) - 1.0) < INTEGER).all())

    @cached_property
    def spread(self) -> NDArray[np.float64]:
        """Z with nobody left behind: rows add up to one, shape (cities, sites)."""
        total = self.share.sum(axis=1, keepdims=True)
        spread = self.share / np.maximum(total, INTEGER)
        nowhere = np.flatnonzero(total[:, 0] < 2 * INTEGER)
        spread[nowhere] = 0.0
        spread[nowhere, int(np.argmax(self.is_open))] = 1.0
        return np.asarray(spread)


class SingleRelaxation(SiteRelaxation[AllocationPoint]):
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
        self._problem = problem
        self._unit = max(1.0, state.cut_off) / SCALE
        self._known: list[NDArray[np.intp]] = []
        self.is_out = ~(problem.can_have & problem.can_open)
        self.is_in = np.zeros_like(self.is_out)
        cost = np.where(self.is_out, 0.0, problem.assign) / self._unit
        self._program = ShareProgram(problem, rules, cost, problem.fixed / self._unit, state)
        super().__init__(self._program.master, rules.certain, oracle, state)
        cheapest = np.argsort(np.where(self.is_out, np.inf, cost), axis=1, kind="stable")[:, : TUNING.cheapest]
        first = np.zeros_like(self.is_out)
        np.put_along_axis(first, cheapest, values=True, axis=1)
        first[:, hubs] = True
        self._program.price_in(first & ~self.is_out)
        self.close(~problem.can_open)
        self.decide(())

    def solve(self) -> AllocationPoint | None:
        """Return the optimum, or None where what is settled or decided leaves nothing."""
        if (self.certain_here & self.closed_here).any():
            return None
        solved = self._program.solve()
        return None if solved is None else self._point(solved)

    def _point(self, solved: SharesSolved) -> AllocationPoint:
        """Return a solution with a bound on all shares.

        A share that the program does not hold may be anything up to y_k: where it pays, y_k is charged for it. The
        bound is what is least of opening or closing each site then.
        """
        held, reduced = self._program.is_held, solved.reduced
        pays = ~held & ~self.is_out & (reduced < 0.0)
        paid = np.where(pays, reduced, 0.0).sum(axis=0)
        if_closed = np.where(self.certain_here, np.inf, -solved.reduced_open * solved.is_open)
        if_open = np.where(self.closed_here, np.inf, solved.reduced_open * (1.0 - solved.is_open) + paid)
        least = np.minimum(np.minimum(if_closed, if_open), 0.0)
        if_in = np.where(held, reduced * (1.0 - solved.share), np.maximum(reduced, 0.0)) + (if_open - least)
        return AllocationPoint(
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

    def price_in(self, point: AllocationPoint) -> int:
        """Let the program hold the wanted shares of the sites that gain most by it; return how many."""
        sites = np.flatnonzero(point.wanted.any(axis=0))
        chosen = np.zeros_like(self.is_closed)
        chosen[sites[np.argsort(self._gain(point)[sites], kind="stable")[: TUNING.sites_priced_in]]] = True
        return self._program.price_in(point.wanted & chosen)

    @staticmethod
    def _gain(point: AllocationPoint) -> NDArray[np.float64]:
        """Return what opening a site adds to the objective, less what closing it adds, EUR/year, shape (sites,)."""
        return np.asarray(point.if_open - point.if_closed)

    def cut(self, cuts: PairCuts, point: AllocationPoint | None) -> int:
        """Add the cuts that a point breaks, or all of them; return how many."""
        if self._state.checks_cuts:
            self._hold_against_known(cuts)
        cities = self._problem.cities
        broken = np.arange(cities)
        if point is not None:
            enough = self.breaks_by(point.bound, cities)
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

    def cover(self, point: AllocationPoint) -> int:
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

    def add_known(self, hub_of: NDArray[np.intp]) -> None:
        """Take a plan, as the position of each city's hub: no cut may demand more."""
        self._known.append(hub_of)

    def _hold_against_known(self, cuts: PairCuts) -> None:
        problem, cities = self._problem, np.arange(self._problem.cities)
        for hub_of in self._known:
            if self.is_closed[hub_of].any():
                continue
            share = np.zeros_like(problem.assign)
            share[cities, hub_of] = 1.0
            refuse_over(cuts.at(share) - problem.transfers(hub_of), 1.0 + problem.price(hub_of))

    def drop_idle(self, bound: float) -> None:
        """Drop the rows that are far from binding."""
        self._program.drop_idle(TUNING.idle * abs(bound) / self._unit / self._problem.cities)

    def settle(self, point: AllocationPoint) -> int:
        """Settle the sites, and the allocations, that no better plan has, or that all have; return how many sites."""
        settled = super().settle(point)
        apart = ~self.is_out & ~self.is_in & ~self._problem.is_own
        room = self._state.cut_off - point.bound
        leaving, entering = fixed_by_reduced_costs(point.if_out, point.if_in, apart, room)
        self.is_in |= entering
        self.is_out |= leaving | self.is_closed
        self.decide(())
        return settled

    def decide(self, decided: Iterable[Decision]) -> None:
        """Leave to every column what is settled for good, and set what is decided for a node."""
        lower, upper = self.is_in.copy(), ~self.is_out
        wanted, decided = np.zeros_like(upper), tuple(decided)
        for choice in decided:
            if choice.city is not None:
                wanted[choice.city, choice.site] = True
                (lower if choice.is_taken else upper)[choice.city, choice.site] = choice.is_taken
        self._program.price_in(wanted)
        super().decide(decided)
        self._program.bound_shares(lower, upper)
