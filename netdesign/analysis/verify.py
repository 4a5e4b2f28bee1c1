"""Verify a result: read its instance again, compare its figures with the referee's, and check its bounds."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from netdesign.analysis.call import AlternativesCall, AnyCall, Call, TimingAlternativesCall, TimingCall
from netdesign.analysis.contradictions import OTHER_FILES, Verification
from netdesign.analysis.problem import load_problem, read_named
from netdesign.errors import ContradictionError, InstanceError, UsageError
from netdesign.results.alternatives_document import AlternativesDocument
from netdesign.results.document import ResultDocument
from netdesign.results.explanation_document import ExplanationDocument
from netdesign.results.frontier_document import FrontierDocument
from netdesign.results.staged_document import TimingDocument
from netdesign.results.stress_document import StressDocument
from netdesign.results.sweep_document import SweepDocument
from netdesign.results.timing_alternatives_document import TimingAlternativesDocument
from netdesign.results.timing_stress_document import TimingStressDocument
from netdesign.results.timing_tipping_document import TimingTippingDocument
from netdesign.results.tipping_document import TippingDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named
    from netdesign.results.result_file import Document
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress


ProblemT = TypeVar("ProblemT")
CallT = TypeVar("CallT", bound=AnyCall)


Outcome: TypeAlias = "tuple[Verification, Callable[[Watch, Callable[[Progress], None]], Verification]]"
"""What is false in a result, and what proves its bounds again."""


def verify(name_or_path: Named, document: Document) -> Outcome:
    """Compare a result with the referee; return the outcome, and a function that proves the bounds again.

    Raises
    ------
    InstanceError, UsageError
        The instance cannot be read with the recorded options.
    ContradictionError
        The instance is not the one that was solved.
    """
    return _OF_KIND[type(document)](name_or_path, document)


def _verify_solve(name_or_path: Named, document: ResultDocument) -> Outcome:
    from netdesign.analysis.prove import prove
    from netdesign.analysis.verify_linear import contradicted_linear
    from netdesign.analysis.verify_networks import contradicted_networks

    problem = _as_solved(name_or_path, document, Call.from_document(document), load_problem)
    return _outcome(
        document,
        problem,
        chain(contradicted_networks(document, problem), contradicted_linear(document, problem.instance)),
        partial(prove, problem, document),
    )


def _verify_alternatives(name_or_path: Named, document: AlternativesDocument) -> Outcome:
    from netdesign.analysis.prove_alternatives import prove_alternatives
    from netdesign.analysis.verify_alternatives import contradicted_alternatives

    call = AlternativesCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_problem)
    return _outcome(
        document,
        problem,
        contradicted_alternatives(document, problem, call),
        partial(prove_alternatives, problem, document, call),
    )


def _verify_explanation(name_or_path: Named, document: ExplanationDocument) -> Outcome:
    from netdesign.analysis.explain.call import ExplainCall
    from netdesign.analysis.explain.verify import contradicted_explanation, prove_explanation

    call = ExplainCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_problem)
    return _outcome(
        document,
        problem,
        contradicted_explanation(document, problem, call),
        partial(prove_explanation, problem, document),
    )


def _verify_tipping(name_or_path: Named, document: TippingDocument) -> Outcome:
    from netdesign.analysis.prove_tipping import prove_tipping
    from netdesign.analysis.tipping_call import TippingCall
    from netdesign.analysis.verify_tipping import contradicted_tipping

    call = TippingCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_problem)
    return _outcome(
        document,
        problem,
        contradicted_tipping(name_or_path, document, problem, call),
        partial(prove_tipping, name_or_path, problem, document, call),
    )


def _verify_sweep(name_or_path: Named, document: SweepDocument) -> Outcome:
    from netdesign.analysis.prove_sweep import prove_sweep
    from netdesign.analysis.sweep_call import SweepCall
    from netdesign.analysis.verify_sweep import contradicted_sweep

    call = SweepCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_problem)
    return _outcome(
        document,
        problem,
        contradicted_sweep(name_or_path, document, problem, call),
        partial(prove_sweep, name_or_path, problem, document, call),
    )


def _verify_stress(name_or_path: Named, document: StressDocument) -> Outcome:
    from netdesign.analysis.stress.call import StressCall
    from netdesign.analysis.stress.prove import prove_stress
    from netdesign.analysis.stress.verify import contradicted_stress

    call = StressCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_problem)
    return _outcome(
        document,
        problem,
        contradicted_stress(name_or_path, document, problem, call),
        partial(prove_stress, problem, document, call, name_or_path),
    )


def _verify_frontier(name_or_path: Named, document: FrontierDocument) -> Outcome:
    from netdesign.analysis.frontier_call import FrontierCall
    from netdesign.analysis.prove_frontier import prove_frontier
    from netdesign.analysis.verify_frontier import contradicted_frontier

    call = FrontierCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_problem)
    return _outcome(
        document, problem, contradicted_frontier(document, problem, call), partial(prove_frontier, problem, document)
    )


def _verify_timing(name_or_path: Named, document: TimingDocument) -> Outcome:
    from netdesign.analysis.timing.problem import load_timing
    from netdesign.analysis.timing.prove import prove_timing
    from netdesign.analysis.timing.verify import contradicted_timing

    problem = _as_solved(name_or_path, document, TimingCall.from_document(document), load_timing)
    return _outcome(document, problem, contradicted_timing(document, problem), partial(prove_timing, problem, document))


def _verify_timing_tipping(name_or_path: Named, document: TimingTippingDocument) -> Outcome:
    from netdesign.analysis.timing.problem import load_timing
    from netdesign.analysis.timing.prove_tipping import prove_timing_tipping
    from netdesign.analysis.timing.tipping_call import TimingTippingCall
    from netdesign.analysis.timing.verify_tipping import contradicted_timing_tipping

    call = TimingTippingCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_timing)
    return _outcome(
        document,
        problem,
        contradicted_timing_tipping(name_or_path, document, problem, call),
        partial(prove_timing_tipping, name_or_path, problem, document, call),
    )


def _verify_timing_alternatives(name_or_path: Named, document: TimingAlternativesDocument) -> Outcome:
    from netdesign.analysis.timing.problem import load_timing
    from netdesign.analysis.timing.prove_alternatives import prove_first_decisions
    from netdesign.analysis.timing.verify_alternatives import contradicted_first_decisions

    call = TimingAlternativesCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_timing)
    return _outcome(
        document,
        problem,
        contradicted_first_decisions(document, problem, call),
        partial(prove_first_decisions, problem, document, call),
    )


def _verify_timing_stress(name_or_path: Named, document: TimingStressDocument) -> Outcome:
    from netdesign.analysis.timing.problem import load_timing
    from netdesign.analysis.timing.prove_stress import prove_timing_stress
    from netdesign.analysis.timing.stress_call import TimingStressCall
    from netdesign.analysis.timing.verify_stress import contradicted_timing_stress

    call = TimingStressCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_timing)
    return _outcome(
        document,
        problem,
        contradicted_timing_stress(name_or_path, document, problem, call),
        partial(prove_timing_stress, name_or_path, problem, document, call),
    )


_OF_KIND: dict[type[Any], Callable[[Named, Any], Outcome]] = {
    ResultDocument: _verify_solve,
    AlternativesDocument: _verify_alternatives,
    ExplanationDocument: _verify_explanation,
    TippingDocument: _verify_tipping,
    SweepDocument: _verify_sweep,
    StressDocument: _verify_stress,
    FrontierDocument: _verify_frontier,
    TimingDocument: _verify_timing,
    TimingTippingDocument: _verify_timing_tipping,
    TimingAlternativesDocument: _verify_timing_alternatives,
    TimingStressDocument: _verify_timing_stress,
}
"""What verifies results, by their kind; modules of one kind are imported on use."""


def _outcome(
    document: Document,
    problem: SolveProblem | TimingProblem,
    of_figures: Iterable[str],
    prove: Callable[[Watch, Callable[[Progress], None]], Verification],
) -> Outcome:
    """Return the outcome: what is false in record and figures of a result, and what proves its bounds again."""
    return Verification.of(_contradictions(document, problem, of_figures)), prove


def _as_solved(
    name_or_path: Named, document: Document, call: CallT, load: Callable[[Named, CallT], ProblemT]
) -> ProblemT:
    """Return the problem of a result, loaded with the recorded options."""
    try:
        return load(name_or_path, call)
    except (InstanceError, UsageError) as error:
        instance = read_named(name_or_path, replace(call, overrides=()))
        if instance.digest == document.instance.digest:
            raise
        if instance.name != document.instance.name:
            raise ContradictionError(_of_another(document, instance)) from None
        message = f"{OTHER_FILES}; with the recorded options: {error.message}"
        raise ContradictionError(message) from None


def _of_another(document: Document, instance: Instance) -> str:
    return f"instance.name: states {document.instance.name}; the instance is {instance.name}, so nothing is compared"


def _contradictions(document: Document, problem: SolveProblem | TimingProblem, of_figures: Iterable[str]) -> list[str]:
    """Return the contradictions of a result; of one about another instance, that it is one: all else would differ."""
    if document.instance.name != problem.instance.name:
        return [_of_another(document, problem.instance)]
    return [*_of_record(document, problem), *of_figures]


def _of_record(document: Document, problem: SolveProblem | TimingProblem) -> Iterator[str]:
    """Yield contradictions in the record of instance and problem."""
    instance = problem.instance
    if document.instance.digest != instance.digest:
        yield OTHER_FILES
    for name, true in problem.record.items():
        if document.problem.get(name) != true:
            yield f"problem.{name}: states {document.problem.get(name)}; instance and options say {true}"
    if document.instance.warnings != list(problem.warnings):
        yield "instance.warnings: are not those of the instance"
