"""Verify a result of sweep: price the plans of each row with its values again, and hold rows and call together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import differs
from netdesign.analysis.moved import MovedProblem
from netdesign.analysis.sweep import of_rows
from netdesign.analysis.sweep_call import figures_now
from netdesign.analysis.verify_rows import StatedRows
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination, silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.analysis.sweep_call import SweepCall
    from netdesign.instance.published.reading import Named
    from netdesign.results.sweep_document import SweepDocument


def contradicted_sweep(result: StatedResult[SweepDocument, SolveProblem, SweepCall]) -> Iterator[str]:
    """Yield all that the referee, or the rows themselves, contradict in a result of sweep."""
    name_or_path, document, problem, call = result
    now = figures_now(name_or_path, call)
    if [(one.name, one.unit, one.value) for one in document.figures] != [
        (one.name, one.unit, one.value) for one in now
    ]:
        yield "figures: are not those of the call in the instance"
        return
    moved = _moved(name_or_path, document, problem, call)
    stated = StatedRows(document.plans, moved, call.figures)
    yield from stated.contradictions(document.rows, call.combinations, document.left)
    if document.present is not None:
        yield from (f"present: {text}" for text in stated.of_row(document.present, moved.present))
        if any(value is not None for value in document.present.values):
            yield "present: values: are stated; the present values are those of the instance"
        elif len(document.present.values) != len(call.figures):
            yield f"present: values: are {len(document.present.values)}; the call has {len(call.figures)} figures"
    elif document.rows or not document.left:
        yield "present: is missing"
    yield from stated.of_volumes()
    yield from _of_top_level(document)


def _moved(name_or_path: Named, document: SweepDocument, problem: SolveProblem, call: SweepCall) -> MovedProblem:
    question = problem.question(Watch(SolveLimits(relative_gap=document.options["gap"])), silent, call.engine)
    return MovedProblem(name_or_path, call, problem, question)


def _of_top_level(document: SweepDocument) -> Iterator[str]:
    stopped = Termination.TIME_LIMIT
    true = of_rows(document.present, document.rows, document.left, stopped)
    for name in ("objective", "bound", "gap"):
        if differs(getattr(document, name), true[name]):
            yield f"{name}: states {getattr(document, name)}; the present values give {true[name]}"
    is_stopped = document.is_running or document.termination in (Termination.TIME_LIMIT, Termination.INTERRUPTED)
    if bool(document.left) != is_stopped and not document.is_running:
        yield f"termination: states {document.termination}; combinations without a row: {document.left}"
    elif not document.left and not document.is_running and document.termination != true["termination"]:
        yield f"termination: states {document.termination}; the rows give {true['termination']}"
