"""The verdict of a page: the sentences of its first result, and what else is nearly as good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.report.alternatives import alternatives_lines
from netdesign.report.explanation import explanation_lines
from netdesign.report.frontier import frontier_lines
from netdesign.report.page.data import RunnerUpRecord, StepRecord, VerdictRecord
from netdesign.report.page.figures import figure
from netdesign.report.page.headline import headline, headline_over_years
from netdesign.report.sentences import answer_lines, cap_words
from netdesign.report.stopped_sentences import closing_lines
from netdesign.report.stress import stress_lines
from netdesign.report.sweep import sweep_lines
from netdesign.report.timing.alternatives import timing_alternatives_lines
from netdesign.report.timing.answer import timing_lines
from netdesign.report.timing.stress import timing_stress_lines
from netdesign.report.timing.tipping import timing_tipping_lines
from netdesign.report.tipping import tipping_lines
from netdesign.results.document import ResultDocument
from netdesign.results.runner_up import runner_up_of_all
from netdesign.results.staged_document import TimingDocument
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from netdesign.report.page.plans import NetworkPlans
    from netdesign.results.result_file import Document

_LINES: dict[str, Callable[[Any, Any], list[str]]] = {
    "netdesign.result/1": lambda document, asked: [*answer_lines(document, asked), *closing_lines(document)],
    "netdesign.alternatives/1": alternatives_lines,
    "netdesign.explanation/1": explanation_lines,
    "netdesign.tipping/1": tipping_lines,
    "netdesign.sweep/1": sweep_lines,
    "netdesign.stress/1": stress_lines,
    "netdesign.frontier/1": frontier_lines,
    "netdesign.timing/1": timing_lines,
    "netdesign.timing-alternatives/1": timing_alternatives_lines,
    "netdesign.timing-tipping/1": timing_tipping_lines,
    "netdesign.timing-stress/1": timing_stress_lines,
}
"""What words a result of each format."""


def sentences_of(document: Document, asked: Any) -> list[str]:
    """Return what the command of a result says; ``asked`` has what the result does not hold."""
    return [line.rstrip() for line in _LINES[document.format](document, asked)]


def _headline(document: Document, asked: Any, names: Mapping[str, str]) -> str | None:
    if isinstance(document, ResultDocument):
        return headline(document, asked, names)
    return headline_over_years(document, asked) if isinstance(document, TimingDocument) else None


def verdict_of(document: Document, asked: Any, plans: NetworkPlans | None, names: Mapping[str, str]) -> VerdictRecord:
    """Return the verdict of the result that a page begins with.

    Parameters
    ----------
    document, asked
        The result, and what it does not hold of its call.
    plans
        The plans of the page; None over years.
    names
        What sites are called, by id.
    """
    sentences = sentences_of(document, asked)
    solved = document if isinstance(document, ResultDocument) else None
    return VerdictRecord(
        headline=_headline(document, asked, names) or sentences[0],
        sentences=sentences,
        objective=figure(document.objective),
        bound=figure(document.bound),
        gap=figure(document.gap),
        termination=str(document.termination),
        is_proven=document.termination in (Termination.OPTIMAL, Termination.INFEASIBLE),
        cap="" if solved is None else cap_words(solved.networks, asked),
        steps=[] if solved is None else _steps(solved),
        runner_up=None if solved is None or plans is None else _runner_up(solved, asked.existing, plans),
    )


def _steps(document: ResultDocument) -> list[StepRecord]:
    return [
        StepRecord(
            from_hubs=step.from_hubs,
            to_hubs=step.to_hubs,
            verdict=step.verdict.value,
            saving=figure(step.saving),
            saving_at_least=figure(step.saving_at_least),
            saving_at_most=figure(step.saving_at_most),
        )
        for step in document.steps
    ]


def _runner_up(document: ResultDocument, existing: int, plans: NetworkPlans) -> RunnerUpRecord | None:
    found = runner_up_of_all(document.networks, existing)
    if found is None or document.objective is None:
        return None
    more, least = (None if value is None else value - document.objective for value in (found.objective, found.bound))
    return RunnerUpRecord(
        hubs=found.open_hubs,
        objective=figure(found.objective),
        more=figure(more),
        more_at_least=figure(None if least is None else max(0.0, least)),
        plan=plans.of_hubs(found.open_hubs) if found.open_hubs else None,
    )
