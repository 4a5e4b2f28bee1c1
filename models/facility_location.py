r"""Facility location: every route passes one hub.

Which sites open and which of them serves each commodity, so that fixed and transport cost together are least. With a
number of hubs given it is the p-median problem, with fixed costs the uncapacitated and with capacities the capacitated
facility-location problem; under single allocation each customer has one source. States every policy.

Sets
----
SITES
    k: sites that may open (``instance.allowed``).
ROUTES
    (r, k, k): commodity r over hub k; the candidates of route filtering.
COMMODITIES
    r: all commodities. A customer that is served from a facility is a commodity from itself to itself.

Parameters
----------
w_r : ``commodities.volume``, t/year
F_rk : ``routes.cost``, EUR/t; collection and distribution leg, handling, customs, late penalty
f_k : ``site.fixed_cost``, EUR/year
p_min, p_max : ``instance.hub_range``, hubs, existing ones counted
q_k : ``site.capacity``, t/year

Variables
---------
y_k : ``hub_open[k]``, binary
x_rk : ``route_share[r, k, k]``, at least 0; binary under single allocation

Objective
---------
::

    min  sum_k f_k y_k + sum_r w_r sum_k F_rk x_rk                                                        (1)

Constraints
-----------
::

    sum_k x_rk = 1                                      for all r       each_commodity_routed_once        (2)
    x_rk <= y_k                                         for all r, k    route_only_over_open_hubs         (3)
    p_min <= sum_k y_k <= p_max;  y_k = 1 for required k                hub_count                         (4)
    x_rk = x_sk                                         for all k, r and s of one city  one_hub_a_city    (5)

(5) under single allocation. The groups of the policies are those of the multiple-allocation path form, (5) to (13)
there, among them the capacity sum_r w_r x_rk <= q_k y_k.

Size
----
Commodities x sites variables and rows.

Relaxation
----------
Strong: (3) is stated for each commodity, not summed (Cornuéjols, Nemhauser and Wolsey 1990).

References
----------
M. L. Balinski, Integer programming: methods, uses, computation, Management Science 12 (1965) 253-313,
doi:10.1287/mnsc.12.3.253.
G. Cornuéjols, G. L. Nemhauser, L. A. Wolsey, The uncapacitated facility location problem, in: Discrete Location
Theory, Wiley (1990) 119-171.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from netdesign.formulation.hubs import fixed_cost
from netdesign.formulation.path_form import add_freight_policies, read_route_plan, shortfall_cost, start_path_form
from netdesign.formulation.protocol import ROUTE_POLICIES
from netdesign.formulation.routes import transport_cost
from netdesign.instance.blocks import Allocation, Objective, Problem

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan

TITLE = "Facility location"
PROBLEMS = (
    Problem(allocation=Allocation.MULTIPLE, objective=Objective.COST, route_hubs=1),
    Problem(allocation=Allocation.SINGLE, objective=Objective.COST, route_hubs=1),
)
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
    if instance.problem.allocation is Allocation.SINGLE:
        _add_one_hub_a_city(model, instance)  # (5)
    add_freight_policies(model)
    cost = fixed_cost(model, instance) + transport_cost(model, instance, model.routes) + shortfall_cost(model)
    model.total_cost = pyo.Objective(expr=cost)  # (1)
    return model


def _add_one_hub_a_city(model: Any, instance: Instance) -> None:
    """Make the shares binary and tie each city's commodities to its first."""
    share = {(r, k): variable for (r, k, _), variable in model.route_share.items()}
    commodities = instance.commodities
    first: dict[int, int] = {}
    ties: list[tuple[int, int]] = []
    for r, ends in enumerate(zip(commodities.origin.tolist(), commodities.destination.tolist(), strict=True)):
        for city in dict.fromkeys(ends):
            if not instance.is_overseas[city] and first.setdefault(city, r) != r:
                ties.append((first[city], r))
    has_city = ~instance.is_overseas[commodities.origin] | ~instance.is_overseas[commodities.destination]
    for (r, _), variable in share.items():
        if has_city[r]:
            variable.domain = pyo.Binary
    model.ONE_CITY = pyo.Set(dimen=3, initialize=[(r, s, k) for r, s in ties for k in model.SITES])

    @model.Constraint(model.ONE_CITY)
    def one_hub_a_city(_: Any, r: int, s: int, k: str) -> Any:
        # A route that does not exist has no share.
        left, right = share.get((r, k), 0.0), share.get((s, k), 0.0)
        return left == right if (r, k) in share or (s, k) in share else pyo.Constraint.Skip


def read_plan(model: pyo.ConcreteModel) -> Plan:
    """Return the plan that the values of the variables state."""
    return read_route_plan(model)
