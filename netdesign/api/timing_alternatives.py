"""The answer of ``alternatives`` over years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.api.answers import shown_amount
from netdesign.api.over_years import AnswerOverYears
from netdesign.api.reported import Report
from netdesign.api.tables import html_list, html_table
from netdesign.report.timing.alternatives import (
    timing_alternatives_csv,
    timing_alternatives_lines,
    timing_alternatives_records,
    timing_alternatives_text,
)
from netdesign.report.timing.first_words import first_text
from netdesign.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.results.timing_alternatives_document import (
        FirstAlternativePart,
        FirstConditionPart,
        TimingAlternativesDocument,
    )


class TimingAlternativesAnswer(AnswerOverYears["TimingAlternativesDocument"]):
    """All first decisions within a margin of the best; ``document`` is the content of the result file.

    Attributes
    ----------
    decisions
        The first decisions, the best first, each with its best plan.
    condition
        The best plan that orders at the sites of the call, and not at others; None where none are named.
    is_complete
        Whether it is proven that no other first decision has a plan within the margin.
    others_bound
        No plan with a first decision that is not listed has less; None where none is left, or nothing is proven.
    limit
        Largest objective within the margin; None without a plan.
    """

    REPORT = Report(
        timing_alternatives_lines, timing_alternatives_text, timing_alternatives_csv, timing_alternatives_records
    )

    def __init__(
        self,
        document: TimingAlternativesDocument,
        notes: Iterable[str | None],
        asked: AskedOverYears,
        files: tuple[Path, ...],
    ) -> None:
        super().__init__(document, notes, asked, files)
        self.decisions: tuple[FirstAlternativePart, ...] = tuple(document.decisions)
        self.condition: FirstConditionPart | None = document.condition
        self.is_complete, self.others_bound, self.limit = document.is_complete, document.others_bound, document.limit

    def __repr__(self) -> str:
        name, number = self.document.instance.name, counted(len(self.decisions), "first decision")
        return f"<TimingAlternativesAnswer {name}: {number}, {self.termination}>"

    def _repr_html_(self) -> str:
        rows = [
            [first_text(one.first), shown_amount(one.objective), shown_amount(one.difference)] for one in self.decisions
        ]
        title = f"alternatives {self.document.instance.name}"
        table = html_table(["first decision", "objective", "above the best"], rows)
        return html_list(title, [*self.sentences, *self.notes]) + table
