"""The enumeration engine: prices every set of hubs, and operates sets exactly where the price is only a bound.

Each commodity takes its best route over the hubs of a set. If nothing couples the commodities, this is the cost of the
set. Policies that couple them, and single allocation, only add cost, and so do vehicles that are not full: sets whose
bound exceeds the incumbent are excluded, and each other set is operated, by the formulation with fixed hubs. With
vehicles the relaxation of this bounds a set before it is operated.
"""

from __future__ import annotations

import heapq
import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.errors import SizeError
from netdesign.formulation.protocol import ROUTE_POLICIES, SERVICE_POLICIES
from netdesign.instance.blocks import Allocation, Objective, Problem
from netdesign.instance.policies import SEVERAL_LINKS, Policy
from netdesign.network import couples_commodities
from netdesign.solve.core.engine import EVERYTHING, SearchScope
from netdesign.solve.core.hub_rules import number_of_sets
from netdesign.solve.core.outcome import Phases, Solution, Termination
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.coupled.freight import is_coupled_by_policies
from netdesign.solve.coupled.search import CoupledSearch, ListedSearch
from netdesign.solve.engine_record import (
    LINK_PROBLEMS,
    MODEL_PROBLEMS,
    ONE_LINK_PROBLEMS,
    SERVICE_PROBLEMS,
    EngineRecord,
    States,
)
from netdesign.solve.enumerable import (
    ALLOCATED_POLICIES,
    LIMITED_POLICIES,
    LINKED_POLICIES,
    check_hubs,
    check_number,
    has_linked_flows,
    needs_model,
    refusal,
    sets_bounded,
    suits,
    takes,
)
from netdesign.solve.kernels.loading import loading_s
from netdesign.solve.linked.allocated import LinkedAllocationSearch
from netdesign.solve.linked.limited_search import LimitedLinkSearch
from netdesign.solve.linked.limits import has_limits
from netdesign.solve.linked.search import LinkSearch
from netdesign.solve.operated_sets import OperatedSets
from netdesign.solve.priced_sets import PricedSets
from netdesign.solve.scheduled.division import may_divide
from netdesign.solve.scheduled.freight import has_city_choices
from netdesign.solve.scheduled.search import CitySearch
from netdesign.solve.single.coupling import is_coupled_by_cities
from netdesign.solve.single.set_search import AllocationSearch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance import Instance
    from netdesign.solve.core.engine import Question


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
        self._priced = PricedSets(question)
        self._link_search = (LimitedLinkSearch if has_limits(self._instance) else LinkSearch)(question)
        self._city_search: CitySearch | None = None
        self._listed_search: ListedSearch | None = None
        self._sets = OperatedSets(question)

    @property
    def operated(self) -> int:
        """Number of sets of which a plan was computed."""
        searches = (self._city_search, self._listed_search)
        return self._sets.operated + sum(search.operated for search in searches if search is not None)

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
        return self._priced.ranking(search, self._state(search))

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
        if has_linked_flows(self._instance) and self._instance.problem.allocation is Allocation.MULTIPLE:
            return self._link_search.solve(search, state)
        if not self._is_coupled:
            return self._priced.cheapest(search, state)
        kind = _listed_search(self._instance)
        if kind is not None:
            if not has_linked_flows(self._instance):
                check_number(self._instance, search, self.sets(search))
            check_hubs(self._instance, search.numbers_in(self._instance).stop - 1)
            if self._listed_search is None:
                self._listed_search = kind(self._question, state)
            return self._listed_search.solve(search, state)
        if not (has_city_choices(self._instance) or may_divide(self._instance)):
            return self._operated(search, state)
        check_number(self._instance, search, sets_bounded(self._instance, search))
        if self._city_search is None:
            try:
                self._city_search = CitySearch(self._question, state, self._sets)
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

    def _operated(self, search: SearchScope, state: SearchState) -> Solution:
        """Operate the sets that their bounds do not exclude, the cheapest first."""
        try:
            ranked = self.ranking(search)
        except TimeoutError:
            return Solution(state.ending(), None, None, -math.inf, Phases())
        best = Solution(Termination.INFEASIBLE, None, None, math.inf, Phases())
        if search.start is not None and state.found(search.start.objective):
            best = replace(best, plan=search.start.plan, objective=search.start.objective)
        waiting = [(price, not self._sets.relaxes, hubs) for price, hubs in ranked]
        # Lowest bound of the operated sets, each solved to its own gap.
        proven = math.inf
        while waiting and waiting[0][0] < state.cut_off:
            price, is_relaxed, hubs = heapq.heappop(waiting)
            state.proved(min(proven, price))
            if state.is_over:
                return replace(best, termination=state.ending(), bound=state.bound)
            if not is_relaxed:
                heapq.heappush(waiting, (max(price, self._sets.bound(hubs, search, state)), True, hubs))
                continue
            solution = self._sets.solve(hubs, search, state)
            proven = min(proven, max(solution.bound, price))
            if solution.plan is not None and solution.objective is not None and state.found(solution.objective):
                best = solution
                search.keep(solution.plan, solution.objective, min(state.bound, solution.objective))
            if solution.termination.is_limit:
                state.proved(min(proven, *(price for price, *_ in waiting[:1])))
                return replace(best, termination=solution.termination, bound=state.bound)
        if proven < state.cut_off:
            state.proved(proven)
        else:
            state.exhausted()
        bound = min(state.bound, math.inf if best.objective is None else best.objective)
        return replace(best, termination=state.settled(), bound=bound)


def _listed_search(instance: Instance) -> type[LinkedAllocationSearch | AllocationSearch | CoupledSearch] | None:
    """Return the search of problems whose sets are listed and operated by programs of their own."""
    if has_linked_flows(instance):
        return LinkedAllocationSearch
    if is_coupled_by_cities(instance):
        return AllocationSearch
    return CoupledSearch if is_coupled_by_policies(instance) else None


COST_OF_MANY_HUBS = tuple(
    Problem(allocation=Allocation.MULTIPLE, objective=Objective.COST, route_hubs=route_hubs) for route_hubs in (2, 1)
)
"""Those in which sites may be sorting centres without services."""

_ALLOCATED_PROBLEMS = tuple(problem for problem in LINK_PROBLEMS if problem.allocation is Allocation.SINGLE)

RECORD = EngineRecord(
    "enumeration",
    "every set of hubs priced, and operated where its price is a bound only",
    Enumeration,
    (
        States(MODEL_PROBLEMS, ROUTE_POLICIES),
        States(SERVICE_PROBLEMS, SERVICE_POLICIES | {Policy.SORTING_CENTRES}),
        States(COST_OF_MANY_HUBS, ROUTE_POLICIES | {Policy.SORTING_CENTRES}),
        States(LINK_PROBLEMS, LINKED_POLICIES | {SEVERAL_LINKS}),
        States(_ALLOCATED_PROBLEMS, ALLOCATED_POLICIES | {SEVERAL_LINKS}),
        States(LINK_PROBLEMS[:1], LIMITED_POLICIES | {SEVERAL_LINKS}),
        States(ONE_LINK_PROBLEMS[1:], SERVICE_POLICIES | {Policy.HUB_LINKS, Policy.SORTING_CENTRES}),
    ),
    suits,
    refusal,
    takes=takes,
    needs_model=needs_model,
)
