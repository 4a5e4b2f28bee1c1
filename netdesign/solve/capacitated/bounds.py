"""Bounds on sets of hubs within their capacities, each raised by its own prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.parallel import for_each
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.capacitated.capacities import Capacities
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState

_TRIES = 25
"""Prices that are tried for each set."""

_SLICE = 2e7
"""Sums that one call of a loop takes, about: some hundredths of a second."""

_AT_ONCE = 1000


class SetBounds:
    """Bounds sets of hubs by prices of capacity; see ``raise_bounds``.

    Parameters
    ----------
    matrices, capacities, state
        Of the search.
    """

    def __init__(self, matrices: RouteMatrices, capacities: Capacities, state: SearchState) -> None:
        self._matrices, self._capacities, self._state = matrices, capacities, state
        self._loops = load_compiled("capacity", state.say)
        self._rest = np.zeros(matrices.origins + 1)

    def raise_rest(self, least: NDArray[np.float64]) -> None:
        """Hear what the freight of each origin costs at least, EUR/year: sets are left the earlier."""
        self._rest[:-1] = np.maximum(self._rest[:-1], np.cumsum(least[::-1])[::-1])

    def by_cuts(
        self, sets: NDArray[np.int32], const: NDArray[np.float64], slope: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return what cuts ``const_c - sum_k slope_ck y_k`` on the operating cost demand of sets, EUR/year."""
        fixed, bound = self._matrices.fixed, np.empty(len(sets))
        for first in range(0, len(sets), _AT_ONCE):
            part = sets[first : first + _AT_ONCE]
            asked = const - slope.T[part].sum(axis=1)
            bound[first : first + _AT_ONCE] = fixed[part].sum(axis=1) + asked.max(axis=1)
        return bound

    def raised(
        self, sets: NDArray[np.int32], prices: NDArray[np.float64], cut_off: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return bounds on sets, EUR/year, shape (sets,), and the prices that prove them, shape (sets, hubs).

        A bound that is at the cut-off is not raised further.

        Parameters
        ----------
        sets
            Ascending positions in each row, shape (sets, hubs).
        prices
            To begin with, EUR/t, shape (sites,).
        cut_off
            EUR/year.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        bound, found = np.empty(len(sets)), np.empty(sets.shape)
        matrices, capacities = self._matrices, self._capacities
        work = _TRIES * sets.shape[1] * (len(matrices.flows.volume) + matrices.origins * sets.shape[1])
        step = max(1, int(_SLICE / work))

        def fill(start: int) -> None:
            part = slice(start, start + step)
            self._loops.raise_bounds(
                matrices.flows, matrices.legs, matrices.fixed, capacities.limit, capacities.second, sets[part],
                prices, self._rest, cut_off, _TRIES, bound[part], found[part],
            )  # fmt: skip

        for_each(range(0, len(sets), step), fill, self._state)
        return bound, found
