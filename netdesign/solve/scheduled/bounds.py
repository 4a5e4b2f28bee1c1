"""Bounds of sets of hubs by arrays: each city takes its best hub each way, with the departures that it needs there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import SizeError
from netdesign.network import permitted_routes
from netdesign.solve.scheduled.division import DivisionBounds, may_divide
from netdesign.solve.scheduled.freight import NONE
from netdesign.solve.scheduled.gate_routes import gate_routes
from netdesign.solve.scheduled.modes import city_modes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.gate_routes import GateRoutes
    from netdesign.solve.scheduled.modes import Modes

MOST_CELLS = 50_000_000
"""Largest number of values held at once: entries x gates x hubs, times modes where a party has several entries."""

_CELLS_AT_ONCE = 500_000
"""Values of sets that are added up at once: as many as the processor's cache holds."""


class SetBounds:
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
    routes, modes
        Routes of all entries, and modes of all parties.
    alone
        Positions of the parties that choose their hub by themselves.
    coupled_in, coupled_out, coupled_both
        Those of the parties of cities whose two ways are not chosen apart, shape (cities,); ``NONE`` where there is
        none of both ways.

    Raises
    ------
    SizeError
        There are more than ``MOST_CELLS`` values.
    """

    def __init__(self, freight: CityFreight, state: SearchState) -> None:
        sites, instance = len(freight.sites), freight.instance
        _check_size((len(freight.party) + len(freight.beside)) * len(freight.gates) * sites)
        self._freight, self._state = freight, state
        self._fixed = np.array([instance.sites[site].fixed_cost for site in freight.sites])
        self.routes = gate_routes(freight, freight.shared, np.arange(sites))
        self.modes = city_modes(freight, self.routes)
        self._values, self._party_cost = self.priced(freight.gates, np.arange(len(freight.parties)))
        self._beside = self.priced_beside(freight.gates)
        self._division = DivisionBounds(freight, self.routes) if may_divide(instance) else None
        self._of_hubs = np.flatnonzero(freight.own != NONE)
        coupled = [city for city in freight.cities if city.inbound != NONE and city.outbound != NONE]
        coupled = [city for city in coupled if freight.is_single or city.both != NONE]
        self.coupled_in, self.coupled_out, self.coupled_both = (
            np.array([getattr(city, name) for city in coupled], dtype=np.intp)
            for name in ("inbound", "outbound", "both")
        )
        together = np.concatenate((self.coupled_in, self.coupled_out, self.coupled_both[self.coupled_both != NONE]))
        self.alone = np.setdiff1d(np.arange(len(freight.parties)), together)

    def over_several(self, hubs: Positions) -> Floats:
        """Return a bound of what each party that may divide costs over two or more of some hubs, EUR/year."""
        assert self._division is not None
        return np.asarray(self._division.of_sets(hubs[None].astype(np.int32))[0])

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
        step = max(1, _CELLS_AT_ONCE // cells)
        bounds = np.empty(len(sets))
        for start in range(0, len(sets), step):
            if self._state.is_over:
                raise TimeoutError
            bounds[start : start + step] = self._of_block(sets[start : start + step])
        return bounds

    def _of_block(self, sets: NDArray[np.int32]) -> Floats:
        costs = self.of_parties(sets)
        of_alone, of_coupled = costs[:, :, self.alone].min(axis=1), self.of_coupled(costs, sets)
        if self._division is not None:
            divided = self._division.of_sets(sets)
            of_alone = np.minimum(of_alone, divided[:, self.alone])
            of_coupled = np.minimum(of_coupled, divided[:, self.coupled_both])
        total = self._fixed[sets].sum(axis=1) + of_alone.sum(axis=1) + of_coupled.sum(axis=1)
        if self._beside is not None:
            total += self.of_beside(sets).sum(axis=1)
        return np.asarray(total)

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

    def _send_hubs_home(self, costs: Floats, sets: NDArray[np.integer]) -> None:
        """Let a city that is a hub be served by itself only."""
        if self._freight.instance.problem.route_hubs == 2 and len(self._of_hubs):
            is_own = sets[:, :, None] == self._freight.own[self._of_hubs]
            is_other = is_own.any(axis=1)[:, None] & ~is_own
            costs[:, :, self._of_hubs] = np.where(is_other, np.inf, costs[:, :, self._of_hubs])

    def of_coupled(self, costs: Floats, sets: NDArray[np.integer]) -> Floats:
        """Return what cities cost whose two ways are not chosen apart, EUR/year, shape (sets, cities)."""
        freight, there, back = self._freight, costs[:, :, self.coupled_in], costs[:, :, self.coupled_out]
        # On a paired leg both ways have the same departures, and pay for them once.
        is_paired = freight.is_paired[freight.node[self.coupled_in][:, None], sets[:, None, :]].transpose(0, 2, 1)
        same = np.where(is_paired & (self.coupled_both != NONE), costs[:, :, self.coupled_both], there + back)
        if freight.is_single:
            return np.asarray(same.min(axis=1))
        apart = there[:, :, None] + back[:, None]
        diagonal = np.arange(sets.shape[1])
        apart[:, diagonal, diagonal] = same
        return np.asarray(apart.min(axis=(1, 2)))

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
        _check_size(len(entries) * gates * len(places) * most)
        cost = np.full((len(places), most, len(parties)), np.inf)
        cost[column[modes.site], place, row[modes.party]] = modes.cost
        values = np.full((gates, len(places), most, len(entries)), np.inf)
        for number, entry in enumerate(entries.tolist()):
            own = np.flatnonzero(modes.party == freight.party[entry])
            found = costs_of_modes(freight, self.routes, np.full(len(own), entry), modes.chosen(own))
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
    sites = len(instance.allowed)
    return len(instance.commodities) * instance.number_of_hubs(instance.allowed) * sites <= MOST_CELLS // 10


def _check_size(cells: int) -> None:
    if cells > MOST_CELLS:
        message = f"enumeration holds {MOST_CELLS:,} route values at most; this instance has {cells:,}"
        raise SizeError(message)
