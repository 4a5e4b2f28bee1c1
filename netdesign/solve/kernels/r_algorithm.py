"""Steps of Shor's r-algorithm (1985), which raises a concave function that is not smooth.

It goes along the slope in a space that is dilated along the differences of slopes, so that later directions follow a
ridge. ``space`` is the matrix of that, the unit matrix at first.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.types import compiled, matrix, number, vector

_DILATED = 0.5
"""Part of a dilated direction that is taken away."""

_NOTHING = 1e-9
"""Length under which the difference of two slopes has no direction."""

_LEAST = 1e-300


@compiled(number(matrix, vector, vector, vector))
def direction(space, slope, turned, along):
    """Fill in the direction of a slope, of length 1 in the dilated space, there and outside; return its length there.

    All vectors have a place for each variable.
    """
    count, length = len(slope), 0.0
    for a in range(count):
        turned[a] = 0.0
        for j in range(count):
            turned[a] += space[j, a] * slope[j]
        length += turned[a] * turned[a]
    length = np.sqrt(length)
    for a in range(count):
        turned[a] /= max(length, _LEAST)
    for j in range(count):
        along[j] = 0.0
        for a in range(count):
            along[j] += space[j, a] * turned[a]
    return length


@compiled(nb.void(matrix, vector, vector))
def dilate(space, before, slope):
    """Dilate the space along the difference of two slopes."""
    count = len(slope)
    turned, along = np.empty(count), np.empty(count)
    if direction(space, slope - before, turned, along) > _NOTHING:
        for j in range(count):
            for a in range(count):
                space[j, a] -= _DILATED * along[j] * turned[a]
