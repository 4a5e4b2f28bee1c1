"""A tonne of a commodity over partly open hubs and partly chosen links, at least cost: a flow by shortest ways.

Each way is the shortest in what is left of the arcs (Ahuja, Magnanti and Orlin 1993, section 9.7); prices of nodes keep
what is left without negative costs. Prices begin with what the rest of the way costs at least, so that only nodes are
looked at that lie on the way.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import inlined

NOTHING = 1e-10
"""Shares of a commodity under this are rounding."""


class FlowRoom(NamedTuple):
    """Arrays that are overwritten: what is left, by arc; price, way, before and is_done by node; the others by hub.

    By hub there are the legs to it and from it, the cheapest way to the end over any arcs, and what passes it first and
    last.
    """

    near: np.ndarray
    far: np.ndarray
    onward: np.ndarray
    first: np.ndarray
    last: np.ndarray
    spare: np.ndarray
    price: np.ndarray
    way: np.ndarray
    before: np.ndarray
    is_done: np.ndarray


@inlined
def flow_room(hubs, arcs):
    """Return room for flows over so many hubs and arcs."""
    return FlowRoom(
        np.empty(hubs),
        np.empty(hubs),
        np.empty(hubs),
        np.empty(hubs),
        np.empty(hubs),
        np.empty(arcs),
        np.empty(2 * hubs),
        np.empty(2 * hubs),
        np.empty(2 * hubs, np.int64),
        np.empty(2 * hubs, np.bool_),
    )


@inlined
def _next_node(way, is_done, limit):
    """Return the nearest node that is not done, -1 where none is nearer than a limit."""
    nearest, low = -1, limit
    for v in range(len(way)):
        if not is_done[v] and way[v] < low:
            nearest, low = v, way[v]
    return nearest


@inlined
def reach(arcs, room, end, is_whole):
    """Fill in, as ``way``, what it costs to each node over its price, at least up to the nearest end, or to all.

    Returns what a shortest way costs over the price at its end, and its last node, -1 where there is none.
    """
    size = len(room.near)
    for a in range(size):
        room.way[a] = max(0.0, room.near[a] - room.price[a])
        # What is sent from a hub to the end may come back to it.
        room.way[a + size] = 0.0 if is_whole and room.last[a] > NOTHING else NEVER
    room.before[:] = -1
    room.is_done[:] = False
    rise, last = NEVER, -1
    while True:
        v = _next_node(room.way, room.is_done, NEVER if is_whole else rise)
        if v < 0:
            break
        room.is_done[v] = True
        if v >= size:
            whole = room.way[v] + max(0.0, room.price[v] + room.far[v - size] - end)
            if whole < rise:
                rise, last = whole, v
        for e in range(arcs.start[v], arcs.start[v + 1]):
            m = arcs.head[e]
            if room.spare[e] > NOTHING and not room.is_done[m]:
                longer = room.way[v] + max(0.0, room.price[v] + arcs.cost[e] - room.price[m])
                if longer < room.way[m]:
                    room.way[m], room.before[m] = longer, e
    return rise, last


@inlined
def _send(arcs, room, last, left):
    """Send as much of what is left as a way takes; return how much."""
    sent, v = left, last
    while room.before[v] >= 0:
        sent = min(sent, room.spare[room.before[v]])
        v = arcs.head[arcs.twin[room.before[v]]]
    room.first[v] += sent
    room.last[last - len(room.last)] += sent
    v = last
    while room.before[v] >= 0:
        e = room.before[v]
        room.spare[e] -= sent
        room.spare[arcs.twin[e]] += sent
        v = arcs.head[arcs.twin[e]]
    return sent


@inlined
def _first_prices(room, dearest):
    """Fill in prices of nodes by what the way from there costs at least; return that at the end."""
    size, end = len(room.near), dearest
    for a in range(size):
        onward = min(room.onward[a], dearest)
        end = min(end, room.near[a] + onward)
        room.price[a] = room.price[a + size] = -onward
    room.price[:] += end
    return end


@inlined
def send_unit(arcs, room, dearest):
    """Send a unit from ``near`` to ``far``, or leave a part behind at ``dearest``; fill in prices of nodes.

    Returns what the dearest part costs, which is the price at the end, and what all costs, EUR/t.
    """
    room.spare[:] = arcs.width
    room.first[:] = 0.0
    room.last[:] = 0.0
    end, cost, left = _first_prices(room, dearest), 0.0, 1.0
    while left > NOTHING:
        rise, last = reach(arcs, room, end, False)
        is_left = last < 0 or end + rise >= dearest
        if is_left:
            rise = dearest - end
        for v in range(len(room.price)):
            room.price[v] += min(room.way[v], rise)
        end += rise
        sent = left if is_left else _send(arcs, room, last, left)
        cost += sent * end
        left -= sent
    return end, cost


@inlined
def reach_back(arcs, room, end):
    """Fill in, as ``way``, what it costs from each node to the end, over what the prices of both differ by."""
    size = len(room.near)
    for a in range(size):
        room.way[a] = 0.0 if room.first[a] > NOTHING else NEVER
        room.way[a + size] = max(0.0, room.price[a + size] + room.far[a] - end)
    room.is_done[:] = False
    while True:
        v = _next_node(room.way, room.is_done, NEVER)
        if v < 0:
            break
        room.is_done[v] = True
        for e in range(arcs.start[v], arcs.start[v + 1]):
            m, back = arcs.head[e], arcs.twin[e]
            if room.spare[back] > NOTHING:
                longer = room.way[v] + max(0.0, room.price[m] + arcs.cost[back] - room.price[v])
                room.way[m] = min(room.way[m], longer)
