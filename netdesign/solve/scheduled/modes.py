"""Modes of city legs: the vehicles and departures that carry all freight of a party, as far as their hours matter."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import carbon_charge
from netdesign.instance.services import Waiting
from netdesign.solve.scheduled.freight import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from netdesign.instance.services import ServiceTerms
    from netdesign.network import Network
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.gate_routes import GateRoutes

    InTime = Callable[["Modes"], NDArray[np.intp]]

_NO_CHOICE = NONE - 1

ROUNDING = 1e-9
"""Part of a departure that is none."""

_AT_ONCE, _MODES_AT_ONCE = 2000, 200_000
"""Pairs of party and site whose modes are listed at once, and most modes of these; bound the memory."""


@dataclass(frozen=True)
class Modes:
    """Modes of parties over sites as columns, ordered by party, site and cost.

    Parameters
    ----------
    party, site
        Positions, and places in ``CityFreight.sites``.
    vehicle, departures
        Position of the vehicle, ``NONE`` where none is needed, and departures a week.
    cost, co2e
        Of all departures, EUR/year with what policies charge for them, and t CO2e/year.
    extra_h
        Hours over the least of the leg, for each way of the party, shape (2, modes).
    """

    party: Positions
    site: Positions
    vehicle: Positions
    departures: Positions
    cost: Floats
    co2e: Floats
    extra_h: Floats

    def __len__(self) -> int:
        return len(self.party)

    def chosen(self, which: NDArray[np.generic]) -> Modes:
        """Return some modes, by position or by a mask."""
        return Modes(**{name: values[..., which] for name, values in vars(self).items()})


def no_modes() -> Modes:
    """Return modes of which there are none."""
    places, values = np.empty(0, dtype=np.intp), np.empty(0)
    return Modes(places, places, places, places, values, values, np.empty((2, 0)))


def joined(parts: Sequence[Modes]) -> Modes:
    """Return the modes of several lists."""
    columns = {field.name: [getattr(part, field.name) for part in parts] for field in fields(Modes)}
    return Modes(**{name: np.concatenate(values, axis=-1) for name, values in columns.items()})


def city_modes(freight: CityFreight, in_time: InTime | None = None, places: Positions | None = None) -> Modes:
    """Return the modes of all parties that no other makes needless.

    A mode is needless where another one costs no more and is in time on all routes on which this one is; under a cap
    on emissions the other has to emit no more as well.

    Parameters
    ----------
    freight
        All freight.
    in_time
        Returns on how many routes of its party each mode is in time, shape (2 ways, modes); None where the hours of
        routes are not known, as they depend on other departures too: there another mode has to take no more hours.
    places
        Those of the sites in question; None for all.
    """
    listed = list(_listed(freight, places))
    if not listed:
        return no_modes()
    found = joined([_needed(freight, in_time, part) for part in listed])
    return found.chosen(np.lexsort((found.cost, found.site, found.party)))


def partial_modes(freight: CityFreight, places: Positions) -> Modes:
    """Return the modes of all parties over some sites that carry all of their freight or a part of it."""
    found = joined([*_listed(freight, places, carry_all=False)])
    return found.chosen(np.lexsort((found.cost, found.site, found.party)))


def _listed(freight: CityFreight, places: Positions | None, *, carry_all: bool = True) -> Iterator[Modes]:
    """Yield all modes in parts, each with all those of its pairs of party and site."""
    listed, index = freight.terms()
    # Both ways together only where they are paired.
    index = np.where(freight.is_both[:, None] & ~freight.is_paired[freight.node], _NO_CHOICE, index)
    # A sorting centre takes nothing from cities.
    takes_out = ~freight.first_is_in | freight.is_both
    index[np.ix_(takes_out, freight.is_centre)] = _NO_CHOICE
    if places is not None:
        index[:, np.setdiff1d(np.arange(index.shape[1]), places)] = _NO_CHOICE
    for place in np.unique(index).tolist():
        party, site = np.nonzero(index == place)
        if place == NONE:
            nothing, none = np.zeros(len(party)), np.full(len(party), NONE)
            yield Modes(party, site, none, none + 1, nothing, nothing, np.zeros((2, len(party))))
        elif place > NONE:
            fines = np.add.reduceat(freight.fines, freight.start)
            step = _AT_ONCE
            if np.isinf(fines).any():
                # What has to be in time may take any number of departures.
                terms = listed[place]
                numbers = len(terms.vehicles) * (terms.most - terms.least + 1)
                step = max(1, min(step, _MODES_AT_ONCE // numbers))
            for part in np.array_split(np.arange(len(party)), 1 + len(party) // step):
                yield _of_terms(freight, listed[place], party[part], site[part], fines, carry_all=carry_all)


def _of_terms(
    freight: CityFreight, terms: ServiceTerms, party: Positions, site: Positions, fines: Floats, *, carry_all: bool
) -> Modes:
    """Return the modes of some pairs of party and site that have the same terms.

    Of each vehicle as many departures as carry the freight, and more while better hours can be worth them; fewer too
    where not all of them have to ``carry_all``.
    """
    services = freight.instance.services
    assert services is not None
    waits = np.array([terms.wait_h(n) for n in range(terms.least, terms.most + 1)])
    volume = np.array([max(one.volume) for one in freight.parties])[party]
    parts = []
    for u in terms.vehicles:
        tonnes = services.weeks_per_year * services.vehicles[u].payload_t
        eur, co2e, travel = yearly_departures(freight, u, party, site)
        needed = np.maximum(terms.least, np.ceil(volume / tonnes - ROUNDING)).astype(np.intp)
        more = np.full(len(party), float(terms.most))
        np.divide(fines[party], eur, out=more, where=eur > 0)
        more = np.where((fines[party] == 0) | (terms.wait is Waiting.NONE), 0.0, np.minimum(more, terms.most))
        last = np.minimum(needed + more.astype(np.intp), terms.most)
        # A vehicle that may not go costs an infinite amount.
        first = needed if carry_all else np.full(len(party), terms.least)
        count = np.where(np.isfinite(eur) & (first <= terms.most), last - first + 1, 0)
        pair = np.repeat(np.arange(len(party)), count)
        n = first[pair] + np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
        extra = travel[:, pair] + waits[n - terms.least]
        parts.append(Modes(party[pair], site[pair], np.full(len(pair), u), n, n * eur[pair], n * co2e[pair], extra))
    return joined(parts)


def yearly_departures(
    freight: CityFreight, vehicle: int, party: Positions, site: Positions
) -> tuple[Floats, Floats, Floats]:
    """Return what one departure a week takes on the legs of some pairs of party and site.

    EUR/year with what policies charge and t CO2e/year, of both ways where these are paired, shape (pairs,); and hours
    over the least of each way, shape (2 ways, pairs). Infinite where the vehicle may not go.
    """
    services = freight.instance.services
    assert services is not None
    price = carbon_charge(freight.instance.policies)
    each = _of_vehicle(freight, vehicle, party, site)
    is_paired = freight.is_paired[freight.node[party], site]
    yearly = services.weeks_per_year * np.where(is_paired, each.sum(axis=0), each[0])
    co2e = yearly[1]
    return yearly[0] + price * np.where(np.isfinite(yearly[0]), co2e, 0.0), co2e, each[:, 2]


def _of_vehicle(freight: CityFreight, vehicle: int, party: Positions, site: Positions) -> Floats:
    """Return EUR and t CO2e of a departure, and hours over the least of the leg, for both ways.

    Shape (ways, 3, pairs), the first way of the party first.
    """
    network: Network = freight.network
    assert network.services is not None
    node, place = freight.node[party], freight.sites[site]
    of_ways = []
    for legs, arrays, cell in (
        (network.distribution, network.services.distribution, (place, node)),
        (network.collection, network.services.collection, (node, place)),
    ):
        with np.errstate(invalid="ignore"):
            extra = arrays.travel_h[vehicle, *cell] - legs.time_h[cell]
        of_ways.append(np.stack([arrays.departure_eur[vehicle, *cell], arrays.departure_co2e[vehicle, *cell], extra]))
    stacked = np.stack(of_ways)
    return np.where(freight.first_is_in[party], stacked, stacked[::-1])


def _needed(freight: CityFreight, in_time: InTime | None, modes: Modes) -> Modes:
    """Return the modes that no other of the same party and site makes needless."""
    met = _hours_saved(freight, modes) if in_time is None else in_time(modes)
    # Of one vehicle more departures cost more: only those that are in time on more routes count.
    order = np.lexsort((modes.departures, modes.vehicle, modes.site, modes.party))
    modes, met = modes.chosen(order), met[:, order]
    keys = np.stack((modes.party, modes.site, modes.vehicle))
    is_new = np.ones(len(modes), dtype=bool)
    is_new[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0) | (met[:, 1:] != met[:, :-1]).any(axis=0)
    modes, met = modes.chosen(is_new), met[:, is_new]
    order = np.lexsort((modes.cost, modes.site, modes.party))
    modes, met = modes.chosen(order), met[:, order]
    has_cap = freight.has_carbon_cap
    pair = modes.party * len(freight.sites) + modes.site
    needless = np.zeros(len(modes), dtype=bool)
    rank = np.arange(len(modes)) - np.searchsorted(pair, pair)
    doubtful = np.flatnonzero(rank > 0)
    for step in range(1, int(rank.max(initial=0)) + 1):
        # Compared with the one that is so many places cheaper.
        doubtful = doubtful[(rank[doubtful] >= step) & ~needless[doubtful]]
        other = doubtful - step
        is_worse = (met[:, doubtful] <= met[:, other]).all(axis=0)
        if has_cap:
            is_worse &= modes.co2e[doubtful] >= modes.co2e[other]
        needless[doubtful] = is_worse
    return modes.chosen(~needless)


def _hours_saved(freight: CityFreight, modes: Modes) -> Floats:
    """Return hours with a minus sign where they matter to the party, shape (2 ways, modes)."""
    matters = np.add.reduceat(freight.fines, freight.start) > 0
    return np.where(matters[modes.party], -modes.extra_h, 0.0)


def routes_in_time(freight: CityFreight, routes: GateRoutes, modes: Modes) -> NDArray[np.intp]:
    """Return on how many routes of its party each mode is in time, shape (2 ways, modes).

    Routes that a mode is in time on are in time with any mode of the same leg that has fewer hours.
    """
    met = np.zeros((2, len(modes)), dtype=np.intp)
    size = np.diff(np.append(freight.start, len(freight.party)))[modes.party]
    for number in range(int(size.max(initial=0))):
        own = np.flatnonzero(number < size)
        entry = freight.start[modes.party[own]] + number
        way = freight.way[entry]
        is_met = routes.slack_h[entry, :, modes.site[own]] >= modes.extra_h[way, own][:, None]
        np.add.at(met, (way, own), is_met.sum(axis=1))
    return met
