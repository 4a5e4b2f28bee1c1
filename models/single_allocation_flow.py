r"""Single-allocation hub location, flow form.

Which hubs open and to which one of them each city is allocated, so that fixed and transport cost together are least.
All freight of a city, from it and to it, passes its hub; a city that is an open hub is its own. Overseas airports are
no cities: a freighter may fly to several hubs. The form has no variables for whole routes, so it refuses by name
policies that depend on them: deadlines, late penalties, service shares, minimum throughput and air lanes with a
minimum. ``scheduled_services`` states single allocation with these, with vehicles or without.

Sets
----
SITES
    k, m: sites that may open (``instance.allowed``).
CITIES
    i, j: cities where freight starts or ends; g: overseas airports.

Parameters
----------
w_ij, O_i, D_i : ``flows.volume`` and its sums by origin and destination, t/year
c_ik, c_mj : ``flows.collection`` with the pass through k, ``flows.distribution``, EUR/t
c_km : ``flows.transfer`` with the pass through m, EUR/t
f_k : ``site.fixed_cost``, EUR/year
e, cap : what a leg adds to a measure that has a limit, as ``network.*.co2e``, t CO2e/t, and the limit, as
    ``carbon.cap_t_per_year``; a price of it is in c
p_min, p_max : ``instance.hub_range``, hubs, existing ones counted
q_k : ``site.capacity``, t/year

Variables
---------
y_k : ``hub_open[k]``, binary; a_kk of a city that is site k is y_k itself
a_ik : ``allocated[i, k]``, binary
t_ikm : ``transferred[i, k, m]``, share of O_i that goes from hub k to hub m, at least 0
z_gk, x_ikg : ``collected[g, k]``, ``distributed[i, k, g]``, shares of O_g and w_ig; only of overseas airports

Objective
---------
::

    min  sum_k f_k y_k + sum_ik (O_i c_ik + D_i c_ki) a_ik + sum_ikm O_i c_km t_ikm                       (1)
         + sum_gk O_g c_gk z_gk + sum_ig w_ig sum_k c_kg x_ikg

Constraints
-----------
::

    p_min <= sum_k y_k <= p_max;  y_k = 1 for required k;  groups and cap as in the path form             (2)
    sum_k a_ik = 1                                      for all i       each_city_has_one_hub             (3)
    a_ik <= y_k                                         for all i, k    allocated_to_open_hub             (4)
    a_ik + sum_m t_imk = sum_m t_ikm + sum_j w_ij/O_i a_jk
                                                        for all i, k    flow_is_kept                      (5)
    sum_m t_ikm <= a_ik                                 for all i, k    only_collected_is_transferred     (6)
    sum_i O_i a_ik <= q_k y_k                           for limited k   within_capacity                   (7)
    sum of e over all legs in use, in tonnes <= cap     where there is one  within_carbon_cap        (8)

with z_gk and x_ikg in the place of a_gk and a_gk where the end of the freight is overseas, under rows as in the
multiple-allocation flow form. (6) is there where a detour over a third hub would be cheaper than a transfer, or
emissions have a cap; the 1996 form leaves it out and is exact under the triangle inequality only. Where capacity counts
what is handled, (7) has sum_im O_i t_imk on its left as well.

Size
----
About n^2 s variables and 2 n s rows for n nodes and s sites.

Relaxation
----------
Good for few hubs; the transfers carry little of the cost where inter-hub legs are cheap.

References
----------
A. T. Ernst, M. Krishnamoorthy, Efficient algorithms for the uncapacitated single allocation p-hub median problem,
Location Science 4 (1996) 139-154, doi:10.1016/S0966-8349(96)00011-3.
I. Correia, S. Nickel, F. Saldanha-da-Gama, The capacitated single-allocation hub location problem revisited: a note on
a classical formulation, European Journal of Operational Research 207 (2010) 92-96, doi:10.1016/j.ejor.2010.04.015.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.flow_plans import read_flow_plan
from netdesign.formulation.flows import (
    FLOW_POLICIES,
    add_collected,
    add_distributed,
    add_flow_capacity,
    add_flow_limits,
    add_transferred,
    flow_data,
    is_present,
    transfer_cost,
)
from netdesign.formulation.hubs import add_hub_choice, fixed_cost, total, weighted_sum
from netdesign.formulation.protocol import check_size
from netdesign.instance.blocks import Allocation, Objective, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.formulation.flows import FlowData
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan

TITLE = "Single-allocation hub location, flow form"
PROBLEMS = (Problem(allocation=Allocation.SINGLE, objective=Objective.COST),)
POLICIES = FLOW_POLICIES


def build(instance: Instance, network: Network) -> pyo.ConcreteModel:
    """Return the model of an instance.

    Parameters
    ----------
    instance
        With the policies in force.
    network
        Its legs.

    Raises
    ------
    SizeError
        The model would have more variables than are built.
    """
    flows = flow_data(instance, network)
    check_size(len(flows.origins) * len(flows.sites) ** 2)
    model = pyo.ConcreteModel(name=instance.name)
    model.instance, model.flows = instance, flows
    add_hub_choice(model, instance)  # (2)
    allocated, cost = _add_allocation(model, flows)  # (3), (4)
    collected, distributed = allocated[flows.origins], _at_destinations(flows, allocated)
    cost += _add_overseas(model, flows, collected, distributed)
    transferred = add_transferred(model, flows, collected, distributed)  # (5), (6)
    add_flow_capacity(model, instance, flows, collected, transferred)  # (7)
    add_flow_limits(model, network, collected, transferred, distributed)  # (8)
    model.total_cost = pyo.Objective(expr=fixed_cost(model, instance) + cost + transfer_cost(flows, transferred))  # (1)
    model.variables_of_flow = (collected, transferred, distributed)
    return model


def _add_allocation(model: Any, flows: FlowData) -> tuple[NDArray[np.object_], Any]:
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


def _at_destinations(flows: FlowData, allocated: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return what hands out the freight of each origin at each hub to each city, shape (origins, sites, nodes)."""
    by_pair = np.broadcast_to(allocated.T, (len(flows.origins), *allocated.T.shape)).copy()
    by_pair[np.broadcast_to((flows.volume == 0)[:, None, :], by_pair.shape)] = None
    return by_pair


def _add_overseas(model: Any, flows: FlowData, collected: NDArray[np.object_], distributed: NDArray[np.object_]) -> Any:
    """Add free flows of overseas airports, put them in the place of allocations, and return their cost."""
    abroad = np.flatnonzero(~flows.is_city[flows.origins])
    free = add_collected(model, flows, abroad)
    collected[abroad] = free[abroad]
    i, k = np.nonzero(is_present(free))
    cost = weighted_sum((flows.outflow[i] * flows.collection[i, k]).tolist(), free[i, k])
    handed = add_distributed(model, flows, ~flows.is_city)
    distributed[:, :, ~flows.is_city] = handed[:, :, ~flows.is_city]
    i, k, j = np.nonzero(is_present(handed))
    return cost + weighted_sum((flows.volume[i, j] * flows.distribution[k, j]).tolist(), handed[i, k, j])


def read_plan(model: pyo.ConcreteModel) -> Plan:
    """Return the plan that the values of the variables state."""
    collected, transferred, distributed = model.variables_of_flow
    return read_flow_plan(model, model.instance, model.flows, collected, transferred, distributed)
