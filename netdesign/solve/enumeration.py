"""The enumeration engine: prices every set of hubs, and operates sets exactly where the price is only a bound.

Each commodity takes its best route over the hubs of a set. If nothing couples the commodities, this is the cost of the
set. Policies that couple them, and single allocation, only add cost, and so do vehicles that are not full: sets whose
bound exceeds the incumbent are excluded, and each other set is operated, by the formulation with fixed hubs.
"""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import InstanceError, SizeError
from netdesign.formulation.protocol import ROUTE_POLICIES, SERVICE_POLICIES
from netdesign.instance.blocks import Allocation, Objective, Problem
from netdesign.instance.options import fix_hubs
from netdesign.instance.policies import Policy
from netdesign.network import couples_commodities
from netdesign.network.operated import by_fullest_vehicles
from netdesign.solve.core.engine import EVERYTHING, SearchScope, keep_no_plan
from netdesign.solve.core.hub_rules import hub_rules, number_of_sets
from netdesign.solve.core.outcome import Phases, Solution, Termination, certain_termination
from netdesign.solve.core.referee_check import checked_objective, plan_over
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.coupled.freight import is_coupled_by_policies
from netdesign.solve.coupled.search import CoupledSearch, ListedSearch
from netdesign.solve.engine_record import MODEL_PROBLEMS, SERVICE_PROBLEMS, EngineRecord, States
from netdesign.solve.enumerable import (
    MOST_HUBS_COUPLED,
    MOST_SETS,
    has_few_patterns,
    needs_model,
    sets_bounded,
    suits,
    takes,
)
from netdesign.solve.kernels.loading import loading_s
from netdesign.solve.scheduled.division import may_divide
from netdesign.solve.scheduled.freight import has_city_choices
from netdesign.solve.scheduled.search import CitySearch
from netdesign.solve.set_prices import CheapestSets, CompiledPrices, TensorPrices, is_small
from netdesign.solve.single.coupling import is_coupled_by_cities
from netdesign.solve.single.set_search import AllocationSearch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.core.engine import Question

_AT_ONCE = 4096


class Enumeration:
    """Enumerates the sets of hubs of one instance.

    Parameters
    ----------
    question
        The problem, its model and its limits; the model is loaded only to operate sets.

    Raises
    ------
    SizeError
        There are too many routes.
    """

    def __init__(self, question: Question) -> None:
        self._question = question
        self._instance = question.instance
        self._is_coupled = couples_commodities(question.instance)
        self._prices: TensorPrices | CompiledPrices | None = None
        self._cheapest: dict[range, CheapestSets] = {}
        self._city_search: CitySearch | None = None
        self._listed_search: ListedSearch | None = None
        self._by_model = 0

    @property
    def operated(self) -> int:
        """Number of sets of which a plan was computed."""
        searches = (self._city_search, self._listed_search)
        return self._by_model + sum(search.operated for search in searches if search is not None)

    def sets(self, search: SearchScope = EVERYTHING) -> int:
        """Return the number of sets of hubs, regardless of exclusive groups and caps."""
        return number_of_sets(self._instance, search)

    def ranking(self, search: SearchScope = EVERYTHING) -> list[tuple[float, tuple[str, ...]]]:
        """Return all permitted sets with their prices, the cheapest first; ties in the order of sites.

        If the commodities are coupled, a price is a lower bound. It is infinite if a commodity has no route.

        Raises
        ------
        SizeError
            There are too many sets.
        TimeoutError
            The time ran out first.
        """
        state = self._state(search)
        prices = self._set_prices(state, search)
        ranked = []
        for sets in self._blocks(search):
            ranked += list(zip(prices.of_sets(sets, math.inf, keep=True).tolist(), sets.tolist(), strict=True))
        ranked.sort()
        return [(price, self._names(hubs)) for price, hubs in ranked]

    def known_bounds(self) -> Iterator[tuple[tuple[str, ...], float, float]]:
        """Yield sets that were bounded one by one: their hubs, first bound and best bound so far, EUR/year."""
        for search in (self._city_search, self._listed_search):
            if search is not None:
                yield from search.known()

    def solve(self, search: SearchScope = EVERYTHING) -> Solution:
        """Return the best plan within a scope, with its bound.

        Raises
        ------
        SizeError
            There are too many sets.
        """
        begun, loaded = time.perf_counter(), loading_s()
        state = self._state(search)
        if self._question.has_unroutable:
            state.exhausted()
            solution = Solution(Termination.INFEASIBLE, None, None, math.inf, Phases())
        else:
            solution = self._answer(search, state)
        load_s = loading_s() - loaded
        phases = replace(solution.phases, load_s=load_s, solve_s=time.perf_counter() - begun - load_s)
        return replace(solution, phases=phases, trace=tuple(state.trace))

    def _answer(self, search: SearchScope, state: SearchState) -> Solution:
        if not self._is_coupled:
            return self._priced(search, state)
        kind = _listed_search(self._instance)
        if kind is not None:
            self._check_number(self.sets(search), search)
            self._check_hubs(search.numbers_in(self._instance).stop - 1)
            if self._listed_search is None:
                self._listed_search = kind(self._question, state)
            return self._listed_search.solve(search, state)
        if not (has_city_choices(self._instance) or may_divide(self._instance)):
            return self._operated(search, state)
        self._check_number(sets_bounded(self._instance, search), search)
        if self._city_search is None:
            try:
                self._city_search = CitySearch(self._question, state, self._operate)
            except TimeoutError:
                return Solution(state.ending(), None, None, state.bound, Phases())
            except SizeError:
                if has_city_choices(self._instance):
                    raise
                # Prices of full vehicles need less room, and bound a division of freight too.
                return self._operated(search, state)
        return self._city_search.solve(search, state)

    def _state(self, search: SearchScope) -> SearchState:
        return SearchState(self._question.watch, self._question.listen, search.task)

    def _set_prices(self, state: SearchState, search: SearchScope) -> TensorPrices | CompiledPrices:
        self._check_number(self.sets(search), search)
        if self._prices is None:
            # Compiled loops do not tell hubs from sorting centres.
            small = is_small(self._instance, self.sets(search)) or self._instance.has_centres
            kind = TensorPrices if small else CompiledPrices
            self._prices = kind(self._instance, by_fullest_vehicles(self._instance, self._question.network), state)
        return self._prices

    def _check_hubs(self, most: int) -> None:
        if not has_few_patterns(self._instance, most):
            message = (
                f"enumeration takes sets of {MOST_HUBS_COUPLED} hubs at most where policies couple the freight; "
                f"there are sets of {most}"
            )
            raise SizeError(message)

    def _check_number(self, sets: int, search: SearchScope) -> None:
        if sets > MOST_SETS:
            numbers = search.numbers_in(self._instance)
            hubs = f"{numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else f"{numbers[0]}"
            message = f"enumeration takes {MOST_SETS:,} sets of hubs at most; there are {sets:,} of {hubs} hubs"
            raise SizeError(message)

    def _blocks(self, search: SearchScope) -> list[NDArray[np.int32]]:
        """Return the permitted sets in blocks, as positions in ``instance.allowed``, shape (sets, hubs)."""
        rules = hub_rules(self._instance, search)
        numbers = itertools.product(range(rules.least, rules.most + 1), rules.centre_numbers)
        found = [rules.sets(*number) for number in numbers]
        return [sets[first : first + _AT_ONCE] for sets in found for first in range(0, len(sets), _AT_ONCE)]

    def _priced(self, search: SearchScope, state: SearchState) -> Solution:
        """Return the cheapest set, given that prices are exact."""
        best: NDArray[np.int32] | None = None
        numbers, left_out = search.numbers_in(self._instance), self._left_out(search)
        cheapest = self._cheapest.get(numbers)
        try:
            prices = self._set_prices(state, search)
            state.ceiling = prices.ceiling
            if cheapest is None or cheapest.most <= len(left_out):
                # Who leaves out one set after the other has all of them priced a few times only.
                cheapest = CheapestSets(prices.ceiling, 2 * len(left_out) + 2)
                best = self._begun(search, prices, state)
                self._price_all(search, prices, cheapest, state)
                self._cheapest[numbers] = cheapest
            first = cheapest.first_but(left_out)
            if first is not None:
                state.found(first[0])
            state.exhausted()
        except TimeoutError:
            state.report()
        first = None if cheapest is None else cheapest.first_but(left_out)
        if first is not None and first[0] <= state.incumbent:
            best = first[1]
        if best is None:
            return Solution(state.ending(), None, None, state.bound, Phases())
        plan = plan_over(self._instance, self._question.network, self._names(best))
        if plan is None:
            raise AssertionError
        objective = checked_objective(
            self._instance, self._question.network, plan, state.incumbent, "the enumeration engine"
        )
        bound = min(state.bound, objective)
        termination = certain_termination(state.ending(), objective, bound, state.gap)
        return Solution(termination, plan, objective, bound, Phases())

    def _begun(
        self, search: SearchScope, prices: TensorPrices | CompiledPrices, state: SearchState
    ) -> NDArray[np.int32] | None:
        """Return a good set and record its price as the incumbent: that of the plan to begin with, or a likely one."""
        if search.start is None:
            best = prices.likely(hub_rules(self._instance, search))
            if best is not None:
                self._keep(search, best, state)
            return best
        hubs = [place for place, name in enumerate(self._instance.allowed) if name in search.start.plan.open_hubs]
        best = np.array(hubs, dtype=np.int32)
        state.found(float(prices.of_sets(best[None, :], math.inf, keep=True)[0]))
        return best

    def _keep(self, search: SearchScope, hubs: NDArray[np.int32], state: SearchState) -> None:
        if search.keep is not keep_no_plan:
            plan = plan_over(self._instance, self._question.network, self._names(hubs))
            if plan is not None:
                search.keep(plan, state.incumbent, min(state.bound, state.incumbent))

    def _price_all(
        self, search: SearchScope, prices: TensorPrices | CompiledPrices, cheapest: CheapestSets, state: SearchState
    ) -> None:
        """Price all sets, those that are left out too, and add them to the cheapest.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        left_out, blocks = self._left_out(search), self._blocks(replace(search, excluded=()))
        left = sum(map(len, blocks))
        state.counts(lambda: left)
        for sets in blocks:
            cheapest.add(sets, prices.of_sets(sets, cheapest.cut_off, keep=True))
            first = cheapest.first_but(left_out)
            if first is not None and state.found(first[0]):
                self._keep(search, first[1], state)
            left -= len(sets)
            state.report()

    def _left_out(self, search: SearchScope) -> set[frozenset[int]]:
        """Return the sets that are left out, by position in ``instance.allowed``."""
        place = {name: k for k, name in enumerate(self._instance.allowed)}
        return {frozenset(place[name] for name in excluded) for excluded in search.excluded}

    def _operated(self, search: SearchScope, state: SearchState) -> Solution:
        """Operate the sets that their bounds do not exclude, the cheapest first."""
        try:
            ranked = self.ranking(search)
        except TimeoutError:
            return Solution(state.ending(), None, None, -math.inf, Phases())
        best = Solution(Termination.INFEASIBLE, None, None, math.inf, Phases())
        if search.start is not None and state.found(search.start.objective):
            best = replace(best, plan=search.start.plan, objective=search.start.objective)
        # Lowest bound of the operated sets, each solved to its own gap.
        proven = math.inf
        for price, hubs in ranked:
            if not price < state.cut_off:
                break
            state.proved(min(proven, price))
            if state.is_over:
                return replace(best, termination=state.ending(), bound=state.bound)
            solution = self._operate(hubs, search)
            proven = min(proven, max(solution.bound, price))
            if solution.plan is not None and solution.objective is not None and state.found(solution.objective):
                best = solution
                search.keep(solution.plan, solution.objective, min(state.bound, solution.objective))
            if solution.termination.is_limit:
                state.proved(min(proven, price))
                return replace(best, termination=solution.termination, bound=state.bound)
        if proven < state.cut_off:
            state.proved(proven)
        else:
            state.exhausted()
        bound = min(state.bound, math.inf if best.objective is None else best.objective)
        return replace(best, termination=state.settled(), bound=bound)

    def _operate(self, hubs: tuple[str, ...], search: SearchScope) -> Solution:
        from netdesign.solve.monolithic import Monolithic

        self._by_model += 1
        try:
            fixed = fix_hubs(self._instance, hubs)
        except InstanceError:
            # The data alone contradict this set: too little capacity.
            return Solution(Termination.INFEASIBLE, None, None, math.inf, Phases())
        engine = Monolithic(self._question.with_instance(fixed))
        try:
            return engine.solve(SearchScope(task=f"{search.task}: operating {'+'.join(hubs)}"))
        except SizeError as error:
            # Fewer sites that may open would not help.
            raise SizeError(error.message.removeprefix(SizeError.mark)) from None

    def _names(self, hubs: NDArray[np.int32] | list[int]) -> tuple[str, ...]:
        return tuple(self._instance.allowed[position] for position in hubs)


def _listed_search(instance: Instance) -> type[AllocationSearch | CoupledSearch] | None:
    """Return the search of problems whose sets are listed and operated by programs of their own."""
    if is_coupled_by_cities(instance):
        return AllocationSearch
    return CoupledSearch if is_coupled_by_policies(instance) else None


COST_OF_MANY_HUBS = tuple(
    Problem(allocation=Allocation.MULTIPLE, objective=Objective.COST, route_hubs=route_hubs) for route_hubs in (2, 1)
)
"""Those in which sites may be sorting centres without services."""

RECORD = EngineRecord(
    "enumeration",
    "every set of hubs priced, and operated where its price is a bound only",
    Enumeration,
    (
        States(MODEL_PROBLEMS, ROUTE_POLICIES),
        States(SERVICE_PROBLEMS, SERVICE_POLICIES | {Policy.SORTING_CENTRES}),
        States(COST_OF_MANY_HUBS, ROUTE_POLICIES | {Policy.SORTING_CENTRES}),
    ),
    suits,
    takes=takes,
    needs_model=needs_model,
)
