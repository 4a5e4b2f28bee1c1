"""Freight by the airport overseas from or to which it flies, with the hub at which it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class GateFreight(NamedTuple):
    """Flows, ordered by airport; those between cities come last. A tuple is what numba takes apart.

    The *gate* of a flow is its hub at the end of the air lane: the first one of what flies in.

    Parameters
    ----------
    start
        Where the flows of each airport begin, and those between cities, shape (airports + 1,).
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
    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    volume: NDArray[np.float64]
    slack_h: NDArray[np.float64]
    penalty: NDArray[np.float64]
    is_last: NDArray[np.bool_]
    fills_lane: NDArray[np.bool_]
    fills_hub: NDArray[np.bool_]
