"""A closer look at a set of hubs with sorting centres, and at the departures on the trunks that feed these."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.lp.session import LpSession
from netdesign.solve.scheduled.closer_look import CloserLook
from netdesign.solve.scheduled.doubts import doubtful_lane
from netdesign.solve.scheduled.lanes import shut_lanes
from netdesign.solve.scheduled.packing import packed
from netdesign.solve.scheduled.parts import Stage

if TYPE_CHECKING:
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import Positions
    from netdesign.solve.scheduled.parts import Doubtful, Part
    from netdesign.solve.scheduled.shared_legs import Departures
    from netdesign.solve.scheduled.trunk_bound import TrunkBound
    from netdesign.solve.scheduled.trunk_bounds import TrunkBounds


class FedLook(CloserLook):
    """Raises the bounds of parts, and finds their plans, where hubs feed sorting centres.

    Attributes
    ----------
    trunks
        Bounds of sets with sorting centres by the departures that feed them; None where these are not stated.
    least_fed
        Least of these bounds in the present search, EUR/year.
    """

    trunks: TrunkBounds | None = None
    least_fed: float = math.inf

    def look(self, part: Part) -> Doubtful | None:
        """Learn more about a part; return what has to be settled about it, if anything."""
        places = np.array(part.hubs, dtype=np.intp)
        if self.trunks is None or not self._freight.is_centre[places].any():
            return super().look(part)
        match part.stage:
            case Stage.BOUNDED:
                return self._feed(places, part)
            case Stage.CHOSEN:
                return self._pack(places, part)
            case Stage.SOLVED:
                return self._solve_fed(places, part)
            case _:
                return super().look(part)

    def _feed(self, places: Positions, part: Part) -> Doubtful | None:
        """Bound a part by the departures that feed its centres; the best so far is worth a plan at once.

        With a plan far fewer choices of departures are left.
        """
        assert self.trunks is not None
        found = self.trunks.of_set(places, shut_lanes(part.lanes), self.state.cut_off)
        part.stage = Stage.FED
        self._raise_bound(part, math.inf if found is None else found.cost, self.state.cut_off)
        if part.bound >= self.least_fed:
            return None
        self.least_fed = part.bound
        doubtful = self._choose(self._columns(places, part), part)
        is_open = doubtful is None and part.stage < Stage.SOLVED and part.bound < self.state.cut_off
        return self._pack(places, part) if is_open else doubtful

    def _fed(self, places: Positions, part: Part) -> tuple[TrunkBounds, TrunkBound, float] | None:
        """Return the bound of a part by departures, and the cost up to which plans are sought next, EUR/year.

        None where a city cannot be served, which settles it.
        """
        assert self.trunks is not None
        bound = self.trunks.of_set(places, shut_lanes(part.lanes), self.state.cut_off)
        if bound is None:
            self._raise_bound(part, math.inf, math.inf)
            return None
        return self.trunks, bound, part.wider(self.state.cut_off)

    def _pack(self, places: Positions, part: Part) -> Doubtful | None:
        """Look for the best trunks of a set among those that cost little more than the bound; else it rises."""
        found = self._fed(places, part)
        if found is None:
            return None
        trunks, bound, limit = found
        rules = self._instance.policies.hub_links
        packing = packed(bound, limit, self.state, None if rules is None else rules.max)
        if packing is None:
            self._raise_bound(part, limit, limit)
            return None
        self._raise_bound(part, packing.bound, limit)
        part.stage, part.reach = Stage.SOLVED, 0.0
        relaxed = self._columns(places, part, all_modes=True)
        columns, departures = trunks.narrowed(bound, relaxed, limit, packing)
        return self._try_packing(columns, part, departures)

    def _try_packing(self, relaxed: SetColumns, part: Part, departures: Departures) -> Doubtful | None:
        """Keep the best plan with given trunks; it settles the part where no policy makes another one cheaper."""
        columns = self._whole(relaxed, math.inf, departures)
        if columns is None:
            return None
        program = self.program(columns, part)
        gap = max(self.state.gap / 2, ROUNDING)
        found = LpSession(program.program, self.state, {"mip_rel_gap": gap}).solve_exactly()
        if found is None:
            return None
        doubtful = doubtful_lane(self._freight, columns, part, found.values)
        if doubtful is None:
            self._keep_whole(columns, part, found.values)
        return doubtful

    def _solve_fed(self, places: Positions, part: Part) -> Doubtful | None:
        """Look for plans that cost little more than the bound, with all policies; where there are none it rises."""
        found = self._fed(places, part)
        if found is None:
            return None
        trunks, bound, limit = found
        relaxed, slack, _ = self._narrowed(self._columns(places, part, all_modes=True), part, limit)
        columns, departures = trunks.narrowed(bound, relaxed, limit)
        return self._solve_shared(columns, part, limit, slack, departures)
