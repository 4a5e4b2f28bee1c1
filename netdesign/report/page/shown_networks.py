"""Which networks of one year a page shows, in the order of its switch, and what buttons call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.options import HubOptions
from netdesign.report.page.plan_record import head
from netdesign.report.words import name_of, number_of_hubs, numbers_of_hubs
from netdesign.results.alternatives_document import AlternativesDocument
from netdesign.results.document import ResultDocument
from netdesign.results.frontier_document import FrontierDocument
from netdesign.results.result import best_of
from netdesign.results.stress_document import StressDocument
from netdesign.results.tipping_document import TippingDocument

if TYPE_CHECKING:
    from netdesign.analysis.problem import SolveProblem
    from netdesign.report.page.plans import NetworkPlans
    from netdesign.results.document import NetworkPart
    from netdesign.results.result_file import Document

_FURTHER = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def best_network(document: Document) -> NetworkPart | None:
    """Return the best network of a result; None where it states none with its plan."""
    if isinstance(document, ResultDocument):
        return best_of(document.networks)
    if isinstance(document, AlternativesDocument):
        return document.networks[0].network if document.networks else None
    if isinstance(document, TippingDocument):
        return document.best
    if isinstance(document, StressDocument):
        return document.networks[0] if document.networks else None
    return document.points[0].network if isinstance(document, FrontierDocument) and document.points else None


def add_first(document: Document, problem: SolveProblem, plans: NetworkPlans) -> None:
    """Take up the networks of the result that a page begins with: today's and the best with each number of hubs."""
    existing = problem.instance.number_of_hubs(problem.instance.existing)
    if isinstance(document, ResultDocument):
        for network in document.networks:
            label = _label(network, existing, document.searched_as_one)
            note = "" if network.permitted else "Not permitted by this call, which asks for more hubs"
            plans.add(network, problem, head(label, "number", network, note=note, is_permitted=network.permitted))
        return
    today = document.today if isinstance(document, TippingDocument) else None
    for network in filter(None, (today, best_network(document))):
        plans.add(network, problem, head(_label(network, existing, None), "number", network))


def add_own(document: ResultDocument, name: str, problem: SolveProblem, plans: NetworkPlans) -> None:
    """Take up the best network of a further result: a set that the user has asked for."""
    best = best_of(document.networks)
    if best is not None:
        options = options_of(document)
        note = f"{name}: solved {options}" if options else name
        plans.add(best, problem, head(name_of(best), "own", best, note=note))


def options_of(document: Document) -> str:
    """Return the options on hubs of a call as they are typed; empty without any."""
    given = HubOptions.from_record(document.options)
    typed = {"--hubs": given.hubs, "--max-new": given.max_new, "--open": given.opened, "--close": given.closed}
    words = [
        f"{flag} {','.join(value) if isinstance(value, tuple) else value}"
        for flag, value in typed.items()
        if value not in (None, ())
    ]
    return f"with {' '.join(words)}" if words else ""


def _label(network: NetworkPart, existing: int, searched_as_one: tuple[int, int] | None) -> str:
    """Return what the button of a network says: how many hubs it has beside those of today."""
    if existing and network.hubs == existing:
        return "Today"
    if searched_as_one is not None and network.permitted:
        return f"Best of {numbers_of_hubs(*searched_as_one)}"
    further = network.hubs - existing
    if not existing:
        return number_of_hubs(network.hubs)
    count = _FURTHER[further] if 0 < further < len(_FURTHER) else str(further)
    return f"{count} more {'hub' if further == 1 else 'hubs'}"
