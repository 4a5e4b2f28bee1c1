"""Good plans first: hubs are exchanged one by one, the likeliest first, and cities allocated by local search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.route_matrices import IMPOSSIBLE
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.kernels.names import NEVER, NOBODY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multiple.prices import Prices
    from netdesign.solve.single.problem import AllocationProblem


class Exchange:
    """Local search over sets of hubs, each priced by a local search over allocations.

    Parameters
    ----------
    problem, rules, state
        Of the search; the search state records every plan.
    prices
        What sets cost under multiple allocation: a lower bound, by which sets are left out and put in order.

    Attributes
    ----------
    best
        Position of each city's hub in the best plan, or None.
    hubs
        Its open hubs, ascending.
    on_plan
        Told of every plan, as the position of each city's hub.
    """

    def __init__(self, problem: AllocationProblem, rules: HubRules, prices: Prices, state: SearchState) -> None:
        self._problem, self._rules, self._prices, self._state = problem, rules, prices, state
        self._loops = load_compiled("allocating", state.say)
        self._heaviest = np.argsort(-problem.load, kind="stable")
        self._seen: set[bytes] = set()
        self.best: NDArray[np.intp] | None = None
        self.hubs: NDArray[np.int32] = np.empty(0, dtype=np.int32)
        self.on_plan: Callable[[NDArray[np.intp]], None] = _forget

    def round_up(self, is_open: NDArray[np.float64]) -> None:
        """Search from the sites that a point y opens most, shape (sites,).

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        likely = np.flatnonzero(is_open > 0.5)
        if len(likely) < self._rules.least or self._rules.is_one_number:
            number = max(self._rules.least, min(len(likely), self._rules.most))
            likely = np.argsort(-is_open, kind="stable")[:number]
        self.improve(np.sort(likely).astype(np.int32))

    def improve(self, hubs: NDArray[np.int32]) -> None:
        """Search from a set, ascending.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        if not len(hubs) or hubs.tobytes() in self._seen:
            return
        price = self.try_set(hubs)
        while True:
            self._seen.add(hubs.tobytes())
            better = self._better(hubs, price)
            if better is None or better[0].tobytes() in self._seen:
                return
            hubs, price = better

    def try_set(self, hubs: NDArray[np.int32]) -> float:
        """Return what a set costs with a good allocation, ``NEVER`` where none was found, and record it."""
        if self._state.is_over:
            raise TimeoutError
        problem = self._problem
        chosen = hubs.astype(np.int64)
        place = np.full(problem.sites + 1, NOBODY)
        place[chosen] = np.arange(len(chosen))
        room, hub_of = problem.capacity[chosen], np.empty(problem.cities, dtype=np.int64)
        cost = self._loops.allocate(
            problem.assign, problem.forth, problem.back, problem.transfer, problem.load, self._heaviest,
            chosen, place[problem.own], room, hub_of,
        )  # fmt: skip
        if cost >= IMPOSSIBLE:
            return NEVER
        return self.hear(hubs, chosen[hub_of])

    def hear(self, hubs: NDArray[np.int32], hub_of: NDArray[np.intp]) -> float:
        """Return what a plan costs, EUR/year; keep it if it is permitted and the best."""
        price = float(self._problem.fixed[hubs].sum()) + self._problem.operating(hub_of)
        is_open = np.zeros(self._problem.sites, dtype=bool)
        is_open[hubs] = True
        self.on_plan(hub_of)
        if self._rules.permits(is_open) and self._state.found(price):
            self.best, self.hubs = hub_of, hubs
        return price

    def _better(self, hubs: NDArray[np.int32], price: float) -> tuple[NDArray[np.int32], float] | None:
        """Return the first better set that differs by one hub: another, one more, one less."""
        for near in self._neighbours(hubs, price):
            found = self.try_set(near)
            if found < price - 1e-9 * abs(price):
                return near, found
        return None

    def _neighbours(self, hubs: NDArray[np.int32], price: float) -> Iterator[NDArray[np.int32]]:
        """Yield the sets whose lower bound is under a price, by that bound."""
        movable = hubs[~self._rules.certain[hubs]]
        near: list[tuple[float, bytes]] = []
        for hub in movable:
            rest = hubs[hubs != hub]
            near += self._extended(rest, np.append(hubs, hub), price)
            if len(rest) >= max(1, self._rules.least):
                near.append((self._prices.of_set(rest), rest.tobytes()))
        if len(hubs) < self._rules.most:
            near += self._extended(hubs, hubs, price)
        for bound, other in sorted(near):
            if bound >= price:
                return
            yield np.frombuffer(other, dtype=np.int32).copy()

    def _extended(self, hubs: NDArray[np.int32], without: NDArray[np.int32], price: float) -> list[tuple[float, bytes]]:
        """Return the sets with one site more, with their bounds."""
        may = np.ones(self._rules.sites, dtype=bool)
        may[without] = False
        for row in self._rules.rows:
            may &= row.weights + row.weights[hubs].sum() <= row.most + 1e-9 * (1.0 + abs(row.most))
        sites = np.flatnonzero(may).astype(np.int32)
        if not len(sites):
            return []
        bounds = self._prices.with_one_more(hubs, sites, price)
        return [(bound, _with(hubs, site).tobytes()) for bound, site in zip(bounds.tolist(), sites, strict=True)]


def _forget(hub_of: NDArray[np.intp]) -> None:
    del hub_of


def _with(hubs: NDArray[np.int32], site: np.int32) -> NDArray[np.int32]:
    return np.sort(np.append(hubs, site)).astype(np.int32)
