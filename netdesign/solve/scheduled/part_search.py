"""The search over parts of the plans of sets of hubs: the one with the lowest bound is looked at more closely."""

from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.solve.scheduled.parts import Part, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netdesign.plan import Plan
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.centre_sets import Family
    from netdesign.solve.scheduled.parts import Doubtful, Hubs

    Waiting = tuple[float, int, Part | Family]


@dataclass
class Best:
    """The best plan of a set of hubs so far, and its cost in EUR/year."""

    plan: Plan
    cost: float


class PartSearch:
    """Looks at parts of the plans of sets of hubs, the one with the lowest bound first.

    Parameters
    ----------
    state
        Of the search.
    """

    def __init__(self, state: SearchState) -> None:
        self._state = state
        self._number = itertools.count()
        self._parts: dict[Hubs, list[Part]] = {}
        self._incumbent: Best | None = None

    def look(self, part: Part) -> Doubtful | None:
        """Learn more about a part; return what has to be settled about it, if anything."""
        raise NotImplementedError

    def members(self, family: Family) -> Iterable[Part | Family]:
        """Return the parts of the sets of a family that are listed next, and what is left of it."""
        raise NotImplementedError

    def _take_up(self, best: Best) -> None:
        if self._state.found(best.cost):
            self._incumbent = best

    def _close(self, waiting: list[Waiting]) -> None:
        """Look at parts until the gap is closed.

        Parameters
        ----------
        waiting
            A heap of bounds, EUR/year, and parts or families.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        state = self._state
        # Least bound of the parts of which nothing more can be known.
        settled = math.inf
        while waiting and waiting[0][0] < state.cut_off:
            state.proved(min(settled, waiting[0][0]))
            if state.is_over:
                raise TimeoutError
            if self._incumbent is not None and state.is_closed:
                return
            first = heapq.heappop(waiting)[-1]
            for one in self._seen_closer(first) if isinstance(first, Part) else self.members(first):
                if isinstance(one, Part) and one.stage is Stage.SETTLED:
                    settled = min(settled, one.bound)
                else:
                    heapq.heappush(waiting, (one.bound, next(self._number), one))
        least = min([settled, *(bound for bound, *_ in waiting[:1])])
        if least < state.cut_off:
            state.proved(least)
        else:
            state.exhausted()

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
