"""From an instance under multiple allocation to its best plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import couplings
from netdesign.plan import Plan
from netdesign.solve.core.route_matrices import flow_of_commodity, route_matrices
from netdesign.solve.multiple.search import MultipleSearch

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState


class MultiplePlanning:
    """Prepares a search over sets of hubs, every commodity on its best route; see ``MultipleSearch``."""

    def __init__(self, instance: Instance, network: Network, rules: HubRules, state: SearchState) -> None:
        self._instance = instance
        self._search = MultipleSearch(route_matrices(instance, network), rules, state)

    @staticmethod
    def refusal(instance: Instance) -> list[str]:
        """Return the names of the policies that couple commodities."""
        return list(couplings(instance).values())

    def best_plan(self) -> Plan | None:
        """Search until the gap is closed or the clock has run out; return the best plan found."""
        self._search.run()
        if self._search.best is None:
            return None
        instance, (first, last) = self._instance, self._search.routes()
        allowed = np.array([instance.site_position[name] for name in instance.allowed])
        flow = flow_of_commodity(instance)
        return Plan(
            open_hubs=tuple(instance.sites[site].id for site in np.sort(allowed[self._search.best])),
            open_lanes=(),
            commodity=np.arange(len(flow)),
            first_hub=allowed[first[flow]],
            last_hub=allowed[last[flow]],
            volume=instance.commodities.volume,
        )
