"""List all networks within a margin of the best, and say what the best one with or without some sites costs more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from netdesign.analysis.alternative_parts import (
    alternative_part,
    condition_part,
    diverse_part,
    others_bound,
    satisfies,
    top_level,
)
from netdesign.analysis.known_networks import is_answered
from netdesign.analysis.listeners import NO_LISTENERS, Keeping, Listeners
from netdesign.analysis.near_best import cheaper_known, ending_of
from netdesign.analysis.networks_within import NetworksWithin, network_of
from netdesign.analysis.read_question import contradictions_of, read_question
from netdesign.analysis.stated_result import StatedResult
from netdesign.analysis.within_limits import solved_in_time
from netdesign.instance.options import apply_condition, check_condition
from netdesign.results.alternatives_document import AlternativesDocument
from netdesign.results.named_plan import plan_from_document
from netdesign.results.part import finite, proven
from netdesign.solve.auto import make_engine
from netdesign.solve.core.engine import PricedPlan, SearchScope
from netdesign.solve.core.outcome import relative_gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netdesign.analysis.call import AlternativesCall
    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.read_question import ReadQuestion
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named
    from netdesign.results.document import NetworkPart
    from netdesign.results.resuming import EarlierResult
    from netdesign.solve.core.limits import Watch


def list_alternatives(
    name_or_path: Named,
    call: AlternativesCall,
    watch: Watch,
    listeners: Listeners[AlternativesDocument] = NO_LISTENERS,
    earlier: EarlierResult[AlternativesDocument] | None = None,
) -> tuple[SolveProblem, AlternativesDocument]:
    """Read a problem and find all networks within a margin of the best.

    Parameters
    ----------
    name_or_path, call
        The instance, and the options of the call.
    watch, listeners
        Limits, and functions that are called during the search.
    earlier
        Result of an earlier call to go on from, or None.

    Raises
    ------
    InstanceError, UsageError
        The problem cannot be read, an engine cannot state it, an option contradicts it; or the earlier call had
        another.
    ContradictionError
        What the earlier call left is false.
    SolverError
        A defect.
    """
    read = read_question(
        name_or_path, call, watch, listeners.progress, earlier, partial(_contradicted, name_or_path, call)
    )
    listeners.tell(read.problem)
    check_condition(read.problem.instance, call.hub_options, call.with_sites, call.without_sites)
    restricted = apply_condition(read.problem.instance, call.with_sites, call.without_sites)
    answer = _Answer(call, read)
    listeners.begin(answer.document())
    if earlier is not None:
        answer.go_on_from(earlier.document)
    keep = Keeping(listeners, answer.document) if listeners.keeps else None
    with contradictions_of(earlier):
        answer.search(restricted, keep)
    return read.problem, answer.document()


def _contradicted(
    name_or_path: Named, call: AlternativesCall, document: AlternativesDocument, problem: SolveProblem
) -> Iterator[str]:
    # Imported on use: few calls go on from an earlier one.
    from netdesign.analysis.verify_alternatives import contradicted_alternatives

    return contradicted_alternatives(StatedResult(name_or_path, document, problem, call))


class _Answer:
    """What is found so far, and the document that states it."""

    def __init__(self, call: AlternativesCall, read: ReadQuestion) -> None:
        self._call, self._read, self._question = call, read, read.question
        self._condition: NetworkPart | None = None
        self._within = NetworksWithin(read.question, call.within, call.most)

    def go_on_from(self, earlier: AlternativesDocument) -> None:
        """Take over what an earlier call has found; a network that is not answered to the gap is begun with."""
        listed, gap = [one.network for one in earlier.networks], self._question.watch.limits.relative_gap
        found = [network for network in listed if is_answered(network, gap)]
        undecided = [network for network in listed if not is_answered(network, gap)]
        rest = min([others_bound(earlier), *map(proven, undecided)])
        begun = None
        if undecided and undecided[0].plan is not None:
            plan = plan_from_document(undecided[0].plan, self._question.instance)
            begun = PricedPlan(plan, undecided[0].objective or 0.0)
        self._within = NetworksWithin(self._question, self._call.within, self._call.most, found, rest, begun)
        condition = earlier.condition
        if condition is not None and is_answered(condition.network, gap):
            self._condition = condition.network

    def search(self, restricted: Instance, keep: Callable[[], None] | None) -> None:
        """Find the best network, then that under the condition of the call, then the others within the margin.

        Parameters
        ----------
        restricted
            The instance with the condition of the call.
        keep
            Called whenever more is found; None where nobody asks.
        """

        def on_found() -> None:
            self._look_under_condition(restricted)
            if keep is not None:
                keep()

        self._within.search(on_found, keep)
        # An earlier call may have left nothing else to be found.
        self._look_under_condition(restricted)

    def _look_under_condition(self, restricted: Instance) -> None:
        """Find the best network under the condition of the call, unless it is known."""
        call, networks = self._call, self._within.listed
        if not call.has_condition or self._condition is not None or not networks:
            return
        if satisfies(networks[0].open_hubs, call.with_sites, call.without_sites):
            self._condition = networks[0]
            return
        question = self._question.with_instance(restricted)
        task = " ".join(
            f"{word} {'+'.join(sites)}"
            for word, sites in (("with", call.with_sites), ("without", call.without_sites))
            if sites
        )
        solution = solved_in_time(question, lambda: make_engine(question), SearchScope(task=f"best {task}"))
        self._condition = network_of(question, restricted, solution)

    def _best_under_condition(self, found: NetworkPart, networks: Sequence[NetworkPart]) -> NetworkPart:
        """Return the outcome of the search under the condition, with a network of the list where that costs less."""
        call = self._call
        listed = (one for one in networks if satisfies(one.open_hubs, call.with_sites, call.without_sites))
        known = cheaper_known(found, listed)
        if known is None or known.objective is None:
            return found
        bound = min(proven(found), known.objective)
        gap = relative_gap(known.objective, bound)
        ended = {"termination": found.termination, "bound": finite(bound), "gap": finite(gap)}
        return known.model_copy(update=ended)

    def document(self) -> AlternativesDocument:
        """Return the result."""
        within, instance, call = self._within, self._question.instance, self._call
        networks = within.listed
        best = networks[0] if networks else None
        condition = None
        if best is not None and self._condition is not None:
            under = self._best_under_condition(self._condition, networks)
            condition = condition_part(instance, best, under, call.with_sites, call.without_sites)
        return AlternativesDocument(
            **self._read.recorded,
            **top_level(networks, call, within.others_bound, is_complete=within.is_complete),
            termination=ending_of(networks, within.ending, self._condition, is_complete=within.is_complete),
            networks=[alternative_part(best, network) for network in networks] if best is not None else [],
            condition=condition,
            diverse=None if call.diverse is None or not networks else diverse_part(instance, networks, call.diverse),
            times=self._times(),
        )

    def _times(self) -> dict[str, float]:
        total_s, read_s = self._read.total_s, self._read.read_s
        times = {"read_s": read_s, "search_s": total_s - read_s, "total_s": total_s}
        return {name: round(seconds, 6) for name, seconds in times.items()}
