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

from typing import TYPE_CHECKING

import pyomo.environ as pyo

from netdesign.formulation.allocations import add_allocation, add_overseas, at_destinations
from netdesign.formulation.flow_plans import read_flow_plan
from netdesign.formulation.flows import (
    add_flow_capacity,
    add_flow_limits,
    add_transferred,
    flow_data,
    transfer_cost,
)
from netdesign.formulation.hubs import add_hub_choice, fixed_cost
from netdesign.formulation.protocol import FLOW_POLICIES, check_size
from netdesign.instance.blocks import Allocation, Objective, Problem

if TYPE_CHECKING:
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
    allocated, cost = add_allocation(model, flows)  # (3), (4)
    collected, distributed = allocated[flows.origins], at_destinations(flows, allocated)
    cost += add_overseas(model, flows, collected, distributed)
    transferred = add_transferred(model, flows, collected, distributed)  # (5), (6)
    add_flow_capacity(model, instance, flows, collected, transferred)  # (7)
    add_flow_limits(model, network, collected, transferred, distributed)  # (8)
    model.total_cost = pyo.Objective(expr=fixed_cost(model, instance) + cost + transfer_cost(flows, transferred))  # (1)
    model.variables_of_flow = (collected, transferred, distributed)
    return model


def read_plan(model: pyo.ConcreteModel) -> Plan:
    """Return the plan that the values of the variables state."""
    collected, transferred, distributed = model.variables_of_flow
    return read_flow_plan(model, model.instance, model.flows, collected, transferred, distributed)
