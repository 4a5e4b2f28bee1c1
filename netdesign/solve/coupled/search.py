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
    from netdesign.solve.coupled.bounds import SetPrices
    from netdesign.solve.coupled.waiting import Places, SetPlace

    Floats = NDArray[np.float64]
    Hubs = tuple[int, ...]

_ENGINE = "the enumeration engine"

_AT_ONCE = 64
"""Sets whose bounds are raised together, for each thread."""

_PRICED_AT_ONCE = 4096
"""Sets that are priced before progress is reported."""

_NEAR = 1e-3, 1e-2
"""Parts of the mean cost of a tonne by which routes may cost more that are tried first."""


class CoupledSearch(BestFirst[WaitingSets]):
    """Searches sets of hubs, and remembers what it learns about each.

    Parameters
    ----------
    question
        A problem of cost in which cities may have several hubs, without services and sorting centres, and no freight
        flies at both ends.
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
        self._bounds = CoupledBounds(question.instance, question.network, state, question.shared)
        self._prices = BestRoutePrices(self._bounds.matrices, state)
        self._dearest = self._bounds.matrices.largest_cost * (1.0 + 1e-6) + 1.0
        self._listed: dict[int, ListedSets] = {}
        self._best: dict[Hubs, Best] = {}
        self.operated = 0

    def solve(self, search: SearchScope, state: SearchState) -> Solution:
        """Return the best plan within a scope."""
        self._begin(search, state)
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
                price = self._priced(sets)
                price = np.where(price < self._dearest, price, np.inf)
                stage = np.full(len(sets), Stage.PRICED, dtype=np.int8)
                self._listed[number] = ListedSets(sets, price, price.copy(), stage)
            listed = self._listed[number]
            parts.append((listed, np.flatnonzero(rules.satisfied(listed.sets))))
        least = min((float(listed.bound[places].min(initial=math.inf)) for listed, places in parts), default=math.inf)
        if math.isfinite(least):
            self._state.proved(least)
        for listed, places in parts:
            for place in places[listed.stage[places] == Stage.SETTLED].tolist():
                best = self._best.get(tuple(listed.sets[place].tolist()))
                if best is not None:
                    self._take_up(best)
        return parts

    def _priced(self, sets: NDArray[np.int32]) -> Floats:
        """Return what sets cost with the best route of each commodity, EUR/year, shape (sets,)."""
        found: list[Floats] = []
        self._state.counts(lambda: len(sets) - sum(map(len, found)))
        for first in range(0, len(sets), _PRICED_AT_ONCE):
            self._state.report()
            found.append(self._prices.of_sets(sets[first : first + _PRICED_AT_ONCE], self._dearest, keep=True))
        return np.concatenate([*found, np.empty(0)])

    def _dive(self, parts: list[Places]) -> None:
        """Operate a set that is likely to be good, whose plan then ends the bounds of others sooner.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        if self._incumbent is not None:
            return
        self._state.counts(lambda: None)
        best, place_of = math.inf, None
        for listed, places in parts:
            likely = places[self._is_near(listed.sets[places]) & np.isfinite(listed.bound[places])]
            likely = likely[np.argsort(listed.bound[likely], kind="stable")[: _AT_ONCE * self._state.threads]]
            if not len(likely):
                continue
            self._state.report()
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
            case Stage.BOUNDED:
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
        for one in taken:
            waiting.push(one)

    def _bound(self, listed: ListedSets, places: NDArray[np.intp], cut_off: float) -> None:
        """Bound some sets of a list with prices of what lanes and hubs have to get."""
        found = self._bounds.of_sets(np.ascontiguousarray(listed.sets[places]), cut_off)
        listed.learn(places, found, Stage.BOUNDED)

    def _operate(self, listed: ListedSets, place: int) -> None:
        """Find the best plan of a set, and settle it."""
        hubs = listed.sets[place]
        self.operated += 1
        try:
            fixed = fix_hubs(self._instance, self._names(hubs.tolist()))
        except InstanceError:
            # The data alone contradict this set: too little capacity.
            listed.learn(place, math.inf, Stage.SETTLED)
            return
        prices = self._bounds.of_set(hubs)
        bound = max(float(listed.bound[place]), prices.bound)
        routes = candidate_routes(fixed, self._question.network)
        key = tuple(hubs.tolist())
        if math.isfinite(bound):
            bound = self._operated(fixed, key, routes, prices, bound)
        listed.learn(place, bound, Stage.SETTLED)
        best = self._best.get(key)
        if best is not None and bound > best.cost * (1.0 + AGREEMENT) + AGREEMENT:
            message = (
                f"{_ENGINE} has a bound of {bound:,.2f} EUR/year for {'+'.join(self._names(list(key)))}, "
                f"where a plan costs {best.cost:,.2f}"
            )
            raise DisagreementError(message)

    def _operated(self, fixed: Instance, hubs: Hubs, routes: CandidateRoutes, prices: SetPrices, bound: float) -> float:
        """Keep the best plan of a set, and return its bound, EUR/year."""
        places, gap = np.array(hubs, dtype=np.int32), max(self._state.gap / 2, ROUNDING)
        a_tonne = bound / float(fixed.commodities.volume.sum())
        for part in _NEAR:
            near = self._bounds.near(places, prices, routes, part * a_tonne)
            some = CandidateRoutes(**{name: column[near] for name, column in vars(routes).items()})
            self._state.report()
            self._solve(fixed, hubs, some)
            best = self._best.get(hubs)
            if best is not None and (relative_gap(best.cost, bound) or 0.0) <= gap:
                return bound
        found = self._solve(fixed, hubs, routes)
        return max(bound, found)

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
