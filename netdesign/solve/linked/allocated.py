"""Single allocation with chosen hub links: sets of hubs bounded with all links, and branches over the links of some.

With links given, what it costs from hub to hub is the cheapest way over them; then cities are allocated as where all
hubs are joined. Cities with several hubs cost no more, nor do more links: both bound what is not allocated yet.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.engine import EVERYTHING
from netdesign.solve.core.hub_rules import hub_rules
from netdesign.solve.core.search_state import for_each
from netdesign.solve.core.weak_calls import weakly
from netdesign.solve.coupled.search import ListedSearch
from netdesign.solve.coupled.waiting import Stage
from netdesign.solve.linked.allocated_links import AllocatedLinks
from netdesign.solve.linked.allocated_plans import AllocatedPlans
from netdesign.solve.linked.allocated_sets import ManySets
from netdesign.solve.linked.choices import MOST_HUBS_ALLOCATED, has_link_choices
from netdesign.solve.linked.prices import LinkedPrices
from netdesign.solve.multiple.heuristic import MultipleHeuristic
from netdesign.solve.single.set_allocation import SetAllocation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.engine import Question, SearchScope
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.outcome import Solution
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.waiting import ListedSets

    Hubs = NDArray[np.int32]
    Floats = NDArray[np.float64]
    Positions = NDArray[np.intp]

MOST_LISTED = 100_000
"""Largest number of sets of hubs that are all bounded one by one: some seconds of work."""

_MORE = 0.02
"""Part of the cost of a good plan by which those of the runner-up and of fewer hubs may exceed it, mostly."""


class LinkedAllocationSearch(ListedSearch):
    """Searches sets of hubs with chosen links where each city has one hub.

    Parameters
    ----------
    question
        A problem in which nothing else couples the freight.
    state
        Clock of the first search.
    """

    def __init__(self, question: Question, state: SearchState) -> None:
        self._linked = LinkedPrices(question.instance, question.network, state)
        super().__init__(question, self._linked.matrices, state)
        self._dearest = self._linked.ceiling
        allocation = SetAllocation(question.instance, self._linked.matrices, state)
        self._links = AllocatedLinks(self._linked, allocation, state)
        self._plans = AllocatedPlans(question, allocation, self._links, weakly(self._take_up), state)
        self._best = self._plans.best
        self._many: ManySets | None = None

    @property
    def operated(self) -> int:
        """Number of plans that were computed."""
        return self._plans.operated

    def solve(self, search: SearchScope, state: SearchState) -> Solution:
        """Return the best plan within a scope."""
        if not self._are_many:
            return super().solve(search, state)
        self._begin(search, state)
        try:
            if self._many is None:
                instance, network = self._instance, self._question.network
                self._many = ManySets(instance, network, self._linked, self._links, self._plans)
            self._many.run(self._rules(search), state)
        except TimeoutError:
            return self._ended(state.ending())
        return self._ended(state.ending() if state.is_over else state.settled())

    @cached_property
    def _are_many(self) -> bool:
        """Whether the sets are too many to be listed, or some have so many hubs that their links take long."""
        rules = self._rules(EVERYTHING)
        sets = sum(rules.count(number) for number in range(rules.least, rules.most + 1))
        return sets > MOST_LISTED or (rules.most > MOST_HUBS_ALLOCATED and has_link_choices(self._instance))

    def _begin(self, search: SearchScope, state: SearchState) -> None:
        super()._begin(search, state)
        self._plans.state = state

    def _rules(self, search: SearchScope) -> HubRules:
        """Return the rules of a scope with numbers of hubs that some choice of links fits."""
        rules = hub_rules(self._instance, search)
        sizes = [size for size in range(rules.least, rules.most + 1) if self._linked.permits(size)]
        least, most = (sizes[0], sizes[-1]) if sizes else (1, 0)
        return replace(rules, least=least, most=most)

    def _worth(self, number: int, rules: HubRules) -> float:
        """Return somewhat more than a good plan costs: sets are left as soon as their price is over it."""
        only = replace(rules, least=number, most=number)
        likely = MultipleHeuristic(self._prices, only, self._state.without_listener())
        likely.start()
        best = None if likely.best is None else self._plans.best_of(likely.best, self._dearest)
        return self._dearest if best is None else best.cost + _MORE * abs(best.cost)

    def _priced(self, sets: Hubs, worth: float) -> Floats:
        """Return what no choice of links is under where cities may have several hubs, EUR/year, shape (sets,)."""
        return np.where(self._links.have_room(sets), self._linked.of_sets(sets, worth), np.inf)

    def _bound(self, listed: ListedSets, places: Positions, cut_off: float) -> None:
        """Bound some sets of a list with all their links, each city having one hub."""
        bound = np.empty(len(places))

        def fill(part: slice) -> None:
            bound[part] = self._links.bounds(listed.sets[places[part]], cut_off)

        step = self._links.sets_at_once(listed.sets.shape[1])
        for_each([slice(start, start + step) for start in range(0, len(places), step)], fill, self._state)
        listed.learn(places, bound, Stage.BOUNDED)

    def _operate(self, listed: ListedSets, place: int) -> None:
        """Find the best links and allocation of a set, and settle it; what costs the cut-off is not wanted."""
        hubs, cut_off = listed.sets[place], self._state.cut_off
        best = self._plans.best_of(hubs, cut_off)
        if best is None:
            listed.learn(place, cut_off, Stage.BOUNDED)
            return
        self._refuse_over_plan(tuple(hubs.tolist()), float(listed.bound[place]))
        listed.learn(place, best.cost, Stage.SETTLED)
