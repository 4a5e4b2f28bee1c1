"""Cuts on the cost of all freight, and the sets of hubs that they leave."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from netdesign.solve.branch_cut.remaining_sets import RemainingSets
from netdesign.solve.branch_cut.tuning import PricedTuning

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState

    Floats = NDArray[np.float64]
    Hubs = NDArray[np.int32]


class WholeCuts:
    """Cuts ``const - sum_k slope_k y_k`` on what all freight costs, EUR/year.

    Parameters
    ----------
    sites
        How many.
    most
        Number of the last cuts that are kept; None for all.
    """

    def __init__(self, sites: int, most: int | None = None) -> None:
        self._const, self._slope = np.empty(0), np.empty((0, sites))
        self._first = 0 if most is None else -most

    def add(self, const: float, slope: Floats) -> None:
        """Add one, with its slope, shape (sites,)."""
        self._const = np.append(self._const, const)[self._first :]
        self._slope = np.vstack([self._slope, slope])[self._first :]

    def of_sets(self, sets: Hubs, fixed: Floats, at_once: int) -> Floats:
        """Return what sets of hubs cost at least, EUR/year, shape (sets,).

        Parameters
        ----------
        sets
            Positions of hubs, shape (sets, hubs).
        fixed
            Of each site, EUR/year.
        at_once
            Sets that are bounded together.
        """
        bound = np.empty(len(sets))
        for first in range(0, len(sets), at_once):
            part = sets[first : first + at_once]
            asked = self._const - self._slope.T[part].sum(axis=1)
            bound[first : first + at_once] = fixed[part].sum(axis=1) + asked.max(axis=1)
        return bound


class CutSets(RemainingSets["tuple[Hubs, Floats]"]):
    """Bounds and operates what a relaxation leaves; work is in sets that its cuts leave.

    Parameters
    ----------
    cuts
        Bound sets first.
    fixed
        Of each site, EUR/year.
    rules, state
        Of the search.
    """

    tuning: ClassVar[PricedTuning] = PricedTuning()

    def __init__(self, cuts: WholeCuts, fixed: Floats, rules: HubRules, state: SearchState) -> None:
        super().__init__(rules, state)
        self._cuts, self._fixed = cuts, fixed

    @abstractmethod
    def raised(self, sets: Hubs) -> tuple[Floats, Floats]:
        """Raise the bounds of sets; return them, EUR/year, and what ``operate`` is to know of each, shape (sets, ...).

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """

    @abstractmethod
    def operate(self, hubs: Hubs, known: Any) -> None:
        """Operate a set.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """

    def in_question(self, sets: Hubs) -> tuple[tuple[Hubs, Floats], float]:
        """Return the sets that the cuts do not exclude, the least bound first, with their bounds; and their number."""
        bound = self._cuts.of_sets(sets, self._fixed, self.tuning.bounded_at_once)
        left = np.flatnonzero(bound < self._state.cut_off)
        order = left[np.argsort(bound[left], kind="stable")]
        return (np.ascontiguousarray(sets[order]), bound[order]), float(len(order))

    def look_at(self, sets: tuple[Hubs, Floats]) -> None:
        """Raise the bounds of the sets, and operate those that these leave."""
        (hubs, bound), step = sets, self.tuning.raised_at_once
        for first in range(0, len(hubs), step):
            part = hubs[first : first + step][bound[first : first + step] < self._state.cut_off]
            if not len(part):
                return
            raised, known = self.raised(np.ascontiguousarray(part))
            for place in np.argsort(raised, kind="stable"):
                if raised[place] < self._state.cut_off:
                    self.operate(part[place], known[place])
