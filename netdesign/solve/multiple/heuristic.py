"""Good sets of hubs first: greedy opening, then interchange of one hub, with prices that grow with no set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.prices import Prices

_BETTER = 1e-9
"""Relative difference under which two prices are the same."""


class Interchange:
    """Local search over sets of hubs: open one, close one, or exchange one (Teitz and Bart 1968).

    Parameters
    ----------
    prices, rules, state
        Of the search; the search state records every set that is permitted.
    """

    def __init__(self, prices: Prices, rules: HubRules, state: SearchState) -> None:
        self._prices, self._rules, self._state = prices, rules, state
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
        while len(hubs) < self._rules.most:
            sites = self._addable(hubs)
            if not len(sites):
                break
            prices = self._prices.with_one_more(hubs, sites, np.inf)
            cheapest = int(np.argmin(prices))
            if len(hubs) >= self._rules.least and not _is_less(prices[cheapest], price):
                break
            hubs, price = _with(hubs, sites[cheapest]), float(prices[cheapest])
        self.improve(hubs)

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
            if self._is_permitted(hubs) and self._state.found(price):
                self.best = hubs
            better = self._exchanged(hubs, price) or self._resized(hubs, price)
            if better is None or better[0].tobytes() in self._seen:
                return
            hubs, price = better

    def _exchanged(self, hubs: NDArray[np.int32], price: float) -> tuple[NDArray[np.int32], float] | None:
        """Return the first better set in which the best other site takes the place of a hub."""
        for hub in hubs[~self._rules.certain[hubs]]:
            rest = hubs[hubs != hub]
            sites = self._addable(rest)
            sites = sites[sites != hub]
            if not len(sites):
                continue
            prices = self._prices.with_one_more(rest, sites, price)
            cheapest = int(np.argmin(prices))
            if _is_less(prices[cheapest], price):
                return _with(rest, sites[cheapest]), float(prices[cheapest])
        return None

    def _resized(self, hubs: NDArray[np.int32], price: float) -> tuple[NDArray[np.int32], float] | None:
        """Return the better set with one hub more or one less, or None."""
        sites = self._addable(hubs) if len(hubs) < self._rules.most else hubs[:0]
        if len(sites):
            prices = self._prices.with_one_more(hubs, sites, price)
            cheapest = int(np.argmin(prices))
            if _is_less(prices[cheapest], price):
                return _with(hubs, sites[cheapest]), float(prices[cheapest])
        if len(hubs) > max(self._rules.least, 1):
            for hub in hubs[~self._rules.certain[hubs]]:
                rest = hubs[hubs != hub]
                fewer = self._prices.of_set(rest)
                if _is_less(fewer, price):
                    return rest, fewer
        return None

    def _addable(self, hubs: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the sites with which a set still keeps the rules that more hubs can break."""
        may = np.ones(self._rules.sites, dtype=bool)
        may[hubs] = False
        for row in self._rules.rows:
            may &= row.weights + row.weights[hubs].sum() <= row.most + 1e-9 * (1.0 + abs(row.most))
        return np.flatnonzero(may).astype(np.int32)

    def _is_permitted(self, hubs: NDArray[np.int32]) -> bool:
        is_open = np.zeros(self._rules.sites, dtype=bool)
        is_open[hubs] = True
        return self._rules.permits(is_open)


def _with(hubs: NDArray[np.int32], site: np.int32) -> NDArray[np.int32]:
    return np.sort(np.append(hubs, site)).astype(np.int32)


def _is_less(price: float, than: float) -> bool:
    return bool(price < than - _BETTER * abs(than)) if np.isfinite(than) else bool(np.isfinite(price))
