"""Common part of all path forms: hubs, routes and policies without an objective, and reading a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from netdesign.formulation.hubs import add_hub_choice
from netdesign.formulation.policies import add_freight_rows, read_open_lanes
from netdesign.formulation.protocol import check_size
from netdesign.formulation.routes import add_route_choice, read_shares
from netdesign.network import candidate_routes
from netdesign.plan import plan_from_shares

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan


def start_path_form(instance: Instance, network: Network) -> pyo.ConcreteModel:
    """Return a model with ``hub_open`` and ``route_share``, in which each commodity travels over open hubs.

    It holds ``instance``, ``network`` and ``routes``, the candidates of route filtering, for objective and plan.

    Raises
    ------
    SizeError
        The model would have more variables than are built.
    """
    routes = candidate_routes(instance, network)
    check_size(len(routes))
    model = pyo.ConcreteModel(name=instance.name)
    model.instance, model.network, model.routes = instance, network, routes
    add_hub_choice(model, instance)
    add_route_choice(model, instance, routes)
    return model


def add_freight_policies(model: pyo.ConcreteModel) -> None:
    """Add the groups of the policies on freight that are in force; those on hubs alone came with the hubs."""
    add_freight_rows(model, model.instance, model.routes)


def read_route_plan(model: Any) -> Plan:
    """Return the plan that ``hub_open``, ``lane_open`` and ``route_share`` state in a model that holds a solution."""
    open_hubs = tuple(k for k in model.SITES if model.hub_open[k].value > 0.5)
    shares = read_shares(model, model.routes)
    return plan_from_shares(open_hubs, read_open_lanes(model), shares, model.instance.commodities.volume)
