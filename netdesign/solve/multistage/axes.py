"""Arrays with one axis per hub: outer sums, and the cheapest move along each axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Entry = TypeVar("Entry", bound=np.generic)

_FEW = 1000
"""Number of states up to which all moves at once take less time than state by state."""


def along(part: NDArray[Entry], axis: int, axes: int) -> NDArray[Entry]:
    """Return a vector of one hub, shaped to broadcast along its axis of ``axes``."""
    shape = [1] * axes
    shape[axis] = -1
    return part.reshape(shape)


def summed(parts: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the outer sum of one vector per hub."""
    total = np.zeros((1,) * len(parts))
    for axis, part in enumerate(parts):
        total = total + along(part, axis, len(parts))
    return total


def weighted(weight: float, cost: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return costs times a weight; infinite costs stay infinite at weight 0."""
    return np.asarray(weight * cost) if weight > 0.0 else np.where(np.isfinite(cost), 0.0, np.inf)


def cheapest(values: NDArray[np.float64], moves: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return for each state of all hubs the least cost of a move plus the value of its target.

    Costs of moves add up over hubs, so the axes are processed one by one.

    Parameters
    ----------
    values
        By state of each hub.
    moves
        Cost from state to state, one matrix per hub.
    """
    for axis, matrix in enumerate(moves):
        if values.size < _FEW:
            last = values.swapaxes(axis, -1)
            values = (last[..., None, :] + matrix).min(axis=-1).swapaxes(-1, axis)
        else:
            values = np.moveaxis(_cheapest_of_first(np.moveaxis(values, axis, 0), matrix), 0, axis)
    return values


def _cheapest_of_first(values: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the least over moves along the first axis; from most states there are few."""
    least = np.full(values.shape, np.inf)
    for state, row in enumerate(matrix):
        targets = np.flatnonzero(np.isfinite(row))
        if len(targets):
            least[state] = (values[targets] + along(row[targets], 0, values.ndim)).min(axis=0)
    return least


def cheapest_target(
    values: NDArray[np.float64], moves: Sequence[NDArray[np.float64]], state: Sequence[int]
) -> tuple[int, ...]:
    """Return the cheapest target of a move from one state of all hubs; of equal ones the first."""
    total = values + summed([matrix[at] for matrix, at in zip(moves, state, strict=True)])
    return tuple(int(at) for at in np.unravel_index(int(total.argmin()), total.shape))
