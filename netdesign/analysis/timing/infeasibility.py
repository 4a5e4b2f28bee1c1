"""Why is no plan permitted: the policies that cannot be kept together, found by leaving them out in turn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netdesign.instance.blocks import DeadlineKind
from netdesign.instance.policies import FREIGHT, Policy
from netdesign.instance.stages import Risk
from netdesign.network.routes import hard_deadline
from netdesign.solve.core.limits import Watch
from netdesign.solve.multistage.auto import solve_auxiliary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.instance import Instance
    from netdesign.instance.policies import FreightPolicy, Policies
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.question import StagedQuestion

WIDEST_GAP = 1e9
"""Gap at which the first plan will do: only whether there is one is asked."""


@dataclass(frozen=True)
class Rule:
    """A policy that may be left out.

    Parameters
    ----------
    name
        As the instance has it.
    without
        Returns the staged instance without it.
    """

    name: str
    without: Callable[[StagedInstance], StagedInstance]


def clashing_policies(question: StagedQuestion) -> tuple[str, ...]:
    """Return policies that together permit no plan, while without any one of them the others do.

    Each policy in turn is left out for good if there is no plan without it either (a deletion filter). Capacity alone
    is to blame where leaving out everything else does not help. Nothing is returned where time runs out first.

    Parameters
    ----------
    question
        One that has no plan.
    """
    rules = rules_in_force(question.staged)
    without_all = _has_plan(question, rules)
    if not without_all:
        return () if without_all is None else (Policy.CAPACITY.value,)
    left_out: list[Rule] = []
    for rule in rules:
        answer = _has_plan(question, [*left_out, rule])
        if answer is None:
            return ()
        if not answer:
            left_out.append(rule)
    return tuple(rule.name for rule in rules if rule not in left_out)


def rules_in_force(staged: StagedInstance) -> tuple[Rule, ...]:
    """Return the policies that can rule a plan out, what is easiest to give up last."""
    policies, stages = staged.base.policies, staged.stages
    minima = staged.nodes[0].instance.policies.minimum_throughput
    hard = minima is not None and any(hub.shortfall_eur_per_t is None for hub in minima.hubs)
    freight = {
        str(policy.NAME): (policy.can_forbid(policies), _without_freight(policy))
        for policy in FREIGHT
        if policy.NAME not in (Policy.CAPACITY, Policy.MINIMUM_THROUGHPUT)
    }
    stated = {
        "forbidden": (bool(policies.forbidden), _without_policy(forbidden=())),
        "required": (bool(policies.required), _without_policy(required=())),
        "exclusive": (bool(policies.exclusive), _without_policy(exclusive=())),
        "deadline": (bool(hard_deadline(staged.base).any()), _without_hard_deadlines),
        **freight,
        "minimum_throughput": (hard, _without_policy(minimum_throughput=None)),
        "fixed_cost_cap": (
            policies.fixed_cost_cap_eur_per_year is not None,
            _without_policy(fixed_cost_cap_eur_per_year=None),
        ),
        "hub_count": (
            policies.hub_count is not None or policies.new_hubs is not None,
            _without_policy(hub_count=None, new_hubs=None),
        ),
        "peak": (any(peak.overflow_eur_per_t is None for peak in stages.peaks), _without_stage(peaks=())),
        "largest_area": (stages.largest_area_m2 is not None, _without_stage(largest_area_m2=None)),
        "capital_budget": (stages.capital_budget is not None, _without_stage(capital_budget=None)),
    }
    return tuple(Rule(name, without) for name, (is_stated, without) in stated.items() if is_stated)


def forbidding_policies(staged: StagedInstance) -> list[str]:
    """Return, in order, the policies in force that can leave no plan permitted; what has a price cannot."""
    return sorted({Policy.CAPACITY.value, *(rule.name for rule in rules_in_force(staged))})


def _without_hard_deadlines(staged: StagedInstance) -> StagedInstance:
    def changed(instance: Instance) -> Instance:
        streams = (replace(stream, deadline=DeadlineKind.PRICED) for stream in instance.streams)
        return instance.replace(streams=tuple(streams))

    nodes = tuple(replace(node, instance=changed(node.instance)) for node in staged.nodes)
    return replace(staged, base=changed(staged.base), nodes=nodes)


def _without_policy(**changes: object) -> Callable[[StagedInstance], StagedInstance]:
    return lambda staged: _with_policies(staged, lambda policies: policies.model_copy(update=changes))


def _without_freight(policy: FreightPolicy) -> Callable[[StagedInstance], StagedInstance]:
    return lambda staged: _with_policies(staged, policy.without)


def _with_policies(staged: StagedInstance, changed: Callable[[Policies], Policies]) -> StagedInstance:
    nodes = tuple(
        replace(node, instance=node.instance.replace(policies=changed(node.instance.policies))) for node in staged.nodes
    )
    return replace(staged, base=staged.base.replace(policies=changed(staged.base.policies)), nodes=nodes)


def _without_stage(**changes: object) -> Callable[[StagedInstance], StagedInstance]:
    return lambda staged: replace(staged, stages=staged.stages.model_copy(update=changes))


def _has_plan(question: StagedQuestion, left_out: Sequence[Rule]) -> bool | None:
    """Return whether there is a plan without some policies; None where time ran out first."""
    staged = question.staged
    for rule in left_out:
        staged = rule.without(staged)
    # Whether there is a plan does not depend on what it is worth.
    staged = replace(staged, stages=staged.stages.model_copy(update={"risk": Risk()}))
    names = ", ".join(rule.name for rule in left_out)
    watch = question.watch
    easy = Watch(replace(watch.limits, relative_gap=WIDEST_GAP), watch.stopped, watch.started)
    asked = replace(question.about(staged, question.networks, f"without {names}"), watch=easy)
    if watch.is_over:
        return None
    found = solve_auxiliary(asked)
    if found.plan is not None:
        return True
    return None if found.termination.is_limit else False
