"""The search over sets of hubs with vehicles on city legs: the cheapest set is looked at more and more closely."""

from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netdesign.solve.core.engine import EVERYTHING
from netdesign.solve.core.hub_rules import hub_rules
from netdesign.solve.core.outcome import Phases, Solution
from netdesign.solve.scheduled.bounds import SetBounds
from netdesign.solve.scheduled.closer_look import CloserLook, Part, Stage
from netdesign.solve.scheduled.division import may_divide
from netdesign.solve.scheduled.division_look import DivisionLook
from netdesign.solve.scheduled.freight import CityFreight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Question, SearchScope
    from netdesign.solve.core.outcome import Termination
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.closer_look import Doubtful, Hubs
    from netdesign.solve.scheduled.freight import Floats


@dataclass
class Best:
    """The best plan of a set of hubs so far, and its cost in EUR/year."""

    plan: Plan
    cost: float


class PartSearch:
    """Looks at parts of the plans of sets of hubs, the one with the lowest bound first.

    Parameters
    ----------
    state
        Of the search.
    """

    def __init__(self, state: SearchState) -> None:
        self._state = state
        self._number = itertools.count()
        self._parts: dict[Hubs, list[Part]] = {}
        self._incumbent: Best | None = None

    def look(self, part: Part) -> Doubtful | None:
        """Learn more about a part; return what has to be settled about it, if anything."""
        raise NotImplementedError

    def _take_up(self, best: Best) -> None:
        if self._state.found(best.cost):
            self._incumbent = best

    def _close(self, waiting: list[tuple[float, int, Part]]) -> None:
        """Look at parts until the gap is closed.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        state = self._state
        # Least bound of the parts of which nothing more can be known.
        settled = math.inf
        while waiting and waiting[0][0] < state.cut_off:
            state.proved(min(settled, waiting[0][0]))
            if state.is_over:
                raise TimeoutError
            if self._incumbent is not None and state.is_closed:
                return
            part = heapq.heappop(waiting)[-1]
            for one in self._seen_closer(part):
                if one.stage is Stage.SETTLED:
                    settled = min(settled, one.bound)
                else:
                    heapq.heappush(waiting, (one.bound, next(self._number), one))
        least = min([settled, *(bound for bound, *_ in waiting[:1])])
        if least < state.cut_off:
            state.proved(least)
        else:
            state.exhausted()

    def _seen_closer(self, part: Part) -> list[Part]:
        """Return a part after a closer look, or the parts into which it falls.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        if part.stage is Stage.SETTLED:
            return [part]
        known = self._parts.setdefault(part.hubs, [part])
        doubtful = self.look(part)
        if doubtful is None:
            return [part]
        parts = part.divided(doubtful)
        known.remove(part)
        known += parts
        return parts


class CitySearch(PartSearch):
    """Searches sets of hubs, and remembers what it learns about each.

    Parameters
    ----------
    question
        A problem in which ``has_city_choices``, or cities ``may_divide`` their freight.
    state
        Clock of the first search.
    operate
        Returns the best plan of a set of hubs by the model.

    Attributes
    ----------
    operated
        Number of sets that were looked at one by one, but for those that the model operated.

    Raises
    ------
    SizeError
        There are too many routes.
    """

    def __init__(
        self, question: Question, state: SearchState, operate: Callable[[tuple[str, ...], SearchScope], Solution]
    ) -> None:
        super().__init__(state)
        self._question, self._instance, self._operate = question, question.instance, operate
        self._freight = CityFreight(question.instance, question.network)
        self._bounds = SetBounds(self._freight, state)
        self._search = EVERYTHING
        self._is_divided = may_divide(question.instance)
        look = DivisionLook if self._is_divided else CloserLook
        self._closer = look(question.instance, question.network, self._freight, self._bounds, state, self._keep)
        self._by_number: dict[int, tuple[NDArray[np.int32], Floats]] = {}
        self._best: dict[Hubs, Best] = {}
        self.operated = 0

    def solve(self, search: SearchScope, state: SearchState) -> Solution:
        """Return the best plan within a scope.

        The part with the lowest bound is looked at more closely, until no bound is under the cost of the best plan.
        """
        self._state = self._closer.state = state
        self._search, self._incumbent = search, None
        try:
            self._close(self._waiting(search))
        except TimeoutError:
            return self._ended(state.ending())
        # Programs that the time ended have a plan and a bound, between which more could be known.
        return self._ended(state.ending() if state.is_over else state.settled())

    def known(self) -> Iterator[tuple[tuple[str, ...], float, float]]:
        """Yield the sets that were bounded with their first bound and the best one so far, EUR/year."""
        for sets, bounds in self._by_number.values():
            for hubs, bound in zip(map(tuple, sets.tolist()), bounds.tolist(), strict=True):
                names = tuple(self._instance.allowed[hub] for hub in hubs)
                yield names, bound, min((part.bound for part in self._parts.get(hubs, ())), default=bound)

    def _waiting(self, search: SearchScope) -> list[tuple[float, int, Part]]:
        """Return a heap of the parts of all permitted sets, the lowest bound first; and take up their best plan.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        rules = hub_rules(self._instance, search)
        waiting: list[tuple[float, int, Part]] = []
        for number in range(rules.least, rules.most + 1):
            if number not in self._by_number:
                sets = replace(rules, rows=()).sets(number)
                self._by_number[number] = sets, self._bounds.of_sets(sets)
            sets, bounds = self._by_number[number]
            permitted = rules.satisfied(sets)
            for hubs, bound in zip(map(tuple, sets[permitted].tolist()), bounds[permitted].tolist(), strict=True):
                parts = self._parts.get(hubs)
                for part in [Part(hubs, {}, {}, Stage.BOUNDED, bound)] if parts is None else parts:
                    waiting.append((part.bound, next(self._number), part))
                if hubs in self._best:
                    self._take_up(self._best[hubs])
        heapq.heapify(waiting)
        return waiting

    def _ended(self, termination: Termination) -> Solution:
        bound, best = self._state.bound, self._incumbent
        if best is None:
            return Solution(termination, None, None, bound, Phases())
        return Solution(termination, best.plan, best.cost, min(bound, best.cost), Phases())

    def look(self, part: Part) -> Doubtful | None:
        """Learn more about a part; return what has to be settled about it, if anything."""
        if not math.isfinite(part.bound):
            part.stage = Stage.SETTLED
            return None
        if self._freight.is_separate and not (self._is_divided and part.stage is Stage.CHOSEN):
            return self._closer.look(part)
        self._operate_by_model(part)
        return None

    def _seen_closer(self, part: Part) -> list[Part]:
        is_new = part.stage is not Stage.SETTLED and part.hubs not in self._parts
        self.operated += is_new and self._freight.is_separate
        return super()._seen_closer(part)

    def _keep(self, part: Part, plan: Plan | None, cost: float | None) -> None:
        if plan is not None and cost is not None:
            best = self._best.get(part.hubs)
            if best is None or cost < best.cost:
                self._best[part.hubs] = best = Best(plan, cost)
            self._take_up(best)

    def _operate_by_model(self, part: Part) -> None:
        solution = self._operate(tuple(self._instance.allowed[hub] for hub in part.hubs), self._search)
        part.bound = max(part.bound, solution.bound)
        self._keep(part, solution.plan, solution.objective)
        if solution.termination.is_limit:
            raise TimeoutError
        part.stage = Stage.SETTLED
