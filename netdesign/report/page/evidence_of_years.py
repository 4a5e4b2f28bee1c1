"""Calendar, tree and first decisions of results over years, as a page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.evaluate.staged import evaluate_staged
from netdesign.report.answer import COST_ROWS, charge_names
from netdesign.report.page.evidence import TippingRecord
from netdesign.report.page.evidence_of_networks import evidence
from netdesign.report.page.evidence_years import (
    DelayRecord,
    FirstConditionRecord,
    FirstDecisionsRecord,
    FirstRecord,
    IntervalRecord,
    LinkOrderRecord,
    ModuleRecord,
    NodeRecord,
    OrderRecord,
    PathRecord,
    SingleYearRecord,
    ValuesRecord,
    YearsRecord,
)
from netdesign.report.page.figures import figure
from netdesign.report.page.plan_record import cost_parts, head, plan_record
from netdesign.report.page.turning import turning_figure
from netdesign.report.timing.alternatives import timing_alternatives_lines
from netdesign.report.timing.answer import timing_lines
from netdesign.report.timing.first_words import FirstWords
from netdesign.report.timing.sentences import link_list
from netdesign.report.timing.tipping import first_verdict_words, timing_tipping_lines
from netdesign.results.staged_result import plan_from_timing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.report.page.plans import ShownPlans
    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.results.staged_document import (
        IntervalPart,
        ModulesPart,
        NodePart,
        ScheduledOrder,
        TimingDocument,
        ValuesPart,
    )
    from netdesign.results.timing_alternatives_document import FirstConditionPart, TimingAlternativesDocument
    from netdesign.results.timing_tipping_document import TimingTippingDocument
    from netdesign.results.years_parts import FoundPlanPart

COSTS_OF_YEAR = (
    {"capital": "capital, paid", "exit": "giving modules up", "running": "hubs, running"}
    | {name: words for name, words in COST_ROWS.items() if name != "fixed"}
    | {"contract": "handling by others", "overflow": "over capacity on peak days"}
)
"""Words for the parts of what a year costs, in their order."""

_HANDED_ON = "modules, handed on"
"""Words for the part that counts against the costs."""


def years_record(
    document: TimingDocument, problem: TimingProblem, asked: AskedOverYears, result: int, plans: ShownPlans
) -> YearsRecord:
    """Return a plan over years; the operation of each node becomes a plan of the page."""
    positions = {node.node: position for position, node in enumerate(document.nodes)}
    places = _plans_of_nodes(document, problem, plans)
    nodes = [
        _node(node, None if node.parent is None else positions[node.parent], place)
        for node, place in zip(document.nodes, places, strict=True)
    ]
    return YearsRecord(
        **evidence(document, result, "When, where and how large", timing_lines(document, asked)),
        kind="years",
        scenario=document.scenario,
        risk=str(document.risk.measure),
        level=document.risk.level,
        objective=figure(document.objective),
        bound=figure(document.bound),
        gap=figure(document.gap),
        expected=figure(document.expected),
        cvar=figure(document.cvar),
        largest_regret=figure(document.largest_regret),
        nodes=nodes,
        paths=[
            PathRecord(
                leaf=positions[path.leaf],
                probability=figure(path.probability),
                cost_eur=figure(path.cost),
                salvage_eur=figure(path.salvage),
                regret_eur=figure(path.regret),
            )
            for path in document.paths
        ],
        delays=[
            DelayRecord(hub=delay.hub, ordered=delay.ordered, extra_cost_eur=_interval(delay.extra_cost))
            for delay in document.delays
        ],
        single_years=[
            SingleYearRecord(
                year=year.year,
                orders=_modules(year.best.orders),
                objective_eur_per_year=figure(year.best.objective),
                bound_eur_per_year=figure(year.best.bound),
            )
            for year in document.single_years
        ],
        values=None if document.values is None else _values(document.values),
    )


@dataclass(frozen=True)
class _YearFigures:
    """What a plan of a year states where one of a year by itself has a proof: nothing of it is proven by itself."""

    termination: str
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None


def _plans_of_nodes(document: TimingDocument, problem: TimingProblem, plans: ShownPlans) -> list[int | None]:
    plan = plan_from_timing(document, problem.staged)
    if plan is None:
        return []
    found = evaluate_staged(problem.staged, problem.networks, plan)
    words = COSTS_OF_YEAR | charge_names()
    places: list[int | None] = []
    for node, own, part, priced in zip(problem.staged.nodes, plan.nodes, document.nodes, found.nodes, strict=True):
        costs = cost_parts(part.costs, words)
        if part.costs.handed_on:
            costs["handed_on"] = (_HANDED_ON, -part.costs.handed_on)
        top = head(part.node, "year", _YearFigures(str(document.termination)), note=_note(part))
        if plans.is_full:
            plans.left_out += 1
            places.append(None)
            continue
        record = plan_record(node.instance, own.operations, priced.operations, costs, top)
        places.append(plans.take((document.scenario, part.node), own.operations.open_hubs, record))
    return places


def _note(node: NodePart) -> str:
    parts = [f"orders {', '.join(_module(order) for order in node.orders)}"] if node.orders else []
    links = link_list([one.link for one in node.link_orders or ()])
    parts += [f"orders the {links}"] if links else []
    parts += [f"closes {', '.join(node.closings)} at the end of the year"] if node.closings else []
    return "; ".join(parts)


def _module(order: ModulesPart) -> str:
    return f"{order.hub} {order.module}" if order.count == 1 else f"{order.hub} {order.count} x {order.module}"


def _node(node: NodePart, parent: int | None, plan: int | None) -> NodeRecord:
    costs = {name: value for name, value in node.costs.model_dump().items() if isinstance(value, float) and value}
    return NodeRecord(
        node=node.node,
        branch=node.branch,
        year=node.year,
        parent=parent,
        probability=figure(node.probability),
        volume_t=figure(node.volume_t_per_year),
        hubs=node.open_hubs,
        orders=[
            OrderRecord(hub=order.hub, module=order.module, count=order.count, in_use_from=order.in_use_from)
            for order in node.orders
        ],
        link_orders=[LinkOrderRecord(link=one.link, in_use_from=one.in_use_from) for one in node.link_orders or ()],
        closings=node.closings,
        modules=_modules(node.modules),
        contract_t_per_year={bought.hub: figure(bought.t_per_year) for bought in node.contract},
        cost_eur=figure(node.costs.total),
        cost_parts_eur={name: figure(value) for name, value in (costs | node.costs.charges).items() if name != "total"},
        inside_share=figure(node.service.inside),
        co2e_t_per_year=figure(node.carbon.co2e_t_per_year),
        plan=plan,
    )


def _modules(parts: Iterable[ModulesPart | ScheduledOrder]) -> list[ModuleRecord]:
    return [ModuleRecord(hub=part.hub, module=part.module, count=part.count) for part in parts]


def _interval(part: IntervalPart) -> IntervalRecord:
    return IntervalRecord(
        value=figure(part.value),
        at_least=figure(part.at_least),
        at_most=figure(part.at_most),
        is_infinite=part.is_infinite,
    )


def _values(part: ValuesPart) -> ValuesRecord:
    return ValuesRecord(
        waiting=_interval(part.waiting),
        perfect_information=_interval(part.perfect_information),
        stochastic_solution=_interval(part.stochastic_solution),
    )


def first_decisions_record(
    document: TimingAlternativesDocument, asked: AskedOverYears, result: int
) -> FirstDecisionsRecord:
    """Return what else may be decided first."""
    words = FirstWords(int(document.problem["first_year"]), asked.existing)
    return FirstDecisionsRecord(
        **evidence(document, result, "What else may come first", timing_alternatives_lines(document, asked)),
        kind="first_decisions",
        limit=figure(document.limit),
        others_bound=figure(document.others_bound),
        decisions=[_first(one, one.difference, words) for one in document.decisions],
        condition=None if document.condition is None else _condition(document.condition, words),
    )


def _first(part: FoundPlanPart, difference: float | None, words: FirstWords) -> FirstRecord:
    first = part.first
    return FirstRecord(
        words=words.short(first),
        orders=[] if first is None else _modules(first.orders),
        closings=[] if first is None else first.closings,
        objective=figure(part.objective),
        bound=figure(part.bound),
        difference=figure(difference),
    )


def _condition(part: FirstConditionPart, words: FirstWords) -> FirstConditionRecord:
    return FirstConditionRecord(
        **_first(part, part.difference, words),
        ordered_at=part.ordered_at,
        not_ordered_at=part.not_ordered_at,
        difference_at_least=figure(part.difference_at_least),
        difference_at_most=figure(part.difference_at_most),
    )


def staged_tipping_record(document: TimingTippingDocument, asked: AskedOverYears, result: int) -> TippingRecord:
    """Return what turns the first decision; it stands in words where a network of one year has its hubs."""
    words = FirstWords(int(document.problem["first_year"]), asked.existing)
    return TippingRecord(
        **evidence(document, result, "What would turn what comes first", timing_tipping_lines(document, asked)),
        kind="tipping",
        objective=figure(document.objective),
        today_objective=None,
        figures=[
            turning_figure(one, first_verdict_words(one), lambda best: [words.short(best)], "first")
            for one in document.figures
        ],
        left_out=document.left_out,
        grid=None,
    )
