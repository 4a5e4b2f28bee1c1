"""Sets of hubs priced one by one: good ones by local search, and all of them or all that the relaxation leaves."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from netdesign.solve.branch_cut.neighbourhood import SiteHeuristic, extended, first_better, is_less
from netdesign.solve.branch_cut.remaining_sets import RemainingSets
from netdesign.solve.branch_cut.tuning import MULTIPLE as TUNING
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.prices import BestRoutePrices
    from netdesign.solve.multiple.relaxation import MultipleRelaxation


class SetHeuristic(SiteHeuristic):
    """Local search that knows the best set, and which ones it has seen."""

    @property
    @abstractmethod
    def best(self) -> NDArray[np.int32] | None:
        """The best set so far, ascending positions, or None."""

    @property
    def seen(self) -> list[NDArray[np.int32]]:
        """The sets that were looked at, permitted or not."""
        return [np.frombuffer(hubs, dtype=np.int32).copy() for hubs in sorted(self._seen)]


class MultipleHeuristic(SetHeuristic):
    """Local search over sets of hubs: open one, close one, or exchange one (Teitz and Bart 1968).

    Parameters
    ----------
    prices, rules, state
        Of the search; the search state records every set that is permitted.
    """

    best: NDArray[np.int32] | None = None

    def __init__(self, prices: BestRoutePrices, rules: HubRules, state: SearchState) -> None:
        super().__init__(rules, state)
        self._prices = prices

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

    def _price(self, hubs: NDArray[np.int32]) -> float:
        return self._prices.of_set(hubs)

    def _better(self, hubs: NDArray[np.int32], price: float) -> tuple[NDArray[np.int32], float] | None:
        if self._near.permits(hubs) and self._state.found(price):
            self.best = hubs
        return (
            self._exchanged(hubs, price)
            or self._cheapest(hubs, self._near.additions(hubs), price)
            or first_better(self._near.removals(hubs), self._prices.of_set, price)
        )

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


def few_sets(rules: HubRules, prices: BestRoutePrices) -> list[NDArray[np.int32]] | None:
    """Return every permitted set, an array of shape (sets, hubs) for each number of hubs; None if they are many."""
    numbers, work = range(rules.least, rules.most + 1), 0.0
    for number in numbers:
        count = rules.count(number)
        if count > TUNING.few_sums:  # maybe more than a float can hold
            return None
        work += count * TUNING.sums_a_set + prices.work(count, number)
    return [rules.sets(number) for number in numbers] if work <= TUNING.few_sums else None


HeuristicT = TypeVar("HeuristicT", bound=SetHeuristic)


class ListedSets(RemainingSets["NDArray[np.int32]"], Generic[HeuristicT]):
    """Lists what a relaxation leaves, and bounds it by the cuts; work is in sums.

    Parameters
    ----------
    prices, rules, state
        Of the search.
    relaxation
        Whose cuts bound sets before they are priced.
    heuristic
        Takes the best set.
    """

    def __init__(
        self,
        prices: BestRoutePrices,
        rules: HubRules,
        state: SearchState,
        relaxation: MultipleRelaxation,
        heuristic: HeuristicT,
    ) -> None:
        super().__init__(rules, state)
        self._prices, self._relaxation, self._heuristic = prices, relaxation, heuristic
        self._loops = load_compiled("within", state.notify)

    def most(self, number: int, allowed: float) -> int:
        """Return how many sets may be listed: cuts exclude most of them."""
        return int(min(TUNING.most_sets, allowed / TUNING.left_by_cuts / max(1.0, self._prices.work(1, number))))

    def in_question(self, sets: NDArray[np.int32]) -> tuple[NDArray[np.int32], float]:
        """Return all sets, and what it takes to price those that cuts leave."""
        return sets, TUNING.left_by_cuts * self._prices.work(len(sets), sets.shape[1])

    def look_at(self, sets: NDArray[np.int32]) -> None:
        """Price the sets that cuts leave."""
        const, slope, start = self._cuts()
        for first in range(0, len(sets), TUNING.sets_at_once):
            if self._state.is_over:
                raise TimeoutError
            part = sets[first : first + TUNING.sets_at_once]
            bound = np.empty(len(part))
            self._loops.bound_by_cuts(
                self._prices.matrices.fixed, const, slope, start, self._relaxation.least, part, bound
            )
            part = part[np.argsort(bound, kind="stable")][: int(np.count_nonzero(bound < self._state.cut_off))]
            self.price(np.ascontiguousarray(part))

    @abstractmethod
    def price(self, sets: NDArray[np.int32]) -> None:
        """Price sets, those with the least bounds first.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """

    def _cuts(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
        """Return const, slope by site, and where each origin's cuts begin."""
        const, slope, origin = self._relaxation.rows
        order = np.argsort(origin, kind="stable")
        start = np.searchsorted(origin[order], np.arange(self._prices.matrices.origins + 1))
        return const[order], np.ascontiguousarray(slope[order].T), start.astype(np.int64)


class PricedSets(ListedSets[MultipleHeuristic]):
    """Prices what a relaxation leaves; as of ``ListedSets``."""

    def price(self, sets: NDArray[np.int32]) -> None:
        """Take the cheapest of sets."""
        self._heuristic.take(self._prices.cheapest(sets))
