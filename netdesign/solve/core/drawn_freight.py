"""What compiled loops take that operate fixed networks at drawn prices: named tuples of arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class DrawnCities(NamedTuple):
    """Cities with one hub each way, whose freight goes overseas: what is the same in all worlds.

    Parameters
    ----------
    has_in, has_out, hard_in, hard_out
        Whether cities have freight each way, and whether it may not be late, shape (cities,).
    exists_in, exists_out
        Routes of cities over gate and hub, shape (cities, gates, hubs).
    faster_in, faster_out
        Where another gate than the hub is sooner with some vehicle, in that shape.
    soon_in, soon_out
        Departures a week from which on a city is in time, shape (cities, gates, hubs, vehicles); the last vehicle
        stands for none.
    tonnes
        What one departure a week of each vehicle carries, t/year.
    least_in, most_in, least_out, most_out
        Departures a week, shape (cities, hubs).
    is_paired
        Whether both ways have the same departures, in that shape.
    needs_care
        Whether a gate is sooner than a hub for some city, or has a route where the hub has none, shape (gates, hubs).
    is_single
        Whether a city has the same hub both ways, shape (1,).
    """

    has_in: NDArray[np.bool_]
    has_out: NDArray[np.bool_]
    hard_in: NDArray[np.bool_]
    hard_out: NDArray[np.bool_]
    exists_in: NDArray[np.bool_]
    exists_out: NDArray[np.bool_]
    faster_in: NDArray[np.bool_]
    faster_out: NDArray[np.bool_]
    soon_in: NDArray[np.int32]
    soon_out: NDArray[np.int32]
    tonnes: NDArray[np.float64]
    least_in: NDArray[np.int64]
    most_in: NDArray[np.int64]
    least_out: NDArray[np.int64]
    most_out: NDArray[np.int64]
    is_paired: NDArray[np.bool_]
    needs_care: NDArray[np.bool_]
    is_single: NDArray[np.bool_]


class CityPrices(NamedTuple):
    """What cities pay in one world.

    Parameters
    ----------
    fixed, handling
        Of sites, EUR/year and EUR/t.
    lane_in, lane_out
        Of sites, EUR/t.
    penalty_in, penalty_out
        Of cities where late, EUR/t.
    volume_in, volume_out
        Of cities, t/year.
    between
        Between two sites with the least of their vehicles, EUR/t.
    leg_in, leg_out
        What a tonne pays beside its vehicle, EUR/t, shape (cities, hubs).
    each_in, each_out
        One departure a week, EUR/year, shape (vehicles, cities, hubs), with the way back where it is paired; infinite
        where it may not go.
    """

    fixed: NDArray[np.float64]
    handling: NDArray[np.float64]
    lane_in: NDArray[np.float64]
    lane_out: NDArray[np.float64]
    penalty_in: NDArray[np.float64]
    penalty_out: NDArray[np.float64]
    volume_in: NDArray[np.float64]
    volume_out: NDArray[np.float64]
    between: NDArray[np.float64]
    leg_in: NDArray[np.float64]
    leg_out: NDArray[np.float64]
    each_in: NDArray[np.float64]
    each_out: NDArray[np.float64]


class DrawnRoutes(NamedTuple):
    """Commodities that may have several hubs: what is the same in all worlds.

    Parameters
    ----------
    exists, is_late
        Routes over first and last site, shape (commodities, sites, sites).
    gate_end
        0 where the lane of a commodity is that of the first site, 1 of the last, -1 where it takes none.
    counts, is_hard
        Whether a commodity counts for minima; whether it may not be late.
    """

    exists: NDArray[np.bool_]
    is_late: NDArray[np.bool_]
    gate_end: NDArray[np.int64]
    counts: NDArray[np.bool_]
    is_hard: NDArray[np.bool_]


class RoutePrices(NamedTuple):
    """What commodities pay in one world.

    Parameters
    ----------
    fixed, handling
        Of sites, EUR/year and EUR/t.
    penalty, volume
        Of commodities: EUR/t where late, and t/year.
    between
        Legs between two sites, EUR/t.
    collect, distribute
        Legs of commodities from their origin to sites, and from there to their destination, EUR/t.
    """

    fixed: NDArray[np.float64]
    handling: NDArray[np.float64]
    penalty: NDArray[np.float64]
    volume: NDArray[np.float64]
    between: NDArray[np.float64]
    collect: NDArray[np.float64]
    distribute: NDArray[np.float64]


class DrawnNetworks(NamedTuple):
    """The networks that are operated, and the minima of one world.

    Parameters
    ----------
    sites, sizes
        Sites of each network, shape (networks, most), and how many they are.
    hub_least, lane_least
        Least that enters at each site, and least of a lane in service, shape (1,); t/year.
    """

    sites: NDArray[np.int64]
    sizes: NDArray[np.int64]
    hub_least: NDArray[np.float64]
    lane_least: NDArray[np.float64]
