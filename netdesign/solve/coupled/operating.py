"""One set of hubs: its best plan, by a program of the routes that are near the best ones at its prices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import DisagreementError, InstanceError
from netdesign.evaluate import evaluate
from netdesign.instance.options import fix_hubs
from netdesign.network import CandidateRoutes, candidate_routes
from netdesign.solve.core.best_first import Best
from netdesign.solve.core.outcome import relative_gap
from netdesign.solve.core.referee_check import AGREEMENT, refuse_violations
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.coupled.program import plan_of, set_program
from netdesign.solve.coupled.waiting import Stage
from netdesign.solve.lp.session import LpSession

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.bounds import CoupledBounds, SetPrices

    Hubs = tuple[int, ...]

NEAR = 1e-3, 2e-2
"""Parts of what a plan costs by which routes near the best may cost more, were all freight on them."""


class SetOperating:
    """Operates sets of hubs.

    Parameters
    ----------
    instance, network
        The problem.
    engine
        Whose plans they are, for messages.
    bounds
        Of sets, with their prices.
    take_up
        Called with each plan that is the best of its set so far.
    state
        Clock and gap.

    Attributes
    ----------
    state
        Of the search that goes on.
    best
        The best plan of each set that has one.
    operated
        Number of sets of which a plan was computed.
    """

    def __init__(
        self,
        instance: Instance,
        network: Network,
        engine: str,
        bounds: CoupledBounds,
        take_up: Callable[[Best], None],
        state: SearchState,
    ) -> None:
        self._instance, self._network, self._engine, self._bounds = instance, network, engine, bounds
        self._take_up, self.state = take_up, state
        self.best: dict[Hubs, Best] = {}
        self.operated = 0

    def operate(self, hubs: NDArray[np.int32], known: float) -> float:
        """Find the best plan of a set within the gap, and return its bound, EUR/year; infinite where there is none.

        A set whose bound is at the cut-off is left.

        Parameters
        ----------
        hubs
            Ascending positions.
        known
            A bound of the set, EUR/year.

        Raises
        ------
        DisagreementError
            A bound is over what a plan costs: a defect.
        TimeoutError
            The time ran out first.
        """
        bound, stage = self.operate_near(hubs, known, self.state.cut_off)
        if stage is Stage.NEAR and bound < self.state.cut_off:
            bound = self.operate_whole(hubs, bound)
        return bound

    def operate_near(self, hubs: NDArray[np.int32], known: float, cut_off: float) -> tuple[float, Stage]:
        """Bound a set by prices of its own, and find its best plan over the routes that are near the best at these.

        Return the bound, EUR/year, and what is known of the set now. For the rest see ``operate``.
        """
        fixed = self._fixed(hubs)
        if fixed is None:
            return math.inf, Stage.SETTLED
        prices, key = self._bounds.of_set(hubs, cut_off), tuple(hubs.tolist())
        bound = max(known, prices.bound)
        if bound >= cut_off or math.isinf(bound):
            # Another search may have to look at it again.
            return bound, Stage.SETTLED if math.isinf(bound) else Stage.BOUNDED
        routes, gap, stage = candidate_routes(fixed, self._network), max(self.state.gap / 2, ROUNDING), Stage.NEAR
        best = None
        for part in NEAR:
            self.state.report()
            self._over_near(fixed, key, routes, prices, part * bound)
            best = self.best.get(key)
            if best is not None and (relative_gap(best.cost, bound) or 0.0) <= gap:
                stage = Stage.SETTLED
            if stage is Stage.SETTLED or bound >= self.state.cut_off:
                break
        if best is not None:
            self._bounds.begin_with(hubs, prices)
        self._refuse_over(key, bound)
        return bound, stage

    def operate_whole(self, hubs: NDArray[np.int32], known: float) -> float:
        """Find the best plan of a set over all routes, and return its bound, EUR/year; see ``operate``."""
        fixed, key = fix_hubs(self._instance, self._names(hubs.tolist())), tuple(hubs.tolist())
        bound = max(known, self._solve(fixed, key, candidate_routes(fixed, self._network)))
        self._refuse_over(key, bound)
        return bound

    def _refuse_over(self, hubs: Hubs, bound: float) -> None:
        refuse_over_plan(self._engine, self._names(list(hubs)), self.best.get(hubs), bound)

    def attempt(self, hubs: NDArray[np.int32], prices: SetPrices, likely: float, near: Sequence[float]) -> float:
        """Find a plan of a set over routes that are near the best at some prices, if there is one.

        Return what no plan over the last such routes is under, EUR/year; infinite where there is none.

        Parameters
        ----------
        hubs
            Ascending positions.
        prices
            Of the set.
        likely
            EUR/year, about what a plan costs.
        near
            Parts of it by which routes may cost more, were all freight on them: the first that gives a plan is enough.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        fixed = self._fixed(hubs)
        bound = math.inf
        if fixed is None or prices.bound == math.inf:
            return bound
        routes, key = candidate_routes(fixed, self._network), tuple(hubs.tolist())
        for part in near:
            bound = self._over_near(fixed, key, routes, prices, part * likely)
            if math.isfinite(bound):
                break
        return bound

    def _fixed(self, hubs: NDArray[np.int32]) -> Instance | None:
        """Return the instance in which these hubs are open, and no others."""
        self.operated += 1
        try:
            return fix_hubs(self._instance, self._names(hubs.tolist()))
        except InstanceError:
            # The data alone contradict this set: too little capacity.
            return None

    def _over_near(self, fixed: Instance, hubs: Hubs, routes: CandidateRoutes, prices: SetPrices, more: float) -> float:
        """Solve over the routes of which none costs more than the best by so much, EUR/year for all freight."""
        a_tonne = more / float(fixed.commodities.volume.sum())
        near = self._bounds.near(np.array(hubs, dtype=np.int32), prices, routes, a_tonne)
        some = CandidateRoutes(**{name: column[near] for name, column in vars(routes).items()})
        # Lanes without any route for some freight are no program.
        is_served = len(np.unique(some.commodity)) == len(fixed.commodities)
        return self._solve(fixed, hubs, some) if is_served else math.inf

    def _solve(self, fixed: Instance, hubs: Hubs, routes: CandidateRoutes) -> float:
        """Keep the best plan over some routes, and return its bound, EUR/year; infinite where there is none."""
        cost = math.fsum(fixed.sites[fixed.site_position[name]].fixed_cost for name in self._names(list(hubs)))
        stated = set_program(fixed, routes, cost)
        session = LpSession(stated.program, self.state, {"mip_rel_gap": max(self.state.gap / 2, ROUNDING)})
        found = session.solve_exactly()
        if found is None:
            return math.inf
        plan = plan_of(fixed, stated, found.values)
        evaluation = evaluate(self._instance, self._network, plan)
        refuse_violations(evaluation.violations, self._engine)
        best = self.best.get(hubs)
        if best is None or evaluation.objective < best.cost:
            self.best[hubs] = best = Best(plan, evaluation.objective)
        self._take_up(best)
        return min(found.bound * stated.money, evaluation.objective)

    def _names(self, hubs: list[int]) -> tuple[str, ...]:
        return tuple(self._instance.allowed[hub] for hub in hubs)


def refuse_over_plan(engine: str, hubs: Sequence[str], best: Best | None, bound: float) -> None:
    """Refuse a bound of a set that is over what its best plan costs.

    Raises
    ------
    DisagreementError
        It is: a defect.
    """
    if best is not None and bound > best.cost * (1.0 + AGREEMENT) + AGREEMENT:
        message = (
            f"{engine} has a bound of {bound:,.2f} EUR/year for {'+'.join(hubs)}, where a plan costs {best.cost:,.2f}"
        )
        raise DisagreementError(message)
