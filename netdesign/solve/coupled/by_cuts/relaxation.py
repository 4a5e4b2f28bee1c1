"""The master over partly open hubs, the lanes to them, and what the parts of the freight take.

Its cuts are on what each part costs less what it is paid for what it takes, at prices of the rows that couple freight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.cut_sets import WholeCuts
from netdesign.solve.branch_cut.site_relaxation import MasterPoint, SiteRelaxation, refuse_over
from netdesign.solve.branch_cut.tuning import COUPLED as TUNING
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.coupled.by_cuts.master import CoupledMaster
from netdesign.solve.coupled.by_cuts.shortage import SHORT
from netdesign.solve.lp.builder import Rows
from netdesign.solve.lp.session import SCALE, LpSession

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.by_cuts.known import KnownPlan
    from netdesign.solve.coupled.by_cuts.master import MasterValues
    from netdesign.solve.coupled.by_cuts.oracle import GateCuts, GateOracle, SharePoint

    Floats = NDArray[np.float64]

_WHOLE = 0.5


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
    """The program of ``CoupledMaster`` with the cuts so far, its hubs and lanes partly open.

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
    whole
        The last cuts on what all freight costs.
    """

    last: MasterValues

    def __init__(self, fixed: Floats, rules: HubRules, oracle: GateOracle, state: SearchState, cost: float) -> None:
        self._freight, self._coupling = oracle.freight, oracle.rows
        self._program = CoupledMaster(oracle.freight, oracle.rows, fixed, cost)
        self._known: list[KnownPlan] = []
        self.whole = WholeCuts(len(fixed), TUNING.bounding_cuts)
        session = LpSession(self._program.program(rules, oracle.least), state, is_relaxed=True)
        super().__init__(session, rules.certain, oracle, state)

    def open_at_least(self, number: int, most: int) -> None:
        """Leave no sets of fewer hubs."""
        self._master.bound_rows(np.zeros(1, dtype=np.intp), np.array([float(number)]), np.array([float(most)]))

    def solve(self) -> MasterPoint | None:
        """Return the optimum of the master, or None where the rules and the settled sites leave nothing."""
        relaxed = self._master.solve()
        if relaxed is None:
            return None
        self.last = self._program.values(relaxed.values)
        return MasterPoint.from_solved(relaxed, self._freight.sites, self._freight.parts, self._program.unit)

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
        program, is_integer = self._program, self._master.is_integer
        given = None if start is None else program.start(start, len(is_integer))
        solved = self._master.solve_mixed(gap, time_s, given)
        # The last one may be told twice.
        found = {np.round(values[is_integer]).tobytes(): values for values in solved.found[::-1]}
        points = [program.values(values) for values in found.values()]
        return WholePoints(solved.bound * program.unit, points, is_done=solved.is_done)

    def add(self, cuts: GateCuts, values: MasterValues | None) -> int:
        """Add the cuts that a solution of the master breaks, or all of them; return how many."""
        if self._state.checks_cuts:
            self._hold_against_known(cuts)
        broken = np.arange(len(cuts.const))
        if values is not None:
            enough = (
                self.breaks_by(self._program.unit * SCALE, len(cuts.const)) if cuts.is_on_cost else self._least_short
            )
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
        return 0.5 * SHORT * float(self._freight.volume.sum()) / self._freight.parts

    def exclude(self, at: SharePoint) -> None:
        """Exclude whole hubs with whole lanes; the rows that there are stay from now on."""
        columns = np.concatenate([np.arange(self._freight.sites), self._program.lane.ravel()])
        is_one = np.concatenate([at.is_open, at.lanes.ravel()]) > _WHOLE
        row = 1.0 - float(is_one.sum()), np.inf, columns, np.where(is_one, -1.0, 1.0)
        self._master.add_rows(Rows.from_lists([row]))
        self._master.keep_rows()

    def _asked(self, cuts: GateCuts, at: SharePoint, taken: Floats) -> Floats:
        """Return what cuts demand of each part, EUR/year."""
        of_gates = (cuts.gate * at.gates(self._freight.airport)).sum(axis=1)
        return np.asarray(cuts.const - cuts.hub @ at.is_open - of_gates + (cuts.pay * taken).sum(axis=1))

    def _row(self, cuts: GateCuts, part: int) -> tuple[float, float, NDArray[np.intp], Floats]:
        program = self._program
        unit = program.unit if cuts.is_on_cost else program.tonnes
        hub, gate, pay = (slopes[part] / unit for slopes in (cuts.hub, cuts.gate, cuts.pay))
        hubs, gates, activities = np.flatnonzero(hub > ROUNDING), np.flatnonzero(gate > ROUNDING), np.flatnonzero(pay)
        lanes = program.lane[self._freight.airport[part], gates] if len(gates) else gates
        cost = program.theta[part : part + 1] if cuts.is_on_cost else program.theta[:0]
        columns = np.concatenate([hubs, cost, lanes, program.taken[part, activities]])
        values = np.concatenate([hub[hubs], np.ones(len(cost)), gate[gates], -pay[activities] * program.tonnes])
        return cuts.const[part] / unit, np.inf, columns, values

    def _keep_whole(self, cuts: GateCuts) -> None:
        """Keep what cuts demand of a set of hubs in all: lanes open where that saves, and get what they have to."""
        rows, worth = self._coupling, cuts.prices * self._coupling.due
        slope = cuts.hub.sum(axis=0)
        is_hub = ~rows.is_lane & (rows.site >= 0)
        np.subtract.at(slope, rows.site[is_hub], worth[is_hub])
        of_lanes = rows.of_lanes(worth, self._freight.airports)
        for airport in range(self._freight.airports):
            slope += np.maximum(0.0, cuts.gate[self._freight.airport == airport].sum(axis=0) - of_lanes[airport])
        self.whole.add(cuts.const.sum() + worth[rows.site < 0].sum(), slope)

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
                refuse_over(asked, float(self._freight.volume.sum()))

    def drop_idle(self, bound: float) -> None:
        """Drop the cuts that are far from binding."""
        self._master.drop_slack_rows(TUNING.idle * abs(bound) / self._program.unit / self._freight.parts)

    def close(self, closing: NDArray[np.bool_]) -> None:
        """Close sites for good; nothing passes there any more."""
        super().close(closing)
        columns = self._program.of_sites(closing)
        self._master.bound_columns(columns, np.zeros(len(columns)), np.zeros(len(columns)))
