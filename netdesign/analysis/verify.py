"""Verify a result: read its instance again, compare its figures with the referee's, and check its bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from netdesign.analysis.call import AlternativesCall, AnyCall, Call, TimingCall
from netdesign.analysis.problem import load_problem, read_named
from netdesign.errors import ContradictionError, InstanceError, UsageError
from netdesign.results.alternatives_document import AlternativesDocument
from netdesign.results.explanation_document import ExplanationDocument
from netdesign.results.frontier_document import FrontierDocument
from netdesign.results.part import Part
from netdesign.results.staged_document import TimingDocument
from netdesign.results.stress_document import StressDocument
from netdesign.results.sweep_document import SweepDocument
from netdesign.results.timing_tipping_document import TimingTippingDocument
from netdesign.results.tipping_document import TippingDocument
from netdesign.solve.core.outcome import OPTIMAL_GAP, Termination, exactness, relative_gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named
    from netdesign.results.part import Ended, HasGap
    from netdesign.results.result_file import Document
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress


TOLERANCE = 1e-6
"""Relative difference above which two figures contradict each other."""

OTHER_FILES = "instance.digest: the instance's files are not those that were solved"

ENDED_WITH_A_PLAN = (Termination.OPTIMAL, Termination.GAP_REACHED)

ProblemT = TypeVar("ProblemT")
CallT = TypeVar("CallT", bound=AnyCall)


@dataclass(frozen=True)
class Verification:
    """The outcome of verifying a result.

    Parameters
    ----------
    contradictions
        Statements of the result that are false; empty where all are true.
    proofs
        Sentences on what was proven again.
    is_by_another
        Whether another engine proved it than the one that answered.
    """

    contradictions: tuple[str, ...]
    proofs: tuple[str, ...] = ()
    is_by_another: bool = True

    @classmethod
    def of(cls, found: list[str]) -> Verification:
        """Return the outcome, in plainer words where only the files differ."""
        return cls(
            (f"{OTHER_FILES}; every figure is true of them all the same",) if found == [OTHER_FILES] else tuple(found)
        )


def verify(
    name_or_path: Named, document: Document
) -> tuple[Verification, Callable[[Watch, Callable[[Progress], None]], Verification]]:
    """Compare a result with the referee; return the outcome, and a function that proves the bounds again.

    Raises
    ------
    InstanceError, UsageError
        The instance cannot be read with the recorded options.
    ContradictionError
        The instance is not the one that was solved.
    """
    if isinstance(document, TimingDocument):
        from netdesign.analysis.timing.problem import load_timing
        from netdesign.analysis.timing.prove import prove_timing
        from netdesign.analysis.timing.verify import contradicted_timing

        years = _as_solved(name_or_path, document, TimingCall.from_document(document), load_timing)
        found = _contradictions(document, years, contradicted_timing(document, years))
        return Verification.of(found), partial(prove_timing, years, document)
    if isinstance(document, AlternativesDocument):
        return _verify_alternatives(name_or_path, document)
    if isinstance(document, ExplanationDocument):
        return _verify_explanation(name_or_path, document)
    if isinstance(document, TippingDocument):
        return _verify_tipping(name_or_path, document)
    if isinstance(document, TimingTippingDocument):
        return _verify_timing_tipping(name_or_path, document)
    if isinstance(document, SweepDocument):
        return _verify_sweep(name_or_path, document)
    if isinstance(document, StressDocument):
        return _verify_stress(name_or_path, document)
    if isinstance(document, FrontierDocument):
        return _verify_frontier(name_or_path, document)
    from netdesign.analysis.prove import prove
    from netdesign.analysis.verify_linear import contradicted_linear
    from netdesign.analysis.verify_networks import contradicted_networks

    problem = _as_solved(name_or_path, document, Call.from_document(document), load_problem)
    of_networks = contradicted_networks(document, problem), contradicted_linear(document, problem.instance)
    found = _contradictions(document, problem, chain(*of_networks))
    return Verification.of(found), partial(prove, problem, document)


def _verify_alternatives(
    name_or_path: Named, document: AlternativesDocument
) -> tuple[Verification, Callable[[Watch, Callable[[Progress], None]], Verification]]:
    from netdesign.analysis.prove_alternatives import prove_alternatives
    from netdesign.analysis.verify_alternatives import contradicted_alternatives

    call = AlternativesCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_problem)
    found = _contradictions(document, problem, contradicted_alternatives(document, problem, call))
    return Verification.of(found), partial(prove_alternatives, problem, document, call)


def _verify_explanation(
    name_or_path: Named, document: ExplanationDocument
) -> tuple[Verification, Callable[[Watch, Callable[[Progress], None]], Verification]]:
    from netdesign.analysis.explain.call import ExplainCall
    from netdesign.analysis.explain.verify import contradicted_explanation, prove_explanation

    call = ExplainCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_problem)
    found = _contradictions(document, problem, contradicted_explanation(document, problem, call))
    return Verification.of(found), partial(prove_explanation, problem, document)


def _verify_tipping(
    name_or_path: Named, document: TippingDocument
) -> tuple[Verification, Callable[[Watch, Callable[[Progress], None]], Verification]]:
    from netdesign.analysis.prove_tipping import prove_tipping
    from netdesign.analysis.tipping_call import TippingCall
    from netdesign.analysis.verify_tipping import contradicted_tipping

    call = TippingCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_problem)
    found = [*_of_record(document, problem), *contradicted_tipping(name_or_path, document, problem, call)]
    return Verification.of(found), partial(prove_tipping, name_or_path, problem, document, call)


def _verify_timing_tipping(
    name_or_path: Named, document: TimingTippingDocument
) -> tuple[Verification, Callable[[Watch, Callable[[Progress], None]], Verification]]:
    from netdesign.analysis.timing.problem import load_timing
    from netdesign.analysis.timing.prove_tipping import prove_timing_tipping
    from netdesign.analysis.timing.tipping_call import TimingTippingCall
    from netdesign.analysis.timing.verify_tipping import contradicted_timing_tipping

    call = TimingTippingCall.from_document(document)
    years = _as_solved(name_or_path, document, call, load_timing)
    found = _contradictions(document, years, contradicted_timing_tipping(name_or_path, document, years, call))
    return Verification.of(found), partial(prove_timing_tipping, name_or_path, years, document, call)


def _verify_sweep(
    name_or_path: Named, document: SweepDocument
) -> tuple[Verification, Callable[[Watch, Callable[[Progress], None]], Verification]]:
    from netdesign.analysis.prove_sweep import prove_sweep
    from netdesign.analysis.sweep_call import SweepCall
    from netdesign.analysis.verify_sweep import contradicted_sweep

    call = SweepCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_problem)
    found = _contradictions(document, problem, contradicted_sweep(name_or_path, document, problem, call))
    return Verification.of(found), partial(prove_sweep, name_or_path, problem, document, call)


def _verify_stress(
    name_or_path: Named, document: StressDocument
) -> tuple[Verification, Callable[[Watch, Callable[[Progress], None]], Verification]]:
    from netdesign.analysis.stress.call import StressCall
    from netdesign.analysis.stress.prove import prove_stress
    from netdesign.analysis.stress.verify import contradicted_stress

    call = StressCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_problem)
    found = _contradictions(document, problem, contradicted_stress(name_or_path, document, problem, call))
    return Verification.of(found), partial(prove_stress, problem, document, call, name_or_path)


def _verify_frontier(
    name_or_path: Named, document: FrontierDocument
) -> tuple[Verification, Callable[[Watch, Callable[[Progress], None]], Verification]]:
    from netdesign.analysis.frontier_call import FrontierCall
    from netdesign.analysis.prove_frontier import prove_frontier
    from netdesign.analysis.verify_frontier import contradicted_frontier

    call = FrontierCall.from_document(document)
    problem = _as_solved(name_or_path, document, call, load_problem)
    found = _contradictions(document, problem, contradicted_frontier(document, problem, call))
    return Verification.of(found), partial(prove_frontier, problem, document)


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


def differing(
    stated: Part, true: Part, names: Iterable[str] = (), scale: float = 0.0
) -> Iterator[tuple[str, Any, Any]]:
    """Yield place, stated and true value of each figure in which a part contradicts the true one.

    Parameters
    ----------
    stated, true
        The two parts.
    names
        Fields to compare; all of them where it is empty.
    scale
        Size of the costs whose differences the figures are; see ``exactness``.
    """
    for name in names or type(true).model_fields:
        claimed, value = getattr(stated, name), getattr(true, name)
        if isinstance(claimed, Part) and isinstance(value, Part):
            yield from ((f"{name}.{place}", *values) for place, *values in differing(claimed, value, (), scale))
        elif differs(claimed, value, scale):
            yield name, claimed, value


def differs(stated: Any, true: Any, scale: float = 0.0) -> bool:
    """Return whether two values contradict each other; numbers may differ by rounding, at any depth."""
    if isinstance(true, float) and isinstance(stated, int | float):
        return abs(stated - true) > TOLERANCE * exactness(true, max(abs(stated), scale))
    if isinstance(true, Part) and isinstance(stated, Part):
        return differs(vars(stated), vars(true), scale)
    if isinstance(true, dict) and isinstance(stated, dict):
        return stated.keys() != true.keys() or any(differs(stated[key], true[key], scale) for key in true)
    if isinstance(true, list) and isinstance(stated, list):
        return len(stated) != len(true) or any(differs(a, b, scale) for a, b in zip(stated, true, strict=True))
    return bool(stated != true)


def of_search(search: Ended, what: str = "a plan", scale: float = 0.0) -> Iterator[str]:
    """Yield contradictions between termination, objective and bound of one search.

    Parameters
    ----------
    search
        The search as the result states it.
    what
        Words for the outcome of a search, in a sentence.
    scale
        Size of the costs whose differences objective and bound are; see ``exactness``.
    """
    ending, objective, bound = search.termination, search.objective, search.bound
    if objective is None:
        if ending in ENDED_WITH_A_PLAN:
            yield f"termination: states {ending} without {what}"
        return
    if ending == Termination.INFEASIBLE:
        yield f"termination: states infeasible beside {what}"
    if bound is None:
        if ending in ENDED_WITH_A_PLAN:
            yield f"bound: is missing, though the search ended with {ending}"
        return
    if bound > objective + TOLERANCE * exactness(objective, scale):
        yield f"bound: {bound} is over the objective {objective}"
    gap = relative_gap(objective, bound, scale) or 0.0
    if ending == Termination.OPTIMAL and gap > OPTIMAL_GAP * (1 + TOLERANCE):
        yield f"termination: states optimal at a gap of {gap}; optimal is {OPTIMAL_GAP} at most"


def of_gap(search: HasGap, asked: float, scale: float = 0.0) -> Iterator[str]:
    """Yield contradictions of a gap with objective and bound, and with the gap of the call."""
    if search.objective is None or search.bound is None:
        if search.gap is not None:
            yield f"gap: states {search.gap} without {'a bound' if search.bound is None else 'an objective'}"
        return
    gap = relative_gap(search.objective, search.bound, scale) or 0.0
    if search.gap is None or abs(gap - search.gap) > TOLERANCE:
        yield f"gap: states {search.gap}; objective and bound give {gap}"
    is_reached = search.termination is Termination.GAP_REACHED and search.gap is not None
    if is_reached and (search.gap or 0.0) > max(asked, OPTIMAL_GAP) + TOLERANCE:
        yield f"termination: states gap_reached at a gap of {search.gap}; the call asked for {asked}"
