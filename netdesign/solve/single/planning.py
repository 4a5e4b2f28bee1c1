"""From an instance under single allocation to its best plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import DeadlineKind
from netdesign.instance.policies import CapacityCounts, Policy, couplings
from netdesign.plan import Plan
from netdesign.solve.core.route_matrices import route_matrices
from netdesign.solve.single.problem import allocation_problem
from netdesign.solve.single.search import SingleSearch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState


class SinglePlanning:
    """Prepares a search over hubs and the allocation of cities to them; see ``SingleSearch``."""

    def __init__(self, instance: Instance, network: Network, rules: HubRules, state: SearchState) -> None:
        self._instance = instance
        self._problem = allocation_problem(instance, network)
        self._search = SingleSearch(self._problem, route_matrices(instance, network), rules, state)

    @staticmethod
    def refusal(instance: Instance) -> list[str]:
        """Return the names of what depends on a whole route, and of other capacities than on what is collected."""
        policies, commodities = instance.policies, instance.commodities
        found = [words for policy, words in couplings(instance).items() if policy is not Policy.CAPACITY]
        if policies.capacity is not None and policies.capacity.counts is CapacityCounts.HANDLED:
            found.append("capacity that counts handled freight")
        if any(stream.deadline is DeadlineKind.HARD or stream.late_penalty for stream in instance.streams):
            found.append("deadline")
        if instance.is_overseas[commodities.origin].any() or instance.is_overseas[commodities.destination].any():
            found.append("overseas airports under single allocation")
        if instance.problem.route_hubs == 1:
            found.append("single allocation over one hub a route")
        return found

    def best_plan(self) -> Plan | None:
        """Search until the gap is closed or the clock has run out; return the best plan found."""
        self._search.run()
        if self._search.best is None:
            return None
        return self._plan(self._search.best, self._search.hubs)

    def _plan(self, hub_of: NDArray[np.intp], hubs: NDArray[np.intp]) -> Plan:
        instance, commodities = self._instance, self._instance.commodities
        allowed = np.array([instance.site_position[name] for name in instance.allowed])
        site_of = np.zeros(len(instance.nodes), dtype=np.intp)
        site_of[self._problem.city] = allowed[hub_of]
        return Plan(
            open_hubs=tuple(instance.sites[site].id for site in np.sort(allowed[hubs])),
            open_lanes=(),
            commodity=np.arange(len(commodities)),
            first_hub=site_of[commodities.origin],
            last_hub=site_of[commodities.destination],
            volume=commodities.volume,
        )
