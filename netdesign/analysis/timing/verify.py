"""Is this timing result true? The instance is read and the plan priced again, every figure compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.problem import Call, place_of
from netdesign.analysis.timing.problem import TimingCall, TimingProblem, load_timing, staged_record
from netdesign.analysis.timing.verify_plan import of_plan
from netdesign.analysis.timing.verify_value_of_information import of_what_stands_beside
from netdesign.analysis.verify import OTHER_FILES, Verification
from netdesign.errors import ContradictionError, InstanceError, UsageError
from netdesign.instance.read import read_staged
from netdesign.results.staged_document import RUNNING
from netdesign.results.staged_reading import plan_from_timing
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance.published.reading import Named
    from netdesign.results.staged_document import TimingDocument

_OF_A_PLAN = ("objective", "gap", "expected", "cvar", "largest_regret", "paths", "delays", "single_years", "values")


def verify_timing(name_or_path: Named, document: TimingDocument) -> tuple[TimingProblem, Verification]:
    """Read the instance with the recorded options and compare everything that the result states with the referee.

    Raises
    ------
    InstanceError, UsageError
        The instance cannot be read with the recorded options.
    ContradictionError
        It cannot, because it is another one than was solved.
    """
    problem = _load_as_solved(name_or_path, document)
    found = list(_of_the_problem(document, problem))
    try:
        plan = plan_from_timing(document, problem.staged)
    except ContradictionError as error:
        return problem, Verification((*found, error.message))
    if plan is None:
        found += _of_no_plan(document)
    else:
        found += of_plan(document, problem, plan)
        found += of_what_stands_beside(document, problem.staged, plan)
    return problem, Verification.of(found)


def _load_as_solved(name_or_path: Named, document: TimingDocument) -> TimingProblem:
    call = TimingCall.from_document(document)
    try:
        return load_timing(name_or_path, call)
    except (InstanceError, UsageError) as error:
        found = read_staged(place_of(name_or_path, Call()))
        if found.base.digest == document.instance.digest:
            raise
        message = f"{OTHER_FILES}; with the recorded options: {error.message}"
        raise ContradictionError(message) from None


def _of_the_problem(document: TimingDocument, problem: TimingProblem) -> Iterator[str]:
    staged = problem.staged
    if document.instance.digest != staged.base.digest:
        yield OTHER_FILES
    if document.instance.name != staged.base.name:
        yield f"instance.name: states {document.instance.name}; the instance is {staged.base.name}"
    if document.instance.warnings != list(problem.warnings):
        yield "instance.warnings: are not those of the instance"
    if document.scenario != staged.scenario:
        yield f"scenario: states {document.scenario}; the options say {staged.scenario}"
    risk = staged.stages.risk
    for name in ("measure", "level"):
        if getattr(document.risk, name) != getattr(risk, name):
            yield f"risk.{name}: states {getattr(document.risk, name)}; instance and options say {getattr(risk, name)}"
    for name, true in staged_record(staged, problem.replaced).items():
        if document.problem.get(name) != true:
            yield f"problem.{name}: states {document.problem.get(name)}; instance and options say {true}"


def _of_no_plan(document: TimingDocument) -> Iterator[str]:
    stray = [name for name in _OF_A_PLAN if getattr(document, name) not in (None, [])]
    if stray:
        yield f"{', '.join(stray)}: stated without a plan"
    if document.termination in (Termination.OPTIMAL, Termination.GAP_REACHED, RUNNING):
        yield f"termination: states {document.termination} without a plan"
    if document.clash and document.termination is not Termination.INFEASIBLE:
        yield f"clash: stated beside termination {document.termination}"
    if document.bound is not None and document.termination is Termination.INFEASIBLE:
        yield f"bound: states {document.bound}, though no plan is permitted"
