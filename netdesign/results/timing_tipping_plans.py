"""Plans over years of points of a tipping result: to their part, each once, and back; and their first decisions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from netdesign.errors import ContradictionError
from netdesign.plan import NodePlan, Order, StagedPlan
from netdesign.results.staged_document import ContractPart, ModulesPart
from netdesign.results.timing_tipping_document import FirstDecisionPart, NodePlanPart, PlanOverYearsPart
from netdesign.results.tipping_plans import part_of_plan, plan_of_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.instance.staged import StagedInstance, TreeNode


class FirstDecision(NamedTuple):
    """What a plan decides in the first year.

    Parameters
    ----------
    orders
        Hub, module and number of each that is ordered, by id and sorted.
    closings
        Ids of the hubs that close at the end of the year, sorted.
    """

    orders: tuple[tuple[str, str, int], ...]
    closings: tuple[str, ...]

    @classmethod
    def of(cls, plan: StagedPlan) -> FirstDecision:
        """Return that of a plan; modules of one kind at one hub count together, however they are ordered."""
        first = plan.nodes[0]
        counts: Counter[tuple[str, str]] = Counter()
        for order in first.orders:
            counts[order.site, order.module] += order.count
        return cls(tuple((*of, counts[of]) for of in sorted(counts) if counts[of]), tuple(sorted(first.closings)))

    @classmethod
    def of_part(cls, part: FirstDecisionPart | None) -> FirstDecision | None:
        """Return that of a part; None without one."""
        if part is None:
            return None
        orders = ((order.hub, order.module, order.count) for order in part.orders)
        return cls(tuple(orders), tuple(part.closings))

    @property
    def part(self) -> FirstDecisionPart:
        """The part of a result that states it."""
        orders = [ModulesPart(hub=hub, module=module, count=count) for hub, module, count in self.orders]
        return FirstDecisionPart(orders=orders, closings=list(self.closings))


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
    if strange:
        message = f"{part.node}: the plan names what the instance does not have: {', '.join(strange[:5])}"
        raise ContradictionError(message)
    return NodePlan(
        orders=_orders(part.orders),
        closings=tuple(part.closings),
        operations=plan_of_part(part, staged.nodes[v].instance),
        contract=tuple((bought.hub, bought.t_per_year) for bought in part.contract),
    )


def _orders(parts: Sequence[ModulesPart]) -> tuple[Order, ...]:
    return tuple(Order(part.hub, part.module, part.count) for part in parts)
