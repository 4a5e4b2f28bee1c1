"""Brute force for single allocation of up to nine cities: all allocations at once, no code of the program."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tests.support.small_brute import SmallProblem


def best_single(problem: SmallProblem) -> float:
    """Return the optimum over two hubs a route, under collected capacities and promises; infinite if infeasible."""
    return min((best_of_set(problem, hubs) for hubs in problem.hub_sets()), default=math.inf)


def best_of_set(problem: SmallProblem, hubs: tuple[str, ...]) -> float:
    """Return what the best allocation to all of these hubs costs."""
    places = [[hubs.index(city)] if city in hubs else range(len(hubs)) for city in problem.cities]
    chosen = np.array(list(itertools.product(*places)))
    column = {city: position for position, city in enumerate(problem.cities)}
    total = np.full(len(chosen), problem.fixed(hubs))
    load = np.zeros((len(chosen), len(hubs)))
    for i, j, volume, stream in problem.freight:
        first, last = chosen[:, column[i]], chosen[:, column[j]]
        price = np.full((len(hubs), len(hubs)), np.inf)
        for (a, k), (b, m) in itertools.product(enumerate(hubs), enumerate(hubs)):
            routes = problem.routes((i, j), (k,), (m,))
            price[a, b] = min((cost + _late(stream, hours) for cost, hours in routes), default=np.inf)
        total += volume * price[first, last]
        load[np.arange(len(chosen)), first] += volume
    if "capacity" in problem.policies:
        room = np.array([problem.hubs[hub].get("capacity_t_per_year", math.inf) for hub in hubs])
        total[(load > room * (1 + 1e-9)).any(axis=1)] = np.inf
    return float(total.min())


def _late(stream: dict[str, Any], hours: float) -> float:
    """Return what a tonne of a stream pays after so many hours, EUR/t; infinite past a hard deadline."""
    hours += stream.get("origin_h", 0.0) + stream.get("last_mile_h", 0.0)
    if hours <= stream.get("deadline_h", math.inf) + 1e-9:
        return 0.0
    return math.inf if stream.get("deadline") == "hard" else stream.get("late_penalty_eur_per_parcel", 0.0)
