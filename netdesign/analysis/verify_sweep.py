"""Verify a result of sweep: price the plans of each row with its values again, and hold rows and call together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.moved import MovedProblem, UnsoundError, with_volumes_of
from netdesign.analysis.sweep import of_rows
from netdesign.analysis.sweep_call import figures_now
from netdesign.analysis.sweep_rows import row_figures, values_by_path
from netdesign.analysis.swept_figures import Combination
from netdesign.analysis.verify import ENDED_WITH_A_PLAN, TOLERANCE, differs, of_search
from netdesign.errors import ContradictionError
from netdesign.evaluate import evaluate
from netdesign.results.part import finite, proven
from netdesign.results.tipping_plans import plan_of_part
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination, exactness, relative_gap, silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.moved import ValueProblem
    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.sweep_call import SweepCall
    from netdesign.evaluate import Evaluation
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named
    from netdesign.plan import Plan
    from netdesign.results.sweep_document import SweepDocument, SweepRowPart


def contradicted_sweep(
    name_or_path: Named, document: SweepDocument, problem: SolveProblem, call: SweepCall
) -> Iterator[str]:
    """Yield all that the referee, or the rows themselves, contradict in a result of sweep.

    Parameters
    ----------
    name_or_path
        The instance.
    document
        The result.
    problem
        The instance with the recorded options.
    call
        These options.
    """
    now = figures_now(name_or_path, call)
    if [(one.name, one.unit, one.value) for one in document.figures] != [
        (one.name, one.unit, one.value) for one in now
    ]:
        yield "figures: are not those of the call in the instance"
        return
    moved = _moved(name_or_path, document, problem, call)
    rows = Rows(document, moved, call)
    yield from rows.contradictions()


def _moved(name_or_path: Named, document: SweepDocument, problem: SolveProblem, call: SweepCall) -> MovedProblem:
    question = problem.question(Watch(SolveLimits(relative_gap=document.options["gap"])), silent, call.engine)
    return MovedProblem(name_or_path, call, problem, question)


def row_name(row: SweepRowPart, call: SweepCall) -> str:
    """Return the name of a row: its values."""
    values = ", ".join(
        f"{paths[0]} = {value:g}" for paths, value in zip(call.figures, row.values, strict=True) if value is not None
    )
    return values or "present values"


class Rows:
    """What a result states of its rows."""

    def __init__(self, document: SweepDocument, moved: MovedProblem, call: SweepCall) -> None:
        self._document, self._moved, self._call = document, moved, call

    def contradictions(self) -> Iterator[str]:
        """Yield what is contradicted."""
        document, asked = self._document, self._call.combinations
        stated = [Combination(tuple(row.values), row.scenario or "") for row in document.rows]
        places = {one: place for place, one in enumerate(asked)}
        order = [places.get(one, -1) for one in stated]
        if -1 in order or order != sorted(set(order)):
            yield "rows: are not those of the combinations that the call asks for, in their order"
            return
        if document.left != len(asked) - len(stated):
            yield f"left: states {document.left}; combinations without a row: {len(asked) - len(stated)}"
        if document.present is not None:
            yield from (f"present: {text}" for text in self._of_row(document.present, self._moved.present))
        elif document.rows or not document.left:
            yield "present: is missing"
        for row in document.rows:
            name = row_name(row, self._call)
            yield from (f"{name}: {text}" for text in self._of_values(row))
        yield from self._of_top_level()

    def _of_values(self, row: SweepRowPart) -> Iterator[str]:
        try:
            problem = self._moved.with_values(values_by_path(self._call.figures, row.values))
        except UnsoundError:
            if row.is_solved or row.plan is not None:
                yield f"termination: states {row.termination}; the instance is not sound with these values"
            return
        yield from self._of_row(row, problem)

    def _of_row(self, row: SweepRowPart, problem: ValueProblem) -> Iterator[str]:
        if row.plan is None:
            yield from _without_plan(row)
        else:
            yield from self._of_plan(row, problem)
        today = row.today
        if (today is None) != (not problem.question.instance.existing) and row.is_solved:
            yield "today: is missing" if today is None else "today: is stated, and there is none"
        elif today is not None and today.plan is not None:
            priced = self._priced(today.plan, problem.todays_instance, problem)
            if isinstance(priced, str):
                yield f"today: {priced}"
            elif today.objective is None or differs(today.objective, priced[1].objective):
                yield f"today: objective: states {today.objective}; the plan has {priced[1].objective}"
            yield from (f"today: {text}" for text in of_search(today))
        elif today is not None and (today.objective is not None or today.termination in ENDED_WITH_A_PLAN):
            yield "today: plan: is missing"

    def _of_plan(self, row: SweepRowPart, problem: ValueProblem) -> Iterator[str]:
        """Yield contradictions of a row that states a network."""
        instance = problem.question.instance
        priced = self._priced(row.plan or 0, instance, problem)
        if isinstance(priced, str):
            yield priced
            return
        plan, evaluation = priced
        true = row_figures(instance, plan.open_hubs, evaluation) | {"objective": evaluation.objective}
        true["gap"] = finite(relative_gap(row.objective, proven(row)))
        true["reason"] = None
        for name, value in true.items():
            if differs(getattr(row, name), value):
                yield f"{name}: states {getattr(row, name)}; the plan gives {value}"
        if not row.is_solved:
            yield "termination: states not_solved beside a network"
            return
        yield from of_search(row)
        yield from _of_runner_up(row)

    def _priced(self, place: int, instance: Instance, problem: ValueProblem) -> tuple[Plan, Evaluation] | str:
        """Return a plan with the volumes of an instance, and the referee's evaluation; or what is wrong with it."""
        if not 0 <= place < len(self._document.plans):
            return f"plan: there is no {place} in plans"
        try:
            plan = with_volumes_of(instance, plan_of_part(self._document.plans[place], instance))
        except ContradictionError as error:
            return error.message
        evaluation = evaluate(instance, problem.question.network, plan)
        if evaluation.violations:
            return f"plan: {evaluation.violations[0]}"
        return plan, evaluation

    def _of_top_level(self) -> Iterator[str]:
        document = self._document
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


def _without_plan(row: SweepRowPart) -> Iterator[str]:
    """Yield contradictions of a row without a network."""
    stated = [
        name
        for name in ("open_hubs", "hubs", "objective", "gap", "inside", "co2e_t_per_year", "runner_up")
        if getattr(row, name) not in (None, [])
    ]
    if stated:
        yield f"{', '.join(stated)}: stated without a plan"
    if row.termination in ENDED_WITH_A_PLAN:
        yield f"termination: states {row.termination} without a plan"
    if not row.reason:
        yield "reason: is missing"


def _of_runner_up(row: SweepRowPart) -> Iterator[str]:
    runner_up = row.runner_up
    if runner_up is None or row.objective is None:
        return
    yield from (f"runner_up: {text}" for text in of_search(runner_up, "a network"))
    cost = runner_up.objective
    if (cost is None) != (not runner_up.open_hubs):
        yield "runner_up: open_hubs: do not go with the objective"
    elif set(runner_up.open_hubs) == set(row.open_hubs):
        yield "runner_up: open_hubs: are those of the best"
    elif cost is not None and cost < row.objective - TOLERANCE * exactness(row.objective):
        yield f"runner_up: objective: {cost} is under that of the best, {row.objective}"
