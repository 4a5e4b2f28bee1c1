"""Good sets of hubs first: greedy opening, then interchange of one hub, with prices that grow with no set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.neighbourhood import SiteNeighbourhood, extended, first_better, is_less

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.prices import BestRoutePrices


class MultipleHeuristic:
    """Local search over sets of hubs: open one, close one, or exchange one (Teitz and Bart 1968).

    Parameters
    ----------
    prices, rules, state
        Of the search; the search state records every set that is permitted.
    """

    def __init__(self, prices: BestRoutePrices, rules: HubRules, state: SearchState) -> None:
        self._prices, self._rules, self._state = prices, rules, state
        self._near = SiteNeighbourhood(rules)
        self._seen: set[bytes] = set()
        self.best: NDArray[np.int32] | None = None

    @property
    def seen(self) -> list[NDArray[np.int32]]:
        """The sets that were looked at, permitted or not."""
        return [np.frombuffer(hubs, dtype=np.int32).copy() for hubs in sorted(self._seen)]

    def take(self, hubs: NDArray[np.intp] | None) -> None:
        """Take a set that was found to be the best by others, if there is one."""
        if hubs is not None:
            self.best = hubs.astype(np.int32)

    def start(self) -> None:
        """Open hubs one by one, the one that saves most next, and improve what comes of it.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        hubs = np.flatnonzero(self._rules.certain).astype(np.int32)
        price = self._prices.of_set(hubs) if len(hubs) else np.inf
        while len(sites := self._near.additions(hubs)):
            prices = self._prices.with_one_more(hubs, sites, np.inf)
            cheapest = int(np.argmin(prices))
            if len(hubs) >= self._rules.least and not is_less(prices[cheapest], price):
                break
            hubs, price = extended(hubs, sites[cheapest]), float(prices[cheapest])
        self.improve(hubs)

    def round_up(self, is_open: NDArray[np.float64]) -> None:
        """Search from the sites that a point y opens most, shape (sites,).

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        self.improve(self._near.rounded(is_open))

    def improve(self, hubs: NDArray[np.int32]) -> None:
        """Search from a set, which need not be permitted yet; ascending.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        if not len(hubs) or hubs.tobytes() in self._seen:
            return
        price = self._prices.of_set(hubs)
        while True:
            self._seen.add(hubs.tobytes())
            if self._near.permits(hubs) and self._state.found(price):
                self.best = hubs
            better = (
                self._exchanged(hubs, price)
                or self._cheapest(hubs, self._near.additions(hubs), price)
                or first_better(self._near.removals(hubs), self._prices.of_set, price)
            )
            if better is None or better[0].tobytes() in self._seen:
                return
            hubs, price = better

    def _exchanged(self, hubs: NDArray[np.int32], price: float) -> tuple[NDArray[np.int32], float] | None:
        """Return the first better set in which the best other site takes the place of a hub."""
        for rest, sites in self._near.swaps(hubs):
            better = self._cheapest(rest, sites, price)
            if better is not None:
                return better
        return None

    def _cheapest(
        self, hubs: NDArray[np.int32], sites: NDArray[np.int32], than: float
    ) -> tuple[NDArray[np.int32], float] | None:
        """Return a set with the best of some sites in addition, if it is better."""
        if not len(sites):
            return None
        prices = self._prices.with_one_more(hubs, sites, than)
        cheapest = int(np.argmin(prices))
        return (extended(hubs, sites[cheapest]), float(prices[cheapest])) if is_less(prices[cheapest], than) else None
