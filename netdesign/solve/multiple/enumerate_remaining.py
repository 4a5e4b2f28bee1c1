"""The sets of hubs that the relaxation leaves, priced one by one where that is quicker than to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from netdesign.solve.branch_cut.remaining_sets import listed_sets
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.branch_cut.remaining_sets import Remainder
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.prices import Prices
    from netdesign.solve.multiple.relaxation import Relaxation

_MOST_SETS = 2_000_000
_PER_SLICE = 20_000


class RemainingSets:
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

    def try_all(self, rest: Remainder, allowed: float) -> NDArray[np.intp] | Literal[False] | None:
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
        for number in rest.numbers(self._rules):
            most = int(min(_MOST_SETS, 4.0 * allowed / max(1.0, self._prices.work(1, number))))
            sets = listed_sets(self._rules, rest, number, most, self._state)
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
