"""Solve a problem of one year: read it, find the networks, make the result."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from netdesign.analysis.best_by_hub_count import best_networks, steps_between
from netdesign.analysis.linear import linear_reading
from netdesign.analysis.problem import SolveProblem, load_problem, versions
from netdesign.instance.published.reading import name_of
from netdesign.results.document import EngineFact, InstancePart, ResultDocument
from netdesign.results.result import top_level
from netdesign.solve.auto import choose_engine
from netdesign.solve.core.outcome import Phases, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.analysis.best_by_hub_count import SolvedNetwork
    from netdesign.analysis.call import Call
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named
    from netdesign.solve.core.engine import Engine
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress
    from netdesign.solve.registry import Choice


def solve_problem(
    name_or_path: Named, call: Call, watch: Watch, listen: Callable[[Progress], None] = silent
) -> tuple[SolveProblem, ResultDocument]:
    """Read a problem and find whether and where to open hubs.

    Parameters
    ----------
    name_or_path, call
        The instance, and the options of the call.
    watch, listen
        Limits, and the function that is called with each ``Progress``.

    Raises
    ------
    InstanceError, UsageError
        The problem cannot be read, or model or engine cannot state it.
    SolverError
        A defect.
    """
    begun = time.perf_counter()
    problem = load_problem(name_or_path, call)
    read = time.perf_counter()
    question = problem.question(watch, listen, call.engine)
    choice = choose_engine(question)
    solved = best_networks(question)
    answered = time.perf_counter()
    linear = linear_reading(question)
    limits = watch.limits
    times = _times(solved, read - begun, answered - read)
    if linear is not None:
        times["linear_s"] = time.perf_counter() - answered
        times["total_s"] += times["linear_s"]
    networks = [one.network for one in solved]
    instance = InstancePart(name=problem.instance.name, digest=problem.instance.digest, warnings=list(problem.warnings))
    document = ResultDocument(
        instance=instance,
        networks=networks,
        **top_level(networks),
        steps=steps_between(networks),
        linear=linear,
        options=call.to_record() | limits.to_record(),
        problem=problem.record,
        engine=_engine_record(choice, problem),
        reader={"format_in": call.reading.format_in, "instance": name_of(name_or_path), **call.reading.options},
        versions=versions(),
        times={name: round(seconds, 6) for name, seconds in times.items()},
    )
    return problem, document


def _engine_record(choice: Choice[Instance, Engine], problem: SolveProblem) -> dict[EngineFact, str]:
    record: dict[EngineFact, str] = {"name": choice.name}
    if choice.needs_model:
        record["model"] = problem.formulation.__name__.rsplit(".", 1)[-1]
    return record | {"reason": choice.reason}


def _times(solved: list[SolvedNetwork], read_s: float, networks_s: float) -> dict[str, float]:
    phases = sum((one.solution.phases for one in solved), Phases())
    return {
        "read_s": read_s,
        "load_s": phases.load_s,
        "build_s": phases.build_s,
        "hand_over_s": phases.hand_over_s,
        "solve_s": phases.solve_s,
        "runner_up_and_minima_s": max(0.0, networks_s - phases.total_s),
        "total_s": read_s + networks_s,
    }
