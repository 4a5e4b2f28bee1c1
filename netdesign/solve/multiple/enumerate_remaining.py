"""The finish: the sets of hubs that the relaxation leaves, priced one by one where that is quicker than to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.prices import Prices
    from netdesign.solve.multiple.relaxation import Point, Relaxation

_MOST_SETS = 2_000_000
_PER_SLICE = 20_000


@dataclass(frozen=True)
class Remainder:
    """Sites of which a better set may be made, near some point of the relaxation.

    Parameters
    ----------
    certain
        Positions of the sites in each such set.
    free
        Positions of those that may be, the likeliest first.
    cost
        What the bound grows by with each of the free ones, ascending, EUR/year.
    room
        How much it may grow, EUR/year.
    """

    certain: NDArray[np.intp]
    free: NDArray[np.intp]
    cost: NDArray[np.float64]
    room: float


class Finish:
    """Prices what a relaxation leaves.

    Parameters
    ----------
    prices, rules, state
        Of the search.
    relaxation
        Whose cuts bound sets before they are priced.
    """

    def __init__(self, prices: Prices, rules: HubRules, state: SearchState, relaxation: Relaxation) -> None:
        self._prices, self._rules, self._state, self._relaxation = prices, rules, state, relaxation
        self._loops = load_compiled("within", state.say)

    def remainder(self, point: Point, closed: NDArray[np.bool_], certain: NDArray[np.bool_]) -> Remainder:
        """Return what a point leaves where some sites are closed and some are certain, shape (sites,) each."""
        return remainder(point, closed, certain, self._state.cut_off)

    def try_all(self, rest: Remainder, allowed: float) -> NDArray[np.intp] | bool | None:
        """Price every set of a remainder, if that takes no more than about so many sums.

        Returns
        -------
        array, None, or False
            The best set, where it is better than the incumbent; None where none is; False where it takes too much.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        found: list[NDArray[np.int32]] = []
        for number in range(self._rules.least, self._rules.most + 1):
            pick = number - len(rest.certain)
            if pick < 0 or pick > len(rest.free):
                continue
            most = int(min(_MOST_SETS, 4.0 * allowed / max(1.0, self._prices.work(1, number))))
            sets = listed_sets(self._rules, rest, pick, most, self._state)
            if sets is None:
                return False
            allowed -= 0.25 * self._prices.work(len(sets), number)
            found.append(sets)
        best: NDArray[np.intp] | None = None
        for sets in found:
            cheapest = self._cheapest(sets)
            best = best if cheapest is None else cheapest
        return best

    def _cheapest(self, sets: NDArray[np.int32]) -> NDArray[np.intp] | None:
        """Return the cheapest set, where it is better than the incumbent, which then hears of it."""
        best: NDArray[np.intp] | None = None
        const, slope, start = self._cuts()
        for first in range(0, len(sets), _PER_SLICE):
            if self._state.is_over:
                raise TimeoutError
            part = sets[first : first + _PER_SLICE]
            bound = np.empty(len(part))
            self._loops.bound_by_cuts(
                self._prices.matrices.fixed, const, slope, start, self._relaxation.least, part, bound
            )
            part = part[np.argsort(bound, kind="stable")][: int(np.count_nonzero(bound < self._state.cut_off))]
            cheapest = self._prices.cheapest(np.ascontiguousarray(part))
            best = best if cheapest is None else cheapest
        return best

    def _cuts(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
        """Return const, slope by site, and where each origin's cuts begin."""
        const, slope, origin = self._relaxation.rows
        order = np.argsort(origin, kind="stable")
        start = np.searchsorted(origin[order], np.arange(self._prices.matrices.origins + 1))
        return const[order], np.ascontiguousarray(slope[order].T), start.astype(np.int64)


def remainder(point: Point, closed: NDArray[np.bool_], certain: NDArray[np.bool_], cut_off: float) -> Remainder:
    """Return what a point leaves under a cut-off where some sites are closed and some are certain, shape (sites,) each.

    Of a set S no network is cheaper than ``bound + sum of reduced costs over what leaves its bound``.
    """
    is_free = ~closed & ~certain
    leaving = np.where(is_free & (point.reduced < 0), -point.reduced, 0.0).sum()
    free = np.flatnonzero(is_free)
    free = free[np.argsort(point.reduced[free], kind="stable")]
    room = cut_off - point.bound - float(leaving)
    return Remainder(np.flatnonzero(certain), free, point.reduced[free], room)


def listed_sets(rules: HubRules, rest: Remainder, pick: int, most: int, state: SearchState) -> NDArray[np.int32] | None:
    """Return the sets that the reduced costs and the rules leave, ascending in each row; None if too many.

    Parameters
    ----------
    rules
        Permitted sets.
    rest
        What is left.
    pick
        How many of the free sites are in each set.
    most
        Sets that are listed at most.
    state
        Told where loading the loop takes a while.
    """
    loops = load_compiled("within", state.say)
    steps = 20 * most + 1000
    count = loops.sets_within(rest.cost, pick, rest.room, steps, np.empty((0, pick), dtype=np.int32))
    if not 0 <= count <= most:
        return None
    picked = np.empty((count, pick), dtype=np.int32)
    if count and pick:
        loops.sets_within(rest.cost, pick, rest.room, steps, picked)
    chosen = rest.free.astype(np.int32)[picked]
    always = np.broadcast_to(rest.certain.astype(np.int32), (count, len(rest.certain)))
    return rules.kept(np.sort(np.concatenate([always, chosen], axis=1), axis=1))
