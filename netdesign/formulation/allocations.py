"""Single allocation in the flow forms: one hub a city for all that it sends and receives, free flows of airports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.flows import add_collected, add_distributed, is_present, leg_cost
from netdesign.formulation.hubs import total, weighted_sum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.formulation.flows import FlowData


def add_allocation(model: Any, flows: FlowData) -> tuple[NDArray[np.object_], Any]:
    """Add ``allocated`` with (3) and (4); return the variables, shape (nodes, sites), and the cost of cities' legs."""
    cost = _allocation_cost(flows)
    has_freight = np.array(flows.volume.any(axis=0))
    has_freight[flows.origins] = True
    usable = np.isfinite(cost) & (has_freight & flows.is_city)[:, None]
    own = np.flatnonzero(flows.own_site >= 0)
    usable_elsewhere = usable.copy()
    usable_elsewhere[own, flows.own_site[own]] = False
    index = [(flows.nodes[i], flows.sites[k]) for i, k in np.argwhere(usable_elsewhere)]
    model.allocated = pyo.Var(index, domain=pyo.Binary, doc="a_ik")
    variables: NDArray[np.object_] = np.full(usable.shape, None, dtype=object)
    variables[usable_elsewhere] = np.array([*model.allocated.values(), None], dtype=object)[:-1]
    for i in own[usable[own, flows.own_site[own]]]:
        variables[i, flows.own_site[i]] = model.hub_open[flows.sites[flows.own_site[i]]]

    rows = {flows.nodes[i]: variables[i].tolist() for i in np.flatnonzero(has_freight & flows.is_city)}

    @model.Constraint(list(rows))
    def each_city_has_one_hub(_: Any, i: str) -> Any:  # (3)
        return total(variable for variable in rows[i] if variable is not None) == 1

    @model.Constraint(index)
    def allocated_to_open_hub(model: Any, i: str, k: str) -> Any:  # (4)
        return model.allocated[i, k] <= model.hub_open[k]

    i, k = np.nonzero(is_present(variables))
    return variables, weighted_sum(cost[i, k].tolist(), variables[i, k])


def _allocation_cost(flows: FlowData) -> NDArray[np.float64]:
    """Return O_i c_ik + D_i c_ki, shape (nodes, sites), EUR/year; infinite where a needed leg is missing."""
    into = flows.volume.sum(axis=0)
    cost = np.zeros((flows.volume.shape[1], len(flows.sites)))
    receives = into > 0
    cost[receives] += into[receives, None] * flows.distribution.T[receives]
    cost[flows.origins] += flows.outflow[:, None] * flows.collection
    return cost


def at_destinations(flows: FlowData, allocated: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return what hands out the freight of each origin at each hub to each city, shape (origins, sites, nodes)."""
    by_pair = np.broadcast_to(allocated.T, (len(flows.origins), *allocated.T.shape)).copy()
    by_pair[np.broadcast_to((flows.volume == 0)[:, None, :], by_pair.shape)] = None
    return by_pair


def add_overseas(model: Any, flows: FlowData, collected: NDArray[np.object_], distributed: NDArray[np.object_]) -> Any:
    """Add free flows of overseas airports, put them in the place of allocations, and return their cost."""
    abroad = np.flatnonzero(~flows.is_city[flows.origins])
    free = add_collected(model, flows, abroad)
    collected[abroad] = free[abroad]
    handed = add_distributed(model, flows, ~flows.is_city)
    distributed[:, :, ~flows.is_city] = handed[:, :, ~flows.is_city]
    return leg_cost(flows, free, handed)
