"""The search over sets of hubs where policies couple the freight: the set of lowest bound is looked at more closely."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.best_first import BestFirst
from netdesign.solve.core.hub_rules import hub_rules
from netdesign.solve.core.weak_calls import weakly
from netdesign.solve.coupled.bounds import CoupledBounds
from netdesign.solve.coupled.operating import SetOperating, refuse_over_plan
from netdesign.solve.coupled.waiting import ListedSets, Stage, WaitingSets
from netdesign.solve.multiple.prices import BestRoutePrices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.solve.core.best_first import Best
    from netdesign.solve.core.engine import Question, SearchScope
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.outcome import Solution
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.waiting import Places, SetPlace

    Floats = NDArray[np.float64]
    Hubs = tuple[int, ...]

ENGINE = "the enumeration engine"

_AT_ONCE, _FEW_AT_ONCE = 64, 16
"""Sets whose bounds are raised together, for each thread: usually, and before a set has prices to begin with."""

_PRICED_AT_ONCE = 4096
"""Sets that are priced before progress is reported."""


class ListedSearch(BestFirst[WaitingSets]):
    """Searches sets of hubs that are listed, and remembers what it learns about each.

    Parameters
    ----------
    question
        A problem of cost without services and sorting centres.
    matrices
        Its freight.
    state
        Clock of the first search.
    """

    def __init__(self, question: Question, matrices: RouteMatrices, state: SearchState) -> None:
        super().__init__(state)
        self._question, self._instance = question, question.instance
        self._prices = BestRoutePrices(matrices, state)
        self._dearest = matrices.largest_cost * (1.0 + 1e-6) + 1.0
        self._listed: dict[int, ListedSets] = {}
        self._best: dict[Hubs, Best] = {}

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

    @property
    @abstractmethod
    def operated(self) -> int:
        """Number of sets of which a plan was computed."""

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
        rules = self._rules(search)
        parts = []
        for number in range(rules.least, rules.most + 1):
            if number not in self._listed:
                sets = np.ascontiguousarray(rules.hub_sets(number))
                price = self._priced(sets, self._worth(number, rules))
                price = np.where(price < self._dearest, price, np.inf)
                stage = np.full(len(sets), Stage.PRICED, dtype=np.int8)
                self._listed[number] = ListedSets(sets, price, price.copy(), stage)
            listed = self._listed[number]
            parts.append((listed, np.flatnonzero(rules.satisfied(listed.sets))))
        least = min((float(listed.bound[places].min(initial=math.inf)) for listed, places in parts), default=math.inf)
        if math.isfinite(least):
            self._state.proved(least)
        for listed, places in parts:
            for place in places[listed.stage[places] >= Stage.NEAR].tolist():
                best = self._best.get(tuple(listed.sets[place].tolist()))
                if best is not None:
                    self._take_up(best)
        return parts

    def _rules(self, search: SearchScope) -> HubRules:
        """Return the rules on hubs of a scope."""
        return hub_rules(self._instance, search)

    def _worth(self, number: int, rules: HubRules) -> float:
        """Return what sets of so many hubs may cost on best routes for their price to be worth knowing, EUR/year."""
        del number, rules
        return self._dearest

    def _priced(self, sets: NDArray[np.int32], worth: float) -> Floats:
        """Return what sets cost with the best route of each commodity, EUR/year, shape (sets,)."""
        found: list[Floats] = []
        self._state.counts(lambda: len(sets) - sum(map(len, found)))
        for first in range(0, len(sets), _PRICED_AT_ONCE):
            self._state.report()
            found.append(self._prices.of_sets(sets[first : first + _PRICED_AT_ONCE], worth, keep=True))
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
            likely = likely[
                np.argsort(listed.bound[likely], kind="stable")[: self._first_at_once * self._state.threads]
            ]
            if not len(likely):
                continue
            self._state.report()
            self._bound(listed, likely, math.inf)
            found = listed.bound[likely]
            if found.min() < best:
                best, place_of = float(found.min()), (listed, int(likely[found.argmin()]))
        if place_of is not None and place_of[0].stage[place_of[1]] != Stage.SETTLED:
            self._operate(*place_of)

    @property
    def _first_at_once(self) -> int:
        """Sets that are bounded to find the one that is operated first, for each thread."""
        return _AT_ONCE

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
            # What is over the cut-off now stays so, and need not be counted again and again.
            if one.bound < self._state.cut_off:
                waiting.push(one)

    @abstractmethod
    def _bound(self, listed: ListedSets, places: NDArray[np.intp], cut_off: float) -> None:
        """Raise the bounds of some sets of a list."""

    @abstractmethod
    def _operate(self, listed: ListedSets, place: int) -> None:
        """Find the best plan of a set, and settle it; or raise its bound."""

    def _refuse_over_plan(self, hubs: Hubs, bound: float) -> None:
        """Raise a DisagreementError where the bound of a set is over what its best plan costs."""
        refuse_over_plan(ENGINE, self._names(list(hubs)), self._best.get(hubs), bound)

    def _names(self, hubs: list[int]) -> tuple[str, ...]:
        return tuple(self._instance.allowed[hub] for hub in hubs)


class CoupledSearch(ListedSearch):
    """Searches sets of hubs where policies couple the freight.

    Parameters
    ----------
    question
        A problem of cost in which cities may have several hubs, without services and sorting centres.
    state
        Clock of the first search.
    """

    def __init__(self, question: Question, state: SearchState) -> None:
        self._bounds = CoupledBounds(question.instance, question.network, state, question.shared)
        super().__init__(question, self._bounds.matrices, state)
        self._operating = SetOperating(
            question.instance, question.network, ENGINE, self._bounds, weakly(self._take_up), state
        )
        self._best = self._operating.best

    @property
    def operated(self) -> int:
        """Number of sets of which a plan was computed."""
        return self._operating.operated

    def _begin(self, search: SearchScope, state: SearchState) -> None:
        super()._begin(search, state)
        self._operating.state = state

    @property
    def _first_at_once(self) -> int:
        return _FEW_AT_ONCE if self._bounds.has_other_rows else _AT_ONCE

    def _bound(self, listed: ListedSets, places: NDArray[np.intp], cut_off: float) -> None:
        """Bound some sets of a list with prices of what lanes and hubs have to get."""
        found = self._bounds.of_sets(np.ascontiguousarray(listed.sets[places]), cut_off)
        # A bound that ended over the cut-off can be raised further, by a search with another one.
        listed.learn(places, found, np.where((found < cut_off) | np.isinf(found), Stage.BOUNDED, Stage.PRICED))

    def _operate(self, listed: ListedSets, place: int) -> None:
        """Find a plan of a set, over routes near the best first, and then over all; or raise its bound."""
        hubs, known = listed.sets[place], float(listed.bound[place])
        if int(listed.stage[place]) < Stage.NEAR:
            listed.learn(place, *self._operating.operate_near(hubs, known, self._state.cut_off))
        else:
            listed.learn(place, self._operating.operate_whole(hubs, known), Stage.SETTLED)
