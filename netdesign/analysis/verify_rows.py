"""Verify rows of a result: price the plans of each with its values again, and hold rows and combinations together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import ENDED_WITH_A_PLAN, TOLERANCE, differs, of_search
from netdesign.analysis.moved import UnsoundError, with_volumes_of
from netdesign.analysis.sweep_rows import row_figures, values_by_path
from netdesign.analysis.swept_figures import Combination
from netdesign.errors import ContradictionError, NetdesignError
from netdesign.evaluate import evaluate
from netdesign.results.part import finite, proven
from netdesign.results.tipping_plans import StatedPlans
from netdesign.solve.core.outcome import exactness, relative_gap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.analysis.moved import MovedProblem, ValueProblem
    from netdesign.evaluate import Evaluation
    from netdesign.instance import Instance
    from netdesign.plan import Plan
    from netdesign.results.row_parts import PlanAtPointPart, SweepRowPart


def row_name(row: SweepRowPart, figures: Sequence[tuple[str, ...]]) -> str:
    """Return the name of a row: its values."""
    values = ", ".join(
        f"{paths[0]} = {value:g}" for paths, value in zip(figures, row.values, strict=True) if value is not None
    )
    return values or "present values"


class StatedRows:
    """What a result states of rows.

    Parameters
    ----------
    plans
        Of the result.
    moved
        The problem at other values.
    figures
        Paths of each figure.
    """

    def __init__(
        self, plans: Sequence[PlanAtPointPart], moved: MovedProblem, figures: Sequence[tuple[str, ...]]
    ) -> None:
        self._plans, self._moved, self._figures = StatedPlans(plans), moved, figures
        self._used: dict[int, bool] = {}

    def contradictions(self, rows: Sequence[SweepRowPart], asked: Sequence[Combination], left: int) -> Iterator[str]:
        """Yield what is contradicted in rows.

        Parameters
        ----------
        rows
            As stated.
        asked
            The combinations of the call.
        left
            Number of those without a row, as stated.
        """
        stated = [Combination(tuple(row.values), row.scenario or "") for row in rows]
        places = {one: place for place, one in enumerate(asked)}
        order = [places.get(one, -1) for one in stated]
        if -1 in order or order != sorted(set(order)):
            yield "rows: are not those of the combinations that the call asks for, in their order"
            return
        if left != len(asked) - len(stated):
            yield f"left: states {left}; combinations without a row: {len(asked) - len(stated)}"
        for row in rows:
            name = row_name(row, self._figures)
            yield from (f"{name}: {text}" for text in self._of_values(row))

    def of_volumes(self) -> Iterator[str]:
        """Yield the plans that carry the volumes of none of the rows that were looked at and have them."""
        for place, is_carried in self._used.items():
            if not is_carried:
                yield f"plans: {place}: volumes are those of none of its rows"

    def _of_values(self, row: SweepRowPart) -> Iterator[str]:
        try:
            problem = self._moved.with_values(values_by_path(self._figures, row.values))
        except UnsoundError:
            if row.is_solved or row.plan is not None:
                yield f"termination: states {row.termination}; the instance is not sound with these values"
            return
        yield from self.of_row(row, problem)

    def of_row(self, row: SweepRowPart, problem: ValueProblem) -> Iterator[str]:
        """Yield contradictions of a row at some values."""
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
        texts = list(_of_runner_up(row, instance))
        yield from texts or _of_its_hubs(row, problem)

    def _priced(self, place: int, instance: Instance, problem: ValueProblem) -> tuple[Plan, Evaluation] | str:
        """Return a plan with the volumes of an instance, and the referee's evaluation; or what is wrong with it."""
        try:
            stated = self._plans.plan(place, instance)
        except ContradictionError as error:
            return error.message
        plan = with_volumes_of(instance, stated)
        is_carried = not differs(stated.volume.tolist(), plan.volume.tolist())
        self._used[place] = self._used.get(place, False) or is_carried
        evaluation = evaluate(instance, problem.question.network, plan)
        if evaluation.violations:
            return f"plan: {evaluation.violations[0]}"
        return plan, evaluation


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


def _of_its_hubs(row: SweepRowPart, problem: ValueProblem) -> Iterator[str]:
    """Yield a contradiction of what a runner-up has with its hubs, which are operated again: it has no plan to price.

    Rows state one only where networks are operated by loops, so that one of them takes a moment.
    """
    stated = row.runner_up
    if stated is None or stated.objective is None or stated.bound is None:
        return
    try:
        again = problem.of_hubs(stated.open_hubs, "runner-up")
    except NetdesignError as error:
        yield f"runner_up: open_hubs: {error}"
        return
    if again.objective is None:
        yield "runner_up: open_hubs: cannot carry the freight"
        return
    slack = TOLERANCE * exactness(stated.objective)
    if not proven(again) - slack <= stated.objective <= again.objective + max(slack, stated.objective - stated.bound):
        yield f"runner_up: objective: states {stated.objective}; its hubs have {again.objective}"


def _of_runner_up(row: SweepRowPart, instance: Instance) -> Iterator[str]:
    runner_up = row.runner_up
    if runner_up is None or row.objective is None:
        return
    yield from (f"runner_up: {text}" for text in of_search(runner_up, "a network"))
    cost = runner_up.objective
    if (cost is None) != (not runner_up.open_hubs):
        yield "runner_up: open_hubs: do not go with the objective"
    elif unknown := set(runner_up.open_hubs) - {site.id for site in instance.sites}:
        yield f"runner_up: open_hubs: {', '.join(sorted(unknown))}: there is no such site"
    elif shut := set(runner_up.open_hubs) - set(instance.allowed):
        yield f"runner_up: open_hubs: {', '.join(sorted(shut))} may not open"
    elif lacking := instance.required - set(runner_up.open_hubs) if cost is not None else ():
        yield f"runner_up: open_hubs: {', '.join(sorted(lacking))} must be open"
    elif set(runner_up.open_hubs) == set(row.open_hubs):
        yield "runner_up: open_hubs: are those of the best"
    elif cost is not None and cost < row.objective - TOLERANCE * exactness(row.objective):
        yield f"runner_up: objective: {cost} is under that of the best, {row.objective}"
