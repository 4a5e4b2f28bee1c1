"""The sets of hubs that a relaxation leaves, bounded and operated: all of them, or those of the fewest hubs."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.solve.branch_cut.cut_sets import CutSets
from netdesign.solve.branch_cut.remaining_sets import Remainder
from netdesign.solve.branch_cut.tuning import COUPLED as TUNING
from netdesign.solve.coupled.by_cuts.heuristic import is_provable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from netdesign.solve.branch_cut.cut_sets import WholeCuts
    from netdesign.solve.branch_cut.site_relaxation import MasterPoint
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.by_cuts.heuristic import CoupledHeuristic, SetBounds

    Floats = NDArray[np.float64]
    Hubs = NDArray[np.int32]


class CoupledSets(CutSets):
    """Bounds and operates what a relaxation leaves.

    Parameters
    ----------
    heuristic
        Operates sets.
    bounds, fixed, rules, state
        Of the search.
    cuts
        Those of the relaxation.

    Attributes
    ----------
    least
        All sets of fewer hubs were looked at.
    """

    tuning = TUNING

    def __init__(
        self,
        heuristic: CoupledHeuristic,
        bounds: SetBounds,
        fixed: Floats,
        rules: HubRules,
        cuts: WholeCuts,
        state: SearchState,
    ) -> None:
        super().__init__(cuts, fixed, rules, state)
        self.least = rules.least
        self._heuristic, self._bounds = heuristic, bounds

    def settle_least(
        self, point: MasterPoint, closed: NDArray[np.bool_], certain: NDArray[np.bool_], allowed: float
    ) -> None:
        """Look at all sets of as few hubs as can be, number by number while that takes little work.

        Parameters
        ----------
        point, closed, certain, allowed
            As of ``try_all``.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        for number in range(self.least, self._rules.most + 1):
            rest = Remainder.at(point, closed, certain, self._state.cut_off)
            if number in rest.numbers(self._rules):
                count = self.counted(rest, number, self.most(number, allowed))
                if count is None:
                    return
                found, work = self.in_question(self.sets_of(rest, number, count))
                if work > allowed:
                    return
                self.look_at(found)
                allowed -= work
            self.least = number + 1
            self._rules = replace(self._rules, least=self.least)

    def most(self, number: int, allowed: float) -> int:
        """Return how many sets may be listed, whatever the cuts leave of them."""
        del number
        return int(TUNING.listed * allowed)

    def in_question(self, sets: Hubs) -> tuple[tuple[Hubs, Floats], float]:
        """Return what ``CutSets`` does; sets that nothing here proves are too much work."""
        found, number = super().in_question(sets)
        if number and not is_provable(sets.shape[1]):
            return found, math.inf
        # What is listed and excluded is work as well: any number of hubs lists many times.
        return found, number + len(sets) / TUNING.listed

    def raised(self, sets: Hubs) -> tuple[Floats, Floats]:
        """Raise the bounds of sets; return them, EUR/year, which is what is to be known of each."""
        bound = self._bounds.of_sets(sets, self._state.cut_off)
        return bound, bound

    def operate(self, hubs: Hubs, known: float) -> None:
        """Operate a set, of which a bound is known, EUR/year."""
        self._heuristic.operate(hubs, float(known))
