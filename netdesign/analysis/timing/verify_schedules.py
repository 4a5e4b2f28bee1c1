"""Verify the orders and closings that a timing result states beside its plan: they are operated again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import TOLERANCE
from netdesign.analysis.timing.value_of_information import (
    delayed,
    of_means,
    operate_schedule,
    paths_alone,
    years_alone,
)
from netdesign.results.part import proven
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import exactness, silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.plan import StagedPlan
    from netdesign.results.staged_document import SearchedPart, TimingDocument
    from netdesign.solve.multistage.question import StagedQuestion


def contradicted_schedules(
    document: TimingDocument, problem: TimingProblem, plan: StagedPlan, known: NDArray[np.float64] | None
) -> Iterator[str]:
    """Yield searches whose orders and closings do not cost what is stated.

    Parameters
    ----------
    document
        The result, whose parts fit to the instance.
    problem
        The instance with the recorded options.
    plan
        Of the result.
    known
        What each path costs by itself, EUR; None where that is not known.
    """
    gap = max(TOLERANCE, document.options["gap"])
    question = replace(problem.question(Watch(SolveLimits()), silent), known=known)
    searches = list(other_searches(question, document, plan))
    if document.values is not None and document.values.fixed is not None:
        searches.append(("values.fixed", question, document.values.fixed))
    for name, asked, part in searches:
        if part.objective is None:
            continue
        years = {node.year for node in asked.staged.nodes}
        beyond = [year for year in part.years if year not in years]
        if beyond:
            yield f"{name}: orders and closings: {beyond[0]} is none of its years"
            continue
        again = operate_schedule(asked, part).objective
        if again is None:
            yield f"{name}: orders and closings: permit no operation"
            continue
        slack = gap * exactness(part.objective, asked.scale)
        if not min(proven(part), part.objective - slack) <= again <= part.objective + slack:
            yield f"{name}: orders and closings: cost {again}, and {part.objective} is stated"


def other_searches(
    question: StagedQuestion, document: TimingDocument, plan: StagedPlan | None
) -> Iterator[tuple[str, StagedQuestion, SearchedPart]]:
    """Yield name, question and stated outcome of every search beside that for the plan and the calendar at the root."""
    for path, alone in zip(document.paths, paths_alone(question), strict=False):
        if path.known is not None:
            yield f"path to {path.leaf} by itself", alone, path.known
    later = {} if plan is None else {hub: asked for hub, _, asked in delayed(question, plan)}
    for delay in document.delays:
        yield f"delay of {delay.hub}", later[delay.hub], delay.later
    for single, (year, alone) in zip(document.single_years, years_alone(question), strict=False):
        yield f"single year {year}", alone, single.best
    if document.values is not None:
        yield "plan for the mean", of_means(question), document.values.mean
