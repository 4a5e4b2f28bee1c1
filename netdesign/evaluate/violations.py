"""What a plan violates, policy by policy, with what was found and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import Allocation
from netdesign.instance.policies import CapacityCounts, Policy, minimum_tonnes
from netdesign.network.routes import hard_deadline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.evaluate.loads import Loads
    from netdesign.instance import Instance
    from netdesign.network import RouteCosts
    from netdesign.plan import Plan

TOLERANCE = 1e-6
"""Relative tolerance on volumes, shares and money: ten times the solver's, a thousandth of a reported digit."""


_MOST_DIGITS = 17


def apart(one: float, other: float, form: str = ",.1f") -> tuple[str, str]:
    """Return two figures as texts, with as many digits more than ``form`` gives as it takes to tell them apart."""
    separator, digits = form[:-3], int(form[-2])
    for more in range(digits, _MOST_DIGITS):
        texts = f"{one:{separator}.{more}f}", f"{other:{separator}.{more}f}"
        if texts[0] != texts[1] or one == other:
            return texts
    return f"{one!r}", f"{other!r}"


@dataclass(frozen=True)
class Violation:
    """One thing that a plan may not do.

    Parameters
    ----------
    policy
        The policy, or ``routing`` for what holds in every problem.
    subject
        Hub, lane, commodity or country.
    message
        What was found and what is allowed.
    """

    policy: str
    subject: str
    message: str

    def __str__(self) -> str:
        return f"{self.policy}: {self.subject}: {self.message}"


def find_violations(
    instance: Instance,
    plan: Plan,
    routes: RouteCosts,
    loads: Loads,
    inside: float | None,
    inside_by_country: dict[str, float],
    co2e: float,
) -> tuple[Violation, ...]:
    """List everything that a plan violates.

    Parameters
    ----------
    instance, plan
        The problem with its policies in force, and the plan.
    routes, loads
        The plan's routes priced and its volumes added up.
    inside, inside_by_country
        Shares inside the deadline.
    co2e
        What the plan emits, t CO2e/year.
    """
    found = [*_routing(instance, plan, routes), *_allocation(instance, plan), *_hubs(instance, plan)]
    found += _deadlines(instance, plan, routes)
    found += [*_capacities(instance, loads), *_minima(instance, plan, loads), *_lanes(instance, plan, loads)]
    found += [*_service(instance, inside, inside_by_country), *_fixed_costs(instance, plan)]
    return (*found, *_carbon(instance, co2e))


def _commodity_name(instance: Instance, row: int) -> str:
    commodities = instance.commodities
    ends = commodities.origin[row], commodities.destination[row]
    return f"{instance.nodes[ends[0]].id} to {instance.nodes[ends[1]].id}"


def _routing(instance: Instance, plan: Plan, routes: RouteCosts) -> Iterator[Violation]:
    volume = instance.commodities.volume
    carried = np.bincount(plan.commodity, plan.volume, len(volume))
    for row in np.flatnonzero(np.abs(carried - volume) > TOLERANCE * volume):
        message = f"{carried[row]:.6g} t/year are routed of {volume[row]:.6g}"
        yield Violation("routing", _commodity_name(instance, int(row)), message)
    for row in np.flatnonzero(plan.volume < 0):
        yield Violation("routing", _commodity_name(instance, plan.commodity[row]), "a route has a negative volume")
    for row in np.flatnonzero(~np.isfinite(routes.total)):
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


def _allocation(instance: Instance, plan: Plan) -> Iterator[Violation]:
    """Single allocation: each city has one hub for all its freight, and a city that is an open hub is its own.

    An overseas airport is no city: it may fly to several hubs. Where a route passes one hub only, a city that has a
    hub may be served by another.
    """
    if instance.problem.allocation is not Allocation.SINGLE:
        return
    commodities = instance.commodities
    node = np.concatenate((commodities.origin[plan.commodity], commodities.destination[plan.commodity]))
    hub = np.concatenate((plan.first_hub, plan.last_hub))
    pairs = np.unique(np.stack((node, hub), axis=1)[~instance.is_overseas[node]], axis=0)
    is_open = set(plan.open_hubs)
    for city in np.unique(pairs[:, 0]):
        name = instance.nodes[city].id
        hubs = [instance.sites[position].id for position in pairs[pairs[:, 0] == city, 1]]
        if len(hubs) > 1:
            message = f"uses {' and '.join(hubs)}; under single allocation a city uses one hub"
            yield Violation("allocation", name, message)
        elif instance.problem.route_hubs == 2 and name in is_open and hubs[0] != name:
            yield Violation("allocation", name, f"is an open hub and uses {hubs[0]}; a hub is its own")


def _hubs(instance: Instance, plan: Plan) -> Iterator[Violation]:
    is_open, allowed = set(plan.open_hubs), set(instance.allowed)
    for hub in sorted(instance.required - is_open):
        reason = "exists and stays open" if hub in instance.existing else "is required"
        yield Violation(Policy.REQUIRED, hub, f"{reason}, but the plan closes it")
    for hub in sorted(is_open - allowed):
        yield Violation(Policy.FORBIDDEN, hub, "may not open")
    least, most = instance.hub_range
    is_limited = instance.policies.hub_count is not None or instance.policies.new_hubs is not None
    if is_limited and not least <= len(is_open) <= most:
        yield Violation(Policy.HUB_COUNT, "network", f"{len(is_open)} hubs are open; {least} to {most} are allowed")
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


def _capacities(instance: Instance, loads: Loads) -> Iterator[Violation]:
    policy = instance.policies.capacity
    if policy is None:
        return
    is_handled = policy.counts is CapacityCounts.HANDLED
    does, volumes = ("lifts", loads.handled) if is_handled else ("collects", loads.collected)
    for site in instance.sites:
        volume = volumes.get(site.id, 0.0)
        if volume > site.capacity * (1 + TOLERANCE):
            found, most = apart(volume, site.capacity)
            message = f"{does} {found} t/year; its capacity is {most}"
            yield Violation(Policy.CAPACITY, site.id, message)


def _minima(instance: Instance, plan: Plan, loads: Loads) -> Iterator[Violation]:
    policy = instance.policies.minimum_throughput
    minima = minimum_tonnes(instance)
    for hub in policy.hubs if policy is not None else ():
        entering = loads.entering.get(hub.site, 0.0)
        hard = hub.shortfall_eur_per_t is None and hub.site in plan.open_hubs
        if hard and entering < minima[hub.site] * (1 - TOLERANCE):
            found, least = apart(entering, minima[hub.site])
            message = f"{found} t/year enter there; at least {least} must"
            yield Violation(Policy.MINIMUM_THROUGHPUT, hub.site, message)


def _lanes(instance: Instance, plan: Plan, loads: Loads) -> Iterator[Violation]:
    policy = instance.policies.air_lane
    if policy is None:
        return
    least = policy.tonnes_per_year
    for lane in sorted(set(loads.lanes) | set(plan.open_lanes)):
        name = "-".join(lane)
        if lane not in plan.open_lanes:
            yield Violation(Policy.AIR_LANE, name, "carries freight, but is not in service")
        elif lane[1] not in plan.open_hubs:
            yield Violation(Policy.AIR_LANE, name, "is in service, but its hub is not open")
        elif loads.lane_total(lane, policy.counts) < least * (1 - TOLERANCE):
            carried, due = apart(loads.lane_total(lane, policy.counts), least)
            message = f"carries {carried} t/year that count; in service it carries at least {due}"
            yield Violation(Policy.AIR_LANE, name, message)


def _service(instance: Instance, inside: float | None, by_country: dict[str, float]) -> Iterator[Violation]:
    policy = instance.policies.service
    if policy is None:
        return
    if policy.share is not None and inside is not None and inside < policy.share - TOLERANCE:
        yield Violation(
            Policy.SERVICE,
            "in all",
            f"{inside:.4%} is inside the deadline; at least {policy.share:.4%} must be",
        )
    for country, share in policy.by_country.items():
        found = by_country.get(country, 1.0)
        if found < share - TOLERANCE:
            yield Violation(
                Policy.SERVICE, country, f"{found:.4%} is inside the deadline; at least {share:.4%} must be"
            )


def _fixed_costs(instance: Instance, plan: Plan) -> Iterator[Violation]:
    cap = instance.policies.fixed_cost_cap_eur_per_year
    new = set(plan.open_hubs) - instance.existing
    found = sum(site.fixed_cost for site in instance.sites if site.id in new)
    if cap is not None and found > cap * (1 + TOLERANCE):
        message = "cost {} EUR/year; the cap is {}".format(*apart(found, cap, ",.0f"))
        yield Violation(Policy.FIXED_COST_CAP, "new hubs", message)


def _carbon(instance: Instance, co2e: float) -> Iterator[Violation]:
    policy = instance.policies.carbon
    if policy is None or policy.cap_t_per_year is None:
        return
    if co2e > policy.cap_t_per_year * (1 + TOLERANCE):
        message = "emits {} t CO2e/year; the cap is {}".format(*apart(co2e, policy.cap_t_per_year))
        yield Violation(Policy.CARBON, "network", message)
