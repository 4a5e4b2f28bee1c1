"""Whether and where: the best network for each permitted number of hubs, and whether each further hub pays."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.analysis.minima import minimum_effect
from netdesign.errors import InstanceError
from netdesign.evaluate import evaluate
from netdesign.instance.blocks import Objective
from netdesign.instance.options import fix_hubs
from netdesign.results.result import NetworkResult, RunnerUp, Step, Verdict
from netdesign.solve.auto import make_engine
from netdesign.solve.core.engine import Search
from netdesign.solve.core.outcome import Phases, Solution, Termination

if TYPE_CHECKING:
    from collections.abc import Collection

    from netdesign.instance import Instance
    from netdesign.solve.core.engine import Engine, Question

TIE = 1e-9
"""Savings under this share of the cost are rounding: the two networks cost the same, and a hub does not pay."""

MOST_NUMBERS = 5
"""Ranges of more numbers of hubs than this are searched as one: an answer for each would be a study, not a solve."""


def best_networks(question: Question) -> tuple[NetworkResult, ...]:
    """Return the best network for each permitted number of hubs, after today's where that is not among them.

    A range that ``is_searched_as_one`` gives one network.
    """
    instance = question.instance
    least, most = instance.hub_range
    today, certain = len(instance.existing), len(instance.required)
    is_wide = is_searched_as_one(instance)
    found: list[NetworkResult] = []
    if today > 0 and (today < least or is_wide):
        found.append(_todays_network(question, permitted=today >= least))
    numbers = [] if is_wide else list(range(least, most + 1))
    if certain in numbers:
        # One set of hubs only: far smaller than the model of all sites, and the first answer comes at once.
        found.append(fixed_network(question, instance.required, "the hubs that must open"))
        numbers.remove(certain)
    if not numbers and not is_wide:
        return tuple(found)
    engine = make_engine(question)
    if is_wide:
        found.append(_network(question, engine.solve(), most))
    for number in numbers:
        solution = engine.solve(Search(_exactly(number), task=f"{number} hubs"))
        found.append(_network(question, solution, number))
    return tuple(_with_runner_ups(question, engine, found))


def is_searched_as_one(instance: Instance) -> bool:
    """Tell whether one search covers all permitted numbers of hubs: there are many, or the number is the question."""
    least, most = instance.hub_range
    return most - least >= MOST_NUMBERS or instance.problem.objective is Objective.HUB_NUMBER


def rivals(instance: Instance, number: int) -> range:
    """Return the numbers of hubs among which the runner-up of a network is sought.

    Where each number is solved by itself, its own: what other numbers come to stands beside it. A range that is
    searched as one has one runner-up.

    Parameters
    ----------
    instance
        With the policies in force.
    number
        Of hubs of the network.
    """
    least, most = instance.hub_range
    return range(least, most + 1) if is_searched_as_one(instance) else _exactly(number)


def steps_between(networks: tuple[NetworkResult, ...]) -> tuple[Step, ...]:
    """Compare each network with the one before it, over those that are infeasible to the last that is not."""
    steps = []
    before: NetworkResult | None = None
    for network in networks:
        if before is not None:
            steps.append(_step(before, network))
        if before is None or _is_infeasible(before) or not _is_infeasible(network):
            before = network
    return tuple(steps)


def _is_infeasible(network: NetworkResult) -> bool:
    return network.solution.termination is Termination.INFEASIBLE


def _step(fewer: NetworkResult, more: NetworkResult) -> Step:
    before, after = fewer.solution, more.solution
    at_least = before.bound - (float("inf") if after.objective is None else after.objective)
    at_most = (float("inf") if before.objective is None else before.objective) - after.bound
    tie = TIE * abs(after.objective or before.objective or 0.0)
    saving = None
    if before.objective is not None and after.objective is not None:
        saving = before.objective - after.objective
    if _is_infeasible(more):
        verdict = Verdict.IMPOSSIBLE
    elif _is_infeasible(fewer):
        verdict = Verdict.NEEDED if after.objective is not None else Verdict.UNDECIDED
    elif at_least > tie:
        verdict = Verdict.PAYS
    elif at_most <= tie:
        verdict = Verdict.DOES_NOT_PAY
    else:
        verdict = Verdict.UNDECIDED
    return Step(fewer.hubs, more.hubs, verdict, saving, at_least, at_most)


def _exactly(number: int) -> range:
    return range(number, number + 1)


def fixed_network(question: Question, hubs: Collection[str], task: str) -> NetworkResult:
    """Solve with exactly these hubs open; infeasible where the data alone shows that they cannot do it."""
    try:
        fixed = question.with_instance(fix_hubs(question.instance, hubs))
    except InstanceError:
        return NetworkResult(len(hubs), True, Solution(Termination.INFEASIBLE, None, None, math.inf, Phases()), None)
    return _network(fixed, make_engine(fixed).solve(Search(task=task)), len(hubs))


def _todays_network(question: Question, *, permitted: bool) -> NetworkResult:
    """Solve with the existing hubs alone, whatever number of hubs the policies ask for."""
    policies = question.instance.policies.model_copy(update={"required": (), "hub_count": None, "new_hubs": None})
    today = question.with_instance(question.instance.replace(policies=policies))
    return replace(fixed_network(today, question.instance.existing, "today's network"), permitted=permitted)


def _network(question: Question, solution: Solution, number: int) -> NetworkResult:
    plan = solution.plan
    if plan is None:
        return NetworkResult(number, True, solution, None)
    evaluation = evaluate(question.instance, question.network, plan)
    minima = minimum_effect(question, plan)
    return NetworkResult(len(plan.open_hubs), True, solution, evaluation, minima=minima)


def _with_runner_ups(question: Question, engine: Engine, networks: list[NetworkResult]) -> list[NetworkResult]:
    """Find the runner-up of the first network with a new hub, and of the best one where that has more hubs.

    Where no hub exists nobody asks for the next one, and the search would cost as much as the answer; where the number
    of hubs is the answer, another set of as many is no worse.
    """
    if question.instance.problem.objective is Objective.HUB_NUMBER:
        return networks
    today = len(question.instance.existing)
    certain = len(question.instance.required)
    grown = [n for n in networks if n.permitted and n.hubs > max(today, certain) and n.plan is not None]
    if not grown or today == 0:
        return networks
    best = min(grown, key=lambda n: n.solution.objective or 0.0)
    asked = {id(grown[0]), id(best)} if _is_cheaper(best, grown[0]) else {id(grown[0])}
    return [_with_runner_up(question, engine, n) if id(n) in asked else n for n in networks]


def _is_cheaper(one: NetworkResult, other: NetworkResult) -> bool:
    return (one.solution.objective or 0.0) < (other.solution.objective or 0.0)


def _with_runner_up(question: Question, engine: Engine, network: NetworkResult) -> NetworkResult:
    """Return a network with the best other set among its rivals; the cheaper of the two is the network."""
    plan, first = network.plan, network.solution
    if plan is None or first.objective is None:
        return network
    number = len(plan.open_hubs)
    numbers = rivals(question.instance, number)
    solution = engine.solve(Search(numbers, plan.open_hubs, f"runner-up of {'+'.join(plan.open_hubs)}"))
    if solution.plan is None or solution.objective is None or solution.objective >= first.objective:
        hubs = solution.plan.open_hubs if solution.plan is not None else ()
        return replace(network, runner_up=RunnerUp(solution.termination, hubs, solution.objective, solution.bound))
    # The first search ended at its gap with a plan that was not the best; its bound holds for every set.
    bound = min(first.bound, solution.objective)
    better = _network(question, replace(solution, bound=bound, termination=first.termination), number)
    return replace(better, runner_up=RunnerUp(first.termination, plan.open_hubs, first.objective, bound))
