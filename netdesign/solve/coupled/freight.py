"""The freight of an instance by overseas airport, as the loops take it, and what lanes and hubs have to get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import Allocation, Objective
from netdesign.instance.policies import Counted, Policy, counted_volume, couplings, minimum_tonnes
from netdesign.solve.core.gate_freight import GateFreight
from netdesign.solve.core.route_matrices import flow_of_commodity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.core.route_matrices import RouteMatrices

DEAREST = 1e12
"""Price of a tonne that has to come in whatever it costs, EUR/t."""


@dataclass(frozen=True)
class Minima:
    """What has to flow.

    Parameters
    ----------
    lane
        What a lane in service carries, t/year; 0 where that is no policy.
    hub, highest
        What has to enter at each site that is open, t/year, and the price of a tonne that does not, EUR/t; shape
        (sites,). 0 for minima that freight between cities fills too: they bound nothing here.
    """

    lane: float
    hub: NDArray[np.float64]
    highest: NDArray[np.float64]


def is_coupled_by_policies(instance: Instance) -> bool:
    """Return whether policies alone couple the freight of cities that may have several hubs, at one end overseas."""
    problem = instance.problem
    is_free = problem.allocation is Allocation.MULTIPLE and problem.objective is Objective.COST
    is_plain = instance.services is None and not instance.has_centres and bool(couplings(instance))
    return is_free and is_plain and not flies_at_both_ends(instance)


def is_coupled_by_minima(instance: Instance) -> bool:
    """Return whether nothing couples the freight but minima that have prices in the bounds of sets."""
    return is_coupled_by_policies(instance) and has_priced_minima(instance)


def has_priced_minima(instance: Instance) -> bool:
    """Return whether no policies couple freight but minima of lanes, and of what comes in at hubs."""
    throughput = instance.policies.minimum_throughput
    has_prices = throughput is None or throughput.counts is Counted.INBOUND
    return has_prices and set(couplings(instance)) <= {Policy.AIR_LANE, Policy.MINIMUM_THROUGHPUT}


def flies_at_both_ends(instance: Instance) -> bool:
    """Return whether some freight goes from one overseas airport to another, over two lanes."""
    commodities, overseas = instance.commodities, instance.is_overseas
    return bool((overseas[commodities.origin] & overseas[commodities.destination]).any())


def minima_of(instance: Instance) -> Minima:
    """Return what lanes and hubs have to get."""
    lane, throughput = instance.policies.air_lane, instance.policies.minimum_throughput
    hub, highest = np.zeros(len(instance.allowed)), np.full(len(instance.allowed), DEAREST)
    if throughput is not None and throughput.counts is Counted.INBOUND:
        tonnes, price = minimum_tonnes(instance), {one.site: one.shortfall_eur_per_t for one in throughput.hubs}
        for place, site in enumerate(instance.allowed):
            hub[place] = tonnes.get(site, 0.0)
            each = price.get(site)
            highest[place] = DEAREST if each is None else each
    return Minima(0.0 if lane is None else lane.tonnes_per_year, hub, highest)


def gate_freight(instance: Instance, matrices: RouteMatrices) -> tuple[GateFreight, NDArray[np.intp]]:
    """Return the flows ordered by airport, and the position of each commodity's flow among them."""
    flows, commodities, overseas = matrices.flows, instance.commodities, instance.is_overseas
    flow = flow_of_commodity(instance)
    # Commodities of one flow have the same ends.
    of_flow = np.empty(len(flows.volume), dtype=np.intp)
    of_flow[flow] = np.arange(len(flow))
    first, last = commodities.origin[of_flow], commodities.destination[of_flow]
    none = len(instance.nodes)
    airport = np.where(overseas[first], first, np.where(overseas[last], last, none))
    order = np.argsort(airport, kind="stable")
    airports = np.unique(airport[airport < none])
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    policies = instance.policies
    fills_lane, fills_hub = (
        np.zeros(len(of_flow), dtype=bool) if policy is None else counted_volume(instance, policy.counts)[of_flow] > 0.0
        for policy in (policies.air_lane, policies.minimum_throughput)
    )
    found = GateFreight(
        start=np.searchsorted(airport[order], np.append(airports, none)).astype(np.int64),
        origin=np.ascontiguousarray(flows.origin[order]),
        destination=np.ascontiguousarray(flows.destination[order]),
        volume=np.ascontiguousarray(flows.volume[order]),
        slack_h=np.ascontiguousarray(flows.slack_h[order]),
        penalty=np.ascontiguousarray(flows.penalty[order]),
        is_last=np.ascontiguousarray(~overseas[first][order]),
        fills_lane=np.ascontiguousarray(fills_lane[order]),
        fills_hub=np.ascontiguousarray(fills_hub[order] & overseas[first][order]),
    )
    return found, place[flow]
