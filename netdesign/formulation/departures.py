"""Departures that legs may have: each vehicle with each number of departures, and the hours that these take."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import charges
from netdesign.instance.services import ReturnTrip, Waiting
from netdesign.network.routes import LATE_TOLERANCE_H, hard_deadline
from netdesign.network.services import LegPlace, leg_ends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.services import ServiceTerms
    from netdesign.network import CandidateRoutes, Network
    from netdesign.network.services import LegsName

    Hours = NDArray[np.float64]

_ROUNDING = 1e-9


@dataclass(frozen=True)
class DepartureChoice:
    """A vehicle and its number of departures, on a leg or on both of a pair.

    Parameters
    ----------
    vehicle, departures
        Position, and number a week.
    eur, co2e, tonnes
        What they take, emit and carry: EUR/year with what policies charge, t CO2e/year, both of all ways together, and
        t/year each way.
    extra_h
        For each way, hours over the least that the leg can take; those of the fewest departures that keep the same
        promises.
    """

    vehicle: int
    departures: int
    eur: float
    co2e: float
    tonnes: float
    extra_h: tuple[float, ...]


@dataclass(frozen=True)
class LegService:
    """A leg with vehicles, or a pair of legs that have the same ones, and what there is to choose from."""

    ways: tuple[LegPlace, ...]
    choices: tuple[DepartureChoice, ...]


class RouteLegs:
    """Legs of routes that have services, and the hours that promises leave them.

    Parameters
    ----------
    instance, network
        The problem with its services, and its legs.
    routes
        All routes, with the least hours of their legs.

    Attributes
    ----------
    on
        For each leg with a service the positions of the routes over it.
    """

    def __init__(self, instance: Instance, network: Network, routes: CandidateRoutes) -> None:
        self.instance, self.network, self.routes = instance, network, routes
        self.on = self._routes_on_legs()

    def _routes_on_legs(self) -> dict[LegPlace, NDArray[np.intp]]:
        routes, commodities = self.routes, self.instance.commodities
        if self.network.services is None:
            return {}
        between, every = np.flatnonzero(routes.first_hub != routes.last_hub), np.arange(len(routes))
        origin, destination = commodities.origin[routes.commodity], commodities.destination[routes.commodity]
        ends: tuple[tuple[LegsName, NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]], ...] = (
            ("collection", every, origin, routes.first_hub),
            ("inter_hub", between, routes.first_hub[between], routes.last_hub[between]),
            ("distribution", every, routes.last_hub, destination),
        )
        found: dict[LegPlace, list[int]] = {}
        for name, position, row, column in ends:
            is_served = getattr(self.network.services, name).is_served[row, column]
            where = (values[is_served].tolist() for values in (position, row, column))
            for route, *cell in zip(*where, strict=True):
                found.setdefault(LegPlace(name, *cell), []).append(route)
        return {leg: np.array(members) for leg, members in found.items()}

    @cached_property
    def slack_h(self) -> Hours:
        """Hours that the legs of each route may take over the least; infinite where no promise depends on them."""
        instance, row = self.instance, self.routes.commodity
        matters = (self.penalty > 0) | hard_deadline(instance) | (instance.policies.service is not None)
        slack = instance.deadline_h[row] + LATE_TOLERANCE_H - self.routes.time_h
        return np.where(matters[row], slack, np.inf)

    @cached_property
    def penalty(self) -> NDArray[np.float64]:
        """Late penalty of each commodity, EUR/t."""
        by_stream = np.array([stream.late_penalty for stream in self.instance.streams])
        return np.asarray(by_stream[self.instance.commodities.stream])

    def commodities(self, ways: tuple[LegPlace, ...], *, promised: bool = False) -> NDArray[np.intp]:
        """Return the commodities with a route over some legs, all or those to whom a promise is made."""
        routes = np.concatenate([self.on.get(way, np.empty(0, dtype=np.intp)) for way in ways])
        return np.unique(self.routes.commodity[routes[np.isfinite(self.slack_h[routes])] if promised else routes])

    def volume(self, leg: LegPlace) -> float:
        """Return the most that can flow on a leg, t/year."""
        return float(self.instance.commodities.volume[self.commodities((leg,))].sum())


def leg_services(legs: RouteLegs) -> list[LegService]:
    """Return the services of all legs with routes, with the departures to choose from."""
    found: dict[LegPlace, _Choice] = {}
    for leg in legs.on:
        if leg not in found:
            choice = _choice(legs, leg)
            found.update(dict.fromkeys(choice.ways, choice))
    # Which numbers matter on a leg depends on the hours that the other legs of its routes may take.
    ranges = {leg: found[leg].range_h(found[leg].ways.index(leg)) for leg in legs.on}
    fewest, most = np.zeros(len(legs.routes)), np.zeros(len(legs.routes))
    for leg, members in legs.on.items():
        fewest[members] += ranges[leg][0]
        most[members] += ranges[leg][1]
    room = {}
    for leg, members in legs.on.items():
        own = members[np.isfinite(legs.slack_h[members]) & np.isfinite(fewest[members])]
        beside = [total[own] - hours for total, hours in zip((most, fewest), ranges[leg][::-1], strict=True)]
        room[leg] = legs.slack_h[own] - beside[0], legs.slack_h[own] - beside[1]
    return [LegService(choice.ways, tuple(choice.departures(room))) for choice in dict.fromkeys(found.values())]


@dataclass(frozen=True, eq=False)
class _Choice:
    """What each vehicle takes on a leg or a pair: of one departure a week, and their numbers in question."""

    terms: ServiceTerms
    ways: tuple[LegPlace, ...]
    vehicles: tuple[int, ...]
    eur: dict[int, float]
    co2e: dict[int, float]
    tonnes: dict[int, float]
    travel_h: dict[int, tuple[float, ...]]
    needed: dict[int, int]
    most: dict[int, int]

    def extra_h(self, vehicle: int, way: int) -> Hours:
        """Return the hours over the least of the leg by number of departures, falling."""
        waits = [self.terms.wait_h(n) for n in range(self.terms.least, self.most[vehicle] + 1)]
        return self.travel_h[vehicle][way] + np.array(waits)

    def range_h(self, way: int) -> tuple[float, float]:
        """Return the fewest and the most hours over the least; infinite where no vehicle may go."""
        hours = [self.extra_h(vehicle, way) for vehicle in self.vehicles]
        fewest = min((float(own[-1]) for own in hours), default=np.inf)
        return fewest, max((float(own[0]) for own in hours), default=np.inf)

    def departures(self, room: dict[LegPlace, tuple[Hours, Hours]]) -> Iterator[DepartureChoice]:
        """Yield the numbers of departures of each vehicle.

        Parameters
        ----------
        room
            For each leg what its routes leave it, where their other legs take the most and the fewest hours.
        """
        nothing = np.empty(0), np.empty(0)
        for vehicle in self.vehicles:
            hours = [self.extra_h(vehicle, way) for way in range(len(self.ways))]
            last = len(hours[0]) - 1
            starts, useful = {0}, min(self.needed[vehicle] - self.terms.least, last)
            for own, way in zip(hours, self.ways, strict=True):
                waits = room.get(way, nothing) if self.terms.wait is not Waiting.NONE else nothing
                surely, perhaps = (np.searchsorted(-own, -bound).tolist() for bound in waits)
                # Each number from the first in time at best to the first in time at worst.
                for first, end in set(zip(perhaps, surely, strict=True)):
                    if first <= last:
                        starts.update(range(first, min(end, last) + 1))
                        useful = max(useful, min(end, last))
            for start, following in _runs(starts, useful):
                extra = tuple(float(own[start]) for own in hours)
                for n in range(self.terms.least + start, self.terms.least + following):
                    takes = n * self.eur[vehicle], n * self.co2e[vehicle], n * self.tonnes[vehicle]
                    yield DepartureChoice(vehicle, n, *takes, extra)


def _runs(starts: set[int], last: int) -> Iterator[tuple[int, int]]:
    """Yield start and end, not included, of the runs up to the last number."""
    kept = sorted(start for start in starts if start <= last)
    return zip(kept, [*kept[1:], last + 1], strict=True)


def _choice(legs: RouteLegs, leg: LegPlace) -> _Choice:
    instance, network, services = legs.instance, legs.network, legs.instance.services
    terms = services.terms(*leg_ends(instance, leg)) if services is not None else None
    assert services is not None
    assert terms is not None
    is_paired = terms.returns is ReturnTrip.PAIRED
    ways = (leg, leg.way_back) if is_paired else (leg,)
    cells = [(getattr(network.services, way.legs), (way.row, way.column)) for way in ways]
    able = [u for u in terms.vehicles if all(np.isfinite(own.departure_eur[u, *cell]) for own, cell in cells)]
    eur, co2e, tonnes, travel_h, needed = {}, {}, {}, {}, {}
    price = sum(charge.eur for charge in charges(instance.policies).values() if charge.measure == "co2e")
    least_h = [float(getattr(network, way.legs).time_h[way.row, way.column]) for way in ways]
    most_t = max(legs.volume(way) for way in ways)
    for u in able:
        co2e[u] = services.weeks_per_year * sum(float(own.departure_co2e[u, *cell]) for own, cell in cells)
        eur[u] = services.weeks_per_year * sum(float(own.departure_eur[u, *cell]) for own, cell in cells)
        eur[u] += price * co2e[u]
        tonnes[u] = services.weeks_per_year * services.vehicles[u].payload_t
        travel = [float(own.travel_h[u, *cell]) for own, cell in cells]
        travel_h[u] = tuple(hours - least for hours, least in zip(travel, least_h, strict=True))
        needed[u] = max(terms.least, math.ceil(most_t / tonnes[u] - _ROUNDING))
    most = {u: _most(legs, terms, ways, needed[u], eur[u]) for u in able}
    return _Choice(terms, ways, tuple(able), eur, co2e, tonnes, travel_h, needed, most)


def _most(legs: RouteLegs, terms: ServiceTerms, ways: tuple[LegPlace, ...], needed: int, eur: float) -> int:
    """Return the departures beyond which one more neither carries freight nor is worth its promise."""
    promised = legs.commodities(ways, promised=True)
    # One more departure saves all fines of its legs at best.
    fines = float(legs.penalty[promised] @ legs.instance.commodities.volume[promised])
    if terms.wait is Waiting.NONE or not len(promised):
        return min(needed, terms.most)
    must = bool(hard_deadline(legs.instance)[promised].any()) or legs.instance.policies.service is not None
    if must or eur * terms.most <= fines:
        return terms.most
    return min(needed + math.floor(fines / eur), terms.most)
