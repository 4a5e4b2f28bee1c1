"""Departures on inter-hub legs and lanes of a set of hubs, which the freight of many cities shares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import carbon_charge
from netdesign.instance.services import ReturnTrip, Waiting
from netdesign.network.services import LegPlace, leg_ends
from netdesign.solve.scheduled.freight import NONE
from netdesign.solve.scheduled.modes import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from netdesign.solve.scheduled.columns import ShareColumns
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions

    Departures = Mapping[tuple[int, int], set[tuple[int, int]]]
    """By first and last site of an inter-hub leg the vehicles and departures that it may have."""


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
class UsedLegs:
    """Legs with shared services on the routes of some shares.

    Parameters
    ----------
    services
        The ways of each service: one leg, or a pair of legs with the same departures.
    legs
        Service and way of each leg.
    on
        Lane and inter-hub leg of each share, shape (2, shares); ``NONE`` where there is none with a service.
    """

    services: list[tuple[LegPlace, ...]]
    legs: list[tuple[int, int]]
    on: NDArray[np.intp]

    @property
    def service_on(self) -> NDArray[np.intp]:
        """Service of the lane and of the inter-hub leg of each share, shape (2, shares), or ``NONE``."""
        return np.array([*(service for service, _ in self.legs), NONE])[self.on]


@dataclass(frozen=True)
class SharedLegs:
    """The shared services on some routes with their choices, and where they are.

    Parameters
    ----------
    services
        All of them.
    legs, on
        As in ``UsedLegs``.
    """

    services: list[SharedService]
    legs: list[tuple[int, int]]
    on: NDArray[np.intp]

    def hours(self, leg: int) -> Floats:
        """Return the hours over the least of each choice on a leg."""
        service, way = self.legs[leg]
        return np.asarray(self.services[service].extra_h[way])


def shared_legs(
    freight: CityFreight, shares: ShareColumns, slack: float, departures: Departures | None = None
) -> SharedLegs:
    """Return the shared services on the routes of some shares, with their choices.

    Choices are left out that cost more than the slack over what their freight pays for full vehicles.

    Parameters
    ----------
    freight, shares
        All freight, and the routes in question.
    slack
        EUR/year; infinite for all choices.
    departures
        Of the inter-hub legs on which no others are choices.
    """
    used = used_legs(freight, shares)
    of_leg = {(service, way): used.on == leg for leg, (service, way) in enumerate(used.legs)}
    listed = [
        _service(freight, shares, ways, [of_leg[number, way] for way in range(len(ways))], slack)
        for number, ways in enumerate(used.services)
    ]
    if departures is not None:
        listed = [_permitted(service, departures) for service in listed]
    return SharedLegs(listed, used.legs, used.on)


def _permitted(service: SharedService, departures: Departures) -> SharedService:
    """Return a service with those of its choices that it may have."""
    between = [(way.row, way.column) for way in service.ways if way.legs == "inter_hub"]
    found = next((departures[leg] for leg in between if leg in departures), None)
    if found is None:
        return service
    pairs = zip(service.vehicle.tolist(), service.departures.tolist(), strict=True)
    kept = np.array([pair in found for pair in pairs], dtype=bool)
    columns = {name: values[..., kept] for name, values in vars(service).items() if name != "ways"}
    return SharedService(service.ways, **columns)


def used_legs(freight: CityFreight, shares: ShareColumns) -> UsedLegs:
    """Return the legs with shared services on the routes of some shares."""
    network, services = freight.network.services, freight.instance.services
    lane, between = np.full(len(shares.entry), NONE), np.full(len(shares.entry), NONE)
    if network is None or services is None:
        return UsedLegs([], [], np.stack((lane, between)))
    commodities, place = freight.instance.commodities, dict[LegPlace, int]()
    ways_of: list[tuple[LegPlace, ...]] = []
    legs: list[tuple[int, int]] = []

    def leg(way: LegPlace) -> int:
        if not getattr(network, way.legs).is_served[way.row, way.column]:
            return NONE
        if way not in place:
            terms = services.terms(*leg_ends(freight.instance, way))
            is_paired = terms is not None and terms.returns is ReturnTrip.PAIRED
            # A pair has one first way, whichever freight takes: what is settled about the pair is found by that.
            ways_of.append((min(way, way.way_back), max(way, way.way_back)) if is_paired else (way,))
            for number, one in enumerate(ways_of[-1]):
                place[one] = len(legs)
                legs.append((len(ways_of) - 1, number))
        return place[way]

    far = np.where(
        freight.is_inbound, commodities.origin[freight.commodity], commodities.destination[freight.commodity]
    )
    inbound = freight.is_inbound[shares.entry]
    keys = np.stack((inbound, far[shares.entry], shares.gate, shares.first_hub, shares.last_hub))
    found, group = np.unique(keys, axis=1, return_inverse=True)
    for number, (is_in, node, gate, first, last) in enumerate(found.T.tolist()):
        own = group.ravel() == number
        lane[own] = leg(LegPlace("collection", node, gate) if is_in else LegPlace("distribution", gate, node))
        if first != last:
            between[own] = leg(LegPlace("inter_hub", first, last))
    return UsedLegs(ways_of, legs, np.stack((lane, between)))


def _service(
    freight: CityFreight, shares: ShareColumns, ways: tuple[LegPlace, ...], on: list[NDArray[np.bool_]], slack: float
) -> SharedService:
    """Return the service of a leg or a pair: as many departures as all freight takes, more as its promises pay for.

    Parameters
    ----------
    freight, shares, ways, slack
        As above.
    on
        Of each way, which shares are on it, shape (2, shares).
    """
    services, network, instance = freight.instance.services, freight.network, freight.instance
    assert services is not None
    assert network.services is not None
    terms = services.terms(*leg_ends(instance, ways[0]))
    assert terms is not None
    passing = [np.unique(shares.commodity[members.any(axis=0)]) for members in on]
    most_t = [float(instance.commodities.volume[own].sum()) for own in passing]
    entries = np.unique(shares.entry[np.any([members.any(axis=0) for members in on], axis=0)])
    worth = float(freight.fines[entries].sum())
    price = carbon_charge(instance.policies)
    cells = [(getattr(network.services, way.legs), getattr(network, way.legs), (way.row, way.column)) for way in ways]
    tonnes = services.weeks_per_year * np.array([vehicle.payload_t for vehicle in services.vehicles])
    co2e = services.weeks_per_year * np.stack([own.departure_co2e[:, *cell] for own, _, cell in cells])
    eur = services.weeks_per_year * np.stack([own.departure_eur[:, *cell] for own, _, cell in cells])
    # A vehicle that may not go has infinite prices and emissions.
    eur += price * np.where(np.isfinite(eur), co2e, 0.0)
    columns: list[tuple[NDArray[np.generic], ...]] = []
    for u in terms.vehicles:
        each = float(eur[:, u].sum())
        if not math.isfinite(each):
            continue
        most = max(terms.least, math.ceil(max(most_t) / tonnes[u] - ROUNDING))
        if worth > 0 and terms.wait is not Waiting.NONE:
            most += terms.most if worth >= each * terms.most else math.floor(worth / each)
        n = np.arange(terms.least, min(most, terms.most) + 1)
        # What the freight of so many departures pays for full vehicles is in every bound.
        paid = sum(
            float((of_way / tonnes).min()) * np.minimum(n * tonnes[u], volume)
            for of_way, volume in zip(eur, most_t, strict=True)
        )
        n = n[n * each - paid <= slack]
        waits = np.array([terms.wait_h(int(one)) for one in n])
        extra = [float(own.travel_h[u, *cell] - legs.time_h[cell]) + waits for own, legs, cell in cells]
        columns.append((np.full(len(n), u), n, n * each, n * float(co2e[:, u].sum()), n * tonnes[u], *extra))
    if not columns:
        nothing, none = np.empty(0), np.empty(0, dtype=np.intp)
        return SharedService(ways, none, none, nothing, nothing, nothing, np.empty((len(ways), 0)))
    vehicle, n, cost, co2e_of, carried, *hours = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    return SharedService(ways, vehicle, n, cost, co2e_of, carried, np.stack(hours))


def hour_limits(shared: SharedLegs, legs: list[int], slack_h: float) -> Iterator[tuple[bool, tuple[float, ...]]]:
    """Yield whether a route is late, with the most hours over the least of its shared legs, of all ways to use it.

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
