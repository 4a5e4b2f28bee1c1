"""The decomposition engine: hubs in a master problem, freight in an oracle, for many hubs and commodities."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from netdesign.instance.blocks import Allocation, Problem
from netdesign.instance.policies import LEG_LIMITS, CapacityCounts, Policy, couplings
from netdesign.network import couples_commodities
from netdesign.solve.core.engine import EVERYTHING, SearchScope, keep_no_plan
from netdesign.solve.core.hub_rules import HUB_POLICIES, hub_rules, number_of_sets
from netdesign.solve.core.outcome import Phases, Solution, certain_termination
from netdesign.solve.core.referee_check import checked_objective
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.coupled.freight import is_coupled_by_prices, is_coupled_in_parts
from netdesign.solve.engine_record import EngineRecord, States
from netdesign.solve.facility.problem import is_facility_location
from netdesign.solve.kernels.loading import loading_s

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.hub_rules import HubRules

_IN_PARTS = frozenset({Policy.AIR_LANE, Policy.MINIMUM_THROUGHPUT, Policy.SERVICE})
"""Stated where each tonne flies over one lane at most."""

_FEW_PAIRS = 150
"""Number of pairs of node and site up to which solving the model takes less time than loading compiled loops."""

_MOST_ENDS_ABROAD = 1000
"""Ends of freight at overseas airports, each of which is like a city: some hundred megabytes of cuts."""


class Planning(Protocol):
    """The interface of a search; each kind of problem has one."""

    def __init__(self, instance: Instance, network: Network, rules: HubRules, state: SearchState) -> None: ...

    def best_plan(self) -> Plan | None:
        """Search until the gap is closed or the time is over; return the best plan found."""


@runtime_checkable
class ResumablePlanning(Protocol):
    """A search that can begin with a set of hubs, and has a plan while it goes on."""

    def begin_with(self, hubs: Collection[str]) -> None:
        """Take a permitted set of hubs to begin with."""

    def plan_so_far(self) -> Plan | None:
        """Return the best plan so far."""


class Decomposition:
    """Solves multiple and single allocation, with and without capacities, and facility location.

    Parameters
    ----------
    question
        The problem and its limits; its model is not needed.
    """

    def __init__(self, question: Question) -> None:
        self._question = question

    def solve(self, search: SearchScope = EVERYTHING) -> Solution:
        """Return the best plan within a scope, with its bound.

        Raises
        ------
        DisagreementError
            Engine and referee disagree about the plan.
        """
        question, instance = self._question, self._question.instance
        state = SearchState(question.watch, question.listen, search.task)
        begun = time.perf_counter()
        rules = hub_rules(instance, search)
        if rules.least > rules.most or question.has_unroutable:
            state.exhausted()
            return Solution(state.ending(), None, None, state.bound, Phases())
        run = _kind(instance)(instance, question.network, rules, state)
        built, loaded = time.perf_counter(), loading_s()
        if isinstance(run, ResumablePlanning):
            _resume(run, search, state)
        plan = run.best_plan()
        load_s = loading_s() - loaded
        phases = Phases(load_s, build_s=built - begun, solve_s=time.perf_counter() - built - load_s)
        solution = Solution(state.ending(), plan, None, state.bound, phases, tuple(state.trace))
        if plan is None:
            return solution
        objective = checked_objective(instance, question.network, plan, state.incumbent, "the decomposition engine")
        bound = min(state.bound, objective)
        termination = certain_termination(solution.termination, objective, bound, state.gap)
        return replace(solution, termination=termination, objective=objective, bound=bound)


def _resume(run: ResumablePlanning, search: SearchScope, state: SearchState) -> None:
    """Begin with the plan of a scope, and keep each better one, and bounds before there is one."""
    if search.start is not None:
        run.begin_with(search.start.plan.open_hubs)

    def keep() -> None:
        plan = run.plan_so_far()
        if plan is not None:
            search.keep(plan, state.incumbent, min(state.bound, state.incumbent))
        elif not math.isfinite(state.incumbent):
            search.keep(None, math.inf, state.bound)

    if search.keep is not keep_no_plan:
        state.tells_better(keep)


def _kind(instance: Instance) -> type[Planning]:
    """Return the search class of a problem; imports are local, so that only its own modules are loaded."""
    if instance.problem.allocation is Allocation.SINGLE:
        from netdesign.solve.single.search import SinglePlanning

        return SinglePlanning
    if is_coupled_in_parts(instance):
        from netdesign.solve.coupled.by_cuts.search import CoupledPlanning

        return CoupledPlanning
    if is_facility_location(instance):
        from netdesign.solve.facility.search import FacilityPlanning

        return FacilityPlanning
    if instance.policies.capacity is not None:
        from netdesign.solve.capacitated.search import CapacitatedPlanning

        return CapacitatedPlanning
    from netdesign.solve.multiple.search import MultiplePlanning

    return MultiplePlanning


def _suits(instance: Instance, passed_over: Mapping[str, str]) -> str | None:
    del passed_over
    if not couples_commodities(instance):
        return f"{number_of_sets(instance, EVERYTHING):,} sets of hubs are many, and nothing couples the commodities"
    pairs = len(instance.nodes) * len(instance.allowed)
    if pairs <= _FEW_PAIRS and instance.problem.route_hubs == 2:
        return None
    if instance.problem.allocation is Allocation.SINGLE:
        why = "each city has one hub"
    elif is_coupled_in_parts(instance):
        why = "prices of what couples the freight bound many sets of hubs together"
    else:
        why = "only capacities couple the commodities"
    return f"{pairs:,} pairs of node and site are many, and {why}"


def _refusal(instance: Instance) -> str | None:
    """Return the limits over all routes, and the policies that the search over allocations cannot state."""
    if is_coupled_in_parts(instance):
        return None
    words = couplings(instance)
    if is_coupled_by_prices(instance) and words.keys() != {Policy.CAPACITY}:
        # Over two lanes at once: see `is_coupled_in_parts`.
        return ", ".join([*words.values(), "freight between airports overseas"])
    found = [one for policy, one in words.items() if policy in LEG_LIMITS]
    if instance.problem.allocation is not Allocation.SINGLE:
        return ", ".join(found) or None
    capacity, commodities = instance.policies.capacity, instance.commodities
    if capacity is not None and capacity.counts is CapacityCounts.HANDLED:
        found.append("capacity that counts handled freight")
    abroad = instance.is_overseas[np.stack((commodities.origin, commodities.destination))].sum()
    if capacity is not None and abroad:
        # It may be divided over gates that are full.
        found.append("capacity and freight overseas under single allocation")
    elif abroad > _MOST_ENDS_ABROAD:
        found.append(f"more than {_MOST_ENDS_ABROAD:,} flows overseas under single allocation")
    return ", ".join(found) or None


_STATED = HUB_POLICIES | LEG_LIMITS | {Policy.CAPACITY}

RECORD = EngineRecord(
    "decomposition",
    "hubs in a master problem or a branching, freight in an oracle",
    Decomposition,
    (
        # Of the policies on legs only the price: `_refusal` excludes the limits.
        States((Problem(route_hubs=2), Problem(route_hubs=1)), _STATED | _IN_PARTS | {Policy.DEADLINE}),
        States((Problem(allocation=Allocation.SINGLE, route_hubs=2),), _STATED | {Policy.DEADLINE}),
    ),
    _suits,
    _refusal,
    takes=lambda instance, search: True,
)
