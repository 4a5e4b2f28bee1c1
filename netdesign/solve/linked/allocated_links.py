"""Links of sets of hubs where each city has one hub: bounds with all of them, and branches over those of a set."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.kernels.names import NEVER

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from netdesign.solve.core.route_matrices import Legs, RouteMatrices
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.linked.prices import LinkedPrices, OfferedLinks
    from netdesign.solve.single.set_allocation import BoundedSet, SetAllocation

    Hubs = NDArray[np.int32]
    Floats = NDArray[np.float64]

_CHOSEN = 1
_FEW_PASSES = 8
"""Walks through all cities for one of many sets, most of which few of them exclude."""

_PASSES = 1
"""The same for a branch, whose bound begins with what that of all links has found."""

_AT_ONCE = 3e7
"""Routes that one call looks at: some hundredths of a second, after which the clock is looked at."""

_MOST_AT_ONCE = 32
"""Sets that one call bounds at most: what threads share has many more."""


class ChosenLinks(NamedTuple):
    """A choice of links.

    Parameters
    ----------
    links
        Positions in ``instance.permitted_links``, ascending.
    cost
        EUR/year.
    """

    links: NDArray[np.intp]
    cost: float


class AllocatedLinks:
    """Bounds of sets of hubs with all links, and branches over the links of one.

    Parameters
    ----------
    prices
        What links cost, and the freight.
    allocation
        Allocates cities to the hubs of a set.
    state
        Listener.
    """

    def __init__(self, prices: LinkedPrices, allocation: SetAllocation, state: SearchState) -> None:
        self._prices, self._allocation = prices, allocation
        self._loops = load_compiled("allocated_links", state.notify)

    def sets_at_once(self, hubs: int) -> int:
        """Return how many sets of so many hubs are bounded before the clock is looked at."""
        return min(_MOST_AT_ONCE, _at_once(self._prices.matrices, hubs, _FEW_PASSES))

    def have_room(self, sets: Hubs) -> NDArray[np.bool_]:
        """Return which sets, shape (sets, hubs), have room for all freight."""
        return self._allocation.have_room(sets)

    def bounds(self, sets: Hubs, cut_off: float) -> Floats:
        """Return what no choice of links is under for each set, EUR/year, shape (sets,); infinite where none is.

        Parameters
        ----------
        sets
            Ascending positions, shape (sets, hubs).
        cut_off
            No bound needs to be higher, EUR/year.
        """
        matrices, allocation, bound = self._prices.matrices, self._allocation, np.empty(len(sets))
        spent = matrices.fixed[sets].sum(axis=1) + self._prices.least_links(sets)
        self._loops.bound_linked_sets(
            matrices.legs.between, _own_ways(matrices), matrices.flows, allocation.pairs, allocation.room,
            np.ascontiguousarray(sets), self._prices.most_on_a_route, spent, allocation.limit, min(cut_off, NEVER),
            _FEW_PASSES, bound,
        )  # fmt: skip
        return np.where(bound < self._prices.ceiling, bound, np.inf)

    def branches(self, hubs: Hubs, cut_off: float) -> LinkBranches:
        """Return the branches over the links of a set of hubs, none of which is looked at yet."""
        return LinkBranches(hubs, self._prices, self._allocation, self._loops, cut_off)


class LinkBranches:
    """The branches over the links of a set of hubs.

    Parameters
    ----------
    hubs
        Ascending positions.
    prices, allocation, loops
        As of ``AllocatedLinks``.
    cut_off
        No choice that costs as much is wanted, EUR/year.

    Attributes
    ----------
    legs
        Those over the choice that was found last.
    """

    def __init__(
        self, hubs: Hubs, prices: LinkedPrices, allocation: SetAllocation, loops: ModuleType, cut_off: float
    ) -> None:
        matrices = prices.matrices
        self._loops, self._limit, self._ceiling = loops, allocation.limit, prices.ceiling
        self._fixed = float(matrices.fixed[hubs].sum())
        self._offered, self.legs = _ordered(prices.offered(hubs), hubs, matrices), _own_ways(matrices)
        offered = self._offered
        loops.join_all(matrices.legs.between, hubs, prices.most_on_a_route, self.legs.between)
        begun: BoundedSet = allocation.bounded(hubs, self.legs, cut_off)
        self._given = (
            *(matrices.legs, self.legs, matrices.flows, allocation.pairs, allocation.room_of(hubs), hubs),
            *(offered.start, offered.end, offered.cost, offered.rules),
            *(begun.filled.unary, begun.filled.cost, begun.raised),
        )
        self._status = offered.is_required.astype(np.int8)
        self._best, self._order = np.zeros_like(self._status), np.zeros(len(self._status), dtype=np.int64)
        is_open = begun.bound < min(cut_off, prices.ceiling)
        # To fill tables and to strike hubs takes about as long as a pass.
        self._at = np.array([0 if is_open else -1, _at_once(matrices, len(hubs), 2 * _PASSES)])

    @property
    def is_over(self) -> bool:
        """Whether all branches are looked at."""
        return bool(self._at[0] < 0)

    def look_on(self, cut_off: float) -> ChosenLinks | None:
        """Look on for a choice of links that may cost less in all; None where there is none in some more branches."""
        bound = self._loops.branch_on_links(
            *(*self._given, self._limit, min(cut_off, self._ceiling) - self._fixed, _PASSES),
            *(self._status, self._order, self._at, self._best),
        )
        if bound >= NEVER:
            return None
        chosen = self._best == _CHOSEN
        return ChosenLinks(np.sort(self._offered.links[chosen]), float(self._offered.cost[chosen].sum()))


def _at_once(matrices: RouteMatrices, hubs: int, passes: int) -> int:
    """Return how often all routes over so many hubs are looked at, with so many passes, in one call."""
    return max(1, int(_AT_ONCE / (4 * passes * len(matrices.flows.volume) * hubs**2)))


def _own_ways(matrices: RouteMatrices) -> Legs:
    """Return the legs with ways between hubs of their own, for loops to fill in."""
    return matrices.legs._replace(between=matrices.legs.between.copy())


def _ordered(offered: OfferedLinks, hubs: Hubs, matrices: RouteMatrices) -> OfferedLinks:
    """Return links in the order of branching: without a short one freight costs most, which soon is too much."""
    length = matrices.legs.between[hubs[offered.start], hubs[offered.end]]
    rank = np.argsort(length, kind="stable")
    return offered._replace(
        links=offered.links[rank],
        start=offered.start[rank],
        end=offered.end[rank],
        cost=offered.cost[rank],
        is_required=offered.is_required[rank],
    )
