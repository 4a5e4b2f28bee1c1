"""Bounds of sets of hubs by arrays: each city takes its best hub each way, with the departures that it needs there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import SizeError
from netdesign.network import permitted_routes
from netdesign.solve.scheduled.division import DivisionBounds, may_divide
from netdesign.solve.scheduled.freight import NONE, gate_routes
from netdesign.solve.scheduled.modes import city_modes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.freight import CityFreight, Floats, GateRoutes, Positions
    from netdesign.solve.scheduled.modes import Modes

MOST_CELLS = 50_000_000
"""Largest number of values held at once: entries x gates x hubs, times modes where a party has several entries."""

CELLS_AT_ONCE = 500_000
"""Values of sets that are added up at once: as many as the processor's cache holds."""


class ChoiceBounds:
    """What the best choices of all cities over a set of hubs cost, from what each choice costs.

    Parameters
    ----------
    freight
        All freight.

    routes
        Routes of all entries over all sites.

    Attributes
    ----------
    modes
        Modes of all parties.
    """

    def __init__(self, freight: CityFreight, routes: GateRoutes) -> None:
        self._freight = freight
        self.modes = city_modes(freight, routes)
        self._of_hubs = np.flatnonzero(freight.own != NONE)
        coupled = [city for city in freight.cities if city.inbound != NONE and city.outbound != NONE]
        coupled = [city for city in coupled if freight.is_single or city.both != NONE]
        self._in, self._out, self._both = (
            np.array([getattr(city, name) for city in coupled], dtype=np.intp)
            for name in ("inbound", "outbound", "both")
        )
        self._is_alone = np.ones(len(freight.parties), dtype=bool)
        self._is_alone[np.concatenate((self._in, self._out, self._both[self._both != NONE]))] = False

    def routes_over(self, hubs: Positions) -> GateRoutes:
        """Return the routes of all entries over some sites, by place."""
        return gate_routes(self._freight, self._freight.shared, hubs)

    def added_up(self, costs: Floats, sets: NDArray[np.int32], fixed: Floats | float = 0.0) -> Floats:
        """Return the cost of the best choices of all cities, EUR/year, shape (sets,).

        Parameters
        ----------
        costs
            Of each party over each hub, EUR/year, shape (sets, hubs, parties); changed.
        sets
            Places in ``instance.allowed``, shape (sets, hubs).
        fixed
            What else a set costs.
        """
        self._send_hubs_home(costs, sets)
        total = fixed + costs[:, :, self._is_alone].min(axis=1).sum(axis=1)
        if len(self._in):
            total += self._of_coupled(costs, sets).sum(axis=1)
        return np.asarray(total)

    def _send_hubs_home(self, costs: Floats, sets: NDArray[np.int32]) -> None:
        """Let a city that is a hub be served by itself only."""
        if self._freight.instance.problem.route_hubs == 2 and len(self._of_hubs):
            is_own = sets[:, :, None] == self._freight.own[self._of_hubs]
            is_other = is_own.any(axis=1)[:, None] & ~is_own
            costs[:, :, self._of_hubs] = np.where(is_other, np.inf, costs[:, :, self._of_hubs])

    def _of_coupled(self, costs: Floats, sets: NDArray[np.int32]) -> Floats:
        """Return what each city costs whose two ways are not chosen apart, shape (sets, cities)."""
        freight, there, back = self._freight, costs[:, :, self._in], costs[:, :, self._out]
        # On a paired leg both ways have the same departures, and pay for them once.
        is_paired = freight.is_paired[freight.node[self._in][:, None], sets[:, None, :]].transpose(0, 2, 1)
        same = np.where(is_paired & (self._both != NONE), costs[:, :, self._both], there + back)
        if freight.is_single:
            return np.asarray(same.min(axis=1))
        apart = there[:, :, None] + back[:, None]
        diagonal = np.arange(sets.shape[1])
        apart[:, diagonal, diagonal] = same
        return np.asarray(apart.min(axis=(1, 2)))


class SetBounds(ChoiceBounds):
    """Bounds of all sets of hubs from one array.

    A party pays for its departures and the cheapest routes of its freight over the hub; inter-hub legs and lanes are
    priced as if their vehicles were full and left at once. Policies on freight are left out. Freight between cities
    counts in the departures of both; the rest of its route is priced by itself, so that its cities may be served from
    other hubs. So a bound is the cost of the set where no policy couples commodities, no freight goes between
    cities, and none uses an inter-hub leg or lane with a service.

    Parameters
    ----------
    freight
        All freight.
    state
        Clock of the search.

    Raises
    ------
    SizeError
        There are more than ``MOST_CELLS`` values.
    """

    def __init__(self, freight: CityFreight, state: SearchState) -> None:
        self.routes = all_routes(freight)
        super().__init__(freight, self.routes)
        self._state = state
        self._fixed = np.array([freight.instance.sites[site].fixed_cost for site in freight.sites])
        self._values, self._party_cost = self._priced()
        self._beside = self._priced_beside()
        self._division = DivisionBounds(freight, self.routes) if may_divide(freight.instance) else None

    def over_several(self, hubs: Positions) -> Floats:
        """Return a bound of what each party that may divide costs over two or more of some hubs, EUR/year."""
        assert self._division is not None
        return np.asarray(self._division.of_sets(hubs[None].astype(np.int32))[0])

    def routes_over(self, hubs: Positions) -> GateRoutes:
        """Return the routes of all entries over some sites, by place."""
        return self.routes.over(hubs)

    def of_sets(self, sets: NDArray[np.int32]) -> Floats:
        """Return a bound of each set, EUR/year, shape (sets,); infinite where a city cannot be served.

        Parameters
        ----------
        sets
            Places in ``instance.allowed``, shape (sets, hubs).

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        cells = max(1, sets.shape[1] ** 2 * self._values[0, 0].size)
        step = max(1, CELLS_AT_ONCE // cells)
        bounds = np.empty(len(sets))
        for start in range(0, len(sets), step):
            if self._state.is_over:
                raise TimeoutError
            bounds[start : start + step] = self._of_block(sets[start : start + step])
        return bounds

    def _of_block(self, sets: NDArray[np.int32]) -> Floats:
        freight, pairs = self._freight, (sets[:, :, None], sets[:, None, :])
        costs = self._values[pairs].min(axis=1)
        if self._party_cost is not None:
            # Entries of a party have their mode together.
            costs = (np.add.reduceat(costs, freight.start, axis=-1) + self._party_cost[sets]).min(axis=2)
        if self._division is None:
            self._send_hubs_home(costs, sets)
        of_alone, of_coupled = costs[:, :, self._is_alone].min(axis=1), self._of_coupled(costs, sets)
        if self._division is not None:
            divided = self._division.of_sets(sets)
            of_alone = np.minimum(of_alone, divided[:, self._is_alone])
            of_coupled = np.minimum(of_coupled, divided[:, self._both])
        total = self._fixed[sets].sum(axis=1) + of_alone.sum(axis=1) + of_coupled.sum(axis=1)
        if self._beside is not None:
            total += self._beside[pairs].min(axis=(1, 2)).sum(axis=1)
        return np.asarray(total)

    def _priced(self) -> tuple[Floats, Floats | None]:
        """Return what entries cost by gate and hub, EUR/year, and what modes cost.

        Where each party has one entry its best mode is chosen beforehand: shape (gates, hubs, entries), and None. Else
        shapes (gates, hubs, modes, entries) and (hubs, modes, parties).
        """
        freight, modes = self._freight, self.modes
        sites, parties = len(freight.sites), len(freight.parties)
        pair = modes.party * sites + modes.site
        is_first = np.ones(len(pair), dtype=bool)
        is_first[1:] = pair[1:] != pair[:-1]
        first = np.flatnonzero(is_first)
        if len(freight.party) == parties:
            of_mode = modes.cost[:, None] + costs_of_modes(freight, self.routes, modes.party, modes)
            values = np.full((sites, sites, parties), np.inf)
            cell = modes.site[first], modes.party[first]
            if len(first):
                values[:, *cell] = np.minimum.reduceat(of_mode, first, axis=0).T
            return values, None
        place = np.arange(len(pair)) - np.repeat(first, np.diff(np.append(first, len(pair))))
        most = int(place.max(initial=0)) + 1
        check_size(len(freight.party) * sites**2 * most)
        cost = np.full((sites, most, parties), np.inf)
        cost[modes.site, place, modes.party] = modes.cost
        values = np.full((sites, sites, most, len(freight.party)), np.inf)
        for entry, party in enumerate(freight.party.tolist()):
            own = np.flatnonzero(modes.party == party)
            entries = np.full(len(own), entry)
            found = costs_of_modes(freight, self.routes, entries, modes.chosen(own))
            values[:, modes.site[own], place[own], entry] = found.T
        return values, cost

    def _priced_beside(self) -> Floats | None:
        """Return what freight between cities costs but for their departures, shape (first, last, commodities)."""
        freight = self._freight
        if freight.is_separate:
            return None
        instance, rows = freight.instance, freight.beside
        costs, is_permitted = permitted_routes(instance, freight.shared, rows, freight.sites)
        values = np.where(is_permitted, costs.total, np.inf)
        if values.ndim == 2:
            alone = np.full((*values.shape, values.shape[1]), np.inf)
            diagonal = np.arange(values.shape[1])
            alone[:, diagonal, diagonal] = values
            values = alone
        return np.ascontiguousarray(np.moveaxis(values * instance.commodities.volume[rows][:, None, None], 0, -1))


def all_routes(freight: CityFreight) -> GateRoutes:
    """Return the routes of all entries over all sites.

    Raises
    ------
    SizeError
        There are more than ``MOST_CELLS`` values.
    """
    sites = len(freight.sites)
    check_size((len(freight.party) + len(freight.beside)) * sites**2)
    return gate_routes(freight, freight.shared, np.arange(sites))


def costs_of_modes(freight: CityFreight, routes: GateRoutes, entries: Positions, modes: Modes) -> Floats:
    """Return what entries cost with modes of their parties, beside the modes, EUR/year, shape (modes, gates)."""
    is_late = (
        modes.extra_h[freight.way[entries], np.arange(len(modes))][:, None] > routes.slack_h[entries, :, modes.site]
    )
    penalty = np.where(freight.is_hard, np.inf, freight.penalty)[entries][:, None]
    each = routes.cost[entries, :, modes.site] + np.where(is_late, penalty, 0.0)
    # Freight of no volume has to have a route all the same.
    return np.where(
        np.isfinite(each), np.where(np.isfinite(each), each, 0.0) * freight.volume[entries][:, None], np.inf
    )


def has_room(instance: Instance) -> bool:
    """Return whether the values are few enough to be held, with some ten modes a party."""
    return len(instance.commodities) * len(instance.allowed) ** 2 <= MOST_CELLS // 10


def check_size(cells: int) -> None:
    """Check that so many values may be held.

    Raises
    ------
    SizeError
        They are too many.
    """
    if cells > MOST_CELLS:
        message = f"enumeration holds {MOST_CELLS:,} route values at most; this instance has {cells:,}"
        raise SizeError(message)
