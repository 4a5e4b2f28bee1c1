"""Bounds of sets of hubs by arrays, with a price of room at each hub: for years whose hubs lift so much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.scheduled.choice_bounds import (
    CELLS_AT_ONCE,
    ChoiceBounds,
    all_routes,
    check_size,
    costs_of_modes,
    modes_over,
)
from netdesign.solve.scheduled.columns import entries_of_modes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.gate_routes import GateRoutes

_MODES_OF_GROUPS = (1, 2, 4, 8)
"""Parties are grouped by the most modes that they have over a site, as most have one or two and few have ten."""


@dataclass(frozen=True)
class HubToll:
    """What freight pays at hubs, as the price of their room.

    Parameters
    ----------
    each
        What a tonne of each entry pays at each hub, EUR/t, shape (tolls, hubs, entries).
    both
        Whether freight pays at its last hub too, where that is another.
    """

    each: Floats
    both: bool


@dataclass(frozen=True)
class _Group:
    """Parties with about as many modes.

    Parameters
    ----------
    parties, entries
        Their positions, and those of their entries.
    start
        Place of the first entry of each party.
    values
        What entries cost beside their modes, EUR/year, shape (gates, hubs, modes, entries).
    cost
        What modes cost, EUR/year, shape (hubs, modes, parties).
    """

    parties: Positions
    entries: Positions
    start: Positions
    values: Floats
    cost: Floats


class TolledBounds(ChoiceBounds):
    """Bounds of all sets of hubs, as ``SetBounds`` has them, with tolls and without fixed costs.

    Parameters
    ----------
    freight
        All freight, none of which is beside.

    Raises
    ------
    SizeError
        There are too many values.
    """

    def __init__(self, freight: CityFreight) -> None:
        # Those of many years would take much memory.
        routes = all_routes(freight)
        super().__init__(freight, modes_over(freight, routes))
        self._groups = list(self._grouped(routes))
        self._cells = sum(group.values[0, 0].size for group in self._groups)

    def of_sets(self, sets: NDArray[np.int32], toll: HubToll) -> Floats:
        """Return a bound for each toll, EUR/year, shape (tolls,); infinite where a city cannot be served.

        Parameters
        ----------
        sets
            Places in ``CityFreight.sites`` of sites that are no sorting centres, shape (tolls, hubs), or (1, hubs) of
            one set with all tolls.
        toll
            What freight pays at each hub that it passes.
        """
        step = max(1, CELLS_AT_ONCE // max(1, sets.shape[1] ** 2 * self._cells))
        blocks = [slice(start, start + step) for start in range(0, len(toll.each), step)]
        is_one = len(sets) == 1
        return np.concatenate(
            [self._of_block(sets if is_one else sets[block], replace(toll, each=toll.each[block])) for block in blocks]
        )

    def _of_block(self, sets: NDArray[np.int32], toll: HubToll) -> Floats:
        freight, pairs = self._freight, (self._freight.gate_at[sets][:, :, None], sets[:, None, :])
        costs, is_paid = np.empty((*toll.each.shape[:2], len(freight.parties))), bool(toll.each.any())
        for group in self._groups:
            values = group.values[pairs]
            if is_paid:
                values = values + _paid(freight, toll, group.entries)[:, :, :, None]
            of_parties = np.add.reduceat(values.min(axis=1), group.start, axis=-1) + group.cost[sets]
            costs[:, :, group.parties] = of_parties.min(axis=2)
        self._send_hubs_home(costs, sets)
        return self.added_up(costs, sets)

    def _grouped(self, routes: GateRoutes) -> Iterator[_Group]:
        freight, modes = self._freight, self.modes
        gates, sites, parties = len(freight.gates), len(freight.sites), len(freight.parties)
        pair = modes.party * sites + modes.site
        first = np.searchsorted(pair, pair)
        place = np.arange(len(pair)) - first
        most = np.zeros(parties, dtype=np.intp)
        np.maximum.at(most, modes.party, place + 1)
        most = np.maximum(most, 1)
        ends = [*(limit for limit in _MODES_OF_GROUPS if limit < most.max(initial=1)), int(most.max(initial=1))]
        group_of = np.searchsorted(ends, most)
        mode, entry = entries_of_modes(freight, modes)
        for number, count in enumerate(ends):
            own = np.flatnonzero(group_of == number)
            if not len(own):
                continue
            entries = np.flatnonzero(group_of[freight.party] == number)
            check_size(gates * sites * count * len(entries))
            start = np.searchsorted(freight.party[entries], own)
            cost = np.full((sites, count, len(own)), np.inf)
            mine = np.flatnonzero(group_of[modes.party] == number)
            cost[modes.site[mine], place[mine], np.searchsorted(own, modes.party[mine])] = modes.cost[mine]
            values = np.full((gates, sites, count, len(entries)), np.inf)
            of_mine = np.flatnonzero(group_of[freight.party[entry]] == number)
            which, of = mode[of_mine], entry[of_mine]
            found = costs_of_modes(freight, routes, of, modes.chosen(which))
            values[:, modes.site[which], place[which], np.searchsorted(entries, of)] = found.T
            yield _Group(own, entries, start, values, cost)


def _paid(freight: CityFreight, toll: HubToll, entries: Positions) -> Floats:
    """Return what entries pay over gates and hubs, EUR/year, shape (tolls, gates, hubs, entries)."""
    each = toll.each[:, :, entries] * freight.volume[entries]
    at_gate, at_hub = each[:, :, None], each[:, None]
    if toll.both:
        return np.asarray(at_gate * (1.0 - np.eye(each.shape[1]))[..., None] + at_hub)
    inbound = np.broadcast_to(freight.is_inbound[entries], np.broadcast_shapes(at_gate.shape, at_hub.shape))
    return np.asarray(np.where(inbound, at_gate, at_hub))
