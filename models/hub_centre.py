r"""Hub centre: the shortest longest time.

Which hubs open and over which one or two of them each commodity travels, so that the longest time from order to door
is as short as can be. A city may use several hubs; the number of hubs is what the policies allow. States every policy;
costs do not count, except against the cap on fixed costs.

Sets
----
SITES
    k, m: sites that may open (``instance.allowed``).
ROUTES
    (r, k, m): commodity r over first hub k and last hub m, k = m allowed; the candidates of route filtering.
COMMODITIES
    r: all commodities.

Parameters
----------
T_rkm : ``routes.time_h``, h
p_min, p_max : ``instance.hub_range``, hubs, existing ones counted

Variables
---------
y_k : ``hub_open[k]``, binary
x_rkm : ``route_share[r, k, m]``, at least 0
u_rkm : ``route_used[r, k, m]``, binary; only where a policy couples the commodities
z : ``longest_h``, h

Objective
---------
::

    min  z                                                                                                (1)

Constraints
-----------
::

    sum_km x_rkm = 1                                    for all r       each_commodity_routed_once        (2)
    sum_m x_rkm + sum_{m != k} x_rmk <= y_k             for all r, k    route_only_over_open_hubs         (3)
    p_min <= sum_k y_k <= p_max;  y_k = 1 for required k                hub_count                         (4)
    sum_km T_rkm x_rkm <= z                             for all r       no_time_over_the_longest          (5)
    x_rkm <= u_rkm;  T_rkm u_rkm <= z                   for all r, k, m used_route_within_longest         (6)

(6) where a policy couples the commodities: half the freight on a fast route would hide the time of the other half.
Without such a policy a split is never needed, and of the routes that share a commodity the fastest is taken. And the
groups of the policies in force, (5) to (13) of the multiple-allocation path form.

Size
----
As the path form, with one row more for each commodity; with (6) also a binary and two rows for each route.

Relaxation
----------
Weak: half a hub in two places is near to everything.

References
----------
J. F. Campbell, Integer programming formulations of discrete hub location problems, European Journal of Operational
Research 72 (1994) 387-405, doi:10.1016/0377-2217(94)90318-2.
A. T. Ernst, H. Hamacher, H. Jiang, M. Krishnamoorthy, G. Woeginger, Uncapacitated single and multiple allocation p-hub
center problems, Computers & Operations Research 36 (2009) 2230-2241, doi:10.1016/j.cor.2008.08.021.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.hubs import weighted_sum
from netdesign.formulation.path_form import add_freight_policies, read_route_plan, start_path_form
from netdesign.formulation.protocol import ROUTE_POLICIES
from netdesign.formulation.routes import runs, share_variables
from netdesign.instance.blocks import Allocation, Objective, Problem
from netdesign.network import couples_commodities, price_routes

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import CandidateRoutes, Network
    from netdesign.plan import Plan

TITLE = "Hub centre: shortest longest time"
PROBLEMS = (Problem(allocation=Allocation.MULTIPLE, objective=Objective.LONGEST_TIME),)
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
    _add_longest_time(model, instance, model.routes)  # (1), (5), (6)
    return model


def _add_longest_time(model: Any, instance: Instance, routes: CandidateRoutes) -> None:
    variables = share_variables(model)
    fastest = {r: float(routes.time_h[start:end].min()) for r, start, end in runs(routes.commodity)}
    model.longest_h = pyo.Var(bounds=(max(fastest.values()), None), doc="z")
    rows = {r: slice(start, end) for r, start, end in runs(routes.commodity)}

    @model.Constraint(model.COMMODITIES)
    def no_time_over_the_longest(model: Any, r: int) -> Any:  # (5)
        weights = [*routes.time_h[rows[r]].tolist(), -1.0]
        return weighted_sum(weights, [*variables[rows[r]], model.longest_h]) <= 0

    if couples_commodities(instance):
        _add_used_routes(model, routes)
    model.longest_time = pyo.Objective(expr=model.longest_h)


def _add_used_routes(model: Any, routes: CandidateRoutes) -> None:  # (6)
    model.route_used = pyo.Var(model.ROUTES, domain=pyo.Binary, doc="u_rkm")
    time_h = dict(zip(model.ROUTES, routes.time_h.tolist(), strict=True))

    @model.Constraint(model.ROUTES)
    def share_only_of_used_route(model: Any, r: int, k: str, m: str) -> Any:
        return model.route_share[r, k, m] <= model.route_used[r, k, m]

    @model.Constraint(model.ROUTES)
    def used_route_within_longest(model: Any, r: int, k: str, m: str) -> Any:
        return time_h[r, k, m] * model.route_used[r, k, m] <= model.longest_h


def read_plan(model: pyo.ConcreteModel) -> Plan:
    """Return the plan that the values of the variables state."""
    instance = model.instance
    plan = read_route_plan(model)
    if couples_commodities(instance):
        return plan
    time_h = price_routes(instance, model.network, plan.commodity, plan.first_hub, plan.last_hub).time_h
    order = np.lexsort((time_h, plan.commodity))
    first = order[np.flatnonzero(np.diff(plan.commodity[order], prepend=-1))]
    return replace(
        plan,
        commodity=plan.commodity[first],
        first_hub=plan.first_hub[first],
        last_hub=plan.last_hub[first],
        volume=instance.commodities.volume[plan.commodity[first]],
    )
