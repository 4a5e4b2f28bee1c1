"""Prove again with another engine what is best at the points of a result of tipping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.moved import MovedProblem, UnsoundError
from netdesign.analysis.prove import contradicted
from netdesign.analysis.tipping_call import asked_figures
from netdesign.analysis.verify import TOLERANCE, Verification
from netdesign.evaluate import apart
from netdesign.solve.auto import another_engine
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.outcome import exactness, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.tipping_call import TippingCall
    from netdesign.instance.published.reading import Named
    from netdesign.results.part import Ended
    from netdesign.results.tipping_document import TippingDocument
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress, Solution


def prove_tipping(
    name_or_path: Named,
    problem: SolveProblem,
    document: TippingDocument,
    call: TippingCall,
    watch: Watch,
    listen: Callable[[Progress], None] = silent,
) -> Verification:
    """Search again for the best network at the present values and at each point.

    Raises
    ------
    UsageError
        No other engine can state the problem.
    """
    question = problem.question(watch, listen, call.engine)
    moved = MovedProblem(name_or_path, call, problem, question)
    answered, unit = str(document.engine.get("name", "")), problem.instance.problem.objective.unit
    record = another_engine(problem.instance, answered)
    again = record.engine(question).solve(SearchScope(task="proof of the best network"))
    found = [] if document.best is None else list(contradicted(document.best, again, unit))
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


def _words(engine: str, solved: int) -> str:
    return f"{solved} points: each solved again by {engine}"
