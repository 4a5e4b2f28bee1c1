"""The two cheapest sets of hubs: the answer, and what it is if that set does not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class TopTwo:
    """The two cheapest sets so far; of equal ones those that were heard of first.

    Parameters
    ----------
    ceiling
        No set that serves everybody has this price.

    Attributes
    ----------
    prices, sets
        Cheapest first.
    """

    def __init__(self, ceiling: float) -> None:
        self._ceiling = ceiling
        self.prices: list[float] = []
        self.sets: list[NDArray[np.int32]] = []

    @property
    def cut_off(self) -> float:
        """Price from which on a set is not among the two."""
        return self.prices[1] if len(self.prices) == 2 else self._ceiling

    def hear(self, sets: NDArray[np.int32], prices: NDArray[np.float64]) -> None:
        """Hear of sets, shape (sets, hubs), and their prices, exact where they are under the cut-off."""
        for place in np.argsort(prices, kind="stable")[:2]:
            if prices[place] < self.cut_off:
                here = int(np.searchsorted(self.prices, prices[place], side="right"))
                self.prices.insert(here, float(prices[place]))
                self.sets.insert(here, sets[place])
                del self.prices[2:], self.sets[2:]

    def without_first(self) -> TopTwo:
        """Return the second alone."""
        rest = TopTwo(self._ceiling)
        rest.prices, rest.sets = self.prices[1:], self.sets[1:]
        return rest
