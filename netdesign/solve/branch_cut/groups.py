"""Groups of freight of about the same volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def starts_of_groups(volume: NDArray[np.float64], groups: int) -> NDArray[np.intp]:
    """Return where groups of neighbours begin that have about as much freight each.

    Something large is a group by itself, so there may be fewer.

    Parameters
    ----------
    volume
        Of each, t/year; in all more than 0.
    groups
        How many there are at most.
    """
    before = np.cumsum(volume) - volume
    # The last one by rounding may begin where all freight ends.
    group = np.minimum(np.floor(groups * before / volume.sum()), groups - 1.0)
    return np.flatnonzero(np.diff(group, prepend=-1.0))
