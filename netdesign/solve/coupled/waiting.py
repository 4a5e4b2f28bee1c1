"""Listed sets of hubs with what is known of them, and those that wait to be looked at."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Places = tuple["ListedSets", NDArray[np.intp]]


class Stage(IntEnum):
    """How closely a set has been looked at."""

    PRICED = 0
    """Bounded by the best route of each commodity."""
    BOUNDED = 1
    """Bounded with prices of what lanes and hubs have to get."""
    SETTLED = 2
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


class Waiting:
    """Sets that wait to be looked at, the lowest bound first.

    Parameters
    ----------
    parts
        Listed sets, with the places of those that wait.
    """

    def __init__(self, parts: list[Places]) -> None:
        self._parts = parts
        bounds = [listed.bound[places] for listed, places in parts]
        bound = np.concatenate([*bounds, np.empty(0)])
        part = np.repeat(np.arange(len(parts)), [len(places) for _, places in parts])
        place = np.concatenate([*(places for _, places in parts), np.empty(0, dtype=np.intp)])
        order = np.argsort(bound, kind="stable")
        self._bound, self._part, self._place = bound[order], part[order], place[order]
        self._next = 0
        # Those whose bounds have been raised since.
        self._raised: list[tuple[float, int, int]] = []
        self._taken: list[tuple[int, int]] = []

    @property
    def least(self) -> float:
        """Lowest bound, EUR/year; infinite where none waits."""
        listed = float(self._bound[self._next]) if self._next < len(self._bound) else math.inf
        return min(listed, self._raised[0][0] if self._raised else math.inf)

    def first(self) -> tuple[ListedSets, int]:
        """Take the set of the lowest bound; return where it is."""
        part, place = self._pop()
        self._taken = [(part, place)]
        return self._parts[part][0], place

    def drop(self) -> None:
        """Let what was taken wait no longer."""
        self._taken = []

    def renew(self) -> None:
        """Let what was taken wait with the bounds that it has now."""
        for part, place in self._taken:
            heapq.heappush(self._raised, (float(self._parts[part][0].bound[place]), part, place))
        self._taken = []

    def next_priced(self, most: int, cut_off: float) -> Iterator[tuple[ListedSets, NDArray[np.intp]]]:
        """Take further sets that are priced only, as they come; yield these and the first, by their lists."""
        while len(self._taken) < most and self.least < cut_off:
            part, place = self._pop()
            self._taken.append((part, place))
            if self._parts[part][0].stage[place] != Stage.PRICED:
                break
        for part, (listed, _) in enumerate(self._parts):
            places = np.array([at for of, at in self._taken if of == part], dtype=np.intp)
            places = places[listed.stage[places] == Stage.PRICED]
            if len(places):
                yield listed, places

    def _pop(self) -> tuple[int, int]:
        listed = float(self._bound[self._next]) if self._next < len(self._bound) else math.inf
        if self._raised and self._raised[0][0] <= listed:
            _, part, place = heapq.heappop(self._raised)
            return part, place
        self._next += 1
        return int(self._part[self._next - 1]), int(self._place[self._next - 1])
