"""Violations of a plan by its hub links, from the plan and the instance alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import Policy
from netdesign.instance.policies.hub_links import LEAST_OF_A_RING, LinkShape
from netdesign.instance.policies.violations import TOLERANCE, Violation, apart
from netdesign.instance.services import LegKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    import networkx as nx

    from netdesign.instance import Instance
    from netdesign.instance.policies.hub_links import HubLinkRules
    from netdesign.plan import Plan


def hub_link_violations(instance: Instance, plan: Plan) -> Iterator[Violation]:
    """Yield what is wrong with the links of a plan, and with the routes over them.

    Parameters
    ----------
    instance, plan
        The problem with its policies in force, and the plan.
    """
    if not instance.chooses_links:
        if plan.links or any(plan.between):
            yield Violation(Policy.HUB_LINKS, "network", "the plan chooses hub links, and all hubs are joined")
        return
    yield from _choice(instance, plan)
    yield from _routes(instance, plan)
    yield from _departures(instance, plan)
    yield from _loads(instance, plan)
    rules = instance.policies.hub_links
    if rules is not None:
        yield from _rules(rules, plan)


def _choice(instance: Instance, plan: Plan) -> Iterator[Violation]:
    permitted, is_open = {link.ends for link in instance.permitted_links}, set(plan.open_hubs)
    for ends, number in Counter(plan.links).items():
        name = " to ".join(ends)
        if number > 1:
            yield Violation(Policy.HUB_LINKS, name, f"is chosen {number} times")
        if ends not in permitted:
            yield Violation(Policy.HUB_LINKS, name, "may not be chosen")
        for closed in sorted(set(ends) - is_open):
            yield Violation(Policy.HUB_LINKS, name, f"is chosen, and {closed} is not open")


def _routes(instance: Instance, plan: Plan) -> Iterator[Violation]:
    """Yield steps without a link, hubs on the way that are not open, and routes over too many links."""
    steps, names, is_open = plan.steps, [site.id for site in instance.sites], set(plan.open_hubs)
    used = {(int(start), int(end)) for start, end in zip(steps.start, steps.end, strict=True)}
    chosen = {frozenset(ends) for ends in plan.links}
    for start, end in sorted(used):
        if frozenset((names[start], names[end])) not in chosen:
            message = "freight is routed from hub to hub, and no link is chosen there"
            yield Violation("routing", f"{names[start]} to {names[end]}", message)
    for position in sorted({hub for passed in plan.between for hub in passed}):
        if names[position] not in is_open:
            yield Violation("routing", names[position], "freight is routed over this hub, which is not open")
    rules = instance.policies.hub_links
    most = rules.most_on_a_route if rules is not None else None
    if most is not None:
        passed = np.bincount(steps.route, minlength=plan.routes)
        for row in np.flatnonzero(passed > most).tolist():
            ends = (instance.commodities.origin, instance.commodities.destination)
            name = " to ".join(instance.nodes[end[plan.commodity[row]]].id for end in ends)
            allowed = "1 is" if most == 1 else f"{most} are"
            yield Violation(Policy.HUB_LINKS, name, f"passes {passed[row]} links; {allowed} allowed")


def _departures(instance: Instance, plan: Plan) -> Iterator[Violation]:
    """Yield legs between hubs with departures and no link."""
    chosen = {frozenset(ends) for ends in plan.links}
    for service in plan.services:
        start, end = instance.nodes[service.origin].id, instance.nodes[service.destination].id
        if service.kind is LegKind.INTER_HUB and frozenset((start, end)) not in chosen:
            yield Violation(Policy.HUB_LINKS, f"{start} to {end}", "has departures, and no link is chosen there")


def _loads(instance: Instance, plan: Plan) -> Iterator[Violation]:
    capacity = {link.ends: link.capacity for link in instance.hub_links}
    steps, names = plan.steps, [site.id for site in instance.sites]
    volume: Counter[tuple[str, str]] = Counter()
    for start, end, tonnes in zip(steps.start, steps.end, plan.volume[steps.route].tolist(), strict=True):
        volume[names[start], names[end]] += tonnes
    for (start, end), tonnes in sorted(volume.items()):
        most = capacity.get((start, end), capacity.get((end, start), np.inf))
        if tonnes > most * (1 + TOLERANCE):
            message = "carries {} t/year; its capacity is {}".format(*apart(tonnes, most))
            yield Violation(Policy.HUB_LINKS, f"{start} to {end}", message)


def _rules(rules: HubLinkRules, plan: Plan) -> Iterator[Violation]:
    import networkx as nx  # it takes as long to load as a small instance to solve

    chosen = {frozenset(ends) for ends in plan.links}
    for pair in rules.required:
        if frozenset(pair) not in chosen:
            yield Violation(Policy.HUB_LINKS, " to ".join(pair), "is required, and the plan does not choose it")
    least, most = rules.min or 0, len(plan.links) if rules.max is None else rules.max
    if not least <= len(plan.links) <= most:
        allowed = f"at least {least}" if rules.max is None else f"{least} to {most}"
        yield Violation(Policy.HUB_LINKS, "network", f"{len(plan.links)} links are chosen; {allowed} are allowed")
    graph = nx.Graph(plan.links)
    graph.add_nodes_from(plan.open_hubs)
    # A network whose only hub is out has none, and nothing to join.
    if rules.is_connected and plan.open_hubs and not nx.is_connected(graph):
        yield Violation(Policy.HUB_LINKS, "network", "its hubs are not all joined by links")
    if rules.shape is not None and not _has_shape(graph, rules.shape):
        yield Violation(Policy.HUB_LINKS, "network", f"its links are no {rules.shape}")


def _has_shape(graph: nx.Graph[str], shape: LinkShape) -> bool:
    hubs, links = graph.number_of_nodes(), graph.number_of_edges()
    joined = [degree for _, degree in graph.degree]
    match shape:
        case LinkShape.TREE:
            return links == hubs - 1
        case LinkShape.LINE:
            return links == hubs - 1 and max(joined) <= 2
        case LinkShape.RING:
            return hubs >= LEAST_OF_A_RING and all(degree == 2 for degree in joined)
