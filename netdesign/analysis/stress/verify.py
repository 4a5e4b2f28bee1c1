"""Verify a result of stress: price its plans again, and derive again what it states of failures and draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import TOLERANCE, differs
from netdesign.analysis.moved import MovedProblem
from netdesign.analysis.stress.call import BETWEEN_HUBS
from netdesign.analysis.stress.draws import contradicted_draws
from netdesign.analysis.stress.stress import best_of, ending_of
from netdesign.analysis.stress.verify_failures import contradicted_failures
from netdesign.analysis.verify_networks import of_network, of_permitted
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination, exactness, silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.analysis.stress.call import StressCall
    from netdesign.results.stress_document import StressDocument


def contradicted_stress(result: StatedResult[StressDocument, SolveProblem, StressCall]) -> Iterator[str]:
    """Yield all that the referee, or the parts themselves, contradict in a result of stress."""
    name_or_path, document, problem, call = result
    networks, asked = document.networks, call.asked_of(problem.instance)
    for network in networks:
        name = BETWEEN_HUBS.join(network.open_hubs)
        of_one = (*of_network(network, problem, document.options["gap"]), *of_permitted(network, problem.instance))
        yield from (f"{name}: {text}" for text in of_one)
        if network.plan is None:
            yield f"{name}: is listed without a plan"
            return
    yield from _of_list(document, asked)
    yield from _of_top_level(document)
    if networks and document.termination in (Termination.OPTIMAL, Termination.GAP_REACHED):
        parts = (("failures", asked.failures, document.failures), ("draws", asked.draws is not None, document.draws))
        for name, is_asked, part in parts:
            if is_asked != (part is not None):
                yield f"{name}: {'is missing' if is_asked else 'the call does not ask for it'}"
    if document.failures is not None:
        texts = contradicted_failures(document, problem, asked)
        yield from (f"failures: {text}" for text in texts)
    if document.draws is not None:
        watch = Watch(SolveLimits(relative_gap=document.options["gap"], seed=document.options["seed"]))
        moved = MovedProblem(name_or_path, call, problem, problem.question(watch, silent, call.engine))
        texts = contradicted_draws(document.draws, networks, moved, asked)
        yield from (f"draws: {text}" for text in texts)


def _of_list(document: StressDocument, call: StressCall) -> Iterator[str]:
    """Yield contradictions in which networks are looked at, and in which order."""
    networks = document.networks
    sets = [frozenset(network.open_hubs) for network in networks]
    if len(set(sets)) < len(sets):
        yield "networks: the same one is there twice"
    objectives = [network.objective or 0.0 for network in networks]
    if objectives != sorted(objectives):
        yield "networks: are not in the order of their objectives"
    if call.networks:
        if not set(sets) <= set(map(frozenset, call.networks)):
            yield "networks: are not those that the call names"
        return
    if len(networks) > call.most:
        yield f"networks: are {len(networks)}; the call asks for {call.most} at most"
    others = document.others_bound
    if networks and others is not None and others < (networks[0].bound or others) - TOLERANCE * exactness(others):
        yield f"others_bound: {others} is under the bound of the best network"
    if networks and call.within is not None:
        limit = call.within.limit(objectives[0])
        if objectives[-1] > limit + TOLERANCE * exactness(limit):
            yield f"networks: {' + '.join(networks[-1].open_hubs)} has {objectives[-1]}; the margin ends at {limit}"


def _of_top_level(document: StressDocument) -> Iterator[str]:
    for name, value in best_of(document.networks).items():
        if differs(getattr(document, name), value):
            yield f"{name}: states {getattr(document, name)}; the best network gives {value}"
    if not document.networks:
        # Why there is none is all that the file states.
        if document.termination is not Termination.INFEASIBLE and not document.termination.is_limit:
            yield f"termination: states {document.termination}, without any network"
        return
    parts = [part for part in (document.failures, document.draws) if part is not None]
    endings = [one.termination for one in (*document.networks, *parts)]
    true = ending_of(endings, has_networks=True)
    is_better = document.termination in (Termination.OPTIMAL, Termination.GAP_REACHED) and true.is_limit
    if is_better or (true is Termination.INFEASIBLE) != (document.termination is Termination.INFEASIBLE):
        yield f"termination: states {document.termination}; the parts give {true}"
