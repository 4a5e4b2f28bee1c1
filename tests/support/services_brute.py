"""Brute force with scheduled services: the optimum of a small instance whose legs carry freight in whole departures.

Takes the plain dict, as ``brute_force.py`` does and with its reading; departures, waits and their prices are its own.
Every permitted set of hubs is tried. For a set, each number of departures of each vehicle on each leg is a binary
choice, and so is the hub of a city where it has one; a route in time is a column for each largest combination of hours
that its legs may take. SciPy's ``milp`` solves that, and ``linprog`` once more with the choices fixed.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array

from tests.support.brute_force import (
    MINUTE_PART,
    TIE,
    BruteForce,
    Optimum,
    best_ways,
    hours_on_the_road,
    is_centre,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

HOURS_OF_WEEK = 168.0

HOURLY = 168
"""Most departures a week where none are stated."""

A_FEW = 3
"""More departures where the most of them are left out."""

Leg = tuple[str, str, str]
"""Kind, from, to."""

SERVICE_PARTS = ("departures least", "departures most", "wait", "paired", "flights")
"""What may bind: the least and most departures, the wait for them, equal ones on the way back, whole flights."""

CityFreight = tuple[str, str]
"""sent, received or both, and the city."""

ALLOCATION = "allocation"
"""What may bind as well, where a city has one hub: that it has no more."""

BOTH_WAYS = "both ways"
"""And that it has the same for what it sends and what it receives."""


@dataclass(frozen=True)
class Mode:
    """So many departures a week of a vehicle: EUR/year, t CO2e/year, t/year and h; of a pair both together, by leg."""

    vehicle: str
    departures: int
    cost: float
    co2e: float
    capacity: float
    hours: tuple[float, ...]


@dataclass(frozen=True)
class Served(Optimum):
    """An optimum with the slowest time of each commodity, h, and t CO2e/year of all freight and vehicles."""

    slowest: tuple[float, ...] = ()
    co2e: float = 0.0


@dataclass(frozen=True)
class Use:
    """A column's use of a leg: position of the service, of the leg in its pair, most hours, or None for any."""

    service: int
    way: int
    most_h: float | None


@dataclass(frozen=True)
class PeakDay:
    """The day of most freight of a stream: its factor, how many such days, and the price of a tonne over, or None."""

    stream: str
    factor: float
    days: float
    price: float | None


@dataclass(frozen=True)
class Room:
    """What hubs lift in a year, t, and on a day, t; what others may handle, t/year, and its price; and peak days."""

    year: dict[str, float]
    day: dict[str, float]
    contract: dict[str, float]
    contract_price: float
    peaks: tuple[PeakDay, ...]
    both_count: bool

    def relief(self, hubs: Any) -> list[tuple[float, float]]:
        """Return price and most of what others handle at each hub and, behind it, of what is over on each peak day."""
        found = []
        for hub in hubs:
            found.append((self.contract_price, self.contract[hub]))
            for peak in self.peaks:
                priced = peak.price is not None
                found.append((peak.days * peak.price, math.inf) if priced else (0.0, 0.0))
        return found


def wait_of(kind: str, days: int, departures: int) -> float:
    """Return the wait for departures that are spread over the first days of a week, from the times of departure."""
    if kind == "none":
        return 0.0
    times = [24.0 * days * number / departures for number in range(departures)]
    gaps = [b - a for a, b in itertools.pairwise([*times, HOURS_OF_WEEK])]
    if kind == "worst":
        return max(gaps)
    return sum(gap * gap / 2 for gap in gaps) / HOURS_OF_WEEK


class ServicesBrute(BruteForce):
    """One instance with services, priced once and solved as often as a part is to be left out.

    Parameters
    ----------
    document
        The instance as written to YAML, all tables inline; valid by the schema. Without services all is by the tonne.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.block = document.get("services", {})
        self.centres = {hub["id"] for hub in document["tables"]["hubs"] if is_centre(hub)}
        problem = document.get("problem", {})
        self.allocation, self.route_hubs = problem.get("allocation", "multiple"), problem.get("route_hubs", 2)
        self.weeks = self.block.get("weeks_per_year", 52.0)
        self.vehicles = {row["id"]: row for row in document["tables"].get("vehicles", ())}
        self._ways = best_ways(document) if "road" in document else {}
        self._given = {(leg["from"], leg["to"]): leg for leg in document["tables"].get("legs", ())}
        self._flown = {}
        for link in document["tables"].get("links", ()):
            if link.get("mode") == "air":
                self._flown[link["from"], link["to"]] = self._flown[link["to"], link["from"]] = link["km"]
        self._rows_of_legs = {
            (row["kind"], row["from"], row["to"]): row for row in document["tables"].get("services", ())
        }
        self.services: list[tuple[tuple[Leg, ...], list[Mode]]] = []
        self._place: dict[Leg, tuple[int, int]] = {}
        super().__init__(document)

    # Terms

    def terms(self, leg: Leg) -> dict[str, Any] | None:
        """Return how a leg is served, or None where it is paid by the tonne."""
        kind, start, end = leg
        block = self.block.get(kind)
        if start == end or block is None or block.get("pricing") == "by_kg":
            return None
        range_ = block.get("departures_per_week", {})
        found = {
            "vehicles": list(block.get("vehicles", ())),
            "least": range_.get("min", 1),
            "most": range_.get("max", HOURLY),
            "days": block.get("operating_days", 7),
            "return": block.get("return", "empty_back"),
            "wait": block.get("wait", "mean"),
        }
        names = {"departures_min": "least", "departures_max": "most", "operating_days": "days"}
        for key, value in self._rows_of_legs.get(leg, {}).items():
            if key == "vehicles":
                found["vehicles"] = [name.strip() for name in value.split(";")]
            elif key not in ("kind", "from", "to"):
                found[names.get(key, key)] = value
        if found["return"] == "paired" and self.is_lonely(leg):
            # The vehicle comes back all the same, and empty.
            found["return"] = "empty_back"
        return found

    def is_lonely(self, leg: Leg) -> bool:
        """Whether no freight can come back: the leg leads to a sorting centre, or hands out from one."""
        kind, start, end = leg
        return (kind == "inter_hub" and end in self.centres) or (kind == "distribution" and start in self.centres)

    def _trip(self, leg: Leg, vehicle: dict[str, Any]) -> tuple[float, float, float] | None:
        """Return EUR of one way, hours of travel with customs, and km, or None where there is no leg."""
        kind, start, end = leg
        document, per_departure = self.document, vehicle.get("eur_per_departure", 0.0)
        if kind == "air":
            if (start, end) not in self._flown:
                return None
            lane = (start, end) if start in self.overseas else (end, start)
            km = self._flown[start, end]
            return km * vehicle.get("eur_per_km", 0.0) + per_departure, self._air[lane][2], km
        if self._given:
            row = self._given.get((start, end))
            if row is None:
                return None
            km, fare, hours, crew_factor = row.get("km", 0.0), 0.0, row.get("time_h", 0.0), 1.0
        else:
            if (start, end) not in self._ways:
                return None
            road = document["road"]
            drivers = vehicle.get("drivers", road.get("drivers", 1))
            [crew] = [crew for crew in road["crews"] if crew["drivers"] == drivers]
            crew_factor = crew.get("cost_factor", 1.0)
            _, km, _, extra, fare = self._ways[start, end]
            hours = hours_on_the_road(km, vehicle.get("speed_kmh", road["speed_kmh"]), crew) + extra
        if self._crosses(start, end):
            hours += document.get("border", {}).get("hours", 0.0)
        factor = document.get("factors", {}).get(kind, 1.0)
        moved = km * vehicle.get("eur_per_km", 0.0) * crew_factor + vehicle.get("fare_factor", 1.0) * fare
        # The factor is one on what the way costs; a departure is paid as it is.
        return factor * moved + per_departure, hours, km

    def _crosses(self, start: str, end: str) -> bool:
        return len({self._zones[start], self._zones[end]} - {None}) == 2

    def _by_the_tonne(self, leg: Leg) -> float:
        """Return what a tonne pays beside the vehicle: customs, and the price of a leg that is given, EUR/t."""
        kind, start, end = leg
        if kind == "air":
            return 0.0
        cost = 0.0
        if self._given:
            cost = self.document.get("factors", {}).get(kind, 1.0) * self._given[start, end]["cost_eur_per_t"]
        if self._crosses(start, end):
            cost += self.document.get("border", {}).get("cost_eur_per_t", 0.0)
        return cost

    def _emitted(self, leg: Leg) -> float:
        """Return what a tonne emits beside the vehicle: at sea, and on legs that are given, t CO2e/t."""
        kind, start, end = leg
        if self.terms(leg) is None:
            return float(self._emissions.get((start, end), 0.0))
        if kind == "air":
            return 0.0
        if self._given:
            return float(self._given[start, end].get("co2e_kg_per_t", 0.0)) / 1000
        return float(self._ways[start, end][2] * self.document["road"].get("sea_co2e_g_per_tkm", 0.0)) / 1_000_000

    # Departures that may be chosen

    def _service(self, leg: Leg) -> tuple[int, int] | None:
        """Return the service of a leg and the place of the leg in it, made on demand; None where it is by the tonne."""
        terms = self.terms(leg)
        if terms is None:
            return None
        if leg not in self._place:
            legs: tuple[Leg, ...] = (leg,)
            if terms["return"] == "paired":
                back = {"collection": "distribution", "distribution": "collection"}.get(leg[0], leg[0])
                legs = (leg, (back, leg[2], leg[1]))
            for way, one in enumerate(legs):
                self._place[one] = len(self.services), way
            self.services.append((legs, self._modes(legs, terms)))
        return self._place[leg]

    def _modes(self, legs: tuple[Leg, ...], terms: dict[str, Any]) -> list[Mode]:
        found = []
        for name in terms["vehicles"]:
            vehicle = self.vehicles[name]
            trips = [self._trip(leg, vehicle) for leg in legs]
            if any(trip is None for trip in trips):
                continue
            price = sum(trip[0] for trip in trips if trip is not None)
            if terms["return"] == "empty_back":
                # The way back costs what the way there does, but there is one departure.
                price += price - vehicle.get("eur_per_departure", 0.0)
            km = sum(trip[2] for trip in trips if trip is not None) * (2 if terms["return"] == "empty_back" else 1)
            co2e = km * vehicle.get("co2e_g_per_km", 0.0) / 1_000_000
            price += co2e * self.policies.get("carbon", {}).get("price_eur_per_t", 0.0)
            payload = self.weeks * vehicle["payload_t"]
            for n in range(terms["least"], self._most(legs, terms, payload, self.weeks * price) + 1):
                hours = [trip[1] + wait_of(terms["wait"], terms["days"], n) for trip in trips if trip is not None]
                yearly = self.weeks * n
                found.append(Mode(name, n, yearly * price, yearly * co2e, payload * n, tuple(hours)))
        return found

    def _most(self, legs: tuple[Leg, ...], terms: dict[str, Any], payload: float, price: float) -> int:
        """Return the departures beyond which one more of them neither carries anything nor pays for its promise."""
        most, fines, is_promised = terms["least"], 0.0, False
        for kind, start, end in legs:
            passing = [c for c in self.commodities if kind == "inter_hub" or start == c.origin]
            if kind == "distribution" or end in self.overseas:
                passing = [c for c in self.commodities if end == c.destination]
            most = max(most, math.ceil(sum(c.volume for c in passing) / payload - MINUTE_PART))
            for stream, volume in ((self.document["streams"][c.stream], c.volume) for c in passing):
                if "deadline_h" in stream:
                    is_promised |= stream.get("deadline") == "hard" or "service" in self.policies
                    fines += volume * self._penalty(stream)
        if terms["wait"] != "none" and (is_promised or fines > 0):
            most = terms["most"] if is_promised or price == 0 else most + math.floor(fines / price)
        return min(most, terms["most"])

    def _penalty(self, stream: dict[str, Any]) -> float:
        return stream.get("late_penalty_eur_per_parcel", 0.0) * 1000.0 / self.document["parcel"]["weight_kg"]

    # Columns

    def _price_all_routes(self) -> None:
        """List columns: a route over any two sites in time, with the hours that its legs may take, or late."""
        passes = {hub: self._pass(hub) for hub in self.hubs}
        self.routes: list[tuple[int, str, str]] = []
        self.uses: list[tuple[Use, ...]] = []
        costs, times, late, emitted = [], [], [], []
        for r, first, last in itertools.product(range(len(self.commodities)), self.hubs, self.hubs):
            if (first != last and self.route_hubs == 1) or first in self.centres:
                continue
            commodity = self.commodities[r]
            stream = self.document["streams"][commodity.stream]
            legs = self._legs(commodity.origin, first, last, commodity.destination)
            found = [self._step(leg) for leg in legs]
            if not all(math.isfinite(cost) for cost, _, _ in found):
                continue
            at = [passes[hub] for hub in dict.fromkeys((first, last))]
            cost = sum(step[0] for step in found) + sum(step[0] for step in at)
            hours = stream.get("origin_h", 0.0) + stream.get("last_mile_h", 0.0)
            hours += sum(step[1] for step in found) + sum(step[1] for step in at)
            places = [place for _, _, place in found if place is not None]
            for is_late, time, most in self._time_classes(hours, places, stream.get("deadline_h", math.inf)):
                self.routes.append((r, first, last))
                self.uses.append(tuple(Use(*place, h) for place, h in zip(places, most, strict=True)))
                costs.append(cost)
                times.append(time)
                late.append(is_late)
                emitted.append(sum(self._emitted(leg) for leg in legs))
        self.cost, self.time, self.is_late = np.array(costs), np.array(times), np.array(late, dtype=bool)
        self.co2e = np.array(emitted)
        self._describe()

    def _describe(self) -> None:
        streams = [self.document["streams"][commodity.stream] for commodity in self.commodities]
        self.of = np.array([r for r, _, _ in self.routes], dtype=int)
        self.volume = np.array([commodity.volume for commodity in self.commodities])
        self.has_deadline = np.array(["deadline_h" in stream for stream in streams])
        self.is_hard = np.array([stream.get("deadline") == "hard" for stream in streams])
        self.penalty = np.array([self._penalty(stream) for stream in streams])
        self.lanes = [self._lanes_of(r, first, last) for r, first, last in self.routes]

    def _legs(self, origin: str, first: str, last: str, destination: str) -> list[Leg]:
        legs = [("air" if origin in self.overseas else "collection", origin, first)]
        legs += [("inter_hub", first, last)] if first != last else []
        return [*legs, ("air" if destination in self.overseas else "distribution", last, destination)]

    def _step(self, leg: Leg) -> tuple[float, float, tuple[int, int] | None]:
        """Return EUR/t and h of a leg, and its service; infinite where there is no leg or no vehicle for it."""
        place = self._service(leg)
        if place is None:
            return *self._leg(leg[1], leg[2], leg[0]), None
        if not self.services[place[0]][1]:
            return math.inf, math.inf, None
        return self._by_the_tonne(leg), 0.0, place

    def _time_classes(
        self, hours: float, places: list[tuple[int, int]], deadline: float
    ) -> list[tuple[bool, float, tuple[float | None, ...]]]:
        """Return whether late, fastest time, and most hours of each leg with a service, of each way to use a route."""
        levels = [sorted({mode.hours[way] for mode in self.services[service][1]}) for service, way in places]
        fastest, anything = hours + sum(level[0] for level in levels), (None,) * len(places)
        latest = deadline + MINUTE_PART
        if hours + sum(level[-1] for level in levels) <= latest:
            return [(False, fastest, anything)]
        if fastest > latest:
            return [(True, fastest, anything)]
        inside = [most for most in itertools.product(*levels) if hours + sum(most) <= latest]
        slower = {
            (*most[:i], levels[i][levels[i].index(most[i]) - 1], *most[i + 1 :])
            for most in inside
            for i in range(len(most))
            if most[i] != levels[i][0]
        }
        # A combination that is one step under another one in time permits less than that one.
        return [(False, fastest, most) for most in inside if most not in slower] + [(True, fastest, anything)]

    # Allocation

    def hubs_of_cities(self, r: int, first: str, last: str) -> list[tuple[CityFreight, str]]:
        """Return which hubs a route asks of its cities; none where a city may have several."""
        ways = {"sent": (self.commodities[r].origin, first), "received": (self.commodities[r].destination, last)}
        if self.allocation == "multiple":
            return []
        each_way = self.allocation == "single_each_way"
        return [
            ((way if each_way else "both", city), hub) for way, (city, hub) in ways.items() if city not in self.overseas
        ]

    def hubs_of(self, freight: CityFreight, hubs: tuple[str, ...]) -> tuple[str, ...]:
        """Return the hubs that freight of a city may have: its own, if that is open and routes pass two."""
        if freight[0] == "sent":
            hubs = tuple(hub for hub in hubs if hub not in self.centres)
        return (freight[1],) if freight[1] in hubs and self.route_hubs == 2 else hubs

    # Solving

    room: Room | None = None
    """What hubs lift in a year of several; None where nothing is limited."""

    def _operate(self, hubs: Any, lanes: Any, routes: np.ndarray, weighted: np.ndarray, without: str) -> Optimum:
        """Solve one set of hubs and lanes: shares of columns, tonnes short, and the choice of departures."""
        program = _Program(self, hubs, lanes, routes, weighted, without, self.room)
        values = program.solved()
        fixed = sum(self.fixed[name] for name in hubs)
        if values is None:
            return Optimum(math.inf)
        shares: list[dict[tuple[str, str], float]] = [{} for _ in self.commodities]
        hours = {use: mode.hours for use, mode in program.chosen(values)}
        slowest = [0.0] * len(self.commodities)
        for column, share in zip(routes, values[: len(routes)], strict=True):
            if share > MINUTE_PART:
                r, first, last = self.routes[column]
                shares[r][first, last] = shares[r].get((first, last), 0.0) + float(share)
                time = self.time[column] - sum(
                    min(mode.hours[use.way] for mode in self.services[use.service][1]) for use in self.uses[column]
                )
                time += sum(hours[use.service][use.way] for use in self.uses[column] if use.service in hours)
                slowest[r] = max(slowest[r], time)
        emitted = sum(mode.co2e for _, mode in program.chosen(values))
        emitted += float((values[: len(routes)] * self.volume[self.of[routes]]) @ self.co2e[routes])
        cost = float(program.cost @ values) + fixed
        return Served(cost, hubs, tuple(shares), tuple(slowest), emitted)

    # What binds

    def parts_of_services(self) -> tuple[str, ...]:
        """Return those of SERVICE_PARTS that the instance states."""
        kinds = [
            *(block for kind, block in self.block.items() if kind != "weeks_per_year"),
            *self._rows_of_legs.values(),
        ]
        ranges = [kind.get("departures_per_week", {}) for kind in kinds]
        stated = {
            "departures least": any(r.get("min", 1) > 1 for r in ranges) or any("departures_min" in k for k in kinds),
            "departures most": any("max" in r for r in ranges) or any("departures_max" in k for k in kinds),
            "wait": any(kind.get("wait") != "none" for kind in kinds),
            "paired": any(kind.get("return") == "paired" for kind in kinds),
            "flights": any(
                kind == "air" and block.get("pricing") != "by_kg"
                for kind, block in self.block.items()
                if kind != "weeks_per_year"
            ),
        }
        stated |= {ALLOCATION: self.allocation != "multiple", BOTH_WAYS: self.allocation == "single"}
        return tuple(part for part, is_stated in stated.items() if is_stated)

    def binding_services(self, optimum: Optimum) -> tuple[str, ...]:
        """Return the parts of services without which the optimum, or whether there is one, would be another."""
        below = optimum.cost * (1 - TIE) if optimum.is_feasible else math.inf
        found = []
        for part in self.parts_of_services():
            other = self if part == "flights" else ServicesBrute(without_part(self.document, part))
            if other.solve(part, below).cost < below:
                found.append(part)
        return tuple(found)


def without_part(document: dict[str, Any], part: str) -> dict[str, Any]:
    """Return an instance without one of SERVICE_PARTS; without whole flights it is as it was."""
    changed = deepcopy(document)
    if part == ALLOCATION:
        del changed["problem"]["allocation"]
    if part == BOTH_WAYS:
        changed["problem"]["allocation"] = "single_each_way"
    kinds = [block for kind, block in changed["services"].items() if kind != "weeks_per_year"]
    for kind in kinds:
        if part == "departures least":
            kind.get("departures_per_week", {}).pop("min", None)
        elif part == "departures most" and "max" in kind.get("departures_per_week", {}):
            kind["departures_per_week"]["max"] += A_FEW
        elif part == "wait" and kind.get("pricing") != "by_kg":
            kind["wait"] = "none"
        elif part == "paired" and kind.get("return") == "paired":
            kind["return"] = "one_way"
    keys = {"departures least": "departures_min", "wait": "wait", "paired": "return"}
    for row in changed["tables"].get("services", ()):
        if part == "departures most" and "departures_max" in row:
            row["departures_max"] += A_FEW
        else:
            row.pop(keys.get(part, ""), None)
    return changed


def enumerated(brute: ServicesBrute) -> float:
    """Return the least cost by trying every choice of hubs and departures of all legs; without policies on freight."""
    best = math.inf
    for hubs, routes in _allocated_routes(brute):
        used = sorted({place[0] for _, _, _, places, _, _ in routes for place in places})
        for chosen in itertools.product(*([None, *brute.services[service][1]] for service in used)):
            modes = {service: mode for service, mode in zip(used, chosen, strict=True) if mode is not None}
            best = min(best, _with_departures(brute, hubs, routes, modes))
    return best


Route = tuple[int, float, float, list[tuple[int, int]], float, frozenset[tuple[CityFreight, str]]]
"""Commodity, EUR/t, h but for legs with a service, these, h of the promise, and the hubs of cities."""


def _allocated_routes(brute: ServicesBrute) -> Iterator[tuple[tuple[str, ...], list[Route]]]:
    """Yield sets of hubs with the routes over them, of each choice of one hub a city."""
    for hubs in brute.permitted_sets():
        routes = _routes_over(brute, hubs)
        freight = sorted({of for route in routes for of, _ in route[5]})
        allowed = [brute.hubs_of(of, hubs) for of in freight]
        for chosen in itertools.product(*allowed):
            picked = set(zip(freight, chosen, strict=True))
            yield hubs, [route for route in routes if route[5] <= picked]


def _routes_over(brute: ServicesBrute, hubs: tuple[str, ...]) -> list[Route]:
    found = []
    for r, commodity in enumerate(brute.commodities):
        stream = brute.document["streams"][commodity.stream]
        for first, last in itertools.product(hubs, repeat=2):
            if (first != last and brute.route_hubs == 1) or first in brute.centres:
                continue
            steps = [brute._step(leg) for leg in brute._legs(commodity.origin, first, last, commodity.destination)]
            passes = [brute._pass(hub) for hub in {first, last}]
            cost, hours = (sum(step[part] for step in (*steps, *passes)) for part in (0, 1))
            hours += stream.get("origin_h", 0.0) + stream.get("last_mile_h", 0.0)
            if math.isfinite(cost):
                places = [place for _, _, place in steps if place is not None]
                allocated = frozenset(brute.hubs_of_cities(r, first, last))
                found.append((r, cost, hours, places, stream.get("deadline_h", math.inf), allocated))
    return found


def _with_departures(brute: ServicesBrute, hubs: tuple[str, ...], routes: list[Route], modes: dict[int, Mode]) -> float:
    """Return the least cost where these departures leave, and no others."""
    routes = [route for route in routes if all(service in modes for service, _ in route[3])]
    if {route[0] for route in routes} < set(range(len(brute.commodities))):
        return math.inf
    total = sum(brute.fixed[name] for name in hubs) + sum(mode.cost for mode in modes.values())
    late = [h + sum(modes[s].hours[way] for s, way in places) > due + MINUTE_PART for _, _, h, places, due, _ in routes]
    cost, once = np.zeros(len(routes)), np.zeros((len(brute.commodities), len(routes)))
    loads: dict[tuple[int, int], np.ndarray] = defaultdict(lambda: np.zeros(len(routes)))
    upper = np.full(len(routes), np.inf)
    for i, (r, price, _, places, _, _) in enumerate(routes):
        cost[i] = brute.volume[r] * (price + brute.penalty[r] * late[i])
        once[r, i] = 1.0
        upper[i] = 0.0 if late[i] and brute.is_hard[r] else np.inf
        for place in places:
            loads[place][i] = brute.volume[r] / modes[place[0]].capacity
    answer = linprog(
        cost,
        A_ub=np.array(list(loads.values())) if loads else None,
        b_ub=np.ones(len(loads)) if loads else None,
        A_eq=once,
        b_eq=np.ones(len(once)),
        bounds=np.stack((np.zeros(len(routes)), upper), axis=1),
    )
    return total + float(answer.fun) if answer.status == 0 else math.inf


class _Program:
    """The mixed-integer program of one set of hubs: columns of routes, tonnes short, choices of departures."""

    def __init__(
        self,
        brute: ServicesBrute,
        hubs: Any,
        lanes: Any,
        routes: np.ndarray,
        weighted: np.ndarray,
        without: str,
        room: Room | None = None,
    ) -> None:
        self.brute, self.routes, self.without = brute, routes, without
        priced = brute._priced_minima(hubs, without)
        used = sorted({use.service for column in routes for use in brute.uses[column]})
        self.choices = [(service, mode) for service in used for mode in brute.services[service][1]]
        self.shorts = len(routes)
        self.first_choice = self.shorts + len(priced)
        self.first_allocated = self.first_choice + len(self.choices)
        asked = [brute.hubs_of_cities(*brute.routes[column]) for column in routes]
        freight = sorted({of for ends in asked for of, _ in ends})
        self.allocated = [(of, hub) for of in freight for hub in brute.hubs_of(of, hubs)]
        self.first_relief = self.first_allocated + len(self.allocated)
        relief = [] if room is None else room.relief(hubs)
        self.most_relief = np.array([most for _, most in relief])
        self.size = self.first_relief + len(relief)
        short_cost = [h["shortfall_eur_per_t"] * brute.minimum(h) for h in priced]
        choice_cost = [mode.cost for _, mode in self.choices]
        relief_cost = [price for price, _ in relief]
        self.cost = np.concatenate(
            (weighted[routes], short_cost, choice_cost, np.zeros(len(self.allocated)), relief_cost)
        )
        self.is_whole = np.array(
            [without != "flights" or brute.services[service][0][0][0] != "air" for service, _ in self.choices],
            dtype=bool,
        )
        self._rows: list[tuple[dict[int, float], float, float]] = []
        self._add_policies(hubs, lanes, priced)
        self._add_choices(used)
        self._add_loads(used)
        self._add_allocation(asked)
        if room is not None:
            self._add_room(hubs, room)

    def _add_room(self, hubs: Any, room: Room) -> None:
        """Each hub lifts its volume of the year and of each peak day, with what others handle and what is over."""
        brute, step = self.brute, 1 + len(room.peaks)
        for place, hub in enumerate(hubs):
            contract = self.first_relief + place * step
            passes = [
                i
                for i, column in enumerate(self.routes)
                if brute.routes[column][1] == hub or (room.both_count and brute.routes[column][2] == hub)
            ]
            load = {i: float(brute.volume[brute.of[self.routes[i]]]) for i in passes}
            unit = max(sum(load.values()), 1.0)
            year = {i: tonnes / unit for i, tonnes in load.items()}
            self._row(year | {contract: -1.0 / unit}, -math.inf, room.year[hub] / unit)
            for number, peak in enumerate(room.peaks):
                times = {
                    i: peak.factor if brute.commodities[brute.of[self.routes[i]]].stream == peak.stream else 1.0
                    for i in passes
                }
                day = {i: year[i] * times[i] for i in passes}
                relief = {contract: -1.0 / unit, contract + 1 + number: -365.0 / unit}
                self._row(day | relief, -math.inf, 365.0 * room.day[hub] / unit)

    def _add_policies(self, hubs: Any, lanes: Any, priced: list[dict[str, Any]]) -> None:
        brute, routes = self.brute, self.routes
        rows, least = brute._rows(hubs, lanes, routes, "carbon cap")
        cap = brute.policies.get("carbon", {}).get("cap_t_per_year")
        if cap is not None:
            unit = cap or 1.0
            row = {i: brute.volume[brute.of[column]] * brute.co2e[column] / unit for i, column in enumerate(routes)}
            row |= {self.first_choice + i: mode.co2e / unit for i, (_, mode) in enumerate(self.choices)}
            self._row(row, -math.inf, cap / unit)
        for row, value in zip(rows, least, strict=True):
            self._row(dict(enumerate(row)), value, math.inf)
        for place, hub in enumerate(priced):
            row = dict(enumerate(brute._entering(hub["site"], routes) / brute.minimum(hub)))
            self._row(row | {self.shorts + place: 1.0}, 1.0, math.inf)
        for r in range(len(brute.commodities)):
            self._row(dict.fromkeys(np.flatnonzero(brute.of[routes] == r).tolist(), 1.0), 1.0, 1.0)

    def _add_choices(self, used: list[int]) -> None:
        """One vehicle and number of departures a leg; and freight only where the choice is fast enough for it."""
        for service in used:
            self._row(self._members(service), -math.inf, 1.0)
        by_leg: dict[tuple[int, int, int], dict[int, float | None]] = defaultdict(dict)
        for i, column in enumerate(self.routes):
            for use in self.brute.uses[column]:
                by_leg[int(self.brute.of[column]), use.service, use.way][i] = use.most_h
        for (_, service, way), columns in by_leg.items():
            for most in {None, *columns.values()}:
                within = {i: 1.0 for i, h in columns.items() if most is None or (h is not None and h <= most)}
                choices = {
                    i: -1.0
                    for i in self._members(service)
                    if most is None or self.choices[i - self.first_choice][1].hours[way] <= most
                }
                self._row(within | choices, -math.inf, 0.0)

    def _add_loads(self, used: list[int]) -> None:
        brute = self.brute
        for service in used:
            unit = max(mode.capacity for mode in brute.services[service][1])
            for way in range(len(brute.services[service][0])):
                row = {i: -self.choices[i - self.first_choice][1].capacity / unit for i in self._members(service)}
                for i, column in enumerate(self.routes):
                    if any((use.service, use.way) == (service, way) for use in brute.uses[column]):
                        row[i] = brute.volume[brute.of[column]] / unit
                self._row(row, -math.inf, 0.0)

    def _add_allocation(self, asked: list[list[tuple[CityFreight, str]]]) -> None:
        """One hub for the freight of a city, and each of its commodities over that one."""
        column_of = {pair: self.first_allocated + i for i, pair in enumerate(self.allocated)}
        for freight in {of for of, _ in self.allocated}:
            self._row({i: 1.0 for pair, i in column_of.items() if pair[0] == freight}, 1.0, 1.0)
        rows: dict[tuple[Any, ...], dict[int, float]] = {}
        for r in range(len(self.brute.commodities)):
            for place, (of, _) in enumerate(self.brute.hubs_of_cities(r, "", "")):
                rows |= {(r, place, pair): {i: -1.0} for pair, i in column_of.items() if pair[0] == of}
        for i, column in enumerate(self.routes):
            for place, pair in enumerate(asked[i]):
                # The own hub of a city leaves the others no share.
                rows.setdefault((int(self.brute.of[column]), place, pair), {})[i] = 1.0
        for row in rows.values():
            self._row(row, 0.0, 0.0)

    def _members(self, service: int) -> dict[int, float]:
        return {self.first_choice + i: 1.0 for i, (one, _) in enumerate(self.choices) if one == service}

    def _row(self, row: dict[int, float], least: float, most: float) -> None:
        self._rows.append((row, least, most))

    def solved(self) -> np.ndarray | None:
        """Return the values of all columns, or None where nothing is feasible.

        HiGHS lets each row be missed by a millionth in whole numbers, and many rows together by more: choices that no
        values keep exactly are left out, and the next best are looked for.
        """
        integer = np.zeros(self.size)
        integer[self.first_choice : self.first_allocated] = self.is_whole
        integer[self.first_allocated : self.first_relief] = 1.0
        while True:
            found = self._about(integer)
            if found is None:
                return None
            exact = self._exact(found, integer)
            if exact is not None:
                return exact
            is_taken = np.round(found[integer > 0]) > 0
            if not is_taken.size:
                return None
            changes = dict(zip(np.flatnonzero(integer).tolist(), np.where(is_taken, -1.0, 1.0).tolist(), strict=True))
            self._row(changes, 1.0 - np.count_nonzero(is_taken), math.inf)

    def _matrix(self) -> tuple[Any, np.ndarray, np.ndarray]:
        entries = [(r, i, value) for r, (row, _, _) in enumerate(self._rows) for i, value in row.items() if value]
        rows, columns, values = (np.array(part) for part in zip(*entries, strict=True))
        matrix = coo_array((values, (rows, columns)), shape=(len(self._rows), self.size)).tocsr()
        low, high = (np.array([row[side] for row in self._rows]) for side in (1, 2))
        return matrix, low, high

    def _scaled_cost(self) -> np.ndarray:
        unit = max(float(np.median(self.cost[self.cost > 0])) if (self.cost > 0).any() else 1.0, 1e-9)
        return self.cost / unit

    def _upper(self) -> np.ndarray:
        upper = np.full(self.size, np.inf)
        upper[self.first_choice :] = 1.0
        upper[self.first_relief :] = self.most_relief
        return upper

    def _about(self, integer: np.ndarray) -> np.ndarray | None:
        """Return values as exact as those of whole numbers are; None where nothing is feasible."""
        answer = milp(
            self._scaled_cost(),
            constraints=LinearConstraint(*self._matrix()),
            bounds=Bounds(0, self._upper()),
            integrality=integer,
            # SciPy has HiGHS 1.12.0, whose presolve does not end on draw 285 of single allocation without its most
            # departures. With a part left out only the cost counts: no draw depends on this.
            options={"mip_rel_gap": 0.0, "presolve": not self.without},
        )
        assert answer.status in (0, 2), answer.message
        return None if answer.status == 2 else np.asarray(answer.x)

    def _exact(self, found: np.ndarray, integer: np.ndarray) -> np.ndarray | None:
        """Return the values again with the choices at 0 and 1; None where none keep every row."""
        matrix, low, high = self._matrix()
        lower, upper, equal = np.zeros(self.size), self._upper(), low == high
        chosen = integer > 0
        lower[chosen] = upper[chosen] = np.round(found[chosen])
        from_below, from_above = np.isfinite(low) & ~equal, np.isfinite(high) & ~equal
        answer = linprog(
            self._scaled_cost(),
            A_ub=np.concatenate((-matrix[from_below].toarray(), matrix[from_above].toarray())),
            b_ub=np.concatenate((-low[from_below], high[from_above])),
            A_eq=matrix[equal],
            b_eq=low[equal],
            bounds=np.stack((lower, upper), axis=1),
            method="highs",
            options={"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9},
        )
        assert answer.status in (0, 2), answer.message
        return None if answer.status == 2 else np.asarray(answer.x)

    def chosen(self, values: np.ndarray) -> list[tuple[int, Mode]]:
        """Return the departures of the services in use."""
        picked = values[self.first_choice : self.first_allocated] > 0.5
        return [choice for choice, is_picked in zip(self.choices, picked, strict=True) if is_picked]
