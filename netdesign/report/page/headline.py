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
    from collections.abc import Mapping, Sequence

    from netdesign.report.sentences import Asked
    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.results.document import ResultDocument

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def headline(document: ResultDocument, asked: Asked, names: Mapping[str, str]) -> str | None:
    """Return how many further hubs pay, which, and by how much; None where the sentences of `solve` say it better.

    The sentences do where no network is found, where cost is not minimised, and where a single number of hubs is asked
    for. ``names`` are those of the sites by id.
    """
    best = best_network(document.networks)
    if best is None or objective_of(document) is not Objective.COST:
        return None
    measure = measure_of(document)
    name = named_network(best.open_hubs, measure.network(best.open_hubs), names)
    cost = f"{measure.text(best.objective)}{measure.per}"
    if not asked.existing:
        is_choice = len(document.networks) > 1 or document.searched_as_one is not None
        return f"{_hubs(best.hubs)} best: {name}, {cost}{_proof(document)}." if is_choice else None
    today = next((one for one in document.networks if one.hubs == asked.existing), None)
    if today is None:
        return None
    if today.objective is None or not today.permitted:
        why = "are fewer than asked for" if not today.permitted else "alone cannot keep every policy"
        return f"Today's hubs {why}: the best network is {name}, {cost}{_proof(document)}."
    if best is today:
        return f"No further hub pays: today's {name} costs {cost}{_proof(document)}."
    saving = today.objective - (best.objective or 0.0)
    saves = f"saves {measure.text(saving)}{measure.per} ({saving / today.objective:.1%})"
    before = named_network(today.open_hubs, measure.network(today.open_hubs), names)
    return f"{_pays(best.hubs - today.hubs)}: {name} {saves} against today's {before}{_proof(document)}."


def named_network(hubs: Sequence[str], network: str, names: Mapping[str, str]) -> str:
    """Return a network by the names of its hubs with the ids in brackets; by its ids where those are its names."""
    words = " + ".join(names.get(hub, hub) for hub in hubs)
    return network if words == " + ".join(hubs) else f"{words} ({network})"


def _hubs(number: int) -> str:
    return f"{_number(number)} hub{' is' if number == 1 else 's are'}"


def _pays(further: int) -> str:
    if further == 0:
        return "Other sites pay"
    return f"{_number(further)} more hub{' pays' if further == 1 else 's pay'}"


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _proof(document: ResultDocument) -> str:
    """Return what is still open; nothing where the best is proven: what that covers the page says elsewhere."""
    if document.termination is Termination.OPTIMAL:
        return ""
    if document.gap is None:
        return "; the best found so far"
    return f"; the best found so far, and none costs less by more than {document.gap:.2%}"


def headline_over_years(document: TimingDocument, asked: AskedOverYears) -> str | None:
    """Return what is ordered and closed in the first year, and what the plan costs; None without a plan."""
    if not document.nodes:
        return None
    root = document.nodes[0]
    orders = [ModulesPart(hub=one.hub, module=one.module, count=one.count) for one in root.orders]
    links = [one.link for one in root.link_orders or ()]
    first = FirstDecisionPart(orders=orders, closings=root.closings, links=links)
    decided = FirstWords(root.year, asked.existing).with_year(first)
    plan = best_of("plan", document.termination)
    proof = "" if document.termination is Termination.OPTIMAL else f"; {proven_words(document)}"
    return f"{decided[0].upper()}{decided[1:]}: the {plan} {costs_words(document)}{proof}."
