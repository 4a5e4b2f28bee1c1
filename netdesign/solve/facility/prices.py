"""Prices on customers and rules, what they prove about every set of sites, and which sites they settle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.site_relaxation import fixed_by_reduced_costs
from netdesign.solve.branch_cut.tuning import FACILITY as TUNING
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.facility.problem import FacilityProblem


@dataclass
class CustomerPrices:
    """Prices, and where the search for better ones stands.

    Parameters
    ----------
    customers
        u_i, EUR/year, shape (customers,).
    rows
        mu_r of the rules, in units of their largest weight, shape (rows,).
    now, rows_now
        The same where the search stands; these may be worse.
    direction
        Of the last step, shape (customers + rows,).
    pace
        Length of steps, and how many brought nothing.
    slope
        Of the sites at these prices, EUR/year, shape (sites,).
    chosen
        Sites of the cheapest set at these prices, shape (sites,).
    likely
        Running mean of the sets that were the cheapest, shape (sites,).
    """

    customers: NDArray[np.float64]
    rows: NDArray[np.float64]
    now: NDArray[np.float64]
    rows_now: NDArray[np.float64]
    direction: NDArray[np.float64]
    pace: NDArray[np.float64]
    slope: NDArray[np.float64]
    chosen: NDArray[np.bool_]
    likely: NDArray[np.float64]

    @classmethod
    def start(cls, problem: FacilityProblem, rows: int, number: int) -> CustomerPrices:
        """Return prices at which each customer would pay for about as many sites as are to each open one."""
        place = min(problem.sites - 1, problem.sites // max(1, number))
        price = np.partition(problem.cost, place, axis=0)[place]
        exists = problem.cost < problem.left_behind
        price = np.minimum(price, np.max(problem.cost, axis=0, where=exists, initial=0.0))
        sites = problem.sites
        return cls(
            price, np.zeros(rows), price.copy(), np.zeros(rows),
            np.zeros(len(price) + rows), np.array([TUNING.long_steps, 0.0]),
            np.zeros(sites), np.zeros(sites, dtype=bool), np.zeros(sites),
        )  # fmt: skip

    def child(self) -> CustomerPrices:
        """Return a copy for a part of what these were raised for."""
        return CustomerPrices(
            self.customers.copy(), self.rows.copy(), self.customers.copy(), self.rows.copy(),
            np.zeros_like(self.direction), np.array([TUNING.short_steps, 0.0]),
            self.slope.copy(), self.chosen.copy(), self.likely.copy(),
        )  # fmt: skip

    def restricted(self, sites: NDArray[np.intp]) -> CustomerPrices:
        """Return the same for some of the sites, the others closed."""
        return CustomerPrices(
            self.customers, self.rows, self.now, self.rows_now, self.direction, self.pace,
            self.slope[sites], self.chosen[sites], self.likely[sites],
        )  # fmt: skip


@dataclass(frozen=True)
class Cut:
    """What every permitted set of sites costs at least: ``const + sum_k slope_k y_k``, EUR/year.

    Parameters
    ----------
    const
        EUR/year.
    slope
        EUR/year, shape (sites,).
    """

    const: float
    slope: NDArray[np.float64]

    def at(self, is_open: NDArray[np.bool_]) -> float:
        """Return what the cut demands of a set, shape (sites,)."""
        return float(self.const + self.slope[is_open].sum())


class Ascent:
    """Raises prices for parts of one problem.

    Parameters
    ----------
    problem, rules
        Customers and sites; permitted sets.
    state
        Told where compiling takes a while.
    """

    def __init__(self, problem: FacilityProblem, rules: HubRules, state: SearchState) -> None:
        self._problem, self._rules = problem, rules
        self._loops = load_compiled("prices", state.notify)
        units = [max(float(np.abs(row.weights).max(initial=0.0)), 1e-12) for row in rules.rows]
        dense = [row.weights / unit for row, unit in zip(rules.rows, units, strict=True)]
        self._weights = np.array(dense, dtype=np.float64).reshape(len(units), problem.sites)
        self._most = np.array([row.most / unit for row, unit in zip(rules.rows, units, strict=True)])
        self.steps = int(np.clip(TUNING.costs_at_once / (problem.sites * problem.customers), 5, TUNING.most_steps))

    def ascend(
        self, prices: CustomerPrices, status: NDArray[np.int8], target: float, steps: int, patience: int
    ) -> float:
        """Raise prices; return a bound on every better plan in the part, EUR/year.

        Parameters
        ----------
        status
            By site: 1 open, -1 closed, 0 undecided.
        target
            EUR/year; a bound over it is as good as any.
        steps, patience
            How many steps, and how many without progress before they get shorter.
        """
        problem, rules = self._problem, self._rules
        # A step in the price of a rule moves sites, one in that of a customer the few sites around it.
        row_unit = problem.customers / max(1.0, float(prices.chosen.sum()))
        return float(
            self._loops.ascend(
                problem.cost, problem.volume, problem.capacity, problem.fixed, self._weights, self._most,
                rules.least, rules.most, status, target, row_unit, steps, patience, prices.pace,
                prices.customers, prices.rows, prices.now, prices.rows_now, prices.direction,
                prices.slope, prices.chosen, prices.likely,
            )
        )  # fmt: skip

    def cut(self, prices: CustomerPrices) -> Cut:
        """Return what prices prove about all sets of the part that they were raised for."""
        return Cut(float(prices.customers.sum() - prices.rows @ self._most), prices.slope)


def settle(prices: CustomerPrices, bound: float, cut_off: float, status: NDArray[np.int8], rules: HubRules) -> None:
    """Decide the undecided sites that no better plan opens, or that all do, by what the other choice would cost."""
    slope, chosen = prices.slope, prices.chosen
    number, is_free = int(chosen.sum()), status == 0
    inside, outside = slope[is_free & chosen], slope[is_free & ~chosen]
    worst, next_best = float(inside.max(initial=-np.inf)), float(outside.min(initial=np.inf))
    # Numbers of sites make a choice push another one out, or draw another one in.
    pushed_out = worst if number >= rules.most else max(0.0, worst) if number <= rules.least else 0.0
    drawn_in = next_best if number <= rules.least else min(0.0, next_best)
    if_closed, if_open = np.where(chosen, drawn_in - slope, -np.inf), np.where(chosen, -np.inf, slope - pushed_out)
    closing, opening = fixed_by_reduced_costs(if_closed, if_open, is_free, cut_off - bound)
    status[closing], status[opening] = -1, 1


def propagate(status: NDArray[np.int8], rules: HubRules) -> bool:
    """Decide the sites that the rules leave no choice for; return False where they leave nothing at all."""
    while True:
        before = status.copy()
        is_free, number = status == 0, int((status > 0).sum())
        possible = number + int(is_free.sum())
        if number > rules.most or possible < rules.least:
            return False
        if number == rules.most:
            status[is_free] = -1
        elif possible == rules.least:
            status[is_free] = 1
        for row in rules.rows:
            weights, is_free = row.weights, status == 0
            taken = weights[status > 0].sum() + np.minimum(weights[is_free], 0.0).sum()
            room = row.most + 1e-9 * (1.0 + abs(row.most)) - taken
            if room < 0.0:
                return False
            status[is_free & (weights > room)] = -1
            status[is_free & (-weights > room)] = 1
        if (status == before).all():
            return True
