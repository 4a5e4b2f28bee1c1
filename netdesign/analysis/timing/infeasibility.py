"""Find a minimal set of policies that permits no plan, by a deletion filter."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from netdesign.analysis.explain.amount_searches import WIDEST_GAP
from netdesign.analysis.explain.clashes import Clashes, Found, Rule
from netdesign.analysis.explain.rules import no_longer_required
from netdesign.instance.blocks import DeadlineKind
from netdesign.instance.policies import FREIGHT, Policy
from netdesign.instance.stages import Risk
from netdesign.network.routes import hard_deadline
from netdesign.solve.auto import solve_auxiliary
from netdesign.solve.core.limits import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.instance import Instance
    from netdesign.instance.policies import FreightPolicy, Policies
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.question import StagedQuestion


def clashing_policies(question: StagedQuestion) -> tuple[str, ...]:
    """Return a minimal set of policies that permits no plan.

    Capacity alone is returned where there is no plan without all others either. Nothing is returned where time runs
    out first.
    """
    rules = rules_in_force(question.staged)

    def find(kept: frozenset[str]) -> Found:
        return Found(_has_plan(question, [rule for rule in rules if rule.name not in kept]))

    without_all = find(frozenset()).has_plan
    if not without_all:
        return () if without_all is None else (Policy.CAPACITY.value,)
    names = tuple(rule.name for rule in rules)
    clash, is_least = Clashes(names, find).least_in(frozenset(names))
    return tuple(name for name in names if name in clash) if is_least else ()


def rules_in_force(staged: StagedInstance) -> tuple[Rule[StagedInstance], ...]:
    """Return the policies that can rule out a plan, the easiest to give up last."""
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
        "required": (bool(policies.required), _without_required),
        "exclusive": (bool(policies.exclusive), _without_policy(exclusive=())),
        "deadline": (bool(hard_deadline(staged.base).any()), _without_hard_deadlines),
        **freight,
        "minimum_throughput": (hard, _without_policy(minimum_throughput=None)),
        "fixed_cost_cap": (
            policies.fixed_cost_cap_eur_per_year is not None,
            _without_policy(fixed_cost_cap_eur_per_year=None),
        ),
        str(policies.hub_number): (policies.hub_number is not None, _without_policy(hub_count=None, new_hubs=None)),
        str(Policy.HUB_LINKS): (_restricts_links(staged.base), _without_link_rules),
        "peak": (any(peak.overflow_eur_per_t is None for peak in stages.peaks), _without_stage(peaks=())),
        "largest_area": (stages.largest_area_m2 is not None, _without_stage(largest_area_m2=None)),
        "capital_budget": (stages.capital_budget is not None, _without_stage(capital_budget=None)),
    }
    return tuple(Rule(name, without) for name, (is_stated, without) in stated.items() if is_stated)


def forbidding_policies(staged: StagedInstance) -> list[str]:
    """Return the policies in force that can rule out every plan; one with a price cannot."""
    return sorted({Policy.CAPACITY.value, *(rule.name for rule in rules_in_force(staged))})


def _without_hard_deadlines(staged: StagedInstance) -> StagedInstance:
    def changed(instance: Instance) -> Instance:
        streams = (replace(stream, deadline=DeadlineKind.PRICED) for stream in instance.streams)
        return instance.replace(streams=tuple(streams))

    return _changed(staged, changed)


def _without_required(staged: StagedInstance) -> StagedInstance:
    return _changed(staged, partial(no_longer_required, names=staged.base.policies.required))


def _restricts_links(instance: Instance) -> bool:
    rules = instance.policies.hub_links
    is_limited = any(math.isfinite(link.capacity) for link in instance.hub_links)
    return is_limited or (rules is not None and rules != rules.free)


def _without_link_rules(staged: StagedInstance) -> StagedInstance:
    """Return the problem in which any links may be ordered, and each carries whatever comes; a route passes one."""

    def changed(instance: Instance) -> Instance:
        rules = instance.policies.hub_links
        policies = instance.policies.model_copy(update={"hub_links": None if rules is None else rules.free})
        links = tuple(replace(link, capacity=math.inf) for link in instance.hub_links)
        return instance.replace(policies=policies, hub_links=links)

    return _changed(staged, changed)


def _without_policy(**changes: object) -> Callable[[StagedInstance], StagedInstance]:
    return lambda staged: _with_policies(staged, lambda policies: policies.model_copy(update=changes))


def _without_freight(policy: FreightPolicy) -> Callable[[StagedInstance], StagedInstance]:
    return lambda staged: _with_policies(staged, policy.without)


def _with_policies(staged: StagedInstance, changed: Callable[[Policies], Policies]) -> StagedInstance:
    return _changed(staged, lambda instance: instance.replace(policies=changed(instance.policies)))


def _changed(staged: StagedInstance, changed: Callable[[Instance], Instance]) -> StagedInstance:
    """Return the staged instance with its base, and that of each node, changed."""
    nodes = tuple(replace(node, instance=changed(node.instance)) for node in staged.nodes)
    return replace(staged, base=changed(staged.base), nodes=nodes)


def _without_stage(**changes: object) -> Callable[[StagedInstance], StagedInstance]:
    return lambda staged: replace(staged, stages=staged.stages.model_copy(update=changes))


def _has_plan(question: StagedQuestion, left_out: Sequence[Rule[StagedInstance]]) -> bool | None:
    """Return whether there is a plan without some policies; None where time runs out first."""
    staged = question.staged
    for rule in left_out:
        staged = rule.without(staged)
    # Feasibility does not depend on the objective.
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
