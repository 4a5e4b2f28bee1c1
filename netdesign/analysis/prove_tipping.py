"""Prove again with another engine what is best at the points of a result of tipping."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import Verification
from netdesign.analysis.moved import MovedProblem, UnsoundError
from netdesign.analysis.prove import contradicted
from netdesign.analysis.prove_sweep import of_point, proven_rows
from netdesign.analysis.tipping_call import asked_figures, grid_figures
from netdesign.solve.auto import another_engine
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.outcome import silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.analysis.tipping_call import TippingCall
    from netdesign.results.tipping_document import TippingDocument
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress, Solution


def prove_tipping(
    result: StatedResult[TippingDocument, SolveProblem, TippingCall],
    watch: Watch,
    listen: Callable[[Progress], None] = silent,
) -> Verification:
    """Search again for the best network at the present values and at each point.

    Raises
    ------
    UsageError
        No other engine can state the problem.
    """
    name_or_path, document, problem, call = result
    question = problem.question(watch, listen, call.engine)
    moved = MovedProblem(name_or_path, call, problem, question)
    answered, unit = str(document.engine.get("name", "")), problem.instance.problem.objective.unit
    record = another_engine(problem.instance, answered)
    again = record.engine(question).solve(SearchScope(task="proof of the best network"))
    found = [] if document.best is None else list(contradicted(document.best, again, unit))
    if document.grid is not None:
        figures_of_grid = [one.paths for one in grid_figures(name_or_path, call, problem.instance)]
        rows = proven_rows(moved, document.grid.points, figures_of_grid, answered)
        return replace(rows, contradictions=(*found, *rows.contradictions))
    figures = {one.name: one for one in asked_figures(name_or_path, call, problem.instance)}
    solved = 0
    for stated in document.figures:
        for point in stated.points:
            if watch.is_over:
                return Verification(tuple(found), (_words(record.name, solved),), record.name != answered)
            try:
                here = moved.at(figures[stated.name].paths, point.value).question
            except UnsoundError:
                continue  # where nothing is permitted, and no plan is stated
            task = f"proof at {stated.name} = {point.value:g}"
            texts = of_point(point, _solved(here, answered, task), unit)
            found += [f"{stated.name}: at {point.value:g}: {text}" for text in texts]
            solved += 1
    return Verification(tuple(found), (_words(record.name, solved),), record.name != answered)


def _solved(question: Question, answered: str, task: str) -> Solution:
    return another_engine(question.instance, answered).engine(question).solve(SearchScope(task=task))


def _words(engine: str, solved: int) -> str:
    return f"{'1 point' if solved == 1 else f'{solved} points'}: each solved again by {engine}"
