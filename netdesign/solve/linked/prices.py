"""Hub links as arrays over the sites that may open; prices of sets of hubs, and the best links of a set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netdesign.instance.policies.hub_links import HubLinkRules, LinkShape
from netdesign.solve.core.route_matrices import ABSENT, route_matrices
from netdesign.solve.core.search_state import for_each
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.linked.tolls import closed_ways, link_tolls

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState

    Links = NDArray[np.intp]

_CHOSEN = 1
_SETS_AT_ONCE, _BRANCHES_AT_ONCE = 256, 1024
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
    is_found
        Whether there are any under the cut-off.
    is_proven
        Whether no choice costs less.
    """

    price: float
    links: Links
    is_found: bool = True
    is_proven: bool = True


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
        The problem, in which nothing but links, and what they and hubs take, couples the freight.
    state
        Clock and listener.
    has_limits
        Whether hubs or links have capacities: freight may have to go where it costs more.

    Attributes
    ----------
    ceiling
        Every plan that serves all freight costs less, EUR/year.
    link_cost, must
        Fixed cost of the link between two sites, EUR/year, infinite where none may be, and whether it must be chosen;
        shape (sites, sites), the position of the first site being the lower one.
    """

    def __init__(self, instance: Instance, network: Network, state: SearchState, *, has_limits: bool = False) -> None:
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
        self.link_cost = np.where(self._link_at >= 0, np.append(self._cost, 0.0)[self._link_at], np.inf)
        self.must = (self._link_at >= 0) & np.append(self._is_required, False)[self._link_at]
        is_linked = (self._link_at >= 0) | (self._link_at.T >= 0) | np.eye(matrices.sites, dtype=bool)
        between = np.where(is_linked, matrices.legs.between, ABSENT)
        legs = matrices.legs._replace(between=between)
        self._matrices = replace(matrices, legs=legs, most_between=matrices.sites - 1)
        self.ceiling = (self._matrices.largest_cost + float(self._cost.sum())) * (1.0 + 1e-6) + 1.0
        self._has_limits, self._state, self._loops = has_limits, state, load_compiled("hub_links", state.notify)
        self._choice = load_compiled("link_choice", state.notify)

    @cached_property
    def least_cost(self) -> NDArray[np.float64]:
        """What hubs cost at least by their number, all freight going as if every site were open; shape (sites + 1,)."""
        every = np.arange(self._matrices.sites, dtype=np.int32)[None, :]
        # No link may be left out: a set of fewer hubs has others.
        chosen, none = np.full_like(self.link_cost, np.inf), np.zeros_like(self.must)
        freight = self._priced(every, (0, 0), np.inf, chosen, none)[0] - self._matrices.fixed.sum()
        return np.asarray(np.append(0.0, np.cumsum(np.sort(self._matrices.fixed))) + freight)

    def numbers(self, size: int) -> tuple[int, int]:
        """Return the least and the largest number of links of so many hubs; none is permitted where that is less."""
        return self._rules.numbers(size)

    def permits(self, size: int) -> bool:
        """Return whether some number of links is permitted of so many hubs."""
        least, most = self.numbers(size)
        return least <= most

    def joins(self, hubs: NDArray[np.int32], links: Links) -> NDArray[np.bool_]:
        """Return which hubs some links join straight, shape (hubs, hubs)."""
        is_there = np.zeros(self.link_cost.shape, dtype=bool)
        start, end = self._ends[links].T
        is_there[start, end] = is_there[end, start] = True
        return is_there[np.ix_(hubs, hubs)]

    def work(self, hubs: int) -> float:
        """Return about how many sums it takes to price a set of so many hubs."""
        return float(hubs * (len(self._matrices.flows.volume) + hubs * self._matrices.origins))

    @cached_property
    def toll(self) -> NDArray[np.float64]:
        """What a tonne pays of the fixed cost of a link between two sites at least, EUR/t, shape (sites, sites).

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        return link_tolls(self._matrices, self._ends, self._cost, self._state, has_limits=self._has_limits)

    @cached_property
    def with_all_links(self) -> RouteMatrices:
        """The complete network in which freight goes from hub to hub on the cheapest way over any sites.

        Each tonne pays its part of the links.
        """
        way = np.minimum(self._matrices.legs.between + self.toll, ABSENT)
        way = closed_ways(way, self._rules.most_on_a_route or 0)
        return replace(self._matrices, legs=self._matrices.legs._replace(between=way))

    def of_sets(self, sets: NDArray[np.int32], cut_off: float) -> NDArray[np.float64]:
        """Return what no choice of links is under for each set, shape (sets,); infinite where none is permitted.

        Where that is not under the cut-off it may be unfinished.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        least, most = self._rules.numbers(sets.shape[1])
        if least > most:
            return np.full(len(sets), np.inf)
        links = self.link_cost, self.must
        price = np.empty(len(sets))

        def fill(part: slice) -> None:
            price[part] = self._priced(sets[part], (least, most), cut_off, *links)

        parts = [slice(first, first + _SETS_AT_ONCE) for first in range(0, len(sets), _SETS_AT_ONCE)]
        for_each(parts, fill, self._state)
        return price

    def _priced(
        self,
        sets: NDArray[np.int32],
        numbers: tuple[int, int],
        cut_off: float,
        link_cost: NDArray[np.float64],
        is_required: NDArray[np.bool_],
    ) -> NDArray[np.float64]:
        if self._state.is_over:
            raise TimeoutError
        matrices, price = self._matrices, np.empty(len(sets))
        sets = np.ascontiguousarray(sets)
        self._loops.price_linked_sets(
            matrices.fixed,
            matrices.legs,
            matrices.flows,
            link_cost,
            is_required,
            sets,
            *numbers,
            self.most_on_a_route,
            cut_off,
            price,
        )
        return price

    def best_links(self, hubs: NDArray[np.int32], cut_off: float, *, is_proof: bool = True) -> BestLinks:
        """Return the best links of a set of hubs that cost less than the cut-off in all; without proof, good ones.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        offered, matrices = self.offered(hubs), self._matrices
        status, best = offered.is_required.astype(np.int8), np.zeros(len(offered.links), dtype=np.int8)
        order, at = np.zeros(len(status), dtype=np.int64), np.array([0, _BRANCHES_AT_ONCE])
        given = (
            *(matrices.legs, matrices.flows, np.ascontiguousarray(hubs), offered.start, offered.end),
            *(offered.cost, offered.rules, float(matrices.fixed[hubs].sum())),
        )
        price = cut_off
        while at[0] >= 0:
            if self._state.is_over:
                raise TimeoutError
            price = self._choice.choose_links(*given, price, status, order, at, best)
            if not is_proof:
                break
        return BestLinks(price, np.sort(offered.links[best == _CHOSEN]), price < cut_off, bool(at[0] < 0))

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
        costs = np.sort(self.link_cost[sets[:, first], sets[:, second]], axis=1)
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
