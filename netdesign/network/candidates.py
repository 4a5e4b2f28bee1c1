"""The routes that a model needs: all that exist and are permitted, less those that another one replaces for certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.instance.checks import counted_volume, minimum_tonnes
from netdesign.network.routes import hard_deadline, price_routes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network.legs import Network
    from netdesign.network.routes import RouteCosts

_CELLS_AT_ONCE = 500_000
"""Routes priced in one go; bounds the memory of dense instances."""


@dataclass(frozen=True)
class CandidateRoutes:
    """Routes as columns, ordered by commodity, first hub, last hub.

    Parameters
    ----------
    commodity, first_hub, last_hub
        Positions.
    cost
        F, EUR/t.
    time_h
        T, h.
    co2e
        E, t CO2e/t.
    is_late
        Whether the route is past its deadline.
    """

    commodity: NDArray[np.intp]
    first_hub: NDArray[np.intp]
    last_hub: NDArray[np.intp]
    cost: NDArray[np.float64]
    time_h: NDArray[np.float64]
    co2e: NDArray[np.float64]
    is_late: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.commodity)


def couples_commodities(instance: Instance) -> bool:
    """Tell whether a policy makes the best route of one commodity depend on the others (design, section 3)."""
    policies = instance.policies
    coupling = (
        policies.capacity,
        policies.minimum_throughput,
        policies.air_lane,
        policies.service,
        policies.fixed_cost_cap_eur_per_year,
    )
    return any(policy is not None for policy in coupling)


def candidate_routes(instance: Instance, network: Network) -> CandidateRoutes:
    """Return the routes over permitted sites that no other replaces."""
    return _collect(instance, network, _Filter(instance))


def all_routes(instance: Instance, network: Network) -> CandidateRoutes:
    """Return every route over permitted sites, unfiltered; what the filter is tested against."""
    return _collect(instance, network, None)


def _collect(instance: Instance, network: Network, route_filter: _Filter | None) -> CandidateRoutes:
    sites = np.array([instance.site_position[name] for name in instance.allowed])
    count = len(instance.commodities)
    step = max(1, _CELLS_AT_ONCE // len(sites) ** 2)
    hard = hard_deadline(instance)
    blocks = []
    for start in range(0, count, step):
        rows = np.arange(start, min(start + step, count))
        grid = np.ix_(rows, sites, sites)
        costs = price_routes(instance, network, *grid)
        keep = np.isfinite(costs.total) & ~(costs.is_late & hard[rows][:, None, None])
        if route_filter is not None:
            keep &= ~route_filter.replaced(costs, keep, rows, sites)
        r, k, m = np.nonzero(keep)
        columns = (costs.total, costs.time_h, costs.co2e, costs.is_late)
        blocks.append((rows[r], sites[k], sites[m], *(column[keep] for column in columns)))
    return CandidateRoutes(*(np.concatenate(column) for column in zip(*blocks, strict=True)))


class _Filter:
    """Route filtering (design, section 3): when (k, m) may be dropped in favour of (k, k), (m, m) or a certain hub."""

    def __init__(self, instance: Instance) -> None:
        commodities, overseas = instance.commodities, instance.is_overseas
        policies = instance.policies
        lanes = policies.air_lane is not None
        self._from_overseas = overseas[commodities.origin] & lanes
        self._to_overseas = overseas[commodities.destination] & lanes
        minima = minimum_tonnes(instance)
        self._has_minimum = np.array([site.id in minima for site in instance.sites])
        throughput = policies.minimum_throughput
        self._counts = np.zeros(len(commodities), dtype=bool)
        if throughput is not None:
            self._counts = counted_volume(instance, throughput.counts) > 0
        self._certain = [] if couples_commodities(instance) else sorted(instance.required)
        self._position = instance.site_position

    def replaced(
        self, costs: RouteCosts, exists: NDArray[np.bool_], rows: NDArray[np.intp], sites: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        """Tell which routes of a block, shape (commodities, first, last), another one replaces."""
        measures = (costs.total, costs.time_h, costs.co2e)
        # (k, k) keeps the first hub: same lane in and same entry; only a lane out may change.
        first_ok = self._no_worse(measures, exists, axis=2) & ~self._to_overseas[rows][:, None, None]
        # (m, m) changes the entry: another lane in, and a minimum at k would lose the volume.
        starves = self._counts[rows][:, None, None] & self._has_minimum[sites][None, :, None]
        last_ok = self._no_worse(measures, exists, axis=1) & ~self._from_overseas[rows][:, None, None] & ~starves
        replaced = first_ok | last_ok
        own = np.arange(len(sites))
        replaced[:, own, own] = False
        for name in self._certain:
            hub = int(np.flatnonzero(sites == self._position[name])[0])
            better = np.logical_and.reduce([m[:, hub, hub][:, None, None] <= m for m in measures])
            better &= exists[:, hub, hub][:, None, None]
            better[:, hub, hub] = False
            # A certain hub whose own route another certain hub replaced replaces nothing more.
            replaced |= better & ~replaced[:, hub, hub][:, None, None]
        return np.asarray(replaced)

    @staticmethod
    def _no_worse(measures: tuple[NDArray[np.float64], ...], exists: NDArray[np.bool_], axis: int) -> NDArray[np.bool_]:
        """Compare each (k, m) with the one-hub route of k (axis 2) or m (axis 1)."""

        def one_hub(values: NDArray[Any]) -> NDArray[Any]:
            return np.expand_dims(np.diagonal(values, axis1=1, axis2=2), axis)

        no_worse = [np.broadcast_to(one_hub(exists), exists.shape)]
        no_worse += [one_hub(values) <= values for values in measures]
        return np.asarray(np.logical_and.reduce(no_worse), dtype=np.bool_)
