"""Freight by the airport overseas from or to which it flies, with the hub at which it does, and what couples it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class GateFreight(NamedTuple):
    """Flows, ordered by airport; those between cities come last. A tuple is what numba takes apart.

    The *gate* of a flow is its hub at the end of the air lane: the first one of what flies in. What flies from one
    airport to another has the gate whose lane it fills.

    Parameters
    ----------
    start
        Where the flows of each airport begin, and those between cities, shape (airports + 1,).
    least
        What a lane of each airport gets from these flows where it is in service, t/year, shape (airports,).
    origin, destination
        Positions among the ends of ``Legs``.
    volume, slack_h, penalty
        As in ``Flows``.
    is_last
        Whether the gate is the last hub.
    fills_lane, fills_hub
        Whether a flow counts towards the minimum of its lane, and towards that of its gate.
    """

    start: NDArray[np.int64]
    least: NDArray[np.float64]
    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    volume: NDArray[np.float64]
    slack_h: NDArray[np.float64]
    penalty: NDArray[np.float64]
    is_last: NDArray[np.bool_]
    fills_lane: NDArray[np.bool_]
    fills_hub: NDArray[np.bool_]


class FreightRows(NamedTuple):
    """The rows that couple freight beside lanes, in tonnes: what hubs get at least or lift at most, limits over routes.

    In the order of their prices: minima of gates, minima of first hubs, and capacities, of each hub of a set; carbon;
    what is late in all, and of each group of flows.

    Parameters
    ----------
    due, highest
        Of rows of hubs: what has to be there, below 0 where it is what may be there at most, t/year, and the highest
        price of a tonne, EUR/t, 0 where no row is; shape (3, sites).
    limit, limit_highest
        The same for the other rows, shape (2 + groups,).
    group
        The group of each flow: 0 where a share in all alone counts it, -1 where none does, shape (flows,).
    enters
        Whether a flow counts towards the minima of first hubs, shape (flows,).
    counts_last
        Whether a capacity counts what a hub hands out too: 1 or 0, shape (1,).
    collect_e, between_e, distribute_e
        What a tonne takes of the limit of carbon on each leg, of the shapes in ``Legs``.
    """

    due: NDArray[np.float64]
    highest: NDArray[np.float64]
    limit: NDArray[np.float64]
    limit_highest: NDArray[np.float64]
    group: NDArray[np.int64]
    enters: NDArray[np.bool_]
    counts_last: NDArray[np.int64]
    collect_e: NDArray[np.float64]
    between_e: NDArray[np.float64]
    distribute_e: NDArray[np.float64]


HUB_ROWS = 3
"""Rows of each hub."""

GATE, FIRST, LIFTED = range(HUB_ROWS)
"""Which of them are which."""


class SetState(NamedTuple):
    """What loops know of a set of hubs while they raise its bound.

    Parameters
    ----------
    hubs
        Positions of the set.
    due, highest
        Of the rows of the set, in the order of their prices; shape (3 hubs + limits,).
    may
        Which patterns airports may have, shape (airports, 2 ** hubs); bit g of a pattern says whether it has gate g.
    mu
        Prices of the lanes of each airport with each pattern, EUR/t, shape (airports, 2 ** hubs, hubs).
    beside
        Fixed cost, and what freight between cities costs at the last prices, EUR/year, shape (2,).
    cost, other, gates
        Of the last prices: the best route of each flow over each gate, EUR/t, and the hub at its other end, shape
        (flows, hubs); and the gate over which each flow goes, shape (flows,).
    slope
        Of the bound in the price of each row, t/year.
    margin
        Room for one number a flow.
    """

    hubs: NDArray[np.int32]
    due: NDArray[np.float64]
    highest: NDArray[np.float64]
    may: NDArray[np.bool_]
    mu: NDArray[np.float64]
    beside: NDArray[np.float64]
    cost: NDArray[np.float64]
    other: NDArray[np.int8]
    gates: NDArray[np.int64]
    slope: NDArray[np.float64]
    margin: NDArray[np.float64]
