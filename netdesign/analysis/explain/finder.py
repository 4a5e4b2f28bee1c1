"""Look for any plan of an instance: by a relaxation without vehicles first, which costs a fraction of a search."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from netdesign.analysis.explain.amount_searches import AMOUNT_S, MODEL, QUICK_S, AmountSearches
from netdesign.analysis.explain.amounts import amount_of, emitted_by_vehicles
from netdesign.analysis.explain.departures import plans_with_departures
from netdesign.analysis.explain.every_site import has_unkept_limit
from netdesign.analysis.explain.free import free_question
from netdesign.analysis.explain.freight_figures import carbon_figures, service_figures
from netdesign.analysis.explain.likely_hubs import likely_sets
from netdesign.analysis.explain.out_of_reach import (
    FEW_SETS,
    ROUNDING,
    least_legs,
    sets_in_reach,
    with_sites_in_reach,
    without_coupling,
)
from netdesign.analysis.stating_model import stating_model
from netdesign.errors import InstanceError, UsageError
from netdesign.evaluate import evaluate
from netdesign.instance.blocks import Allocation, Objective
from netdesign.instance.options import fix_hubs
from netdesign.solve.core.engine import EVERYTHING
from netdesign.solve.core.hub_rules import number_of_sets
from netdesign.solve.core.limits import Watch
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from netdesign.analysis.explain.out_of_reach import Ranking
    from netdesign.instance import Instance
    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.outcome import Solution

_FEW_HUBS = 10
"""Number of hubs up to which no likely set is tried before."""

_SHORT_S = 5.0
"""Seconds of a search over one set of hubs."""


class PlanFound(NamedTuple):
    """Whether an instance has a plan.

    Parameters
    ----------
    has_plan
        None where the searches were stopped first.
    plan
        The plan, where there is one.
    """

    has_plan: bool | None
    plan: Plan | None = None


class PlanFinder(AmountSearches):
    """Looks for plans of one instance under other policies.

    A relaxation leaves out vehicles: a tonne emits its share of a full one and waits as little as can be, and each
    commodity takes its own routes. Where it has no plan, the instance has none. Where it has one, its hubs are tried
    with whole cities, and then as many departures as may leave or as few as are needed, before all sets of hubs are.

    Parameters
    ----------
    question
        The problem; its legs hold for all policies.
    is_relaxed
        Whether relaxations are looked at; else only the engine of the question answers.
    known, ranking
        Least amounts, and prices of sets, that are known.
    """

    def __init__(
        self,
        question: Question,
        *,
        is_relaxed: bool = True,
        known: dict[object, Solution] | None = None,
        ranking: Ranking | None = None,
    ) -> None:
        super().__init__(question, {} if known is None else known)
        self._is_direct = not is_relaxed
        instance = question.instance
        is_free = instance.services is None and instance.problem.allocation is Allocation.MULTIPLE
        self._is_relaxed = is_relaxed and not is_free
        self._ranking: Ranking = {} if ranking is None else ranking
        self._legs = question.network if is_free else least_legs(instance, question.network)

    def within(self, seconds: float) -> PlanFinder:
        """Return the same finder with so many seconds at most."""
        watch = self._question.watch
        limits = replace(watch.limits, time_limit_s=watch.elapsed_s + min(seconds, watch.remaining_s))
        question = replace(self._question, watch=Watch(limits, watch.stopped, watch.started))
        return PlanFinder(question, is_relaxed=not self._is_direct, known=self._known, ranking=self._ranking)

    def find(self, instance: Instance, task: str) -> PlanFound:
        """Look for a plan of an instance.

        Parameters
        ----------
        instance
            That of the question, under other policies.
        task
            Name of the search for the progress line.
        """
        if self.is_over:
            return PlanFound(None)
        if not self._is_direct:
            if has_unkept_limit(instance, self._legs) or self._is_out_of_reach(instance):
                return PlanFound(False)
            # The hubs that must open need no search; and where sets are too many for one, some are likely to do.
            plan = self._over_required(instance, task)
            if plan is None and _permits_many(instance):
                plan = self._likely(instance, task)
            if plan is None and self._is_relaxed:
                begun = self._decided(self.relaxed(instance), task)
                if begun.has_plan is False:
                    return begun
                plan = None if begun.plan is None else self.over(instance, used_hubs(instance, begun.plan), task)
            if plan is not None:
                return PlanFound(True, plan)
        question = self._question.with_instance(instance)
        if self._is_direct:
            return _found(self.solved(question, task))
        found = self._by_emissions(instance, task)
        if found.has_plan is not None:
            return found
        return _found(self.solved(with_sites_in_reach(question), task, limit_s=self.last_s))

    def _is_out_of_reach(self, instance: Instance) -> bool:
        """Return whether no set of hubs keeps a share or a cap of an instance, whatever else is left out."""
        question = replace(self._question.with_instance(instance), network=self._legs)
        return sets_in_reach(question, known=self._ranking) == []

    def _over_required(self, instance: Instance, task: str) -> Plan | None:
        """Return a plan over the hubs that must open; None where these are not enough, or none is found soon."""
        is_enough = instance.number_of_hubs(instance.required) >= max(1, instance.hub_range[0])
        hubs = tuple(name for name in instance.allowed if name in instance.required)
        return self.over(instance, hubs, task) if is_enough and not instance.has_centres else None

    def over(self, instance: Instance, hubs: tuple[str, ...], task: str) -> Plan | None:
        """Return a plan over some hubs; None where none is found soon."""
        try:
            fixed = fix_hubs(instance, hubs)
        except (UsageError, InstanceError):
            return None
        if instance.services is not None and self._is_relaxed:
            routed = self._decided(self.as_if_fastest(fixed), task, _SHORT_S)
            plan = None if routed.plan is None else self.with_departures(instance, routed.plan)
            if routed.plan is None or plan is not None:
                return plan
        found = self.solved(self._question.with_instance(fixed), task, limit_s=_SHORT_S)
        return None if found is None else found.plan

    def with_departures(self, instance: Instance, plan: Plan) -> Plan | None:
        """Return a permitted plan on the routes of one without departures; None where neither most nor fewest do."""
        network = self._question.network
        plans = plans_with_departures(instance, network, plan) if instance.services is not None else iter([plan])
        return next((one for one in plans if not evaluate(instance, network, one).violations), None)

    def as_if_fastest(self, instance: Instance) -> Question:
        """Return the question without vehicles, but with one hub a city where that is asked."""
        linear = instance.replace(services=None)
        model = cache(partial(stating_model, linear))
        return replace(self._question, instance=linear, network=self._legs, asked=AUTO, model=model)

    def alone(self, instance: Instance) -> Question:
        """Return the question in which nothing is asked of freight, which every plan of the instance answers."""
        return without_coupling(replace(self._question.with_instance(instance), network=self._legs))

    def _decided(self, question: Question, task: str, limit_s: float = math.inf) -> PlanFound:
        """Return whether a question without vehicles has a plan.

        What is late as the only cost comes first where a share is asked: HiGHS proves the largest one for many sets.
        """
        instance = question.instance
        if instance.problem.objective is Objective.COST:
            found = self._by_share(question, task, limit_s)
            if found is None and number_of_sets(instance, EVERYTHING) <= FEW_SETS:
                found = _found(self.solved(question, task, limit_s=QUICK_S))
            if found is not None and found.has_plan is not None:
                return found
        return self._without_prices(question, task, limit_s)

    def _without_prices(self, question: Question, task: str, limit_s: float) -> PlanFound:
        """Return whether a question without vehicles has a plan, by HiGHS.

        Costs mislead a search for any plan, and where lanes have minima their patterns are too many for bounds on costs
        of more than a few hubs. Other objectives stay as they are.
        """
        if question.instance.problem.objective is Objective.COST:
            question = replace(free_question(question), asked=MODEL)
        return _found(self.solved(question, task, limit_s=min(limit_s, self.last_s)))

    def _by_share(self, question: Question, task: str, limit_s: float) -> PlanFound | None:
        """Return whether a question has a plan by the largest share inside the deadline; None where none is asked."""
        share = next(service_figures(question.instance), None)
        if share is None or not share.asked:
            return None
        amount = amount_of(question.with_instance(share.without(question.instance)), share)
        least = None if amount is None else self.least(amount.question, task, min(limit_s, AMOUNT_S))
        if amount is None or least is None:
            return None
        if amount.value(least.bound) < share.asked - ROUNDING:
            return PlanFound(False)
        if least.plan is not None and least.objective is not None and amount.value(least.objective) >= share.asked:
            return PlanFound(True, least.plan)
        return PlanFound(None)

    def _by_emissions(self, instance: Instance, task: str) -> PlanFound:
        """Return whether an instance has a plan by the least that vehicles emit; unknown where no cap is asked.

        A search for the cheapest plan looks at cheap sets of hubs first, which emit the more.
        """
        cap = next(carbon_figures(instance), None)
        if cap is None or not cap.asked:
            return PlanFound(None)
        question = emitted_by_vehicles(self._question.with_instance(cap.without(instance)), cap)
        least = None if question is None else self.least_emitted(question, cap, task)
        if least is None:
            return PlanFound(None)
        if least.bound > cap.asked * (1.0 + ROUNDING):
            return PlanFound(False)
        is_kept = least.plan is not None and not evaluate(instance, self._question.network, least.plan).violations
        return PlanFound(True, least.plan) if is_kept else PlanFound(None)

    def relaxed(self, instance: Instance) -> Question:
        """Return the question without vehicles and with free allocation, which every plan of the instance answers.

        Where there are none, it is the question itself.
        """
        if not self._is_relaxed:
            return self._question.with_instance(instance)
        problem = instance.problem.model_copy(update={"allocation": Allocation.MULTIPLE})
        linear = instance.replace(services=None, problem=problem)
        model = cache(partial(stating_model, linear))
        return replace(self._question, instance=linear, network=self._legs, asked=AUTO, model=model)

    def _likely(self, instance: Instance, task: str) -> Plan | None:
        """Return a plan over a likely set of hubs; None where none is found."""
        for hubs in likely_sets(instance, self._legs):
            try:
                fixed = fix_hubs(instance, hubs)
            except (UsageError, InstanceError):
                continue
            begun = self._without_prices(self.relaxed(fixed), task, QUICK_S)
            plan = None if begun.plan is None else self.over(instance, hubs, task)
            if plan is not None:
                return plan
        return None


def used_hubs(instance: Instance, plan: Plan) -> tuple[str, ...]:
    """Return the hubs of a plan that freight passes or that must open; all of them where that are too few."""
    sites, certain = instance.sites, instance.required
    between = (place for hubs in plan.between for place in hubs)
    passed = {sites[place].id for place in (*plan.first_hub.tolist(), *plan.last_hub.tolist(), *between)}
    left = tuple(name for name in plan.open_hubs if name in passed or name in certain)
    is_enough = instance.number_of_hubs(left) >= instance.hub_range[0] and instance.policies.sorting_centres is None
    return left if is_enough else plan.open_hubs


def _permits_many(instance: Instance) -> bool:
    return instance.hub_range[1] > _FEW_HUBS


def _found(solution: Solution | None) -> PlanFound:
    if solution is None:
        return PlanFound(None)
    if solution.plan is not None:
        return PlanFound(True, solution.plan)
    return PlanFound(None if solution.termination.is_limit else False)
