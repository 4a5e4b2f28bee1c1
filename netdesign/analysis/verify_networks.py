"""Verify the networks of a result: price their plans again and compare every figure with the referee's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.best_by_hub_count import rivals, steps_between
from netdesign.analysis.contradictions import ENDED_WITH_A_PLAN, TOLERANCE, differing, differs, of_gap, of_search
from netdesign.analysis.minima import away_from_cheapest
from netdesign.analysis.network_searches import is_searched_as_one, network_of
from netdesign.errors import ContradictionError, InstanceError
from netdesign.evaluate import apart, evaluate
from netdesign.instance.options import fix_hubs
from netdesign.instance.rows import SiteKind
from netdesign.results.named_plan import plan_from_document
from netdesign.results.part import Part, proven
from netdesign.results.result import best_of, network_part, top_level
from netdesign.solve.core.outcome import Phases, Solution, exactness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.problem import SolveProblem
    from netdesign.evaluate import Evaluation
    from netdesign.instance import Instance
    from netdesign.plan import Plan
    from netdesign.results.document import (
        HubLoad,
        LaneLoad,
        LinearPart,
        NetworkPart,
        ResultDocument,
        RunnerUpPart,
        VehicleLoad,
    )
    from netdesign.results.plan_document import CitiesPart, ScheduledServicePart

    _Load = HubLoad | LaneLoad | VehicleLoad

_WITH_A_PLAN = ("objective", "plan", "costs", "service", "carbon")
_OF_A_PLAN = (*_WITH_A_PLAN, "gap", "hub_loads", "lane_loads", "vehicle_loads", "runner_up", "minima")


def contradicted_networks(document: ResultDocument, problem: SolveProblem) -> Iterator[str]:
    """Yield all that the referee contradicts in the networks of a result."""
    for network in document.networks:
        texts = of_network(network, problem, document.options["gap"])
        yield from (f"{network_of(network.hubs)}: {text}" for text in texts)
    yield from _of_numbers(document, problem.instance)
    yield from _of_top_level(document, problem)
    yield from of_steps(document)
    if document.clash is not None:
        from netdesign.analysis.explain.verify import contradicted_clash

        yield from contradicted_clash(document.clash, document.termination, problem.instance)


def instance_with_permitted_hubs(permitted: bool, instance: Instance) -> Instance:
    """Return the instance in which a network is permitted: today's may have fewer hubs than the policies ask for.

    Parameters
    ----------
    permitted
        Whether the policies permit as many hubs.
    instance
        With the policies in force.

    Raises
    ------
    InstanceError
        The other policies contradict today's hubs.
    """
    if permitted:
        return instance
    policies = instance.policies.model_copy(update={"required": (), "hub_count": None, "new_hubs": None})
    return fix_hubs(instance.replace(policies=policies), instance.existing, free_centres=True)


def of_network(network: NetworkPart, problem: SolveProblem, asked: float) -> Iterator[str]:
    """Yield contradictions in a network.

    Parameters
    ----------
    network
        As the result states it.
    problem
        The instance with the recorded options.
    asked
        Gap of the call.
    """
    if network.plan is None:
        stray = [name for name in _OF_A_PLAN if getattr(network, name) not in (None, [])]
        if stray:
            yield f"{', '.join(stray)}: stated without a plan"
        if network.termination in ENDED_WITH_A_PLAN:
            yield f"termination: states {network.termination} without a plan"
        return
    try:
        instance = instance_with_permitted_hubs(network.permitted, problem.instance)
        plan = plan_from_document(network.plan, instance)
    except (ContradictionError, InstanceError) as error:
        yield error.message
        return
    with np.errstate(all="ignore"):  # volumes near the largest number are wrong, not worth a warning
        evaluation = evaluate(instance, problem.network, plan)
    if len(set(plan.open_hubs)) != len(plan.open_hubs):
        yield "plan.open_hubs: a hub stands twice"
    # Not as a set: a hub that stands twice is counted twice.
    number = sum(hub not in instance.centres for hub in plan.open_hubs)
    if number != network.hubs:
        yield f"hubs: states {network.hubs}; the plan opens {number}"
    yield from (f"plan: {violation}" for violation in evaluation.violations)
    if not np.isfinite(evaluation.costs.total + evaluation.objective + evaluation.co2e):
        yield f"objective: states {network.objective}; the plan has no finite cost"
        return
    yield from _of_figures(network, evaluation, plan, instance)
    yield from of_gap(network, asked)
    if network.objective is not None:
        yield from of_search(network)
    if network.runner_up is not None:
        yield from (f"runner_up.{text}" for text in _of_runner_up(network, network.runner_up, instance))
    # The cost of the policies needs a solver, so only ``prove`` checks it.
    away = away_from_cheapest(instance, problem.network, plan) if network.minima and plan.open_hubs else []
    if network.minima is not None and differs(network.minima.away, away):
        yield "minima.away: are not those that the plan serves away from their cheapest hubs"


def _of_figures(network: NetworkPart, evaluation: Evaluation, plan: Plan, instance: Instance) -> Iterator[str]:
    """Yield contradictions in the figures of a plan."""
    objective = evaluation.objective
    if network.objective is None or differs(network.objective, objective):
        claimed = objective if network.objective is None else network.objective
        true = apart(objective, claimed, ".2f")[0]
        yield f"objective: states {network.objective}; the plan has {true} {instance.problem.objective.unit}"
    solution = Solution(network.termination, plan, objective, proven(network), Phases())
    part = network_part(solution, evaluation, instance, network.hubs)
    compared = ("costs", "service", "hub_loads", "lane_loads", "vehicle_loads")
    for name, claimed, true in differing(network, part, compared):
        if isinstance(true, Part):
            yield f"{name}: is missing"
        elif isinstance(true, list) or isinstance(claimed, list):
            yield from (f"{name}: {text}" for text in _of_loads(claimed, true))
        else:
            yield f"{name}: {_against_plan(claimed, true)}"
    if network.plan is not None and part.plan is not None:
        yield from (f"plan.services: {text}" for text in _of_services(network.plan.services, part.plan.services))
        yield from (f"plan.cities: {text}" for text in _of_cities(network.plan.cities, part.plan.cities))
    if differs(network.carbon, part.carbon):
        yield f"carbon: states {network.carbon}; the plan emits {evaluation.co2e:.3f} t CO2e/year"


def _against_plan(stated: object, true: object) -> str:
    """Return in words what a result states and what its plan gives."""
    stands = "is missing" if stated is None else f"states {stated}"
    return f"{stands}; the plan has none" if true is None else f"{stands}; the plan gives {true}"


def _of_loads(stated: list[_Load] | None, true: list[_Load] | None) -> Iterator[str]:
    """Yield contradictions in the loads of hubs, lanes or vehicles."""
    claimed, own = ([_load_name(load) for load in loads or ()] for loads in (stated, true))
    if stated is None or true is None:
        yield "are missing" if stated is None else "the instance has none"
    elif claimed != own:
        yield f"are of {', '.join(claimed) or 'nothing'}; the plan gives those of {', '.join(own) or 'nothing'}"
    else:
        for name, one, other in zip(own, stated, true, strict=True):
            for figure, *values in differing(one, other):
                # Results of earlier versions do not state departures a day.
                if figure != "departures_per_day" or values[0] is not None:
                    yield f"{name}: {figure}: {_against_plan(*values)}"


def _load_name(load: _Load) -> str:
    """Return the ids in a load, which stand before its figures; a kind is none."""
    texts = (value for value in vars(load).values() if isinstance(value, str))
    return "-".join(text for text in texts if not isinstance(text, SiteKind))


def _of_services(stated: list[ScheduledServicePart] | None, true: list[ScheduledServicePart] | None) -> Iterator[str]:
    """Yield contradictions in the figures of departures; legs, vehicles and numbers are the plan itself."""
    if stated is None or true is None:
        if stated is not true:
            yield "are missing" if stated is None else "the instance has none"
        return
    for claimed, own in zip(stated, true, strict=True):
        for name, figure, value in differing(claimed, own):
            yield f"{own.leg}: {name}: {_against_plan(figure, value)}"


def _of_cities(stated: CitiesPart | None, true: CitiesPart | None) -> Iterator[str]:
    """Yield contradictions in the table of cities by hub, which results of earlier versions do not state."""
    if stated is None or true is None:
        return
    if len({len(column) for column in vars(stated).values()}) != 1:
        yield "the columns have different lengths"
        return
    claimed, own = ([(row["city"], row["way"], row["hub"]) for row in part.rows()] for part in (stated, true))
    if claimed != own:
        one = next(iter(sorted(set(claimed) ^ set(own))), None)
        yield f"the rows are not those of the plan{f', as of {_city_name(*one)}' if one else ''}"
        return
    for name, figures, values in differing(stated, true):
        rows = zip(own, figures, values, strict=True)
        place, figure, value = next(row for row in rows if differs(row[1], row[2]))
        yield f"{_city_name(*place)}: {name}: {_against_plan(figure, value)}"


def _city_name(city: str, way: str, hub: str) -> str:
    return f"{city} {way} by {hub}"


def _of_runner_up(network: NetworkPart, runner_up: RunnerUpPart, instance: Instance) -> Iterator[str]:
    """Yield contradictions in a runner-up; only ``prove`` operates its hubs again."""
    yield from of_search(runner_up)
    if runner_up.objective is None:
        if runner_up.open_hubs:
            yield "open_hubs: stated without an objective"
        return
    hubs, numbers = set(runner_up.open_hubs), rivals(instance, network.hubs)
    if network.plan is None or instance.number_of_hubs(hubs) not in numbers or hubs == set(network.plan.open_hubs):
        most = numbers.stop - 1
        yield f"open_hubs: are no other set of {most if len(numbers) == 1 else f'{numbers.start} to {most}'} hubs"
    if not hubs <= set(instance.site_position):
        yield f"open_hubs: {', '.join(sorted(hubs - set(instance.site_position)))}: there is no such site"
    if network.bound is not None and runner_up.objective < network.bound * (1 - TOLERANCE):
        yield f"objective: {runner_up.objective} is under the bound {network.bound} of all networks"


def of_permitted(network: NetworkPart, instance: Instance) -> Iterator[str]:
    """Yield a contradiction of whether the policies permit as many hubs as a network has."""
    least, most = instance.hub_range
    if network.permitted != (least <= network.hubs <= most):
        yield f"permitted: states {network.permitted}; {least} to {most} hubs are allowed"


def _of_numbers(document: ResultDocument, instance: Instance) -> Iterator[str]:
    least, most = instance.hub_range
    for network in document.networks:
        yield from (f"{network_of(network.hubs)}: {text}" for text in of_permitted(network, instance))
    numbers = [network.hubs for network in document.networks]
    today = instance.number_of_hubs(instance.existing)
    if numbers != sorted(numbers):
        yield f"networks: have {', '.join(map(str, numbers))} hubs; they stand in the order of these numbers"
    is_one = is_searched_as_one(instance)
    # Earlier versions did not state it.
    if document.searched_as_one not in (None, (least, most) if is_one else None):
        true = f"{least} to {most} hubs are searched as one" if is_one else "each number is searched by itself"
        yield f"searched_as_one: states {list(document.searched_as_one or ())}; {true}"
    if is_one:
        due = 2 if today > 0 else 1
        if len(numbers) != due:
            yield f"networks: are {len(numbers)}; so wide a range of hubs is searched as one, which gives {due}"
        yield from _of_todays_as_runner_up(document)
        return
    if 0 < today < least and numbers.count(today) != 1:
        yield f"networks: {numbers.count(today)} of them have {today} hubs; there is one of today's hubs"
    stated = [network.hubs for network in document.networks if network.permitted]
    for number in range(least, most + 1):
        if stated.count(number) != 1:
            yield f"networks: {stated.count(number)} of them have {number} hubs; there is one for each number"


def _of_todays_as_runner_up(document: ResultDocument) -> Iterator[str]:
    """Yield a contradiction where today's network is a better runner-up than the bound of the stated one allows."""
    today, best = document.networks[0], document.networks[-1]
    if best.runner_up is None or best.runner_up.bound is None or today.plan is None or today.objective is None:
        return
    is_other = today.permitted and best.plan is not None and set(today.plan.open_hubs) != set(best.plan.open_hubs)
    if is_other and best.runner_up.bound > today.objective + TOLERANCE * exactness(today.objective):
        hubs = " + ".join(today.plan.open_hubs)
        yield f"networks: runner_up.bound: {best.runner_up.bound} is over {today.objective}, what {hubs} costs"


def _of_top_level(document: ResultDocument, problem: SolveProblem) -> Iterator[str]:
    true, best = top_level(document.networks), best_of(document.networks)
    if best is None:
        stray = [name for name in _WITH_A_PLAN if getattr(document, name) is not None]
        if stray:
            yield f"{', '.join(stray)}: stated at the top level, but no permitted network has a plan"
    else:
        others = [name for name in _WITH_A_PLAN if getattr(document, name) != true[name]]
        for name in others:
            yield f"{name}: the top level differs from the best permitted network, that of {best.hubs} hubs"
        if others:
            claimed = best.model_copy(update={name: getattr(document, name) for name in _WITH_A_PLAN})
            texts = of_network(claimed, problem, document.options["gap"])
            yield from (f"top level: {text}" for text in texts)
    if differs(document.bound, true["bound"]):
        yield f"bound: states {document.bound}; the networks' bounds give {true['bound']}"
    if (true["gap"] is None) != (document.gap is None) or abs((true["gap"] or 0.0) - (document.gap or 0.0)) > TOLERANCE:
        yield f"gap: states {document.gap}; objective and bound give {true['gap']}"
    if not document.is_running and document.termination != true["termination"]:
        yield f"termination: states {document.termination}; the networks' give {true['termination']}"


def of_steps(document: ResultDocument | LinearPart) -> Iterator[str]:
    """Yield contradictions of the steps with objectives and bounds of the networks."""
    true = steps_between(document.networks)
    if [(step.from_hubs, step.to_hubs) for step in document.steps] != [(s.from_hubs, s.to_hubs) for s in true]:
        yield "steps: are not those from each network to the next"
        return
    scale = max((abs(network.objective or 0.0) for network in document.networks), default=0.0)
    for stated, step in zip(document.steps, true, strict=True):
        for name, claimed, value in differing(stated, step, (), scale):
            place = f"step from {step.from_hubs} to {step.to_hubs} hubs"
            yield f"{place}: {name}: states {claimed}; objectives and bounds give {value}"
