"""Single allocation with chosen hub links where not all sets can be listed: branch and cut over sets with all links.

With all links of any sites the network is complete, so that its relaxation bounds the sets, room of hubs included. What
it leaves is listed, bounded by its own links, and the best links and allocation of what is left then are found.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.neighbourhood import SiteHeuristic, first_better
from netdesign.solve.branch_cut.remaining_sets import RemainingSets
from netdesign.solve.branch_cut.site_relaxation import Decision, fixed_by_reduced_costs
from netdesign.solve.core.route_matrices import IMPOSSIBLE
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.linked.tolls import closed_ways
from netdesign.solve.multiple.heuristic import MultipleHeuristic
from netdesign.solve.multiple.prices import BestRoutePrices
from netdesign.solve.single.heuristic import SingleHeuristic
from netdesign.solve.single.problem import allocation_problem
from netdesign.solve.single.search import SingleBranchCut

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.branch_cut.search import SearchNode
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.linked.allocated_links import AllocatedLinks
    from netdesign.solve.linked.allocated_plans import AllocatedPlans
    from netdesign.solve.linked.prices import LinkedPrices
    from netdesign.solve.single.problem import AllocationProblem
    from netdesign.solve.single.relaxation import AllocationPoint

    Hubs = NDArray[np.int32]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

MOST_LEFT = 20_000
"""Sets that a point may leave to be listed: bounding them takes about as long as some rounds of cuts."""

_FEW_TRIED = 4
"""Choices of links, and sets near one, that are tried for a good plan."""

_AT_ONCE = 64
"""Sets of a list that are bounded before the best of them are operated: a better plan leaves fewer of the next."""


class ManySets:
    """Searches many sets of hubs.

    Parameters
    ----------
    instance, network
        The problem.
    linked, links, plans
        Prices and bounds of sets with their links, and their best plans.
    """

    def __init__(
        self, instance: Instance, network: Network, linked: LinkedPrices, links: AllocatedLinks, plans: AllocatedPlans
    ) -> None:
        self._linked, self._links, self._plans = linked, links, plans
        way = closed_ways(linked.matrices.legs.between, linked.most_on_a_route)
        self._matrices = replace(linked.matrices, legs=linked.matrices.legs._replace(between=way))
        self._problem = allocation_problem(instance, network, np.where(way < IMPOSSIBLE, way, np.inf))

    def run(self, rules: HubRules, state: SearchState) -> None:
        """Search all permitted sets.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        problem = self._problem
        rules = replace(rules, least=max(rules.least, problem.least_hubs))
        if rules.least > rules.most or (rules.certain & ~problem.can_open).any():
            state.exhausted()
            return
        state.ceiling = self._linked.ceiling
        looked = LookedAt(self._linked, self._links, self._plans, state)
        hubs, hub_of = self._likely(rules, state)
        heuristic = LinkedSetHeuristic(looked, rules, state)
        heuristic.improve(hubs)
        LinkedBranchCut(problem, rules, heuristic, state, looked, hub_of).run()

    def _likely(self, rules: HubRules, state: SearchState) -> tuple[Hubs, NDArray[np.intp] | None]:
        """Return the hubs of a good plan with all links, and the position of each city's; None where none was found."""
        aside = state.without_listener()
        prices = BestRoutePrices(self._matrices, aside)
        likely = MultipleHeuristic(prices, rules, aside)
        likely.start()
        heuristic = SingleHeuristic(self._problem, rules, prices, state.without_listener())
        if likely.best is not None:
            heuristic.improve(likely.best)
        hubs = likely.best if heuristic.best is None else heuristic.hubs
        return np.empty(0, dtype=np.int32) if hubs is None else hubs, heuristic.best


class LookedAt:
    """Looks at sets one by one: bounds, then the best links and allocation of those left.

    Parameters
    ----------
    linked, links, plans
        As of ``ManySets``.
    state
        Holds the incumbent.
    """

    def __init__(self, linked: LinkedPrices, links: AllocatedLinks, plans: AllocatedPlans, state: SearchState) -> None:
        self._linked, self._links, self._plans, self._state = linked, links, plans, state

    def bounded(self, sets: Hubs, limit: float) -> tuple[Hubs, Floats]:
        """Return the sets whose bounds are under a limit, with these, the lowest first."""
        sets, _ = _under(sets, self._priced(sets, limit), limit)
        return _under(sets, self._links.bounds(sets, limit), limit)

    def _priced(self, sets: Hubs, limit: float) -> Floats:
        return np.where(self._links.have_room(sets), self._linked.of_sets(sets, limit), np.inf)

    def good_plan(self, hubs: Hubs, limit: float) -> float:
        """Return what a good plan of a set costs under a limit, which is taken if it is the best; else ``NEVER``."""
        best = self._plans.best_of(hubs, limit, _FEW_TRIED)
        return NEVER if best is None else best.cost

    def look_at(self, sets: Hubs) -> None:
        """Find the best plans of sets, as far as they may be better than the incumbent.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        state = self._state
        sets, price = _under(sets, self._priced(sets, state.cut_off), state.cut_off)
        left: list[tuple[float, tuple[int, ...]]] = []
        for first in range(0, len(sets), _AT_ONCE):
            if state.is_over:
                raise TimeoutError
            if price[first] >= state.cut_off:
                break
            part = sets[first : first + _AT_ONCE]
            part, bound = _under(part, self._links.bounds(part, state.cut_off), state.cut_off)
            left += zip(bound.tolist(), map(tuple, part.tolist()), strict=True)
        for least, hubs in sorted(left):
            if least >= state.cut_off:
                break
            self._plans.best_of(np.array(hubs, dtype=np.int32), state.cut_off)


def _under(sets: Hubs, bound: Floats, limit: float) -> tuple[Hubs, Floats]:
    """Return the sets whose bounds are under a limit, with these, the lowest first."""
    order = np.argsort(bound, kind="stable")[: int(np.count_nonzero(bound < limit))]
    return np.ascontiguousarray(sets[order]), bound[order]


class LinkedSetHeuristic(SiteHeuristic):
    """Local search over sets of hubs with good links and allocations.

    Parameters
    ----------
    looked
        Bounds sets, and finds plans.
    rules, state
        Of the search.

    Attributes
    ----------
    on_plan
        As of ``PointHeuristic``; never called, as what a plan costs with all links is not known.
    """

    def __init__(self, looked: LookedAt, rules: HubRules, state: SearchState) -> None:
        super().__init__(rules, state)
        self._looked = looked
        self.on_plan: Callable[[NDArray[np.intp]], None] = _forget

    def take(self, hubs: Hubs, hub_of: NDArray[np.intp]) -> float:
        """Return what the hubs of a plan cost with good links and allocations."""
        del hub_of
        return self._price(hubs)

    def _price(self, hubs: Hubs) -> float:
        if not self._near.permits(hubs):
            return NEVER
        return self._looked.good_plan(hubs, self._state.cut_off)

    def _better(self, hubs: Hubs, price: float) -> tuple[Hubs, float] | None:
        limit = min(price, self._state.cut_off)
        near: list[tuple[float, Hubs]] = []
        for sets in self._near.groups(hubs):
            found, bound = self._looked.bounded(sets, limit)
            near += [(float(least), one) for least, one in zip(bound, found, strict=True)]
        near.sort(key=lambda one: one[0])
        return first_better((one for _, one in near[:_FEW_TRIED]), self._price, limit)


def _forget(hub_of: NDArray[np.intp]) -> None:
    del hub_of


class LinkedBranchCut(SingleBranchCut):
    """Cuts as with all hubs joined; only sites are decided, and what is left is looked at one by one.

    Parameters
    ----------
    problem, rules, heuristic, state
        Of the search.
    looked
        Looks at the sets that are left.
    best
        Position of each city's hub in a good plan with all links, or None.
    """

    def __init__(
        self,
        problem: AllocationProblem,
        rules: HubRules,
        heuristic: LinkedSetHeuristic,
        state: SearchState,
        looked: LookedAt,
        best: NDArray[np.intp] | None,
    ) -> None:
        super().__init__(problem, rules, heuristic, state, best)
        self._remaining = SetsLeft(rules, state, looked)

    def enumerate_remaining(self, point: AllocationPoint, closed: Flags, certain: Flags) -> bool:
        """Look at every set that a point leaves."""
        return self._remaining.try_all(point, closed, certain, MOST_LEFT)

    def bounded(self, node: SearchNode[tuple[Decision, ...]]) -> AllocationPoint | None:
        """Raise the bound of a node, and look at its sets where few are left."""
        point = super().bounded(node)
        if point is None:
            return None
        closed, certain = self._relaxation.closed_here.copy(), self._relaxation.certain_here
        room = self._state.cut_off - point.bound
        closed |= fixed_by_reduced_costs(point.if_closed, point.if_open, ~closed & ~certain, room)[0]
        return None if self.enumerate_remaining(point, closed, certain) else point

    def undecided(self, point: AllocationPoint) -> Decision | None:
        """Return the site that is least decided, with the likelier side; None where all are."""
        distance = np.minimum(point.is_open, 1.0 - point.is_open)
        distance[self._relaxation.closed_here | self._relaxation.certain_here] = -1.0
        site = int(np.argmax(distance))
        return Decision(site, is_taken=bool(point.is_open[site] > 0.5)) if distance[site] >= 0.0 else None


class SetsLeft(RemainingSets["Hubs"]):
    """Lists what a point leaves, and looks at it; work is in sets.

    Parameters
    ----------
    rules, state
        Of the search.
    looked
        Looks at sets.
    """

    def __init__(self, rules: HubRules, state: SearchState, looked: LookedAt) -> None:
        super().__init__(rules, state)
        self._looked = looked

    def most(self, number: int, allowed: float) -> int:
        """Return how many sets may be listed: as many as may be looked at."""
        del number
        return int(allowed)

    def in_question(self, sets: Hubs) -> tuple[Hubs, float]:
        """Return all of them."""
        return sets, float(len(sets))

    def look_at(self, sets: Hubs) -> None:
        """Find the best plans of those that may be better than the incumbent."""
        self._looked.look_at(sets)
