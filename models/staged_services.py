r"""Hub location over years and scenarios with scheduled services, path form.

Which modules of capacity are ordered where and in which year, which hubs close again, over which one or two open hubs
each commodity travels in every year, and which vehicle leaves how often on each leg in that year, so that the
discounted cost is least. Hubs and modules are those of ``staged_opening``, a year is that of ``scheduled_services``:
the departures of a year are chosen for its own volume and prices, and those of the year before bind nothing. A city
may have any number of hubs, one for all that it sends and one for all that it receives, or one for both; it may have
others in the next year. Hub links that are chosen are ordered as in ``staged_opening``, and a leg between hubs has
departures only where its link is in use.

Sets
----
NODES
    v: years of the scenario tree, parents before children.
SITES, MODULES
    k, m and s: as in ``staged_opening``.
ROUTES
    (r, k, m) of each node: commodity r over first hub k and last hub m, k = m allowed; all of them.
l
    of each node: legs with a service on which routes go; a pair, whose returns are ``paired``, is one l with two ways.
CHOICES
    (l, u, n) of each node: n departures a week of vehicle u on leg l.

Parameters
----------
Those of ``staged_opening``, and with an index v for the year, as prices may move over the years, those of
``scheduled_services``:

w_vr, F_vrkm : t/year, and EUR/t beside vehicles
lambda_vr : ``stream.late_penalty``, EUR/t
W : ``services.weeks_per_year``
p_vlu : ``departure_eur``, EUR a departure with its way back and its price of carbon

Variables
---------
Those of ``staged_opening``, and in the block ``year[v]`` of each node those of ``scheduled_services``:

x_rkm : ``route_share[r, k, m]``, at least 0
z_lun : ``service[l, u, n]``, binary
l_rkm : ``late_share[r, k, m]``, at least 0
a_ik : ``allocated[i, k]``, binary; with one hub each way ``sent.allocated[i, k]`` and ``received.allocated[i, k]``

Objective
---------
That of ``staged_opening``, (1) to (3) there, in which the cost of a year without capital is

::

    R_v = sum_k (f_vk y_vk + sum_s e_vks z_vks) + sum_r w_vr sum_km (F_vrkm x_vrkm + lambda_vr l_vrkm)
          + W sum_lun p_vlu n z_vlun + sum_k pi_k shortfall_vk + sum_k price b_vk + sum_pk days_p price_p e_vpk
          + sum_km g_vkm u_vkm

Constraints
-----------
(4) to (29) of ``staged_opening`` and, for each v, (7) to (10), (12), (13), (17) and (22) of ``scheduled_services``; the
groups have the names that they have there.

Size
----
Nodes times that of the one-year model.

Relaxation
----------
As weak as both: a part of a module, and a share of a departure, carry their share of the freight. The model is there to
test the others by; larger instances are for the engines that price a year by itself.

References
----------
T. G. Crainic, Service network design in freight transportation, European Journal of Operational Research 122 (2000)
272-288, doi:10.1016/S0377-2217(99)00233-7.
S. A. Alumur, S. Nickel, F. Saldanha-da-Gama, Y. Seçerdin, Multi-period hub network design problems with modular
capacities, Annals of Operations Research 246 (2016) 289-312.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyomo.environ as pyo

from netdesign.formulation.protocol import SERVICE_POLICIES
from netdesign.formulation.staged_costs import risk_cost
from netdesign.formulation.staged_hubs import add_capacity_of_modules, add_peak_days
from netdesign.formulation.staged_policies import add_decisions_on_hubs
from netdesign.formulation.staged_years import add_served_operations, read_staged_plan, start_served_years
from netdesign.instance.blocks import Allocation, HubNetwork, Objective, Problem
from netdesign.instance.policies import Policy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.network import Network
    from netdesign.plan import StagedPlan

TITLE = "Hub location over years and scenarios with scheduled services, path form"
PROBLEMS = tuple(
    Problem(allocation=allocation, objective=Objective.COST, route_hubs=route_hubs, network=network)
    for route_hubs, network in ((2, HubNetwork.COMPLETE), (1, HubNetwork.COMPLETE), (2, HubNetwork.CHOSEN))
    for allocation in (Allocation.MULTIPLE, Allocation.SINGLE, Allocation.SINGLE_EACH_WAY)
)
POLICIES = SERVICE_POLICIES | {Policy.HUB_LINKS}


def build(
    staged: StagedInstance, networks: tuple[Network, ...], known: NDArray[np.float64] | None
) -> pyo.ConcreteModel:
    """Return the model of a staged instance.

    Parameters
    ----------
    staged
        With the policies in force.
    networks
        The legs of each node, and what vehicles take on them.
    known
        Least cost of each path under perfect information, EUR, shape (leaves,); for regret.

    Raises
    ------
    SizeError
        The model would have more variables than are built.
    """
    model = start_served_years(staged, networks)
    add_decisions_on_hubs(model)
    add_served_operations(model)
    add_capacity_of_modules(model)
    add_peak_days(model)
    model.total_cost = pyo.Objective(expr=risk_cost(model, known))
    return model


def read_plan(model: pyo.ConcreteModel) -> StagedPlan:
    """Return the plan that the values of the variables state."""
    return read_staged_plan(model)
