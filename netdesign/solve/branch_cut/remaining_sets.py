"""The sets of hubs that reduced costs leave at a point of the relaxation, listed to be looked at one by one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np

from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState

T = TypeVar("T")


class ReducedPoint(Protocol):
    """A point of a relaxation over sites, with what sets away from it cost more."""

    @property
    def bound(self) -> float:
        """No plan in the relaxation costs less, EUR/year."""

    @property
    def reduced(self) -> NDArray[np.float64]:
        """What the bound grows by, at least, for each y that leaves what suits it better, EUR/year, shape (sites,)."""


@dataclass(frozen=True)
class Remainder:
    """Sites that may make up a better set, near some point of the relaxation.

    Parameters
    ----------
    certain
        Positions of the sites in each such set.
    free
        Positions of those that may be, the likeliest first.
    cost
        What the bound grows by with each of the free ones, ascending, EUR/year.
    room
        How much it may grow, EUR/year.
    """

    certain: NDArray[np.intp]
    free: NDArray[np.intp]
    cost: NDArray[np.float64]
    room: float

    @classmethod
    def at(
        cls, point: ReducedPoint, closed: NDArray[np.bool_], certain: NDArray[np.bool_], cut_off: float
    ) -> Remainder:
        """Return what a point leaves under a cut-off where some sites are closed and some certain, shape (sites,) each.

        No network over a set costs less than ``bound + sum of reduced costs over what leaves its bound``.
        """
        is_free = ~closed & ~certain
        leaving = np.where(is_free & (point.reduced < 0), -point.reduced, 0.0).sum()
        free = np.flatnonzero(is_free)
        free = free[np.argsort(point.reduced[free], kind="stable")]
        return cls(np.flatnonzero(certain), free, point.reduced[free], cut_off - point.bound - float(leaving))

    def numbers(self, rules: HubRules) -> Iterator[int]:
        """Yield the permitted numbers of hubs."""
        for number in range(rules.least, rules.most + 1):
            if 0 <= number - len(self.certain) <= len(self.free):
                yield number


class RemainingSets(ABC, Generic[T]):
    """Looks at every set that a point of a relaxation leaves.

    Attributes
    ----------
    numbers
        Of hubs of these, where the relaxation has not all that rules permit; else None.
    """

    def __init__(self, rules: HubRules, state: SearchState) -> None:
        self._rules, self._state = rules, state
        self.numbers: range | None = None

    @abstractmethod
    def most(self, number: int, allowed: float) -> int:
        """Return how many sets of so many hubs may be listed while so much work is allowed."""

    @abstractmethod
    def in_question(self, sets: NDArray[np.int32]) -> tuple[T, float]:
        """Return what is to be looked at of listed sets, shape (sets, hubs), and how much work that is."""

    @abstractmethod
    def look_at(self, sets: T) -> None:
        """Look at what is in question.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """

    def try_all(
        self, point: ReducedPoint, closed: NDArray[np.bool_], certain: NDArray[np.bool_], allowed: float
    ) -> bool:
        """Look at every set that a point leaves, unless that takes more work than is allowed; return whether it was.

        Parameters
        ----------
        point
            Of the relaxation.
        closed, certain
            Sites that no better set opens, or all do, shape (sites,).
        allowed
            In the unit of ``in_question``.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        rest, left = Remainder.at(point, closed, certain, self._state.cut_off), []
        numbers = [number for number in rest.numbers(self._rules) if self.numbers is None or number in self.numbers]
        # Where those of one number are too many, no others need to be listed.
        counts = []
        for number in numbers:
            counts.append(self.counted(rest, number, self.most(number, allowed)))
            if counts[-1] is None:
                return False
        for number, count in zip(numbers, counts, strict=True):
            if self._state.is_over:
                raise TimeoutError
            if count is None or count > self.most(number, allowed):
                return False
            found, work = self.in_question(self.sets_of(rest, number, count))
            allowed -= work
            if allowed < 0.0:
                return False
            left.append(found)
        for found in left:
            self.look_at(found)
        return True

    def counted(self, rest: Remainder, number: int, most: int) -> int | None:
        """Return how many sets of so many hubs costs leave; None if they are more than some."""
        loops, pick = load_compiled("within", self._state.notify), number - len(rest.certain)
        nothing = np.empty((0, pick), dtype=np.int32)
        count = int(loops.sets_within(rest.cost, pick, rest.room, 20 * most + 1000, nothing))
        return count if 0 <= count <= most else None

    def sets_of(self, rest: Remainder, number: int, count: int) -> NDArray[np.int32]:
        """Return the sets of so many hubs that costs, which leave so many, and rules leave, ascending in each row."""
        loops, pick = load_compiled("within", self._state.notify), number - len(rest.certain)
        picked = np.empty((count, pick), dtype=np.int32)
        if count and pick:
            # To count them was not too long.
            loops.sets_within(rest.cost, pick, rest.room, np.iinfo(np.int64).max, picked)
        chosen = rest.free.astype(np.int32)[picked]
        always = np.broadcast_to(rest.certain.astype(np.int32), (count, len(rest.certain)))
        return self._rules.kept(np.sort(np.concatenate([always, chosen], axis=1), axis=1))
