"""The search over sets of hubs where policies couple the freight: the set of lowest bound is looked at more closely."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import DisagreementError, InstanceError
from netdesign.evaluate import evaluate
from netdesign.instance.options import fix_hubs
from netdesign.network import CandidateRoutes, candidate_routes
from netdesign.solve.core.best_first import Best, BestFirst
from netdesign.solve.core.hub_rules import hub_rules
from netdesign.solve.core.outcome import Solution, relative_gap
from netdesign.solve.core.referee_check import AGREEMENT, refuse_violations
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.coupled.bounds import CoupledBounds
from netdesign.solve.coupled.program import plan_of, set_program
from netdesign.solve.coupled.waiting import ListedSets, Stage, WaitingSets
from netdesign.solve.lp.session import LpSession
from netdesign.solve.multiple.prices import BestRoutePrices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.core.engine import Question, SearchScope
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.waiting import Places, SetPlace

    Hubs = tuple[int, ...]

_ENGINE = "the enumeration engine"

_AT_ONCE, _FEW_AT_ONCE = 64, 16
"""Sets whose bounds are raised together, for each thread: usually, and before a set has prices to begin with."""

_NEAR = 1e-3, 2e-2
"""Parts of the mean cost of a tonne by which routes may cost more that are tried first."""


class CoupledSearch(BestFirst[WaitingSets]):
    """Searches sets of hubs, and remembers what it learns about each.

    Parameters
    ----------
    question
        A problem of cost in which cities may have several hubs, without services and sorting centres.
    state
        Clock of the first search.

    Attributes
    ----------
    operated
        Number of sets of which a plan was computed.
    """

    def __init__(self, question: Question, state: SearchState) -> None:
        super().__init__(state)
        self._question, self._instance = question, question.instance
        self._bounds = CoupledBounds(question.instance, question.network, state)
        self._prices = BestRoutePrices(self._bounds.matrices, state)
        self._dearest = self._bounds.matrices.largest_cost * (1.0 + 1e-6) + 1.0
        self._listed: dict[int, ListedSets] = {}
        self._best: dict[Hubs, Best] = {}
        self.operated = 0

    def solve(self, search: SearchScope, state: SearchState) -> Solution:
        """Return the best plan within a scope."""
        self._state, self._incumbent = state, None
        try:
            parts = self._permitted(search)
            self._dive(parts)
            self._close(WaitingSets(parts))
        except TimeoutError:
            return self._ended(state.ending())
        return self._ended(state.ending() if state.is_over else state.settled())

    def known(self) -> Iterator[tuple[tuple[str, ...], float, float]]:
        """Yield the sets that were bounded with their first bound and the best one so far, EUR/year."""
        for listed in self._listed.values():
            for hubs, price, bound in zip(listed.sets.tolist(), listed.price, listed.bound, strict=True):
                yield self._names(hubs), float(price), float(bound)

    def _permitted(self, search: SearchScope) -> list[Places]:
        """Return the places of the permitted sets in their lists, and take up their best plan.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        rules = hub_rules(self._instance, search)
        parts = []
        for number in range(rules.least, rules.most + 1):
            if number not in self._listed:
                sets = np.ascontiguousarray(rules.hub_sets(number))
                price = self._prices.of_sets(sets, self._dearest, keep=True)
                price = np.where(price < self._dearest, price, np.inf)
                stage = np.full(len(sets), Stage.PRICED, dtype=np.int8)
                self._listed[number] = ListedSets(sets, price, price.copy(), stage)
            listed = self._listed[number]
            parts.append((listed, np.flatnonzero(rules.satisfied(listed.sets))))
        for listed, places in parts:
            for place in places[listed.stage[places] >= Stage.NEAR].tolist():
                best = self._best.get(tuple(listed.sets[place].tolist()))
                if best is not None:
                    self._take_up(best)
        return parts

    def _dive(self, parts: list[Places]) -> None:
        """Operate a set that is likely to be good, whose plan then ends the bounds of others sooner.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        if self._incumbent is not None:
            return
        best, place_of = math.inf, None
        for listed, places in parts:
            likely = places[self._is_near(listed.sets[places]) & np.isfinite(listed.bound[places])]
            some = _FEW_AT_ONCE if self._bounds.has_other_rows else _AT_ONCE
            likely = likely[np.argsort(listed.bound[likely], kind="stable")[: some * self._state.threads]]
            if not len(likely):
                continue
            self._bound(listed, likely, math.inf)
            found = listed.bound[likely]
            if found.min() < best:
                best, place_of = float(found.min()), (listed, int(likely[found.argmin()]))
        if place_of is not None and place_of[0].stage[place_of[1]] != Stage.SETTLED:
            self._operate(*place_of)

    def _is_near(self, sets: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which sets have all hubs of the best set that has one less; all sets where none is known."""
        smaller = [(best.cost, hubs) for hubs, best in self._best.items() if len(hubs) == sets.shape[1] - 1]
        if not smaller:
            return np.ones(len(sets), dtype=bool)
        return np.asarray(np.isin(sets, min(smaller)[1]).sum(axis=1) == sets.shape[1] - 1)

    def _look_at_first(self, waiting: WaitingSets) -> float:
        first = waiting.pop()
        match first.stage:
            case Stage.PRICED:
                self._raise_bounds(first, waiting)
            case Stage.BOUNDED | Stage.NEAR:
                self._operate(first.listed, first.place)
                waiting.push(first)
            case _:
                return first.bound
        return math.inf

    def _raise_bounds(self, first: SetPlace, waiting: WaitingSets) -> None:
        """Raise the bounds of a set, and of the next ones that are priced only; all of them wait again."""
        taken, cut_off = [first], self._state.cut_off
        while len(taken) < _AT_ONCE * self._state.threads and waiting.least < cut_off:
            taken.append(waiting.pop())
            if taken[-1].stage != Stage.PRICED:
                break
        for listed in {id(one.listed): one.listed for one in taken}.values():
            priced = [one.place for one in taken if one.listed is listed and one.stage == Stage.PRICED]
            self._bound(listed, np.array(priced, dtype=np.intp), cut_off)
        found = [one for one in taken if one.stage == Stage.BOUNDED and math.isfinite(one.bound)]
        if self._incumbent is None and found:
            # A plan ends the bounds of others sooner.
            likely = min(found, key=lambda one: one.bound)
            self._operate(likely.listed, likely.place)
        for one in taken:
            waiting.push(one)

    def _bound(self, listed: ListedSets, places: NDArray[np.intp], cut_off: float) -> None:
        """Bound some sets of a list with prices of what lanes and hubs have to get."""
        found = self._bounds.of_sets(np.ascontiguousarray(listed.sets[places]), cut_off)
        # A bound that ended over the cut-off can be raised further, by a search with another one.
        listed.learn(places, found, np.where((found < cut_off) | np.isinf(found), Stage.BOUNDED, Stage.PRICED))

    def _operate(self, listed: ListedSets, place: int) -> None:
        """Find a plan of a set, over routes near the best first, and then over all; or raise its bound."""
        hubs, is_new = listed.sets[place], int(listed.stage[place]) < Stage.NEAR
        key, bound = tuple(hubs.tolist()), float(listed.bound[place])
        self.operated += is_new
        try:
            fixed = fix_hubs(self._instance, self._names(hubs.tolist()))
        except InstanceError:
            # The data alone contradict this set: too little capacity.
            listed.learn(place, math.inf, Stage.SETTLED)
            return
        if is_new:
            self._operate_near(fixed, listed, place)
        else:
            found = self._solve(fixed, key, candidate_routes(fixed, self._question.network))
            listed.learn(place, max(bound, found), Stage.SETTLED)
        best, bound = self._best.get(key), float(listed.bound[place])
        if best is not None and bound > best.cost * (1.0 + AGREEMENT) + AGREEMENT:
            message = (
                f"{_ENGINE} has a bound of {bound:,.2f} EUR/year for {'+'.join(self._names(list(key)))}, "
                f"where a plan costs {best.cost:,.2f}"
            )
            raise DisagreementError(message)

    def _operate_near(self, fixed: Instance, listed: ListedSets, place: int) -> None:
        """Bound a set by prices of its own, and find its best plan over the routes that are near the best at these."""
        hubs, cut_off = listed.sets[place], self._state.cut_off
        prices, key = self._bounds.of_set(hubs, cut_off), tuple(hubs.tolist())
        bound = max(float(listed.bound[place]), prices.bound)
        if bound >= cut_off or math.isinf(bound):
            # Another search may have to look at it again.
            listed.learn(place, bound, Stage.SETTLED if math.isinf(bound) else Stage.BOUNDED)
            return
        routes, gap = candidate_routes(fixed, self._question.network), max(self._state.gap / 2, ROUNDING)
        a_tonne, best, stage = bound / float(fixed.commodities.volume.sum()), None, Stage.NEAR
        for part in _NEAR:
            near = self._bounds.near(hubs, prices, routes, part * a_tonne)
            self._solve(fixed, key, CandidateRoutes(**{name: column[near] for name, column in vars(routes).items()}))
            best = self._best.get(key)
            if best is not None and (relative_gap(best.cost, bound) or 0.0) <= gap:
                stage = Stage.SETTLED
            if stage is Stage.SETTLED or bound >= self._state.cut_off:
                break
        if best is not None:
            self._bounds.begin_with(hubs, prices)
        listed.learn(place, bound, stage)

    def _solve(self, fixed: Instance, hubs: Hubs, routes: CandidateRoutes) -> float:
        """Keep the best plan over some routes, and return its bound, EUR/year; infinite where there is none."""
        cost = math.fsum(fixed.sites[fixed.site_position[name]].fixed_cost for name in self._names(list(hubs)))
        stated = set_program(fixed, routes, cost)
        session = LpSession(stated.program, self._state, {"mip_rel_gap": max(self._state.gap / 2, ROUNDING)})
        found = session.solve_exactly()
        if found is None:
            return math.inf
        plan = plan_of(fixed, stated, found.values)
        evaluation = evaluate(self._instance, self._question.network, plan)
        refuse_violations(evaluation.violations, _ENGINE)
        best = self._best.get(hubs)
        if best is None or evaluation.objective < best.cost:
            self._best[hubs] = best = Best(plan, evaluation.objective)
        self._take_up(best)
        return min(found.bound * stated.money, evaluation.objective)

    def _names(self, hubs: list[int]) -> tuple[str, ...]:
        return tuple(self._instance.allowed[hub] for hub in hubs)
