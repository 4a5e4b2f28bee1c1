"""Hubs with chosen links where not all sets can be listed: branch and cut over sets, all of whose links are there.

With all links, freight goes as in a complete network, on ways over several hubs where these are cheaper; so its
relaxation bounds the sets. What it leaves is listed and bounded by its own links, and the best links of what is left
then are chosen. The incumbent, under which sets have to be, is a network with its links from the beginning.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.neighbourhood import extended, is_less
from netdesign.solve.core.hub_rules import HubRule, HubRules
from netdesign.solve.core.route_matrices import IMPOSSIBLE
from netdesign.solve.multiple.heuristic import ListedSets, SetHeuristic
from netdesign.solve.multiple.prices import BestRoutePrices
from netdesign.solve.multiple.relaxation import CommodityOracle
from netdesign.solve.multiple.search import CommodityBranchCut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.linked.best import BestFound
    from netdesign.solve.linked.prices import BestLinks, LinkedPrices

    Hubs = NDArray[np.int32]

_AT_ONCE = 5
"""Sets of each part of a list whose links are chosen before the next part is bounded: a better plan leaves fewer."""


class SetSearch:
    """Searches many sets of hubs; what is found of their links is kept for the next search.

    Parameters
    ----------
    linked
        Prices of sets with their links.
    """

    def __init__(self, linked: LinkedPrices) -> None:
        self._linked = linked
        self._known: dict[bytes, BestLinks] = {}

    def run(self, rules: HubRules, best: BestFound) -> None:
        """Search all permitted sets.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        state, matrices = best.state, self._linked.with_all_links
        rules = rules_of_all_sites(rules, self._linked)
        if rules.least > rules.most:
            return
        prices, oracle = BestRoutePrices(matrices, state), CommodityOracle(matrices, state)
        if oracle.least.max(initial=0.0) >= IMPOSSIBLE:
            return
        prices.raise_rest(oracle.least)
        state.proved(float(oracle.least.sum()), rules.sites)
        links = SetLinks(self._linked, rules, best, self._known)
        heuristic = LinkedHeuristic(prices, links, rules, state)
        heuristic.start()
        CommodityBranchCut(prices, rules, oracle, heuristic, state, LinkedSets).run()


class SetLinks:
    """Chooses the links of sets, and takes what is better.

    Parameters
    ----------
    linked, rules, best
        Of the search.
    known
        The best links of sets by their hubs, of this search and earlier ones; the links are none where only a bound is
        known.
    """

    def __init__(self, linked: LinkedPrices, rules: HubRules, best: BestFound, known: dict[bytes, BestLinks]) -> None:
        self._linked, self._rules, self.best, self._known = linked, rules, best, known

    def start(self) -> None:
        """Take the best of the known sets that is permitted."""
        for key, links in sorted(self._known.items(), key=lambda one: one[1].price):
            hubs = np.frombuffer(key, dtype=np.int32)
            if links.is_found and self.permits(hubs):
                self.best.take((hubs.copy(), links))
                return

    def permits(self, hubs: Hubs) -> bool:
        """Tell whether a set is permitted."""
        is_open = np.zeros(self._rules.sites, dtype=bool)
        is_open[hubs] = True
        return self._rules.permits(is_open)

    def bounds(self, sets: Hubs, limit: float) -> NDArray[np.float64]:
        """Return what no choice of links is under for each set, shape (sets,), or anything from the limit on."""
        return self._linked.of_sets(sets, limit)

    def price(self, hubs: Hubs, limit: float, *, is_proof: bool = False) -> float:
        """Return what a set costs with its best links, where that is under a limit; take it where it is better.

        Without proof, with good ones.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        key = hubs.tobytes()
        links = self._known.get(key)
        if links is None or not (links.is_proven or not is_proof) or not (links.is_found or links.price >= limit):
            if self.bounds(hubs[None, :], limit)[0] >= limit:
                return limit
            links = self._known[key] = self._linked.best_links(hubs, limit, is_proof=is_proof)
        if links.is_found and self.permits(hubs):
            self.best.take((hubs.copy(), links))
        return links.price


class LinkedHeuristic(SetHeuristic):
    """Local search over sets of hubs with their best links.

    Parameters
    ----------
    prices
        Of sets with all links.
    links
        Of sets.
    rules, state
        Of the search.
    """

    def __init__(self, prices: BestRoutePrices, links: SetLinks, rules: HubRules, state: SearchState) -> None:
        super().__init__(rules, state)
        self._prices, self.links = prices, links

    @property
    def best(self) -> Hubs | None:
        """The best set so far, ascending positions, or None."""
        found = self.links.best.found
        return None if found is None else found[0]

    def start(self) -> None:
        """Open hubs one by one, the one that saves most with all links next, and improve the best of these sets.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        self.links.start()
        hubs = np.flatnonzero(self._rules.certain).astype(np.int32)
        price = self._prices.of_set(hubs) if len(hubs) else np.inf
        best, least = hubs, np.inf
        while len(sites := self._near.additions(hubs)):
            prices = self._prices.with_one_more(hubs, sites, np.inf)
            cheapest = int(np.argmin(prices))
            if len(hubs) >= self._rules.least and not is_less(prices[cheapest], price):
                break
            hubs, price = extended(hubs, sites[cheapest]), float(prices[cheapest])
            linked = self._price(hubs) if len(hubs) >= self._rules.least else np.inf
            if linked < least or not np.isfinite(least):
                best, least = hubs, linked
        self.improve(best)
        if self.best is not None:
            self.improve(self.best)

    def _price(self, hubs: Hubs) -> float:
        return self.links.price(hubs, np.inf) if len(hubs) else np.inf

    def _better(self, hubs: Hubs, price: float) -> tuple[Hubs, float] | None:
        """Return the likeliest better set near one."""

        def with_one_more(rest: Hubs, sites: Hubs) -> NDArray[np.float64]:
            return self._prices.with_one_more(rest, sites, price)

        for near in self._near.likeliest(hubs, with_one_more, self._prices.of_set, price):
            found = self.links.price(near, price)
            if is_less(found, price):
                return near, found
        return None


class LinkedSets(ListedSets[LinkedHeuristic]):
    """Chooses the links of what a relaxation leaves; as of ``ListedSets``."""

    def look_at(self, sets: Hubs) -> None:
        """Bound the sets that cuts leave, and choose the links of those that are left then, the least bound first."""
        self._left: list[tuple[Hubs, NDArray[np.float64]]] = []
        super().look_at(sets)
        if self._left:
            left, bound = (np.concatenate(part) for part in zip(*self._left, strict=True))
            order = np.argsort(bound, kind="stable")
            self._choose(left[order], bound[order])

    def price(self, sets: Hubs) -> None:
        """Bound sets, and choose the links of the likeliest."""
        for limited in (lambda left, most: self._prices.of_sets(left, most, keep=True), self._heuristic.links.bounds):
            bound = limited(sets, self._state.cut_off)
            sets = np.ascontiguousarray(sets[bound < self._state.cut_off])
            bound = bound[bound < self._state.cut_off]
        order = np.argsort(bound, kind="stable")
        sets, bound = sets[order], bound[order]
        self._choose(sets[:_AT_ONCE], bound[:_AT_ONCE])
        self._left.append((sets[_AT_ONCE:], bound[_AT_ONCE:]))

    def _choose(self, sets: Hubs, bound: NDArray[np.float64]) -> None:
        """Choose the links of sets, given in the order of their bounds."""
        for hubs, least in zip(sets, bound, strict=True):
            if not least < self._state.cut_off:
                break
            self._heuristic.links.price(hubs, self._state.cut_off, is_proof=True)


def rules_of_all_sites(rules: HubRules, linked: LinkedPrices) -> HubRules:
    """Return the rules with numbers of open sites, hubs and sorting centres, that some choice of links fits."""
    rows, least, most = list(rules.rows), rules.least, rules.most
    if rules.centres is not None:
        is_centre = rules.is_centre.astype(np.float64)
        kinds = (1.0 - is_centre, least, most), (is_centre, rules.centres.least, rules.centres.most)
        for weights, fewest, largest in kinds:
            rows += [HubRule(weights, float(largest)), HubRule(-weights, -float(fewest))]
        least, most = least + rules.centres.least, most + rules.centres.most
    sizes = [size for size in range(least, most + 1) if linked.permits(size)]
    least, most = (sizes[0], sizes[-1]) if sizes else (1, 0)
    return replace(rules, least=least, most=most, rows=tuple(rows), centres=None)
