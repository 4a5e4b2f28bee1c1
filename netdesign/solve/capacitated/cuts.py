"""Cuts on what the freight of each origin costs and loads at prices of capacity, and prices that make them deep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.tuning import CAPACITATED as TUNING
from netdesign.solve.capacitated.loads import LoadProgram
from netdesign.solve.core.search_state import for_each
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.multiple.cuts import CommodityOracle, Cuts, slices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.capacitated.loads import Capacities
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState

_OPEN = 1e-7
"""A site less open than this is closed."""


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

    Parameters
    ----------
    matrices, capacities
        The problem.
    state
        Clock of the search, and its threads.

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
