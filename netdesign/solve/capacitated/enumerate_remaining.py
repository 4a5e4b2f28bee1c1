"""Sets of hubs that the relaxation leaves, bounded one by one; what no bound excludes is operated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.remaining_sets import RemainingSets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.capacitated.bounds import SetBounds
    from netdesign.solve.capacitated.capacities import Capacities
    from netdesign.solve.capacitated.heuristic import Exchange
    from netdesign.solve.capacitated.relaxation import Relaxation
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState

_MOST_LISTED = 100_000
_AT_ONCE = 256
"""Sets that are bounded before those of them that are left are operated."""


class BoundedSets(RemainingSets["tuple[NDArray[np.int32], NDArray[np.float64]]"]):
    """Bounds and operates what a relaxation leaves; work is in sets that its cuts leave.

    Parameters
    ----------
    exchange
        Operates sets, and keeps the best.
    bounds, capacities, rules, state
        Of the search.
    relaxation
        Whose cuts bound sets first.

    Attributes
    ----------
    prices
        Of capacity, to begin with, EUR/t, shape (sites,).
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
        super().__init__(rules, state)
        self._exchange, self._bounds, self._capacities = exchange, bounds, capacities
        self._relaxation = relaxation
        self.prices = np.zeros(rules.sites)

    def most(self, number: int, allowed: float) -> int:
        """Return how many sets may be listed, whatever the cuts leave of them."""
        del number, allowed
        return _MOST_LISTED

    def in_question(self, sets: NDArray[np.int32]) -> tuple[tuple[NDArray[np.int32], NDArray[np.float64]], float]:
        """Return the sets that the cuts do not exclude, the least bound first, with their bounds; and their number."""
        sets = sets[self._capacities.suffice(sets)]
        bound = self._bounds.by_cuts(sets, *self._relaxation.rows)
        order = np.argsort(bound, kind="stable")[: int(np.count_nonzero(bound < self._state.cut_off))]
        return (np.ascontiguousarray(sets[order]), bound[order]), float(len(order))

    def look_at(self, sets: tuple[NDArray[np.int32], NDArray[np.float64]]) -> None:
        """Raise the bounds of the sets, and operate those that these leave."""
        hubs, bound = sets
        for first in range(0, len(hubs), _AT_ONCE):
            part = hubs[first : first + _AT_ONCE][bound[first : first + _AT_ONCE] < self._state.cut_off]
            if not len(part):
                return
            raised, own = self._bounds.raised(np.ascontiguousarray(part), self.prices, self._state.cut_off)
            for place in np.argsort(raised, kind="stable"):
                if raised[place] < self._state.cut_off:
                    self._exchange.operate(part[place], own[place])
