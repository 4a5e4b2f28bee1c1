"""How far a figure alone would have to give so that there is a plan, with a proof on either side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from netdesign.analysis.explain.amounts import amount_of, emitted_by_vehicles
from netdesign.analysis.explain.finder import used_hubs
from netdesign.errors import InstanceError, UsageError
from netdesign.evaluate import evaluate
from netdesign.instance.blocks import Allocation
from netdesign.instance.options import fix_hubs
from netdesign.instance.policies import Policy

if TYPE_CHECKING:
    from netdesign.analysis.explain.figure import Figure
    from netdesign.analysis.explain.finder import PlanFinder
    from netdesign.instance import Instance
    from netdesign.plan import Plan

_ROUNDING = 1e-9
"""Relative amount by which a value is loosened so that a plan that just keeps it is found."""


class Given(NamedTuple):
    """What is known of a figure.

    Parameters
    ----------
    is_enough
        Whether there is a plan without it; None where that is not known.
    value
        A value that a plan keeps; None without a plan, and for sites.
    refused
        No plan keeps a stricter value; None for sites.
    open_hubs
        Of the plan; empty without one.
    is_finished
        Whether the interval between both is as narrow as it is to be.
    """

    is_enough: bool | None
    value: float | None = None
    refused: float | None = None
    open_hubs: tuple[str, ...] = ()
    is_finished: bool = True


class Giving:
    """The search for the strictest value of a figure that some plan keeps.

    Parameters
    ----------
    finder
        Looks for plans.
    instance
        With the figure, and all else that is kept; it has no plan.
    figure
        The figure.
    """

    def __init__(self, finder: PlanFinder, instance: Instance, figure: Figure) -> None:
        self._finder, self._instance, self._figure = finder, instance, figure
        self._task = " ".join(filter(None, ("without", figure.policy.replace("_", " "), figure.subject)))

    def search(self) -> Given:
        """Return what is found before the time runs out."""
        figure, free = self._figure, self._figure.without(self._instance)
        found = self._finder.find(free, self._task)
        if found.plan is None:
            return Given(found.has_plan, is_finished=found.has_plan is not None)
        if figure.asked is None or figure.with_value is None:
            return Given(True, open_hubs=found.plan.open_hubs)
        value, refused, plan = self._attained(free, found.plan), figure.asked, found.plan
        for look in (self._alone, self._by_amount, self._with_vehicles):
            bound, other = look(free)
            if bound is not None:
                refused = max(refused, bound) if figure.rises else min(refused, bound)
            if other is not None and self._is_stricter(self._attained(free, other), value):
                value, plan = self._attained(free, other), other
            if figure.is_near(value, refused):
                break
        return self._between(value, refused, plan)

    def _between(self, value: float, refused: float, plan: Plan) -> Given:
        """Halve the interval until it is as narrow as it is to be."""
        figure = self._figure
        while not figure.is_near(value, refused):
            middle = (value + refused) / 2
            if figure.is_whole:
                middle = math.floor(middle) if figure.rises else math.ceil(middle)
            changed = self._with_value(middle)
            found = self._finder.find(changed, self._task)
            if found.has_plan is None:
                return Given(True, value, refused, plan.open_hubs, is_finished=False)
            if found.plan is None:
                refused = middle
            else:
                plan = found.plan
                attained = self._attained(changed, plan)
                value = attained if self._is_stricter(attained, middle) else middle
        return Given(True, value, refused, plan.open_hubs)

    def _alone(self, free: Instance) -> tuple[float | None, Plan | None]:
        """Return a bound on the value where nothing else is asked of freight, and a plan over the hubs that attain it.

        That takes a fraction of the search with all else, and often no more can be had.
        """
        if self._figure.policy not in (Policy.SERVICE, Policy.CARBON):
            return None, None
        amount = amount_of(self._finder.alone(free), self._figure)
        solution = None if amount is None else self._finder.least_alone(amount.question, self._task)
        if amount is None or solution is None or not math.isfinite(solution.bound):
            return None, None
        plan = None if solution.plan is None else self._with_whole_cities(free, used_hubs(free, solution.plan))
        return amount.value(solution.bound), plan

    def _by_amount(self, free: Instance) -> tuple[float | None, Plan | None]:
        """Return a bound on the value, and a plan that may attain it, by a search for the least amount."""
        amount = amount_of(self._finder.relaxed(free), self._figure)
        solution = None if amount is None else self._finder.least(amount.question, self._task)
        if amount is None or solution is None or not math.isfinite(solution.bound):
            return None, None
        bound = amount.value(solution.bound)
        if solution.objective is None or solution.plan is None:
            return bound, None
        plan = self._with_whole_cities(free, used_hubs(free, solution.plan))
        if plan is not None:
            return bound, plan
        loose = amount.value(solution.objective)
        loose += (_ROUNDING if self._figure.rises else -_ROUNDING) * max(1.0, abs(loose))
        return bound, self._finder.find(self._with_value(loose), self._task).plan

    def _with_whole_cities(self, free: Instance, hubs: tuple[str, ...]) -> Plan | None:
        """Return a plan over some hubs with the least amount, if its vehicles keep all else; None where none does."""
        if free.services is None and free.problem.allocation is Allocation.MULTIPLE:
            return None
        try:
            fixed = fix_hubs(free, hubs)
        except (UsageError, InstanceError):
            return None
        amount = amount_of(self._finder.as_if_fastest(fixed), self._figure)
        solution = None if amount is None else self._finder.least(amount.question, self._task)
        if solution is None or solution.plan is None:
            return None
        return self._finder.with_departures(free, solution.plan)

    def _with_vehicles(self, free: Instance) -> tuple[float | None, Plan | None]:
        """Return a bound on what is emitted, and a plan near it, by a search with vehicles and without costs."""
        question = emitted_by_vehicles(self._finder.question.with_instance(free), self._figure)
        if question is None:
            return None, None
        solution = self._finder.least_emitted(question, self._figure, self._task)
        if solution is None or not math.isfinite(solution.bound):
            return None, None
        plan, network = solution.plan, self._finder.question.network
        is_kept = plan is not None and not evaluate(free, network, plan).violations
        return solution.bound, plan if is_kept else None

    def _with_value(self, value: float) -> Instance:
        if self._figure.with_value is None:
            raise AssertionError
        return self._figure.with_value(self._instance, value)

    def _attained(self, instance: Instance, plan: Plan) -> float:
        """Return the value that a plan keeps, no stricter than what is asked."""
        figure = self._figure
        if figure.attained is None or figure.asked is None:
            raise AssertionError
        found = evaluate(instance, self._finder.question.network, plan)
        attained = figure.attained(instance, plan, found)
        return max(attained, figure.asked) if figure.rises else min(attained, figure.asked)

    def _is_stricter(self, one: float, other: float) -> bool:
        return one < other if self._figure.rises else one > other
