"""Departures that legs may have: each vehicle with each number of departures, and the hours that these take."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import Allocation
from netdesign.instance.policies import carbon_charge, limits_on_routes
from netdesign.instance.services import ReturnTrip, Waiting
from netdesign.network.routes import hard_deadline
from netdesign.network.services import leg_ends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.formulation.route_legs import RouteLegs
    from netdesign.instance.services import ServiceTerms
    from netdesign.network.services import LegPlace

    Hours = NDArray[np.float64]

_ROUNDING = 1e-9


@dataclass(frozen=True)
class DepartureChoice:
    """A vehicle and its number of departures, on a leg or on both of a pair.

    Parameters
    ----------
    vehicle, departures
        Position, and number a week.
    eur, co2e
        What they take and emit: EUR/year with what policies charge, t CO2e/year, both of all ways together.
    carries
        For each way, the most that they carry of what may flow there, t/year; 0 where all or nothing flows, and all is
        too much for them.
    extra_h
        For each way, hours over the least that the leg can take; those of the fewest departures that keep the same
        promises.
    """

    vehicle: int
    departures: int
    eur: float
    co2e: float
    carries: tuple[float, ...]
    extra_h: tuple[float, ...]


@dataclass(frozen=True)
class LegService:
    """A leg with vehicles, or a pair of legs that have the same ones, and what there is to choose from."""

    ways: tuple[LegPlace, ...]
    choices: tuple[DepartureChoice, ...]


def leg_services(legs: RouteLegs) -> list[LegService]:
    """Return the services of all legs with routes, with the departures to choose from."""
    found: dict[LegPlace, _Choice] = {}
    for leg in legs.on:
        if leg not in found:
            choice = _choice(legs, leg)
            found.update(dict.fromkeys(choice.ways, choice))
    # Which numbers matter on a leg depends on the hours that the other legs of its routes may take; routes that are in
    # time or late in any case have no say.
    ranges = {leg: found[leg].range_h(found[leg].ways.index(leg)) for leg in legs.on}
    fewest, most = np.zeros(len(legs.routes)), np.zeros(len(legs.routes))
    for leg, members in legs.on.items():
        fewest[members] += ranges[leg][0]
        most[members] += ranges[leg][1]
    room, is_doubtful = {}, (fewest <= legs.slack_h) & (most > legs.slack_h)
    for leg, members in legs.on.items():
        own = members[is_doubtful[members]]
        beside = [total[own] - hours for total, hours in zip((most, fewest), ranges[leg][::-1], strict=True)]
        room[leg] = legs.slack_h[own] - beside[0], legs.slack_h[own] - beside[1]
    return [LegService(one.ways, _listed(legs, one, room)) for one in dict.fromkeys(found.values())]


def _listed(legs: RouteLegs, choice: _Choice, room: dict[LegPlace, tuple[Hours, Hours]]) -> tuple[DepartureChoice, ...]:
    """Return the departures to choose from; on legs of cities without those that others replace."""
    listed = list(choice.departures(room))
    if not legs.is_city_leg(choice.ways[0]):
        return tuple(listed)
    counts_co2e = any(limit.measure == "co2e" for limit in limits_on_routes(legs.instance))
    counts_h = [len(room.get(way, ((), ()))[0]) > 0 for way in choice.ways]

    def takes(one: DepartureChoice) -> tuple[float, ...]:
        hours = [h for h, counts in zip(one.extra_h, counts_h, strict=True) if counts]
        return (one.eur, one.co2e if counts_co2e else 0.0, *hours, *(-tonnes for tonnes in one.carries))

    taken = [takes(one) for one in listed]
    kept: list[int] = []
    # What replaces a choice takes no more in all that counts, so it comes first.
    for place in sorted(range(len(listed)), key=taken.__getitem__):
        if not any(all(a <= b for a, b in zip(taken[other], taken[place], strict=True)) for other in kept):
            kept.append(place)
    return tuple(listed[place] for place in sorted(kept))


@dataclass(frozen=True, eq=False)
class _Choice:
    """What each vehicle takes on a leg or a pair: of one departure a week, and their numbers in question.

    ``flow`` is the most that flows each way; ``fewest``, ``needed`` and ``most`` are departures a week of each vehicle:
    with fewer a leg is of no use, so many carry all, and more neither carry freight nor are worth a promise.
    """

    terms: ServiceTerms
    ways: tuple[LegPlace, ...]
    vehicles: tuple[int, ...]
    eur: dict[int, float]
    co2e: dict[int, float]
    tonnes: dict[int, float]
    travel_h: dict[int, tuple[float, ...]]
    flow: tuple[float, ...]
    is_whole: bool
    fewest: dict[int, int]
    needed: dict[int, int]
    most: dict[int, int]

    def extra_h(self, vehicle: int, way: int) -> Hours:
        """Return the hours over the least of the leg by number of departures, falling."""
        waits = [self.terms.wait_h(n) for n in range(self.fewest[vehicle], self.most[vehicle] + 1)]
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
            starts, useful = {0}, min(self.needed[vehicle] - self.fewest[vehicle], last)
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
                for n in range(self.fewest[vehicle] + start, self.fewest[vehicle] + following):
                    takes = n * self.eur[vehicle], n * self.co2e[vehicle]
                    yield DepartureChoice(vehicle, n, *takes, self._carries(vehicle, n), extra)

    def _carries(self, vehicle: int, n: int) -> tuple[float, ...]:
        """Return what n departures carry each way, t/year."""
        takes = n * self.tonnes[vehicle]
        if self.is_whole:
            return tuple(flow if n >= _number(flow, self.tonnes[vehicle]) else 0.0 for flow in self.flow)
        return tuple(min(takes, flow) for flow in self.flow)


def _runs(starts: set[int], last: int) -> Iterator[tuple[int, int]]:
    """Yield start and end, not included, of the runs up to the last number."""
    kept = sorted(start for start in starts if start <= last)
    return zip(kept, [*kept[1:], last + 1], strict=True)


def _number(volume: float, tonnes: float) -> int:
    """Return the departures a week that a volume takes, where each carries so many tonnes a year."""
    return math.ceil(volume / tonnes - _ROUNDING)


def _choice(legs: RouteLegs, leg: LegPlace) -> _Choice:
    instance, network, services = legs.instance, legs.network, legs.instance.services
    terms = services.terms(*leg_ends(instance, leg)) if services is not None else None
    assert services is not None
    assert terms is not None
    is_paired = terms.returns is ReturnTrip.PAIRED
    ways = (leg, leg.way_back) if is_paired else (leg,)
    cells = [(getattr(network.services, way.legs), (way.row, way.column)) for way in ways]
    able = [u for u in terms.vehicles if all(np.isfinite(own.departure_eur[u, *cell]) for own, cell in cells)]
    eur, co2e, tonnes, travel_h, fewest, needed = {}, {}, {}, {}, {}, {}
    price = carbon_charge(instance.policies)
    least_h = [float(getattr(network, way.legs).time_h[way.row, way.column]) for way in ways]
    flow, is_whole = tuple(legs.volume(way) for way in ways), legs.is_city_leg(leg)
    # A city that sends and receives over one hub uses a pair both ways; else perhaps one, whichever takes less.
    is_both = instance.problem.allocation is Allocation.SINGLE
    least_t = (max if is_both else min)((volume for volume in flow if volume > 0), default=0.0) if is_whole else 0.0
    for u in able:
        co2e[u] = services.weeks_per_year * sum(float(own.departure_co2e[u, *cell]) for own, cell in cells)
        eur[u] = services.weeks_per_year * sum(float(own.departure_eur[u, *cell]) for own, cell in cells)
        eur[u] += price * co2e[u]
        tonnes[u] = services.weeks_per_year * services.vehicles[u].payload_t
        travel = [float(own.travel_h[u, *cell]) for own, cell in cells]
        travel_h[u] = tuple(hours - least for hours, least in zip(travel, least_h, strict=True))
        fewest[u] = max(terms.least, _number(least_t, tonnes[u]))
        needed[u] = max(terms.least, _number(max(flow), tonnes[u]))
    able = [u for u in able if fewest[u] <= terms.most]
    most = {u: _most(legs, terms, ways, needed[u], eur[u]) for u in able}
    takes = eur, co2e, tonnes, travel_h
    return _Choice(terms, ways, tuple(able), *takes, flow, is_whole, fewest, needed, most)


def _most(legs: RouteLegs, terms: ServiceTerms, ways: tuple[LegPlace, ...], needed: int, eur: float) -> int:
    """Return the departures beyond which one more neither carries freight nor is worth its promise."""
    promised = legs.commodities(ways, promised=True)
    # One more departure saves all fines of its legs at best.
    fines = float(legs.instance.late_penalty[promised] @ legs.instance.commodities.volume[promised])
    if terms.wait is Waiting.NONE or not len(promised):
        return min(needed, terms.most)
    must = bool(hard_deadline(legs.instance)[promised].any()) or legs.instance.policies.service is not None
    if must or eur * terms.most <= fines:
        return terms.most
    return min(needed + math.floor(fines / eur), terms.most)
