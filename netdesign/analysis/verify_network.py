"""Is one network of a result true: its plan priced again, and every figure compared with the referee's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.analysis.best_by_hub_count import rivals
from netdesign.analysis.minima import away_from_cheapest
from netdesign.errors import ContradictionError, InstanceError
from netdesign.evaluate import apart, evaluate
from netdesign.instance.options import fix_hubs
from netdesign.results import result_file
from netdesign.solve.core.outcome import OPTIMAL_GAP, Termination, exactness, relative_gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.problem import Problem
    from netdesign.evaluate import Evaluation
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.results.document import MinimaPart, NetworkPart, RunnerUpPart

TOLERANCE = 1e-6
"""Relative difference from which on two figures contradict each other."""

WITH_A_PLAN = ("objective", "plan", "costs", "service", "carbon")
"""Figures that a plan has."""

_ENDED_WITH_A_PLAN = (Termination.OPTIMAL, Termination.GAP_REACHED)
_OF_A_PLAN = (*WITH_A_PLAN, "gap", "hub_loads", "lane_loads", "runner_up", "minima")


def network_of(hubs: int) -> str:
    """Return what a network of so many hubs is called in what is found about it."""
    return f"network of {hubs} hub{'' if hubs == 1 else 's'}"


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


def of_network(network: NetworkPart, problem: Problem) -> Iterator[str]:
    """Yield what is not true of a network."""
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
        said = evaluation.objective if network.objective is None else network.objective
        true = apart(evaluation.objective, said, ".2f")[0]
        yield f"objective: states {network.objective}; the plan has {true} {instance.problem.objective.unit}"
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
    if solved.bound is not None:
        yield from of_ending(solved.termination, solved.objective, solved.bound)


def of_ending(ending: str, objective: float, bound: float, scale: float = 0.0) -> Iterator[str]:
    """Say where a bound is over the objective, or a gap too wide to be called optimal.

    Parameters
    ----------
    ending
        The termination that is stated.
    objective, bound
        Likewise.
    scale
        Of what they are differences, as ``exactness`` takes it.
    """
    if bound > objective + TOLERANCE * exactness(objective, scale):
        yield f"bound: {bound} is over the objective {objective}"
    gap = relative_gap(objective, bound, scale) or 0.0
    if ending == Termination.OPTIMAL and gap > OPTIMAL_GAP * (1 + TOLERANCE):
        yield f"termination: states optimal at a gap of {gap}; optimal is {OPTIMAL_GAP} at most"


def of_gap_reached(gap: float, asked: float) -> Iterator[str]:
    """Yield what is not true of a search that ended at the gap that was asked for."""
    if gap > max(asked, OPTIMAL_GAP) + TOLERANCE:
        yield f"termination: states gap_reached at a gap of {gap}; the call asked for {asked}"


def _of_runner_up(network: NetworkPart, runner_up: RunnerUpPart, instance: Instance) -> Iterator[str]:
    """Say what cannot be true of a runner-up; its cost is operated again only by ``prove``."""
    if runner_up.objective is None:
        if runner_up.open_hubs:
            yield "open_hubs: stated without an objective"
        if runner_up.termination in _ENDED_WITH_A_PLAN:
            yield f"termination: states {runner_up.termination} without an objective"
        return
    hubs, numbers = set(runner_up.open_hubs), rivals(instance, network.hubs)
    if network.plan is None or len(hubs) not in numbers or hubs == set(network.plan.open_hubs):
        most = numbers.stop - 1
        yield f"open_hubs: are no other set of {most if len(numbers) == 1 else f'{numbers.start} to {most}'} hubs"
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


def differs(stated: Any, true: Any) -> bool:
    """Tell whether two values contradict each other; numbers may differ by rounding, at any depth."""
    if isinstance(true, float) and isinstance(stated, int | float):
        return abs(stated - true) > TOLERANCE * exactness(true, abs(stated))
    if isinstance(true, dict) and isinstance(stated, dict):
        return stated.keys() != true.keys() or any(differs(stated[key], true[key]) for key in true)
    if isinstance(true, list) and isinstance(stated, list):
        return len(stated) != len(true) or any(differs(a, b) for a, b in zip(stated, true, strict=True))
    return bool(stated != true)
