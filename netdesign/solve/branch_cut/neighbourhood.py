"""Sets of sites near one another: what the heuristics of all engines search (Teitz and Bart 1968)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState

    Sites = NDArray[np.int32]

BETTER = 1e-9
"""Relative difference under which two costs are the same."""


class SiteNeighbourhood:
    """Sets that have one site more than a given one, one less, or another one in place of one.

    Sets are ascending positions. No set breaks a rule that more sites can break, or lacks a certain site.
    """

    def __init__(self, rules: HubRules) -> None:
        self._rules = rules
        self._weights = np.array([row.weights for row in rules.rows]).reshape(len(rules.rows), rules.sites)
        self._most = np.array([[row.most + 1e-9 * (1.0 + abs(row.most))] for row in rules.rows]).reshape(-1, 1)

    def rounded(self, is_open: NDArray[np.float64], needed: int = 0) -> Sites:
        """Return the set that a point y opens most, shape (sites,), of ``needed`` sites at least, if so many may be."""
        likely, rules = int(np.count_nonzero(is_open > 0.5)), self._rules
        number = min(max(rules.least, needed, likely), rules.most)
        return np.sort(np.argsort(-is_open, kind="stable")[:number]).astype(np.int32)

    def permits(self, hubs: Sites) -> bool:
        """Tell whether a set is permitted."""
        is_open = np.zeros(self._rules.sites, dtype=bool)
        is_open[hubs] = True
        return self._rules.permits(is_open)

    def swaps(self, hubs: Sites) -> Iterator[tuple[Sites, Sites]]:
        """Yield a set less one site, and the sites that may take its place."""
        for hub in hubs[~self._rules.certain[hubs]]:
            rest = hubs[hubs != hub]
            yield rest, self._addable(rest, hubs)

    def additions(self, hubs: Sites) -> Sites:
        """Return the sites that a set may have in addition."""
        return self._addable(hubs, hubs) if len(hubs) < self._rules.most else hubs[:0]

    def removals(self, hubs: Sites) -> Iterator[Sites]:
        """Yield the sets of one site less."""
        if len(hubs) > max(self._rules.least, 1):
            for hub in hubs[~self._rules.certain[hubs]]:
                yield hubs[hubs != hub]

    def groups(self, hubs: Sites) -> Iterator[NDArray[np.int32]]:
        """Yield the permitted ones in groups of one size, shape (sets, size); a site less may break a rule."""
        yield from (
            self._rules.kept(np.sort(np.array(group, dtype=np.int32), axis=1))
            for group in (
                [np.append(rest, site) for rest, sites in self.swaps(hubs) for site in sites],
                [np.append(hubs, site) for site in self.additions(hubs)],
                list(self.removals(hubs)),
            )
            if group
        )

    def likeliest(
        self,
        hubs: Sites,
        with_one_more: Callable[[Sites, Sites], NDArray[np.float64]],
        of_set: Callable[[Sites], float],
        limit: float,
        most: int | None = None,
    ) -> Iterator[Sites]:
        """Yield those whose bounds are under a limit, by bound.

        Parameters
        ----------
        with_one_more
            Bounds a set with each of several sites in addition, shape (several,).
        of_set
            Bounds one set.
        limit
            Of bounds.
        most
            How many at most; None for all.
        """
        grown = [(rest, sites, with_one_more(rest, sites)) for rest, sites in self._grown(hubs) if len(sites)]
        fewer = [(rest, hubs[:1], np.array([of_set(rest)])) for rest in self.removals(hubs)]
        tried = grown + fewer
        if not tried:
            return
        bound = np.concatenate([bounds for _, _, bounds in tried])
        group = np.repeat(np.arange(len(tried)), [len(bounds) for _, _, bounds in tried])
        site = np.concatenate([sites for _, sites, _ in tried])
        under = np.flatnonzero(bound < limit)
        for place in under[np.argsort(bound[under], kind="stable")][:most]:
            rest = tried[group[place]][0]
            yield extended(rest, site[place]) if group[place] < len(grown) else rest

    def _grown(self, hubs: Sites) -> Iterator[tuple[Sites, Sites]]:
        yield from self.swaps(hubs)
        yield hubs, self.additions(hubs)

    def _addable(self, hubs: Sites, without: Sites) -> Sites:
        load = self._weights[:, hubs].sum(axis=1, keepdims=True)
        may = (self._weights + load <= self._most).all(axis=0)
        may[without] = False
        return np.flatnonzero(may).astype(np.int32)


class SiteHeuristic(ABC):
    """Local search from a set to a better one near it, until there is none, or a search has been there.

    Parameters
    ----------
    rules
        Permitted sets.
    state
        Records what is found.
    """

    def __init__(self, rules: HubRules, state: SearchState) -> None:
        self._rules, self._state = rules, state
        self._near = SiteNeighbourhood(rules)
        self._seen: set[bytes] = set()

    def round_up(self, is_open: NDArray[np.float64]) -> None:
        """Search from the sites that a point y opens most, shape (sites,).

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        self.improve(self._near.rounded(is_open))

    def improve(self, hubs: Sites) -> None:
        """Search from a set, which need not be permitted yet; ascending.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        if not len(hubs) or hubs.tobytes() in self._seen:
            return
        price = self._price(hubs)
        while True:
            self._seen.add(hubs.tobytes())
            better = self._better(hubs, price)
            if better is None or better[0].tobytes() in self._seen:
                return
            hubs, price = better

    @abstractmethod
    def _price(self, hubs: Sites) -> float:
        """Return the price of a set."""

    @abstractmethod
    def _better(self, hubs: Sites, price: float) -> tuple[Sites, float] | None:
        """Return a better set near one with its price, or None."""


def first_better(near: Iterable[Sites], cost: Callable[[Sites], float], than: float) -> tuple[Sites, float] | None:
    """Return the first of some sets that costs less, and its cost, or None."""
    for hubs in near:
        found = cost(hubs)
        if is_less(found, than):
            return hubs, found
    return None


def is_less(cost: float, than: float) -> bool:
    """Tell whether one cost is less than another by more than rounding."""
    return bool(cost < than - BETTER * abs(than)) if np.isfinite(than) else bool(np.isfinite(cost))


def extended(hubs: Sites, site: np.int32) -> Sites:
    """Return a set with one site in addition."""
    grown = np.empty(len(hubs) + 1, dtype=np.int32)
    grown[:-1], grown[-1] = hubs, site
    grown.sort()
    return grown
