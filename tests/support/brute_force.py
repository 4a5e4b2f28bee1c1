"""Brute force: the optimum of a small instance from the words of the format alone.

Takes the instance as the plain dict that is written to YAML and shares no code with netdesign: own reading, own
prices, own ways, own routes, no filter. Every permitted set of hubs and, where lanes have a minimum, every set of
lanes is tried; what is left is a linear program over all routes, which SciPy solves. Sets are tried from the cheapest
bound up, and the search ends when no bound is under the best cost any more.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog

MINUTE_PART = 1e-9
"""Tolerance on times, h: a route that meets its deadline to the second is not late."""

TIE = 1e-6
"""Relative difference from which two optima differ."""

FREIGHT_PARTS = (
    "minimum_throughput hard",
    "minimum_throughput priced",
    "air_lane",
    "deadline hard",
    "deadline priced",
    "service in all",
    "service by country",
)
"""Those that are about routes of freight."""

PARTS = (
    "hub_count",
    "new_hubs",
    "required",
    "forbidden",
    "exclusive",
    "capacity",
    *FREIGHT_PARTS,
    "fixed_cost_cap",
)
"""What may bind, each dropped by itself; two parts of one policy are counted apart."""

CARBON = ("carbon price", "carbon cap")
"""The same of carbon, which has draws of its own."""

CENTRES = ("sorting_centres",)
"""And of sorting centres."""


@dataclass(frozen=True)
class Optimum:
    """The best network: its cost in EUR/year, infinite if there is none, and how it is used.

    ``shares`` holds, for each commodity, pairs of a route (first hub, last hub) and its share.
    """

    cost: float
    hubs: tuple[str, ...] = ()
    shares: tuple[dict[tuple[str, str], float], ...] = ()

    @property
    def is_feasible(self) -> bool:
        return math.isfinite(self.cost)


@dataclass(frozen=True)
class Commodity:
    origin: str
    destination: str
    stream: str
    volume: float


# Ways and hours of trucks


def best_ways(document: dict[str, Any]) -> dict[tuple[str, str], tuple[float, ...]]:
    """Return (weight, road km, sea km, extra hours, fare) of the way of least weight by Floyd and Warshall."""
    tables, road = document["tables"], document["road"]
    names = [row["id"] for row in (*tables["cities"], *tables["hubs"])]
    ways = {(name, name): (0.0, 0.0, 0.0, 0.0, 0.0) for name in names}
    for link in tables.get("links", []):
        if link.get("mode") == "air":
            continue
        km, sea = link["km"], link.get("sea_km", 0.0)
        hours, fare = link.get("hours", 0.0), link.get("fare_eur_per_truck", 0.0)
        weight = km + road.get("way_sea_km_factor", 1.0) * sea + road.get("way_km_per_hour", 0.0) * hours
        if road["cost_eur_per_km"]:
            weight += fare / road["cost_eur_per_km"]
        for ends in ((link["from"], link["to"]), (link["to"], link["from"])):
            if ends not in ways or weight < ways[ends][0]:
                ways[ends] = (weight, km, sea, hours, fare)
    for via, start, end in itertools.product(names, names, names):
        if (start, via) in ways and (via, end) in ways:
            first, second = ways[start, via], ways[via, end]
            if (start, end) not in ways or first[0] + second[0] < ways[start, end][0]:
                ways[start, end] = tuple(a + b for a, b in zip(first, second, strict=True))
    return ways


def hours_on_the_road(km: float, speed_kmh: float, crew: dict[str, Any]) -> float:
    """Drive until the next break or rest is due, pause only if there is driving left; a rest is a break too."""
    left, clock, since_break, since_rest = km / speed_kmh, 0.0, 0.0, 0.0
    while True:
        to_break, to_rest = crew["drive_between_breaks_h"] - since_break, crew["drive_between_rests_h"] - since_rest
        stretch = min(left, to_break, to_rest)
        left, clock = left - stretch, clock + stretch
        since_break, since_rest = since_break + stretch, since_rest + stretch
        if left <= MINUTE_PART:
            return clock + left
        if to_rest - stretch <= MINUTE_PART:
            clock, since_break, since_rest = clock + crew["rest_h"], 0.0, 0.0
        else:
            clock, since_break = clock + crew["break_h"], 0.0


# Prices of sites


def labour_factor(document: dict[str, Any], country: dict[str, Any] | None, share: float) -> float:
    if share == 0:
        return 1.0
    assert country is not None
    return 1 - share + share * country["labour_cost_eur_per_h"] / document["reference_labour_cost_eur_per_h"]


def country_of(document: dict[str, Any], hub: dict[str, Any]) -> dict[str, Any] | None:
    tables = document["tables"]
    code = next((city.get("country") for city in tables["cities"] if city["id"] == hub["id"]), hub.get("country"))
    return next((country for country in tables.get("countries", []) if country["id"] == code), None)


def handling_price(document: dict[str, Any], hub: dict[str, Any]) -> float:
    """EUR/t of one pass: the hub's own price, or the general one with its labour share by country."""
    parcels = 1000.0 / document["parcel"]["weight_kg"]
    if "handling_cost_eur_per_parcel" in hub:
        return hub["handling_cost_eur_per_parcel"] * parcels
    handling = document.get("handling", {})
    price = handling.get("cost_eur_per_parcel", 0.0)
    if price == 0:
        return 0.0
    return price * parcels * labour_factor(document, country_of(document, hub), handling.get("labour_share", 0.0))


def fixed_price(document: dict[str, Any], hub: dict[str, Any]) -> float:
    """EUR/year: the hub's own price, or annuity (not of an existing hub, whose capital is sunk) and running cost."""
    if "fixed_cost_eur_per_year" in hub:
        return hub["fixed_cost_eur_per_year"]
    costs = document["sorting_centre_cost" if is_centre(hub) else "hub_cost"]
    country = country_of(document, hub)
    running = costs["operating_eur_per_year"] * labour_factor(document, country, costs["operating_labour_share"])
    if hub.get("status") == "existing":
        return running
    assert country is not None
    capital = costs["sorting_capital_eur"] + costs["area_m2"] * country["construction_cost_eur_per_m2"]
    rate, years = costs["discount_rate"], costs["life_years"]
    # The yearly payment that pays back capital with interest: the discounted payments add up to the capital.
    discounted = sum((1 + rate) ** -year for year in range(1, years + 1))
    return running + capital / discounted


def is_centre(hub: dict[str, Any]) -> bool:
    """Whether a row of the hubs table is a sorting centre, which takes freight from hubs and hands it out."""
    return hub.get("kind") == "sorting_centre"


class BruteForce:
    """One instance, priced once and solved as often as a policy is to be left out.

    Parameters
    ----------
    document
        The instance as written to YAML, all tables inline; valid by the schema.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.policies: dict[str, Any] = document.get("policies", {})
        tables = document["tables"]
        self.hubs: dict[str, dict[str, Any]] = {hub["id"]: hub for hub in tables["hubs"]}
        self.overseas = {row["id"] for row in tables.get("overseas", [])}
        self.fixed = {name: fixed_price(document, hub) for name, hub in self.hubs.items()}
        self.existing = {name for name, hub in self.hubs.items() if hub.get("status") == "existing"}
        self.centres = {name for name, hub in self.hubs.items() if is_centre(hub)}
        self._zones = {row["id"]: row.get("customs_zone") for row in (*tables["hubs"], *tables["cities"])}
        self._countries = {row["id"]: row.get("country") for row in (*tables["cities"], *tables.get("overseas", []))}
        self.commodities = self._read_commodities()
        self._surface = self._surface_legs()
        self._air = self._air_lanes()
        self._emissions = self._emissions_of_legs()
        self._price_all_routes()

    # Reading

    def _read_commodities(self) -> list[Commodity]:
        document = self.document
        found: list[Commodity] = []
        names = list(document["streams"])
        rows = document["tables"]["demand"]
        shares = dict.fromkeys(names, 0.0)
        for row in rows:
            shares[row.get("stream", names[0])] += row.get("share", 0.0)
        for row in rows:
            stream = row.get("stream", names[0])
            if "share" in row:
                volume = row["share"] / shares[stream] * document["streams"][stream]["volume_t_per_year"]
            else:
                volume = row["volume_t_per_year"]
            volume *= document.get("volume_factor", 1.0)
            factors = {one["id"]: one.get("volume_factor", 1.0) for one in document["tables"].get("countries", [])}
            ends = {row["origin"], row["destination"]} - self.overseas
            for country in {self._countries.get(end) for end in ends}:
                volume *= factors.get(country, 1.0)
            if volume > 0:
                found.append(Commodity(row["origin"], row["destination"], stream, volume))
        return found

    def _surface_legs(self) -> dict[tuple[str, str], tuple[float, float]]:
        """Return carriage in EUR/t before factors, and hours before customs, of each leg that exists."""
        document = self.document
        legs = {(name, name): (0.0, 0.0) for name in self.hubs}
        given = document["tables"].get("legs")
        if given:
            return legs | {(leg["from"], leg["to"]): (leg["cost_eur_per_t"], leg.get("time_h", 0.0)) for leg in given}
        if "road" not in document:
            return legs
        road = document["road"]
        [crew] = [crew for crew in road["crews"] if crew["drivers"] == road.get("drivers", 1)]
        for ends, (_, km, _, hours, fare) in best_ways(document).items():
            truck = km * road["cost_eur_per_km"] * crew.get("cost_factor", 1.0) + fare
            legs[ends] = (truck / road["truck_load_t"], hours_on_the_road(km, road["speed_kmh"], crew) + hours)
        return legs

    def _air_lanes(self) -> dict[tuple[str, str], tuple[float, float, float]]:
        """Return (EUR/t towards Europe, EUR/t back, h with the night wait) of each lane (airport, hub)."""
        lanes = {}
        for link in self.document["tables"].get("links", []):
            if link.get("mode") != "air":
                continue
            air = self.document["air"]
            ends = (link["from"], link["to"])
            airport, hub = ends if ends[0] in self.overseas else ends[::-1]
            share = air["distance_share"]
            factor = 1000 * (1 - share + share * link["km"] / air["reference_distance_km"])
            hours = link.get("hours")
            if hours is None:
                hours = air["fixed_h"] + link["km"] * air["routing_factor"] / air["block_speed_kmh"]
            night = self.hubs[hub].get("night_class", "open")
            hours += self.document.get("night_wait_h", {}).get(night, 0.0)
            lanes[airport, hub] = (
                factor * air["inbound_rate_eur_per_kg"],
                factor * air["outbound_rate_eur_per_kg"],
                hours,
            )
        return lanes

    def _emissions_of_legs(self) -> dict[tuple[str, str], float]:
        """Return t CO2e/t of each leg: as given, by truck and ferry over the way that is taken, or in flight."""
        document, found = self.document, {}
        for leg in document["tables"].get("legs", ()):
            found[leg["from"], leg["to"]] = leg.get("co2e_kg_per_t", 0.0) / 1000
        if "road" in document and not found:
            road = document["road"]
            for ends, (_, km, sea, _, _) in best_ways(document).items():
                grams = km * road.get("co2e_g_per_tkm", 0.0) + sea * road.get("sea_co2e_g_per_tkm", 0.0)
                found[ends] = grams / 1_000_000
        for link in document["tables"].get("links", ()):
            if link.get("mode") == "air":
                grams = link["km"] * document["air"].get("co2e_g_per_tkm", 0.0)
                found[link["from"], link["to"]] = found[link["to"], link["from"]] = grams / 1_000_000
        return found

    # Routes

    def _leg(self, start: str, end: str, factor: str) -> tuple[float, float]:
        """Return EUR/t with factor and customs, and hours with customs, of a leg; infinite where there is none."""
        if start in self.overseas:
            inbound, _, hours = self._air.get((start, end), (math.inf, math.inf, math.inf))
            return inbound, hours
        if end in self.overseas:
            _, outbound, hours = self._air.get((end, start), (math.inf, math.inf, math.inf))
            return outbound, hours
        if (start, end) not in self._surface:
            return math.inf, math.inf
        carriage, hours = self._surface[start, end]
        cost = self.document.get("factors", {}).get(factor, 1.0) * carriage
        zones = {self._zones[start], self._zones[end]} - {None}
        if len(zones) == 2:
            border = self.document.get("border", {})
            cost, hours = cost + border.get("cost_eur_per_t", 0.0), hours + border.get("hours", 0.0)
        return cost, hours

    def _pass(self, hub: str) -> tuple[float, float]:
        row = self.hubs[hub]
        return handling_price(self.document, row), row.get("hub_h", self.document.get("handling", {}).get("hours", 0.0))

    def _price_all_routes(self) -> None:
        """List all routes over any two sites: commodity, hubs, EUR/t without penalty, h; and mark late ones."""
        passes = {hub: self._pass(hub) for hub in self.hubs}
        self.routes: list[tuple[int, str, str]] = []
        costs, times, emitted = [], [], []
        for r, commodity in enumerate(self.commodities):
            stream = self.document["streams"][commodity.stream]
            ends_h = stream.get("origin_h", 0.0) + stream.get("last_mile_h", 0.0)
            for first, last in itertools.product(self.hubs, repeat=2):
                if first in self.centres:
                    continue
                steps = [self._leg(commodity.origin, first, "collection"), passes[first]]
                if first != last:
                    steps += [self._leg(first, last, "inter_hub"), passes[last]]
                steps.append(self._leg(last, commodity.destination, "distribution"))
                cost, time = (sum(step[part] for step in steps) for part in (0, 1))
                if math.isfinite(cost):
                    self.routes.append((r, first, last))
                    costs.append(cost)
                    times.append(ends_h + time)
                    legs = [(commodity.origin, first), (last, commodity.destination)]
                    legs += [(first, last)] if first != last else []
                    emitted.append(sum(self._emissions.get(leg, 0.0) for leg in legs))
        self.co2e = np.array(emitted)
        self.cost, self.time = np.array(costs), np.array(times)
        streams = [self.document["streams"][commodity.stream] for commodity in self.commodities]
        self.of = np.array([r for r, _, _ in self.routes], dtype=int)
        self.volume = np.array([commodity.volume for commodity in self.commodities])
        self.has_deadline = np.array(["deadline_h" in stream for stream in streams])
        deadline = np.array([stream.get("deadline_h", math.inf) for stream in streams])
        self.is_hard = np.array([stream.get("deadline") == "hard" for stream in streams])
        parcels = 1000.0 / self.document["parcel"]["weight_kg"]
        self.penalty = np.array([stream.get("late_penalty_eur_per_parcel", 0.0) * parcels for stream in streams])
        self.is_late = self.time > deadline[self.of] + MINUTE_PART
        self.lanes = [self._lanes_of(r, first, last) for r, first, last in self.routes]

    def _lanes_of(self, r: int, first: str, last: str) -> dict[str, tuple[str, str]]:
        commodity, used = self.commodities[r], {}
        if commodity.origin in self.overseas:
            used["inbound"] = (commodity.origin, first)
        if commodity.destination in self.overseas:
            used["outbound"] = (commodity.destination, last)
        return used

    # Policies

    def parts_in_force(self) -> tuple[str, ...]:
        """Return those of PARTS that the instance states."""
        policies, streams = self.policies, self.document["streams"].values()
        minima = policies.get("minimum_throughput", {}).get("hubs", [])
        service = policies.get("service", {})
        stated = {
            "capacity": "capacity" in policies,
            "minimum_throughput hard": any("shortfall_eur_per_t" not in hub for hub in minima),
            "minimum_throughput priced": any("shortfall_eur_per_t" in hub for hub in minima),
            "deadline hard": any(stream.get("deadline") == "hard" for stream in streams),
            "deadline priced": any(stream.get("late_penalty_eur_per_parcel") for stream in streams),
            "service in all": "share" in service,
            "service by country": bool(service.get("by_country")),
            "fixed_cost_cap": "fixed_cost_cap_eur_per_year" in policies,
            "carbon price": "price_eur_per_t" in policies.get("carbon", {}),
            "carbon cap": "cap_t_per_year" in policies.get("carbon", {}),
        }
        return tuple(part for part in (*PARTS, *CARBON, *CENTRES) if stated.get(part, bool(policies.get(part))))

    def permitted_sets(self, without: str = "") -> list[tuple[str, ...]]:
        """Return every set of hubs that the policies on hubs alone permit."""
        policies = {key: value for key, value in self.policies.items() if key != without}
        must = self.existing | set(policies.get("required", ()))
        may = [name for name in self.hubs if self.may_open(name, without)]
        least, most = 1, len(self.hubs)
        if "hub_count" in policies:
            least, most = policies["hub_count"].get("min", 1), policies["hub_count"].get("max", most)
        if "new_hubs" in policies:
            bounds, there = policies["new_hubs"], len(self.existing - self.centres)
            least, most = there + bounds.get("min", 0), there + bounds.get("max", most)
        cap = math.inf if without == "fixed_cost_cap" else policies.get("fixed_cost_cap_eur_per_year", math.inf)
        centres = policies.get("sorting_centres", {})
        sizes = range(max(least, 1), most + 1)
        found = []
        for size in range(1, len(may) + 1):
            for hubs in itertools.combinations(may, size):
                handing_out = len(self.centres.intersection(hubs))
                if size - handing_out not in sizes:
                    continue
                if not centres.get("min", 0) <= handing_out <= centres.get("max", size):
                    continue
                exclusive = all(len(set(group["sites"]) & set(hubs)) <= 1 for group in policies.get("exclusive", ()))
                new_cost = sum(self.fixed[name] for name in hubs if name not in self.existing)
                if must <= set(hubs) and exclusive and new_cost <= cap * (1 + MINUTE_PART):
                    found.append(hubs)
        return found

    def may_open(self, name: str, without: str = "") -> bool:
        if without != "forbidden" and name in self.policies.get("forbidden", ()):
            return False
        if without != "required" and name in self.policies.get("required", ()):
            return True
        hub, threshold = self.hubs[name], self.document.get("minimum_cargo_t_per_year")
        small = threshold is not None and not is_centre(hub) and hub.get("cargo_t_per_year", -1.0) < threshold
        return name in self.existing or not (hub.get("status") == "closed" or small)

    def _counts(self, counts: str) -> np.ndarray:
        """Volume by commodity of what counts: from overseas, to overseas, or all."""
        ends = {"inbound": "origin", "outbound": "destination"}
        return np.array(
            [
                c.volume if counts == "all" or getattr(c, ends[counts]) in self.overseas else 0.0
                for c in self.commodities
            ]
        )

    def minimum(self, hub: dict[str, Any]) -> float:
        """Least entering volume of an entry of minimum_throughput: the lesser of tonnes and share."""
        total = self._counts(self.policies["minimum_throughput"].get("counts", "inbound")).sum()
        return min(hub.get("tonnes_per_year", math.inf), hub.get("share", math.inf) * total)

    def lane_minimum(self) -> float:
        lane = self.policies["air_lane"]
        return lane["flights_per_week"] * lane.get("weeks_per_year", 52) * lane["payload_t"] * lane["load_factor"]

    # Solving

    def solve(self, without: str = "", below: float = math.inf) -> Optimum:
        """Return the optimum, with one of PARTS left out; with ``below``, any network that costs less will do."""
        price = self.cost + np.where(self.is_late & (without != "deadline priced"), self.penalty[self.of], 0.0)
        if without != "carbon price":
            price = price + self.policies.get("carbon", {}).get("price_eur_per_t", 0.0) * self.co2e
        exists = ~(self.is_late & self.is_hard[self.of]) | (without == "deadline hard")
        weighted = price * self.volume[self.of]
        tried = []
        for hubs in self.permitted_sets(without):
            inside = exists & np.array([first in hubs and last in hubs for _, first, last in self.routes], dtype=bool)
            for lanes in self._lane_sets(hubs, without):
                usable = inside & self._over(lanes)
                cheapest = np.full(len(self.commodities), math.inf)
                np.minimum.at(cheapest, self.of[usable], weighted[usable])
                bound = float(cheapest.sum()) + sum(self.fixed[name] for name in hubs)
                if math.isfinite(bound):
                    tried.append((bound, hubs, lanes, usable))
        best = Optimum(math.inf)
        for bound, hubs, lanes, usable in sorted(tried, key=lambda item: item[0]):
            if bound >= best.cost or bound >= below:
                break
            found = self._operate(hubs, lanes, np.flatnonzero(usable), weighted, without)
            best = min(best, found, key=lambda optimum: optimum.cost)
            if best.cost < below < math.inf:
                break
        return best

    def binding(self, optimum: Optimum) -> tuple[str, ...]:
        """Return the parts in force without which the optimum, or whether there is one, would be another."""
        below = optimum.cost * (1 - TIE) if optimum.is_feasible else math.inf
        return tuple(part for part in self.parts_in_force() if self.solve(part, below).cost < below)

    def _lane_sets(self, hubs: tuple[str, ...], without: str) -> list[frozenset[tuple[str, str]] | None]:
        """Return every set of lanes that may be in service together; None for all, where no minimum is in force."""
        if "air_lane" not in self.policies or without == "air_lane":
            return [None]
        ends = {airport for c in self.commodities for airport in (c.origin, c.destination) if airport in self.overseas}
        lanes = [lane for lane in self._air if lane[0] in ends and lane[1] in hubs]
        sets = [frozenset(chosen) for size in range(len(lanes) + 1) for chosen in itertools.combinations(lanes, size)]
        return [chosen for chosen in sets if self._enough_for(chosen)]

    def _enough_for(self, lanes: frozenset[tuple[str, str]]) -> bool:
        """Whether the volume of each airport could fill its lanes: without this the sets that fail take long."""
        counts, minimum = self.policies["air_lane"].get("counts", "inbound"), self.lane_minimum()
        for airport in self.overseas:
            volume = 0.0
            for c in self.commodities:
                volume += c.volume * (c.origin == airport and counts != "outbound")
                volume += c.volume * (c.destination == airport and counts != "inbound")
            if minimum * sum(lane[0] == airport for lane in lanes) > volume * (1 + MINUTE_PART):
                return False
        return True

    def _over(self, lanes: frozenset[tuple[str, str]] | None) -> np.ndarray:
        return np.array([lanes is None or lanes >= set(used.values()) for used in self.lanes], dtype=bool)

    def _operate(
        self,
        hubs: tuple[str, ...],
        lanes: frozenset[tuple[str, str]] | None,
        routes: np.ndarray,
        weighted: np.ndarray,
        without: str,
    ) -> Optimum:
        """Solve the linear program of one set of hubs and lanes: shares of routes, and tonnes short by hub."""
        priced = self._priced_minima(hubs, without)
        rows, least = self._rows(hubs, lanes, routes, without)
        # Tonnes short are columns in units of their minimum.
        for column, hub in enumerate(priced):
            row, short = self._entering(hub["site"], routes), np.zeros(len(priced))
            short[column] = 1.0
            rows.append(np.concatenate((row / self.minimum(hub), short)))
            least.append(1.0)
        wide = [np.concatenate((row, np.zeros(len(routes) + len(priced) - len(row)))) for row in rows]
        cost = np.concatenate((weighted[routes], [h["shortfall_eur_per_t"] * self.minimum(h) for h in priced]))
        unit = max(float(np.abs(cost).max(initial=0.0)), 1e-9)
        once = np.zeros((len(self.commodities), len(cost)))
        once[self.of[routes], np.arange(len(routes))] = 1.0
        answer = linprog(
            cost / unit,
            A_ub=-np.array(wide) if wide else None,
            b_ub=-np.array(least) if wide else None,
            A_eq=once,
            b_eq=np.ones(len(self.commodities)),
            bounds=(0, None),
            method="highs",
            options={"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9},
        )
        if answer.status == 2:
            return Optimum(math.inf)
        assert answer.status == 0, answer.message
        shares: list[dict[tuple[str, str], float]] = [{} for _ in self.commodities]
        for route, share in zip(routes, answer.x[: len(routes)], strict=True):
            if share > MINUTE_PART:
                r, first, last = self.routes[route]
                shares[r][first, last] = float(share)
        return Optimum(float(answer.fun) * unit + sum(self.fixed[name] for name in hubs), hubs, tuple(shares))

    def _priced_minima(self, hubs: tuple[str, ...], without: str) -> list[dict[str, Any]]:
        return [
            hub
            for hub in self.policies.get("minimum_throughput", {}).get("hubs", [])
            if "shortfall_eur_per_t" in hub
            and hub["site"] in hubs
            and self.minimum(hub) > 0
            and without != "minimum_throughput priced"
        ]

    def _entering(self, hub: str, routes: np.ndarray) -> np.ndarray:
        counted = self._counts(self.policies["minimum_throughput"].get("counts", "inbound"))
        return np.array([counted[self.of[i]] * (self.routes[i][1] == hub) for i in routes])

    def _rows(
        self, hubs: tuple[str, ...], lanes: frozenset[tuple[str, str]] | None, routes: np.ndarray, without: str
    ) -> tuple[list[np.ndarray], list[float]]:
        """Return what the shares of routes must reach: rows, and the least value of each; all of the order of one."""
        volume = self.volume[self.of[routes]]
        rows, least = [], []

        def at_least(row: np.ndarray, value: float) -> None:
            unit = max(abs(value), 1e-6)
            rows.append(row / unit)
            least.append(value / unit)

        if "capacity" in self.policies and without != "capacity":
            for hub in hubs:
                if "capacity_t_per_year" in self.hubs[hub]:
                    passes = np.array([hub in self.routes[i][1:] for i in routes], dtype=float)
                    at_least(-volume * passes, -self.hubs[hub]["capacity_t_per_year"])
        if without != "minimum_throughput hard":
            for hub in self.policies.get("minimum_throughput", {}).get("hubs", []):
                if "shortfall_eur_per_t" not in hub and hub["site"] in hubs and self.minimum(hub) > 0:
                    at_least(self._entering(hub["site"], routes), self.minimum(hub))
        for lane in lanes or ():
            counts = self.policies["air_lane"].get("counts", "inbound")
            ways = ("inbound", "outbound") if counts == "all" else (counts,)
            carried = [sum(self.lanes[i].get(way) == lane for way in ways) for i in routes]
            if self.lane_minimum() > 0:
                at_least(volume * np.array(carried, dtype=float), self.lane_minimum())
        if "cap_t_per_year" in self.policies.get("carbon", {}) and without != "carbon cap":
            at_least(-volume * self.co2e[routes], -self.policies["carbon"]["cap_t_per_year"])
        for share, promised in self._promises(without):
            if promised.sum() > 0:
                inside = promised[self.of[routes]] * ~self.is_late[routes]
                at_least(inside / promised.sum(), share)
        return rows, least

    def _promises(self, without: str) -> list[tuple[float, np.ndarray]]:
        """Return the service shares that are asked for, each with the volumes that have a deadline in its scope."""
        service, promised = self.policies.get("service", {}), self.volume * self.has_deadline
        asked = []
        if "share" in service and without != "service in all":
            asked.append((service["share"], promised))
        if without != "service by country":
            for country, share in service.get("by_country", {}).items():
                there = [self._countries[self.european_end(c)] == country for c in self.commodities]
                asked.append((share, promised * np.array(there)))
        return asked

    def european_end(self, commodity: Commodity) -> str:
        """The city of a commodity; between two cities the destination."""
        return commodity.origin if commodity.destination in self.overseas else commodity.destination
