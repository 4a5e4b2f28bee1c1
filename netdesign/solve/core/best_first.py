"""The best-first search: of what waits, the item of the lowest bound is looked at more closely."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from netdesign.solve.core.engine import keep_no_plan
from netdesign.solve.core.outcome import Phases, Solution

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.plan import Plan
    from netdesign.solve.core.engine import SearchScope
    from netdesign.solve.core.outcome import Termination
    from netdesign.solve.core.search_state import SearchState


class Waiting(Protocol):
    """Items that wait to be looked at."""

    @property
    def least(self) -> float:
        """The lowest bound of all, EUR/year; infinite where none waits."""

    def sets_under(self, cut_off: float) -> int | None:
        """Return the number of sets of hubs with a bound under a cut-off, EUR/year; None where that is not known."""


WaitingT = TypeVar("WaitingT", bound=Waiting)


@dataclass
class Best:
    """The best plan of a set of hubs so far, and its cost in EUR/year."""

    plan: Plan
    cost: float


class BestFirst(Generic[WaitingT]):
    """A best-first search.

    Parameters
    ----------
    state
        Of the search.
    """

    def __init__(self, state: SearchState) -> None:
        self._state = state
        self._incumbent: Best | None = None
        self._keep_plan: Callable[[Plan | None, float, float], None] = keep_no_plan

    def _begin(self, search: SearchScope, state: SearchState) -> None:
        """Begin a search with the plan that its scope gives, if any."""
        self._state, self._incumbent, self._keep_plan = state, None, keep_no_plan
        if search.start is not None:
            self._take_up(Best(*search.start))
        self._keep_plan = search.keep
        if search.keep is not keep_no_plan:
            state.tells_better(self._keep_bound)

    def _keep_bound(self) -> None:
        if self._incumbent is None:
            self._keep_plan(None, math.inf, self._state.bound)

    def _look_at_first(self, waiting: WaitingT) -> float:
        """Take the item of the lowest bound and learn more about it; what is left to be known waits again.

        Return the least bound of what need not be looked at again, EUR/year.
        """
        raise NotImplementedError

    def _take_up(self, best: Best) -> None:
        if self._state.found(best.cost):
            self._incumbent = best
            self._keep_plan(best.plan, best.cost, min(self._state.bound, best.cost))

    def _close(self, waiting: WaitingT) -> None:
        """Look at items until the gap is closed.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        state = self._state
        # Least bound of the items of which nothing more can be known.
        settled = math.inf
        state.counts(lambda: waiting.sets_under(state.cut_off))
        try:
            while waiting.least < state.cut_off:
                state.proved(min(settled, waiting.least))
                if state.is_over:
                    raise TimeoutError
                if self._incumbent is not None and state.is_closed:
                    return
                settled = min(settled, self._look_at_first(waiting))
        finally:
            state.counts(lambda: None)
        least = min(settled, waiting.least)
        if least < state.cut_off:
            state.proved(least)
        else:
            state.exhausted()

    def _ended(self, termination: Termination) -> Solution:
        """Return the best plan with what is proven."""
        bound, best = self._state.bound, self._incumbent
        if best is None:
            return Solution(termination, None, None, bound, Phases())
        return Solution(termination, best.plan, best.cost, min(bound, best.cost), Phases())
