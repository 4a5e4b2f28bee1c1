"""Bounds of sets of hubs by arrays: each city takes its best hub each way, with the departures that it needs there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.network import permitted_routes
from netdesign.solve.scheduled.choice_bounds import (
    CELLS_AT_ONCE,
    ChoiceBounds,
    all_routes,
    check_size,
    costs_of_modes,
    modes_over,
)
from netdesign.solve.scheduled.division import DivisionBounds, may_divide
from netdesign.solve.scheduled.freight import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.gate_routes import GateRoutes


_ENTRIES_AT_ONCE = 64
"""Entries whose modes are priced at once; their values fit into the processor's cache."""


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

    Attributes
    ----------
    routes
        Routes of all entries over all sites.

    Raises
    ------
    SizeError
        There are more than ``MOST_CELLS`` values.
    TimeoutError
        The time ran out before the modes of all parties were known.
    """

    def __init__(self, freight: CityFreight, state: SearchState) -> None:
        self.routes = all_routes(freight)
        super().__init__(freight, modes_over(freight, self.routes, state))
        self._state = state
        self._fixed = np.array([freight.instance.sites[site].fixed_cost for site in freight.sites])
        self._values, self._party_cost = self.priced(freight.gates, np.arange(len(freight.parties)))
        self._beside = self.priced_beside(freight.gates)
        self._division = DivisionBounds(freight, self.routes) if may_divide(freight.instance) else None

    def over_several(self, hubs: Positions) -> Floats:
        """Return a bound of what each party that may divide costs over two or more of some hubs, EUR/year."""
        assert self._division is not None
        return np.asarray(self._division.of_sets(hubs[None].astype(np.int32))[0])

    def routes_over(self, hubs: Positions) -> GateRoutes:
        """Return the routes of all entries over some sites, by place."""
        return self.routes.over(self._freight.gate_at[self._freight.gates_of(hubs)], hubs)

    def of_sets(self, sets: NDArray[np.int32]) -> Floats:
        """Return a bound of each set, EUR/year, shape (sets,); infinite where a city cannot be served.

        Parameters
        ----------
        sets
            Places in ``instance.allowed`` of sites that are no sorting centres, shape (sets, hubs).

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
        divided = None if self._division is None else self._division.of_sets(sets)
        total = self.added_up(self.of_parties(sets), sets, self._fixed[sets].sum(axis=1), divided)
        if self._beside is not None:
            total += self.of_beside(sets).sum(axis=1)
        return total

    def of_parties(self, sets: NDArray[np.integer], is_shut: NDArray[np.bool_] | None = None) -> Floats:
        """Return what each party costs over each hub of sets, EUR/year, shape (sets, hubs, parties).

        Parameters
        ----------
        sets
            Places of hubs in ``CityFreight.sites``, shape (sets, hubs).
        is_shut
            Which gates are shut to entries, shape (gates, entries); None for none.
        """
        freight, rows = self._freight, self._freight.gate_at[sets]
        values = self._values[rows[:, :, None], rows[:, None, :]]
        if is_shut is not None:
            shut = is_shut[rows][:, :, None]
            values = np.where(shut if values.ndim == shut.ndim else shut[:, :, :, None], np.inf, values)
        costs = values.min(axis=1)
        if self._party_cost is not None:
            # Entries of a party have their mode together.
            costs = (np.add.reduceat(costs, freight.start, axis=-1) + self._party_cost[rows]).min(axis=2)
        if self._division is None:
            self._send_hubs_home(costs, sets)
        return np.asarray(costs)

    def of_beside(self, sets: NDArray[np.integer]) -> Floats:
        """Return what freight between cities costs but for their departures, EUR/year, shape (sets, commodities)."""
        assert self._beside is not None
        rows = self._freight.gate_at[sets]
        return np.asarray(self._beside[rows[:, :, None], rows[:, None, :]].min(axis=(1, 2)))

    def priced(self, places: Positions, parties: Positions) -> tuple[Floats, Floats | None]:
        """Return what entries of some parties cost by gate and site, EUR/year, and what their modes cost.

        Where each party has one entry its best mode is chosen beforehand: shape (gates, places, entries), and None.
        Else shapes (gates, places, modes, entries) and (places, modes, parties).

        Parameters
        ----------
        places, parties
            Places in ``CityFreight.sites``, and positions of parties; ascending.
        """
        freight, gates = self._freight, len(self._freight.gates)
        column, row = np.full(len(freight.sites), NONE), np.full(len(freight.parties), NONE)
        column[places], row[parties] = np.arange(len(places)), np.arange(len(parties))
        modes = self.modes.chosen((column[self.modes.site] != NONE) & (row[self.modes.party] != NONE))
        entries = np.flatnonzero(row[freight.party] != NONE)
        pair = modes.party * len(freight.sites) + modes.site
        is_first = np.ones(len(pair), dtype=bool)
        is_first[1:] = pair[1:] != pair[:-1]
        first = np.flatnonzero(is_first)
        if len(entries) == len(parties):
            entry_of = np.full(len(freight.parties), NONE)
            entry_of[freight.party[entries]] = entries
            of_mode = modes.cost[:, None] + costs_of_modes(freight, self.routes, entry_of[modes.party], modes)
            values = np.full((gates, len(places), len(parties)), np.inf)
            cell = column[modes.site[first]], row[modes.party[first]]
            if len(first):
                values[:, *cell] = np.minimum.reduceat(of_mode, first, axis=0).T
            return values, None
        place = np.arange(len(pair)) - np.repeat(first, np.diff(np.append(first, len(pair))))
        most = int(place.max(initial=0)) + 1
        check_size(len(entries) * gates * len(places) * most)
        cost = np.full((len(places), most, len(parties)), np.inf)
        cost[column[modes.site], place, row[modes.party]] = modes.cost
        values = np.full((gates, len(places), most, len(entries)), np.inf)
        # The modes of a party stand side by side.
        begin = np.searchsorted(modes.party, freight.party[entries])
        count = np.searchsorted(modes.party, freight.party[entries], side="right") - begin
        for block in np.array_split(np.arange(len(entries)), 1 + len(entries) // _ENTRIES_AT_ONCE):
            number = np.repeat(block, count[block])
            own = np.arange(len(number)) + np.repeat(
                begin[block] - np.cumsum(count[block]) + count[block], count[block]
            )
            found = costs_of_modes(freight, self.routes, entries[number], modes.chosen(own))
            values[:, column[modes.site[own]], place[own], number] = found.T
        return values, cost

    def priced_beside(self, places: Positions) -> Floats | None:
        """Return what freight between cities costs by gate and last site but for their departures, EUR/year.

        Shape (gates, places, commodities); None where there is no such freight.
        """
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
        values = values[:, freight.gates[:, None], places]
        return np.ascontiguousarray(np.moveaxis(values * instance.commodities.volume[rows][:, None, None], 0, -1))
