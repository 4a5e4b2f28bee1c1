"""Good plans first: hubs are exchanged one by one, the likeliest first, and cities allocated by local search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.neighbourhood import SiteHeuristic, first_better
from netdesign.solve.core.route_matrices import IMPOSSIBLE
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.kernels.names import NEVER, NOBODY

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.prices import BestRoutePrices
    from netdesign.solve.single.problem import AllocationProblem


class SingleHeuristic(SiteHeuristic):
    """Local search over sets of hubs, each priced by a local search over allocations.

    Parameters
    ----------
    problem, rules, state
        Of the search; the search state records every plan.
    prices
        What sets cost under multiple allocation: a lower bound, by which sets are left out and put in order.

    Attributes
    ----------
    best
        Position of each city's hub in the best plan, or None.
    hubs
        Its open hubs, ascending.
    on_plan
        Told of every plan, as the position of each city's hub.
    """

    def __init__(
        self, problem: AllocationProblem, rules: HubRules, prices: BestRoutePrices, state: SearchState
    ) -> None:
        super().__init__(rules, state)
        self._problem, self._prices = problem, prices
        self._loops = load_compiled("allocating", state.notify)
        self._heaviest = np.argsort(-problem.load, kind="stable")
        self.best: NDArray[np.intp] | None = None
        self.hubs: NDArray[np.int32] = np.empty(0, dtype=np.int32)
        self.on_plan: Callable[[NDArray[np.intp]], None] = _forget

    def _better(self, hubs: NDArray[np.int32], price: float) -> tuple[NDArray[np.int32], float] | None:
        prices = self._prices
        near = self._near.likeliest(
            hubs, lambda rest, sites: prices.with_one_more(rest, sites, price), prices.of_set, price
        )
        return first_better(near, self._price, price)

    def _price(self, hubs: NDArray[np.int32]) -> float:
        """Return what a set costs with a good allocation, ``NEVER`` where none was found, and record it."""
        if self._state.is_over:
            raise TimeoutError
        problem = self._problem
        chosen = hubs.astype(np.int64)
        place = np.full(problem.sites + 1, NOBODY)
        place[chosen] = np.arange(len(chosen))
        room, hub_of = problem.capacity[chosen], np.empty(problem.cities, dtype=np.int64)
        cost = self._loops.allocate(
            problem.assign, problem.forth, problem.back, problem.transfer, problem.promises, problem.load,
            self._heaviest, chosen, place[problem.own], room, hub_of,
        )  # fmt: skip
        if cost >= IMPOSSIBLE:
            return NEVER
        return self.take(hubs, chosen[hub_of])

    def take(self, hubs: NDArray[np.int32], hub_of: NDArray[np.intp]) -> float:
        """Return what a plan costs, EUR/year; keep it if it is permitted and the best."""
        price = float(self._problem.fixed[hubs].sum()) + self._problem.operating(hub_of)
        self.on_plan(hub_of)
        if self._near.permits(hubs) and self._state.found(price):
            self.best, self.hubs = hub_of, hubs
        return price


def _forget(hub_of: NDArray[np.intp]) -> None:
    del hub_of
