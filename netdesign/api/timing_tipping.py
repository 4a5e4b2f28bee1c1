"""The answer of ``tipping`` over years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.api.over_years import AnswerOverYears
from netdesign.api.reported import Report
from netdesign.api.tables import Columns, changes_table, html_list, html_table
from netdesign.report.timing.first_words import first_text
from netdesign.report.timing.tipping import (
    first_verdict_words,
    timing_tipping_csv,
    timing_tipping_lines,
    timing_tipping_records,
    timing_tipping_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.results.timing_tipping_document import StagedFigurePart, TimingTippingDocument
    from netdesign.results.years_parts import FirstDecisionPart


class TimingTippingAnswer(AnswerOverYears["TimingTippingDocument"]):
    """What turns the first decision inside its range; ``document`` is the content of the result file.

    Attributes
    ----------
    first
        First decision of the best plan at the present values; None without a plan.
    figures
        Each figure with its range, what was solved of it, and where the first decision changes.
    """

    REPORT = Report(timing_tipping_lines, timing_tipping_text, timing_tipping_csv, timing_tipping_records)

    def __init__(
        self,
        document: TimingTippingDocument,
        notes: Iterable[str | None],
        asked: AskedOverYears,
        files: tuple[Path, ...],
    ) -> None:
        super().__init__(document, notes, asked, files)
        self.first: FirstDecisionPart | None = document.best.first
        self.figures: tuple[StagedFigurePart, ...] = tuple(document.figures)

    @property
    def turning(self) -> tuple[StagedFigurePart, ...]:
        """The figures that turn the first decision inside their range."""
        return tuple(one for one in self.figures if one.turns)

    @property
    def changes(self) -> Columns:
        """Where the first decision changes: one row for each change of each figure."""
        return changes_table(self.figures, first_text)

    def __repr__(self) -> str:
        turning, name = len(self.turning), self.document.instance.name
        return f"<TimingTippingAnswer {name}: {turning} of {len(self.figures)} figures turn it, {self.termination}>"

    def _repr_html_(self) -> str:
        rows = [[one.name, f"{one.low:g}", f"{one.high:g}", first_verdict_words(one)] for one in self.figures]
        title = f"tipping {self.document.instance.name}"
        table = html_table(["figure", "low", "high", "the first decision"], rows)
        return html_list(title, [*self.sentences, *self.notes]) + table
