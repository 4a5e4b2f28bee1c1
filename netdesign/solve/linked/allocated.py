"""Single allocation with chosen hub links: sets of hubs bounded with all links, and branches over the links of those left.

With links given, what it costs from hub to hub is the cheapest way over them; then cities are allocated as where all hubs
are joined. Cities with several hubs cost no more, nor do more links: both bound what is not allocated yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.best_first import Best
from netdesign.solve.core.referee_check import checked_objective
from netdesign.solve.core.search_state import for_each
from netdesign.solve.coupled.search import ENGINE, ListedSearch
from netdesign.solve.coupled.waiting import Stage
from netdesign.solve.kernels.names import NOBODY
from netdesign.solve.linked.allocated_links import AllocatedLinks
from netdesign.solve.linked.plans import linked_plan
from netdesign.solve.linked.prices import LinkedPrices
from netdesign.solve.single.set_allocation import SetAllocation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.waiting import ListedSets
    from netdesign.solve.single.set_allocation import Allocated

    Hubs = NDArray[np.int32]
    Floats = NDArray[np.float64]
    Positions = NDArray[np.intp]

_AT_ONCE = 16
"""Sets that a call of the loop bounds before the clock is read: some hundredths of a second where there are many cities."""


class LinkedAllocationSearch(ListedSearch):
    """Searches sets of hubs with chosen links where each city has one hub.

    Parameters
    ----------
    question
        A problem in which nothing else couples the freight.
    state
        Clock of the first search.
    """

    def __init__(self, question: Question, state: SearchState) -> None:
        self._linked = LinkedPrices(question.instance, question.network, state)
        super().__init__(question, self._linked.matrices, state)
        self._operated = 0
        self._dearest = self._linked.ceiling
        self._allocation = SetAllocation(question.instance, self._linked.matrices, state)
        self._links = AllocatedLinks(self._linked, self._allocation, state)

    @property
    def operated(self) -> int:
        """Number of plans that were computed."""
        return self._operated

    def _priced(self, sets: Hubs, worth: float) -> Floats:
        """Return what no choice of links is under where cities may have several hubs, EUR/year, shape (sets,)."""
        return self._linked.of_sets(sets, worth)

    def _bound(self, listed: ListedSets, places: Positions, cut_off: float) -> None:
        """Bound some sets of a list with all their links, each city having one hub."""
        bound = np.empty(len(places))

        def fill(part: slice) -> None:
            bound[part] = self._links.bounds(listed.sets[places[part]], cut_off)

        for_each([slice(start, start + _AT_ONCE) for start in range(0, len(places), _AT_ONCE)], fill, self._state)
        listed.learn(places, bound, Stage.BOUNDED)

    def _operate(self, listed: ListedSets, place: int) -> None:
        """Find the best links and allocation of a set, and settle it; what costs the cut-off is not wanted."""
        hubs, cut_off, best = listed.sets[place], self._state.cut_off, None
        branches = self._links.branches(hubs, cut_off)
        while not branches.is_over:
            if self._state.is_over:
                raise TimeoutError
            links = branches.look_on(cut_off)
            found = None if links is None else self._allocation.best(hubs, cut_off - links.cost, branches.legs)
            if links is not None and found is not None:
                best = self._kept(hubs, links.links, found, found.cost + links.cost)
                cut_off = min(cut_off, self._state.cut_off)
        if best is None:
            listed.learn(place, cut_off, Stage.BOUNDED)
            return
        self._refuse_over_plan(tuple(hubs.tolist()), float(listed.bound[place]))
        listed.learn(place, best.cost, Stage.SETTLED)

    def _kept(self, hubs: Hubs, links: Positions, found: Allocated, stated: float) -> Best:
        """Keep a better plan of a set, with its price by the referee, and take it up."""
        self._operated += 1
        instance, network = self._instance, self._question.network
        hub_of = np.full(len(instance.nodes), NOBODY)
        hub_of[self._allocation.city] = np.searchsorted(hubs, found.hub_of)
        plan = linked_plan(instance, network, hubs, links, hub_of)
        cost = checked_objective(instance, network, plan, stated, ENGINE)
        self._best[tuple(hubs.tolist())] = best = Best(plan, cost)
        self._take_up(best)
        return best
