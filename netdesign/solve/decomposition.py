"""The decomposition engine: the choice of hubs bounded apart from the routes; for many hubs and many commodities."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from netdesign.instance.blocks import Allocation, Objective
from netdesign.network.routes import unroutable
from netdesign.solve.course import Course
from netdesign.solve.engine import EVERYTHING, EngineName, Search
from netdesign.solve.facility.problem import is_facility_location
from netdesign.solve.judgement import judged, plan_over
from netdesign.solve.outcome import Phases, Solution
from netdesign.solve.rules import hub_rules

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.solve.engine import Question

_COUPLING = ("capacity", "minimum_throughput", "air_lane", "service")


class Decomposition:
    """Multiple allocation where nothing couples commodities; with one hub a route, capacities too.

    Parameters
    ----------
    question
        The problem and its limits; its model is not needed.
    """

    name: ClassVar = EngineName.DECOMPOSITION

    def __init__(self, question: Question) -> None:
        self._question = question

    @staticmethod
    def refusal(instance: Instance) -> str | None:
        """Return what couples the commodities, or another objective or allocation, by name; None where it can."""
        found = [name for name in _COUPLING if getattr(instance.policies, name) is not None]
        if is_facility_location(instance) and "capacity" in found:
            found.remove("capacity")
        if instance.problem.objective is not Objective.COST:
            found.append(f"objective {instance.problem.objective.value}")
        if instance.problem.allocation is Allocation.SINGLE:
            found.append("single allocation")
        return ", ".join(found) or None

    def solve(self, search: Search = EVERYTHING) -> Solution:
        """Return the best plan of a search, with its bound.

        Raises
        ------
        DisagreementError
            Engine and referee disagree about the plan.
        """
        if is_facility_location(self._question.instance):
            from netdesign.solve.facility.solution import facility_solution

            return facility_solution(self._question, search)
        from netdesign.solve.multiple.search import MultipleSearch
        from netdesign.solve.route_matrices import route_matrices

        question, instance = self._question, self._question.instance
        course = Course(question.watch, question.listen, search.task)
        begun = time.perf_counter()
        rules = hub_rules(instance, search)
        if rules.least > rules.most or len(unroutable(instance, question.network)):
            course.exhausted()
            return Solution(course.ending(), None, None, course.bound, Phases())
        matrices = route_matrices(instance, question.network)
        built = time.perf_counter()
        found = MultipleSearch(matrices, rules, course)
        found.run()
        phases = Phases(build_s=built - begun, solve_s=time.perf_counter() - built)
        none = Solution(course.ending(), None, None, course.bound, phases, tuple(course.trace))
        if found.best is None:
            return none
        plan = plan_over(instance, question.network, [instance.allowed[site] for site in found.best])
        if plan is None:
            raise AssertionError
        objective = judged(instance, question.network, plan, course.incumbent, "the decomposition engine")
        return replace(none, plan=plan, objective=objective, bound=min(course.bound, objective))
