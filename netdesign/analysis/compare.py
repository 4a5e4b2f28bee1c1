"""Configurations side by side: sets of hubs, or the plans of result files, priced on one instance."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.problem import Call, load_problem
from netdesign.analysis.whether import Question, fixed_network
from netdesign.errors import ContradictionError, InstanceError, UsageError
from netdesign.evaluate import evaluate
from netdesign.instance import NodeKind
from netdesign.instance.options import check_site_names, fix_hubs
from netdesign.network import check_routes
from netdesign.solve.outcome import Phases, Solution, Termination
from netdesign.solve.result import NetworkResult
from netdesign.solve.result_file import plan_from_document, read_result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.problem import Problem
    from netdesign.instance import Instance
    from netdesign.plan import Plan


@dataclass(frozen=True)
class Move:
    """A city whose hub is another one than in the first configuration; volume in t/year."""

    city: str
    from_hub: str
    to_hub: str
    volume: float


@dataclass(frozen=True)
class Configuration:
    """One row of a comparison.

    Parameters
    ----------
    name
        As the call names it.
    network
        The best operation of its hubs; None where it cannot work.
    failure
        Why it cannot work, or None.
    notes
        What to know about it, such as a site that the size threshold closes.
    moves
        Cities that change hub against the first configuration that works.
    """

    name: str
    network: NetworkResult | None
    failure: str | None
    notes: tuple[str, ...]
    moves: tuple[Move, ...] = ()


def compare(
    name_or_path: str, problem: Problem, configurations: Sequence[str], question: Question
) -> list[Configuration]:
    """Price configurations on one instance.

    Parameters
    ----------
    name_or_path
        Of the instance; result files are priced on it with the options that they record.
    problem
        The instance with the options of the call.
    configurations
        Sets of hubs like ``LGG,WAW``, or names of result files.
    question
        The problem with limits and model, for solving the sets.

    Raises
    ------
    UsageError
        A name that is neither a site nor a result file.
    """
    sets = {
        text: _hub_set(problem.instance, text) for text in configurations if not _is_result_file(problem.instance, text)
    }
    rows = []
    for text in configurations:
        if text in sets:
            rows.append((_solve_set(problem, question, text, sets[text]), problem.instance))
        else:
            rows.append(_from_result_file(name_or_path, problem, text))
    return _with_moves(rows)


def _is_result_file(instance: Instance, text: str) -> bool:
    if all(name.strip() in instance.site_position for name in text.split(",")):
        return False  # even where a file happens to have the name of a hub
    return text.endswith(".json") or Path(text).is_file()


def _hub_set(instance: Instance, text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        message = f"'{text}' names no hub; write ids with commas, such as LGG,WAW"
        raise UsageError(message)
    check_site_names(instance, names, "")
    return names


def _solve_set(problem: Problem, question: Question, text: str, names: tuple[str, ...]) -> Configuration:
    try:
        fixed = fix_hubs(problem.instance, names)
        check_routes(fixed, problem.network)
    except UsageError as error:
        return Configuration(text, None, error.message, ())
    except InstanceError as error:
        return Configuration(text, None, "; ".join(fault.message for fault in error.faults[:3]), ())
    network = fixed_network(question, names, f"compare {text}")
    failure = None
    if network.plan is None:
        infeasible = network.solution.termination is Termination.INFEASIBLE
        failure = "infeasible: no operation of these hubs keeps every policy" if infeasible else "not solved in time"
    return Configuration(text, network, failure, _threshold_notes(problem.instance, names))


def _threshold_notes(instance: Instance, names: Sequence[str]) -> tuple[str, ...]:
    small = [site.id for site in instance.sites if site.below_threshold and site.id in names]
    if not small or instance.minimum_cargo is None:
        return ()
    return (f"{', '.join(small)} is under the size threshold of {instance.minimum_cargo:,.0f} t/year; opened by name",)


def _from_result_file(name_or_path: str, problem: Problem, text: str) -> tuple[Configuration, Instance]:
    document = read_result(Path(text))
    if document.plan is None:
        return Configuration(text, None, f"holds no plan: {document.termination.value}", ()), problem.instance
    call = Call.from_record(document.options)
    try:
        own = load_problem(name_or_path, call)
        plan = plan_from_document(document.plan, own.instance)
    except (UsageError, InstanceError, ContradictionError) as error:
        if document.instance.name != problem.instance.name:
            message = f"{text}: is a result of {document.instance.name}, not of {problem.instance.name}"
            raise UsageError(message) from None
        return Configuration(text, None, error.message, ()), problem.instance
    notes = [f"options of its own: {', '.join(call.overrides)}"] if call.overrides else []
    if document.instance.digest != problem.instance.digest:
        notes.append("the instance's files have changed since it was solved; priced on today's")
    with np.errstate(all="ignore"):  # volumes near the largest number are wrong, not worth a warning
        evaluation = evaluate(own.instance, own.network, plan)
    if evaluation.violations:
        listed = "; ".join(map(str, evaluation.violations[:3]))
        return Configuration(text, None, f"violates the instance: {listed}", tuple(notes)), own.instance
    cost = evaluation.costs.total
    bound = document.bound if document.bound is not None else float("-inf")
    solution = Solution(document.termination, plan, cost, min(bound, cost), Phases())
    network = NetworkResult(len(plan.open_hubs), True, solution, evaluation)
    notes += _threshold_notes(own.instance, plan.open_hubs)
    return Configuration(text, network, None, tuple(notes)), own.instance


def _with_moves(rows: Sequence[tuple[Configuration, Instance]]) -> list[Configuration]:
    served = [_served_by(instance, row.network.plan) if row.network else {} for row, instance in rows]
    reference = next((cities for cities in served if cities), {})
    result = []
    for (row, _), cities in zip(rows, served, strict=True):
        moves = [
            Move(city, reference[city][0], hub, volume)
            for city, (hub, volume) in cities.items()
            if city in reference and reference[city][0] != hub
        ]
        moves.sort(key=lambda move: (-move.volume, move.city))
        result.append(Configuration(row.name, row.network, row.failure, row.notes, tuple(moves)))
    return result


def _served_by(instance: Instance, plan: Plan | None) -> dict[str, tuple[str, float]]:
    """Return for each city the hub that most of its freight meets first or last, and the city's volume, t/year."""
    if plan is None:
        return {}
    commodities = instance.commodities
    volumes = np.zeros((len(instance.nodes), len(instance.sites)))
    np.add.at(volumes, (commodities.origin[plan.commodity], plan.first_hub), plan.volume)
    np.add.at(volumes, (commodities.destination[plan.commodity], plan.last_hub), plan.volume)
    served = {}
    for position, node in enumerate(instance.nodes):
        if node.kind is NodeKind.CITY and volumes[position].any():
            hub = instance.sites[int(np.argmax(volumes[position]))].id
            served[node.id] = hub, float(volumes[position].sum())
    return served
