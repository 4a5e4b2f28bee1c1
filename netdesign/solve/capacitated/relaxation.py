"""The master over partly open hubs and the freight that loads them.

Its cuts are on what the freight of each origin costs and loads at prices of capacity, which are chosen for deep cuts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.cut_sets import WholeCuts
from netdesign.solve.branch_cut.groups import starts_of_groups
from netdesign.solve.branch_cut.site_relaxation import MasterPoint, SiteRelaxation, add_hub_rules, refuse_over
from netdesign.solve.branch_cut.tuning import CAPACITATED as TUNING
from netdesign.solve.capacitated.loads import SLACK, LoadProgram
from netdesign.solve.core.search_state import ROUNDING, for_each
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.lp.builder import LpBuilder, Rows
from netdesign.solve.lp.session import SCALE, LpSession
from netdesign.solve.multiple.relaxation import CommodityOracle, Cuts, slices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from netdesign.solve.branch_cut.site_relaxation import Decision
    from netdesign.solve.capacitated.loads import Capacities
    from netdesign.solve.capacitated.operating import OperatedSet
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState

_OPEN = 1e-7
"""A site less open than this is closed."""
_FREIGHT = 100.0
"""What all freight is inside the master."""


@dataclass(frozen=True)
class PricedCuts:
    """Rows ``theta_i + sum_k u_k load_ik >= const_i - sum_k slope_ik y_k``, one for each origin.

    Parameters
    ----------
    cuts
        const and slope.
    prices
        u, EUR/t, shape (sites,).
    """

    cuts: Cuts
    prices: NDArray[np.float64]


class PricedOracle:
    """The commodity oracle where each tonne pays at the hubs that it counts at.

    Attributes
    ----------
    sites
        Positions of the sites that are not closed for good.
    least
        What the freight of each origin costs at least, EUR/year, shape (origins,).
    dearest
        What leaving a commodity behind costs: twice what a plan worth having does, EUR/year.
    """

    def __init__(self, matrices: RouteMatrices, capacities: Capacities, state: SearchState) -> None:
        self._matrices, self._capacities, self._state = matrices, capacities, state
        self._loops = load_compiled("partly", state.notify)
        self._slices = slices(matrices.flows.start)
        self._paid = np.zeros(len(matrices.flows.volume))
        self.dearest = matrices.largest_cost
        self.close_all_but(np.arange(matrices.sites))

    def close_all_but(self, sites: NDArray[np.intp]) -> None:
        """Close the other sites for good: cuts get stronger, and hold only while these stay closed."""
        self.sites = sites.astype(np.int64)
        oracle = CommodityOracle(self._matrices, self._state)
        oracle.close_all_but(sites)
        self.least = oracle.least

    def cuts(self, is_open: NDArray[np.float64], prices: NDArray[np.float64], salt: int) -> PricedCuts:
        """Return the cuts that are tight at a point y and at prices, shape (sites,) each.

        Parameters
        ----------
        is_open
            Its sum at least 1.
        prices
            EUR/t.
        salt
            Any number: of the many tight cuts, which.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        oracle = CommodityOracle(self._capacities.raised(self._matrices, prices), self._state)
        oracle.close_all_but(self.sites)
        oracle.dearest = self.dearest
        return PricedCuts(oracle.cuts(is_open, salt), prices)

    def searched(self, is_open: NDArray[np.float64], prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return prices at which a point costs about as much as it can, from those at hand, shape (sites,) each.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        hubs = np.flatnonzero(is_open > _OPEN)
        room = self._capacities.limit[hubs] * np.minimum(is_open[hubs], 1.0)
        # What is over capacity is paid for, so that there always is a solution; a bound holds at any price of it.
        program = LoadProgram(room, self._matrices.origins, 0.5 * self.dearest, self._capacities.freight, self._state)
        solution = program.solve(lambda own: self._served(is_open, hubs, own), prices[hubs], TUNING.searched, np.inf)
        found = np.zeros_like(prices)
        found[hubs] = solution.prices
        return self.filled(is_open, found)

    def filled(self, is_open: NDArray[np.float64], prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return prices for the sites that a point does not open as well: those at which they would just be full.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        matrices, capacities = self._matrices, self._capacities
        hubs, filled = np.flatnonzero(is_open > _OPEN), prices.copy()
        self._served(is_open, hubs, prices[hubs])
        closed = np.setdiff1d(self.sites, hubs)
        second = capacities.second
        self._loops.fill_prices(
            matrices.flows, matrices.legs, self._paid, capacities.limit, prices, second, hubs, closed, filled
        )
        return filled

    def _served(
        self, is_open: NDArray[np.float64], hubs: NDArray[np.intp], own: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what the freight of each origin costs over a point where its hubs have prices, and loads them with."""
        prices = np.zeros(self._matrices.sites)
        prices[hubs] = own
        raised, second = self._capacities.raised(self._matrices, prices), self._capacities.second
        flows, steps = raised.flows, raised.steps
        value, load = np.zeros(raised.origins), np.zeros((raised.origins, len(hubs)))

        def fill(part: tuple[int, int]) -> None:
            self._loops.served_partly(flows, steps, is_open, hubs, second, self.dearest, *part, value, load, self._paid)

        for_each(self._slices, fill, self._state)
        return value - load @ own, load


class CapacitatedRelaxation(SiteRelaxation[MasterPoint]):
    """The program ``min sum_k f_k y_k + sum_g theta_g`` over the rules, the capacities and the cuts so far.

    Each group g of origins has its own loads, ``sum_g load_gk <= q_k y_k``, and the cuts bound what it costs to load
    less where capacity is dear. So cuts at different prices of the same hubs help each other.

    Parameters
    ----------
    matrices, capacities, rules
        The problem and the permitted sets.
    oracle
        Where the cuts come from; told which sites are closed for good.
    state
        Incumbent and clock.
    unit
        EUR/year that the objective is divided by, about the cost of a plan.

    Attributes
    ----------
    whole
        The cuts so far on what all freight costs.
    numbers_here
        How many hubs there may be in the node at hand.
    """

    def __init__(
        self,
        matrices: RouteMatrices,
        capacities: Capacities,
        rules: HubRules,
        oracle: PricedOracle,
        state: SearchState,
        unit: float,
    ) -> None:
        self._sites = matrices.sites
        volume = np.add.reduceat(matrices.flows.volume, matrices.flows.start[:-1])
        self._first = starts_of_groups(volume, TUNING.groups)
        self._groups = len(self._first)
        self._unit, self._tonnes = unit / SCALE, capacities.freight / _FREIGHT
        self._known: list[OperatedSet] = []
        self.numbers_here = self._numbers = range(rules.least, rules.most + 1)
        self._load = np.zeros((self._groups, self._sites))
        self.whole = WholeCuts(self._sites)
        self._capacities = capacities
        builder = LpBuilder()
        builder.add_columns(rules.certain.astype(np.float64), 1.0, matrices.fixed / self._unit)
        builder.add_columns(self._by_group(oracle.least) / self._unit, cost=1.0)
        builder.add_columns(np.zeros(self._groups * self._sites))
        add_hub_rules(builder, rules)
        self._add_loads(builder, self._by_group(volume))
        super().__init__(LpSession(builder.program(), state), rules.certain, oracle, state)

    def _by_group(self, by_origin: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.add.reduceat(by_origin, self._first, axis=0)

    def _add_loads(self, builder: LpBuilder, volume: NDArray[np.float64]) -> None:
        """Add that hubs can take all freight, loads are within capacities, and each tonne loads one hub at least.

        Capacities suffice that are short of the freight by ``SLACK``, a hundred times what linear programs let pass. No
        column has a bound of its own that this widens: presolve fixes columns at bounds that rows just need.
        """
        column, limit = self._load_columns(), self._capacities.limit / self._tonnes
        builder.add_row(np.arange(self._sites), limit, _FREIGHT * (1.0 - SLACK), np.inf)
        for k in range(self._sites):
            builder.add_row(np.append(column[:, k], k), np.append(np.ones(self._groups), -limit[k]), -np.inf, 0.0)
        for g in range(self._groups):
            builder.add_row(column[g], np.ones(self._sites), volume[g] / self._tonnes * (1.0 - SLACK), np.inf)

    def _load_columns(self) -> NDArray[np.intp]:
        """Return the columns of the loads, shape (groups, sites)."""
        first = self._sites + self._groups
        return first + np.arange(self._groups * self._sites).reshape(self._groups, self._sites)

    def solve(self) -> MasterPoint | None:
        """Return the optimum of the master, or None where the rules and the settled sites leave nothing."""
        relaxed = self._master.solve()
        if relaxed is None:
            return None
        self._load = relaxed.values[self._sites + self._groups :].reshape(self._load.shape) * self._tonnes
        return MasterPoint.from_solved(relaxed, self._sites, self._groups, self._unit)

    def add(self, priced: PricedCuts, point: MasterPoint | None) -> int:
        """Add the cuts that the last point breaks, or all of them; return how many."""
        if self._state.checks_cuts:
            self._hold_against_known(priced)
        prices = priced.prices
        cuts = Cuts(self._by_group(priced.cuts.const), self._by_group(priced.cuts.slope))
        broken = np.arange(self._groups)
        if point is not None:
            enough = self.breaks_by(point.bound, self._groups)
            broken = np.flatnonzero(cuts.at(point.is_open) - self._load @ prices - point.theta > enough)
        slope = cuts.slope[broken] / self._unit
        slope[slope < ROUNDING] = 0.0
        priced_at = np.flatnonzero(prices)
        paid, column, rows = prices[priced_at] * self._tonnes / self._unit, self._load_columns(), []
        for place, g in enumerate(broken.tolist()):
            y = np.flatnonzero(slope[place])
            columns = np.concatenate([y, [self._sites + g], column[g, priced_at]])
            weights = np.concatenate([slope[place, y], [1.0], paid])
            rows.append((cuts.const[g] / self._unit, np.inf, columns, weights))
        if rows:
            self._master.add_rows(Rows.from_lists(rows))
        self.whole.add(cuts.const.sum(), cuts.slope.sum(axis=0) + prices * self._capacities.limit)
        return len(broken)

    def add_known(self, operated: OperatedSet) -> None:
        """Take the best operation of a set of hubs: no cut may demand more."""
        self._known.append(operated)

    def _hold_against_known(self, priced: PricedCuts) -> None:
        for known in self._known:
            if self.is_closed[known.hubs].any() or known.solution is None:
                continue
            is_open = np.zeros(self._sites)
            is_open[known.hubs] = 1.0
            paid = known.paid_at(priced.prices)
            refuse_over(priced.cuts.at(is_open) - paid * (1.0 + ROUNDING), paid.sum())

    def drop_idle(self, bound: float) -> None:
        """Drop the cuts that are far from binding."""
        self._master.drop_slack_rows(TUNING.idle * abs(bound) / self._unit / self._groups)

    def decide(self, decided: Iterable[Decision]) -> None:
        """As of ``SiteRelaxation``, and how many hubs there are."""
        decided = tuple(decided)
        super().decide(decided)
        numbers = next((one.numbers for one in reversed(decided) if one.numbers is not None), self._numbers)
        if numbers != self.numbers_here:
            self.numbers_here = numbers
            least, most = np.array([[numbers[0]], [numbers[-1]]], dtype=np.float64)
            self._master.bound_rows(np.zeros(1, dtype=np.intp), least, most)

    def close(self, closing: NDArray[np.bool_]) -> None:
        """Close sites for good; nothing loads them any more."""
        super().close(closing)
        columns = self._load_columns()[:, closing].ravel()
        self._master.bound_columns(columns, np.zeros(len(columns)), np.zeros(len(columns)))
