"""Brute force for small problems of every kind, from the raw dict: own reading, own sums, no code of the program.

Cities, sites and legs given directly; every city may be a site. Policies: numbers of hubs, required and forbidden
sites, exclusive groups, a cap on fixed costs, and where a city has one hub, or one each way, capacity. Late freight has
a price a parcel of a tonne in ``best_single`` alone.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Document = dict[str, Any]


class SmallProblem:
    """A document with legs and demand as rows, ready to be enumerated."""

    def __init__(self, document: Document) -> None:
        tables = document["tables"]
        factors = {"collection": 1.0, "inter_hub": 1.0, "distribution": 1.0} | document.get("factors", {})
        problem = {"allocation": "multiple", "objective": "cost", "route_hubs": 2} | document.get("problem", {})
        self.chi, self.alpha, self.delta = factors["collection"], factors["inter_hub"], factors["distribution"]
        self.allocation = problem["allocation"]
        self.objective, self.route_hubs = problem["objective"], problem["route_hubs"]
        self.policies = document.get("policies", {})
        self.cost = {(row["from"], row["to"]): row["cost_eur_per_t"] for row in tables["legs"]}
        self.time = {(row["from"], row["to"]): row.get("time_h", 0.0) for row in tables["legs"]}
        self.deadline = next(iter(document["streams"].values())).get("deadline_h", math.inf)
        self.hubs = {row["id"]: row for row in tables["hubs"]}
        self.cities = [row["id"] for row in tables["cities"]]
        self.demand = {(row["origin"], row["destination"]): row["volume_t_per_year"] for row in tables["demand"]}
        streams = document["streams"]
        only = next(iter(streams))
        self.freight = [
            (row["origin"], row["destination"], row["volume_t_per_year"], streams[row.get("stream", only)])
            for row in tables["demand"]
        ]

    def best(self) -> float:
        """Return the optimum, infinite where nothing is feasible."""
        return min((self.value(hubs) for hubs in self.hub_sets()), default=math.inf)

    def hub_sets(self) -> Iterator[tuple[str, ...]]:
        """Yield the sets of hubs that the policies on hubs permit."""
        policies = self.policies
        count = policies.get("hub_count", {})
        for number in range(max(1, count.get("min", 1)), min(len(self.hubs), count.get("max", len(self.hubs))) + 1):
            for hubs in itertools.combinations(self.hubs, number):
                is_whole = set(policies.get("required", ())) <= set(hubs)
                is_free = not set(policies.get("forbidden", ())) & set(hubs)
                groups = all(len(set(g["sites"]) & set(hubs)) <= 1 for g in policies.get("exclusive", ()))
                cap = self.fixed(hubs) <= policies.get("fixed_cost_cap_eur_per_year", math.inf)
                if is_whole and is_free and groups and cap:
                    yield hubs

    def fixed(self, hubs: tuple[str, ...]) -> float:
        """Return the fixed cost of a set of hubs."""
        return math.fsum(self.hubs[hub]["fixed_cost_eur_per_year"] for hub in hubs)

    def value(self, hubs: tuple[str, ...]) -> float:
        """Return the objective of the best operation of a set of hubs."""
        if self.allocation != "multiple":
            return min((self.of_allocation(hubs, *chosen) for chosen in self.allocations(hubs)), default=math.inf)
        routes = {pair: list(self.routes(pair, hubs, hubs)) for pair in self.demand}
        return self.total(hubs, routes)

    def allocations(self, hubs: tuple[str, ...]) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
        """Yield every way to give each city a hub that it sends over, and one that it receives over.

        Over two hubs a city that is a hub is its own.
        """
        choices = [(city,) if city in hubs and self.route_hubs == 2 else hubs for city in self.cities]
        each = [dict(zip(self.cities, chosen, strict=True)) for chosen in itertools.product(*choices)]
        if self.allocation == "single":
            yield from ((both, both) for both in each)
        else:
            yield from itertools.product(each, each)

    def of_allocation(self, hubs: tuple[str, ...], sends_over: dict[str, str], receives_over: dict[str, str]) -> float:
        """Return the objective of an allocation, infinite where a capacity is exceeded."""
        if "capacity" in self.policies:
            counts_last = self.policies["capacity"].get("counts", "handled") == "handled"
            for hub in hubs:
                load = math.fsum(
                    volume
                    for (i, j), volume in self.demand.items()
                    if sends_over[i] == hub or (counts_last and receives_over[j] == hub)
                )
                if load > self.hubs[hub].get("capacity_t_per_year", math.inf) * (1 + 1e-9):
                    return math.inf
        routes = {(i, j): list(self.routes((i, j), (sends_over[i],), (receives_over[j],))) for i, j in self.demand}
        return self.total(hubs, routes)

    def total(self, hubs: tuple[str, ...], routes: dict[tuple[str, str], list[tuple[float, float]]]) -> float:
        """Return the objective where each pair takes its best route of those listed as (cost, time)."""
        if not all(routes.values()):
            return math.inf
        if self.objective == "longest_time":
            return max(min(time for _, time in listed) for listed in routes.values())
        if self.objective == "hub_number":
            fastest = max(min(time for _, time in listed) for listed in routes.values())
            return len(hubs) if fastest <= self.deadline + 1e-9 else math.inf
        moved = math.fsum(self.demand[pair] * min(cost for cost, _ in listed) for pair, listed in routes.items())
        return self.fixed(hubs) + moved

    def routes(
        self, pair: tuple[str, str], first: tuple[str, ...], last: tuple[str, ...]
    ) -> Iterator[tuple[float, float]]:
        """Yield cost a tonne and time of the routes of a pair over first and last hubs."""
        i, j = pair
        for k, m in itertools.product(first, last):
            if k != m and self.route_hubs == 1:
                continue
            legs = [(self.chi, i, k), (self.delta, m, j)]
            # A place has no leg to itself unless one is given; within a hub there is none in any case.
            there = [leg for leg in legs if leg[1] != leg[2] or leg[1:] in self.cost]
            there += [(self.alpha, k, m)] if k != m else []
            if all((a, b) in self.cost for _, a, b in there):
                yield (
                    math.fsum(f * self.cost[a, b] for f, a, b in there),
                    math.fsum(self.time[a, b] for _, a, b in there),
                )
