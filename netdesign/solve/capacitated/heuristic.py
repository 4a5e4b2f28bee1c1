"""Sets of hubs within capacities: bounds raised by prices of their own, and interchange of hubs over these bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.cut_sets import CutSets
from netdesign.solve.branch_cut.neighbourhood import SiteNeighbourhood
from netdesign.solve.branch_cut.tuning import CAPACITATED as TUNING
from netdesign.solve.core.search_state import ROUNDING, for_each
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from netdesign.solve.branch_cut.cut_sets import WholeCuts
    from netdesign.solve.capacitated.loads import Capacities
    from netdesign.solve.capacitated.operating import OperatedSet, Operating
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.prices import BestRoutePrices


class SetBounds:
    """Bounds sets of hubs by prices of capacity; see ``raise_bounds``."""

    def __init__(self, matrices: RouteMatrices, capacities: Capacities, state: SearchState) -> None:
        self._matrices, self._capacities, self._state = matrices, capacities, state
        self._loops = load_compiled("capacity", state.notify)
        self._rest = np.zeros(matrices.origins + 1)

    def raise_rest(self, least: NDArray[np.float64]) -> None:
        """Take what the freight of each origin costs at least, EUR/year: sets are left the earlier."""
        self._rest[:-1] = np.maximum(self._rest[:-1], np.cumsum(least[::-1])[::-1])

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


class BoundedSets(CutSets):
    """Bounds and operates what a relaxation leaves.

    Parameters
    ----------
    heuristic
        Operates sets, and keeps the best.
    bounds, fixed, capacities, rules, state
        Of the search.
    cuts
        Those of the relaxation.

    Attributes
    ----------
    prices
        Of capacity, to begin with, EUR/t, shape (sites,).
    """

    tuning = TUNING

    def __init__(
        self,
        heuristic: CapacitatedHeuristic,
        bounds: SetBounds,
        fixed: NDArray[np.float64],
        capacities: Capacities,
        rules: HubRules,
        cuts: WholeCuts,
        state: SearchState,
    ) -> None:
        super().__init__(cuts, fixed, rules, state)
        self._heuristic, self._bounds, self._capacities = heuristic, bounds, capacities
        self.prices = np.zeros(rules.sites)

    def most(self, number: int, allowed: float) -> int:
        """Return how many sets may be listed, whatever the cuts leave of them."""
        del number, allowed
        return TUNING.most_listed

    def in_question(self, sets: NDArray[np.int32]) -> tuple[tuple[NDArray[np.int32], NDArray[np.float64]], float]:
        """Return the sets that the cuts do not exclude, as ``CutSets`` does, of those with enough capacity."""
        return super().in_question(sets[self._capacities.suffice(sets)])

    def raised(self, sets: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Raise the bounds of sets; return them, EUR/year, and their prices, EUR/t, shape (sets, hubs)."""
        return self._bounds.raised(sets, self.prices, self._state.cut_off)

    def operate(self, hubs: NDArray[np.int32], known: NDArray[np.float64]) -> None:
        """Operate a set, from its prices."""
        self._heuristic.operate(hubs, known)


class CapacitatedHeuristic:
    """Local search over sets of hubs: exchange one, open one, or close one (Teitz and Bart 1968).

    Parameters
    ----------
    operating, bounds
        What operates sets, and what bounds them.
    capacities, rules, state
        Of the search; the search state records every plan.

    Attributes
    ----------
    best
        The best operation found, or None.
    on_operated
        Called with each set that was operated.
    """

    def __init__(
        self, operating: Operating, bounds: SetBounds, capacities: Capacities, rules: HubRules, state: SearchState
    ) -> None:
        self._operating, self._bounds, self._capacities = operating, bounds, capacities
        self._rules, self._state = rules, state
        self._near = SiteNeighbourhood(rules)
        self._seen: dict[bytes, OperatedSet] = {}
        self.best: OperatedSet | None = None
        self.on_operated: Callable[[OperatedSet], None] = lambda _: None

    @property
    def seen(self) -> list[OperatedSet]:
        """All sets that were operated."""
        return list(self._seen.values())

    def start(self, hubs: NDArray[np.int32], prices: BestRoutePrices) -> None:
        """Search from a set that is good without capacities, ascending.

        Hubs are exchanged or added until those that are open can take all freight: while no exchange is enough, the one
        that adds most, and then the one that costs least.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        while not self._capacities.suffice(hubs[None, :])[0]:
            larger = [sets[self._has_more(sets, hubs)] for sets in self._neighbours(hubs)]
            enough = [sets[self._capacities.suffice(sets)] for sets in larger]
            if any(map(len, enough)):
                hubs = _least(enough, lambda sets: prices.of_sets(sets, np.inf, keep=True))
            elif any(map(len, larger)):
                hubs = _least(larger, lambda sets: -self._capacities.limit[sets].sum(axis=1))
            else:
                return
        self.improve(hubs, np.zeros(self._rules.sites))

    def _has_more(self, sets: NDArray[np.int32], hubs: NDArray[np.int32]) -> NDArray[np.bool_]:
        limit = self._capacities.limit
        return np.asarray(limit[sets].sum(axis=1) > limit[hubs].sum())

    def operate(self, hubs: NDArray[np.int32], own: NDArray[np.float64], *, is_proof: bool = True) -> OperatedSet:
        """Operate a permitted set, unless that was done before; keep the best.

        Parameters
        ----------
        hubs
            Ascending positions.
        own
            Prices to begin with, EUR/t, shape (hubs,).
        is_proof
            As of ``Operating``.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        name = hubs.tobytes()
        found = self._seen.get(name)
        if found is None or (is_proof and not found.is_proven):
            prices = np.zeros(self._rules.sites)
            prices[hubs] = own
            found = self._operating.operate(hubs.copy(), prices, self._state.cut_off, is_proof=is_proof)
            self._seen[name] = found
            self.on_operated(found)
        if self._state.found(found.cost):
            self.best = found
        return found

    def improve(self, hubs: NDArray[np.int32], prices: NDArray[np.float64]) -> None:
        """Search from a set, ascending; one that is not permitted, seen, or bounded by the incumbent leads nowhere.

        Parameters
        ----------
        hubs
            Ascending positions.
        prices
            To begin with, EUR/t, shape (sites,).

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        sets = self._unseen(hubs[None, :])
        if not len(sets) or not self._near.permits(hubs) or not self._capacities.suffice(sets)[0]:
            return
        bound, own = self._bounds.raised(sets, prices, self._state.cut_off)
        current = self.operate(sets[0], own[0], is_proof=False) if bound[0] < self._state.cut_off else None
        while current is not None and np.isfinite(current.cost):
            current = self._better(current)

    def _better(self, current: OperatedSet) -> OperatedSet | None:
        """Return the first better neighbour, the one with the least bound first, or None."""
        bounded: list[tuple[float, NDArray[np.int32], NDArray[np.float64]]] = []
        cut_off = current.cost * (1.0 - ROUNDING)
        for sets in self._neighbours(current.hubs):
            able = sets[self._capacities.suffice(sets)]
            bound, own = self._bounds.raised(np.ascontiguousarray(able), current.prices, cut_off)
            bounded += [(float(bound[s]), able[s], own[s]) for s in np.flatnonzero(bound < cut_off)]
        bounded.sort(key=lambda one: one[0])
        for _, hubs, own in bounded[: TUNING.most_operated]:
            found = self.operate(hubs, own, is_proof=False)
            if found.cost < cut_off:
                return found
        return None

    def _neighbours(self, hubs: NDArray[np.int32]) -> Iterator[NDArray[np.int32]]:
        """Yield the permitted sets near one that were not operated yet, in groups of one size."""
        yield from (self._unseen(group) for group in self._near.groups(hubs))

    def _unseen(self, sets: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return those of some sets that were not operated yet."""
        return np.ascontiguousarray(sets[np.array([hubs.tobytes() not in self._seen for hubs in sets], dtype=bool)])


def _least(
    groups: list[NDArray[np.int32]], value: Callable[[NDArray[np.int32]], NDArray[np.float64]]
) -> NDArray[np.int32]:
    """Return the set with the least value in groups of sets, not all of them empty."""
    least, chosen = np.inf, np.empty(0, dtype=np.int32)
    for sets in groups:
        found = value(sets)
        if len(sets) and (found.min() < least or not len(chosen)):
            least, chosen = float(found.min()), sets[int(np.argmin(found))]
    return chosen
