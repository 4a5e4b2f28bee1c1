"""Solve a problem of one year: read it, find the networks, make the result."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from netdesign.analysis.best_by_hub_count import best_networks, steps_between
from netdesign.analysis.known_networks import KnownNetworks
from netdesign.analysis.linear import linear_reading
from netdesign.analysis.listeners import NO_LISTENERS, Listeners
from netdesign.analysis.network_searches import is_searched_as_one
from netdesign.analysis.read_question import contradictions_of, read_question
from netdesign.results.document import ResultDocument
from netdesign.results.part import RUNNING
from netdesign.results.result import top_level
from netdesign.solve.core.outcome import Phases, Termination
from netdesign.solve.core.shared_jobs import SharedJobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.call import Call
    from netdesign.analysis.network_searches import SolvedNetwork
    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.read_question import ReadQuestion
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named
    from netdesign.results.document import LinearPart, NetworkPart
    from netdesign.results.resuming import EarlierResult
    from netdesign.solve.core.limits import Watch

_NOTHING_TO_BOUND = (
    "note: --cluster: workers bound sets of hubs where policies couple the freight; here are none to bound"
)


def solve_problem(
    name_or_path: Named,
    call: Call,
    watch: Watch,
    listeners: Listeners[ResultDocument] = NO_LISTENERS,
    earlier: EarlierResult[ResultDocument] | None = None,
    cluster: str | None = None,
) -> tuple[SolveProblem, ResultDocument]:
    """Read a problem and find whether and where to open hubs.

    Parameters
    ----------
    name_or_path, call
        The instance, and the options of the call.
    watch, listeners
        Limits, and functions that are called during the search.
    earlier
        Result of an earlier call to go on from, or None.
    cluster
        Address of a Dask scheduler whose workers help to bound sets of hubs, or None.

    Raises
    ------
    InstanceError, UsageError
        The problem cannot be read, model or engine cannot state it, or the earlier call had another.
    ContradictionError
        What the earlier call left is false.
    SolverError
        A defect.
    """
    read = read_question(name_or_path, call, watch, listeners.progress, earlier, _contradicted)
    question, recorded = read.question, read.recorded
    listeners.tell(read.problem)
    if is_searched_as_one(question.instance):
        recorded["searched_as_one"] = question.instance.hub_range
    listeners.begin(_document([], recorded, {}))
    before = [] if earlier is None else earlier.document.networks
    known = KnownNetworks(before, watch.limits.relative_gap, _keeping(read, listeners))
    with (
        _helpers(cluster, read.engine, question.instance, partial(listeners.notify, watch)) as shared,
        contradictions_of(earlier),
    ):
        solved = best_networks(replace(question, shared=shared), known)
    times = _times(solved, read.read_s, read.total_s)
    linear, is_whole = linear_reading(question)
    if not is_whole:
        recorded["linear_ending"] = watch.ending
    if linear is not None:
        times |= {"linear_s": read.total_s - times["total_s"], "total_s": read.total_s}
    networks = [one.network for one in solved]
    if top_level(networks)["termination"] is Termination.INFEASIBLE and not read.problem.has_users_model:
        from netdesign.analysis.explain.answer import least_clash

        answered_s = read.total_s
        recorded["clash"] = least_clash(question)
        times |= {"clash_s": read.total_s - answered_s, "total_s": read.total_s}
    return read.problem, _document(networks, recorded, times, linear)


def _contradicted(document: ResultDocument, problem: SolveProblem) -> Iterator[str]:
    # Imported on use: few calls go on from an earlier one.
    from netdesign.analysis.verify_networks import contradicted_networks

    return contradicted_networks(document, problem)


def _keeping(read: ReadQuestion, listeners: Listeners[ResultDocument]) -> Callable[[list[NetworkPart]], None] | None:
    """Return what keeps the networks so far, as a result; None where nobody asks."""

    def keep(networks: list[NetworkPart]) -> None:
        document = _document(networks, read.recorded, {"read_s": read.read_s, "total_s": read.total_s})
        listeners.keep(document.model_copy(update={"termination": RUNNING}))

    return keep if listeners.keeps else None


@contextmanager
def _helpers(
    cluster: str | None, engine: str, instance: Instance, notify: Callable[[str], None]
) -> Iterator[SharedJobs | None]:
    """Yield what shares sets of hubs with the workers of a cluster; None, with a notice, where they have nothing to do.

    Raises
    ------
    UsageError
        Dask is not installed, or no scheduler answers at the address.
    """
    if cluster is None:
        yield None
        return
    # Imported on use: Dask takes half a second.
    from netdesign.solve.coupled.freight import is_coupled_by_policies
    from netdesign.solve.multistage.pricing_cluster import Cluster

    shared = SharedJobs(Cluster(cluster), notify, "sets are bounded")
    try:
        if engine != "enumeration" or instance.chooses_links or not is_coupled_by_policies(instance):
            notify(_NOTHING_TO_BOUND)
        yield shared
    finally:
        shared.dismiss()


def _document(
    networks: list[NetworkPart], recorded: dict[str, Any], times: dict[str, float], linear: LinearPart | None = None
) -> ResultDocument:
    return ResultDocument(
        networks=networks,
        **top_level(networks),
        steps=steps_between(networks),
        linear=linear,
        times={name: round(seconds, 6) for name, seconds in times.items()},
        **recorded,
    )


def _times(solved: list[SolvedNetwork], read_s: float, total_s: float) -> dict[str, float]:
    phases = sum((one.solution.phases for one in solved), Phases())
    return {
        "read_s": read_s,
        "load_s": phases.load_s,
        "build_s": phases.build_s,
        "hand_over_s": phases.hand_over_s,
        "solve_s": phases.solve_s,
        "runner_up_and_minima_s": max(0.0, total_s - read_s - phases.total_s),
        "total_s": total_s,
    }
