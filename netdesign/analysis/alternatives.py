"""List all networks within a margin of the best, and say what the best one with or without some sites costs more."""

from __future__ import annotations

import math
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from netdesign.analysis.diverse import most_different
from netdesign.analysis.hub_changes import hub_changes, hub_of_cities
from netdesign.analysis.known_networks import is_answered
from netdesign.analysis.listeners import NO_LISTENERS, Listeners
from netdesign.analysis.networks_within import NetworksWithin, network_of
from netdesign.analysis.problem import SolveProblem, load_problem
from netdesign.analysis.record import check_earlier, record_of
from netdesign.analysis.within_limits import solved_in_time
from netdesign.errors import ContradictionError
from netdesign.instance.options import apply_condition
from netdesign.results.alternatives_document import (
    AgainstBestPart,
    AlternativePart,
    AlternativesDocument,
    ChoiceMethod,
    ConditionPart,
    DiversePart,
    MovePart,
)
from netdesign.results.document import CostsPart
from netdesign.results.part import RUNNING, finite, proven
from netdesign.results.result import plan_from_document
from netdesign.solve.auto import choose_engine, make_engine
from netdesign.solve.core.engine import PricedPlan, SearchScope
from netdesign.solve.core.outcome import Termination, relative_gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from netdesign.analysis.call import AlternativesCall
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named
    from netdesign.results.document import NetworkPart
    from netdesign.results.resuming import EarlierResult
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.limits import Watch

_KEPT_EVERY = 10.0
"""What is found is kept again after so many times the seconds that keeping it took: a long list is long to write."""


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
    begun = time.perf_counter()
    problem = load_problem(name_or_path, call)
    restricted = apply_condition(problem.instance, call.with_sites, call.without_sites)
    if earlier is not None:
        from netdesign.analysis.verify_alternatives import contradicted_alternatives

        check_earlier(earlier, call, problem, partial(contradicted_alternatives, call=call))
    question = problem.question(watch, listeners.progress, call.engine)
    answer = _Answer(call, question, record_of(name_or_path, call, problem, watch, choose_engine(question)), begun)
    listeners.begin(answer.document())
    if earlier is not None:
        answer.go_on_from(earlier.document)
    keep = _Keeping(listeners, answer.document) if listeners.keeps else None
    try:
        answer.search(restricted, keep)
    except ContradictionError as error:
        raise error if earlier is None else earlier.contradicted(error.message) from None
    return problem, answer.document()


class _Keeping:
    """Keeps the answer so far, but not so often that it takes much of the time."""

    def __init__(
        self, listeners: Listeners[AlternativesDocument], document: Callable[[], AlternativesDocument]
    ) -> None:
        self._listeners, self._document = listeners, document
        self._next_at = -math.inf

    def __call__(self) -> None:
        begun = time.monotonic()
        if begun >= self._next_at:
            self._listeners.keep(self._document().model_copy(update={"termination": RUNNING}))
            ended = time.monotonic()
            self._next_at = ended + _KEPT_EVERY * (ended - begun)


class _Answer:
    """What is found so far, and the document that states it."""

    def __init__(self, call: AlternativesCall, question: Question, recorded: dict[str, Any], begun: float) -> None:
        self._call, self._question, self._recorded, self._begun = call, question, recorded, begun
        self._read_s = time.perf_counter() - begun
        self._condition: NetworkPart | None = None
        self._within = NetworksWithin(question, call.within, call.most)

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

    def document(self) -> AlternativesDocument:
        """Return the result."""
        within, instance, call = self._within, self._question.instance, self._call
        networks = within.listed
        best = networks[0] if networks else None
        condition = None
        if best is not None and self._condition is not None:
            condition = condition_part(instance, best, self._condition, call.with_sites, call.without_sites)
        return AlternativesDocument(
            **self._recorded,
            **top_level(networks, call, within.others_bound, is_complete=within.is_complete),
            termination=self._ending(networks),
            networks=[alternative_part(best, network) for network in networks] if best is not None else [],
            condition=condition,
            diverse=None if call.diverse is None or not networks else diverse_part(instance, networks, call.diverse),
            times=self._times(),
        )

    def _ending(self, networks: Sequence[NetworkPart]) -> Termination:
        """Return why the searches stopped."""
        ends = [self._within.ending, *(network.termination for network in networks)]
        if self._condition is not None:
            ends.append(self._condition.termination)
        for end in (Termination.INTERRUPTED, Termination.TIME_LIMIT, Termination.SIZE_LIMIT):
            if end in ends:
                return end
        if not networks:
            return Termination.INFEASIBLE
        return Termination.GAP_REACHED if Termination.GAP_REACHED in ends else Termination.OPTIMAL

    def _times(self) -> dict[str, float]:
        total_s = time.perf_counter() - self._begun
        times = {"read_s": self._read_s, "search_s": total_s - self._read_s, "total_s": total_s}
        return {name: round(seconds, 6) for name, seconds in times.items()}


def satisfies(hubs: Iterable[str], opened: Iterable[str], closed: Iterable[str]) -> bool:
    """Return whether a network has all sites that have to be open, and none of those that may not be."""
    hubs = set(hubs)
    return hubs.issuperset(opened) and hubs.isdisjoint(closed)


def others_bound(document: AlternativesDocument) -> float:
    """Return what no permitted network that is not listed is under; infinite where there is none."""
    if document.others_bound is not None:
        return document.others_bound
    return math.inf if document.is_complete else -math.inf


def top_level(
    networks: Sequence[NetworkPart], call: AlternativesCall, others: float, *, is_complete: bool
) -> dict[str, Any]:
    """Return the top-level fields of a result that follow from its list.

    Parameters
    ----------
    networks
        The list, the best first.
    call
        Options of the call.
    others
        No permitted network that is not listed has less.
    is_complete
        Whether no other network can be within the margin.
    """
    objective = networks[0].objective if networks else None
    bound = min([others, *(proven(network) for network in networks)])
    return {
        "objective": objective,
        "bound": finite(bound),
        "gap": finite(relative_gap(objective, bound)),
        "limit": None if objective is None else finite(call.within.limit(objective)),
        "is_complete": is_complete,
        "others_bound": finite(others),
    }


def alternative_part(best: NetworkPart, network: NetworkPart) -> AlternativePart:
    """Return an entry of the list."""
    difference = (network.objective or 0.0) - (best.objective or 0.0)
    return AlternativePart(difference=difference, against_best=against_best(best, network), network=network)


def against_best(best: NetworkPart, network: NetworkPart) -> AgainstBestPart:
    """Return how a network with a plan differs from the best."""
    return AgainstBestPart(
        costs=_costs_against(best.costs, network.costs),
        opened=[hub for hub in network.open_hubs if hub not in best.open_hubs],
        closed=[hub for hub in best.open_hubs if hub not in network.open_hubs],
    )


def _costs_against(of_best: CostsPart | None, costs: CostsPart | None) -> CostsPart:
    if of_best is None or costs is None:
        raise AssertionError
    before, after = of_best.model_dump(), costs.model_dump()
    charged = {*before.pop("charges", {}), *after.pop("charges", {})}
    charges = {name: costs.charges.get(name, 0.0) - of_best.charges.get(name, 0.0) for name in sorted(charged)}
    return CostsPart(charges=charges, **{name: value - before[name] for name, value in after.items()})


def condition_part(
    instance: Instance, best: NetworkPart, network: NetworkPart, opened: Iterable[str], closed: Iterable[str]
) -> ConditionPart:
    """Return the best network under a condition, against the best of all.

    Parameters
    ----------
    instance
        Its cities and sites.
    best, network
        The best of all, and the best under the condition.
    opened, closed
        Ids of the sites that have to be, and may not be, open.
    """
    objective, of_best = network.objective, best.objective or 0.0
    at_most = math.inf if objective is None else objective - proven(best)
    changes = hub_changes(hub_of_cities(instance, best.plan), hub_of_cities(instance, network.plan))
    return ConditionPart(
        opened=list(opened),
        closed=list(closed),
        network=network,
        difference=None if objective is None else objective - of_best,
        difference_at_least=finite(proven(network) - of_best),
        difference_at_most=finite(at_most),
        against_best=None if network.plan is None else against_best(best, network),
        moves=[
            MovePart(city=move.city, from_hub=move.from_hub, to_hub=move.to_hub, volume_t_per_year=move.volume)
            for move in changes
        ],
    )


def diverse_part(instance: Instance, networks: Sequence[NetworkPart], number: int) -> DiversePart:
    """Return the networks of a list that differ most; sites that must open are in all of them and do not count."""
    free = [[hub for hub in network.open_hubs if hub not in instance.required] for network in networks]
    places, in_common, is_exact = most_different(free, number)
    method = ChoiceMethod.EXACT if is_exact else ChoiceMethod.GREEDY
    return DiversePart(places=[place + 1 for place in places], sites_in_common=in_common, method=method)
