"""The policies of an instance of one year that can permit no plan, each with what is left where it is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.explain.clashes import Rule
from netdesign.formulation.protocol import forbidding_policies
from netdesign.instance.blocks import DeadlineKind, Objective
from netdesign.instance.policies import FREIGHT, Policy, of_whole_routes
from netdesign.instance.policies.hub_links import HubLinkRules
from netdesign.instance.rows import SiteStatus
from netdesign.network.routes import hard_deadline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netdesign.instance import Instance
    from netdesign.instance.parts import Site
    from netdesign.instance.policies import FreightPolicy

LONGEST_H = 1e6
"""Hours that no route takes."""


def rules_in_force(instance: Instance) -> tuple[Rule[Instance], ...]:
    """Return the policies that can permit no plan, the easiest to give up last; a price never forbids."""
    freight = {str(policy.NAME): _without_freight(policy) for policy in FREIGHT}
    by_name: dict[str, Callable[[Instance], Instance]] = {
        Policy.FORBIDDEN: _without(forbidden=()),
        Policy.REQUIRED: lambda instance: no_longer_required(instance, instance.policies.required),
        Policy.EXCLUSIVE: _without(exclusive=()),
        Policy.SORTING_CENTRES: _without(sorting_centres=None),
        Policy.DEADLINE: without_hard_deadlines,
        **freight,
        Policy.HUB_LINKS: without_link_rules,
        Policy.FIXED_COST_CAP: _without(fixed_cost_cap_eur_per_year=None),
        rule_of(Policy.HUB_COUNT, instance): _without(hub_count=None, new_hubs=None),
    }
    stated = set(forbidding_policies(instance))
    if instance.policies.hub_number is not None:
        # It may forbid a number once another policy is left out.
        stated.add(instance.policies.hub_number)
    if np.isfinite(instance.deadline_h[hard_deadline(instance)]).any():
        stated.add(Policy.DEADLINE)
    return tuple(Rule(str(name), without) for name, without in by_name.items() if name in stated)


def rule_of(policy: str, instance: Instance) -> str:
    """Return the name of the rule of a policy: that on the number of hubs has its key."""
    return instance.policies.hub_number or policy if policy == Policy.HUB_COUNT else policy


def with_rules(instance: Instance, rules: tuple[Rule[Instance], ...], kept: frozenset[str]) -> Instance:
    """Return the instance with some of its rules, and the others left out."""
    for rule in rules:
        if rule.name not in kept:
            instance = rule.without(instance)
    return instance


def no_longer_required(instance: Instance, names: Iterable[str]) -> Instance:
    """Return the instance in which some required sites need not open, but still may.

    To require a site that is closed also permits it: if it were shut again, leaving out a policy could lose a plan.
    """
    free, policies = set(names), instance.policies

    def may_open(site: Site) -> Site:
        status = SiteStatus.CANDIDATE if site.status is SiteStatus.CLOSED else site.status
        return replace(site, status=status, below_threshold=False)

    sites = (may_open(site) if site.id in free else site for site in instance.sites)
    required = tuple(name for name in policies.required if name not in free)
    return instance.replace(sites=tuple(sites), policies=policies.model_copy(update={"required": required}))


def without_hard_deadlines(instance: Instance) -> Instance:
    """Return the instance in which freight may be late; where the fewest hubs are sought, every deadline is hard."""
    if instance.problem.objective is Objective.HUB_NUMBER:
        streams = (replace(stream, deadline_h=stream.deadline_h and LONGEST_H) for stream in instance.streams)
    else:
        streams = (replace(stream, deadline=DeadlineKind.PRICED) for stream in instance.streams)
    return instance.replace(streams=tuple(streams))


def without_link_rules(instance: Instance) -> Instance:
    """Return the instance in which any links may be chosen, and each carries whatever comes.

    Beside what is of whole routes, these pass one link at most, whatever is left out.
    """
    links = tuple(replace(link, capacity=np.inf) for link in instance.hub_links)
    kept = HubLinkRules(most_on_a_route=1) if of_whole_routes(instance) else None
    return _without(hub_links=kept)(instance.replace(hub_links=links))


def _without(**changes: object) -> Callable[[Instance], Instance]:
    return lambda instance: instance.replace(policies=instance.policies.model_copy(update=changes))


def _without_freight(policy: FreightPolicy) -> Callable[[Instance], Instance]:
    return lambda instance: instance.replace(policies=policy.without(instance.policies))
