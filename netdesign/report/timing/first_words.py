"""Words for first decisions over years, and for the plans that begin with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.stages import RiskMeasure
from netdesign.report.timing.sentences import TREE, link_list, module_list, years_of
from netdesign.report.words import listed, money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.results.staged_document import TimingDocument
    from netdesign.results.timing_alternatives_document import TimingAlternativesDocument
    from netdesign.results.timing_tipping_document import TimingTippingDocument
    from netdesign.results.years_parts import FirstDecisionPart, PlanOverYearsPart

_NO_PLAN = "no plan is permitted"


def years_words(result: TimingTippingDocument | TimingAlternativesDocument) -> str:
    """Return what the years follow, with the first and the last one."""
    return years_of(result.scenario, result.problem)


def costs_words(result: TimingDocument | TimingTippingDocument | TimingAlternativesDocument) -> str:
    """Return what the best plan costs, by what is minimised."""
    cost, year = money(result.objective), result.problem["first_year"]
    what = {
        RiskMeasure.EXPECTED: f"costs {cost}" if result.scenario != TREE else f"has an expected cost of {cost}",
        RiskMeasure.CVAR: f"has a mean cost of {cost} on the dearest {1.0 - result.risk.level:.0%} of the paths",
        RiskMeasure.REGRET: f"has a largest regret of {cost}",
    }
    return f"{what[result.risk.measure]}, discounted to {year}"


class FirstWords:
    """Words for first decisions.

    Parameters
    ----------
    year
        The first year.
    existing
        Hubs that stand before it, which are enlarged and not opened.
    """

    def __init__(self, year: int, existing: Sequence[str]) -> None:
        self._year, self._existing = year, existing

    def with_year(self, first: FirstDecisionPart | None) -> str:
        """Return a first decision with its year."""
        return _NO_PLAN if first is None else f"{self.short(first)} in {self._year}"

    def short(self, first: FirstDecisionPart | None) -> str:
        """Return a first decision."""
        if first is None:
            return _NO_PLAN
        modules: dict[str, list[str]] = {}
        for order in first.orders:
            size = order.module if order.count == 1 else f"{order.count} x {order.module}"
            modules.setdefault(order.hub, []).append(size)
        opened = [f"{hub} {listed(sizes)}" for hub, sizes in modules.items() if hub not in self._existing]
        parts = [f"order {listed(opened)}"] if opened else []
        parts += [f"enlarge {hub} by {listed(sizes)}" for hub, sizes in modules.items() if hub in self._existing]
        parts += [f"order the {link_list(first.links)}"] if first.links else []
        parts += [f"close {listed(first.closings)}"] if first.closings else []
        return listed(parts) if parts else "order nothing"


def first_text(first: FirstDecisionPart | None) -> str:
    """Return a first decision for a column of data: ``AMS m10; LGG m20``, with ``close X`` behind."""
    if first is None:
        return ""
    orders, links = module_list(list(first.decision.orders)), link_list(first.links)
    return "; ".join(filter(None, (orders, links, *(f"close {hub}" for hub in first.closings)))) or "nothing"


def plan_text(plans: Sequence[PlanOverYearsPart], place: int | None) -> str:
    """Return all orders and closings of a plan by node, in short."""
    nodes = [] if place is None else plans[place].nodes
    texts = []
    for node in nodes:
        orders = module_list([(order.hub, order.module, order.count) for order in node.orders])
        closed = f"close {' and '.join(node.closings)}" if node.closings else ""
        done = [*filter(None, (orders, link_list(node.link_orders), closed))]
        if done:
            texts.append(f"{node.node} {'; '.join(done)}")
    return " | ".join(texts)
