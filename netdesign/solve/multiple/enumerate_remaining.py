"""Sets of hubs priced one by one: all of them where they are few, or those that the relaxation leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.remaining_sets import RemainingSets
from netdesign.solve.branch_cut.tuning import MULTIPLE as TUNING
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.heuristic import MultipleHeuristic
    from netdesign.solve.multiple.prices import BestRoutePrices
    from netdesign.solve.multiple.relaxation import MultipleRelaxation


def few_sets(rules: HubRules, prices: BestRoutePrices) -> list[NDArray[np.int32]] | None:
    """Return every permitted set, an array of shape (sets, hubs) for each number of hubs; None if they are many."""
    numbers, work = range(rules.least, rules.most + 1), 0.0
    for number in numbers:
        count = rules.count(number)
        if count > TUNING.few_sums:  # maybe more than a float can hold
            return None
        work += count * TUNING.sums_a_set + prices.work(count, number)
    return [rules.sets(number) for number in numbers] if work <= TUNING.few_sums else None


class PricedSets(RemainingSets["NDArray[np.int32]"]):
    """Prices what a relaxation leaves; work is in sums.

    Parameters
    ----------
    prices, rules, state
        Of the search.
    heuristic
        Takes the best set.
    relaxation
        Whose cuts bound sets before they are priced.
    """

    def __init__(
        self,
        prices: BestRoutePrices,
        rules: HubRules,
        state: SearchState,
        heuristic: MultipleHeuristic,
        relaxation: MultipleRelaxation,
    ) -> None:
        super().__init__(rules, state)
        self._prices, self._heuristic, self._relaxation = prices, heuristic, relaxation
        self._loops = load_compiled("within", state.notify)

    def most(self, number: int, allowed: float) -> int:
        """Return how many sets may be listed: cuts exclude most of them."""
        return int(min(TUNING.most_sets, allowed / TUNING.left_by_cuts / max(1.0, self._prices.work(1, number))))

    def in_question(self, sets: NDArray[np.int32]) -> tuple[NDArray[np.int32], float]:
        """Return all sets, and what it takes to price those that cuts leave."""
        return sets, TUNING.left_by_cuts * self._prices.work(len(sets), sets.shape[1])

    def look_at(self, sets: NDArray[np.int32]) -> None:
        """Price the sets that cuts leave."""
        const, slope, start = self._cuts()
        for first in range(0, len(sets), TUNING.sets_at_once):
            if self._state.is_over:
                raise TimeoutError
            part = sets[first : first + TUNING.sets_at_once]
            bound = np.empty(len(part))
            self._loops.bound_by_cuts(
                self._prices.matrices.fixed, const, slope, start, self._relaxation.least, part, bound
            )
            part = part[np.argsort(bound, kind="stable")][: int(np.count_nonzero(bound < self._state.cut_off))]
            self._heuristic.take(self._prices.cheapest(np.ascontiguousarray(part)))

    def _cuts(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
        """Return const, slope by site, and where each origin's cuts begin."""
        const, slope, origin = self._relaxation.rows
        order = np.argsort(origin, kind="stable")
        start = np.searchsorted(origin[order], np.arange(self._prices.matrices.origins + 1))
        return const[order], np.ascontiguousarray(slope[order].T), start.astype(np.int64)
