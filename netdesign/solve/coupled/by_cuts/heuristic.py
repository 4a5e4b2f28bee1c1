"""Sets of hubs operated one by one, near good ones."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.neighbourhood import SiteNeighbourhood, extended
from netdesign.solve.branch_cut.tuning import COUPLED as TUNING
from netdesign.solve.core.gate_freight import HUB_ROWS, LIFTED
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.coupled.operating import NEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from netdesign.solve.core.best_first import Best
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.bounds import CoupledBounds, SetPrices
    from netdesign.solve.coupled.by_cuts.rows import CouplingRows
    from netdesign.solve.coupled.operating import SetOperating
    from netdesign.solve.multiple.prices import BestRoutePrices

    Floats = NDArray[np.float64]
    Hubs = NDArray[np.int32]


def is_provable(hubs: int) -> bool:
    """Return whether a set of so many hubs is bounded and operated over all patterns of lanes."""
    return hubs <= TUNING.most_patterns


class SetBounds:
    """Bounds sets of hubs: by the best route of each flow, and few enough hubs by prices of what couples the freight.

    Attributes
    ----------
    best_routes
        The former.
    """

    def __init__(self, best_routes: BestRoutePrices, bounds: CoupledBounds) -> None:
        self.best_routes, self._bounds = best_routes, bounds
        has_limit = bounds.rows.highest[LIFTED] > 0.0
        self._lifts = np.where(has_limit, -bounds.rows.due[LIFTED], math.inf)
        self._least_lifted = float(bounds.freight.volume.sum()) * (1.0 - ROUNDING)

    def of_sets(self, sets: Hubs, cut_off: float) -> Floats:
        """Return a bound of each set, EUR/year, shape (sets,); one at the cut-off is not raised further.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        bound = self.best_routes.of_sets(sets, cut_off, keep=True)
        # Each tonne is lifted once at least.
        bound[self._lifts[sets].sum(axis=1) < self._least_lifted] = math.inf
        open_ones = np.flatnonzero(bound < cut_off)
        if is_provable(sets.shape[1]) and len(open_ones):
            raised = self._bounds.of_sets(np.ascontiguousarray(sets[open_ones]), cut_off)
            bound[open_ones] = np.maximum(bound[open_ones], raised)
        return bound


class CoupledHeuristic:
    """Local search over sets of hubs: exchange one, open one, or close one (Teitz and Bart 1968).

    Parameters
    ----------
    operating, bounds, rules, state
        Of the search.
    set_prices
        Prices a set of more hubs than are bounded over all patterns of lanes.
    rows
        What couples the freight.

    Attributes
    ----------
    prices
        Of the rows, at hand, EUR/t, shape (rows,).
    on_operated
        Called with the best plan of each set that was operated.
    """

    def __init__(
        self,
        operating: SetOperating,
        set_prices: CoupledBounds,
        bounds: SetBounds,
        rules: HubRules,
        rows: CouplingRows,
        state: SearchState,
    ) -> None:
        self._operating, self._set_prices, self._bounds = operating, set_prices, bounds
        self._coupling = rows
        self._rules, self._state = rules, state
        self._near = SiteNeighbourhood(rules)
        self._seen: set[bytes] = set()
        self.prices = np.zeros(rows.number)
        self.on_operated: Callable[[Best], None] = lambda _: None

    @property
    def seen(self) -> list[Best]:
        """The best plans of all sets that were operated."""
        return list(self._operating.best.values())

    def operate(self, hubs: Hubs, bound: float) -> float:
        """Operate a permitted set, unless that was done before; return the cost of its plan, infinite without one.

        A set of more hubs than have few patterns of lanes gets a plan near the prices at hand, if that finds one.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        if hubs.tobytes() not in self._seen:
            self._seen.add(hubs.tobytes())
            if is_provable(len(hubs)):
                self._operating.operate(hubs, bound)
            else:
                self._operating.attempt(hubs, self._at_hand(hubs), self._state.cut_off, NEAR)
            self._tell(hubs)
        best = self._operating.best.get(tuple(hubs.tolist()))
        return math.inf if best is None else best.cost

    def fly(self, hubs: Hubs, lanes: NDArray[np.bool_]) -> None:
        """Operate a set over some of its lanes, shape (airports, hubs), unless that was done before.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        name = hubs.tobytes() + lanes.tobytes()
        if name not in self._seen:
            self._seen.add(name)
            prices = replace(self._at_hand(hubs), is_gate=lanes)
            self._operating.attempt(hubs, prices, self._state.cut_off, (*NEAR, math.inf))
            self._tell(hubs)

    def least_over(self, hubs: Hubs, lanes: NDArray[np.bool_]) -> float:
        """Return what no plan of a set over some of its lanes is under, EUR/year; infinite where there is none.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        prices = replace(self._at_hand(hubs), is_gate=lanes)
        return self._operating.attempt(hubs, prices, self._state.cut_off, (math.inf,))

    def grow(self, likely: float) -> None:
        """Without an incumbent, open hubs one by one, the one with the least bound next, until some set has a plan.

        Parameters
        ----------
        likely
            EUR/year, about what a plan costs.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        hubs = np.flatnonzero(self._rules.certain).astype(np.int32)
        if not is_provable(self._rules.least):
            return
        self.improve(hubs)
        # Sets that cost much more are no better to begin with than such without a plan.
        cut_off = min(self._state.cut_off, TUNING.likely * likely)
        while math.isinf(self._state.incumbent) and is_provable(len(hubs) + 1):
            sets = [extended(hubs, site) for site in self._near.additions(hubs)]
            if not sets:
                return
            grown = np.array(sets, dtype=np.int32)
            grown = grown[np.argsort(self._bounds.best_routes.of_sets(grown, cut_off, keep=True), kind="stable")]
            hubs = grown[0]
            if len(hubs) >= self._rules.least:
                # Where no set may have a plan, the cheapest one is the next.
                hubs = min(self._likely_ones(grown, cut_off), key=lambda one: one[0])[1]

    def _likely_ones(self, sets: Hubs, cut_off: float) -> Iterator[tuple[float, Hubs]]:
        """Try sets by groups until one has a plan; yield the least bound of each group, and its set."""
        for first in range(0, len(sets), TUNING.grown_at_once):
            part = sets[first : first + TUNING.grown_at_once]
            bound = self._bounds.of_sets(part, cut_off)
            order = np.argsort(bound, kind="stable")
            yield float(bound[order[0]]), part[order[0]]
            for place in order[: TUNING.most_operated]:
                if bound[place] < cut_off:
                    self.improve(part[place])
            if math.isfinite(self._state.incumbent):
                return

    def _at_hand(self, hubs: Hubs) -> SetPrices:
        rows, prices = self._coupling, self.prices
        of_hubs = np.array([rows.at_hubs(prices, kind)[hubs] for kind in range(HUB_ROWS)])
        lanes = rows.of_lanes(prices, len(self._set_prices.freight.start) - 1)
        return self._set_prices.at(hubs, of_hubs, rows.of_limits(prices), lanes[:, hubs])

    def _tell(self, hubs: Hubs) -> None:
        best = self._operating.best.get(tuple(hubs.tolist()))
        if best is not None:
            self.on_operated(best)

    def improve(self, hubs: Hubs) -> None:
        """Search from a set, ascending; one that is not permitted, seen, or bounded by the incumbent leads nowhere.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        if not len(hubs) or hubs.tobytes() in self._seen or not self._near.permits(hubs):
            return
        bound = float(self._bounds.of_sets(hubs[None, :], self._state.cut_off)[0])
        cost = self.operate(hubs, bound) if bound < self._state.cut_off else math.inf
        while math.isfinite(cost):
            better = self._better(hubs, cost)
            if better is None:
                return
            hubs, cost = better

    def _better(self, hubs: Hubs, cost: float) -> tuple[Hubs, float] | None:
        """Return the first better neighbour, the one with the least bound first, with its cost, or None."""
        bounded: list[tuple[float, Hubs]] = []
        cut_off = cost * (1.0 - ROUNDING)
        for group in self._near.groups(hubs):
            sets = np.ascontiguousarray(group[[one.tobytes() not in self._seen for one in group]])
            if len(sets):
                bound = self._bounds.of_sets(sets, cut_off)
                bounded += [(float(bound[s]), sets[s]) for s in np.flatnonzero(bound < cut_off)]
        bounded.sort(key=lambda one: one[0])
        for bound_of_one, one in bounded[: TUNING.most_operated]:
            found = self.operate(one, bound_of_one)
            if found < cut_off:
                return one, found
        return None
