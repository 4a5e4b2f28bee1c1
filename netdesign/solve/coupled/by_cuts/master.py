"""The program that the cuts start from: its columns, its rows before any cut, and what its solutions say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.site_relaxation import add_hub_rules
from netdesign.solve.core.gate_freight import GATE, HUB_ROWS
from netdesign.solve.core.route_matrices import ABSENT
from netdesign.solve.coupled.by_cuts.oracle import SharePoint
from netdesign.solve.coupled.by_cuts.parts import NO_AIRPORT
from netdesign.solve.coupled.by_cuts.prices import FREIGHT
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.lp.session import SCALE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.coupled.by_cuts.parts import FreightParts
    from netdesign.solve.coupled.by_cuts.rows import CouplingRows
    from netdesign.solve.lp.builder import LinearProgram

    Floats = NDArray[np.float64]
    Positions = NDArray[np.intp]

NO_COLUMN = -1


@dataclass(frozen=True)
class MasterValues:
    """What a solution of the master says.

    Parameters
    ----------
    shares
        How open sites and lanes are.
    theta
        What the cuts so far demand of each part, EUR/year, shape (parts,).
    taken
        Of activities, t/year, shape (parts, activities).
    """

    shares: SharePoint
    theta: Floats
    taken: Floats


class CoupledMaster:
    """The program ``min sum_k f_k y_k + sum_p theta_p + sum_r price_r short_r`` over hub rules and coupling rows.

    ``l_ag <= y_g``; each part p takes ``a_pc`` of activity c, so that the rows hold (see ``CouplingRows``): of what
    passes gates, enters or is lifted at hubs it takes ``w_p l_ag`` or ``w_p y_k`` at most, and all of it somewhere.

    Parameters
    ----------
    freight, rows
        In parts, and what couples them.
    fixed
        f_k, EUR/year, shape (sites,).
    cost
        EUR/year, about that of a plan.

    Attributes
    ----------
    unit, tonnes
        What 1 is in it, EUR/year and t/year.
    theta, lane
        Columns of parts, shape (parts,), and of lanes, shape (airports, sites); those of the sites come first.
    taken
        Columns of what parts take, shape (parts, activities); ``NO_COLUMN`` where no row adds it.
    """

    def __init__(self, freight: FreightParts, rows: CouplingRows, fixed: Floats, cost: float) -> None:
        self._freight, self._rows, self._fixed = freight, rows, fixed
        self.unit, self.tonnes = cost / SCALE, float(freight.volume.sum()) / FREIGHT
        sites, parts, airports = len(fixed), freight.parts, freight.airports
        self.theta = sites + np.arange(parts)
        self.lane = sites + parts + np.arange(airports * sites).reshape(airports, sites)
        self.taken = np.full(rows.in_use.shape, NO_COLUMN)
        in_use = np.nonzero(rows.in_use)
        self.taken[in_use] = sites + parts + self.lane.size + np.arange(len(in_use[0]))

    def program(self, rules: HubRules, least: Floats) -> LinearProgram:
        """Return the program.

        Parameters
        ----------
        rules
            The permitted sets.
        least
            What each part costs at least, EUR/year, shape (parts,).
        """
        builder = LpBuilder()
        builder.add_columns(rules.certain.astype(np.float64), 1.0, self._fixed / self.unit, is_integer=True)
        builder.add_columns(least / self.unit, cost=1.0)
        builder.add_columns(np.zeros(self.lane.size), self._may_fly().ravel().astype(np.float64), is_integer=True)
        builder.add_columns(np.zeros(int(np.count_nonzero(self.taken != NO_COLUMN))))
        add_hub_rules(builder, rules)
        self._add_lanes(builder)
        self._add_limits_of_parts(builder)
        self._add_rows(builder)
        return builder.program()

    def _may_fly(self) -> NDArray[np.bool_]:
        """Return which lanes there are, in one direction at least, shape (airports, sites)."""
        found = np.zeros(self.lane.shape, dtype=bool)
        for one in self._freight.groups:
            if one.airport != NO_AIRPORT:
                found[one.airport] |= one.legs.lane < ABSENT
        return found

    def _add_lanes(self, builder: LpBuilder) -> None:
        """Add that lanes are open only to open hubs, and one of each airport is."""
        for lanes in self.lane:
            rows = builder.add_rows(len(lanes), -np.inf, 0.0)
            builder.enter(rows, lanes)
            builder.enter(rows, np.arange(len(lanes)), -1.0)
            builder.add_row(lanes, np.ones(len(lanes)), 1.0, np.inf)

    def _add_limits_of_parts(self, builder: LpBuilder) -> None:
        """Add that parts pass open gates and hubs only, each tonne one gate, and one hub or more."""
        volume, sites = self._freight.volume / self.tonnes, len(self._fixed)
        for part, airport in enumerate(self._freight.airport.tolist()):
            for kind in range(HUB_ROWS):
                taken, own = self.taken[part, kind * sites : (kind + 1) * sites], volume[part]
                used = np.flatnonzero(taken != NO_COLUMN)
                if not len(used):
                    continue
                is_lane = kind == GATE and airport != NO_AIRPORT
                rows = builder.add_rows(len(used), -np.inf, 0.0)
                builder.enter(rows, taken[used])
                builder.enter(rows, self.lane[airport, used] if is_lane else used, -own)
                if len(used) == sites:
                    builder.add_row(taken, np.ones(sites), own, np.inf)

    def _add_rows(self, builder: LpBuilder) -> None:
        """Add the rows that couple the freight, with what is short of those where that has a price.

        Nothing is widened for rounding, here or in what parts take: by less than the tolerance of HiGHS it had presolve
        call relaxations infeasible and dearer plans optimal.
        """
        rows = self._rows
        for row, (activity, sign, due) in enumerate(zip(rows.activity, rows.sign, rows.due / self.tonnes, strict=True)):
            columns = self.taken[rows.counts[row], activity]
            values, least = np.full(len(columns), sign), float(due)
            if rows.airport[row] >= 0 or rows.site[row] >= 0:
                place = self.lane[rows.airport[row], rows.site[row]] if rows.airport[row] >= 0 else rows.site[row]
                columns, values, least = np.append(columns, place), np.append(values, -due), 0.0
            if np.isfinite(rows.highest[row]):
                price = np.array([rows.highest[row] * self.tonnes / self.unit])
                columns = np.append(columns, builder.add_columns(np.zeros(1), cost=price))
                values = np.append(values, 1.0)
            builder.add_row(columns, values, least, np.inf)

    def values(self, solved: Floats) -> MasterValues:
        """Return what a solution says, from the values of all columns."""
        shares = SharePoint.of(solved[: len(self._fixed)], solved[self.lane])
        taken = np.where(self.taken != NO_COLUMN, solved[self.taken], 0.0) * self.tonnes
        return MasterValues(shares, solved[self.theta] * self.unit, taken)

    def start(self, point: SharePoint, columns: int) -> Floats:
        """Return values of that many columns, shape (columns,): of sites and lanes those of a point, else NaN."""
        given = np.full(columns, np.nan)
        given[: len(self._fixed)], given[self.lane] = point.is_open, point.lanes
        return given

    def of_sites(self, sites: NDArray[np.bool_]) -> Positions:
        """Return the columns of all that passes some sites: lanes, and what parts take there."""
        taken = self.taken[:, : HUB_ROWS * len(sites)][:, np.tile(sites, HUB_ROWS)]
        return np.concatenate([self.lane[:, sites].ravel(), taken[taken != NO_COLUMN]])
