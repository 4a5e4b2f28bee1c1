"""What sets of new hubs that were not looked into yet may offer smaller ones, by their separable bounds."""

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
    """The best offer of a set that was not looked into: the set, and its bound by the states of the smaller set."""

    chosen: Chosen
    values: NDArray[np.float64]


class Offers:
    """Bounds of the sets that were not looked into.

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
        self._is_waiting = np.ones(len(self._sets), dtype=bool)
        # Both are asked for again and again, at each recursion; which sets wait changes now and then only.
        self._known_bounds: dict[_Place, tuple[NDArray[np.intp], NDArray[np.float64]]] = {}
        self._known_kept: dict[_Place, NDArray[np.float64]] = {}
        self._start = np.array([separable.freight_from(chosen) for chosen in self._sets])
        after = np.zeros_like(self._start)
        for moment, children in enumerate(moments.children):
            if children:
                after[:, moment] = self._start[:, list(children)].sum(axis=1)
        self._after = after
        costs = [separable.hub(site) for site in hubs.candidates]
        self._first_later = np.array([cost.later[:, 0] for cost in costs]).reshape(-1, len(moments))
        self._first_at_once = np.array([cost.at_once[:, 0] for cost in costs]).reshape(-1, len(moments))

    def looked_into(self, chosen: Chosen) -> None:
        """Take a set out: its own values are known."""
        self._is_waiting[self._at[chosen]] = False
        self._known_bounds.clear()

    def best(self, moment: int, smaller: Chosen, *, at_once: bool) -> Offer | None:
        """Return the best offer to a smaller set at a moment, or None where there is none.

        Parameters
        ----------
        moment, smaller
            Where, and the hubs that are ordered before.
        at_once
            Before the orders that are ready at once, rather than before the later ones.
        """
        rows, least = self._bounds(moment, smaller, at_once=at_once)
        if not len(rows) or not np.isfinite(least.min()):
            return None
        best = int(least.argmin())
        return Offer(self._sets[rows[best]], least[best] + self._kept(moment, smaller, at_once=at_once))

    def under(
        self, moment: int, smaller: Chosen, paid: NDArray[np.float64], limit: float, *, at_once: bool
    ) -> list[Chosen]:
        """Return the sets whose offer, on top of what was paid, is under a limit in some state.

        Parameters
        ----------
        paid
            By the states of the smaller set.
        """
        rows, least = self._bounds(moment, smaller, at_once=at_once)
        before = float((paid + self._kept(moment, smaller, at_once=at_once)).min())
        return [
            self._sets[row] for row, bound in zip(rows.tolist(), least.tolist(), strict=True) if before + bound < limit
        ]

    def _bounds(self, moment: int, smaller: Chosen, *, at_once: bool) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return the larger sets that wait, and what each costs at least beside the hubs of the smaller one."""
        place = (moment, smaller, at_once)
        if place not in self._known_bounds:
            self._known_bounds[place] = self._bounds_of(moment, smaller, at_once=at_once)
        return self._known_bounds[place]

    def _bounds_of(
        self, moment: int, smaller: Chosen, *, at_once: bool
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        mine = np.zeros(self._has.shape[1], dtype=bool)
        mine[[self._column[site] for site in smaller]] = True
        larger = self._is_waiting & (self._has.sum(axis=1) > mine.sum()) & self._has[:, mine].all(axis=1)
        rows = np.flatnonzero(larger)
        first = (self._first_at_once if at_once else self._first_later)[:, moment]
        orders = np.where(self._has[rows] & ~mine, first, 0.0).sum(axis=1)
        return rows, (self._start if at_once else self._after)[rows, moment] + orders

    def _kept(self, moment: int, smaller: Chosen, *, at_once: bool) -> NDArray[np.float64]:
        """Return what the hubs of the smaller set cost by their states."""
        place = (moment, smaller, at_once)
        if place not in self._known_kept:
            costs = [self._separable.hub(site) for site in (*self._hubs.existing, *smaller)]
            self._known_kept[place] = summed([(cost.at_once if at_once else cost.later)[moment] for cost in costs])
        return self._known_kept[place]
