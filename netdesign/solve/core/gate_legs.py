"""Freight of one airport and direction, by the legs of its gate and of the hub on the side of the cities."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class GateLegs(NamedTuple):
    """Legs of a route over a gate g and a hub e beside the cities, which may be the gate; a tuple for numba.

    Parameters
    ----------
    lane, lane_h
        Between the airport and each gate, EUR/t and h, shape (sites,).
    step, step_h
        Between gate and hub, shape (sites, sites); zero on the diagonal.
    far, far_h
        Between each end and the hub, shape (ends, sites).
    """

    lane: NDArray[np.float64]
    step: NDArray[np.float64]
    far: NDArray[np.float64]
    lane_h: NDArray[np.float64]
    step_h: NDArray[np.float64]
    far_h: NDArray[np.float64]


class GateEmissions(NamedTuple):
    """What a tonne takes of the limit of carbon on these legs, of the same shapes; without rows where there is none."""

    lane: NDArray[np.float64]
    step: NDArray[np.float64]
    far: NDArray[np.float64]


class GateFlows(NamedTuple):
    """Flows of one airport and direction, by parts that have cuts of their own.

    Parameters
    ----------
    start
        Where the flows of each part begin, shape (parts + 1,).
    end
        Position of each flow among the ends of ``GateLegs.far``, shape (flows,).
    volume, slack_h, penalty
        As in ``Flows``.
    group
        As in ``FreightRows``, shape (flows,).
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    volume: NDArray[np.float64]
    slack_h: NDArray[np.float64]
    penalty: NDArray[np.float64]
    group: NDArray[np.int64]
