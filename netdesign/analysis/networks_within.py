"""Find the networks within a margin of the best: the next best follows by leaving out those found before."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from netdesign.analysis.near_best import NearBest
from netdesign.analysis.network_searches import NetworkSearch, refuse_cheaper, with_bound
from netdesign.errors import DisagreementError
from netdesign.evaluate import evaluate
from netdesign.results.result import network_part
from netdesign.solve.auto import make_engine
from netdesign.solve.core.engine import SearchScope, keep_no_plan
from netdesign.solve.core.outcome import Phases, Solution, Termination

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.analysis.margin import Margin
    from netdesign.instance import Instance
    from netdesign.plan import Plan
    from netdesign.results.document import NetworkPart
    from netdesign.solve.core.engine import Engine, PricedPlan, Question

_OTHERS = "networks that are not listed"
"""Name in messages of those that the next one is the best of."""


class NetworksWithin(NearBest["NetworkPart"]):
    """The networks within a margin of the best, whatever their number of hubs.

    Parameters
    ----------
    question
        The problem.
    margin
        How much more a network may have than the best.
    most
        Number of networks at which the search ends; None for no end.
    earlier
        Networks that an earlier call has found, with the bounds of their searches.
    rest
        No permitted network but these has less, in the unit of the objective.
    begun
        A plan of another network, which that call has not proven to be the next best; None without one.

    Attributes
    ----------
    ending
        Why the last search stopped.
    """

    def __init__(
        self,
        question: Question,
        margin: Margin,
        most: int | None = None,
        earlier: Sequence[NetworkPart] = (),
        rest: float = -math.inf,
        begun: PricedPlan | None = None,
    ) -> None:
        super().__init__(margin, most, earlier, rest)
        self._question = question
        self.ending = Termination.OPTIMAL
        self._begun = begun
        self._searched: list[NetworkPart] = []

    @property
    def _known(self) -> list[NetworkPart]:
        """Those that are found, and the best so far of the search at hand."""
        return [*self.found, *self._searched]

    @staticmethod
    def _order(one: NetworkPart) -> tuple[float, int]:
        return one.objective or 0.0, one.hubs

    def search(self, on_found: Callable[[], None], keep: Callable[[], None] | None) -> None:
        """Find the next best network until none is left within the margin.

        Parameters
        ----------
        on_found
            Called with each network that is found.
        keep
            Called with each better plan of the search at hand, which is then listed; None where nobody asks.

        Raises
        ------
        SizeError
            The problem is too large.
        ContradictionError
            A plan costs less than what is stated to be proven.
        """
        engine = cache(partial(make_engine, self._question))
        while self._is_wanted:
            solution = self._next(engine, keep)
            self._searched, self._begun = [], None
            self.ending = solution.termination
            self._rest = max(self._rest, solution.bound)
            if solution.plan is not None:
                self._refuse_left_out(solution.plan)
                self.found.append(network_of(self._question, self._question.instance, solution))
                on_found()
            if self.ending.is_limit or solution.plan is None:
                return

    def _next(self, engine: Callable[[], Engine], keep: Callable[[], None] | None) -> Solution:
        """Return the best network that is not found yet."""
        question, instance = self._question, self._question.instance

        def keep_plan(plan: Plan | None, objective: float, bound: float) -> None:
            if plan is None:
                return
            unfinished = Solution(Termination.INTERRUPTED, plan, objective, max(bound, self._rest), Phases())
            # At once: with the plan as its bound, what is kept would look proven to the next call.
            refuse_cheaper(_OTHERS, self._rest, unfinished)
            unfinished = replace(unfinished, bound=min(unfinished.bound, objective))
            self._searched = [network_of(question, instance, unfinished)]
            if keep is not None:
                keep()

        search = NetworkSearch(question, instance.hub_range[1], engine, self._scope())
        solution = search.solve(self._begun, keep=keep_no_plan if keep is None else keep_plan)
        return with_bound(_OTHERS, self._rest, solution)

    def _refuse_left_out(self, plan: Plan) -> None:
        """Check that a plan is of another network than those that were left out.

        Raises
        ------
        DisagreementError
            It is not: a defect, as the search would never end.
        """
        if any(set(plan.open_hubs) == set(network.open_hubs) for network in self.found):
            message = f"the engine gives {'+'.join(plan.open_hubs)} again, though it was to leave it out"
            raise DisagreementError(message)

    def _scope(self) -> SearchScope:
        """Return the sets of hubs that are not found yet."""
        number = len(self.found) + 1
        found = tuple(tuple(network.open_hubs) for network in self.found)
        return SearchScope(excluded=found, task="best network" if number == 1 else f"network {number}")


def network_of(question: Question, instance: Instance, solution: Solution) -> NetworkPart:
    """Return the network of a solution, without what minima cost in it.

    Parameters
    ----------
    question
        The problem; its legs hold for other policies too.
    instance
        With the policies of the search.
    solution
        Its outcome.
    """
    plan, most = solution.plan, instance.hub_range[1]
    evaluation = None if plan is None else evaluate(instance, question.network, plan)
    return network_part(solution, evaluation, instance, most)
