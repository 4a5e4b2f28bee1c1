"""The bounds and objectives of a result proven again, by another engine than the one that found them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netdesign.analysis.verify import TOLERANCE, Verification, differs, judged_instance
from netdesign.analysis.whether import MOST_NUMBERS
from netdesign.errors import InstanceError, UsageError
from netdesign.instance.options import fix_hubs
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.outcome import Phases, Solution, Termination, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.problem import Problem
    from netdesign.solve.document import NetworkPart, ResultDocument, RunnerUpPart
    from netdesign.solve.limits import Watch
    from netdesign.solve.outcome import Progress


def prove(
    problem: Problem, document: ResultDocument, watch: Watch, listen: Callable[[Progress], None] = silent
) -> Verification:
    """Solve every network of a result again with the enumeration engine and compare bounds and objectives.

    Raises
    ------
    UsageError
        More sets of hubs than enumeration is made for.
    """
    found: list[str] = []
    proofs: list[str] = []
    least, most = problem.instance.hub_range
    for network in document.networks:
        name = f"network of {network.hubs} hubs"
        # A wide range of numbers was searched as one; so is its proof.
        is_whole = most - least >= MOST_NUMBERS and network is document.networks[-1]
        numbers = range(least, most + 1) if is_whole else range(network.hubs, network.hubs + 1)
        again, how = _solve_again(problem, network, numbers, watch, listen)
        found += [f"{name}: {text}" for text in _contradicted(network, again.objective, again.bound)]
        proofs.append(f"{name}: {how}; {_proof_words(again)}")
        if network.runner_up is not None and network.runner_up.objective is not None:
            found += [f"{name}: {text}" for text in _runner_up(problem, network.runner_up, watch, listen)]
    return Verification(tuple(found), tuple(proofs))


def _solve_again(
    problem: Problem, network: NetworkPart, numbers: range, watch: Watch, listen: Callable[[Progress], None]
) -> tuple[Solution, str]:
    try:
        instance = judged_instance(network, problem.instance)
    except InstanceError:
        # The policies contradict today's hubs on the data alone.
        return Solution(Termination.INFEASIBLE, None, None, math.inf, Phases()), "checked against the policies"
    engine = Enumeration(instance, problem.network, problem.formulation, watch, listen)
    again = engine.solve(numbers)
    sets = engine.sets(numbers)
    return again, f"{sets} {_sets(sets)} enumerated, {engine.operated} of them operated exactly"


def _sets(number: int) -> str:
    return "set of hubs" if number == 1 else "sets of hubs"


def _runner_up(
    problem: Problem, runner_up: RunnerUpPart, watch: Watch, listen: Callable[[Progress], None]
) -> Iterator[str]:
    """Operate the runner-up again: its cost is stated without a plan that could be priced."""
    try:
        fixed = fix_hubs(problem.instance, runner_up.open_hubs)
    except (UsageError, InstanceError) as error:
        yield f"runner_up.open_hubs: may not stand together: {error.message}"
        return
    engine = Monolithic(fixed, problem.network, problem.formulation, watch, listen)
    again = engine.solve(task=f"operating {'+'.join(runner_up.open_hubs)}")
    if again.termination is Termination.INFEASIBLE:
        yield f"runner_up: {' + '.join(runner_up.open_hubs)} is infeasible"
    elif again.termination is Termination.OPTIMAL and differs(runner_up.objective, again.objective):
        yield f"runner_up.objective: states {runner_up.objective}; its hubs do it for {again.objective:.2f} EUR/year"


def _contradicted(network: NetworkPart, objective: float | None, bound: float) -> Iterator[str]:
    if objective is not None:
        if network.bound is not None and network.bound > objective * (1 + TOLERANCE):
            yield f"bound: states {network.bound:.2f}; another engine has a plan of {objective:.2f} EUR/year"
        if network.termination is Termination.INFEASIBLE:
            yield f"termination: states infeasible; another engine has a plan of {objective:.2f} EUR/year"
        if network.termination is Termination.OPTIMAL and differs(network.objective, objective):
            yield f"objective: states optimal at {network.objective}; another engine has {objective:.2f} EUR/year"
    if network.objective is not None and network.objective < bound * (1 - TOLERANCE):
        yield f"objective: states {network.objective:.2f}; another engine proves that nothing is under {bound:.2f}"


def _proof_words(again: Solution) -> str:
    if again.termination is Termination.INFEASIBLE:
        return "none is feasible"
    if again.objective is None:
        return "stopped before the first plan"
    how = again.termination.value.replace("_", " ")
    return f"best {again.objective:,.2f}, bound {again.bound:,.2f} EUR/year ({how})"
