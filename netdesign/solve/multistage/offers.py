"""Offers of unexpanded sets of new hubs to smaller sets: their separable bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.axes import summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.multistage.prepared import RecursionData
    from netdesign.solve.multistage.separable import Separable

Chosen = tuple[int, ...]


_Place = tuple[int, Chosen, bool]


@dataclass(frozen=True)
class Offer:
    """The best offer of an unexpanded set: the set, and its bound by the states of the smaller set."""

    chosen: Chosen
    values: NDArray[np.float64]


class Offers:
    """Bounds of the unexpanded sets.

    Parameters
    ----------
    problem
        The problem.
    separable
        The bound.
    """

    def __init__(self, problem: RecursionData, separable: Separable) -> None:
        hubs, moments = problem.hubs, problem.moments
        self._hubs, self._separable = hubs, separable
        self._sets = problem.sets
        self._at = {chosen: position for position, chosen in enumerate(self._sets)}
        column = {site: position for position, site in enumerate(hubs.candidates)}
        self._has = np.zeros((len(self._sets), len(hubs.candidates)), dtype=bool)
        for position, chosen in enumerate(self._sets):
            self._has[position, [column[site] for site in chosen]] = True
        self._column = column
        self._is_unexpanded = np.ones(len(self._sets), dtype=bool)
        # Caches: each recursion reads them, while the unexpanded sets change rarely.
        self._bounds_cache: dict[_Place, tuple[NDArray[np.intp], NDArray[np.float64]]] = {}
        self._kept_cache: dict[_Place, NDArray[np.float64]] = {}
        self._start = np.array([separable.freight_from(chosen) for chosen in self._sets])
        after = np.zeros_like(self._start)
        for moment, children in enumerate(moments.children):
            if children:
                after[:, moment] = self._start[:, list(children)].sum(axis=1)
        self._after = after
        costs = [separable.hub(site) for site in hubs.candidates]
        self._first_later = np.array([cost.later[:, 0] for cost in costs]).reshape(-1, len(moments))
        self._first_at_once = np.array([cost.at_once[:, 0] for cost in costs]).reshape(-1, len(moments))

    def mark_expanded(self, chosen: Chosen) -> None:
        """Remove an expanded set, which has values of its own."""
        self._is_unexpanded[self._at[chosen]] = False
        self._bounds_cache.clear()

    def best(self, moment: int, smaller: Chosen, *, at_once: bool) -> Offer | None:
        """Return the best offer to a smaller set at a moment, or None.

        Parameters
        ----------
        moment, smaller
            The moment, and the new hubs ordered before.
        at_once
            Whether before the orders without lead time, else before the later ones.
        """
        rows, least = self._bounds(moment, smaller, at_once=at_once)
        if not len(rows) or not np.isfinite(least.min()):
            return None
        best = int(least.argmin())
        return Offer(self._sets[rows[best]], least[best] + self._kept(moment, smaller, at_once=at_once))

    def under(
        self, moment: int, smaller: Chosen, paid: NDArray[np.float64], limit: float, *, at_once: bool
    ) -> list[Chosen]:
        """Return the sets whose offer plus the cost so far is under a limit in some state.

        Parameters
        ----------
        paid
            Cost so far by the states of the smaller set.
        """
        rows, least = self._bounds(moment, smaller, at_once=at_once)
        before = float((paid + self._kept(moment, smaller, at_once=at_once)).min())
        return [
            self._sets[row] for row, bound in zip(rows.tolist(), least.tolist(), strict=True) if before + bound < limit
        ]

    def _bounds(self, moment: int, smaller: Chosen, *, at_once: bool) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return the larger unexpanded sets and their bounds without the hubs of the smaller set."""
        place = (moment, smaller, at_once)
        if place not in self._bounds_cache:
            self._bounds_cache[place] = self._bounds_of(moment, smaller, at_once=at_once)
        return self._bounds_cache[place]

    def _bounds_of(
        self, moment: int, smaller: Chosen, *, at_once: bool
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        mine = np.zeros(self._has.shape[1], dtype=bool)
        mine[[self._column[site] for site in smaller]] = True
        larger = self._is_unexpanded & (self._has.sum(axis=1) > mine.sum()) & self._has[:, mine].all(axis=1)
        rows = np.flatnonzero(larger)
        first = (self._first_at_once if at_once else self._first_later)[:, moment]
        orders = np.where(self._has[rows] & ~mine, first, 0.0).sum(axis=1)
        return rows, (self._start if at_once else self._after)[rows, moment] + orders

    def _kept(self, moment: int, smaller: Chosen, *, at_once: bool) -> NDArray[np.float64]:
        """Return the costs of the hubs of the smaller set by their states."""
        place = (moment, smaller, at_once)
        if place not in self._kept_cache:
            costs = [self._separable.hub(site) for site in (*self._hubs.existing, *smaller)]
            self._kept_cache[place] = summed([(cost.at_once if at_once else cost.later)[moment] for cost in costs])
        return self._kept_cache[place]
