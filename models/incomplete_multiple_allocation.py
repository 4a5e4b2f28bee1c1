r"""Multiple-allocation hub location with chosen hub links (incomplete hub network).

Which hubs open, which links join them, and how the freight of each origin flows over collection, any number of links
and distribution, so that fixed and transport cost together are least. A city may use several hubs. The form has no
variables for whole routes, so it refuses by name policies that depend on them: deadlines, late penalties, service
shares, minimum throughput and air lanes with a minimum.

Sets
----
SITES
    k, m: sites that may open (``instance.allowed``).
LINKS
    {k, m}: hub links that may be chosen (``instance.permitted_links``), each travelled both ways.
ORIGINS, DESTINATIONS
    i, j: nodes where freight starts and ends.

Parameters
----------
w_ij, O_i : ``flows.volume``, ``flows.outflow``, t/year; freight from i to j, and all that starts at i
c_ik, c_mj : ``flows.collection`` with the pass through k, ``flows.distribution``, EUR/t
c_km : ``flows.transfer`` with the pass through m, EUR/t
f_k, g_km : ``site.fixed_cost`` of a hub, ``link.fixed_cost`` of a link, EUR/year
e, cap : what a leg adds to a measure that has a limit, as ``network.*.co2e``, t CO2e/t, and the limit, as
    ``carbon.cap_t_per_year``; a price of it is in c
p_min, p_max : ``instance.hub_range``, hubs, existing ones counted
q_k, q_km : ``site.capacity``, and ``link.capacity`` each way, t/year
q_min, q_max, H : ``hub_links.min``, ``max`` and ``most_on_a_route``, links

Variables
---------
y_k : ``hub_open[k]``, binary
u_km : ``link_open[k, m]``, binary
z_ik : ``collected[i, k]``, share of O_i, at least 0
t_ikm : ``transferred[i, k, m, h]``, share of O_i that goes from hub k to hub m, at least 0; by h, the number of links
    so far, where a route may pass H of them only
x_ikj : ``distributed[i, k, j]``, share of w_ij, at least 0

Objective
---------
::

    min  sum_k f_k y_k + sum_km g_km u_km                                                                 (1)
         + sum_i O_i (sum_k c_ik z_ik + sum_km c_km t_ikm) + sum_ij w_ij sum_k c_kj x_ikj

Constraints
-----------
::

    p_min <= sum_k y_k <= p_max;  y_k = 1 for required k;  groups and cap as in the path form             (2)
    u_km <= y_k,  u_km <= y_m                           for all links   link_joins_open_hubs              (3)
    q_min <= sum_km u_km <= q_max;  u_km = 1 for required links         link_count                        (4)
    sum_k z_ik = 1                                      for all i       all_is_collected                  (5)
    z_ik <= y_k                                         for all i, k    collected_at_open_hub             (6)
    sum_k x_ikj = 1                                     for all i, j    all_is_distributed                (7)
    x_ikj <= y_k                                        for all i, k, j distributed_from_open_hub         (8)
    z_ik + sum_m t_imk = sum_m t_ikm + sum_j w_ij/O_i x_ikj
                                                        for all i, k    flow_is_kept                      (9)
    t_ikm + t_imk <= u_km                               for all i, links  transferred_over_chosen_link   (10)
    sum_i O_i t_ikm <= q_km u_km                        for limited links, each way  within_link_capacity (11)
    sum_i O_i z_ik <= q_k y_k                           for limited k   within_capacity                  (12)
    sum of e over all legs in use, in tonnes <= cap     where there is one  within_carbon_cap            (13)

(10) holds both ways together, as freight of one origin that crosses a link there and back may as well stay. With H, (9)
holds for each number of links, what hub k hands out after h of them being ``leaves[i, k, h]``. Where capacity counts
what is handled, (12) has sum_im O_i t_imk on its left as well. A tree or line has sum u = sum y - 1
(``one_link_less_than_hubs``), a ring sum_m u_km = 2 y_k and a line sum_m u_km <= 2 y_k (``joined_to_two``); where all
hubs have to be joined, a flow of one unit reaches each of them from a root (``each_hub_is_reached``).

Size
----
About n (s^2 + n s) variables and as many rows for n nodes and s sites; H times as many transfers with H.

Relaxation
----------
Weak where links are few: a fraction of a link carries that fraction of each origin's freight.

References
----------
J. F. Campbell, A. T. Ernst, M. Krishnamoorthy, Hub arc location problems: part I, introduction and results, Management
Science 51 (2005) 1540-1555, doi:10.1287/mnsc.1050.0406.
S. Wandelt, W. Dai, J. Zhang, X. Sun, Toward a reference experimental benchmark for solving hub location problems,
Transportation Science 56 (2022) 543-564, doi:10.1287/trsc.2021.1094.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.flows import (
    add_collected,
    add_distributed,
    add_flow_capacity,
    add_flow_limits,
    flow_data,
    leg_cost,
    transfer_cost,
)
from netdesign.formulation.hub_links import add_hub_links, add_linked_transfers, link_cost, linked_flows
from netdesign.formulation.hubs import add_hub_choice, fixed_cost
from netdesign.formulation.linked_plans import read_linked_plan
from netdesign.formulation.protocol import LINK_POLICIES, check_size
from netdesign.instance.blocks import Allocation, HubNetwork, Objective, Problem
from netdesign.instance.policies import Policy

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan

TITLE = "Multiple-allocation hub location with chosen hub links"
PROBLEMS = (Problem(allocation=Allocation.MULTIPLE, objective=Objective.COST, network=HubNetwork.CHOSEN),)
POLICIES = LINK_POLICIES | {Policy.SORTING_CENTRES}


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
    flows = linked_flows(instance, flow_data(instance, network))
    sites = len(flows.sites)
    check_size(len(flows.origins) * sites * (sites + int((flows.volume > 0).sum() / len(flows.origins))))
    model = pyo.ConcreteModel(name=instance.name)
    model.instance, model.flows = instance, flows
    add_hub_choice(model, instance)  # (2)
    add_hub_links(model, instance)  # (3), (4)
    collected = add_collected(model, flows, np.arange(len(flows.origins)))  # (5), (6)
    distributed = add_distributed(model, flows, np.ones(flows.volume.shape[1], dtype=bool))  # (7), (8)
    transferred = add_linked_transfers(model, instance, flows, collected, distributed)  # (9) to (11)
    add_flow_capacity(model, instance, flows, collected, transferred)  # (12)
    add_flow_limits(model, network, collected, transferred, distributed)  # (13)
    cost = fixed_cost(model, instance) + link_cost(model, instance)
    cost += leg_cost(flows, collected, distributed) + transfer_cost(flows, transferred)
    model.total_cost = pyo.Objective(expr=cost)  # (1)
    model.variables_of_flow = (collected, transferred, distributed)
    return model


def read_plan(model: pyo.ConcreteModel) -> Plan:
    """Return the plan that the values of the variables state."""
    collected, transferred, distributed = model.variables_of_flow
    return read_linked_plan(model, model.instance, model.flows, collected, transferred, distributed)
