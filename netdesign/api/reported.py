"""Answers that a module of ``report`` words, and how they are found with checked options."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from netdesign.analysis.problem import notes_on
from netdesign.api.answers import RecordedAnswer
from netdesign.api.tables import Columns
from netdesign.report.sentences import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from netdesign.analysis.call import AnyCall
    from netdesign.api.checked_call import CheckedCall
    from netdesign.api.given import Given
    from netdesign.results.result_file import Document


ResultT = TypeVar("ResultT", bound="Document")
CallT = TypeVar("CallT", bound="AnyCall")


@dataclass(frozen=True)
class Report(Generic[ResultT]):
    """What words the results of a question.

    Parameters
    ----------
    lines, text
        Sentences, and all that the command prints, of a result and the options that it does not hold.
    csv, records
        Rows of a result as the command writes them with ``--format csv``, and as dicts.
    """

    lines: Callable[[ResultT, Any], Iterable[str]]
    text: Callable[[ResultT, Any], str]
    csv: Callable[[ResultT], str]
    records: Callable[[ResultT], Sequence[dict[str, Any]]]


class ReportedAnswer(RecordedAnswer, Generic[ResultT]):
    """Base of these answers.

    Parameters
    ----------
    document
        The content of the result file.
    notes
        Notes on the call; None is skipped.
    asked
        Options of the call that the result does not hold.
    files
        Files of the instance.
    """

    REPORT: ClassVar[Report[Any]]

    document: ResultT

    def __init__(self, document: ResultT, notes: Iterable[str | None], asked: Any, files: tuple[Path, ...]) -> None:
        self.document = document
        self._record(document, notes, files)
        self._asked = asked

    @classmethod
    def asked_of(cls, problem: Any) -> Any:
        """Return what the result does not hold of the problem of a call."""
        return Asked.of(problem.instance)

    @property
    def table(self) -> Columns:
        """The rows that the command writes with ``--format csv``, as columns."""
        records = self.REPORT.records(self.document)
        return Columns({name: [record[name] for record in records] for name in (records[0] if records else ())})

    @property
    def sentences(self) -> tuple[str, ...]:
        """The answer in words, as the command line begins with them."""
        return tuple(line.strip() for line in self.REPORT.lines(self.document, self._asked))

    def to_csv(self) -> str:
        """Return the rows as the command line writes them with ``--format csv``."""
        return self.REPORT.csv(self.document)

    def __str__(self) -> str:
        return self.REPORT.text(self.document, self._asked)


AnswerT = TypeVar("AnswerT", bound="ReportedAnswer[Any]")


def answered(
    kind: type[AnswerT],
    asked: Given,
    checked: CheckedCall[CallT, ResultT],
    find: Callable[..., tuple[Any, ResultT]],
    *further: object,
) -> AnswerT:
    """Find the answer to a question with checked options.

    Parameters
    ----------
    kind
        Kind of the answer.
    asked, checked
        The instance, and the call.
    find
        Returns problem and result; takes the instance, the call, its limits, who listens, and ``further``.
    """
    notes = partial(notes_on, named=asked.named, call=checked.call)
    with checked.listeners(notes) as listeners:
        problem, document = find(asked.named, checked.call, checked.watch, listeners, *further)
    return kind(document, notes(problem), kind.asked_of(problem), problem.instance.files)
