"""When the links of sets of hubs are a choice where each city has one hub, and when sets of many hubs are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.blocks import Allocation
from netdesign.instance.policies import CapacityCounts

if TYPE_CHECKING:
    from netdesign.instance import Instance

MOST_HUBS_ALLOCATED = 6
"""Most hubs of a set whose links are soon chosen where each city has one hub: more have too many choices of links."""


def has_link_choices(instance: Instance) -> bool:
    """Return whether a set of hubs need not have all links: their number or form is limited, or some cost."""
    rules = instance.policies.hub_links
    is_limited = rules is not None and (rules.max is not None or rules.shape is not None)
    return is_limited or any(link.fixed_cost > 0 for link in instance.permitted_links)


def has_few_hubs(instance: Instance) -> bool:
    """Return whether sets have few hubs, or may have, and each hub over that number costs something."""
    least, most = instance.hub_range
    costs = [instance.sites[instance.site_position[name]].fixed_cost for name in instance.allowed]
    have_price = sum(cost <= 0 for cost in costs) <= MOST_HUBS_ALLOCATED
    return most <= MOST_HUBS_ALLOCATED or (least <= MOST_HUBS_ALLOCATED and have_price)


def refused_capacities(instance: Instance) -> list[str]:
    """Return the capacities of hubs that cities with one hub each do not fill by what they send alone."""
    capacity = instance.policies.capacity
    if capacity is None or instance.problem.allocation is not Allocation.SINGLE:
        return []
    if capacity.counts is CapacityCounts.HANDLED:
        return ["capacities that count handled freight"]
    # It may be divided over gates that are full.
    comes_in = instance.is_overseas[instance.commodities.origin].any()
    return ["capacities and freight from overseas under single allocation"] if comes_in else []
