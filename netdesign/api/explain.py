"""``explain``, for Python and for the command line, and its answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Unpack

from netdesign.analysis.explain.call import MOST_CLASHES, ExplainCall
from netdesign.api.checked import whole_number
from netdesign.api.checked_call import checked_call
from netdesign.api.given import given_of
from netdesign.api.keywords import ModelOptions, in_words_of_python
from netdesign.api.reported import Report, ReportedAnswer, answered
from netdesign.api.tables import html_list, html_table
from netdesign.errors import ExitCode, UsageError
from netdesign.report.explanation import (
    Deadlines,
    explanation_csv,
    explanation_lines,
    explanation_records,
    explanation_text,
)
from netdesign.solve.registry import ONE_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from netdesign.analysis.problem import SolveProblem
    from netdesign.api.checked_call import CheckedCall
    from netdesign.api.given import Given
    from netdesign.api.instance import Instance
    from netdesign.results.explanation_document import ClashPart, ExplanationDocument

    AnyInstance = Instance | Given | str | Path


class ExplainAnswer(ReportedAnswer["ExplanationDocument"]):
    """Why no plan is permitted; ``document`` is the content of the result file.

    Attributes
    ----------
    is_feasible
        Whether a plan is permitted; None where that is not known.
    is_complete
        Whether it is proven that no other least set of policies clashes.
    """

    REPORT = Report(explanation_lines, explanation_text, explanation_csv, explanation_records)

    def __init__(
        self, document: ExplanationDocument, notes: Iterable[str | None], asked: Deadlines, files: tuple[Path, ...]
    ) -> None:
        super().__init__(document, notes, asked, files)
        self.is_feasible, self.is_complete = document.is_feasible, document.is_complete

    @classmethod
    def asked_of(cls, problem: SolveProblem) -> Deadlines:
        """Return what the result does not hold of the problem of a call."""
        return Deadlines.of(problem.instance, problem.network)

    @property
    def exit_code(self) -> ExitCode:
        """The exit code with which the command ends."""
        codes = {True: ExitCode.ANSWERED, False: ExitCode.INFEASIBLE, None: ExitCode.STOPPED_WITHOUT_PLAN}
        return codes[self.is_feasible]

    @property
    def clashes(self) -> list[ClashPart]:
        """The least sets of policies that clash, with how far each of their figures has to give."""
        return self.document.clashes

    @property
    def enough(self) -> list[list[str]]:
        """Smallest sets of policies without which there is a plan."""
        return self.document.enough

    def __repr__(self) -> str:
        found = {True: "a plan is permitted", False: f"{len(self.clashes)} clashes", None: "not known"}
        return f"<ExplainAnswer {self.document.instance.name}: {found[self.is_feasible]}>"

    def _repr_html_(self) -> str:
        records = explanation_records(self.document)
        header = list(records[0]) if records else []
        rows = [["" if value is None else value for value in record.values()] for record in records]
        title = f"explain {self.document.instance.name}"
        return html_list(title, [*self.sentences, *self.notes]) + (html_table(header, rows) if rows else "")


@in_words_of_python
def explain(
    instance: AnyInstance,
    *,
    most: int = MOST_CLASHES,
    **options: Unpack[ModelOptions],
) -> ExplainAnswer:
    """Explain why no plan is permitted, in policies and figures, as ``netdesign explain`` does.

    Parameters
    ----------
    instance
        An instance, a folder or file, or the name of a bundled one.
    most
        How many least sets of policies to list at most.
    options
        A bundled model, what may open, changed values, engine, limits and callbacks; see ``ModelOptions``.

    Raises
    ------
    InstanceError
        The instance is wrong, or over several years; all faults at once.
    UsageError
        An option is wrong, or model or engine cannot state the problem.

    Examples
    --------
    >>> import netdesign as nd
    >>> nd.explain("tiny").is_feasible
    True
    """
    from netdesign.analysis.explain.answer import explain_problem

    if "gap" in options:
        message = "--gap: nothing is minimised, so no search ends at a gap; leave it out"
        raise UsageError(message)
    asked = given_of(instance)
    checked: CheckedCall[ExplainCall, ExplanationDocument] = checked_call(
        ExplainCall,
        asked,
        ONE_YEAR,
        options,
        most=partial(_number_of_sets, most),
    )
    return answered(ExplainAnswer, asked, checked, explain_problem)


def _number_of_sets(most: int) -> int:
    found = whole_number("--most", most)
    if found is None or found < 1:
        message = f"--most {most}: a number of sets is 1 or more"
        raise UsageError(message)
    return found
