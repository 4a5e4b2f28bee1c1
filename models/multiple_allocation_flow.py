r"""Multiple-allocation hub location, flow form.

Which hubs open and how the freight of each origin flows over them, so that fixed and transport cost together are least.
A city may use several hubs. Smaller than the path form and weaker; it has no variables for whole routes, so it refuses
by name policies that depend on them: deadlines, late penalties, service shares, minimum throughput and air lanes with a
minimum.

Sets
----
SITES
    k, m: sites that may open (``instance.allowed``).
ORIGINS, DESTINATIONS
    i, j: nodes where freight starts and ends.

Parameters
----------
w_ij, O_i : ``flows.volume``, ``flows.outflow``, t/year; freight from i to j, and all that starts at i
c_ik, c_mj : ``flows.collection`` with the pass through k, ``flows.distribution``, EUR/t
c_km : ``flows.transfer`` with the pass through m, EUR/t
f_k : ``site.fixed_cost``, EUR/year
e, cap : what a leg adds to a measure that has a limit, as ``network.*.co2e``, t CO2e/t, and the limit, as
    ``carbon.cap_t_per_year``; a price of it is in c
p_min, p_max : ``instance.hub_range``, hubs, existing ones counted
q_k : ``site.capacity``, t/year

Variables
---------
y_k : ``hub_open[k]``, binary
z_ik : ``collected[i, k]``, share of O_i, at least 0
t_ikm : ``transferred[i, k, m]``, share of O_i that goes from hub k to hub m, at least 0
x_ikj : ``distributed[i, k, j]``, share of w_ij, at least 0

Objective
---------
::

    min  sum_k f_k y_k + sum_i O_i (sum_k c_ik z_ik + sum_km c_km t_ikm) + sum_ij w_ij sum_k c_kj x_ikj   (1)

Constraints
-----------
::

    p_min <= sum_k y_k <= p_max;  y_k = 1 for required k;  groups and cap as in the path form             (2)
    sum_k z_ik = 1                                      for all i       all_is_collected                  (3)
    z_ik <= y_k                                         for all i, k    collected_at_open_hub             (4)
    sum_k x_ikj = 1                                     for all i, j    all_is_distributed                (5)
    x_ikj <= y_k                                        for all i, k, j distributed_from_open_hub         (6)
    z_ik + sum_m t_imk = sum_m t_ikm + sum_j w_ij/O_i x_ikj
                                                        for all i, k    flow_is_kept                      (7)
    sum_m t_ikm <= z_ik                                 for all i, k    only_collected_is_transferred     (8)
    sum_i O_i z_ik <= q_k y_k                           for limited k   within_capacity                   (9)
    sum of e over all legs in use, in tonnes <= cap     where there is one  within_carbon_cap        (10)

(8) is there where a detour over a third hub would be cheaper than a transfer, or legs have a limit; the 1998 form
leaves it out and is exact under the triangle inequality only. Where capacity counts what is handled, (9) has
sum_im O_i t_imk on its left as well.

Size
----
About n^2 (s + 1) variables and as many rows for n nodes and s sites.

Relaxation
----------
Weaker than the path form: a transfer into a hub is not held by y_k itself, only by what the hub hands out.

References
----------
A. T. Ernst, M. Krishnamoorthy, Exact and heuristic algorithms for the uncapacitated multiple allocation p-hub median
problem, European Journal of Operational Research 104 (1998) 100-112, doi:10.1016/S0377-2217(96)00340-2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.flow_plans import read_flow_plan
from netdesign.formulation.flows import (
    add_collected,
    add_distributed,
    add_flow_capacity,
    add_flow_limits,
    add_transferred,
    flow_data,
    leg_cost,
    transfer_cost,
)
from netdesign.formulation.hubs import add_hub_choice, fixed_cost
from netdesign.formulation.protocol import FLOW_POLICIES, check_size
from netdesign.instance.blocks import Allocation, Objective, Problem

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan

TITLE = "Multiple-allocation hub location, flow form"
PROBLEMS = (Problem(allocation=Allocation.MULTIPLE, objective=Objective.COST),)
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
    sites = len(flows.sites)
    check_size(len(flows.origins) * sites * (sites + int((flows.volume > 0).sum() / len(flows.origins))))
    model = pyo.ConcreteModel(name=instance.name)
    model.instance, model.flows = instance, flows
    add_hub_choice(model, instance)  # (2)
    collected = add_collected(model, flows, np.arange(len(flows.origins)))  # (3), (4)
    distributed = add_distributed(model, flows, np.ones(flows.volume.shape[1], dtype=bool))  # (5), (6)
    transferred = add_transferred(model, flows, collected, distributed)  # (7), (8)
    add_flow_capacity(model, instance, flows, collected, transferred)  # (9)
    add_flow_limits(model, network, collected, transferred, distributed)  # (10)
    cost = fixed_cost(model, instance) + leg_cost(flows, collected, distributed) + transfer_cost(flows, transferred)
    model.total_cost = pyo.Objective(expr=cost)  # (1)
    model.variables_of_flow = (collected, transferred, distributed)
    return model


def read_plan(model: pyo.ConcreteModel) -> Plan:
    """Return the plan that the values of the variables state."""
    collected, transferred, distributed = model.variables_of_flow
    return read_flow_plan(model, model.instance, model.flows, collected, transferred, distributed)
