"""The parts of a result that record the call, and whether a call goes on from what another one has recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from netdesign.analysis.problem import versions
from netdesign.errors import UsageError
from netdesign.instance.published.reading import name_of
from netdesign.results.alternatives_document import AlternativesDocument
from netdesign.results.document import InstancePart, ResultDocument
from netdesign.results.resuming import Recorded
from netdesign.results.sweep_document import SweepDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.call import Call
    from netdesign.analysis.problem import SolveProblem
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named
    from netdesign.results.recorded_fields import EngineFact
    from netdesign.results.resuming import EarlierResult
    from netdesign.solve.core.engine import Engine
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.registry import Choice

OneYearT = TypeVar("OneYearT", ResultDocument, AlternativesDocument, SweepDocument)


def record_of(
    name_or_path: Named, call: Call, problem: SolveProblem, watch: Watch, choice: Choice[Instance, Engine]
) -> dict[str, Any]:
    """Return the parts of a result of one year that record the call.

    Parameters
    ----------
    name_or_path, call
        The instance, and the options of the call.
    problem
        The instance with the options.
    watch
        Limits of the search.
    choice
        The engine.
    """
    instance = problem.instance
    return {
        "instance": InstancePart(name=instance.name, digest=instance.digest, warnings=list(problem.warnings)),
        "options": call.to_record() | watch.limits.to_record(),
        "problem": problem.record,
        "engine": _engine_record(choice, problem),
        "reader": {"format_in": call.reading.format_in, "instance": name_of(name_or_path), **call.reading.options},
        "versions": versions(),
    }


def check_earlier(
    earlier: EarlierResult[OneYearT],
    call: Call,
    problem: SolveProblem,
    contradicted: Callable[[OneYearT, SolveProblem], Iterator[str]],
) -> None:
    """Check that a result can be gone on from: its question is the same, and the referee contradicts nothing in it.

    Parameters
    ----------
    earlier
        The result.
    call, problem
        Options of this call, and the instance with them.
    contradicted
        Yields what the referee contradicts in a result.

    Raises
    ------
    UsageError
        It is of another question, or damaged.
    ContradictionError
        Something in it is false.
    """
    options = {"format_in": call.reading.format_in, **call.reading.options, **call.to_record()}
    earlier.check_goes_on(Recorded.of_call(earlier.document.COMMAND, options, problem.instance, versions()))
    try:
        call.from_document(earlier.document)
    except UsageError as error:
        raise earlier.damaged(error.message) from None
    if problem.has_users_model:
        message = "--resume: a model file of one's own may have changed since; start anew without it"
        raise UsageError(message)
    contradiction = next(contradicted(earlier.document, problem), None)
    if contradiction is not None:
        raise earlier.contradicted(contradiction)


def _engine_record(choice: Choice[Instance, Engine], problem: SolveProblem) -> dict[EngineFact, str]:
    record: dict[EngineFact, str] = {"name": choice.name}
    if choice.needs_model:
        record["model"] = problem.formulation.__name__.rsplit(".", 1)[-1]
    return record | {"reason": choice.reason}
