"""Verify a result: read its instance again, compare its figures with the referee's, and check its bounds."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from netdesign.analysis.call import AlternativesCall, AnyCall, Call, TimingAlternativesCall, TimingCall
from netdesign.analysis.contradictions import OTHER_FILES, Verification
from netdesign.analysis.problem import load_problem, read_named
from netdesign.analysis.stated_result import StatedResult
from netdesign.analysis.verify_shape import contradicted_shape
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
    from collections.abc import Callable, Iterable, Iterator, Sequence

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


class _Kind(NamedTuple):
    """What verifies results of one kind.

    Parameters
    ----------
    call, load
        Options as a result records them, and the problem with these.
    contradicted
        Yields what is false in the figures of a result.
    prove
        Proves its bounds again.
    """

    call: Callable[[Any], Any]
    load: Callable[[Named, Any], Any]
    contradicted: Callable[[StatedResult[Any, Any, Any]], Iterator[str]]
    prove: Callable[..., Verification]


def verify(name_or_path: Named, document: Document) -> Outcome:
    """Compare a result with the referee; return the outcome, and a function that proves the bounds again.

    Raises
    ------
    InstanceError, UsageError
        The instance cannot be read with the recorded options.
    ContradictionError
        The instance is not the one that was solved.
    """
    result, found = compared(name_or_path, document)
    return found, partial(_KINDS[type(document)]().prove, result)


def compared(
    name_or_path: Named, document: Document, others: Sequence[StatedResult[Any, Any, Any]] = ()
) -> tuple[StatedResult[Any, Any, Any], Verification]:
    """Compare a result with the referee; return it with its problem, and what is false in it.

    Parameters
    ----------
    name_or_path, document
        The instance and the result.
    others
        Results of the same instance as it was read: the problem of one with equal options is this one's too.

    Raises
    ------
    InstanceError, UsageError, ContradictionError
        As ``verify``.
    """
    kind = _KINDS[type(document)]()
    call = kind.call(document)
    alike = (other.problem for other in others if isinstance(call, Call) and call.states_problem_of(other.call))
    problem = next(alike, None) or _as_solved(name_or_path, document, call, kind.load)
    result = StatedResult(name_or_path, document, problem, call)
    found = _contradictions(document, result.problem, kind.contradicted(result))
    return result, Verification.of(found)


def _solve() -> _Kind:
    from netdesign.analysis.verify_linear import contradicted_answer

    def prove(*asked: Any) -> Verification:
        from netdesign.analysis.prove import prove as prove_networks

        return prove_networks(*asked)

    return _Kind(Call.from_document, load_problem, contradicted_answer, prove)


def _alternatives() -> _Kind:
    from netdesign.analysis.verify_alternatives import contradicted_alternatives

    def prove(*asked: Any) -> Verification:
        from netdesign.analysis.prove_alternatives import prove_alternatives

        return prove_alternatives(*asked)

    return _Kind(AlternativesCall.from_document, load_problem, contradicted_alternatives, prove)


def _explanation() -> _Kind:
    from netdesign.analysis.explain.call import ExplainCall
    from netdesign.analysis.explain.verify import contradicted_explanation, prove_explanation

    return _Kind(ExplainCall.from_document, load_problem, contradicted_explanation, prove_explanation)


def _tipping() -> _Kind:
    from netdesign.analysis.tipping_call import TippingCall
    from netdesign.analysis.verify_tipping import contradicted_tipping

    def prove(*asked: Any) -> Verification:
        from netdesign.analysis.prove_tipping import prove_tipping

        return prove_tipping(*asked)

    return _Kind(TippingCall.from_document, load_problem, contradicted_tipping, prove)


def _sweep() -> _Kind:
    from netdesign.analysis.sweep_call import SweepCall
    from netdesign.analysis.verify_sweep import contradicted_sweep

    def prove(*asked: Any) -> Verification:
        from netdesign.analysis.prove_sweep import prove_sweep

        return prove_sweep(*asked)

    return _Kind(SweepCall.from_document, load_problem, contradicted_sweep, prove)


def _stress() -> _Kind:
    from netdesign.analysis.stress.call import StressCall
    from netdesign.analysis.stress.verify import contradicted_stress

    def prove(*asked: Any) -> Verification:
        from netdesign.analysis.stress.prove import prove_stress

        return prove_stress(*asked)

    return _Kind(StressCall.from_document, load_problem, contradicted_stress, prove)


def _frontier() -> _Kind:
    from netdesign.analysis.frontier_call import FrontierCall
    from netdesign.analysis.verify_frontier import contradicted_frontier

    def prove(*asked: Any) -> Verification:
        from netdesign.analysis.prove_frontier import prove_frontier

        return prove_frontier(*asked)

    return _Kind(FrontierCall.from_document, load_problem, contradicted_frontier, prove)


def _timing() -> _Kind:
    from netdesign.analysis.timing.problem import load_timing
    from netdesign.analysis.timing.verify import contradicted_timing

    def prove(*asked: Any) -> Verification:
        from netdesign.analysis.timing.prove import prove_timing

        return prove_timing(*asked)

    return _Kind(TimingCall.from_document, load_timing, contradicted_timing, prove)


def _timing_tipping() -> _Kind:
    from netdesign.analysis.timing.problem import load_timing
    from netdesign.analysis.timing.tipping_call import TimingTippingCall
    from netdesign.analysis.timing.verify_tipping import contradicted_timing_tipping

    def prove(*asked: Any) -> Verification:
        from netdesign.analysis.timing.prove_tipping import prove_timing_tipping

        return prove_timing_tipping(*asked)

    return _Kind(TimingTippingCall.from_document, load_timing, contradicted_timing_tipping, prove)


def _timing_alternatives() -> _Kind:
    from netdesign.analysis.timing.problem import load_timing
    from netdesign.analysis.timing.verify_alternatives import contradicted_first_decisions

    call = TimingAlternativesCall.from_document

    def prove(*asked: Any) -> Verification:
        from netdesign.analysis.timing.prove_alternatives import prove_first_decisions

        return prove_first_decisions(*asked)

    return _Kind(call, load_timing, contradicted_first_decisions, prove)


def _timing_stress() -> _Kind:
    from netdesign.analysis.timing.problem import load_timing
    from netdesign.analysis.timing.stress_call import TimingStressCall
    from netdesign.analysis.timing.verify_stress import contradicted_timing_stress

    def prove(*asked: Any) -> Verification:
        from netdesign.analysis.timing.prove_stress import prove_timing_stress

        return prove_timing_stress(*asked)

    return _Kind(TimingStressCall.from_document, load_timing, contradicted_timing_stress, prove)


_KINDS: dict[type[Any], Callable[[], _Kind]] = {
    ResultDocument: _solve,
    AlternativesDocument: _alternatives,
    ExplanationDocument: _explanation,
    TippingDocument: _tipping,
    SweepDocument: _sweep,
    StressDocument: _stress,
    FrontierDocument: _frontier,
    TimingDocument: _timing,
    TimingTippingDocument: _timing_tipping,
    TimingAlternativesDocument: _timing_alternatives,
    TimingStressDocument: _timing_stress,
}
"""What verifies results, by their kind; modules of one kind are imported on use, and engines to prove bounds."""


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
    is_staged = hasattr(problem, "staged")
    return [*_of_record(document, problem), *contradicted_shape(document, is_staged=is_staged), *of_figures]


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
