"""The master over partly open hubs, the lanes to them, and what flies over these lanes.

Its cuts are on what each part of the freight costs less what it is paid for flying at prices of the minima.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.site_relaxation import MasterPoint, SiteRelaxation, add_hub_rules, refuse_over
from netdesign.solve.branch_cut.tuning import COUPLED as TUNING
from netdesign.solve.core.route_matrices import ABSENT
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.coupled.by_cuts.oracle import GateCuts, SharePoint
from netdesign.solve.coupled.by_cuts.prices import FREIGHT, fills_hub_of, fills_lane_of
from netdesign.solve.coupled.rows import DEAREST
from netdesign.solve.lp.builder import LpBuilder, Rows
from netdesign.solve.lp.session import SCALE, LpSession

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.by_cuts.known import KnownPlan
    from netdesign.solve.coupled.by_cuts.oracle import GateOracle
    from netdesign.solve.coupled.rows import Minima
    from netdesign.solve.lp.builder import LinearProgram

    Floats = NDArray[np.float64]

_CLOSED = 1e-7
"""A lane less open than this is closed."""

_WHOLE = 0.5
_ROUNDING = 1e-9


@dataclass(frozen=True)
class MasterValues:
    """What a solution of the master says.

    Parameters
    ----------
    shares
        How open sites and lanes are.
    theta
        What the cuts so far demand of each part, EUR/year, shape (parts,).
    load
        What flies over gates, t/year, shape (parts, sites).
    """

    shares: SharePoint
    theta: Floats
    load: Floats


@dataclass(frozen=True)
class WholePoints:
    """Solutions of the master with whole hubs and lanes, the best first.

    Parameters
    ----------
    bound
        No plan costs less, EUR/year; infinite where there is no such solution.
    found
        As found.
    is_done
        Whether the gap was reached within the time.
    """

    bound: float
    found: list[MasterValues]
    is_done: bool


class CoupledRelaxation(SiteRelaxation[MasterPoint]):
    """The program ``min sum_k f_k y_k + sum_p theta_p + sum_k price_k short_k`` over rules, minima and the cuts so far.

    ``l_ag <= y_g``; of each part p, ``F_pg <= w_p l_ag`` tonnes fly over gate g, all of it over some; the parts that
    fill a lane fly at least ``L l_ag``, and those that fill a hub's minimum ``M_k y_k - short_k``.

    Parameters
    ----------
    fixed
        f_k, EUR/year, shape (sites,).
    minima, rules
        What has to flow, and the permitted sets.
    oracle
        Where the cuts come from; told which sites are closed for good.
    state
        Incumbent and clock.
    cost
        EUR/year, about that of a plan.

    Attributes
    ----------
    last
        The last solution.
    """

    last: MasterValues

    def __init__(
        self,
        fixed: Floats,
        minima: Minima,
        rules: HubRules,
        oracle: GateOracle,
        state: SearchState,
        cost: float,
    ) -> None:
        self._freight, self._minima, self._fixed = oracle.freight, minima, fixed
        sites, parts, airports = len(fixed), oracle.freight.parts, oracle.freight.airports
        self._unit = cost / SCALE
        self._tonnes = sum(float(one.volume.sum()) for one in oracle.freight.gated) / FREIGHT
        self._priced = np.flatnonzero((minima.hub > 0.0) & (minima.highest < DEAREST))
        self._lane = sites + parts + np.arange(airports * sites).reshape(airports, sites)
        first = int(self._lane[-1, -1]) + 1
        self._load = first + np.arange(parts * sites).reshape(parts, sites)
        self._airport = np.full(parts, -1)
        for one, own in zip(oracle.freight.gated, oracle.freight.slices, strict=False):
            self._airport[own] = one.airport
        self._known: list[KnownPlan] = []
        self._const, self._slope = np.empty(0), np.empty((0, sites))
        program = self._program(rules, oracle.least)
        super().__init__(LpSession(program, state, is_relaxed=True), rules.certain, oracle, state)

    def _program(self, rules: HubRules, least: Floats) -> LinearProgram:
        sites, builder = rules.sites, LpBuilder()
        builder.add_columns(rules.certain.astype(np.float64), 1.0, self._fixed / self._unit, is_integer=True)
        builder.add_columns(least / self._unit, cost=1.0)
        builder.add_columns(np.zeros(self._lane.size), self._may_fly().ravel().astype(np.float64), is_integer=True)
        flies = np.repeat(self._airport >= 0, sites).astype(np.float64)
        builder.add_columns(np.zeros(self._load.size), np.where(flies > 0.0, np.inf, 0.0))
        price = self._minima.highest[self._priced] * self._tonnes / self._unit
        self._short = builder.add_columns(np.zeros(len(self._priced)), cost=price)
        add_hub_rules(builder, rules)
        self._add_lanes(builder)
        self._add_minima(builder)
        return builder.program()

    def _may_fly(self) -> NDArray[np.bool_]:
        """Return which lanes there are, in one direction at least, shape (airports, sites)."""
        found = np.zeros(self._lane.shape, dtype=bool)
        for one in self._freight.gated:
            found[one.airport] |= one.legs.lane < ABSENT
        return found

    def _add_lanes(self, builder: LpBuilder) -> None:
        """Add that lanes are open only to open hubs, one of each airport is, and freight flies over open ones."""
        volume = self._volume() / self._tonnes
        for lanes in self._lane:
            rows = builder.add_rows(len(lanes), -np.inf, 0.0)
            builder.enter(rows, lanes)
            builder.enter(rows, np.arange(len(lanes)), -1.0)
            builder.add_row(lanes, np.ones(len(lanes)), 1.0, np.inf)
        for part in np.flatnonzero(self._airport >= 0):
            load, lanes, own = self._load[part], self._lane[self._airport[part]], volume[part]
            builder.add_row(load, np.ones(len(load)), own * (1.0 - _ROUNDING), own * (1.0 + _ROUNDING))
            rows = builder.add_rows(len(load), -np.inf, 0.0)
            builder.enter(rows, load)
            builder.enter(rows, lanes, -own)

    def _volume(self) -> Floats:
        """Return what of each part flies, t/year."""
        volume = np.zeros(len(self._airport))
        for one, own in zip(self._freight.gated, self._freight.slices, strict=False):
            volume[own] = one.volume
        return volume

    def _add_minima(self, builder: LpBuilder) -> None:
        """Add that lanes and hubs get their minima."""
        least, short = self._minima.lane / self._tonnes, dict(zip(self._priced.tolist(), self._short, strict=True))
        for lanes, fills in zip(self._lane, fills_lane_of(self._freight), strict=True):
            if least <= 0.0:
                continue
            for column, loads in zip(lanes, self._load[fills].T, strict=True):
                builder.add_row(np.append(loads, column), np.append(np.ones(len(loads)), -least), 0.0, np.inf)
        own = fills_hub_of(self._freight)
        for site in np.flatnonzero(self._minima.hub > 0.0).tolist():
            loads = self._load[own, site]
            columns, values = (
                np.append(loads, site),
                np.append(np.ones(len(loads)), -self._minima.hub[site] / self._tonnes),
            )
            if site in short:
                columns, values = np.append(columns, short[site]), np.append(values, 1.0)
            builder.add_row(columns, values, 0.0, np.inf)

    @property
    def rows(self) -> tuple[Floats, Floats]:
        """Cuts on the whole cost, ``const - sum_k slope_k y_k``: of the last sets of cuts, EUR/year."""
        return self._const, self._slope

    def solve(self) -> MasterPoint | None:
        """Return the optimum of the master, or None where the rules and the settled sites leave nothing."""
        relaxed = self._master.solve()
        if relaxed is None:
            return None
        self.last = self._values(relaxed.values)
        return MasterPoint.from_solved(relaxed, len(self._fixed), len(self._airport), self._unit)

    def _values(self, values: Floats) -> MasterValues:
        sites, parts = len(self._fixed), len(self._airport)
        is_open, lanes = (
            np.where(share > _CLOSED, np.minimum(share, 1.0), 0.0) for share in (values[:sites], values[self._lane])
        )
        theta = values[sites : sites + parts] * self._unit
        return MasterValues(SharePoint(is_open, lanes), theta, values[self._load] * self._tonnes)

    def solve_whole(self, gap: float, time_s: float) -> WholePoints:
        """Solve with whole hubs and lanes by branch and bound.

        Parameters
        ----------
        gap
            Relative gap at which to stop.
        time_s
            Time limit, s.
        """
        solved = self._master.solve_mixed(gap, time_s, None)
        found = [self._values(values) for values in solved.found[::-1]]
        return WholePoints(solved.bound * self._unit, found, is_done=solved.is_done)

    def add(self, cuts: GateCuts, values: MasterValues | None) -> int:
        """Add the cuts that a solution of the master breaks, or all of them; return how many."""
        if self._state.checks_cuts:
            self._hold_against_known(cuts)
        broken = np.arange(len(cuts.const))
        if values is not None:
            enough = self.breaks_by(self._unit * SCALE, len(cuts.const))
            broken = np.flatnonzero(self._asked(cuts, values.shares, values.load) - values.theta > enough)
        rows = [self._row(cuts, part) for part in broken.tolist()]
        if rows:
            self._master.add_rows(Rows.from_lists(rows))
        self._keep_whole(cuts)
        return len(broken)

    def exclude(self, at: SharePoint) -> None:
        """Exclude whole hubs with whole lanes; the rows that there are stay from now on."""
        columns = np.concatenate([np.arange(len(self._fixed)), self._lane.ravel()])
        is_one = np.concatenate([at.is_open, at.lanes.ravel()]) > _WHOLE
        row = 1.0 - float(is_one.sum()), np.inf, columns, np.where(is_one, -1.0, 1.0)
        self._master.add_rows(Rows.from_lists([row]))
        self._master.keep_rows()

    def proven_at(self, cuts: GateCuts, at: SharePoint) -> float:
        """Return what cuts prove of whole hubs and lanes, EUR/year, as these get what they have to."""
        minima, prices = self._minima, cuts.prices
        paid = (prices.lane * at.lanes).sum() * minima.lane + (prices.hub * minima.hub * at.is_open).sum()
        return float(self._fixed @ at.is_open + self._asked(cuts, at, np.zeros_like(cuts.pay)).sum() + paid)

    def _asked(self, cuts: GateCuts, at: SharePoint, load: Floats) -> Floats:
        """Return what cuts demand of each part, EUR/year."""
        of_part = np.where(self._airport[:, None] >= 0, at.lanes[self._airport], 0.0)
        return np.asarray(
            cuts.const - cuts.hub @ at.is_open - (cuts.lane * of_part).sum(axis=1) + (cuts.pay * load).sum(axis=1)
        )

    def _row(self, cuts: GateCuts, part: int) -> tuple[float, float, NDArray[np.intp], Floats]:
        hub, lane, pay = (slopes[part] / self._unit for slopes in (cuts.hub, cuts.lane, cuts.pay))
        hubs, lanes, gates = np.flatnonzero(hub > ROUNDING), np.flatnonzero(lane > ROUNDING), np.flatnonzero(pay)
        theta = len(self._fixed) + part
        columns = np.concatenate([hubs, [theta], self._lane[self._airport[part], lanes], self._load[part, gates]])
        values = np.concatenate([hub[hubs], [1.0], lane[lanes], -pay[gates] * self._tonnes])
        return cuts.const[part] / self._unit, np.inf, columns, values

    def _keep_whole(self, cuts: GateCuts) -> None:
        """Keep what cuts demand of a set of hubs in all: lanes open where that saves, and get what they have to."""
        slope, minima = cuts.hub.sum(axis=0) - cuts.prices.hub * self._minima.hub, self._minima
        for airport in range(self._freight.airports):
            lane = cuts.lane[self._airport == airport].sum(axis=0) - cuts.prices.lane[airport] * minima.lane
            slope += np.maximum(0.0, lane)
        kept = TUNING.bounding_cuts - 1
        self._const = np.append(self._const[-kept:], cuts.const.sum())
        self._slope = np.vstack([self._slope[-kept:], slope])

    def add_known(self, known: KnownPlan) -> None:
        """Take a plan: no cut may demand more of it than it costs."""
        self._known.append(known)

    def _hold_against_known(self, cuts: GateCuts) -> None:
        for known in self._known:
            if self.is_closed[known.point.is_open > 0.0].any():
                continue
            asked = self._asked(cuts, known.point, known.load)
            refuse_over(asked - known.cost * (1.0 + ROUNDING), known.cost.sum())

    def drop_idle(self, bound: float) -> None:
        """Drop the cuts that are far from binding."""
        self._master.drop_slack_rows(TUNING.idle * abs(bound) / self._unit / len(self._airport))

    def close(self, closing: NDArray[np.bool_]) -> None:
        """Close sites for good; nothing flies there any more."""
        super().close(closing)
        columns = np.concatenate([self._lane[:, closing].ravel(), self._load[:, closing].ravel()])
        self._master.bound_columns(columns, np.zeros(len(columns)), np.zeros(len(columns)))
