"""The master over partly open hubs, the lanes to them, and what the parts of the freight take.

Its cuts are on what each part costs less what it is paid for what it takes, at prices of the rows that couple freight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.site_relaxation import MasterPoint, SiteRelaxation, add_hub_rules, refuse_over
from netdesign.solve.branch_cut.tuning import COUPLED as TUNING
from netdesign.solve.core.gate_freight import GATE, HUB_ROWS
from netdesign.solve.core.route_matrices import ABSENT
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.coupled.by_cuts.oracle import SharePoint
from netdesign.solve.coupled.by_cuts.parts import NO_AIRPORT
from netdesign.solve.coupled.by_cuts.prices import FREIGHT
from netdesign.solve.coupled.by_cuts.shortage import SHORT
from netdesign.solve.lp.builder import LpBuilder, Rows
from netdesign.solve.lp.session import SCALE, LpSession

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.by_cuts.known import KnownPlan
    from netdesign.solve.coupled.by_cuts.oracle import GateCuts, GateOracle
    from netdesign.solve.lp.builder import LinearProgram

    Floats = NDArray[np.float64]

_CLOSED = 1e-7
"""A lane less open than this is closed."""

_WHOLE = 0.5
_ROUNDING = 1e-9
_NONE = -1


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
    """The program ``min sum_k f_k y_k + sum_p theta_p + sum_r price_r short_r`` over rules, rows and the cuts so far.

    ``l_ag <= y_g``; each part p takes ``a_pc`` of activity c, so that the rows hold (see ``CouplingRows``): of what
    passes gates, enters or is lifted at hubs it takes ``w_p l_ag`` or ``w_p y_k`` at most, and all of it somewhere.

    Parameters
    ----------
    fixed
        f_k, EUR/year, shape (sites,).
    rules
        The permitted sets.
    oracle
        Where the cuts come from, with freight and rows; told which sites are closed for good.
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

    def __init__(self, fixed: Floats, rules: HubRules, oracle: GateOracle, state: SearchState, cost: float) -> None:
        self._freight, self._coupling, self._fixed = oracle.freight, oracle.rows, fixed
        sites, parts, airports = len(fixed), oracle.freight.parts, oracle.freight.airports
        self._unit, self._tonnes = cost / SCALE, float(oracle.freight.volume.sum()) / FREIGHT
        self._lane = sites + parts + np.arange(airports * sites).reshape(airports, sites)
        self._taken = np.full(oracle.rows.in_use.shape, _NONE)
        in_use = np.nonzero(oracle.rows.in_use)
        self._taken[in_use] = sites + parts + self._lane.size + np.arange(len(in_use[0]))
        self._airport = oracle.freight.airport
        self._known: list[KnownPlan] = []
        self._const, self._slope = np.empty(0), np.empty((0, sites))
        program = self._program(rules, oracle.least)
        super().__init__(LpSession(program, state, is_relaxed=True), rules.certain, oracle, state)

    def _program(self, rules: HubRules, least: Floats) -> LinearProgram:
        builder = LpBuilder()
        builder.add_columns(rules.certain.astype(np.float64), 1.0, self._fixed / self._unit, is_integer=True)
        builder.add_columns(least / self._unit, cost=1.0)
        builder.add_columns(np.zeros(self._lane.size), self._may_fly().ravel().astype(np.float64), is_integer=True)
        builder.add_columns(np.zeros(int(np.count_nonzero(self._taken != _NONE))))
        add_hub_rules(builder, rules)
        self._add_lanes(builder)
        self._add_limits_of_parts(builder)
        self._add_rows(builder)
        return builder.program()

    def _may_fly(self) -> NDArray[np.bool_]:
        """Return which lanes there are, in one direction at least, shape (airports, sites)."""
        found = np.zeros(self._lane.shape, dtype=bool)
        for one in self._freight.groups:
            if one.airport != NO_AIRPORT:
                found[one.airport] |= one.legs.lane < ABSENT
        return found

    def _add_lanes(self, builder: LpBuilder) -> None:
        """Add that lanes are open only to open hubs, and one of each airport is."""
        for lanes in self._lane:
            rows = builder.add_rows(len(lanes), -np.inf, 0.0)
            builder.enter(rows, lanes)
            builder.enter(rows, np.arange(len(lanes)), -1.0)
            builder.add_row(lanes, np.ones(len(lanes)), 1.0, np.inf)

    def _add_limits_of_parts(self, builder: LpBuilder) -> None:
        """Add that parts pass open gates and hubs only, each tonne one gate, and one hub or more."""
        volume, sites = self._freight.volume / self._tonnes, len(self._fixed)
        for part, airport in enumerate(self._airport.tolist()):
            for kind in range(HUB_ROWS):
                taken, own = self._taken[part, kind * sites : (kind + 1) * sites], volume[part]
                used = np.flatnonzero(taken != _NONE)
                if not len(used):
                    continue
                is_lane = kind == GATE and airport >= 0
                rows = builder.add_rows(len(used), -np.inf, 0.0)
                builder.enter(rows, taken[used])
                builder.enter(rows, self._lane[airport, used] if is_lane else used, -own)
                if len(used) == sites:
                    builder.add_row(taken, np.ones(sites), own * (1.0 - _ROUNDING), np.inf)

    def _add_rows(self, builder: LpBuilder) -> None:
        """Add the rows that couple the freight, with what is short of those where that has a price."""
        rows = self._coupling
        for row, (activity, sign, due) in enumerate(
            zip(rows.activity, rows.sign, rows.due / self._tonnes, strict=True)
        ):
            columns = self._taken[rows.counts[row], activity]
            values, least = np.full(len(columns), sign), float(due)
            if rows.airport[row] >= 0 or rows.site[row] >= 0:
                place = self._lane[rows.airport[row], rows.site[row]] if rows.airport[row] >= 0 else rows.site[row]
                columns, values, least = np.append(columns, place), np.append(values, -due), 0.0
            if np.isfinite(rows.highest[row]):
                price = np.array([rows.highest[row] * self._tonnes / self._unit])
                columns, values = (
                    np.append(columns, builder.add_columns(np.zeros(1), cost=price)),
                    np.append(values, 1.0),
                )
            builder.add_row(columns, values, least, np.inf)

    @property
    def rows(self) -> tuple[Floats, Floats]:
        """Cuts on the whole cost, ``const - sum_k slope_k y_k``: of the last sets of cuts, EUR/year."""
        return self._const, self._slope

    def open_at_least(self, number: int, most: int) -> None:
        """Leave no sets of fewer hubs."""
        self._master.bound_rows(np.zeros(1, dtype=np.intp), np.array([float(number)]), np.array([float(most)]))

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
        taken = np.where(self._taken != _NONE, values[self._taken], 0.0) * self._tonnes
        return MasterValues(SharePoint(is_open, lanes), theta, taken)

    def solve_whole(self, gap: float, time_s: float, start: SharePoint | None) -> WholePoints:
        """Solve with whole hubs and lanes by branch and bound.

        Parameters
        ----------
        gap
            Relative gap at which to stop.
        time_s
            Time limit, s.
        start
            Whole hubs and lanes to begin with, or None.
        """
        given = None
        if start is not None:
            given = np.full(len(self._master.is_integer), np.nan)
            given[: len(self._fixed)], given[self._lane] = start.is_open, start.lanes
        solved = self._master.solve_mixed(gap, time_s, given)
        # The last one may be told twice.
        found = {np.round(values[self._master.is_integer]).tobytes(): values for values in solved.found[::-1]}
        return WholePoints(
            solved.bound * self._unit, [self._values(values) for values in found.values()], is_done=solved.is_done
        )

    def add(self, cuts: GateCuts, values: MasterValues | None) -> int:
        """Add the cuts that a solution of the master breaks, or all of them; return how many."""
        if self._state.checks_cuts:
            self._hold_against_known(cuts)
        broken = np.arange(len(cuts.const))
        if values is not None:
            enough = self.breaks_by(self._unit * SCALE, len(cuts.const)) if cuts.is_on_cost else self._least_short
            have = values.theta if cuts.is_on_cost else 0.0
            broken = np.flatnonzero(self._asked(cuts, values.shares, values.taken) - have > enough)
        rows = [self._row(cuts, part) for part in broken.tolist()]
        if rows:
            self._master.add_rows(Rows.from_lists(rows))
        if cuts.is_on_cost:
            self._keep_whole(cuts)
        return len(broken)

    @property
    def _least_short(self) -> float:
        """What a point has to be short of a part's cut to break it, t/year: all parts together are by more."""
        return 0.5 * SHORT * self._tonnes * FREIGHT / len(self._airport)

    def exclude(self, at: SharePoint) -> None:
        """Exclude whole hubs with whole lanes; the rows that there are stay from now on."""
        columns = np.concatenate([np.arange(len(self._fixed)), self._lane.ravel()])
        is_one = np.concatenate([at.is_open, at.lanes.ravel()]) > _WHOLE
        row = 1.0 - float(is_one.sum()), np.inf, columns, np.where(is_one, -1.0, 1.0)
        self._master.add_rows(Rows.from_lists([row]))
        self._master.keep_rows()

    def _asked(self, cuts: GateCuts, at: SharePoint, taken: Floats) -> Floats:
        """Return what cuts demand of each part, EUR/year."""
        of_gate = np.where(
            self._airport[:, None] >= 0, np.append(at.lanes, at.is_open[None], axis=0)[self._airport], 0.0
        )
        paid = (cuts.pay * taken).sum(axis=1)
        return np.asarray(cuts.const - cuts.hub @ at.is_open - (cuts.gate * of_gate).sum(axis=1) + paid)

    def _row(self, cuts: GateCuts, part: int) -> tuple[float, float, NDArray[np.intp], Floats]:
        unit = self._unit if cuts.is_on_cost else self._tonnes
        hub, gate, pay = (slopes[part] / unit for slopes in (cuts.hub, cuts.gate, cuts.pay))
        hubs, gates, activities = np.flatnonzero(hub > ROUNDING), np.flatnonzero(gate > ROUNDING), np.flatnonzero(pay)
        theta, taken = len(self._fixed) + part, self._taken[part, activities]
        lanes = self._lane[self._airport[part], gates] if len(gates) else gates
        cost = [theta] if cuts.is_on_cost else []
        columns = np.concatenate([hubs, cost, lanes, taken]).astype(np.intp)
        values = np.concatenate([hub[hubs], np.ones(len(cost)), gate[gates], -pay[activities] * self._tonnes])
        return cuts.const[part] / unit, np.inf, columns, values

    def _keep_whole(self, cuts: GateCuts) -> None:
        """Keep what cuts demand of a set of hubs in all: lanes open where that saves, and get what they have to."""
        rows, worth = self._coupling, cuts.prices * self._coupling.due
        slope = cuts.hub.sum(axis=0)
        is_hub = ~rows.is_lane & (rows.site >= 0)
        np.subtract.at(slope, rows.site[is_hub], worth[is_hub])
        of_lanes = rows.of_lanes(worth, self._freight.airports)
        for airport in range(self._freight.airports):
            slope += np.maximum(0.0, cuts.gate[self._airport == airport].sum(axis=0) - of_lanes[airport])
        kept, const = TUNING.bounding_cuts - 1, cuts.const.sum() + worth[rows.site < 0].sum()
        self._const = np.append(self._const[-kept:], const)
        self._slope = np.vstack([self._slope[-kept:], slope])

    def add_known(self, known: KnownPlan) -> None:
        """Take a plan: no cut may demand more of it than it costs."""
        self._known.append(known)

    def _hold_against_known(self, cuts: GateCuts) -> None:
        for known in self._known:
            if self.is_closed[known.point.is_open > 0.0].any():
                continue
            asked = self._asked(cuts, known.point, known.taken)
            if cuts.is_on_cost:
                refuse_over(asked - known.cost * (1.0 + ROUNDING), known.cost.sum())
            else:
                refuse_over(asked, self._tonnes * FREIGHT)

    def drop_idle(self, bound: float) -> None:
        """Drop the cuts that are far from binding."""
        self._master.drop_slack_rows(TUNING.idle * abs(bound) / self._unit / len(self._airport))

    def close(self, closing: NDArray[np.bool_]) -> None:
        """Close sites for good; nothing passes there any more."""
        super().close(closing)
        taken = self._taken[:, : HUB_ROWS * len(self._fixed)][:, np.tile(closing, HUB_ROWS)]
        columns = np.concatenate([self._lane[:, closing].ravel(), taken[taken != _NONE]])
        self._master.bound_columns(columns, np.zeros(len(columns)), np.zeros(len(columns)))
