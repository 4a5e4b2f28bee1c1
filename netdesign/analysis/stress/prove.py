"""Prove again with another engine that the networks under stress are the best ones, or what each of them costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from netdesign.analysis.contradictions import TOLERANCE, Verification
from netdesign.analysis.moved import MovedProblem
from netdesign.analysis.prove import contradicted, proof_words
from netdesign.analysis.stress.draws import SOLVED_AGAIN, contradicted_worlds
from netdesign.analysis.stress.prove_failures import prove_failures
from netdesign.evaluate import apart
from netdesign.instance.options import fix_hubs
from netdesign.results.stress_draws import DrawMethod
from netdesign.solve.auto import another_engine
from netdesign.solve.core.engine import EVERYTHING, SearchScope
from netdesign.solve.core.limits import Watch
from netdesign.solve.core.outcome import exactness, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.analysis.stress.call import StressCall
    from netdesign.instance.published.reading import Named
    from netdesign.results.stress_document import StressDocument
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.outcome import Progress


def prove_stress(
    result: StatedResult[StressDocument, SolveProblem, StressCall],
    watch: Watch,
    listen: Callable[[Progress], None] = silent,
) -> Verification:
    """Search again for the best network and for the best that is not looked at, or solve each that the call names.

    Raises
    ------
    UsageError
        No other engine can state the problem.
    """
    name_or_path, document, problem, call = result
    question, answered = problem.question(watch, listen), str(document.engine.get("name", ""))
    of_networks = _prove_networks(problem, document, call, question, answered)
    of_failures = prove_failures(document, problem, call, question)
    of_draws = _prove_draws(problem, document, call, name_or_path, question)
    found = [*of_networks.found, *of_failures[0], *of_draws[0]]
    proofs = [*of_networks.proofs, *of_failures[1], *of_draws[1]]
    return Verification(tuple(found), tuple(proofs), of_networks.is_another)


class _Proofs(NamedTuple):
    """Contradictions and proofs on the networks, and whether another engine has proven them."""

    found: list[str]
    proofs: list[str]
    is_another: bool


def _prove_draws(
    problem: SolveProblem, document: StressDocument, call: StressCall, name_or_path: Named, question: Question
) -> tuple[list[str], list[str]]:
    """Return contradictions and proofs on worlds whose networks no engine has solved."""
    draws, watch = document.draws, question.watch
    if draws is None or draws.method is not DrawMethod.COMPILED:
        return [], []
    limits = replace(watch.limits, seed=document.options["seed"])
    seeded = replace(question, watch=Watch(limits, watch.stopped, watch.started))
    moved = MovedProblem(name_or_path, call, problem, seeded)
    found = list(contradicted_worlds(draws, moved, [one.open_hubs for one in document.networks]))
    return found, [f"draws: networks solved by engines in {min(SOLVED_AGAIN, draws.worlds)} worlds"]


def _prove_networks(
    problem: SolveProblem, document: StressDocument, call: StressCall, question: Question, answered: str
) -> _Proofs:
    """Search again for the best network and for the best that is not looked at, or solve each that the call names."""
    unit = problem.instance.problem.objective.unit
    found: list[str] = []
    proofs: list[str] = []
    if call.networks:
        for network in document.networks:
            fixed = fix_hubs(problem.instance, network.open_hubs)
            record = another_engine(fixed, answered)
            name = "+".join(network.open_hubs)
            again = record.engine(question.with_instance(fixed)).solve(EVERYTHING)
            found += [f"{name}: {text}" for text in contradicted(network, again, unit)]
            proofs.append(f"{name}: solved again by {record.name}; {proof_words(again, unit, 'feasible')}")
        is_another = all(f"by {answered};" not in text for text in proofs)
        return _Proofs(found, proofs, is_another)
    record = another_engine(problem.instance, answered)
    engine = record.engine(question)
    again = engine.solve(SearchScope(task="proof of the best network"))
    found += contradicted(document, again, unit)
    proofs.append(f"best network: solved again by {record.name}; {proof_words(again, unit, 'feasible')}")
    listed = tuple(tuple(one.open_hubs) for one in document.networks)
    if listed and document.others_bound is not None:
        rest = engine.solve(SearchScope(excluded=listed, task="proof of what is not looked at"))
        proofs.append(f"what is not looked at: solved again by {record.name}; {proof_words(rest, unit, 'feasible')}")
        others = document.others_bound
        if rest.objective is not None and rest.objective < others - TOLERANCE * exactness(others):
            claimed, true = apart(others, rest.objective, ".2f")
            found.append(f"others_bound: states {claimed}; another engine has one for {true} {unit}")
    return _Proofs(found, proofs, record.name != answered)
