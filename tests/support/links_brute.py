"""Chosen hub links by brute force: every set of hubs, every set of links, every way, every allocation."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import linprog

from tests.support.brute_force import MINUTE_PART, TIE, BruteForce

if TYPE_CHECKING:
    from collections.abc import Iterator

    Link = tuple[str, str]
    Way = tuple[str, ...]

LINK_PARTS = (
    "links required",
    "links forbidden",
    "links max",
    "links min",
    "links connected",
    "links shape",
    "links most_on_a_route",
    "link capacity",
    "link cost",
    "capacity",
)
"""What may decide, by the name under which ``binding_links`` tells it."""


@dataclass(frozen=True)
class Linked:
    """The best network; infinite cost where none is permitted."""

    cost: float
    hubs: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def is_feasible(self) -> bool:
        return math.isfinite(self.cost)


class LinksBrute(BruteForce):
    """One instance with ``problem.network: chosen``, without deadlines."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__(document)
        self.rules: dict[str, Any] = self.policies.get("hub_links") or {}
        self.is_single = document["problem"].get("allocation") == "single"
        rows = document["tables"].get("hub_links", [])
        self.of_link: dict[Link, dict[str, Any]] = {self._ends(row["from"], row["to"]): row for row in rows}
        pairs = [self._ends(*pair) for pair in itertools.combinations(self.hubs, 2)]
        pairs = [pair for pair in pairs if not self.centres.issuperset(pair)]
        self.possible = [pair for pair in pairs if pair in self.of_link or not rows]
        self._cost_of: dict[tuple[int, Way], float] = {}

    def _ends(self, start: str, end: str) -> Link:
        first, second = sorted((start, end), key=list(self.hubs).index)
        return first, second

    # Which links

    def link_sets(self, hubs: tuple[str, ...], without: str) -> Iterator[tuple[Link, ...]]:
        """Yield every permitted set of links between some open hubs."""
        rules = {key: value for key, value in self.rules.items() if f"links {key}" != without}
        banned = {self._ends(*pair) for pair in rules.get("forbidden", ())}
        needed = {self._ends(*pair) for pair in rules.get("required", ())}
        between = [pair for pair in self.possible if set(pair) <= set(hubs) and pair not in banned]
        for size in range(rules.get("min", 0), min(rules.get("max", len(between)), len(between)) + 1):
            for chosen in itertools.combinations(between, size):
                if needed <= set(chosen) and self._has_form(hubs, chosen, rules):
                    yield chosen

    def joins(self, hubs: tuple[str, ...], chosen: tuple[Link, ...]) -> bool:
        """Whether links reach every hub from every other."""
        reached, found = set(), {hubs[0]}
        while found != reached:
            reached = set(found)
            found |= {end for link in chosen for end in link if set(link) & reached}
        return len(found) == len(hubs)

    def has_detours(self, network: Linked) -> bool:
        """Whether some two hubs are joined over others only."""
        ways = self._ways(network.hubs, network.links, "")
        straight = {(way[0], way[-1]) for way in ways if len(way) == 2}
        return any((way[0], way[-1]) not in straight for way in ways if len(way) > 2)

    def _has_form(self, hubs: tuple[str, ...], chosen: tuple[Link, ...], rules: dict[str, Any]) -> bool:
        shape = rules.get("shape")
        joined = [sum(hub in link for link in chosen) for hub in hubs]
        if (rules.get("connected") or shape) and not self.joins(hubs, chosen):
            return False
        return {
            None: True,
            "tree": len(chosen) == len(hubs) - 1,
            "line": len(chosen) == len(hubs) - 1 and max(joined) <= 2,
            "ring": len(hubs) > 2 and set(joined) == {2},
        }[shape]

    # Ways over them

    def _ways(self, hubs: tuple[str, ...], chosen: tuple[Link, ...], without: str) -> list[Way]:
        """Return every way from hub to hub over chosen links that passes no hub twice."""
        most = len(hubs) if without == "links most_on_a_route" else self.rules.get("most_on_a_route", len(hubs))
        linked = set(chosen) | {link[::-1] for link in chosen}
        found = []
        for length in range(1, min(most + 1, len(hubs)) + 1):
            for way in itertools.permutations(hubs, length):
                is_open = all(step in linked for step in itertools.pairwise(way))
                if is_open and not self.centres.intersection(way[:-1]):
                    found.append(way)
        return [way for way in found if math.isfinite(self._way_cost(way))]

    def _way_cost(self, way: Way) -> float:
        """EUR/t of passing the hubs of a way and what is between them."""
        legs = sum(self._leg(*step, "inter_hub")[0] for step in itertools.pairwise(way))
        return legs + sum(self._pass(hub)[0] for hub in way)

    def _emitted(self, way: tuple[str, ...]) -> float:
        return sum(self._emissions.get(step, 0.0) for step in itertools.pairwise(way))

    # Solving

    def solve_linked(
        self, without: str = "", below: float = math.inf, excluded: tuple[str, ...] | None = None
    ) -> Linked:
        """Return the optimum, with one of LINK_PARTS left out; with ``below`` any that costs less will do.

        No network has ``excluded`` as its hubs.
        """
        best = Linked(math.inf)
        tried = []
        for hubs in self.permitted_sets(without):
            if hubs == excluded:
                continue
            fixed = sum(self.fixed[name] for name in hubs)
            for chosen in self.link_sets(hubs, without):
                costs = [self.of_link.get(link, {}).get("fixed_cost_eur_per_year", 0.0) for link in chosen]
                tried.append((fixed + (0.0 if without == "link cost" else sum(costs)), hubs, chosen))
        for fixed, hubs, chosen in sorted(tried, key=lambda item: item[0]):
            if fixed >= best.cost or best.cost < below < math.inf:
                break
            cost = fixed + self._operate_linked(hubs, chosen, without, min(best.cost, below) - fixed)
            if cost < best.cost:
                best = Linked(cost, hubs, chosen)
        return best

    def costs_of_sets(self) -> dict[frozenset[str], float]:
        """Return the least cost with each permitted set of hubs; infinite where its freight cannot go."""
        found = {}
        for hubs in self.permitted_sets(""):
            fixed, least = sum(self.fixed[name] for name in hubs), math.inf
            for chosen in self.link_sets(hubs, ""):
                costs = [self.of_link.get(link, {}).get("fixed_cost_eur_per_year", 0.0) for link in chosen]
                begun = fixed + sum(costs)
                least = min(least, begun + self._operate_linked(hubs, chosen, "", least - begun))
            found[frozenset(hubs)] = least
        return found

    def binding_links(self, optimum: Linked) -> tuple[str, ...]:
        """Return the parts without which the optimum, or whether there is one, would be another."""
        below = optimum.cost * (1 - TIE) if optimum.is_feasible else math.inf
        stated = {
            f"links {key}" for key, value in self.rules.items() if not (value is None or value is False or value == [])
        }
        stated |= {"capacity"} & set(self.policies)
        stated |= {"link capacity"} if any("capacity_t_per_year" in row for row in self.of_link.values()) else set()
        stated |= {"link cost"} if any(row.get("fixed_cost_eur_per_year") for row in self.of_link.values()) else set()
        return tuple(part for part in LINK_PARTS if part in stated and self.solve_linked(part, below).cost < below)

    def _operate_linked(self, hubs: tuple[str, ...], chosen: tuple[Link, ...], without: str, below: float) -> float:
        """Return what the freight costs over some hubs and links; infinite where that is not under ``below``."""
        ways = self._ways(hubs, chosen, without)
        routes = [(r, way) for r in range(len(self.commodities)) for way in ways]
        cost = np.array([self._route_cost(r, way) for r, way in routes])
        routes = [route for route, eur in zip(routes, cost, strict=True) if math.isfinite(eur)]
        cost = cost[np.isfinite(cost)]
        if not self.is_single:
            return self._shares(routes, cost, chosen, without, np.ones(len(routes), dtype=bool), below)
        cities = sorted({end for c in self.commodities for end in (c.origin, c.destination)} - self.overseas)
        choices = itertools.product(*([hubs.index(city)] if city in hubs else range(len(hubs)) for city in cities))
        allocations = np.array(list(choices), dtype=int).reshape(-1, len(cities))
        bounds = self._bounds_of(hubs, cities, allocations, routes, cost)
        bounds[self._overloaded(hubs, cities, allocations, without)] = math.inf
        best = math.inf
        for place in np.argsort(bounds, kind="stable").tolist():
            if not bounds[place] < min(best, below):
                break
            hub_of = {city: hubs[at] for city, at in zip(cities, allocations[place].tolist(), strict=True)}
            usable = np.array([self._obeys(r, way, hub_of) for r, way in routes], dtype=bool)
            best = min(best, self._shares(routes, cost, chosen, without, usable, min(best, below)))
        return best

    def _bounds_of(
        self,
        hubs: tuple[str, ...],
        cities: list[str],
        allocations: np.ndarray,
        routes: list[tuple[int, Way]],
        cost: np.ndarray,
    ) -> np.ndarray:
        """Return what the freight costs at least with each allocation, which is its cost where nothing is limited."""
        least = np.full((len(self.commodities), len(hubs), len(hubs)), math.inf)
        for (r, way), eur in zip(routes, cost.tolist(), strict=True):
            place = r, hubs.index(way[0]), hubs.index(way[-1])
            least[place] = min(least[place], eur)
        bounds = np.zeros(len(allocations))
        for commodity, table in zip(self.commodities, least, strict=True):
            # An airport has any hub.
            if commodity.origin in self.overseas:
                table = np.broadcast_to(table.min(axis=0), table.shape)
            if commodity.destination in self.overseas:
                table = np.broadcast_to(table.min(axis=1)[:, None], table.shape)
            first, last = (
                allocations[:, cities.index(end)] if end in cities else 0
                for end in (commodity.origin, commodity.destination)
            )
            bounds += table[first, last]
        return bounds

    def _overloaded(
        self, hubs: tuple[str, ...], cities: list[str], allocations: np.ndarray, without: str
    ) -> np.ndarray:
        """Return with which allocations a hub has more than its capacity by its own cities alone."""
        capacity = self.policies.get("capacity") if without != "capacity" else None
        found = np.zeros(len(allocations), dtype=bool)
        if capacity is None:
            return found
        ends = ("origin", "destination") if capacity.get("counts", "handled") == "handled" else ("origin",)
        for place, hub in enumerate(hubs):
            load = np.zeros(len(allocations))
            for commodity in self.commodities:
                of = [cities.index(getattr(commodity, end)) for end in ends if getattr(commodity, end) in cities]
                load += commodity.volume * (allocations[:, of] == place).any(axis=1)
            found |= load > self.hubs[hub].get("capacity_t_per_year", math.inf) * (1 + 2 * MINUTE_PART)
        return found

    def _obeys(self, r: int, way: Way, hub_of: dict[str, str]) -> bool:
        commodity = self.commodities[r]
        return hub_of.get(commodity.origin, way[0]) == way[0] and hub_of.get(commodity.destination, way[-1]) == way[-1]

    def _route_cost(self, r: int, way: Way) -> float:
        """EUR/year of all of a commodity over a way, carbon with its price."""
        if (r, way) not in self._cost_of:
            self._cost_of[r, way] = self._priced_way(r, way)
        return self._cost_of[r, way]

    def _priced_way(self, r: int, way: Way) -> float:
        commodity = self.commodities[r]
        into = self._leg(commodity.origin, way[0], "collection")[0]
        out = self._leg(way[-1], commodity.destination, "distribution")[0]
        price = self.policies.get("carbon", {}).get("price_eur_per_t", 0.0)
        carbon = price * self._emitted((commodity.origin, *way, commodity.destination)) if price else 0.0
        return commodity.volume * (into + out + self._way_cost(way) + carbon)

    def _shares(
        self,
        routes: list[tuple[int, Way]],
        cost: np.ndarray,
        chosen: tuple[Link, ...],
        without: str,
        usable: np.ndarray,
        below: float,
    ) -> float:
        """Return the optimum of the linear program of shares of usable routes; infinite if not under ``below``."""
        kept = np.flatnonzero(usable)
        of = np.array([routes[i][0] for i in kept], dtype=int)
        if len(set(of.tolist())) < len(self.commodities):
            return math.inf
        least = np.full(len(self.commodities), math.inf)
        np.minimum.at(least, of, cost[kept])
        if not least.sum() < below:
            return math.inf
        rows, most = self._limits([routes[i] for i in kept], chosen, without)
        if not rows:
            return float(least.sum())
        once = (of == np.arange(len(self.commodities))[:, None]).astype(float)
        unit = max(float(cost[kept].max(initial=0.0)), 1e-9)
        answer = linprog(
            cost[kept] / unit,
            A_ub=np.array(rows),
            b_ub=np.array(most),
            A_eq=once,
            b_eq=np.ones(len(once)),
            bounds=(0, None),
            method="highs",
            options={"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9},
        )
        if answer.status == 2:
            return math.inf
        assert answer.status == 0, answer.message
        return float(answer.fun) * unit

    def _limits(
        self, routes: list[tuple[int, Way]], chosen: tuple[Link, ...], without: str
    ) -> tuple[list[np.ndarray], list[float]]:
        """Return rows of what shares take and the most of it, in parts of that."""
        volume = np.array([self.volume[r] for r, _ in routes])
        rows, most = [], []

        def at_most(taken: list[float], limit: float) -> None:
            unit = max(limit, 1e-6)
            rows.append(volume * np.array(taken, dtype=float) / unit)
            most.append(limit / unit)

        capacity = self.policies.get("capacity") if without != "capacity" else None
        if capacity is not None:
            is_handled = capacity.get("counts", "handled") == "handled"
            for hub, row in self.hubs.items():
                if "capacity_t_per_year" in row:
                    at_most([hub in (way if is_handled else way[:1]) for _, way in routes], row["capacity_t_per_year"])
        for link in chosen:
            limit = self.of_link.get(link, {}).get("capacity_t_per_year")
            if limit is not None and without != "link capacity":
                for step in (link, link[::-1]):
                    at_most([step in itertools.pairwise(way) for _, way in routes], limit)
        cap = self.policies.get("carbon", {}).get("cap_t_per_year")
        if cap is not None:
            ends = [(self.commodities[r].origin, *way, self.commodities[r].destination) for r, way in routes]
            at_most([self._emitted(way) for way in ends], cap)
        return rows, [value * (1 + MINUTE_PART) for value in most]
