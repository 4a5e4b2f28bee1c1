"""Parts of results about plans over years and what they decide first."""

from __future__ import annotations

from pydantic import Field

from netdesign.instance.first_decision import FirstDecision
from netdesign.results.part import Part
from netdesign.results.recorded_fields import Gap
from netdesign.results.row_parts import PlanAtPointPart
from netdesign.results.staged_document import ContractPart, ModulesPart
from netdesign.solve.core.outcome import Termination


class FirstDecisionPart(Part):
    """What a plan decides in the first year; both lists are empty where it orders and closes nothing."""

    orders: list[ModulesPart] = Field(description="Modules paid for in the first year, by hub and module.")
    closings: list[str] = Field(description="Hubs that are closed at the end of the first year.")
    links: list[tuple[str, str]] = Field(
        default_factory=list,
        description="Hub links that are ordered: the ids of their ends; left out where none is.",
        exclude_if=lambda links: not links,
    )

    @classmethod
    def of(cls, first: FirstDecision) -> FirstDecisionPart:
        """Return the part that states a first decision."""
        orders = [ModulesPart(hub=hub, module=module, count=count) for hub, module, count in first.orders]
        return cls(orders=orders, closings=list(first.closings), links=list(first.links))

    @property
    def decision(self) -> FirstDecision:
        """The first decision that is stated."""
        orders = ((order.hub, order.module, order.count) for order in self.orders)
        return FirstDecision(tuple(orders), tuple(self.closings), tuple(self.links))


class NodePlanPart(PlanAtPointPart):
    """A year of a plan, without what it costs."""

    node: str = Field(description="Branch and year, or the year.")
    orders: list[ModulesPart] = Field(description="Modules paid for.")
    closings: list[str] = Field(description="Hubs that are closed from the next year on.")
    contract: list[ContractPart] = Field(description="Handling bought by the tonne.")
    link_orders: list[tuple[str, str]] = Field(
        default_factory=list,
        description="Hub links paid for: the ids of their ends; left out where none is.",
        exclude_if=lambda links: not links,
    )


class PlanOverYearsPart(Part):
    """A plan over the years."""

    nodes: list[NodePlanPart] = Field(description="By node, parents before children.")


class FoundPlanPart(Part):
    """The best plan that a search has found, with what it proves."""

    termination: Termination = Field(description="Why the search stopped.")
    first: FirstDecisionPart | None = Field(description="What it decides in the first year; null without a plan.")
    plan: int | None = Field(description="Place of the plan in `plans`, from 0; null without one.")
    objective: float | None = Field(description="What is minimised, EUR of the first year; null without a plan.")
    bound: float | None = Field(
        description="No plan that was searched for has less; null if nothing is proven, or there is none."
    )
    gap: Gap
