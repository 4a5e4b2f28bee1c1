r"""Multiple-allocation hub location, path form.

Which hubs open and over which one or two of them each commodity travels, so that fixed and transport cost together
are least. A city may use several hubs. The base model of netdesign, with every policy of the instance format.

Sets
----
SITES
    k, m: sites that may open (``instance.allowed``), hubs and sorting centres.
ROUTES
    (r, k, m): commodity r over first hub k and last hub m, k = m allowed; the candidates of route filtering. A sorting
    centre is never k: it takes freight from a hub and hands it out, and has no lane.
COMMODITIES
    r: all commodities.

Parameters
----------
w_r : ``commodities.volume``, t/year
F_rkm : ``routes.cost``, EUR/t; collection, inter-hub and distribution leg, handling, customs, late penalty
f_k : ``site.fixed_cost``, EUR/year
p_min, p_max : ``instance.hub_range``, hubs, existing ones counted
c_min, c_max : ``instance.centre_range``, sorting centres, existing ones counted
q_k : ``site.capacity``, t/year
minimum_k, pi_k : least entering volume of a hub, t/year, and the price of a shortfall, EUR/t; ``minimum_throughput``
minimum : ``air_lane.tonnes_per_year``, t/year
beta : share of ``service``, in all or of a country
E_rkm, cap : ``routes.co2e``, t CO2e/t, and ``carbon.cap_t_per_year``; a price gamma of carbon adds gamma E_rkm to F_rkm
g_km, q_km : ``link.fixed_cost`` of a hub link, EUR/year, and its ``capacity`` each way, t/year
q_min, q_max : ``hub_links.min`` and ``max``, links

Variables
---------
y_k : ``hub_open[k]``, binary
x_rkm : ``route_share[r, k, m]``, at least 0
v_gk : ``lane_open[g, k]``, binary; only where lanes have a minimum
shortfall_k : ``shortfall[k]`` times minimum_k, t/year; only where it has a price
u_km : ``link_open[k, m]``, binary, one for both ways; only where hub links are chosen

Objective
---------
::

    min  sum_k f_k y_k + sum_r w_r sum_km F_rkm x_rkm + sum_k pi_k shortfall_k + sum_km g_km u_km  (1)

Constraints
-----------
::

    sum_km x_rkm = 1                                    for all r       each_commodity_routed_once  (2)
    sum_m x_rkm + sum_{m != k} x_rmk <= y_k             for all r, k    route_only_over_open_hubs   (3)
    p_min <= sum_{hubs k} y_k <= p_max                                  hub_count                   (4)
    c_min <= sum_{centres k} y_k <= c_max                               centre_count                (4)
    y_k = 1                                             for required k  bounds of hub_open          (4)

and, for each policy in force, its group:

::

    sum_{k in group} y_k <= 1                           for all groups  at_most_one_of_group        (5)
    sum_{new k} f_k y_k <= cap                                          new_hubs_within_fixed_cost_cap (6)
    handled_k <= q_k y_k                                for limited k   within_capacity             (7)
    entering_k + shortfall_k >= minimum_k y_k           for k           entering_at_least_minimum   (8)
    v_gk <= y_k                                         for lanes g-k   lane_needs_hub              (9)
    sum_{x over g-k} x_rkm <= v_gk                      for all r, g-k  route_only_over_open_lanes  (10)
    volume over g-k >= minimum v_gk                     for lanes g-k   lane_carries_minimum        (11)
    sum_k v_gk <= minima in the volume of g             for airports g  lanes_with_their_minimum    (11)
    volume past the deadline <= (1 - beta) x volume     in all, by country  enough_inside_deadline  (12)
    sum_r w_r sum_km E_rkm x_rkm <= cap                                 within_carbon_cap           (13)

where

::

    handled_k  = sum_r w_r (sum_m x_rkm + sum_{m != k} x_rmk), or what is collected, sum_r w_r sum_m x_rkm,
                 where capacity counts that
    entering_k = sum_{r that counts} w_r sum_m x_rkm

And where hub links are chosen, of which a route passes one at most (``hub_links.most_on_a_route: 1``):

::

    u_km <= y_k,  u_km <= y_m                           for all links   link_joins_open_hubs        (14)
    q_min <= sum_km u_km <= q_max;  u_km = 1 for required links         link_count                  (15)
    x_rkm + x_rmk <= u_km                               for all r, links  route_only_over_chosen_link (16)
    sum_r w_r x_rkm <= q_km u_km                        for limited links, each way  within_link_capacity (17)

with the rows of ``incomplete_multiple_allocation`` for a tree, ring or line, and where all hubs have to be joined.

Size
----
Sites plus routes variables and about commodities x sites rows; unfiltered there are commodities x sites^2 routes,
route filtering leaves about a tenth.

Relaxation
----------
Strong: (3) in this combined form dominates the two separate ones; without policies that couple commodities the linear
relaxation is often integral. The second row of (11) follows from the first for whole lanes: in part more would open.

References
----------
H. W. Hamacher, M. Labbé, S. Nickel, T. Sonneborn, Adapting polyhedral properties from facility to hub location
problems, Discrete Applied Mathematics 145 (2004) 104-116, doi:10.1016/j.dam.2003.09.011.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyomo.environ as pyo

from netdesign.formulation.hub_links import link_cost
from netdesign.formulation.hubs import fixed_cost
from netdesign.formulation.path_form import add_freight_policies, read_route_plan, shortfall_cost, start_path_form
from netdesign.formulation.protocol import ROUTE_POLICIES
from netdesign.formulation.routes import transport_cost
from netdesign.instance.blocks import Allocation, HubNetwork, Objective, Problem
from netdesign.instance.policies import Policy

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan

TITLE = "Multiple-allocation hub location, path form"
PROBLEMS = tuple(
    Problem(allocation=Allocation.MULTIPLE, objective=Objective.COST, network=network)
    for network in (HubNetwork.COMPLETE, HubNetwork.CHOSEN)
)
POLICIES = ROUTE_POLICIES | {Policy.SORTING_CENTRES, Policy.HUB_LINKS}


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
    model = start_path_form(instance, network)  # (2) to (6), (14) to (17)
    add_freight_policies(model)  # (7) to (13)
    cost = fixed_cost(model, instance) + transport_cost(model, instance, model.routes) + shortfall_cost(model)
    if instance.chooses_links:
        cost += link_cost(model, instance)
    model.total_cost = pyo.Objective(expr=cost)  # (1)
    return model


def read_plan(model: pyo.ConcreteModel) -> Plan:
    """Return the plan that the values of the variables state."""
    return read_route_plan(model)
