"""The answer of ``stress`` over years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.api.answers import shown_amount
from netdesign.api.over_years import AnswerOverYears
from netdesign.api.reported import Report
from netdesign.api.tables import html_list, html_table
from netdesign.report.timing.stress import (
    name_of_plan,
    timing_stress_csv,
    timing_stress_lines,
    timing_stress_records,
    timing_stress_text,
)
from netdesign.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.results.timing_stress_document import PlanDrawsPart, StressedPlanPart, TimingStressDocument


class TimingStressAnswer(AnswerOverYears["TimingStressDocument"]):
    """What plans over years cost in drawn worlds; ``document`` is the content of the result file.

    Attributes
    ----------
    plans
        The plans that were looked at, the best plan first.
    draws
        What they cost in drawn worlds; None without a plan.
    """

    REPORT = Report(timing_stress_lines, timing_stress_text, timing_stress_csv, timing_stress_records)

    def __init__(
        self,
        document: TimingStressDocument,
        notes: Iterable[str | None],
        asked: AskedOverYears,
        files: tuple[Path, ...],
    ) -> None:
        super().__init__(document, notes, asked, files)
        self.plans: tuple[StressedPlanPart, ...] = tuple(document.plans)
        self.draws: PlanDrawsPart | None = document.draws

    def __repr__(self) -> str:
        name = self.document.instance.name
        return f"<TimingStressAnswer {name}: {counted(len(self.plans), 'plan')}, {self.termination}>"

    def _repr_html_(self) -> str:
        rows = [[name_of_plan(one.names), shown_amount(one.objective)] for one in self.plans]
        title = f"stress {self.document.instance.name}"
        return html_list(title, [*self.sentences, *self.notes]) + html_table(["plan", "objective"], rows)
