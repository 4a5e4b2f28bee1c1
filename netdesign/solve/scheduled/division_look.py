"""A closer look at a set of hubs over which cities may divide their freight."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.scheduled.bounds import SetBounds
from netdesign.solve.scheduled.closer_look import CloserLook
from netdesign.solve.scheduled.divided import cheapest_division
from netdesign.solve.scheduled.parts import Stage

if TYPE_CHECKING:
    from netdesign.solve.scheduled.parts import Part


class DivisionLook(CloserLook):
    """Raises the bounds of sets, and finds their plans, where cities may divide their freight over hubs.

    What the cheapest divisions of all cities leave open is for the model to settle.
    """

    def look(self, part: Part) -> None:
        """Try the cheapest divisions of all cities as a plan, which they are where no policy changes them."""
        part.stage = Stage.CHOSEN
        assert isinstance(self._bounds, SetBounds)
        hubs = np.array(part.hubs, dtype=np.intp)
        division = cheapest_division(self._freight, self._bounds.routes, hubs, self._bounds.over_several(hubs))
        part.bound = max(part.bound, division.cost + self._fixed(part))
        if math.isinf(part.bound):
            part.stage = Stage.SETTLED
        elif division.columns is not None and division.share is not None:
            self._try(division.columns, part, division.share, np.arange(len(division.columns.modes)))
