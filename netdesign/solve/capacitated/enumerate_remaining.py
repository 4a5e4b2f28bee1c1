"""Sets of hubs that the relaxation leaves, bounded one by one; what no bound excludes is operated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.remaining_sets import listed_sets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.branch_cut.remaining_sets import Remainder
    from netdesign.solve.capacitated.bounds import SetBounds
    from netdesign.solve.capacitated.capacities import Capacities
    from netdesign.solve.capacitated.heuristic import Exchange
    from netdesign.solve.capacitated.relaxation import Relaxation
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState

_MOST_LISTED = 100_000
_AT_ONCE = 256
"""Sets that are bounded before those of them that are left are operated."""


class RemainingSets:
    """Bounds and operates what a relaxation leaves.

    Parameters
    ----------
    exchange
        Operates sets, and keeps the best.
    bounds, capacities, rules, state
        Of the search.
    relaxation
        Whose cuts bound sets first.
    """

    def __init__(
        self,
        exchange: Exchange,
        bounds: SetBounds,
        capacities: Capacities,
        rules: HubRules,
        relaxation: Relaxation,
        state: SearchState,
    ) -> None:
        self._exchange, self._bounds, self._capacities = exchange, bounds, capacities
        self._rules, self._relaxation, self._state = rules, relaxation, state

    def try_all(self, rest: Remainder, prices: NDArray[np.float64], most: int) -> bool:
        """Look at every set of a remainder, unless the cuts leave more than ``most``; return whether it was done.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        left: list[tuple[NDArray[np.int32], NDArray[np.float64]]] = []
        for number in rest.numbers(self._rules):
            sets = listed_sets(self._rules, rest, number, _MOST_LISTED, self._state)
            if sets is None:
                return False
            left.append(self._left_by_cuts(sets[self._capacities.suffice(sets)]))
            if sum(len(found) for found, _ in left) > most:
                return False
        for sets, bound in left:
            self._operate_all(sets, bound, prices)
        return True

    def _left_by_cuts(self, sets: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Return the sets that the cuts do not exclude, the least bound first, and their bounds."""
        bound = self._bounds.by_cuts(sets, *self._relaxation.rows)
        order = np.argsort(bound, kind="stable")[: int(np.count_nonzero(bound < self._state.cut_off))]
        return np.ascontiguousarray(sets[order]), bound[order]

    def _operate_all(self, sets: NDArray[np.int32], bound: NDArray[np.float64], prices: NDArray[np.float64]) -> None:
        for first in range(0, len(sets), _AT_ONCE):
            part = sets[first : first + _AT_ONCE][bound[first : first + _AT_ONCE] < self._state.cut_off]
            if not len(part):
                return
            raised, own = self._bounds.raised(np.ascontiguousarray(part), prices, self._state.cut_off)
            for place in np.argsort(raised, kind="stable"):
                if raised[place] < self._state.cut_off:
                    self._exchange.operate(part[place], own[place])
