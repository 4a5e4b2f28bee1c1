"""The master over partly open hubs: what the cuts so far prove, and which sites they settle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.site_relaxation import MasterPoint, SiteRelaxation, add_hub_rules, refuse_over
from netdesign.solve.branch_cut.tuning import MULTIPLE as TUNING
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.lp.builder import LpBuilder, Rows
from netdesign.solve.lp.session import SCALE, LpSession
from netdesign.solve.multiple.cuts import Cuts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.cuts import CommodityOracle


class MultipleRelaxation(SiteRelaxation[MasterPoint]):
    """The linear program ``min sum_k f_k y_k + sum_i theta_i`` over the rules on hubs and the cuts so far.

    Parameters
    ----------
    fixed
        f_k, EUR/year, shape (sites,).
    rules
        Permitted sets.
    oracle
        Where the cuts come from; told which sites are closed for good.
    state
        Incumbent and clock.
    unit
        EUR/year that the objective is divided by, about the cost of a plan.
    """

    def __init__(
        self,
        fixed: NDArray[np.float64],
        rules: HubRules,
        oracle: CommodityOracle,
        state: SearchState,
        unit: float,
    ) -> None:
        self._sites, self._origins = len(fixed), len(oracle.least)
        self._commodities = oracle
        self._unit = unit / SCALE
        self._known: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
        self._cuts = Cuts(np.empty(0), np.empty((0, self._sites)))
        self._cut_origin = np.empty(0, dtype=np.intp)
        builder = LpBuilder()
        builder.add_columns(rules.certain.astype(np.float64), 1.0, fixed / self._unit)
        builder.add_columns(oracle.least / self._unit, cost=1.0)
        add_hub_rules(builder, rules)
        super().__init__(LpSession(builder.program(), state), rules.certain, oracle, state)

    @property
    def rows(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
        """The cuts in the master: their const and slope, EUR/year, and the origin of each."""
        return self._cuts.const, self._cuts.slope, self._cut_origin

    @property
    def least(self) -> NDArray[np.float64]:
        """What the freight of each origin costs at least over the sites that are left, EUR/year."""
        return self._commodities.least

    def solve(self) -> MasterPoint | None:
        """Return the optimum of the master, or None where the rules and the settled sites leave nothing.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        relaxed = self._master.solve()
        if relaxed is None:
            return None
        return MasterPoint.from_solved(relaxed, self._sites, self._origins, self._unit)

    def cut(self, at: NDArray[np.float64], number: int, point: MasterPoint) -> int:
        """Add the cuts made at one point that another one breaks; return how many.

        In most rounds only for the heavy origins, which send most of the freight and are a fraction of the work.

        Parameters
        ----------
        at
            y, its sum at least 1, shape (sites,).
        number
            Of the round.
        point
            The solution of the master.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        added = 0
        if number % TUNING.full_every:
            added = self.add(self._commodities.cuts(at, number, self._commodities.heavy), point)
        return added or self.add(self._commodities.cuts(at, number), point)

    def add(self, cuts: Cuts, point: MasterPoint | None) -> int:
        """Add the cuts that a point breaks, or all of them; return how many.

        A cut is broken by less than it matters where all of them together move the bound by less than the gap.
        """
        if self._state.checks_cuts:
            self._hold_against_known(cuts)
        broken = np.arange(self._origins)
        if point is not None:
            enough = 0.1 * self._state.gap * abs(point.bound) / self._origins
            broken = np.flatnonzero(cuts.at(point.is_open) - point.theta > enough)
        matrix = np.zeros((len(broken), self._sites + self._origins))
        matrix[:, : self._sites] = cuts.slope[broken] / self._unit
        matrix[:, : self._sites][matrix[:, : self._sites] < ROUNDING] = 0.0
        matrix[np.arange(len(broken)), self._sites + broken] = 1.0
        self._master.add_rows(Rows.from_dense(matrix, cuts.const[broken] / self._unit, np.full(len(broken), np.inf)))
        self._cuts = Cuts(
            np.concatenate([self._cuts.const, cuts.const[broken]]),
            np.concatenate([self._cuts.slope, cuts.slope[broken]]),
        )
        self._cut_origin = np.concatenate([self._cut_origin, broken])
        return len(broken)

    def add_known(self, is_open: NDArray[np.float64], price: NDArray[np.float64]) -> None:
        """Take what the freight of each origin costs over a set of hubs: no cut may demand more."""
        self._known.append((is_open, price))

    def _hold_against_known(self, cuts: Cuts) -> None:
        for is_open, price in self._known:
            if (is_open.astype(bool) & self.is_closed).any():
                continue
            refuse_over(cuts.at(is_open) - price * (1.0 + ROUNDING), price.sum())

    def drop_idle(self, bound: float) -> None:
        """Drop the cuts that are far from binding."""
        first = self._master.kept
        dropped = self._master.drop_slack_rows(TUNING.idle * abs(bound) / self._unit / self._origins) - first
        keep = np.ones(len(self._cut_origin), dtype=bool)
        keep[dropped] = False
        self._cuts = Cuts(self._cuts.const[keep], self._cuts.slope[keep])
        self._cut_origin = self._cut_origin[keep]
