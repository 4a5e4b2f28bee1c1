"""Prove again with another engine that a list of alternatives begins with the best network and misses none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.alternative_parts import others_bound
from netdesign.analysis.contradictions import TOLERANCE, Verification
from netdesign.analysis.near_best import reach
from netdesign.analysis.prove import contradicted, proof_words
from netdesign.evaluate import apart
from netdesign.instance.options import apply_condition
from netdesign.results.part import proven
from netdesign.solve.auto import another_engine
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.outcome import exactness, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.call import AlternativesCall
    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.results.alternatives_document import AlternativesDocument
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress, Solution


def prove_alternatives(
    result: StatedResult[AlternativesDocument, SolveProblem, AlternativesCall],
    watch: Watch,
    listen: Callable[[Progress], None] = silent,
) -> Verification:
    """Search again for the best network, for the best that is not listed, and for the best under the condition.

    Raises
    ------
    UsageError
        No other engine can state the problem.
    """
    document, problem, call = result.document, result.problem, result.call
    question, answered = problem.question(watch, listen), str(document.engine.get("name", ""))
    record = another_engine(problem.instance, answered)
    engine, unit = record.engine(question), problem.instance.problem.objective.unit
    again = engine.solve(SearchScope(task="proof of the best network"))
    found, proofs = list(contradicted(document, again, unit)), [_words("best network", record.name, again, unit)]
    listed = tuple(tuple(one.network.open_hubs) for one in document.networks)
    if listed:
        rest = engine.solve(SearchScope(excluded=listed, task="proof of what is not listed"))
        found += _of_rest(document, rest, unit)
        proofs.append(_words("what is not listed", record.name, rest, unit))
        if document.is_complete and proven(rest) > reach(call.within, document.objective or 0.0):
            proofs[-1] += "; none is within the margin"
    if document.condition is not None:
        restricted = apply_condition(problem.instance, call.with_sites, call.without_sites)
        other = another_engine(restricted, answered).engine(question.with_instance(restricted))
        under = other.solve(SearchScope(task="proof of the condition"))
        found += [f"condition: {text}" for text in contradicted(document.condition.network, under, unit)]
        proofs.append(_words("condition", record.name, under, unit))
    return Verification(tuple(found), tuple(proofs), record.name != answered)


def _words(what: str, engine: str, again: Solution, unit: str) -> str:
    return f"{what}: solved again by {engine}; {proof_words(again, unit, 'feasible')}"


def _of_rest(document: AlternativesDocument, rest: Solution, unit: str) -> Iterator[str]:
    """Yield a contradiction where another engine has a network that the list should have, or should know of."""
    if rest.objective is None or rest.plan is None:
        return
    others = others_bound(document)
    if rest.objective < others - TOLERANCE * exactness(rest.objective):
        claimed, true = apart(others, rest.objective, ".2f")
        hubs = " + ".join(rest.plan.open_hubs)
        yield f"others_bound: states {claimed}; another engine has {hubs} for {true} {unit}"
