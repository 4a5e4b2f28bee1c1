"""Brute force for frontiers: all plans of small instances, and what nothing beats, from the raw dict.

Cities, sites and legs given directly, each city with one hub, in all or each way, so that plans are allocations and
there are finitely many. Own reading and own sums, no code of the program.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tests.support.small_brute import SmallProblem

if TYPE_CHECKING:
    from random import Random

Document = dict[str, Any]
Figures = tuple[float, float, float]
"""EUR/year, t late a year, t CO2e a year."""

_ROUNDING = 1e-9


def frontier_document(draw: Random) -> Document:
    """Return an instance of 3 to 5 cities, 2 or 3 of them sites, with deadlines, emissions and policies in force."""
    cities = [f"C{number}" for number in range(draw.choice((3, 4, 5, 5, 6)))]
    sites = draw.sample(cities, draw.randint(2, 3))
    legs = [_leg(draw, i, j) for i in cities for j in cities if i != j]
    hubs = [{"id": site, "fixed_cost_eur_per_year": draw.randint(0, 6) * 100} for site in sites]
    pairs = [(i, j) for i in cities for j in cities if i != j]
    chosen = draw.sample(pairs, draw.randint(4, min(12, len(pairs))))
    demand = [{"origin": i, "destination": j, "volume_t_per_year": draw.randint(5, 90)} for i, j in chosen]
    stream = {
        "deadline_h": draw.randint(12, 40),
        "deadline": "priced",
        "late_penalty_eur_per_parcel": draw.choice((0, 0, 0.005, 0.02)),
    }
    document: Document = {
        "format": "netdesign.instance/1",
        "name": "drawn",
        "problem": {"allocation": draw.choice(("single", "single", "single_each_way")), "objective": "cost"},
        "parcel": {"weight_kg": 1},
        "factors": {"inter_hub": draw.choice((0.5, 0.8, 1.0))},
        "streams": {"parcels": stream},
        "policies": _policies(draw, sites),
        "tables": {"cities": [{"id": city} for city in cities], "hubs": hubs, "legs": legs, "demand": demand},
    }
    return document


def _leg(draw: Random, origin: str, destination: str) -> Document:
    """Return a leg: what is cheap is slow or dirty as a rule, so that there is something to choose."""
    cost = draw.randint(5, 60)
    hours, co2e = 18 - cost // 4 + draw.randint(-3, 6), 70 - cost + draw.randint(-10, 40)
    figures = {"cost_eur_per_t": cost, "time_h": max(1, hours), "co2e_kg_per_t": max(1, co2e)}
    return {"from": origin, "to": destination, **figures}


def _policies(draw: Random, sites: list[str]) -> Document:
    """Return policies on hubs that leave at least one set, and now and then a price or a cap of carbon."""
    policies: Document = {}
    kind = draw.choice(("none", "count", "required", "forbidden", "exclusive"))
    if kind == "count":
        policies["hub_count"] = {"min": 1, "max": draw.randint(1, len(sites))}
    elif kind == "required":
        policies["required"] = [draw.choice(sites)]
    elif kind == "forbidden":
        policies["forbidden"] = [draw.choice(sites)]
    elif kind == "exclusive":
        policies["exclusive"] = [{"name": "pair", "sites": draw.sample(sites, 2)}]
    if draw.random() < 0.3:
        policies["carbon"] = {"price_eur_per_t": draw.choice((100, 1000))}
    if draw.random() < 0.3:
        policies["service"] = {"share": draw.choice((0.2, 0.4))}
    return policies


class FrontierBrute(SmallProblem):
    """All plans of a document, each with what it costs, what is late and what it emits."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.emitted = {(row["from"], row["to"]): row["co2e_kg_per_t"] / 1000 for row in document["tables"]["legs"]}
        self.stream = next(iter(document["streams"].values()))
        self.penalty = self.stream["late_penalty_eur_per_parcel"] * 1000 / document["parcel"]["weight_kg"]
        self.price = self.policies.get("carbon", {}).get("price_eur_per_t", 0.0)
        self.share = self.policies.get("service", {}).get("share", 0.0)

    @property
    def promised(self) -> float:
        """Volume with a deadline, t/year."""
        return math.fsum(self.demand.values())

    def plans(self) -> list[Figures]:
        """Return the figures of all permitted plans, one for each set of hubs and allocation."""
        found = []
        for hubs in self.hub_sets():
            fixed = self.fixed(hubs)
            found += [self._figures(fixed, *chosen) for chosen in self.allocations(hubs)]
        most_late = (1.0 - self.share) * self.promised
        return [one for one in found if one is not None and one[1] <= most_late * (1 + _ROUNDING)]

    def _figures(self, fixed: float, sends: dict[str, str], receives: dict[str, str]) -> Figures:
        cost, late, co2e = fixed, 0.0, 0.0
        for (i, j), volume in self.demand.items():
            k, m = sends[i], receives[j]
            legs = [(self.chi, i, k), (self.delta, m, j), (self.alpha, k, m)]
            there = [leg for leg in legs if leg[1] != leg[2]]
            emitted = math.fsum(self.emitted[a, b] for _, a, b in there)
            is_late = math.fsum(self.time[a, b] for _, a, b in there) > self.deadline + _ROUNDING
            a_tonne = math.fsum(f * self.cost[a, b] for f, a, b in there) + self.price * emitted
            cost += volume * (a_tonne + (self.penalty if is_late else 0.0))
            late += volume * is_late
            co2e += volume * emitted
        return cost, late, co2e


def unbeaten(plans: list[Figures], places: tuple[int, ...]) -> list[Figures]:
    """Return the figures that no plan beats in the measures at these places, the cheapest first; of equal ones one."""
    size = [max((abs(plan[place]) for plan in plans), default=0.0) * 1e-7 for place in range(3)]
    kept: list[Figures] = []
    for plan in sorted(plans, key=lambda plan: tuple(plan[place] for place in places)):
        if not any(all(one[place] <= plan[place] + size[place] for place in places) for one in kept):
            kept.append(plan)
    return kept
