"""The answer of ``tipping`` over years, and the call with checked options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.call import Call
from netdesign.analysis.problem import reading_notes, threshold_note
from netdesign.api.answers import RecordedAnswer
from netdesign.api.tables import Columns, html_list, html_table
from netdesign.report.timing.sentences import AskedOverYears
from netdesign.report.timing.tipping import (
    first_text,
    first_verdict_words,
    timing_tipping_csv,
    timing_tipping_lines,
    timing_tipping_records,
    timing_tipping_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.analysis.timing.tipping_call import TimingTippingCall
    from netdesign.api.checked_call import CheckedCall
    from netdesign.api.given import Given
    from netdesign.results.timing_tipping_document import (
        FirstDecisionPart,
        StagedFigurePart,
        TimingTippingDocument,
    )


class TimingTippingAnswer(RecordedAnswer):
    """What turns the first decision inside its range; ``document`` is the content of the result file.

    Attributes
    ----------
    first
        First decision of the best plan at the present values; None without a plan.
    figures
        Each figure with its range, what was solved of it, and where the first decision changes.
    """

    def __init__(
        self,
        document: TimingTippingDocument,
        notes: Iterable[str | None],
        asked: AskedOverYears,
        files: tuple[Path, ...],
    ) -> None:
        self.document: TimingTippingDocument = document
        self.first: FirstDecisionPart | None = document.best.first
        self.figures: tuple[StagedFigurePart, ...] = tuple(document.figures)
        self._record(document, notes, files)
        self._asked = asked

    @property
    def turning(self) -> tuple[StagedFigurePart, ...]:
        """The figures that turn the first decision inside their range."""
        return tuple(one for one in self.figures if one.turns)

    @property
    def changes(self) -> Columns:
        """Where the first decision changes: one row for each change of each figure."""
        rows = [(one.name, change) for one in self.figures for change in one.changes]
        return Columns(
            {
                "figure": [name for name, _ in rows],
                "at_least": [change.at_least for _, change in rows],
                "at_most": [change.at_most for _, change in rows],
                "before": [first_text(change.before) for _, change in rows],
                "after": [first_text(change.after) for _, change in rows],
            }
        )

    @property
    def table(self) -> Columns:
        """One row for each value that was solved."""
        records = timing_tipping_records(self.document)
        return Columns({name: [record[name] for record in records] for name in (records[0] if records else ())})

    @property
    def sentences(self) -> tuple[str, ...]:
        """The answer in words, as the command line begins with them."""
        return tuple(line.strip() for line in timing_tipping_lines(self.document, self._asked))

    def to_csv(self) -> str:
        """Return the values as the command line writes them with ``--format csv``."""
        return timing_tipping_csv(self.document)

    def __repr__(self) -> str:
        turning, name = len(self.turning), self.document.instance.name
        return f"<TimingTippingAnswer {name}: {turning} of {len(self.figures)} figures turn it, {self.termination}>"

    def __str__(self) -> str:
        return timing_tipping_text(self.document, self._asked)

    def _repr_html_(self) -> str:
        rows = [[one.name, f"{one.low:g}", f"{one.high:g}", first_verdict_words(one)] for one in self.figures]
        title = f"tipping {self.document.instance.name}"
        table = html_table(["figure", "low", "high", "the first decision"], rows)
        return html_list(title, [*self.sentences, *self.notes]) + table


def timing_tipping_answer(
    asked: Given, checked: CheckedCall[TimingTippingCall, TimingTippingDocument]
) -> TimingTippingAnswer:
    """Look for what turns the first decision with checked options."""
    from netdesign.analysis.timing.tipping import find_first_decisions

    def notes(problem: TimingProblem) -> tuple[str | None, ...]:
        return (*reading_notes(asked.named, Call()), problem.replaced, threshold_note(problem.staged.base))

    with checked.listeners(notes) as listeners:
        problem, document = find_first_decisions(asked.named, checked.call, checked.watch, listeners)
    return TimingTippingAnswer(document, notes(problem), AskedOverYears.of(problem.staged), problem.staged.base.files)
