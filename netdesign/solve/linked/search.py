"""The search for hubs with chosen links: all sets bounded with all their links, then the best links of those left."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate import evaluate
from netdesign.solve.core.engine import EVERYTHING
from netdesign.solve.core.hub_rules import hub_rules, number_of_sets
from netdesign.solve.core.outcome import Phases, Solution, certain_termination
from netdesign.solve.core.referee_check import checked_objective
from netdesign.solve.linked.best import BestFound
from netdesign.solve.linked.plans import linked_plan
from netdesign.solve.linked.prices import BestLinks, LinkedPrices
from netdesign.solve.linked.set_search import SetSearch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Question, SearchScope
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.linked.best import Found

    Floats = NDArray[np.float64]
    Sets = NDArray[np.int32]

MOST_LISTED = 20_000
"""Largest number of sets of hubs that are all bounded one by one: a second of work."""

_FIRST_LOOK = 20
"""Sets of each number of hubs whose links are chosen before the others are bounded: their price excludes most."""


@dataclass
class BoundedSets:
    """Sets of hubs, and what no choice of their links is under.

    Searches differ in the sets that they leave out, such as the best one for the second best; so bounds are kept.

    Parameters
    ----------
    sets
        Positions in ``instance.allowed``, shape (sets, hubs).

    Attributes
    ----------
    bound
        EUR/year, shape (sets,).
    is_priced
        Whether it has all of a set's freight, and is not only over a cut-off.
    """

    sets: Sets
    bound: Floats = field(init=False)
    is_priced: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        """Begin without any bound."""
        self.bound = np.full(len(self.sets), -np.inf)
        self.is_priced = np.zeros(len(self.sets), dtype=bool)

    def price(self, asked: NDArray[np.intp], prices: LinkedPrices, cut_off: float) -> None:
        """Raise the bounds of some sets to what they cost with all links, or to the cut-off.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        low = asked[(self.bound[asked] < cut_off) & ~self.is_priced[asked]]
        found = prices.of_sets(self.sets[low], cut_off)
        self.bound[low] = np.maximum(self.bound[low], found)
        self.is_priced[low] = found < cut_off

    def likely(self, asked: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the sets with the lowest bounds among some that have one."""
        known = asked[np.isfinite(self.bound[asked])]
        return known[np.argsort(self.bound[known], kind="stable")[:_FIRST_LOOK]]


class LinkSearch:
    """Searches the sets of hubs of one instance.

    Parameters
    ----------
    question
        The problem and its limits.
    """

    def __init__(self, question: Question) -> None:
        self._question, self._instance = question, question.instance
        self._known: LinkedPrices | None = None
        self._bounds: dict[tuple[int, int], BoundedSets] = {}
        self._set_search: SetSearch | None = None

    def solve(self, search: SearchScope, state: SearchState) -> Solution:
        """Return the best plan within a scope, with its bound."""
        best = BestFound(search, state, self._plan)
        self._begin(best)
        try:
            self._look(best)
            state.exhausted()
        except TimeoutError:
            state.report(at_once=True)
        if best.found is None:
            return Solution(state.ending(), None, None, state.bound, Phases())
        plan, network = self._plan(best.found), self._question.network
        objective = checked_objective(self._instance, network, plan, state.incumbent, "the enumeration engine")
        bound = min(state.bound, objective)
        termination = certain_termination(state.ending(), objective, bound, state.gap)
        return Solution(termination, plan, objective, bound, Phases())

    def _begin(self, best: BestFound) -> None:
        """Take the plan to begin with, where there is one; over its links freight goes as cheaply as it can."""
        if best.search.start is None:
            return
        given, instance = best.search.start.plan, self._instance
        places = {link.ends: place for place, link in enumerate(instance.permitted_links)}
        is_open = [name in given.open_hubs for name in instance.allowed]
        hubs = np.flatnonzero(is_open).astype(np.int32)
        links = np.array(sorted(places[ends] for ends in given.links), dtype=np.intp)
        plan = linked_plan(instance, self._question.network, hubs, links)
        price = evaluate(instance, self._question.network, plan).objective
        best.take((hubs, BestLinks(price, links)))

    def _plan(self, found: Found) -> Plan:
        hubs, links = found
        return linked_plan(self._instance, self._question.network, hubs, links.links)

    def _look(self, best: BestFound) -> None:
        """Look at all sets of a search.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        if self._known is None:
            self._known = LinkedPrices(self._instance, self._question.network, best.state)
        prices, state, rules = self._known, best.state, hub_rules(self._instance, best.search)
        state.ceiling = prices.ceiling
        if number_of_sets(self._instance, EVERYTHING) > MOST_LISTED:
            if self._set_search is None:
                self._set_search = SetSearch(prices)
            self._set_search.run(rules, best)
            return
        looked_at = []
        for number in itertools.product(range(rules.least, rules.most + 1), rules.centre_numbers):
            if prices.least_cost[sum(number)] < state.cut_off:
                bounded = self._bounded(number)
                asked = np.flatnonzero(rules.satisfied(bounded.sets))
                # The likely sets of an earlier search have a price at once, under which few of the others are.
                _choose(bounded.likely(asked), bounded, prices, best)
                bounded.price(asked, prices, state.cut_off)
                _choose(bounded.likely(asked), bounded, prices, best)
                looked_at.append((bounded, asked))
        _choose_in_order(looked_at, prices, best)

    def _bounded(self, number: tuple[int, int]) -> BoundedSets:
        """Return all sets with so many hubs and sorting centres, those that a search leaves out too."""
        if number not in self._bounds:
            self._bounds[number] = BoundedSets(hub_rules(self._instance, EVERYTHING).sets(*number))
        return self._bounds[number]


def _choose(places: NDArray[np.intp], bounded: BoundedSets, prices: LinkedPrices, best: BestFound) -> None:
    """Choose the links of the sets at some places, as far as they may be better than the best.

    Raises
    ------
    TimeoutError
        The time ran out first.
    """
    state = best.state
    for place in places.tolist():
        if state.is_over:
            raise TimeoutError
        if bounded.bound[place] < state.cut_off:
            hubs = bounded.sets[place]
            links = prices.best_links(hubs, state.cut_off)
            # It is the best choice, or none costs less.
            bounded.bound[place] = max(bounded.bound[place], links.price)
            best.take((hubs, links))


def _choose_in_order(
    looked_at: list[tuple[BoundedSets, NDArray[np.intp]]], prices: LinkedPrices, best: BestFound
) -> None:
    """Choose the links of all sets that are left, the lowest bound first.

    Raises
    ------
    TimeoutError
        The time ran out first.
    """
    state, left = best.state, []
    for bounded, asked in looked_at:
        low = asked[bounded.bound[asked] < state.cut_off]
        left += [(float(bounded.bound[place]), place, bounded) for place in low.tolist()]
    left.sort(key=lambda one: one[0])
    number = len(left)
    state.counts(lambda: number)
    for bound, place, bounded in left:
        if not bound < state.cut_off:
            break
        state.proved(bound)
        _choose(np.array([place]), bounded, prices, best)
        number -= 1
