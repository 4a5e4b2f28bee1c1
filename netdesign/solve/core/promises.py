"""What freight between cities pays for being late, which depends on the hubs of both ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netdesign.solve.core.route_matrices import ABSENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Promises(NamedTuple):
    """Hours of legs, and the promises of freight between two cities; a tuple is what numba takes apart.

    Freight from i to j, at hubs k and m, pays its fine if ``into_ik + between_km + out_jm`` exceeds its slack. Freight
    of two cities with several promises has a layer for each.

    Parameters
    ----------
    into_h
        Of the leg to the first hub and the pass through it, shape (cities, sites).
    between_h
        Of the leg to the last hub and the pass through it, zero on the diagonal, shape (sites, sites).
    out_h
        Of the leg from the last hub to the city, shape (cities, sites).
    slack_h
        Hours that legs and hubs may take, shape (layers, cities, cities).
    fine
        EUR/year where they take more, 0 where nothing depends on it and on the diagonal, ``ABSENT`` or what
        ``forbidden_at`` says where they may not; shape as of ``slack_h``.
    """

    into_h: Floats
    between_h: Floats
    out_h: Floats
    slack_h: Floats
    fine: Floats

    @property
    def largest_fine(self) -> float:
        """What all freight that may be late pays if it is, EUR/year."""
        return float(np.sum(self.fine, where=self.fine < ABSENT))

    def forbidden_at(self, fine: float) -> Promises:
        """Return them with a fine on what may not be late, EUR/year, that no plan worth having pays."""
        return self._replace(fine=np.where(self.fine >= ABSENT, fine, self.fine))

    def restricted(self, sites: NDArray[np.intp]) -> Promises:
        """Return them with some of the sites; positions are those in ``sites``."""
        return self._replace(
            into_h=np.ascontiguousarray(self.into_h[:, sites]),
            between_h=np.ascontiguousarray(self.between_h[np.ix_(sites, sites)]),
            out_h=np.ascontiguousarray(self.out_h[:, sites]),
        )

    def fines(self, hub_of: NDArray[np.intp]) -> Floats:
        """Return what freight from each city to each pays if each has the hub at a position, shape (cities, cities)."""
        cities = np.arange(len(hub_of))
        hours = (
            self.into_h[cities, hub_of][:, None] + self.between_h[np.ix_(hub_of, hub_of)] + self.out_h[cities, hub_of]
        )
        return np.asarray(np.where(hours > self.slack_h, self.fine, 0.0).sum(axis=0))


def no_promises(cities: int, sites: int) -> Promises:
    """Return what stands for freight that may take any time."""
    none = np.zeros((0, cities, cities))
    return Promises(np.zeros((cities, sites)), np.zeros((sites, sites)), np.zeros((cities, sites)), none, none)
