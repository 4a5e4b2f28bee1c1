"""Decomposition where policies couple the freight: hubs and lanes in a master, flows in an oracle.

Heuristic first. Then rounds of cuts, in which each tonne is paid or charged for what it takes of what is due or limited
(Lagrangian relaxation of these rows inside Benders' cuts); the prices are searched anew where rounds stall. Sets are
bounded and operated one by one, as in the enumeration, as soon as few are left, or few of the least numbers of hubs;
what is still open then is branched on.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.neighbourhood import SiteNeighbourhood
from netdesign.solve.branch_cut.priced_rounds import PricedRounds
from netdesign.solve.branch_cut.search import SitePoints
from netdesign.solve.branch_cut.tuning import COUPLED as TUNING
from netdesign.solve.core.route_matrices import IMPOSSIBLE
from netdesign.solve.core.weak_calls import weakly
from netdesign.solve.coupled.bounds import CoupledBounds
from netdesign.solve.coupled.by_cuts.heuristic import CoupledHeuristic, SetBounds, is_provable
from netdesign.solve.coupled.by_cuts.known import KnownPlan
from netdesign.solve.coupled.by_cuts.oracle import GateOracle, SharePoint
from netdesign.solve.coupled.by_cuts.parts import freight_parts
from netdesign.solve.coupled.by_cuts.prices import PriceSearch
from netdesign.solve.coupled.by_cuts.relaxation import CoupledRelaxation
from netdesign.solve.coupled.by_cuts.rows import coupling_rows
from netdesign.solve.coupled.by_cuts.sets import CoupledSets
from netdesign.solve.coupled.by_cuts.shortage import ShortageCuts
from netdesign.solve.coupled.operating import SetOperating
from netdesign.solve.multiple.heuristic import MultipleHeuristic
from netdesign.solve.multiple.prices import BestRoutePrices

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.branch_cut.site_relaxation import MasterPoint
    from netdesign.solve.core.best_first import Best
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.by_cuts.master import MasterValues

    Floats = NDArray[np.float64]


class CoupledRounds(PricedRounds):
    """Cuts by an oracle at prices of minima.

    Parameters
    ----------
    bounds, rules
        Of sets, with the problem; and the permitted sets.
    oracle
        Where the cuts come from.
    heuristic, set_bounds
        Operates sets, and bounds them.
    start
        The hubs of the best plan so far, or None.
    cost
        EUR/year, about what a plan costs.
    state
        Clock, threads, gap; records bounds.
    """

    tuning = TUNING

    def __init__(
        self,
        bounds: CoupledBounds,
        rules: HubRules,
        oracle: GateOracle,
        heuristic: CoupledHeuristic,
        set_bounds: SetBounds,
        start: NDArray[np.int32] | None,
        cost: float,
        state: SearchState,
    ) -> None:
        fixed, tonnes = bounds.matrices.fixed, float(oracle.freight.volume.sum())
        self._oracle, self._heuristic, self._rules, self._cost = oracle, heuristic, rules, cost
        dearest = np.minimum(oracle.rows.highest, TUNING.shortfall * cost / tonnes)
        self._search, self._shortage = PriceSearch(oracle, cost, dearest, state), ShortageCuts(oracle, state)
        self._relaxation = CoupledRelaxation(fixed, rules, oracle, state, cost)
        super().__init__(self._relaxation, state)
        self._points = SitePoints(rules, start)
        self._remaining = CoupledSets(heuristic, set_bounds, fixed, rules, self._relaxation.whole, state)
        self._bounds = bounds
        if state.checks_cuts:
            for best in heuristic.seen:
                self._relaxation.add_known(self._known_of(best))
            heuristic.on_operated = lambda best: self._relaxation.add_known(self._known_of(best))
        self._lanes = np.tile(self._points.mean, (oracle.freight.airports, 1))
        at = SharePoint(self._points.mean, self._lanes)
        self._relaxation.add(oracle.cuts(at, self._search.filled(at, heuristic.prices), 0), None)

    def has_stalled(self, point: MasterPoint, last: float) -> bool:
        """Return whether the bound has hardly grown; without an incumbent, held against a gap that may be expected."""
        if np.isfinite(self._state.incumbent):
            return super().has_stalled(point, last)
        return bool(point.bound - last < TUNING.stalled * TUNING.likely_gap * abs(point.bound))

    def run(self) -> None:
        """Search until the gap is closed; see ``CutRounds``."""
        if not np.isfinite(self._state.incumbent) and not self._state.is_closed:
            self._settles_few_hubs()
            self._heuristic.grow(self._cost)
        while not self._state.is_closed and self.cut_rounds():
            if not self._settles_few_hubs():
                self.close_gap()
                return

    def _settles_few_hubs(self) -> bool:
        """Look at all sets of few hubs; return whether that leaves more hubs than before, or nothing."""
        point, before, state = self.solved(), self._remaining.least, self._state
        if point is None:
            return True
        master = self._relaxation
        self._remaining.settle_least(point, master.is_closed, master.is_certain, self.sets_allowed)
        if self._remaining.least > self._rules.most:
            state.exhausted()
        else:
            master.open_at_least(self._remaining.least, self._rules.most)
        return self._remaining.least > before

    def close_gap(self) -> None:
        """Cut at whole hubs and lanes, where cuts say what these cost: the master is the whole problem at last."""
        state, time_s = self._state, TUNING.whole_s
        # Least bound of the hubs and lanes that are excluded, as nothing more can be known of them.
        settled = np.inf
        # Hubs and lanes that were cut at since the bound last grew.
        cut_at: set[bytes] = set()
        while not state.is_closed:
            if settled == np.inf:
                self._settles_few_hubs()
                if state.is_closed:
                    return
            share = TUNING.share_of_open_gap if np.isfinite(state.incumbent) else 1.0
            gap = max(state.gap * TUNING.share_of_gap, share * min(state.open_gap, TUNING.likely_gap))
            found, before = self._relaxation.solve_whole(gap, time_s, self._best_point()), state.bound
            if min(found.bound, settled) > state.cut_off:
                state.exhausted()
                return
            state.proved(min(found.bound, settled))
            points = [self._whole(one)[0].tobytes() for one in found.found[: TUNING.most_whole]]
            # What HiGHS finds may break cuts that there are, within its tolerance: the same ones again and again.
            if state.bound > before:
                cut_at.clear()
            is_again = bool(points) and points[0] in cut_at
            cut_at.update(points)
            added = [self._cut_whole(one) for one in found.found[: TUNING.most_whole]]
            if not found.is_done and not (any(added) and state.bound > before):
                time_s *= 2.0
            elif (any(added) and not is_again) or state.is_closed:
                continue
            elif settled > found.bound:
                settled = min(settled, self._least_cost(found.found[0]))
                self._relaxation.exclude(found.found[0].shares)
            else:
                return

    def _known_of(self, best: Best) -> KnownPlan:
        return KnownPlan.of(best.plan, self._bounds, self._oracle.freight, self._oracle.rows.activities)

    def _best_point(self) -> SharePoint | None:
        """Return the hubs and lanes of the best plan so far, or None."""
        best = min(self._heuristic.seen, key=lambda one: one.cost, default=None)
        return None if best is None else self._known_of(best).point

    def _cut_whole(self, found: MasterValues) -> int:
        """Cut at whole hubs and lanes, and try these hubs; return how many cuts are new."""
        self.number += 1
        at, hubs, lanes = self._whole(found)
        searched = self._search.searched(at, self._heuristic.prices, TUNING.exact)
        self._heuristic.prices = searched.prices
        short = self._shortage.at(at, self.number, TUNING.exact) if searched.is_short else None
        if is_provable(len(hubs)) or not np.isfinite(self._state.incumbent):
            self._heuristic.improve(hubs)
        if short is None:
            self._heuristic.fly(hubs, lanes)
        cuts = self._oracle.cuts(at, self._search.filled(at, searched.prices), self.number)
        return sum(self._relaxation.add(one, found) for one in (cuts, short) if one is not None)

    def _whole(self, found: MasterValues) -> tuple[SharePoint, NDArray[np.int32], NDArray[np.bool_]]:
        """Return a point with whole hubs and lanes, the positions of these hubs, and their lanes."""
        at = SharePoint(np.round(found.shares.is_open), np.round(found.shares.lanes))
        hubs = np.flatnonzero(at.is_open).astype(np.int32)
        return at, hubs, at.lanes[:, hubs] > 0.0

    def _least_cost(self, found: MasterValues) -> float:
        """Return what no plan over whole hubs and lanes is under, EUR/year; infinite where there is none."""
        _, hubs, lanes = self._whole(found)
        return self._heuristic.least_over(hubs, lanes)

    def cut_at_prices(self, point: MasterPoint, *, is_between: bool, is_searched: bool) -> int:
        """Add cuts at prices that are searched, or else the last ones, filled in where a lane was not open."""
        self.number += 1
        at, short = self._next(point, is_between=is_between), None
        if is_searched:
            searched = self._search.searched(at, self._heuristic.prices)
            self._heuristic.prices = searched.prices
            if searched.is_short and not np.isfinite(self._state.incumbent):
                short = self._shortage.at(at, self.number)
        prices = self._search.filled(at, self._heuristic.prices)
        cuts = self._oracle.cuts(at, prices, self.number)
        return sum(self._relaxation.add(one, self._relaxation.last) for one in (cuts, short) if one is not None)

    def _next(self, point: MasterPoint, *, is_between: bool) -> SharePoint:
        """Return where to cut: at the master's point, or half-way to the mean of those so far."""
        shares = self._relaxation.last.shares
        y = self._points.after(point, self._relaxation.is_closed, is_between=is_between)
        at, self._lanes = shares.lanes, np.where(self._relaxation.is_closed, 0.0, self._lanes)
        if y is not point.is_open and is_between:
            at = 0.5 * (at + self._lanes)
        self._lanes = self._points.mixed(self._lanes, shares.lanes)
        return SharePoint.of(y, at)

    def round_up(self, point: MasterPoint) -> None:
        """Try the sites that a point opens most."""
        self._heuristic.improve(SiteNeighbourhood(self._rules).rounded(point.is_open))

    def enumerate_remaining(self, point: MasterPoint, closed: NDArray[np.bool_], certain: NDArray[np.bool_]) -> bool:
        """Bound every set that a point leaves, and operate what no bound excludes."""
        return self._remaining.try_all(point, closed, certain, self.sets_allowed)


class CoupledPlanning:
    """Prepares a search over sets of hubs where policies couple the freight; see ``CoupledRounds``."""

    def __init__(self, instance: Instance, network: Network, rules: HubRules, state: SearchState) -> None:
        self._rules, self._state = rules, state
        self._best: Best | None = None
        self._begin: NDArray[np.int32] | None = None
        self._instance, self._bounds = instance, CoupledBounds(instance, network, state)
        self._operating = SetOperating(
            instance, network, "the decomposition engine", self._bounds, weakly(self._take_up), state
        )

    def _take_up(self, best: Best) -> None:
        if self._state.found(best.cost):
            self._best = best

    def begin_with(self, hubs: Collection[str]) -> None:
        """Take a permitted set of hubs to begin with."""
        self._begin = self._positions(hubs)

    def plan_so_far(self) -> Plan | None:
        """Return the best plan so far."""
        return None if self._best is None else self._best.plan

    def best_plan(self) -> Plan | None:
        """Search until the gap is closed or the clock has run out; return the best plan found."""
        with suppress(TimeoutError):
            self._run()
        return self.plan_so_far()

    def _positions(self, hubs: Collection[str]) -> NDArray[np.int32]:
        return np.array([place for place, name in enumerate(self._bounds.names) if name in hubs], dtype=np.int32)

    def _run(self) -> None:
        state, matrices = self._state, self._bounds.matrices
        state.ceiling = self._bounds.ceiling
        freight, of_freight = self._bounds.freight, self._bounds.rows
        parts = freight_parts(freight, of_freight, matrices)
        rows = coupling_rows(self._instance, freight, of_freight, parts)
        oracle = GateOracle(parts, rows, 2.0 * state.ceiling, state)
        least = float(oracle.least.sum())
        if least >= IMPOSSIBLE:
            state.exhausted()
            return
        state.proved(least, self._rules.sites)
        best_routes = BestRoutePrices(matrices, state)
        set_bounds = SetBounds(best_routes, self._bounds)
        heuristic = CoupledHeuristic(self._operating, self._bounds, set_bounds, self._rules, rows, state)
        uncoupled = state.without_listener()
        plain = MultipleHeuristic(best_routes, self._rules, uncoupled)
        plain.start()
        for hubs in (self._begin, plain.best):
            if hubs is not None:
                heuristic.improve(hubs)
        start = plain.best if self._best is None else self._positions(self._best.plan.open_hubs)
        cost = max(1.0, next(one for one in (state.incumbent, uncoupled.incumbent, state.ceiling) if np.isfinite(one)))
        CoupledRounds(self._bounds, self._rules, oracle, heuristic, set_bounds, start, cost, state).run()
