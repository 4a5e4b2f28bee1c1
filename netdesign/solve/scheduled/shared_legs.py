"""Departures on inter-hub legs and lanes of a set of hubs, which the freight of many cities shares."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import charges
from netdesign.instance.services import ReturnTrip, Waiting
from netdesign.network.services import LegPlace, leg_ends
from netdesign.solve.scheduled.freight import NONE
from netdesign.solve.scheduled.modes import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance.services import ServiceTerms
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions


@dataclass(frozen=True)
class SharedService:
    """A leg that many cities share, or a pair of legs with the same departures, and what there is to choose from.

    Parameters
    ----------
    ways
        The legs.
    vehicle, departures
        Of each choice, shape (choices,).
    cost, co2e, tonnes
        EUR/year with what policies charge and t CO2e/year, of all ways together; and t/year each way.
    extra_h
        Hours over the least of each way, shape (ways, choices).
    """

    ways: tuple[LegPlace, ...]
    vehicle: Positions
    departures: Positions
    cost: Floats
    co2e: Floats
    tonnes: Floats
    extra_h: Floats


@dataclass(frozen=True)
class SharedLegs:
    """The shared services of a set of hubs, and where they are.

    Parameters
    ----------
    services
        All that have any choice.
    legs
        Service and way of each leg that one serves.
    lane, between
        Leg that an entry takes to or from its gate, shape (entries, gates), and between gate and hub, shape (entries,
        gates, hubs); ``NONE`` where there is none with a service. Gates and hubs are those of the set.
    """

    services: list[SharedService]
    legs: list[tuple[int, int]]
    lane: NDArray[np.intp]
    between: NDArray[np.intp]

    def hours(self, leg: int) -> Floats:
        """Return the hours over the least of each choice on a leg."""
        service, way = self.legs[leg]
        return self.services[service].extra_h[way]


def shared_legs(freight: CityFreight, hubs: Positions) -> SharedLegs:
    """Return the shared services of a set of hubs, by place in ``CityFreight.sites``."""
    sites = freight.sites[hubs].tolist()
    entries = len(freight.party)
    commodities, overseas = freight.instance.commodities, freight.instance.is_overseas
    lane = np.full((entries, len(sites)), NONE)
    between = np.full((entries, len(sites), len(sites)), NONE)
    found = _Found(freight)
    for inbound in (True, False):
        own = np.flatnonzero(freight.is_inbound == inbound)
        for a, b in itertools.permutations(range(len(sites)), 2):
            ends = (sites[a], sites[b]) if inbound else (sites[b], sites[a])
            between[own, a, b] = found.leg(LegPlace("inter_hub", *ends))
        far = (commodities.origin if inbound else commodities.destination)[freight.commodity[own]]
        for node, (place, site) in itertools.product(np.unique(far[overseas[far]]).tolist(), enumerate(sites)):
            way = LegPlace("collection", node, site) if inbound else LegPlace("distribution", site, node)
            lane[own[far == node], place] = found.leg(way)
    return SharedLegs(found.services, found.legs, lane, between)


class _Found:
    """Services made on demand."""

    def __init__(self, freight: CityFreight) -> None:
        self._freight = freight
        self.services: list[SharedService] = []
        self.legs: list[tuple[int, int]] = []
        self._place: dict[LegPlace, int] = {}

    def leg(self, way: LegPlace) -> int:
        """Return the position of a leg among those with a service, or ``NONE``."""
        network, services = self._freight.network.services, self._freight.instance.services
        if network is None or services is None or not getattr(network, way.legs).is_served[way.row, way.column]:
            return NONE
        if way not in self._place:
            terms = services.terms(*leg_ends(self._freight.instance, way))
            assert terms is not None
            ways = (way, way.way_back) if terms.returns is ReturnTrip.PAIRED else (way,)
            for number, one in enumerate(ways):
                self._place[one] = len(self.legs)
                self.legs.append((len(self.services), number))
            self.services.append(_service(self._freight, terms, ways))
        return self._place[way]


def _service(freight: CityFreight, terms: ServiceTerms, ways: tuple[LegPlace, ...]) -> SharedService:
    """Return the service of a leg or a pair: as many departures as all freight takes, more as its promises pay for."""
    services, network = freight.instance.services, freight.network
    assert services is not None
    assert network.services is not None
    passing = _passing(freight, ways)
    most_t = max(float(freight.volume[own].sum()) for own in passing)
    every = np.unique(np.concatenate(passing))
    worth = float(freight.fines[every].sum())
    price = sum(charge.eur for charge in charges(freight.instance.policies).values() if charge.measure == "co2e")
    columns: list[tuple[NDArray[np.generic], ...]] = []
    for u in terms.vehicles:
        cells = [(getattr(network.services, way.legs), getattr(network, way.legs), (way.row, way.column)) for way in ways]
        co2e = services.weeks_per_year * sum(float(own.departure_co2e[u, *cell]) for own, _, cell in cells)
        eur = services.weeks_per_year * sum(float(own.departure_eur[u, *cell]) for own, _, cell in cells) + price * co2e
        if not math.isfinite(eur):
            continue
        tonnes = services.weeks_per_year * services.vehicles[u].payload_t
        most = max(terms.least, math.ceil(most_t / tonnes - ROUNDING))
        if worth > 0 and terms.wait is not Waiting.NONE:
            most += terms.most if worth >= eur * terms.most else math.floor(worth / eur)
        n = np.arange(terms.least, min(most, terms.most) + 1)
        waits = np.array([terms.wait_h(int(one)) for one in n])
        extra = [float(own.travel_h[u, *cell] - legs.time_h[cell]) + waits for own, legs, cell in cells]
        columns.append((np.full(len(n), u), n, n * eur, n * co2e, n * tonnes, *extra))
    if not columns:
        nothing, none = np.empty(0), np.empty(0, dtype=np.intp)
        return SharedService(ways, none, none, nothing, nothing, nothing, np.empty((len(ways), 0)))
    vehicle, n, cost, co2e_of, carried, *hours = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    return SharedService(ways, vehicle, n, cost, co2e_of, carried, np.stack(hours))


def _passing(freight: CityFreight, ways: tuple[LegPlace, ...]) -> list[Positions]:
    """Return the entries that may pass each way; of parties of one way only, in which all freight is."""
    commodities, alone = freight.instance.commodities, ~freight.is_both[freight.party]
    found = []
    for way in ways:
        own = alone
        if way.legs == "collection":
            own = alone & (commodities.origin[freight.commodity] == way.row)
        elif way.legs == "distribution":
            own = alone & (commodities.destination[freight.commodity] == way.column)
        found.append(np.flatnonzero(own))
    return found


def hour_limits(shared: SharedLegs, legs: list[int], slack_h: float) -> Iterator[tuple[bool, tuple[float, ...]]]:
    """Yield whether a route is late, with the most hours over the least of each of its shared legs, of all ways to use it.

    Parameters
    ----------
    shared, legs
        All shared legs, and those of the route, two at most.
    slack_h
        Hours that they may take together.
    """
    levels = [np.unique(shared.hours(leg)) for leg in legs]
    if any(not len(level) for level in levels):
        return
    anything = (math.inf,) * len(legs)
    if sum(float(level[-1]) for level in levels) <= slack_h:
        yield False, anything
        return
    yield True, anything
    if len(legs) == 1 and levels[0][0] <= slack_h:
        yield False, (slack_h,)
    if len(legs) == 2:
        allowed = NONE
        # From the slowest on: a sooner first leg counts only if it leaves the second a slower choice.
        for first in levels[0][::-1].tolist():
            count = int(np.searchsorted(levels[1], slack_h - first, side="right"))
            if count > max(allowed, 0):
                yield False, (first, slack_h - first)
            allowed = max(allowed, count)
