"""All sets of hubs with their prices, and the cheapest where nothing couples the commodities: then prices are exact.

Who leaves out one set after the other, such as a search for all networks near the best, has all of them priced a few
times only.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.network.operated import by_fullest_vehicles
from netdesign.solve.core.engine import keep_no_plan
from netdesign.solve.core.hub_rules import hub_rules, number_of_sets
from netdesign.solve.core.outcome import Phases, Solution, certain_termination
from netdesign.solve.core.referee_check import checked_objective, plan_over
from netdesign.solve.enumerable import check_number
from netdesign.solve.set_prices import CheapestSets, CompiledPrices, TensorPrices, is_small

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Question, SearchScope
    from netdesign.solve.core.search_state import SearchState

    Prices = TensorPrices | CompiledPrices

_AT_ONCE = 4096


class PricedSets:
    """Prices sets of hubs with each commodity on its best route.

    Parameters
    ----------
    question
        The problem and its limits.
    """

    def __init__(self, question: Question) -> None:
        self._question, self._instance = question, question.instance
        self._prices: Prices | None = None
        self._cheapest: dict[range, CheapestSets] = {}

    def ranking(self, search: SearchScope, state: SearchState) -> list[tuple[float, tuple[str, ...]]]:
        """Return all permitted sets with their prices, the cheapest first; ties in the order of sites.

        Raises
        ------
        SizeError
            There are too many sets.
        TimeoutError
            The time ran out first.
        """
        prices = self._prices_of(search, state)
        ranked = []
        for sets in self._blocks(search):
            ranked += list(zip(prices.of_sets(sets, math.inf, keep=True).tolist(), sets.tolist(), strict=True))
        ranked.sort()
        return [(price, self._names(hubs)) for price, hubs in ranked]

    def cheapest(self, search: SearchScope, state: SearchState) -> Solution:
        """Return the plan over the cheapest set, given that prices are exact.

        Raises
        ------
        SizeError
            There are too many sets.
        """
        left_out = self._left_out(search)
        best = _Best(search, state, self._plan)
        try:
            best.take(self._cheapest_sets(search, left_out, best).first_but(left_out))
            state.exhausted()
        except TimeoutError:
            state.report()
        if best.hubs is None:
            return Solution(state.ending(), None, None, state.bound, Phases())
        plan = self._plan(best.hubs)
        if plan is None:
            raise AssertionError
        network = self._question.network
        objective = checked_objective(self._instance, network, plan, state.incumbent, "the enumeration engine")
        bound = min(state.bound, objective)
        termination = certain_termination(state.ending(), objective, bound, state.gap)
        return Solution(termination, plan, objective, bound, Phases())

    def _cheapest_sets(self, search: SearchScope, left_out: set[frozenset[int]], best: _Best) -> CheapestSets:
        """Return more of the cheapest sets than are left out; those of an earlier search where they are enough.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        numbers, prices = search.numbers_in(self._instance), self._prices_of(search, best.state)
        best.state.ceiling = prices.ceiling
        cheapest = self._cheapest.get(numbers)
        if cheapest is None or cheapest.most <= len(left_out):
            cheapest = CheapestSets(prices.ceiling, 2 * len(left_out) + 2)
            self._begin(search, prices, best)
            self._price_all(search, prices, cheapest, left_out, best)
            self._cheapest[numbers] = cheapest
        return cheapest

    def _begin(self, search: SearchScope, prices: Prices, best: _Best) -> None:
        """Take a good set first: that of the plan to begin with, or a likely one, whose price is the incumbent then."""
        if search.start is None:
            best.hubs = prices.likely(hub_rules(self._instance, search))
            best.keep()
            return
        names = search.start.plan.open_hubs
        hubs = np.array([place for place, name in enumerate(self._instance.allowed) if name in names], dtype=np.int32)
        best.take((float(prices.of_sets(hubs[None, :], math.inf, keep=True)[0]), hubs))

    def _price_all(
        self,
        search: SearchScope,
        prices: Prices,
        cheapest: CheapestSets,
        left_out: set[frozenset[int]],
        best: _Best,
    ) -> None:
        """Price all sets, those that are left out too, and add them to the cheapest.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        blocks = self._blocks(replace(search, excluded=()))
        left = sum(map(len, blocks))
        best.state.counts(lambda: left)
        for sets in blocks:
            cheapest.add(sets, prices.of_sets(sets, cheapest.cut_off, keep=True))
            if best.take(cheapest.first_but(left_out)):
                best.keep()
            left -= len(sets)
            best.state.report()

    def _prices_of(self, search: SearchScope, state: SearchState) -> Prices:
        sets = number_of_sets(self._instance, search)
        check_number(self._instance, search, sets)
        if self._prices is None:
            # Compiled loops do not tell hubs from sorting centres.
            kind = TensorPrices if is_small(self._instance, sets) or self._instance.has_centres else CompiledPrices
            self._prices = kind(self._instance, by_fullest_vehicles(self._instance, self._question.network), state)
        return self._prices

    def _blocks(self, search: SearchScope) -> list[NDArray[np.int32]]:
        """Return the permitted sets in blocks, as positions in ``instance.allowed``, shape (sets, hubs)."""
        rules = hub_rules(self._instance, search)
        numbers = itertools.product(range(rules.least, rules.most + 1), rules.centre_numbers)
        found = [rules.sets(*number) for number in numbers]
        return [sets[first : first + _AT_ONCE] for sets in found for first in range(0, len(sets), _AT_ONCE)]

    def _left_out(self, search: SearchScope) -> set[frozenset[int]]:
        """Return the sets that are left out, by position in ``instance.allowed``."""
        place = {name: k for k, name in enumerate(self._instance.allowed)}
        return {frozenset(place[name] for name in excluded) for excluded in search.excluded}

    def _plan(self, hubs: NDArray[np.int32]) -> Plan | None:
        return plan_over(self._instance, self._question.network, self._names(hubs))

    def _names(self, hubs: NDArray[np.int32] | list[int]) -> tuple[str, ...]:
        return tuple(self._instance.allowed[position] for position in hubs)


class _Best:
    """The cheapest set so far, by position in ``instance.allowed``; None at first.

    Parameters
    ----------
    search
        Says what is done with a better plan.
    state
        Its incumbent is the price of the set.
    plan_of
        Returns the plan over a set, or None where it serves not all.
    """

    def __init__(
        self, search: SearchScope, state: SearchState, plan_of: Callable[[NDArray[np.int32]], Plan | None]
    ) -> None:
        self.hubs: NDArray[np.int32] | None = None
        self.state = state
        self._search, self._plan_of = search, plan_of

    def take(self, first: tuple[float, NDArray[np.int32]] | None) -> bool:
        """Take a set that is no dearer, with its price; return whether it is cheaper."""
        if first is None:
            return False
        price, hubs = first
        is_cheaper = self.state.found(price)
        if price <= self.state.incumbent:
            self.hubs = hubs
        return is_cheaper

    def keep(self) -> None:
        """Hand the plan over the set to whom the search keeps plans for."""
        if self.hubs is None or self._search.keep is keep_no_plan:
            return
        plan = self._plan_of(self.hubs)
        if plan is not None:
            self._search.keep(plan, self.state.incumbent, min(self.state.bound, self.state.incumbent))
