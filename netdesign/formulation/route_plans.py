"""The plan of a path form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.formulation.lanes import read_open_lanes
from netdesign.formulation.routes import read_shares
from netdesign.plan import plan_from_shares

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import CandidateRoutes
    from netdesign.plan import Plan


def read_route_plan(model: Any, instance: Instance, routes: CandidateRoutes) -> Plan:
    """Return the plan that ``hub_open``, ``lane_open`` and ``route_share`` state in a model that holds a solution."""
    open_hubs = tuple(k for k in model.SITES if model.hub_open[k].value > 0.5)
    return plan_from_shares(open_hubs, read_open_lanes(model), read_shares(model, routes), instance.commodities.volume)
