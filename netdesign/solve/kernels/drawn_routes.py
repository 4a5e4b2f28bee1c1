"""What commodities cost over fixed networks, each on its best routes, at given prices and volumes."""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.core.drawn_freight import DrawnNetworks, DrawnRoutes, RoutePrices
from netdesign.solve.kernels.types import compiled, flags, matrix, places, vector
from netdesign.solve.kernels.unit_minima import over_lanes

cells = nb.boolean[:, :, ::1]
sets = nb.int64[:, ::1]
drawn_routes = nb.types.NamedTuple((cells, cells, places, flags, flags), DrawnRoutes)
route_prices = nb.types.NamedTuple((vector, vector, vector, vector, matrix, matrix, matrix), RoutePrices)
drawn_networks = nb.types.NamedTuple((sets, places, vector, vector), DrawnNetworks)


@compiled(nb.void(drawn_routes, route_prices, drawn_networks, matrix))
def operate_routes(freight, prices, networks, found):
    """Fill in a bound and the cost of each network, EUR/year, shape (networks, 2).

    Infinite where it cannot be operated; both are the same unless minima couple the freight.
    """
    exists, is_late, gate_end, counts, is_hard = freight
    fixed, handling, penalty, volume, between, collect, distribute = prices
    sites, sizes, hub_least, lane_least = networks
    units = len(volume)
    for s in range(len(sites)):
        size = sizes[s]
        hubs = sites[s, :size]
        base = 0.0
        for a in range(size):
            base += fixed[hubs[a]]
        cost = np.full((units, size * size), np.inf)
        gate = np.full((units, size * size), -1)
        lane = np.full((units, size * size), -1)
        none = np.full((units, size * size), -1)
        counted = np.zeros(units)
        for r in range(units):
            if counts[r]:
                counted[r] = volume[r]
            for a in range(size):
                k = hubs[a]
                for b in range(size):
                    m = hubs[b]
                    if not exists[r, k, m] or (is_late[r, k, m] and is_hard[r]):
                        continue
                    each = collect[r, k] + handling[k] + distribute[r, m]
                    if k != m:
                        each += between[k, m] + handling[m]
                    if is_late[r, k, m]:
                        each += penalty[r]
                    o = a * size + b
                    cost[r, o] = each * volume[r]
                    if gate_end[r] >= 0:
                        lane[r, o] = a if gate_end[r] == 0 else b
                        if counts[r]:
                            gate[r, o] = lane[r, o]
        lower, upper = over_lanes(cost, cost, lane, none, gate, counted, hubs, hub_least, lane_least[0], True, False)
        found[s, 0] = base + lower
        found[s, 1] = base + upper
