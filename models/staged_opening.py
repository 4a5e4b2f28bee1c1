r"""Hub location over years and scenarios, path form.

Which modules of capacity are ordered where and in which year, which hubs close again, and over which one or two open
hubs each commodity travels in every year, so that the discounted cost is least: its mean over the scenario tree, the
mean of its dearest paths, or the largest regret. Orders are paid at the node of the tree where they are decided, and
usable below it once the lead time is over. Several allocations of a city or one; every policy of the instance format.
Where hub links are chosen, of which a route passes one at most, each is ordered too and stays from its lead time on.

Sets
----
NODES
    v: years of the scenario tree, parents before children; P(v) is the path from the root to v, l a leaf, p the parent.
SITES
    k, m: sites that may ever open, existing ones are open in every year.
MODULES
    s: sizes of capacity.
ROUTES
    (r, k, m) of each node: commodity r over first hub k and last hub m, k = m allowed; the candidates of route
    filtering, under single allocation all that exist.

Parameters
----------
w_vr, F_vrkm : volume, t/year, and route cost, EUR/t, of the year of v, as in the one-year path form
f_vk, e_vks : ``prices.running`` of an open hub and ``prices.yearly`` of a module in use, EUR/year
K_vks, X_vks : ``prices.capital`` of a module, ``prices.exit`` of giving one up, EUR
q_s, a_s, lead_s, term_s, most_s : capacity, t/year, floor, m2, lead time and minimum term, years, limit at a hub
z0_ks : ``staged.installed``, modules that are there when the first year begins
d_v : ``staged.discount``, worth in the first year of a EUR in the year of v
P_v : probability of reaching v
u_vs : ``staged.used_share``, part of the capital that the years of use up to the horizon bear
n_uvs : part of the capital paid at u that the years after v up to the horizon would bear
B_v, b_vk : most handling by others, t/year, and ``contract.price_eur_per_t``
g_vkm, G_vkm, lead_km : ``link.fixed_cost`` of a hub link in use, EUR/year, its ``capital``, EUR, and ``lead``, years
phi_vrp : freight of r on the peak day of stream p, t; ``peak.factor`` times that of an average day for its own stream

Variables
---------
In the block ``year[v]`` of each node:

o_ks : ``module_ordered[k, s]``, integer; only where lead_s ends before the horizon
z_ks : ``module_installed[k, s]``, integer, modules in use
y_k : ``hub_open[k]``, binary
c_k : ``hub_closed[k]``, binary, closed from the next year on; only where hubs may close, of new hubs, at no leaf
g_uks : ``given_up[u, k, s]``, integer, modules ordered at u and given up at v; only of those in use for their term
x_rkm : ``route_share[r, k, m]``, at least 0
v_gk : ``lane_open[g, k]``, binary; only where lanes have a minimum
a_ik : ``allocated[i, k]``, binary; only under single allocation, and a_kk is y_k itself where a route passes two hubs
b_k : ``contract[k]`` times its limit, t/year
e_pk : ``overflow[p, k]`` times the freight of the peak day, t; only where it has a price
s_km : ``link_ordered[k, m]``, binary; only where hub links are chosen and lead_km ends before the horizon
u_km : ``link_open[k, m]``, binary, a hub link in use; only where they are chosen
C_k : sum of c_k over the nodes of P(v) before v, an expression

and of the tree, where the measure is not the mean:

t_v : ``year_cost[v]``, discounted cost of the year without capital
eta, xi_l : ``tail_start`` and ``tail_excess[l]``, at least 0; CVaR
theta : ``worst``; regret, with the largest of known_l added to it

Objective
---------
::

    min  sum_v P_v (d_v R_v + D_v)                                                          mean           (1)
    min  eta + 1 / (1 - level) sum_l P_l xi_l                                               cvar           (2)
    min  theta - max_l known_l                                                              regret         (3)

where, with the shortfalls of minima as in the one-year path form,

::

    R_v = sum_k (f_vk y_vk + sum_s e_vks z_vks) + sum_r w_vr sum_km F_vrkm x_vrkm + sum_k pi_k shortfall_vk
          + sum_k price b_vk + sum_pk days_p price_p e_vpk + sum_km g_vkm u_vkm
    D_v = d_v sum_ks K_vks u_vs o_vks + sum_uks (d_v X_vks - d_u K_uks n_uvs) g_uvks + d_v sum_km G_vkm s_vkm

Constraints
-----------
Of modules and hubs; (8) to (11) of new hubs, (12) to (14) where hubs may close:

::

    z_vks = z0_ks + sum_{u in P(v), in use at v} (o_uks - sum_{w in P(p)} g_uwks)           modules_in_use (4)
    z0_ks + sum_{v in P(l)} o_vks <= most_s             for all l, k, s     at_most_so_many_modules        (5)
    sum_s a_s (z0_ks + sum_{v in P(l)} o_vks) <= area   for all l, k        within_largest_area            (6)
    y_vk = 1                                            for existing k      bounds of hub_open             (7)
    z_vks <= most_s y_vk                                                    modules_open_hub               (8)
    y_vk <= sum_s z_vks                                                     open_hub_has_modules           (9)
    y_vk >= y_pk - c_pk                                                     hub_stays_open                (10)
    c_vk <= y_vk;  y_vk + C_vk <= 1            only_an_open_hub_closes, closed_for_good                   (11)
    sum_{u in P(v)} (o_uks - sum_{w in P(v)} g_uwks) <= most_s (1 - C_vk - c_vk)
                                                                            all_is_given_up               (12)
    sum_u g_uvks <= most_s c_vk                                             given_up_by_closing           (13)
    sum_{w in P(v)} g_uwks <= o_uks                     for all u in P(v)   given_up_once                 (14)

In (12) a module that is too young to be given up keeps its hub open, and nothing is ordered where a hub has closed.

Of policies on hubs and capital:

::

    y_lk + C_lk >= 1                                    for required k      required_hub_opens            (15)
    p_min <= sum_k (y_lk + C_lk) <= p_max               for all l           hub_count                     (16)
    sum_{k in group} (y_lk + C_lk) <= 1                 for all l, groups   at_most_one_of_group          (17)
    sum_{new k} (f_vk y_vk + sum_s e_vks z_vks) <= cap  for all v   new_hubs_within_fixed_cost_cap        (18)
    capital on P(l) <= total budget                     for all l           within_total_budget           (19)
    capital of v <= budget of its year, or, where budgets carry over,
    capital of the named years on P(v) <= their budgets for named years     within_budget_of_year         (20)

Of freight, for each v: (2), (3) and the groups of policies of the one-year path form but for capacity, and

::

    handled_k <= sum_s q_s z_ks + b_k                   for all k           within_capacity               (21)
    b_k <= B_v y_k                                      for all k           contract_at_open_hub          (22)
    sum_{(r, k, m)} phi_rp x_rkm <= sum_s peak_s z_ks + b_k / 365 + e_pk
                                                        for all p, k        within_daily_capacity         (23)

and under single allocation, for cities i:

::

    sum_k a_ik = 1;  a_ik <= y_k                        each_city_has_one_hub, allocated_to_open_hub      (24)
    sum_m x_rkm <= a_ik for r from i;  sum_k x_rkm <= a_im for r to i       routes_follow_allocation      (25)

Where hub links are chosen, and no hub closes, for each v (14), (16) and (17) of the one-year path form; of its (15) the
least number, required links and the shape at the leaves, all other rules on links in each year; and

::

    u_vkm = sum_{w in P(v), year of w + lead_km <= year of v} s_wkm             ordered_links_in_use           (26)

so that a link is ordered once on a path, stays, and has its ends open in each year of its use. Capital in (19) and (20)
counts G_vkm s_vkm.

Of risk:

::

    d_v R_v <= t_v                                      for all v           year_costs_so_much            (27)
    sum_{v in P(l)} (t_v + D_v) <= eta + xi_l           for all l           excess_of_path                (28)
    sum_{v in P(l)} (t_v + D_v) - known_l <= theta - max known   for all l  regret_of_path                (29)

Size
----
Nodes times that of the one-year path form. Only the modules and hub links join the years; with the orders fixed each
year is a problem of its own.

Relaxation
----------
(3) and (9) together make a part of a hub pay for the same part of its cheapest module. Weak where a module lifts much
more than its hub needs, as (21) then buys a part of it; peaks and minima weaken it further.

References
----------
S. A. Alumur, S. Nickel, F. Saldanha-da-Gama, Y. Seçerdin, Multi-period hub network design problems with modular
capacities, Annals of Operations Research 246 (2016) 289-312.
R. T. Rockafellar, S. Uryasev, Optimization of conditional value-at-risk, Journal of Risk 2 (2000) 21-41.
D. Skorin-Kapov, J. Skorin-Kapov, M. O'Kelly, Tight linear programming relaxations of uncapacitated p-hub median
problems, European Journal of Operational Research 94 (1996) 582-593.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyomo.environ as pyo

from netdesign.formulation.protocol import ROUTE_POLICIES
from netdesign.formulation.staged_costs import risk_cost
from netdesign.formulation.staged_hubs import add_capacity_of_modules, add_peak_days
from netdesign.formulation.staged_policies import add_decisions_on_hubs
from netdesign.formulation.staged_years import add_operations, read_staged_plan, start_years
from netdesign.instance.blocks import Allocation, HubNetwork, Objective, Problem
from netdesign.instance.policies import Policy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.network import Network
    from netdesign.plan import StagedPlan

TITLE = "Hub location over years and scenarios, path form"
PROBLEMS = tuple(
    Problem(allocation=allocation, objective=Objective.COST, route_hubs=route_hubs, network=network)
    for route_hubs, network in ((2, HubNetwork.COMPLETE), (1, HubNetwork.COMPLETE), (2, HubNetwork.CHOSEN))
    for allocation in (Allocation.MULTIPLE, Allocation.SINGLE)
)
POLICIES = ROUTE_POLICIES | {Policy.HUB_LINKS}


def build(
    staged: StagedInstance, networks: tuple[Network, ...], known: NDArray[np.float64] | None
) -> pyo.ConcreteModel:
    """Return the model of a staged instance.

    Parameters
    ----------
    staged
        With the policies in force.
    networks
        The legs of each node.
    known
        Least cost of each path under perfect information, EUR, shape (leaves,); for regret.

    Raises
    ------
    SizeError
        The model would have more variables than are built.
    """
    model = start_years(staged, networks)  # (7)
    add_decisions_on_hubs(model)  # (4) to (6), (8) to (20)
    add_operations(model)  # (24) to (26)
    add_capacity_of_modules(model)  # (21), (22)
    add_peak_days(model)  # (23)
    model.total_cost = pyo.Objective(expr=risk_cost(model, known))  # (1) to (3), (27) to (29)
    return model


def read_plan(model: pyo.ConcreteModel) -> StagedPlan:
    """Return the plan that the values of the variables state."""
    return read_staged_plan(model)
