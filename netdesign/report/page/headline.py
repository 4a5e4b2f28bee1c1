"""The verdict of a page in one sentence: what is best, and what it saves against today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.blocks import Objective
from netdesign.report.timing.first_words import FirstWords, costs_words
from netdesign.report.timing.sentences import proven_words
from netdesign.report.words import best_of, measure_of, objective_of
from netdesign.results.result import best_of as best_network
from netdesign.results.staged_document import ModulesPart, TimingDocument
from netdesign.results.years_parts import FirstDecisionPart
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from netdesign.report.sentences import Asked
    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.report.words import Measure
    from netdesign.results.document import NetworkPart, ResultDocument

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def headline(document: ResultDocument, asked: Asked) -> str | None:
    """Return how many further hubs pay, which, and by how much; None where the sentences of `solve` say it better.

    They do where there is no cost that could be held against that of today's hubs.
    """
    best = best_network(document.networks)
    today = next((one for one in document.networks if asked.existing and one.hubs == asked.existing), None)
    if best is None or today is None or today.objective is None or objective_of(document) is not Objective.COST:
        return None
    measure, saving = measure_of(document), today.objective - (best.objective or 0.0)
    name, before = measure.network(best.open_hubs), measure.network(today.open_hubs)
    if best is today:
        return f"No further hub pays: today's {before} costs {_per_year(today, measure)}; {_proof(document)}."
    if saving <= 0.0 or not today.permitted:
        return f"The {best_of('network', best.termination)} of those permitted is {name}, {_per_year(best, measure)}."
    part = f"{saving / today.objective:.1%}"
    what = f"{name} saves {measure.text(saving)}{measure.per} ({part}) against today's {before}"
    return f"{_hubs_pay(best.hubs - today.hubs)}: {what}; {_proof(document)}."


def _hubs_pay(further: int) -> str:
    if further == 0:
        return "Other sites pay"
    number = _NUMBERS[further] if further < len(_NUMBERS) else str(further)
    return f"{number} more hub{' pays' if further == 1 else 's pay'}"


def _per_year(network: NetworkPart, measure: Measure) -> str:
    return f"{measure.text(network.objective)}{measure.per}"


def _proof(document: ResultDocument) -> str:
    """Return how far it is proven that nothing permitted is better."""
    if document.termination is Termination.OPTIMAL:
        return "proven"
    if document.gap is None:
        return "the best found so far"
    return f"the best found so far, and none costs less by more than {document.gap:.2%}"


def headline_over_years(document: TimingDocument, asked: AskedOverYears) -> str | None:
    """Return what is ordered and closed in the first year, and what the plan costs; None without a plan."""
    if not document.nodes:
        return None
    root = document.nodes[0]
    orders = [ModulesPart(hub=one.hub, module=one.module, count=one.count) for one in root.orders]
    first = FirstDecisionPart(orders=orders, closings=root.closings)
    decided = FirstWords(root.year, asked.existing).with_year(first)
    plan = best_of("plan", document.termination)
    return f"{decided[0].upper()}{decided[1:]}: the {plan} {costs_words(document)}; {proven_words(document)}."
