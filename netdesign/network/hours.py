"""Fastest routes: hours from order to door over the sites that may open, and commodities late on every route."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network.legs import Network

LATE_TOLERANCE_H = 1e-9
"""How late a route may be: times are sums of decimal fractions, and to the second is in time."""

_ROWS_AT_ONCE = 128
"""Rows of a matrix that the processor's cache holds for a few thousand sites."""

_DEEPEST = 350.0
"""Half of the largest x whose exp(-x) has all its digits: two such factors may be multiplied."""

_SURE_H = 1e-6
"""Margin far above the rounding of a logarithm in h."""


class Hours:
    """Hours of an instance's routes over the sites that may open; infinite where there is no leg.

    Parameters
    ----------
    instance, network
        The problem and its legs.
    """

    def __init__(self, instance: Instance, network: Network) -> None:
        sites: Any = np.array([instance.site_position[name] for name in instance.allowed])
        if len(sites) == len(instance.sites):
            sites = slice(None)  # no copies of large matrices
        self._commodities = instance.commodities
        self._deadline = instance.deadline_h
        self._may_pass_two = instance.problem.route_hubs == 2
        # To each site and through it; from site to site and through the second; from each site.
        self._first = network.collection.time_h[:, sites] + network.hub_h[sites]
        self._inter = network.inter_hub.time_h[sites][:, sites] + network.hub_h[sites]
        np.fill_diagonal(self._inter, 0.0)
        self._onward = network.distribution.time_h[sites]
        self._at_origin = np.array([stream.origin_h for stream in instance.streams])
        self._at_door = np.array([stream.last_mile_h for stream in instance.streams])
        # Without the ends; NaN where not computed yet.
        self._known = np.full(len(self._commodities), np.nan)

    def fastest(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the shortest time of each of some commodities, infinite where it has no route; h."""
        new = rows[np.isnan(self._known[rows])]
        self._known[new] = np.inf
        new = new[self._have_routes(new)]
        origins, ends = self._commodities.origin[new], self._commodities.destination[new]
        for origin in np.unique(origins):
            own = np.flatnonzero(origins == origin)
            to_last = self._to_last(origin)
            self._known[new[own]] = (to_last + self._onward.T[ends[own]]).min(axis=1)
        return self._with_ends(self._known[rows], rows)

    def _have_routes(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return which commodities have any route; by products of matrices, far faster than by times."""
        origins, origin = np.unique(self._commodities.origin[rows], return_inverse=True)
        ends, end = np.unique(self._commodities.destination[rows], return_inverse=True)
        to_last, onward = np.isfinite(self._first[origins]), np.isfinite(self._onward[:, ends])
        if self._may_pass_two:
            to_last = joined(to_last, np.isfinite(self._inter))
        return joined(to_last, onward)[origin, end]

    def late_everywhere(self) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return the commodities without a route in time, and for each whether it may have no route at all."""
        over_one = self._over_one()
        rows = np.flatnonzero(np.isinf(over_one) | (over_one > self._latest))
        if self._may_pass_two and len(rows):
            rows = rows[self._is_late_over_two(rows)]
        return rows, np.isinf(over_one[rows])

    @property
    def _latest(self) -> NDArray[np.float64]:
        return np.asarray(self._deadline + LATE_TOLERANCE_H)

    def _over_one(self) -> NDArray[np.float64]:
        """Return the shortest time of each commodity over one hub, h."""
        best = np.full(len(self._commodities), np.inf)
        for first, onward in zip(self._first.T, self._onward, strict=True):
            np.minimum(best, first[self._commodities.origin] + onward[self._commodities.destination], out=best)
        return self._with_ends(best, np.arange(len(best)))

    def _to_last(self, origin: int) -> NDArray[np.float64]:
        """Return the shortest time from a node to the end of its last hub, shape (sites,)."""
        first = np.asarray(self._first[origin])
        if not self._may_pass_two:
            return first
        best = np.full(len(first), np.inf)
        for start in range(0, len(first), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            np.minimum(best, (first[part, None] + self._inter[part]).min(axis=0), out=best)
        return best

    def _with_ends(self, hours: NDArray[np.float64], rows: NDArray[np.intp]) -> NDArray[np.float64]:
        stream = self._commodities.stream[rows]
        return np.asarray(hours + self._at_origin[stream] + self._at_door[stream])

    def _is_late_over_two(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return which commodities have no route in time, or no route at all where they have no deadline.

        The times over all pairs of hubs take sites^3 steps. Where hundreds of sites may open most commodities are
        decided without: min(x) lies at most log(n) / s over -log(sum(exp(-s x))) / s, and the sum of exp over the first
        hubs is a product of two matrices, which is a hundred times as fast as the minimum.
        """
        latest = self._latest[rows]
        budget = latest - self._with_ends(np.zeros(len(rows)), rows)
        most = float(np.max(budget, initial=0.0, where=np.isfinite(budget)))
        is_late = np.ones(len(rows), dtype=bool)
        is_open = np.isinf(budget)
        if most > 0:
            scale = _DEEPEST / most
            low = self._low_hours(rows, scale, most)
            slack = math.log(len(self._inter)) / scale
            is_late &= low + slack > budget - _SURE_H
            is_open |= is_late & (low <= budget + _SURE_H)
        doubtful = np.flatnonzero(is_open)
        fastest = self.fastest(rows[doubtful])
        is_late[doubtful] = np.isinf(fastest) | (fastest > latest[doubtful])
        return is_late

    def _low_hours(self, rows: NDArray[np.intp], scale: float, most: float) -> NDArray[np.float64]:
        """Return a lower bound on the hours over two hubs, without the ends; what is over ``most`` may be infinite."""

        def softened(hours: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.where(hours <= most, np.exp(-scale * np.minimum(hours, most)), 0.0)

        origins, place = np.unique(self._commodities.origin[rows], return_inverse=True)
        with np.errstate(divide="ignore"):
            to_last = -np.log(softened(self._first[origins]) @ softened(self._inter)) / scale
        onward, ends = self._onward, self._commodities.destination[rows]
        low = np.full(len(rows), np.inf)
        for site in range(len(onward)):
            np.minimum(low, to_last[place, site] + onward[site, ends], out=low)
        return low


def joined(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which nodes a leg of one kind followed by one of the other joins."""
    return np.asarray(one.astype(np.float32) @ other.astype(np.float32) > 0)


def fastest_hours(instance: Instance, network: Network) -> NDArray[np.float64]:
    """Return the shortest time of each commodity over the sites that may open, infinite where it has no route; h."""
    return Hours(instance, network).fastest(np.arange(len(instance.commodities)))
