"""A solution of the relaxation: partly open hubs, partly allocated cities, and what it proves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHOLE = 1e-6
"""A share so near to 0 or 1 is 0 or 1."""


@dataclass(frozen=True)
class Point:
    """A solution of the relaxation; shape (sites,) by site, (cities, sites) by city and site.

    Parameters
    ----------
    bound
        No plan costs less, EUR/year, whatever shares the program does not hold.
    objective
        Of the shares that it holds, EUR/year.
    is_open
        y, shape (sites,).
    share
        z, shape (cities, sites); a row adds up to less than one where a city is left behind.
    eta
        What the cuts so far demand for each city, EUR/year, shape (cities,).
    if_closed, if_open
        What the bound grows by, at least, with a site closed or open, EUR/year.
    if_out, if_in
        And with a city out of a site or in it, EUR/year.
    wanted
        Shares that the program does not hold and that may lower its objective.
    """

    bound: float
    objective: float
    is_open: NDArray[np.float64]
    share: NDArray[np.float64]
    eta: NDArray[np.float64]
    if_closed: NDArray[np.float64]
    if_open: NDArray[np.float64]
    if_out: NDArray[np.float64]
    if_in: NDArray[np.float64]
    wanted: NDArray[np.bool_]

    @cached_property
    def is_whole(self) -> bool:
        """Whether every city has one hub."""
        return bool((np.abs(self.share.max(axis=1) - 1.0) < WHOLE).all())

    @cached_property
    def spread(self) -> NDArray[np.float64]:
        """Z with nobody left behind: rows add up to one, shape (cities, sites)."""
        total = self.share.sum(axis=1, keepdims=True)
        spread = self.share / np.maximum(total, WHOLE)
        nowhere = np.flatnonzero(total[:, 0] < 2 * WHOLE)
        spread[nowhere] = 0.0
        spread[nowhere, int(np.argmax(self.is_open))] = 1.0
        return np.asarray(spread)
