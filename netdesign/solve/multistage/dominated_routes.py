"""Routes of a year that no best plan needs, as one over fewer hubs is as good in everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.solve.multistage.year import Year


def dominated_routes(
    measures: Sequence[NDArray[np.float64] | NDArray[np.bool_]], rules: Year, has_minimum: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which routes over two hubs are dominated by a route over one of the two.

    That route must cost no more, be no later, use no more of any limit, fly no other lane, enter at a hub whose minimum
    counts it, and use no other capacity (design: route filtering).

    Parameters
    ----------
    measures
        The cost and further measures to be minimised.
    rules, has_minimum
        The year without routes, and whether each hub has a minimum throughput.
    """
    own = np.arange(measures[0].shape[1])
    by_first = np.broadcast_to((rules.lane_out < 0)[:, None, None], measures[0].shape)
    by_last = np.broadcast_to((rules.lane_in < 0)[:, None, None], measures[0].shape)
    for values in measures:
        alone = values[:, own, own]
        by_first = by_first & (alone[:, :, None] <= values)
        by_last = by_last & (alone[:, None, :] <= values)
    starves = (rules.entering > 0)[:, None] & has_minimum[None, :]
    by_last = by_last & ~starves[:, :, None] & rules.both_count
    dominated = np.asarray(by_first | by_last)
    dominated[:, own, own] = False
    return dominated
