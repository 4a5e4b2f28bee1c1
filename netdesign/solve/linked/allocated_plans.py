"""The best links of a set of hubs with the allocation of cities over them, where each city has one hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.best_first import Best
from netdesign.solve.core.referee_check import checked_objective
from netdesign.solve.coupled.search import ENGINE
from netdesign.solve.kernels.names import NOBODY
from netdesign.solve.linked.plans import linked_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.linked.allocated_links import AllocatedLinks
    from netdesign.solve.single.set_allocation import Allocated, SetAllocation

    Hubs = NDArray[np.int32]
    Positions = NDArray[np.intp]


class AllocatedPlans:
    """Finds the best plans of sets of hubs, with their links.

    Parameters
    ----------
    question
        The problem.
    allocation, links
        Allocate cities over links, and choose links.
    take
        Told of each plan that is the best of its set so far.
    state
        Clock of the search.

    Attributes
    ----------
    best
        The best plan of each set so far, by its hubs.
    operated
        Number of plans that were computed.
    state
        Of the search at hand.
    """

    def __init__(
        self,
        question: Question,
        allocation: SetAllocation,
        links: AllocatedLinks,
        take: Callable[[Best], None],
        state: SearchState,
    ) -> None:
        self._question, self._allocation, self._links, self._take = question, allocation, links, take
        self.best: dict[tuple[int, ...], Best] = {}
        self.operated, self.state = 0, state

    def best_of(self, hubs: Hubs, cut_off: float, most: int | None = None) -> Best | None:
        """Return the best plan of a set that costs less than the cut-off, EUR/year; None where there is none.

        Parameters
        ----------
        hubs
            Ascending positions.
        cut_off
            EUR/year.
        most
            How often branches over links are looked at, and parts of the allocations over each choice, for a good plan;
            None for all of them, and the best plan.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        best, looked_at = None, 0
        branches = self._links.branches(hubs, cut_off)
        while not branches.is_over and looked_at != most:
            if self.state.is_over:
                raise TimeoutError
            links, looked_at = branches.look_on(cut_off), looked_at + 1
            found = None if links is None else self._allocation.best(hubs, cut_off - links.cost, branches.legs, most)
            if links is not None and found is not None:
                best = self._kept(hubs, links.links, found, found.cost + links.cost)
                cut_off = min(cut_off, best.cost, self.state.cut_off)
        return best

    def _kept(self, hubs: Hubs, links: Positions, found: Allocated, stated: float) -> Best:
        """Keep a better plan of a set, with its price by the referee, and tell of it."""
        self.operated += 1
        instance, network = self._question.instance, self._question.network
        hub_of = np.full(len(instance.nodes), NOBODY)
        hub_of[self._allocation.city] = np.searchsorted(hubs, found.hub_of)
        plan = linked_plan(instance, network, hubs, links, hub_of)
        cost = checked_objective(instance, network, plan, stated, ENGINE)
        best = Best(plan, cost)
        known = self.best.get(tuple(hubs.tolist()))
        if known is None or cost < known.cost:
            self.best[tuple(hubs.tolist())] = best
        self._take(best)
        return best
