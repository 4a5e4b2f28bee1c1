"""Violations of a plan by policy, each with the value found and the value allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.hub_links import hub_link_violations
from netdesign.instance.blocks import Allocation
from netdesign.instance.policies import FREIGHT, Policy
from netdesign.instance.policies.violations import TOLERANCE as TOLERANCE
from netdesign.instance.policies.violations import Violation as Violation
from netdesign.instance.policies.violations import apart as apart
from netdesign.network.routes import hard_deadline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.policies.violations import Measured
    from netdesign.network import RouteCosts
    from netdesign.plan import Plan


def find_violations(
    instance: Instance, plan: Plan, routes: RouteCosts, exists: NDArray[np.bool_], found: Measured
) -> tuple[Violation, ...]:
    """List all violations of a plan.

    Parameters
    ----------
    instance, plan
        The problem with its policies in force, and the plan.
    routes, exists
        The plan's routes priced, and whether they have all their legs.
    found
        What else the referee found.
    """
    listed = [*_routing(instance, plan, exists), *_allocation(instance, plan), *_hubs(instance, plan)]
    listed += _deadlines(instance, plan, routes)
    for policy in FREIGHT:
        listed += policy.violations(instance, found)
    return (*listed, *hub_link_violations(instance, plan), *_fixed_costs(instance, plan))


def _commodity_name(instance: Instance, row: int) -> str:
    commodities = instance.commodities
    ends = commodities.origin[row], commodities.destination[row]
    return f"{instance.nodes[ends[0]].id} to {instance.nodes[ends[1]].id}"


def _routing(instance: Instance, plan: Plan, exists: NDArray[np.bool_]) -> Iterator[Violation]:
    volume = instance.commodities.volume
    carried = np.bincount(plan.commodity, plan.volume, len(volume))
    for row in np.flatnonzero(np.abs(carried - volume) > TOLERANCE * volume):
        message = f"{carried[row]:.6g} t/year are routed of {volume[row]:.6g}"
        yield Violation("routing", _commodity_name(instance, int(row)), message)
    for row in np.flatnonzero(plan.volume < 0):
        yield Violation("routing", _commodity_name(instance, plan.commodity[row]), "a route has a negative volume")
    misused = dict(_through_centres(instance, plan))
    for at_centre, message in misused.items():
        yield Violation("routing", _commodity_name(instance, plan.commodity[at_centre]), message)
    for row in np.flatnonzero(~exists):
        if int(row) in misused:
            continue
        hubs = instance.sites[plan.first_hub[row]].id, instance.sites[plan.last_hub[row]].id
        message = f"there is no route over {' and '.join(dict.fromkeys(hubs))}"
        yield Violation("routing", _commodity_name(instance, plan.commodity[row]), message)
    if instance.problem.route_hubs == 1:
        for row in np.flatnonzero(plan.first_hub != plan.last_hub):
            message = "a route passes two hubs; one is allowed"
            yield Violation("routing", _commodity_name(instance, plan.commodity[row]), message)
    is_open = set(plan.open_hubs)
    used = sorted(set(plan.first_hub.tolist()) | set(plan.last_hub.tolist()))
    for position in used:
        hub = instance.sites[position].id
        if hub not in is_open:
            yield Violation("routing", hub, "freight is routed over this hub, which is not open")


def _through_centres(instance: Instance, plan: Plan) -> Iterator[tuple[int, str]]:
    """Yield the routes on which a sorting centre does what only a hub does, with words for it."""
    is_centre, to_overseas = instance.is_centre, instance.is_overseas[instance.commodities.destination[plan.commodity]]
    for row in np.flatnonzero(is_centre[plan.first_hub]).tolist():
        what = "only" if plan.first_hub[row] == plan.last_hub[row] else "first"
        hub = instance.sites[plan.first_hub[row]].id
        yield row, f"{hub} is its {what} hub, and a sorting centre takes freight from a hub only"
    for row in np.flatnonzero(~is_centre[plan.first_hub] & is_centre[plan.last_hub] & to_overseas).tolist():
        hub = instance.sites[plan.last_hub[row]].id
        yield row, f"{hub} is its last hub before the flight, and a sorting centre has no runway"


def _allocation(instance: Instance, plan: Plan) -> Iterator[Violation]:
    """One hub a city, for all its freight or for what it sends and for what it receives; an open hub is its own.

    An overseas airport is no city: it may fly to several hubs. Where a route passes one hub only, a city that has a
    hub may be served by another.
    """
    commodities = instance.commodities
    sent = commodities.origin[plan.commodity], plan.first_hub
    received = commodities.destination[plan.commodity], plan.last_hub
    match instance.problem.allocation:
        case Allocation.SINGLE:
            node, hub = (np.concatenate(both) for both in zip(sent, received, strict=True))
            yield from _one_hub(instance, plan, node, hub, "uses", "under single allocation a city uses one hub")
        case Allocation.SINGLE_EACH_WAY:
            rule = "a city has one hub each way"
            # A sorting centre does not collect, even in its own city.
            yield from _one_hub(instance, plan, *sent, "sends over", rule, instance.centres)
            yield from _one_hub(instance, plan, *received, "receives over", rule)


def _one_hub(
    instance: Instance,
    plan: Plan,
    node: NDArray[np.intp],
    hub: NDArray[np.intp],
    verb: str,
    rule: str,
    others: frozenset[str] = frozenset(),
) -> Iterator[Violation]:
    """Yield cities that have several of these hubs, or another one than the open hub that they are.

    ``others`` are the sites whose cities may have any hub.
    """
    is_city = ~instance.is_overseas[node]
    pairs = np.unique(node[is_city] * len(instance.sites) + hub[is_city])
    cities, hubs = np.divmod(pairs, len(instance.sites))
    own_site = np.full(len(instance.nodes), -1)
    own_site[[site.node for site in instance.sites]] = [
        position if site.id in plan.open_hubs and site.id not in others else -1
        for position, site in enumerate(instance.sites)
    ]
    is_own = instance.problem.route_hubs == 2 and own_site[cities] >= 0
    doubtful = (np.bincount(cities, minlength=1)[cities] > 1) | (is_own & (own_site[cities] != hubs))
    for city in np.unique(cities[doubtful]):
        name = instance.nodes[city].id
        used = [instance.sites[position].id for position in hubs[cities == city]]
        if len(used) > 1:
            yield Violation("allocation", name, f"{verb} {' and '.join(used)}; {rule}")
        else:
            yield Violation("allocation", name, f"is an open hub and {verb} {used[0]}; a hub is its own")


def _hubs(instance: Instance, plan: Plan) -> Iterator[Violation]:
    is_open, allowed = set(plan.open_hubs), set(instance.allowed)
    for hub in sorted(instance.required - is_open):
        reason = "exists and stays open" if hub in instance.existing else "is required"
        yield Violation(Policy.REQUIRED, hub, f"{reason}, but the plan closes it")
    for hub in sorted(is_open - allowed):
        yield Violation(Policy.FORBIDDEN, hub, "may not open")
    least, most = instance.hub_range
    is_limited = instance.policies.hub_count is not None or instance.policies.new_hubs is not None
    number = instance.number_of_hubs(is_open)
    if is_limited and not least <= number <= most:
        yield Violation(Policy.HUB_COUNT, "network", f"{number} hubs are open; {least} to {most} are allowed")
    least, most = instance.centre_range
    number = len(is_open & instance.centres)
    if instance.policies.sorting_centres is not None and not least <= number <= most:
        message = f"{number} sorting centres are open; {least} to {most} are allowed"
        yield Violation(Policy.SORTING_CENTRES, "network", message)
    for group in instance.policies.exclusive:
        both = sorted(is_open & set(group.sites))
        if len(both) > 1:
            yield Violation(Policy.EXCLUSIVE, group.name, f"{' and '.join(both)} are open; at most one may be")


def _deadlines(instance: Instance, plan: Plan, routes: RouteCosts) -> Iterator[Violation]:
    hard = hard_deadline(instance)[plan.commodity]
    for row in np.flatnonzero(routes.is_late & hard & np.isfinite(routes.time_h)):
        commodity = int(plan.commodity[row])
        message = f"takes {routes.time_h[row]:.2f} h; the hard deadline is {instance.deadline_h[commodity]:g} h"
        yield Violation(Policy.DEADLINE, _commodity_name(instance, commodity), message)


def _fixed_costs(instance: Instance, plan: Plan) -> Iterator[Violation]:
    cap = instance.policies.fixed_cost_cap_eur_per_year
    new = set(plan.open_hubs) - instance.existing
    found = sum(site.fixed_cost for site in instance.sites if site.id in new)
    if cap is not None and found > cap * (1 + TOLERANCE):
        message = "cost {} EUR/year; the cap is {}".format(*apart(found, cap, ",.0f"))
        yield Violation(Policy.FIXED_COST_CAP, "new hubs", message)
