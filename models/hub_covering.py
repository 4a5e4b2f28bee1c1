r"""Hub covering: the fewest hubs with which everything arrives inside its deadline.

Which hubs open, as few as can be, and over which one or two of them each commodity with a deadline travels in time.
Every deadline is hard here, whatever its stream states. A city may use several hubs. States every policy; costs do not
count, except against the cap on fixed costs.

Sets
----
SITES
    k, m: sites that may open (``instance.allowed``).
ROUTES
    (r, k, m): commodity r over first hub k and last hub m, k = m allowed, in time; the candidates of route filtering.
COMMODITIES
    r: all commodities.

Parameters
----------
T_rkm, tau_r : ``routes.time_h`` and the deadline, h; routes with T_rkm > tau_r do not exist
p_min, p_max : ``instance.hub_range``, hubs, existing ones counted

Variables
---------
y_k : ``hub_open[k]``, binary
x_rkm : ``route_share[r, k, m]``, at least 0

Objective
---------
::

    min  sum_k y_k                                                                                        (1)

Constraints
-----------
::

    sum_km x_rkm = 1                                    for all r       each_commodity_routed_once        (2)
    sum_m x_rkm + sum_{m != k} x_rmk <= y_k             for all r, k    route_only_over_open_hubs         (3)
    p_min <= sum_k y_k <= p_max;  y_k = 1 for required k                hub_count                         (4)

and the groups of the policies in force, (5) to (13) of the multiple-allocation path form.

Size
----
As the path form, less the routes that are late.

Relaxation
----------
Weak, as of all covering problems without costs: half a hub in two places covers much.

References
----------
J. F. Campbell, Integer programming formulations of discrete hub location problems, European Journal of Operational
Research 72 (1994) 387-405, doi:10.1016/0377-2217(94)90318-2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyomo.environ as pyo

from netdesign.formulation.hubs import total
from netdesign.formulation.path_form import add_freight_policies, read_route_plan, start_path_form
from netdesign.formulation.protocol import ROUTE_POLICIES
from netdesign.instance.blocks import Allocation, Objective, Problem

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan

TITLE = "Hub covering: fewest hubs inside every deadline"
PROBLEMS = (Problem(allocation=Allocation.MULTIPLE, objective=Objective.HUB_NUMBER),)
POLICIES = ROUTE_POLICIES


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
    model = start_path_form(instance, network)  # (2) to (4)
    add_freight_policies(model)
    model.hub_number = pyo.Objective(expr=total(model.hub_open.values()))  # (1)
    return model


def read_plan(model: pyo.ConcreteModel) -> Plan:
    """Return the plan that the values of the variables state."""
    return read_route_plan(model)
