"""Rows of a sweep: the best network with one combination of values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from netdesign.analysis.best_by_hub_count import runner_up_part
from netdesign.analysis.moved import UnsoundError
from netdesign.errors import UsageError
from netdesign.evaluate import evaluate
from netdesign.formulation.protocol import forbidding_policies
from netdesign.instance.blocks import Objective
from netdesign.results.part import finite
from netdesign.results.row_parts import NOT_SOLVED, SweepRowPart, TodayPart
from netdesign.results.sweep_plans import RowPlan
from netdesign.solve.auto import choose_engine
from netdesign.solve.core.outcome import Solution, Termination

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netdesign.analysis.moved import MovedProblem, ValueProblem
    from netdesign.analysis.swept_figures import Combination
    from netdesign.evaluate import Evaluation
    from netdesign.instance import Instance
    from netdesign.plan import Plan
    from netdesign.results.sweep_plans import PlansOfRows
    from netdesign.solve.core.limits import Watch

_ALL_SETS = "enumeration"
"""The engine that has bounds of all sets of hubs once the best is found, so that the next best costs little."""


class _StoppedError(Exception):
    """A limit ended the searches of a row."""


class FoundRow(NamedTuple):
    """A row, with its plans: the best one's and today's, None where there is none."""

    part: SweepRowPart
    plan: RowPlan | None = None
    today: RowPlan | None = None


class RowFinder:
    """Finds rows of a sweep.

    Parameters
    ----------
    moved
        The problem of the call at other values.
    figures
        Paths of each figure.
    start
        A plan to begin every search with, or None.
    """

    def __init__(self, moved: MovedProblem, figures: Sequence[tuple[str, ...]], start: Plan | None = None) -> None:
        self._moved, self._figures, self.start = moved, figures, start

    @property
    def watch(self) -> Watch:
        """The limits of all searches."""
        return self._moved.watch

    def present(self) -> FoundRow | None:
        """Return the row at the present values, whose plan the others begin with; None where a limit ended it."""
        try:
            found, self.start = self._solved(self._moved.present, "present values", self._named(None))
        except _StoppedError:
            return None
        return found

    def row(self, combination: Combination) -> FoundRow | None:
        """Return the row with some values; None where a limit ended its searches."""
        values = values_by_path(self._figures, combination.values)
        task = ", ".join(f"{path} = {value:g}" for path, value in values.items())
        named = self._named(combination)
        try:
            found, _ = self._solved(self._moved.with_values(values), task, named)
        except UnsoundError as error:
            return FoundRow(_without_network(named, error.message))
        except _StoppedError:
            return None
        return found

    def _named(self, combination: Combination | None) -> dict[str, Any]:
        if combination is None:
            return {"values": [None] * len(self._figures)}
        return {"values": list(combination.values), "scenario": combination.scenario or None}

    def _solved(self, problem: ValueProblem, task: str, named: Mapping[str, Any]) -> tuple[FoundRow, Plan | None]:
        """Return the row of a problem, and the plan of its best network.

        Raises
        ------
        _StoppedError
            A limit ended a search.
        """
        instance = problem.question.instance
        try:
            best = self._ended(problem.best(task, self.start))
            second = self._runner_up(problem, best, task)
        except UsageError as error:
            # No engine states the problem with these values, or it is too large for the one that was named.
            return FoundRow(_without_network(named, error.message)), None
        if second is not None:
            best, second = _in_order(best, second)
        today = self._today(problem)
        if best.plan is None:
            part = _without_network(named, _no_network(instance), best)
        else:
            part = _network(named, problem, best, second)
        plan = None if best.plan is None else RowPlan.of(best.plan, instance)
        if today is None:
            return FoundRow(part, plan), best.plan
        of_today = TodayPart(
            termination=today.termination, plan=None, objective=today.objective, bound=finite(today.bound)
        )
        todays_plan = None if today.plan is None else RowPlan.of(today.plan, instance)
        return FoundRow(part.model_copy(update={"today": of_today}), plan, todays_plan), best.plan

    def _ended(self, solution: Solution) -> Solution:
        if solution.termination in (Termination.TIME_LIMIT, Termination.INTERRUPTED):
            raise _StoppedError
        return solution

    def _runner_up(self, problem: ValueProblem, best: Solution, task: str) -> Solution | None:
        """Return the runner-up; None where it would take as long as the best."""
        question = problem.question
        is_cheap = choose_engine(question).name == _ALL_SETS
        if best.plan is None or not is_cheap or question.instance.problem.objective is Objective.HUB_NUMBER:
            return None
        return self._ended(problem.others(best.plan.open_hubs, f"{task}, other hubs"))

    def _today(self, problem: ValueProblem) -> Solution | None:
        today = problem.today()
        return None if today is None else self._ended(today)


def values_by_path(figures: Sequence[tuple[str, ...]], values: Sequence[float | None]) -> dict[str, float]:
    """Return the values of a row by path, without figures that keep that of the instance."""
    return {path: value for paths, value in zip(figures, values, strict=True) for path in paths if value is not None}


def _in_order(best: Solution, second: Solution) -> tuple[Solution, Solution]:
    """Return the two best networks in their order: a search that ended at its gap may have found the second one."""
    if best.objective is None or second.objective is None or second.objective >= best.objective:
        return best, second
    bound = min(best.bound, second.objective)
    return replace(second, bound=bound, termination=best.termination), replace(best, bound=bound)


def _no_network(instance: Instance) -> str:
    names = [str(name).replace("_", " ") for name in forbidding_policies(instance)]
    kept = f"; in force: {', '.join(names)}" if names else ""
    return f"no permitted network is feasible{kept}"


def _without_network(named: Mapping[str, Any], reason: str, ended: Solution | None = None) -> SweepRowPart:
    empty = dict.fromkeys(("hubs", "plan", "objective", "gap", "inside", "co2e_t_per_year"))
    return SweepRowPart(
        **named,
        termination=NOT_SOLVED if ended is None else ended.termination,
        reason=reason if ended is None or ended.termination is Termination.INFEASIBLE else "no network was found",
        open_hubs=[],
        bound=None if ended is None else finite(ended.bound),
        **empty,
    )


def _network(named: Mapping[str, Any], problem: ValueProblem, best: Solution, second: Solution | None) -> SweepRowPart:
    instance = problem.question.instance
    if best.plan is None:
        raise AssertionError
    evaluation = evaluate(instance, problem.question.network, best.plan)
    return SweepRowPart(
        **named,
        **row_figures(instance, best.plan.open_hubs, evaluation),
        termination=best.termination,
        plan=None,
        objective=best.objective,
        bound=finite(best.bound),
        gap=finite(best.gap),
        runner_up=None if second is None else runner_up_part(second),
    )


def row_figures(instance: Instance, hubs: Sequence[str], evaluation: Evaluation) -> dict[str, Any]:
    """Return what a row states of a plan and the referee can tell.

    Parameters
    ----------
    instance
        With the values of the row.
    hubs
        That are open.
    evaluation
        The referee's of the plan.
    """
    return {
        "open_hubs": list(hubs),
        "hubs": instance.number_of_hubs(hubs),
        "inside": evaluation.service.inside,
        "co2e_t_per_year": evaluation.co2e,
    }


def with_places(found: FoundRow, plans: PlansOfRows) -> SweepRowPart:
    """Return a row with the places of its plans."""
    places = {"plan": plans.place(found.plan)}
    todays = plans.place(found.today)
    today = found.part.today
    return found.part.model_copy(
        update=places | {"today": None if today is None else today.model_copy(update={"plan": todays})}
    )
