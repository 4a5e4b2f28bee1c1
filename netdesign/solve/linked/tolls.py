"""What a tonne pays of the fixed costs of hub links at least: each divided by all freight that may gain by the link."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.route_matrices import ABSENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState

    Floats = NDArray[np.float64]
    Gains = Callable[[int, int], NDArray[np.bool_]]


def link_tolls(
    matrices: RouteMatrices, ends: NDArray[np.intp], cost: Floats, state: SearchState, *, has_limits: bool
) -> Floats:
    """Return what a tonne pays of a link between two sites at least, EUR/t, shape (sites, sites).

    Parameters
    ----------
    matrices
        The freight, and legs; between sites where a link may be.
    ends, cost
        Positions of the ends of each link, shape (links, 2), and its fixed cost, EUR/year.
    state
        Clock.
    has_limits
        Whether hubs or links have capacities: then freight may have to begin where it costs more.

    Raises
    ------
    TimeoutError
        The time ran out first.
    """
    gains = _gains_over_its_first_hub(matrices) if has_limits else _gains_over_either_end(matrices)
    toll = np.zeros_like(matrices.legs.between)
    for (a, b), own in zip(ends.tolist(), cost.tolist(), strict=True):
        if state.is_over:
            raise TimeoutError
        if own > 0.0:
            carried = float(matrices.flows.volume[gains(a, b) | gains(b, a)].sum())
            toll[a, b] = toll[b, a] = own / carried if carried > 0.0 else 0.0
    return toll


def _gains_over_either_end(matrices: RouteMatrices) -> Gains:
    """Return what tells which flows may gain by a link one way: others cost no more over one of its ends alone."""
    legs, flows = matrices.legs, matrices.flows
    origin, end = flows.origin, flows.destination
    way = closed_ways(legs.between, 0)
    reach = np.array([(near[:, None] + way).min(axis=0) for near in legs.collect])
    onward = np.array([(way + far).min(axis=1) for far in legs.distribute.T])
    alone = legs.collect[origin] + legs.distribute.T[end]

    def gains(a: int, b: int) -> NDArray[np.bool_]:
        over = reach[origin, a] + legs.between[a, b] + onward[end, b]
        return np.asarray(over < np.minimum(alone[:, a], alone[:, b]))

    return gains


def _gains_over_its_first_hub(matrices: RouteMatrices) -> Gains:
    """Return the same where capacities decide which hub is the first: others cost no more over this hub alone.

    They load nothing that they have not loaded before.
    """
    legs, end = matrices.legs, matrices.flows.destination
    way = closed_ways(legs.between, 0)
    onward = np.array([(way + far).min(axis=1) for far in legs.distribute.T])

    def gains(a: int, b: int) -> NDArray[np.bool_]:
        over = (way[:, a] - legs.distribute.T).min(axis=1) + legs.between[a, b] + onward[:, b]
        return np.asarray((over < 0.0)[end])

    return gains


def closed_ways(step: Floats, most: int) -> Floats:
    """Return what it costs to get from site to site over at most so many legs, 0 for any number, EUR/t."""
    way = step.copy()
    if most in range(1, len(step) - 1):
        for _ in range(1, most):
            way = np.array([np.minimum(row, (row[:, None] + step).min(axis=0)) for row in way])
    else:
        for via in range(len(way)):
            np.minimum(way, way[:, via, None] + way[via], out=way)
    return np.minimum(way, ABSENT)
