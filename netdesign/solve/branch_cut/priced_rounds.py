"""Rounds of cuts at prices of what couples the freight."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from netdesign.solve.branch_cut.search import CutRounds
from netdesign.solve.branch_cut.site_relaxation import MasterPoint
from netdesign.solve.branch_cut.tuning import PricedTuning

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class PricedRounds(CutRounds[MasterPoint]):
    """Rounds whose cuts are made at prices; what the oracle knows of the last ones is kept for the next.

    Attributes
    ----------
    number
        Of rounds so far.
    """

    tuning: ClassVar[PricedTuning] = PricedTuning()
    number = 0

    @property
    def sets_allowed(self) -> float:
        """How many sets may be bounded one by one now."""
        return self.tuning.least_sets + self.tuning.sets_a_round * self.number

    @abstractmethod
    def cut_at_prices(self, point: MasterPoint, *, is_between: bool, is_searched: bool) -> int:
        """Add cuts, half-way to the mean of the points or at one, with prices searched anew or the last ones.

        Return how many the point breaks.
        """

    def cut_rounds(self) -> bool:
        """Cut between the points, and at them with prices that are searched anew where that has stalled."""
        last, stalled = -np.inf, 0
        while True:
            point = self.solved()
            if point is None:
                return False
            if self.number % self.tuning.drop_every == 0:
                self._master.drop_idle(point.bound)
            has_stalled, every = self.has_stalled(point, last), self.tuning.search_every
            is_searched = has_stalled or (every is not None and self.number % every == 0)
            added = self.cut_at_prices(point, is_between=stalled == 0, is_searched=is_searched)
            self.round_up(point)
            last, stalled = point.bound, stalled + 1 if has_stalled else 0
            if stalled > self.tuning.last_rounds or (stalled and not added):
                return True
