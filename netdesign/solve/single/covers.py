"""Cover cuts of capacities: cities that do not fit into a hub together (Balas 1975)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_USED = 1e-6
_BROKEN = 1e-4
_FULL = 1.0 + 1e-9


def broken_cover(
    load: NDArray[np.float64], share: NDArray[np.float64], is_open: float, room: float
) -> tuple[NDArray[np.intp], int] | None:
    """Return cities and how many of them fit into an open hub at most, where a point says otherwise; or None.

    The cities of a cover C weigh more than the room, so all but one of them fit at most; one that is heavier than all
    of C may take the place of any. Hence ``sum_i z_i <= (|C| - 1) y`` over C and those.

    Parameters
    ----------
    load
        Of the cities, shape (cities,); infinite where one cannot have the hub at all.
    share
        Their z for this hub, shape (cities,).
    is_open
        y of this hub.
    room
        What fits into it beside its own city.
    """
    used = np.flatnonzero((share > _USED) & np.isfinite(load))
    if is_open <= _USED or load[used].sum() <= room * _FULL:
        return None
    # What a cover leaves of its cut is a sum of y - z: the least of it for the weight.
    order = used[np.argsort((is_open - share[used]) / np.maximum(load[used], _USED), kind="stable")]
    size = int(np.searchsorted(np.cumsum(load[order]), room * _FULL, side="right")) + 1
    cover = order[:size]
    for city in cover[np.argsort(share[cover], kind="stable")]:
        rest = cover[cover != city]
        if load[rest].sum() > room * _FULL:
            cover = rest
    extended = np.union1d(cover, np.flatnonzero(np.isfinite(load) & (load >= load[cover].max())))
    if share[extended].sum() <= (len(cover) - 1) * is_open + _BROKEN:
        return None
    return extended, len(cover) - 1
