"""The rows that couple freight, over what its parts take: minima of lanes and hubs, capacities, carbon, what is late.

A part takes of *activities*: what passes each gate, enters at each hub, is lifted at each hub; emissions; what is late
in all and of each group. Each row adds one activity of some parts; it has to be there, or may be there at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.solve.core.gate_freight import FIRST, GATE, HUB_ROWS, LIFTED
from netdesign.solve.coupled.by_cuts.parts import NO_AIRPORT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.core.gate_freight import FreightRows, GateFreight
    from netdesign.solve.coupled.by_cuts.oracle import SharePoint
    from netdesign.solve.coupled.by_cuts.parts import FreightParts

    Floats = NDArray[np.float64]
    Positions = NDArray[np.intp]


@dataclass(frozen=True)
class CouplingRows:
    """Rows ``sum_p sign_r a_p,activity(r) >= due_r share_r - short_r`` over the parts that count.

    Parameters
    ----------
    activity
        Position of the activity of each row, shape (rows,).
    sign
        1 for what has to be there, -1 for what may be there at most, shape (rows,).
    due
        Below 0 for what may be there at most, t/year, shape (rows,).
    highest
        Price of a tonne that is short, EUR/t; infinite where none may be, shape (rows,).
    airport, site
        Of a lane; the site alone of a hub; -1 where a row depends on neither, shape (rows,).
    counts
        Which parts count, shape (rows, parts).
    sites, activities
        How many.
    counts_last
        1 where what a hub hands out loads it too, else 0.
    """

    activity: Positions
    sign: Floats
    due: Floats
    highest: Floats
    airport: Positions
    site: Positions
    counts: NDArray[np.bool_]
    sites: int
    activities: int
    counts_last: float

    @property
    def number(self) -> int:
        """How many rows there are."""
        return len(self.due)

    @cached_property
    def is_lane(self) -> NDArray[np.bool_]:
        """Which are minima of lanes, shape (rows,)."""
        return self.airport >= 0

    @cached_property
    def in_use(self) -> NDArray[np.bool_]:
        """Which activities of which parts some row adds, shape (parts, activities)."""
        found = np.zeros((self.counts.shape[1], self.activities), dtype=bool)
        for row, activity in enumerate(self.activity.tolist()):
            found[:, activity] |= self.counts[row]
        return found

    def share(self, point: SharePoint) -> Floats:
        """Return how much of each row is due at a point, shape (rows,)."""
        found = np.ones(self.number)
        is_hub = ~self.is_lane & (self.site >= 0)
        found[is_hub] = point.is_open[self.site[is_hub]]
        found[self.is_lane] = point.lanes[self.airport[self.is_lane], self.site[self.is_lane]]
        return found

    def given(self, taken: Floats) -> Floats:
        """Return what each part gives to each row, t/year, shape (rows, parts), of what it takes of activities."""
        return np.where(self.counts, self.sign[:, None] * taken.T[self.activity], 0.0)

    def pay(self, prices: Floats) -> Floats:
        """Return what a tonne of each activity is paid, EUR/t, shape (parts, activities), at prices of the rows."""
        found = np.zeros(self.in_use.shape)
        for row in np.flatnonzero(prices).tolist():
            found[self.counts[row], self.activity[row]] += self.sign[row] * prices[row]
        return found

    def at_hubs(self, prices: Floats, activity: int) -> Floats:
        """Return the prices of the rows of hubs of one kind by site, EUR/t, shape (sites,)."""
        found, is_kind = np.zeros(self.sites), ~self.is_lane & (self.activity // self.sites == activity)
        is_kind &= self.site >= 0
        found[self.site[is_kind]] = prices[is_kind]
        return found

    def of_lanes(self, prices: Floats, airports: int) -> Floats:
        """Return the prices of lanes, EUR/t, shape (airports, sites)."""
        found = np.zeros((airports, self.sites))
        found[self.airport[self.is_lane], self.site[self.is_lane]] = prices[self.is_lane]
        return found

    def of_limits(self, prices: Floats) -> Floats:
        """Return the prices of the limits over all routes, EUR/t, shape (limits,)."""
        found = np.zeros(self.activities - HUB_ROWS * self.sites)
        found[self.activity[self.site < 0] - HUB_ROWS * self.sites] = prices[self.site < 0]
        return found


def coupling_rows(instance: Instance, freight: GateFreight, rows: FreightRows, parts: FreightParts) -> CouplingRows:
    """Return the rows of a problem."""
    sites, throughput = parts.sites, instance.policies.minimum_throughput
    price = {} if throughput is None else {one.site: one.shortfall_eur_per_t for one in throughput.hubs}
    of_part = {GATE: parts.of_group("fills_hub"), FIRST: parts.of_group("enters"), LIFTED: np.ones(parts.parts, bool)}
    found: list[tuple[int, float, float, float, int, int, NDArray[np.bool_]]] = []
    for airport in range(parts.airports):
        counts = parts.of_group("fills_lane") & (parts.airport == airport)
        least = float(freight.least[airport])
        found += [(k, 1.0, least, np.inf, airport, k, counts) for k in range(sites) if least > 0.0]
    for kind, counts in of_part.items():
        for k in np.flatnonzero(rows.highest[kind] > 0.0).tolist():
            each = price.get(instance.allowed[k]) if kind != LIFTED else None
            sign, highest = (-1.0 if kind == LIFTED else 1.0), np.inf if each is None else each
            found.append((kind * sites + k, sign, float(rows.due[kind, k]), highest, -1, k, counts))
    for number in np.flatnonzero(rows.limit_highest > 0.0).tolist():
        every = np.ones(parts.parts, dtype=bool)
        found.append((HUB_ROWS * sites + number, -1.0, float(rows.limit[number]), np.inf, NO_AIRPORT, -1, every))

    def column(place: int, kind: type) -> NDArray[Any]:
        return np.array([row[place] for row in found], dtype=kind)

    counts_of = np.array([row[-1] for row in found], dtype=bool).reshape(len(found), parts.parts)
    return CouplingRows(
        column(0, np.intp), column(1, np.float64), column(2, np.float64), column(3, np.float64), column(4, np.intp),
        column(5, np.intp), counts_of, sites, HUB_ROWS * sites + len(rows.limit), float(rows.counts_last[0]),
    )  # fmt: skip
