"""The search for hubs with chosen links: all sets bounded with all their links, then the best links of those left."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.hub_rules import hub_rules
from netdesign.solve.core.outcome import Phases, Solution, certain_termination
from netdesign.solve.core.referee_check import checked_objective
from netdesign.solve.linked.plans import linked_plan
from netdesign.solve.linked.prices import LinkedPrices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.engine import Question, SearchScope
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.linked.prices import BestLinks

    Sets = NDArray[np.int32]
    Found = tuple[Sets, BestLinks]

_FIRST_LOOK = 20
"""Sets of each number of hubs whose links are chosen before the others are bounded: their price excludes most."""


class LinkSearch:
    """Searches the sets of hubs of one instance.

    Parameters
    ----------
    question
        The problem and its limits.
    """

    def __init__(self, question: Question) -> None:
        self._question, self._instance = question, question.instance
        self._prices: LinkedPrices | None = None

    def solve(self, search: SearchScope, state: SearchState) -> Solution:
        """Return the best plan within a scope, with its bound."""
        found: list[Found] = []
        try:
            self._look(search, state, found)
            state.exhausted()
        except TimeoutError:
            state.report(at_once=True)
        if not found:
            return Solution(state.ending(), None, None, state.bound, Phases())
        hubs, links = found[-1]
        plan = linked_plan(self._instance, self._question.network, hubs, links.links)
        objective = checked_objective(
            self._instance, self._question.network, plan, state.incumbent, "the enumeration engine"
        )
        bound = min(state.bound, objective)
        termination = certain_termination(state.ending(), objective, bound, state.gap)
        return Solution(termination, plan, objective, bound, Phases())

    def _look(self, search: SearchScope, state: SearchState, found: list[Found]) -> None:
        """Add better and better sets with their links to ``found``; the last is the best where the time suffices.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        if self._prices is None:
            self._prices = LinkedPrices(self._instance, self._question.network, state)
        prices = self._prices
        state.ceiling = prices.ceiling
        rules = self._rules(search)
        numbers = itertools.product(range(rules.least, rules.most + 1), rules.centre_numbers)
        floor = prices.least_cost
        bounded: list[tuple[Sets, NDArray[np.float64]]] = []
        for hubs, centres in numbers:
            if not floor[hubs + centres] < state.cut_off:
                continue
            sets = rules.sets(hubs, centres)
            bounds = prices.of_sets(sets, state.cut_off)
            first = np.argsort(bounds, kind="stable")[:_FIRST_LOOK]
            self._choose(sets[first], bounds[first], search, state, found)
            bounded.append((sets, bounds))
        self._choose_in_order(bounded, search, state, found)

    def _choose_in_order(
        self,
        bounded: list[tuple[Sets, NDArray[np.float64]]],
        search: SearchScope,
        state: SearchState,
        found: list[Found],
    ) -> None:
        """Choose the links of all sets that are left, the lowest bound first."""
        left = [(float(bounds[s]), sets[s]) for sets, bounds in bounded for s in np.flatnonzero(bounds < state.cut_off)]
        left.sort(key=lambda one: one[0])
        number = len(left)
        state.counts(lambda: number)
        for bound, hubs in left:
            if not bound < state.cut_off:
                break
            state.proved(bound)
            self._choose(hubs[None, :], np.array([bound]), search, state, found)
            number -= 1

    def _choose(
        self,
        sets: Sets,
        bounds: NDArray[np.float64],
        search: SearchScope,
        state: SearchState,
        found: list[Found],
    ) -> None:
        """Choose the links of sets, and take those that are better than the best so far."""
        assert self._prices is not None
        for hubs, bound in zip(sets, bounds.tolist(), strict=True):
            if state.is_over:
                raise TimeoutError
            if not bound < state.cut_off:
                continue
            links = self._prices.best_links(hubs, state.cut_off)
            if state.found(links.price):
                found.append((hubs, links))
                plan = linked_plan(self._instance, self._question.network, hubs, links.links)
                search.keep(plan, links.price, min(state.bound, links.price))

    def _rules(self, search: SearchScope) -> HubRules:
        """Return the rules on hubs, of which those of required links are certain."""
        rules, of_links = hub_rules(self._instance, search), self._instance.policies.hub_links
        ends = {name for pair in of_links.required for name in pair} if of_links is not None else set()
        joined = np.array([name in ends for name in self._instance.allowed], dtype=bool)
        return replace(rules, certain=rules.certain | joined)
