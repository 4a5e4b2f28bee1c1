"""Facility location as arrays: what serving each customer from each site costs, and how much a site can serve."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import Allocation
from netdesign.network import permitted_routes
from netdesign.solve.core.hub_rules import HubRule
from netdesign.solve.kernels.names import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.core.hub_rules import HubRules

_MOST_CELLS = 40_000_000
"""Costs that are held at once: customers x sites."""

_INTEGER_UP_TO = 2.0**31
"""Sums of integers up to it are told apart by bounds, which are not exact."""

_AT_ONCE = 1_000_000
"""Routes that are priced at once."""


@dataclass(frozen=True)
class FacilityProblem:
    """Customers, sites and costs; ``route_cost`` makes one from costs that may be infinite.

    Parameters
    ----------
    fixed
        f_k, EUR/year, shape (sites,).
    cost
        Of serving the whole of a customer from a site, EUR/year, shape (sites, customers); ``left_behind`` where there
        is no route.
    volume
        t/year, positive, shape (customers,).
    capacity
        t/year, shape (sites,); ``NEVER`` where there is none.
    ceiling
        No plan that serves everybody costs as much, EUR/year.
    left_behind
        What it costs to serve a customer over no route: a plan that does is over the ceiling.
    """

    fixed: NDArray[np.float64]
    cost: NDArray[np.float64]
    volume: NDArray[np.float64]
    capacity: NDArray[np.float64]
    ceiling: float
    left_behind: float

    @classmethod
    def from_costs(
        cls,
        fixed: NDArray[np.float64],
        cost: NDArray[np.float64],
        volume: NDArray[np.float64],
        capacity: NDArray[np.float64],
    ) -> FacilityProblem:
        """Return the problem with some costs or capacities infinite; customers without volume are left out."""
        cost, volume = cost[:, volume > 0], volume[volume > 0]
        exists = np.isfinite(cost)
        dearest = np.max(cost, axis=0, where=exists, initial=0.0)
        cheapest = np.min(cost, axis=0, where=exists, initial=0.0)
        most = float(np.maximum(fixed, 0.0).sum() + dearest.sum())
        least = float(np.minimum(fixed, 0.0).sum() + cheapest.sum())
        ceiling = most + 1e-6 * abs(most) + 1.0
        left_behind = 2.0 * (ceiling - least) + float(dearest.max(initial=0.0))
        return cls(
            fixed=np.ascontiguousarray(fixed, dtype=np.float64),
            cost=np.ascontiguousarray(np.where(exists, cost, left_behind)),
            volume=np.ascontiguousarray(volume, dtype=np.float64),
            capacity=np.where(np.isfinite(capacity), capacity, NEVER).astype(np.float64),
            ceiling=ceiling,
            left_behind=left_behind,
        )

    @property
    def sites(self) -> int:
        """Number of sites."""
        return len(self.fixed)

    @property
    def customers(self) -> int:
        """Number of customers."""
        return len(self.volume)

    @cached_property
    def unit(self) -> float:
        """What the costs of all sets are a whole multiple of, EUR/year; 0 where there is no such unit.

        Two costs then differ by a unit or not at all, and a bound may be rounded up.
        """
        costs = np.concatenate([self.fixed, self.cost[self.cost < self.left_behind]])
        if self.has_capacities or not (costs == np.round(costs)).all() or np.abs(costs).sum() > _INTEGER_UP_TO:
            return 0.0
        return float(np.gcd.reduce(costs.astype(np.int64)))

    @property
    def has_capacities(self) -> bool:
        """Whether any site could be full."""
        return bool((self.capacity < self.volume.sum()).any())

    @property
    def least(self) -> float:
        """What any plan costs at least, EUR/year."""
        return float(np.minimum(self.fixed, 0.0).sum() + self.cost.min(axis=0).sum())

    def restricted(self, sites: NDArray[np.intp]) -> FacilityProblem:
        """Return the problem with some of the sites, the others closed; positions are those in ``sites``."""
        kept = np.ascontiguousarray(self.cost[sites])
        return replace(self, fixed=self.fixed[sites], cost=kept, capacity=self.capacity[sites])

    def with_room(self, rules: HubRules) -> HubRules:
        """Return rules that also ask for enough capacity in all, and for as many sites as that takes."""
        if not self.has_capacities:
            return rules
        room = np.minimum(self.capacity / self.volume.sum(), 1.0)
        largest = np.cumsum(np.sort(room)[::-1])
        enough = int(np.searchsorted(largest, 1.0 - 1e-9)) + 1
        return replace(rules, least=max(rules.least, enough), rows=(*rules.rows, HubRule(-room, -1.0)))


def is_facility_location(instance: Instance) -> bool:
    """Tell whether every route passes one hub, each commodity freely, and the costs of all routes can be held."""
    is_one = instance.problem.route_hubs == 1 and instance.problem.allocation is Allocation.MULTIPLE
    return is_one and len(instance.commodities) * len(instance.allowed) <= _MOST_CELLS


def facility_problem(instance: Instance, network: Network) -> FacilityProblem:
    """Return the arrays of an instance; a customer is a commodity, sites are in the order of ``instance.allowed``."""
    sites = np.array([instance.site_position[name] for name in instance.allowed])
    volume = instance.commodities.volume
    cost = np.empty((len(sites), len(volume)))
    block = max(1, _AT_ONCE // len(sites))
    for first in range(0, len(volume), block):
        rows = np.arange(first, min(first + block, len(volume)))
        routes, exists = permitted_routes(instance, network, rows, sites)
        cost[:, rows] = np.where(exists, routes.total * volume[rows, None], np.inf).T
    has_capacity = instance.policies.capacity is not None
    capacity = [instance.sites[site].capacity if has_capacity else math.inf for site in sites]
    fixed = np.array([instance.sites[site].fixed_cost for site in sites])
    return FacilityProblem.from_costs(fixed, cost, volume, np.array(capacity))
