"""``verify`` and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from netdesign.api.checked import is_on, path_of, together
from netdesign.api.given import given_of
from netdesign.api.keywords import SearchOptions, in_words_of_python
from netdesign.api.options import guarded_listener, watch_of
from netdesign.errors import ExitCode
from netdesign.solve.core.outcome import silent

if TYPE_CHECKING:
    from pathlib import Path
    from threading import Event

    from netdesign.analysis.contradictions import Verification
    from netdesign.api.alternatives import AlternativesAnswer
    from netdesign.api.answers import SolveAnswer, TimingAnswer
    from netdesign.api.explain import ExplainAnswer
    from netdesign.api.findings import AnyInstance
    from netdesign.api.frontier import FrontierAnswer
    from netdesign.api.keywords import Listener
    from netdesign.api.stress import StressAnswer
    from netdesign.api.sweep import SweepAnswer
    from netdesign.api.timing_alternatives import TimingAlternativesAnswer
    from netdesign.api.timing_stress import TimingStressAnswer
    from netdesign.api.timing_tipping import TimingTippingAnswer
    from netdesign.api.tipping import TippingAnswer
    from netdesign.results.result_file import Document

    AnyResult: TypeAlias = (
        SolveAnswer
        | AlternativesAnswer
        | ExplainAnswer
        | TippingAnswer
        | SweepAnswer
        | StressAnswer
        | FrontierAnswer
        | TimingAnswer
        | TimingAlternativesAnswer
        | TimingTippingAnswer
        | TimingStressAnswer
        | str
        | Path
    )


@dataclass(frozen=True)
class VerifyAnswer:
    """Whether a result is true.

    Parameters
    ----------
    contradictions
        Statements of the result that are false; empty where all are true.
    proofs
        Sentences on what was proven again.
    is_proven
        Whether all bounds were proven again; None without ``prove``.
    has_plan
        Whether the result has a plan.
    is_by_another
        Whether another engine proved them than the one that answered, as far as ``prove`` was asked for.
    unchecked
        What a result states without a plan that could be priced, and only ``prove`` solves again; empty if nothing.
    command
        Of which command it is a result.
    """

    contradictions: tuple[str, ...]
    proofs: tuple[str, ...] = ()
    is_proven: bool | None = None
    has_plan: bool = True
    is_by_another: bool = True
    unchecked: tuple[str, ...] = ()
    command: str = "solve"

    @classmethod
    def of(cls, found: Verification, document: Document, *, is_proven: bool | None) -> VerifyAnswer:
        """Return the answer about a result."""
        return cls(
            found.contradictions,
            found.proofs,
            is_proven,
            document.has_plan,
            found.is_by_another,
            () if is_proven else _without_a_plan(document),
            document.COMMAND,
        )

    @property
    def exit_code(self) -> ExitCode:
        """The exit code with which the command ends."""
        if self.contradictions:
            return ExitCode.CONTRADICTED
        return ExitCode.STOPPED_WITHOUT_PLAN if self.is_proven is False else ExitCode.ANSWERED

    def __bool__(self) -> bool:
        """Return whether nothing is contradicted."""
        return not self.contradictions


@in_words_of_python
def verify(
    instance: AnyInstance,
    result: AnyResult,
    *,
    prove: bool = False,
    time_limit: float | None = None,
    listen: Listener = silent,
    stop: Event | None = None,
) -> VerifyAnswer:
    """Price the plans of a result again from the instance, as ``netdesign verify`` does.

    Parameters
    ----------
    instance
        The instance that was solved, before any change; the result records the changes.
    result
        An answer, or the path of a result file.
    prove
        Whether to prove the bounds again with another engine.
    time_limit, listen, stop
        Limit and callbacks of these proofs; see ``SearchOptions``.

    Raises
    ------
    InstanceError, UsageError
        The instance cannot be read with the recorded options, or the file is no result.
    ContradictionError
        The instance is not the one that was solved.

    Examples
    --------
    >>> import netdesign as nd
    >>> bool(nd.verify("tiny", nd.solve("tiny")))
    True
    """
    from netdesign.analysis.verify import verify as verified
    from netdesign.api.answers import RecordedAnswer
    from netdesign.results.result_file import read_any

    asked = given_of(instance)
    search: SearchOptions = {"time_limit": time_limit, "listen": listen, "stop": stop}
    watch, is_asked, path = together(
        partial(watch_of, search),
        partial(is_on, "--prove", prove),
        lambda: None if isinstance(result, RecordedAnswer) else path_of("result", result),
    )
    document = result.document if isinstance(result, RecordedAnswer) else read_any(path)
    found, prove_again = verified(asked.named, document)
    is_proven: bool | None = None
    if is_asked and not found.contradictions:
        with guarded_listener(watch, listen) as guarded:
            found = prove_again(watch, guarded)
        is_proven = not found.contradictions and not watch.is_over
    return VerifyAnswer.of(found, document, is_proven=is_proven)


def _without_a_plan(document: Document) -> tuple[str, ...]:
    """Return what a result states without a plan that could be priced."""
    from netdesign.results.document import ResultDocument

    if isinstance(document, ResultDocument) and document.linear is not None:
        return ("what it would cost by the tonne",)
    return ()
