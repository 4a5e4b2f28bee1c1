"""A closer look at a set of hubs whose cities choose at prices of what lanes and hubs have to get."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.network.routes import LATE_TOLERANCE_H
from netdesign.solve.core.outcome import LEAST
from netdesign.solve.core.search_state import ROUNDING, for_each
from netdesign.solve.lp.session import LpSession
from netdesign.solve.scheduled.cheapest import cheapest_choice, regrets_of_all
from netdesign.solve.scheduled.closer_look import CloserLook
from netdesign.solve.scheduled.doubts import doubtful_lane, most_under
from netdesign.solve.scheduled.grouped_program import grouped_program, is_settled
from netdesign.solve.scheduled.hub_legs import NumberedLeg
from netdesign.solve.scheduled.lanes import lane_minimum, with_implied_lanes
from netdesign.solve.scheduled.parts import Stage
from netdesign.solve.scheduled.set_program import set_program

if TYPE_CHECKING:
    from netdesign.network.services import LegPlace
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.compiled_bounds import CompiledBounds, PartPrices
    from netdesign.solve.scheduled.freight import Positions
    from netdesign.solve.scheduled.lanes import Lanes
    from netdesign.solve.scheduled.parts import Doubtful, Hubs, Part
    from netdesign.solve.scheduled.set_program import SetProgram
    from netdesign.solve.scheduled.shared_legs import Departures

    Options = dict[str, float | bool | str]

_NEAR = 5e-5
"""Part of a bound by which plans may cost more that are sought first."""


_SMALL: Options = {
    "mip_allow_restart": False,
    "mip_detect_symmetry": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_lp_solver": "ipm",
}
"""What takes longer than it saves in programs that are solved at their first node or soon after."""

_WHOLE = 1e-6


class PricedLook(CloserLook):
    """Raises the bounds of parts by prices, and finds their plans among choices that are near the best at these."""

    _bounds: CompiledBounds

    @property
    def ceiling(self) -> float:
        """The best plan costs no more, EUR/year."""
        return self._bounds.ceiling

    def look(self, part: Part) -> Doubtful | None:
        """Learn more about a part; return what has to be settled about it, if anything."""
        places = np.array(part.hubs, dtype=np.intp)
        return self._price(places, part) if part.stage is Stage.BOUNDED else self._seek(places, part)

    def program(self, columns: SetColumns, part: Part) -> SetProgram:
        """Return the program of a part."""
        in_use = dict.fromkeys(self._in_use(part), True)
        return set_program(self._freight, columns, self._fixed(part), part.lanes, in_use)

    def _in_use(self, part: Part) -> set[LegPlace]:
        """Return the legs between hubs that have departures, both ways of pairs."""
        legs = self._bounds.hub_legs.of_hubs(self._freight.sites[list(part.hubs)])
        return {way for leg in legs if part.numbers.get(leg.ways[0], (0, 0))[0] > 0 for way in leg.ways}

    def _price(self, places: Positions, part: Part) -> Doubtful | None:
        """Bound a part by prices; return the lane that its choices at these leave furthest under its minimum."""
        sites = self._freight.sites[places].tolist()
        self._take_prices(part)
        prices = part.prices
        self._raise_bound(part, math.inf if prices is None else prices.bound, math.inf)
        if prices is None or not part.bound < self.state.cut_off:
            return None
        volumes = {
            (airport, site): (float(prices.counted[o, g]), float(prices.used[o, g]))
            for o, airport in enumerate(self._bounds.airports.tolist())
            for g, site in enumerate(sites)
        }
        doubtful: Doubtful | None = most_under(self._instance, volumes, part)
        if doubtful is None and lane_minimum(self._instance) > 0:
            # A program would leave these under their minimum.
            doubtful = next((lane for lane in volumes if lane not in part.lanes), None)
        doubtful = doubtful or self._unsettled_leg(sites, part)
        if doubtful is None and prices.is_rough:
            part.prices = self._bounds.of_part(places, part.lanes, part.numbers, self.state.cut_off, prices)
            return self._price(places, part)
        if doubtful is None:
            part.stage = Stage.SOLVED
        return doubtful

    def is_priced(self, part: Part) -> bool:
        """Return whether the prices of a part need not be found again."""
        prices, sites = part.prices, self._freight.sites[list(part.hubs)].tolist()
        if part.stage is not Stage.BOUNDED or (prices is not None and prices.bound >= self.state.cut_off):
            return True
        return prices is not None and prices.is_highest and self._is_as_priced(part, prices, sites)

    def price_all(self, parts: list[Part]) -> None:
        """Find the prices of some parts by threads.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        for_each(parts, self._take_prices, self.state)

    def _take_prices(self, part: Part) -> None:
        """Settle what lanes follow, and find the prices of a part; it has none where lanes leave it without a plan."""
        places = np.array(part.hubs, dtype=np.intp)
        lanes = with_implied_lanes(part.lanes, self._freight.sites[places].tolist(), self._bounds.most_lanes)
        if lanes is None:
            part.prices = None
            return
        part.lanes = lanes
        if not self.is_priced(part):
            cut_off, before = self.state.cut_off, part.prices
            part.prices = self._bounds.of_part(places, lanes, part.numbers, cut_off, before, is_rough=True)

    def likely_cost(self, hubs: Hubs) -> float:
        """Return about what a set costs, EUR/year: its bound with the lanes that are nearest to their minimum."""
        places = np.array(hubs, dtype=np.intp)
        sites, airports = self._freight.sites[places].tolist(), self._bounds.airports.tolist()
        prices = self._bounds.of_part(places, {}, {}, math.inf)
        most, least = self._bounds.most_lanes, lane_minimum(self._instance)
        lanes: Lanes = {}
        if not most or not math.isfinite(prices.bound):
            return prices.bound
        for o, airport in enumerate(airports):
            counted = prices.counted[o]
            fullest = np.argsort(-counted, kind="stable")[: most.get(airport, len(sites))]
            full = set(fullest[counted[fullest] >= least / 2].tolist()) or set(fullest[:1].tolist())
            lanes |= {(airport, site): place in full for place, site in enumerate(sites)}
        return self._bounds.of_part(places, lanes, {}, math.inf, prices).bound

    def _is_as_priced(self, part: Part, prices: PartPrices, sites: list[int]) -> bool:
        """Return whether what flows at the prices of a part agrees with all that was settled since: none is better."""
        if prices.numbers != part.numbers:
            return False
        airports, least = self._bounds.airports.tolist(), lane_minimum(self._instance)
        for lane in part.lanes.keys() - prices.lanes.keys():
            at = airports.index(lane[0]), sites.index(lane[1])
            if prices.counted[at] < least if part.lanes[lane] else prices.used[at] > LEAST:
                return False
        return True

    def _unsettled_leg(self, sites: list[int], part: Part) -> NumberedLeg | None:
        """Return the service between hubs about whose departures least is settled; None where all are.

        Those with freight of which it is not settled whether they are in use come first, those with least before
        others, and those without freight last.
        """
        assert part.prices is not None
        found, first = None, (math.inf, math.inf)
        for leg in self._bounds.hub_legs.of_hubs(np.array(sites)):
            low, high = part.numbers.get(leg.ways[0], (0, leg.terms.most))
            flow = max(float(part.prices.carried[sites.index(way.row), sites.index(way.column)]) for way in leg.ways)
            if high == 0:
                continue
            if low == 0:
                rank, at = (0.0 if flow > LEAST else 2.0, flow), 0
            else:
                low = max(low, leg.terms.least)
                needed = flow / max(self._bounds.hub_legs.tonnes[list(leg.terms.vehicles)])
                below = max(math.ceil(needed - _WHOLE) - 1, low)
                rank, at = (1.0, low - high), below if below < high - 1 else (low + high) // 2
                if high == low:
                    continue
            if rank < first:
                found, first = NumberedLeg(leg.ways[0], (low, high), at), rank
        return found

    def _seek(self, places: Positions, part: Part) -> Doubtful | None:
        """Look for plans that cost little more than the bound; where there are none it rises."""
        assert part.prices is not None
        columns = self._without_shut_legs(self._columns(places, part, all_modes=True), part)
        priced = self._at_prices(columns, part)
        if not part.reach:
            self._try_choice(columns, priced, part)
            if part.stage is Stage.SETTLED or not part.bound < self.state.cut_off:
                return None
        limit = part.wider(self.state.cut_off, _NEAR)
        slack = limit - part.prices.bound + ROUNDING * abs(limit)
        if math.isfinite(slack):
            columns = columns.narrowed(regrets_of_all(self._freight, priced) <= slack)
        return self._solve_near(columns, part, limit, self._departures(places, part, slack))

    def _try_choice(self, columns: SetColumns, priced: SetColumns, part: Part) -> None:
        """Try the choices at prices as a plan, which they are where what flows has its minima."""
        choice = cheapest_choice(self._freight, priced)
        if choice is not None:
            self._try(columns, part, *choice[1:])

    def _departures(self, places: Positions, part: Part, slack: float) -> dict[tuple[int, int], set[tuple[int, int]]]:
        """Return the departures between hubs that a plan may have whose cost is within a slack of the bound."""
        assert part.prices is not None
        sites, prices = self._freight.sites[places], part.prices
        found: dict[tuple[int, int], set[tuple[int, int]]] = {}
        stated = self._bounds.hub_legs.stated(sites, part.numbers)
        room = stated.full + prices.room
        for s, leg in enumerate(self._bounds.hub_legs.of_hubs(sites)):
            a, b = stated.first[s], stated.last[s]
            paid = room[a, b] + (room[b, a] if stated.is_paired[s] else 0.0)
            n = np.arange(max(int(stated.least[s]), 1), int(stated.most[s]) + 1)
            over = {u: n * (stated.eur[s, u] - paid * stated.tonnes[u]) for u in leg.terms.vehicles}
            least = min((float(one.min(initial=math.inf)) for one in over.values()), default=math.inf)
            least = min(least, 0.0) if stated.may_rest[s] else least
            near = {(u, int(number)) for u, one in over.items() for number in n[one <= least + slack]}
            found |= {(way.row, way.column): near for way in leg.ways}
        return found

    def _solve_near(self, relaxed: SetColumns, part: Part, limit: float, departures: Departures) -> Doubtful | None:
        """Solve the program of the columns that plans under a limit may have, and keep its plan whatever that costs."""
        columns = self._whole(relaxed, math.inf, departures)
        if columns is None:
            self._raise_bound(part, limit, limit)
            return None
        in_use = self._in_use(part)
        if is_settled(columns.shared, in_use):
            grouped = grouped_program(self._freight, columns, self._bounds, self._fixed(part), part.lanes)
            program, money = grouped.program, grouped.money
        elif columns.shared is None or in_use <= {way for one in columns.shared.services for way in one.ways}:
            grouped, general = None, self.program(columns, part)
            program, money = general.program, general.money
        else:
            # No route is left on a leg that has departures.
            self._raise_bound(part, limit, limit)
            return None
        options: Options = {"mip_rel_gap": max(self.state.gap / 2, ROUNDING), **_SMALL}
        session = LpSession(program, self.state, options)
        found = session.solve_exactly()
        self._raise_bound(part, limit if found is None else found.bound * money, limit)
        if found is None:
            return None
        values = found.values if grouped is None else grouped.values_of_columns(found.values)
        doubtful = doubtful_lane(self._freight, columns, part, values)
        if doubtful is None:
            self._keep_whole(columns, part, values)
        return doubtful

    def _without_shut_legs(self, columns: SetColumns, part: Part) -> SetColumns:
        """Return the columns without routes over legs between hubs that have no departures."""
        shares, is_kept = columns.shares, np.ones(len(columns.shares.entry), dtype=bool)
        for leg in self._bounds.hub_legs.of_hubs(self._freight.sites[columns.hubs]):
            if part.numbers.get(leg.ways[0], (0, 1))[1] == 0:
                for way in leg.ways:
                    is_kept &= (shares.first_hub != way.row) | (shares.last_hub != way.column)
        return replace(columns, shares=shares[is_kept])

    def _at_prices(self, columns: SetColumns, part: Part) -> SetColumns:
        """Return the columns as the bound of a part has them: with what they are paid, and the hours between hubs."""
        assert part.prices is not None
        freight, shares, prices = self._freight, columns.shares, part.prices
        gate = np.searchsorted(self._freight.sites[columns.hubs], shares.gate)
        hub = np.searchsorted(columns.hubs, columns.modes.site[shares.mode])
        paid = self._bounds.paid(shares.entry, gate, hub, prices)
        extra_h = self._bounds.hub_legs.stated(freight.sites[columns.hubs], part.numbers).extra_h
        first, last = (
            np.searchsorted(freight.sites[columns.hubs], ends) for ends in (shares.first_hub, shares.last_hub)
        )
        deadline = self._instance.deadline_h[shares.commodity] + LATE_TOLERANCE_H
        is_late = freight.matters[shares.entry] & (shares.time_h + extra_h[first, last] > deadline) & ~shares.is_late
        late = np.where(freight.is_hard, np.inf, freight.penalty * freight.volume)[shares.entry]
        return replace(columns, shares=replace(shares, cost=shares.cost - paid + np.where(is_late, late, 0.0)))
