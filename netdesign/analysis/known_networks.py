"""What is known of the networks of a question: from an earlier call, and from this one so far."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netdesign.analysis.network_searches import TIE, SolvedNetwork, network_of, refuse_cheaper
from netdesign.evaluate import evaluate
from netdesign.results.named_plan import plan_from_document
from netdesign.results.part import proven
from netdesign.solve.core.engine import PricedPlan, keep_no_plan
from netdesign.solve.core.outcome import OPTIMAL_GAP, Phases, Solution, Termination, relative_gap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.analysis.network_searches import NetworkSearch
    from netdesign.plan import Plan
    from netdesign.results.document import NetworkPart, RunnerUpPart

_NOTHING = Solution(Termination.INTERRUPTED, None, None, -math.inf, Phases())
"""What is known before the search, should the call be killed."""


class KnownNetworks:
    """Keeps the networks of a question, and takes over those that an earlier call has answered.

    Parameters
    ----------
    earlier
        Networks of an earlier call about the same question, which the referee has checked; nothing without one.
    gap
        Relative gap at which a search may end.
    keep
        Called with all networks whenever more is known of one; None where nobody asks.
    """

    def __init__(
        self,
        earlier: Sequence[NetworkPart] = (),
        gap: float = OPTIMAL_GAP,
        keep: Callable[[list[NetworkPart]], None] | None = None,
    ) -> None:
        self._earlier, self._gap, self._on_more = list(earlier), max(gap, TIE), keep
        self._networks: list[NetworkPart] = []

    def begin(self, searches: Sequence[NetworkSearch]) -> None:
        """Take the searches that are to be made, in their order."""
        self._networks = self._earlier or [one.unfinished(_NOTHING) for one in searches]

    def answer(self, place: int, search: NetworkSearch) -> SolvedNetwork:
        """Return the best network of a search: as the earlier call has answered it, or from its best plan on.

        Raises
        ------
        ContradictionError
            A plan costs less than what the earlier call states to be proven.
        """
        before, start = _NOTHING, None
        if self._earlier:
            before = _solution(self._earlier[place], search)
            if is_answered(self._earlier[place], self._gap):
                return self._as_before(place, search, before)
        if before.plan is not None:
            instance, network = search.question.instance, search.question.network
            start = PricedPlan(before.plan, evaluate(instance, network, before.plan).objective)

        def keep(plan: Plan | None, objective: float, bound: float) -> None:
            if plan is None and start is not None:
                return
            at = None if plan is None else objective
            found = Solution(Termination.INTERRUPTED, plan, at, max(bound, before.bound), Phases())
            # At once: with the plan as its bound, what is kept would look proven to the next call.
            refuse_cheaper(network_of(search.number), before.bound, found)
            self.learn(place, search.unfinished(found))

        solution = search.solve(start, before.bound, keep_no_plan if self._on_more is None else keep)
        found = search.network(solution)
        self.learn(place, found.network)
        return found

    def bound(self, place: int) -> float:
        """Return what an earlier call has proven of a network, in the unit of the objective; -inf for nothing."""
        return proven(self._earlier[place]) if self._earlier else -math.inf

    def learn(self, place: int, network: NetworkPart) -> None:
        """Take up what is found of a network."""
        self._networks = [*self._networks[:place], network, *self._networks[place + 1 :]]
        if self._on_more is not None:
            self._on_more(self._networks)

    def has_runner_up(self, network: NetworkPart) -> bool:
        """Return whether an earlier call has answered which the runner-up of a network is."""
        return network.runner_up is not None and is_answered(network.runner_up, self._gap)

    def _as_before(self, place: int, search: NetworkSearch, solution: Solution) -> SolvedNetwork:
        before = self._earlier[place]
        if "minima" not in before.unfinished:
            return SolvedNetwork(before, solution)
        found = search.network(solution)
        ended = before.unfinished | found.network.unfinished
        if "minima" not in found.network.unfinished:
            del ended["minima"]
        return found.with_changes(runner_up=before.runner_up, unfinished=ended)


def is_answered(found: NetworkPart | RunnerUpPart, asked: float) -> bool:
    """Return whether a search is complete, to the gap that is asked for."""
    if found.termination is Termination.INFEASIBLE:
        return True
    gap = relative_gap(found.objective, proven(found))
    return not found.termination.is_limit and gap is not None and gap <= asked


def _solution(network: NetworkPart, search: NetworkSearch) -> Solution:
    plan = None if network.plan is None else plan_from_document(network.plan, search.question.instance)
    return Solution(network.termination, plan, network.objective, proven(network), Phases())
