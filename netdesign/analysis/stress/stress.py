"""Put the best networks of an instance under stress: failures, and drawn worlds."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from netdesign.analysis.listeners import NO_LISTENERS, Listeners
from netdesign.analysis.moved import MovedProblem
from netdesign.analysis.read_question import read_question
from netdesign.analysis.stress.draws import check_draws, look_at_draws
from netdesign.analysis.stress.failures import check_objective, look_at_failures
from netdesign.analysis.stress.networks import check_named, networks_to_look_at
from netdesign.results.stress_document import StressDocument
from netdesign.solve.core.outcome import Termination, relative_gap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.read_question import ReadQuestion
    from netdesign.analysis.stress.call import StressCall
    from netdesign.analysis.stress.networks import Listed
    from netdesign.instance.published.reading import Named
    from netdesign.results.document import NetworkPart
    from netdesign.results.stress_draws import DrawsPart
    from netdesign.results.stress_failures import FailuresPart
    from netdesign.solve.core.limits import Watch


def stress_networks(
    name_or_path: Named,
    call: StressCall,
    watch: Watch,
    listeners: Listeners[StressDocument] = NO_LISTENERS,
) -> tuple[SolveProblem, StressDocument]:
    """Read a problem, find its best networks, and look at what becomes of them.

    Parameters
    ----------
    name_or_path, call
        The instance, and the options of the call.
    watch, listeners
        Limits, and functions that are called during the search.

    Raises
    ------
    InstanceError, UsageError
        The problem cannot be read, an engine cannot state it, an option contradicts it, or there is nothing to draw.
    SolverError
        A defect.
    """
    read = read_question(name_or_path, call, watch, listeners.progress)
    instance, question = read.problem.instance, read.question
    asked = call.asked_of(instance)
    check_named(asked, instance)
    check_draws(asked, instance)
    if asked.failures:
        check_objective(question.instance)
    listeners.tell(read.problem)
    listed = networks_to_look_at(question, asked)
    failures, draws, ends_s = None, None, [read.read_s, read.total_s]
    if asked.failures and listed.networks:
        failures = look_at_failures(question, listed, asked)
    ends_s.append(read.total_s)
    if asked.draws is not None and listed.networks:
        moved = MovedProblem(name_or_path, call, read.problem, question)
        draws = look_at_draws(moved, listed.networks, asked)
    ends_s.append(read.total_s)
    return read.problem, _document(read, listed, failures, draws, ends_s)


def _document(
    read: ReadQuestion,
    listed: Listed,
    failures: FailuresPart | None,
    draws: DrawsPart | None,
    ends_s: Sequence[float],
) -> StressDocument:
    """Return the result; ``ends_s`` has when reading, the search for networks, failures and draws ended."""
    networks = listed.networks
    parts = [part for part in (failures, draws) if part is not None]
    endings = [listed.ending, *(one.termination for one in (*networks, *parts))]
    spent = dict(
        zip(("search_s", "failures_s", "draws_s"), (b - a for a, b in itertools.pairwise(ends_s)), strict=True)
    )
    times = {"read_s": read.read_s, **spent, "total_s": ends_s[-1]}
    return StressDocument(
        **read.recorded,
        **best_of(networks),
        termination=ending_of(endings, has_networks=bool(networks)),
        networks=networks,
        others_bound=listed.others_bound,
        failures=failures,
        draws=draws,
        times={name: round(seconds, 6) for name, seconds in times.items()},
    )


def best_of(networks: list[NetworkPart]) -> dict[str, float | None]:
    """Return objective, bound and gap of the best network at the present values, as the top level states them."""
    objective, bound = (networks[0].objective, networks[0].bound) if networks else (None, None)
    gap = None if bound is None else relative_gap(objective, bound)
    return {"objective": objective, "bound": bound, "gap": gap}


def ending_of(endings: list[Termination], *, has_networks: bool) -> Termination:
    """Return why the whole call stopped."""
    for end in (Termination.INTERRUPTED, Termination.TIME_LIMIT, Termination.SIZE_LIMIT):
        if end in endings:
            return end
    if not has_networks:
        return Termination.INFEASIBLE
    return Termination.GAP_REACHED if Termination.GAP_REACHED in endings else Termination.OPTIMAL
