"""Single allocation over one set of hubs: bounds of many sets, and the best plan of one by branching on cities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.city_pairs import CityPairs, CityTables, HubRoom
from netdesign.solve.core.route_matrices import flow_of_commodity
from netdesign.solve.core.search_state import ROUNDING, for_each
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.kernels.names import NEVER, NOBODY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.core.route_matrices import Legs, RouteMatrices
    from netdesign.solve.core.search_state import SearchState

    Hubs = NDArray[np.int32]

_FEW_PASSES, _MANY_PASSES = 8, 100
"""Walks through all cities for one of many sets, most of which few of them exclude, and for one that is operated."""

_FULL = 1e-9
"""Relative rounding of sums of loads."""

_AT_ONCE = 3e7
"""Routes that one call looks at: some hundredths of a second, after which the clock is looked at."""


@dataclass(frozen=True)
class Allocated:
    """The best plan of a set of hubs.

    Parameters
    ----------
    cost
        EUR/year.
    hub_of
        Position of the hub of each city among the sites, shape (cities,).
    """

    cost: float
    hub_of: NDArray[np.intp]


@dataclass(frozen=True)
class BoundedSet:
    """A bound of a set of hubs, with the tables behind it.

    Parameters
    ----------
    bound
        EUR/year; infinite where a city can have no hub.
    filled, raised
        The tables as they were filled, and as the bound has left them.
    """

    bound: float
    filled: CityTables
    raised: CityTables


class SetAllocation:
    """Bounds and operates sets of hubs where each city has one, and nothing but their room couples the freight beside.

    Parameters
    ----------
    instance
        The problem.
    matrices
        Its freight; sites are those of ``instance.allowed``.
    state
        Clock and threads.

    Attributes
    ----------
    city
        Position of each city with freight among the nodes, shape (cities,).
    pairs
        The cities that exchange freight.
    room
        What each city takes of its hub, and how much each site has.
    limit
        What no freight of any plan worth having pays, EUR/year.
    """

    def __init__(self, instance: Instance, matrices: RouteMatrices, state: SearchState) -> None:
        self._matrices, self._state = matrices, state
        self._tables = load_compiled("set_tables", state.notify)
        self._loops = load_compiled("set_allocation", state.notify)
        self._plans = load_compiled("set_plans", state.notify)
        self.city, self.pairs = city_pairs(instance, matrices)
        self.room = _hub_room(instance, self.city)
        self._dearest = matrices.largest_cost * (1.0 + 1e-6) + 1.0
        # A plan with one route that costs this is dearer than any, also with hubs that pay.
        self.limit = 2.0 * (self._dearest + float(np.abs(matrices.fixed).sum()))

    def bounds(self, sets: NDArray[np.int32], cut_off: float) -> NDArray[np.float64]:
        """Return a bound of each set, EUR/year, shape (sets,); infinite where a city can have no hub.

        Parameters
        ----------
        sets
            Ascending positions, shape (sets, hubs).
        cut_off
            No bound needs to be higher, EUR/year.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        bound, matrices = np.empty(len(sets)), self._matrices
        routes = len(matrices.flows.volume) * sets.shape[1] ** 2
        step = max(1, int(_AT_ONCE / (4 * _FEW_PASSES * routes)))

        def fill(part: slice) -> None:
            self._loops.bound_sets(
                matrices.flows, matrices.legs, self.pairs, self.room, matrices.fixed, sets[part], self.limit,
                min(cut_off, NEVER), _FEW_PASSES, bound[part],
            )  # fmt: skip

        for_each([slice(start, start + step) for start in range(0, len(sets), step)], fill, self._state)
        return np.where(bound < self._dearest, bound, np.inf)

    def bounded(self, hubs: Hubs, legs: Legs, cut_off: float) -> BoundedSet:
        """Return the bound of a set over some legs, with the tables behind it.

        Parameters
        ----------
        hubs
            Ascending positions.
        legs
            Those that freight takes; no route over them is dearer than ``matrices.largest_cost`` has it.
        cut_off
            No bound needs to be higher, EUR/year.
        """
        own = float(self._matrices.fixed[hubs].sum())
        filled, beside = self._filled(hubs, legs)
        if beside >= self.limit:
            return BoundedSet(np.inf, filled, filled)
        raised = filled.copy()
        bound = own + self._loops.ascend(self.pairs, self.room_of(hubs), beside, *raised, cut_off - own, _MANY_PASSES)
        return BoundedSet(bound, filled, raised)

    def best(self, hubs: Hubs, cut_off: float, legs: Legs | None = None, most: int | None = None) -> Allocated | None:
        """Return the best plan of a set if it costs less than the cut-off, EUR/year; else None.

        Parameters
        ----------
        hubs
            Ascending positions.
        cut_off
            EUR/year.
        legs
            As of ``bounded``; None for those of the matrices.
        most
            Parts that are looked at, for a good plan; None for all of them, and the best one.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        matrices, loops, room = self._matrices, self._loops, self.room_of(hubs)
        cut_off = min(cut_off, self._dearest)
        whole, beside = self._filled(hubs, matrices.legs if legs is None else legs)
        if beside >= self.limit:
            return None
        own = float(matrices.fixed[hubs].sum())
        best, open_parts, looked_at = None, [whole.copy()], 0
        while open_parts and looked_at != most:
            if self._state.is_over:
                raise TimeoutError
            part, looked_at = open_parts.pop(), looked_at + 1
            if loops.ascend(self.pairs, room, beside, *part, cut_off - own, _MANY_PASSES) >= cut_off - own:
                continue
            label = np.empty(len(self.city), dtype=np.int64)
            tables = part.unary, part.cost, part.alive, whole.unary, whole.cost
            cost = own + beside + self._plans.decode(self.pairs, room, *tables, label)
            if cost < cut_off:
                best = Allocated(cost, hubs[label].astype(np.intp))
                cut_off = cost - ROUNDING * abs(cost)
            open_parts += _divided(part)
        return best

    def room_of(self, hubs: Hubs) -> HubRoom:
        """Return the room of the hubs of a set."""
        return self.room._replace(most=self.room.most[hubs])

    def have_room(self, sets: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which sets, shape (sets, hubs), have room for all freight."""
        return np.asarray(self.room.most[sets].sum(axis=1) * (1.0 + _FULL) >= self.room.load.sum())

    def _filled(self, hubs: Hubs, legs: Legs) -> tuple[CityTables, float]:
        """Return the tables of a set over some legs, and what it costs beside, EUR/year."""
        cities, pairs, size = len(self.city), len(self.pairs.first), len(hubs)
        empty = np.empty((cities, size)), np.empty((pairs, size, size)), np.empty((cities, size), dtype=bool)
        beside = self._tables.fill_tables(self._matrices.flows, legs, self.pairs, hubs, self.limit, *empty)
        return CityTables(*empty, np.zeros(size)), beside


def _divided(part: CityTables) -> list[CityTables]:
    """Return the parts in which one city has not its likeliest hub, and has it; none where all are decided."""
    choices = np.where(part.alive, part.unary, np.inf)
    least = np.partition(choices, 1, axis=1)[:, :2] if choices.shape[1] > 1 else np.repeat(choices, 2, axis=1)
    is_undecided = part.alive.sum(axis=1) > 1
    if not is_undecided.any():
        return []
    # Without its likeliest hub the city that loses most is the soonest to exceed the cut-off.
    city = int(np.argmax(np.where(is_undecided, least[:, 1] - least[:, 0], -1.0)))
    likeliest = int(np.argmin(choices[city]))
    other, likely = part.copy(), part
    other.alive[city, likeliest] = False
    likely.alive[city] = False
    likely.alive[city, likeliest] = True
    return [other, likely]


def _hub_room(instance: Instance, city: NDArray[np.intp]) -> HubRoom:
    """Return what cities send, which counts at their hubs, and what the sites that may open can take of it."""
    sent = np.bincount(instance.commodities.origin, instance.commodities.volume, len(instance.nodes))
    is_limited = instance.policies.capacity is not None
    most = [
        instance.sites[instance.site_position[name]].capacity if is_limited else np.inf for name in instance.allowed
    ]
    return HubRoom(sent[city].astype(np.float64), np.array(most, dtype=np.float64))


def city_pairs(instance: Instance, matrices: RouteMatrices) -> tuple[NDArray[np.intp], CityPairs]:
    """Return the cities with freight, as positions among the nodes, and the pairs of them that exchange freight."""
    flows, commodities, none = matrices.flows, instance.commodities, NOBODY
    of_flow = np.empty(len(flows.volume), dtype=np.intp)
    of_flow[flow_of_commodity(instance)] = np.arange(len(commodities))
    # Commodities of one flow have the same ends.
    ends = np.stack((commodities.origin[of_flow], commodities.destination[of_flow]), axis=1)
    cities = np.unique(ends[~instance.is_overseas[ends]])
    place = np.full(len(instance.nodes), none)
    place[cities] = np.arange(len(cities))
    first, last = np.sort(place[ends], axis=1).T
    is_pair = (first != none) & (first != last)
    pairs, number = np.unique(np.stack((first, last), axis=1)[is_pair], axis=0, return_inverse=True)
    pair_of_flow = np.full(len(ends), none)
    pair_of_flow[is_pair] = number.ravel()
    of_origin, of_destination = np.full(matrices.origins, none), np.full(matrices.legs.distribute.shape[1], none)
    of_origin[flows.origin], of_destination[flows.destination] = place[ends[:, 0]], place[ends[:, 1]]
    own = np.full(len(instance.nodes), none)
    own[[instance.sites[instance.site_position[name]].node for name in instance.allowed]] = np.arange(matrices.sites)
    either = pairs.ravel()
    found = CityPairs(
        of_origin=of_origin,
        of_destination=of_destination,
        of_flow=pair_of_flow,
        first=np.ascontiguousarray(pairs[:, 0]),
        second=np.ascontiguousarray(pairs[:, 1]),
        start=np.searchsorted(np.sort(either), np.arange(len(cities) + 1)),
        adjacent=np.argsort(either, kind="stable") // 2,
        own=own[cities],
    )
    return cities, CityPairs(*(column.astype(np.int64) for column in found))
