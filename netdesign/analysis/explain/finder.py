"""Look for any plan of an instance: by a relaxation without vehicles first, which costs a fraction of a search."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from netdesign.analysis.explain.every_site import has_unkept_limit
from netdesign.analysis.explain.likely_hubs import likely_sets
from netdesign.analysis.stating_model import stating_model
from netdesign.analysis.within_limits import solved_in_time
from netdesign.errors import DisagreementError, InstanceError, SolverError, UsageError
from netdesign.instance.blocks import Allocation
from netdesign.instance.options import fix_hubs
from netdesign.network.operated import by_fullest_vehicles, with_least_waits
from netdesign.network.services import LEGS
from netdesign.solve.auto import make_engine
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.limits import Watch
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.outcome import Solution

WIDEST_GAP = 1e9
"""A gap at which a search ends with its first plan: only feasibility matters."""

_FEW_SITES, _SHORT_S = 10, 5.0
"""Number of sites up to which all sets are looked through, and seconds that each likely set of more may take."""


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


class PlanFinder:
    """Looks for plans of one instance under other policies.

    A relaxation leaves out vehicles: a tonne emits its share of a full one and waits as little as can be, and each
    commodity takes its own routes. Where it has no plan, the instance has none. Where it has one, its hubs are tried
    with vehicles and whole cities before all sets of hubs are.

    Parameters
    ----------
    question
        The problem; its legs hold for all policies.
    is_relaxed
        Whether relaxations are looked at; else only the engine of the question answers.
    """

    def __init__(self, question: Question, *, is_relaxed: bool = True) -> None:
        self._question, self._is_direct = question, not is_relaxed
        instance = question.instance
        is_free = instance.services is None and instance.problem.allocation is Allocation.MULTIPLE
        self._is_relaxed = is_relaxed and not is_free
        self._legs = question.network if is_free else least_legs(instance, question.network)

    @property
    def question(self) -> Question:
        """The problem."""
        return self._question

    @property
    def is_over(self) -> bool:
        """Whether the searches have to end."""
        return self._question.watch.is_over

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
        if not self._is_direct and has_unkept_limit(instance, self._legs):
            return PlanFound(False)
        if not self._is_direct and _permits_any_number(instance):
            # Their sets are too many to be looked through soon, and some are likely to do.
            plan = self._likely(instance, task)
            if plan is not None:
                return PlanFound(True, plan)
        if self._is_relaxed:
            begun = self.solved(self.relaxed(instance), task)
            if begun is not None and _has_none(begun):
                return PlanFound(False)
            if begun is not None and begun.plan is not None:
                fixed = self._over(instance, begun.plan, task)
                if fixed is not None:
                    return PlanFound(True, fixed)
        found = self.solved(self._question.with_instance(instance), task)
        if found is None:
            return PlanFound(None)
        if found.plan is not None:
            return PlanFound(True, found.plan)
        return PlanFound(False) if _has_none(found) else PlanFound(None)

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

    def solved(
        self, question: Question, task: str, gap: float = WIDEST_GAP, limit_s: float | None = None
    ) -> Solution | None:
        """Return the solution of a question, after so many seconds; None where no engine states it or HiGHS fails."""
        watch = self._question.watch
        limits = replace(watch.limits, relative_gap=gap)
        if limit_s is not None:
            limits = replace(limits, time_limit_s=watch.elapsed_s + min(limit_s, watch.remaining_s))
        asked = replace(question, watch=Watch(limits, watch.stopped, watch.started))
        try:
            return solved_in_time(asked, lambda: make_engine(asked), SearchScope(task=task))
        except DisagreementError:
            raise
        except (UsageError, SolverError):
            return None

    def _likely(self, instance: Instance, task: str) -> Plan | None:
        """Return a plan over a likely set of hubs; None where none is found."""
        for hubs in likely_sets(instance, self._legs):
            try:
                fixed = fix_hubs(instance, hubs)
            except (UsageError, InstanceError):
                continue
            begun = self.solved(self.relaxed(fixed), task, limit_s=_SHORT_S)
            if begun is None or begun.plan is None:
                continue
            found = self.solved(self._question.with_instance(fixed), task, limit_s=_SHORT_S)
            if found is not None and found.plan is not None:
                return found.plan
        return None

    def _over(self, instance: Instance, plan: Plan, task: str) -> Plan | None:
        """Return a plan over the hubs of another one; None where none is found."""
        try:
            fixed = fix_hubs(instance, plan.open_hubs)
        except (UsageError, InstanceError):
            return None
        found = self.solved(self._question.with_instance(fixed), task)
        return None if found is None else found.plan


def _permits_any_number(instance: Instance) -> bool:
    policies = instance.policies
    return policies.hub_count is None and policies.new_hubs is None and len(instance.allowed) > _FEW_SITES


def _has_none(found: Solution) -> bool:
    return found.plan is None and not found.termination.is_limit


def least_legs(instance: Instance, network: Network) -> Network:
    """Return legs on which a tonne emits its share of a full vehicle, and waits as if departures were most frequent."""
    full, fast = by_fullest_vehicles(instance, network), with_least_waits(network)
    return replace(full, **{name: replace(getattr(full, name), time_h=getattr(fast, name).time_h) for name in LEGS})
