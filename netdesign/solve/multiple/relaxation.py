"""The master over partly open hubs: cuts on what the freight of each origin costs, and what they prove so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.site_relaxation import MasterPoint, SiteRelaxation, add_hub_rules, refuse_over
from netdesign.solve.branch_cut.tuning import MULTIPLE as TUNING
from netdesign.solve.core.search_state import ROUNDING, for_each
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.lp.builder import LpBuilder, Rows
from netdesign.solve.lp.session import SCALE, LpSession

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState


@dataclass(frozen=True)
class Cuts:
    """Rows ``theta_i >= const_i - sum_k slope_ik y_k``, one for each origin; zero where a site is closed for good.

    Parameters
    ----------
    const
        EUR/year, shape (origins,).
    slope
        EUR/year, shape (origins, sites), never negative.
    """

    const: NDArray[np.float64]
    slope: NDArray[np.float64]

    def at(self, is_open: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the rows demand at a point y, shape (origins,)."""
        return np.asarray(self.const - self.slope @ is_open)


class CommodityOracle:
    """Prices partly open hubs, and bounds with a cut for each origin what all hubs cost.

    Attributes
    ----------
    sites
        Positions of the sites that are not closed for good.
    least
        What the freight of each origin costs at least, EUR/year, shape (origins,).
    heavy
        How many origins send most of the freight; they come first.
    worked
        About what all cuts so far have taken, in sums as pricing sets takes them.
    dearest
        What leaving a commodity behind costs: more than any plan worth having, EUR/year.
    """

    def __init__(self, matrices: RouteMatrices, state: SearchState) -> None:
        self._matrices, self._state = matrices, state
        self._loops = load_compiled("commodity", state.notify)
        volume = np.cumsum(np.add.reduceat(matrices.flows.volume, matrices.flows.start[:-1]))
        self.heavy = int(np.searchsorted(volume, TUNING.heavy * volume[-1])) + 1
        self._slices = slices(matrices.flows.start)
        steps = matrices.steps
        self._reach, self._onward = np.empty(steps.near.shape), np.empty(steps.far.shape)
        self.worked, self.dearest = 0.0, matrices.largest_cost
        self.close_all_but(np.arange(matrices.sites))

    def close_all_but(self, sites: NDArray[np.intp]) -> None:
        """Close the other sites for good: cuts get stronger, and hold only while these stay closed."""
        self.sites = sites.astype(np.int64)
        self._loops.partial_paths(self._matrices.legs, self.sites, self._reach, self._onward)
        flows, legs = self._matrices.flows, self._matrices.legs
        best = np.full(len(flows.volume), np.inf)
        for k in self.sites:
            np.minimum(best, legs.collect[flows.origin, k] + self._onward[flows.destination, k], out=best)
        self.least = np.add.reduceat(best * flows.volume, flows.start[:-1])

    def cuts(self, is_open: NDArray[np.float64], salt: int, origins: int | None = None) -> Cuts:
        """Return the cuts that are tight at a point y, shape (sites,).

        Parameters
        ----------
        is_open
            Its sum at least 1.
        salt
            Any number: of the many tight cuts, which.
        origins
            Only for so many origins, the heaviest; the others demand nothing. None for all.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        matrices = self._matrices
        cuts = Cuts(np.zeros(matrices.origins), np.zeros((matrices.origins, matrices.sites)))
        by_share = self.sites[np.argsort(-is_open[self.sites], kind="stable")]

        def fill(part: tuple[int, int]) -> None:
            self._loops.commodity_cuts(
                matrices.flows, matrices.steps, self._reach, self._onward, self.sites, by_share, is_open,
                self.dearest, salt, *part, cuts.const, cuts.slope,
            )  # fmt: skip

        parts = self._slices if origins is None else [part for part in self._slices if part[0] < origins]
        flows, inside = matrices.flows.start[parts[-1][1]], np.count_nonzero(is_open > 0.0)
        self.worked += float(flows * (TUNING.sums_a_site * len(self.sites) + TUNING.sums_a_route * inside**2))
        for_each(parts, fill, self._state)
        return cuts


def slices(start: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return ranges of origins with about as many flows each."""
    marks = np.arange(0, start[-1], TUNING.flows_at_once)
    ends = np.unique(np.append(np.searchsorted(start, marks, side="left"), len(start) - 1))
    return list(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))


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
        self, fixed: NDArray[np.float64], rules: HubRules, oracle: CommodityOracle, state: SearchState, unit: float
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
        """Return the optimum of the master, or None where the rules and the settled sites leave nothing."""
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
        """Add the cuts that a point breaks, or all of them; return how many."""
        if self._state.checks_cuts:
            self._hold_against_known(cuts)
        broken = np.arange(self._origins)
        if point is not None:
            enough = self.breaks_by(point.bound, self._origins)
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
