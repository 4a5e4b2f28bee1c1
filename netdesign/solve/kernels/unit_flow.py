"""A tonne of a commodity over partly open hubs and partly chosen links, at least cost: a flow by shortest ways.

Each way is the shortest in what is left of the arcs (Ahuja, Magnanti and Orlin 1993, section 9.7); prices of nodes keep
what is left without negative costs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import inlined

NOTHING = 1e-10
"""Shares of a commodity under this are rounding."""


class FlowRoom(NamedTuple):
    """Arrays that are overwritten: legs and what arrives first by hub, what is left of arcs; the others by node."""

    near: np.ndarray
    far: np.ndarray
    first: np.ndarray
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
def _reach_end(arcs, room, end):
    """Find what a shortest way costs over the price at its end; return this and its last node, -1 with none."""
    size = len(room.near)
    for a in range(size):
        room.way[a], room.way[a + size] = max(0.0, room.near[a] - room.price[a]), NEVER
    room.before[:] = -1
    room.is_done[:] = False
    rise, last = NEVER, -1
    while True:
        v = _next_node(room.way, room.is_done, rise)
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
    v = last
    while room.before[v] >= 0:
        e = room.before[v]
        room.spare[e] -= sent
        room.spare[arcs.twin[e]] += sent
        v = arcs.head[arcs.twin[e]]
    return sent


@inlined
def send_unit(arcs, room, dearest):
    """Send a unit from ``near`` to ``far``, or leave a part behind at ``dearest``; fill in prices of nodes.

    Returns what the dearest part costs, which is the price at the end, and what all costs, EUR/t.
    """
    room.spare[:] = arcs.width
    room.price[:] = 0.0
    room.first[:] = 0.0
    end, cost, left = 0.0, 0.0, 1.0
    while left > NOTHING:
        rise, last = _reach_end(arcs, room, end)
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
