"""Prices of sets of hubs by compiled loops, in slices short enough for the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.tuning import MULTIPLE as TUNING
from netdesign.solve.core.route_matrices import IMPOSSIBLE
from netdesign.solve.core.search_state import for_each
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState


class BestRoutePrices:
    """What sets of hubs cost when every commodity takes its best route, and which routes these are.

    Attributes
    ----------
    matrices
        As given.
    """

    def __init__(self, matrices: RouteMatrices, state: SearchState) -> None:
        self.matrices, self._state = matrices, state
        self._loops = load_compiled("pricing", state.notify)
        flows, legs = matrices.flows, matrices.legs
        ends = legs.distribute.shape[1]
        self._is_dense = not flows.has_deadlines and len(flows.volume) >= TUNING.dense * matrices.origins * ends
        self._cells = matrices.origins * ends if self._is_dense else len(flows.volume)
        self._volume = np.zeros((matrices.origins, ends) if self._is_dense else (0, 0))
        if self._is_dense:
            self._volume[flows.origin, flows.destination] = flows.volume
        self._rest = np.zeros(matrices.origins + 1)

    def raise_rest(self, least: NDArray[np.float64]) -> None:
        """Take what the freight of each origin costs at least, EUR/year: sets are left the earlier."""
        self._rest[:-1] = np.maximum(self._rest[:-1], np.cumsum(least[::-1])[::-1])

    def work(self, sets: int, hubs: int) -> float:
        """Return about how many sums it takes to price sets of so many hubs."""
        return float(sets) * self._cells * hubs * (1 if self._is_dense else 2 * hubs)

    def of_sets(self, sets: NDArray[np.int32], cut_off: float, *, keep: bool = False) -> NDArray[np.float64]:
        """Return the price of each set, exact where it is under the cut-off, a lower bound otherwise.

        Parameters
        ----------
        sets
            Positions of hubs, shape (sets, hubs), ascending in each row.
        cut_off
            EUR/year.
        keep
            Whether every price under the cut-off is wanted; otherwise the least one found lowers the cut-off.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        price = np.empty(len(sets))
        step = max(1, int(TUNING.sums_at_once / max(1.0, self.work(1, sets.shape[1]))))
        at_once = step * self._state.threads
        for first in range(0, len(sets), at_once):
            wave = [slice(start, start + step) for start in range(first, min(len(sets), first + at_once), step)]

            def fill(part: slice, most: float = cut_off) -> None:
                self._price(sets[part], most, price[part])

            for_each(wave, fill, self._state)
            if not keep:
                cut_off = min(cut_off, float(price[first : first + at_once].min()))
        return price

    def cheapest(self, sets: NDArray[np.int32]) -> NDArray[np.intp] | None:
        """Return the cheapest set, where it is better than the incumbent; the search state records it.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        if not len(sets):
            return None
        price = self.of_sets(sets, self._state.cut_off)
        place = int(np.argmin(price))
        return sets[place].astype(np.intp) if self._state.found(float(price[place])) else None

    def of_set(self, hubs: NDArray[np.int32]) -> float:
        """Return the exact price of one set."""
        price = np.empty(1)
        self._price(hubs[None, :], np.inf, price)
        return float(price[0])

    def routes(self, hubs: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """Return the cost of each flow's best route over a set, EUR/t, and its first and last hub."""
        flows = self.matrices.flows
        cost, route = np.empty(len(flows.volume)), np.empty((len(flows.volume), 2), dtype=np.int32)
        self._loops.best_routes(flows, self.matrices.legs, hubs, cost, route)
        return cost, route

    def by_origin(self, hubs: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return what the freight of each origin costs over a set, EUR/year, shape (origins,)."""
        flows = self.matrices.flows
        return np.add.reduceat(self.routes(hubs)[0] * flows.volume, flows.start[:-1])

    def with_one_more(self, hubs: NDArray[np.int32], sites: NDArray[np.int32], cut_off: float) -> NDArray[np.float64]:
        """Return the price of a set with one site more, for each of several sites; at the cut-off it may be unfinished.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        price = np.empty(len(sites))
        paid = float(self.matrices.fixed[hubs].sum())
        served = self._served(hubs)
        step = max(1, int(TUNING.sums_at_once / max(1.0, self.work(1, 3 if self._is_dense else len(hubs) + 1))))
        for start in range(0, len(sites), step):
            self._check_clock()
            part = slice(start, start + step)
            rest = (hubs, served, paid, sites[part], cut_off, price[part])
            if self._is_dense:
                self._loops.add_dense(self._volume, self.matrices.fixed, self.matrices.legs, *rest)
            else:
                self._loops.add_listed(self.matrices.flows, self.matrices.fixed, self.matrices.legs, *rest)
        return price

    def _served(self, hubs: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return the cost of best routes over a set, by pair or by flow."""
        if not len(hubs):
            return np.full(self._volume.shape if self._is_dense else len(self.matrices.flows.volume), 10 * IMPOSSIBLE)
        if not self._is_dense:
            return self.routes(hubs)[0]
        served = np.empty(self._volume.shape)
        self._loops.served_dense(self._volume, self.matrices.legs, hubs, served)
        return served

    def _price(self, sets: NDArray[np.int32], cut_off: float, price: NDArray[np.float64]) -> None:
        rest = (self.matrices.fixed, self.matrices.legs, sets, self._rest, cut_off, price)
        if self._is_dense:
            self._loops.price_dense(self._volume, *rest)
        else:
            self._loops.price_listed(self.matrices.flows, *rest)

    def _check_clock(self) -> None:
        if self._state.is_over:
            raise TimeoutError
