"""Verify the linear reading of a result: what it states has to fit together, and be of the networks of the instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import of_search
from netdesign.analysis.network_searches import is_searched_as_one, network_of
from netdesign.analysis.verify_networks import contradicted_networks, of_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.call import Call
    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.instance import Instance
    from netdesign.results.document import LinearPart, ResultDocument


def contradicted_answer(result: StatedResult[ResultDocument, SolveProblem, Call]) -> Iterator[str]:
    """Yield all that the referee, or the linear reading itself, contradicts in a result of solve."""
    yield from contradicted_networks(result.document, result.problem)
    yield from _contradicted_linear(result.document, result.problem.instance)


def _contradicted_linear(document: ResultDocument, instance: Instance) -> Iterator[str]:
    """Yield contradictions within the linear reading; only ``prove`` solves it again."""
    if document.linear is not None:
        yield from (f"linear: {text}" for text in _within(document, document.linear, instance))
    if document.linear_ending is None:
        return
    if instance.services is None:
        yield "linear_ending: is stated, though the instance has no services"
    elif document.linear is not None:
        yield "linear_ending: is stated beside a whole answer by the tonne"
    elif not document.linear_ending.is_limit:
        yield f"linear_ending: states {document.linear_ending}, which stops nothing"


def _within(document: ResultDocument, linear: LinearPart, instance: Instance) -> Iterator[str]:
    if instance.services is None:
        yield "is stated, though the instance has no services"
    for network in linear.networks:
        yield from (f"{network_of(network.hubs)}: {text}" for text in of_search(network))
        unknown = sorted(set(network.open_hubs) - set(instance.site_position))
        if unknown:
            yield f"{network_of(network.hubs)}: open_hubs: {', '.join(unknown)}: there is no such site"
        number = instance.number_of_hubs(network.open_hubs)
        if network.objective is not None and number != network.hubs:
            yield f"{network_of(network.hubs)}: open_hubs: are {number}"
    yield from _of_numbers(document, linear, instance)
    yield from of_steps(linear)


def _of_numbers(document: ResultDocument, linear: LinearPart, instance: Instance) -> Iterator[str]:
    """Yield a contradiction where the numbers of hubs are not those that were searched with vehicles too."""
    stated, due = ([network.hubs for network in networks] for networks in (linear.networks, document.networks))
    if is_searched_as_one(instance):
        # The best of a wide range may have any number of hubs.
        if len(stated) != len(due):
            yield f"networks: are {len(stated)}; with vehicles there are {len(due)}"
    elif stated != due:
        with_vehicles, by_the_tonne = (", ".join(map(str, numbers)) or "no number of" for numbers in (due, stated))
        yield f"networks: have {by_the_tonne} hubs; those with vehicles have {with_vehicles}"
