"""Plans over years of a result: to their part, each once, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.errors import ContradictionError
from netdesign.instance.staged_links import link_leads
from netdesign.plan import NodePlan, Order, StagedPlan
from netdesign.results.staged_document import ContractPart, ModulesPart
from netdesign.results.tipping_plans import part_of_plan, plan_of_part
from netdesign.results.years_parts import NodePlanPart, PlanOverYearsPart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.instance.staged import StagedInstance, TreeNode


class PlansOverYears:
    """The plans of a result.

    Attributes
    ----------
    parts
        Each once, in the order in which they came.
    """

    def __init__(self) -> None:
        self.parts: list[PlanOverYearsPart] = []

    def place(self, plan: StagedPlan, staged: StagedInstance) -> int:
        """Return the place of a plan."""
        part = part_over_years(plan, staged)
        if part not in self.parts:
            self.parts.append(part)
        return self.parts.index(part)


def part_over_years(plan: StagedPlan, staged: StagedInstance) -> PlanOverYearsPart:
    """Return the part of a plan."""
    return PlanOverYearsPart(nodes=list(map(_part_of_node, plan.nodes, staged.nodes)))


def _part_of_node(own: NodePlan, node: TreeNode) -> NodePlanPart:
    return NodePlanPart(
        **dict(part_of_plan(own.operations, node.instance)),
        node=node.name,
        orders=[ModulesPart(hub=order.site, module=order.module, count=order.count) for order in own.orders],
        closings=list(own.closings),
        contract=[ContractPart(hub=hub, t_per_year=tonnes) for hub, tonnes in own.contract],
        link_orders=list(own.link_orders),
    )


def plan_over_years(part: PlanOverYearsPart, staged: StagedInstance) -> StagedPlan:
    """Return the plan of a part.

    Raises
    ------
    ContradictionError
        Its nodes are not those of the instance, or it names what the instance does not have.
    """
    names = [node.name for node in staged.nodes]
    if [node.node for node in part.nodes] != names:
        message = f"plan: its nodes are not those of the instance: {', '.join(names)}"
        raise ContradictionError(message)
    return StagedPlan(tuple(_node_plan(node, staged, v) for v, node in enumerate(part.nodes)))


def _node_plan(part: NodePlanPart, staged: StagedInstance, v: int) -> NodePlan:
    sites, modules = staged.base.site_position, {module.id for module in staged.modules}
    named = [*(order.hub for order in part.orders), *part.closings, *(bought.hub for bought in part.contract)]
    strange = [hub for hub in named if hub not in sites]
    strange += [order.module for order in part.orders if order.module not in modules]
    leads = link_leads(staged)
    strange += [" to ".join(link) for link in part.link_orders if link not in leads]
    if strange:
        message = f"{part.node}: the plan names what the instance does not have: {', '.join(strange[:5])}"
        raise ContradictionError(message)
    return NodePlan(
        orders=_orders(part.orders),
        closings=tuple(part.closings),
        operations=plan_of_part(part, staged.nodes[v].instance),
        contract=tuple((bought.hub, bought.t_per_year) for bought in part.contract),
        link_orders=tuple(part.link_orders),
    )


def _orders(parts: Sequence[ModulesPart]) -> tuple[Order, ...]:
    return tuple(Order(part.hub, part.module, part.count) for part in parts)
