"""The figures of each policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.explain import freight_figures, hub_figures, link_figures
from netdesign.instance.policies import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.explain.figure import Figure
    from netdesign.instance import Instance


def figures_of(instance: Instance, policy: str) -> list[Figure]:
    """Return the figures of a policy in force; none of one that was registered from outside."""
    by_policy: dict[str, Callable[[Instance], Iterator[Figure]]] = {
        Policy.FORBIDDEN: hub_figures.forbidden_figures,
        Policy.REQUIRED: hub_figures.required_figures,
        Policy.EXCLUSIVE: hub_figures.exclusive_figures,
        Policy.SORTING_CENTRES: hub_figures.centre_count_figures,
        Policy.DEADLINE: freight_figures.deadline_figures,
        Policy.CAPACITY: freight_figures.capacity_figures,
        Policy.MINIMUM_THROUGHPUT: freight_figures.minimum_figures,
        Policy.AIR_LANE: freight_figures.lane_figures,
        Policy.SERVICE: freight_figures.service_figures,
        Policy.CARBON: freight_figures.carbon_figures,
        Policy.HUB_LINKS: link_figures.hub_link_figures,
        Policy.FIXED_COST_CAP: hub_figures.fixed_cost_figures,
        **dict.fromkeys(("hub_count", "new_hubs"), hub_figures.hub_count_figures),
    }
    return list(by_policy[policy](instance)) if policy in by_policy else []
