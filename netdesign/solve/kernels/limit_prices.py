"""Prices of what the hubs and links of a set take: legs with these, and steps that raise a bound."""

from __future__ import annotations

from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import inlined

_FULL = 1e-9
"""Share of a capacity by which a load may miss it and be counted as full: a step would be divided by rounding."""

_MOST_WORTH = 100.0
"""Prices at which all freight would be worth more than so many times the cut-off are not tried: bounds would be lost in
rounding."""


@inlined
def fill_priced(legs, hub, own, toll, second, priced):
    """Fill in the legs of a set of hubs with their prices."""
    for i in range(len(legs.collect)):
        for a in range(len(hub)):
            priced.collect[i, hub[a]] = legs.collect[i, hub[a]] + own[a]
    for a in range(len(hub)):
        for b in range(len(hub)):
            if a != b:
                priced.between[hub[a], hub[b]] = legs.between[hub[a], hub[b]] + second * own[b] + toll[a, b]


@inlined
def worth_of_room(own, toll, hub_limit, link_limit):
    """Return what all capacities are worth at prices, EUR/year."""
    worth = 0.0
    for a in range(len(own)):
        worth += own[a] * hub_limit[a]
        for b in range(len(own)):
            if toll[a, b] > 0.0:
                worth += toll[a, b] * link_limit[a, b]
    return worth


@inlined
def _slope(load, limit, price):
    """Return by how much a load is over its limit, 0 where it just fills it or a price of 0 would have to fall."""
    over = load - limit
    return 0.0 if abs(over) <= _FULL * limit or (over < 0.0 and price <= 0.0) else over


@inlined
def move_prices(passed, load, hub_limit, link_limit, over, dearest, own, toll):
    """Move prices by a step (Polyak 1969) that would close ``over`` EUR/year; return whether there is one to take."""
    norm = 0.0
    for a in range(len(own)):
        load[a] = _slope(load[a], hub_limit[a], own[a])
        norm += load[a] * load[a]
        for b in range(len(own)):
            passed[a, b] = _slope(passed[a, b], link_limit[a, b], toll[a, b]) if link_limit[a, b] < NEVER else 0.0
            norm += passed[a, b] * passed[a, b]
    if norm > 0.0:
        for a in range(len(own)):
            own[a] = min(dearest, max(0.0, own[a] + over / norm * load[a]))
            for b in range(len(own)):
                if passed[a, b] != 0.0:
                    toll[a, b] = min(dearest, max(0.0, toll[a, b] + over / norm * passed[a, b]))
    return norm > 0.0


@inlined
def dearest_price(flows, cut_off):
    """Return the highest price that is tried, EUR/t."""
    total = 0.0
    for flow in range(len(flows.volume)):
        total += flows.volume[flow]
    return _MOST_WORTH * cut_off / total
