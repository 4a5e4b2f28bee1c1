"""Hub links as arrays over the sites that may open; prices of sets of hubs, and the best links of a set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netdesign.instance.policies.hub_links import HubLinkRules, LinkShape
from netdesign.solve.core.route_matrices import ABSENT, route_matrices
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState

    Links = NDArray[np.intp]

_CHOSEN = 1
_SETS_AT_ONCE, _BRANCHES_AT_ONCE = 1024, 4096
"""What a call of a loop looks at before the clock is read."""


@dataclass(frozen=True)
class BestLinks:
    """The best links of a set of hubs.

    Parameters
    ----------
    price
        With hubs, links and freight, EUR/year; not under the cut-off where nothing is.
    links
        Positions in ``instance.permitted_links``.
    """

    price: float
    links: Links


class OfferedLinks(NamedTuple):
    """Links that a set of hubs may have.

    Parameters
    ----------
    links
        Positions in ``instance.permitted_links``.
    start, end
        Places of the ends of each among the hubs.
    cost
        Of each, EUR/year.
    is_required
        Whether each must be chosen.
    rules
        As the loops take them.
    """

    links: Links
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    cost: NDArray[np.float64]
    is_required: NDArray[np.bool_]
    rules: NDArray[np.int64]


class LinkedPrices:
    """Prices of sets of hubs of one instance, by positions in ``instance.allowed``.

    Parameters
    ----------
    instance, network
        The problem, in which nothing but links couples the freight.
    state
        Clock and listener.

    Attributes
    ----------
    ceiling
        Every plan that serves all freight costs less, EUR/year.
    """

    def __init__(self, instance: Instance, network: Network, state: SearchState) -> None:
        matrices = route_matrices(instance, network)
        place = {name: position for position, name in enumerate(instance.allowed)}
        links = instance.permitted_links
        ends = [[place[name] for name in link.ends] for link in links]
        self._ends = np.array(ends, dtype=np.intp).reshape(-1, 2)
        self._cost = np.array([link.fixed_cost for link in links])
        self._rules = instance.policies.hub_links or HubLinkRules()
        required = {frozenset(pair) for pair in self._rules.required}
        self._is_required = np.array(
            [frozenset(link.ends) in required for link in instance.permitted_links], dtype=bool
        )
        self._link_at = np.full((matrices.sites, matrices.sites), -1)
        self._link_at[self._ends[:, 0], self._ends[:, 1]] = np.arange(len(self._ends))
        self._link_cost = np.where(self._link_at >= 0, np.append(self._cost, 0.0)[self._link_at], np.inf)
        is_linked = (self._link_at >= 0) | (self._link_at.T >= 0) | np.eye(matrices.sites, dtype=bool)
        between = np.where(is_linked, matrices.legs.between, ABSENT)
        legs = matrices.legs._replace(between=between)
        self._matrices = replace(matrices, legs=legs, most_between=matrices.sites - 1)
        self.ceiling = (self._matrices.largest_cost + float(self._cost.sum())) * (1.0 + 1e-6) + 1.0
        self._state, self._loops = state, load_compiled("hub_links", state.notify)

    @cached_property
    def least_cost(self) -> NDArray[np.float64]:
        """What hubs cost at least by their number, all freight going as if every site were open; shape (sites + 1,)."""
        every = np.arange(self._matrices.sites, dtype=np.int32)[None, :]
        freight = self._priced(every, 0, np.inf)[0] - self._matrices.fixed.sum()
        return np.asarray(np.append(0.0, np.cumsum(np.sort(self._matrices.fixed))) + freight)

    def least(self, size: int) -> int:
        """Return the least number of links of so many hubs."""
        return self._rules.numbers(size)[0]

    def of_sets(self, sets: NDArray[np.int32], cut_off: float) -> NDArray[np.float64]:
        """Return what no choice of links is under for each set, shape (sets,); infinite where none is permitted.

        It is exact up to the cost of links, or not under the cut-off.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        least, most = self._rules.numbers(sets.shape[1])
        if least > most:
            return np.full(len(sets), np.inf)
        prices = [
            self._priced(sets[first : first + _SETS_AT_ONCE], least, cut_off)
            for first in range(0, len(sets), _SETS_AT_ONCE)
        ]
        return np.concatenate(prices) if prices else np.empty(0)

    def _priced(self, sets: NDArray[np.int32], least: int, cut_off: float) -> NDArray[np.float64]:
        if self._state.is_over:
            raise TimeoutError
        matrices, price = self._matrices, np.empty(len(sets))
        sets = np.ascontiguousarray(sets)
        self._loops.price_linked_sets(
            matrices.fixed,
            matrices.legs,
            matrices.flows,
            self._link_cost,
            sets,
            least,
            self.most_on_a_route,
            cut_off,
            price,
        )
        return price

    def best_links(self, hubs: NDArray[np.int32], cut_off: float) -> BestLinks:
        """Return the best links of a set of hubs that cost less than the cut-off in all.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        size = len(hubs)
        pairs = self._link_at[np.ix_(hubs, hubs)]
        links = np.sort(pairs[pairs >= 0])
        # What is dear to travel is left out first: good choices come early.
        length = self._matrices.legs.between[self._ends[links, 0], self._ends[links, 1]]
        links = links[np.argsort(-length, kind="stable")]
        place = np.zeros(self._matrices.sites, dtype=np.int64)
        place[hubs] = np.arange(size)
        start, end = (np.ascontiguousarray(place[self._ends[links, side]]) for side in (0, 1))
        status, best = self._is_required[links].astype(np.int8), np.zeros(len(links), dtype=np.int8)
        order, at = np.zeros(len(links), dtype=np.int64), np.array([0, _BRANCHES_AT_ONCE])
        given = (
            *(self._matrices.legs, self._matrices.flows, np.ascontiguousarray(hubs), start, end),
            *(np.ascontiguousarray(self._cost[links]), self._rules_of(size)),
            float(self._matrices.fixed[hubs].sum()),
        )
        price = cut_off
        while at[0] >= 0:
            if self._state.is_over:
                raise TimeoutError
            price = self._loops.choose_links(*given, price, status, order, at, best)
        return BestLinks(price, np.sort(links[best == _CHOSEN]))

    @property
    def matrices(self) -> RouteMatrices:
        """The freight, and the legs; between hubs where a link may be."""
        return self._matrices

    @property
    def most_on_a_route(self) -> int:
        """Most links of a route, 0 for any number."""
        return self._rules.most_on_a_route or 0

    def least_links(self, sets: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return what as many links as there have to be cost at least, EUR/year, shape (sets,)."""
        size = sets.shape[1]
        first, second = np.triu_indices(size, 1)
        costs = np.sort(self._link_cost[sets[:, first], sets[:, second]], axis=1)
        return np.asarray(costs[:, : self._rules.numbers(size)[0]].sum(axis=1))

    def offered(self, hubs: NDArray[np.int32]) -> OfferedLinks:
        """Return the links that a set of hubs may have."""
        pairs = self._link_at[np.ix_(hubs, hubs)]
        links = np.sort(pairs[pairs >= 0])
        start, end = np.ascontiguousarray(np.searchsorted(hubs, self._ends[links]).T.astype(np.int64))
        return OfferedLinks(links, start, end, self._cost[links], self._is_required[links], self._rules_of(len(hubs)))

    def _rules_of(self, size: int) -> NDArray[np.int64]:
        """Return the rules as the loop takes them."""
        least, most = self._rules.numbers(size)
        shape = self._rules.shape
        most_at_hub = 2 if shape in (LinkShape.RING, LinkShape.LINE) else size
        least_at_hub = 2 if shape is LinkShape.RING else 0
        is_joined = int(self._rules.is_connected)
        return np.array([least, most, is_joined, most_at_hub, least_at_hub, self.most_on_a_route])
