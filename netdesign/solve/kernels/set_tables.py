"""What single allocation over one set of hubs costs: by city, and by pair of cities that exchange freight."""

from __future__ import annotations

import numpy as np

from netdesign.solve.kernels.names import NEVER, NOBODY
from netdesign.solve.kernels.types import (
    city_pairs,
    compiled,
    cube,
    flag_matrix,
    flows,
    hub_set,
    inlined,
    legs,
    matrix,
    number,
)


@inlined
def _fill_routes(flows, legs, f, i, hubs, limit, route):
    """Fill in what a flow costs over each first and last hub, EUR/year, at most ``limit``."""
    j, volume, slack, penalty = flows.destination[f], flows.volume[f], flows.slack_h[f], flows.penalty[f]
    for a in range(len(hubs)):
        k = hubs[a]
        for b in range(len(hubs)):
            m = hubs[b]
            value = legs.collect[i, k] + legs.between[k, m] + legs.distribute[m, j]
            if legs.collect_h[i, k] + legs.between_h[k, m] + legs.distribute_h[m, j] > slack:
                value += penalty
            route[a, b] = min(volume * value, limit)


@inlined
def _choose_own(pairs, hubs, limit, unary, alive):
    """Leave to a city that is an open hub only that, to others what they can reach; return whether all have one."""
    for i in range(len(unary)):
        own = NOBODY
        for a in range(len(hubs)):
            if pairs.own[i] == hubs[a]:
                own = a
        has_any = False
        for a in range(len(hubs)):
            alive[i, a] = own in (NOBODY, a) and unary[i, a] < limit
            has_any = has_any or alive[i, a]
        if not has_any:
            return False
    return True


@compiled(number(flows, legs, city_pairs, hub_set, number, matrix, cube, flag_matrix))
def fill_tables(flows, legs, pairs, hubs, limit, unary, cost, alive):
    """Fill in what a set costs by city and by pair of cities; return what it costs beside, ``NEVER`` if infeasible.

    Parameters
    ----------
    flows, legs, pairs
        The freight.
    hubs
        Positions of the hubs, ascending.
    limit
        What no freight of any plan worth having pays, EUR/year.
    unary, cost, alive
        Filled: EUR/year, shapes (cities, hubs) and (pairs, hubs, hubs), and which hubs each city may have.
    """
    size, beside = len(hubs), 0.0
    unary[:] = 0.0
    cost[:] = 0.0
    route = np.empty((size, size))
    for i in range(len(flows.start) - 1):
        here = pairs.of_origin[i]
        for f in range(flows.start[i], flows.start[i + 1]):
            there = pairs.of_destination[flows.destination[f]]
            _fill_routes(flows, legs, f, i, hubs, limit, route)
            if here == NOBODY and there == NOBODY:
                beside += route.min()
            elif here == there:
                for a in range(size):
                    unary[here, a] += route[a, a]
            elif here == NOBODY:
                for b in range(size):
                    unary[there, b] += route[:, b].min()
            elif there == NOBODY:
                for a in range(size):
                    unary[here, a] += route[a].min()
            else:
                q = pairs.of_flow[f]
                for a in range(size):
                    for b in range(size):
                        if here < there:
                            cost[q, a, b] += route[a, b]
                        else:
                            cost[q, b, a] += route[a, b]
    if beside >= limit or not _choose_own(pairs, hubs, limit, unary, alive):
        return NEVER
    return beside
