"""From an instance under multiple allocation within capacities to its best plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import CapacityCounts, Policy, couplings
from netdesign.plan import Plan
from netdesign.solve.capacitated.capacities import Capacities
from netdesign.solve.capacitated.search import CapacitatedSearch
from netdesign.solve.core.route_matrices import flow_of_commodity, route_matrices

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState


def capacities_of(instance: Instance) -> Capacities:
    """Return the capacities in force over the sites of ``instance.allowed``, in order."""
    policy, freight = instance.policies.capacity, float(instance.commodities.volume.sum())
    if policy is None:
        raise AssertionError
    limit = np.array([instance.sites[instance.site_position[name]].capacity for name in instance.allowed])
    second = 1.0 if policy.counts is CapacityCounts.HANDLED else 0.0
    return Capacities(np.minimum(limit, freight), second, freight)


class CapacitatedPlanning:
    """Prepares a search over sets of hubs, the freight routed within their capacities; see ``CapacitatedSearch``."""

    def __init__(self, instance: Instance, network: Network, rules: HubRules, state: SearchState) -> None:
        self._instance = instance
        matrices = route_matrices(instance, network)
        self._search = CapacitatedSearch(matrices, capacities_of(instance), rules, state)

    @staticmethod
    def refusal(instance: Instance) -> list[str]:
        """Return the names of the policies that couple commodities otherwise than by capacity."""
        return [words for policy, words in couplings(instance).items() if policy is not Policy.CAPACITY]

    def best_plan(self) -> Plan | None:
        """Search until the gap is closed or the clock has run out; return the best plan found."""
        self._search.run()
        if self._search.best is None:
            return None
        instance, shares = self._instance, self._search.shares()
        allowed = np.array([instance.site_position[name] for name in instance.allowed])
        # Commodities of one flow share its routes in the same proportion.
        flow = flow_of_commodity(instance)
        start = np.searchsorted(shares.flow, np.arange(flow.max() + 2))
        routes = np.diff(start)[flow]
        commodity = np.repeat(np.arange(len(flow)), routes)
        row = np.arange(len(commodity)) - np.repeat(np.cumsum(routes) - routes, routes) + start[flow][commodity]
        return Plan(
            open_hubs=tuple(instance.sites[site].id for site in np.sort(allowed[self._search.best.hubs])),
            open_lanes=(),
            commodity=commodity,
            first_hub=allowed[shares.first[row]],
            last_hub=allowed[shares.last[row]],
            volume=instance.commodities.volume[commodity] * shares.share[row],
        )
