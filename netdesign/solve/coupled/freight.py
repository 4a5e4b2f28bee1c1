"""The freight of an instance by overseas airport, as the loops take it, and what couples it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import Allocation, Objective
from netdesign.instance.policies import Counted, Policy, counted_volume, couplings
from netdesign.solve.core.gate_freight import GateFreight
from netdesign.solve.core.route_matrices import flow_of_commodity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.core.route_matrices import RouteMatrices

_MINIMA = frozenset({Policy.AIR_LANE, Policy.MINIMUM_THROUGHPUT})

PRICED = _MINIMA | {Policy.CAPACITY, Policy.SERVICE, Policy.CARBON}
"""Policies that have prices in the bounds of sets; others are in the program of a set only."""


def is_coupled_by_policies(instance: Instance) -> bool:
    """Return whether policies alone couple the freight of cities that may have several hubs."""
    problem = instance.problem
    is_free = problem.allocation is Allocation.MULTIPLE and problem.objective is Objective.COST
    return is_free and instance.services is None and not instance.has_centres and bool(couplings(instance))


def is_coupled_by_prices(instance: Instance) -> bool:
    """Return whether nothing couples the freight but policies that have prices in the bounds of sets."""
    return is_coupled_by_policies(instance) and PRICED.issuperset(couplings(instance))


def is_coupled_by_minima(instance: Instance) -> bool:
    """Return whether nothing couples the freight but minima of lanes, and of what enters from overseas."""
    return is_coupled_by_policies(instance) and has_priced_minima(instance)


def has_priced_minima(instance: Instance) -> bool:
    """Return whether no policies couple freight but minima of lanes, and of what comes in at hubs."""
    throughput = instance.policies.minimum_throughput
    is_inbound = throughput is None or throughput.counts is Counted.INBOUND
    return is_inbound and _MINIMA.issuperset(couplings(instance))


def is_coupled_in_parts(instance: Instance) -> bool:
    """Return whether cuts on parts of the freight state what couples it: more than capacities, over one lane each."""
    is_capacity_alone = set(couplings(instance)) == {Policy.CAPACITY}
    return is_coupled_by_prices(instance) and not is_capacity_alone and not flies_at_both_ends(instance)


def flies_at_both_ends(instance: Instance) -> bool:
    """Return whether some freight goes from one overseas airport to another, over two lanes."""
    commodities, overseas = instance.commodities, instance.is_overseas
    return bool((overseas[commodities.origin] & overseas[commodities.destination]).any())


def gate_freight(instance: Instance, matrices: RouteMatrices) -> tuple[GateFreight, NDArray[np.intp], NDArray[np.intp]]:
    """Return flows ordered by airport, the position of each commodity's flow, and a commodity of each flow."""
    commodities, overseas, lane = instance.commodities, instance.is_overseas, instance.policies.air_lane
    flow = flow_of_commodity(instance)
    # Commodities of one flow have the same ends.
    of_flow = np.empty(len(matrices.flows.volume), dtype=np.intp)
    of_flow[flow] = np.arange(len(flow))
    first, last = commodities.origin[of_flow], commodities.destination[of_flow]
    counts, none = Counted.INBOUND if lane is None else lane.counts, len(instance.nodes)
    is_both = overseas[first] & overseas[last]
    is_last = ~overseas[first] | (is_both & (counts is Counted.OUTBOUND))
    airport = np.where(is_last, np.where(overseas[last], last, none), first)
    order = np.argsort(airport, kind="stable")
    airports = np.unique(airport[airport < none])
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    fills_lane = np.zeros(len(of_flow), dtype=bool) if lane is None else counted_volume(instance, counts)[of_flow] > 0.0
    throughput = instance.policies.minimum_throughput
    fills_hub = np.zeros(len(of_flow), dtype=bool)
    if throughput is not None and throughput.counts is Counted.INBOUND:
        fills_hub = overseas[first] & ~is_last
    least = np.full(len(airports), 0.0 if lane is None else lane.tonnes_per_year)
    if counts is Counted.ALL:
        # What arrives from another airport may fill these lanes too, at most all of them.
        arriving = np.bincount(last[is_both], matrices.flows.volume[is_both], none)
        least = np.maximum(0.0, least - arriving[airports])
    columns = (matrices.flows.origin, matrices.flows.destination, matrices.flows.volume)
    promises = (matrices.flows.slack_h, matrices.flows.penalty)
    found = GateFreight(
        np.searchsorted(airport[order], np.append(airports, none)).astype(np.int64),
        np.ascontiguousarray(least),
        *(np.ascontiguousarray(column[order]) for column in (*columns, *promises, is_last, fills_lane, fills_hub)),
    )
    return found, place[flow], of_flow[order]
