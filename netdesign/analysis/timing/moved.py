"""The problem over years at values of a figure: searched once for each."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netdesign.analysis.moved import UnsoundError, fault_words, overrides_of, without_ranges
from netdesign.analysis.problem import source_named
from netdesign.analysis.timing.plan_search import no_plan_of, or_incumbent, search_for_regret, search_plan
from netdesign.analysis.timing.priced_plans import price
from netdesign.analysis.timing.problem import load_timing
from netdesign.analysis.timing.value_of_information import operate
from netdesign.analysis.tipping_points import StoppedError
from netdesign.errors import InstanceError, UsageError
from netdesign.instance.stages import RiskMeasure
from netdesign.results.staged_result import wait_and_see_costs
from netdesign.solve.auto import choose_staged_engine
from netdesign.solve.core.outcome import OPTIMAL_GAP, Termination, exactness, relative_gap
from netdesign.solve.multistage.question import StagedSolution, is_served
from netdesign.solve.multistage.served_year import allocation_refusal, city_refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netdesign.analysis.timing.plan_search import StagedChoice
    from netdesign.analysis.timing.tipping_call import TimingTippingCall
    from netdesign.evaluate.staged import StagedEvaluation
    from netdesign.instance.first_decision import FirstDecision
    from netdesign.instance.published.reading import Named
    from netdesign.instance.ranges import FigureRange
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.results.staged_document import SearchedPart
    from netdesign.solve.multistage.question import StagedQuestion


@dataclass(frozen=True)
class StagedPoint:
    """The best plan at one value of a figure.

    Parameters
    ----------
    value
        Of the figure.
    staged
        The instance over years with that value; None where it is not sound with it.
    solution
        Best plan, with the bound of all plans.
    known
        The wait-and-see solution of each path where the largest regret is minimised; empty elsewhere.
    reason
        Why the instance is not sound with that value; None where it is.
    """

    value: float
    staged: StagedInstance | None
    solution: StagedSolution
    known: tuple[SearchedPart, ...] = ()
    reason: str | None = None

    @property
    def verdict(self) -> FirstDecision | None:
        """What is decided in the first year; None where no plan is permitted."""
        return None if self.solution.plan is None else self.solution.plan.first


class StagedAtValue:
    """A problem over years at one value of a figure.

    Parameters
    ----------
    question
        What engines are asked.
    """

    def __init__(self, question: StagedQuestion) -> None:
        self.question = question
        self.choice: StagedChoice = choose_staged_engine(question)

    def best(self, value: float, start: StagedPlan | None = None) -> StagedPoint:
        """Return the best plan, never dearer than a plan to begin with where that is feasible."""
        question, known = search_for_regret(self.question)
        if question is None:
            return StagedPoint(value, self.question.staged, no_plan_of(known), tuple(known))
        self.question = question
        asked = replace(question, incumbent=None if start is None else self.carried(start))
        solution = StagedSolution(question.watch.ending, None, None, -math.inf)
        if not question.watch.is_over:
            solution = search_plan(asked, self.choice, self._change_engine)
            if not solution.termination.is_limit:
                # Else the referee would price the plan for seconds, and nothing is stated of the value.
                solution = or_incumbent(asked, solution, self.choice.name, prefers_known=True)
        self.question = question
        self.forget()
        return StagedPoint(value, question.staged, solution, tuple(known))

    def forget(self) -> None:
        """Let go of what years cost: of each value it may be a gigabyte, and few values are asked of again."""
        self.question = _afresh(self.question)
        if self.question.pricer is not None:
            self.question.pricer.release()

    def carried(self, plan: StagedPlan) -> StagedPlan | None:
        """Return the orders and closings of a plan of another value, operated at least cost; None where not permitted.

        None, too, where a limit ended that, where the plan is of other years, or where years cannot be operated one by
        one; and of a regret, where the least costs of the paths are not known.
        """
        staged = self.question.staged
        if len(plan.nodes) != len(staged.nodes):
            return None
        if is_served(staged) and (allocation_refusal(staged) or city_refusal(staged)):
            return None
        is_regret = self.question.staged.stages.risk.measure is RiskMeasure.REGRET
        if is_regret and self.question.known is None:
            return None
        return operate(self.question, [(own.orders, own.closings) for own in plan.nodes]).plan

    def price(self, plan: StagedPlan) -> StagedEvaluation:
        """Return the referee's evaluation of a plan."""
        return price(self.question, plan)

    def as_good(self, point: StagedPoint, others: Iterable[StagedPlan]) -> list[tuple[StagedPlan, float]]:
        """Return plans with another first decision that are as good here as the best plan, one for each decision.

        Parameters
        ----------
        point
            What is best here.
        others
            Plans of other values.

        Returns
        -------
        list
            Each plan as it is operated here, with what it has, EUR of the first year.
        """
        if point.solution.objective is None:
            return []
        limit = point.solution.objective + OPTIMAL_GAP * exactness(point.solution.objective, self.question.scale)
        found: list[tuple[StagedPlan, float]] = []
        seen = {point.verdict}
        for plan in others:
            carried = None if plan.first in seen else self.carried(plan)
            seen.add(plan.first)
            objective = math.inf if carried is None else self.price(carried).objective
            if carried is not None and objective <= limit:
                found.append((carried, objective))
        self.forget()
        return found

    def with_known(self, known: Iterable[SearchedPart]) -> None:
        """Take the least costs of the paths from what a search has found already."""
        self.question = replace(self.question, known=wait_and_see_costs(list(known)))

    def gap(self, solution: StagedSolution) -> float | None:
        """Return the gap of a solution."""
        return relative_gap(solution.objective, solution.bound, self.question.scale)

    def _change_engine(self, choice: StagedChoice) -> None:
        self.choice = choice


def _afresh(question: StagedQuestion) -> StagedQuestion:
    """Return a question without what years cost."""
    return replace(question, memory={}, served=[])


class MovedTiming:
    """The problem of a call at other values of its figures.

    Parameters
    ----------
    name_or_path, call
        The instance and the options of the call.
    question
        What engines are asked at the present values.
    """

    def __init__(self, name_or_path: Named, call: TimingTippingCall, question: StagedQuestion) -> None:
        # Overrides may state ranges and distributions too, which would be resolved at each value.
        self._source, self._call = without_ranges(source_named(name_or_path, call)), call
        self._question, self.watch = question, question.watch
        self.present = StagedAtValue(_afresh(question))

    def at(self, figure: FigureRange, value: float) -> StagedAtValue:
        """Return the problem in which a figure has a value.

        Raises
        ------
        UnsoundError
            The instance is not sound with it: most likely its policies contradict its data.
        UsageError
            The engine cannot state it.
        """
        overrides = overrides_of(dict.fromkeys(figure.paths, value))
        try:
            problem = load_timing(self._source, replace(self._call, overrides=overrides, is_strict=False))
        except (InstanceError, UsageError) as error:
            message = f"at {figure.paths[0]} = {value:g}: {fault_words(error)}"
            raise UnsoundError(message) from None
        asked = problem.question(self.watch, self._question.listen, self._call.engine)
        return StagedAtValue(replace(asked, task=f"{figure.paths[0]} = {value:g}", pricer=self._question.pricer))


class StagedValues:
    """The problem of a call at values of one figure.

    Parameters
    ----------
    moved
        The problem at other values.
    figure
        The figure and its range.
    present
        What is best at the present values.

    Attributes
    ----------
    ending
        Why the last search ended.
    """

    def __init__(self, moved: MovedTiming, figure: FigureRange, present: StagedPoint) -> None:
        self._moved, self.figure, self._present = moved, figure, present
        self._made: dict[float, StagedAtValue] = {}
        self.ending = Termination.OPTIMAL

    def problem(self, value: float) -> StagedAtValue:
        """Return the problem at a value.

        Raises
        ------
        UnsoundError
            The instance is not sound with it.
        """
        if value == self.figure.value:
            return self._moved.present
        if value not in self._made:
            self._made[value] = self._moved.at(self.figure, value)
        return self._made[value]

    def point(self, value: float, start: StagedPlan | None = None) -> StagedPoint:
        """Return what is best at a value; the search begins with a plan, or with that of the present value.

        Raises
        ------
        StoppedError
            A limit ended the search.
        """
        if value == self.figure.value:
            return replace(self._present, value=value)
        try:
            problem = self.problem(value)
        except UnsoundError as error:
            nothing = StagedSolution(Termination.INFEASIBLE, None, None, math.inf)
            return StagedPoint(value, None, nothing, reason=error.message)
        found = problem.best(value, start or self._present.solution.plan)
        self.ending = found.solution.termination
        if self.ending.is_limit:
            raise StoppedError
        return found

    def beside(self, value: float, neighbour: StagedPoint) -> StagedPoint:
        """Return what is best at a value, where the search begins with what is best at another one.

        Raises
        ------
        StoppedError
            A limit ended the search.
        """
        return self.point(value, neighbour.solution.plan)

    def difference(self, value: float, low: StagedPoint, high: StagedPoint) -> float | None:
        """Return how much more the orders of one point cost at a value than those of another; None if not permitted."""
        try:
            problem = self.problem(value)
        except UnsoundError:
            return None
        prices = [_price(problem, point) if point.value != value else point.solution.objective for point in (low, high)]
        problem.forget()
        below, above = prices
        return None if below is None or above is None else below - above


def _price(problem: StagedAtValue, point: StagedPoint) -> float | None:
    """Return what the orders of a point cost in a problem; None if not permitted there, or without any."""
    carried = None if point.solution.plan is None else problem.carried(point.solution.plan)
    return None if carried is None else problem.price(carried).objective
