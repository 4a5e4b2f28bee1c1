r"""Hub location with scheduled services, path form.

Which hubs open, over which one or two of them each commodity travels, and which vehicle leaves how often on each leg,
so that fixed, transport and vehicle cost together are least. Departures are whole, and freight waits for them. A city
may have any number of hubs, one for all that it sends and one for all that it receives, or one for both. With every
policy of the instance format; legs without a service are as in the base model.

Sets
----
SITES
    k, m: sites that may open (``instance.allowed``), hubs and sorting centres.
ROUTES
    (r, k, m): commodity r over first hub k and last hub m, k = m allowed; all of them, as a dearer leg may be the one
    that vehicles leave on. A sorting centre is never k: it takes freight from a hub and hands it out, and has no lane.
COMMODITIES
    r: all commodities.
l
    legs with a service on which routes go; a pair, whose returns are ``paired``, is one l with two ways.
CHOICES
    (l, u, n): n departures a week of vehicle u on leg l.
CITIES
    i: where freight starts or ends; only where a city has one hub. An overseas airport is none.

Parameters
----------
w_r : ``commodities.volume``, t/year
F_rkm : ``routes.cost``, EUR/t; what a tonne pays beside vehicles, with the late penalty of what is late in any case
lambda_r : ``stream.late_penalty``, EUR/t
f_k : ``site.fixed_cost``, EUR/year
p_min, p_max : ``instance.hub_range``, hubs, existing ones counted
c_min, c_max : ``instance.centre_range``, sorting centres, existing ones counted
W : ``services.weeks_per_year``
q_u : ``vehicle.payload_t``, t
p_lu : ``departure_eur``, EUR a departure with its way back and its price of carbon; of a pair both ways together
E_lu, E_rkm, cap : t CO2e a departure and a tonne beside it, and ``carbon.cap_t_per_year``
h_lun : hours on the leg, with the wait at n departures
T_rkm : ``routes.time_h``, h; without the legs that have a service
tau_r : ``stream.deadline_h``, h
beta : share of ``service``, in all or of a country

and those of the policies and of the hub links of the base model.

Variables
---------
y_k : ``hub_open[k]``, binary
x_rkm : ``route_share[r, k, m]``, at least 0
z_lun : ``service[l, u, n]``, binary
d_l : ``is_served[l]``, 0 to 1, of legs with rows (8): whether the leg has departures
s_lt : ``soon[l, t]``, 0 to 1, of legs on which waits make freight late: whether departures take at most t hours there
l_rkm : ``late_share[r, k, m]``, at least 0, of routes that departures make late; 0 under a hard deadline
a_ik : ``allocated[i, k]``, binary; a_kk is y_k itself where a route passes two hubs. With one hub each way
    ``sent.allocated[i, k]``, over hubs k, and ``received.allocated[i, k]``, over sorting centres too
v_gk, shortfall_k, u_km : as in the base model

Objective
---------
::

    min  sum_k f_k y_k + sum_r w_r sum_km (F_rkm x_rkm + lambda_r l_rkm)
         + W sum_lun p_lu n z_lun + sum_k pi_k shortfall_k + sum_km g_km u_km          (1)

Constraints
-----------
::

    sum_km x_rkm = 1                                    for all r       each_commodity_routed_once  (2)
    sum_m x_rkm + sum_{m != k} x_rmk <= y_k             for all r, k    route_only_over_open_hubs   (3)
    p_min <= sum_{hubs k} y_k <= p_max                                  hub_count                   (4)
    c_min <= sum_{centres k} y_k <= c_max                               centre_count                (4)
    sum_{k in group} y_k <= 1                           for all groups  at_most_one_of_group        (5)
    sum_{new k} f_k y_k <= cap                                          new_hubs_within_fixed_cost_cap (6)
    sum_un z_lun <= 1                                   for all l       one_vehicle_on_a_leg        (7)
    d_l = sum_un z_lun                                  for all l       served_by_departures        (8)
    sum_{x over l} x_rkm <= d_l                         for all r, l    route_needs_departures
    sum_{x over l} w_r x_rkm <= W sum_un q_u n z_lun    for all l       departures_carry            (9)

Of a pair (8) and (9) hold for each way by itself. For routes that some departures of their legs 1, 2, 3 make late, and
others do not, for all hours t_1, t_2 that legs 1 and 2 may take:

::

    s_lt = sum_{h_lun <= t} z_lun                       for all l, t    soon_by_departures
    x_rkm - l_rkm <= s_{1, <t_1} + s_{2, <t_2} + s_{3, tau_r - T_rkm - t_1 - t_2}
                                                        late_unless_departures_are_soon            (10)

where s_{l, <t} is that of the most hours under t; with one such leg less, one term less. If a route is in time, legs
1 and 2 take less than t_1 and t_2, or leg 3 no more than they leave it; so (10) is exact. Rows that another one implies
are left out. For the other policies in force:

::

    (7) to (11) of the base model                       capacity, minimum_throughput, air_lane     (11)
    late volume <= (1 - beta) x volume                  in all, by country  enough_inside_deadline (12)
    sum_r w_r sum_km E_rkm x_rkm + W sum_lun E_lu n z_lun <= cap                within_carbon_cap  (13)

where the late volume is that of w_r l_rkm, and of w_r x_rkm on routes that are late with any departures. Where a city
has one hub, or one each way, for all cities i, and for each way where they differ:

::

    sum_k a_ik = 1                                      for all i       each_city_has_one_hub      (14)
    a_ik <= y_k                                         for all i, k    allocated_to_open_hub      (15)
    sum_m x_rkm <= a_ik                                 r from i        routes_follow_allocation   (16)
    sum_m x_rmk <= a_ik                                 r to i
    a_ik <= sum_{un that carry all} z_lun               l: i-k or k-i   city_leg_needs_departures  (17)

On a leg l between city and hub flows all that the city sends or receives, or nothing. So (17) stands for (8) and (9)
there, and choices of departures that carry less are left out, and those that another one replaces: no dearer, no
slower where hours decide, and with no more emissions where these have a cap. Of a pair (17) holds for each way by
itself: a city may send over a hub and receive over another, and pays for each pair what the freight of its way takes.

Where hub links are chosen, of which a route passes one at most, (14) to (17) of the base model are (18) to (21) here,
and a leg between hubs, or a pair, has departures only where its link is chosen:

::

    sum_un z_lun <= u_km                                for all l between k and m
                                                        departures_only_on_chosen_link             (22)

How many departures
-------------------
As many as all freight that may pass the leg takes, and more where hours decide: with late penalties as many as these
could pay for, with a hard deadline or a share inside it up to ``departures_per_week.max``, which ends all.

Size
----
The routes of the base model without filtering, with a row for each commodity on each leg but those of (17); of more
than 30,000 the monolithic engine takes the sites group by group (``netdesign/solve/monolithic.py``). A leg has as many
hours as there are numbers of departures at which the wait decides that a route is late, and (10) as many rows a
route as two legs have pairs of them; more than 300,000 are not built. Where one site may open each city has one hub,
whatever it might have, and the model is that of one hub a city.

Relaxation
----------
Weak where vehicles are not full: a share of a departure carries its share of the freight, so that the relaxation is
near the price of full vehicles, and the least departures come in by (8) alone. Where a city has one hub, its legs are
strong: by (17) a share of a hub pays its share of departures that carry all, so that they cost what an assignment does,
and only legs between hubs and lanes are weak.

References
----------
T. L. Magnanti, R. T. Wong, Network design and transportation planning: models and algorithms, Transportation Science
18 (1984) 1-55, doi:10.1287/trsc.18.1.1.
T. G. Crainic, Service network design in freight transportation, European Journal of Operational Research 122 (2000)
272-288, doi:10.1016/S0377-2217(99)00233-7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyomo.environ as pyo

from netdesign.formulation.hub_links import link_cost
from netdesign.formulation.hubs import add_hub_choice, fixed_cost
from netdesign.formulation.path_form import shortfall_cost
from netdesign.formulation.protocol import SERVICE_POLICIES, check_size
from netdesign.formulation.route_links import add_departures_only_on_chosen_link, add_route_links
from netdesign.formulation.routes import add_route_choice, add_single_allocation, transport_cost
from netdesign.formulation.served_routes import ServedRoutes
from netdesign.formulation.services import add_policies, add_services, late_cost, read_served_plan, vehicle_cost
from netdesign.instance.blocks import Allocation, HubNetwork, Objective, Problem
from netdesign.instance.policies import Policy

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan

TITLE = "Hub location with scheduled services, path form"
PROBLEMS = tuple(
    Problem(allocation=allocation, objective=Objective.COST, route_hubs=route_hubs, network=network)
    for route_hubs, network in ((2, HubNetwork.COMPLETE), (1, HubNetwork.COMPLETE), (2, HubNetwork.CHOSEN))
    for allocation in (Allocation.MULTIPLE, Allocation.SINGLE, Allocation.SINGLE_EACH_WAY)
)
POLICIES = SERVICE_POLICIES | {Policy.SORTING_CENTRES, Policy.HUB_LINKS}


def build(instance: Instance, network: Network) -> pyo.ConcreteModel:
    """Return the model of an instance.

    Parameters
    ----------
    instance
        With the policies in force.
    network
        Its legs, and what vehicles take on them.

    Raises
    ------
    SizeError
        The model would have more variables than are built.
    """
    if len(instance.allowed) == 1:
        # Over one site each city has one hub, whatever it might have: a hundredth of the columns, and of the time.
        instance = instance.replace(problem=instance.problem.model_copy(update={"allocation": Allocation.SINGLE}))
    served = ServedRoutes(instance, network)
    routes = served.candidates
    check_size(len(routes))
    model = pyo.ConcreteModel(name=instance.name)
    model.instance, model.network, model.routes, model.served = instance, network, routes, served
    add_hub_choice(model, instance)  # (4) to (6)
    add_route_choice(model, instance, routes)  # (2), (3)
    is_free = instance.problem.allocation is Allocation.MULTIPLE
    allocated = {} if is_free else add_single_allocation(model, instance, routes)  # (14) to (16)
    add_services(model, instance, served, allocated)  # (7) to (10), (17)
    add_policies(model, instance, served)  # (11) to (13)
    if instance.chooses_links:
        add_route_links(model, instance, routes)  # (18) to (21)
        add_departures_only_on_chosen_link(model, instance)  # (22)
    cost = fixed_cost(model, instance) + transport_cost(model, instance, routes) + shortfall_cost(model)
    if instance.chooses_links:
        cost += link_cost(model, instance)
    model.total_cost = pyo.Objective(expr=cost + late_cost(model, instance, served) + vehicle_cost(model))  # (1)
    return model


def read_plan(model: pyo.ConcreteModel) -> Plan:
    """Return the plan that the values of the variables state."""
    return read_served_plan(model, model.served)
