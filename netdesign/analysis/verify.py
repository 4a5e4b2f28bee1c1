"""Is this result true? The instance is read and priced again, and every figure compared with the referee's."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netdesign.analysis.best_by_hub_count import is_searched_as_one, steps_between
from netdesign.analysis.problem import Call, load_problem, problem_record, read_named
from netdesign.analysis.verify_network import TOLERANCE, WITH_A_PLAN, differs, network_of, of_gap_reached, of_network
from netdesign.errors import ContradictionError, InstanceError, UsageError
from netdesign.results.result import NetworkResult, Result
from netdesign.solve.core.outcome import Phases, Solution, Termination, exactness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.problem import Problem
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named
    from netdesign.results.document import NetworkPart, ResultDocument

OTHER_FILES = "instance.digest: the instance's files are not those that were solved"


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

    @classmethod
    def of(cls, found: list[str]) -> Verification:
        """Return what was found, in plainer words where nothing but the files differs."""
        return cls(
            (f"{OTHER_FILES}; every figure is true of them all the same",) if found == [OTHER_FILES] else tuple(found)
        )


def verify(name_or_path: Named, document: ResultDocument) -> tuple[Problem, Verification]:
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
        found += [f"{network_of(network.hubs)}: {text}" for text in of_network(network, problem)]
        if network.termination is Termination.GAP_REACHED and network.gap is not None:
            found += [f"{network_of(network.hubs)}: {text}" for text in of_gap_reached(network.gap, gap)]
    found += _of_numbers(document, problem.instance)
    found += _of_top_level(document, problem)
    found += _of_steps(document)
    return problem, Verification.of(found)


def _load_as_solved(name_or_path: Named, document: ResultDocument) -> Problem:
    call = Call.from_document(document)
    try:
        return load_problem(name_or_path, call)
    except (InstanceError, UsageError) as error:
        if read_named(name_or_path, replace(call, overrides=())).digest == document.instance.digest:
            raise
        message = f"{OTHER_FILES}; with the recorded options: {error.message}"
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
        yield OTHER_FILES
    if document.instance.name != problem.instance.name:
        yield f"instance.name: states {document.instance.name}; the instance is {problem.instance.name}"
    for name, true in problem_record(problem.instance, problem.replaced).items():
        if document.problem.get(name) != true:
            yield f"problem.{name}: states {document.problem.get(name)}; instance and options say {true}"
    if document.instance.warnings != list(problem.warnings):
        yield "instance.warnings: are not those of the instance"


def _of_numbers(document: ResultDocument, instance: Instance) -> Iterator[str]:
    least, most = instance.hub_range
    for network in document.networks:
        if network.permitted != (least <= network.hubs <= most):
            allowed = f"{least} to {most} hubs are allowed"
            yield f"{network_of(network.hubs)}: permitted: states {network.permitted}; {allowed}"
    numbers, today = [network.hubs for network in document.networks], len(instance.existing)
    if numbers != sorted(numbers):
        yield f"networks: have {', '.join(map(str, numbers))} hubs; they stand in the order of these numbers"
    if is_searched_as_one(instance):
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
    """Say where today's network, permitted and not the best, costs less than the runner-up of the range can."""
    today, best = document.networks[0], document.networks[-1]
    if best.runner_up is None or best.runner_up.bound is None or today.plan is None or today.objective is None:
        return
    is_other = today.permitted and best.plan is not None and set(today.plan.open_hubs) != set(best.plan.open_hubs)
    if is_other and best.runner_up.bound > today.objective + TOLERANCE * exactness(today.objective):
        hubs = " + ".join(today.plan.open_hubs)
        yield f"networks: runner_up.bound: {best.runner_up.bound} is over {today.objective}, what {hubs} costs"


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
        stray = [name for name in WITH_A_PLAN if getattr(document, name) is not None]
        if stray:
            yield f"{', '.join(stray)}: stated at the top level, but no permitted network has a plan"
    else:
        best = document.networks[networks.index(whole.best)]
        differing = [name for name in WITH_A_PLAN if getattr(document, name) != getattr(best, name)]
        for name in differing:
            yield f"{name}: the top level differs from the best permitted network, that of {best.hubs} hubs"
        if differing:
            claimed = best.model_copy(update={name: getattr(document, name) for name in WITH_A_PLAN})
            yield from (f"top level: {text}" for text in of_network(claimed, problem))
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
