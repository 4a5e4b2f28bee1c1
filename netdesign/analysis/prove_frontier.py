"""Prove the searches of a frontier again with another engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import TOLERANCE, Verification
from netdesign.analysis.frontier_parts import terms_of
from netdesign.analysis.measured_problem import MeasuredProblem
from netdesign.evaluate import apart
from netdesign.results.part import proven
from netdesign.solve.auto import another_engine
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.outcome import exactness, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.frontier_call import FrontierCall
    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.results.frontier_document import FrontierDocument, FrontierSearchPart
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress, Solution


def prove_frontier(
    result: StatedResult[FrontierDocument, SolveProblem, FrontierCall],
    watch: Watch,
    listen: Callable[[Progress], None] = silent,
) -> Verification:
    """Search again for the cheapest network under the prices and limits of each search.

    Raises
    ------
    UsageError
        No other engine can state the problem.
    """
    document, problem = result.document, result.problem
    measured = MeasuredProblem(problem.question(watch, listen))
    answered = str(document.engine.get("name", ""))
    found: list[str] = []
    names: list[str] = []
    for number, search in enumerate(document.searches):
        if watch.is_over:
            break
        question = measured.under(terms_of(search), watch)
        record = another_engine(question.instance, answered)
        names.append(record.name)
        again = record.engine(question).solve(SearchScope(task=f"proof of search {number}"))
        found += [f"search {number}: {text}" for text in _of_search(search, again)]
    by = ", ".join(sorted(set(names)))
    searches = "1 search" if len(names) == 1 else f"{len(names)} searches"
    proofs = (f"{searches}: each made again by {by}",) if names else ()
    return Verification(tuple(found), proofs, answered not in names)


def _of_search(search: FrontierSearchPart, again: Solution) -> Iterator[str]:
    """Yield a contradiction where another engine has a better plan, or proves that there is none so good."""
    bound = proven(search)
    if again.objective is not None and again.objective < bound - TOLERANCE * exactness(again.objective):
        claimed, true = apart(bound, again.objective, ".2f")
        yield f"bound: states {claimed}; another engine has a plan for {true} EUR/year"
    if search.objective is not None and again.bound > search.objective + TOLERANCE * exactness(search.objective):
        claimed, true = apart(search.objective, again.bound, ".2f")
        yield f"objective: states {claimed}; another engine proves that no plan has less than {true} EUR/year"
