"""Prove again with another engine what is best in the rows of a result of sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.moved import MovedProblem, UnsoundError
from netdesign.analysis.prove_tipping import of_point
from netdesign.analysis.sweep_rows import values_by_path
from netdesign.analysis.verify import Verification
from netdesign.analysis.verify_sweep import row_name
from netdesign.solve.auto import another_engine
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.outcome import Termination, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.sweep_call import SweepCall
    from netdesign.instance.published.reading import Named
    from netdesign.results.sweep_document import SweepDocument, SweepRowPart
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress


def prove_sweep(
    name_or_path: Named,
    problem: SolveProblem,
    document: SweepDocument,
    call: SweepCall,
    watch: Watch,
    listen: Callable[[Progress], None] = silent,
) -> Verification:
    """Search again for the best network, and for the runner-up where it is stated, of each row.

    Raises
    ------
    UsageError
        No other engine can state the problem.
    """
    moved = MovedProblem(name_or_path, call, problem, problem.question(watch, listen, call.engine))
    answered = str(document.engine.get("name", ""))
    found: list[str] = []
    solved, names = 0, set()
    for row in document.rows:
        if watch.is_over:
            break
        if row.plan is None and row.termination != Termination.INFEASIBLE:
            continue  # nothing is claimed
        try:
            question = moved.with_values(values_by_path(call.figures, row.values)).question
        except UnsoundError:
            continue  # where nothing is permitted, and no network is stated
        name = row_name(row, call)
        record = another_engine(question.instance, answered)
        names.add(record.name)
        texts = _of_row(row, question, answered, f"proof at {name}")
        found += [f"{name}: {text}" for text in texts]
        solved += 1
    engines = " or ".join(sorted(names)) or answered
    words = f"{solved} rows: each solved again by {engines}"
    return Verification(tuple(found), (words,), answered not in names)


def _of_row(row: SweepRowPart, question: Question, answered: str, task: str) -> Iterator[str]:
    engine = another_engine(question.instance, answered).engine(question)
    unit = question.instance.problem.objective.unit
    yield from of_point(row, engine.solve(SearchScope(task=task)), unit)
    second = row.runner_up
    if second is not None and row.open_hubs:
        scope = SearchScope(excluded=(tuple(row.open_hubs),), task=f"{task}, other hubs")
        again = engine.solve(scope)
        yield from (f"runner_up: {text}" for text in of_point(second, again, unit))
