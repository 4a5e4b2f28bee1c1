"""Orders and closings of a staged model that are not free: those of a plan, or the same on every branch."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

if TYPE_CHECKING:
    from netdesign.plan import NodePlan, StagedPlan

_DECISIONS = ("module_ordered", "hub_closed", "link_ordered")
"""Variables of a year that decide; operations follow each branch."""


def keep_decisions(model: Any, plan: StagedPlan) -> bool:
    """Hold orders and closings to those of a plan; return whether the model has variables for all of them."""
    return all(_keep_decisions_of_year(block, own) for block, own in zip(model.years, plan.nodes, strict=True))


def _keep_decisions_of_year(block: Any, own: NodePlan) -> bool:
    counts: Counter[Any] = Counter()
    for order in own.orders:
        counts[order.site, order.module] += order.count
    stated: tuple[Counter[Any], ...] = (counts, Counter(own.closings), Counter(own.link_orders))
    for name, wanted in zip(_DECISIONS, stated, strict=True):
        variables = getattr(block, name, {})
        if any(key not in variables or number > variables[key].ub for key, number in wanted.items()):
            return False
        for key, variable in variables.items():
            variable.setlb(wanted[key])
            variable.setub(wanted[key])
    return True


def decide_by_year(model: Any) -> bool:
    """Let orders and closings depend on the year only; return that plans may be left."""
    model.same_on_every_branch = pyo.ConstraintList()
    first: dict[int, Any] = {}
    for node, block in zip(model.staged.nodes, model.years, strict=True):
        other = first.setdefault(node.year, block)
        for name in _DECISIONS if other is not block else ():
            for key, variable in getattr(block, name, {}).items():
                model.same_on_every_branch.add(variable - getattr(other, name)[key] == 0)
    return True
