"""Prove again with another engine what is best in the rows of a result of sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import TOLERANCE, Verification
from netdesign.analysis.moved import MovedProblem, UnsoundError
from netdesign.analysis.sweep_rows import values_by_path
from netdesign.analysis.verify_rows import row_name
from netdesign.evaluate import apart
from netdesign.solve.auto import another_engine
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.outcome import Termination, exactness, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.analysis.sweep_call import SweepCall
    from netdesign.results.part import Ended
    from netdesign.results.row_parts import SweepRowPart
    from netdesign.results.sweep_document import SweepDocument
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress, Solution


def prove_sweep(
    result: StatedResult[SweepDocument, SolveProblem, SweepCall],
    watch: Watch,
    listen: Callable[[Progress], None] = silent,
) -> Verification:
    """Search again for the best network, and for the runner-up where it is stated, of each row.

    Raises
    ------
    UsageError
        No other engine can state the problem.
    """
    name_or_path, document, problem, call = result
    moved = MovedProblem(name_or_path, call, problem, problem.question(watch, listen, call.engine))
    return proven_rows(moved, document.rows, call.figures, str(document.engine.get("name", "")))


def proven_rows(
    moved: MovedProblem, rows: Sequence[SweepRowPart], figures: Sequence[tuple[str, ...]], answered: str
) -> Verification:
    """Search again for the best network, and for the runner-up where it is stated, of each row.

    Parameters
    ----------
    moved
        The problem at other values.
    rows, figures
        As a result states them.
    answered
        Name of the engine that answered.

    Raises
    ------
    UsageError
        No other engine can state the problem.
    """
    found: list[str] = []
    solved, names = 0, set()
    for row in rows:
        if moved.watch.is_over:
            break
        if row.plan is None and row.termination != Termination.INFEASIBLE:
            continue  # nothing is claimed
        try:
            question = moved.with_values(values_by_path(figures, row.values)).question
        except UnsoundError:
            continue  # where nothing is permitted, and no network is stated
        name = row_name(row, figures)
        names.add(another_engine(question.instance, answered).name)
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


def of_point(point: Ended, again: Solution, unit: str) -> Iterator[str]:
    """Yield a contradiction where another engine has a better plan, or proves that there is none so good.

    Parameters
    ----------
    point
        What a result states of a search.
    again
        What the other engine finds.
    unit
        Of the objective.
    """
    if again.objective is None and point.objective is not None and not again.termination.is_limit:
        yield "objective: another engine finds no plan"
    if again.objective is None:
        return
    if point.bound is None and point.objective is None:
        yield f"termination: states {point.termination}; another engine has a plan for {again.objective:.2f} {unit}"
        return
    if point.bound is not None and again.objective < point.bound - TOLERANCE * exactness(again.objective):
        claimed, true = apart(point.bound, again.objective, ".2f")
        yield f"bound: states {claimed}; another engine has a plan for {true} {unit}"
    if point.objective is not None and again.bound > point.objective + TOLERANCE * exactness(point.objective):
        claimed, true = apart(point.objective, again.bound, ".2f")
        yield f"objective: states {claimed}; another engine proves that no plan has less than {true} {unit}"
