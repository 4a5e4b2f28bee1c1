"""Cities with one hub each that exchange freight, and what they cost over a set: what loops over it walk through."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Places = NDArray[np.int64]
    Floats = NDArray[np.float64]


class CityPairs(NamedTuple):
    """Cities, and pairs of them that exchange freight; a tuple is what numba takes apart.

    Parameters
    ----------
    of_origin, of_destination
        City of each origin and destination of the flows, or ``NOBODY`` for an overseas airport.
    of_flow
        Pair of each flow between two cities, or ``NOBODY``, shape (flows,).
    first, second
        Cities of each pair, the first the lesser, shape (pairs,).
    start, adjacent
        Pairs of each city: ``adjacent[start[i]:start[i + 1]]``.
    own
        Position of the site of each city itself, or ``NOBODY``, shape (cities,).
    """

    of_origin: Places
    of_destination: Places
    of_flow: Places
    first: Places
    second: Places
    start: Places
    adjacent: Places
    own: Places


class HubRoom(NamedTuple):
    """What cities take of the room of their hubs.

    Parameters
    ----------
    load
        What counts at the hub of each city, t/year, shape (cities,).
    most
        Room of each hub, t/year, infinite where nothing limits it, shape (sites,) or (hubs,).
    """

    load: Floats
    most: Floats


class CityTables(NamedTuple):
    """Costs over a set of hubs by city and by pair of cities, and which hubs each city may have.

    Parameters
    ----------
    unary
        EUR/year, shape (cities, hubs).
    cost
        EUR/year, shape (pairs, hubs, hubs).
    alive
        Shape (cities, hubs).
    price
        What a tonne of room of each hub pays in ``unary``, EUR/t, shape (hubs,).
    """

    unary: Floats
    cost: Floats
    alive: NDArray[np.bool_]
    price: Floats

    def copy(self) -> CityTables:
        """Return tables of their own, as loops change them."""
        return CityTables(self.unary.copy(), self.cost.copy(), self.alive.copy(), self.price.copy())
