"""Prove again with another engine what is best at the points of a result of tipping over years."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import Verification
from netdesign.analysis.moved import UnsoundError
from netdesign.analysis.prove import contradicted
from netdesign.analysis.timing.moved import MovedTiming
from netdesign.analysis.timing.value_of_information import paths_alone
from netdesign.analysis.tipping_call import asked_figures
from netdesign.instance.stages import RiskMeasure
from netdesign.solve.auto import another_staged_engine
from netdesign.solve.core.outcome import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.stated_result import StatedResult
    from netdesign.analysis.timing.moved import StagedAtValue
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.analysis.timing.tipping_call import TimingTippingCall
    from netdesign.instance.published.reading import Named
    from netdesign.instance.ranges import FigureRange
    from netdesign.results.timing_tipping_document import BestPlanPart, TimingTippingDocument
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress


def prove_timing_tipping(
    result: StatedResult[TimingTippingDocument, TimingProblem, TimingTippingCall],
    watch: Watch,
    listen: Callable[[Progress], None] = silent,
) -> Verification:
    """Search again for the best plan at the present values and at each point, and for those of paths by themselves.

    Raises
    ------
    UsageError
        No engine can state the problem.
    """
    name_or_path, document, problem, call = result
    moved = MovedTiming(name_or_path, call, problem.question(watch, listen, call.engine))
    found: list[str] = []
    engines: dict[str, None] = {}
    is_by_another = True
    solved = 0
    for name, stated, at_value in _searches(name_or_path, problem, document, call, moved):
        if watch.is_over:
            break
        try:
            here = at_value()
        except UnsoundError:
            continue  # where nothing is permitted, and no plan is stated
        record = another_staged_engine(here.question.staged, here.choice.name)
        is_by_another = is_by_another and record.name != here.choice.name
        for alone, known in zip(paths_alone(here.question), stated.known, strict=False):
            path = record.engine(replace(alone, task=f"proof {name}, {alone.task}")).solve()
            found += [f"{name}: {alone.task}: {text}" for text in contradicted(known, path, "EUR")]
        if stated.known:
            here.with_known(stated.known)
        if here.question.known is None and problem.staged.stages.risk.measure is RiskMeasure.REGRET:
            continue  # some path has no plan, so that the tree has none
        again = record.engine(replace(here.question, task=f"proof {name}")).solve()
        found += [f"{name}: {text}" for text in contradicted(stated, again, "EUR", here.question.scale)]
        engines[record.name] = None
        solved += 1
    points = "1 point" if solved == 1 else f"{solved} points"
    return Verification(tuple(found), (f"{points}: each solved again by {' or '.join(engines)}",), is_by_another)


def _searches(
    name_or_path: Named,
    problem: TimingProblem,
    document: TimingTippingDocument,
    call: TimingTippingCall,
    moved: MovedTiming,
) -> Iterator[tuple[str, BestPlanPart, Callable[[], StagedAtValue]]]:
    """Yield name and outcome of each search, and what makes its problem; the present one first."""
    yield "at the present values", document.best, lambda: moved.present
    figures = {one.name: one for one in asked_figures(name_or_path, call, problem.instance)}
    for stated in document.figures:
        figure = figures[stated.name]
        for point in stated.points:
            if point.value != figure.value:
                made = _maker(moved, figure, point.value)
                yield f"{stated.name}: at {point.value:g}", point, made


def _maker(moved: MovedTiming, figure: FigureRange, value: float) -> Callable[[], StagedAtValue]:
    return lambda: moved.at(figure, value)
