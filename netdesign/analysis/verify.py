"""Is this result true? The instance read and priced again; with ``prove``, the bounds too by another engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.analysis.problem import Call, load_problem, problem_record
from netdesign.errors import ContradictionError
from netdesign.evaluate import evaluate
from netdesign.instance.options import fix_hubs
from netdesign.solve import result_file
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.limits import OPTIMAL_GAP
from netdesign.solve.outcome import Termination, relative_gap, silent
from netdesign.solve.result import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.problem import Problem
    from netdesign.evaluate import Evaluation
    from netdesign.instance import Instance
    from netdesign.plan import Plan
    from netdesign.solve.document import NetworkPart, ResultDocument
    from netdesign.solve.limits import Watch
    from netdesign.solve.outcome import Progress

TOLERANCE = 1e-6
"""Relative difference from which on two figures contradict each other."""


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
    """
    problem = load_problem(name_or_path, Call.from_record(document.options))
    found = list(_of_the_problem(document, problem))
    for network in document.networks:
        found += [f"network of {network.hubs} hubs: {text}" for text in _of_network(network, problem)]
    found += _of_top_level(document, problem)
    found += _of_steps(document)
    return problem, Verification(tuple(found))


def _of_the_problem(document: ResultDocument, problem: Problem) -> Iterator[str]:
    if document.instance.digest != problem.instance.digest:
        yield "instance.digest: the instance's files are not those that were solved"
    stated = problem_record(problem.instance)
    if document.problem != stated:
        yield f"problem: states {document.problem}; instance and options say {stated}"


def judged_instance(network: NetworkPart, instance: Instance) -> Instance:
    """Return the instance by which a network is judged: today's may have fewer hubs than the policies ask for."""
    if network.permitted or network.plan is None:
        return instance
    policies = instance.policies.model_copy(update={"required": (), "hub_count": None, "new_hubs": None})
    return fix_hubs(instance.replace(policies=policies), instance.existing)


def _of_network(network: NetworkPart, problem: Problem) -> Iterator[str]:
    if network.plan is None:
        stray = [
            name for name in ("objective", "gap", "costs", "service", "carbon") if getattr(network, name) is not None
        ]
        if stray:
            yield f"{', '.join(stray)}: stated without a plan"
        return
    instance = judged_instance(network, problem.instance)
    try:
        plan = result_file.plan_from_document(network.plan, instance)
    except ContradictionError as error:
        yield error.message
        return
    evaluation = evaluate(instance, problem.network, plan)
    if len(plan.open_hubs) != network.hubs:
        yield f"hubs: states {network.hubs}; the plan opens {len(plan.open_hubs)}"
    yield from (str(violation) for violation in evaluation.violations)
    if not np.isfinite(evaluation.costs.total):
        return
    yield from _of_figures(network, evaluation, plan)
    yield from _of_bound(network)


def _of_figures(network: NetworkPart, evaluation: Evaluation, plan: Plan) -> Iterator[str]:
    if network.objective is None or _differs(network.objective, evaluation.costs.total):
        yield f"objective: states {network.objective}; the plan costs {evaluation.costs.total:.2f} EUR/year"
    stated: dict[str, Any] = {
        "costs": (network.costs, result_file.costs_part(evaluation)),
        "service": (network.service, result_file.service_part(evaluation)),
    }
    for part, (said, true) in stated.items():
        if said is None:
            yield f"{part}: is missing"
            continue
        for name, value in vars(true).items():
            if _differs(getattr(said, name), value):
                yield f"{part}.{name}: states {getattr(said, name)}; the plan gives {value}"
    if network.carbon is None or _differs(network.carbon.co2e_t_per_year, evaluation.co2e):
        yield f"carbon: states {network.carbon}; the plan emits {evaluation.co2e:.3f} t CO2e/year"
    if _differs([vars(load) for load in network.hub_loads], [vars(x) for x in result_file.hub_loads(evaluation, plan)]):
        yield "hub_loads: are not those of the plan"
    if _differs([vars(load) for load in network.lane_loads], [vars(x) for x in result_file.lane_loads(evaluation)]):
        yield "lane_loads: are not those of the plan"


def _of_bound(network: NetworkPart) -> Iterator[str]:
    if network.objective is None or network.bound is None:
        if network.termination in (Termination.OPTIMAL, Termination.GAP_REACHED):
            yield f"bound: is missing, though the search ended with {network.termination.value}"
        return
    if network.bound > network.objective + TOLERANCE * abs(network.objective):
        yield f"bound: {network.bound} is over the objective {network.objective}"
    gap = relative_gap(network.objective, network.bound)
    if network.gap is None or abs((gap or 0.0) - network.gap) > TOLERANCE:
        yield f"gap: states {network.gap}; objective and bound give {gap}"
    if network.termination is Termination.OPTIMAL and (gap or 0.0) > OPTIMAL_GAP * (1 + TOLERANCE):
        yield f"termination: states optimal at a gap of {gap}; optimal is {OPTIMAL_GAP} at most"
    if network.termination is Termination.INFEASIBLE:
        yield "termination: states infeasible beside a plan"


def _of_top_level(document: ResultDocument, problem: Problem) -> Iterator[str]:
    permitted = [n for n in document.networks if n.permitted]
    priced = [n for n in permitted if n.objective is not None]
    if not priced:
        if document.plan is not None or document.objective is not None:
            yield "objective: the top level states a plan, but no permitted network has one"
        return
    best = min(priced, key=lambda n: (n.objective or 0.0, n.hubs))
    parts = ("objective", "plan", "costs", "service", "carbon")
    differing = [name for name in parts if getattr(document, name) != getattr(best, name)]
    for name in differing:
        yield f"{name}: the top level differs from the best permitted network, that of {best.hubs} hubs"
    if differing:
        claimed = best.model_copy(update={name: getattr(document, name) for name in parts})
        yield from (f"top level: {text}" for text in _of_network(claimed, problem))
    bounds = [n.bound for n in permitted if n.termination is not Termination.INFEASIBLE]
    bound = None if None in bounds else min(b for b in bounds if b is not None)
    if (bound is None) != (document.bound is None) or (bound is not None and _differs(document.bound, bound)):
        yield f"bound: states {document.bound}; the networks' bounds give {bound}"
    elif document.gap is not None and bound is not None:
        gap = relative_gap(document.objective, bound)
        if abs(document.gap - (gap or 0.0)) > TOLERANCE:
            yield f"gap: states {document.gap}; objective and bound give {gap}"
    ended = {n.termination for n in permitted}
    if document.termination is Termination.OPTIMAL and not ended <= {
        Termination.OPTIMAL,
        Termination.INFEASIBLE,
    }:
        yield "termination: states optimal, but not every permitted network is"


def _of_steps(document: ResultDocument) -> Iterator[str]:
    networks = {network.hubs: network for network in document.networks}
    for step in document.steps:
        fewer, more = networks.get(step.from_hubs), networks.get(step.to_hubs)
        name = f"step from {step.from_hubs} to {step.to_hubs} hubs"
        if fewer is None or more is None:
            yield f"{name}: there is no such network"
            continue
        if step.verdict is Verdict.PAYS and not _is_over(fewer.bound, more.objective):
            yield f"{name}: states pays, which the bounds do not prove"
        if step.verdict is Verdict.DOES_NOT_PAY and not _is_over(more.bound, fewer.objective, or_equal=True):
            yield f"{name}: states does_not_pay, which the bounds do not prove"
        if fewer.objective is not None and more.objective is not None:
            saving = fewer.objective - more.objective
            if step.saving is None or abs(step.saving - saving) > TOLERANCE * abs(fewer.objective):
                yield f"{name}: states a saving of {step.saving}; the objectives give {saving:.2f}"


def _is_over(one: float | None, other: float | None, *, or_equal: bool = False) -> bool:
    if one is None or other is None:
        return False
    return one >= other if or_equal else one > other


def _differs(stated: Any, true: Any) -> bool:
    if isinstance(true, float) and isinstance(stated, int | float):
        return abs(stated - true) > TOLERANCE * max(abs(true), abs(stated), TOLERANCE)
    if isinstance(true, dict) and isinstance(stated, dict):
        return stated.keys() != true.keys() or any(_differs(stated[key], true[key]) for key in true)
    if isinstance(true, list) and isinstance(stated, list):
        return len(stated) != len(true) or any(_differs(a, b) for a, b in zip(stated, true, strict=True))
    return bool(stated != true)


def prove(
    problem: Problem, document: ResultDocument, watch: Watch, listen: Callable[[Progress], None] = silent
) -> Verification:
    """Solve every network of a result again with the enumeration engine and compare bounds and objectives.

    Raises
    ------
    UsageError
        More sets of hubs than enumeration is made for.
    """
    found, proofs = [], []
    for network in document.networks:
        instance = problem.instance if network.permitted else judged_instance(network, problem.instance)
        numbers = range(network.hubs, network.hubs + 1)
        least, most = instance.hub_range
        if network.permitted and len([n for n in document.networks if n.permitted]) == 1:
            # A wide range was searched as one; so is its proof.
            numbers = range(least, most + 1)
        engine = Enumeration(instance, problem.network, problem.formulation, watch, listen)
        again = engine.solve(numbers)
        name = f"network of {network.hubs} hubs"
        found += [f"{name}: {text}" for text in _contradicted(network, again.objective, again.bound)]
        proofs.append(
            f"{name}: {engine.sets(numbers)} sets of hubs enumerated, {engine.operated} of them operated exactly; "
            + _proof_words(again.objective, again.bound, again.termination)
        )
    return Verification(tuple(found), tuple(proofs))


def _contradicted(network: NetworkPart, objective: float | None, bound: float) -> Iterator[str]:
    if objective is not None:
        if network.bound is not None and network.bound > objective * (1 + TOLERANCE):
            yield f"bound: states {network.bound:.2f}; another engine has a plan of {objective:.2f} EUR/year"
        if network.termination is Termination.INFEASIBLE:
            yield f"termination: states infeasible; another engine has a plan of {objective:.2f} EUR/year"
        if network.termination is Termination.OPTIMAL and _differs(network.objective, objective):
            yield f"objective: states optimal at {network.objective}; another engine has {objective:.2f} EUR/year"
    if network.objective is not None and network.objective < bound * (1 - TOLERANCE):
        yield f"objective: states {network.objective:.2f}; another engine proves that nothing is under {bound:.2f}"


def _proof_words(objective: float | None, bound: float, termination: Termination) -> str:
    if termination is Termination.INFEASIBLE:
        return "none is feasible"
    if objective is None:
        return "stopped before the first plan"
    return f"best {objective:,.2f}, bound {bound:,.2f} EUR/year ({termination.value.replace('_', ' ')})"
