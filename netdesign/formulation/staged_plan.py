"""From the values of a staged model to a staged plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from netdesign.formulation.lanes import read_open_lanes
from netdesign.formulation.routes import read_shares
from netdesign.plan import NEGLIGIBLE_SHARE, NodePlan, Order, StagedPlan, plan_from_shares

if TYPE_CHECKING:
    from netdesign.plan import Plan


def read_staged_plan(model: Any) -> StagedPlan:
    """Return the plan that ``module_ordered``, ``hub_closed`` and the blocks of the years state."""
    return StagedPlan(tuple(_node(model, block) for block in model.years))


def _node(model: Any, block: Any) -> NodePlan:
    counts = {key: round(variable.value or 0.0) for key, variable in block.module_ordered.items()}
    closed = getattr(block, "hub_closed", {})
    return NodePlan(
        orders=tuple(Order(k, s, count) for (k, s), count in counts.items() if count),
        closings=tuple(k for k in closed if closed[k].value > 0.5),
        operations=_operations(block),
        contract=_contract(model, block),
    )


def _operations(block: Any) -> Plan:
    # An existing hub that costs nothing may be in no row: then no solver has given its variable a value.
    is_open = {k: k in block.instance.existing or block.hub_open[k].value > 0.5 for k in block.SITES}
    open_hubs = tuple(k for k in block.SITES if is_open[k])
    shares = read_shares(block, block.routes)
    return plan_from_shares(open_hubs, read_open_lanes(block), shares, block.instance.commodities.volume)


def _contract(model: Any, block: Any) -> tuple[tuple[str, float], ...]:
    """Return what is bought, with what the tolerance of the solver left over: a contract is bought by the gram."""
    unit = float(model.staged.capacities.min())
    bought = {}
    for k, limit in block.contract_limit.items():
        rounding = max(0.0, pyo.value(block.within_capacity[k].body)) * unit
        bought[k] = min(limit, max(0.0, block.contract[k].value or 0.0) * limit + rounding)
    return tuple((k, tonnes) for k, tonnes in bought.items() if tonnes > NEGLIGIBLE_SHARE * block.contract_limit[k])
