"""Listed sets of hubs with what is known of them, and those that wait to be looked at."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = tuple["ListedSets", NDArray[np.intp]]


class Stage(IntEnum):
    """How closely a set has been looked at."""

    PRICED = 0
    """Bounded by the best route of each commodity."""
    BOUNDED = 1
    """Bounded with prices of what lanes and hubs have to get."""
    NEAR = 2
    """Operated over the routes near the best; a plan over others may be cheaper."""
    SETTLED = 3
    """Operated; or nothing is left to be known about it."""


@dataclass(frozen=True)
class ListedSets:
    """The sets of some number of hubs.

    Parameters
    ----------
    sets
        Positions in ``instance.allowed``, shape (sets, hubs).
    price, bound
        Of each with the best route of each commodity, and what is proven of it, EUR/year, shape (sets,).
    stage
        How closely each has been looked at, shape (sets,).
    """

    sets: NDArray[np.int32]
    price: NDArray[np.float64]
    bound: NDArray[np.float64]
    stage: NDArray[np.int8]

    def learn(
        self,
        places: NDArray[np.intp] | int,
        bound: NDArray[np.float64] | float,
        stage: NDArray[np.int64] | Stage,
    ) -> None:
        """Raise bounds, and say how closely sets have been looked at."""
        self.bound[places] = np.maximum(self.bound[places], bound)
        self.stage[places] = np.maximum(self.stage[places], stage)


class SetPlace(NamedTuple):
    """A set by its place in a list, which is part so many of what waits."""

    listed: ListedSets
    place: int
    part: int

    @property
    def stage(self) -> int:
        """How closely it has been looked at."""
        return int(self.listed.stage[self.place])

    @property
    def bound(self) -> float:
        """What is proven of it, EUR/year."""
        return float(self.listed.bound[self.place])


class WaitingSets:
    """Sets that wait to be looked at: a list by their first bounds, and a heap of those whose bounds were raised.

    Parameters
    ----------
    parts
        Listed sets, with the places of those that wait.
    """

    def __init__(self, parts: list[Places]) -> None:
        self._listed = [listed for listed, _ in parts]
        bound = np.concatenate([*(listed.bound[places] for listed, places in parts), np.empty(0)])
        part = np.repeat(np.arange(len(parts)), [len(places) for _, places in parts])
        place = np.concatenate([*(places for _, places in parts), np.empty(0, dtype=np.intp)])
        order = np.argsort(bound, kind="stable")
        self._bound, self._part, self._place = bound[order], part[order], place[order]
        self._next = 0
        self._raised: list[tuple[float, int, int]] = []

    @property
    def least(self) -> float:
        """The lowest bound of all, EUR/year; infinite where none waits."""
        return min(self._least_listed, self._raised[0][0] if self._raised else math.inf)

    def sets_under(self, cut_off: float) -> int:
        """Return the number of sets with a bound under a cut-off, EUR/year."""
        listed = np.searchsorted(self._bound, cut_off) - self._next
        return max(int(listed), 0) + sum(bound < cut_off for bound, _, _ in self._raised)

    def pop(self) -> SetPlace:
        """Take the set of the lowest bound."""
        if self._raised and self._raised[0][0] <= self._least_listed:
            _, part, place = heapq.heappop(self._raised)
        else:
            part, place = int(self._part[self._next]), int(self._place[self._next])
            self._next += 1
        return SetPlace(self._listed[part], place, part)

    def push(self, one: SetPlace) -> None:
        """Let a set wait with the bound that it has now."""
        heapq.heappush(self._raised, (one.bound, one.part, one.place))

    @property
    def _least_listed(self) -> float:
        return float(self._bound[self._next]) if self._next < len(self._bound) else math.inf
