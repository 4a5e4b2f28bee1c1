"""Bounds on sets of hubs, each raised by its own prices; sets that the relaxation leaves are bounded one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.remaining_sets import RemainingSets
from netdesign.solve.branch_cut.tuning import CAPACITATED as TUNING
from netdesign.solve.core.search_state import for_each
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.capacitated.heuristic import CapacitatedHeuristic
    from netdesign.solve.capacitated.loads import Capacities
    from netdesign.solve.capacitated.relaxation import CapacitatedRelaxation
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState


class SetBounds:
    """Bounds sets of hubs by prices of capacity; see ``raise_bounds``.

    Parameters
    ----------
    matrices, capacities, state
        Of the search.
    """

    def __init__(self, matrices: RouteMatrices, capacities: Capacities, state: SearchState) -> None:
        self._matrices, self._capacities, self._state = matrices, capacities, state
        self._loops = load_compiled("capacity", state.notify)
        self._rest = np.zeros(matrices.origins + 1)

    def raise_rest(self, least: NDArray[np.float64]) -> None:
        """Take what the freight of each origin costs at least, EUR/year: sets are left the earlier."""
        self._rest[:-1] = np.maximum(self._rest[:-1], np.cumsum(least[::-1])[::-1])

    def by_cuts(
        self, sets: NDArray[np.int32], const: NDArray[np.float64], slope: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return what cuts ``const_c - sum_k slope_ck y_k`` on the operating cost demand of sets, EUR/year."""
        fixed, bound = self._matrices.fixed, np.empty(len(sets))
        step = TUNING.bounded_at_once
        for first in range(0, len(sets), step):
            part = sets[first : first + step]
            asked = const - slope.T[part].sum(axis=1)
            bound[first : first + step] = fixed[part].sum(axis=1) + asked.max(axis=1)
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
        work = TUNING.tries * sets.shape[1] * (len(matrices.flows.volume) + matrices.origins * sets.shape[1])
        step = max(1, int(TUNING.sums_at_once / work))

        def fill(start: int) -> None:
            part = slice(start, start + step)
            self._loops.raise_bounds(
                matrices.flows, matrices.legs, matrices.fixed, capacities.limit, capacities.second, sets[part],
                prices, self._rest, cut_off, TUNING.tries, bound[part], found[part],
            )  # fmt: skip

        for_each(range(0, len(sets), step), fill, self._state)
        return bound, found


class BoundedSets(RemainingSets["tuple[NDArray[np.int32], NDArray[np.float64]]"]):
    """Bounds and operates what a relaxation leaves; work is in sets that its cuts leave.

    Parameters
    ----------
    heuristic
        Operates sets, and keeps the best.
    bounds, capacities, rules, state
        Of the search.
    relaxation
        Whose cuts bound sets first.

    Attributes
    ----------
    prices
        Of capacity, to begin with, EUR/t, shape (sites,).
    """

    def __init__(
        self,
        heuristic: CapacitatedHeuristic,
        bounds: SetBounds,
        capacities: Capacities,
        rules: HubRules,
        relaxation: CapacitatedRelaxation,
        state: SearchState,
    ) -> None:
        super().__init__(rules, state)
        self._heuristic, self._bounds, self._capacities = heuristic, bounds, capacities
        self._relaxation = relaxation
        self.prices = np.zeros(rules.sites)

    def most(self, number: int, allowed: float) -> int:
        """Return how many sets may be listed, whatever the cuts leave of them."""
        del number, allowed
        return TUNING.most_listed

    def in_question(self, sets: NDArray[np.int32]) -> tuple[tuple[NDArray[np.int32], NDArray[np.float64]], float]:
        """Return the sets that the cuts do not exclude, the least bound first, with their bounds; and their number."""
        sets = sets[self._capacities.suffice(sets)]
        bound = self._bounds.by_cuts(sets, *self._relaxation.rows)
        order = np.argsort(bound, kind="stable")[: int(np.count_nonzero(bound < self._state.cut_off))]
        return (np.ascontiguousarray(sets[order]), bound[order]), float(len(order))

    def look_at(self, sets: tuple[NDArray[np.int32], NDArray[np.float64]]) -> None:
        """Raise the bounds of the sets, and operate those that these leave."""
        (hubs, bound), step = sets, TUNING.raised_at_once
        for first in range(0, len(hubs), step):
            part = hubs[first : first + step][bound[first : first + step] < self._state.cut_off]
            if not len(part):
                return
            raised, own = self._bounds.raised(np.ascontiguousarray(part), self.prices, self._state.cut_off)
            for place in np.argsort(raised, kind="stable"):
                if raised[place] < self._state.cut_off:
                    self._heuristic.operate(part[place], own[place])
