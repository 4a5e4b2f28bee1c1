"""The best links of sets of hubs within capacities: bounds and branches at prices, and the choices that these leave."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.tuning import CAPACITATED as TUNING
from netdesign.solve.capacitated.heuristic import SetBounds
from netdesign.solve.capacitated.limited_network import LimitedFreight
from netdesign.solve.core.search_state import ROUNDING, for_each
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.linked.allocated_links import ChosenLinks
from netdesign.solve.linked.limits import LinkedHubs, OperatedLinks

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from netdesign.solve.capacitated.limited_network import RouteShares
    from netdesign.solve.capacitated.operating import OperatedSet
    from netdesign.solve.core.route_matrices import Legs
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.linked.limits import Limits
    from netdesign.solve.linked.prices import LinkedPrices

    Floats = NDArray[np.float64]
    Hubs = NDArray[np.int32]

_CHOSEN = 1

_FEW_SUMS, _HUBS = 2e9, 5
"""Sums that take some seconds; hubs of a set, about."""

_LIKELY = 8
"""Times that branches are looked at, or a choice is operated, where a good choice of links will do."""

_TRIES = 4
"""Prices that a branch tries, about."""


class LinkedSetBounds(SetBounds):
    """Bounds sets of hubs within capacities, each with all its links that may be chosen.

    Parameters
    ----------
    linked, limits
        The problem.
    state
        Clock and threads.
    """

    def __init__(self, linked: LinkedPrices, limits: Limits, state: SearchState) -> None:
        super().__init__(linked.with_all_links, limits.hubs, state)
        self._linked, self._limits = linked, limits
        self._loops = load_compiled("linked_capacity", state.notify)

    @property
    def few(self) -> int:
        """How many sets are few: to bound all of them takes some seconds."""
        return int(_FEW_SUMS / (TUNING.tries * self._linked.work(_HUBS)))

    def raised(self, sets: Hubs, prices: Floats, cut_off: float) -> tuple[Floats, Floats]:
        """As of ``SetBounds``.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        linked, limits, matrices = self._linked, self._limits, self._linked.matrices
        bound, found = np.full(len(sets), np.inf), np.zeros(sets.shape)
        least, most = linked.numbers(sets.shape[1])
        if least > most:
            return bound, found
        step = max(1, int(TUNING.sums_at_once / (TUNING.tries * linked.work(sets.shape[1]))))

        def fill(start: int) -> None:
            part = slice(start, start + step)
            self._loops.raise_linked_bounds(
                matrices.fixed, matrices.legs, own_legs(matrices.legs), matrices.flows, linked.link_cost,
                linked.must, sets[part], least, most, linked.most_on_a_route, limits.hubs.limit, limits.links,
                limits.hubs.second, prices, min(cut_off, NEVER), TUNING.tries, bound[part], found[part],
            )  # fmt: skip

        for_each(range(0, len(sets), step), fill, self._state)
        return bound, found


class LinkBranches:
    """The branches over the links of a set of hubs within capacities.

    Parameters
    ----------
    hubs
        Ascending positions.
    linked, limits
        The problem.
    prices
        Of a tonne at each hub, to begin with, EUR/t, shape (hubs,).
    loops
        Compiled.
    """

    def __init__(self, hubs: Hubs, linked: LinkedPrices, limits: Limits, prices: Floats, loops: ModuleType) -> None:
        matrices, size = linked.matrices, len(hubs)
        self._offered, self._loops = linked.offered(hubs), loops
        self._own, self._toll = prices.copy(), np.zeros((size, size))
        offered = self._offered
        self._given = (
            *(matrices.legs, own_legs(matrices.legs), matrices.flows, np.ascontiguousarray(hubs)),
            *(offered.start, offered.end, offered.cost, offered.rules),
            *(limits.hubs.limit[hubs], np.ascontiguousarray(limits.links[np.ix_(hubs, hubs)]), limits.hubs.second),
            float(matrices.fixed[hubs].sum()),
        )
        self._status = offered.is_required.astype(np.int8)
        self._best, self._order = np.zeros_like(self._status), np.zeros(len(self._status), dtype=np.int64)
        self._at = np.array([0, max(1, int(TUNING.sums_at_once / (_TRIES * linked.work(size))))])

    @property
    def is_over(self) -> bool:
        """Whether all branches are looked at."""
        return bool(self._at[0] < 0)

    def look_on(self, cut_off: float) -> ChosenLinks | None:
        """Look on for a choice of links that may cost less in all; None where there is none in some more branches."""
        bound = self._loops.branch_within(
            *self._given, min(cut_off, NEVER), self._own, self._toll, self._status, self._order, self._at, self._best
        )
        if bound >= NEVER:
            return None
        chosen = self._best == _CHOSEN
        return ChosenLinks(np.sort(self._offered.links[chosen]), float(self._offered.cost[chosen].sum()))

    def prices(self, network: LinkedHubs) -> Floats:
        """Return prices of the hubs and links of the last choice that have a capacity, EUR/t, shape (limits,)."""
        return np.concatenate([self._own, self._toll[tuple(network.limited.T)]])

    def learn(self, network: LinkedHubs, prices: Floats) -> None:
        """Take better prices of a choice: those of others are near them."""
        self._own[:], self._toll[tuple(network.limited.T)] = np.split(prices, [len(self._own)])


class LinkedOperating:
    """Operates sets of hubs with their best links; knows what it has found of each, for all searches.

    Parameters
    ----------
    linked, limits
        The problem.
    state
        Clock and listener.
    """

    def __init__(self, linked: LinkedPrices, limits: Limits, state: SearchState) -> None:
        self._linked, self._limits, self._state = linked, limits, state
        self._freight = LimitedFreight(linked.matrices, limits.hubs.freight, state)
        self._loops = load_compiled("linked_capacity", state.notify)
        self._known: dict[bytes, OperatedLinks] = {}
        self._bound: dict[bytes, float] = {}

    @property
    def ceiling(self) -> float:
        """As of ``Operating``."""
        return self._linked.ceiling

    def operate(self, hubs: Hubs, prices: Floats, cut_off: float, *, is_proof: bool = True) -> OperatedLinks:
        """As of ``Operating``, with the best links.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        name = hubs.tobytes()
        known = self._known.get(name)
        if known is not None and (known.is_proven or not is_proof):
            return known
        low = cut_off if known is None else min(cut_off, _under(known.cost))
        if self._bound.get(name, -np.inf) >= low:
            return known or self._none(hubs)
        best, is_proven = self._best(hubs, prices, low, is_proof=is_proof)
        if best is None and is_proven:
            self._bound[name] = low
        if best is None and known is not None:
            best = replace(known, is_proven=is_proven and low < cut_off)
        if best is not None:
            self._known[name] = best
        return best or replace(self._none(hubs), is_proven=is_proven)

    def shares(self, operated: OperatedSet) -> RouteShares:
        """As of ``Operating``."""
        assert isinstance(operated, OperatedLinks)
        return operated.shares

    def _best(self, hubs: Hubs, prices: Floats, cut_off: float, *, is_proof: bool) -> tuple[OperatedLinks | None, bool]:
        """Return the best links of a set with its operation, where these cost less than a cut-off.

        And whether that is proven; without proof not many choices of links are looked at.
        """
        best: OperatedLinks | None = None
        if not self._limits.hubs.suffice(hubs[None, :])[0]:
            return None, True
        branches = LinkBranches(hubs, self._linked, self._limits, prices[hubs], self._loops)
        for _ in itertools.count() if is_proof else range(_LIKELY):
            if branches.is_over:
                break
            if self._state.is_over:
                raise TimeoutError
            choice = branches.look_on(cut_off)
            found = None if choice is None else self._operated(hubs, choice, branches, cut_off)
            if found is not None:
                best, cut_off = found, _under(found.cost)
        return None if best is None else replace(best, is_proven=branches.is_over), branches.is_over

    def _operated(
        self, hubs: Hubs, choice: ChosenLinks, branches: LinkBranches, cut_off: float
    ) -> OperatedLinks | None:
        """Return the operation of a choice of links, where it costs less than a cut-off."""
        matrices = self._linked.matrices
        network = LinkedHubs(self._linked, self._limits, hubs, choice.links, self._state)
        fixed = float(matrices.fixed[hubs].sum()) + choice.cost
        solution = self._freight.operated(network, branches.prices(network), cut_off - fixed)
        if solution is None:
            return None
        branches.learn(network, solution.prices)
        cost, prices = fixed + float(solution.cost.sum()), np.zeros(matrices.sites)
        if not cost < cut_off:
            return None
        prices[hubs] = solution.prices[: len(hubs)]
        return OperatedLinks(hubs, cost, prices, solution, choice.links, network, matrices, self._linked.toll)

    def _none(self, hubs: Hubs) -> OperatedLinks:
        matrices, nothing = self._linked.matrices, np.empty(0, dtype=np.intp)
        return OperatedLinks(hubs, np.inf, np.zeros(matrices.sites), None, nothing, None, matrices, self._linked.toll)


def _under(cost: float) -> float:
    """Return what another cost has to be under to be less."""
    return cost - ROUNDING * abs(cost)


def own_legs(legs: Legs) -> Legs:
    """Return legs for loops to fill with prices."""
    return legs._replace(collect=legs.collect.copy(), between=legs.between.copy())
