"""The plans that a search has met: the best one, and those that cuts are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.core.search_state import ROUNDING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.facility.prices import Cut


class KnownPlans:
    """Sets of sites with their costs, told over the sites that are left, kept over all of them.

    Parameters
    ----------
    sites
        Number of all sites.
    state
        Hears of every plan.

    Attributes
    ----------
    sites
        Positions of the sites that are left, ascending.
    best
        The cheapest permitted set, ascending positions among all sites, or None.
    """

    def __init__(self, sites: int, state: SearchState) -> None:
        self._state = state
        self._seen: set[bytes] = set()
        self._costs: list[tuple[NDArray[np.intp], float]] = []
        self.sites = np.arange(sites)
        self.best: NDArray[np.intp] | None = None

    def has(self, is_open: NDArray[np.bool_]) -> bool:
        """Tell whether a local search has been here, shape (sites left,)."""
        return self._key(is_open) in self._seen

    def see(self, is_open: NDArray[np.bool_]) -> None:
        """Note that a local search has been here."""
        self._seen.add(self._key(is_open))

    def hear(self, is_open: NDArray[np.bool_], cost: float) -> None:
        """Hear what a permitted set costs, EUR/year."""
        positions = self.sites[is_open]
        if self._state.found(cost):
            self.best = positions
        if self._state.checks_cuts and cost < self._state.ceiling:
            self._costs.append((positions, cost))

    def hold(self, cut: Cut, status: NDArray[np.int8]) -> None:
        """Hold a cut against all known plans of its part; by site, ``status`` is -1 where that is closed.

        Raises
        ------
        SolverError
            The cut demands more than a plan costs: a defect.
        """
        if not self._state.checks_cuts:
            return
        for positions, cost in self._costs:
            is_open = np.isin(self.sites, positions)
            if is_open.sum() < len(positions) or (status[is_open] < 0).any():
                continue
            over = cut.at(is_open) - cost
            if over > ROUNDING * max(abs(cost), abs(cut.const)):
                message = f"a cut asks for {over:.6g} EUR/year more than a known plan costs"
                raise SolverError(message)

    def _key(self, is_open: NDArray[np.bool_]) -> bytes:
        return self.sites[is_open].astype(np.int32).tobytes()
