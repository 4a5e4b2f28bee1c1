"""Verify a list of alternatives: price its plans again, and check order, margin and completeness against each other."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.analysis.alternative_parts import (
    alternative_part,
    condition_part,
    diverse_part,
    others_bound,
    satisfies,
    top_level,
)
from netdesign.analysis.contradictions import ENDED_WITH_A_PLAN, differing, differs
from netdesign.analysis.near_best import reach
from netdesign.analysis.verify_networks import of_network
from netdesign.errors import ContradictionError, UsageError
from netdesign.instance.options import apply_condition
from netdesign.results.named_plan import plan_from_document
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.call import AlternativesCall
    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.results.alternatives_document import AlternativesDocument, ConditionPart
    from netdesign.results.document import NetworkPart
    from netdesign.results.part import Part


def contradicted_alternatives(
    result: StatedResult[AlternativesDocument, SolveProblem, AlternativesCall],
) -> Iterator[str]:
    """Yield all that the referee, or the list itself, contradicts in a list of alternatives."""
    document, problem, call = result.document, result.problem, result.call
    networks = [one.network for one in document.networks]
    for network in networks:
        yield from (f"{'+'.join(network.open_hubs)}: {text}" for text in _of_listed(network, problem, document))
    if any(network.objective is None or network.costs is None for network in networks):
        return
    yield from _of_list(networks, call, document)
    yield from _of_differences(document)
    yield from _of_top_level(document, networks, call)
    yield from _of_condition(document, problem, call)
    yield from _of_diverse(document, problem, call)


def _of_listed(network: NetworkPart, problem: SolveProblem, document: AlternativesDocument) -> Iterator[str]:
    if network.plan is None or not network.permitted:
        yield "network: is listed without a plan" if network.plan is None else "permitted: states that it is not"
        return
    yield from of_network(network, problem, document.options["gap"])
    if network.costs is None:
        yield "costs: are missing"


def _of_list(networks: list[NetworkPart], call: AlternativesCall, document: AlternativesDocument) -> Iterator[str]:
    """Yield contradictions in what is listed, and in which order."""
    for hubs, times in Counter(frozenset(network.open_hubs) for network in networks).items():
        if times > 1:
            yield f"networks: {' + '.join(sorted(hubs))} stands {times} times"
    objectives = [network.objective or 0.0 for network in networks]
    if objectives != sorted(objectives):
        yield "networks: are not in the order of their objectives"
        return
    most = reach(call.within, objectives[0]) if objectives else 0.0
    for network in networks:
        if (network.objective or 0.0) > most:
            limit = call.within.limit(objectives[0])
            yield f"networks: {' + '.join(network.open_hubs)} has {network.objective}; the margin ends at {limit}"
    if call.most is not None and len(networks) > call.most:
        yield f"networks: are {len(networks)}; the call asks for {call.most} at most"
    if document.termination in ENDED_WITH_A_PLAN and not networks:
        yield f"termination: states {document.termination} without a network"
    if document.termination == Termination.INFEASIBLE and networks:
        yield "termination: states infeasible beside a network"
    is_whole = document.is_complete or len(networks) == call.most
    if document.termination == Termination.OPTIMAL and networks and not is_whole:
        yield "termination: states optimal; the list may miss some"
    ends = [network.termination for network in networks]
    cut_short = next((end for end in ends if end.is_limit), None)
    if cut_short is not None and document.termination in ENDED_WITH_A_PLAN:
        yield f"termination: states {document.termination}; a search of the list ended by {cut_short}"


def _of_differences(document: AlternativesDocument) -> Iterator[str]:
    for one in document.networks:
        true = alternative_part(document.networks[0].network, one.network)
        names = ("difference", "against_best")
        scale = abs(one.network.objective or 0.0)
        for place, claimed, value in differing(one, true, names, scale):
            yield f"{'+'.join(one.network.open_hubs)}: {place}: states {claimed}; the networks give {value}"


def _of_top_level(document: AlternativesDocument, networks: list[NetworkPart], call: AlternativesCall) -> Iterator[str]:
    """Yield contradictions at the top level, and of the claim that the list is complete."""
    others = others_bound(document)
    is_complete = bool(networks) and others > reach(call.within, networks[0].objective or 0.0)
    true = top_level(networks, call, others, is_complete=is_complete)
    for name, value in true.items():
        if differs(getattr(document, name), value):
            yield f"{name}: states {getattr(document, name)}; the networks and their bounds give {value}"


def _of_condition(document: AlternativesDocument, problem: SolveProblem, call: AlternativesCall) -> Iterator[str]:
    condition = document.condition
    if condition is None:
        if call.has_condition and document.networks and document.termination in ENDED_WITH_A_PLAN:
            yield "condition: is missing, though the call names sites"
        return
    if not document.networks:
        yield "condition: is stated though no network is listed"
        return
    texts = _of_stated_condition(condition, document.networks[0].network, problem, call, document.options["gap"])
    yield from (f"condition: {text}" for text in texts)


def _of_stated_condition(
    condition: ConditionPart, best: NetworkPart, problem: SolveProblem, call: AlternativesCall, asked: float
) -> Iterator[str]:
    if (condition.opened, condition.closed) != (list(call.with_sites), list(call.without_sites)):
        yield "opened, closed: are not the sites that the call names"
        return
    network = condition.network
    if network.plan is not None:
        hubs = network.open_hubs
        if not satisfies(hubs, condition.opened, condition.closed):
            yield f"network: {' + '.join(hubs)} does not fulfil it"
        if not network.permitted:
            yield "permitted: states that it is not"
            return
    try:
        restricted = apply_condition(problem.instance, condition.opened, condition.closed)
    except UsageError as error:
        yield error.message
        return
    yield from of_network(network, replace(problem, instance=restricted), asked)
    if (network.plan is None) != (network.costs is None):
        yield "costs: do not fit to the plan"
        return
    if not all(_names_what_there_is(one, problem) for one in (best, network)):
        return
    true: Part = condition_part(problem.instance, best, network, condition.opened, condition.closed)
    scale = max(abs(network.objective or 0.0), abs(best.objective or 0.0))
    costs = [name for name in type(condition).model_fields if name not in ("network", "moves")]
    for place, claimed, value in (*differing(condition, true, costs, scale), *differing(condition, true, ("moves",))):
        yield f"{place}: states {claimed}; the networks give {value}"


def _names_what_there_is(network: NetworkPart, problem: SolveProblem) -> bool:
    """Return whether the instance has all that the plan of a network names; what it has not is told elsewhere."""
    try:
        if network.plan is not None:
            plan_from_document(network.plan, problem.instance)
    except ContradictionError:
        return False
    return True


def _of_diverse(document: AlternativesDocument, problem: SolveProblem, call: AlternativesCall) -> Iterator[str]:
    networks = [one.network for one in document.networks]
    true = None if call.diverse is None or not networks else diverse_part(problem.instance, networks, call.diverse)
    if document.diverse != true:
        yield f"diverse: states {document.diverse}; the list gives {true}"
