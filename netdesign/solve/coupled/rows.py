"""The rows that couple freight beside lanes, as the loops take them: minima, capacities, shares in time, carbon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import FREIGHT, CapacityCounts, Counted, Policy, counted_volume, minimum_tonnes
from netdesign.solve.core.gate_freight import FIRST, GATE, HUB_ROWS, LIFTED, FreightRows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance, Limit
    from netdesign.network import Network
    from netdesign.solve.core.gate_freight import GateFreight
    from netdesign.solve.core.route_matrices import RouteMatrices

DEAREST = 1e12
"""Price of a tonne that has to come in whatever it costs, EUR/t."""

_DEAR = 1e3
"""Times the dearest route: the highest price of a tonne in other rows. Higher ones would make much of rounding."""


@dataclass(frozen=True)
class Minima:
    """What has to flow.

    Parameters
    ----------
    lane
        What a lane in service carries, t/year; 0 where that is no policy.
    hub, highest
        What has to enter from overseas at each site that is open, t/year, and the price of a tonne that does not,
        EUR/t; shape (sites,).
    """

    lane: float
    hub: NDArray[np.float64]
    highest: NDArray[np.float64]


def minima_of(instance: Instance) -> Minima:
    """Return what lanes have to carry, and what has to enter from overseas; 0 for minima that count other freight."""
    lane, throughput = instance.policies.air_lane, instance.policies.minimum_throughput
    hub, highest = np.zeros(len(instance.allowed)), np.full(len(instance.allowed), DEAREST)
    if throughput is not None and throughput.counts is Counted.INBOUND:
        _add_minima(instance, hub, highest, DEAREST)
    return Minima(0.0 if lane is None else lane.tonnes_per_year, hub, highest)


def freight_rows(
    instance: Instance, network: Network, matrices: RouteMatrices, freight: GateFreight, flows: NDArray[np.intp]
) -> FreightRows:
    """Return the rows of an instance.

    Parameters
    ----------
    instance, network, matrices, freight
        The problem.
    flows
        A commodity of each flow of the freight.
    """
    due, highest = np.zeros((HUB_ROWS, matrices.sites)), np.zeros((HUB_ROWS, matrices.sites))
    dearest, policies = _DEAR * max(1.0, matrices.dearest_route), instance.policies
    enters = np.zeros(len(flows), dtype=bool)
    if policies.minimum_throughput is not None:
        counts = counted_volume(instance, policies.minimum_throughput.counts)[flows] > 0.0
        is_by_gate = not bool((counts & ~freight.fills_hub).any())
        row = GATE if is_by_gate else FIRST
        _add_minima(instance, due[row], highest[row], DEAREST if is_by_gate else dearest)
        enters = np.zeros(len(flows), dtype=bool) if is_by_gate else counts
    counts_last = _add_capacities(instance, due[LIFTED], highest[LIFTED], dearest)
    late, group = _late_limits(instance, flows)
    limit, limit_highest = np.append(0.0, np.nan_to_num(late)), np.append(0.0, np.where(np.isnan(late), 0.0, dearest))
    emissions = [np.zeros((0, 0))] * 3
    for one in _limits(instance, Policy.CARBON):
        limit[0], limit_highest[0] = -one.end, dearest
        emissions = [leg / one.unit for leg in _emissions(instance, network, matrices, freight, flows)]
    if highest[FIRST:].any() or limit_highest.any():
        highest[GATE] = np.minimum(highest[GATE], dearest)
    return FreightRows(due, highest, limit, limit_highest, group, enters, counts_last, *emissions)


def carbon_unit(instance: Instance) -> float:
    """Return the emissions that count as a tonne in the row of carbon, t CO2e; 1 where there is none."""
    return next((limit.unit for limit in _limits(instance, Policy.CARBON)), 1.0)


def _limits(instance: Instance, name: Policy) -> list[Limit]:
    return [limit for policy in FREIGHT if name == policy.NAME for limit in policy.limits(instance)]


def _add_minima(instance: Instance, due: NDArray[np.float64], highest: NDArray[np.float64], dearest: float) -> None:
    """Fill in what hubs have to get, and what a tonne short costs."""
    policy = instance.policies.minimum_throughput
    if policy is None:
        return
    tonnes, price = minimum_tonnes(instance), {one.site: one.shortfall_eur_per_t for one in policy.hubs}
    for place, site in enumerate(instance.allowed):
        if tonnes.get(site, 0.0) > 0.0:
            each = price[site]
            due[place], highest[place] = tonnes[site], dearest if each is None else min(each, dearest)


def _add_capacities(
    instance: Instance, due: NDArray[np.float64], highest: NDArray[np.float64], dearest: float
) -> NDArray[np.int64]:
    """Fill in what hubs lift at most; return whether what they hand out counts."""
    policy = instance.policies.capacity
    if policy is None:
        return np.zeros(1, dtype=np.int64)
    capacity = {site.id: site.capacity for site in instance.sites}
    for place, site in enumerate(instance.allowed):
        if np.isfinite(capacity[site]):
            due[place], highest[place] = -capacity[site], dearest
    return np.array([policy.counts is CapacityCounts.HANDLED], dtype=np.int64)


def _late_limits(instance: Instance, flows: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return what may be late in all and of each group, below 0, not a number where no row is; and each flow's group.

    Shares by country make groups, as each commodity is in one country.
    """
    found, group = [np.nan], np.full(len(flows), -1, dtype=np.int64)
    for one in _limits(instance, Policy.SERVICE):
        allowed, counts = one.least - float(one.weight.sum()), one.weight[flows] > 0.0
        if one.name == "all":
            found[0], group[counts & (group < 0)] = allowed, 0
        else:
            found.append(allowed)
            group[counts] = len(found) - 1
    return np.array(found), group


def _emissions(
    instance: Instance, network: Network, matrices: RouteMatrices, freight: GateFreight, flows: NDArray[np.intp]
) -> list[NDArray[np.float64]]:
    """Return what a tonne emits on each leg, t CO2e/t, 0 where there is none; of the shapes in ``Legs``."""
    sites = np.array([instance.site_position[name] for name in instance.allowed])
    origins = np.empty(matrices.origins, dtype=np.intp)
    origins[freight.origin] = instance.commodities.origin[flows]
    destinations = np.empty(matrices.legs.distribute.shape[1], dtype=np.intp)
    destinations[freight.destination] = instance.commodities.destination[flows]
    between = network.inter_hub.co2e[np.ix_(sites, sites)]
    # A route over one hub has no leg from it to itself, whatever that emits.
    np.fill_diagonal(between, 0.0)
    legs = (
        network.collection.co2e[np.ix_(origins, sites)],
        between,
        network.distribution.co2e[np.ix_(sites, destinations)],
    )
    return [np.ascontiguousarray(np.where(np.isfinite(leg), leg, 0.0)) for leg in legs]
