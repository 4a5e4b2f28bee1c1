"""The search over parts of the plans of sets of hubs: the one with the lowest bound is looked at more closely."""

from __future__ import annotations

import heapq
import itertools
import math
from typing import TYPE_CHECKING

from netdesign.solve.core.best_first import BestFirst
from netdesign.solve.scheduled.parts import Part, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.centre_sets import Family
    from netdesign.solve.scheduled.parts import Doubtful, Hubs


class WaitingParts:
    """Parts and families that wait to be looked at; of equal bounds the earlier one first."""

    def __init__(self, parts: Iterable[Part | Family] = ()) -> None:
        self._number = itertools.count()
        self._heap: list[tuple[float, int, Part | Family]] = []
        for part in parts:
            self.push(part)

    def __iter__(self) -> Iterator[Part | Family]:
        return (one for _, _, one in self._heap)

    @property
    def least(self) -> float:
        """The lowest bound of all, EUR/year; infinite where none waits."""
        return self._heap[0][0] if self._heap else math.inf

    def first(self, count: int) -> list[Part | Family]:
        """Return some of the lowest bounds, which go on waiting."""
        taken = [heapq.heappop(self._heap) for _ in range(min(count, len(self._heap)))]
        for one in taken:
            heapq.heappush(self._heap, one)
        return [one for *_, one in taken]

    def sets_under(self, cut_off: float) -> int | None:
        """Return the number of sets with a bound under a cut-off, EUR/year; None where some are in families."""
        found = [part for bound, _, part in self._heap if bound < cut_off]
        parts = {part.hubs for part in found if isinstance(part, Part)}
        return len(parts) if all(isinstance(part, Part) for part in found) else None

    def push(self, part: Part | Family) -> None:
        """Let a part wait."""
        heapq.heappush(self._heap, (part.bound, next(self._number), part))

    def pop(self) -> Part | Family:
        """Take the part of the lowest bound."""
        return heapq.heappop(self._heap)[-1]


class PartSearch(BestFirst[WaitingParts]):
    """Looks at parts of the plans of sets of hubs, the one with the lowest bound first.

    Parameters
    ----------
    state
        Of the search.
    """

    def __init__(self, state: SearchState) -> None:
        super().__init__(state)
        self._parts: dict[Hubs, list[Part]] = {}

    def look(self, part: Part) -> Doubtful | None:
        """Learn more about a part; return what has to be settled about it, if anything."""
        raise NotImplementedError

    def members(self, family: Family) -> Iterable[Part | Family]:
        """Return the parts of the sets of a family that are listed next, and what is left of it."""
        raise NotImplementedError

    def _look_at_first(self, waiting: WaitingParts) -> float:
        first, settled = waiting.pop(), math.inf
        for one in self._seen_closer(first) if isinstance(first, Part) else self.members(first):
            if isinstance(one, Part) and one.stage is Stage.SETTLED:
                settled = min(settled, one.bound)
            else:
                waiting.push(one)
        return settled

    def _seen_closer(self, part: Part) -> list[Part]:
        """Return a part after a closer look, or the parts into which it falls.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        if part.stage is Stage.SETTLED:
            return [part]
        known = self._parts.setdefault(part.hubs, [part])
        doubtful = self.look(part)
        if doubtful is None:
            return [part]
        parts = part.divided(doubtful)
        known.remove(part)
        known += parts
        return parts
