"""Prove again with another engine that a list of first decisions misses none, and what its condition costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import TOLERANCE, Verification
from netdesign.analysis.near_best import reach
from netdesign.analysis.prove import contradicted, proof_words
from netdesign.analysis.timing.alternative_parts import others_bound
from netdesign.analysis.timing.alternatives import under_condition
from netdesign.analysis.timing.first_decisions import with_rule
from netdesign.analysis.timing.value_of_information import paths_alone
from netdesign.analysis.timing.verify_alternatives import asked_of
from netdesign.evaluate import apart
from netdesign.instance.first_decision import FirstRule
from netdesign.results.part import proven
from netdesign.solve.auto import another_staged_engine
from netdesign.solve.core.outcome import exactness, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.call import TimingAlternativesCall
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.results.timing_alternatives_document import TimingAlternativesDocument
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress
    from netdesign.solve.multistage.question import StagedSolution


def prove_first_decisions(
    result: StatedResult[TimingAlternativesDocument, TimingProblem, TimingAlternativesCall],
    watch: Watch,
    listen: Callable[[Progress], None] = silent,
) -> Verification:
    """Search again for the best plan, for the best that begins otherwise than those listed, and under the condition.

    Raises
    ------
    UsageError
        No engine can state the problem.
    """
    document, problem, call = result.document, result.problem, result.call
    staged, answered = problem.staged, str(document.engine.get("name", ""))
    question = replace(problem.question(watch, listen), known=asked_of(document, problem).known)
    listed = frozenset(one.first.decision for one in document.decisions if one.first is not None)
    rest = with_rule(question, staged, FirstRule(left_out=listed), "proof of what is not listed")
    record = another_staged_engine(rest.staged, answered)
    found: list[str] = []
    proofs: list[str] = []
    for alone, known in zip(paths_alone(question), document.known, strict=False):
        path = another_staged_engine(alone.staged, answered).engine(alone).solve()
        found += [f"{alone.task}: {text}" for text in contradicted(known, path, "EUR")]
    if document.known and question.known is None:
        proofs.append(f"{len(document.known)} paths: each solved again by {record.name}")
        return Verification(tuple(found), tuple(proofs), record.name != answered)
    best = record.engine(replace(question, task="proof of the best plan")).solve()
    found += contradicted(document, best, "EUR", question.scale)
    proofs.append(_words("best plan", record.name, best))
    if listed:
        again = record.engine(rest).solve()
        found += _of_rest(document, again, question.scale)
        proofs.append(_words("what is not listed", record.name, again))
        if document.is_complete and proven(again) > reach(call.within, document.objective or 0.0, question.scale):
            proofs[-1] += "; none is within the margin"
    if document.condition is not None:
        restricted = under_condition(staged, call)
        asked = with_rule(question, restricted, restricted.first, "proof of the condition")
        other = another_staged_engine(asked.staged, answered)
        under = other.engine(asked).solve()
        found += [f"condition: {text}" for text in contradicted(document.condition, under, "EUR", question.scale)]
        proofs.append(_words("condition", other.name, under))
    return Verification(tuple(found), tuple(proofs), record.name != answered)


def _words(what: str, engine: str, again: StagedSolution) -> str:
    return f"{what}: solved again by {engine}; {proof_words(again, 'EUR', 'permitted')}"


def _of_rest(document: TimingAlternativesDocument, rest: StagedSolution, scale: float) -> Iterator[str]:
    """Yield a contradiction where another engine has a plan that the list should have, or should know of."""
    if rest.objective is None or rest.plan is None:
        return
    others = others_bound(document)
    if rest.objective < others - TOLERANCE * exactness(rest.objective, scale):
        claimed, true = apart(others, rest.objective, ".2f")
        first = rest.plan.first
        links = (f"link {'-'.join(ends)}" for ends in first.links)
        orders = ", ".join((*(f"{hub} {module}" for hub, module, _ in first.orders), *links)) or "nothing"
        yield f"others_bound: states {claimed}; another engine begins with {orders} for {true} EUR"
