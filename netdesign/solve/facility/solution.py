"""From a question to a solution by the facility-location search."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.network.routes import unroutable
from netdesign.plan import Shares, plan_from_shares
from netdesign.solve.compiled import load_compiled
from netdesign.solve.course import Course
from netdesign.solve.facility.exchange import operated
from netdesign.solve.facility.problem import facility_problem
from netdesign.solve.facility.search import FacilitySearch
from netdesign.solve.judgement import judged
from netdesign.solve.outcome import Phases, Solution
from netdesign.solve.rules import hub_rules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.plan import Plan
    from netdesign.solve.engine import Question, Search
    from netdesign.solve.facility.problem import FacilityProblem


def facility_solution(question: Question, search: Search) -> Solution:
    """Return the best plan of a search over one hub a route, with its bound.

    Raises
    ------
    DisagreementError
        Engine and referee disagree about the plan.
    """
    instance = question.instance
    course = Course(question.watch, question.listen, search.task)
    begun = time.perf_counter()
    rules = hub_rules(instance, search)
    if rules.least > rules.most or len(unroutable(instance, question.network)):
        course.exhausted()
        return Solution(course.ending(), None, None, course.bound, Phases())
    problem = facility_problem(instance, question.network)
    built = time.perf_counter()
    found = FacilitySearch(problem, rules, course)
    found.run()
    phases = Phases(build_s=built - begun, solve_s=time.perf_counter() - built)
    none = Solution(course.ending(), None, None, course.bound, phases, tuple(course.trace))
    if found.best is None:
        return none
    plan = _plan(instance, problem, found.best)
    objective = judged(instance, question.network, plan, course.incumbent, "the decomposition engine")
    return replace(none, plan=plan, objective=objective, bound=min(course.bound, objective))


def _plan(instance: Instance, problem: FacilityProblem, sites: NDArray[np.intp]) -> Plan:
    """Return the best plan over some sites; what a full site cannot take of a commodity goes over others."""
    is_open = np.zeros(problem.sites, dtype=bool)
    is_open[sites] = True
    _, held = operated(problem, is_open, load_compiled("transport", lambda _: None))
    place, commodity = np.nonzero(held)
    position = np.array([instance.site_position[name] for name in instance.allowed])[sites]
    hub = position[place]
    shares = Shares(commodity, hub, hub, held[place, commodity] / problem.volume[commodity])
    names = tuple(instance.sites[k].id for k in sorted(position.tolist()))
    return plan_from_shares(names, (), shares, instance.commodities.volume)
