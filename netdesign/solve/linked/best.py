"""The best set of hubs with its links so far, and what is known of sets that were looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.solve.core.engine import keep_no_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.plan import Plan
    from netdesign.solve.core.engine import SearchScope
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.linked.prices import BestLinks

    Found = tuple[NDArray[np.int32], BestLinks]


class BestFound:
    """The best set with its links so far; None at first.

    Parameters
    ----------
    search
        Says what is done with a better plan.
    state
        Its incumbent is the price of the set.
    plan_of
        Returns the plan over a set.
    """

    def __init__(self, search: SearchScope, state: SearchState, plan_of: Callable[[Found], Plan]) -> None:
        self.found: Found | None = None
        self.search, self.state, self._plan_of = search, state, plan_of

    def take(self, found: Found) -> bool:
        """Take a set with its links where it is better; return whether it is."""
        price = found[1].price
        if not self.state.found(price):
            return False
        self.found = found
        if self.search.keep is not keep_no_plan:
            self.search.keep(self._plan_of(found), price, min(self.state.bound, price))
        return True
