"""The oracle of chosen links: what each commodity costs over partly open hubs and partly chosen links, and its cut.

The dual of a commodity is a label of each hub where freight arrives and one where it leaves, between 0 and the price at
the destination. A hub is worth what its second label is over the first, a link what the label at its end is over the
one at its start with the step; labels of no hub are over the leg to it, nor under the price less the leg from it.
"""

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np

from netdesign.solve.core.link_arcs import LinkArcs
from netdesign.solve.kernels.types import compiled, flows, inlined, matrix, number, place, places, steps, vector
from netdesign.solve.kernels.unit_flow import flow_room, reach, reach_back, send_unit

arcs = nb.types.NamedTuple((places, places, places, vector, vector), LinkArcs)


class _Labels(NamedTuple):
    """Labels where freight arrives and where it leaves, by site; and what hubs ask of another site's, by hub."""

    arrives: np.ndarray
    leaves: np.ndarray
    over: np.ndarray
    under: np.ndarray


@inlined
def _label_open(arcs, hub, room, end, labels):
    """Label the open hubs: half-way between distances from the origin and those to the destination."""
    size = len(hub)
    reach(arcs, room, end, True)
    for a in range(size):
        labels.arrives[hub[a]] = 0.5 * min(end, room.price[a] + room.way[a])
        labels.leaves[hub[a]] = 0.5 * min(end, room.price[a + size] + room.way[a + size])
    reach_back(arcs, room, end)
    for a in range(size):
        labels.arrives[hub[a]] += 0.5 * max(0.0, room.price[a] - room.way[a])
        labels.leaves[hub[a]] += 0.5 * max(0.0, room.price[a + size] - room.way[a + size])


@inlined
def _label_closed(k, steps, hub, near, far, end, rank, labels):
    """Label a closed hub so that it pays itself where more than ``rank`` links to the open hubs had to."""
    out, back = steps.out[k], steps.back[k]
    for a in range(len(hub)):
        labels.over[a] = labels.arrives[hub[a]] - out[hub[a]]
        labels.under[a] = labels.leaves[hub[a]] + back[hub[a]]
    leaves, arrives = max(0.0, end - far), min(near, end)
    for turn in range(min(rank, len(hub))):
        a, b = labels.over.argmax(), labels.under.argmin()
        if turn == min(rank, len(hub)) - 1:
            leaves, arrives = max(leaves, labels.over[a]), min(arrives, labels.under[b])
        labels.over[a], labels.under[b] = -np.inf, np.inf
    if leaves < arrives:
        leaves = arrives = 0.5 * (leaves + arrives)
    labels.arrives[k], labels.leaves[k] = arrives, leaves


@inlined
def _charge(sites, steps, link_at, labels, volume, slope, link_slope):
    """Add what hubs and links are worth to a commodity."""
    for k in sites:
        leaves, out, link = labels.leaves[k], steps.out[k], link_at[k]
        slope[k] += volume * max(0.0, leaves - labels.arrives[k])
        for m in sites:
            worth = labels.arrives[m] - leaves - out[m]
            if worth > 0.0 and link[m] >= 0:
                link_slope[link[m]] += volume * worth


@compiled(
    nb.void(
        flows, steps, places, places, arcs, matrix, nb.int64[:, ::1], number, *[place] * 3, *[vector] * 2, *[matrix] * 2
    )
)  # fmt: skip
def link_cuts(
    flows, steps, sites, hub, arcs, onward, link_at, dearest, rank, first, last, price, const, slope, link_slope
):  # fmt: skip
    """Find, for each origin, the cut ``theta_i >= const_i - sum_k slope_ik y_k - sum_e link_slope_ie u_e``.

    It is tight at a point with hubs that are partly open and links that are partly chosen.

    Parameters
    ----------
    flows, steps
        As from RouteMatrices.
    sites
        Positions of the sites that are not closed for good.
    hub, arcs
        Positions of those that are open at the point, and the arcs between them.
    onward
        Cost of the cheapest way from each of these hubs over any of the arcs, shape (destinations, hubs), EUR/t.
    link_at
        The link between two sites, negative where there is none, shape (all sites, all sites).
    dearest
        Cost of leaving a whole commodity behind, EUR/year; more than any plan worth having.
    rank
        How many links of a closed hub may pay before it pays itself.
    first, last
        Origins from ``first`` on, ``last`` excluded.
    price, const, slope, link_slope
        Added to: cost at the point and const, shape (origins,) each; slopes, shapes (origins, all sites), (origins,
        links).
    """
    room = flow_room(len(hub), len(arcs.head))
    labels = _Labels(np.empty(len(link_at)), np.empty(len(link_at)), np.empty(len(hub)), np.empty(len(hub)))
    is_open = np.zeros(len(link_at), np.bool_)
    is_open[hub] = True
    for i in range(first, last):
        near = steps.near[i]
        for flow in range(flows.start[i], flows.start[i + 1]):
            volume, far = flows.volume[flow], steps.far[flows.destination[flow]]
            room.onward[:] = onward[flows.destination[flow]]
            for a in range(len(hub)):
                room.near[a], room.far[a] = near[hub[a]], far[hub[a]]
            end, cost = send_unit(arcs, room, dearest / volume)
            price[i] += volume * cost
            const[i] += volume * end
            _label_open(arcs, hub, room, end, labels)
            for k in sites:
                if not is_open[k]:
                    _label_closed(k, steps, hub, near[k], far[k], end, rank, labels)
            _charge(sites, steps, link_at, labels, volume, slope[i], link_slope[i])
