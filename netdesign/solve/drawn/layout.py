"""Arrays of prices as one row, and back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Layout:
    """Where arrays stand in one row.

    Parameters
    ----------
    shapes
        Of each array, in their order.
    """

    def __init__(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self._shapes = dict(shapes)
        ends = np.cumsum([math.prod(shape) for shape in self._shapes.values()]).tolist()
        self._slices = {
            name: slice(start, end) for name, start, end in zip(self._shapes, [0, *ends], ends, strict=False)
        }

    def packed(self, **arrays: Floats) -> Floats:
        """Return arrays as one row."""
        return np.concatenate([np.asarray(arrays[name], dtype=np.float64).ravel() for name in self._shapes])

    def parts(self, row: Floats) -> dict[str, Floats]:
        """Return the arrays of a row, as views."""
        return {name: row[self._slices[name]].reshape(shape) for name, shape in self._shapes.items()}
