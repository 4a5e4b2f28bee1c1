"""Capacities of sites, and the problem without them in which a pass through each hub has a price instead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import CapacityCounts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.core.route_matrices import RouteMatrices

SLACK = 1e-9
"""Relative rounding of sums of loads."""


@dataclass(frozen=True)
class Capacities:
    """What each site can take, ``load_k <= q_k y_k``.

    Parameters
    ----------
    limit
        q_k, t/year, shape (sites,); no more than the whole freight, which is no restriction.
    second
        What a tonne counts at its last hub where that is not its first: 1 where capacity counts what is handled, 0
        where it counts what is collected.
    freight
        All of it, t/year.
    """

    limit: NDArray[np.float64]
    second: float
    freight: float

    def suffice(self, sets: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Tell whether sets of hubs, shape (sets, hubs), can take all freight if each tonne passes one hub."""
        return np.asarray(self.limit[sets].sum(axis=1) >= self.freight * (1.0 - SLACK))

    def least_hubs(self) -> int:
        """Return with how many hubs the freight fits at best; more than there are sites where it never does."""
        largest = np.cumsum(np.sort(self.limit)[::-1])
        return int(np.searchsorted(largest, self.freight * (1.0 - SLACK))) + 1

    def restricted(self, sites: NDArray[np.intp]) -> Capacities:
        """Return the capacities of some of the sites."""
        return replace(self, limit=self.limit[sites])

    def raised(self, matrices: RouteMatrices, prices: NDArray[np.float64]) -> RouteMatrices:
        """Return the problem without capacities in which each hub is paid for what it takes, u_k in EUR/t.

        No set of hubs costs more in it than within the capacities: what it takes is no more than q_k.
        """
        between = matrices.legs.between + self.second * prices
        np.fill_diagonal(between, 0.0)
        legs = matrices.legs._replace(collect=matrices.legs.collect + prices, between=between)
        return replace(matrices, fixed=matrices.fixed - prices * self.limit, legs=legs)


def capacities_of(instance: Instance) -> Capacities:
    """Return the capacities in force over the sites of ``instance.allowed``, in order."""
    policy, freight = instance.policies.capacity, float(instance.commodities.volume.sum())
    if policy is None:
        raise AssertionError
    limit = np.array([instance.sites[instance.site_position[name]].capacity for name in instance.allowed])
    second = 1.0 if policy.counts is CapacityCounts.HANDLED else 0.0
    return Capacities(np.minimum(limit, freight), second, freight)
