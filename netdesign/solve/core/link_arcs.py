"""Partly open hubs with partly chosen links between them, as the arcs of a flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class LinkArcs(NamedTuple):
    """Arcs from node to node, each with its way back beside it; a tuple for numba.

    Each hub has two nodes: where freight arrives, by the place of the hub, and where it leaves, by that and the
    number of hubs. An arc from the one to the other is as wide as the hub is open, and one from hub to hub as wide as
    the link is chosen.

    Parameters
    ----------
    start
        Where the arcs out of each node begin, shape (nodes + 1,).
    head, twin
        The node at the end of each arc, and the arc back, shape (arcs,).
    width
        Share of a commodity that an arc may carry; none on the way back.
    cost
        EUR/t, with the pass through the hub at the end.
    """

    start: NDArray[np.int64]
    head: NDArray[np.int64]
    twin: NDArray[np.int64]
    width: NDArray[np.float64]
    cost: NDArray[np.float64]


def link_arcs(
    share: NDArray[np.float64], ends: NDArray[np.intp], width: NDArray[np.float64], between: NDArray[np.float64]
) -> LinkArcs:
    """Return the arcs of some hubs.

    Parameters
    ----------
    share
        How far each hub is open, shape (hubs,).
    ends
        Places of the hubs at the ends of each link, shape (links, 2).
    width
        How far each link is chosen, shape (links,).
    between
        Cost of a step from hub to hub, EUR/t, shape (hubs, hubs).
    """
    size = len(share)
    first, second = ends.T
    tail = np.concatenate([np.arange(size), first + size, second + size])
    head = np.concatenate([np.arange(size) + size, second, first])
    cost = np.concatenate([np.zeros(size), between[first, second], between[second, first]])
    wide = np.concatenate([share, width, width])
    tails, heads = np.concatenate([tail, head]), np.concatenate([head, tail])
    order = np.argsort(tails, kind="stable")
    place = np.argsort(order, kind="stable")
    twin = place[(order + len(tail)) % len(tails)]
    return LinkArcs(
        np.searchsorted(tails[order], np.arange(2 * size + 1)).astype(np.int64),
        heads[order].astype(np.int64),
        twin.astype(np.int64),
        np.concatenate([wide, np.zeros(len(wide))])[order],
        np.concatenate([cost, -cost])[order],
    )
