"""The cheapest choice of hub and departures of each city over a set of hubs, where no policy couples them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.scheduled.columns import entries_of_modes
from netdesign.solve.scheduled.freight import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import City, CityFreight, Floats, Positions


def cheapest_choice(freight: CityFreight, columns: SetColumns) -> tuple[float, Floats, Positions] | None:
    """Return the cost but for hubs, EUR/year, the value of each share, and the positions of the chosen modes.

    None where a city cannot be served.

    Parameters
    ----------
    freight, columns
        All freight, none of which is beside, and the columns of the set.
    """
    shares, modes = columns.shares, columns.modes
    total, best = totals(freight, columns)
    sites, parties = len(freight.sites), len(freight.parties)
    least, which = np.full((parties, sites), np.inf), np.full((parties, sites), NONE)
    cheapest_last = np.argsort(-total, kind="stable")
    cell = modes.party[cheapest_last], modes.site[cheapest_last]
    least[cell], which[cell] = total[cheapest_last], cheapest_last
    chosen: list[int] = []
    cost_of_all = 0.0
    for city in freight.cities:
        found = _of_city(freight, city, least, columns.hubs)
        if found is None:
            return None
        chosen += [int(which[cell]) for cell in found]
        cost_of_all += sum(float(least[cell]) for cell in found)
    share, is_chosen = np.zeros(len(shares.cost)), np.zeros(len(modes), dtype=bool)
    is_chosen[chosen] = True
    share[best[is_chosen[shares.mode[best]]]] = 1.0
    return cost_of_all, share, np.array(chosen, dtype=np.intp)


def regrets(freight: CityFreight, columns: SetColumns) -> Floats:
    """Return for each share by how much the cheapest choices with its mode cost more than those of the set, EUR/year.

    It is a lower bound, 0 for cities whose two ways are not chosen apart. What the share itself costs more than others
    of its mode does not count: a plan may have any part of it.
    """
    shares, modes = columns.shares, columns.modes
    total, _ = totals(freight, columns)
    of_party = np.full(len(freight.parties), np.inf)
    np.minimum.at(of_party, modes.party, total)
    is_coupled = np.zeros(len(freight.parties), dtype=bool)
    for city in freight.cities:
        if NONE not in (city.inbound, city.outbound) and (freight.is_single or city.both != NONE):
            is_coupled[[city.inbound, city.outbound]] = True
            is_coupled[city.both] |= city.both != NONE
    with np.errstate(invalid="ignore"):
        more = total - of_party[modes.party]
    # A mode without a route for some entry is none.
    more[np.isinf(total)] = np.inf
    return np.where(is_coupled[modes.party], 0.0, more)[shares.mode]


def regrets_of_all(freight: CityFreight, columns: SetColumns) -> Floats:
    """Return the same as ``regrets``, of cities whose two ways are not chosen apart as well."""
    shares, modes = columns.shares, columns.modes
    total, _ = totals(freight, columns)
    least = np.full((len(freight.parties), len(freight.sites)), np.inf)
    np.minimum.at(least, (modes.party, modes.site), total)
    # What the city costs at least beside a party at a site, and in all.
    beside, of_city = np.full(least.shape, np.inf), np.full(len(freight.parties), np.inf)
    for city in freight.cities:
        best = np.inf
        for cells in _choices_of(freight, city, columns.hubs):
            cost = [float(least[cell]) for cell in cells]
            best = min(best, sum(cost))
            for cell, own in zip(cells, cost, strict=True):
                beside[cell] = min(beside[cell], sum(cost) - own if np.isfinite(own) else np.inf)
        of_city[[one for one in (city.inbound, city.outbound, city.both) if one != NONE]] = best
    more = np.full(len(modes), np.inf)
    is_whole = np.isfinite(total) & np.isfinite(of_city[modes.party])
    party, site = modes.party[is_whole], modes.site[is_whole]
    more[is_whole] = total[is_whole] + beside[party, site] - of_city[party]
    return np.asarray(more[shares.mode])


def _choices_of(freight: CityFreight, city: City, hubs: Positions) -> Iterator[list[tuple[int, int]]]:
    """Yield what a city may choose together: party and site of each."""
    if NONE in (city.inbound, city.outbound):
        party = city.outbound if city.inbound == NONE else city.inbound
        for site in hubs.tolist():
            yield [(party, site)]
        return
    for there, back in itertools.product(hubs.tolist(), repeat=2):
        if there == back and city.both != NONE and freight.is_paired[freight.node[city.both], there]:
            yield [(city.both, there)]
        elif there == back or not freight.is_single:
            yield [(city.inbound, there), (city.outbound, back)]


def totals(freight: CityFreight, columns: SetColumns) -> tuple[Floats, Positions]:
    """Return what each mode costs with the cheapest routes, EUR/year, and which shares these are."""
    shares, modes, entries = columns.shares, columns.modes, len(freight.party)
    mode, entry = entries_of_modes(freight, modes)
    # Of each pair of mode and entry the cheapest gate.
    place = np.searchsorted(mode * entries + entry, shares.mode * entries + shares.entry)
    order = np.lexsort((shares.cost, place))
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = place[order[1:]] != place[order[:-1]]
    best = order[is_first]
    cost = np.full(len(mode), np.inf)
    cost[place[best]] = shares.cost[best]
    return modes.cost + np.bincount(mode, cost, len(modes)), best


def _of_city(freight: CityFreight, city: City, least: Floats, hubs: Positions) -> list[tuple[int, int]] | None:
    """Return party and site of what a city chooses, or None where it cannot be served."""
    alone = [party for party in (city.inbound, city.outbound) if party != NONE]
    is_coupled = len(alone) == 2 and (freight.is_single or city.both != NONE)
    if not is_coupled:
        found = [(party, int(hubs[np.argmin(least[party, hubs])])) for party in alone]
        return found if all(np.isfinite(least[cell]) for cell in found) else None
    best, choice = np.inf, None
    for cells in _choices_of(freight, city, hubs):
        cost = sum(float(least[cell]) for cell in cells)
        if cost < best:
            best, choice = cost, cells
    return choice
