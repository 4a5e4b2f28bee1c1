"""From an instance of facility location to its best plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.plan import Shares, plan_from_shares
from netdesign.solve.facility.heuristic import operated
from netdesign.solve.facility.problem import facility_problem
from netdesign.solve.facility.search import FacilitySearch
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState


class FacilityPlanning:
    """Prepares a search over sites that serve customers, with or without capacities; see ``FacilitySearch``."""

    def __init__(self, instance: Instance, network: Network, rules: HubRules, state: SearchState) -> None:
        self._instance, self._state = instance, state
        self._problem = facility_problem(instance, network)
        self._search = FacilitySearch(self._problem, rules, state)

    def best_plan(self) -> Plan | None:
        """Search until the gap is closed or the clock has run out; return the best plan found."""
        self._search.run()
        return None if self._search.best is None else self._plan(self._search.best)

    def _plan(self, sites: NDArray[np.intp]) -> Plan:
        """Return the best plan over some sites; what a full site cannot take of a commodity goes over others."""
        instance, problem = self._instance, self._problem
        is_open = np.zeros(problem.sites, dtype=bool)
        is_open[sites] = True
        _, held = operated(problem, is_open, load_compiled("transport", self._state.say))
        place, commodity = np.nonzero(held)
        position = np.array([instance.site_position[name] for name in instance.allowed])[sites]
        hub = position[place]
        shares = Shares(commodity, hub, hub, held[place, commodity] / problem.volume[commodity])
        names = tuple(instance.sites[k].id for k in sorted(position.tolist()))
        return plan_from_shares(names, (), shares, instance.commodities.volume)
