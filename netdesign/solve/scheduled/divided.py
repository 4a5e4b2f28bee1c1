"""The cheapest division of the freight of cities over the hubs of a set, where no policy couples cities.

A city chooses departures on the legs to some of the hubs. Over these, freight of one commodity each way fills the
cheapest leg first, as far as its departures carry it; so all choices of departures that may be cheapest are tried. Of
several commodities each takes its cheapest leg: a bound, and the cheapest division where the departures carry that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.scheduled.choice_bounds import costs_of_modes
from netdesign.solve.scheduled.columns import columns_of_modes, entries_of_modes
from netdesign.solve.scheduled.divided_city import Choices, cheapest_of_city
from netdesign.solve.scheduled.freight import NONE
from netdesign.solve.scheduled.modes import partial_modes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.gate_routes import GateRoutes


@dataclass(frozen=True)
class Division:
    """The cheapest division of all freight over a set of hubs.

    Parameters
    ----------
    cost
        No division costs less, EUR/year, but for hubs; infinite where a city cannot be served.
    columns, share
        Modes, and shares of routes with them, that cost as much with full vehicles on shared legs; None where it is
        not known that departures carry them.
    """

    cost: float
    columns: SetColumns | None = None
    share: Floats | None = None


def cheapest_division(freight: CityFreight, routes: GateRoutes, hubs: Positions, over_several: Floats) -> Division:
    """Return the cheapest division of all freight over a set of hubs.

    Parameters
    ----------
    freight, routes
        All freight, all of it overseas, and its routes over all sites.
    hubs
        Places in ``CityFreight.sites``.
    over_several
        A bound of what each party costs over two hubs or more, EUR/year, shape (parties,).
    """
    priced = _Priced(freight, routes, hubs)
    cost, is_carried = 0.0, True
    entry, mode, share = [], [], []
    for parties in _apart(freight, hubs):
        choices = [priced.choices(parties, hub) for hub in hubs.tolist()]
        found = cheapest_of_city(priced.volume(parties), choices, float(over_several[parties[-1]]))
        if math.isinf(found.cost):
            return Division(math.inf)
        cost, is_carried = cost + found.cost, is_carried and found.is_carried
        for item, which, part in found.parts:
            mode.append(which)
            entry.append(priced.entry(parties, item, which))
            share.append(part)
    if not is_carried:
        return Division(cost)
    used, of_used = np.unique(np.array(mode, dtype=np.intp), return_inverse=True)
    entries = np.array(entry, dtype=np.intp)
    gate = priced.gate[priced.first_pair[mode] + entries - freight.start[priced.modes.party[mode]]]
    columns = columns_of_modes(freight, hubs, priced.routes, priced.modes.chosen(used), (entries, of_used, gate))
    return Division(cost, columns, np.array(share))


def _apart(freight: CityFreight, hubs: Positions) -> Iterator[tuple[int, ...]]:
    """Yield the parties of one way that choose by themselves: both ways together where a leg is paired."""
    for city in freight.cities:
        alone = tuple(party for party in (city.inbound, city.outbound) if party != NONE)
        is_together = city.both != NONE and freight.is_paired[freight.node[city.both], hubs].any()
        yield from [(*alone, city.both)] if is_together else [(party,) for party in alone]


class _Priced:
    """Modes over a set of hubs, which carry all freight of their party or a part, with the cheapest routes.

    Attributes
    ----------
    routes, modes
        Routes over the hubs by their place in the set, and modes ordered by party and site.
    first_pair
        Where the entries of each mode begin in ``gate`` and ``each``.
    gate, each
        Place of the cheapest gate, and cost of all of the entry over it, EUR/year, for each pair of mode and entry.
    """

    def __init__(self, freight: CityFreight, routes: GateRoutes, hubs: Positions) -> None:
        self._freight, self.routes = freight, routes.over(freight.gate_at[hubs], hubs)
        self.modes = partial_modes(freight, hubs)
        mode, entry = entries_of_modes(freight, self.modes)
        at = replace(self.modes, site=np.searchsorted(hubs, self.modes.site))
        costs = costs_of_modes(freight, self.routes, entry, at.chosen(mode))
        self.gate, self.each = costs.argmin(axis=1), costs.min(axis=1)
        self._size = np.diff(np.append(freight.start, len(freight.party)))
        self.first_pair = np.searchsorted(mode, np.arange(len(self.modes)))
        self._tonnes = self._carried()
        self._key = self.modes.party * len(freight.sites) + self.modes.site

    def _carried(self) -> Floats:
        """Return what each mode carries each way, t/year."""
        services, modes = self._freight.instance.services, self.modes
        payload_t = [] if services is None else [services.weeks_per_year * own.payload_t for own in services.vehicles]
        return np.where(modes.vehicle == NONE, np.inf, modes.departures * np.array([*payload_t, 0.0])[modes.vehicle])

    def volume(self, parties: tuple[int, ...]) -> list[Floats]:
        """Return t/year of each entry of each way."""
        return [self._freight.volume[self._entries(party)] for party in parties[:2]]

    def entry(self, parties: tuple[int, ...], item: tuple[int, int], mode: int) -> int:
        """Return the entry of a way and a number in it, in the party of a mode."""
        way, number = item
        party = int(self.modes.party[mode])
        before = self._size[parties[0]] if way and party not in parties[:2] else 0
        return int(self._freight.start[party] + before + number)

    def choices(self, parties: tuple[int, ...], hub: int) -> Choices:
        """Return what a city may choose on its legs to a hub."""
        if len(parties) == 1:
            return self._of_party(parties[0], hub, (0,))
        there, back, both = parties
        if self._freight.is_paired[self._freight.node[both], hub]:
            return self._of_party(both, hub, (0, 1), self._size[there])
        return self._of_party(there, hub, (0,)).beside(self._of_party(back, hub, (0,)))

    def _entries(self, party: int) -> Positions:
        return np.asarray(self._freight.start[party] + np.arange(self._size[party]))

    def _of_party(self, party: int, hub: int, ways: tuple[int, ...], of_first: int = 0) -> Choices:
        key = party * len(self._freight.sites) + hub
        first, end = np.searchsorted(self._key, (key, key + 1))
        own, size = np.arange(first, end), int(self._size[party])
        each = self.each[self.first_pair[own][:, None] + np.arange(size)].T
        parts = [each] if len(ways) == 1 else [each[:of_first], each[of_first:]]
        tonnes, modes = (np.stack([values] * len(ways)) for values in (self._tonnes[own], own))
        return Choices(self.modes.cost[own], tonnes, parts, modes)
