"""Is this result true? The instance is read and priced again, and every figure compared with the referee's."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.analysis.minima import away_from_cheapest
from netdesign.analysis.problem import Call, load_problem, problem_record, read_named
from netdesign.analysis.whether import is_searched_as_one, steps_between
from netdesign.errors import ContradictionError, InstanceError, UsageError
from netdesign.evaluate import evaluate
from netdesign.instance.options import fix_hubs
from netdesign.solve import result_file
from netdesign.solve.limits import OPTIMAL_GAP
from netdesign.solve.outcome import Phases, Solution, Termination, relative_gap
from netdesign.solve.result import NetworkResult, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.problem import Problem
    from netdesign.evaluate import Evaluation
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.document import MinimaPart, NetworkPart, ResultDocument, RunnerUpPart

TOLERANCE = 1e-6
"""Relative difference from which on two figures contradict each other."""

_OTHER_FILES = "instance.digest: the instance's files are not those that were solved"
_WITH_A_PLAN = ("objective", "plan", "costs", "service", "carbon")
_ENDED_WITH_A_PLAN = (Termination.OPTIMAL, Termination.GAP_REACHED)
_OF_A_PLAN = (*_WITH_A_PLAN, "gap", "hub_loads", "lane_loads", "runner_up", "minima")


@dataclass(frozen=True)
class Verification:
    """What verifying found.

    Parameters
    ----------
    contradictions
        What in the result is not true; empty where all is.
    proofs
        What was proven again, in sentences.
    """

    contradictions: tuple[str, ...]
    proofs: tuple[str, ...] = ()


def verify(name_or_path: str, document: ResultDocument) -> tuple[Problem, Verification]:
    """Read the instance with the recorded options and compare everything that the result states with the referee.

    Raises
    ------
    InstanceError, UsageError
        The instance cannot be read with the recorded options.
    ContradictionError
        It cannot, because it is another one than was solved.
    """
    gap = recorded_gap(document)
    problem = _load_as_solved(name_or_path, document)
    found = list(_of_the_problem(document, problem))
    for network in document.networks:
        found += [f"network of {network.hubs} hubs: {text}" for text in _of_network(network, problem)]
        if network.termination is Termination.GAP_REACHED:
            found += [f"network of {network.hubs} hubs: {text}" for text in _of_gap_reached(network, gap)]
    found += _of_numbers(document, problem.instance)
    found += _of_top_level(document, problem)
    found += _of_steps(document)
    return problem, Verification(tuple(found))


def _load_as_solved(name_or_path: str, document: ResultDocument) -> Problem:
    call = Call.from_document(document)
    try:
        return load_problem(name_or_path, call)
    except (InstanceError, UsageError) as error:
        if read_named(name_or_path, replace(call, overrides=())).digest == document.instance.digest:
            raise
        message = f"{_OTHER_FILES}; with the recorded options: {error.message}"
        raise ContradictionError(message) from None


def recorded_gap(document: ResultDocument) -> float:
    """Return the gap that the call asked for.

    Raises
    ------
    UsageError
        The record was changed into something else.
    """
    gap = document.options.get("gap")
    if not isinstance(gap, int | float) or not gap >= 0:
        message = "options: the result does not record the options of a solve"
        raise UsageError(message)
    return gap


def _of_the_problem(document: ResultDocument, problem: Problem) -> Iterator[str]:
    if document.instance.digest != problem.instance.digest:
        yield _OTHER_FILES
    if document.instance.name != problem.instance.name:
        yield f"instance.name: states {document.instance.name}; the instance is {problem.instance.name}"
    for name, true in problem_record(problem.instance).items():
        if document.problem.get(name) != true:
            yield f"problem.{name}: states {document.problem.get(name)}; instance and options say {true}"
    if document.instance.warnings != list(problem.warnings):
        yield "instance.warnings: are not those of the instance"


def judged_instance(network: NetworkPart, instance: Instance) -> Instance:
    """Return the instance by which a network is judged: today's may have fewer hubs than the policies ask for.

    Raises
    ------
    InstanceError
        The other policies contradict today's hubs.
    """
    if network.permitted:
        return instance
    policies = instance.policies.model_copy(update={"required": (), "hub_count": None, "new_hubs": None})
    return fix_hubs(instance.replace(policies=policies), instance.existing)


def _of_network(network: NetworkPart, problem: Problem) -> Iterator[str]:
    if network.plan is None:
        stray = [name for name in _OF_A_PLAN if getattr(network, name) not in (None, [])]
        if stray:
            yield f"{', '.join(stray)}: stated without a plan"
        if network.termination in _ENDED_WITH_A_PLAN:
            yield f"termination: states {network.termination} without a plan"
        return
    try:
        instance = judged_instance(network, problem.instance)
        plan = result_file.plan_from_document(network.plan, instance)
    except (ContradictionError, InstanceError) as error:
        yield error.message
        return
    with np.errstate(all="ignore"):  # volumes near the largest number are wrong, not worth a warning
        evaluation = evaluate(instance, problem.network, plan)
    if len(set(plan.open_hubs)) != len(plan.open_hubs):
        yield "plan.open_hubs: a hub stands twice"
    if len(plan.open_hubs) != network.hubs:
        yield f"hubs: states {network.hubs}; the plan opens {len(plan.open_hubs)}"
    yield from (f"plan: {violation}" for violation in evaluation.violations)
    if not np.isfinite(evaluation.costs.total + evaluation.objective):
        yield f"objective: states {network.objective}; the plan has no finite cost"
        return
    if network.objective is None or differs(network.objective, evaluation.objective):
        true = f"{evaluation.objective:.2f} {instance.problem.objective.unit}"
        yield f"objective: states {network.objective}; the plan has {true}"
    yield from _of_figures(network, evaluation, plan)
    yield from _of_bound(network)
    if network.runner_up is not None:
        yield from (f"runner_up.{text}" for text in _of_runner_up(network, network.runner_up, instance))
    if network.minima is not None:
        yield from _of_minima(network.minima, problem.network, instance, plan)


def _of_figures(network: NetworkPart, evaluation: Evaluation, plan: Plan) -> Iterator[str]:
    stated: dict[str, Any] = {
        "costs": (network.costs, result_file.costs_part(evaluation)),
        "service": (network.service, result_file.service_part(evaluation)),
    }
    for part, (said, true) in stated.items():
        if said is None:
            yield f"{part}: is missing"
            continue
        for name, value in vars(true).items():
            if differs(getattr(said, name), value):
                yield f"{part}.{name}: states {getattr(said, name)}; the plan gives {value}"
    if network.carbon is None or differs(network.carbon.co2e_t_per_year, evaluation.co2e):
        yield f"carbon: states {network.carbon}; the plan emits {evaluation.co2e:.3f} t CO2e/year"
    if differs([vars(load) for load in network.hub_loads], [vars(x) for x in result_file.hub_loads(evaluation, plan)]):
        yield "hub_loads: are not those of the plan"
    if differs([vars(load) for load in network.lane_loads], [vars(x) for x in result_file.lane_loads(evaluation)]):
        yield "lane_loads: are not those of the plan"


def _of_bound(network: NetworkPart) -> Iterator[str]:
    if network.objective is None or network.bound is None:
        if network.gap is not None:
            yield f"gap: states {network.gap} without a bound"
        if network.termination in _ENDED_WITH_A_PLAN:
            yield f"bound: is missing, though the search ended with {network.termination.value}"
    else:
        gap = relative_gap(network.objective, network.bound)
        if network.gap is None or abs((gap or 0.0) - network.gap) > TOLERANCE:
            yield f"gap: states {network.gap}; objective and bound give {gap}"
    yield from _of_ending(network)


def _of_ending(solved: NetworkPart | RunnerUpPart) -> Iterator[str]:
    """Say where termination, objective and bound of one search do not fit together."""
    if solved.objective is None:
        return
    if solved.termination is Termination.INFEASIBLE:
        yield "termination: states infeasible beside a plan"
    if solved.bound is None:
        return
    if solved.bound > solved.objective + TOLERANCE * abs(solved.objective):
        yield f"bound: {solved.bound} is over the objective {solved.objective}"
    gap = relative_gap(solved.objective, solved.bound) or 0.0
    if solved.termination is Termination.OPTIMAL and gap > OPTIMAL_GAP * (1 + TOLERANCE):
        yield f"termination: states optimal at a gap of {gap}; optimal is {OPTIMAL_GAP} at most"


def _of_gap_reached(network: NetworkPart, asked: float) -> Iterator[str]:
    if network.gap is not None and network.gap > max(asked, OPTIMAL_GAP) + TOLERANCE:
        yield f"termination: states gap_reached at a gap of {network.gap}; the call asked for {asked}"


def _of_runner_up(network: NetworkPart, runner_up: RunnerUpPart, instance: Instance) -> Iterator[str]:
    """Say what cannot be true of a runner-up; its cost is operated again only by ``prove``."""
    if runner_up.objective is None:
        if runner_up.open_hubs:
            yield "open_hubs: stated without an objective"
        if runner_up.termination in _ENDED_WITH_A_PLAN:
            yield f"termination: states {runner_up.termination} without an objective"
        return
    hubs = set(runner_up.open_hubs)
    if network.plan is None or len(hubs) != network.hubs or hubs == set(network.plan.open_hubs):
        yield f"open_hubs: are no other set of {network.hubs} hubs"
    if not hubs <= set(instance.site_position):
        yield f"open_hubs: {', '.join(sorted(hubs - set(instance.site_position)))}: there is no such site"
    if network.bound is not None and runner_up.objective < network.bound * (1 - TOLERANCE):
        yield f"objective: {runner_up.objective} is under the bound {network.bound} of all networks"
    if runner_up.bound is None and runner_up.termination in _ENDED_WITH_A_PLAN:
        yield f"bound: is missing, though the search ended with {runner_up.termination.value}"
    yield from _of_ending(runner_up)


def _of_minima(minima: MinimaPart, network: Network, instance: Instance, plan: Plan) -> Iterator[str]:
    """Say whether others are away than stated; what the policies cost takes a solver, so only ``prove`` tells."""
    away = away_from_cheapest(instance, network, plan) if plan.open_hubs else ()
    true = [list(vars(row).values()) for row in away]
    if differs([list(vars(row).values()) for row in minima.away], true):
        yield "minima.away: are not those that the plan serves away from their cheapest hubs"


def _of_numbers(document: ResultDocument, instance: Instance) -> Iterator[str]:
    least, most = instance.hub_range
    for network in document.networks:
        if network.permitted != (least <= network.hubs <= most):
            allowed = f"{least} to {most} hubs are allowed"
            yield f"network of {network.hubs} hubs: permitted: states {network.permitted}; {allowed}"
    numbers, today = [network.hubs for network in document.networks], len(instance.existing)
    if numbers != sorted(numbers):
        yield f"networks: have {', '.join(map(str, numbers))} hubs; they stand in the order of these numbers"
    if is_searched_as_one(instance):
        due = 2 if today > 0 else 1
        if len(numbers) != due:
            yield f"networks: are {len(numbers)}; so wide a range of hubs is searched as one, which gives {due}"
        return
    if 0 < today < least and numbers.count(today) != 1:
        yield f"networks: {numbers.count(today)} of them have {today} hubs; there is one of today's hubs"
    stated = [network.hubs for network in document.networks if network.permitted]
    for number in range(least, most + 1):
        if stated.count(number) != 1:
            yield f"networks: {stated.count(number)} of them have {number} hubs; there is one for each number"


def _solved(networks: list[NetworkPart]) -> tuple[NetworkResult, ...]:
    """Return the networks as they were before they were written, without their plans."""
    found = []
    for network in networks:
        unproven = math.inf if network.termination is Termination.INFEASIBLE else -math.inf
        bound = unproven if network.bound is None else network.bound
        solution = Solution(network.termination, None, network.objective, bound, Phases())
        found.append(NetworkResult(network.hubs, network.permitted, solution, None))
    return tuple(found)


def _of_top_level(document: ResultDocument, problem: Problem) -> Iterator[str]:
    networks = _solved(document.networks)
    whole = Result("", "", networks, (), {}, {}, {}, {}, {})
    if whole.best is None:
        stray = [name for name in _WITH_A_PLAN if getattr(document, name) is not None]
        if stray:
            yield f"{', '.join(stray)}: stated at the top level, but no permitted network has a plan"
    else:
        best = document.networks[networks.index(whole.best)]
        differing = [name for name in _WITH_A_PLAN if getattr(document, name) != getattr(best, name)]
        for name in differing:
            yield f"{name}: the top level differs from the best permitted network, that of {best.hubs} hubs"
        if differing:
            claimed = best.model_copy(update={name: getattr(document, name) for name in _WITH_A_PLAN})
            yield from (f"top level: {text}" for text in _of_network(claimed, problem))
    bound = whole.bound if math.isfinite(whole.bound) else None
    if (bound is None) != (document.bound is None) or (bound is not None and differs(document.bound, bound)):
        yield f"bound: states {document.bound}; the networks' bounds give {bound}"
    gap = whole.gap if whole.gap is not None and math.isfinite(whole.gap) else None
    if (gap is None) != (document.gap is None) or abs((gap or 0.0) - (document.gap or 0.0)) > TOLERANCE:
        yield f"gap: states {document.gap}; objective and bound give {gap}"
    if document.termination is not whole.termination:
        yield f"termination: states {document.termination}; the networks' give {whole.termination}"


def _of_steps(document: ResultDocument) -> Iterator[str]:
    true = steps_between(_solved(document.networks))
    if [(step.from_hubs, step.to_hubs) for step in document.steps] != [(s.from_hubs, s.to_hubs) for s in true]:
        yield "steps: are not those from each network to the next"
        return
    scale = max((abs(network.objective or 0.0) for network in document.networks), default=0.0)
    for stated, step in zip(document.steps, true, strict=True):
        name = f"step from {step.from_hubs} to {step.to_hubs} hubs"
        if stated.verdict is not step.verdict:
            yield f"{name}: verdict: states {stated.verdict}; objectives and bounds give {step.verdict}"
        for field in ("saving", "saving_at_least", "saving_at_most"):
            said, value = getattr(stated, field), getattr(step, field)
            figure = value if value is not None and math.isfinite(value) else None
            is_other = (said is None) != (figure is None)
            if is_other or (figure is not None and abs(said - figure) > TOLERANCE * scale):
                yield f"{name}: {field}: states {said}; objectives and bounds give {figure}"


def differs(stated: Any, true: Any) -> bool:
    """Tell whether two values contradict each other; numbers may differ by rounding, at any depth."""
    if isinstance(true, float) and isinstance(stated, int | float):
        return abs(stated - true) > TOLERANCE * max(abs(true), abs(stated), TOLERANCE)
    if isinstance(true, dict) and isinstance(stated, dict):
        return stated.keys() != true.keys() or any(differs(stated[key], true[key]) for key in true)
    if isinstance(true, list) and isinstance(stated, list):
        return len(stated) != len(true) or any(differs(a, b) for a, b in zip(stated, true, strict=True))
    return bool(stated != true)
