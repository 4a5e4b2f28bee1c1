"""Candidate routes of a model, after route filtering, and the best routes over a given set of hubs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.errors import SizeError
from netdesign.instance.blocks import Allocation, Objective
from netdesign.instance.policies import CapacityCounts, counted_volume, couplings, minimum_tonnes
from netdesign.network.hub_steps import joined_sites
from netdesign.network.routes import hard_deadline, price_routes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network.legs import Network
    from netdesign.network.routes import RouteCosts

_CELLS_AT_ONCE = 500_000
"""Routes priced at once; bounds the memory of dense instances."""

_DRAWN = 256
"""Commodities by which the number of routes is estimated: within some per cent."""

MOST_CELLS = 200_000_000
"""Most routes that are priced: about a minute of work."""


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
    """Return whether the best route of a commodity depends on others: by a policy, vehicles, or one hub a city."""
    is_bound, has_services = instance.problem.allocation is not Allocation.MULTIPLE, instance.services is not None
    return is_bound or has_services or bool(couplings(instance))


def candidate_routes(instance: Instance, network: Network) -> CandidateRoutes:
    """Return the routes over permitted sites that no other replaces; where a city has one hub, all of them."""
    is_bound = instance.problem.allocation is not Allocation.MULTIPLE
    return _collect(instance, network, None if is_bound else _Filter(instance))


def number_of_candidates(instance: Instance, network: Network) -> int:
    """Return about how many candidate routes there are, by those of some commodities drawn at random."""
    count = len(instance.commodities)
    drawn = np.sort(np.random.default_rng(0).choice(count, min(count, _DRAWN), replace=False))
    return len(_collect(instance, network, _Filter(instance), drawn)) * count // len(drawn)


def all_routes(instance: Instance, network: Network) -> CandidateRoutes:
    """Return every route over permitted sites, without route filtering."""
    return _collect(instance, network, None)


def _collect(
    instance: Instance, network: Network, route_filter: _Filter | None, some: NDArray[np.intp] | None = None
) -> CandidateRoutes:
    """Return the routes of all commodities, or of some, that a filter does not replace."""
    sites = np.array([instance.site_position[name] for name in instance.allowed])
    commodities = np.arange(len(instance.commodities)) if some is None else some
    count = len(commodities)
    cells = count * len(sites) ** instance.problem.route_hubs
    if cells > MOST_CELLS:
        message = f"there are {cells:,} routes to price; at most {MOST_CELLS:,} are"
        raise SizeError(message, (MOST_CELLS / cells) ** (1 / instance.problem.route_hubs))
    step = max(1, _CELLS_AT_ONCE * count // cells)
    blocks = []
    for start in range(0, count, step):
        rows = commodities[start : start + step]
        costs, keep = permitted_routes(instance, network, rows, sites)
        if route_filter is not None:
            keep &= ~route_filter.replaced(costs, keep, rows, sites)
        r, *hubs = np.nonzero(keep)
        columns = (costs.total, costs.time_h, costs.co2e, costs.is_late)
        blocks.append((rows[r], sites[hubs[0]], sites[hubs[-1]], *(column[keep] for column in columns)))
    return CandidateRoutes(*(np.concatenate(column) for column in zip(*blocks, strict=True)))


def permitted_routes(
    instance: Instance, network: Network, rows: NDArray[np.intp], sites: NDArray[np.intp]
) -> tuple[RouteCosts, NDArray[np.bool_]]:
    """Price all routes of commodities over sites, and mark those that exist and keep hard deadlines.

    Where a route passes one of the chosen hub links at most, it exists only over one that may be chosen.

    Returns
    -------
    RouteCosts, array
        Of shape (commodities, first hub, last hub), or (commodities, hub) where a route passes one hub only.
    """
    if instance.problem.route_hubs == 1:
        costs = price_routes(instance, network, rows[:, None], sites, sites)
    else:
        commodity, first, last = np.ix_(rows, sites, sites)
        costs = price_routes(instance, network, commodity, first, last)
    hard = hard_deadline(instance)[rows].reshape(-1, *[1] * (costs.total.ndim - 1))
    exists = np.isfinite(costs.total) & ~(costs.is_late & hard)
    if instance.passes_one_link:
        exists &= (joined_sites(instance) | np.eye(len(instance.sites), dtype=bool))[np.ix_(sites, sites)]
    return costs, exists


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
        collected = policies.capacity is not None and policies.capacity.counts is CapacityCounts.COLLECTED
        self._is_filled = np.array([collected and np.isfinite(site.capacity) for site in instance.sites])
        throughput = policies.minimum_throughput
        self._counts = np.zeros(len(commodities), dtype=bool)
        if throughput is not None:
            self._counts = counted_volume(instance, throughput.counts) > 0
        self._certain = [] if couples_commodities(instance) else sorted(instance.required)
        self._position = instance.site_position

    def replaced(
        self, costs: RouteCosts, exists: NDArray[np.bool_], rows: NDArray[np.intp], sites: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        """Return which routes of a block, shape (commodities, first, last) or (commodities, hub), another replaces."""
        measures = (costs.total, costs.time_h, costs.co2e)
        replaced = self._by_one_of_its_hubs(measures, exists, rows, sites)
        every = (slice(None),)
        to_all = (..., *[None] * (exists.ndim - 1))
        for name in self._certain:
            hub = int(np.flatnonzero(sites == self._position[name])[0])
            own = every + (hub,) * (exists.ndim - 1)
            better = np.logical_and.reduce([measure[own][to_all] <= measure for measure in measures])
            better &= exists[own][to_all]
            better[own] = False
            # A route that is itself replaced by that of another such hub replaces none, so one of equal routes is kept.
            replaced |= better & ~replaced[own][to_all]
        return replaced

    def _by_one_of_its_hubs(
        self,
        measures: tuple[NDArray[np.float64], ...],
        exists: NDArray[np.bool_],
        rows: NDArray[np.intp],
        sites: NDArray[np.intp],
    ) -> NDArray[np.bool_]:
        """Return which routes (k, m) the route (k, k) or (m, m) replaces; routes over one hub are not replaced."""
        if exists.ndim == 2:
            return np.zeros_like(exists)
        # (k, k) keeps the first hub: same lane in and same entry; only a lane out may change.
        first_ok = self._no_worse(measures, exists, axis=2) & ~self._to_overseas[rows][:, None, None]
        # (m, m) changes the entry: another lane in, a minimum at k would lose the volume, m would collect it.
        starves = self._counts[rows][:, None, None] & self._has_minimum[sites][None, :, None]
        fills = self._is_filled[sites][None, None, :]
        last_ok = self._no_worse(measures, exists, axis=1) & ~self._from_overseas[rows][:, None, None]
        replaced = np.asarray(first_ok | (last_ok & ~starves & ~fills))
        own = np.arange(len(sites))
        replaced[:, own, own] = False
        return replaced

    @staticmethod
    def _no_worse(measures: tuple[NDArray[np.float64], ...], exists: NDArray[np.bool_], axis: int) -> NDArray[np.bool_]:
        """Compare each (k, m) with the one-hub route of k (axis 2) or m (axis 1)."""

        def one_hub(values: NDArray[Any]) -> NDArray[Any]:
            return np.expand_dims(np.diagonal(values, axis1=1, axis2=2), axis)

        no_worse = [np.broadcast_to(one_hub(exists), exists.shape)]
        no_worse += [one_hub(values) <= values for values in measures]
        return np.asarray(np.logical_and.reduce(no_worse), dtype=np.bool_)


def best_routes(
    instance: Instance, network: Network, hubs: Sequence[int]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return first hub, last hub and value of each commodity's best permitted route; of equal ones the first.

    Best is the cheapest, or the fastest where the longest time is the objective.

    Parameters
    ----------
    hubs
        Positions of sites.

    Returns
    -------
    array, array, array
        Positions of sites, and F in EUR/t or T in h, infinite where no route is permitted.
    """
    count = len(instance.commodities)
    rows, hard = np.arange(count), hard_deadline(instance)
    first, last = np.zeros(count, dtype=np.intp), np.zeros(count, dtype=np.intp)
    best = np.full(count, np.inf)
    # Pair by pair, so that the routes of large instances are never held at once.
    for k, m in _pairs(instance, hubs):
        costs = price_routes(instance, network, rows, np.array(k), np.array(m))
        value = costs.time_h if instance.problem.objective is Objective.LONGEST_TIME else costs.total
        is_better = np.isfinite(costs.total) & ~(costs.is_late & hard) & (value < best)
        best[is_better] = value[is_better]
        first[is_better], last[is_better] = k, m
    return first, last, best


def _pairs(instance: Instance, hubs: Sequence[int]) -> list[tuple[int, int]]:
    if instance.problem.route_hubs == 1:
        return [(hub, hub) for hub in hubs]
    return list(itertools.product(hubs, hubs))
