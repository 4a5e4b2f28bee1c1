"""The sets of hubs that a relaxation leaves, bounded and operated: all of them, or those of the fewest hubs."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.priced_rounds import bounds_by_cuts
from netdesign.solve.branch_cut.remaining_sets import Remainder, RemainingSets
from netdesign.solve.branch_cut.tuning import COUPLED as TUNING
from netdesign.solve.coupled.by_cuts.heuristic import is_provable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.branch_cut.site_relaxation import MasterPoint
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.by_cuts.heuristic import CoupledHeuristic, SetBounds
    from netdesign.solve.coupled.by_cuts.relaxation import CoupledRelaxation

    Floats = NDArray[np.float64]
    Hubs = NDArray[np.int32]


class CoupledSets(RemainingSets["tuple[Hubs, Floats]"]):
    """Bounds and operates what a relaxation leaves; work is in sets that its cuts leave.

    Parameters
    ----------
    heuristic
        Operates sets.
    bounds, fixed, rules, state
        Of the search.
    relaxation
        Whose cuts bound sets first.

    Attributes
    ----------
    least
        All sets of fewer hubs were looked at.
    """

    def __init__(
        self,
        heuristic: CoupledHeuristic,
        bounds: SetBounds,
        fixed: Floats,
        rules: HubRules,
        relaxation: CoupledRelaxation,
        state: SearchState,
    ) -> None:
        super().__init__(rules, state)
        self.least = rules.least
        self._heuristic, self._bounds, self._fixed, self._relaxation = heuristic, bounds, fixed, relaxation

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
                sets = self._listed(rest, number, self.most(number, allowed))
                found, work = (None, math.inf) if sets is None else self.in_question(sets)
                if found is None or work > allowed:
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
        """Return the sets that the cuts do not exclude, the least bound first, with their bounds; and their number.

        Sets that nothing here proves are too much work.
        """
        bound = bounds_by_cuts(sets, self._fixed, *self._relaxation.rows, TUNING.bounded_at_once)
        order = np.argsort(bound, kind="stable")[: int(np.count_nonzero(bound < self._state.cut_off))]
        # What is listed and excluded is work as well: any number of hubs lists many times.
        work = len(order) + len(sets) / TUNING.listed
        work = work if is_provable(sets.shape[1]) or not len(order) else math.inf
        return (np.ascontiguousarray(sets[order]), bound[order]), work

    def look_at(self, sets: tuple[Hubs, Floats]) -> None:
        """Raise the bounds of the sets, and operate those that these leave."""
        (hubs, bound), step = sets, TUNING.raised_at_once
        for first in range(0, len(hubs), step):
            part = hubs[first : first + step][bound[first : first + step] < self._state.cut_off]
            if not len(part):
                return
            raised = self._bounds.of_sets(np.ascontiguousarray(part), self._state.cut_off)
            for place in np.argsort(raised, kind="stable"):
                if raised[place] < self._state.cut_off:
                    self._heuristic.operate(part[place], float(raised[place]))
